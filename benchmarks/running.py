"""Run a command and measure it: seconds, peak memory of all its processes, and both for each stage that it names."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import psutil

MATCHKIT = (sys.executable, "-m", "matchkit")
PAUSE = 0.02
#: What a command does before its first stage, and after its last.
REST = "starting and ending"

# What `matchkit --verbose` writes when a stage has ended.
_STAGE = re.compile(r"^matchkit: (?P<name>[^:]+): [\d.]+ s\b")


class Stage(NamedTuple):
    """What a stage took; one that comes again adds to its seconds."""

    seconds: float
    peak_mb: int


class Run(NamedTuple):
    """A finished command: what it took, by stage where it told of them, and what it printed."""

    seconds: float
    peak_mb: int
    stages: dict[str, Stage]
    said: str


class _Watch:
    """Samples the memory of a process and its children, and keeps when a line was written."""

    def __init__(self, command: tuple[str, ...], folder: Path | None, said: Any) -> None:
        self.started = time.perf_counter()
        self.process = psutil.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.PIPE, text=True
        )
        self.ended = threading.Event()
        self.memory: list[tuple[float, int]] = []
        self.lines: list[tuple[float, str]] = []

    def until_it_ends(self) -> float:
        """Watch, and return the seconds that it took."""
        watching = [threading.Thread(target=work) for work in (self._read, self._sample)]
        for thread in watching:
            thread.start()
        self.process.wait()
        seconds = time.perf_counter() - self.started
        self.ended.set()
        for thread in watching:
            thread.join()
        return seconds

    def _read(self) -> None:
        with self.process.stderr as written:
            for line in written:
                self.lines.append((time.perf_counter() - self.started, line))

    def _sample(self) -> None:
        while not self.ended.wait(PAUSE):
            self.memory.append((time.perf_counter() - self.started, memory(self.process)))


def measured(*command: str, folder: Path | None = None) -> Run:
    """Run a command in a process of its own, in a folder if one is given.

    Memory is sampled fifty times a second, so a shorter peak may be missed; pages that processes share count for each.

    Raises
    ------
    SystemExit
        The command fails; with what it wrote.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        watch = _Watch(command, folder, said)
        seconds = watch.until_it_ends()
        if watch.process.returncode:
            wrote = "".join(line for _, line in watch.lines)
            raise SystemExit(f"{' '.join(command)} ended with {watch.process.returncode}:\n{wrote}")
        said.seek(0)
        text = said.read()
    peak = _megabytes(watch.memory, 0.0, seconds)
    return Run(seconds, peak, stages(watch.lines, watch.memory, seconds), text)


def stages(lines: list[tuple[float, str]], sampled: list[tuple[float, int]], seconds: float) -> dict[str, Stage]:
    """Cut a run at the lines that tell of the end of a stage; what is left over is `REST`.

    Parameters
    ----------
    lines
        When a line was written, and the line.
    sampled
        When memory was sampled, and the bytes.
    seconds
        How long the run took.
    """
    found: dict[str, Stage] = {}
    start = 0.0
    for when, line in lines:
        if match := _STAGE.match(line):
            before = found.get(match["name"], Stage(0.0, 0))
            peak = max(before.peak_mb, _megabytes(sampled, start, when))
            found[match["name"]] = Stage(before.seconds + when - start, peak)
            start = when
    return {**found, REST: Stage(seconds - start, _megabytes(sampled, start, seconds))} if found else {}


def _megabytes(sampled: list[tuple[float, int]], start: float, stop: float) -> int:
    return round(max((size for when, size in sampled if start <= when <= stop), default=0) / 2**20)


def memory(process: psutil.Process) -> int:
    """Bytes of a process and its children; shared pages count for each."""
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def answer(script: str, *arguments: str) -> Any:
    """What a script prints last, as JSON; it runs in a process of its own, so that its memory is its own."""
    said = measured(sys.executable, script, *arguments).said
    return json.loads(said.splitlines()[-1])
