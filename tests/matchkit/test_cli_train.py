"""``matchkit train``, ``predict`` and ``--model`` as a user runs them, with good files and bad ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from matchkit.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
TABLES = f"--left {EXAMPLES}/catalog.csv --right {EXAMPLES}/suppliers.csv"
LABELS = f"{EXAMPLES}/supplier_labels.csv"


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "model"
    assert main(f"train {TABLES} --train {LABELS} -o {folder} -q".split()) == 0
    return folder


def run(arguments: str) -> int:
    return main(arguments.split())


def refused(arguments: str, capfd: pytest.CaptureFixture[str]) -> str:
    before = sorted(Path.cwd().rglob("*"))
    assert run(arguments) == 2
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("matchkit: error: ")
    assert "Traceback" not in printed.err
    assert sorted(Path.cwd().rglob("*")) == before
    return printed.err


def test_train_predict_evaluate_link_and_explain(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(f"predict --model {model} {TABLES} --pairs {LABELS} -o found.csv") == 0
    with open("found.csv", newline="") as handle, open(LABELS, newline="") as given:
        found, asked = list(csv.reader(handle)), list(csv.reader(given))
    assert found[0] == ["left_id", "right_id", "label", "p_exact", "p_variant"]
    assert [row[:2] for row in found[1:]] == [row[:2] for row in asked[1:]]
    assert capfd.readouterr() == ("", "")
    assert run(f"evaluate found.csv --truth {LABELS} --json -q") == 0
    assert json.loads(capfd.readouterr().out)["f1"]["value"] > 0.85
    tables = TABLES.replace("--left ", "").replace("--right ", "")
    assert run(f"link {tables} --model {model} -o linked -q --one-to-one") == 0
    assert json.loads(Path("linked/run.json").read_text())["classifier"]["kind"] == "trained"
    assert run(f"explain {model} C10025 W-0001 {TABLES}") == 0
    shown = capfd.readouterr().out
    assert "From what is usual to this pair: one item" in shown
    assert "exact_duplicate" in shown
    assert run(f"explain {model} C10025 W-0001 {TABLES} --json") == 0
    told = json.loads(capfd.readouterr().out)
    (fall,) = told["waterfalls"]
    assert fall["start"] + sum(step["weight"] for step in fall["steps"]) == pytest.approx(fall["log_odds"])


def test_what_the_user_should_know_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    with open(LABELS, newline="") as handle:
        rows = list(csv.reader(handle))
    few = [row for row in rows if row[2] == "1"][:8] + [row for row in rows if row[2] == "0"][:60]
    Path("few.csv").write_text("\n".join(map(",".join, [rows[0], *few])))
    assert run(f"train {TABLES} --train few.csv -o model") == 0
    assert "only 8 matches to learn from" in capfd.readouterr().err


def test_mistakes_are_sentences(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("unknown.csv").write_text("ltable_id,rtable_id,label\nC10025,W-0001,1\nC0,W-0001,0\n")
    Path("words.csv").write_text("ltable_id,rtable_id,label\nC10025,W-0001,perhaps\n")
    Path("one.csv").write_text("ltable_id,rtable_id,label\nC10025,W-0001,1\n")
    Path("both.csv").write_text("ltable_id,rtable_id,label\nC10025,W-0001,1\nC10025,W-0001,0\n")
    for file, said in (
        ("unknown.csv", "unknown.csv, line 3: the left_id 'C0' is not in the left table"),
        ("words.csv", "words.csv, line 2: the label 'perhaps' is not known"),
        ("one.csv", "all 1 pairs are 'exact_duplicate'"),
        ("both.csv", "is different, but exact_duplicate in line 2"),
        ("nowhere.csv", "nowhere.csv: no such file"),
    ):
        assert said in refused(f"train {TABLES} --train {file} -o out", capfd)
    assert "--left" in refused(f"train --train {LABELS} -o out", capfd)
    assert "no such folder" in refused(f"predict --model no {TABLES} --pairs {LABELS} -o p.csv", capfd)
    left = f"--left {EXAMPLES}/shop.csv --right {EXAMPLES}/suppliers.csv"
    assert "was trained on other columns" in refused(f"predict --model {model} {left} --pairs {LABELS} -o p.csv", capfd)
    assert "this is one" in refused(f"dedupe {EXAMPLES}/catalog.csv --model {model} -o out", capfd)
    assert "--left" in refused(f"explain {model} C10025 W-0001", capfd)
    assert "has no row with the id 'W-0'" in refused(f"explain {model} C10025 W-0 {TABLES}", capfd)


def test_a_damaged_folder_is_a_sentence(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("bad").mkdir()
    Path("bad/model.json").write_bytes((model / "model.json").read_bytes())
    said = refused(f"predict --model bad {TABLES} --pairs {LABELS} -o p.csv", capfd)
    assert "exact-0.ubj: no such file, though model.json names it" in said


def test_nothing_is_replaced_unasked(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("p.csv").write_text("mine")
    assert "exists" in refused(f"predict --model {model} {TABLES} --pairs {LABELS} -o p.csv", capfd)
    Path("full").mkdir()
    Path("full/mine").write_text("mine")
    assert "not empty" in refused(f"train {TABLES} --train {LABELS} -o full", capfd)
    Path("labels.csv").write_bytes(Path(LABELS).read_bytes())
    said = refused(f"predict --model {model} {TABLES} --pairs labels.csv -o labels.csv --force", capfd)
    assert "would replace the input file" in said
