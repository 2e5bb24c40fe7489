"""Nearest neighbours against brute force, exact and approximate."""

from __future__ import annotations

from dataclasses import replace

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking import index, scan
from blocking.graph import Graph
from blocking.index import nearest, pair_similarities
from blocking.search import Floats, Ids, Task


def unit(rows: int, dims: int, seed: int = 0) -> Floats:
    vectors: Floats = np.random.default_rng(seed).standard_normal((rows, dims)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def near_duplicates(groups: int, dims: int, seed: int = 0) -> Floats:
    """Four noisy copies of each of so many vectors, shuffled."""
    vectors = np.repeat(unit(groups, dims, seed), 4, axis=0) + 0.8 * unit(4 * groups, dims, seed + 1)
    order = np.random.default_rng(seed + 2).permutation(4 * groups)
    found: Floats = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True))[order]
    return found


def brute(vectors: Floats, k: int, queries: Floats | None = None) -> tuple[list[list[int]], Floats]:
    asked = vectors if queries is None else queries
    similarities = (asked.astype(np.float64) @ vectors.T.astype(np.float64)).astype(np.float32)
    if queries is None:
        np.fill_diagonal(similarities, -np.inf)
    order = np.argsort(-similarities, axis=1, kind="stable")[:, : min(k, len(vectors) - (queries is None))]
    return order.tolist(), similarities


def share_found(wanted: list[list[int]], ids: Ids) -> float:
    hits = sum(len(set(line) & set(near)) for line, near in zip(wanted, ids.tolist(), strict=True))
    return hits / sum(map(len, wanted))


@pytest.fixture(params=["lists", "fast scan"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One of the two approximate searches; the lists come first, so for the other it must fail."""
    if request.param == "fast scan":
        no_lists(monkeypatch)
    return str(request.param)


def no_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(cls: type[Graph], task: Task, *_: object) -> Graph:
        return replace(cls.empty(task), recall=-1.0, clustered=False)

    monkeypatch.setattr(Graph, "grow", classmethod(fail))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 12), st.booleans(), st.integers(0, 99))
def test_exact_search_equals_brute_force(rows: int, k: int, asked: bool, seed: int) -> None:
    vectors, queries = unit(rows, 16, seed), unit(7, 16, seed + 1) if asked else None
    wanted, similarities = brute(vectors, k, queries)
    found, ids, report = nearest(vectors, k, queries=queries)
    assert found.shape == ids.shape == (7 if asked else rows, k)
    for row, (line, near) in enumerate(zip(ids.tolist(), found, strict=True)):
        count = len(wanted[row])
        assert line == wanted[row] + [-1] * (k - count)
        assert near[:count] == pytest.approx(similarities[row, wanted[row]], abs=1e-6)
        assert (near[count:] == -np.inf).all()
    assert (report.kind, report.recall, report.rows, report.k) == ("exact", 1.0, rows, k)


def test_ties_go_to_the_smaller_row() -> None:
    vectors = np.repeat(unit(2, 8), 30, axis=0)
    _, ids, _ = nearest(vectors, 5)
    assert ids[0].tolist() == [1, 2, 3, 4, 5]
    assert ids[3].tolist() == [0, 1, 2, 4, 5]
    assert ids[40].tolist() == [30, 31, 32, 33, 34]


def test_similarities_are_the_same_seen_from_either_side() -> None:
    vectors = unit(50, 33)
    found, ids, _ = nearest(vectors, 49)
    table = {(row, other): found[row, at] for row, line in enumerate(ids.tolist()) for at, other in enumerate(line)}
    assert all(table[pair] == table[pair[::-1]] for pair in table)


def test_approximate_search_finds_near_duplicates(kind: str) -> None:
    vectors = near_duplicates(500, 64)
    wanted, similarities = brute(vectors, 3)
    found, ids, report = nearest(vectors, 3, exact_limit=100)
    assert report.kind == kind
    assert (report.probes > 0) == (kind == "lists")
    assert (report.depth >= 100) == (report.subquantisers > 0) == (kind == "fast scan")
    assert share_found(wanted, ids) >= 0.95
    assert report.recall == pytest.approx(share_found(wanted, ids), abs=0.03)
    rows = np.arange(len(vectors))[:, None]
    assert (ids != rows).all()
    assert found == pytest.approx(similarities[rows, ids], abs=1e-6)
    assert (np.diff(found, axis=1) <= 0).all()


def test_recall_is_measured_and_search_widened(monkeypatch: pytest.MonkeyPatch) -> None:
    no_lists(monkeypatch)
    ladder = ((8, 20), (16, 40), (16, 100), (32, 200))
    monkeypatch.setattr(scan, "LADDER", ladder)
    vectors = unit(1500, 64)
    wanted, _ = brute(vectors, 5)
    steps = []
    for target in (0.0, 0.4, 0.7, 0.95):
        _, ids, report = nearest(vectors, 5, exact_limit=100, target_recall=target)
        assert report.recall == pytest.approx(share_found(wanted, ids), abs=0.05)
        assert report.recall >= target
        steps.append(ladder.index((report.subquantisers, report.depth)))
    assert steps == sorted(steps)
    assert steps[0] == 0
    assert steps[-1] > 0


def test_search_is_exact_where_no_step_is_good_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    no_lists(monkeypatch)
    monkeypatch.setattr(scan, "LADDER", ((2, 10), (4, 12)))
    vectors = unit(600, 32)
    wanted, _ = brute(vectors, 5)
    _, ids, report = nearest(vectors, 5, exact_limit=10)
    assert ids.tolist() == wanted
    assert (report.kind, report.subquantisers) == ("exact", 0)
    monkeypatch.setattr(index, "FALLBACK_LIMIT", 100)
    _, _, report = nearest(vectors, 5, exact_limit=10)
    assert (report.kind, report.subquantisers) == ("fast scan", 4)
    assert 0 < report.recall < 0.95


@pytest.mark.parametrize("limit", [10, 10_000])
def test_threads_and_batches_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch, limit: int, kind: str) -> None:
    vectors = near_duplicates(300, 64)
    before = faiss.omp_get_max_threads()
    results: list[tuple[Floats, Ids]] = []
    for threads, batch in ((1, 8192), (2, 100), (3, 333)):
        monkeypatch.setattr(index, "QUERY_BATCH", batch)
        found, ids, report = nearest(vectors, 5, exact_limit=limit, threads=threads)
        assert report.kind == (kind if limit == 10 else "exact")
        results.append((found, ids))
    assert faiss.omp_get_max_threads() == before
    for found, ids in results[1:]:
        assert found.tobytes() == results[0][0].tobytes()
        assert (ids == results[0][1]).all()


def test_dims_that_the_quantiser_does_not_divide(kind: str) -> None:
    vectors = near_duplicates(500, 67)
    wanted, _ = brute(vectors, 3)
    _, ids, report = nearest(vectors, 3, exact_limit=10)
    assert report.kind == kind
    assert share_found(wanted, ids) >= 0.95


def test_few_queries_against_many_rows_are_exact() -> None:
    vectors = unit(5000, 8)
    assert nearest(vectors, 3, queries=vectors[:10], exact_limit=300)[2].kind == "exact"
    assert nearest(vectors, 3, queries=vectors[:100], exact_limit=300, target_recall=0)[2].kind != "exact"


def test_rows_of_zeros_do_no_harm(kind: str) -> None:
    vectors = near_duplicates(200, 64)
    vectors[::3] = 0
    for limit in (10, 10_000):
        found, ids, report = nearest(vectors, 4, exact_limit=limit)
        assert (found[::3] == 0).all()
        assert (ids >= 0).all()
        assert report.recall >= 0.95
        assert report.kind in (kind, "exact")


@pytest.mark.parametrize("count", [40, 700])
def test_queries_find_their_copies_in_the_other_table(kind: str, count: int) -> None:
    vectors = near_duplicates(500, 64)
    queries = vectors[3 : 3 + count] + 0.1 * unit(count, 64, 9)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    wanted, similarities = brute(vectors, 4, queries)
    found, ids, report = nearest(vectors, 4, queries=queries, exact_limit=10)
    assert report.kind == kind
    assert (ids[:, 0] == np.arange(3, 3 + count)).all()
    assert share_found(wanted, ids) >= 0.95
    assert found == pytest.approx(np.take_along_axis(similarities, ids, axis=1), abs=1e-6)


@pytest.mark.parametrize(("rows", "asked", "k"), [(0, 0, 3), (0, 4, 3), (5, 0, 3), (5, 4, 0), (1, None, 2)])
def test_nothing_to_find(rows: int, asked: int | None, k: int) -> None:
    queries = None if asked is None else unit(asked, 8)
    found, ids, report = nearest(unit(rows, 8) if rows else np.empty((0, 8), np.float32), k, queries=queries)
    assert found.shape == ids.shape == (rows if asked is None else asked, k)
    if rows < 2:
        assert (ids == -1).all()
    assert report.recall == 1.0


def test_progress_counts_up_to_the_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "QUERY_BATCH", 40)
    seen: list[tuple[int, int]] = []
    nearest(unit(100, 8), 3, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(40, 100), (80, 100), (100, 100)]


def test_progress_never_goes_back_when_another_search_is_tried() -> None:
    seen: list[int] = []
    _, _, report = nearest(unit(3000, 64), 9, exact_limit=10, progress=lambda done, _: seen.append(done))
    assert report.kind != "lists"
    assert seen == sorted(set(seen))
    assert seen[-1] == 3000


def test_pair_similarities_are_cosines() -> None:
    lefts, rights = unit(20, 16), unit(30, 16, 1)
    left, right = np.arange(20), np.arange(20)[::-1] + 5
    wanted = [float(lefts[at] @ rights[to]) for at, to in zip(left, right, strict=True)]
    assert pair_similarities(lefts, rights, left, right) == pytest.approx(wanted, abs=1e-6)
    assert pair_similarities(lefts[:, ::2], rights[:, ::2], left, right).shape == (20,)
    assert (pair_similarities(lefts, lefts, left, left) <= 1).all()
    assert pair_similarities(lefts, rights, left[:0], right[:0]).shape == (0,)
