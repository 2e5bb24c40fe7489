"""Pairwise and B-cubed precision, recall and F1 of a clustering; where nothing could go wrong, nothing did."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from matchkit.scoring import Overlaps


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1, each in [0, 1]; a share of nothing counts as 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where both are 0."""
        total = self.precision + self.recall
        return 2.0 * self.precision * self.recall / total if total else 0.0


def contingency(predicted: pl.DataFrame, truth: pl.DataFrame) -> Overlaps:
    """How many records each predicted cluster shares with each true one, see :func:`matchkit.scoring.overlaps`.

    Predicted records that the truth does not know are left out.

    Raises
    ------
    ValueError
        A record of the truth is missing from the prediction, or an id occurs twice.
    """
    from matchkit.scoring import overlaps

    cells = overlaps(predicted, truth)
    if cells.missing:
        raise ValueError(f"{cells.missing} records of the truth are missing from the prediction")
    return cells


def pairwise(predicted: pl.DataFrame, truth: pl.DataFrame) -> Scores:
    """Scores over pairs of records: a pair is right when both clusterings put it together."""
    from matchkit import scoring

    counts = scoring.pairwise(contingency(predicted, truth))
    return Scores(_share(counts.precision), _share(counts.recall))


def b_cubed(predicted: pl.DataFrame, truth: pl.DataFrame) -> Scores:
    """Scores averaged over records, so that large clusters do not drown small ones."""
    from matchkit import scoring

    rates = scoring.b_cubed(contingency(predicted, truth))
    return Scores(_share(rates.precision), _share(rates.recall))


def _share(value: float) -> float:
    return 1.0 if math.isnan(value) else value
