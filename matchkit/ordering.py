"""The order of scored entries, record by record."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def best_first(record: NDArray[np.integer], score: NDArray[np.floating], *, stable: bool = False) -> NDArray[np.int64]:
    """Positions ordered by record, then by falling score.

    Parameters
    ----------
    record
        (entries,) record numbers, below 2**32.
    score
        (entries,) finite.
    stable
        Keep equal entries as they come, else in any order.
    """
    if score.dtype != np.float32:
        return np.lexsort((-score, record))
    # Both in one number, which sorts several times faster: the bits of a float, its sign turned, are in its order.
    bits = np.where(score == 0, np.float32(0), score).view(np.uint32)
    rising = np.where(bits >> np.uint32(31) == 1, ~bits, bits | np.uint32(1 << 31))
    key = record.astype(np.uint64) << np.uint64(32) | ~rising
    return np.argsort(key, kind="stable" if stable else None)


def runs(ordered: NDArray[np.integer]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where each run of equal entries starts, and how long it is."""
    new = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    starts = np.flatnonzero(new).astype(np.int32)
    return starts, np.diff(starts, append=np.int32(len(ordered)))
