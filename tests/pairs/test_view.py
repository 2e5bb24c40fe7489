"""The base view: what is ignored leaves titles and columns and is kept apart."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.attributes import Attribute, Role
from pairs.normalise import normalise
from pairs.view import VARIATION, base_view, full_view

TITLE = Attribute("title", Role.TEXT, "title")
COLOR = Attribute("color", Role.CATEGORY, "color")
SIZE = Attribute("size", Role.CATEGORY, "size")
EAN = Attribute("ean", Role.IDENTIFIER, "gtin")
PRICE = Attribute("price", Role.NUMBER, "price")
SHOES = [
    "Kestrel trail shoe black UK 8",
    "Kestrel trail shoe, navy, UK 9",
    "Kestrel trail shoe",
    "Marlin boot red UK 8",
]


def titles(values: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({"title": values}, schema={"title": pl.String})


def test_the_full_view_ignores_nothing() -> None:
    frame = pl.DataFrame({"title": SHOES, "color": ["black"] * 4, "link": ["x"] * 4})
    view = full_view(frame, [TITLE, COLOR, Attribute("link", Role.URL)])
    assert view.attributes == (TITLE, COLOR)
    assert view.records.equals(normalise(frame, [TITLE, COLOR]))
    assert view.ignored.width == 0


def test_values_leave_the_titles() -> None:
    view = base_view(titles([*SHOES]), [TITLE])
    assert view.records["title"].to_list() == ["kestrel trail shoe"] * 3 + ["marlin boot"]
    assert view.ignored["color"].to_list() == ["black", "navy", None, "red"]
    assert view.ignored["size"].to_list() == ["uk 8", "uk 9", None, "uk 8"]
    assert view.ignored["pack"].to_list() == [None] * 4
    assert view.ignored.columns == list(VARIATION)
    assert view.attributes == (TITLE,)


def test_values_leave_the_columns() -> None:
    frame = pl.DataFrame({"title": ["Kestrel shoe"] * 3, "color": ["Black", "NAVY", "-"], "price": ["1", "2", ""]})
    view = base_view(frame, [TITLE, COLOR, PRICE])
    assert view.records.columns == ["title", "price"]
    assert [a.name for a in view.attributes] == ["title", "price"]
    assert view.ignored["color"].to_list() == ["black", "navy", None]


def test_a_column_comes_before_the_title() -> None:
    frame = pl.DataFrame(
        {"title": ["Kestrel shoe black", "Kestrel shoe black", "Kestrel shoe"], "color": ["navy", "", None]}
    )
    view = base_view(frame, [TITLE, COLOR])
    assert view.ignored["color"].to_list() == ["navy", "black", None]
    assert view.records["title"].to_list() == ["kestrel shoe"] * 3


def test_a_column_of_its_own_makes_even_rare_values_count() -> None:
    plain = [f"Item {number:03}" for number in range(100)]
    frame = pl.DataFrame({"title": [*plain, "Kestrel shoe black"], "color": [None] * 100 + ["navy"]})
    assert base_view(frame, [TITLE, COLOR]).records["title"][-1] == "kestrel shoe"


def test_a_rare_word_in_titles_is_part_of_the_name() -> None:
    places = [f"{name} cafe" for name in ("Corner", "Harbour", "Station", "Garden", "Market")] * 20
    view = base_view(titles([*places, "Black Cat cafe"]), [TITLE])
    assert view.records["title"][-1] == "black cat cafe"
    assert view.ignored["color"].null_count() == 101


def test_a_title_of_values_alone_stays() -> None:
    view = base_view(titles(["Black", "Navy UK 8", "Kestrel shoe red UK 9", "Oak table white"]), [TITLE])
    assert view.records["title"].to_list()[:2] == ["black", "navy uk 8"]
    assert view.records["title"].null_count() == 0


def test_a_size_column_may_hold_quantities_and_packs() -> None:
    frame = pl.DataFrame({"title": ["Lumo soap"] * 4, "size": ["500 ml", "UK 8", "6 x 330 ml", "roomy"]})
    ignored = base_view(frame, [TITLE, SIZE]).ignored
    assert ignored["measure"].to_list()[0] == "500 ml"
    assert ignored["size"].to_list()[:2] == [None, "uk 8"]
    assert ignored["size"].to_list()[3] == "roomy"
    assert ignored["pack"].to_list()[2] is not None


def test_one_quantity_is_the_size_of_the_item() -> None:
    view = base_view(titles(["Lumo soap 500 ml", "Lumo soap 250 ml", "Tarn oil 1 l", "Tarn oil"]), [TITLE])
    assert view.ignored["measure"].to_list() == ["500 ml", "250 ml", "1000 ml", None]
    assert view.records["title"].to_list() == ["lumo soap"] * 2 + ["tarn oil"] * 2
    assert [a.name for a in view.attributes] == ["title"]


def test_lists_of_quantities_are_compared_like_other_attributes() -> None:
    laptops: list[str | None] = [
        "Corvo laptop 8 GB 256 GB 14 in 2.4 GHz",
        "Corvo laptop 256 GB 8 GB",
        "Tarn laptop 16 GB 512 GB",
    ]
    view = base_view(titles(laptops), [TITLE])
    extra = view.attributes[-1]
    assert (extra.name, extra.role, extra.kind) == ("title quantities", Role.SET, "measure")
    assert view.records.columns == ["title", "title quantities"]
    assert set(view.records["title quantities"][1].split()) <= set(view.records["title quantities"][0].split())
    assert view.ignored["measure"].null_count() == 3
    assert "measure" in view.ignored.columns


def test_the_extra_attribute_takes_a_free_name() -> None:
    frame = pl.DataFrame({"title": ["Corvo 8 GB 256 GB", "Tarn 16 GB 512 GB"], "title quantities": ["a", "b"]})
    view = base_view(frame, [TITLE, Attribute("title quantities", Role.TEXT)])
    assert len(set(view.records.columns)) == view.records.width == 3


def test_item_numbers_are_kept_apart() -> None:
    frame = pl.DataFrame({"title": ["Kestrel", "Marlin"], "ean": ["4006381333931", "4006381333930"]})
    view = base_view(frame, [TITLE, EAN])
    assert view.ignored["number.ean"].to_list() == ["04006381333931", None]
    assert view.records.columns == ["title"]


def test_nested_attributes_are_left_out() -> None:
    makers = ["arden", "bexley", "corvo", "dunmore", "eskdale", "fenwick", "garrow", "halden", "inver", "lumo"]
    frame = pl.DataFrame({"title": [f"{maker} desk" for maker in makers], "maker": makers})
    view = base_view(frame, [TITLE, Attribute("maker", Role.CATEGORY, "brand")])
    assert [a.name for a in view.attributes] == view.records.columns == ["title"]


@pytest.mark.parametrize("frame", [titles([]), titles([None, "-"]), pl.DataFrame({"n": ["1", "2"]})])
def test_little_to_look_at(frame: pl.DataFrame) -> None:
    attributes = [TITLE] if "title" in frame.columns else [Attribute("n", Role.NUMBER)]
    view = base_view(frame, attributes)
    assert view.records.height == view.ignored.height == frame.height
    assert view.ignored.columns == list(VARIATION)
    assert all(view.ignored[name].null_count() == frame.height for name in VARIATION)


def test_nothing_is_compared() -> None:
    view = base_view(titles(["a", "b"]), [Attribute("title", Role.IGNORED)])
    assert view.attributes == ()
    assert view.ignored.height == 2


def test_some_records_only() -> None:
    view = base_view(titles([*SHOES]), [TITLE]).rows(pl.Series([3, 0]))
    assert view.records["title"].to_list() == ["marlin boot", "kestrel trail shoe"]
    assert view.ignored["color"].to_list() == ["red", "black"]


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(8)))
def test_every_record_is_read_by_itself(order: list[int]) -> None:
    frame = pl.DataFrame({"title": [*SHOES, "Oak table 120 cm", "Lumo soap 500 ml", None, "Yoga mat red"]})
    view = base_view(frame, [TITLE])
    shuffled = base_view(frame[order], [TITLE])
    assert shuffled.records.equals(view.records[order])
    assert shuffled.ignored.equals(view.ignored[order])


def test_titles_read_in_many_parts_are_those_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = titles([*SHOES] * 5)
    whole = base_view(frame, [TITLE])
    monkeypatch.setattr("pairs.variation._LEAST_TEXTS", 1)
    monkeypatch.setattr("pairs.variation._MOST_TEXTS", 3)
    told: list[int] = []
    parts = base_view(frame, [TITLE], threads=2, advance=told.append)
    assert parts.records.equals(whole.records)
    assert parts.ignored.equals(whole.ignored)
    assert sum(told) == frame.height
    assert max(told) == 3
