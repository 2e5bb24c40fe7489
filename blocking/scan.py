"""A scan of all rows as 4-bit product codes, whose best are ranked again by exact similarity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from blocking.search import Floats, Ids, Sample, Task, faiss_threads, load_faiss, ranked

# Sub-quantisers of 4 bits and the number of candidates re-ranked, tried in this order.
LADDER = ((64, 100), (64, 200), (128, 100), (128, 200), (128, 400))
TRAINING_ROWS = 4096  # 256 for each of the 16 centroids, all that faiss uses
ADD_BATCH = 8192


@dataclass(frozen=True, slots=True)
class Scan:
    """Quantised rows, how many of the best are ranked again, and how complete that is."""

    depth: int
    index: Any = None
    subquantisers: int = 0
    recall: float = -1.0

    @classmethod
    def choose(cls, task: Task, sample: Sample, target: float, generator: np.random.Generator) -> Scan:
        """Climb the ladder until the recall of the sample is enough; else the best that was seen."""
        training = np.sort(generator.permutation(len(task.vectors))[:TRAINING_ROWS])
        best = cls(depth=0)
        index, fineness = None, 0
        for subquantisers, least_depth in LADDER:
            if index is None or subquantisers != fineness:
                index, fineness = _build(task.vectors, training, subquantisers), subquantisers
            depth = min(len(task.vectors), max(least_depth, task.k * least_depth // 25))
            recall = sample.recall(cls(depth, index).search(sample.task)[0])
            if recall > best.recall:
                best = cls(depth, index, subquantisers, recall)
            if recall >= target:
                break
        return best

    def search(self, task: Task) -> tuple[Floats, Ids]:
        """The neighbours among the best of the scan."""
        return ranked(task, self.index.search(_padded(task.queries, self.index.d), self.depth)[1])


def _build(vectors: Floats, training: Ids, subquantisers: int) -> Any:
    """Quantise all vectors; learning on one thread, so that the centroids do not vary."""
    faiss = load_faiss()
    dims = -(-vectors.shape[1] // subquantisers) * subquantisers
    index = faiss.IndexPQFastScan(dims, subquantisers, 4, faiss.METRIC_INNER_PRODUCT)
    with faiss_threads(1):
        index.train(_padded(vectors[training], dims))
    for start in range(0, len(vectors), ADD_BATCH):
        index.add(_padded(vectors[start : start + ADD_BATCH], dims))
    return index


def _padded(vectors: Floats, dims: int) -> Floats:
    """Vectors with zeros appended, which change no inner product."""
    missing = dims - vectors.shape[1]
    return np.pad(vectors, ((0, 0), (0, missing))) if missing else np.ascontiguousarray(vectors)
