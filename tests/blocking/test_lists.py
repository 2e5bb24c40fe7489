"""Lists hold every row once, and each query asks the lists whose centroids are nearest to it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from blocking import lists as module
from blocking.lists import Lists
from blocking.search import Floats, Task, exact, single_threaded_workers


def unit(rows: int, dims: int, seed: int = 0) -> Floats:
    vectors: Floats = np.random.default_rng(seed).standard_normal((rows, dims)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def clusters(count: int, size: int, dims: int = 32, seed: int = 0) -> Floats:
    """Shuffled rows around so many centres."""
    vectors = np.repeat(unit(count, dims, seed), size, axis=0) + 0.9 * unit(count * size, dims, seed + 1)
    order = np.random.default_rng(seed + 2).permutation(len(vectors))
    found: Floats = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True))[order]
    return found


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with single_threaded_workers(2) as workers:
        yield workers


TABLES = pytest.mark.parametrize(
    "vectors",
    [clusters(60, 20), unit(3, 8), np.repeat(unit(2, 8), 500, axis=0), np.zeros((700, 8), np.float32)],
    ids=["clusters", "few", "repeated", "zeros"],
)


@TABLES
@pytest.mark.parametrize("others", [False, True])
@pytest.mark.parametrize("large", [30, 4096])
def test_every_row_is_in_one_list_and_every_query_asks_each_of_its_lists_once(
    vectors: Floats, others: bool, large: int, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGE_LEAST", large)
    monkeypatch.setattr(module, "LARGE", 0)
    task = Task.of(vectors, vectors[::2] if others else None, 3)
    lists = Lists.make(vectors, 0, pool)
    groups = [lists.rows(place) for place in range(len(lists))]
    assert sorted(np.concatenate(groups).tolist()) == list(range(len(vectors)))
    assert max(map(len, groups)) <= large
    assert all((np.diff(group) > 0).all() for group in groups)
    sizes = np.array([len(group) for group in groups])
    asking = np.arange(1, len(task.queries), 2)
    asked = lists.nearest(task, asking, 16, pool)
    for column in asked.T:
        askers = [(place, entry) for place, entries in lists.askers(column) for entry in entries.tolist()]
        assert all(sizes[place] for place, _ in askers)
        assert sorted(entry for _, entry in askers) == np.flatnonzero(sizes[column] > 0).tolist()
        assert all(column[entry] == place for place, entry in askers)
    assert all(len(set(line)) == len(line) for line in asked.tolist())


@TABLES
def test_a_row_asks_its_own_list_first(
    vectors: Floats, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGE_LEAST", 30)
    monkeypatch.setattr(module, "LARGE", 0)
    lists = Lists.make(vectors, 0, pool)
    everyone = np.arange(len(vectors))
    asked = lists.nearest(Task.of(vectors, None, 3), everyone, 4, pool)
    for place, rows in lists.askers(asked[:, 0]):
        assert rows.tolist() == lists.rows(place).tolist()


def test_near_rows_come_into_lists_that_are_asked(pool: ThreadPoolExecutor) -> None:
    task = Task.of(clusters(100, 20), None, 3)
    lists = Lists.make(task.vectors, 0, pool)
    asked = lists.nearest(task, np.arange(len(task.queries)), 16, pool)
    met = (asked[:, None, :] == lists.own[exact(task)[1]][:, :, None]).any(axis=2)
    assert met.mean() > 0.95


def test_lists_depend_on_the_seed_and_not_on_the_workers(pool: ThreadPoolExecutor) -> None:
    task = Task.of(clusters(100, 20), None, 3)
    first, other = Lists.make(task.vectors, 0, pool), Lists.make(task.vectors, 1, pool)
    some = np.arange(500)
    with single_threaded_workers(5) as workers:
        again = Lists.make(task.vectors, 0, workers)
        asked = again.nearest(task, some, 8, workers)
    assert (first.order == again.order).all()
    assert (first.nearest(task, some, 8, pool) == asked).all()
    assert (first.order != other.order).any()
