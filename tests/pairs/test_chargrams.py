"""Trigrams of texts, against a naive twin."""

from __future__ import annotations

import math
from collections import Counter
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs import chargrams
from pairs.chargrams import LONGEST, CharGrams

TEXT = st.one_of(st.none(), st.text(st.sampled_from("ab cé\U0001f600"), min_size=1, max_size=9))


def naive(values: list[str | None]) -> list[dict[str, float]]:
    """The vectors of the docstring, as dictionaries."""
    counts = []
    for value in values:
        padded = f" {value[:LONGEST]} " if value is not None else ""
        counts.append(Counter(padded[at : at + 3] for at in range(len(padded) - 2)))
    known = max(sum(value is not None for value in values), 1)
    frequency = Counter(gram for count in counts for gram in count)
    vectors = []
    for count in counts:
        weights = {
            gram: (1 + math.log(n)) * (math.log((known + 1) / frequency[gram]) + 0.1) for gram, n in count.items()
        }
        length = math.sqrt(sum(weight**2 for weight in weights.values()))
        vectors.append({gram: weight / length for gram, weight in weights.items()})
    return vectors


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=7))
def test_cosine_is_what_a_loop_finds(values: list[str | None]) -> None:
    vectors = naive(values)
    pairs = list(product(range(len(values)), repeat=2))
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    found = CharGrams.fit(pl.Series(values, dtype=pl.String)).cosine(left, right)
    expected = [
        sum(weight * vectors[j].get(gram, 0) for gram, weight in vectors[i].items())
        if values[i] is not None and values[j] is not None
        else math.nan
        for i, j in pairs
    ]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_slices_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    values = pl.Series(["red lamp", None, "lamp red", "a", "blue lamps", "aaaaaa", "red"])
    whole = CharGrams.fit(values).vectors
    monkeypatch.setattr(chargrams, "_SLICE", 2)
    parts = CharGrams.fit(values).vectors
    assert (whole != parts).nnz == 0


def test_only_the_beginning_of_a_text_counts() -> None:
    start = "lamp " * (LONGEST // 5)
    fitted = CharGrams.fit(pl.Series([start + "one", start + "two" * 50_000, "other"]))
    assert fitted.cosine(np.array([0]), np.array([1])).tolist() == pytest.approx([1])


@pytest.mark.parametrize("values", [[], [None], [None, None]])
def test_no_text_at_all(values: list[None]) -> None:
    rows = np.arange(len(values))
    found = CharGrams.fit(pl.Series(values, dtype=pl.String)).cosine(rows, rows)
    assert len(found) == len(values)
    assert np.isnan(found).all()
