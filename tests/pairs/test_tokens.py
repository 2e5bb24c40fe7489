"""Words and their rarity against a naive twin."""

from __future__ import annotations

import math
from collections import Counter
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.tokens import TokenTable

WORD = st.sampled_from(["a", "b", "cc", "7", "x9", "19", "lamp"])
VALUE = st.one_of(st.none(), st.lists(WORD, min_size=1, max_size=5).map(" ".join))


def table(values: list[str | None]) -> TokenTable:
    return TokenTable.build(pl.Series(values, dtype=pl.String))


class Naive:
    """The definitions in the docstrings, a record and a pair at a time."""

    def __init__(self, values: list[str | None]) -> None:
        self.words = [sorted(set(value.split())) if value else [] for value in values]
        known = max(sum(value is not None for value in values), 1)
        counts = Counter(word for words in self.words for word in words)
        self.rarity = {word: math.log((known + 1) / count) / math.log(known + 1) for word, count in counts.items()}

    def cosine(self, i: int, j: int) -> float:
        if not self.words[i] or not self.words[j]:
            return math.nan
        masses = [sum(self.rarity[word] ** 2 for word in self.words[row]) for row in (i, j)]
        shared = sum(self.rarity[word] ** 2 for word in set(self.words[i]) & set(self.words[j]))
        return shared / math.sqrt(masses[0] * masses[1])

    def rarest(self, i: int, j: int, *, digit: bool) -> str | None:
        """The rarest word of i that j lacks; the first in the alphabet of equally rare ones."""
        only = [w for w in set(self.words[i]) - set(self.words[j]) if any(c.isdigit() for c in w) is digit]
        return min(only, key=lambda word: (-np.float32(self.rarity[word]), word), default=None)


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUE, min_size=1, max_size=7))
def test_overlap_is_what_a_loop_finds(values: list[str | None]) -> None:
    found, naive = table(values), Naive(values)
    pairs = list(product(range(len(values)), repeat=2))
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    overlap = found.overlap(left, right)
    assert overlap.cosine.dtype == np.float32
    np.testing.assert_allclose(overlap.cosine, [naive.cosine(i, j) for i, j in pairs], rtol=1e-5)
    assert not (overlap.cosine > 1).any()

    def words(numbers: np.ndarray) -> list[str | None]:
        return [None if number < 0 else found.words[int(number)] for number in numbers]

    for side, order in ((overlap.left, pairs), (overlap.right, [(j, i) for i, j in pairs])):
        assert words(side.word) == [naive.rarest(i, j, digit=False) for i, j in order]
        assert words(side.number) == [naive.rarest(i, j, digit=True) for i, j in order]


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUE, min_size=2, max_size=8), st.integers(1, 7))
def test_a_pair_is_the_same_in_any_batch(values: list[str | None], size: int) -> None:
    found = table(values)
    left, right = np.triu_indices(len(values), 1)
    whole = found.overlap(left, right)
    for start in range(0, len(left), size):
        part = slice(start, start + size)
        piece = found.overlap(left[part], right[part])
        np.testing.assert_array_equal(piece.cosine, whole.cosine[part])
        np.testing.assert_array_equal(piece.left.word, whole.left.word[part])
        np.testing.assert_array_equal(piece.right.number, whole.right.number[part])


@settings(max_examples=80, deadline=None)
@given(st.lists(VALUE, min_size=1, max_size=8))
def test_the_table_holds_each_rows_distinct_words(values: list[str | None]) -> None:
    found, naive = table(values), Naive(values)
    names = found.words.to_list()
    assert names == sorted(set(names))
    rows = [found.tokens[found.starts[i] : found.starts[i + 1]].tolist() for i in range(len(values))]
    assert all(tokens == sorted(set(tokens)) for tokens in rows)
    assert [[names[token] for token in tokens] for tokens in rows] == naive.words
    assert found.numeric.tolist() == [any(c.isdigit() for c in word) for word in names]
    np.testing.assert_allclose(found.rarity, [naive.rarity[word] for word in names], rtol=1e-6)
    assert ((found.rarity > 0) & (found.rarity <= 1)).all()


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    values: list[str | None] = [*["oak table"] * 6, "oak kestrel", "pine kestrel", "oak lumo"]
    found = table(values)
    cosine = found.overlap(np.array([6, 6]), np.array([7, 8])).cosine
    assert cosine[0] > cosine[1]
    rarity = dict(zip(found.words.to_list(), found.rarity.tolist(), strict=True))
    assert rarity["lumo"] == pytest.approx(1)
    assert rarity["oak"] < rarity["kestrel"] < rarity["lumo"]


def test_missing_values_and_empty_input() -> None:
    found = table([None, None, "a"])
    overlap = found.overlap(np.array([0, 0, 2]), np.array([1, 2, 0]))
    assert np.isnan(overlap.cosine).all()
    assert overlap.left.word.tolist() == [-1, -1, 0]
    assert overlap.right.word.tolist() == [-1, 0, -1]
    for values in ([], [None]):
        nothing = table(list(values))
        none = np.empty(0, dtype=np.int64)
        assert len(nothing.overlap(none, none).cosine) == 0
        assert len(nothing.words) == 0
