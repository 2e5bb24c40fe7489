"""The folder in which a run keeps its work: made, locked for one run at a time, and tidied away."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

from filelock import FileLock, Timeout

from matchkit.errors import MatchkitError, OutputError
from matchkit.plainfile import is_folder, is_plain
from matchkit.staging import STAGING, forget_staged, half_written, is_ours, remove_staged, staging_folders
from matchkit.work.stages import UNFINISHED, is_kept_file, remove_stage
from matchkit.writing import absolute, explained

LOCK = "lock"
#: Every stage that is kept, in the order in which runs reach them.
STAGES = ("values", "blocking", "comparing", "prior", "scores")

P = ParamSpec("P")
T = TypeVar("T")
Tell = Callable[[str], None]


class WorkFolder:
    """A work folder that is locked for this run.

    Attributes
    ----------
    path
        Where it is.
    shown
        The same as the user wrote it, for messages.
    resume
        Whether what is in it may be taken.
    tell
        Takes one line for the user.
    results
        Whether the folder around it is where the results go.
    usable
        Whether it can be used: not where a file or a link stands in its place.
    written
        Whether this run has kept anything.
    """

    def __init__(self, path: Path, shown: str, resume: bool, tell: Tell, results: bool) -> None:
        self.path, self.shown, self.resume, self.tell, self.results = path, shown, resume, tell, results
        self.usable = self.written = False

    @classmethod
    @contextmanager
    def open(
        cls, path: str | Path, *, resume: bool = True, tell: Tell | None = None, results: bool = False
    ) -> Iterator[WorkFolder]:
        """Make a work folder where it is missing, and lock it.

        It stays, with what is kept in it, until :meth:`remove`; without anything in it, it goes at the end, with
        the folders around it that were made for it. What a mistake of the user's ended cannot be continued, so
        then nothing stays that this run kept.

        Raises
        ------
        OutputError
            It cannot be made, or another run uses it.
        """
        work = cls(absolute(path), str(path), resume, tell or _say_nothing, results)
        made = [folder for folder in (work.path, *work.path.parents) if not os.path.lexists(folder)]
        try:
            with explained(Path(path).parent):
                work.path.parent.mkdir(parents=True, exist_ok=True)
                work.usable = _make(work.path)
            if not work.usable:
                yield work
                return
            with work._locked():
                try:
                    yield work
                except MatchkitError as error:
                    if work.written and not isinstance(error, OutputError):
                        work.clear()
                    raise
                finally:
                    if not work.stages and not half_written(work.path):
                        work.remove()
        finally:
            for folder in made:
                with suppress(OSError):
                    folder.rmdir()

    @property
    def stages(self) -> list[str]:
        """The stages that are kept in it."""
        return [name for name in STAGES if is_folder(self.path) and os.path.lexists(self.path / name)]

    @property
    def foreign(self) -> list[str]:
        """Names of what is in it and not ours."""
        return sorted(path.name for path in self.path.iterdir() if not _is_ours(path))

    def clear(self) -> None:
        """Remove the stages, as far as it is permitted."""
        for name in STAGES:
            for folder in (self.path / name, self.path / f"{name}{UNFINISHED}"):
                with suppress(OSError):
                    remove_stage(folder)

    def remove(self) -> None:
        """Remove all that is ours in it, and the folder itself if nothing else is left."""
        if not self.usable:
            return
        self.clear()
        # The lists of what was put into place go last: who is killed before is known by them.
        with suppress(OSError):
            for stage in staging_folders(self.path):
                remove_staged(stage)
            (self.path / LOCK).unlink(missing_ok=True)
            for stage in staging_folders(self.path):
                forget_staged(stage)
            self.path.rmdir()
        # From here on a folder of this name is another run's.
        self.usable = False

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = FileLock(self.path / LOCK)
        with explained(Path(self.shown).parent):
            try:
                lock.acquire(timeout=0)
            except Timeout:
                raise OutputError(
                    f"another run is writing into {Path(self.shown).parent}: wait until it is done, or choose another "
                    "output folder."
                ) from None
        try:
            yield
        finally:
            lock.release()


def opened(run: Callable[P, T]) -> Callable[P, T]:
    """Let a run's argument ``work`` be the path of a work folder too, which is then locked while the run lasts."""

    @wraps(run)
    def inside(*given: P.args, **named: P.kwargs) -> T:
        path = named.get("work")
        if path is None or isinstance(path, WorkFolder):
            return run(*given, **named)
        with WorkFolder.open(cast(str, path)) as work:
            named["work"] = work
            return run(*given, **named)

    return inside


def _make(path: Path) -> bool:
    """Make the folder; False where something else has its name."""
    if not os.path.lexists(path):
        path.mkdir(exist_ok=True)
    return is_folder(path) and not (path / LOCK).is_symlink() and not (path / LOCK).is_dir()


def _is_ours(path: Path) -> bool:
    if path.name == LOCK:
        return is_plain(path)
    if path.name.startswith(STAGING):
        return is_folder(path) and is_ours(path)
    if path.name.removesuffix(UNFINISHED) in STAGES and is_folder(path):
        return all(is_kept_file(file) for file in path.iterdir())
    return False


def _say_nothing(line: str) -> None:
    """What a call from Python uses unless it is given another."""
