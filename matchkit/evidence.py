"""What comparing the pairs gave: levels, ranks, and conflicts in what tells variants apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.levels import LevelTable, to_levels
from pairs.features import BATCH, Comparer

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Compared pairs of records.

    Attributes
    ----------
    left, right
        (pairs,) record numbers, left < right.
    rank
        (pairs,) rank among the neighbours of both records, the worse of the two, from 0.
    levels
        How the compared attributes agree.
    ignored
        One ``Float32`` column for each attribute that tells variants apart: 0 agrees, 1 conflicts, nan unknown.
    """

    left: Rows
    right: Rows
    rank: Rows
    levels: LevelTable
    ignored: pl.DataFrame

    @classmethod
    def gather(
        cls,
        comparer: Comparer,
        left: Rows,
        right: Rows,
        rank: Rows,
        *,
        threads: int = 0,
        advance: Callable[[int], None] | None = None,
    ) -> Evidence:
        """Compare pairs, batch by batch; only levels are kept of the features."""
        levels, ignored = [], []
        for start in range(0, max(len(left), 1), BATCH):
            part = slice(start, start + BATCH)
            features = comparer.compare(left[part], right[part], threads=threads)
            levels.append(to_levels(features))
            ignored.append(features.select(pl.selectors.starts_with("ignored.")))
            if advance is not None:
                advance(len(left[part]))
        return cls(left, right, rank, LevelTable.concat(levels), pl.concat(ignored))

    def __len__(self) -> int:
        return len(self.left)

    def extended(self, other: Evidence) -> Evidence:
        """This evidence and another's, one after the other."""
        return Evidence(
            np.concatenate([self.left, other.left]),
            np.concatenate([self.right, other.right]),
            np.concatenate([self.rank, other.rank]),
            LevelTable.concat([self.levels, other.levels]),
            pl.concat([self.ignored, other.ignored]),
        )

    def only(self, chosen: NDArray[np.int64]) -> Evidence:
        """Some of the pairs, by position."""
        return Evidence(
            self.left[chosen],
            self.right[chosen],
            self.rank[chosen],
            self.levels.only(chosen),
            self.ignored[chosen],
        )
