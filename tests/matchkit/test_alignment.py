"""Which columns of two tables say the same."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.alignment import AS_SET, Alignment
from matchkit.config import Config
from matchkit.errors import CatalogueError, ConfigError
from matchkit.headers import meanings
from matchkit.twotables import TwoTables

WORDS = np.array(["oak", "walnut", "desk", "lamp", "chair", "stool", "shelf", "round", "small", "garden", "kitchen"])
BRANDS = np.array(["Lumo", "Arden", "Kestrel", "Brunskar", "Olivarda"])


def names(seed: int, rows: int = 60) -> list[str]:
    rng = np.random.default_rng(seed)
    return [" ".join([*rng.choice(WORDS, 3), f"K{number % 40:03d}"]) for number in range(rows)]


def left_table(rows: int = 60) -> pl.DataFrame:
    rng = np.random.default_rng(1)
    return pl.DataFrame(
        {
            "id": [f"L{row}" for row in range(rows)],
            "title": names(5, rows),
            "brand": rng.choice(BRANDS, rows),
            "price": [f"{price:.2f}" for price in rng.uniform(5, 90, rows)],
            "ean": [f"{4006381333000 + row}" for row in range(rows)],
        }
    )


def right_table(rows: int = 60, **called: str) -> pl.DataFrame:
    return left_table(rows).with_columns(id=pl.format("R{}", "ean")).rename(called)


def aligned(left: pl.DataFrame, right: pl.DataFrame, **overrides: object) -> Alignment:
    return TwoTables.read(left, right, Config().replace(**overrides)).alignment


def pairs(found: Alignment) -> dict[str, str]:
    return {pair.left: pair.right for pair in found.columns}


def test_the_same_names_but_for_case_and_separators() -> None:
    found = aligned(left_table().rename({"title": "product_name"}), right_table(title="ProductName", brand="BRAND"))
    assert pairs(found) == {"product_name": "ProductName", "brand": "BRAND", "price": "price", "ean": "ean"}
    assert found.columns[0].reason.startswith("the same name")


def test_names_that_mean_the_same() -> None:
    found = aligned(left_table(), right_table(title="Bezeichnung", brand="maker", price="cost", ean="barcode"))
    assert pairs(found) == {"title": "Bezeichnung", "brand": "maker", "price": "cost", "ean": "barcode"}
    assert "both names mean brand" in found.columns[1].reason
    assert (found.left_only, found.right_only) == ((), ())


def test_names_that_say_nothing_go_by_content() -> None:
    found = aligned(left_table(), right_table(title="c1", brand="c2", ean="c4"))
    assert pairs(found) == {"title": "c1", "brand": "c2", "price": "price", "ean": "c4"}
    assert found.columns[0].reason == "both are taken for a title; 100 % of the values shared"


def test_numbers_alone_are_no_content() -> None:
    left = left_table().with_columns(rating=pl.int_range(60) % 5 + 1)
    right = right_table().with_columns(floors=pl.int_range(60) % 5 + 1)
    found = aligned(left, right)
    assert "rating" in found.left_only
    assert "floors" in found.right_only


def test_what_only_one_table_has_is_left_alone() -> None:
    found = aligned(left_table().with_columns(warehouse=pl.lit("x")), right_table().drop("price"))
    assert found.left_only == ("price", "warehouse")
    assert found.right_only == ()


def test_the_ids_are_not_aligned_unless_it_is_said() -> None:
    left, right = left_table(), left_table()
    assert "id" not in pairs(aligned(left, right))
    assert pairs(aligned(left, right, map={"id": "id"}))["id"] == "id"


def test_what_is_set_overrules() -> None:
    right = right_table().with_columns(name=pl.col("title"))
    assert pairs(aligned(left_table(), right))["title"] == "title"
    found = aligned(left_table(), right, map={"title": "name", "price": ""})
    assert pairs(found) == {"title": "name", "brand": "brand", "ean": "ean"}
    assert found.columns[0].reason == AS_SET
    assert "price" in found.left_only
    assert {"title", "price"} <= set(found.right_only)


def test_ignored_columns_are_not_aligned() -> None:
    found = aligned(left_table(), right_table(price="cost"), ignore_columns=("cost",))
    assert "price" in found.left_only
    assert "cost" in found.right_only


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"titel": "title"}, "the left frame, the left table, has no column 'titel', did you mean 'title'?"),
        ({"title": "titel"}, "the right frame, the right table, has no column 'titel', did you mean 'title'?"),
        ({"title": "brand", "brand": "brand"}, "'title' and 'brand' are both mapped to 'brand'"),
        ({"price": "price"}, "'price' of the left frame is left out of matching"),
    ],
)
def test_a_wrong_map_is_told(given: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError) as said:
        aligned(left_table(), right_table(), map=given, ignore_columns=("price",))
    assert words in str(said.value)


def test_tables_without_a_common_column_are_refused() -> None:
    left = pl.DataFrame({"foo": ["x y z", "u v w"], "sum": [1.5, 2.25]})
    right = pl.DataFrame({"bar": ["Anna", "Berta"], "when": ["2020-01-01", "2021-03-04"]})
    with pytest.raises(CatalogueError, match=r"no column of the left frame .* --map LEFT=RIGHT"):
        aligned(left, right)


@settings(deadline=None, max_examples=15)
@given(st.permutations(["title", "brand", "price", "ean"]), st.permutations(["title", "brand", "price", "ean"]))
def test_the_order_of_the_columns_does_not_matter(one: list[str], other: list[str]) -> None:
    right = right_table(20, brand="maker").rename({"title": "c1"})
    order = ["id", *({"brand": "maker", "title": "c1"}.get(name, name) for name in other)]
    found = aligned(left_table(20).select("id", *one), right.select(order))
    assert pairs(found) == {"title": "c1", "brand": "maker", "price": "price", "ean": "ean"}
    assert [pair.left for pair in found.columns] == one


def test_what_a_name_means() -> None:
    assert meanings("product price") == {"price"}
    assert meanings("Produktname") == {"title"}
    assert meanings("surname") == meanings("last_name") == {"family name"}
    assert meanings("c1") == frozenset()
