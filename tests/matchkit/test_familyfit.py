"""Which base records are one product, and which members of a family are one item."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.evidence import Evidence
from matchkit.familyfit import (
    FamilyModel,
    family_log_odds,
    family_threshold,
    fit_families,
    group_bases,
    item_verdict,
    titles_differ,
)
from matchkit.levels import EXACT, LevelTable

NONE = float("nan")
Edges = dict[tuple[int, int], float]


def evidence(ignored: dict[str, list[float]], one_sided: dict[str, list[bool]] | None = None) -> Evidence:
    """Pairs of which only what tells items apart is known."""
    count = len(next(iter(ignored.values())))
    rows = np.arange(count, dtype=np.int64)
    columns = {f"ignored.{name}": values for name, values in ignored.items()}
    sides = {f"ignored.{name}": (one_sided or {}).get(name, [False] * count) for name in ignored}
    table = LevelTable((), np.zeros((count, 0), np.int16), np.zeros((count, 0), np.float32), ())
    return Evidence(
        rows,
        rows + 1,
        rows,
        rows,
        table,
        pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float32)),
        pl.DataFrame(sides),
    )


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-8, 8),
            st.sampled_from([0.0, 0.5, 1.0, NONE]),
            st.sampled_from([0.0, 1.0, NONE]),
            st.sampled_from([0.0, 1.0, NONE]),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_an_item_is_never_likelier_than_its_family(rows: list[tuple[float, float, float, float, bool]]) -> None:
    family = np.array([row[0] for row in rows])
    columns = {name: [row[place] for row in rows] for place, name in ((1, "color"), (2, "size"), (3, "number.ean"))}
    color = columns["color"]
    sided = [one and bool(np.isnan(value)) for (*_, one), value in zip(rows, color, strict=True)]
    verdict = item_verdict(family, evidence(columns, {"color": sided}))
    assert (verdict.exact <= verdict.family).all()
    assert (verdict.family >= family).all()
    for place, (_, color_apart, size_apart, number_apart, _) in enumerate(rows):
        impossible = 1.0 in (color_apart, size_apart, number_apart)
        assert (verdict.exact[place] == -np.inf) == impossible
        # Two article numbers are two items but say nothing against a family.
        assert (verdict.family[place] > family[place]) == (number_apart == 0)


def test_the_more_is_stated_alike_the_likelier_is_one_item() -> None:
    rows = {"same": (0.0, False), "neither": (NONE, False), "says less": (0.5, False), "one side": (NONE, True)}
    found = item_verdict(
        np.full(4, 3.0), evidence({"color": [c for c, _ in rows.values()]}, {"color": [o for _, o in rows.values()]})
    )
    exact = dict(zip(rows, found.exact.tolist(), strict=True))
    assert exact["same"] > exact["neither"] > exact["says less"]
    assert exact["neither"] > exact["one side"]
    assert np.isfinite(found.exact).all()


def test_without_anything_ignored_a_family_is_nearly_one_item() -> None:
    nothing = Evidence(
        np.zeros(1, np.int64), np.ones(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64),
        LevelTable((), np.zeros((1, 0), np.int16), np.zeros((1, 0), np.float32), ()), pl.DataFrame(), pl.DataFrame(),
    )  # fmt: skip
    verdict = item_verdict(np.array([4.0]), nothing)
    assert 0 < verdict.exact[0] <= 4
    assert verdict.family.tolist() == [4.0]


def grouped(count: int, edges: Edges, prefer: float = 0.5) -> list[int]:
    left, right = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    found: list[int] = group_bases(count, left, right, np.array(list(edges.values())), prefer).tolist()
    return found


def test_likely_pairs_are_joined_and_named_by_the_first() -> None:
    assert grouped(4, {(0, 2): 6.0, (1, 3): -6.0}) == [0, 1, 0, 3]
    assert grouped(3, {}) == [0, 1, 2]


def test_two_halves_joined_by_one_doubtful_link_stay_apart() -> None:
    halves: Edges = {pair: 6.0 for half in (range(4), range(4, 8)) for pair in combinations(half, 2)}
    assert grouped(8, halves | {(3, 4): 6.0}) == [0] * 4 + [4] * 4
    whole: Edges = {(a, b): 6.0 for a in range(4) for b in range(4, 8)}
    assert grouped(8, halves | whole) == [0] * 8


def test_what_is_impossible_outweighs_everything() -> None:
    edges: Edges = dict.fromkeys(combinations(range(5), 2), 9.0) | {(0, 4): -np.inf}
    found = grouped(5, edges)
    assert found[0] != found[4]
    assert grouped(2, {(0, 1): -np.inf}, prefer=0.0) == [0, 1]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(list(combinations(range(6), 2))), st.floats(-6, 6), max_size=15), st.booleans())
def test_groups_hold_whatever_the_pairs(edges: Edges, forbid: bool) -> None:
    if forbid and edges:
        edges[next(iter(edges))] = -np.inf
    found = grouped(6, edges)
    assert all(found[name] == name <= row for row, name in enumerate(found))
    backwards = dict(sorted(edges.items(), reverse=True))
    assert grouped(6, backwards) == found
    assert all(found[a] != found[b] for (a, b), odds in edges.items() if odds == -np.inf)


def test_precision_asks_for_more_than_recall() -> None:
    levels = [family_threshold(prefer) for prefer in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert levels == sorted(set(levels))
    chain: Edges = {(0, 1): 1.0, (2, 3): -2.0, (4, 5): 5.0}
    together = [len(set(grouped(6, chain, prefer))) for prefer in (0.0, 0.5, 1.0)]
    assert together == sorted(set(together))


NAMES = ("title", "brand", "price")
SIZES = (EXACT + 1) * 6


def compared(rows: list[tuple[int, int, int]]) -> Evidence:
    """Pairs by their levels of agreement: `EXACT` is the same, 0 nothing alike, -1 not known."""
    count = len(rows)
    numbers = np.arange(count, dtype=np.int64)
    levels = np.array(rows, dtype=np.int16).reshape(count, 3)
    table = LevelTable(NAMES, levels, np.zeros((count, 3), np.float32), (SIZES,) * 3)
    return Evidence(numbers, numbers + 1, numbers, numbers, table, pl.DataFrame(), pl.DataFrame())


STRANGERS = compared([(place % 3, (place % 5 == 0) * EXACT, place % 4) for place in range(400)])
SIBLINGS = compared([(EXACT, EXACT, place % 4) for place in range(200)])
CANDIDATES = compared([(6, EXACT, 0)] * 40 + [(4, 0, 2)] * 160)


@pytest.mark.parametrize("vary", [True, False])
def test_siblings_teach_what_agrees_inside_a_family(vary: bool) -> None:
    """They share their brand and never their price."""
    model = fit_families(CANDIDATES, SIBLINGS, STRANGERS, "title", titles_vary=vary)
    pairs = compared([(6, EXACT, 0), (6, 0, 0), (6, EXACT, EXACT), (2, 0, 0)])
    odds = family_log_odds(model, pairs, np.zeros(4, dtype=np.bool_))
    assert odds[0] > odds[1] > odds[3]
    price = abs(odds[2] - odds[0])
    assert odds[0] - odds[1] > price
    apart = family_log_odds(model, pairs, np.array([True, False, False, True]))
    assert apart.tolist() == [-np.inf, odds[1], odds[2], -np.inf]


def test_titles_that_may_not_vary() -> None:
    mixture = fit_families(CANDIDATES, SIBLINGS, STRANGERS, "title", titles_vary=False)
    pairs = compared([(EXACT, EXACT, 0), (6, EXACT, 0), (-1, EXACT, 0)])
    assert titles_differ(pairs, "title").tolist() == [False, True, False]
    assert titles_differ(pairs, None).tolist() == titles_differ(pairs, "other").tolist() == [False] * 3
    nothing = np.zeros(3, dtype=np.bool_)
    fixed = FamilyModel(mixture, "title", titles_vary=False).log_odds(pairs, nothing)
    free = FamilyModel(mixture, "title", titles_vary=True).log_odds(pairs, nothing)
    assert np.isneginf(fixed).tolist() == [False, True, False]
    assert fixed[[0, 2]].tolist() == free[[0, 2]].tolist()
    assert np.isfinite(free).all()


def test_no_siblings_and_no_candidates() -> None:
    few = fit_families(CANDIDATES, compared([]), STRANGERS, "title", titles_vary=True)
    none = fit_families(compared([]), compared([]), compared([]), "title", titles_vary=True)
    pairs = compared([(EXACT, EXACT, EXACT), (0, 0, 0)])
    for model in (few, none):
        odds = family_log_odds(model, pairs, np.zeros(2, dtype=np.bool_))
        assert np.isfinite(odds).all()
        assert odds[0] > odds[1]
