"""The catalogue: the user's rows untouched, and an id for each that is unique."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchkit.catalogue import ADDED_COLUMNS, Catalogue, output_names
from matchkit.config import Config
from matchkit.errors import CatalogueError, ConfigError

TITLES = ["red chair", "blue chair", "red chair", "green table"]


def frame(**columns: object) -> pl.DataFrame:
    return pl.DataFrame({**columns, "title": TITLES})


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"id": ["a", "b", "c", "d"]}, "id"),
        ({"Product ID": ["a", "b", "c", "d"]}, "Product ID"),
        ({"productId": [4, 9, 2, 7]}, "productId"),
        ({"SKU": ["a", "b", "c", "d"]}, "SKU"),
        ({"Artikel-Nr": ["a", "b", "c", "d"]}, "Artikel-Nr"),
        ({"tax_id": ["x", "y", "z", "w"], "id": ["a", "b", "c", "d"]}, "id"),
        ({"shop_id": ["1", "1", "2", "2"], "sku": ["a", "b", "c", "d"]}, "sku"),
        ({"item_id": ["a", "b", "c", "d"], "user_id": ["e", "f", "g", "h"]}, "item_id"),
        ({"": ["0", "1", "2", "3"]}, ""),
        ({"Unnamed: 0": [3, 1, 2, 4]}, "Unnamed: 0"),
        ({"stock": [3, 1, 2, 9]}, None),
        ({"id": ["a", "b", "b", "d"]}, None),
        ({"id": ["a", None, "b", "d"]}, None),
        ({"id": ["a", " ", "b", "d"]}, None),
        ({"id": ["a b", "c d", "e f", "g h"]}, None),
        ({"id": ["x" * 100 + str(i) for i in range(4)]}, None),
        ({"liquid": ["a", "b", "c", "d"]}, None),
    ],
)
def test_the_id_column_is_found(columns: dict[str, object], expected: str | None) -> None:
    table = frame(**columns)
    catalogue = Catalogue.read(table)
    assert catalogue.id_column == expected
    assert catalogue.frame.equals(table)
    values = ["1", "2", "3", "4"] if expected is None else [str(value) for value in table[expected]]
    assert catalogue.ids.to_list() == values
    assert any("numbered" in note for note in catalogue.notes) == (expected is None)


def test_an_id_that_repeats_is_told() -> None:
    notes = Catalogue.read(frame(id=["a", "b", "b", "d"])).notes
    assert notes == ("the column 'id' has repeated or missing values, so it is no id: rows are numbered from 1",)


def test_whole_numbers_saved_with_a_fraction_are_ids_without_it() -> None:
    assert Catalogue.read(frame(id=[1.0, 2.0, 3.0, 5.0])).ids.to_list() == ["1", "2", "3", "5"]


def test_a_named_id_is_taken_as_it_is_written() -> None:
    table = frame(code=[" a", "a", "A", "long id with blanks"])
    for config in (Config(id="code"), Config(columns={"code": "id"})):
        catalogue = Catalogue.read(table, config)
        assert (catalogue.id_column, catalogue.ids.to_list()) == ("code", table["code"].to_list())


def test_a_column_that_was_given_a_role_or_left_out_is_no_id() -> None:
    table = frame(id=["a", "b", "c", "d"])
    assert Catalogue.read(table, Config(ignore_columns=("id",))).id_column is None
    assert Catalogue.read(table, Config(columns={"id": "text"})).id_column is None


def test_named_ids_must_be_there_and_unique_with_lines(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text('id,title\na,"two\nlines"\nb,x\n,y\na,z\n')
    with pytest.raises(CatalogueError, match=r"c\.csv: the id column 'id' is empty in 1 of 4 rows \(line 5\).*--id"):
        Catalogue.read(path, Config(id="id"))
    path.write_text('id,title\na,"two\nlines"\nb,x\na,z\n')
    with pytest.raises(CatalogueError, match=r"values that repeat \('a' in line 2, 'a' in line 5\).*--id"):
        Catalogue.read(path, Config(id="id"))
    with pytest.raises(CatalogueError, match=r"the frame: .* \('a' in row 1, 'a' in row 2\)"):
        Catalogue.read(pl.DataFrame({"id": ["a", "a"], "t": ["x", "y"]}), Config(id="id"))


def test_only_twenty_repeated_ids_are_shown() -> None:
    table = pl.DataFrame({"id": ["a"] * 30, "t": ["x"] * 30})
    with pytest.raises(CatalogueError, match=r"in row 20 \.\.\.\)") as caught:
        Catalogue.read(table, Config(id="id"))
    assert str(caught.value).count("in row") == 20


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (Config(id="titel"), r"id: the frame has no column 'titel', did you mean 'title'\?"),
        (Config(ignore_columns=("Title",)), r"ignore_columns: .* 'Title', did you mean 'title'\?"),
        (Config(columns={"x": "text"}), r"columns: .* 'x', there is 'sku', 'title'"),
    ],
)
def test_columns_that_are_not_there_are_named(config: Config, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Catalogue.read(frame(sku=["a", "b", "c", "d"]), config)


def test_delimiter_and_encoding_are_taken_from_the_settings() -> None:
    data = io.BytesIO("id^title\n1^Größe, klein\n".encode("cp1250"))
    catalogue = Catalogue.read("-", Config(delimiter="^", encoding="cp1250"), stdin=data)
    assert catalogue.frame.rows() == [("1", "Größe, klein")]
    assert (catalogue.source, catalogue.format) == ("standard input", "csv")
    assert (catalogue.delimiter, catalogue.encoding) == ("^", "cp1250")


def test_a_guessed_encoding_is_told() -> None:
    catalogue = Catalogue.read("-", stdin=io.BytesIO("id,title\n1,Größe\n".encode("latin-1")))
    assert any("read as cp1252" in note for note in catalogue.notes)


def test_added_columns_give_way_to_the_users() -> None:
    assert output_names(["id", "title"]) == ({name: name for name in ADDED_COLUMNS}, ())
    names, notes = output_names(["entity_id", "matchkit_entity_id", "confidence"])
    assert names == {
        "entity_id": "matchkit_entity_id_2",
        "family_id": "family_id",
        "confidence": "matchkit_confidence",
        "needs_review": "needs_review",
    }
    assert len(notes) == 2
    catalogue = Catalogue.read(frame(entity_id=["a", "a", "b", "c"]))
    assert any("'entity_id' already" in note for note in catalogue.notes)


def test_values_have_columns_between_the_family_and_the_confidence() -> None:
    names, notes = output_names(["variant_size", "sku"], ["color", "size"])
    assert list(names) == ["entity_id", "family_id", "variant_color", "variant_size", "confidence", "needs_review"]
    assert names["variant_size"] == "matchkit_variant_size"
    assert notes == ("there is a column 'variant_size' already, so the new one is written as 'matchkit_variant_size'",)


@given(st.sets(st.sampled_from([p + n for n in ADDED_COLUMNS for p in ("", "matchkit_")] + ["x"])))
def test_output_names_are_new_and_different(columns: set[str]) -> None:
    names, notes = output_names(sorted(columns))
    assert list(names) == list(ADDED_COLUMNS)
    assert len(set(names.values()) | columns) == len(ADDED_COLUMNS) + len(columns)
    assert len(notes) == len(columns & set(ADDED_COLUMNS))
