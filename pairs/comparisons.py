"""Comparisons of one attribute: two records' values to a few numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.attributes import Attribute, Role
from pairs.numbers import relative_gap
from pairs.strings import contained, edit_similarity
from pairs.tokens import Overlap, Rows, TokenTable

Floats = NDArray[np.float32]

#: Kind of a set of model codes.
CODES = "codes"

_SEVERAL_WORDS = 1.8
_LONG_TEXT = 120.0
_SPELT_ALIKE = 0.8
_EXACT = 0.999
_SHORTEST_WORD = 3
_YEARS_APART = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """A fitted comparison of one attribute: the values of every record and what is learnt from them all.

    Attributes
    ----------
    attribute
        What is compared.
    values
        Normalised values, one a record.
    rarity
        For every record ``log(p / p(v))``: how much less often its value occurs than the average value that
        two records share by chance. Added to the evidence where two records agree exactly (term frequency
        adjustment; Winkler 1989, Enamorado et al. 2019). 0 for numbers and missing values.
    tokens
        The words, where values have several.
    """

    attribute: Attribute
    values: pl.Series
    rarity: Floats
    tokens: TokenTable | None
    long: bool

    @classmethod
    def fit(cls, values: pl.Series, attribute: Attribute) -> Comparison:
        """Learn word and value frequencies of one attribute from all records."""
        if values.dtype != pl.String:
            return cls(attribute, values, np.zeros(len(values), dtype=np.float32), None, False)
        present = values.drop_nulls()
        words = float(present.str.count_matches(" ").mean() or 0) + 1  # type: ignore[arg-type]
        long = float(present.str.len_chars().mean() or 0) > _LONG_TEXT  # type: ignore[arg-type]
        worded = attribute.role in (Role.TEXT, Role.SET) and (words >= _SEVERAL_WORDS or long)
        tokens = TokenTable.build(values) if worded or attribute.kind == "title" else None
        return cls(attribute, values, value_rarity(values), tokens, long)

    @property
    def has_conflict(self) -> bool:
        """Whether the comparison tells words in conflict (columns of short text with several words)."""
        return self.tokens is not None and not self.long and self.attribute.role is Role.TEXT

    def compare(self, left: Rows, right: Rows, *, threads: int = 0) -> dict[str, Floats]:
        """Features of the given pairs of records, all nan where either value is missing.

        Returns
        -------
        dict
            ``similarity`` in [0, 1]; ``rarity`` (see above; 0 unless the values are equal); and for short
            text of several words ``conflict`` in [0, 1]: the rarity of the rarest words that each side has
            and the other lacks, the less rare of the two (0 where one side only adds words); and
            ``number_conflict``, 1 where each side has a number or code that the other lacks, else 0.
        """
        first, second = self.values.gather(left), self.values.gather(right)
        if self.values.dtype != pl.String:
            return {"similarity": self._near(first, second)}
        if self.tokens is None:
            similarity = edit_similarity(first, second, reorder=True, threads=threads)
            return {"similarity": similarity, "rarity": self._rarity(first, second, left)}
        overlap = self.tokens.overlap(left, right)
        similarity = overlap.cosine
        if self.attribute.kind == CODES:
            # One shared code says it all; near codes are other models.
            similarity = overlap.containment
        elif not self.long:
            spelling = edit_similarity(first, second, reorder=True, threads=threads)
            similarity = np.where(np.isnan(similarity), np.nan, np.fmax(similarity, spelling))
        features = {
            "similarity": similarity.astype(np.float32),
            "rarity": self._rarity(first, second, left),
        }
        if self.has_conflict:
            missing = (first.is_null() | second.is_null()).to_numpy()
            features |= self._conflicts(overlap, left, right, missing, threads)
        return features

    def _near(self, first: pl.Series, second: pl.Series) -> Floats:
        """Nearness of two numbers: relative to the larger, but for years by the years between them."""
        if self.attribute.kind != "year":
            return 1 - relative_gap(first, second)
        apart = (first - second).abs().cast(pl.Float32).fill_null(float("nan")).to_numpy()
        near: Floats = (1 - np.minimum(apart / _YEARS_APART, 1)).astype(np.float32)
        return near

    def _rarity(self, first: pl.Series, second: pl.Series, left: Rows) -> Floats:
        equal = (first == second).fill_null(False).to_numpy()
        return np.where(equal, self.rarity[left], 0).astype(np.float32)

    def _conflicts(
        self, overlap: Overlap, left: Rows, right: Rows, missing: NDArray[np.bool_], threads: int
    ) -> dict[str, Floats]:
        word = self._opposed(overlap.left.word, overlap.right.word, left, right, threads)
        number = self._opposed(overlap.left.number, overlap.right.number, left, right, threads) > 0
        return {
            "conflict": np.where(missing, np.nan, word).astype(np.float32),
            "number_conflict": np.where(missing, np.nan, number).astype(np.float32),
        }

    def _opposed(
        self, first: NDArray[np.int64], second: NDArray[np.int64], left: Rows, right: Rows, threads: int
    ) -> Floats:
        """Rarity of the less rare of two words, one of each side; 0 where a side has none or has it explained."""
        weight = np.zeros((2, len(left)), dtype=np.float32)
        both = np.flatnonzero((first >= 0) & (second >= 0))
        for side, (tokens, other) in enumerate(((first, right), (second, left))):
            weight[side, both] = self._unexplained(tokens[both], other[both], threads)
        less: Floats = weight.min(axis=0)
        return less

    def _unexplained(self, tokens: NDArray[np.int64], others: Rows, threads: int) -> Floats:
        """Rarity of each word, 0 where the other record merely spells it otherwise or glues it to another.

        A word with a digit must stand in the other side exactly: *2324* is not *2325*.
        """
        assert self.tokens is not None
        rows = max(len(self.values), 1)
        # The rarest word of a record is asked for beside one neighbour after the other, and those beside it.
        distinct, back = np.unique(tokens * rows + others.astype(np.int64), return_inverse=True)
        explained = self._explained(distinct // rows, distinct % rows, threads)[back]
        return np.where(explained, 0, self.tokens.rarity[tokens]).astype(np.float32)

    def _explained(self, tokens: NDArray[np.int64], others: Rows, threads: int) -> NDArray[np.bool_]:
        assert self.tokens is not None
        words, digits = self.tokens.words.gather(tokens), self.tokens.numeric[tokens]
        explained = (words.str.len_chars() < _SHORTEST_WORD).to_numpy() & ~digits
        asked = np.flatnonzero(~explained)
        other = self.values.gather(others[asked]).str.replace_all(" ", "", literal=True)
        least = np.where(digits[asked], np.float32(_EXACT), np.float32(_SPELT_ALIKE))
        explained[asked] = contained(words.gather(asked), other, least, threads=threads)
        return explained


def value_rarity(values: pl.Series) -> Floats:
    """``log(p / p(v))`` of every value v, p being the chance that two records agree; 0 where missing."""
    counts = pl.DataFrame({"value": values}).with_columns(
        count=pl.when(pl.col("value").is_null()).then(None).otherwise(pl.len().over("value"))
    )["count"]
    known = len(values) - values.null_count()
    if known < 2:
        return np.zeros(len(values), dtype=np.float32)
    share = counts.to_numpy().astype(np.float64) / known
    agreement = float(np.nansum(share) / known)
    return np.nan_to_num(np.log(agreement / share)).astype(np.float32)
