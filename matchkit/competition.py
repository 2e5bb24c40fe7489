"""How a candidate pair stands among the other candidate pairs of its two records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.integer]

#: What is told of each side of a pair, in the order of the columns.
STANDING = ("gap", "other", "rank", "count", "mean")


def competition(
    left: Rows, right: Rows, score: NDArray[np.floating], *, two_tables: bool, symmetric: bool = False
) -> pl.DataFrame:
    """Compare the score of every candidate pair with those of its records' other candidate pairs.

    Parameters
    ----------
    left, right
        Row numbers of both records, arrays of equal length; every pair once.
    score
        How well each pair fits, higher is better: a cosine, a probability. Finite.
    two_tables
        Whether left and right are of two tables. A record then competes on its own side alone; in one table it
        competes in all pairs that it is in, on whichever side.
    symmetric
        Give the smaller and larger of both sides instead of left and right.

    Returns
    -------
    pl.DataFrame
        ``Float32`` columns in the order of the pairs, each as ``.left`` and ``.right``, or as ``.min`` and ``.max``.
        Of the candidate pairs of the record on that side: ``other`` the best score among the other ones, 0 where
        there is none; ``gap`` the pair's score less that; ``rank`` how many score higher (0 for the best, equal
        scores have equal ranks); ``count`` how many there are, this one too, and ``mean`` their mean score.
        The order of the pairs makes no difference, nor do ties.
    """
    if len(left) == 0:
        sides = [_Standing.empty()] * 2
    elif two_tables:
        sides = [_standing(left, score), _standing(right, score)]
    else:
        twice = _standing(np.concatenate([left, right]), np.concatenate([score, score]))
        sides = [twice.part(slice(None, len(left))), twice.part(slice(len(left), None))]
    columns: dict[str, Floats] = {}
    for name in STANDING:
        one, two = (getattr(side, name).astype(np.float32) for side in sides)
        if symmetric:
            columns |= {f"{name}.min": np.minimum(one, two), f"{name}.max": np.maximum(one, two)}
        else:
            columns |= {f"{name}.left": one, f"{name}.right": two}
    return pl.DataFrame(columns)


@dataclass(frozen=True, slots=True)
class _Standing:
    """One value an entry for each of `STANDING`."""

    gap: NDArray[np.float64]
    other: NDArray[np.float64]
    rank: NDArray[np.int64]
    count: NDArray[np.int64]
    mean: NDArray[np.float64]

    @classmethod
    def empty(cls) -> _Standing:
        none, nobody = np.zeros(0), np.zeros(0, dtype=np.int64)
        return cls(none, none, nobody, nobody, none)

    def part(self, chosen: slice | NDArray[np.int64]) -> _Standing:
        return _Standing(*(getattr(self, name)[chosen] for name in STANDING))


def _standing(record: Rows, score: NDArray[np.floating]) -> _Standing:
    """How each entry of a record stands among all entries of that record."""
    order = np.lexsort((-score, record))
    records = record[order]
    scores: NDArray[np.float64] = score[order].astype(np.float64)
    starts = np.flatnonzero(np.concatenate([[True], records[1:] != records[:-1]]))
    counts = np.diff(np.append(starts, len(records)))
    group = np.repeat(np.arange(len(starts)), counts)
    start, count = starts[group], counts[group]
    place = np.arange(len(records))

    second = np.where(count > 1, scores[np.minimum(start + 1, len(scores) - 1)], 0.0)
    other = np.where(place == start, second, scores[start])
    higher = np.concatenate([[True], (group[1:] != group[:-1]) | (scores[1:] != scores[:-1])])
    first_of_tie = np.maximum.accumulate(np.where(higher, place, 0))
    mean = (np.add.reduceat(scores, starts) / counts)[group]

    back = np.empty_like(order)
    back[order] = place
    ordered = _Standing(scores - other, other, first_of_tie - start, count, mean)
    return ordered.part(back)
