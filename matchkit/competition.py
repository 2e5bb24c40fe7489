"""How a candidate pair stands among the other candidate pairs of its two records."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.ordering import best_first, runs

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
    if two_tables:
        sides = [_standing(left, score), _standing(right, score)]
    else:
        twice = _standing(np.concatenate([left, right]), np.concatenate([score, score]))
        halves = slice(None, len(left)), slice(len(left), None)
        sides = [{name: values[half] for name, values in twice.items()} for half in halves]
    columns: dict[str, Floats] = {}
    for name in STANDING:
        one, two = (side[name] for side in sides)
        if symmetric:
            columns |= {f"{name}.min": np.minimum(one, two), f"{name}.max": np.maximum(one, two)}
        else:
            columns |= {f"{name}.left": one, f"{name}.right": two}
    return pl.DataFrame(columns)


def _standing(record: Rows, score: NDArray[np.floating]) -> dict[str, Floats]:
    """How each entry of a record stands among all entries of that record: one value an entry for each of `STANDING`."""
    order = best_first(record, score)
    records, scores = record[order], score[order]
    starts, counts = runs(records)
    start, count = np.repeat(starts, counts), np.repeat(counts, counts)
    place = np.arange(len(records), dtype=np.int32)

    def told(values: NDArray[Any]) -> Floats:
        """Back in the order of the entries."""
        found = np.empty(len(order), dtype=np.float32)
        found[order] = values
        return found

    second = np.where(count > 1, scores[np.minimum(start + 1, len(scores) - 1)], 0) if len(scores) else scores
    other = np.where(place == start, second, scores[start])
    falls = place == start
    falls[1:] |= scores[1:] != scores[:-1]
    first_of_tie = np.maximum.accumulate(np.where(falls, place, 0))
    sums = np.add.reduceat(scores, starts, dtype=np.float64) if len(starts) else scores
    return {
        "gap": told(scores - other),
        "other": told(other),
        "rank": told(first_of_tie - start),
        "count": told(count),
        "mean": told(np.repeat((sums / counts).astype(np.float32), counts)),
    }
