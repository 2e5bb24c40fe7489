"""How good a set of candidate pairs is, given the truth."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray


def pair_completeness(candidates: pl.DataFrame, truth: pl.DataFrame, *, two_tables: bool = False) -> float:
    """Share of the true pairs that are among the candidates, in [0, 1]; nan where there is no true pair.

    Parameters
    ----------
    candidates, truth
        Frames with the columns ``left`` and ``right`` (row numbers); repeated pairs count once.
    two_tables
        Whether left and right number the rows of two tables. Otherwise pairs are undirected: (1, 2) is
        (2, 1), and a row paired with itself counts for nothing.
    """
    wanted = _codes(truth, two_tables)
    found = np.isin(wanted, _codes(candidates, two_tables), assume_unique=True)
    return float(found.mean()) if len(wanted) else math.nan


def pairs_quality(candidates: pl.DataFrame, truth: pl.DataFrame, *, two_tables: bool = False) -> float:
    """Share of the candidates that are true pairs, in [0, 1]; nan where there is no candidate.

    Parameters as in `pair_completeness`.
    """
    given = _codes(candidates, two_tables)
    right = np.isin(given, _codes(truth, two_tables), assume_unique=True)
    return float(right.mean()) if len(given) else math.nan


def reduction_ratio(n_candidates: int, n_left: int, n_right: int | None = None) -> float:
    """Share of all possible pairs that need not be compared, in [0, 1]; nan where no pair is possible.

    Parameters
    ----------
    n_candidates
        Number of candidate pairs.
    n_left, n_right
        Rows of the tables; with one table leave ``n_right`` out, and n (n - 1) / 2 pairs are possible.
    """
    possible = n_left * (n_left - 1) // 2 if n_right is None else n_left * n_right
    return 1.0 - n_candidates / possible if possible else math.nan


def _codes(pairs: pl.DataFrame, two_tables: bool) -> NDArray[np.int64]:
    left = pairs["left"].cast(pl.Int64).to_numpy()
    right = pairs["right"].cast(pl.Int64).to_numpy()
    if two_tables:
        return np.unique(left << 32 | right)
    low, high = np.minimum(left, right), np.maximum(left, right)
    return np.unique((low << 32 | high)[low < high])
