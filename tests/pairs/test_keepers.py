"""Threads that keep expressions compiled: none has more than it can keep, and nobody notices but by the clock."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from pairs import keepers
from pairs.keepers import lane
from pairs.spans import take_out_once
from pairs.vocabulary import ATTRIBUTES, Pattern

KEPT_BY_POLARS = 32
PATTERNS = [pattern for attribute in ATTRIBUTES.values() for pattern in attribute.patterns]
TITLES = pl.Series(["Mug navy 300 ml", "Tee, red, size L", "6 x 330 ml cola", "Chair oak", None, "Black & Decker"])


def threads_of(patterns: Sequence[Pattern]) -> list[int]:
    """For each pattern the thread that works with it."""
    with lane() as mine:
        done = mine.do(lambda some: [threading.get_ident()] * len(some), patterns)
        return [thread for each in done for thread in each]


def test_a_thread_has_no_more_expressions_than_are_kept_and_patterns_stay_with_theirs() -> None:
    threads = threads_of(PATTERNS)
    expressions = Counter[int]()
    for thread, pattern in zip(threads, PATTERNS, strict=True):
        expressions[thread] += len(pattern.expressions)
    assert 1 < len(expressions) <= 12
    assert max(expressions.values()) <= KEPT_BY_POLARS
    backwards = threads_of(PATTERNS[::-1])
    assert backwards[::-1] == threads
    assert threads_of(PATTERNS[5:6]) == threads[5:6]


def test_reading_again_compiles_nothing() -> None:
    # Compiling the expressions takes most of a second, and trying them on six titles some milliseconds.
    attributes = list(ATTRIBUTES.values())
    take_out_once(TITLES, attributes)
    started = time.process_time()
    for _ in range(3):
        take_out_once(TITLES, attributes)
    again = time.process_time() - started
    started = time.process_time()
    for pattern in PATTERNS:
        for expression in pattern.expressions:
            TITLES.str.contains(expression)
    assert again < 3 * (time.process_time() - started) / 2


def test_many_read_at_once_and_each_what_it_would_alone() -> None:
    attributes = list(ATTRIBUTES.values())
    parts = [TITLES.shift(places) for places in range(6)] * 4
    alone = [take_out_once(part, attributes) for part in parts]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda part: take_out_once(part, attributes), parts))
    for (left, spans), (left_too, spans_too) in zip(alone, together, strict=True):
        assert left.equals(left_too, null_equal=True)
        assert spans.keys() == spans_too.keys()
        assert all(pl.concat(spans[name]).equals(pl.concat(spans_too[name])) for name in spans)


def test_what_goes_wrong_is_raised_and_the_lane_goes_on() -> None:
    def fail(patterns: Sequence[Pattern]) -> None:
        raise ValueError("no")

    with lane() as mine:
        with pytest.raises(ValueError, match="no"):
            list(mine.do(fail, PATTERNS))
        assert sum(mine.do(len, PATTERNS)) == len(PATTERNS)


def test_ever_new_patterns_do_not_bring_ever_new_threads() -> None:
    known = threads_of(PATTERNS)
    new = [Pattern(f"word{number}") for number in range(3000)]
    before = threading.active_count()
    with lane() as mine:
        assert sum(mine.do(len, new)) == 3000
    assert threading.active_count() - before <= 24
    assert len(threads_of(PATTERNS)) == len(known)


def test_what_is_forgotten_is_compiled_again_and_what_is_in_use_stays() -> None:
    threads_of(PATTERNS)
    with lane() as mine:
        used = set(mine.do(lambda some: threading.current_thread(), PATTERNS))
        keepers.forget()
        assert all(thread.is_alive() for thread in used)
    keepers.forget()
    for thread in threading.enumerate():
        if thread.name.startswith("matchkit-patterns"):
            thread.join(10)
            assert not thread.is_alive()
    assert len(threads_of(PATTERNS)) == len(PATTERNS)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_a_forked_process_does_not_wait_for_threads_that_it_has_not() -> None:
    threads_of(PATTERNS)
    child = os.fork()
    if child == 0:
        os._exit(0 if len(threads_of(PATTERNS)) == len(PATTERNS) else 1)
    deadline = time.monotonic() + 30
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < deadline:
        time.sleep(0.01)
    if ended == (0, 0):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        pytest.fail("the forked process waits")
    assert os.waitstatus_to_exitcode(ended[1]) == 0
