"""What the stages of a run found: taken from the work folder, or made and kept there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import polars as pl

from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.errors import disk_full
from matchkit.progress import StageTimes
from matchkit.spelling import listed
from matchkit.staging import half_written
from matchkit.trained.model import Model
from matchkit.work.fingerprint import fingerprint
from matchkit.work.folder import STAGES, WorkFolder
from matchkit.work.room import has_room_for_work
from matchkit.work.stages import Damaged, Stage, write_stage

T = TypeVar("T")


class Work:
    """The kept stages of one run.

    ``work.kept("blocking", make)`` gives what the stage found: read from the work folder where an earlier run with
    the same input, settings, model and versions has left it there whole, else made, and kept for a next run.
    """

    def __init__(self, folder: WorkFolder | None, times: StageTimes, run: Mapping[str, str]) -> None:
        self._folder, self._times, self._run = folder, times, run
        self._started, self._keeping = time.time(), folder is not None
        self._found: dict[str, Stage] = {}

    @classmethod
    def none(cls) -> Work:
        """Nothing is taken, nothing is kept."""
        return cls(None, StageTimes(), {})

    @classmethod
    def of(
        cls,
        folder: str | Path | WorkFolder | None,
        command: str,
        tables: Sequence[Catalogue],
        config: Config,
        model: Model | None,
        times: StageTimes,
    ) -> Work:
        """Look at what is in a work folder, once the input has been read; arguments as for the fingerprint.

        Raises
        ------
        OutputError
            The disk has no room for the results.
        """
        if not isinstance(folder, WorkFolder):  # paths have been opened by now
            return cls.none()
        room = has_room_for_work(folder, tables, config)
        if not folder.usable:
            folder.tell(f"{folder.shown} is not a folder that matchkit made, so nothing of this run is kept there")
            return cls.none()
        work = cls(folder, times, fingerprint(command, tables, config, model))
        work._look()
        work._keeping = room
        return work

    def kept(
        self,
        name: str,
        make: Callable[[], T],
        *,
        stage: str | None = None,
        expected: Callable[[Any], bool] = lambda value: True,
    ) -> T:
        """What a stage found.

        Parameters
        ----------
        name
            One of :data:`matchkit.work.folder.STAGES`.
        make
            Does the work.
        stage
            The stage of the run to which its seconds belong, if that has another name.
        expected
            Whether something may be what the stage found, see :mod:`matchkit.work.expected`; else it is not taken.
        """
        if name in self._found:
            try:
                value: T = self._found[name].value()
                if not expected(value):
                    raise Damaged(f"{name} is not what this run needs")
            except Damaged as error:
                self._start_over(f"is damaged ({error})")
            else:
                self._times.add(stage or name, self._found[name].seconds)
                return value
        start = perf_counter()
        value = make()
        self._keep(name, value, perf_counter() - start)
        return value

    def _keep(self, name: str, value: object, seconds: float) -> None:
        if self._folder is None or not self._keeping:
            return
        self._folder.written = True
        try:
            write_stage(self._folder.path / name, value, self._run, self._started, seconds)
        except (OSError, pl.exceptions.PolarsError) as error:
            why = "the disk is full" if disk_full(error) else getattr(error, "strerror", None) or error
            self._folder.tell(f"the run goes on without keeping its work in {self._folder.shown}: {why}")
            # The results will need the room more.
            self._folder.clear()
            self._keeping = False

    def _look(self) -> None:
        """Find the stages to take, or say why there are none."""
        folder = self._folder
        assert folder is not None
        if not folder.resume:
            folder.clear()
            return
        try:
            if folder.foreign:
                raise Damaged(f"it holds {listed(folder.foreign[:3])}, which matchkit did not write there")
            stages = {name: Stage.checked(folder.path / name) for name in STAGES if name in folder.stages}
        except (Damaged, OSError) as error:
            self._start_over(f"is damaged ({error})")
            return
        if not stages:
            if half_written(folder.path):
                folder.tell(
                    "a run was stopped at its end, when nothing was kept of it any more: its results are made again"
                )
            return
        first = min(stages.values(), key=lambda stage: stage.started)
        changed = [
            what for what, digest in self._run.items() if any(s.run.get(what) != digest for s in stages.values())
        ]
        if changed:
            self._start_over(f"is of the run of {_clock(first.started)}, and {changed[0]} has changed since")
            return
        self._found, self._started = stages, first.started
        names = [*stages]
        taken = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        verb = "is" if len(names) == 1 else "are"
        folder.tell(f"continuing the run of {_clock(first.started)}: {taken} {verb} taken from {folder.shown}")

    def _start_over(self, why: str) -> None:
        assert self._folder is not None
        self._folder.tell(f"{self._folder.shown} {why}, so the run starts over")
        self._folder.clear()
        self._found = {}


def _clock(started: float) -> str:
    """The time of day, with the date unless it is today."""
    try:
        then = datetime.fromtimestamp(started)
    except (OverflowError, OSError, ValueError):
        return "another day"
    return f"{then:%H:%M}" if then.date() == datetime.now().date() else f"{then:%Y-%m-%d %H:%M}"
