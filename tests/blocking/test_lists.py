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
@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("large", [30, 4096])
def test_every_row_is_in_one_list_and_every_query_asks_each_probe_once(
    vectors: Floats, asked: bool, large: int, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGE_LEAST", large)
    monkeypatch.setattr(module, "LARGE", 0)
    task = Task.of(vectors, vectors[::2] if asked else None, 3)
    lists = Lists.make(task, 0, pool)
    groups = [lists.rows(place) for place in range(len(lists.bounds) - 1)]
    assert sorted(np.concatenate(groups).tolist()) == list(range(len(vectors)))
    assert max(map(len, groups)) <= large
    assert all((np.diff(group) > 0).all() for group in groups)
    sizes = np.array([len(group) for group in groups])
    for probe in range(lists.probes.shape[1]):
        askers = [(place, row) for place, rows in lists.askers(probe) for row in rows.tolist()]
        assert all(sizes[place] for place, _ in askers)
        filled = sizes[lists.probes[:, probe]] > 0
        assert sorted(row for _, row in askers) == np.flatnonzero(filled).tolist()
        assert all(lists.probes[row, probe] == place for place, row in askers)
    assert all(len(set(line)) == len(line) for line in lists.probes.tolist())


@TABLES
def test_a_row_asks_its_own_list_first(
    vectors: Floats, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGE_LEAST", 30)
    monkeypatch.setattr(module, "LARGE", 0)
    lists = Lists.make(Task.of(vectors, None, 3), 0, pool)
    for place, rows in lists.askers(0):
        assert rows.tolist() == lists.rows(place).tolist()


def test_near_rows_come_into_lists_that_are_asked(pool: ThreadPoolExecutor) -> None:
    task = Task.of(clusters(100, 20), None, 3)
    lists = Lists.make(task, 0, pool)
    own = lists.probes[:, 0]
    met = (lists.probes[:, None, :] == own[exact(task)[1]][:, :, None]).any(axis=2)
    assert met.mean() > 0.95


def test_lists_depend_on_the_seed_and_not_on_the_workers(pool: ThreadPoolExecutor) -> None:
    task = Task.of(clusters(100, 20), None, 3)
    first, other = Lists.make(task, 0, pool), Lists.make(task, 1, pool)
    with single_threaded_workers(5) as workers:
        again = Lists.make(task, 0, workers)
    assert (first.order == again.order).all()
    assert (first.probes == again.probes).all()
    assert (first.order != other.order).any()
