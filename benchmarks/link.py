"""Link public pairs of tables with the default configuration and score the matches against the truth.

python benchmarks/link.py                # all the sets, a table, benchmarks/results/link.json
python benchmarks/link.py --sets febrl4 jedai_dblp_acm
python benchmarks/link.py --readme       # the saved table into README.md

``names`` is 25 pairs of tables with nothing but a name in them: the mean of each number over the tables. All are linked
one to one. The prior that ships was trained on these sets too; for figures of a prior that has never seen a set, see
``benchmarks/prior.py``.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tables
from running import answer

if TYPE_CHECKING:
    import polars as pl

#: Set to the F1 that is to be reached.
SETS: dict[str, float | None] = {
    "jedai_abt_buy": 0.965,
    "jedai_amazon_gp": 0.70,
    "jedai_dblp_acm": 0.988,
    "jedai_imdb_tmdb": 0.91,
    "jedai_restaurants": 0.90,
    "febrl4": 0.99,
    "names": None,
}
NAMES = "names"
HEADINGS = ("set", "rows", "s", "MB", "completeness", "precision", "recall", "F1", "target")
SHARES = ("pair_completeness", "precision", "recall", "f1")


def true_pairs(folder: Path) -> pl.DataFrame:
    """The true matches: ``left_id, right_id``, ids of both tables."""
    import polars as pl

    found = pl.read_csv(folder / "matches.csv", infer_schema=False)
    return found.select(pl.nth(0).alias("left_id"), pl.nth(1).alias("right_id")).unique()


def completeness(folder: Path, truth: pl.DataFrame) -> float:
    """The share of the true pairs that are among the candidates."""
    import numpy as np
    import polars as pl

    from matchkit import Config
    from matchkit.candidates import find_link_candidates
    from matchkit.progress import StageTimes
    from matchkit.twotables import TwoTables

    config = Config(id="id")
    both = TwoTables.read(folder / "tableA.csv", folder / "tableB.csv", config)
    schema = both.understand()
    records, lefts = both.records(schema.compared)
    candidates, _ = find_link_candidates(records, lefts, schema, config, StageTimes(None))
    known = len(both.left.ids)
    number = {
        "left": pl.DataFrame({"left_id": both.left.ids, "left": records.record_of[:known].astype(np.uint32)}),
        "right": pl.DataFrame({"right_id": both.right.ids, "right": records.record_of[known:].astype(np.uint32)}),
    }
    numbered = truth.join(number["left"], on="left_id").join(number["right"], on="right_id")
    return numbered.join(candidates, on=["left", "right"], how="semi").height / truth.height


def measure_tables(folder: Path, *, one_to_one: bool) -> dict[str, float]:
    """Link two tables in this process and score the matches."""
    import matchkit

    started = time.perf_counter()
    result = matchkit.link(
        folder / "tableA.csv", folder / "tableB.csv", matchkit.Config(id="id"), one_to_one=one_to_one
    )
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    truth, found = true_pairs(folder), result.matches.select("left_id", "right_id")
    right = found.join(truth, on=["left_id", "right_id"], how="semi").height
    precision = right / found.height if found.height else 1.0
    recall = right / truth.height
    return {
        "rows": result.left.height + result.right.height,
        "seconds": seconds,
        "peak_mb": peak,
        "pair_completeness": completeness(folder, truth),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if right else 0.0,
    }


def measure(name: str) -> dict[str, float]:
    """Run one set in this process and score it."""
    data = tables.data_folder()
    if name != NAMES:
        return measure_tables(data / "link" / name, one_to_one=True)
    folders = sorted(folder for folder in (data / NAMES).iterdir() if folder.is_dir())
    each = [measure_tables(folder, one_to_one=True) for folder in folders]
    mean = {key: sum(found[key] for found in each) / len(each) for key in SHARES}
    totals = {key: sum(found[key] for found in each) for key in ("rows", "seconds")}
    return {**totals, "peak_mb": max(found["peak_mb"] for found in each), **mean}


def line(name: str, found: dict[str, Any]) -> list[str]:
    """A row of the table."""
    counts = [f"{found['rows']:,}", f"{found['seconds']:.1f}", f"{found['peak_mb']:.0f}"]
    return [name, *counts, *(tables.share(found[key]) for key in SHARES), tables.share(SETS[name])]


def table(outcome: dict[str, Any]) -> str:
    """The whole table of a saved outcome, in the order of `SETS`."""
    found = outcome["sets"]
    return tables.markdown(HEADINGS, [line(name, found[name]) for name in SETS if name in found])


def run(names: list[str]) -> dict[str, Any]:
    """Measure each set in a process of its own, so that peak memory is its own."""
    found: dict[str, Any] = {}
    for name in names:
        measured = answer(__file__, "--one", name)
        found[name] = {key: round(value, 4) for key, value in measured.items()}
        shown = f"{name}: F1 {found[name]['f1']:.3f} in {found[name]['seconds']:.1f} s"
        print(shown, file=sys.stderr, flush=True)
    return {"machine": tables.machine(), "sets": found}


def main() -> None:
    """Measure, print and save, or put what was saved into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--readme", action="store_true", help="put the saved table into README.md")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    if options.readme:
        tables.fill_readme("link", table(tables.load("link")))
        return
    outcome = run(options.sets)
    if set(options.sets) == set(SETS):
        tables.save("link", outcome)
    print(table(outcome))


if __name__ == "__main__":
    main()
