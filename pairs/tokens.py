"""Words of a text column and how rare they are; which words two records share and which they do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.integer]

_SLICE = 50_000  # values whose words are read at a time


@dataclass(frozen=True, slots=True)
class TokenTable:
    """The distinct words of every value of one column.

    Attributes
    ----------
    starts
        (n + 1,) where each row's words begin in `tokens`.
    tokens
        Word numbers, ascending and distinct inside a row.
    words
        The words by number.
    rarity
        (vocabulary,) inverse document frequency relative to a word that occurs once, in (0, 1]:
        ``log((n + 1) / df) / log(n + 1)`` where n counts the rows that have a value.
    numeric
        (vocabulary,) whether the word has a digit.
    """

    starts: NDArray[np.int64]
    tokens: NDArray[np.int32]
    words: pl.Series
    rarity: Floats
    numeric: NDArray[np.bool_]

    @classmethod
    def build(cls, values: pl.Series) -> TokenTable:
        """Words of a normalised String column; a missing value has none."""
        slices = [values.slice(start, _SLICE) for start in range(0, len(values), _SLICE)]
        # Taken apart twice, for all words of all values at once would be many times the memory of the table.
        distinct = [_words(part)[0].unique() for part in slices]
        vocabulary = pl.concat([pl.Series(dtype=pl.String), *distinct]).unique().sort()
        parts = [_numbered(part, vocabulary) for part in slices]
        tokens = np.concatenate([np.zeros(0, dtype=np.int32), *(tokens for tokens, _ in parts)])
        counts = np.concatenate([np.zeros(1, dtype=np.int64), *(counts for _, counts in parts)])
        frequency = np.bincount(tokens, minlength=len(vocabulary))
        known = max(len(values) - values.null_count(), 1)
        return cls(
            starts=np.cumsum(counts),
            tokens=tokens,
            words=vocabulary.alias("word"),
            rarity=(np.log((known + 1) / frequency) / np.log(known + 1)).astype(np.float32),
            numeric=vocabulary.str.contains(r"\d").to_numpy(),
        )

    def overlap(self, left: Rows, right: Rows) -> Overlap:
        """What the records of each pair share; arrays of row numbers of equal length."""
        width = max(len(self.words), 1)
        left_pair, left_token = self._expand(left)
        right_pair, right_token = self._expand(right)
        shared_left = _contained(left_pair * width + left_token, right_pair * width + right_token)
        shared_right = _contained(right_pair * width + right_token, left_pair * width + left_token)
        weight = self.rarity.astype(np.float64) ** 2
        n = len(left)
        mass_left = np.bincount(left_pair, weight[left_token], minlength=n)
        mass_right = np.bincount(right_pair, weight[right_token], minlength=n)
        shared = np.bincount(left_pair[shared_left], weight[left_token[shared_left]], minlength=n).astype(np.float64)
        return Overlap(
            cosine=_ratio(shared, np.sqrt(mass_left * mass_right)),
            containment=_ratio(shared, np.minimum(mass_left, mass_right)),
            left=self._rarest(left_pair[~shared_left], left_token[~shared_left], n),
            right=self._rarest(right_pair[~shared_right], right_token[~shared_right], n),
        )

    def _expand(self, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pair number and word of every word of every row, in order."""
        begin, end = self.starts[rows], self.starts[rows + 1]
        count = end - begin
        pair = np.repeat(np.arange(len(rows)), count)
        offset = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
        return pair, self.tokens[np.repeat(begin, count) + offset]

    def _rarest(self, pair: NDArray[np.int64], token: NDArray[np.int64], n: int) -> Unshared:
        """The rarest of the given words of each pair; ties go to the first word."""
        order = np.lexsort((-token, self.rarity[token], pair))
        pair, token = pair[order], token[order]
        word, number = (np.full(n, -1, dtype=np.int64) for _ in range(2))
        digits = self.numeric[token]
        word[pair[~digits]] = token[~digits]
        number[pair[digits]] = token[digits]
        return Unshared(word, number)


@dataclass(frozen=True, slots=True)
class Unshared:
    """What one record of each pair says and the other does not: (pairs,) token numbers, -1 for none.

    ``word`` is the rarest word without a digit, ``number`` the rarest with one.
    """

    word: NDArray[np.int64]
    number: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two records' words have in common, one value a pair.

    ``cosine``, and ``containment`` of the side that says less in the other, weigh words by squared rarity and lie
    in [0, 1], nan where a side has no words; ``left`` and ``right`` hold what only that side says.
    """

    cosine: Floats
    containment: Floats
    left: Unshared
    right: Unshared


def _words(values: pl.Series) -> tuple[pl.Series, NDArray[np.int64]]:
    """All words of some values, and the place of the value that each stands in."""
    split = values.str.split(" ")
    words = split.explode()
    # A missing value and an empty list are one row each when taken apart.
    row = np.repeat(np.arange(len(values)), np.maximum(split.list.len().fill_null(1).to_numpy(), 1))
    said = (words.is_not_null() & (words != "")).to_numpy()
    return words.filter(said), row[said]


def _numbered(values: pl.Series, vocabulary: pl.Series) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The distinct words of each value, ascending, one value after the other; and how many each has."""
    words, row = _words(values)
    width = max(len(vocabulary), 1)
    # Row and word in one number: one sort finds the distinct words of every row, in order.
    key = np.sort(row * width + words.cast(pl.Enum(vocabulary)).to_physical().to_numpy())
    key = key[np.concatenate([np.ones(min(len(key), 1), dtype=np.bool_), key[1:] != key[:-1]])]
    row, tokens = np.divmod(key, width)
    return tokens.astype(np.int32), np.bincount(row, minlength=len(values))


def _contained(keys: NDArray[np.int64], sorted_keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    if len(sorted_keys) == 0:
        return np.zeros(len(keys), dtype=np.bool_)
    place = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    found: NDArray[np.bool_] = sorted_keys[place] == keys
    return found


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, np.minimum(part / whole, 1.0), np.nan).astype(np.float32)
