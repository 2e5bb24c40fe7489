"""Old files are never lost: a signal waits until all are swapped or back, and what cannot be put back is kept."""

from __future__ import annotations

import errno
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from matchkit.deferring import signals_deferred
from matchkit.errors import OutputError
from matchkit.writing import write_folder

FILES = ("a", "b", "c")


class Stopped(BaseException):
    """What the handler of a signal raises."""


@pytest.fixture
def handled() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped(number)

    previous = signal.signal(signal.SIGTERM, stop)
    yield
    assert signal.getsignal(signal.SIGTERM) is stop
    signal.signal(signal.SIGTERM, previous)


def writers(text: str) -> dict[str, Callable[[Path], None]]:
    return {name: lambda path: (path.write_text(text), None)[1] for name in FILES}


def texts(folder: Path) -> list[str]:
    return [(folder / name).read_text() for name in FILES]


def moving(monkeypatch: pytest.MonkeyPatch, before: Callable[[int], None]) -> None:
    """Call something before each move, with its number."""
    real, moves = os.replace, list[int]()

    def move(source: Path, target: Path) -> None:
        moves.append(1)
        before(len(moves))
        real(source, target)

    monkeypatch.setattr(os, "replace", move)


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("first", range(1, 7))
def test_a_signal_during_the_swap_waits_for_its_end(
    first: int, kept: bool, handled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kept:
        (tmp_path / ".work").mkdir()
    write_folder(tmp_path, writers("old"), force=True)
    moving(monkeypatch, lambda move: signal.raise_signal(signal.SIGTERM) if move in (first, first + 1) else None)
    with pytest.raises(Stopped):
        write_folder(tmp_path, writers("new"), force=True)
    assert texts(tmp_path) == ["new"] * 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [".work"] * kept + [*FILES]


@pytest.mark.parametrize("failing", range(1, 7))
def test_signals_during_the_rollback_wait_for_its_end(
    failing: int, handled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path, writers("old"))

    def fail(move: int) -> None:
        if move == failing:
            raise OSError(errno.EIO, "Input/output error")
        if move > failing:
            signal.raise_signal(signal.SIGTERM)

    moving(monkeypatch, fail)
    with pytest.raises(OutputError if failing == 1 else Stopped):
        write_folder(tmp_path, writers("new"), force=True)
    assert texts(tmp_path) == ["old"] * 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [*FILES]


@pytest.mark.parametrize("failing", range(2, 7))
def test_what_cannot_be_put_back_is_kept_and_told(
    failing: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path, writers("old"))

    def fail(move: int) -> None:
        if move >= failing:
            raise OSError(errno.EIO, "Input/output error")

    moving(monkeypatch, fail)
    with pytest.raises(OutputError, match="could not be put back: move them back from") as told:
        write_folder(tmp_path, writers("new"), force=True)
    (aside,) = tmp_path.glob(".matchkit-*/aside")
    assert str(aside) in str(told.value)
    moved = [path.name for path in aside.iterdir()]
    assert len(moved) == failing // 2
    assert [(aside / name if name in moved else tmp_path / name).read_text() for name in FILES] == ["old"] * 3


def test_the_first_of_several_signals_takes_effect_afterwards(handled: None) -> None:
    done: list[str] = []

    def work() -> None:
        with signals_deferred():
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
            done.append("all")

    with pytest.raises(Stopped):
        work()
    assert done == ["all"]
    with signals_deferred():
        """Nothing comes, nothing happens."""


def test_in_other_threads_nothing_changes() -> None:
    before: Any = signal.getsignal(signal.SIGINT)
    found: list[Any] = []

    def look() -> None:
        with signals_deferred():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [before]
