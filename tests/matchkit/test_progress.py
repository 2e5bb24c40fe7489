"""What a run tells while it works."""

from __future__ import annotations

import io
import re
import sys
import time

import pytest
from rich.console import Console

from matchkit.progress import (
    LineProgress,
    Parts,
    Progress,
    SilentProgress,
    StageTimes,
    TerminalProgress,
    clock,
    duration,
    open_progress,
    time_left,
)


class Recorder:
    """A progress that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def stage(self, name: str, total: int | None = None):  # type: ignore[no-untyped-def]
        self.told.append((name, total))
        return _Stage(self.told)


class _Stage:
    def __init__(self, told: list[object]) -> None:
        self._told = told

    def __enter__(self):  # type: ignore[no-untyped-def]
        return self._told.append

    def __exit__(self, *error: object) -> None:
        self._told.append("end")


def test_times_are_kept_per_stage_and_everything_is_passed_on() -> None:
    recorder = Recorder()
    times = StageTimes(recorder)
    with times.stage("read"):
        time.sleep(0.02)
    first = times.seconds["read"]
    with times.stage("compare", total=5) as advance:
        advance(2)
    with times.stage("read"):
        time.sleep(0.02)
    assert list(times.seconds) == ["read", "compare"]
    assert times.seconds["read"] >= first + 0.02 >= 0.04
    assert recorder.told == [("read", None), "end", ("compare", 5), 2, "end", ("read", None), "end"]


def test_a_stage_that_fails_is_timed_too() -> None:
    times = StageTimes()

    def fail() -> None:
        with times.stage("outer"), times.stage("inner"):
            time.sleep(0.01)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert times.seconds["outer"] >= times.seconds["inner"] >= 0.01


def test_the_library_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    silent: Progress = SilentProgress()
    with silent.stage("read", 3) as advance:
        advance(1)
    assert capfd.readouterr() == ("", "")


def test_lines_name_the_stage_its_seconds_and_its_memory() -> None:
    stream = io.StringIO()
    with LineProgress(stream).stage("reading [x]"):
        pass
    assert re.fullmatch(r"matchkit: reading \[x\]: 0\.\d s, [\d.]+ [MG]B\n", stream.getvalue())


def drawn(keep: bool) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100, color_system=None)
    with TerminalProgress(console, keep=keep) as progress:
        with progress.stage("comparing [pairs]", total=400) as advance:
            advance(100)
            progress._bars.refresh()
        with progress.stage("grouping"):
            progress._bars.refresh()
    return stream.getvalue()


def test_a_terminal_shows_how_far_a_stage_is() -> None:
    shown = drawn(keep=False)
    assert "comparing [pairs]" in shown
    assert " 25%" in shown
    assert shown.rindex("grouping") > shown.rindex("comparing")


def test_finished_stages_stay_when_asked() -> None:
    last = drawn(keep=True).rpartition("\x1b[2K")[2]
    assert "comparing [pairs]" in last
    assert "grouping" in last
    assert "0.0 s" in last
    assert "comparing" not in drawn(keep=False).rpartition("\x1b[2K")[2]


def test_a_terminal_shows_which_stage_of_how_many_and_with_verbose_the_memory() -> None:
    def shown(keep: bool) -> str:
        stream = io.StringIO()
        console = Console(file=stream, force_terminal=True, width=120, color_system=None)
        with TerminalProgress(console, keep=keep, stages=("reading", "comparing")) as progress:
            with progress.stage("comparing", total=4) as advance:
                advance(1)
                progress._bars.refresh()
                advance(3)  # all is done, but the stage goes on
                progress._bars.refresh()
            with progress.stage("something else"):
                progress._bars.refresh()
        return stream.getvalue()

    for keep in (False, True):
        assert "2/2 comparing" in shown(keep)
        assert re.search(r"(?<!\d )something else", shown(keep))
        assert bool(re.search(r"\d (MB|GB)", shown(keep))) == keep


def test_parts_move_a_stage_by_their_share_of_its_time() -> None:
    told: list[int] = []
    parts = Parts(told.append, 200, {"fit": 1, "encode": 1, "search": 2})
    parts("fit", 1, 1)
    parts("encode", 5, 10)
    parts("encode", 2, 10)  # what is told in between never takes it back
    search = parts.of("search", 10)
    search(5)
    search(5)
    assert told == [50, 25, 75, 50]
    parts("search", 10, 10)
    assert sum(told) == 200
    Parts(told.append, 0, {"fit": 1})("fit", 0, 0)
    assert sum(told) == 200


def test_the_time_left_follows_the_time_taken() -> None:
    assert time_left(30.0, 75, 100) == 10.0
    assert time_left(30.0, 100, 100) == 0.0
    assert time_left(30.0, 0, 100) is None
    assert time_left(30.0, 5, None) is None
    assert time_left(None, 5, 10) is None


def test_the_memory_of_a_stage_is_the_most_of_all_times_it_was_entered() -> None:
    times = StageTimes()
    with times.stage("compare"):
        held = b"x" * 120_000_000
    first = times.memory["compare"]
    del held
    with times.stage("compare"), times.stage("inner"):
        pass
    assert times.memory["compare"] == first > times.memory["inner"] > 0


def test_the_time_left_is_told_once_a_stage_is_long() -> None:
    assert clock(1.9, 60.0) == "1 s"
    assert clock(2.0, 61.0) == "2 s, about 1 min 01 s left"
    assert clock(5.0, None) == "5 s"
    assert clock(None, None) == "0 s"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0 s"),
        (59.99, "59 s"),
        (60.0, "1 min 00 s"),
        (3599.9, "59 min 59 s"),
        (3600.0, "1 h 00 min"),
        (90_061.0, "25 h 01 min"),
    ],
)
def test_time_spans_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize("verbose", [False, True])
def test_what_is_shown_depends_on_where_and_on_the_flags(
    terminal: bool, quiet: bool, verbose: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    with open_progress(quiet=quiet, verbose=verbose) as progress, progress.stage("reading"):
        pass
    if quiet or not (terminal or verbose):
        assert isinstance(progress, SilentProgress)
        assert stream.getvalue() == ""
    else:
        assert type(progress) is (TerminalProgress if terminal else LineProgress)
        assert "reading" in stream.getvalue() or not verbose


def test_a_part_that_was_left_out_counts_for_nothing() -> None:
    told: list[int] = []
    parts = Parts(told.append, 100, {"kept": 70, "fit": 5, "maybe": 5, "search": 15})
    parts("fit", 1, 1)
    assert told == [20]  # 5 of the 25 that are left
    parts("search", 1, 3)
    assert sum(told) == 50  # 5 + 5 of 20
    parts("search", 3, 3)
    assert sum(told) == 100
