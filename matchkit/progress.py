"""What a run tells while it works: nothing, a line a stage, or a live display; and the seconds and memory it took."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from time import perf_counter
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from matchkit.cores import plain_sums
from matchkit.memory import release, size, used, watched

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars

Advance = Callable[[int], None]
#: Hears of a part of a stage how many of its steps are done of how many, see :class:`Parts`.
Told = Callable[[str, int, int], None]


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
    """Writes one line a finished stage, for logs: its seconds, and the most memory that was held."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        start = perf_counter()
        with watched() as peak:
            yield _ignore
        told = f"matchkit: {name}: {perf_counter() - start:.1f} s, {size(peak.bytes)}"
        print(told, file=self._stream or sys.stderr, flush=True)


class TerminalProgress:
    """A live display on a terminal: the running stage, how far it is and the time left.

    Parameters
    ----------
    console
        Where to draw; standard error when None.
    keep
        Whether the finished stages stay on the screen, and the memory held is shown.
    stages
        The stages to come, in order: each is then shown as the third of seven, say.
    """

    def __init__(self, console: Console | None = None, *, keep: bool = False, stages: Sequence[str] = ()) -> None:
        self._bars = _bars(console, keep)
        self._keep = keep
        self._stages = tuple(stages)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        task = self._bars.add_task(self._place(name) + name, total=total)
        try:
            with watched() if self._keep else nullcontext() as peak:
                yield lambda done: self._bars.advance(task, done)
        finally:
            if self._keep:
                self._bars.stop_task(task)
                self._bars.update(task, total=1, completed=1, peak=peak.bytes if peak else 0)
            else:
                self._bars.remove_task(task)

    def _place(self, name: str) -> str:
        if name not in self._stages:
            return ""
        return f"{self._stages.index(name) + 1}/{len(self._stages)} "


class StageTimes:
    """Records the seconds of each stage and the memory held, and passes everything on to another progress.

    A stage that is entered again adds to its seconds; a stage that fails is recorded too.
    """

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress or SilentProgress()
        self._seconds: dict[str, float] = {}
        self._memory: dict[str, int] = {}

    @property
    def seconds(self) -> Mapping[str, float]:
        """Seconds of wall time for each stage, in the order in which they began."""
        return MappingProxyType(self._seconds)

    @property
    def memory(self) -> Mapping[str, int]:
        """The most bytes of memory that were held during each stage."""
        return MappingProxyType(self._memory)

    def add(self, name: str, seconds: float) -> None:
        """Count seconds that the stage took in an earlier run."""
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        self._seconds.setdefault(name, 0.0)
        self._memory.setdefault(name, 0)
        start, peak = perf_counter(), None
        try:
            with plain_sums(), watched() as peak, self._progress.stage(name, total) as advance:
                yield advance
        finally:
            release()
            self._seconds[name] += perf_counter() - start
            self._memory[name] = max(self._memory[name], peak.bytes if peak else 0)


class Parts:
    """Moves a stage on that is made of parts, each of which takes a share of its time.

    Parameters
    ----------
    advance, total
        Of the stage.
    costs
        The parts in their order, and how long each takes, in any unit. A part of which nothing was heard when a later
        one begins was left out, and counts for nothing.
    """

    def __init__(self, advance: Advance, total: int, costs: Mapping[str, float]) -> None:
        self._advance, self._total, self._done = advance, total, 0
        self._costs = dict(costs)
        self._heard: set[str] = set()

    def __call__(self, part: str, done: int, total: int) -> None:
        """So many steps of a part are done of so many; never goes back."""
        self._heard.add(part)
        names = list(self._costs)
        place = names.index(part)
        before = sum(self._costs[name] for name in names[:place] if name in self._heard)
        ahead = sum(self._costs[name] for name in names[place + 1 :])
        own = self._costs[part]
        share = (before + own * (done / total if total else 1.0)) / (before + own + ahead)
        now = min(int(share * self._total + 1e-9), self._total)
        if now > self._done:
            self._advance(now - self._done)
            self._done = now

    def of(self, part: str, total: int) -> Advance:
        """What to call with how many more of the steps of a part are done."""
        done = 0

        def advance(more: int) -> None:
            nonlocal done
            done += more
            self(part, done, total)

        return advance


@contextmanager
def open_progress(*, quiet: bool = False, verbose: bool = False, stages: Sequence[str] = ()) -> Iterator[Progress]:
    """The progress that suits standard error: live on a terminal, lines when verbose, else silent.

    ``stages`` are those to come, as far as they are known.
    """
    with ExitStack() as stack:
        if quiet:
            yield SilentProgress()
        elif sys.stderr.isatty():
            yield stack.enter_context(TerminalProgress(keep=verbose, stages=stages))
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
            return Text(clock(task.elapsed, time_left(task.elapsed, task.completed, task.total)), style="dim")

    class Memory(live.ProgressColumn):
        def render(self, task: live.Task) -> Text:
            # All steps may be done before the stage ends and its peak is known.
            return Text(size(task.fields.get("peak") or used()) if keep else "", style="dim")

    return live.Progress(
        live.SpinnerColumn(finished_text=" "),
        live.TextColumn("{task.description}", markup=False),
        live.BarColumn(bar_width=16),
        live.TaskProgressColumn(),
        Clock(),
        Memory(),
        console=console or Console(stderr=True),
        transient=not keep,
    )


def time_left(elapsed: float | None, done: float, total: float | None) -> float | None:
    """Seconds that a stage still takes if it goes on as it went so far; None where that is not known.

    >>> time_left(30.0, 75, 100), time_left(30.0, 0, 100), time_left(30.0, 5, None)
    (10.0, None, None)
    """
    if not elapsed or not total or done <= 0:
        return None
    return elapsed * max(total - done, 0.0) / done


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
