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
Told = Callable[[int], None]

LISTS = 4  # times the root of the rows
TRAINING = 16  # rows a centroid learns from
ROUNDS = 2
NEAR = 4
LARGE = 16  # times the mean; a list above is cut, so that many equal rows do not cost their square
LARGE_LEAST = 4096
BATCH = 8192


def nobody(products: int) -> None:
    """Take no notice."""


@dataclass(frozen=True, slots=True)
class Lists:
    """One partition of the rows that are searched.

    Attributes
    ----------
    order, bounds
        The rows, list after list, ascending in each, and where each list starts; the last is their number.
    centroids
        (centroids, dims) around which the rows lie.
    first
        For each centroid its first list, and behind them the number of lists: rows around one centroid are cut
        into several lists where there are many, of which a query asks one.
    near
        (rows, 4) the centroids nearest to each row, so that they need not be sought again.
    own
        (rows,) the list of each row.
    """

    order: Rows
    bounds: NDArray[np.int64]
    centroids: Floats
    first: NDArray[np.int64]
    near: Rows
    own: Rows

    @classmethod
    def make(cls, vectors: Floats, seed: int, pool: ThreadPoolExecutor, told: Told = nobody) -> Lists:
        """Cut rows into lists; the same for any number of workers, for each sum is made by one thread.

        ``told`` hears of how many more rows and centroids the products have been made, see `products`.
        """
        centroids = _centroids(vectors, centroid_count(len(vectors)), seed, pool, told)
        nearest = _near_centroids(vectors, np.arange(len(vectors)), centroids, min(NEAR, len(centroids)), pool, told)
        near = nearest[:, 0]
        order = np.argsort(near, kind="stable").astype(np.int32)
        sizes = np.bincount(near, minlength=len(centroids))
        most = max(LARGE_LEAST, LARGE * len(vectors) // len(centroids))
        pieces = np.maximum(-(-sizes // most), 1)
        first = np.concatenate([[0], np.cumsum(pieces)])
        starts = np.cumsum(sizes) - sizes
        own = np.empty(len(vectors), dtype=np.int32)
        own[order] = first[near[order]] + (np.arange(len(order)) - starts[near[order]]) // most
        bounds = np.concatenate([[0], np.cumsum(np.bincount(own, minlength=first[-1]))])
        return cls(order, bounds, centroids, first, nearest, own)

    @staticmethod
    def products(rows: int) -> int:
        """How many inner products of rows and centroids are made to cut so many rows."""
        count = centroid_count(rows)
        return count * (ROUNDS * min(count * TRAINING, rows) + rows)

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def rows(self, place: int) -> Rows:
        """The rows of one list."""
        return self.order[self.bounds[place] : self.bounds[place + 1]]

    def nearest(
        self, task: Task, asking: NDArray[np.integer], count: int, pool: ThreadPoolExecutor, told: Told = nobody
    ) -> Rows:
        """The lists that some queries ask, nearest first; their own before all where the queries are the rows.

        Returns
        -------
        ndarray
            (asking, count) numbers of lists, fewer columns where there are fewer centroids.
        """
        count = min(count, len(self.centroids))
        if task.own is not None and count <= self.near.shape[1]:
            near = self.near[asking, :count]
        else:
            near = _near_centroids(task.queries, asking, self.centroids, count, pool, told)
        pieces = np.diff(self.first)
        found = (self.first[near] + asking[:, None] % pieces[near]).astype(np.int32)
        if task.own is not None:
            # Sought again, another one of centroids as near as each other may come first.
            own = self.own[asking, None]
            found = np.hstack([own, np.where(found[:, 1:] == own, found[:, :1], found[:, 1:])])
        return found

    def askers(self, asked: Rows) -> Iterator[tuple[int, Rows]]:
        """Each list that holds something and is asked, with the places in (entries,) `asked` that name it."""
        order = np.argsort(asked, kind="stable").astype(np.int32)
        bounds = np.searchsorted(asked[order], np.arange(len(self.bounds)))
        for place in np.flatnonzero((np.diff(bounds) > 0) & (np.diff(self.bounds) > 0)).tolist():
            yield place, order[bounds[place] : bounds[place + 1]]


def centroid_count(rows: int) -> int:
    """Around how many centroids so many rows are gathered."""
    return max(int(LISTS * math.sqrt(rows)), 1)


def _centroids(vectors: Floats, count: int, seed: int, pool: ThreadPoolExecutor, told: Told) -> Floats:
    """Spherical k-means of a sample, from random rows: few rounds and rows are enough for a search."""
    generator = np.random.Generator(np.random.PCG64([seed, count]))
    sample = vectors[np.sort(generator.permutation(len(vectors))[: count * TRAINING])]
    centroids = sample[np.sort(generator.permutation(len(sample))[:count])]
    for _ in range(ROUNDS):
        nearest = _near_centroids(sample, np.arange(len(sample)), centroids, 1, pool, told)[:, 0]
        order = np.argsort(nearest, kind="stable")
        bounds = np.searchsorted(nearest[order], np.arange(len(centroids) + 1))
        filled = bounds[1:] > bounds[:-1]
        sums = np.add.reduceat(sample[order], bounds[:-1][filled], axis=0)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centroids[filled] = np.divide(sums, lengths, out=sums, where=lengths > 0)
    return centroids


def _near_centroids(
    vectors: Floats,
    rows: NDArray[np.integer],
    centroids: Floats,
    count: int,
    pool: ThreadPoolExecutor,
    told: Told,
) -> Rows:
    """(rows, count) the nearest centroids of some vectors."""
    faiss = load_faiss()

    def near(start: int) -> Rows:
        batch = vectors[rows[start : start + BATCH]]
        found: NDArray[np.int64] = faiss.knn(batch, centroids, count, metric=faiss.METRIC_INNER_PRODUCT)[1]
        return found.astype(np.int32)

    parts = [np.empty((0, count), dtype=np.int32)]
    for part in pool.map(near, range(0, len(rows), BATCH)):
        parts.append(part)
        told(len(part) * len(centroids))
    return np.concatenate(parts)
