"""The generator of benchmark tables: seeded, and its truth is true."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.synthetic import DIGITS, DUPLICATES, KINDS, catalogue, gtins, running_count, typos, words

ROOT = Path(__file__).parents[2]
Maker = Callable[[int, int], tuple[pl.DataFrame, pl.DataFrame]]
MAKERS = pytest.mark.parametrize("make", KINDS.values(), ids=list(KINDS))


@MAKERS
def test_the_same_seed_makes_the_same_table(make: Maker) -> None:
    assert all(one.equals(other) for one, other in zip(make(500, 3), make(500, 3), strict=True))
    assert not make(500, 3)[0].equals(make(500, 4)[0])


@MAKERS
@pytest.mark.parametrize("rows", [1, 10, 2000])
def test_every_size_has_its_share_of_duplicates(make: Maker, rows: int) -> None:
    records, truth = make(rows, 1)
    assert records.height == truth.height == records["id"].n_unique() == rows
    assert truth["entity_id"].n_unique() == rows - int(rows * DUPLICATES)


@MAKERS
def test_a_group_is_named_by_its_smallest_id(make: Maker) -> None:
    truth = make(2000, 1)[1]
    for column in truth.columns[1:]:
        for name, members in truth.group_by(column):
            assert name[0] == min(members["id"])


def test_an_entity_lies_in_one_family_and_has_one_colour_and_size() -> None:
    records, truth = catalogue(5000, 2)
    assert truth.group_by("entity_id").agg(pl.col("family_id").n_unique())["family_id"].max() == 1
    both = records.join(truth, on="id").filter(pl.col("color").str.len_chars() > 3, pl.col("gtin").is_not_null())
    assert both.group_by("entity_id").agg(pl.col("gtin").n_unique())["gtin"].max() == 1
    assert both.group_by("gtin").agg(pl.col("entity_id").n_unique())["entity_id"].max() == 1
    same_family = both.group_by("family_id").agg(pl.col("entity_id").n_unique())
    assert (same_family["entity_id"] > 3).sum() > 20


def test_gtins_have_valid_check_digits() -> None:
    for number in gtins(np.array([0, 1, 7919, 99_999_999_999])):
        digits = [int(digit) for digit in number]
        assert len(digits) == 13
        assert sum(digit * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10 == 0


def test_a_typo_is_one_slip_and_only_where_asked() -> None:
    text = pl.Series(["wireless model 210 keyboard"] * 200 + ["four"] * 2)
    hit = np.arange(202) % 2 == 0
    for before, after, asked in zip(text, typos(text, hit, np.random.default_rng(0)), hit, strict=True):
        assert after[0] == before[0]
        assert abs(len(after) - len(before)) <= 1
        assert [letter for letter in after if not letter.isalpha()] == [
            letter for letter in before if not letter.isalpha()
        ]
        if not asked or len(before) < 5:
            assert after == before


def test_a_typo_among_digits_leaves_letters_alone() -> None:
    text = pl.Series(["tel 0123456789"] * 50)
    slipped = typos(text, np.full(50, True), np.random.default_rng(0), DIGITS)
    assert set(slipped.str.slice(0, 4)) == {"tel "}
    assert slipped.n_unique() > 5


def test_words_are_different_and_running_count_counts() -> None:
    assert len(set(words(3000, 2, np.random.default_rng(0)))) == 3000
    assert running_count(np.array([5, 1, 5, 5, 1])).tolist() == [0, 0, 1, 2, 1]


def test_the_command_writes_both_files(tmp_path: Path) -> None:
    script = ROOT / "benchmarks" / "synthetic.py"
    subprocess.run([sys.executable, script, "50", tmp_path, "--kind", "persons", "--seed", "5"], check=True)
    assert pl.read_csv(tmp_path / "truth.csv").height == 50
    assert pl.read_csv(tmp_path / "records.csv").columns[0] == "id"
