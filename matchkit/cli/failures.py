"""How a command that fails ends: what is said, and with which exit code."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import typer

from matchkit.errors import MatchkitError, disk_full
from matchkit.memory import ran_out
from matchkit.printable import printable

MISTAKE = 2
INTERRUPTED = 130
INTERRUPTION = "matchkit: interrupted"
CONTINUABLE = "matchkit: interrupted; the same command continues the run"

# The base of all mistakes in a command's arguments; typer has no public name for it.
_UsageError = typer.BadParameter.__mro__[1]


class Stopped(SystemExit):
    """The process was told to stop by a signal other than Ctrl-C; its code is that of a process that a signal ended."""


class Continuable(Exception):
    """The run was interrupted, and what its stages found is kept.

    Attributes
    ----------
    code
        The exit code.
    """

    def __init__(self, code: int = INTERRUPTED) -> None:
        super().__init__(code)
        self.code = code


def ending(error: BaseException) -> tuple[int, str] | None:
    """The exit code and the sentence for an error that is the user's to mend or to expect.

    An empty sentence means that nothing is to be said. None means that the error is a fault of the program,
    which shows its traceback.
    """
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return INTERRUPTED, INTERRUPTION
    if isinstance(error, Stopped):
        return int(error.code or 0), INTERRUPTION
    if isinstance(error, Continuable):
        return error.code, CONTINUABLE
    if isinstance(error, BrokenPipeError):
        _forget_stdout()
        return 1, ""
    if isinstance(error, _UsageError):
        return MISTAKE, _sentence(_usage(error))
    if isinstance(error, MatchkitError) or _is_blocking_error(error):
        return MISTAKE, _sentence(str(error))
    if isinstance(error, OSError) and disk_full(error):
        return MISTAKE, _sentence("the disk is full; free some space and run the command again")
    if ran_out(error):
        return MISTAKE, _sentence(
            "there is not enough memory; close other programs, use a machine with more, or give fewer rows"
        )
    return None


@contextmanager
def stop_signals() -> Iterator[None]:
    """While active, being told to stop unwinds the program, so that temporary files are removed."""
    previous = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            with suppress(ValueError):  # not the main thread
                previous[number] = signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped(128 + number)


def _usage(error: BaseException) -> str:
    message = " ".join(error.format_message().split()).rstrip(".")  # type: ignore[attr-defined]
    message = message.replace("Value error, ", "").replace(". Did you mean", ", did you mean")
    message = re.sub(r" \(Possible options: (.+)\)", r", did you mean \1?", message)
    message = re.sub(r"Input should be (a valid \w+).*", r"give \1", message)
    message = f"{message[:1].lower()}{message[1:]}"
    if message.endswith("?"):
        return message
    context = getattr(error, "ctx", None)
    return f"{message}; see '{context.command_path if context else 'matchkit'} --help'"


def _sentence(message: str) -> str:
    lines = [printable(line) for line in message.splitlines()]
    return "matchkit: error: " + "\n".join(line for line in lines if line)


def _is_blocking_error(error: BaseException) -> bool:
    errors = sys.modules.get("blocking.errors")
    return errors is not None and isinstance(error, errors.BlockingError)


def _forget_stdout() -> None:
    """Let the interpreter's last flush go nowhere, as the reader has gone away."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
