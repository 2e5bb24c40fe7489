"""The library calls that deduplicating a catalogue cannot do without, and nothing else: what they take by themselves.

What is timed are calls of scikit-learn, faiss, RapidFuzz, SciPy, XGBoost and polars on as many rows, pairs and
dimensions as a run of ``matchkit dedupe`` had; choosing, sorting and deciding in between is not. Libraries use all
cores where they can: faiss, RapidFuzz, XGBoost and polars do, scikit-learn and SciPy do not.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer, TfidfVectorizer

Vectors = NDArray[np.float32]
Ints = NDArray[np.int64]

BUCKETS = 2**18
NON_ZEROS = 4  # of the projection, in a row of it
SAMPLED = 20_000  # rows from which the idf is learnt
BATCH_ROWS = 8192
BATCH_PAIRS = 100_000
CHECKED = 1000  # queries whose true neighbours are known
ASKED = 5000  # queries by which ways to search are compared
FLAT_LIMIT = 20_000
LISTS = "IVF{lists},PQ{codes}x4fs,RFlat", "IVF{lists},SQ8"
PROBES = 4, 8, 16, 32, 64, 128
RANKED = 10  # as many times the neighbours are ranked exactly again

SCORERS: dict[str, Callable[..., float]] = {
    "OSA of titles": OSA.normalized_similarity,
    "Indel of sorted words": Indel.normalized_similarity,
    "token set of titles": fuzz.token_set_ratio,
}


class Work(NamedTuple):
    """What a run had to do.

    Attributes
    ----------
    records
        The distinct rows, texts as they were compared.
    views
        The columns that are embedded together.
    dims, neighbours
        Length of a vector, and how many neighbours were asked for.
    recall
        That of the search.
    left, right
        The candidate pairs.
    """

    records: pl.DataFrame
    views: Sequence[Sequence[str]]
    dims: int
    neighbours: int
    recall: float
    left: Ints
    right: Ints

    @classmethod
    def of(cls, records: Path, out: Path, candidates: Path) -> Work:
        """The work of a run whose results are in ``out`` and whose candidate pairs were written."""
        run = json.loads((out / "run.json").read_text(encoding="utf-8"))
        index = run["blocking"]["indexes"][0]
        names = [column["name"] for column in run["columns"] if column["role"] != "id"]
        frame = pl.read_csv(records, infer_schema=False).unique(names, keep="first", maintain_order=True)
        texts = frame.select("id", pl.col(names).str.to_lowercase().fill_null(""))
        rows = frame.select("id").with_row_index("row")
        pairs = pl.read_parquet(candidates).select("left_id", "right_id")
        sides = [
            pairs.join(rows, left_on=f"{side}_id", right_on="id", how="left", maintain_order="left")["row"]
            for side in ("left", "right")
        ]
        known = pl.DataFrame({"left": sides[0], "right": sides[1]}).drop_nulls()
        left, right = (known[side].to_numpy().astype(np.int64) for side in ("left", "right"))
        return cls(
            texts, run["blocking"]["views"], index["dims"], run["config"]["neighbours"], index["recall"], left, right
        )

    def batches(self) -> Iterator[tuple[Ints, Ints]]:
        """The pairs, some at a time."""
        for start in range(0, len(self.left), BATCH_PAIRS):
            part = slice(start, start + BATCH_PAIRS)
            yield self.left[part], self.right[part]


class Clock:
    """Seconds by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Add the seconds of what is done inside."""
        started = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def hashed(work: Work, clock: Clock) -> Vectors:
    """Hashed n-grams of characters and words, weighed by idf, projected to the dimensions of the run; unit rows.

    The idf is learnt from some of the rows, for the counts of a million would fill the memory.
    """
    vectors = np.zeros((work.records.height, work.dims), dtype=np.float32)
    projection = _projection(work.dims)
    for columns in work.views:
        texts = work.records.select(pl.concat_str(columns, separator=" ")).to_series().to_list()
        with clock.of("hashing"):
            sample = texts[:: max(1, len(texts) // SAMPLED)]
            blocks = [(one, TfidfTransformer(sublinear_tf=True).fit(one.transform(sample))) for one in _hashing()]
            for start in range(0, len(texts), BATCH_ROWS):
                part = texts[start : start + BATCH_ROWS]
                both = sparse.hstack([weights.transform(one.transform(part)) for one, weights in blocks], format="csr")
                projected = (both @ projection).toarray()
                faiss.normalize_L2(projected)
                vectors[start : start + BATCH_ROWS] += projected
    with clock.of("hashing"):
        faiss.normalize_L2(vectors)
    return vectors


def _hashing() -> list[HashingVectorizer]:
    """Character n-grams inside words, and words."""
    return [
        HashingVectorizer(
            analyzer=analyzer,
            ngram_range=ngrams,
            n_features=BUCKETS,
            alternate_sign=False,
            norm=None,
            dtype=np.float32,
        )
        for analyzer, ngrams in (("char_wb", (3, 5)), ("word", (1, 1)))
    ]


def _projection(dims: int) -> sparse.csr_array:
    """(buckets, dims) a few signs in each row; a matrix that any run may keep, so it is not timed."""
    rng = np.random.default_rng(0)
    shape = (2 * BUCKETS, NON_ZEROS)
    signs = rng.choice(np.array([-1, 1], dtype=np.float32), shape)
    columns = rng.integers(0, dims, shape)
    ends = np.arange(0, signs.size + 1, NON_ZEROS)
    return sparse.csr_array((signs.ravel(), columns.ravel(), ends), shape=(len(signs), dims))


def searched(work: Work, vectors: Vectors, clock: Clock) -> dict[str, Any]:
    """Search with the fastest plain index that reaches the recall of the run; finding out which is not timed."""
    way = "Flat", 0
    if len(vectors) > FLAT_LIMIT:
        way = _fastest(vectors, work.neighbours, work.recall)
    checked, near = _true_neighbours(vectors, work.neighbours)
    with clock.of("faiss"):
        index = _built(vectors, way[0])
        similarities, _ = _search(index, vectors, work.neighbours, way[1])
    recall = float((similarities[checked][:, : work.neighbours] >= near[:, -1:] - 1e-6).mean())
    return {"index": way[0], "probes": way[1], "recall": recall}


def _fastest(vectors: Vectors, neighbours: int, recall: float) -> tuple[str, int]:
    """Factory and number of lists of the fastest search of a sample; without any that is good enough, the best."""
    checked, near = _true_neighbours(vectors, neighbours)
    others = np.random.default_rng(1).permutation(len(vectors))[: max(0, ASKED - CHECKED)]
    asked = np.concatenate([checked, others])
    enough, best = [], (0.0, "", 0)
    for template in LISTS:
        factory = template.format(lists=int(4 * math.sqrt(len(vectors))), codes=min(64, vectors.shape[1] // 4))
        index = _built(vectors, factory)
        for probes in PROBES:
            started = time.perf_counter()
            similarities, _ = _search(index, vectors[asked], neighbours, probes)
            seconds = time.perf_counter() - started
            found = similarities[: len(checked), :neighbours]
            reached = float((found >= near[:, -1:] - 1e-6).mean())
            best = max(best, (reached, factory, probes))
            if reached >= recall:
                enough.append((seconds, factory, probes))
                break
    return min(enough)[1:] if enough else best[1:]


def _true_neighbours(vectors: Vectors, neighbours: int) -> tuple[Ints, Vectors]:
    """Some rows, and the similarities of their true neighbours, themselves aside."""
    checked = np.sort(np.random.default_rng(0).permutation(len(vectors))[:CHECKED])
    similarities, _ = _search(_built(vectors, "Flat"), vectors[checked], neighbours, 0)
    return checked, similarities


def _built(vectors: Vectors, factory: str) -> Any:
    index = faiss.index_factory(vectors.shape[1], factory, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        lists = faiss.extract_index_ivf(index)
        lists.cp.min_points_per_centroid, lists.cp.max_points_per_centroid = 1, 64
        index.train(vectors[np.random.default_rng(1).permutation(len(vectors))[: 64 * lists.nlist]])
    index.add(vectors)
    return index


def _search(index: Any, queries: Vectors, neighbours: int, probes: int) -> tuple[Vectors, Ints]:
    """Similarities and numbers of the neighbours; the first of each row, itself, is cut off."""
    if probes:
        faiss.extract_index_ivf(index).nprobe = probes
    if isinstance(index, faiss.IndexRefine):
        index.k_factor = RANKED
    parts = [
        index.search(queries[start : start + BATCH_ROWS], neighbours + 1)
        for start in range(0, len(queries), BATCH_ROWS)
    ]
    similarities, ids = (np.concatenate(side) for side in zip(*parts, strict=True))
    return similarities[:, 1:], ids[:, 1:]


def scored(work: Work, clock: Clock) -> None:
    """RapidFuzz on the titles of every pair, and of a word of each side in the other."""
    titles = np.array(work.records["title"].to_list(), dtype=object)
    by_name = work.records["title"].str.split(" ").list.sort().list.join(" ")
    ordered = np.array(by_name.to_list(), dtype=object)
    words = [frozenset(text.split()) for text in titles]
    for left, right in work.batches():
        for name, scorer in SCORERS.items():
            texts = ordered if "sorted" in name else titles
            _cpdist(texts[left], texts[right], scorer, clock)
        asked = []
        for one, other in ((left, right), (right, left)):
            own = [max(words[a] - words[b], key=len, default="") for a, b in zip(one, other, strict=True)]
            asked += [(word, titles[b]) for word, b in zip(own, other, strict=True) if word]
        if asked:
            word, text = zip(*asked, strict=True)
            _cpdist(np.array(word, dtype=object), np.array(text, dtype=object), fuzz.partial_ratio, clock)


def _cpdist(left: Any, right: Any, scorer: Callable[..., float], clock: Clock) -> None:
    first, second = left.tolist(), right.tolist()
    with clock.of("cpdist"):
        process.cpdist(first, second, scorer=scorer, dtype=np.float32, workers=-1)


def multiplied(work: Work, clock: Clock) -> None:
    """The cosine of the words and of the trigrams of every pair, as products of sparse rows."""
    texts = work.records.select(pl.concat_str(pl.exclude("id"), separator=" ")).to_series().to_list()
    for analyzer, size in (("word", 1), ("char_wb", 3)):
        with clock.of("sparse products"):
            weights = TfidfVectorizer(analyzer=analyzer, ngram_range=(size, size), dtype=np.float32)
            matrix = weights.fit_transform(texts)
        for left, right in work.batches():
            with clock.of("sparse products"):
                matrix[left].multiply(matrix[right]).sum(axis=1)


def predicted(work: Work, clock: Clock) -> None:
    """The shipped prior on as many pairs."""
    from matchkit.prior import Prior

    booster = Prior.load().standing
    booster.set_param({"nthread": 0})
    features = np.random.default_rng(0).random((BATCH_PAIRS, booster.num_features()), dtype=np.float32)
    for left, _ in work.batches():
        with clock.of("prediction"):
            booster.inplace_predict(features[: len(left)], predict_type="margin")


def tabled(records: Path, out: Path, clock: Clock) -> None:
    """Read the catalogue, and write as many records and pairs as the run did."""
    with clock.of("reading and writing"):
        pl.read_csv(records, infer_schema=False)
    for name in ("records", "pairs"):
        frame = pl.read_csv(out / f"{name}.csv", infer_schema=False)
        with clock.of("reading and writing"):
            frame.write_csv(out / "raw.csv")
    (out / "raw.csv").unlink()


def measure(records: Path, out: Path, candidates: Path) -> dict[str, Any]:
    """Seconds of all of it for one run of ``matchkit dedupe``, and which index was searched."""
    work, clock = Work.of(records, out, candidates), Clock()
    tabled(records, out, clock)
    search = searched(work, hashed(work, clock), clock)
    scored(work, clock)
    multiplied(work, clock)
    predicted(work, clock)
    return {
        "seconds": clock.seconds,
        "total": sum(clock.seconds.values()),
        "search": search,
        "distinct": work.records.height,
        "pairs": len(work.left),
    }
