"""The benchmark of the time left: what was told, set against what was left."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def timeleft(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("timeleft")


def test_even_steps_tell_the_truth_and_uneven_ones_do_not(timeleft: ModuleType) -> None:
    even = timeleft.Told("even", 10, 10.0, [float(n) for n in range(1, 11)], list(range(1, 11)))
    assert [even.share(when) for when in (0.05, 0.5)] == [None, 0.5]
    assert even.ratio(0.5) == 1.0
    # Half of the steps in the first quarter of the time: as long again is told, which is a third of the truth.
    early = timeleft.Told("early", 10, 8.0, [2.0, 8.0], [5, 10])
    assert early.ratio(0.25) == pytest.approx(1 / 3)
    assert timeleft.Told("unknown", None, 8.0, [2.0], [5]).ratio(0.5) is None
    assert timeleft.Told("nothing yet", 10, 8.0, [8.0], [10]).ratio(0.5) is None


def test_a_progress_notes_when_it_is_told_what(timeleft: ModuleType) -> None:
    noted = timeleft.Noted()
    with noted.stage("comparing", 4) as advance:
        advance(1)
        time.sleep(0.01)
        advance(3)
    (stage,) = noted.stages
    assert (stage.name, stage.total, stage.done) == ("comparing", 4, [1, 4])
    assert 0 <= stage.after[0] < stage.after[0] + 0.01 <= stage.after[1] <= stage.seconds


def test_the_table_has_a_row_for_each_stage(timeleft: ModuleType) -> None:
    stage = {"name": "comparing", "total": 4, "seconds": 2.0, "after": [0.5, 1.0, 2.0], "done": [1, 2, 4]}
    silent: dict[str, Any] = {"name": "reading", "total": None, "seconds": 1.0, "after": [], "done": []}
    table = timeleft.table({"runs": {"dedupe": [timeleft.judged(silent), timeleft.judged(stage)]}})
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert rows == [
        ["dedupe: reading", "1.0", "-", "-", "-", "-"],
        ["dedupe: comparing", "2.0", "50%", "1.00", "1.00", "3.00"],
    ]
