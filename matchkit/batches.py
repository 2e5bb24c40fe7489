"""Work on batches several at a time, with few of them in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from matchkit.cores import workers

Batch = TypeVar("Batch")
Done = TypeVar("Done")

_FEWEST = 5_000  # below, more time is lost than won


def parts(count: int, size: int) -> Iterator[slice]:
    """The places of so many things, at most `size` at a time; one empty part where there are none."""
    return (slice(start, start + size) for start in range(0, max(count, 1), size))


def shared(count: int, most: int, threads: int) -> int:
    """How many of so many things to take at a time, at most `most`, so that all threads have some."""
    return min(most, max(-(-count // threads), _FEWEST))


def in_order(work: Callable[[Batch], Done], batches: Iterable[Batch], threads: int = 0) -> Iterator[Done]:
    """What `work` makes of each batch, in the order of the batches, whatever the number of threads.

    Most of what is done with pairs lets go of Python's lock, so threads are enough. While the caller looks at one
    result, at most one batch a thread (0: one a core) is worked on, so that memory does not grow with the batches.
    """
    count = workers(threads)
    if count == 1:
        yield from map(work, batches)
        return
    with ThreadPoolExecutor(count) as pool:
        running: deque[Future[Done]] = deque()
        try:
            for batch in batches:
                running.append(pool.submit(work, batch))
                if len(running) > count:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()
