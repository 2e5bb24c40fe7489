"""Threads that keep the regular expressions of the vocabularies compiled.

polars keeps the last 32 expressions that a thread has used, and the vocabularies have two hundred: whoever tries all
of them in turn compiles all of them each time, which takes as long as reading tens of thousands of titles. Here each
thread is given patterns whose expressions it can all keep, and what uses a pattern is done by its thread. Whoever reads
texts does so in a lane, a set of such threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from threading import Lock
from typing import TypeVar

from pairs.vocabulary.pattern import Pattern

Done = TypeVar("Done")

# A few less than polars keeps, for what is done with a pattern may use others too.
_KEPT = 28
# The word lists need eight; who reads with ever new attributes of their own begins anew.
_MOST_THREADS = 24


class _Homes:
    """Which thread of a lane keeps which pattern: in the order in which they were first used."""

    def __init__(self) -> None:
        self._known: dict[Pattern, int] = {}
        self._thread, self._room = 0, _KEPT

    def of(self, pattern: Pattern) -> int:
        with _lock:
            if pattern not in self._known:
                home = self._next(pattern)  # which may forget all the others
                self._known[pattern] = home
            return self._known[pattern]

    def _next(self, pattern: Pattern) -> int:
        size = len(pattern.expressions)
        if size > self._room:
            self._thread, self._room = self._thread + 1, _KEPT
            if self._thread == _MOST_THREADS:
                self._known.clear()
                self._thread = 0
        self._room -= size
        return self._thread


class Lane:
    """Threads of which each keeps some patterns."""

    def __init__(self) -> None:
        self.users = 0
        self._threads: dict[int, ThreadPoolExecutor] = {}

    def do(self, work: Callable[[Sequence[Pattern]], Done], patterns: Sequence[Pattern]) -> Iterator[Done]:
        """What the work makes of the patterns, in their order, of those at once that one thread keeps."""
        for home, some in groupby(patterns, _homes.of):
            if home not in self._threads:  # of two that come at once, one is used
                self._threads.setdefault(home, ThreadPoolExecutor(1, "matchkit-patterns"))
            thread = self._threads[home]
            yield thread.submit(work, [*some]).result()

    def close(self) -> None:
        """End the threads, and with them what they keep."""
        threads, self._threads = self._threads, {}
        for thread in threads.values():
            thread.shutdown(wait=False)


_homes = _Homes()
# Two, however many cores there are: what a lane keeps takes a hundred megabytes, and in one lane several can be at
# work with patterns of different threads.
_lanes = (Lane(), Lane())
_lock = Lock()


@contextmanager
def lane() -> Iterator[Lane]:
    """The lane that fewest use; the first of them, which has the most compiled already."""
    with _lock:
        mine = min(_lanes, key=lambda one: one.users)
        mine.users += 1
    try:
        yield mine
    finally:
        with _lock:
            mine.users -= 1


def forget() -> None:
    """Let go of all that is compiled and that nobody uses, until texts are read again."""
    with _lock:
        for one in _lanes:
            if not one.users:
                one.close()


def _begin_anew() -> None:
    """No thread lives on in a forked process."""
    global _lanes, _lock
    _lanes, _lock = (Lane(), Lane()), Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
