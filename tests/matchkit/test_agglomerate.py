"""Average linkage against a slow and obvious twin, and what holds for any graph."""

from __future__ import annotations

from itertools import combinations
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchkit import agglomerate as module
from matchkit.agglomerate import agglomerate

Groups = NDArray[np.int64]
Graph = tuple[list[int], dict[tuple[int, int], float]]

UNKNOWN = -3.0
# Weights of four binary digits have exact sums; the many equal ones make ties.
WEIGHTS = st.one_of(
    st.just(-np.inf), st.sampled_from([4.0, 4.0, 4.0, 1.0, -4.0]), st.integers(-64, 64).map(lambda x: x / 16)
)


@st.composite
def graphs(draw: st.DrawFn, most: int = 9) -> Graph:
    """Groups to start from, and the weights of some pairs."""
    n = draw(st.integers(0, most))
    start = draw(st.lists(st.integers(0, max(n - 1, 0)), min_size=n, max_size=n))
    if draw(st.booleans()):
        start = list(range(n))
    known = draw(st.sets(st.sampled_from(list(combinations(range(n), 2))))) if n > 1 else set()
    return start, {pair: draw(WEIGHTS) for pair in sorted(known)}


def joined(graph: Graph, threshold: float = 0.0, order: list[int] | None = None) -> list[int]:
    start, weights = graph
    pairs = list(weights)
    pairs = pairs if order is None else [pairs[place] for place in order]
    left = np.array([pair[0] for pair in pairs], dtype=np.int64)
    right = np.array([pair[1] for pair in pairs], dtype=np.int64)
    weight = np.array([weights[pair] for pair in pairs])
    groups = agglomerate(np.array(start, dtype=np.int64), left, right, weight, unknown=UNKNOWN, threshold=threshold)
    return [int(group) for group in groups]


def naive(graph: Graph, threshold: float = 0.0) -> list[int]:
    """Look at all pairs of all pairs of groups, join the best two, begin again."""
    start, weights = graph
    members: dict[int, list[int]] = {}
    for name in dict.fromkeys(start):
        group = [record for record, other in enumerate(start) if other == name]
        members[group[0]] = group
    while True:
        best = None
        for a, b in combinations(sorted(members), 2):
            pairs = [(min(x, y), max(x, y)) for x in members[a] for y in members[b]]
            mean = sum(weights.get(pair, UNKNOWN) for pair in pairs) / len(pairs)
            if mean > threshold and (best is None or mean > best[0]):
                best = mean, a, b
        if best is None:
            break
        members[best[1]] += members.pop(best[2])
    name_of = {record: name for name, group in members.items() for record in group}
    return [name_of[record] for record in range(len(start))]


@settings(max_examples=400, deadline=None)
@given(graphs(), st.sampled_from([-3.0, -1.0, 0.0, 0.5, 3.0]))
def test_as_the_naive_twin(graph: Graph, threshold: float) -> None:
    assert joined(graph, threshold) == naive(graph, threshold)


@settings(max_examples=300, deadline=None)
@given(graphs(most=14), st.sampled_from([-1.0, 0.0, 0.5]), st.integers(1, 5))
def test_a_few_components_at_a_time_make_no_difference(graph: Graph, threshold: float, pairs: int) -> None:
    whole = joined(graph, threshold)
    with patch.object(module, "_AT_ONCE", pairs):
        assert joined(graph, threshold) == whole


@settings(max_examples=30, deadline=None)
@given(graphs(most=20))
def test_as_the_naive_twin_for_larger_graphs(graph: Graph) -> None:
    assert joined(graph) == naive(graph)


@settings(max_examples=150, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_pairs_does_not_matter(graph: Graph, random: object) -> None:
    order = list(range(len(graph[1])))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert joined(graph, order=order) == joined(graph)


@given(st.lists(st.floats(-4, 4), min_size=6, max_size=6), st.permutations(range(6)))
def test_nor_does_it_where_sums_of_weights_are_not_exact(weights: list[float], order: list[int]) -> None:
    graph = list(range(4)), dict(zip(combinations(range(4), 2), weights, strict=True))
    assert joined(graph, order=list(order)) == joined(graph)


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_groups_hold_their_starting_groups_and_are_named_by_their_first_member(graph: Graph) -> None:
    groups = joined(graph)
    for a, b in combinations(range(len(groups)), 2):
        if graph[0][a] == graph[0][b]:
            assert groups[a] == groups[b]
    assert all(group == groups.index(group) for group in groups)


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_no_two_records_kept_apart_are_joined_unless_they_began_together(graph: Graph) -> None:
    start, weights = graph
    groups = joined(graph)
    for (a, b), weight in weights.items():
        if weight == -np.inf and start[a] != start[b]:
            # Two starting groups that hold such a pair never meet.
            assert groups[a] != groups[b]


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_in_the_end_nothing_is_left_to_join(graph: Graph) -> None:
    groups = joined(graph, 1.0)
    again = joined((groups, graph[1]), 1.0)
    assert again == groups


@pytest.mark.parametrize("weight", [4.0, 3.7, 0.1])
def test_one_strong_pair_does_not_chain_two_groups(weight: float) -> None:
    halves = [pair for part in ((0, 1, 2), (3, 4, 5)) for pair in combinations(part, 2)]
    graph = list(range(6)), {**dict.fromkeys(halves, weight), (2, 3): weight}
    assert joined(graph) == [0, 0, 0, 3, 3, 3]


def test_many_tied_records_are_one_group() -> None:
    n = 300
    left, right = np.triu_indices(n, 1)
    groups = agglomerate(np.arange(n), left, right, np.full(len(left), 4.0), unknown=UNKNOWN)
    assert set(groups.tolist()) == {0}


def test_ties_go_to_the_first_position() -> None:
    graph = [0, 1, 2], {(0, 1): 4.0, (1, 2): 4.0, (0, 2): -np.inf}
    assert joined(graph) == [0, 0, 2]
