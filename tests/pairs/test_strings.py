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
    assert contained(empty, empty, np.zeros(0, dtype=np.float32)).shape == (0,)


CLOSE = st.integers(0, 3).flatmap(
    lambda extra: st.tuples(
        st.text(alphabet="ab1", max_size=66), st.text(alphabet="ab1", max_size=66 + 40 * extra), st.integers(0, 66)
    )
)


def near(pair: tuple[str, str, int]) -> tuple[str, str]:
    """A word and a text that holds it but for a letter, or not at all."""
    word, text, place = pair
    return word, text[:place] + word[: place % 7] + word[place % 7 + 1 :] + text[place:]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(st.tuples(*[st.text(alphabet="abc1é", max_size=6)] * 2), CLOSE.map(near), CLOSE.map(lambda p: p[:2])),
        min_size=1,
        max_size=8,
    ),
    st.lists(st.sampled_from([0.0, 0.5, 0.8, 0.992, 0.999, 1.0]), min_size=8, max_size=8),
)
def test_contained_is_a_partial_ratio_high_enough(pairs: list[tuple[str, str]], asked: list[float]) -> None:
    least = np.array(asked[: len(pairs)], dtype=np.float32)
    words, texts = (series([pair[side] for pair in pairs]) for side in (0, 1))
    found = contained(words, texts, least, threads=1)
    ratios = np.array([fuzz.partial_ratio(*pair) for pair in pairs], dtype=np.float32) / np.float32(100)
    assert found.tolist() == (ratios >= least).tolist()


def test_a_word_inside_another_is_contained() -> None:
    words, texts = series(["book", "2324", "wordly"]), series(["thenotebooks", "model2325", "word"])
    assert contained(words, texts, np.full(3, 0.999, dtype=np.float32)).tolist() == [True, False, True]
    assert contained(words, texts, np.full(3, 0.7, dtype=np.float32)).tolist() == [True, True, True]
