"""How a pair stands among its records' pairs, against a loop."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.competition import STANDING, competition

# Eighths add up exactly, and there are ties.
SCORE = st.integers(-8, 8).map(lambda eighths: eighths / 8)
Pair = tuple[int, int]


def naive(pairs: dict[Pair, float], pair: Pair, side: int, two_tables: bool) -> dict[str, float]:
    """The definitions in the docstring, for one side of one pair."""
    record = pair[side]
    mine = {p: s for p, s in pairs.items() if p[side] == record or (not two_tables and record in p)}
    others = [s for p, s in mine.items() if p != pair]
    other = max(others, default=0.0)
    return {
        "gap": pairs[pair] - other,
        "other": other,
        "rank": sum(s > pairs[pair] for s in others),
        "count": len(mine),
        "mean": sum(mine.values()) / len(mine),
    }


def run(pairs: dict[Pair, float], *, two_tables: bool, symmetric: bool = False) -> pl.DataFrame:
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    scores = np.array(list(pairs.values()), dtype=np.float32)
    return competition(left, right, scores, two_tables=two_tables, symmetric=symmetric)


def of_one_table(pairs: dict[Pair, float]) -> dict[Pair, float]:
    """Each pair once, on whichever side its records stand."""
    return {p: s for p, s in pairs.items() if p[0] != p[1] and not (p[0] > p[1] and p[::-1] in pairs)}


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.tuples(*[st.integers(0, 6)] * 2), SCORE, max_size=20), st.booleans())
def test_standing_is_what_a_loop_finds(pairs: dict[Pair, float], two_tables: bool) -> None:
    if not two_tables:
        pairs = of_one_table(pairs)
    found = run(pairs, two_tables=two_tables)
    assert set(found.dtypes) == {pl.Float32}
    for side, name in enumerate(("left", "right")):
        expected = [naive(pairs, pair, side, two_tables) for pair in pairs]
        for key in STANDING:
            np.testing.assert_allclose(found[f"{key}.{name}"], [row[key] for row in expected], rtol=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.tuples(*[st.integers(0, 6)] * 2), SCORE, max_size=20))
def test_sides_and_order_make_no_difference(pairs: dict[Pair, float]) -> None:
    pairs = of_one_table(pairs)
    found = run(pairs, two_tables=False, symmetric=True)
    swapped = run({pair[::-1]: score for pair, score in pairs.items()}, two_tables=False, symmetric=True)
    assert found.equals(swapped)
    backwards = run(dict(reversed(pairs.items())), two_tables=False, symmetric=True)
    assert found.equals(backwards.reverse())


def test_smaller_and_larger_of_both_sides() -> None:
    pairs = {(0, 1): 0.5, (0, 2): 1.0, (3, 1): 0.25}
    found = run(pairs, two_tables=True, symmetric=True)
    assert found["rank.min"].to_list() == [0, 0, 0]
    assert found["rank.max"].to_list() == [1, 0, 1]
    assert found["gap.min"].to_list() == [-0.5, 0.5, -0.25]
    assert found["gap.max"].to_list() == [0.25, 1.0, 0.25]


@pytest.mark.parametrize("two_tables", [True, False])
@pytest.mark.parametrize("symmetric", [True, False])
def test_no_pairs(two_tables: bool, symmetric: bool) -> None:
    found = run({}, two_tables=two_tables, symmetric=symmetric)
    some = run({(0, 1): 0.5}, two_tables=two_tables, symmetric=symmetric)
    assert found.height == 0
    assert found.schema == some.schema
