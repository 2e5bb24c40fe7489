"""What comparing the pairs gave: levels, ranks, and conflicts in what tells variants apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.batches import in_order, parts, shared
from matchkit.cores import workers
from matchkit.levels import LevelTable, pair_ranks, to_levels
from matchkit.memory import FEATURES_EACH, batch
from pairs.features import BATCH, Comparer
from pairs.view import NUMBER

Rows = NDArray[np.int64]
Ranks = NDArray[np.integer]

_LAST_RANK = 255


@dataclass(frozen=True, slots=True)
class Evidence:
    """Compared pairs of records.

    Attributes
    ----------
    left, right
        (pairs,) record numbers, left < right.
    rank
        (pairs,) rank among the neighbours of both records, the worse of the two, from 0; 255 for all beyond.
    item_rank
        The same, counting only neighbours that are not in conflict: those that may be the same item.
    levels
        How the compared attributes agree.
    ignored
        One ``Float32`` column for each attribute that tells variants apart: 0 agrees, 1 conflicts, nan unknown.
    one_sided
        One Boolean column for each of these: whether only one of the two records states a value.
    """

    left: Rows
    right: Rows
    rank: Ranks
    item_rank: Ranks
    levels: LevelTable
    ignored: pl.DataFrame
    one_sided: pl.DataFrame

    @classmethod
    def of_candidates(
        cls,
        comparer: Comparer,
        candidates: pl.DataFrame,
        *,
        threads: int = 0,
        advance: Callable[[int], None] | None = None,
    ) -> Evidence:
        """Compare candidate pairs (``left, right, similarity``); they are ranked by similarity."""
        left, right = (candidates[side].to_numpy().astype(np.int64) for side in ("left", "right"))
        similarity = candidates["similarity"].to_numpy()
        found = cls.of_pairs(comparer, left, right, threads=threads, advance=advance)
        rank = _ranks(left, right, similarity)
        possible = np.flatnonzero(~found.in_conflict)
        item_rank = rank.copy()
        item_rank[possible] = _ranks(left[possible], right[possible], similarity[possible])
        return replace(found, rank=rank, item_rank=item_rank)

    @classmethod
    def of_pairs(
        cls,
        comparer: Comparer,
        left: Rows,
        right: Rows,
        *,
        rank: int = 0,
        threads: int = 0,
        advance: Callable[[int], None] | None = None,
    ) -> Evidence:
        """Compare pairs that all have the same rank, batch by batch; only levels are kept of the features."""
        levels, ignored, one_sided = [], [], []
        count = workers(threads)
        size = shared(len(left), batch(BATCH, FEATURES_EACH, count), count)

        def compare(part: slice) -> tuple[LevelTable, pl.DataFrame, pl.DataFrame]:
            features = comparer.compare(left[part], right[part], threads=1)
            conflicts = features.select(pl.selectors.starts_with("ignored."))
            return to_levels(features), conflicts, _one_sided(comparer.view.ignored, left[part], right[part])

        for level, conflict, one in in_order(compare, parts(len(left), size), count):
            levels.append(level)
            ignored.append(conflict)
            one_sided.append(one)
            if advance is not None:
                advance(len(level.levels))
        ranks = np.full(len(left), rank, dtype=np.uint8)
        return cls(left, right, ranks, ranks, LevelTable.concat(levels), pl.concat(ignored), pl.concat(one_sided))

    @property
    def in_conflict(self) -> NDArray[np.bool_]:
        """Whether the two records are in conflict, and so cannot be the same item."""
        if not self.ignored.width:
            return np.zeros(len(self), dtype=np.bool_)
        return self.ignored.select(pl.any_horizontal(pl.all().fill_nan(0) >= 1)).to_series().to_numpy()

    @property
    def other_number(self) -> NDArray[np.bool_]:
        """Whether the two records have different item numbers (GTIN, ISBN)."""
        numbers = self.ignored.select(pl.selectors.starts_with(f"ignored.{NUMBER}").fill_nan(0) >= 1)
        if not numbers.width:
            return np.zeros(len(self), dtype=np.bool_)
        return numbers.select(pl.any_horizontal(pl.all())).to_series().to_numpy()

    def __len__(self) -> int:
        return len(self.left)

    def ranked_with(self, ranks: Ranks) -> Evidence:
        """This evidence with the worse of its ranks and others, (pairs,)."""
        return replace(self, rank=np.maximum(self.rank, ranks), item_rank=np.maximum(self.item_rank, ranks))

    def extended(self, other: Evidence) -> Evidence:
        """This evidence and another's, one after the other."""
        return Evidence(
            np.concatenate([self.left, other.left]),
            np.concatenate([self.right, other.right]),
            np.concatenate([self.rank, other.rank]),
            np.concatenate([self.item_rank, other.item_rank]),
            LevelTable.concat([self.levels, other.levels]),
            pl.concat([self.ignored, other.ignored]),
            pl.concat([self.one_sided, other.one_sided]),
        )

    def only(self, chosen: NDArray[np.int64] | slice) -> Evidence:
        """Some of the pairs, by position."""
        return Evidence(
            self.left[chosen],
            self.right[chosen],
            self.rank[chosen],
            self.item_rank[chosen],
            self.levels.only(chosen),
            self.ignored[chosen],
            self.one_sided[chosen],
        )


def _ranks(left: Rows, right: Rows, similarity: NDArray[np.float32]) -> Ranks:
    return np.minimum(pair_ranks(left, right, similarity), _LAST_RANK).astype(np.uint8)


def _one_sided(values: pl.DataFrame, left: Rows, right: Rows) -> pl.DataFrame:
    known = values.select(pl.all().is_not_null())
    return pl.DataFrame(
        [(known[name].gather(left) != known[name].gather(right)).alias(f"ignored.{name}") for name in known.columns]
    )
