"""``matchkit variants`` with the real stages, as a user runs it."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from matchkit.cli import main

ROOT = Path(__file__).resolve().parents[2]
COLORS = ("Black", "Red", "Navy", "Zinnia")
HEADER = ["sku", "title", "maker", "note"]
NOTES = ['said "so", twice', "two\nlines; and a semicolon", "", "=1+1"]
ROWS = [
    [f"k-{thing}{row}", f"{maker} {name} - {color} / {size}", maker, NOTES[row % 4]]
    for thing, (maker, name) in enumerate(product(("Arden", "Corvo"), ("Crème mug", "Vase “Lumo”")))
    for row, (color, size) in enumerate(product(COLORS, "SML"))
]
ADDED = ["entity_id", "family_id", "variant_color", "variant_size", "confidence", "needs_review"]


def write(path: Path, encoding: str = "utf-8-sig", **dialect: Any) -> Path:
    with path.open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle, **dialect).writerows([HEADER, *ROWS])
    return path


def matchkit(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "matchkit", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, **options)


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a mark at its start, semicolons, Windows line ends and line breaks inside of cells."""
    folder = tmp_path_factory.mktemp("variants")
    source = write(folder / "catalog.csv", delimiter=";", lineterminator="\r\n")
    done = matchkit("variants", source, "-o", folder / "out", "--group-format", "google")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    return folder / "out"


def test_the_rows_come_back_with_their_families(out: Path) -> None:
    written = cells(out / "records.csv")
    assert written[0] == [*HEADER, *ADDED]
    assert [row[:4] for row in written[1:]] == ROWS
    for (sku, title, *_), (*_, entity, family, color, size, confidence, review) in zip(ROWS, written[1:], strict=True):
        assert (entity, family) == (sku, f"{sku[:3]}0")
        assert (color, size) == tuple(part.lower() for part in title.split(" - ")[1].split(" / "))
        assert 0 <= float(confidence) <= 1
        assert review in ("true", "false")


def test_families_and_pairs(out: Path) -> None:
    header, *families = cells(out / "families.csv")
    rows = [dict(zip(header, family, strict=True)) for family in families]
    assert [row["family_id"] for row in rows] == ["k-00", "k-10", "k-20", "k-30"]
    assert [row["title"] for row in rows][:2] == ["Arden Crème mug", "Arden Vase “Lumo”"]
    for row in rows:
        assert (row["size"], row["rows"], row["varies_by"]) == ("12", "12", "color,size")
        assert row["variant_color"] == "black | navy | red | zinnia"
        assert row["variant_size"] == "s | m | l"
    header, *pairs = cells(out / "pairs.csv")
    assert header == ["left_id", "right_id", "label", "p_exact", "p_variant", "differs_in", "reason"]
    assert len(pairs) == 4 * 12 * 11 / 2
    first = dict(zip(header, pairs[0], strict=True))
    assert (first["left_id"], first["right_id"], first["label"]) == ("k-00", "k-01", "variant")
    assert first["differs_in"] == "size"
    assert first["reason"].endswith("differs in size (s / m)")


def test_the_run_is_told(out: Path) -> None:
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert run["files"] == ["records.csv", "pairs.csv", "families.csv", "google.tsv", "run.json"]
    assert {path.name for path in out.iterdir()} == set(run["files"])
    assert run["learnt"] == {"color": ["zinnia"], "size": []}
    assert [one["rows"] for one in run["ignored"]] == [48, 48]
    assert run["warnings"] == []
    assert run["input"]["delimiter"] == ";"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--ignore", "colr"], ["'colr' is neither a column of", "nor a known attribute, did you mean 'color'"]),
        (["--ignore", "makr,size"], ["'makr' is neither", "did you mean 'maker'"]),
        (["--within", "shop"], ["no column 'shop'"]),
        (["--ignore", "size", "--require", "size"], ["require: 'size' is ignored too"]),
        (["--ignore", "title"], ["what the records are called"]),
    ],
)
def test_wrong_names_are_told_in_a_sentence_and_nothing_is_written(
    options: list[str], words: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path / "catalog.csv")
    assert main(["variants", str(source), "-o", str(tmp_path / "out"), *options]) == 2
    out, said = capfd.readouterr()
    assert out == ""
    assert said.startswith("matchkit: error: ")
    assert said.count("\n") == 1
    assert all(word in said for word in words), said
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.csv"]


def test_the_exit_code_reaches_the_shell(tmp_path: Path) -> None:
    source = write(tmp_path / "catalog.csv")
    done = matchkit("variants", source, "-o", tmp_path / "out", "--ignore", "colr")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"did you mean 'color'" in done.stderr
    assert not (tmp_path / "out").exists()


KILLED = """
import sys, time
from matchkit import results
from matchkit.cli import main
def slow(frame, path):
    path.write_text("half")
    print("writing", flush=True)
    time.sleep(60)
results.write_csv = slow
main(["variants", sys.argv[1], "-o", sys.argv[2], "--force"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("old", [False, True])
def test_a_killed_run_leaves_nothing_half_written(old: bool, tmp_path: Path) -> None:
    source, out = write(tmp_path / "catalog.csv"), tmp_path / "out"
    if old:
        out.mkdir()
        (out / "families.csv").write_text("old")
    command = [sys.executable, "-c", KILLED, str(source), str(out)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
    if old:
        assert (out / "families.csv").read_text() == "old"
        assert [path.name for path in out.iterdir() if path.is_file()] == ["families.csv"]
    else:
        assert not [path for path in out.iterdir() if path.is_file()]
