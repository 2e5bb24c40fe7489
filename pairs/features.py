"""Features of candidate pairs, for each attribute, for the whole record, and for ignored attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.comparisons import Comparison
from pairs.tokens import Rows
from pairs.variation import conflict
from pairs.view import NUMBER, OPTION, View

BATCH = 100_000


@dataclass(frozen=True, slots=True)
class Comparer:
    """Everything that is learnt from all records before pairs are compared, batch by batch."""

    view: View
    comparisons: tuple[Comparison, ...]

    @classmethod
    def fit(cls, view: View, advance: Callable[[int], None] | None = None) -> Comparer:
        """Learn word and value frequencies from all records of a view; ``advance`` hears of each attribute."""
        comparisons = []
        for attribute in view.attributes:
            comparisons.append(Comparison.fit(view.records[attribute.name], attribute))
            if advance is not None:
                advance(1)
        return cls(view, tuple(comparisons))

    def compare(
        self,
        left: Rows,
        right: Rows,
        *,
        threads: int = 0,
        batch: int = BATCH,
        advance: Callable[[int], None] | None = None,
    ) -> pl.DataFrame:
        """Features of pairs of records.

        Parameters
        ----------
        left, right
            Row numbers, arrays of equal length.
        threads
            Number of threads; 0 takes all cores. The result does not depend on it.
        batch
            Pairs compared at a time; the result does not depend on it.
        advance
            Called with the number of pairs done.

        Returns
        -------
        pl.DataFrame
            One ``Float32`` column a feature, nan where it could not be computed, in the order of the pairs:
            ``ATTRIBUTE.similarity``, ``ATTRIBUTE.rarity``, ``ATTRIBUTE.conflict`` (see
            :class:`pairs.comparisons.Comparison`), and ``ignored.NAME`` for the ignored attributes: 0 where
            both sides agree, 1 where they are in conflict, between where one says less.
        """
        starts = range(0, max(len(left), 1), batch)
        frames = []
        for start in starts:
            part = slice(start, start + batch)
            frames.append(self._compare_batch(left[part], right[part], threads))
            if advance is not None:
                advance(min(batch, len(left) - start))
        return pl.concat(frames, rechunk=True)

    def _compare_batch(self, left: Rows, right: Rows, threads: int) -> pl.DataFrame:
        columns: dict[str, NDArray[np.float32]] = {}
        for comparison in self.comparisons:
            for name, values in comparison.compare(left, right, threads=threads).items():
                columns[f"{comparison.attribute.name}.{name}"] = values.astype(np.float32)
        for name in self.view.ignored.columns:
            stated = self.view.ignored[name]
            differ = _differ if name.startswith((NUMBER, f"{OPTION}.")) else conflict
            columns[f"ignored.{name}"] = differ(stated.gather(left), stated.gather(right))
        return pl.DataFrame(columns)


def _differ(left: pl.Series, right: pl.Series) -> NDArray[np.float32]:
    """1 where two numbers differ, 0 where they are the same, nan where either is missing."""
    differ = (left != right).cast(pl.Float32)
    return differ.fill_null(float("nan")).to_numpy()
