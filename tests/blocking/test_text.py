"""Which columns are short, and what the composed texts are."""

from __future__ import annotations

import datetime as dt
import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking.text import column_text, compose, short_columns

cells = st.one_of(st.none(), st.text(alphabet="ab \t", max_size=5))


@settings(deadline=None)
@given(st.lists(st.tuples(cells, cells), max_size=8))
def test_compose_joins_what_is_there(rows: list[tuple[str | None, str | None]]) -> None:
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.String}, orient="row")
    wanted = [" ".join(cell.strip() for cell in row if cell and cell.strip()) for row in rows]
    composed = compose(frame, ["a", "b"])
    assert composed.dtype == pl.String
    assert composed.to_list() == wanted


def test_compose_follows_the_order_of_the_columns() -> None:
    frame = pl.DataFrame({"a": ["x"], "b": ["y"]})
    assert compose(frame, ["b", "a"]).to_list() == ["y x"]
    assert compose(frame, []).to_list() == [""]
    assert compose(frame.clear(), ["a"]).to_list() == []


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pl.Series([1, None]), ["1", None]),
        (pl.Series([1.0, 2.5, math.nan, None]), ["1", "2.5", None, None]),
        (pl.Series([True, None]), ["true", None]),
        (pl.Series([dt.date(2020, 1, 2)]), ["2020-01-02"]),
        (pl.Series([["a", None, "b"], [], None]), ["a b", None, None]),
        (pl.Series(["x", " y ", "", " \n"], dtype=pl.Categorical), ["x", "y", None, None]),
        (pl.Series([None, None]), [None, None]),
    ],
)
def test_any_column_becomes_text(values: pl.Series, texts: list[str | None]) -> None:
    assert column_text(values).to_list() == texts


def test_short_is_up_to_sixty_characters_or_twice_the_title() -> None:
    frame = pl.DataFrame(
        {
            "about": ["d" * 81, "d" * 81],
            "name": ["t" * 40, "t" * 40],
            "maker": ["m" * 79, None],
            "price": [9.5, 10.0],
            "empty": [None, " "],
        }
    )
    assert short_columns(frame, "name", ["about", "maker", "name", "price", "empty"]) == [
        "name",
        "maker",
        "price",
    ]
    assert short_columns(frame, "price", ["about", "maker", "name"]) == ["price", "name"]
    assert short_columns(frame, None, ["about", "maker", "name"]) == ["name"]


def test_missing_values_do_not_make_a_column_short() -> None:
    frame = pl.DataFrame({"name": ["abc"] * 4, "about": ["d" * 100, None, "", " "]})
    assert short_columns(frame, "name", ["about"]) == ["name"]


def test_the_shortest_column_stands_in_where_none_is_short() -> None:
    frame = pl.DataFrame({"a": ["x" * 100], "b": ["y" * 90], "none": [None]})
    assert short_columns(frame, None, ["a", "b", "none"]) == ["b"]
    assert short_columns(frame, "none", ["a", "b"]) == ["b"]


def test_a_table_without_values_has_its_title_at_most() -> None:
    frame = pl.DataFrame({"a": [None, None]})
    assert short_columns(frame, "a", ["a"]) == ["a"]
    assert short_columns(frame, None, ["a"]) == []
