"""What every search for neighbours shares: its task, exact similarities, order, and how complete it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

SAMPLE_ROWS = 500
SPARE = 8  # further rows looked at by an exact search, so that ties at the edge are broken by row number


@dataclass(frozen=True, slots=True)
class Task:
    """What is searched for whom; ``own`` are the queries' own rows, left out of their neighbours."""

    vectors: Floats
    queries: Floats
    own: Ids | None
    k: int

    @classmethod
    def of(cls, vectors: Floats, queries: Floats | None, k: int) -> Task:
        """Without queries every row is asked for its neighbours but itself."""
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if queries is None:
            return cls(vectors, vectors, np.arange(len(vectors), dtype=np.int64), k)
        return cls(vectors, np.ascontiguousarray(queries, dtype=np.float32), None, k)

    def part(self, rows: Any) -> Task:
        """The same task for some of the queries."""
        own = None if self.own is None else self.own[rows]
        return Task(self.vectors, np.ascontiguousarray(self.queries[rows]), own, self.k)


@dataclass(frozen=True, slots=True)
class Sample:
    """Some of the queries, and their true neighbours."""

    rows: Ids
    task: Task
    similarities: Floats
    ids: Ids

    @classmethod
    def draw(cls, task: Task, generator: np.random.Generator) -> Sample:
        """Choose queries and search for them exactly."""
        rows = np.sort(generator.permutation(len(task.queries))[:SAMPLE_ROWS])
        part = task.part(rows)
        return cls(rows, part, *exact(part))

    def recall_of_outstanding(self, found: Floats) -> float:
        """The same, each neighbour weighed by how far it stands out.

        By (s - l) / (1 - l) to the third power, s being its similarity and l that of the query's last true
        neighbour, at least 0. Among persons most neighbours are strangers, all as alike, and none is worth a search
        of all rows; a duplicate stands out.
        """
        last = np.maximum(np.where(np.isfinite(self.similarities), self.similarities, 0).min(axis=1, keepdims=True), 0)
        wanted, known = (
            float((np.maximum((near - last) / np.maximum(1 - last, 1e-6), 0) ** 3).sum(dtype=np.float64))
            for near in (self.similarities, found)
        )
        return min(known / wanted, 1.0) if wanted > 0 else 1.0

    def recall(self, found: Floats) -> float:
        """Share of the true neighbours found, by similarity, so that a tie is no miss."""
        wanted = np.isfinite(self.similarities)
        last = np.where(wanted, self.similarities, np.inf).min(axis=1, keepdims=True, initial=np.inf)
        hits = (found >= last - 1e-6).sum()
        return float(hits / wanted.sum()) if wanted.any() else 1.0


def exact(task: Task) -> tuple[Floats, Ids]:
    """The neighbours by all inner products."""
    faiss = load_faiss()
    depth = exact_depth(task)
    return ranked(task, faiss.knn(task.queries, task.vectors, depth, metric=faiss.METRIC_INNER_PRODUCT)[1])


def exact_depth(task: Task) -> int:
    """How many rows a query an exact search ranks."""
    return min(len(task.vectors), task.k + (task.own is not None) + SPARE)


def ranked(task: Task, found: Ids) -> tuple[Floats, Ids]:
    """Order candidates (-1 is none) by exact similarity, then by id; keep the first k but the row itself."""
    found = np.sort(found, axis=1)
    if task.own is not None:
        found[found == task.own[:, None]] = -1
    similarities = inner_products(task.queries, task.vectors, found)
    order = np.argsort(-similarities, axis=1, kind="stable")[:, : task.k]
    missing = ((0, 0), (0, task.k - order.shape[1]))
    return (
        np.pad(np.take_along_axis(similarities, order, axis=1), missing, constant_values=-np.inf),
        np.pad(np.take_along_axis(found, order, axis=1), missing, constant_values=-1),
    )


def inner_products(queries: Floats, vectors: Floats, ids: Ids) -> Floats:
    """Exact inner product of each query with the vectors named in its row of ids; -inf where an id is -1."""
    faiss = load_faiss()
    products = np.empty(ids.shape, dtype=np.float32)
    arrays = [faiss.swig_ptr(array) for array in (products, queries, vectors, ids)]
    faiss.fvec_inner_products_by_idx(*arrays, vectors.shape[1], *ids.shape)
    products[ids < 0] = -np.inf
    return products


def load_faiss() -> Any:
    """The library, on first use."""
    # Untyped on purpose: only recent releases carry type stubs, and those leave functions out.
    import faiss

    return faiss


@contextmanager
def faiss_threads(threads: int) -> Iterator[None]:
    """Run faiss on so many threads (0: as it was), and put its global setting back."""
    faiss = load_faiss()
    before = faiss.omp_get_max_threads()
    if threads > 0:
        faiss.omp_set_num_threads(threads)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def single_threaded_workers(threads: int) -> ThreadPoolExecutor:
    """Workers (0: one a core) in which faiss has one thread each: sums do not depend on how many there are."""

    def alone() -> None:
        # The setting belongs to the thread that makes it.
        load_faiss().omp_set_num_threads(1)

    return ThreadPoolExecutor(threads or cores(), initializer=alone)


def cores() -> int:
    """Number of cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
