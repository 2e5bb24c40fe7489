"""How often base records share values, against a naive twin, and what follows for their titles."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.bases import Bases
from matchkit.sharedvalues import SharedValues

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["red\x1fs", "red\x1fm", "navy\x1f", "\x1f", ""]), st.integers(1, 3)),
    min_size=1,
    max_size=12,
)


def count(rows: list[tuple[int, str, int]]) -> tuple[SharedValues, list[tuple[int, int]], int]:
    """Rows are base, item, and how many rows of the catalogue the record is."""
    names = sorted({base for base, _, _ in rows})
    base_of = np.array([names.index(base) for base, _, _ in rows], dtype=np.int64)
    bases = Bases(np.unique(base_of, return_index=True)[1], base_of, np.zeros(len(names), dtype=np.int64))
    pairs = list(combinations(range(len(names)), 2))
    left, right = ([pair[side] for pair in pairs] for side in (0, 1))
    candidates = pl.DataFrame({"left": left, "right": right}, schema={"left": pl.Int64, "right": pl.Int64})
    items = pl.Series([item for _, item, _ in rows], dtype=pl.String)
    times = np.array([times for *_, times in rows], dtype=np.int64)
    return SharedValues.count(bases, items, times, candidates), pairs, len(names)


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_shared_and_possible_values_are_what_a_loop_counts(rows: list[tuple[int, str, int]]) -> None:
    found, pairs, _ = count(rows)
    names = sorted({base for base, _, _ in rows})
    stated = [{item for base, item, _ in rows if base == name and item.strip("\x1f")} for name in names]
    assert found.shared.tolist() == [len(stated[a] & stated[b]) for a, b in pairs]
    kinds = [Counter(tuple(bool(part) for part in item.split("\x1f")) for item in items) for items in stated]
    possible = [sum(kinds[a][kind] * kinds[b][kind] for kind in kinds[a]) for a, b in pairs]
    assert found.possible.tolist() == possible


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_how_often_a_product_is_listed_twice_is_a_share(rows: list[tuple[int, str, int]]) -> None:
    # So many times that what is added for few pairs does not show.
    many = [(base, item, 200 * times) for base, item, times in rows]
    same, all_of = Counter[tuple[int, str]](), Counter[int]()
    for base, item, times in many:
        if item.strip("\x1f"):
            same[(base, item)] += times
            all_of[base] += times
    twice, every = (sum(n * (n - 1) / 2 for n in counted.values()) for counted in (same, all_of))
    assert count(many)[0].twice == pytest.approx(twice / every if every else 0.0, abs=0.02)


def likely(pairs: list[tuple[int, int]], together: int) -> np.ndarray:
    """Pairs of bases are likely one product where both belong to the same of several."""
    return np.array([0.99 if a // together == b // together else 0.01 for a, b in pairs])


SHADES = ["red", "navy", "black", "white", "green"]


def test_products_that_share_colours_like_any_two_are_told_apart() -> None:
    """Ten products in five colours each, paired up by their titles."""
    rows = [(base, shade, 1) for base, shade in product(range(10), SHADES)]
    found, pairs, _ = count(rows)
    chance = likely(pairs, 2)
    assert found.tell_apart(chance, chance > 0.5)


def test_halves_of_products_that_have_no_colour_in_common_are_not() -> None:
    """Five products whose colours were split between two titles."""
    rows = [
        (base, shade, 1)
        for base, place in product(range(10), range(5))
        for shade in [SHADES[place]]
        if (place < 2) == (base % 2 == 0)
    ]
    found, pairs, _ = count(rows)
    chance = likely(pairs, 2)
    assert not found.tell_apart(chance, chance > 0.5)


def test_where_too_little_is_stated_to_tell_they_count_as_different() -> None:
    found, pairs, _ = count([(base, "", 1) for base in range(10)])
    chance = likely(pairs, 2)
    assert found.tell_apart(chance, chance > 0.5)
    stated, pairs, _ = count([(base, shade, 1) for base, shade in product(range(10), SHADES)])
    assert stated.tell_apart(likely(pairs, 2), np.zeros(len(pairs), dtype=np.bool_))
    assert stated.tell_apart(np.zeros(len(pairs)), np.ones(len(pairs), dtype=np.bool_))


def test_where_products_are_listed_twice_anyway_shared_values_tell_nothing() -> None:
    rows = [(base, f"{shade} {base // 2}", 3) for base, shade in product(range(10), SHADES[:1])]
    found, pairs, _ = count(rows)
    chance = likely(pairs, 2)
    assert found.twice > 0.9
    assert found.tell_apart(chance, chance > 0.5)
