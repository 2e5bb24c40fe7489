"""Identical rows become one record; the order of the rows does not matter."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.catalogue import Catalogue
from matchkit.records import Records, id_order
from pairs.attributes import Attribute, Role

ATTRIBUTES = (
    Attribute("title", Role.TEXT, "title"),
    Attribute("price", Role.NUMBER, ""),
    Attribute("picture", Role.URL, ""),
)
CELLS = st.sampled_from(["oak", "Oak ", " OAK", "oak.", "öak", "", " ", "-", "N/A", "nan", None, "yoga mat"])
ROWS = st.lists(st.tuples(CELLS, st.sampled_from(["1", "1.0", None, "2"])), min_size=1, max_size=12)
Row = tuple[str | None, str | None]


def catalogue(rows: list[Row], ids: list[str] | None = None) -> Catalogue:
    columns = {
        "title": [row[0] for row in rows],
        "price": [row[1] for row in rows],
        "picture": [f"https://a.example/{number}.jpg" for number in range(len(rows))],
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    numbers = [str(number) for number in range(len(rows))] if ids is None else ids
    return Catalogue(frame, pl.Series("id", numbers, dtype=pl.String), "id", "test")


def distinct(rows: list[Row], ids: list[str] | None = None) -> Records:
    return Records.distinct(catalogue(rows, ids), ATTRIBUTES)


def naive(rows: list[Row]) -> list[int]:
    """For each row the first row that says the same; a row that says nothing is like no other."""
    same = [tuple(None if cell is None else cell.strip(" ").lower() for cell in row) for row in rows]
    missing = {"", "-", "n/a", "nan", None}
    return [
        number if all(cell in missing for cell in cells) else same.index(cells) for number, cells in enumerate(same)
    ]


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_as_the_naive_twin(rows: list[Row]) -> None:
    records = distinct(rows)
    assert records.rows[records.record_of].tolist() == naive(rows)
    assert len(records) == records.frame.height == records.normalised.height == len(set(naive(rows)))


@settings(max_examples=100, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list[Row], random: object) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one = distinct(rows)
    other = distinct([rows[place] for place in order], [str(place) for place in order])
    assert [str(row) for row in one.rows] == [str(order[row]) for row in other.rows]
    assert one.frame["title"].equals(other.frame["title"], null_equal=True)
    assert one.normalised.equals(other.normalised)
    assert {order[row]: record for row, record in enumerate(other.record_of.tolist())} == dict(
        enumerate(one.record_of.tolist())
    )


def test_the_smallest_id_stands_for_its_likes() -> None:
    rows: list[Row] = [("oak", "1")] * 3
    assert distinct(rows, ["10", "9", "100"]).rows.tolist() == [1]
    assert distinct(rows, ["b10", "b9", "b100"]).rows.tolist() == [0]


def test_what_is_not_compared_parts_no_rows_and_is_not_kept() -> None:
    records = distinct([("oak", "1"), ("oak", "1")])
    assert len(records) == 1
    assert records.frame.columns == records.normalised.columns == ["title", "price"]


def test_cells_stay_as_the_user_wrote_them() -> None:
    records = distinct([(" OAK ", "1,50")])
    assert records.frame.row(0) == (" OAK ", "1,50")
    assert records.normalised.row(0) == ("oak", 1.5)


def test_without_compared_columns_every_row_is_a_record() -> None:
    records = Records.distinct(catalogue([("oak", "1")] * 3), ATTRIBUTES[2:])
    assert records.record_of.tolist() == [0, 1, 2]
    assert len(records.frame) == len(records.normalised) == 3


def test_no_rows() -> None:
    assert len(distinct([])) == 0


@pytest.mark.parametrize(
    ("ids", "order"),
    [
        (["10", "9", "-1"], [2, 1, 0]),
        (["10", "9", "a"], [0, 1, 2]),
        (["010", "9", "8"], [0, 2, 1]),
        ([], []),
    ],
)
def test_ids_are_ordered_as_numbers_only_if_all_are(ids: list[str], order: list[int]) -> None:
    assert id_order(pl.Series("id", ids, dtype=pl.String)).to_list() == order
