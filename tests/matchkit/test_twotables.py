"""Two tables stacked in one."""

from __future__ import annotations

import polars as pl
import pytest

from matchkit.config import Config
from matchkit.errors import CatalogueError, ConfigError
from matchkit.twotables import TwoTables

LEFT = pl.DataFrame({"id": ["1", "2", "10"], "title": ["red mug", "blue mug", "red mug"], "price": [3.5, 4.0, 3.5]})


def read(left: pl.DataFrame, right: pl.DataFrame, **settings: object) -> TwoTables:
    return TwoTables.read(left, right, Config().replace(**settings))


def test_rows_are_stacked_left_first_with_ids_that_cannot_collide() -> None:
    found = read(LEFT, LEFT.reverse())
    assert found.stacked.ids.to_list() == ["left:1", "left:2", "left:10", "right:10", "right:2", "right:1"]
    assert found.order.tolist() == [0, 1, 2, 5, 4, 3]
    assert found.stacked.frame.columns == ["title", "price"]
    assert found.left.frame.equals(LEFT)


@pytest.mark.parametrize(
    ("prices", "read_as"),
    [
        (["3,50", "4,00 EUR", None], [3.5, 4.0, None]),
        (["$3.50", "1,234.00", ""], [3.5, 1234.0, None]),
        ([3, 4, None], [3.0, 4.0, None]),
    ],
)
def test_numbers_of_two_types_mean_the_same(prices: list[object], read_as: list[float | None]) -> None:
    right = LEFT.with_columns(price=pl.Series(prices, strict=False))
    found = read(LEFT, right, columns={"price": "number:price"})
    records, lefts = found.records(found.understand().compared)
    values = records.normalised["price"].gather(records.record_of)
    assert values.to_list() == [3.5, 4.0, 3.5, *read_as]
    assert lefts == 2


def test_a_number_that_a_spreadsheet_made_a_float_is_the_same_number() -> None:
    codes = ["4006381333931", "4006381333948", "4006381333955"]
    right = LEFT.with_columns(ean=pl.Series([float(code) for code in codes]))
    found = read(LEFT.with_columns(ean=pl.Series(codes)), right)
    assert found.stacked.frame["ean"].to_list() == codes * 2


def test_identical_rows_are_one_record_in_their_table_but_never_across() -> None:
    found = read(LEFT, LEFT)
    records, lefts = found.records(found.understand().compared)
    assert (lefts, len(records)) == (2, 4)
    assert len(set(records.record_of[:3].tolist())) == 2
    assert records.record_of[0] == records.record_of[2] < lefts <= records.record_of[3:].min()
    assert sorted(records.rows.tolist()) == [0, 1, 3, 4]


def test_each_table_has_its_own_id() -> None:
    right = LEFT.rename({"id": "number"}).select("title", "price", "number")
    found = read(LEFT, right, left_id="id", right_id="number")
    assert (found.left.id_column, found.right.id_column) == ("id", "number")
    with pytest.raises(ConfigError, match="right_id: the right frame has no column 'numbr', did you mean 'number'"):
        read(LEFT, right, right_id="numbr")
    with pytest.raises(CatalogueError, match="make them unique, or name another column with --right-id"):
        read(LEFT, LEFT, right_id="title")


def test_roles_go_by_the_name_in_either_table() -> None:
    right = LEFT.rename({"title": "designation"})
    schema = read(LEFT, right, columns={"designation": "text"}).understand()
    assert next((a.name, str(a.role), a.kind) for a in schema.attributes) == ("title", "text", "")


def test_settings_about_columns_of_neither_table_are_refused() -> None:
    with pytest.raises(ConfigError, match="neither the left frame nor the right frame has a column 'prise'"):
        read(LEFT, LEFT, ignore_columns=("prise",))
    with pytest.raises(ConfigError, match=r"config is dict, not a matchkit\.Config"):
        TwoTables.read(LEFT, LEFT, {})  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="standard input can be read once only"):
        TwoTables.read("-", "-", Config())
