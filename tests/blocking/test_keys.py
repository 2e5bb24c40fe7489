"""Pairs of rows that share a key, against a twin that tries every pair."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from blocking.keys import key_pairs, link_key_pairs

keys = st.lists(st.one_of(st.none(), st.sampled_from("abc")), max_size=25)


def series(values: list[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def all_pairs(values: list[str | None]) -> list[tuple[int, int]]:
    rows = range(len(values))
    return [(i, j) for i, j in itertools.combinations(rows, 2) if values[i] is not None and values[i] == values[j]]


def groups(pairs: list[tuple[int, int]], rows: int) -> set[frozenset[int]]:
    """The rows that a chain of pairs connects."""
    if not rows:
        return set()
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    _, labels = connected_components(coo_array((np.ones(len(left)), (left, right)), shape=(rows, rows)))
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in labels}


@settings(deadline=None)
@given(keys)
def test_small_blocks_are_paired_in_full(values: list[str | None]) -> None:
    pairs, capped = key_pairs(series(values))
    assert pairs.schema == {"left": pl.UInt32, "right": pl.UInt32}
    assert pairs.rows() == all_pairs(values)
    assert capped == 0


@settings(deadline=None)
@given(keys, st.integers(1, 12))
def test_capped_blocks_stay_connected_at_linear_cost(values: list[str | None], max_block: int) -> None:
    pairs, capped = key_pairs(series(values), max_block=max_block)
    full = all_pairs(values)
    found = pairs.rows()
    assert found == sorted(set(found))
    assert set(found) <= set(full)
    sizes = [values.count(key) for key in "abc"]
    assert capped == sum(size > max(max_block, 1) for size in sizes)
    assert len(found) <= sum(
        size * (size - 1) // 2 if size <= max_block else min(5 * size, size * (size - 1) // 2) for size in sizes
    )
    assert groups(found, len(values)) == groups(full, len(values))


def test_a_huge_block_does_not_explode() -> None:
    pairs, capped = key_pairs(pl.Series(["same"] * 20_000))
    assert capped == 1
    assert len(pairs) == 5 * 20_000
    neighbours = pl.concat([pairs["left"], pairs["right"]]).value_counts()["count"]
    assert neighbours.min() == neighbours.max() == 10


def test_order_of_other_rows_and_other_keys_do_not_matter() -> None:
    values: list[str | None] = ["x", None, "y", "x", "y", None, "x"]
    renamed = [{"x": "2", "y": "1", None: None}[value] for value in values]
    assert key_pairs(series(values))[0].equals(key_pairs(series(renamed))[0])


@pytest.mark.parametrize("values", [[], [None], [None, None], ["a"], ["a", "b", None]])
def test_nothing_to_pair(values: list[str | None]) -> None:
    pairs, capped = key_pairs(series(values))
    assert pairs.shape == (0, 2)
    assert pairs.schema == {"left": pl.UInt32, "right": pl.UInt32}
    assert capped == 0


@settings(deadline=None)
@given(keys, keys)
def test_two_tables_are_paired_in_full(left: list[str | None], right: list[str | None]) -> None:
    pairs, capped = link_key_pairs(series(left), series(right))
    wanted = [(i, j) for i, key in enumerate(left) for j, other in enumerate(right) if key is not None and key == other]
    assert pairs.schema == {"left": pl.UInt32, "right": pl.UInt32}
    assert pairs.rows() == wanted
    assert capped == 0


@settings(deadline=None)
@given(keys, keys, st.integers(1, 4))
def test_large_blocks_of_two_tables_give_every_row_a_partner(
    left: list[str | None], right: list[str | None], max_block: int
) -> None:
    pairs, capped = link_key_pairs(series(left), series(right), max_block=max_block)
    found = pairs.rows()
    assert found == sorted(set(found))
    assert all(left[i] is not None and left[i] == right[j] for i, j in found)
    assert {i for i, _ in found} == {i for i, key in enumerate(left) if key is not None and key in right}
    assert {j for _, j in found} == {j for j, key in enumerate(right) if key is not None and key in left}
    large = [key for key in "abc" if left.count(key) * right.count(key) > max_block**2]
    assert capped == len(large)
    for key in large:
        assert sum(left[i] == key for i, _ in found) == max(left.count(key), right.count(key))
