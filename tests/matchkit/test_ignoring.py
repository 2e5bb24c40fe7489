"""What the user names is found: described attributes, columns, known attributes; and mistakes are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.errors import ConfigError
from matchkit.ignoring import ignored_notes, resolve_ignored, resolve_required, resolve_within
from matchkit.schema import understand
from pairs.familyview import Varying
from pairs.vocabulary import READERS

ROWS = 12
COLUMNS: Mapping[str, list[Any]] = {
    "sku": [f"k{row}" for row in range(ROWS)],
    "title": [f"Mug number {chr(97 + row)} of clay" for row in range(ROWS)],
    "shop": ["north", "south"] * 6,
    "colour_code": ["09", "10", "11"] * 4,
    "colour_group_name": ["navy", "black", "dark red", "green"] * 3,
    "main colour": ["blue", "black"] * 6,
    "Size, EU": ["38", "39", "40"] * 4,
    "volume": ["500 ml", "1 l", "2 l", "3 l"] * 3,
    "color_temperature": ["2700", "3000", "4000"] * 4,
    "color image": ["https://shop.example/a.jpg", "https://shop.example/b.jpg"] * 6,
    "finish": [None] * ROWS,
    "surface": ["matte", "gloss"] * 6,
    "option1_value": ["red", "tall", "M", "oak"] * 3,
}


def catalogue(**further: list[Any]) -> Catalogue:
    return Catalogue.read(pl.DataFrame({**COLUMNS, **further}, strict=False))


def resolved(given: Catalogue | None = None, **settings: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.name, one.columns) for one in full(given, **settings)]


def full(given: Catalogue | None = None, **settings: Any) -> tuple[Varying, ...]:
    config, read = Config(**settings), given or catalogue()
    return resolve_ignored(config, read, understand(read, config))


COLORS = ("colour_group_name", "main colour", "colour_code")


def test_without_a_word_color_and_size_are_ignored() -> None:
    found = full()
    assert [(one.name, one.columns) for one in found] == [("color", COLORS), ("size", ("Size, EU", "volume"))]
    assert [one.readers for one in found] == [READERS["color"], READERS["size"]]


@pytest.mark.parametrize("name", ["color", "Colour", "colours", "Farbe", "COLOR"])
def test_a_known_attribute_goes_by_any_spelling_and_takes_all_its_columns(name: str) -> None:
    assert resolved(ignore=[name]) == [("color", COLORS)]


def test_a_column_of_the_attributes_own_name_comes_first() -> None:
    read = catalogue(Color=["white"] * 6 + ["black"] * 6)
    assert resolved(read, ignore=["color"]) == [("color", ("Color", *COLORS))]


def test_one_column_of_an_attribute_is_that_column_alone_and_is_read_from_titles_too() -> None:
    (one,) = full(ignore=["colour_group_name"])
    assert one == Varying("colour_group_name", ("colour_group_name",), READERS["color"])
    (two,) = full(ignore=["surface"])
    assert two == Varying("surface", ("surface",), ())
    assert resolved(ignore=["option1_value"]) == [("option1_value", ("option1_value",))]


def test_names_of_one_attribute_are_one() -> None:
    assert resolved(ignore=["color", "colour", "main colour"]) == [
        ("color", ("main colour", "colour_group_name", "colour_code"))
    ]
    assert resolved(ignore=["main colour", "colour_code"]) == [("color", ("main colour", "colour_code"))]


def test_commas_separate_names_unless_a_column_has_one() -> None:
    assert resolved(ignore=["surface, color"]) == [("surface", ("surface",)), ("color", COLORS)]
    assert resolved(ignore=["size, eu"]) == [("Size, EU", ("Size, EU",))]


def test_a_measure_is_a_size_unless_it_is_named_itself_or_has_no_unit() -> None:
    assert resolved(ignore=["size", "storage"]) == [("size", ("Size, EU",)), ("capacity", ("volume",))]
    books = catalogue(volume=[str(row) for row in range(1, ROWS + 1)])
    assert resolved(books, ignore=["size"]) == [("size", ("Size, EU",))]
    assert resolved(books, ignore=["volume"]) == [("capacity", ("volume",))]


def test_described_attributes_go_before_columns_and_known_attributes() -> None:
    described = {
        "Finish": {"values": ["matte"], "column": "Surface"},
        "color": {"values": ["greige"], "column": "shop"},
    }
    finish, color = full(ignore=["finish", "color"], attributes=described)
    assert (finish.name, finish.columns) == ("Finish", ("surface",))
    assert finish.readers[0].canonical("Matte") == ("matte",)
    assert (color.name, color.columns) == ("color", ("shop", *COLORS))
    assert color.readers[0].canonical("Greige") == ("greige",)
    assert color.readers[1:] == READERS["color"]
    assert len({reader.name for reader in color.readers}) == 2
    (column_only,) = full(ignore=["coat"], attributes={"coat": {"column": "surface"}})
    assert column_only == Varying("coat", ("surface",), ())


def test_columns_left_out_or_given_another_meaning_are_not_taken() -> None:
    assert resolved(ignore=["color"], ignore_columns=["main colour"]) == [
        ("color", ("colour_group_name", "colour_code"))
    ]
    assert resolved(ignore=["color"], columns={"main colour": "category:brand"}) == [
        ("color", ("colour_group_name", "colour_code"))
    ]
    assert resolved(ignore=["color"], columns={"surface": "category:color"})[0][1][0] == "surface"
    earlier = {name: ["1"] * ROWS for name in ("entity_id", "family_id", "variant_color", "confidence", "needs_review")}
    assert resolved(catalogue(**earlier), ignore=["color"]) == [("color", COLORS)]


def test_the_order_of_rows_does_not_matter() -> None:
    frame = pl.DataFrame(COLUMNS, strict=False)
    backwards = Catalogue.read(frame.reverse())
    assert full(Catalogue.read(frame)) == full(backwards)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"ignore": ["colr"]}, r"ignore: 'colr' is neither a column of the frame nor a known attribute, did you mean"),
        ({"ignore": ["colr"]}, r"Attributes: color, size, pack.*Columns: title, shop"),
        ({"ignore": ["xyzzy"]}, r"'xyzzy' is neither a column of the frame nor a known attribute\. Attributes:"),
        ({"ignore": ["colr", "surfac"]}, r"'colr' is neither.*; ignore: 'surfac' .* 'surface'"),
        ({"require": ["gloss"]}, r"require: 'gloss' is neither"),
        ({"ignore": ["sku"]}, r"ignore: 'sku' is the id of the rows"),
        ({"ignore": ["title"]}, r"ignore: 'title' is what the records are called"),
        ({"ignore": ["color"], "require": ["Farbe"]}, r"require: 'color' is ignored too"),
        ({"ignore": ["surface"], "require": ["SURFACE"]}, r"require: 'SURFACE' is ignored too"),
        ({"require": ["pack size,size"]}, r"require: 'size' is ignored too"),
        ({"within": "shp"}, r"within: the frame has no column 'shp', did you mean 'shop'"),
        ({"ignore": ["x"], "attributes": {"x": {"column": "finsh"}}}, r"in the column 'finsh', which is not there"),
        ({"ignore": ["base"], "attributes": {"base": {"values": ["x"]}}}, r"attributes: 'base': "),
    ],
)
def test_mistakes_are_told(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        full(**settings)


def test_what_is_required_is_found_in_the_same_way_and_never_ignored() -> None:
    config, read = Config(ignore=("color",), require=("main colour", "gender")), catalogue()
    schema = understand(read, config)
    assert resolve_required(config, read, schema) == (
        Varying("main colour", ("main colour",), READERS["color"]),
        Varying("gender", (), READERS["gender"]),
    )
    (color,) = resolve_ignored(config, read, schema)
    assert color.columns == ("colour_group_name", "colour_code")


def test_within_is_a_column_in_whatever_case() -> None:
    assert resolve_within(Config(), catalogue()) is None
    assert resolve_within(Config(within="Shop"), catalogue()) == "shop"


def test_what_helped_nothing_is_noted() -> None:
    config, read = Config(ignore=("finish", "surface", "voltage"), attributes={"coat": {"values": ["x"]}}), catalogue()  # type: ignore[dict-item]
    found = resolve_ignored(config, read, understand(read, config))
    empty = "the column 'finish' is empty: ignoring it changed nothing"
    unused = "the attribute 'coat' is described but not ignored: add it to 'ignore' or --ignore"
    assert ignored_notes(found, config, read) == (empty, unused)
    assert ignored_notes(found, config, read, {"surface": 12}) == (
        empty,
        "no value of 'voltage' was found: ignoring it changed nothing",
        unused,
    )
    usual = Config()
    assert ignored_notes(resolve_ignored(usual, read, understand(read)), usual, read, {}) == ()
