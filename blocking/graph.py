"""The nearest rows of each query, found list by list, then among neighbours of neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from blocking.lists import PROBES, Lists, Rows
from blocking.search import Floats, Ids, Sample, Task, inner_products, load_faiss, ranked

LEAST_KEPT = 10
HOPS = 10  # of so many neighbours so many neighbours are looked at
STEPS = (8, PROBES)  # lists that are looked into before the recall is measured
PARTITIONS = 2
HOPELESS = 0.8  # rows that do not form clusters stay below this after the first step
BATCH = 4096
# What looking into one list costs a query beside the products with its rows, in products of rows and centroids.
LOOK = 300
# How far the search is when the recall is measured: most often the first time is the last.
_MEASURED = (0.75, 0.88, 0.96, 1.0)


@dataclass(slots=True)
class Graph:
    """The nearest rows known so far of each query: ``ids`` (-1 is none) in no order, and their similarities.

    ``probes`` is how many lists each query was looked for in, ``recall`` what that gives on a sample.
    """

    task: Task
    ids: Rows
    similarities: Floats
    probes: int = 0
    recall: float = 0.0

    @classmethod
    def grow(
        cls,
        task: Task,
        sample: Sample,
        target: float,
        seed: int,
        pool: ThreadPoolExecutor,
        told: Callable[[float], None],
    ) -> Graph:
        """Look into more lists, of more than one partition, until the recall of the sample is enough.

        It stops early where there is no hope to reach the target; ``recall`` then says so. ``told`` hears how
        far it is, in [0, 1].
        """
        shape = len(task.queries), max(task.k, LEAST_KEPT)
        graph = cls(task, np.full(shape, -1, dtype=np.int32), np.full(shape, -np.inf, dtype=np.float32))
        made, look, making = _Made(told), LOOK * len(task.queries), Lists.products(task)
        for number in range(PARTITIONS):
            made.next(making + STEPS[0] * look)
            lists = Lists.make(task, PARTITIONS * seed + number, pool, made)
            for probe in range(lists.probes.shape[1]):
                graph.look_into(lists, probe, pool, made)
                if probe + 1 in STEPS or probe + 1 == lists.probes.shape[1]:
                    if task.own is not None:
                        graph.look_around(pool)
                    graph.recall = graph.measured(sample)
                    if graph.recall >= target or graph.recall < HOPELESS:
                        return graph
                    if probe + 1 < lists.probes.shape[1]:
                        made.next((STEPS[1] - STEPS[0]) * look)
        return graph

    def search(self, rows: slice) -> tuple[Floats, Ids]:
        """The neighbours of some of the queries, in order."""
        return ranked(self.task.part(rows), self.ids[rows].astype(np.int64))

    def measured(self, sample: Sample) -> float:
        """The recall of what is known so far."""
        known = -np.sort(-self.similarities[sample.rows], axis=1)[:, : self.task.k]
        return sample.recall(known)

    def look_into(
        self, lists: Lists, probe: int, pool: ThreadPoolExecutor, told: Callable[[int], None] = lambda products: None
    ) -> None:
        """Compare each query with the rows of one list: its nearest, its second nearest and so on."""
        self.probes += 1

        def join(run: list[tuple[int, Rows]]) -> int:
            found = [self._nearest_of(lists.rows(place), askers) for place, askers in run]
            rows = np.concatenate([askers for _, askers in run])
            ids, similarities = (np.concatenate(parts) for parts in zip(*found, strict=True))
            better = similarities.max(axis=1) > self.similarities[rows].min(axis=1)
            rows, ids, similarities = rows[better], ids[better], similarities[better]
            self.ids[rows], self.similarities[rows] = _best(
                np.hstack([self.ids[rows], ids]), np.hstack([self.similarities[rows], similarities])
            )
            return sum(len(askers) for _, askers in run)

        for queries in pool.map(join, _runs(lists.askers(probe))):
            told(LOOK * queries)

    def _nearest_of(self, rows: Rows, askers: Rows) -> tuple[Rows, Floats]:
        faiss = load_faiss()
        wanted = self.ids.shape[1] + (self.task.own is not None)
        vectors, queries = self.task.vectors[rows], self.task.queries[askers]
        similarities, places = faiss.knn(queries, vectors, wanted, metric=faiss.METRIC_INNER_PRODUCT)
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
        close = np.ascontiguousarray(self.ids[:, :HOPS])

        def look(start: int) -> None:
            rows = slice(start, start + BATCH)
            near = close[rows]
            beyond = np.where(near[:, :, None] >= 0, close[near], -1).reshape(len(near), -1)
            ids = np.sort(np.hstack([self.ids[rows], beyond]), axis=1)
            ids[:, 1:][ids[:, 1:] == ids[:, :-1]] = -1
            ids[ids == np.arange(start, start + len(ids), dtype=np.int32)[:, None]] = -1
            similarities = inner_products(self.task.queries[rows], self.task.vectors, ids.astype(np.int64))
            self.ids[rows], self.similarities[rows] = _most(ids, similarities, self.ids.shape[1])

        for _ in pool.map(look, range(0, len(self.ids), BATCH)):
            pass


class _Made:
    """Tells how far the search is, in [0, 1], from the products that have been made since the recall was measured."""

    def __init__(self, told: Callable[[float], None]) -> None:
        self._told, self._steps = told, iter(pairwise((0.0, *_MEASURED)))
        self._bounds, self._wanted, self._products = (0.0, 0.0), 1, 0

    def next(self, products: int) -> None:
        """So many products will be made until the recall is measured next."""
        self._bounds, self._wanted, self._products = next(self._steps), max(products, 1), 0

    def __call__(self, products: int) -> None:
        self._products += products
        start, end = self._bounds
        self._told(start + (end - start) * min(self._products / self._wanted, 1.0))


def _runs(lists: Iterator[tuple[int, Rows]]) -> Iterator[list[tuple[int, Rows]]]:
    """Lists put together to some thousand queries, so that what is done for each run is worth its while."""
    run: list[tuple[int, Rows]] = []
    for place, askers in lists:
        run.append((place, askers))
        if sum(len(some) for _, some in run) >= BATCH:
            yield run
            run = []
    if run:
        yield run


def _best(ids: Rows, similarities: Floats) -> tuple[Rows, Floats]:
    """The best of known and new, every id once; as many as were known."""
    order = np.argsort(ids, axis=1, kind="stable")
    ids = np.take_along_axis(ids, order, axis=1)
    similarities = np.take_along_axis(similarities, order, axis=1)
    similarities[:, 1:][ids[:, 1:] == ids[:, :-1]] = -np.inf
    return _most(ids, similarities, ids.shape[1] // 2)


def _most(ids: Rows, similarities: Floats, k: int) -> tuple[Rows, Floats]:
    place = np.argpartition(-similarities, k - 1, axis=1)[:, :k]
    similarities = np.take_along_axis(similarities, place, axis=1)
    return np.where(np.isfinite(similarities), np.take_along_axis(ids, place, axis=1), np.int32(-1)), similarities
