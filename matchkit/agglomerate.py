"""Average-linkage clustering of a sparse graph of log odds, with pairs that must not be joined."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray


def agglomerate(
    start: NDArray[np.int64],
    left: NDArray[np.integer],
    right: NDArray[np.integer],
    weight: NDArray[np.floating],
    *,
    unknown: float,
    threshold: float = 0.0,
) -> NDArray[np.int64]:
    """Join the two groups with the highest mean weight between them, until none is above the threshold.

    Averaging over *all* pairs of two groups keeps one strong edge from chaining large groups together.

    Parameters
    ----------
    start
        (n,) group of every record to start from; records of one group are never parted.
    left, right, weight
        Known pairs, in any order. ``-inf`` keeps two records apart for good.
    unknown
        Weight of a pair that is not listed.
    threshold
        Mean weight above which groups are joined.

    Returns
    -------
    NDArray
        (n,) groups, named by their smallest member's position. Ties are broken by position.
    """
    first = np.full(len(start), len(start), dtype=np.int64)
    np.minimum.at(first, start, np.arange(len(start)))
    group = first[start]
    between = _Between(group, left, right, weight, unknown, threshold)
    between.join_all()
    return between.groups(group)


class _Between:
    """Sums and counts of the weights between groups, and the heap of joins worth making."""

    def __init__(
        self,
        group: NDArray[np.int64],
        left: NDArray[np.integer],
        right: NDArray[np.integer],
        weight: NDArray[np.floating],
        unknown: float,
        threshold: float,
    ) -> None:
        n = len(group)
        self.unknown, self.threshold = unknown, threshold
        self.size = np.bincount(group, minlength=n).tolist()
        self.parent = list(range(n))
        self.version = [0] * n
        self.edges: dict[int, dict[int, tuple[float, int]]] = {}
        low, high = np.minimum(group[left], group[right]), np.maximum(group[left], group[right])
        apart = low != high
        pairs, place = np.unique(low[apart] * n + high[apart], return_inverse=True)
        sums = np.bincount(place, weight[apart], minlength=len(pairs))
        counts = np.bincount(place, minlength=len(pairs))
        for code, total, count in zip(pairs.tolist(), sums.tolist(), counts.tolist(), strict=True):
            a, b = divmod(code, n)
            self.edges.setdefault(a, {})[b] = self.edges.setdefault(b, {})[a] = (total, count)
        self.heap: list[tuple[float, int, int, int, int]] = []
        for a, others in self.edges.items():
            for b in others:
                if a < b:
                    self._offer(a, b)
        heapq.heapify(self.heap)

    def join_all(self) -> None:
        while self.heap:
            _, a, b, version_a, version_b = heapq.heappop(self.heap)
            if self.version[a] == version_a and self.version[b] == version_b:
                self._join(a, b)

    def groups(self, group: NDArray[np.int64]) -> NDArray[np.int64]:
        """Final group of every record."""
        root = np.array(self.parent, dtype=np.int64)
        while (root[root] != root).any():
            root = root[root]
        result: NDArray[np.int64] = root[group]
        return result

    def _mean(self, a: int, b: int) -> float:
        total, count = self.edges[a][b]
        pairs = self.size[a] * self.size[b]
        return float(total + self.unknown * (pairs - count)) / pairs

    def _offer(self, a: int, b: int, *, push: bool = False) -> None:
        mean = self._mean(a, b)
        if mean > self.threshold:
            low, high = (a, b) if a < b else (b, a)
            entry = (-mean, low, high, self.version[low], self.version[high])
            if push:
                heapq.heappush(self.heap, entry)
            else:
                self.heap.append(entry)

    def _join(self, a: int, b: int) -> None:
        """Take b into a; a is the smaller position, so a group keeps its smallest member's name."""
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.version[a] += 1
        self.version[b] = -1
        edges, taken = self.edges[a], self.edges.pop(b)
        for other, (total, count) in taken.items():
            if other == a:
                continue
            more, known = edges.get(other, (0.0, 0))
            edges[other] = self.edges[other][a] = (total + more, count + known)
            del self.edges[other][b]
        del edges[b]
        for other in edges:
            self._offer(a, other, push=True)
