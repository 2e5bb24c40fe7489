"""Run a command with limits on its time and its memory, and measure both over all of its processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

INTERVAL = 0.1
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended: ``finished``, ``time``, ``memory`` or ``error``; wall seconds; peak memory; last words."""

    ending: str
    seconds: float
    peak_mb: float
    message: str = ""


def measured(
    command: Sequence[str],
    *,
    seconds: float,
    memory_mb: float,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Finished:
    """Run a command as the leader of a process group, which is killed as a whole at a limit.

    Memory is the resident memory of a single process, and that in proportion of several, so that what forked processes
    share counts once. A peak between two looks is seen where one process had it: the system keeps that one itself.
    The caller must be small: the memory of a child counts from that of the process that starts it.

    Parameters
    ----------
    command
        The program and its arguments.
    seconds, memory_mb
        The limits.
    environment
        The variables of the command; those of this process where None.
    folder
        Where it runs and may leave files; the current folder where None.
    """
    with tempfile.TemporaryFile() as words:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
        ending, peak, status = "", 0.0, None
        try:
            while status is None:
                peak = max(peak, _memory(process.pid))
                spent = time.perf_counter() - started
                ending = "time" if spent > seconds else "memory" if peak > memory_mb else ""
                if ending:
                    break
                time.sleep(min(INTERVAL, max(seconds - spent, 0.001)))
                done, code, usage = os.wait4(process.pid, os.WNOHANG)
                if done:
                    status = os.waitstatus_to_exitcode(code)
                    peak = max(peak, usage.ru_maxrss / 1024)
            spent = time.perf_counter() - started
        finally:
            _kill(process, reaped=status is not None)
        message = "" if ending or not status else _last_words(words.read() if not words.seek(0) else b"", status)
    return Finished(ending or ("error" if status else "finished"), spent, peak, message)


def _memory(pid: int) -> float:
    try:
        first = psutil.Process(pid)
        processes = [first, *first.children(recursive=True)]
    except psutil.Error:
        return 0.0
    total = 0
    for process in processes:
        try:
            total += process.memory_info().rss if len(processes) == 1 else process.memory_full_info().pss
        except psutil.Error:  # it ended since
            continue
    return total / MB


def _kill(process: subprocess.Popen[bytes], *, reaped: bool) -> None:
    """Kill what is left of the group."""
    if reaped:
        process.returncode = 0  # waited for already
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if not reaped:
        process.wait()


def _last_words(output: bytes, status: int) -> str:
    """The last line of an output that is not empty, else the exit status."""
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    killed = f"ended by signal {-status}" if status < 0 else f"exit status {status}"
    return f"{lines[-1][:300]} ({killed})" if lines else killed
