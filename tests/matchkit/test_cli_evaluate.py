"""``matchkit evaluate``: what it prints, what it writes, and how it fails."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

import matchkit
from matchkit.cli import main
from matchkit.evaluationreport import show_evaluation

TRUTH = "ltable_id,rtable_id,label\n1,1,1\n1,2,0\n2,2,1\n3,3,0\n"
SAID = "left_id,right_id,label,p_exact\n1,1,exact_duplicate,0.99\n1,2,exact_duplicate,0.7\n2,2,different,0.4\n"


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "truth.csv").write_text(TRUTH)
    (tmp_path / "said.csv").write_text(SAID)
    return tmp_path


def run(command: str) -> int:
    return main(command.split())


def test_the_measures_are_printed_as_plain_lines(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evaluate said.csv --truth truth.csv") == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "said.csv (pairs) against truth.csv (labelled pairs), items" in lines
    assert any(re.match(r"precision 0\.500 0\.\d{3} to 1\.000 1 of 2 predicted", line) for line in lines)
    assert "match 1 1 0.500 0.500 0.500" in lines
    assert "average precision 0.833" in lines
    assert any(line.startswith("best F1 0.4 0.667") for line in lines)
    assert "surely precision 0.95 none - - - - -" in lines
    assert "- 1 of 4 labelled pairs have no prediction, and count as different" in lines
    assert not any(line != line.rstrip() for line in said.splitlines())


def test_a_terminal_gets_bold_numbers(workplace: Path) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100, color_system="standard", legacy_windows=False)
    show_evaluation(matchkit.evaluate("said.csv", "truth.csv"), console=console)
    assert "\x1b[1m0.500\x1b[0m" in screen.getvalue()


def test_json_is_json_and_what_is_undefined_is_null(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evaluate said.csv --truth truth.csv --json --precision 0.02") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["precision"]["value"] == 0.5
    assert found["confusion"] == {"labels": ["match", "different"], "true_by_predicted": [[1, 1], [1, 1]]}
    assert found["labels"]["different"]["recall"] == 0.5
    assert found["threshold_for_wanted_precision"]["bound"] >= 0.02
    assert found["wanted_precision"] == 0.02
    (workplace / "pairs.csv").write_text("left_id,right_id\n1,1\n")
    assert run("evaluate pairs.csv --truth truth.csv --json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["average_precision"], found["roc_auc"], found["best_threshold"]) == (None, None, None)


def test_files_are_written_all_or_none(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evaluate said.csv --truth truth.csv -o out -q") == 0
    assert capsys.readouterr().out == ""
    assert sorted(path.name for path in (workplace / "out").iterdir()) == ["curve.csv", "curve.svg", "metrics.json"]
    curve = pl.read_csv(workplace / "out" / "curve.csv")
    assert curve.columns == ["threshold", "precision", "recall", "f1", "found", "right"]
    assert curve["threshold"].to_list() == [0.99, 0.7, 0.4, 0.0]
    kept = json.loads((workplace / "out" / "metrics.json").read_text())
    assert kept["files"] == ["metrics.json", "curve.csv", "curve.svg"]
    assert run("evaluate said.csv --truth truth.csv -o out") == 2
    assert "not empty" in capsys.readouterr().err


def test_a_curve_of_an_earlier_evaluation_goes_and_other_files_stay(workplace: Path) -> None:
    assert run("evaluate said.csv --truth truth.csv -o out -q") == 0
    (workplace / "out" / "mine.txt").write_text("mine")
    (workplace / "pairs.csv").write_text("left_id,right_id\n1,1\n")
    assert run("evaluate pairs.csv --truth truth.csv -o out -q --force") == 0
    assert sorted(path.name for path in (workplace / "out").iterdir()) == ["metrics.json", "mine.txt"]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("said.csv", "missing option '--truth'"),
        ("said.csv --truth none.csv", "no such file"),
        ("said.csv --truth truth.csv --precision 2", "precision is 2.0; give a number from 0 to 1"),
        ("said.csv --truth truth.csv --level item", "'item' is not one of 'entity', 'family'"),
        ("said.csv --truth truth.csv --cluster lable", "did you mean 'label'?"),
        ("said.csv --truth truth.csv -o said.csv", "it is a file"),
        ("said.csv --truth truth.csv --seed -1", "seed is -1"),
        ("empty.csv --truth truth.csv", "empty.csv is empty"),
        ("said.csv --truth said.csv --one-table", "paired with itself"),
    ],
)
def test_a_mistake_is_a_sentence_and_nothing_is_written(
    command: str, message: str, workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workplace / "empty.csv").write_text("")
    before = sorted(workplace.rglob("*"))
    assert run(f"evaluate {command} -o out" if " -o " not in command else f"evaluate {command}") == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.err.startswith("matchkit: error: ")
    assert said.out == ""
    assert sorted(workplace.rglob("*")) == before


def test_clusters_in_parquet_and_families(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = pl.DataFrame({"sku": ["a", "b", "c"], "entity_id": ["a", "a", "c"], "family_id": ["a", "a", "a"]})
    table.write_parquet(workplace / "records.parquet")
    (workplace / "groups.csv").write_text("sku,family_id\na,1\nb,1\nc,2\n")
    assert run("evaluate records.parquet --truth groups.csv --level family") == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert any(line.startswith("precision 0.333") for line in lines)
    assert any(line.startswith("adjusted Rand index 0.000") for line in lines)
    assert run("evaluate records.parquet --truth groups.csv") == 2
    assert "family" in capsys.readouterr().err


def test_standard_input_can_be_one_of_the_two(
    workplace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Piped:
        buffer = io.BytesIO(SAID.encode())

    monkeypatch.setattr("sys.stdin", Piped())
    assert run("evaluate - --truth truth.csv --json") == 0
    assert json.loads(capsys.readouterr().out)["predictions"]["source"] == "standard input"


def test_hostile_names_do_not_reach_the_terminal(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workplace / "bad.csv").write_text("left_id,right_id,label\n1,1,\x1b[31mred\x1b[0m[bold]x\n")
    assert run("evaluate bad.csv --truth truth.csv") == 2
    assert "\x1b" not in capsys.readouterr().err
    named = workplace / "[bold]x[\x1b].csv"
    named.write_text(SAID)
    assert main(["evaluate", str(named), "--truth", "truth.csv"]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "[bold]x[" in said
