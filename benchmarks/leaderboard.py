"""Seconds and memory of a leaderboard of a large challenge: everything new, then nothing new, then one attempt new.

python benchmarks/leaderboard.py                        # a table, and benchmarks/results/leaderboard.json
python benchmarks/leaderboard.py --teams 6 --attempts 2 --tasks 4
python benchmarks/leaderboard.py --readme               # the saved table into benchmarks/README.md
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import tables
from numpy.typing import NDArray
from running import MATCHKIT, measured

from matchkit.challenge.taskfiles import Draft, write_task

LABELS = ("exact_duplicate", "different")
RECORDS = 3


def draft(name: str, pairs: int, seed: int) -> Draft:
    """A task of labelled pairs: entities of three records, and pairs within and between them."""
    rng = np.random.default_rng(seed)
    entities = max(pairs // 6, 4)
    public = np.arange(entities) < entities // 2
    ids = np.array([f"{name}-{number:06d}" for number in range(entities * RECORDS)])
    left, right = (np.concatenate(part) for part in zip(*_pairs(entities, pairs, rng), strict=True))
    order = rng.permutation(len(left))
    label = np.where(left // RECORDS == right // RECORDS, *LABELS)
    truth = pl.DataFrame({"left_id": ids[left], "right_id": ids[right], "label": label})[order]
    entity = np.arange(len(ids)) // RECORDS
    of = {"table": np.full(len(ids), "records"), "id": ids, "entity": [f"e{one}" for one in entity]}
    records = pl.DataFrame({"id": ids, "title": ids})
    splits = {"train": truth.clear(), "valid": truth.clear(), "test": truth.select("left_id", "right_id")}
    share = np.where(public[entity], "public", "private")
    held = pl.DataFrame({**of, "share": share})
    return Draft(name, "exact", "", "f1", {"records": records}, splits, truth, held, LABELS, columns={"title": "text"})


def _pairs(
    entities: int, pairs: int, rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Half of the pairs within entities, half between two of the same share."""
    first = np.arange(entities, dtype=np.int64) * RECORDS
    for one, two in ((0, 1), (0, 2), (1, 2)):
        yield first + one, first + two
    left = pairs - 3 * entities
    other = rng.integers(1, entities // 2, left)
    turn, start = np.divmod(np.arange(left), entities)
    half = entities // 2
    base = np.where(start < half, 0, half)
    size = np.where(start < half, half, entities - half)
    # One record and the next of another entity: never the same pair the other way round.
    yield first[start] + turn % RECORDS, first[base + (start - base + other) % size] + (turn + 1) % RECORDS


def hand_in(place: Path, truth: pl.DataFrame, wrong: float, scores: bool, rng: np.random.Generator) -> None:
    """A file in which a share of the labels is wrong."""
    match = (truth["label"] == LABELS[0]).to_numpy() ^ (rng.random(truth.height) < wrong)
    found = truth.select("left_id", "right_id", label=pl.Series(np.where(match, *LABELS)))
    if scores:
        drawn = np.round(np.clip(np.where(match, 0.7, 0.3) + rng.normal(size=len(match)) * 0.2, 0.0, 1.0), 4)
        found = found.with_columns(score=pl.Series(drawn))
    found.write_csv(place)


def make(folder: Path, options: argparse.Namespace) -> int:
    """Write the challenge and all that was handed in; how many bytes that is."""
    size = 0
    for number in range(options.tasks):
        made = draft(f"task{number:02d}", options.pairs, number)
        write_task(made, folder / "tasks" / made.name, folder / "private" / made.name)
        for team in range(options.teams):
            for attempt in range(options.attempts):
                rng = np.random.default_rng([number, team, attempt])
                place = folder / "in" / f"team {team:02d}" / f"{attempt + 1}" / f"{made.name}.csv"
                place.parent.mkdir(parents=True, exist_ok=True)
                hand_in(place, made.truth, 0.05 + 0.003 * team + 0.02 * rng.random(), options.scores, rng)
                size += place.stat().st_size
    return size


def measure(folder: Path, out: str, *more: str) -> dict[str, Any]:
    """Seconds of one run, and the most memory that it and its processes had at a time."""
    ran = measured(
        *MATCHKIT, "leaderboard", "in", "--tasks", "tasks", "--gold", "private", "-o", out, *more, folder=folder
    )
    files = next(line.strip(" -") for line in ran.said.splitlines() if "files, of which" in line)
    return {"seconds": ran.seconds, "peak_mb": ran.peak_mb, "files": files}


def table(outcome: dict[str, Any]) -> str:
    """The table of a saved outcome."""
    made, runs = outcome["made"], outcome["runs"]
    about = (
        f"{made['teams']} teams, {made['attempts']} attempts each, {made['tasks']} tasks of {made['pairs']:,} pairs: "
        f"{made['teams'] * made['attempts'] * made['tasks']:,} files, {made['bytes'] / 1e9:.2f} GB, "
        f"on {outcome['machine']['cores']} cores."
    )
    rows = [[name, f"{run['seconds']:.1f}", str(run["peak_mb"]), run["files"]] for name, run in runs.items()]
    return f"{about}\n\n{tables.markdown(('run', 'seconds', 'peak MB', 'files'), rows)}"


def main() -> None:
    """Make, measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("teams", 60), ("attempts", 10), ("tasks", 20), ("pairs", 10_000)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--scores", action="store_true", help="files with a score for each pair")
    parser.add_argument("--readme", action="store_true", help="put the saved table into benchmarks/README.md")
    options = parser.parse_args()
    if options.readme:
        tables.fill_readme("leaderboard", table(tables.load("leaderboard")), tables.PAGE)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        size = make(folder, options)
        runs = {"everything new": measure(folder, "one"), "nothing new": measure(folder, "two")}
        rng = np.random.default_rng(9)
        for number in range(options.tasks):
            truth = draft(f"task{number:02d}", options.pairs, number).truth
            hand_in(folder / "in" / "team 00" / "1" / f"task{number:02d}.csv", truth, 0.01, options.scores, rng)
        runs["one attempt new"] = measure(folder, "three")
        runs["final, the first time"] = measure(folder, "four", "--final")
    made = {name: getattr(options, name) for name in ("teams", "attempts", "tasks", "pairs", "scores")}
    outcome = {"machine": tables.machine(), "made": {**made, "bytes": size}, "runs": runs}
    tables.save("leaderboard", outcome)
    print(table(outcome))


if __name__ == "__main__":
    main()
