"""The nearest rows of each query, found list by list, then among neighbours of neighbours."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from blocking.lists import NEAR, Lists, Rows, Told, centroid_count, nobody
from blocking.search import Floats, Ids, Sample, Task, inner_products, load_faiss, ranked

T = TypeVar("T")

LEAST_KEPT = 10
HOPS = 10  # of so many neighbours so many neighbours are looked at
# The share of the queries that look on, those whose neighbours are least like them, and into how many lists. Rows
# amid a cluster have found theirs soon; a duplicate in other words is an outlier, whose partner lies in a far list.
STEPS = ((1.0, NEAR), (0.2, 12), (0.1, 32))
FURTHER = ((1.0, 16), (0.5, 64))  # where that is not enough for the target
# Of persons .6 to .75 of the neighbours lie in the lists of the first step, of catalogues .95.
HOPELESS = 0.6  # fewer there never become enough
UNLIKELY = 0.8  # with fewer there another way is better, if there is one
BATCH = 4096
ENTRIES = 2_000_000  # so many lists are looked into at once, by all queries together
# What looking into one list costs a query, in products of rows and centroids.
LOOK = 500


@dataclass(slots=True)
class Graph:
    """The nearest rows known so far of each query: ``ids`` (-1 is none) in no order, and their similarities.

    ``looked`` is how many lists each query has looked into, ``recall`` what that gives on a sample, ``clustered``
    whether the rows lie in clusters, so that more lists are worth a look.
    """

    task: Task
    ids: Rows
    similarities: Floats
    looked: NDArray[np.int16]
    recall: float = 0.0
    clustered: bool = True

    @classmethod
    def empty(cls, task: Task) -> Graph:
        """Nothing known yet."""
        shape = len(task.queries), max(task.k, LEAST_KEPT)
        return cls(
            task,
            np.full(shape, -1, dtype=np.int32),
            np.full(shape, -np.inf, dtype=np.float32),
            np.zeros(shape[0], dtype=np.int16),
        )

    @classmethod
    def grow(
        cls,
        task: Task,
        sample: Sample,
        target: float,
        seed: int,
        pool: ThreadPoolExecutor,
        told: Callable[[float], None],
        least: float = HOPELESS,
    ) -> Graph:
        """Look into more and more lists, until the recall of the sample is enough.

        It stops after the lists of the first step where fewer than ``least`` of the true neighbours lie in them.
        ``told`` hears how far it is, in [0, 1].
        """
        graph = cls.empty(task)
        made = _Made.of(task, told)
        lists = Lists.make(task.vectors, seed, pool, made)
        graph.clustered = _met(lists, task, sample, pool) >= least
        steps = (*STEPS, *FURTHER) if graph.clustered else STEPS[:1]
        for number, (share, count) in enumerate(steps):
            if number >= len(STEPS) and graph.recall >= target:
                break
            asking = graph.weakest(share)
            asked = lists.nearest(task, asking, count, pool, made)
            # Some have looked into the first ones before.
            asked[np.arange(asked.shape[1]) < graph.looked[asking, None]] = -1
            graph.look_into(lists, asking, asked, pool, made)
            if task.own is not None and graph.clustered:
                graph.look_around(pool)
            graph.recall = graph.measured(sample)
        return graph

    @property
    def probes(self) -> int:
        """How many lists a query has looked into at most."""
        return int(self.looked.max(initial=0))

    @property
    def wanted(self) -> int:
        """How many rows of a list are asked for: a query may be among them itself."""
        return int(self.ids.shape[1]) + (self.task.own is not None)

    def weakest(self, share: float) -> NDArray[np.int64]:
        """The queries, ascending, whose last neighbour is least like them."""
        last = self.similarities.min(axis=1)
        count = math.ceil(share * len(last))
        return np.sort(np.argsort(last, kind="stable")[:count])

    def search(self, rows: slice | Ids) -> tuple[Floats, Ids]:
        """The neighbours of some of the queries, in order."""
        return ranked(self.task.part(rows), self.ids[rows].astype(np.int64))

    def measured(self, sample: Sample) -> float:
        """The recall of what is known so far."""
        known = -np.sort(-self.similarities[sample.rows], axis=1)[:, : self.task.k]
        return sample.recall(known)

    def look_into(
        self, lists: Lists, asking: NDArray[np.int64], asked: Rows, pool: ThreadPoolExecutor, told: Told = nobody
    ) -> None:
        """Compare some queries with the rows of some lists.

        Parameters
        ----------
        lists
            The lists.
        asking, asked
            (asking,) queries and (asking, lists) which they look into; -1 is none.
        pool
            Workers.
        told
            Hears of how many more products have been made.
        """
        # Several lists a query at once, for what costs most is to gather the rows of a list.
        step = max(ENTRIES // max(len(asking), 1), 1)
        for first in range(0, asked.shape[1], step):
            some = asked[:, first : first + step]
            self._merge(asking, *self._nearest_in(lists, asking, some, pool), pool)
            self.looked[asking] += (some >= 0).sum(axis=1, dtype=np.int16)
            told(LOOK * int((some >= 0).sum()))

    def _nearest_in(
        self, lists: Lists, asking: NDArray[np.int64], asked: Rows, pool: ThreadPoolExecutor
    ) -> tuple[Rows, Floats]:
        """(asking, found) the nearest rows in all lists asked, -1 where there are no more."""
        shape = asked.size, self.wanted
        ids, similarities = np.full(shape, -1, dtype=np.int32), np.full(shape, -np.inf, dtype=np.float32)

        def join(asker: tuple[int, Rows]) -> None:
            place, entries = asker
            queries = asking[entries // asked.shape[1]]
            ids[entries], similarities[entries] = self._nearest_of(lists.rows(place), queries)

        _each(pool, join, lists.askers(asked.ravel()))
        return ids.reshape(len(asking), -1), similarities.reshape(len(asking), -1)

    def _merge(self, asking: NDArray[np.int64], ids: Rows, similarities: Floats, pool: ThreadPoolExecutor) -> None:
        def merge(start: int) -> None:
            part = slice(start, start + BATCH)
            rows = asking[part]
            self.ids[rows], self.similarities[rows] = _best(
                np.hstack([self.ids[rows], ids[part]]),
                np.hstack([self.similarities[rows], similarities[part]]),
                self.ids.shape[1],
            )

        _each(pool, merge, range(0, len(asking), BATCH))

    def _nearest_of(self, rows: Rows, askers: NDArray[np.int64]) -> tuple[Rows, Floats]:
        faiss = load_faiss()
        vectors, queries = self.task.vectors[rows], self.task.queries[askers]
        similarities, places = faiss.knn(queries, vectors, self.wanted, metric=faiss.METRIC_INNER_PRODUCT)
        ids = np.where(places >= 0, rows[places], np.int32(-1))
        if self.task.own is not None:
            ids[ids == askers[:, None]] = -1
        similarities[ids < 0] = -np.inf
        return ids, similarities

    def look_around(self, pool: ThreadPoolExecutor) -> None:
        """Compare each row with its neighbours' neighbours.

        Dong, Charikar and Li, "Efficient k-nearest neighbor graph construction for generic similarity
        measures", 2011.
        """
        order = np.argsort(-self.similarities, axis=1, kind="stable")
        self.ids = np.take_along_axis(self.ids, order, axis=1)
        close = self.ids[:, :HOPS].copy()  # as all know them now, whoever is first

        def look(start: int) -> None:
            rows = slice(start, start + BATCH)
            near = close[rows]
            beyond = np.where(near[:, :, None] >= 0, close[near], -1).reshape(len(near), -1)
            ids = np.sort(np.hstack([self.ids[rows], beyond]), axis=1)
            ids[:, 1:][ids[:, 1:] == ids[:, :-1]] = -1
            ids[ids == np.arange(start, start + len(ids), dtype=np.int32)[:, None]] = -1
            similarities = inner_products(self.task.queries[rows], self.task.vectors, ids.astype(np.int64))
            self.ids[rows], self.similarities[rows] = _most(ids, similarities, self.ids.shape[1])

        _each(pool, look, range(0, len(self.ids), BATCH))


def _met(lists: Lists, task: Task, sample: Sample, pool: ThreadPoolExecutor) -> float:
    """The share of the true neighbours of a sample that lie in the lists of the first step."""
    asked = lists.nearest(task, sample.rows, STEPS[0][1], pool)
    known = sample.ids >= 0
    met = (lists.own[sample.ids][:, :, None] == asked[:, None, :]).any(axis=2)
    return float(met[known].mean()) if known.any() else 1.0


class _Made:
    """Tells how far the search is, in [0, 1), from the products that have been made."""

    def __init__(self, wanted: float, told: Callable[[float], None]) -> None:
        self.wanted, self.told, self.products = wanted, told, 0

    @classmethod
    def of(cls, task: Task, told: Callable[[float], None]) -> _Made:
        """What the first steps take, which are most often all."""
        rows, queries, before = len(task.vectors), len(task.queries), 0
        wanted = float(Lists.products(rows))
        for share, count in STEPS:
            sought = 0 if task.own is not None and count <= NEAR else centroid_count(rows)
            wanted += share * queries * (sought + LOOK * (count - before))
            before = count
        return cls(max(wanted, 1.0), told)

    def __call__(self, products: int) -> None:
        self.products += products
        self.told(min(self.products / self.wanted, 0.99))


def _each(pool: ThreadPoolExecutor, work: Callable[[T], None], parts: Iterable[T]) -> None:
    """Do the work on all parts, and raise what goes wrong."""
    for _ in pool.map(work, parts):
        pass


def _best(ids: Rows, similarities: Floats, k: int) -> tuple[Rows, Floats]:
    """The best k, every id once; no id is there more than twice."""
    if ids.shape[1] > 2 * k:
        ids, similarities = _most(ids, similarities, 2 * k)
    order = np.argsort(ids, axis=1, kind="stable")
    ids = np.take_along_axis(ids, order, axis=1)
    similarities = np.take_along_axis(similarities, order, axis=1)
    similarities[:, 1:][ids[:, 1:] == ids[:, :-1]] = -np.inf
    return _most(ids, similarities, k)


def _most(ids: Rows, similarities: Floats, k: int) -> tuple[Rows, Floats]:
    place = np.argpartition(-similarities, k - 1, axis=1)[:, :k]
    similarities = np.take_along_axis(similarities, place, axis=1)
    return np.where(np.isfinite(similarities), np.take_along_axis(ids, place, axis=1), np.int32(-1)), similarities
