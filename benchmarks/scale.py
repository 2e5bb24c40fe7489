"""How whole commands grow with the rows: seconds and memory by stage, results, and what libraries alone would take.

python benchmarks/scale.py                              # 10,000, 100,000 and 1,000,000 rows
python benchmarks/scale.py --rows 2000 10000 --skew     # one title, one brand, one currency very common
python benchmarks/scale.py --rows 5000000 --add --alone  # neither library calls nor pair completeness
python benchmarks/scale.py --readme                     # the saved tables into benchmarks/README.md

Catalogues are those of `scale_catalogue.py`, commands run with their defaults, each in a process of its own. Overhead
is the time of `matchkit dedupe` over that of the library calls in `rawcalls.py`, which also run by themselves.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tables
from running import MATCHKIT, Run, answer, measured

ROWS = (10_000, 100_000, 1_000_000)
VARIANTS_UP_TO = 100_000
SEED = 1
GROUPS = {"dedupe": "entity_id", "variants": "family_id"}


def measure(rows: int, folder: Path, *, skew: bool, variants: bool, raw: bool, alone: bool = False) -> dict[str, Any]:
    """Make a catalogue and run everything on it; each command by itself, for this process has to stay small."""
    made = [str(Path(__file__).with_name("scale_catalogue.py")), str(rows), str(folder), "--seed", str(SEED)]
    measured(sys.executable, *made, *(["--skew"] if skew else []))
    records, truth, candidates = (str(folder / name) for name in ("records.csv", "truth.csv", "candidates.parquet"))
    found: dict[str, Any] = {"rows": rows, "skew": skew, "commands": {}}
    for command in GROUPS if variants else ("dedupe",):
        out = folder / command
        ran = measured(*MATCHKIT, command, records, "-o", str(out), "--verbose")
        scores = answer(__file__, "--score", str(out), truth, GROUPS[command])
        found["commands"][command] = told(ran, out) | scores
        print(f"{command} of {rows:,} rows: {ran.seconds:.1f} s", file=sys.stderr, flush=True)
    if alone:
        return found
    blocked = measured(*MATCHKIT, "block", records, "--truth", truth, "-o", candidates, "--json")
    found["commands"]["dedupe"]["completeness"] = json.loads(blocked.said)["pair_completeness"]
    if raw:
        found["raw"] = answer(__file__, "--raw", records, str(folder / "dedupe"), candidates)
        print(f"libraries alone: {found['raw']['total']:.1f} s", file=sys.stderr, flush=True)
    return found


def told(ran: Run, out: Path) -> dict[str, Any]:
    """What a run took, and what its ``run.json`` says of it."""
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    blocking = run["blocking"] if isinstance(run["blocking"], list) else [run["blocking"]]
    return {
        "seconds": ran.seconds,
        "peak_mb": ran.peak_mb,
        "stages": {name: stage._asdict() for name, stage in ran.stages.items()},
        "recall_of_search": min((index["recall"] for one in blocking for index in one["indexes"]), default=None),
        "counts": run["counts"],
        "notes": [*run["notes"], *run.get("warnings", [])],
    }


def score(out: Path, truth: Path, group: str) -> dict[str, float]:
    """Pairwise precision, recall and F1 of the groups that a run wrote."""
    import polars as pl
    from metrics import pairwise

    found, true = (pl.read_csv(path, infer_schema=False).select("id", group) for path in (out / "records.csv", truth))
    scores = pairwise(found, true)
    return {"precision": scores.precision, "recall": scores.recall, "f1": scores.f1}


def named(run: dict[str, Any]) -> str:
    """The rows of a run, and whether they are skewed."""
    return f"{run['rows']:,}{' skewed' if run['skew'] else ''}"


def exponent(small: float, large: float, rows: tuple[int, int]) -> float:
    """The power of the rows with which a quantity grows; 1 is linear."""
    return math.log(large / small) / math.log(rows[1] / rows[0])


def grown(runs: Sequence[dict[str, Any]], run: dict[str, Any], command: str, quantity: str) -> str:
    """The exponent from the next smaller catalogue of the kind to this one."""
    smaller = [
        other
        for other in runs
        if other["skew"] == run["skew"] and other["rows"] < run["rows"] and command in other["commands"]
    ]
    if not smaller:
        return "-"
    before = max(smaller, key=lambda other: other["rows"])
    small, large = (one["commands"][command][quantity] for one in (before, run))
    return f"{exponent(small, large, (before['rows'], run['rows'])):.2f}"


def sizes(runs: Sequence[dict[str, Any]]) -> str:
    """A row for each command and size."""
    headings = ("rows", "seconds", "peak MB", "time grows", "memory grows", "recall of the search", "completeness")
    lines = [_size(runs, run, command) for command in GROUPS for run in runs if command in run["commands"]]
    return tables.markdown((*headings, "precision", "recall", "F1"), lines)


def _size(runs: Sequence[dict[str, Any]], run: dict[str, Any], command: str) -> list[str]:
    found = run["commands"][command]
    return [
        f"{command}, {named(run)}",
        f"{found['seconds']:.1f}",
        f"{found['peak_mb']:,}",
        *(grown(runs, run, command, quantity) for quantity in ("seconds", "peak_mb")),
        *(tables.share(found.get(name)) for name in ("recall_of_search", "completeness", "precision", "recall", "f1")),
    ]


def profile(runs: Sequence[dict[str, Any]]) -> str:
    """A row for each stage of a command: seconds, share and peak memory at every size."""
    lines = list(_stages(runs))
    headings = [f"{named(run)}: {what}" for run in runs for what in ("seconds", "share", "peak MB")]
    return tables.markdown(("stage", *headings), lines)


def _stages(runs: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    for command in GROUPS:
        found = [run["commands"].get(command, {"stages": {}, "seconds": 0.0}) for run in runs]
        for name in dict.fromkeys(name for one in found for name in one["stages"]):
            line = [f"{command}: {name}"]
            for one in found:
                stage = one["stages"].get(name)
                share = f"{stage['seconds'] / one['seconds']:.0%}" if stage else "-"
                line += [f"{stage['seconds']:.1f}", share, f"{stage['peak_mb']:,}"] if stage else ["-"] * 3
            yield line


def overhead(runs: Sequence[dict[str, Any]]) -> str:
    """A row for each size: seconds of the library calls, their sum, `matchkit dedupe`, and the ratio."""
    compared = [run for run in runs if "raw" in run]
    names = list(dict.fromkeys(name for run in compared for name in run["raw"]["seconds"]))
    lines = []
    for run in compared:
        raw, ours = run["raw"], run["commands"]["dedupe"]["seconds"]
        search = raw["search"]
        probes = f", {search['probes']} lists" if search["probes"] else ""
        lines.append(
            [
                named(run),
                *(f"{raw['seconds'].get(name, 0.0):.1f}" for name in names),
                f"{raw['total']:.1f}",
                f"{ours:.1f}",
                f"{ours / raw['total']:.2f}",
                f"{search['index']}{probes}",
                tables.share(search["recall"]),
            ]
        )
    headings = ("rows", *names, "sum", "matchkit dedupe", "ratio", "index of faiss", "its recall")
    return tables.markdown(headings, lines)


def table(outcome: dict[str, Any]) -> str:
    """All three tables of a saved outcome."""
    runs = outcome["runs"]
    parts = [sizes(runs), profile(runs)]
    if any("raw" in run for run in runs):
        parts.append(overhead(runs))
    return "\n\n".join(parts)


def main() -> None:
    """Measure, print and save, or put what was saved into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", type=int, default=list(ROWS))
    parser.add_argument("--skew", action="store_true", help="catalogues in which some values are very common")
    parser.add_argument(
        "--variants-up-to", type=int, default=VARIANTS_UP_TO, metavar="ROWS", help="families are sought up to this size"
    )
    parser.add_argument("--no-raw", action="store_true", help="do not measure the library calls by themselves")
    parser.add_argument("--alone", action="store_true", help="measure the commands alone: no pair completeness either")
    parser.add_argument("--add", action="store_true", help="keep the saved runs of other sizes")
    parser.add_argument("--readme", action="store_true", help="put the saved tables into benchmarks/README.md")
    parser.add_argument("--score", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--raw", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.score:
        print(json.dumps(score(Path(options.score[0]), Path(options.score[1]), options.score[2])))
        return
    if options.raw:
        import rawcalls

        print(json.dumps(rawcalls.measure(*(Path(name) for name in options.raw))))
        return
    if options.readme:
        tables.fill_readme("scale", table(tables.load("scale")), tables.PAGE)
        return
    outcome: dict[str, Any] = {"machine": tables.machine(), "runs": []}
    if options.add:
        again = {(rows, options.skew) for rows in options.rows}
        outcome["runs"] = [run for run in tables.load("scale")["runs"] if (run["rows"], run["skew"]) not in again]
    for rows in sorted(options.rows):
        with tempfile.TemporaryDirectory() as temporary:
            variants = rows <= options.variants_up_to
            raw = not options.no_raw
            made = measure(rows, Path(temporary), skew=options.skew, variants=variants, raw=raw, alone=options.alone)
        outcome["runs"] = sorted([*outcome["runs"], made], key=lambda run: (run["skew"], run["rows"]))
        tables.save("scale", outcome)
    print(table(outcome))


if __name__ == "__main__":
    main()
