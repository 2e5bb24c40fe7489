"""Similarity of strings against RapidFuzz one pair at a time."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from pairs.strings import LONGEST, contained, edit_similarity

TEXT = st.one_of(st.none(), st.text(alphabet="abé 1😀", max_size=8))
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=12)


def series(values: list[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def similarity(left: str | None, right: str | None, *, reorder: bool = False) -> float:
    return float(edit_similarity(series([left]), series([right]), reorder=reorder)[0])


def naive(left: str | None, right: str | None, reorder: bool) -> float:
    if left is None or right is None:
        return math.nan
    plain = OSA.normalized_similarity(left[:LONGEST], right[:LONGEST])
    return max(plain, fuzz.token_sort_ratio(left[:LONGEST], right[:LONGEST]) / 100) if reorder else plain


@settings(max_examples=150, deadline=None)
@given(PAIRS, st.booleans())
def test_many_pairs_at_once_are_single_calls(pairs: list[tuple[str | None, str | None]], reorder: bool) -> None:
    left, right = (series([pair[side] for pair in pairs]) for side in (0, 1))
    found = edit_similarity(left, right, reorder=reorder)
    assert found.dtype == np.float32
    expected = [1.0 if pair[0] == pair[1] is not None else naive(*pair, reorder) for pair in pairs]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(found, edit_similarity(right, left, reorder=reorder))
    for threads in (1, 2):
        np.testing.assert_array_equal(found, edit_similarity(left, right, reorder=reorder, threads=threads))


def test_a_swap_of_neighbours_is_one_edit() -> None:
    assert similarity("smiht", "smith") == pytest.approx(0.8)
    assert similarity("abcde", "vwxyz") == 0
    assert similarity("smith", "smith") == 1


def test_reordered_words() -> None:
    assert similarity("john smith", "smith john", reorder=True) == 1
    assert similarity("john smith", "smith john") < 0.5


@pytest.mark.parametrize(("left", "right"), [(None, None), (None, "a"), ("a", None)])
def test_missing_never_agrees(left: str | None, right: str | None) -> None:
    assert math.isnan(similarity(left, right, reorder=True))


def test_only_the_beginning_of_long_texts_counts() -> None:
    head = "x" * LONGEST
    assert similarity(head + "a" * 10_000, head + "b" * 10_000) == 1
    assert similarity(head[1:] + "a", head[1:] + "b") == pytest.approx(1 - 1 / LONGEST)


def test_no_pairs() -> None:
    empty = series([])
    assert edit_similarity(empty, empty, reorder=True).shape == (0,)
    assert contained(empty, empty).shape == (0,)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(*[st.text(alphabet="abc1", min_size=1, max_size=6)] * 2), min_size=1, max_size=8))
def test_contained_is_the_partial_ratio(pairs: list[tuple[str, str]]) -> None:
    found = contained(*(pl.Series([pair[side] for pair in pairs]) for side in (0, 1)))
    np.testing.assert_allclose(found, [fuzz.partial_ratio(*pair) / 100 for pair in pairs], rtol=1e-6)


def test_a_word_inside_another_is_contained() -> None:
    assert contained(pl.Series(["book"]), pl.Series(["thenotebooks"]))[0] == 1
    assert contained(pl.Series(["2324"]), pl.Series(["model2325"]))[0] < 1
