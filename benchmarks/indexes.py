"""Ways to find ten neighbours of every row of a large catalogue: seconds, memory, recall, pair completeness.

python benchmarks/indexes.py                     # 100,000 and 1,000,000 rows, about an hour
python benchmarks/indexes.py --rows 100000 --ways chosen "ivf pq 8"
python benchmarks/indexes.py --readme            # the saved table into benchmarks/README.md

The vectors are those that blocking makes of `scale_catalogue.py`. Every way runs in a process of its own and its best
are ranked by exact similarity. A way that would take hours answers some of the queries, and its seconds are those of
all, at that speed.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tables
from numpy.typing import NDArray
from running import answer

NEIGHBOURS = 10
CHECKED = 1000  # queries that are compared with exact search
SOME = 20_000  # queries that a slow way answers
BATCH = 8192


class Way(NamedTuple):
    """A way to search: an index of faiss and how many of its best are ranked again, or our own."""

    kind: str
    settings: str
    factory: str = ""  # as `faiss.index_factory` reads it; {lists} is four times the root of the rows
    depth: int = NEIGHBOURS
    queries: int = 0  # 0 is every row
    parameters: str = ""  # as `faiss.ParameterSpace` reads them


WAYS = {
    "flat": Way("flat", "exact", "Flat", 19, 2000),
    "scan": Way("scan of all, 4-bit PQ", "64 codes, 100 ranked", "PQ64x4fs", 100, SOME),
    "ivf pq 8": Way("IVF, 4-bit PQ", "8 lists, 100 ranked", "IVF{lists},PQ64x4fs", 100, 0, "nprobe=8"),
    "ivf pq 32": Way("IVF, 4-bit PQ", "32 lists, 100 ranked", "IVF{lists},PQ64x4fs", 100, 0, "nprobe=32"),
    "ivf sq8 8": Way("IVF, SQ8", "8 lists, 20 ranked", "IVF{lists},SQ8", 20, 0, "nprobe=8"),
    "ivf sq8 32": Way("IVF, SQ8", "32 lists, 20 ranked", "IVF{lists},SQ8", 20, 0, "nprobe=32"),
    "ivf sq4 32": Way("IVF, SQ4", "32 lists, 40 ranked", "IVF{lists},SQ4", 40, 0, "nprobe=32"),
    "hnsw 32": Way("HNSW, SQ8", "16 links, 40 built, 32 searched", "HNSW16_SQ8", 20, 0, "efSearch=32"),
    "hnsw 96": Way("HNSW, SQ8", "16 links, 40 built, 96 searched", "HNSW16_SQ8", 20, 0, "efSearch=96"),
    "chosen": Way("lists and neighbours (chosen)", "by its recall"),
}


def prepare(rows: int, folder: Path) -> int:
    """Make a catalogue, and keep the vectors of its distinct records, their entities, and the checked neighbours."""
    import polars as pl
    import scale_catalogue

    from blocking.fields import RecordEncoder
    from blocking.search import Task, exact
    from matchkit.catalogue import Catalogue
    from matchkit.config import Config
    from matchkit.records import Records
    from matchkit.schema import understand

    scale_catalogue.write(rows, folder, 1)
    catalogue = Catalogue.read(str(folder / "records.csv"), Config())
    schema = understand(catalogue, Config())
    records = Records.distinct(catalogue, schema.compared)
    normalised = records.normalised
    vectors = RecordEncoder.fit(normalised, schema.title, normalised.columns).encode(normalised)
    np.save(folder / "vectors.npy", vectors)
    entities = pl.read_csv(folder / "truth.csv")["entity_id"].rank("dense").to_numpy()
    np.save(folder / "entities.npy", entities[records.rows])
    checked = np.sort(np.random.default_rng(0).permutation(len(vectors))[:CHECKED])
    np.save(folder / "checked.npy", checked)
    np.save(folder / "near.npy", exact(Task.of(vectors, None, NEIGHBOURS).part(checked))[0])
    return len(vectors)


def child(folder: Path, name: str) -> dict[str, Any]:
    """Build and search with one way; the memory is the peak before pairs are counted, with the vectors."""
    from blocking.index import nearest
    from blocking.search import Task, ranked

    way, vectors = WAYS[name], np.load(folder / "vectors.npy")
    checked, near = np.load(folder / "checked.npy"), np.load(folder / "near.npy")
    started, used = time.perf_counter(), time.process_time()
    if not way.factory:
        similarities, ids, report = nearest(vectors, NEIGHBOURS)
        built, rows = 0.0, np.arange(len(vectors))
        settings = f"{report.kind}, {report.probes} lists, recall said {report.recall:.3f}"
    else:
        index, settings = _built(way, vectors), way.settings
        built = time.perf_counter() - started
        rows = _asked(way.queries, len(vectors), checked)
        searching = time.perf_counter(), time.process_time()
        task = Task.of(vectors, None, NEIGHBOURS)
        parts = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        answers = [ranked(task.part(part), index.search(vectors[part], way.depth + 1)[1]) for part in parts]
        similarities, ids = (np.concatenate(sides) for sides in zip(*answers, strict=True))
        factor = len(vectors) / len(rows)
        started -= (time.perf_counter() - searching[0]) * (factor - 1)
        used -= (time.process_time() - searching[1]) * (factor - 1)
    seconds, cores = time.perf_counter() - started, time.process_time() - used
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    found = similarities[np.searchsorted(rows, checked)]
    whole = len(rows) == len(vectors)
    return {
        "way": way.kind,
        "settings": settings,
        "build_seconds": built,
        "seconds": seconds,
        "core_seconds": cores,
        "peak_mb": peak,
        "recall": float((found >= near[:, -1:] - 1e-6).mean()),
        "completeness": completeness(ids, np.load(folder / "entities.npy")) if whole else None,
        "asked": len(rows),
    }


def _built(way: Way, vectors: NDArray[np.float32]) -> Any:
    import faiss

    lists = int(4 * math.sqrt(len(vectors)))
    index: Any = faiss.index_factory(vectors.shape[1], way.factory.format(lists=lists), faiss.METRIC_INNER_PRODUCT)
    if hasattr(index, "nprobe"):
        index.by_residual = False
        index.cp.min_points_per_centroid, index.cp.max_points_per_centroid = 1, 64
    sample = np.sort(np.random.default_rng(1).permutation(len(vectors))[: 64 * lists])
    index.train(vectors[sample])
    for start in range(0, len(vectors), 65_536):
        index.add(vectors[start : start + 65_536])
    if way.parameters:
        space: Any = faiss.ParameterSpace()
        space.set_index_parameters(index, way.parameters)
    return index


def _asked(count: int, rows: int, checked: NDArray[np.int64]) -> NDArray[np.int64]:
    """All rows, or so many, those that are checked among them."""
    if not count or count >= rows:
        return np.arange(rows)
    others = np.setdiff1d(np.random.default_rng(2).permutation(rows)[:count], checked)
    return np.sort(np.concatenate([checked, others[: count - len(checked)]]))


def completeness(ids: NDArray[np.int64], entities: NDArray[np.integer[Any]]) -> float:
    """Share of the pairs of distinct records of one entity of which either has the other among its neighbours."""
    import polars as pl

    from blocking.keys import key_pairs
    from blocking.quality import pair_completeness

    rows = np.repeat(np.arange(len(ids)), ids.shape[1])
    found = pl.DataFrame({"left": rows, "right": ids.ravel().astype(np.int64)}).filter(pl.col("right") >= 0)
    truth, _ = key_pairs(pl.Series(entities))
    return pair_completeness(found, truth)


def table(outcome: dict[str, Any]) -> str:
    """The table of a saved outcome, a block a size."""
    lines = [
        [
            f"{run['rows']:,}",
            run["way"],
            run["settings"],
            f"{run['seconds']:.0f}",
            f"{run['core_seconds'] / 2:.0f}",
            f"{run['peak_mb']:,}",
            tables.share(run["recall"]),
            tables.share(run["completeness"]),
        ]
        for run in outcome["runs"]
    ]
    headings = ("rows", "index", "settings", "seconds", "core seconds / 2", "peak MB", "recall@10", "completeness")
    return tables.markdown(headings, lines)


def main() -> None:
    """Measure, print and save, or put what was saved into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--add", action="store_true", help="keep the saved runs of other ways and sizes")
    parser.add_argument("--readme", action="store_true", help="put the saved table into benchmarks/README.md")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(Path(options.child[0]), options.child[1])))
        return
    if options.readme:
        tables.fill_readme("indexes", table(tables.load("indexes")), tables.PAGE)
        return
    outcome: dict[str, Any] = {"machine": tables.machine(), "runs": []}
    if options.add:
        again = {(rows, name) for rows in options.rows for name in options.ways}
        outcome["runs"] = [run for run in tables.load("indexes")["runs"] if (run["rows"], run["name"]) not in again]
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            command = f"import indexes, pathlib; indexes.prepare({rows}, pathlib.Path({temporary!r}))"
            subprocess.run([sys.executable, "-c", command], check=True, cwd=Path(__file__).parent)
            for name in options.ways:
                outcome["runs"].append({"rows": rows, "name": name} | answer(__file__, "--child", str(folder), name))
                print(json.dumps(outcome["runs"][-1]), file=sys.stderr, flush=True)
                outcome["runs"].sort(key=lambda run: (run["rows"], list(WAYS).index(run["name"])))
                tables.save("indexes", outcome)
    print(table(outcome))


if __name__ == "__main__":
    main()
