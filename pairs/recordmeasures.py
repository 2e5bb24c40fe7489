"""Measures of whole records, each read as one text: values that stand in different columns still meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.chargrams import CharGrams
from pairs.scorers import Strings, inside, strings
from pairs.tokens import Rows
from pairs.wordmeasures import CODE, WORD, SharedWords, WordMeasures

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

#: Characters of a record, blanks not counted, in which a word is looked for, and of that word.
LONGEST = 600
LONGEST_WORD = 64

_KINDS = (("word", WORD), ("code", CODE))


@dataclass(frozen=True, slots=True)
class RecordMeasures:
    """Fitted records: their words, their trigrams and, in `compact`, their text without blanks and points."""

    words: WordMeasures
    chars: CharGrams
    vocabulary: Strings
    compact: Strings

    @classmethod
    def fit(cls, records: pl.DataFrame, columns: Sequence[str]) -> RecordMeasures:
        """Read the String columns named, in this order, as one text."""
        text = _joined(records, columns)
        words = WordMeasures.fit(text)
        return cls(
            words=words,
            chars=CharGrams.fit(text),
            vocabulary=strings(words.words.str.slice(0, LONGEST_WORD)),
            compact=strings(text.str.replace_all(r"[ .]", "").str.slice(0, LONGEST)),
        )

    @property
    def sizes(self) -> Ints:
        """(rows,) how many words and trigrams each record has: what a pair takes of memory while it is measured."""
        sizes: Ints = np.diff(self.words.weights.indptr).astype(np.int64) + np.diff(self.chars.vectors.indptr)
        return sizes

    def measure(self, left: Rows, right: Rows, *, threads: int = 0) -> dict[str, Floats]:
        """Measures of each pair of records, nan where either has no text.

        Returns
        -------
        dict
            (pairs,) arrays: the measures of :class:`pairs.wordmeasures.WordMeasures`; ``chars``, the cosine
            of the trigrams (see :class:`pairs.chargrams.CharGrams`); and those of `standing`.
        """
        shared = self.words.share(left, right)
        measures = self.words.measure(left, right, shared)
        measures["chars"] = self.chars.cosine(left, right)
        return measures | self.standing(left, right, shared, threads=threads)

    def standing(self, left: Rows, right: Rows, shared: SharedWords, *, threads: int = 0) -> dict[str, Floats]:
        """How nearly what only one side says stands inside the other's text after all.

        ``word_inside.left`` is the partial ratio, in [0, 1], of the rarest word without a digit that only the
        left side has and the right side's text without blanks and points; ``code_inside.left`` that of the
        rarest code; nan where there is none. A word counts to 64 characters, a text to 600.
        """
        sides = (("left", shared.left, right), ("right", shared.right, left))
        asked = [
            (f"{kind}_inside.{side}", self.words.rarest(only, number), other)
            for kind, number in _KINDS
            for side, only, other in sides
        ]
        # One call for all four, for threads share long lists better.
        words = np.concatenate([word for _, word, _ in asked])
        others = np.concatenate([other for *_, other in asked])
        has_text = self.words.counts > 0
        some = np.flatnonzero((words >= 0) & has_text[others])
        found = np.full(len(words), np.nan, dtype=np.float32)
        rows = max(len(self.compact), 1)
        # Of several pairs of a record many ask for the same word of it, or in its text.
        distinct, back = np.unique(words[some] * rows + others[some].astype(np.int64), return_inverse=True)
        found[some] = inside(self.vocabulary[distinct // rows], self.compact[distinct % rows], threads)[back]
        parts = np.split(found, len(asked))
        return {name: part for (name, *_), part in zip(asked, parts, strict=True)}


def _joined(records: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """The values of each record with a blank between; null where it has none."""
    if not columns:
        return pl.Series([None] * records.height, dtype=pl.String)
    text = records.select(pl.concat_str(list(columns), separator=" ", ignore_nulls=True).alias("text"))["text"]
    return pl.select(pl.when(pl.lit(text).str.strip_chars() != "").then(pl.lit(text))).to_series()
