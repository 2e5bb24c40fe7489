"""Deduplicate public tables with the default configuration and score the entities against the truth.

python benchmarks/clusters.py                # all the sets, a table, benchmarks/results/clusters.json
python benchmarks/clusters.py --sets febrl3 restaurants
python benchmarks/clusters.py --ecm          # the reference classifier instead, results/clusters_ecm.json
python benchmarks/clusters.py --readme       # the saved table into README.md
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import tables
from running import answer

if TYPE_CHECKING:
    from matchkit import Config


class Mark(NamedTuple):
    """The best pairwise F1 another tool is known to reach without labels, and what is to be reached."""

    best_known: float | None
    target: float | None


SETS = {
    "febrl1": Mark(None, None),
    "febrl2": Mark(None, None),
    "febrl3": Mark(0.992, 0.992),
    "splink_historical_50k": Mark(0.841, 0.86),
    "restaurants": Mark(0.659, 0.90),
    "musicbrainz20k_labelled": Mark(0.644, 0.85),
    "sigmod2022_X1": Mark(0.363, 0.60),
    "dedupe_chicago_ecp": Mark(0.801, 0.88),
    "splink_fake_1000": Mark(0.194, 0.85),
}
HEADINGS = ("set", "rows", "s", "MB", "completeness", "precision", "recall", "F1", "B-cubed F1")
MARKS = ("best known", "target")


def completeness(folder: Path, config: Config) -> float:
    """The share of the true pairs that are among the candidates."""
    import matchkit
    from matchkit.truth import read_truth

    blocked = matchkit.block(folder / "records.csv", config, truth=read_truth(folder / "truth.csv"))
    return float(blocked.report["pair_completeness"])


def measure(name: str, classifier: str) -> dict[str, Any]:
    """Run one set in this process and score it."""
    import polars as pl
    from metrics import b_cubed, pairwise

    import matchkit

    folder = tables.data_folder() / "clusters" / name
    config = matchkit.Config(id="id", classifier=classifier)
    started = time.perf_counter()
    result = matchkit.dedupe(folder / "records.csv", config)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    truth = pl.read_csv(folder / "truth.csv", infer_schema=False)
    found = result.records.select("id", result.added[0])
    pairs, records = pairwise(found, truth), b_cubed(found, truth)
    return {
        "rows": found.height,
        "seconds": round(seconds, 2),
        "peak_mb": round(peak),
        "pair_completeness": completeness(folder, config),
        "precision": pairs.precision,
        "recall": pairs.recall,
        "f1": pairs.f1,
        "b_cubed_f1": records.f1,
        "stages": dict(result.run["seconds"]),
    }


def line(name: str, found: dict[str, Any]) -> list[str]:
    """A row of the table."""
    shares = ("pair_completeness", "precision", "recall", "f1", "b_cubed_f1")
    counts = [f"{found['rows']:,}", f"{found['seconds']:.1f}", str(found["peak_mb"])]
    return [name, *counts, *(tables.share(found[key]) for key in shares), *map(tables.share, SETS[name])]


def table(outcome: dict[str, Any]) -> str:
    """The whole table of a saved outcome, in the order of `SETS`."""
    found = outcome["sets"]
    return tables.markdown((*HEADINGS, *MARKS), [line(name, found[name]) for name in SETS if name in found])


def run(names: list[str], classifier: str) -> dict[str, Any]:
    """Measure each set in a process of its own, so that peak memory is its own."""
    found: dict[str, Any] = {}
    for name in names:
        found[name] = answer(__file__, "--one", name, "--classifier", classifier)
        shown = f"{name}: F1 {found[name]['f1']:.3f} in {found[name]['seconds']:.1f} s"
        print(shown, file=sys.stderr, flush=True)
    return {"classifier": classifier, "machine": tables.machine(), "sets": found}


def main() -> None:
    """Measure, print and save, or put what was saved into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--ecm", dest="classifier", action="store_const", const="ecm", default="mixture")
    parser.add_argument("--readme", action="store_true", help="put the saved table into README.md")
    parser.add_argument("--classifier", help=argparse.SUPPRESS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.classifier)))
        return
    if options.readme:
        tables.fill_readme("clusters", table(tables.load("clusters")))
        return
    outcome = run(options.sets, options.classifier)
    name = "clusters" if options.classifier == "mixture" else f"clusters_{options.classifier}"
    if set(options.sets) == set(SETS):
        tables.save(name, outcome)
    print(table(outcome))


if __name__ == "__main__":
    main()
