"""Features of candidate pairs as levels of agreement, and the rank of a pair among its records' neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.ordering import best_first, runs

Levels = NDArray[np.integer]

# Similarity at which the next level begins; the last one is equality.
SIMILARITY_EDGES = np.array([0.35, 0.5, 0.65, 0.75, 0.83, 0.9, 0.999])
# Rarity of the words in conflict at which the next level begins (see pairs.comparisons.Comparison).
CONFLICT_EDGES = np.array([0.001, 0.35, 0.55, 0.75])

EXACT = len(SIMILARITY_EDGES)
SIMILARITIES = EXACT + 1
# Similarity level from which two values are said to agree.
AGREEMENT = 5
# No conflict, words in conflict by rarity, and numbers or codes in conflict.
NUMBER_CONFLICT = len(CONFLICT_EDGES) + 1
CONFLICTS = NUMBER_CONFLICT + 1


@dataclass(frozen=True, slots=True)
class LevelTable:
    """Candidate pairs as levels: one column a comparison, -1 where nothing could be compared.

    Attributes
    ----------
    names
        The comparisons (attributes).
    levels
        (pairs, comparisons) level numbers.
    rarity
        (pairs, comparisons) term frequency adjustment in natural log units.
    sizes
        Number of levels of each comparison.
    """

    names: tuple[str, ...]
    levels: Levels
    rarity: NDArray[np.float32]
    sizes: tuple[int, ...]

    @classmethod
    def concat(cls, tables: Sequence[LevelTable]) -> LevelTable:
        """Several tables of the same comparisons, one after the other."""
        levels = np.concatenate([table.levels for table in tables])
        rarity = np.concatenate([table.rarity for table in tables])
        return cls(tables[0].names, levels, rarity, tables[0].sizes)

    def of(self, name: str | None) -> Levels:
        """(pairs,) levels of one comparison; -1 throughout where there is none of this name."""
        if name not in self.names:
            return np.full(len(self.levels), -1, dtype=self.levels.dtype)
        return self.levels[:, self.names.index(name)]

    def only(self, chosen: NDArray[np.int64] | slice) -> LevelTable:
        """Some of the pairs, by position."""
        return LevelTable(self.names, self.levels[chosen], self.rarity[chosen], self.sizes)


def to_levels(features: pl.DataFrame) -> LevelTable:
    """Put every comparison of every pair into a level.

    A comparison with ``similarity`` alone has 8 levels; with ``conflict`` too, every level of similarity
    short of equality is split by how rare the words in conflict are, and whether numbers are.
    """
    names = tuple(name.removesuffix(".similarity") for name in features.columns if name.endswith(".similarity"))
    shape = (features.height, len(names))
    levels, rarity = np.empty(shape, dtype=np.int8), np.zeros(shape, dtype=np.float32)
    sizes = []
    for column, name in enumerate(names):
        similarity = features[f"{name}.similarity"].to_numpy()
        level = np.digitize(similarity, SIMILARITY_EDGES)
        size = SIMILARITIES
        if f"{name}.conflict" in features.columns:
            conflict = np.digitize(features[f"{name}.conflict"].to_numpy(), CONFLICT_EDGES)
            conflict = np.where(features[f"{name}.number_conflict"].to_numpy() > 0, NUMBER_CONFLICT, conflict)
            level = np.where(level < EXACT, level + SIMILARITIES * conflict, level)
            size = SIMILARITIES * CONFLICTS
        levels[:, column] = np.where(np.isnan(similarity), -1, level)
        if f"{name}.rarity" in features.columns:
            rarity[:, column] = np.nan_to_num(features[f"{name}.rarity"].to_numpy())
        sizes.append(size)
    return LevelTable(names, levels, rarity, tuple(sizes))


def pair_ranks(
    left: NDArray[np.integer], right: NDArray[np.integer], similarity: NDArray[np.floating]
) -> NDArray[np.int32]:
    """Rank of every candidate pair among its records' pairs, 0 for the most similar; the worse of both sides."""
    record, other = np.concatenate([right, left]), np.concatenate([left, right])
    score = np.concatenate([similarity, similarity])
    # Ties go to the smaller number, and with sorted pairs these come first already.
    sorted_pairs = len(left) < 2 or bool(
        ((left[1:] > left[:-1]) | ((left[1:] == left[:-1]) & (right[1:] > right[:-1]))).all() and (left < right).all()
    )
    order = best_first(record, score, stable=True) if sorted_pairs else np.lexsort((other, -score, record))
    ranks = np.empty(len(record), dtype=np.int32)
    ranks[order] = np.arange(len(record), dtype=np.int32) - np.repeat(*runs(record[order]))
    return np.maximum(ranks[: len(left)], ranks[len(left) :])
