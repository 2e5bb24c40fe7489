"""Measures of candidate pairs, by hand and against sets."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking.quality import pair_completeness, pairs_quality, reduction_ratio

Pairs = list[tuple[int, int]]
pairs = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=15)


def frame(rows: Pairs) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"left": pl.UInt32, "right": pl.UInt32}, orient="row")


@settings(deadline=None)
@given(pairs, pairs)
def test_one_table_has_undirected_pairs(candidates: Pairs, truth: Pairs) -> None:
    given_ = {frozenset(pair) for pair in candidates if pair[0] != pair[1]}
    wanted = {frozenset(pair) for pair in truth if pair[0] != pair[1]}
    complete, quality = (
        pair_completeness(frame(candidates), frame(truth)),
        pairs_quality(frame(candidates), frame(truth)),
    )
    assert complete == pytest.approx(len(given_ & wanted) / len(wanted) if wanted else math.nan, nan_ok=True)
    assert quality == pytest.approx(len(given_ & wanted) / len(given_) if given_ else math.nan, nan_ok=True)


@settings(deadline=None)
@given(pairs, pairs)
def test_two_tables_have_directed_pairs(candidates: Pairs, truth: Pairs) -> None:
    given_, wanted = set(candidates), set(truth)
    complete = pair_completeness(frame(candidates), frame(truth), two_tables=True)
    quality = pairs_quality(frame(candidates), frame(truth), two_tables=True)
    assert complete == pytest.approx(len(given_ & wanted) / len(wanted) if wanted else math.nan, nan_ok=True)
    assert quality == pytest.approx(len(given_ & wanted) / len(given_) if given_ else math.nan, nan_ok=True)


def test_any_integers_will_do() -> None:
    candidates = pl.DataFrame({"left": [0, 2], "right": [1, 1], "similarity": [0.5, 0.1]})
    truth = pl.DataFrame({"left": [1], "right": [0]})
    assert pair_completeness(candidates, truth) == 1.0
    assert pair_completeness(candidates, truth, two_tables=True) == 0.0
    assert pairs_quality(candidates, truth) == 0.5


@pytest.mark.parametrize(
    ("candidates", "left", "right", "ratio"),
    [(3, 4, None, 0.5), (0, 4, None, 1.0), (6, 4, None, 0.0), (5, 4, 5, 0.75), (20, 4, 5, 0.0)],
)
def test_reduction_ratio(candidates: int, left: int, right: int | None, ratio: float) -> None:
    assert reduction_ratio(candidates, left, right) == ratio


@pytest.mark.parametrize(("left", "right"), [(0, None), (1, None), (0, 5), (5, 0)])
def test_no_possible_pair_has_no_reduction_ratio(left: int, right: int | None) -> None:
    assert math.isnan(reduction_ratio(0, left, right))
