"""The command line with the real stages, as a user runs it."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from matchkit.cli import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "catalog.csv"

ADDED = ["entity_id", "family_id", "confidence", "needs_review"]
HOSTILE = [
    ["sku", "title", "price", "note"],
    ["a-1", "=Trail shoe Kestrel blue, UK 8", "59.00", "+1"],
    ["a-2", "=Trail shoe Kestrel blue, UK 8", "59.00", "@x"],
    ["a-3", "Mug \U0001f600 'Lumo' 350\u00a0ml", " 8.50 ", 'q"q'],
    ["a-4", "שולחן עץ אלון 120", "", "-"],
    ["a-5", "Desk lamp\rArden\nblack", "-3", "n/a"],
    ["a-6", "Notebook A5 dotted, 120 pages", "4", "x" * 10_000],
]


def matchkit(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "matchkit", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, **options)


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example catalogue, deduplicated as the README says."""
    out = tmp_path_factory.mktemp("example") / "out"
    done = matchkit("dedupe", EXAMPLE, "-o", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    return out


def test_the_users_rows_come_back_in_their_order(example: Path) -> None:
    given, written = cells(EXAMPLE), cells(example / "records.csv")
    width = len(given[0])
    assert written[0] == [*given[0], *ADDED]
    assert [row[:width] for row in written] == given
    ids = {row[0] for row in given[1:]}
    assert {row[width] for row in written[1:]} <= ids
    assert {row[width + 3] for row in written[1:]} <= {"true", "false"}
    assert all(0 <= float(row[width + 2]) <= 1 for row in written[1:])


def test_an_entity_lies_in_one_family(example: Path) -> None:
    frame = pl.read_csv(example / "records.csv", infer_schema=False)
    assert frame.group_by("entity_id").agg(pl.col("family_id").n_unique())["family_id"].max() == 1
    assert frame["entity_id"].n_unique() < frame.height


def test_pairs_name_rows_of_the_file(example: Path) -> None:
    pairs = pl.read_csv(example / "pairs.csv", infer_schema=False)
    expected = ["left_id", "right_id", "label", "p_exact", "p_variant", "differs_in", "reason"]
    assert pairs.columns == expected
    ids = pl.read_csv(EXAMPLE, infer_schema=False)["sku"]
    assert pairs["left_id"].is_in(ids.implode()).all()
    assert pairs["right_id"].is_in(ids.implode()).all()
    assert set(pairs["label"]) <= {"exact_duplicate", "variant", "different"}


def test_the_run_says_how_it_was_done(example: Path) -> None:
    run = json.loads((example / "run.json").read_text(encoding="utf-8"))
    assert {column["name"] for column in run["columns"]} == set(cells(EXAMPLE)[0])
    assert all(seconds >= 0 for seconds in run["seconds"].values())
    assert run["versions"]["python"].startswith("3.")
    assert {"thresholds", "counts", "notes"} <= set(run)


def test_neither_the_order_of_the_rows_nor_the_kind_of_file_matters(example: Path, tmp_path: Path) -> None:
    frame = pl.read_csv(EXAMPLE, infer_schema=False).sample(fraction=1.0, shuffle=True, seed=3)
    shuffled = frame.write_csv().encode()
    done = matchkit("dedupe", "-", "-o", tmp_path / "out", "--format", "parquet", input=shuffled)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    records = pl.read_parquet(tmp_path / "out/records.parquet")
    assert records["sku"].to_list() == frame["sku"].to_list()
    written = pl.read_csv(example / "records.csv", infer_schema=False)
    groups = ["sku", "entity_id", "family_id"]
    assert records.select(groups).sort("sku").equals(written.select(groups).sort("sku"))


def test_hostile_cells_come_back_as_they_were(tmp_path: Path) -> None:
    source = tmp_path / "hostile.csv"
    with source.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(HOSTILE)
    done = matchkit("dedupe", source, "-o", tmp_path / "out", "--ignore-column", "note")
    assert (done.returncode, done.stderr) == (0, b"")
    written = cells(tmp_path / "out/records.csv")
    assert [row[:4] for row in written] == HOSTILE
    entities = [row[4] for row in written[1:]]
    assert entities[0] == entities[1]
    assert len(set(entities)) == 5


def test_a_result_can_be_deduplicated_again(example: Path, tmp_path: Path) -> None:
    shutil.copy(example / "records.csv", tmp_path / "again.csv")
    done = matchkit("dedupe", tmp_path / "again.csv", "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, b"")
    given, written = cells(tmp_path / "again.csv"), cells(tmp_path / "out/records.csv")
    assert [row[: len(given[0])] for row in written] == given
    assert len(set(written[0])) == len(given[0]) + 4


def test_block_reports_against_the_truth(tmp_path: Path) -> None:
    truth = ROOT / "examples" / "catalog_truth.csv"
    done = matchkit("block", EXAMPLE, "--truth", truth, "-o", tmp_path / "c.csv", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    report = json.loads(done.stdout)
    candidates = pl.read_csv(tmp_path / "c.csv", infer_schema=False)
    assert candidates.columns == ["left_id", "right_id", "similarity"]
    found = {frozenset(pair) for pair in candidates.select("left_id", "right_id").iter_rows()}
    wanted: dict[str, list[str]] = defaultdict(list)
    for sku, entity in pl.read_csv(truth, infer_schema=False).select("id", "entity_id").iter_rows():
        wanted[entity].append(sku)
    pairs = {frozenset((a, b)) for ids in wanted.values() for a in ids for b in ids if a != b}
    # Identical rows are written as a star, and all of their pairs count as found.
    assert len(pairs & found) / len(pairs) <= report["pair_completeness"] <= 1
    assert report["pairs_quality"] == pytest.approx(len(pairs & found) / len(found))
    assert report["pair_completeness"] > 0.95


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"", "empty"),
        (b"id,title\n", "no rows"),
        (b"title\nx\n", "column"),
        (b"id,id\n1,2\n", "id"),
        (b"id,title\n1,a\n2,b,c\n", "line 3"),
    ],
)
def test_bad_input_is_told_in_a_sentence(
    content: bytes | None, words: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "bad.csv"
    if content is not None:
        source.write_bytes(content)
    assert main(["dedupe", str(source), "-o", str(tmp_path / "out")]) == 2
    out, said = capfd.readouterr()
    assert out == ""
    assert said.startswith("matchkit: error: ")
    assert words in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()
