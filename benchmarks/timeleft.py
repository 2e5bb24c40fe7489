"""Whether the time left that a terminal is told is true: told against what was really left, for each stage of a run.

python benchmarks/timeleft.py                        # 100,000 rows
python benchmarks/timeleft.py --rows 20000 --commands variants
python benchmarks/timeleft.py --readme               # the saved table into benchmarks/README.md

Catalogues are those of `scale_catalogue.py`, commands run with their defaults, each in a process of its own, with a
progress that notes when it is told what. At a quarter, half and three quarters of the seconds that a stage took, what
`matchkit.progress.time_left` would have said then is set against the seconds that were left.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import tables
from running import answer

ROWS = 100_000
SEED = 1
COMMANDS = ("dedupe", "variants")
#: Shares of the seconds of a stage at which is looked what was told.
WHEN = (0.25, 0.5, 0.75)


@dataclass
class Told:
    """What a stage told: of how many steps in all, and after how many seconds how many of them were done."""

    name: str
    total: int | None
    seconds: float = 0.0
    after: list[float] = field(default_factory=list)
    done: list[int] = field(default_factory=list)

    def share(self, when: float) -> float | None:
        """Share done that was shown at this share of the stage's seconds; None where none was."""
        place = bisect_right(self.after, when * self.seconds)
        return self.done[place - 1] / self.total if place and self.total else None

    def ratio(self, when: float) -> float | None:
        """The seconds left that were told then over those that were left; None where none were told."""
        from matchkit.progress import time_left

        elapsed, share = when * self.seconds, self.share(when)
        left = None if share is None else time_left(elapsed, share, 1.0)
        return None if left is None else left / (self.seconds - elapsed)


class Noted:
    """A progress that notes what it is told and shows nothing."""

    def __init__(self) -> None:
        self.stages: list[Told] = []

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """Note one stage."""
        told = Told(name, total)
        self.stages.append(told)
        start = perf_counter()

        def advance(more: int) -> None:
            told.after.append(perf_counter() - start)
            told.done.append((told.done[-1] if told.done else 0) + more)

        try:
            yield advance
        finally:
            told.seconds = perf_counter() - start


def run(command: str, records: Path, out: Path) -> list[dict[str, Any]]:
    """Run a command as the command line does, and give what its stages told."""
    from matchkit.cores import prepare

    prepare(0)
    from matchkit import pipeline

    noted = Noted()
    result = getattr(pipeline, command)(records, progress=noted)
    result.write(out, progress=noted)
    return [asdict(told) for told in noted.stages]


def judged(stage: dict[str, Any]) -> dict[str, Any]:
    """What is saved of a stage: its seconds, and at each of the times the share shown and told over true."""
    told = Told(**stage)
    return {
        "name": told.name,
        "seconds": round(told.seconds, 2),
        "share": [_rounded(told.share(when)) for when in WHEN],
        "ratio": [_rounded(told.ratio(when)) for when in WHEN],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def table(outcome: dict[str, Any]) -> str:
    """A row for each stage of each command; ``-`` where no share done was shown."""
    headings = ("stage", "seconds", "share shown at half time", *(f"told / true at {when:.0%}" for when in WHEN))
    return tables.markdown(headings, [_row(name, stage) for name in outcome["runs"] for stage in outcome["runs"][name]])


def _row(command: str, stage: dict[str, Any]) -> Sequence[str]:
    half = stage["share"][WHEN.index(0.5)]
    return (
        f"{command}: {stage['name']}",
        f"{stage['seconds']:.1f}",
        "-" if half is None else f"{half:.0%}",
        *("-" if ratio is None else f"{ratio:.2f}" for ratio in stage["ratio"]),
    )


def main() -> None:
    """Measure, print and save, or put what was saved into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    parser.add_argument("--readme", action="store_true", help="put the saved table into benchmarks/README.md")
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(json.dumps(run(options.run[0], Path(options.run[1]), Path(options.run[2]))))
        return
    if options.readme:
        tables.fill_readme("timeleft", table(tables.load("timeleft")), tables.PAGE)
        return
    outcome: dict[str, Any] = {"machine": tables.machine(), "rows": options.rows, "runs": {}}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _catalogue(options.rows, folder)
        for command in options.commands:
            ran = answer(__file__, "--run", command, str(folder / "records.csv"), str(folder / command))
            outcome["runs"][command] = [judged(stage) for stage in ran]
            print(f"{command} of {options.rows:,} rows: done", file=sys.stderr, flush=True)
    tables.save("timeleft", outcome)
    print(table(outcome))


def _catalogue(rows: int, folder: Path) -> None:
    from scale_catalogue import write

    write(rows, folder, SEED)


if __name__ == "__main__":
    main()
