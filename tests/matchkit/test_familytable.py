"""Families in a table: counts by hand, the weakest link against networkx, and an order that is content's alone."""

from __future__ import annotations

import random
from typing import Any

import networkx as nx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.familytable import MANY_ITEMS, doubtful_families, family_table, natural

PAIR_SCHEMA = {"left_id": pl.String, "right_id": pl.String, "p_exact": pl.Float64, "p_variant": pl.Float64}


def table(rows: list[dict[str, Any]], pairs: list[tuple[str, str, float, float]]) -> pl.DataFrame:
    schema = dict.fromkeys(("id", "entity_id", "family_id", "base", "color", "size"), pl.String)
    frame = pl.DataFrame(rows, {**schema, "needs_review": pl.Boolean})
    return family_table(
        frame["id"],
        frame.select("entity_id", "family_id", pl.col("needs_review").fill_null(False)),
        frame["base"],
        frame.select("color", "size"),
        pl.DataFrame(pairs, PAIR_SCHEMA, orient="row"),
    )


def row(id: str, family: str, **further: Any) -> dict[str, Any]:
    return {"id": id, "entity_id": id, "family_id": family, **further}


ROWS = [
    row("10", "2", base="Tee", color="navy", size="10"),
    row("2", "2", base="Tee", color="black|white", size="8.5"),
    row("3", "2", base="Tee x", size="8", needs_review=True),
    row("4", "2", base=None, color="navy", size="8") | {"entity_id": "3"},
    row("5", "5", base="Mug", color="red"),
    row("6", "5", base="Mug", color="red") | {"entity_id": "5"},
    row("7", "7", base="Cup", color="red", size="m"),
    row("8", "7", base="Cup", color="red", size=None),
]
PAIRS = [
    ("2", "10", 0.1, 0.85),
    ("2", "3", 0.0, 0.7),
    ("10", "3", 0.1, 0.8),
    ("3", "4", 1.0, 0.0),
    ("4", "7", 0.1, 0.3),
    ("7", "8", 0.5, 0.49),
]


def test_a_family_is_told_in_one_row() -> None:
    assert table(ROWS, PAIRS).to_dicts() == [
        {
            "family_id": "2",
            "title": "Tee",
            "size": 3,
            "rows": 4,
            "varies_by": "color,size",
            "variant_color": "black|white | navy",
            "variant_size": "8 | 8.5 | 10",
            "weakest_link": "3 10",
            "probability": pytest.approx(0.9),
            "needs_review": True,
        },
        {
            "family_id": "7",
            "title": "Cup",
            "size": 2,
            "rows": 2,
            "varies_by": "",
            "variant_color": "red",
            "variant_size": "m",
            "weakest_link": "7 8",
            "probability": pytest.approx(0.99),
            "needs_review": False,
        },
    ]


def test_a_family_that_no_pairs_hold_together_has_no_weakest_link() -> None:
    found = table(ROWS, [pair for pair in PAIRS if "10" not in pair])
    assert found["probability"].to_list() == [None, pytest.approx(0.99)]
    assert found["weakest_link"].to_list() == [None, "7 8"]
    assert table(ROWS, [])["probability"].to_list() == [None, None]


def test_no_rows_no_families_and_no_attributes_do() -> None:
    none = table([], [])
    assert none.height == 0
    assert none.columns == table(ROWS, PAIRS).columns
    frame = pl.DataFrame(ROWS)
    bare = family_table(
        frame["id"],
        frame.select("entity_id", "family_id", needs_review=pl.lit(False)),
        frame["base"],
        pl.DataFrame(),
        pl.DataFrame(PAIRS, PAIR_SCHEMA, orient="row"),
    )
    assert bare["varies_by"].to_list() == ["", ""]
    assert bare.columns == [name for name in none.columns if not name.startswith("variant_")]


LEVELS = st.sampled_from([0.1, 0.3, 0.5, 0.9])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from("abc"), min_size=2, max_size=9),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), LEVELS), max_size=25),
    st.integers(0, 99),
)
def test_the_weakest_link_is_the_bottleneck_and_does_not_depend_on_the_order(
    families: list[str], edges: list[tuple[int, int, float]], seed: int
) -> None:
    ids = [str(place + 7) for place in range(len(families))]
    rows = [row(ids[place], family) for place, family in enumerate(families)]
    known = {(low, high): p for low, high, p in edges if low < high < len(ids)}
    pairs = [(ids[low], ids[high], 0.0, p) for (low, high), p in known.items()]
    found = table(rows, pairs)
    for family in set(families):
        members = [place for place, other in enumerate(families) if other == family]
        if len(members) < 2:
            assert family not in found["family_id"]
            continue
        (told,) = found.filter(pl.col("family_id") == family).to_dicts()
        graph = nx.Graph()
        graph.add_nodes_from(members)
        graph.add_weighted_edges_from((*edge, p) for edge, p in known.items() if set(edge) <= set(members))
        if not nx.is_connected(graph):
            assert told["probability"] is None
            continue
        tree = nx.maximum_spanning_tree(graph)
        assert told["probability"] == min(weight for _, _, weight in tree.edges(data="weight"))
        low, high = (ids.index(name) for name in told["weakest_link"].split())
        assert known[low, high] == told["probability"]
    chance = random.Random(seed)
    turned = [(b, a, p, q) if chance.random() < 0.5 else (a, b, p, q) for a, b, p, q in pairs]
    assert table(chance.sample(rows, len(rows)), chance.sample(turned, len(turned))).equals(found)


def test_values_are_in_the_order_a_reader_expects() -> None:
    given = ["xl", "10", "navy", "3xl", "8.5", "s", "m", "8", "xs", "l", "xxl", "500 ml", "50 ml"]
    expected = ["8", "8.5", "10", "50 ml", "500 ml", "xs", "s", "m", "l", "xl", "xxl", "3xl", "navy"]
    assert natural(given) == natural(reversed(given)) == expected
    assert natural(["", "é", "1.2.3", "1/2"]) == ["1/2", "1.2.3", "", "é"]


def test_families_to_look_at_are_told_with_the_reason_the_worst_first() -> None:
    families = pl.DataFrame(
        {
            "family_id": ["firm", "loose", "same", "huge", "looser", "apart"],
            "title": ["a", "b", "c", "d", None, "f"],
            "size": [2, 2, 2, MANY_ITEMS + 1, 3, 2],
            "varies_by": ["color", "color", "", "color", "", "size"],
            "weakest_link": ["1 2", "3 4", "5 6", "7 8", "9 10", None],
            "probability": [0.8, 0.79, 0.95, 0.9, 0.314, None],
        }
    )
    told = [(one.family_id, one.title, one.why) for one in doubtful_families(families)]
    assert told == [
        ("huge", "d", "201 items, perhaps mere look-alikes"),
        ("apart", "f", "no pair holds it together"),
        ("looser", "", "held together by 9 10 (0.31); its items differ in nothing that is ignored"),
        ("loose", "b", "held together by 3 4 (0.79)"),
        ("same", "c", "its items differ in nothing that is ignored"),
    ]
    assert doubtful_families(families.head(1)) == []
