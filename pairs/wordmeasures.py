"""The words that two texts share and those that only one has, weighed by how rare they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from pairs.tokens import Rows, TokenTable

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

#: What a word is: letters alone, a plain number, or a code (a digit and something else, or many digits).
WORD, NUMBER, CODE = 0, 1, 2

_DIGITS_OF_A_CODE = 5


@dataclass(frozen=True, slots=True)
class WordMeasures:
    """The distinct words of every value of one column, fitted on all records.

    Attributes
    ----------
    weights
        (rows, vocabulary) CSR matrix of float32: the rarity of each word that a row has, in (0, 1] (see
        :class:`pairs.tokens.TokenTable`). Words are numbered from the rarest to the most frequent, equally
        rare ones by the alphabet, so that the first of a row is its rarest.
    words
        The words by number.
    rarity, kinds
        (vocabulary,) weight of each word, and whether it is a `WORD`, a `NUMBER` or a `CODE`.
    totals
        (rows, 3) sum of the weights of all words, of codes, of numbers.
    squares, counts
        (rows,) sum of squared weights, and number of distinct words; 0 where the value is missing.
    """

    weights: sparse.csr_array
    words: pl.Series
    rarity: Floats
    kinds: NDArray[np.uint8]
    totals: Floats
    squares: Floats
    counts: Floats

    @classmethod
    def fit(cls, values: pl.Series) -> WordMeasures:
        """Learn the words of a normalised String column, and how rare they are."""
        table = TokenTable.build(values)
        order = np.lexsort((np.arange(len(table.words)), -table.rarity))
        number = np.empty(len(order), dtype=np.int32)
        number[order] = np.arange(len(order), dtype=np.int32)
        rarity = table.rarity[order]
        tokens = number[table.tokens]
        shape = (len(values), max(len(order), 1))
        weights = sparse.csr_array((rarity[tokens], tokens, table.starts.astype(np.int32)), shape=shape)
        weights.sort_indices()
        words = table.words.gather(order)
        kinds = _kinds(words)
        squares = weights.copy()
        squares.data = squares.data**2
        return cls(
            weights=weights,
            words=words,
            rarity=rarity,
            kinds=kinds,
            totals=weights @ _columns(kinds, shape[1]),
            squares=squares @ np.ones(shape[1], dtype=np.float32),
            counts=np.diff(table.starts).astype(np.float32),
        )

    def share(self, left: Rows, right: Rows) -> SharedWords:
        """Which words the records of each pair share; arrays of row numbers of equal length."""
        first, second = _canonical(self.weights[left]), _canonical(self.weights[right])
        # Both sides hold the very same weight of a word: what is shared cancels out exactly and is dropped.
        shared = _canonical(first.minimum(second))
        return SharedWords(shared, _canonical(first - shared), _canonical(second - shared))

    def measure(self, left: Rows, right: Rows, shared: SharedWords | None = None) -> dict[str, Floats]:
        """Measures of the words of each pair, all nan where a side has no words.

        Parameters
        ----------
        left, right
            Row numbers, arrays of equal length.
        shared
            What `share` said of these pairs, if it is at hand.

        Returns
        -------
        dict
            (pairs,) arrays. In [0, 1]: ``cos`` of the rarity vectors, ``jaccard`` of the sets of words,
            ``cov.left`` and ``cov.right`` (shared weight over that side's), ``shared_max`` and
            ``unshared_max.left``, ``.right`` (weight of the rarest such word, 0 where there is none). Sums of
            weights: ``shared``, ``unshared.left``, ``unshared.right``, and of codes and numbers alone
            ``codes_shared``, ``codes_unshared.left``, ... ``numbers_shared``, ... A number: ``shared_count``.
        """
        found = shared or self.share(left, right)
        both = found.both
        width = both.shape[1]
        sums = both @ _columns(self.kinds, width)
        squares = _with_data(both, both.data**2) @ np.ones(width, dtype=np.float32)
        count = np.diff(both.indptr).astype(np.float32)
        measures = {
            "cos": _ratio(squares, np.sqrt(self.squares[left] * self.squares[right])),
            "jaccard": _ratio(count, self.counts[left] + self.counts[right] - count),
            "shared": sums[:, 0],
            "shared_max": self._weight(first_words(both)),
            "shared_count": count,
            "codes_shared": sums[:, 1],
            "numbers_shared": sums[:, 2],
        }
        for side, rows, only in (("left", left, found.left), ("right", right, found.right)):
            totals = self.totals[rows]
            apart = np.maximum(totals - sums, 0)
            measures |= {
                f"cov.{side}": _ratio(sums[:, 0], totals[:, 0]),
                f"unshared.{side}": apart[:, 0],
                f"unshared_max.{side}": self._weight(first_words(only)),
                f"codes_unshared.{side}": apart[:, 1],
                f"numbers_unshared.{side}": apart[:, 2],
            }
        known = (self.counts[left] > 0) & (self.counts[right] > 0)
        return {name: np.where(known, values, np.float32(np.nan)) for name, values in measures.items()}

    def rarest(self, only: sparse.csr_array, kind: int) -> Ints:
        """(pairs,) number of the rarest word of one kind in each row of a matrix of words, -1 for none."""
        return first_words(only, self.kinds == kind)

    def _weight(self, words: Ints) -> Floats:
        """Weight of each word by number; 0 for -1."""
        weight = np.zeros(len(words), dtype=np.float32)
        some = words >= 0
        weight[some] = self.rarity[words[some]]
        return weight


@dataclass(frozen=True, slots=True)
class SharedWords:
    """(pairs, vocabulary) CSR matrices of the weights of the words that both sides have, or only one."""

    both: sparse.csr_array
    left: sparse.csr_array
    right: sparse.csr_array


def first_words(matrix: sparse.csr_array, chosen: NDArray[np.bool_] | None = None) -> Ints:
    """(rows,) the first word of each row, of the chosen words if any are named; -1 where there is none."""
    words, bounds = matrix.indices, matrix.indptr
    if chosen is not None and len(words):
        places = np.flatnonzero(chosen[words])
        words, bounds = words[places], np.searchsorted(places, bounds)
    found = np.full(matrix.shape[0], -1, dtype=np.int64)
    some = bounds[1:] > bounds[:-1]
    found[some] = words[bounds[:-1][some]]
    return found


def _kinds(words: pl.Series) -> NDArray[np.uint8]:
    digits = words.str.count_matches(r"\d").to_numpy()
    plain = words.str.contains(r"^\d+(\.\d+)?$").to_numpy() & (digits < _DIGITS_OF_A_CODE)
    return np.where(plain, NUMBER, np.where(digits > 0, CODE, WORD)).astype(np.uint8)


def _columns(kinds: NDArray[np.uint8], width: int) -> Floats:
    """(vocabulary, 3) what to multiply with to sum all words, codes, and numbers."""
    columns = np.zeros((width, 3), dtype=np.float32)
    columns[:, 0] = 1
    columns[: len(kinds), 1] = kinds == CODE
    columns[: len(kinds), 2] = kinds == NUMBER
    return columns


def _canonical(matrix: sparse.csr_array) -> sparse.csr_array:
    """Spare scipy the look through all entries: rows of a sorted matrix are sorted."""
    matrix.has_sorted_indices = True
    matrix.has_canonical_format = True
    return matrix


def _with_data(matrix: sparse.csr_array, data: Floats) -> sparse.csr_array:
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.minimum(part / np.where(whole > 0, whole, 1), 1)
