"""Levels of agreement and ranks of pairs, against loops over single pairs."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchkit.levels import (
    CONFLICT_EDGES,
    CONFLICTS,
    EXACT,
    NUMBER_CONFLICT,
    SIMILARITIES,
    SIMILARITY_EDGES,
    LevelTable,
    pair_ranks,
    to_levels,
)

SHARE = st.one_of(st.just(math.nan), st.floats(0, 1, width=32), st.sampled_from([0.0, 0.5, 0.75, 1.0]))


def frame(**columns: list[float]) -> pl.DataFrame:
    names = {name.replace("__", "."): values for name, values in columns.items()}
    return pl.DataFrame(names, schema=dict.fromkeys(names, pl.Float32))


def naive_level(similarity: float, conflict: float | None, number: float) -> int:
    """The definition of a level, for one comparison of one pair."""
    if math.isnan(similarity):
        return -1
    level = sum(similarity >= edge for edge in SIMILARITY_EDGES)
    if conflict is None or level == EXACT:
        return int(level)
    column = NUMBER_CONFLICT if number > 0 else sum(conflict >= edge for edge in CONFLICT_EDGES)
    return int(level + SIMILARITIES * column)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(SHARE, st.floats(0, 1, width=32), st.sampled_from([0.0, 1.0])), max_size=12))
def test_levels_are_what_a_loop_finds(rows: list[tuple[float, float, float]]) -> None:
    rows = [(row[0], math.nan, math.nan) if math.isnan(row[0]) else row for row in rows]
    similarity, conflict, number = ([row[i] for row in rows] for i in range(3))
    found = to_levels(
        frame(
            title__similarity=similarity,
            title__rarity=[0.5] * len(rows),
            title__conflict=conflict,
            title__number_conflict=number,
            price__similarity=similarity,
            ignored__color=conflict,
        )
    )
    assert found.names == ("title", "price")
    assert found.sizes == (SIMILARITIES * CONFLICTS, SIMILARITIES)
    assert found.levels[:, 0].tolist() == [naive_level(*row) for row in rows]
    assert found.levels[:, 1].tolist() == [naive_level(row[0], None, 0) for row in rows]
    assert (found.rarity[:, 1] == 0).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1, width=32), min_size=2, max_size=20))
def test_more_alike_is_never_a_lower_level(values: list[float]) -> None:
    found = to_levels(frame(x__similarity=sorted(values))).levels[:, 0]
    assert (np.diff(found) >= 0).all()
    assert found.min() >= 0
    assert found.max() <= EXACT


def test_equality_is_the_highest_level_and_has_no_conflict() -> None:
    table = to_levels(frame(x__similarity=[1.0], x__rarity=[2.0], x__conflict=[0.9], x__number_conflict=[1.0]))
    assert table.levels.tolist() == [[EXACT]]
    assert table.rarity.tolist() == [[2.0]]


def test_missing_rarity_counts_for_nothing() -> None:
    table = to_levels(frame(x__similarity=[math.nan], x__rarity=[math.nan]))
    assert table.levels.tolist() == [[-1]]
    assert table.rarity.tolist() == [[0.0]]


def test_names_with_points_and_no_comparisons() -> None:
    assert to_levels(pl.DataFrame({"a.b.similarity": pl.Series([1.0], dtype=pl.Float32)})).names == ("a.b",)
    nothing = to_levels(frame(ignored__color=[0.0, 1.0]))
    assert nothing.names == ()
    assert nothing.levels.shape == (2, 0)


def test_tables_are_joined_and_chosen_from() -> None:
    table = to_levels(frame(x__similarity=[0.1, 0.7, math.nan, 1.0], x__rarity=[0.0, 1.0, 2.0, 3.0]))
    both = LevelTable.concat([table.only(np.array([0, 1])), table.only(np.array([2, 3]))])
    assert both.levels.tolist() == table.levels.tolist()
    assert both.rarity.tolist() == table.rarity.tolist()
    assert both.sizes == table.sizes
    turned = table.only(np.array([3, 0]))
    assert turned.levels.tolist() == [table.levels[3].tolist(), table.levels[0].tolist()]


def naive_ranks(pairs: list[tuple[int, int]], similarity: list[float]) -> list[int]:
    """Place of each pair in the sorted lists of both its records; ties go to the smaller neighbour."""

    def place(record: int, pair: int) -> int:
        def other(row: int) -> int:
            return pairs[row][1] if pairs[row][0] == record else pairs[row][0]

        mine = [row for row, ends in enumerate(pairs) if record in ends]
        return sorted(mine, key=lambda row: (-similarity[row], other(row))).index(pair)

    return [max(place(record, row) for record in ends) for row, ends in enumerate(pairs)]


def ranks(pairs: list[tuple[int, int]], similarity: list[float]) -> NDArray[np.int32]:
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    return pair_ranks(left, right, np.array(similarity, dtype=np.float32))


GRAPH = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda p: p[0] < p[1]), unique=True, max_size=15
)


@settings(max_examples=150, deadline=None)
@given(GRAPH, st.data())
def test_ranks_are_what_a_loop_finds(pairs: list[tuple[int, int]], data: st.DataObject) -> None:
    some = st.lists(st.sampled_from([0.25, 0.5, 0.75, 1.0]), min_size=len(pairs), max_size=len(pairs))
    similarity = data.draw(some)
    found = ranks(pairs, similarity)
    assert found.tolist() == naive_ranks(pairs, similarity)
    order = data.draw(st.permutations(range(len(pairs))))
    shuffled = ranks([pairs[row] for row in order], [similarity[row] for row in order])
    assert shuffled.tolist() == [found[row] for row in order]


def test_the_worse_side_decides() -> None:
    assert ranks([(0, 1), (1, 2), (2, 3)], [0.9, 0.8, 0.7]).tolist() == [0, 1, 1]
    assert ranks([], []).tolist() == []


@pytest.mark.parametrize("scale", [0.1, 3.0])
def test_only_the_order_of_similarities_counts(scale: float) -> None:
    pairs, similarity = [(0, 1), (0, 2), (1, 2), (2, 3)], [0.9, 0.1, 0.5, 0.7]
    assert ranks(pairs, [scale * value for value in similarity]).tolist() == ranks(pairs, similarity).tolist()
