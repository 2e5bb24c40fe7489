"""Neighbours among the rows that share the rarest features: for rows whose vectors form no clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from blocking.encoders import HashedEncoder
from blocking.ngrams import FEATURES, counted
from blocking.search import Floats, Ids, Task, ranked, single_threaded_workers
from blocking.texts import Texts

if TYPE_CHECKING:
    from scipy import sparse

MOST = 1000  # rows a feature occurs in, else it is not rare
MET = 2000  # rows that a query meets through its features, each time counted
DEPTH = 64  # rows a query that are ranked by exact similarity
PART = 1024  # queries at a time
_STEPS = 8  # of a score, in what is sorted
_ROW = np.uint64(48)
_SCORE = np.uint64(32)
_SCORES = 0xFFFF


def rare_features(texts: Texts, encoder: HashedEncoder, *, threads: int = 0) -> sparse.csr_array:
    """The rarest features of every row: a duplicate shares some, whatever else was written in another way.

    Parameters
    ----------
    texts
        The rows, of which the first view is read.
    encoder
        Was fitted on that view, and knows how rare a feature is.
    threads
        0 for one a core; the result does not depend on it.

    Returns
    -------
    (rows, FEATURES) CSR matrix of float32 weights (idf). The features of a row are kept from the rarest on, as long
    as they occur in no more than about 1,000 rows each and 2,000 rows together.
    """
    from scipy import sparse

    rows = texts.frame.height
    order = np.argsort(-encoder.idf, kind="stable").astype(np.uint32)
    rank = np.empty(FEATURES, dtype=np.uint32)
    rank[order] = np.arange(FEATURES, dtype=np.uint32)
    # The inverse of the idf; a feature of which only a share of the rows was read may have been met in none of them.
    occurring = np.maximum(np.rint(np.exp(1.0 - encoder.idf.astype(np.float64)) * (1 + rows)) - 1, 1.0)[order]

    def choose(part: slice) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        return _rarest(counted(texts.features(part)[0])[0], rank, occurring, part.stop - part.start)

    with single_threaded_workers(threads) as pool:
        chosen = list(pool.map(choose, texts.parts()))
    ranks = np.concatenate([np.zeros(0, dtype=np.int32), *(ranks for ranks, _ in chosen)])
    counts = np.concatenate([np.zeros(1, dtype=np.int64), *(counts for _, counts in chosen)])
    return sparse.csr_array((encoder.idf[order[ranks]], ranks, np.cumsum(counts)), shape=(rows, FEATURES))


@dataclass(frozen=True, slots=True)
class Rare:
    """Finds for each query the rows that share the most of its rarest features.

    Attributes
    ----------
    lists
        (FEATURES, rows) CSR matrix: which rows have a feature.
    asking
        (queries, FEATURES) the features of the queries.
    """

    lists: sparse.csr_array
    asking: sparse.csr_array

    @classmethod
    def among(cls, rows: sparse.csr_array, asking: sparse.csr_array) -> Rare:
        """A search of some rows by others; see `rare_features`."""
        return cls(rows.T.tocsr(), asking)

    @staticmethod
    def depth(task: Task) -> int:
        """How many rows a query are ranked by exact similarity."""
        return max(DEPTH, 2 * task.k) + (task.own is not None)

    def search(self, task: Task, asking: Any, threads: int = 0) -> tuple[Floats, Ids]:
        """The nearest of the rows met, by exact similarity; `asking` says which queries the task is about."""
        weights = self.asking[asking]
        depth = self.depth(task)

        def nearest(start: int) -> tuple[Floats, Ids]:
            part = slice(start, start + PART)
            return ranked(task.part(part), _most(weights[part] @ self.lists, depth))

        with single_threaded_workers(threads) as pool:
            found = list(pool.map(nearest, range(0, max(len(task.queries), 1), PART)))
        return np.concatenate([near for near, _ in found]), np.concatenate([ids for _, ids in found])


def _rarest(
    features: NDArray[np.uint32], rank: NDArray[np.uint32], occurring: NDArray[np.float64], rows: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The ranks of the rarest features of each row, ascending, row after row, and how many each row has."""
    row, column = np.divmod(features, np.uint32(FEATURES))
    key = np.sort(row * np.uint32(FEATURES) + rank[column])
    row, ranks = np.divmod(key, np.uint32(FEATURES))
    often = occurring[ranks]
    rare = (often <= MOST).nonzero()[0]
    row, ranks, often = row[rare], ranks[rare], often[rare]
    starts = np.searchsorted(row, np.arange(rows + 1))
    met = np.concatenate([[0.0], np.cumsum(often)])
    kept = met[1:] - met[starts[row]] <= MET
    return ranks[kept].astype(np.int32), np.bincount(row[kept], minlength=rows)


def _most(shared: sparse.csr_array, count: int) -> Ids:
    """(queries, count) the columns with the largest value of each row, then the lowest; -1 where there are no more."""
    sizes = np.diff(shared.indptr)
    score = np.minimum(shared.data * np.float32(_STEPS), _SCORES).astype(np.uint64)
    key = np.repeat(np.arange(len(sizes), dtype=np.uint64) << _ROW, sizes)
    key |= (np.uint64(_SCORES) - score) << _SCORE
    key |= shared.indices.astype(np.uint64)
    key.sort()
    found = np.full((len(sizes), count), -1, dtype=np.int64)
    place = np.arange(len(key)) - np.repeat(shared.indptr[:-1], sizes)
    near = np.flatnonzero(place < count)
    found[(key[near] >> _ROW).astype(np.int64), place[near]] = (key[near] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return found
