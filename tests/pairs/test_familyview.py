"""Products without what they vary in: from columns, options and titles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from pairs.attributes import Attribute, Role
from pairs.familyview import FamilyView, Varying, family_view, names_beside
from pairs.normalise import normalise
from pairs.vocabulary import READERS
from pairs.vocabulary.custom import user_attribute

ROLES = {
    "title": (Role.TEXT, "title"),
    "name": (Role.TEXT, "title"),
    "description": (Role.TEXT, "description"),
    "color": (Role.CATEGORY, "color"),
    "shade": (Role.CATEGORY, "color"),
    "size": (Role.CATEGORY, "size"),
    "pack": (Role.CATEGORY, "pack"),
    "brand": (Role.CATEGORY, "brand"),
    "ean": (Role.IDENTIFIER, "gtin"),
    "price": (Role.NUMBER, "price"),
    "option1_value": (Role.CATEGORY, "option"),
    "option2_value": (Role.CATEGORY, "option"),
}


def ignoring(name: str, *columns: str) -> Varying:
    return Varying(name, columns, READERS.get(name, ()))


COLOR, SIZE = ignoring("color"), ignoring("size")


def view(
    data: dict[str, list[Any]],
    ignored: Sequence[Varying] = (COLOR, SIZE),
    required: Sequence[Varying] = (),
    group: Sequence[int] | None = None,
) -> FamilyView:
    frame = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String))
    attributes = [Attribute(name, *ROLES.get(name, (Role.CATEGORY, ""))) for name in data]
    groups = np.array(group if group is not None else [0] * frame.height, dtype=np.int64)
    found = family_view(frame, attributes, normalise(frame, attributes), ignored, required, groups)
    heights = {len(found.base), found.view.records.height, len(found.item)}
    heights |= {part.height for part in (found.view.ignored, found.parting) if part.width}
    assert heights == {frame.height}
    assert [a.name for a in found.view.attributes] == found.view.records.columns
    return found


def values(found: FamilyView, name: str) -> list[str | None]:
    return found.view.ignored[name].to_list()


def test_a_column_says_the_value_and_titles_lose_it_too() -> None:
    found = view(
        {
            "title": ["Mug - Red", "Mug - Black", "Mug - Zinnia", "Mug - Navy"],
            "color": ["RED", "black", "Zinnia", None],
            "brand": ["A", "A", "A", None],
        },
        [ignoring("color", "color")],
    )
    assert found.base.to_list() == ["Mug"] * 4
    assert found.view.records.to_dict(as_series=False) == {"title": ["mug"] * 4, "brand": ["a", "a", "a", None]}
    assert values(found, "color") == ["red", "black", "zinnia", "navy"]
    assert found.item.n_unique() == 4


def test_where_titles_do_not_repeat_the_column_their_words_are_names() -> None:
    animals = ["Black Cat", "Red Fox", "Green Frog", "Blue Whale"]
    found = view(
        {"title": [f"{animal} Tee" for animal in animals for _ in "ab"], "color": ["White", "Navy"] * 4},
        [ignoring("color", "color")],
    )
    assert found.view.records["title"].to_list() == [f"{animal} tee".lower() for animal in animals for _ in "ab"]
    assert values(found, "color") == ["white", "navy"] * 4


def test_missing_titles_and_cells() -> None:
    found = view(
        {"title": ["Mug Red", None, "", "N/A", "Red"], "color": ["red", "Zinnia", "-", None, "red"]},
        [ignoring("color", "color")],
    )
    assert found.base[1] is None
    assert found.view.records["title"].to_list() == ["mug", None, None, None, "red"]
    assert values(found, "color")[:4] == ["red", "zinnia", None, None]


def test_a_title_that_is_only_a_value_keeps_it() -> None:
    titles = ["Red", "Black", "Red / S", "Mug Navy"]
    found = view({"title": titles})
    assert all(base for base in found.base)
    assert found.view.records["title"].null_count() == 0


def test_several_columns_of_one_attribute() -> None:
    """The first that says anything is shown, but items differ in any of them."""
    found = view(
        {
            "title": ["Mug"] * 4,
            "shade": ["Blue", "Blue", None, "Blue"],
            "color": ["Dark Blue", "Light Blue", "Red", "dark blue"],
        },
        [ignoring("color", "shade", "color")],
    )
    assert values(found, "color") == ["blue", "blue", "red", "blue"]
    same = np.equal.outer(found.item.to_numpy(), found.item.to_numpy())
    assert np.argwhere(np.triu(same, 1)).tolist() == [[0, 3]]
    assert found.view.records.columns == ["title"]


OPTIONS: dict[str, list[Any]] = {
    "title": ["Tee"] * 5,
    "option1_name": ["Size", "Colour", None, "Finish", "Title"],
    "option1_value": ["M", "Red", "Foo", "Matte", None],
    "option2_name": ["Color", "Size", "", "Size", None],
    "option2_value": ["Navy", "L", None, "XL", None],
}


def test_options_belong_to_the_attribute_that_the_column_beside_names() -> None:
    found = view(OPTIONS)
    assert values(found, "color") == ["navy", "red", None, None, None]
    assert values(found, "size") == ["m", "l", None, "xl", None]
    assert values(found, "option") == [None, None, "foo", "matte", None]
    assert found.view.records.columns == ["title"]
    assert not {"color", "size"} & set(found.parting.columns)
    assert found.item.n_unique() == 5


def test_an_option_of_an_attribute_that_is_not_ignored_parts_products() -> None:
    found = view(OPTIONS, [COLOR])
    assert found.parting["size"].to_list() == ["m", "l", None, "xl", None]
    assert values(found, "color") == ["navy", "red", None, None, None]
    assert "size" not in found.view.ignored.columns


def test_options_without_a_name_column() -> None:
    found = view({"title": ["Tee", "Tee"], "option1_value": ["Red", "Foo"]})
    assert values(found, "option") == ["red", "foo"]


@pytest.mark.parametrize(
    ("column", "names"),
    [
        ("option1_value", ["option1_name"]),
        ("Option1 Value", ["Option1 Name"]),
        ("OPTION1_VALUE", ["OPTION1_NAME"]),
        ("option1", []),
    ],
)
def test_the_column_beside(column: str, names: list[str]) -> None:
    assert names_beside(column) == names


def test_what_is_not_ignored_parts_products() -> None:
    titles = ["Tee Red S", "Tee Black M", "Cola Red 330 ml", "Cola Red 6 x 330 ml", "Cola Red 500 ml"]
    found = view({"title": titles}, [COLOR])
    assert found.base.to_list() == ["Tee S", "Tee M", "Cola 330 ml", "Cola 6 x 330 ml", "Cola 500 ml"]
    size, pack = found.parting["size"].to_list(), found.parting["pack"].to_list()
    assert size[:2] == ["s", "m"]
    assert size[2] != size[4]
    assert pack == ["1", "1", "1", "6", "1"]
    assert "color" not in found.parting.columns


def test_columns_that_are_not_ignored_part_products_too() -> None:
    found = view({"title": ["Tee Red"] * 3, "size": ["S", "M", None], "pack": ["6", None, "12"]}, [COLOR])
    assert found.parting["size"].to_list() == ["s", "m", None]
    pack = found.parting["pack"].to_list()
    assert (pack[0], pack[2]) == ("6", "12")
    nothing = view({"title": ["Tee Red", "Tee Black"]})
    assert nothing.parting.select(pl.selectors.exclude("pack")).null_count().row(0) == (2,) * (
        nothing.parting.width - 1
    )


def test_required_columns() -> None:
    found = view(
        {"title": ["Tee Red"] * 3, "brand": ["Arden", "CORVO", None]}, [COLOR], [Varying("brand", ("brand",), ())]
    )
    assert found.parting["brand"].to_list() == ["arden", "corvo", None]
    assert "brand" in found.view.records.columns


def test_a_required_attribute_that_only_titles_state() -> None:
    found = view({"title": ["Mug Red", "Mug Black"]}, [SIZE], [COLOR])
    assert found.parting["color"].to_list() == ["red", "black"]


def test_values_that_the_user_describes() -> None:
    finish = Varying("finish", (), (user_attribute("finish", ["matte", "soft gloss"], r"F\d{2}"),))
    titles = ["Vase matte Red", "Vase soft gloss Red", "Vase F22 Red", "Vase odd Red"]
    found = view({"title": titles}, [finish])
    assert values(found, "finish") == ["matte", "soft gloss", "f22", None]
    assert found.base.to_list() == ["Vase Red"] * 3 + ["Vase odd Red"]
    assert found.parting["color"].to_list() == ["red"] * 4


def test_a_column_that_no_reader_knows() -> None:
    found = view(
        {"title": ["Vase - Matte", "Vase - Satin"], "coat": ["matte", "Satin"]}, [Varying("coat", ("coat",), ())]
    )
    assert values(found, "coat") == ["matte", "satin"]
    assert found.base.to_list() == ["Vase", "Vase"]


def test_article_numbers_tell_items_apart_only() -> None:
    numbers = ["4006381333931", "5000112637922", "4006381333930", None]
    found = view({"title": ["Mug Red"] * 4, "ean": numbers})
    assert found.view.records.columns == ["title"]
    stated = values(found, "number.ean")
    assert stated[0] is not None
    assert stated[0] != stated[1]
    assert stated[3] is None
    assert "ean" not in found.parting.columns
    assert found.item.n_unique() == 1


def test_prices_and_descriptions_stay_and_are_untouched() -> None:
    texts = ["A red mug of 300 ml for tea and coffee", "A black mug of 300 ml for tea and coffee"]
    found = view({"title": ["Mug Red", "Mug Black"], "description": texts, "price": ["8.50", "9"]})
    assert found.view.records["description"].to_list() == [text.lower() for text in texts]
    assert found.view.records["price"].to_list() == [8.5, 9.0]


def test_without_a_title() -> None:
    found = view({"color": ["Red", "Black"], "brand": ["A", "A"]}, [ignoring("color", "color")])
    assert found.base.to_list() == [None, None]
    assert found.view.records.columns == ["brand"]
    assert values(found, "color") == ["red", "black"]
    assert found.learnt == {}


def test_nothing_ignored() -> None:
    found = view({"title": ["Mug - Red", "Mug - Black"]}, [])
    assert found.base.to_list() == ["Mug - Red", "Mug - Black"]
    assert found.parting["color"].to_list() == ["red", "black"]
    assert found.item.to_list() == ["", ""]


@pytest.mark.parametrize("names", [["title"], ["title", "color"], ["color"], list(OPTIONS)])
def test_an_empty_catalogue(names: list[str]) -> None:
    found = view({name: [] for name in names}, [ignoring("color", *[name for name in names if name == "color"])])
    assert found.base.to_list() == []


CODED = [f"Drill {code} - {color}" for code in ("DX450", "DX460", "QP7", "QP8") for color in ("Red", "Black")]


def test_model_codes_in_titles_become_an_attribute() -> None:
    found = view({"title": CODED, "title codes": ["x"] * 8})
    (codes,) = (a.name for a in found.view.attributes if a.kind == "codes")
    assert codes == "title codes_"
    assert found.view.records[codes].to_list() == [code.split()[1].lower() for code in CODED]
    plain = view({"title": [f"{thing} - {color}" for thing in ("Mug", "Jug") for color in ("Red", "Black")]})
    assert not [a for a in plain.view.attributes if a.kind == "codes"]


def test_codes_of_items_are_cut_down_to_the_product() -> None:
    titles = [
        f"Bench {stem}-{size}-{color}" for stem in ("OX12", "OX14") for size in (64, 72) for color in ("BLK", "WHT")
    ]
    found = view({"title": titles})
    assert found.base.to_list() == ["Bench OX12"] * 4 + ["Bench OX14"] * 4


LISTED = [f"iPhone 12 Pro [128GB / 256GB / 512GB] {size} {color}" for size, color in
          (("256GB", "Graphite"), ("128GB", "Gold"), ("512GB", "Graphite"), ("128GB", "Silver"))]  # fmt: skip


@cache
def listed() -> FamilyView:
    return view({"title": [*LISTED, "Lamp - Red", "Lamp - Black"]})


def test_of_a_list_of_all_values_a_record_has_its_own() -> None:
    assert listed().base.to_list() == ["iPhone 12 Pro"] * 4 + ["Lamp"] * 2
    assert values(listed(), "size") == ["256 gb", "128 gb", "512 gb", "128 gb", None, None]
    assert values(listed(), "color") == ["graphite", "gold", "graphite", "silver", "red", "black"]


def test_groups_are_learnt_from_apart() -> None:
    titles = [f"{thing} - {color}" for thing in ("Mug", "Jug", "Pot") for color in ("Red", "Black", "Navy", "Zinnia")]
    together = view({"title": titles})
    apart = view({"title": titles}, group=range(len(titles)))
    assert together.learnt["color"] == ["zinnia"]
    assert apart.learnt["color"] == []
    assert values(apart, "color") == ["red", "black", "navy", None] * 3


def test_an_attribute_of_the_users_may_be_called_option() -> None:
    data: dict[str, list[Any]] = {"title": ["Mug Red", "Mug Navy", "Lamp Red"], "option": ["with lid", "plain", None]}
    found = view(data, [Varying("option", ("option",), ())])
    assert found.view.ignored["option"].to_list() == ["with lid", "plain", None]
