"""How far each stage is said to be: only forwards, to the end, and without any bearing on the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import matchkit
from matchkit import stages
from matchkit.linkresult import LinkResult
from matchkit.progress import Progress
from matchkit.results import Result

EXAMPLES = Path(__file__).parents[2] / "examples"
#: Stages of which it is not known how long their parts take.
UNTOLD = {"reading", "matching"}
RUNS: dict[str, Callable[[Progress | None], Result | LinkResult]] = {
    "dedupe": lambda progress: matchkit.dedupe(EXAMPLES / "catalog.csv", progress=progress),
    "variants": lambda progress: matchkit.variants(EXAMPLES / "shop.csv", progress=progress),
    "link": lambda progress: matchkit.link(
        EXAMPLES / "catalog.csv", EXAMPLES / "suppliers.csv", one_to_one=True, progress=progress
    ),
}


class Steps:
    """A progress that keeps what it is told."""

    def __init__(self) -> None:
        self.totals: dict[str, int | None] = {}
        self.told: dict[str, list[int]] = {}

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        self.totals[name] = total
        yield self.told.setdefault(name, []).append


@pytest.mark.parametrize("command", RUNS)
def test_stages_are_told_forwards_and_to_the_end_and_results_are_the_same(command: str, tmp_path: Path) -> None:
    steps = Steps()
    followed, alone = RUNS[command](steps), RUNS[command](None)
    followed.write(tmp_path / "followed", progress=steps)
    alone.write(tmp_path / "alone")
    assert tuple(steps.totals) == getattr(stages, command.upper())
    untold = UNTOLD | ({"grouping", "telling items apart"} if command == "variants" else set())
    for name, total in steps.totals.items():
        if name in untold:
            assert total is None
        else:
            assert min(steps.told[name]) >= 0
            assert sum(steps.told[name]) == total
    for path in (tmp_path / "alone").iterdir():
        if path.name != "run.json":
            assert path.read_bytes() == (tmp_path / "followed" / path.name).read_bytes()
