"""Words that two texts share, against a naive twin."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.wordmeasures import CODE, NUMBER, WORD, WordMeasures, first_words

WORDS = st.sampled_from(["a", "b", "cc", "7", "x9", "19", "lamp", "1.5", "12345", "b-2", "é"])
VALUE = st.one_of(st.none(), st.lists(WORDS, min_size=1, max_size=6).map(" ".join))


def kind(word: str) -> int:
    digits = sum(c.isdigit() for c in word)
    if digits == 0:
        return WORD
    return NUMBER if re.fullmatch(r"\d+(\.\d+)?", word) and digits < 5 else CODE


class Naive:
    """The definitions in the docstrings, a pair at a time."""

    def __init__(self, values: list[str | None]) -> None:
        self.sets = [set(value.split()) if value else set() for value in values]
        known = max(sum(value is not None for value in values), 1)
        counts = Counter(word for words in self.sets for word in words)
        self.idf = {word: math.log((known + 1) / count) / math.log(known + 1) for word, count in counts.items()}

    def mass(self, words: set[str], kinds: tuple[int, ...] = (WORD, NUMBER, CODE), power: int = 1) -> float:
        return sum(self.idf[word] ** power for word in words if kind(word) in kinds)

    def measure(self, i: int, j: int) -> dict[str, float]:
        one, two = self.sets[i], self.sets[j]
        both = one & two
        found = {
            "cos": self.mass(both, power=2) / math.sqrt((self.mass(one, power=2) * self.mass(two, power=2)) or 1),
            "jaccard": len(both) / (len(one | two) or 1),
            "shared": self.mass(both),
            "shared_max": max((self.idf[word] for word in both), default=0),
            "shared_count": len(both),
            "codes_shared": self.mass(both, (CODE,)),
            "numbers_shared": self.mass(both, (NUMBER,)),
        }
        for side, mine in (("left", one), ("right", two)):
            only = mine - both
            found |= {
                f"cov.{side}": self.mass(both) / (self.mass(mine) or 1),
                f"unshared.{side}": self.mass(only),
                f"unshared_max.{side}": max((self.idf[word] for word in only), default=0),
                f"codes_unshared.{side}": self.mass(only, (CODE,)),
                f"numbers_unshared.{side}": self.mass(only, (NUMBER,)),
            }
        return found if one and two else dict.fromkeys(found, math.nan)

    def rarest(self, i: int, j: int, wanted: int) -> str | None:
        """The rarest word of one kind of i that j lacks; the first in the alphabet of equally rare ones."""
        only = [word for word in self.sets[i] - self.sets[j] if kind(word) == wanted]
        return min(only, key=lambda word: (-np.float32(self.idf[word]), word), default=None)


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUE, min_size=1, max_size=7))
def test_measures_are_what_a_loop_finds(values: list[str | None]) -> None:
    fitted, naive = WordMeasures.fit(pl.Series(values, dtype=pl.String)), Naive(values)
    pairs = list(product(range(len(values)), repeat=2))
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    found = fitted.measure(left, right)
    expected = [naive.measure(i, j) for i, j in pairs]
    assert list(found) == list(expected[0])
    for name, column in found.items():
        assert column.dtype == np.float32, name
        np.testing.assert_allclose(column, [row[name] for row in expected], atol=1e-5, err_msg=name)
    shared = fitted.share(left, right)
    for wanted in (WORD, CODE):
        words = [None if number < 0 else fitted.words[int(number)] for number in fitted.rarest(shared.left, wanted)]
        assert words == [naive.rarest(i, j, wanted) for i, j in pairs]


def test_equal_texts_leave_exactly_nothing_unshared() -> None:
    values = pl.Series(["red lamp x9 100 7", "red lamp", "x9 7 lamp", "100 red"])
    rows = np.arange(4)
    found = WordMeasures.fit(values).measure(rows, rows)
    for name, column in found.items():
        if "unshared" in name:
            assert not column.any(), name
    assert found["cov.left"].tolist() == found["cov.right"].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("lamp", WORD), ("é", WORD), ("7", NUMBER), ("1.5", NUMBER), ("9999", NUMBER), ("12345", CODE), ("x9", CODE)],
)
def test_kinds_of_words(word: str, expected: int) -> None:
    assert WordMeasures.fit(pl.Series([word])).kinds.tolist() == [expected]


@pytest.mark.parametrize("values", [[], [None], [None, None]])
def test_no_words_at_all(values: list[None]) -> None:
    fitted = WordMeasures.fit(pl.Series(values, dtype=pl.String))
    rows = np.arange(len(values))
    found = fitted.measure(rows, rows)
    assert all(np.isnan(column).all() and len(column) == len(values) for column in found.values())
    assert first_words(fitted.weights).tolist() == [-1] * len(values)
