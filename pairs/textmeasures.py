"""Measures of one attribute that is text: how alike two values are spelt and which words they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.attributes import Attribute
from pairs.scorers import Strings, common, edits, same_words, strings
from pairs.tokens import Rows
from pairs.wordmeasures import WordMeasures

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

#: Characters of a value whose spelling is compared.
LONGEST = 150

_LONG_TEXT = 150.0
_SEVERAL_WORDS = 1.3


@dataclass(frozen=True, slots=True)
class Spelling:
    """The first characters of every value, as scorers need them.

    Attributes
    ----------
    texts
        (rows,) the values' first 150 characters.
    lengths
        (rows,) their number of characters.
    ordered
        The same with the words in alphabetical order; None where values are single words.
    first
        (rows,) a number for the first word, equal where the words are.
    """

    texts: Strings
    lengths: Floats
    ordered: Strings | None
    first: Ints

    @classmethod
    def fit(cls, values: pl.Series, *, several: bool) -> Spelling:
        """Cut the values of a column; `several` says that values have several words."""
        texts = values.str.slice(0, LONGEST)
        words = texts.str.replace_all(r"\s+", " ").str.strip_chars().str.split(" ")
        return cls(
            texts=strings(texts),
            lengths=texts.str.len_chars().fill_null(0).to_numpy().astype(np.float32),
            ordered=strings(words.list.sort().list.join(" ")) if several else None,
            first=number_values(words.list.first()),
        )

    def measure(self, left: Rows, right: Rows, threads: int) -> dict[str, Floats]:
        """Measures of pairs of rows that both have a value."""
        first, second = self.texts[left], self.texts[right]
        lengths = np.stack([self.lengths[left], self.lengths[right]])
        measures: dict[str, Floats] = {
            "ratio": edits(first, second, threads),
            "length": lengths.min(axis=0) / np.maximum(lengths.max(axis=0), np.float32(1)),
        }
        if self.ordered is not None:
            measures["token_sort"] = common(self.ordered[left], self.ordered[right], threads)
            measures["token_set"] = same_words(first, second, threads)
            measures["first_word"] = (self.first[left] == self.first[right]).astype(np.float32)
        return measures


@dataclass(frozen=True, slots=True)
class TextMeasures:
    """A fitted text, category, identifier, set or date: the values of all records and what is learnt from them.

    Attributes
    ----------
    attribute
        What is compared.
    values
        (rows,) the first row that has the same value, -1 where it is missing.
    rarity
        (rows,) ``log(n / count) / log(n)`` of n records, `count` of which have the value: in [0, 1], 1 for a
        value that occurs once, 0 where it is missing.
    spelling
        None where texts are long (more than 150 characters in the mean).
    words
        None where values are single words (fewer than 1.3 in the mean).
    """

    attribute: Attribute
    values: Ints
    rarity: Floats
    spelling: Spelling | None
    words: WordMeasures | None

    @classmethod
    def fit(cls, values: pl.Series, attribute: Attribute) -> TextMeasures:
        """Learn from the normalised values of all records; an empty text is missing."""
        present = pl.select(pl.when(pl.lit(values) != "").then(pl.lit(values))).to_series()
        known = present.drop_nulls()
        length = float(known.str.len_chars().mean() or 0)  # type: ignore[arg-type]
        words = float(known.str.count_matches(" ").mean() or 0) + 1  # type: ignore[arg-type]
        several = words >= _SEVERAL_WORDS
        return cls(
            attribute=attribute,
            values=number_values(present),
            rarity=_rarity(present),
            spelling=Spelling.fit(present, several=several) if length <= _LONG_TEXT else None,
            words=WordMeasures.fit(present) if several else None,
        )

    @property
    def known(self) -> NDArray[np.bool_]:
        """(rows,) whether a record has a value."""
        known: NDArray[np.bool_] = self.values >= 0
        return known

    def measure(self, left: Rows, right: Rows, *, threads: int = 0) -> dict[str, Floats]:
        """Measures of the values of each pair.

        Parameters
        ----------
        left, right
            Row numbers, arrays of equal length.
        threads
            Number of threads; 0 takes all cores. The result does not depend on it.

        Returns
        -------
        dict
            (pairs,) arrays, nan where either value is missing, but for ``missing``: 0, 1 or 2 sides.
            ``equal`` 0 or 1; ``rarity`` of the value both have, 0 where they differ. Of short texts, all in
            [0, 1]: ``ratio`` (one minus the optimal string alignment distance over the longer length),
            ``length`` (shorter over longer), and of several words ``token_sort`` (`ratio` of RapidFuzz with
            the words sorted), ``token_set`` (its token set ratio), ``first_word`` (equal 1, else 0). The
            measures of :class:`pairs.wordmeasures.WordMeasures` where values have several words.
        """
        first, second = self.values[left], self.values[right]
        missing = (first < 0).astype(np.float32) + (second < 0)
        known = np.flatnonzero(missing == 0)
        rows = len(self.values)
        # Values repeat, most of all brands and categories: each two are compared once.
        both, back = np.unique(first[known] * rows + second[known], return_inverse=True)
        found = self._compare(both // max(rows, 1), both % max(rows, 1), threads)
        measures = {"missing": missing}
        for name, values in found.items():
            measures[name] = np.full(len(left), np.nan, dtype=np.float32)
            measures[name][known] = values[back]
        return measures

    def _compare(self, left: Ints, right: Ints, threads: int) -> dict[str, Floats]:
        equal = left == right
        measures = {
            "equal": equal.astype(np.float32),
            "rarity": np.where(equal, self.rarity[left], np.float32(0)),
        }
        if self.spelling is not None:
            measures |= self.spelling.measure(left, right, threads)
        if self.words is not None:
            measures |= self.words.measure(left, right)
        return measures


def number_values(values: pl.Series) -> Ints:
    """(rows,) the first row that has the same value as each row, -1 where it is missing."""
    frame = pl.DataFrame({"value": values, "row": np.arange(len(values))})
    first = frame.select(pl.col("row").min().over("value"))["row"]
    return np.where(values.is_null().to_numpy(), -1, first.to_numpy()).astype(np.int64)


def _rarity(values: pl.Series) -> Floats:
    rows = len(values)
    if rows < 2:
        return np.zeros(rows, dtype=np.float32)
    counts = pl.DataFrame({"value": values}).select(pl.len().over("value").alias("count"))["count"].to_numpy()
    rarity = np.log(rows / counts) / np.log(rows)
    return np.where(values.is_null().to_numpy(), 0, rarity).astype(np.float32)
