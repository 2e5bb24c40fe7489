"""Entities and families: inside one another, never over a conflict, fewer or more as the user prefers."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchkit.classify import Verdict
from matchkit.clusters import Clusters, cluster, threshold
from matchkit.evidence import Evidence
from matchkit.levels import LevelTable

Pair = tuple[int, int, float, float]
RECORDS = 8
ODDS = st.one_of(st.just(-np.inf), st.floats(-12, 12), st.sampled_from([-3.0, 0.0, 3.0, 40.0]))


@st.composite
def graphs(draw: st.DrawFn) -> list[Pair]:
    """Pairs with the log odds of the same item and of the same product, the former never above the latter."""
    ends = st.tuples(st.integers(0, RECORDS - 1), st.integers(0, RECORDS - 1)).filter(lambda pair: pair[0] < pair[1])
    pairs = draw(st.lists(ends, unique=True, max_size=20))
    exact = [draw(ODDS) for _ in pairs]
    more = [draw(st.floats(0, 10)) for _ in pairs]
    return [
        (left, right, odds, max(odds, -10) + extra)
        for (left, right), odds, extra in zip(pairs, exact, more, strict=True)
    ]


def evidence(pairs: list[Pair]) -> Evidence:
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    none = np.empty((len(pairs), 0))
    levels = LevelTable((), none.astype(np.int16), none.astype(np.float32), ())
    ranks = np.zeros(len(pairs), dtype=np.int64)
    return Evidence(left, right, ranks, ranks, levels, pl.DataFrame(), pl.DataFrame())


def groups(pairs: list[Pair], prefer: float = 0.5, records: int = RECORDS) -> Clusters:
    exact, family = (np.array([pair[place] for pair in pairs], dtype=np.float64) for place in (2, 3))
    return cluster(records, evidence(pairs), Verdict(family, exact), prefer=prefer)


def partition(group: NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(group == name).tolist()) for name in set(group.tolist())}


@settings(max_examples=150, deadline=None)
@given(graphs(), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_what_holds_for_any_graph(pairs: list[Pair], prefer: float) -> None:
    found = groups(pairs, prefer)
    for group in (found.entity, found.family):
        assert len(group) == RECORDS
        assert all(group[name] == name for name in set(group.tolist()))
        assert (group <= np.arange(RECORDS)).all()
    for members in partition(found.entity):
        assert len({int(found.family[row]) for row in members}) == 1
    for left, right, exact, _ in pairs:
        assert exact > -np.inf or found.entity[left] != found.entity[right]


@settings(max_examples=100, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_does_not_matter(pairs: list[Pair], random: np.random.Generator) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)
    for ours, theirs in zip(
        (groups(pairs).entity, groups(pairs).family), (groups(shuffled).entity, groups(shuffled).family), strict=True
    ):
        assert ours.tolist() == theirs.tolist()


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_to_prefer_precision_makes_more_groups(pairs: list[Pair]) -> None:
    for kind in ("entity", "family"):
        counts = [len(set(getattr(groups(pairs, prefer), kind).tolist())) for prefer in (0, 0.25, 0.5, 0.75, 1)]
        if kind == "entity":
            assert counts == sorted(counts)
    assert len(set(groups([], 0).entity.tolist())) == RECORDS


def test_the_threshold() -> None:
    assert [threshold(prefer) for prefer in (0, 0.5, 1)] == [-3, 0, 3]
    middling = [(0, 1, 1.0, 1.0), (2, 3, -1.0, -1.0)]
    assert partition(groups(middling, records=4).entity) == {frozenset({0, 1}), frozenset({2}), frozenset({3})}
    assert len(partition(groups(middling, 0.0, 4).entity)) == 2
    assert len(partition(groups(middling, 1.0, 4).entity)) == 4


def test_likely_pairs_are_joined_and_variants_stay_apart() -> None:
    pairs = [(0, 1, 5.0, 6.0), (1, 2, -np.inf, 6.0), (0, 2, -np.inf, 6.0), (3, 4, -5.0, -4.0)]
    found = groups(pairs, records=5)
    assert found.entity.tolist() == [0, 0, 2, 3, 4]
    assert found.family.tolist() == [0, 0, 0, 3, 4]


def test_one_strong_pair_does_not_chain_two_groups() -> None:
    inside = [(a, b, 6.0, 6.0) for part in (range(4), range(4, 8)) for a in part for b in part if a < b]
    found = groups([*inside, (0, 4, 50.0, 50.0)])
    assert partition(found.entity) == {frozenset(range(4)), frozenset(range(4, 8))}


def test_a_conflict_inside_a_group_is_resolved_and_no_record_lost() -> None:
    pairs = [(0, 1, 8.0, 9.0), (0, 2, 7.0, 9.0), (1, 2, -np.inf, 9.0)]
    found = groups(pairs, 0.0, 3)
    assert found.entity.tolist() == [0, 0, 2]
    assert found.family.tolist() == [0, 0, 0]


@pytest.mark.parametrize("records", [0, 1, 5])
def test_without_pairs_every_record_is_alone(records: int) -> None:
    found = groups([], records=records)
    assert found.entity.tolist() == found.family.tolist() == list(range(records))
