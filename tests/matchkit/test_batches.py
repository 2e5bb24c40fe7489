"""Batches come back in order, few are in memory, and what goes wrong in one is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from matchkit.batches import in_order, parts


@pytest.mark.parametrize("threads", [0, 1, 2, 5])
def test_results_come_in_the_order_of_the_batches(threads: int) -> None:
    def work(batch: int) -> int:
        time.sleep(0.002 * (batch % 3))
        return batch * batch

    assert list(in_order(work, range(20), threads)) == [batch * batch for batch in range(20)]


def test_few_batches_are_in_memory() -> None:
    taken: list[int] = []

    def batches() -> Iterator[int]:
        for batch in range(100):
            taken.append(batch)
            yield batch

    for done in in_order(lambda batch: batch, batches(), 3):
        assert len(taken) <= done + 4


def test_batches_run_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=20)
    assert list(in_order(lambda batch: both.wait() >= 0, range(2), 2)) == [True, True]


@pytest.mark.parametrize("threads", [1, 3])
def test_what_goes_wrong_is_raised(threads: int) -> None:
    def work(batch: int) -> int:
        if batch == 2:
            raise ValueError("batch 2")
        return batch

    with pytest.raises(ValueError, match="batch 2"):
        list(in_order(work, range(50), threads))


@pytest.mark.parametrize("count", [0, 1, 6, 7, 8])
def test_parts_cover_everything_once(count: int) -> None:
    found = list(parts(count, 3))
    assert [place for part in found for place in range(count)[part]] == list(range(count))
    assert len(found) == max(-(-count // 3), 1)
