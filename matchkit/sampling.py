"""Pairs of records drawn at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_RANDOM_PAIRS = 50_000


def random_pairs(records: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Left and right records of up to 50,000 random pairs.

    Nearly all are non-matches; repeats are allowed, a record is never paired with itself.
    """
    if records < 2:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty
    generator = np.random.Generator(np.random.PCG64(seed))
    left, right = generator.integers(0, records, (2, min(_RANDOM_PAIRS, 50 * records)))
    apart = left != right
    return np.minimum(left, right)[apart], np.maximum(left, right)[apart]


def random_links(lefts: int, records: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The same between two tables that are stacked: records below ``lefts`` with records from there on."""
    rights = records - lefts
    if not lefts or not rights:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty
    generator = np.random.Generator(np.random.PCG64(seed))
    count = min(_RANDOM_PAIRS, 50 * records)
    return generator.integers(0, lefts, count), generator.integers(lefts, records, count)
