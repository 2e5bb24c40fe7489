"""Average-linkage clustering of a sparse graph of log odds, with pairs that must not be joined."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Groups = NDArray[np.int64]
Floats = NDArray[np.float64]

# Weights are rounded to multiples of this, so that their sums are exact whatever the order of the pairs.
_GRAIN = 2.0**-20
_AT_ONCE = 1_000_000


def agglomerate(
    start: Groups,
    left: NDArray[np.integer],
    right: NDArray[np.integer],
    weight: NDArray[np.floating],
    *,
    unknown: float,
    threshold: float = 0.0,
) -> Groups:
    """Join the two groups with the highest mean weight between them, until none is above the threshold.

    Averaging over *all* pairs of two groups keeps one strong edge from chaining large groups together.

    Parameters
    ----------
    start
        (n,) group of every record to start from; records of one group are never parted.
    left, right, weight
        Known pairs, in any order, each once. ``-inf`` keeps two records apart for good.
    unknown
        Weight of a pair that is not listed, at most the threshold.
    threshold
        Mean weight above which groups are joined.

    Returns
    -------
    NDArray
        (n,) groups, named by their smallest member's position. Ties are broken by position.
    """
    first = np.full(int(start.max(initial=-1)) + 1, len(start), dtype=np.int64)
    np.minimum.at(first, start, np.arange(len(start)))
    group = first[start]
    size, joined = np.bincount(group, minlength=len(start)), np.arange(len(start))
    number = np.zeros(len(start), dtype=np.int64)
    for part in _within_reach(group, left, right, weight > threshold):
        rounded = np.round(weight[part] / _GRAIN) * _GRAIN
        # The groups of a part, numbered by themselves: no list is as long as the table, however many parts there are.
        ends = group[left[part]], group[right[part]]
        names = _distinct(*ends, len(start))
        number[names] = np.arange(len(names))
        pairs = _Pairs(number[ends[0]], number[ends[1]], rounded, size[names])
        joined[names] = names[_joined(pairs, unknown, threshold)]
    return joined[group]


def _distinct(left: Groups, right: Groups, n: int) -> Groups:
    """The groups among the ends of pairs, sorted; faster than sorting the ends."""
    present = np.zeros(n, dtype=np.bool_)
    present[left] = present[right] = True
    return np.flatnonzero(present)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of groups with their weights, some of the same two groups; and the size of each group."""

    left: Groups
    right: Groups
    weight: Floats
    size: Groups


def _joined(pairs: _Pairs, unknown: float, threshold: float) -> Groups:
    """(groups,) the first of those that each group is joined with."""
    group = np.arange(len(pairs.size))
    for join in (_join_tied, _join_by_mean):
        group = join(_Between.groups(group, pairs, unknown, threshold))[group]
    return group


@dataclass(frozen=True, slots=True)
class _Between:
    """What is known between any two groups: both groups, low < high, sorted; sum and number of weights."""

    low: Groups
    high: Groups
    total: Floats
    count: Groups
    size: Groups
    unknown: float
    threshold: float

    @classmethod
    def groups(cls, group: Groups, pairs: _Pairs, unknown: float, threshold: float) -> _Between:
        n = len(group)
        left, right = group[pairs.left], group[pairs.right]
        low, high = np.minimum(left, right), np.maximum(left, right)
        apart = low != high
        between, place = np.unique(low[apart] * n + high[apart], return_inverse=True)
        total: Floats = np.bincount(place, pairs.weight[apart], minlength=len(between)).astype(np.float64)
        count = np.bincount(place, minlength=len(between))
        size = np.bincount(group, pairs.size, minlength=n).astype(np.int64)
        return cls(between // max(n, 1), between % max(n, 1), total, count, size, unknown, threshold)

    @property
    def mean(self) -> Floats:
        pairs = self.size[self.low] * self.size[self.high]
        mean: Floats = (self.total + self.unknown * (pairs - self.count)) / pairs
        return mean

    def within_reach(self) -> _Between:
        """Only what can come to a join, see :func:`_within_reach`: little, where most groups are joined already."""
        worth = self.mean > self.threshold
        component = _components(len(self.size), self.low[worth], self.high[worth])
        kept = np.flatnonzero(component[self.low] == component[self.high])
        return replace(self, low=self.low[kept], high=self.high[kept], total=self.total[kept], count=self.count[kept])


def _components(n: int, left: Groups, right: Groups) -> NDArray[np.int32]:
    """(n,) number of the component of each group, where these are joined."""
    from scipy import sparse

    graph = sparse.coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    component: NDArray[np.int32] = sparse.csgraph.connected_components(graph, directed=False)[1]
    return component


def _within_reach(
    group: Groups, left: NDArray[np.integer], right: NDArray[np.integer], attracts: NDArray[np.bool_]
) -> Iterator[NDArray[np.int64]]:
    """Pairs that matter: a mean is above the threshold only if a weight is, so joins never leave a component.

    They come some whole components at a time, for what is worked out of pairs is far larger than they are.
    """
    component = _components(len(group), group[left[attracts]], group[right[attracts]])[group]
    within = np.flatnonzero(component[left] == component[right])
    of_pair = component[left[within]]
    order = np.argsort(of_pair, kind="stable")
    bounds = np.flatnonzero(np.diff(of_pair[order], prepend=-1))
    # The first component that begins at or behind each multiple.
    cuts = bounds[np.unique(np.searchsorted(bounds, np.arange(0, len(order), _AT_ONCE)).clip(max=len(bounds) - 1))]
    for start, stop in pairwise([*cuts.tolist(), len(order)]):
        yield within[np.sort(order[start:stop])]


def _join_tied(between: _Between) -> Groups:
    """The joins at the highest mean of all, which come first: each group takes in, by position, those tied
    with all it has.

    Capped weights make most joins such ties. The mean of tied pairs is that highest one again, so nothing
    needs to be added up.
    """
    mean = between.mean
    tied = np.flatnonzero((mean == mean.max(initial=-np.inf)) & (mean > between.threshold))
    low, high = between.low[tied], between.high[tied]
    bounds = np.searchsorted(low, np.arange(len(between.size) + 1))
    parent = np.arange(len(between.size))

    def above(a: int) -> set[int]:
        # Made when needed: as sets, all pairs together would be the largest thing in memory.
        return set(high[bounds[a] : bounds[a + 1]].tolist())

    for a in np.unique(low).tolist():
        if parent[a] != a:
            continue
        joining = {b for b in above(a) if parent[b] == b}
        while joining:
            b = min(joining)
            parent[b] = a
            joining &= above(b)
    return parent


def _join_by_mean(between: _Between) -> Groups:
    """All other joins, one after the other; groups of which nothing is left to join are not looked at."""
    greedy = _Greedy(between.within_reach())
    greedy.join_all()
    root = np.array(greedy.parent, dtype=np.int64)
    while (root[root] != root).any():
        root = root[root]
    return root


class _Greedy:
    """The heap of joins worth making, and sums and counts of the weights between groups as they grow."""

    def __init__(self, between: _Between) -> None:
        self.unknown, self.threshold = between.unknown, between.threshold
        self.size: list[int] = between.size.tolist()
        self.parent = list(range(len(self.size)))
        self.version = [0] * len(self.size)
        self.edges: dict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
        columns = (between.low, between.high, between.total, between.count)
        for a, b, total, count in zip(*(column.tolist() for column in columns), strict=True):
            self.edges[a][b] = self.edges[b][a] = (total, count)
        mean = between.mean
        worth = np.flatnonzero(mean > self.threshold)
        joins = zip((-mean[worth]).tolist(), between.low[worth].tolist(), between.high[worth].tolist(), strict=True)
        self.heap = [(*join, 0, 0) for join in joins]
        heapq.heapify(self.heap)

    def join_all(self) -> None:
        while self.heap:
            _, a, b, version_a, version_b = heapq.heappop(self.heap)
            if self.version[a] == version_a and self.version[b] == version_b:
                self._join(a, b)

    def _join(self, a: int, b: int) -> None:
        """Take b into a; a is the smaller position, so a group keeps its smallest member's name."""
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.version[a] += 1
        self.version[b] = -1
        edges = self.edges[a]
        for other, (total, count) in self.edges.pop(b).items():
            if other != a:
                more, known = edges.get(other, (0.0, 0))
                edges[other] = self.edges[other][a] = (total + more, count + known)
                del self.edges[other][b]
        del edges[b]
        for other, (total, count) in edges.items():
            self._offer(a, other, total, count)

    def _offer(self, a: int, b: int, total: float, count: int) -> None:
        pairs = self.size[a] * self.size[b]
        mean = (total + self.unknown * (pairs - count)) / pairs
        if mean > self.threshold:
            low, high = (a, b) if a < b else (b, a)
            heapq.heappush(self.heap, (-mean, low, high, self.version[low], self.version[high]))
