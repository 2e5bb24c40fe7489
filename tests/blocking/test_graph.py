"""The graph of neighbours against brute force, on rows with and without clusters."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from blocking import graph as module
from blocking.graph import Graph
from blocking.lists import Lists
from blocking.search import Floats, Sample, Task, exact, single_threaded_workers
from tests.blocking.test_lists import clusters, unit


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with single_threaded_workers(2) as workers:
        yield workers


def grown(
    task: Task, pool: ThreadPoolExecutor, target: float = 0.97, least: float = module.HOPELESS
) -> tuple[Graph, list[float]]:
    told: list[float] = []
    sample = Sample.draw(task, np.random.default_rng(0))
    return Graph.grow(task, sample, target, 0, pool, told.append, least), told


def share(found: Floats, task: Task) -> float:
    return float((found >= exact(task)[0][:, -1:] - 1e-6).mean())


@pytest.mark.parametrize("k", [1, 10, 25])
def test_it_finds_the_neighbours_of_clustered_rows(k: int, pool: ThreadPoolExecutor) -> None:
    task = Task.of(clusters(80, 40), None, k)
    graph, told = grown(task, pool)
    similarities, ids = graph.search(slice(0, len(task.queries)))
    assert share(similarities, task) > 0.95
    assert graph.recall == pytest.approx(share(similarities, task), abs=0.02)
    assert all(len(set(line)) == k for line in ids.tolist())
    assert (ids != np.arange(len(ids))[:, None]).all()
    assert told == sorted(told)
    assert 0 < told[-1] < 1


def test_it_finds_neighbours_in_another_table(pool: ThreadPoolExecutor) -> None:
    vectors = clusters(80, 40)
    queries: Floats = vectors[:900] + 0.2 * unit(900, 32, 7)
    task = Task.of(vectors, queries, 10)
    graph, _ = grown(task, pool)
    assert share(graph.search(slice(0, 900))[0], task) > 0.95


def test_each_list_and_each_look_around_adds_to_what_is_known(pool: ThreadPoolExecutor) -> None:
    task = Task.of(clusters(60, 30), None, 5)
    graph, everyone = Graph.empty(task), np.arange(len(task.queries))
    lists = Lists.make(task.vectors, 0, pool)
    known = []
    for asked in lists.nearest(task, everyone, 3, pool).T:
        graph.look_into(lists, everyone, asked[:, None], pool)
        known.append(share(graph.search(slice(0, len(everyone)))[0], task))
    graph.look_around(pool)
    known.append(share(graph.search(slice(0, len(everyone)))[0], task))
    assert known == sorted(known)
    assert known[-1] > known[-2] + 0.01 > known[0] + 0.1


def test_more_lists_where_few_are_not_enough(pool: ThreadPoolExecutor) -> None:
    task = Task.of(unit(1500, 24), None, 10)
    graphs = [grown(task, pool, target, least=0.0)[0] for target in (0.1, 0.9, 1.01)]
    looked = [graph.looked.mean() for graph in graphs]
    assert looked == sorted(looked)
    assert looked[0] == pytest.approx(4 + 0.2 * 8 + 0.1 * 20, abs=1)
    assert graphs[-1].looked.min() == module.FURTHER[0][1]
    assert graphs[-1].probes == module.FURTHER[-1][1]


def test_the_outliers_look_into_more_lists(pool: ThreadPoolExecutor) -> None:
    vectors = np.concatenate([clusters(60, 40), unit(60, 32, 9)])
    graph, _ = grown(Task.of(vectors, None, 10), pool)
    assert graph.looked[-60:].min() >= module.STEPS[1][1]
    assert np.median(graph.looked[-60:]) == module.STEPS[-1][1]
    assert np.median(graph.looked) == module.STEPS[0][1]


def test_it_gives_up_early_on_rows_without_clusters(pool: ThreadPoolExecutor) -> None:
    graph, _ = grown(Task.of(unit(5000, 64), None, 10), pool)
    assert not graph.clustered
    assert graph.probes == module.STEPS[0][1]
    assert 0 < graph.recall < module.HOPELESS


def test_equal_rows_do_not_hide_each_other(pool: ThreadPoolExecutor) -> None:
    vectors = np.concatenate([np.repeat(unit(1, 32), 500, axis=0), clusters(40, 30)])
    task = Task.of(vectors, None, 10)
    graph, _ = grown(task, pool)
    similarities, ids = graph.search(slice(0, len(vectors)))
    assert share(similarities, task) > 0.95
    assert (ids[:500] < 500).all()


def test_looking_around_does_not_depend_on_who_is_first(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = Task.of(unit(1500, 24), None, module.HOPS)
    lists, everyone = Lists.make(task.vectors, 0, pool), np.arange(len(task.queries))

    def around(batch: int) -> tuple[list[list[int]], Floats]:
        monkeypatch.setattr(module, "BATCH", batch)
        graph = Graph.empty(task)
        graph.look_into(lists, everyone, lists.nearest(task, everyone, 3, pool), pool)
        graph.look_around(pool)
        return [sorted(line) for line in graph.ids.tolist()], np.sort(graph.similarities, axis=1)

    one, other = around(1), around(len(everyone))
    assert one[0] == other[0]
    np.testing.assert_array_equal(one[1], other[1])
