"""Seconds and peak memory of the command line, end to end, each run in a process of its own.

python benchmarks/speed.py                   # a table, and benchmarks/results/speed.json
python benchmarks/speed.py --rows 10000 30000
python benchmarks/speed.py --readme          # the saved table into README.md
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import tables
from running import MATCHKIT, measured

HELP_RUNS = 5


def help_seconds() -> float:
    """The median time of ``matchkit --help``, after one run that fills the file cache."""
    measured(*MATCHKIT, "--help")
    return sorted(measured(*MATCHKIT, "--help").seconds for _ in range(HELP_RUNS))[HELP_RUNS // 2]


def measure(source: Path, out: Path) -> dict[str, Any]:
    """Deduplicate a file and take what its ``run.json`` says."""
    ran = measured(*MATCHKIT, "dedupe", str(source), "-o", str(out), "--quiet")
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return {"seconds": ran.seconds, "peak_mb": ran.peak_mb, "stages": run["seconds"], "counts": run["counts"]}


def scored(records: Path, truth: Path, group: str) -> float:
    """Pairwise F1 of the written entities."""
    import polars as pl
    from metrics import pairwise

    found = pl.read_csv(records, infer_schema=False).select("id", "entity_id")
    return pairwise(found, pl.read_csv(truth, infer_schema=False).select("id", group)).f1


def sources(rows: list[int], folder: Path) -> dict[str, tuple[Path, Path, str]]:
    """Name to table, truth and the truth's column of entities; the synthetic tables are made here."""
    found: dict[str, tuple[Path, Path, str]] = {}
    data = tables.data_folder()
    for name, part, records in (
        ("hm_small", "variants", "products.csv"),
        ("splink_historical_50k", "clusters", "records.csv"),
    ):
        home = data / part / name
        if home.exists():
            found[name] = (home / records, home / "truth.csv", "cluster_id" if part == "clusters" else "")
        else:
            print(f"{name} is left out: there is no {home}", file=sys.stderr)
    for count in rows:
        made = folder / f"made_{count}"
        subprocess.run([sys.executable, Path(__file__).with_name("synthetic.py"), str(count), made], check=True)
        found[f"synthetic {count:,}"] = (made / "records.csv", made / "truth.csv", "entity_id")
    return found


def growth(runs: dict[str, Any], rows: list[int]) -> float | None:
    """The exponent of the rows in the seconds between the outer synthetic tables; 1 is linear."""
    small, large = min(rows), max(rows)
    if small == large:
        return None
    ratio = runs[f"synthetic {large:,}"]["seconds"] / runs[f"synthetic {small:,}"]["seconds"]
    return math.log(ratio) / math.log(large / small)


def table(outcome: dict[str, Any]) -> str:
    """The table of a saved outcome, and a line for growth and ``--help``."""
    runs = outcome["runs"]
    stages = list(dict.fromkeys(stage for run in runs.values() for stage in run["stages"]))
    lines = []
    for name, run in runs.items():
        numbers = [f"{run['seconds']:.1f}", str(run["peak_mb"]), tables.share(run.get("f1"))]
        lines.append([name, *numbers, *(f"{run['stages'].get(stage, 0.0):.1f}" for stage in stages)])
    text = tables.markdown(("table", "seconds", "peak MB", "F1", *stages), lines)
    grown = outcome["growth"]
    notes = [] if grown is None else [f"Seconds grow with the rows to the power of {grown:.2f}."]
    return "\n".join([text, "", *notes, f"`matchkit --help` answers in {outcome['help_seconds']:.2f} s."])


def main() -> None:
    """Measure, print and save, or put what was saved into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", type=int, default=[10_000, 30_000, 100_000])
    parser.add_argument("--readme", action="store_true", help="put the saved table into README.md")
    options = parser.parse_args()
    if options.readme:
        tables.fill_readme("speed", table(tables.load("speed")))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        inputs = sources(options.rows, folder)
        runs: dict[str, Any] = {}
        for place, (name, (source, _, _)) in enumerate(inputs.items()):
            runs[name] = measure(source, folder / f"out_{place}")
            print(f"{name}: {runs[name]['seconds']:.1f} s", file=sys.stderr, flush=True)
        outcome = {
            "machine": tables.machine(),
            "help_seconds": help_seconds(),
            "growth": growth(runs, options.rows),
            "runs": runs,
        }
        for place, (name, (_, truth, group)) in enumerate(inputs.items()):
            if group:
                runs[name]["f1"] = scored(folder / f"out_{place}" / "records.csv", truth, group)
    tables.save("speed", outcome)
    print(table(outcome))


if __name__ == "__main__":
    main()
