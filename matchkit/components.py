"""What hangs together in a graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Nodes = NDArray[np.int64]


def components(count: int, left: NDArray[np.integer], right: NDArray[np.integer]) -> Nodes:
    """(count,) the smallest node that each node is connected with; `left` and `right` are the ends of the edges.

    As `scipy.sparse.csgraph` tells, whose import takes half a second.
    """
    smallest = np.arange(count, dtype=np.int64)
    while len(left):
        one, two = smallest[left], smallest[right]
        np.minimum.at(smallest, np.maximum(one, two), np.minimum(one, two))
        while len(above := np.flatnonzero(smallest[smallest] != smallest)):
            smallest[above] = smallest[smallest[above]]
        apart = smallest[left] != smallest[right]
        left, right = left[apart], right[apart]
    return smallest
