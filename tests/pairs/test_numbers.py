from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pairs.numbers import _read, parse_number, relative_gap

NUMBERS = [
    ("12", 12),
    ("12.5", 12.5),
    ("12,5", 12.5),
    ("$1,299.00", 1299),
    ("1,299.00", 1299),
    ("1.299,00 €", 1299),
    ("1 299,00", 1299),
    ("1'299.00", 1299),
    ("1\u00a0299,50 kr", 1299.5),
    ("1,299", 1299),
    ("1.299 €", 1299),
    ("1.299", 1.299),
    ("0,125", 0.125),
    ("0.125", 0.125),
    ("1,234,567", 1234567),
    ("1.234.567", 1234567),
    ("1.234.567,89", 1234567.89),
    ("EUR 5", 5),
    ("5 EUR", 5),
    ("USD 19.99", 19.99),
    ("£12", 12),
    ("US$ 12", 12),
    ("R$ 1.299,90", 1299.9),
    ("Rs. 450", 450),
    ("¥1200", 1200),
    ("12,-", 12),
    ("12.-", 12),
    ("7.50 %", 7.5),
    ("-3.5", -3.5),
    ("+3.5", 3.5),
    (".5", 0.5),
    ("1e3", 1000),
    ("  42  ", 42),
    ("007", 7),
    ("1299.", 1299),
    ("1,29,900", 129900),
]


@pytest.mark.parametrize(("cell", "number"), NUMBERS)
def test_numbers_are_parsed(cell: str, number: float) -> None:
    assert parse_number(pl.Series([cell])).to_list() == [pytest.approx(number, rel=1e-12)]


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        " ",
        "-",
        "N/A",
        "nan",
        "inf",
        "free",
        "12 apples",
        "a12",
        "12-14",
        "1/2",
        "10:30",
        "12 oz",
        "$",
        "€ -",
        "1.2.3",
        "..",
        "12 13 cats",
    ],
)
def test_what_is_no_number_is_null(cell: str | None) -> None:
    assert parse_number(pl.Series([cell], dtype=pl.String)).to_list() == [None]


def test_numeric_columns_pass_through() -> None:
    assert parse_number(pl.Series("p", [1, 2, None])).to_list() == [1.0, 2.0, None]
    parsed = parse_number(pl.Series("p", [1.5, float("nan")]))
    assert parsed.to_list() == [1.5, None]
    assert parsed.name == "p"
    assert parsed.dtype == pl.Float64
    assert parse_number(pl.Series("p", ["3", "x"])).name == "p"


@given(st.floats(-1e7, 1e7).map(lambda x: round(x, 2)))
@example(0.0)
def test_written_prices_are_read_back(number: float) -> None:
    english = f"{number:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    written = [english, german, f"${english}", f"{german} €", f"EUR {german}", f"{number:.2f}"]
    assert parse_number(pl.Series(written)).to_list() == [number] * len(written)


def naive_gap(a: float | None, b: float | None) -> float:
    if a is None or b is None or math.isnan(a) or math.isnan(b):
        return math.nan
    if a == b:
        return 0.0
    return min(abs(a - b) / max(abs(a), abs(b)), 1.0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.one_of(st.none(), st.floats(-1e30, 1e30), st.sampled_from([0.0, math.nan]))] * 2), max_size=20
    )
)
def test_relative_gap_equals_its_naive_twin(rows: list[tuple[float | None, float | None]]) -> None:
    left, right = (pl.Series([row[i] for row in rows], dtype=pl.Float64) for i in (0, 1))
    gap = relative_gap(left, right)
    assert gap.dtype == np.float32
    np.testing.assert_allclose(gap, [naive_gap(*row) for row in rows], rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(gap, relative_gap(right, left))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.none(),
            st.from_regex(r"[+-]?[0-9]{1,4}([.,][0-9]{1,4}){0,2}( ?(€|usd))?", fullmatch=True),
            st.text(alphabet="0123456789.,+-e €٣\n", max_size=8),
            st.sampled_from(["nan", "inf", "1e400", "9" * 400]),
        ),
        max_size=8,
    )
)
def test_plain_cells_are_read_as_all_others(cells: list[str | None]) -> None:
    values = pl.Series("price", cells, dtype=pl.String)
    slow = _read(values)
    slow = slow.set(slow.is_infinite() | slow.is_nan(), None)
    found = parse_number(values)
    assert found.to_list() == slow.to_list()
    assert found.name == "price"
