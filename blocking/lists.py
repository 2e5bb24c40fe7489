"""Rows cut into lists of near ones by k-means, and which lists a query looks into."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blocking.search import Floats, Task, load_faiss

Rows = NDArray[np.int32]

LISTS = 4  # times the root of the rows
TRAINING = 32  # rows a centroid learns from
ROUNDS = 4
PROBES = 16
LARGE = 16  # times the mean; a list above is cut, so that many equal rows do not cost their square
LARGE_LEAST = 4096
BATCH = 8192


@dataclass(frozen=True, slots=True)
class Lists:
    """One partition of the rows that are searched.

    Attributes
    ----------
    order, bounds
        The rows, list after list, ascending in each, and where each list starts; the last is their number.
    probes
        (queries, PROBES) lists that each query looks into, the nearest first; its own before all where the
        queries are the rows; -1 where there are no more.
    """

    order: Rows
    bounds: NDArray[np.int64]
    probes: Rows

    @classmethod
    def make(
        cls, task: Task, seed: int, pool: ThreadPoolExecutor, told: Callable[[int], None] = lambda products: None
    ) -> Lists:
        """Cut the rows of a task; the same for any number of workers, for each sum is made by one thread.

        ``told`` hears of how many more rows and centroids the products have been made, see `products`.
        """
        centroids = _centroids(task.vectors, _count(task), seed, pool, told)
        probes = _near_centroids(task.queries, centroids, min(PROBES, len(centroids)), pool, told)
        own = probes[:, 0] if task.own is not None else _near_centroids(task.vectors, centroids, 1, pool, told)[:, 0]
        order = np.argsort(own, kind="stable").astype(np.int32)
        bounds = np.searchsorted(own[order], np.arange(len(centroids) + 1))
        return _cut(cls(order, bounds, probes), own if task.own is not None else None)

    @staticmethod
    def products(task: Task) -> int:
        """How many inner products of rows and centroids are made to cut the rows of a task."""
        count, rows = _count(task), len(task.vectors)
        learning = ROUNDS * min(count * TRAINING, rows)
        return count * (learning + len(task.queries) + (0 if task.own is not None else rows))

    def rows(self, place: int) -> Rows:
        """The rows of one list."""
        return self.order[self.bounds[place] : self.bounds[place + 1]]

    def askers(self, probe: int) -> Iterator[tuple[int, Rows]]:
        """Each list with the queries of which it is the nearest, the second nearest and so on."""
        asked = self.probes[:, probe]
        order = np.argsort(asked, kind="stable").astype(np.int32)
        bounds = np.searchsorted(asked[order], np.arange(len(self.bounds)))
        for place in range(len(self.bounds) - 1):
            if bounds[place + 1] > bounds[place] and self.bounds[place + 1] > self.bounds[place]:
                yield place, order[bounds[place] : bounds[place + 1]]


def _cut(lists: Lists, own: Rows | None) -> Lists:
    """Cut large lists into pieces of which each query sees one: its own, where it has one."""
    sizes = np.diff(lists.bounds)
    most = max(LARGE_LEAST, LARGE * len(lists.order) // max(len(sizes), 1))
    pieces = np.maximum(-(-sizes // most), 1)
    if (pieces == 1).all():
        return lists
    first = np.concatenate([[0], np.cumsum(pieces)])
    numbers = np.arange(first[-1] + 1) - np.repeat(first[:-1], np.append(pieces[:-1], pieces[-1] + 1))
    owner = np.append(np.repeat(np.arange(len(sizes)), pieces), len(sizes) - 1)
    bounds = np.minimum(lists.bounds[owner] + numbers * most, lists.bounds[owner + 1])
    probes = lists.probes
    some = np.where(probes >= 0, np.arange(len(probes))[:, None] % pieces[probes], 0)
    if own is not None:
        place = np.empty(len(own), dtype=np.int64)
        place[lists.order] = np.arange(len(own)) - lists.bounds[own[lists.order]]
        some[:, 0] = place // most
    moved = np.where(probes >= 0, first[probes] + some, -1).astype(np.int32)
    return Lists(lists.order, bounds, moved)


def _count(task: Task) -> int:
    return max(int(LISTS * math.sqrt(len(task.vectors))), 1)


def _centroids(vectors: Floats, count: int, seed: int, pool: ThreadPoolExecutor, told: Callable[[int], None]) -> Floats:
    """Spherical k-means of a sample, from random rows: few rounds and rows are enough for a search."""
    generator = np.random.Generator(np.random.PCG64([seed, count]))
    sample = vectors[np.sort(generator.permutation(len(vectors))[: count * TRAINING])]
    centroids = sample[np.sort(generator.permutation(len(sample))[:count])]
    for _ in range(ROUNDS):
        nearest = _near_centroids(sample, centroids, 1, pool, told)[:, 0]
        order = np.argsort(nearest, kind="stable")
        bounds = np.searchsorted(nearest[order], np.arange(len(centroids) + 1))
        filled = bounds[1:] > bounds[:-1]
        sums = np.add.reduceat(sample[order], bounds[:-1][filled], axis=0)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centroids[filled] = np.divide(sums, lengths, out=sums, where=lengths > 0)
    return centroids


def _near_centroids(
    vectors: Floats, centroids: Floats, count: int, pool: ThreadPoolExecutor, told: Callable[[int], None]
) -> Rows:
    faiss = load_faiss()

    def near(start: int) -> Rows:
        batch = vectors[start : start + BATCH]
        found: NDArray[np.int64] = faiss.knn(batch, centroids, count, metric=faiss.METRIC_INNER_PRODUCT)[1]
        return found.astype(np.int32)

    parts = [np.empty((0, count), dtype=np.int32)]
    for part in pool.map(near, range(0, len(vectors), BATCH)):
        parts.append(part)
        told(len(part) * len(centroids))
    return np.concatenate(parts)
