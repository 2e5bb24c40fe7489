"""One partner for each: against networkx, and whatever the order of the pairs."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchkit.assignment import one_to_one

Pairs = list[tuple[int, int, int]]


def pairs_of(size: int, rows: int, low: int = -3, high: int = 9) -> st.SearchStrategy[Pairs]:
    ends = st.integers(0, rows)
    return st.lists(
        st.tuples(ends, ends, st.integers(low, high)), max_size=size, unique_by=lambda pair: (pair[0], pair[1])
    )


def arrays(pairs: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    columns = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2].astype(np.float64)


def best_total(pairs: Pairs) -> int:
    graph = nx.Graph()
    graph.add_weighted_edges_from((("l", one), ("r", other), weight) for one, other, weight in pairs if weight > 0)
    return sum(graph[one][other]["weight"] for one, other in nx.max_weight_matching(graph))


@given(pairs_of(40, 12) | pairs_of(14, 4, 1, 2))
def test_the_total_is_that_of_networkx_and_no_row_is_taken_twice(pairs: Pairs) -> None:
    left, right, weight = arrays(pairs)
    chosen = one_to_one(left, right, weight)
    assert weight[chosen].sum() == best_total(pairs)
    assert len(set(left[chosen])) == len(set(right[chosen])) == chosen.sum()
    assert (weight[chosen] > 0).all()


@given(pairs_of(30, 6, 1, 3), st.randoms(use_true_random=False))
def test_ties_go_by_the_rows_and_not_by_the_order_of_the_pairs(pairs: Pairs, rng: object) -> None:
    left, right, weight = arrays(pairs)
    order = np.random.default_rng(rng.randrange(2**32)).permutation(len(pairs))  # type: ignore[attr-defined]
    shuffled = one_to_one(left[order], right[order], weight[order])
    assert (shuffled == one_to_one(left, right, weight)[order]).all()


def test_greed_would_lose() -> None:
    left, right = np.array([0, 0, 1]), np.array([0, 1, 0])
    assert one_to_one(left, right, np.array([5.0, 4.0, 4.0])).tolist() == [False, True, True]


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("-inf")])
def test_what_is_not_good_is_never_chosen(weight: float) -> None:
    assert not one_to_one(np.array([3]), np.array([7]), np.array([weight])).any()


def test_nothing_gives_nothing_and_certainty_is_allowed() -> None:
    none = np.empty(0, dtype=np.int64)
    assert one_to_one(none, none, none.astype(np.float64)).tolist() == []
    left, right = np.array([0, 0]), np.array([0, 1])
    assert one_to_one(left, right, np.array([np.inf, 3.0])).tolist() == [True, False]


def test_one_component_of_very_many_rows() -> None:
    rows = 100_000
    left = np.repeat(np.arange(rows), 2)
    right = left + np.tile([0, 1], rows)
    weight = np.where(left == right, 1.0, 3.0)
    chosen = one_to_one(left, right, weight)
    assert (right[chosen] == left[chosen] + 1).all()
    assert chosen.sum() == rows


@pytest.mark.parametrize("swap", [False, True])
def test_a_row_that_all_want(swap: bool) -> None:
    many, one = np.arange(50_000), np.zeros(50_000, dtype=np.int64)
    weight = 1 + np.arange(50_000) / 50_000
    chosen = one_to_one(*((one, many) if swap else (many, one)), weight)
    assert np.flatnonzero(chosen).tolist() == [49_999]


def test_many_small_components_are_each_solved() -> None:
    rows = 6_000
    left = np.repeat(np.arange(rows), 2)
    right = np.stack([np.arange(rows), np.arange(rows) ^ 1], axis=1).ravel()
    weight = np.random.default_rng(0).integers(1, 100, len(left)).astype(np.float64)
    chosen = one_to_one(left, right, weight)
    square = weight.reshape(-1, 2, 2)
    straight, crossed = square[:, 0, 0] + square[:, 1, 0], square[:, 0, 1] + square[:, 1, 1]
    assert weight[chosen].sum() == np.maximum(straight, crossed).sum()
