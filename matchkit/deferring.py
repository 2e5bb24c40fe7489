"""Signals that have to wait while what must not be left half done is done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_STOPPING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


@contextmanager
def signals_deferred() -> Iterator[None]:
    """While active, signals to stop are only noted; the first one takes effect afterwards.

    Outside the main thread nothing changes, for signals interrupt the main thread alone.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noted: list[int] = []
    previous: dict[int, Callable[[int, FrameType | None], Any]] = {}
    over = False

    def note(number: int, frame: FrameType | None) -> None:
        if over:  # not put back yet, since another signal came meanwhile
            previous[number](number, frame)
        noted.append(number)

    try:
        for name in _STOPPING:
            number = getattr(signal, name, None)
            # None: a handler that was not set from Python, and could not be put back.
            if number is not None and callable(handler := signal.getsignal(number)):
                previous[number] = handler
                signal.signal(number, note)
        yield
    finally:
        over = True
        for number, handler in previous.items():
            signal.signal(number, handler)
        if noted:
            signal.raise_signal(noted[0])
