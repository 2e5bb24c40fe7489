"""matchkit beside other tools for the same task, on shared tables, in one run on one machine.

python benchmarks/peers/run.py                                # what is not measured yet; hours in all
python benchmarks/peers/run.py --rows 10000 --only splink     # again, of this peer and size alone
python benchmarks/peers/run.py --fresh                        # everything again
python benchmarks/peers/run.py --readme                       # the saved tables into benchmarks/README.md

Each peer has an environment of its own with pinned versions, and a script `NAME_peer.py` that says with which
settings it runs. It reads `records.csv` and writes `id,cluster_id`; no script sees the truth, dedupe alone is given
labelled pairs. Seconds and memory are those of the whole command, of all its processes, training included. A peer
that ran out of time or memory is not tried on more rows of the same kind.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil

BENCHMARKS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BENCHMARKS))

import environments  # noqa: E402
import report  # noqa: E402
import tables  # noqa: E402
from environments import OURS, PEERS  # noqa: E402
from limits import measured  # noqa: E402

NAME = "peers"
ANSWERS = Path(__file__).resolve().with_name("answers.py")
GIVEN_LABELS = ("dedupe",)
SEED = 1
MAKERS = {"persons": ("synthetic.py", "--kind", "persons"), "catalogue": ("scale_catalogue.py",)}


def made(kind: str, rows: int, folder: Path) -> Path:
    """A folder with ``records.csv``, ``truth.csv`` and ``labels.csv``."""
    home = folder / f"{kind}_{rows}"
    maker, *rest = MAKERS[kind]
    subprocess.run([sys.executable, BENCHMARKS / maker, str(rows), home, *rest, "--seed", str(SEED)], check=True)
    files = (home / name for name in ("records.csv", "truth.csv", "labels.csv"))
    subprocess.run([sys.executable, ANSWERS, "label", *files], check=True)
    return home


def command(peer: str, python: Path, kind: str, home: Path, out: Path) -> tuple[list[str], Path, str]:
    """What to run, the file that it writes, and the column of the clusters in it."""
    records = home / "records.csv"
    if peer == OURS:
        words = [str(python), "-m", "matchkit", "dedupe", str(records), "-o", str(out), "--quiet"]
        return words, out / "records.csv", "entity_id"
    answer = out / "answer.csv"
    words = [str(python), str(environments.script(peer)), str(records), str(answer), "--kind", kind]
    return words + (["--labels", str(home / "labels.csv")] if peer in GIVEN_LABELS else []), answer, "cluster_id"


def environment(peer: str) -> dict[str, str]:
    """The variables of this process, without those that lead a peer's Python to other packages."""
    hidden = () if peer == OURS else ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in hidden}


def cell(peer: str, kind: str, home: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Run one peer on one table and score it; whatever happens to it is told in the result."""
    limits = {"limit_seconds": options.minutes * 60, "limit_gb": options.gb}
    with tempfile.TemporaryDirectory(dir=options.cache) as temporary:
        python = environments.prepared(peer, options.cache)
        words, answer, column = command(peer, python, kind, home, Path(temporary))
        done = measured(
            words,
            seconds=options.minutes * 60,
            memory_mb=options.gb * 1000,
            environment=environment(peer),
            folder=Path(temporary),
        )
        found = {"ending": done.ending, "seconds": done.seconds, "peak_mb": round(done.peak_mb), **limits}
        if done.ending != "finished":
            return found | {"message": done.message}
        scoring = [sys.executable, str(ANSWERS), "score", str(answer), column, str(home / "truth.csv")]
        scores = subprocess.run(scoring, capture_output=True, text=True)
        if scores.returncode:
            last = (scores.stderr.strip().splitlines() or ["no reason given"])[-1]
            return found | {"ending": "error", "message": f"its answer cannot be scored: {last}"}
        found |= json.loads(scores.stdout)
        return found


def failed(error: Exception) -> dict[str, Any]:
    """The result of a peer that could not even be started."""
    told = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    lines = (told.decode("utf-8", "replace") if isinstance(told, bytes) else told or "").strip().splitlines()
    return {"ending": "error", "message": f"cannot be installed or started: {lines[-1] if lines else error}"}


def started(options: argparse.Namespace) -> dict[str, Any]:
    """What was measured before on such a machine with such limits, without what is to be measured again."""
    machine, limits = tables.machine(), {"minutes": options.minutes, "gb": options.gb}
    blank: dict[str, Any] = {"machine": machine, "limits": limits, "seed": SEED}
    blank |= {"settings": {}, "versions": {}, "runs": []}
    if options.fresh or not (tables.RESULTS / f"{NAME}.json").exists():
        return blank
    saved = tables.load(NAME)
    if any(saved[name] != blank[name] for name in ("machine", "limits", "seed")):
        print("measured on another machine or with other limits: everything is measured again", file=sys.stderr)
        return blank
    saved["runs"] = [run for run in saved["runs"] if not _again(run, options)]
    return saved


def _again(run: dict[str, Any], options: argparse.Namespace) -> bool:
    named = options.only and run["peer"] in options.only
    return bool(named and run["rows"] in options.rows and run["kind"] in options.kinds)


def beyond(peer: str, kind: str, rows: int, runs: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The run of fewer rows that ran out of time or memory, if there is one."""
    smaller = (run for run in runs if (run["peer"], run["kind"]) == (peer, kind) and run["rows"] < rows)
    return next((run for run in smaller if run["ending"] in ("time", "memory")), None)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Measure every cell that is missing, small tables first, and save after each."""
    outcome = started(options)
    options.cache = options.cache.resolve()
    options.cache.mkdir(parents=True, exist_ok=True)
    for rows in sorted(options.rows):
        for kind in options.kinds:
            known = {run["peer"] for run in outcome["runs"] if (run["kind"], run["rows"]) == (kind, rows)}
            missing = [peer for peer in options.only or PEERS if peer not in known]
            if not missing:
                continue
            with tempfile.TemporaryDirectory(dir=options.cache) as temporary:
                home = made(kind, rows, Path(temporary))
                for peer in missing:
                    print(f"{kind}, {rows:,} rows, {peer} ...", file=sys.stderr, end=" ", flush=True)
                    run = {"kind": kind, "rows": rows, "peer": peer}
                    run |= attempted(peer, kind, rows, home, outcome, options)
                    print(_said(run), file=sys.stderr, flush=True)
                    outcome["runs"].append(run)
                    tables.save(NAME, outcome)
    return outcome


def attempted(
    peer: str, kind: str, rows: int, home: Path, outcome: dict[str, Any], options: argparse.Namespace
) -> dict[str, Any]:
    """The result of a cell; the peer's versions and settings are noted on the way."""
    short = beyond(peer, kind, rows, outcome["runs"])
    if short is not None:
        return {"ending": "error", "message": f"not tried: {report.reason(short)} at {short['rows']:,} rows"}
    try:
        outcome["versions"][peer] = environments.versions(environments.prepared(peer, options.cache))
        outcome["settings"][peer] = environments.settings(peer)
        return cell(peer, kind, home, options)
    except (OSError, subprocess.SubprocessError) as error:
        return failed(error)


def _said(run: dict[str, Any]) -> str:
    if run["ending"] == "finished":
        return f"{run['seconds']:.1f} s, {run['peak_mb']:,} MB, F1 {run['f1']:.3f}"
    return report.reason(run)


def main() -> None:
    """Measure, print and save, or put what was saved into benchmarks/README.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    gigabytes = round(psutil.virtual_memory().total / 1e9 * 0.85)
    parser.add_argument("--rows", nargs="+", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--kinds", nargs="+", choices=sorted(MAKERS), default=list(MAKERS))
    parser.add_argument("--only", nargs="+", choices=PEERS, metavar="PEER", help="measure these again: %(choices)s")
    parser.add_argument("--minutes", type=float, default=15.0, help="limit of each run (%(default)s)")
    parser.add_argument("--gb", type=float, default=gigabytes, help="limit of memory of each run (%(default)s)")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "matchkit_peers")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--readme", action="store_true", help="put the saved tables into benchmarks/README.md")
    options = parser.parse_args()
    if options.readme:
        tables.fill_readme(NAME, report.text(tables.load(NAME)), tables.PAGE)
        return
    # So that a peer is killed with this script, as it is on Ctrl+C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(report.text(measure(options)))


if __name__ == "__main__":
    main()
