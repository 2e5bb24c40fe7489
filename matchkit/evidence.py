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
    one_sided
        One Boolean column for each of these: whether only one of the two records states a value.
    """

    left: Rows
    right: Rows
    rank: Rows
    levels: LevelTable
    ignored: pl.DataFrame
    one_sided: pl.DataFrame

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
        levels, ignored, one_sided = [], [], []
        for start in range(0, max(len(left), 1), BATCH):
            part = slice(start, start + BATCH)
            features = comparer.compare(left[part], right[part], threads=threads)
            levels.append(to_levels(features))
            ignored.append(features.select(pl.selectors.starts_with("ignored.")))
            one_sided.append(_one_sided(comparer.view.ignored, left[part], right[part]))
            if advance is not None:
                advance(len(left[part]))
        return cls(left, right, rank, LevelTable.concat(levels), pl.concat(ignored), pl.concat(one_sided))

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
            pl.concat([self.one_sided, other.one_sided]),
        )

    def only(self, chosen: NDArray[np.int64]) -> Evidence:
        """Some of the pairs, by position."""
        return Evidence(
            self.left[chosen],
            self.right[chosen],
            self.rank[chosen],
            self.levels.only(chosen),
            self.ignored[chosen],
            self.one_sided[chosen],
        )


def _one_sided(values: pl.DataFrame, left: Rows, right: Rows) -> pl.DataFrame:
    known = values.select(pl.all().is_not_null())
    return pl.DataFrame(
        [(known[name].gather(left) != known[name].gather(right)).alias(f"ignored.{name}") for name in known.columns]
    )
