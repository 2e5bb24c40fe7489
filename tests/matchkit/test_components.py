"""What hangs together, against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from matchkit.components import components


def slow(count: int, left: np.ndarray, right: np.ndarray) -> list[int]:
    graph = sparse.coo_matrix((np.ones(len(left)), (left, right)), shape=(count, count))
    label = connected_components(graph, directed=False)[1]
    return [int(np.flatnonzero(label == each).min()) for each in label]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=30))
def test_as_scipy_tells(edges: list[tuple[int, int]]) -> None:
    left, right = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    assert components(15, left, right).tolist() == slow(15, left, right)


@pytest.mark.parametrize("seed", range(3))
def test_long_chains_and_many_edges(seed: int) -> None:
    random = np.random.default_rng(seed)
    nodes = random.permutation(3_000)
    left, right = nodes[:-1], nodes[1:]
    assert not components(3_000, left, right).any()
    kept = random.random(len(left)) < 0.9
    assert components(3_000, left[kept], right[kept]).tolist() == slow(3_000, left[kept], right[kept])


def test_no_edges_and_no_nodes() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert components(3, none, none).tolist() == [0, 1, 2]
    assert components(0, none, none).tolist() == []
