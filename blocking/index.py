"""Nearest neighbours by inner product: exact while small, quantised and exactly re-ranked beyond."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

EXACT_LIMIT = 20_000
# A search by exact inner products takes minutes here; beyond, the best approximate one is taken as it is.
FALLBACK_LIMIT = 100_000
TARGET_RECALL = 0.95
SAMPLE_ROWS = 500
QUERY_BATCH = 8192
# Sub-quantisers of 4 bits and the number of candidates re-ranked, tried in this order.
LADDER = ((64, 100), (64, 200), (128, 100), (128, 200), (128, 400))
TRAINING_ROWS = 4096  # 256 for each of the 16 centroids, all that faiss uses
SPARE = 8  # further rows looked at by an exact search, so that ties at the edge are broken by row number


@dataclass(frozen=True, slots=True)
class IndexReport:
    """How a search was done and how complete it was.

    Attributes
    ----------
    kind
        ``exact`` or ``fast scan`` (exhaustive over product-quantised vectors, then re-ranked).
    rows, queries, dims, k
        Size of the search.
    subquantisers
        Number of 4-bit codes a vector, 0 for an exact search.
    depth
        How many rows a query were ranked by exact similarity.
    recall
        Share of the k nearest that were found, measured on a seeded sample of the queries against exact
        search (as near as the true k-th counts as found); 1.0 for an exact search.
    seconds
        Time taken, index, check and search.
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


@dataclass(frozen=True, slots=True)
class _Plan:
    """A way to find candidates: none of the index's own for an exact search."""

    depth: int
    index: Any = None
    subquantisers: int = 0
    recall: float = 1.0


@dataclass(frozen=True, slots=True)
class _Task:
    """What is searched for whom; ``own`` are the queries' own rows, left out of their neighbours."""

    vectors: Floats
    queries: Floats
    own: Ids | None
    k: int

    def part(self, rows: Any) -> _Task:
        own = None if self.own is None else self.own[rows]
        return _Task(self.vectors, np.ascontiguousarray(self.queries[rows]), own, self.k)


def nearest(
    vectors: Floats,
    k: int,
    *,
    queries: Floats | None = None,
    exact_limit: int = EXACT_LIMIT,
    target_recall: float = TARGET_RECALL,
    seed: int = 0,
    threads: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Floats, Ids, IndexReport]:
    """Find the k rows with the largest inner product.

    Up to ``exact_limit`` rows (rows times queries up to its square) the search is exact. Beyond, all rows
    are scanned as 4-bit product codes (Andre, Kermarrec and Le Scouarnec, "Cache locality is not enough",
    2015) and the best are re-ranked by exact similarity. How many, and how fine the codes, is decided on a
    sample of queries: the first step that reaches ``target_recall``; where none does, the search is exact up
    to 100,000 rows.

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
        Chooses the rows the quantiser learns from and the sample the recall is measured on.
    threads
        0 for one a core; the result does not depend on it.
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
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    own = np.arange(len(vectors), dtype=np.int64) if queries is None else None
    asked = vectors if queries is None else np.ascontiguousarray(queries, dtype=np.float32)
    task = _Task(vectors, asked, own, k)
    with _threads(threads):
        small = len(vectors) * len(asked) <= exact_limit**2 or k < 1
        plan = _exact_plan(task) if small else _choose_plan(task, target_recall, seed)
        similarities, ids = _search_all(task, plan, progress)
    report = IndexReport(
        "exact" if plan.index is None else "fast scan",
        len(vectors),
        len(asked),
        vectors.shape[1],
        k,
        plan.subquantisers,
        plan.depth,
        plan.recall,
        time.perf_counter() - started,
    )
    return similarities, ids, report


def pair_similarities(lefts: Floats, rights: Floats, left: Ids, right: Ids) -> Floats:
    """Cosine of unit vectors ``lefts[left]`` and ``rights[right]``, at most 1."""
    faiss = _faiss()
    lefts, rights = (np.ascontiguousarray(vectors, dtype=np.float32) for vectors in (lefts, rights))
    left, right = (np.ascontiguousarray(rows, dtype=np.int64) for rows in (left, right))
    similarities = np.empty(len(left), dtype=np.float32)
    arrays = [faiss.swig_ptr(array) for array in (lefts, left, rights, right, similarities)]
    faiss.pairwise_indexed_inner_product(lefts.shape[1], len(left), *arrays)
    return np.minimum(similarities, np.float32(1.0))


def _exact_plan(task: _Task) -> _Plan:
    wanted = task.k + (task.own is not None) + SPARE
    return _Plan(depth=min(len(task.vectors), wanted))


def _choose_plan(task: _Task, target_recall: float, seed: int) -> _Plan:
    """Climb the ladder until the recall of a sample of queries is enough."""
    generator = np.random.Generator(np.random.PCG64(seed))
    count = len(task.queries)
    sample = task.part(np.sort(generator.permutation(count)[:SAMPLE_ROWS]))
    training = np.sort(generator.permutation(len(task.vectors))[:TRAINING_ROWS])
    truth, _ = _search(sample, _exact_plan(sample))
    best = _Plan(depth=0, recall=-1.0)
    index, fineness = None, 0
    for subquantisers, least_depth in LADDER:
        if index is None or subquantisers != fineness:
            index, fineness = _build(task.vectors, training, subquantisers), subquantisers
        depth = min(len(task.vectors), max(least_depth, task.k * least_depth // 25))
        plan = _Plan(depth, index, subquantisers)
        recall = _recall(_search(sample, plan)[0], truth)
        if recall > best.recall:
            best = _Plan(depth, index, subquantisers, recall)
        if recall >= target_recall:
            return best
    affordable = len(task.vectors) * count <= FALLBACK_LIMIT**2
    return _exact_plan(task) if affordable else best


def _recall(found: Floats, truth: Floats) -> float:
    """Share of the true neighbours found, by similarity, so that a tie is no miss."""
    wanted = np.isfinite(truth)
    last = np.where(wanted, truth, np.inf).min(axis=1, keepdims=True, initial=np.inf)
    hits = (found >= last - 1e-6).sum()
    return float(hits / wanted.sum()) if wanted.any() else 1.0


def _build(vectors: Floats, training: Ids, subquantisers: int) -> Any:
    """Quantise all vectors; learning on one thread, so that the centroids do not vary."""
    faiss = _faiss()
    dims = -(-vectors.shape[1] // subquantisers) * subquantisers
    index = faiss.IndexPQFastScan(dims, subquantisers, 4, faiss.METRIC_INNER_PRODUCT)
    with _threads(1):
        index.train(_padded(vectors[training], dims))
    for start in range(0, len(vectors), QUERY_BATCH):
        index.add(_padded(vectors[start : start + QUERY_BATCH], dims))
    return index


def _padded(vectors: Floats, dims: int) -> Floats:
    """Vectors with zeros appended, which change no inner product."""
    missing = dims - vectors.shape[1]
    return np.pad(vectors, ((0, 0), (0, missing))) if missing else np.ascontiguousarray(vectors)


def _search_all(task: _Task, plan: _Plan, progress: Callable[[int, int], None] | None) -> tuple[Floats, Ids]:
    total = len(task.queries)
    similarities = np.full((total, task.k), -np.inf, dtype=np.float32)
    ids = np.full((total, task.k), -1, dtype=np.int64)
    if not len(task.vectors) or task.k < 1:
        return similarities, ids
    for start in range(0, total, QUERY_BATCH):
        rows = slice(start, start + QUERY_BATCH)
        similarities[rows], ids[rows] = _search(task.part(rows), plan)
        if progress:
            progress(min(start + QUERY_BATCH, total), total)
    return similarities, ids


def _search(task: _Task, plan: _Plan) -> tuple[Floats, Ids]:
    """Find candidates, order them by exact similarity, then by id; keep the first k but the row itself."""
    faiss = _faiss()
    if plan.index is None:
        metric = faiss.METRIC_INNER_PRODUCT
        _, found = faiss.knn(task.queries, task.vectors, plan.depth, metric=metric)
    else:
        _, found = plan.index.search(_padded(task.queries, plan.index.d), plan.depth)
    found = np.sort(found, axis=1)
    if task.own is not None:
        found[found == task.own[:, None]] = -1
    similarities = _inner_products(task.queries, task.vectors, found)
    order = np.argsort(-similarities, axis=1, kind="stable")[:, : task.k]
    missing = ((0, 0), (0, task.k - order.shape[1]))
    return (
        np.pad(np.take_along_axis(similarities, order, axis=1), missing, constant_values=-np.inf),
        np.pad(np.take_along_axis(found, order, axis=1), missing, constant_values=-1),
    )


def _inner_products(queries: Floats, vectors: Floats, ids: Ids) -> Floats:
    """Exact inner product of each query with the vectors named in its row of ids; -inf where an id is -1."""
    faiss = _faiss()
    products = np.empty(ids.shape, dtype=np.float32)
    arrays = [faiss.swig_ptr(array) for array in (products, queries, vectors, ids)]
    faiss.fvec_inner_products_by_idx(*arrays, vectors.shape[1], *ids.shape)
    products[ids < 0] = -np.inf
    return products


def _faiss() -> Any:
    # Untyped on purpose: only recent releases carry type stubs, and those leave functions out.
    import faiss

    return faiss


@contextmanager
def _threads(threads: int) -> Iterator[None]:
    """Run faiss on so many threads (0: as it was), and put its global setting back."""
    faiss = _faiss()
    before = faiss.omp_get_max_threads()
    if threads > 0:
        faiss.omp_set_num_threads(threads)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
