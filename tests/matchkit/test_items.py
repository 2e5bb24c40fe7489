"""Items inside families and the pairs told about, against naive twins."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit import items as module
from matchkit.items import items, member_pairs

CELL = st.one_of(st.none(), st.sampled_from(["1", "2"]))
ROWS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["red", "navy", ""]), CELL, CELL), max_size=9)
Row = tuple[int, str, str | None, str | None]


def found_items(rows: list[Row]) -> list[int]:
    columns = {"color": pl.String, "number.ean": pl.String, "number.isbn": pl.String}
    values = pl.DataFrame([(row[1] or None, *row[2:]) for row in rows], schema=columns, orient="row")
    family = np.array([row[0] for row in rows], dtype=np.int64)
    found: list[int] = items(family, pl.Series([row[1] for row in rows], dtype=pl.String), values).tolist()
    return found


def naive_items(rows: list[Row]) -> list[int]:
    keys: list[tuple[object, ...]] = [row[:2] for row in rows]
    for column in (2, 3):
        stated = defaultdict(set)
        for key, row in zip(keys, rows, strict=True):
            if row[column] is not None:
                stated[key].add(row[column])
        only = {key: next(iter(numbers)) for key, numbers in stated.items() if len(numbers) == 1}
        keys = [(*key, only.get(key, row[column])) for key, row in zip(keys, rows, strict=True)]
    return [keys.index(key) for key in keys]


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_items_are_what_a_loop_finds(rows: list[Row]) -> None:
    assert found_items(rows) == naive_items(rows)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Two numbers are two items, whatever else is the same.
        ([(0, "red", "1", None), (0, "red", "2", None)], [0, 1]),
        # A record without one goes to the only one it could have ...
        ([(0, "red", None, None), (0, "red", "1", None), (0, "red", "1", None)], [0, 0, 0]),
        # ... and stays by itself where there are two.
        ([(0, "red", "1", None), (0, "red", None, None), (0, "red", "2", None)], [0, 1, 2]),
        # One number in two colours, or in two families, is not one item.
        ([(0, "red", "1", None), (0, "navy", "1", None), (1, "red", "1", None)], [0, 1, 2]),
        ([(0, "red", "1", "1"), (0, "red", "1", "2")], [0, 1]),
    ],
)
def test_article_numbers(rows: list[Row], expected: list[int]) -> None:
    assert found_items(rows) == expected


def test_without_numbers_the_signature_decides() -> None:
    signature = pl.Series(["red", "red", "", "", "red"])
    family = np.array([0, 0, 0, 0, 1], dtype=np.int64)
    assert items(family, signature, pl.DataFrame()).tolist() == [0, 0, 2, 2, 4]
    assert items(family, signature, pl.DataFrame({"color": ["a", "b", "c", "d", "e"]})).tolist() == [0, 0, 2, 2, 4]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=14), st.integers(2, 6))
def test_pairs_are_what_a_loop_finds(rows: list[tuple[int, int]], most: int) -> None:
    # Groups are named by their first member.
    family = [[row[0] for row in rows].index(row[0]) for row in rows]
    item = [rows.index(row) for row in rows]
    expected: set[tuple[int, int]] = set()
    for name in set(family):
        members = [row for row, of in enumerate(family) if of == name]
        if len(members) <= most:
            expected.update(combinations(members, 2))
            continue
        expected.update((members[0], member) for member in members[1:])
        expected.update(zip(members, members[1:], strict=False))  # noqa: RUF007
        for one in {item[member] for member in members}:
            same = [member for member in members if item[member] == one]
            expected.update(zip(same, same[1:], strict=False))  # noqa: RUF007
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_ALL_PAIRS", most)
        left, right = member_pairs(np.array(family, dtype=np.int64), np.array(item, dtype=np.int64))
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == sorted(expected)


def test_a_large_family_is_told_in_few_pairs() -> None:
    family = np.zeros(5_000, dtype=np.int64)
    left, right = member_pairs(family, np.arange(5_000) % 7)
    assert 4_999 <= len(left) <= 3 * 5_000
    assert set(left.tolist()) | set(right.tolist()) == set(range(5_000))
