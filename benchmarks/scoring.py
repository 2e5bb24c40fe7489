"""Seconds and peak memory of scoring a million answers, all measures with their intervals.

python benchmarks/scoring.py                 # a table, and benchmarks/results/scoring.json
python benchmarks/scoring.py --rows 100000
python benchmarks/scoring.py --readme        # the saved table into benchmarks/README.md

Each row is read from Parquet, made ready and scored in a process of its own, in which two threads may be used.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tables
from running import measured

if TYPE_CHECKING:
    import polars as pl

    from matchkit.scoring import Scores

    Frames = tuple[pl.DataFrame, pl.DataFrame]

CLASSES = tuple(f"class {number}" for number in range(10))
SHOWN = {"f1": "F1", "pairwise_f1": "F1", "macro_f1": "F1"}
THREADS = {"POLARS_MAX_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}


def labelled(rows: int) -> Frames:
    """Pairs of one table, a third of which match, with scores that are mostly right."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(0)
    left = np.arange(rows)
    match = rng.random(rows) < 1 / 3
    right = np.where(match, left // 3 * 3 + rows, rows + rng.integers(0, rows, rows))
    pairs = pl.DataFrame({"left_id": left, "right_id": right}).with_columns(pl.all().cast(pl.String))
    score = np.clip(rng.normal(np.where(match, 0.65, 0.35), 0.15), 0, 1)
    return pairs.with_columns(_labels(score > 0.5), score=pl.Series(score)), pairs.with_columns(_labels(match))


def matches(rows: int) -> Frames:
    """Two tables with as many records each; seven in ten of the predicted matches are right."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(0)
    left = np.arange(rows)
    wrong = rng.random(rows) < 0.3
    right = np.where(wrong, rng.integers(0, rows, rows), left)
    names = [f"{side} record {{}}" for side in ("left", "right")]
    frames = [
        pl.DataFrame({"left_id": left, "right_id": other}).select(
            pl.format(names[0], "left_id").alias("left_id"), pl.format(names[1], "right_id").alias("right_id")
        )
        for other in (right, left)
    ]
    score = np.clip(rng.normal(np.where(wrong, 0.4, 0.7), 0.15), 0, 1)
    return frames[0].with_columns(score=pl.Series(score)).unique(["left_id", "right_id"]), frames[1]


def clusters(rows: int, *, giant: bool = False) -> Frames:
    """Clusters of three in the mean, one record in five elsewhere; perhaps a tenth of all in one true cluster."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(0)
    true = rng.integers(0, rows // 3, rows)
    if giant:
        true[: rows // 10] = 0
    found = np.where(rng.random(rows) < 0.2, rng.integers(0, rows // 3, rows), true)
    ids = pl.Series("id", np.arange(rows)).cast(pl.String)
    sides = [pl.DataFrame([ids, pl.Series("cluster_id", side).cast(pl.String)]) for side in (found, true)]
    return sides[0], sides[1]


def classes(rows: int) -> Frames:
    """Ten classes with probabilities."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(0)
    likely = rng.dirichlet(np.full(len(CLASSES), 0.3), rows)
    names = pl.Series("class", CLASSES)
    true = np.where(rng.random(rows) < 0.7, likely.argmax(axis=1), rng.integers(0, len(CLASSES), rows))
    ids = pl.Series("id", np.arange(rows)).cast(pl.String)
    columns = [pl.Series(name, likely[:, place]) for place, name in enumerate(CLASSES)]
    return pl.DataFrame([ids, names[likely.argmax(axis=1)], *columns]), pl.DataFrame([ids, names[true]])


def _labels(positive: Any) -> pl.Series:
    import numpy as np
    import polars as pl

    return pl.Series("label", np.where(positive, "match", "different"))


MADE: dict[str, Callable[[int], Any]] = {
    "labelled pairs with scores": labelled,
    "matches with scores": matches,
    "clusters": clusters,
    "clusters, a tenth in one": lambda rows: clusters(rows, giant=True),
    "classes with probabilities": classes,
}


def scored(row: str, predicted: pl.DataFrame, truth: pl.DataFrame) -> Scores:
    """All measures of what was made."""
    from matchkit import scoring

    if row.startswith("clusters"):
        return scoring.score_clusters(predicted, truth)
    if row.startswith("classes"):
        return scoring.score_classes(predicted, truth, CLASSES)
    return (scoring.score_labels if row.startswith("labelled") else scoring.score_matches)(predicted, truth)


def make(row: str, folder: Path, rows: int) -> None:
    """Write both frames."""
    for name, frame in zip(("predicted", "truth"), MADE[row](rows), strict=True):
        frame.write_parquet(folder / f"{name}.parquet")


def score(row: str, folder: Path) -> None:
    """Read both frames and write what they score."""
    import json

    import polars as pl

    frames = [pl.read_parquet(folder / f"{name}.parquet") for name in ("predicted", "truth")]
    started = time.perf_counter()
    found = scored(row, *frames)
    seconds = time.perf_counter() - started
    metrics = {name: [one.value, one.low, one.high] for name, one in found.metrics.items()}
    told = {
        "scoring_seconds": seconds,
        "processor_seconds": time.process_time(),
        "metrics": metrics,
        "counts": dict(found.counts),
    }
    (folder / "scores.json").write_text(json.dumps(told), encoding="utf-8")


def measure(row: str, rows: int) -> dict[str, Any]:
    """Make, score and time one row, each step in a process of its own."""
    import json

    with tempfile.TemporaryDirectory() as folder:
        step = (sys.executable, __file__, "--row", row, "--rows", str(rows), "--folder", folder)
        measured(*step, "--step", "make")
        ran = measured(*step, "--step", "score")
        told = json.loads((Path(folder) / "scores.json").read_text(encoding="utf-8"))
    return {"seconds": ran.seconds, "peak_mb": ran.peak_mb, **told}


def table(outcome: dict[str, Any]) -> str:
    """The table of a saved outcome."""
    lines = []
    for name, run in outcome["runs"].items():
        value, low, high = next(run["metrics"][metric] for metric in SHOWN if metric in run["metrics"])
        shown = f"{value:.4f} ({low:.4f} to {high:.4f})"
        times = [f"{run[part]:.1f}" for part in ("seconds", "scoring_seconds", "processor_seconds")]
        lines.append([name, *times, str(run["peak_mb"]), shown])
    return tables.markdown(
        (f"{outcome['rows']:,} of each", "seconds", "scoring", "processor", "peak MB", "F1 and its interval"), lines
    )


def main() -> None:
    """Measure, print and save, or put what was saved into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--readme", action="store_true", help="put the saved table into benchmarks/README.md")
    for name in ("--row", "--folder", "--step"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step == "make":
        make(options.row, Path(options.folder), options.rows)
    elif options.step == "score":
        score(options.row, Path(options.folder))
    elif options.readme:
        tables.fill_readme("scoring", table(tables.load("scoring")), tables.PAGE)
    else:
        os.environ.update(THREADS)
        runs = {}
        for row in MADE:
            runs[row] = measure(row, options.rows)
            print(f"{row}: {runs[row]['seconds']:.1f} s", file=sys.stderr, flush=True)
        outcome = {"machine": tables.machine(), "rows": options.rows, "runs": runs}
        tables.save("scoring", outcome)
        print(table(outcome))


if __name__ == "__main__":
    main()
