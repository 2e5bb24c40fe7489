"""Pairs two likely matches apart, against a loop over all pairs of neighbours."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit import closure
from matchkit.classify import Verdict
from matchkit.closure import two_steps, within
from matchkit.evidence import Evidence
from matchkit.levels import LevelTable

RECORDS = 9
Odds = dict[tuple[int, int], float]

GRAPHS = st.dictionaries(
    st.sampled_from(list(combinations(range(RECORDS), 2))), st.sampled_from([-2.0, 0.0, 0.5, 3.0]), max_size=20
)


def steps(odds: Odds, records: int = RECORDS) -> list[tuple[int, int]]:
    left, right = (np.array([pair[side] for pair in odds], dtype=np.int64) for side in (0, 1))
    none = np.empty((len(odds), 0))
    levels = LevelTable((), none.astype(np.int16), none.astype(np.float32), ())
    ranks = np.zeros(len(odds), dtype=np.int64)
    family = np.array(list(odds.values()), dtype=np.float64)
    evidence = Evidence(left, right, ranks, ranks, levels, pl.DataFrame(), pl.DataFrame())
    found = two_steps(records, evidence, Verdict(family, family))
    return list(zip(found[0].tolist(), found[1].tolist(), strict=True))


def naive(odds: Odds, largest: int = 100) -> list[tuple[int, int]]:
    near: dict[int, set[int]] = {record: set() for pair in odds for record in pair}
    for (a, b), value in odds.items():
        if value > 0:
            near[a].add(b)
            near[b].add(a)
    reached = {pair for others in near.values() if len(others) <= largest for pair in combinations(sorted(others), 2)}
    return sorted(reached - set(odds))


@settings(max_examples=200, deadline=None)
@given(GRAPHS)
def test_as_the_naive_twin(odds: Odds) -> None:
    assert steps(odds) == naive(odds)


@settings(max_examples=100, deadline=None)
@given(GRAPHS, st.sampled_from([1, 3, 10]), st.integers(0, 4))
def test_neither_block_size_nor_hubs_change_what_is_found(odds: Odds, paths: int, largest: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(closure, "_PATHS", paths)
        patch.setattr(closure, "_LARGEST_DEGREE", largest)
        assert steps(odds) == naive(odds, largest)


@settings(max_examples=50, deadline=None)
@given(GRAPHS)
def test_the_order_of_pairs_does_not_matter(odds: Odds) -> None:
    assert steps(dict(reversed(odds.items()))) == steps(odds)


@pytest.mark.parametrize("records", [0, 1, 5])
def test_nothing_compared_reaches_nothing(records: int) -> None:
    assert steps({}, records) == []


@pytest.mark.parametrize(("leaves", "found"), [(100, 100 * 99 // 2), (101, 0)])
def test_a_hub_connects_nothing(leaves: int, found: int) -> None:
    star = {(0, leaf): 1.0 for leaf in range(1, leaves + 1)}
    assert len(steps(star, leaves + 1)) == found


@settings(max_examples=100, deadline=None)
@given(GRAPHS, st.lists(st.integers(0, 3), min_size=RECORDS, max_size=RECORDS))
def test_within_finds_all_pairs_of_a_group_that_are_not_compared(odds: Odds, groups: list[int]) -> None:
    left, right = (np.array([pair[side] for pair in odds], dtype=np.int64) for side in (0, 1))
    none = np.empty((len(odds), 0))
    levels = LevelTable((), none.astype(np.int16), none.astype(np.float32), ())
    evidence = Evidence(left, right, left, left, levels, pl.DataFrame(), pl.DataFrame())
    found = within(np.array(groups), evidence)
    sizes = {group: groups.count(group) for group in groups}
    expected = [
        (a, b)
        for a, b in combinations(range(RECORDS), 2)
        if groups[a] == groups[b] and sizes[groups[a]] > 2 and (a, b) not in odds
    ]
    assert list(zip(found[0].tolist(), found[1].tolist(), strict=True)) == expected
