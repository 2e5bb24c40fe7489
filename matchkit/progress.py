"""What a run tells while it works: nothing, a line a stage, or a live display; and the seconds it took."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from time import perf_counter
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars

Advance = Callable[[int], None]


class Progress(Protocol):
    """Follows the stages of a run.

    ``with progress.stage("comparing pairs", total=n) as advance: ... advance(1000)`` marks a stage and how
    much more of it is done; ``total`` is None where the amount of work is not known.
    """

    def stage(self, name: str, total: int | None = None) -> AbstractContextManager[Advance]: ...


class SilentProgress:
    """Shows nothing; what a library call uses unless it is given another."""

    def stage(self, name: str, total: int | None = None) -> AbstractContextManager[Advance]:
        return nullcontext(_ignore)


class LineProgress:
    """Writes one line a finished stage, for logs."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        start = perf_counter()
        yield _ignore
        print(f"matchkit: {name}: {perf_counter() - start:.1f} s", file=self._stream or sys.stderr, flush=True)


class TerminalProgress:
    """A live display on a terminal: the running stage, how far it is and the time left.

    Parameters
    ----------
    console
        Where to draw; standard error when None.
    keep
        Whether the finished stages stay on the screen.
    """

    def __init__(self, console: Console | None = None, *, keep: bool = False) -> None:
        self._bars = _bars(console, keep)
        self._keep = keep

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        task = self._bars.add_task(name, total=total)
        try:
            yield lambda done: self._bars.advance(task, done)
        finally:
            if self._keep:
                self._bars.stop_task(task)
                self._bars.update(task, total=1, completed=1)
            else:
                self._bars.remove_task(task)


class StageTimes:
    """Records the seconds of each stage and passes everything on to another progress.

    A stage that is entered again adds to its seconds; a stage that fails is recorded too.
    """

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress or SilentProgress()
        self._seconds: dict[str, float] = {}

    @property
    def seconds(self) -> Mapping[str, float]:
        """Seconds of wall time for each stage, in the order in which they began."""
        return MappingProxyType(self._seconds)

    def add(self, name: str, seconds: float) -> None:
        """Count seconds that the stage took in an earlier run."""
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        self._seconds.setdefault(name, 0.0)
        start = perf_counter()
        try:
            with self._progress.stage(name, total) as advance:
                yield advance
        finally:
            self._seconds[name] += perf_counter() - start


@contextmanager
def open_progress(*, quiet: bool = False, verbose: bool = False) -> Iterator[Progress]:
    """The progress that suits standard error: live on a terminal, lines when verbose, else silent."""
    with ExitStack() as stack:
        if quiet:
            yield SilentProgress()
        elif sys.stderr.isatty():
            yield stack.enter_context(TerminalProgress(keep=verbose))
        else:
            yield LineProgress() if verbose else SilentProgress()


def _ignore(done: int) -> None:
    """Take no notice of what is done."""


def _bars(console: Console | None, keep: bool) -> Bars:
    from rich import progress as live
    from rich.console import Console
    from rich.text import Text

    class Clock(live.ProgressColumn):
        def render(self, task: live.Task) -> Text:
            if task.finished:
                return Text(f"{task.elapsed or 0.0:.1f} s", style="dim")
            return Text(clock(task.elapsed, task.time_remaining), style="dim")

    return live.Progress(
        live.SpinnerColumn(finished_text=" "),
        live.TextColumn("{task.description}", markup=False),
        live.BarColumn(bar_width=30),
        live.TaskProgressColumn(),
        Clock(),
        console=console or Console(stderr=True),
        transient=not keep,
    )


def clock(elapsed: float | None, left: float | None) -> str:
    """How long a stage has run and, after its first two seconds, how long it still takes.

    >>> clock(1.2, 30.0), clock(75.0, 30.0), clock(4000.0, None)
    ('1 s', '1 min 15 s, about 30 s left', '1 h 06 min')
    """
    ran = duration(elapsed or 0.0)
    return ran if left is None or (elapsed or 0.0) < 2 else f"{ran}, about {duration(left)} left"


def duration(seconds: float) -> str:
    """A time span in words, in whole seconds below an hour and whole minutes above."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
