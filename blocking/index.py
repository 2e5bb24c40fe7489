"""Nearest neighbours by inner product: exact while small, beyond by lists, by rare features or by a scan."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from blocking.graph import HOPELESS, UNLIKELY, Graph
from blocking.rare import Rare
from blocking.scan import Scan
from blocking.search import (
    Floats,
    Ids,
    Sample,
    Task,
    exact,
    exact_depth,
    faiss_threads,
    load_faiss,
    single_threaded_workers,
)
from blocking.strangers import RareAndAlike

RARE = "rare features"
EXACT_LIMIT = 20_000
# A search by exact inner products takes minutes here; beyond, the best approximate one is taken as it is.
FALLBACK_LIMIT = 100_000
TARGET_RECALL = 0.97  # what is hard to find is lost first: duplicates in other words
QUERY_BATCH = 8192


@dataclass(frozen=True, slots=True)
class IndexReport:
    """How a search was done and how complete it was.

    Attributes
    ----------
    kind
        ``exact``, ``lists`` (all rows of the nearest lists, and neighbours of neighbours), ``rare features`` (the
        rows that share the most of the rarest n-grams and words, and a few of the nearest lists) or ``fast scan``
        (exhaustive over product-quantised vectors); the best are ranked by exact similarity.
    rows, queries, dims, k
        Size of the search.
    subquantisers
        Number of 4-bit codes a vector in a fast scan, else 0.
    depth
        How many rows a query were ranked by exact similarity at the end.
    recall
        Share of the k nearest that were found, measured on a seeded sample of the queries against exact
        search (as near as the true k-th counts as found); 1.0 for an exact search.
    seconds
        Time taken, index, check and search.
    probes
        Number of lists that a query was compared with at most, else 0.
    outstanding
        The recall of the neighbours that stand out, see `blocking.search.Sample.recall_of_outstanding`.
    """

    kind: str
    rows: int
    queries: int
    dims: int
    k: int
    subquantisers: int
    depth: int
    recall: float
    seconds: float
    probes: int = 0
    outstanding: float = 1.0


@dataclass(frozen=True, slots=True)
class _Method:
    """How the queries of a slice are answered, and what is told of it."""

    answer: Callable[[slice], tuple[Floats, Ids]]
    kind: str
    depth: int
    recall: float = 1.0
    subquantisers: int = 0
    probes: int = 0
    outstanding: float = 1.0


def nearest(
    vectors: Floats,
    k: int,
    *,
    queries: Floats | None = None,
    exact_limit: int = EXACT_LIMIT,
    target_recall: float = TARGET_RECALL,
    seed: int = 0,
    threads: int = 0,
    rare: Callable[[], Rare] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Floats, Ids, IndexReport]:
    """Find the k rows with the largest inner product.

    Up to ``exact_limit`` rows (rows times queries up to its square) the search is exact. Beyond, rows are
    cut into lists of near ones, and each query is compared with all rows of the lists nearest to it, then with
    neighbours of neighbours: enough where rows form clusters, as those of catalogues do. How many lists is
    decided by the recall on a sample of queries. Where that does not reach ``target_recall``, the rows that share
    the rarest features with a query are looked at beside its nearest lists, if then the recall of the neighbours
    that stand out reaches it. Else all rows are scanned as 4-bit product codes (Andre, Kermarrec and Le Scouarnec,
    "Cache locality is not enough", 2015);
    how many of the best are ranked again, and how fine the codes, is decided in the same way; where no step is
    enough, the search is exact up to 100,000 rows.

    Parameters
    ----------
    vectors
        (n, dims) rows of unit length.
    k
        Neighbours a query, at least 0.
    queries
        (m, dims) rows of unit length; without them every row is asked for its neighbours but itself.
    exact_limit, target_recall
        When to approximate, and how well, in [0, 1].
    seed
        Chooses the lists, the rows the quantiser learns from and the sample the recall is measured on.
    threads
        0 for one a core; the result does not depend on it.
    rare
        Makes the search by rare features, if it comes to that; without it that is left out.
    progress
        Called with the number of queries answered and their total.

    Returns
    -------
    similarities, ids
        (m, k), each row ordered by decreasing similarity, then by id; -inf and -1 where rows run out.
    report
        How the search was done.
    """
    started = time.perf_counter()
    task = Task.of(vectors, queries, k)
    told = _Told(len(task.queries), progress)
    with faiss_threads(threads):
        small = len(task.vectors) * len(task.queries) <= exact_limit**2 or k < 1
        method = _exactly(task) if small else _choose(task, target_recall, seed, threads, rare, told)
        similarities, ids = _answer_all(task, method, told)
    report = IndexReport(
        method.kind,
        len(task.vectors),
        len(task.queries),
        task.vectors.shape[1],
        k,
        method.subquantisers,
        method.depth,
        method.recall,
        time.perf_counter() - started,
        method.probes,
        method.outstanding,
    )
    return similarities, ids, report


def pair_similarities(lefts: Floats, rights: Floats, left: Ids, right: Ids) -> Floats:
    """Cosine of unit vectors ``lefts[left]`` and ``rights[right]``, at most 1."""
    faiss = load_faiss()
    lefts, rights = (np.ascontiguousarray(vectors, dtype=np.float32) for vectors in (lefts, rights))
    left, right = (np.ascontiguousarray(rows, dtype=np.int64) for rows in (left, right))
    similarities = np.empty(len(left), dtype=np.float32)
    arrays = [faiss.swig_ptr(array) for array in (lefts, left, rights, right, similarities)]
    faiss.pairwise_indexed_inner_product(lefts.shape[1], len(left), *arrays)
    return np.minimum(similarities, np.float32(1.0))


class _Told:
    """Passes progress on, but never backwards, whatever is tried one after another."""

    def __init__(self, total: int, progress: Callable[[int, int], None] | None) -> None:
        self.total, self.progress, self.done = total, progress, 0

    def __call__(self, done: int) -> None:
        if self.progress and done > self.done:
            self.done = done
            self.progress(done, self.total)


def _exactly(task: Task) -> _Method:
    return _Method(lambda rows: exact(task.part(rows)), "exact", exact_depth(task))


def _choose(
    task: Task, target: float, seed: int, threads: int, rare: Callable[[], Rare] | None, told: _Told
) -> _Method:
    """The first way that reaches the target on a sample of the queries, else the best affordable one."""
    generator = np.random.Generator(np.random.PCG64(seed))
    sample = Sample.draw(task, generator)
    with single_threaded_workers(threads) as pool:
        least = HOPELESS if rare is None else UNLIKELY
        graph = Graph.grow(task, sample, target, seed, pool, lambda share: told(int(share * told.total)), least)
    if graph.clustered and graph.recall >= target:
        known = graph.search(sample.rows)[0]
        return _approximate(graph.search, "lists", graph.ids.shape[1], sample, known, probes=graph.probes)
    if rare is not None:
        mixed = RareAndAlike(rare(), graph, threads)
        known = mixed.search(sample.task, sample.rows)[0]
        if sample.recall_of_outstanding(known) >= target:
            answer = lambda rows: mixed.search(task.part(rows), rows)  # noqa: E731
            return _approximate(answer, RARE, Rare.depth(task), sample, known, probes=graph.probes)
        del mixed
    del graph
    scan = Scan.choose(task, sample, target, generator)
    if scan.recall < target and len(task.vectors) * len(task.queries) <= FALLBACK_LIMIT**2:
        return _exactly(task)
    known = scan.search(sample.task)[0]
    return _approximate(
        lambda rows: scan.search(task.part(rows)),
        "fast scan",
        scan.depth,
        sample,
        known,
        subquantisers=scan.subquantisers,
    )


def _approximate(
    answer: Callable[[Any], tuple[Floats, Ids]], kind: str, depth: int, sample: Sample, known: Floats, **more: int
) -> _Method:
    """A way that found these similarities for the sample."""
    outstanding = sample.recall_of_outstanding(known)
    return _Method(answer, kind, depth, sample.recall(known), outstanding=outstanding, **more)


def _answer_all(task: Task, method: _Method, told: _Told) -> tuple[Floats, Ids]:
    total = len(task.queries)
    similarities = np.full((total, task.k), -np.inf, dtype=np.float32)
    ids = np.full((total, task.k), -1, dtype=np.int64)
    if not len(task.vectors) or task.k < 1:
        return similarities, ids
    before = told.done  # by what was tried
    for start in range(0, total, QUERY_BATCH):
        rows = slice(start, min(start + QUERY_BATCH, total))
        similarities[rows], ids[rows] = method.answer(rows)
        told(before + (total - before) * rows.stop // total)
    return similarities, ids
