"""Measures of one text attribute, against a loop over pairs."""

from __future__ import annotations

import math
import time
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from pairs.attributes import Attribute, Role
from pairs.textmeasures import TextMeasures, number_values

TITLE = Attribute("title", Role.TEXT, "title")
VALUE = st.one_of(
    st.none(), st.text(st.sampled_from("ab 1é☕"), min_size=1, max_size=9).map(lambda v: v.strip() or "a")
)


def fit(values: list[str | None]) -> TextMeasures:
    return TextMeasures.fit(pl.Series(values, dtype=pl.String), TITLE)


def naive(values: list[str | None], i: int, j: int) -> dict[str, float]:
    """The definitions in the docstring, but for those of shared words."""
    a, b = values[i], values[j]
    found = {"missing": float((a is None) + (b is None))}
    if a is None or b is None:
        return found | dict.fromkeys(("equal", "rarity", "ratio", "length", *WORDY), math.nan)
    rows = len(values)
    rarity = math.log(rows / values.count(a)) / math.log(rows) if rows > 1 else 0
    return found | {
        "equal": float(a == b),
        "rarity": rarity if a == b else 0,
        "ratio": OSA.normalized_similarity(a, b),
        "length": min(len(a), len(b)) / max(len(a), len(b)),
        "token_sort": fuzz.token_sort_ratio(a, b) / 100,
        "token_set": fuzz.token_set_ratio(a, b) / 100,
        "first_word": float(a.split()[0] == b.split()[0]),
    }


WORDY = ("token_sort", "token_set", "first_word")


@settings(max_examples=120, deadline=None)
@given(st.lists(VALUE, min_size=1, max_size=6))
def test_measures_are_what_a_loop_finds(values: list[str | None]) -> None:
    fitted = fit(values)
    pairs = list(product(range(len(values)), repeat=2))
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    found = fitted.measure(left, right, threads=1)
    expected = [naive(values, i, j) for i, j in pairs]
    several = fitted.words is not None
    names = set(expected[0]) - (set() if several else set(WORDY))
    assert names <= set(found)
    assert several or names == set(found)
    for name in names:
        assert found[name].dtype == np.float32, name
        np.testing.assert_allclose(found[name], [row[name] for row in expected], atol=1e-5, err_msg=name)


def test_shared_words_stand_where_both_sides_are_known() -> None:
    values: list[str | None] = ["red lamp x9", None, "lamp blue", "red lamp x9"]
    fitted = fit(values)
    left, right = np.array([0, 0, 0, 1, 2]), np.array([3, 1, 2, 1, 0])
    found = fitted.measure(left, right)
    assert fitted.words is not None
    for name, column in fitted.words.measure(left, right).items():
        np.testing.assert_allclose(found[name], column, err_msg=name)


def test_missing_never_agrees_with_missing() -> None:
    found = fit([None, None, "", "a b", "a b"]).measure(np.array([0, 0, 2, 3, 3]), np.array([1, 2, 2, 0, 4]))
    assert found["missing"].tolist() == [2, 2, 2, 1, 0]
    for name in set(found) - {"missing"}:
        assert np.isnan(found[name][:4]).all(), name
        assert not np.isnan(found[name][4]), name
    assert found["equal"][4] == 1


def test_single_words_and_long_texts_have_fewer_measures() -> None:
    none = np.zeros(0, dtype=np.int64)
    single = fit(["one", "two"]).measure(none, none)
    assert set(single) == {"missing", "equal", "rarity", "ratio", "length"}
    long = fit(["many words " * 20, "more words " * 20]).measure(none, none)
    assert {"missing", "equal", "cos"} <= set(long)
    assert not {"ratio", "length", "token_set"} & set(long)


def test_a_very_long_value_among_short_ones_takes_no_time() -> None:
    values: list[str | None] = [*["a b"] * 2_000, "word " * 20_000, "x" * 100_000]
    fitted = fit(values)
    assert fitted.spelling is not None
    rows = np.array([2_000, 2_001] * 2_000)
    started = time.perf_counter()
    fitted.measure(rows, rows[::-1])
    assert time.perf_counter() - started < 5


def test_values_are_numbered_by_their_first_row() -> None:
    assert number_values(pl.Series(["b", None, "a", "b", None, "a"])).tolist() == [0, -1, 2, 0, -1, 2]
    assert number_values(pl.Series([], dtype=pl.String)).tolist() == []


@pytest.mark.parametrize("values", [[], ["a b"], [None]])
def test_few_rows(values: list[str | None]) -> None:
    rows = np.arange(len(values))
    assert all(len(column) == len(values) for column in fit(values).measure(rows, rows).values())
