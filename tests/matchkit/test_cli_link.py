"""``matchkit link`` as a user runs it, with good files and bad ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from matchkit.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
LEFT = "id,title,price\n1,Red mug Lumo,3.50\n2,Oak desk Arden 120,240.00\n3,Green kettle K7,24.00\n"
RIGHT = "id;name;cost\n1;oak desk arden 120;240,00\n2;green kettle K7;24,00\n3;mug lumo red;3,50\n"


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("left.csv").write_text(LEFT)
    Path("right.csv").write_text(RIGHT)
    return tmp_path


def link(arguments: str) -> int:
    return main(["link", *arguments.split()])


def rows(path: str) -> list[list[str]]:
    with open(path, newline="", encoding="utf-8") as handle:
        return list(csv.reader(handle))


def test_the_example_end_to_end(capfd: pytest.CaptureFixture[str]) -> None:
    assert link(f"{EXAMPLES}/catalog.csv {EXAMPLES}/suppliers.csv -o out --one-to-one") == 0
    assert capfd.readouterr() == ("", "")
    assert sorted(path.name for path in Path("out").iterdir()) == ["left.csv", "pairs.csv", "right.csv", "run.json"]
    pairs = rows("out/pairs.csv")
    assert pairs[0] == ["left_id", "right_id", "label", "p_exact", "p_variant", "differs_in", "reason"]
    matched = [pair for pair in pairs if pair[2] == "exact_duplicate"]
    assert len({pair[0] for pair in matched}) == len({pair[1] for pair in matched}) == len(matched) > 120
    run = json.loads(Path("out/run.json").read_text())
    assert run["files"] == ["left.csv", "right.csv", "pairs.csv", "run.json"]
    assert run["config"]["one_to_one"] is True


def test_rows_come_back_as_they_were_whatever_the_delimiter() -> None:
    assert link("left.csv right.csv -o out") == 0
    assert [row[:3] for row in rows("out/left.csv")] == list(csv.reader(LEFT.splitlines()))
    assert [row[:3] for row in rows("out/right.csv")] == list(csv.reader(RIGHT.splitlines(), delimiter=";"))
    entities = [row[3] for table in ("left", "right") for row in rows(f"out/{table}.csv")[1:]]
    assert set(entities[:3]) == {"left:1", "left:2", "left:3"}
    assert set(entities[3:]) <= {"left:1", "left:2", "left:3", "right:1", "right:2", "right:3"}


def test_a_map_from_the_command_line_goes_before_that_of_the_settings() -> None:
    Path("m.toml").write_text('one_to_one = true\n[map]\ntitle = "cost"\nprice = ""\n')
    assert link("left.csv right.csv -o out -c m.toml --map title=name") == 0
    run = json.loads(Path("out/run.json").read_text())
    assert run["config"]["map"] == {"title": "name", "price": ""}
    assert [(c["left"], c["right"]) for c in run["columns"]][:2] == [("id", "id"), ("title", "name")]
    assert run["columns"][1]["alignment"] == "as set"
    assert run["config"]["one_to_one"] is True


def test_parquet_against_csv_and_back_to_parquet() -> None:
    frame = pl.read_csv("right.csv", separator=";", decimal_comma=True)
    assert frame["cost"].dtype == pl.Float64
    frame.write_parquet("right.parquet")
    assert link("left.csv right.parquet -o out --format parquet") == 0
    assert pl.read_parquet("out/right.parquet").select(frame.columns).equals(frame)
    assert pl.read_parquet("out/left.parquet").select("id", "title", "price").columns == ["id", "title", "price"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_each_file_has_its_own_encoding(encoding: str) -> None:
    Path("left.csv").write_text(LEFT.replace("Red mug", "Große Tasse"), encoding="utf-8")
    Path("right.csv").write_bytes(RIGHT.replace("mug lumo", "Große Tasse lumo").encode(encoding))
    assert link("left.csv right.csv -o out") == 0
    assert rows("out/right.csv")[3][1] == "Große Tasse lumo red"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("id,title\n1,Red mug\n", "id,title\n1,Red mug\n"),
        ("id,title,x\n1,,\n2,,\n", "id,title,x\n1,,\n2,Red mug,y\n"),
        ("title,x\nRed mug,1\nRed mug,1\nRed mug,1\n", "title,x\nRed mug,1\n"),
        ("id,title\n1,=cmd\n1,\U0001f600\n", 'id,title\n1,"a\nb"\n1,שולחן\n'),
        (LEFT, LEFT),
    ],
)
@pytest.mark.parametrize("single", ["", "--one-to-one"])
def test_small_and_odd_tables_run(left: str, right: str, single: str) -> None:
    Path("a.csv").write_text(left, encoding="utf-8")
    Path("b.csv").write_text(right, encoding="utf-8")
    assert link(f"a.csv b.csv -o out {single}") == 0
    assert len(rows("out/left.csv")) == len(list(csv.reader(left.splitlines())))
    matched = [pair[:2] for pair in rows("out/pairs.csv") if pair[2] == "exact_duplicate"]
    assert not single or len({pair[0] for pair in matched}) == len({pair[1] for pair in matched}) == len(matched)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("left.csv", "missing argument 'RIGHT'"),
        ("left.csv right.csv", "missing option '--output'"),
        ("left.csv righ.csv -o out", "righ.csv: no such file; did you mean 'right.csv'?"),
        ("left.csv empty.csv -o out", "empty.csv is empty"),
        ("header.csv right.csv -o out", "header.csv has a header but no rows"),
        ("- - -o out", "standard input can be read once only"),
        ("left.csv other.csv -o out", "no column of left.csv says the same as one of other.csv"),
        ("left.csv right.csv -o out --map title", "--map 'title' is not allowed, give LEFT=RIGHT"),
        ("left.csv right.csv -o out --map =name", "--map '=name' is not allowed"),
        ("left.csv right.csv -o out --map title=name --map title=cost", "the column 'title' is mapped twice"),
        ("left.csv right.csv -o out --map titel=name", "has no column 'titel', did you mean 'title'?"),
        ("left.csv right.csv -o out --map title=nam", "has no column 'nam', did you mean 'name'?"),
        ("left.csv right.csv -o out --map title=name --map price=name", "are both mapped to 'name' of right.csv"),
        ("left.csv right.csv -o out --left-id sku", "left_id: left.csv has no column 'sku'"),
        ("left.csv repeated.csv -o out --right-id id", "name another column with --right-id"),
        ("left.csv right.csv -o out --ignore-column colour", "neither left.csv nor right.csv has a column 'colour'"),
        ("left.csv right.csv -o left.csv", "it is a file"),
        ("left.csv right.csv -o . --force", "would replace the input file left.csv"),
        ("right.csv left.csv -o . --force", "would replace the input file"),
        ("left.csv right.csv -o out -c bad.toml", "map: 'title' = 3 is not allowed"),
    ],
)
def test_mistakes_are_told_in_a_sentence(command: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty.csv").touch()
    Path("header.csv").write_text("id,title\n")
    Path("other.csv").write_text("who,when\nAnna,2020-01-01\nBerta,2021-05-06\n")
    Path("repeated.csv").write_text("id,title\n1,Red mug\n1,Blue mug\n")
    Path("bad.toml").write_text("[map]\ntitle = 3\n")
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    assert link(command) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("matchkit: error: ")
    assert words in err
    assert err.count("\n") == 1
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before
