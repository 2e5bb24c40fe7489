"""The families as others take them: every row is there once, ids and options are valid whatever the catalogue holds."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.catalogue import output_names
from matchkit.familytable import family_table
from matchkit.groupformats import group_notes
from matchkit.groupformats.google import feed, valid_ids, write_feed
from matchkit.groupformats.listing import fields, listing, presented
from matchkit.groupformats.schemaorg import write_jsonld
from matchkit.groupformats.shopify import _amount, products, unique_handles, write_products
from matchkit.pairtable import PairTable
from matchkit.results import Result

NAMES = ("color", "size", "flavor", "finish")


def result(rows: list[dict[str, Any]], names: tuple[str, ...] = NAMES, **columns: list[str | None]) -> Result:
    """A run of variants; each row has id, title, entity, family and values, and `columns` are further cells."""
    schema = dict.fromkeys(("id", "title", "entity", "family", *names), pl.String)
    frame = pl.DataFrame(rows, schema).with_columns(pl.Series(name, cells) for name, cells in columns.items())
    given = frame.select("id", "title", *columns)
    written, _ = output_names(given.columns, names)
    added = frame.select(
        pl.col("entity").alias(written["entity_id"]),
        pl.col("family").alias(written["family_id"]),
        *(pl.col(name).alias(written[f"variant_{name}"]) for name in names),
        pl.lit(1.0).alias(written["confidence"]),
        pl.lit(False).alias(written["needs_review"]),
    )
    groups = frame.select(entity_id="entity", family_id="family", needs_review=pl.lit(False))
    pairs = pl.DataFrame(
        schema={"left_id": pl.String, "right_id": pl.String, "p_exact": pl.Float64, "p_variant": pl.Float64}
    )
    base = frame["title"].str.split(" - ").list.first()
    families = family_table(frame["id"], groups, base, frame.select(names), pairs)
    kinds = {"title": "title", "vendor": "brand", "ean": "gtin", "price": "price", "text": "description", "part": "mpn"}
    roles = {"link": "url", "photo": "image", "product_type": "category"}
    described = [{"name": "id", "role": "id", "kind": ""}] + [
        {"name": name, "role": roles.get(name, "text"), "kind": kinds.get(name, "")} for name in given.columns[1:]
    ]
    run = {"columns": described, "input": {"id_column": "id"}}
    return Result(pl.concat([given, added], how="horizontal"), PairTable.of(pairs), run, families, written)


def row(id: str, family: str, title: str = "Tee", *, entity: str | None = None, **values: str) -> dict[str, Any]:
    return {"id": id, "family": family, "title": title, "entity": entity or id, **values}


SHOP = [
    row("a1", "a1", "Tee - Navy 8", color="navy", size="8"),
    row("b1", "b1", "=Mug </script>", color="red"),
    row("a2", "a1", "Tee - Black XL", color="black|white", size="xl"),
    row("a3", "a1", "Tee - Navy 8 again", color="navy", size="8", entity="a1"),
    row("c1", "c1", "Tee", color="navy"),
    row("c2", "c1", "Tee", color="navy"),
]


def written(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_families_are_product_groups_and_all_else_products(tmp_path: Path) -> None:
    run = result(
        SHOP,
        vendor=["Acme", "Bolt", "Acme", None, "Acme", "Bolt"],
        ean=["4006381333931", "96385074", "1234", "036000291452", None, None],
        link=["https://shop.example/1", *[None] * 5],
        part=["x-1", *[None] * 5],
    )
    write_jsonld(run, tmp_path / "f.jsonld")
    text = (tmp_path / "f.jsonld").read_text(encoding="utf-8")
    assert "</script" not in text
    content = written(tmp_path / "f.jsonld")
    assert content["@context"] == "https://schema.org/"
    tee, mug, alike = content["@graph"]
    assert {key: tee[key] for key in ("@type", "productGroupID", "name", "variesBy")} == {
        "@type": "ProductGroup",
        "productGroupID": "a1",
        "name": "Tee",
        "variesBy": ["https://schema.org/color", "https://schema.org/size"],
    }
    assert "brand" not in tee
    assert tee["hasVariant"][0] == {
        "@type": "Product",
        "sku": "a1",
        "name": "Tee - Navy 8",
        "color": "Navy",
        "size": "8",
        "brand": {"@type": "Brand", "name": "Acme"},
        "gtin13": "4006381333931",
        "mpn": "x-1",
        "url": "https://shop.example/1",
    }
    assert tee["hasVariant"][1]["color"] == "Black/White"
    assert not [key for key in tee["hasVariant"][1] if key.startswith("gtin")]
    assert tee["hasVariant"][2]["gtin12"] == "036000291452"
    assert (mug["@type"], mug["name"], mug["gtin8"]) == ("Product", "=Mug </script>", "96385074")
    assert "variesBy" not in alike
    assert [product["sku"] for product in alike["hasVariant"]] == ["c1", "c2"]


def test_what_schema_org_has_no_property_for_is_an_additional_property(tmp_path: Path) -> None:
    names = ("gender", "age_group", "material", "finish")
    rows = [
        row("1", "1", gender="women", age_group="kids", material="oak", finish="matte"),
        row("2", "1", gender="men", age_group="adult", material="ash", finish="high gloss"),
        row("3", "1", gender="women|men", age_group="all ages"),
    ]
    write_jsonld(result(rows, names, vendor=["Acme"] * 3), tmp_path / "f.jsonld")
    (group,) = written(tmp_path / "f.jsonld")["@graph"]
    assert group["brand"] == {"@type": "Brand", "name": "Acme"}
    assert group["variesBy"] == [
        "https://schema.org/suggestedGender",
        "https://schema.org/suggestedAge",
        "https://schema.org/material",
        "finish",
    ]
    first, second, third = group["hasVariant"]
    audience = {"suggestedGender": "female", "suggestedMinAge": 5, "suggestedMaxAge": 13}
    assert first["audience"] == {"@type": "PeopleAudience", **audience}
    assert second["audience"] == {"@type": "PeopleAudience", "suggestedGender": "male", "suggestedMinAge": 13}
    assert second["additionalProperty"] == [{"@type": "PropertyValue", "name": "finish", "value": "High Gloss"}]
    assert not {"audience", "material"} & set(third)
    assert [(known["name"], known["value"]) for known in third["additionalProperty"]] == [
        ("gender", "Women/Men"),
        ("age_group", "All Ages"),
    ]


def test_the_feed_has_every_row_and_a_group_for_families_of_items(tmp_path: Path) -> None:
    run = result(SHOP, text=["one\ttab", 'two "quotes"', "a\nline", "=1+1", "", "-"], price=["1.00 EUR"] * 6)
    write_feed(run, tmp_path / "google.tsv")
    with (tmp_path / "google.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    assert [entry["id"] for entry in rows] == [given["id"] for given in SHOP]
    assert [entry["title"] for entry in rows] == [given["title"] for given in SHOP]
    assert [entry["item_group_id"] for entry in rows] == ["a1", "", "a1", "a1", "c1", "c1"]
    assert [entry["color"] for entry in rows[:3]] == ["Navy", "Red", "Black/White"]
    assert [entry["size"] for entry in rows[:3]] == ["8", "", "XL"]
    assert [entry["description"] for entry in rows] == ["one tab", 'two "quotes"', "a line", "=1+1", "", ""]
    assert (tmp_path / "google.tsv").read_bytes().count(b"\n") == len(SHOP) + 1
    assert {entry["price"] for entry in rows} == {"1.00 EUR"}


def test_the_feed_keeps_to_the_limits() -> None:
    names = ("color", "size", "capacity", "pack", "gender", "age_group", "flavor")
    long_id = "k" * 60
    rows = [
        row(long_id, "f", color="a|b|c|d", size="m", capacity="500 ml", pack="6", gender="girls", age_group="tween"),
        row("2", "f", color="x" * 300, gender="women|men", age_group="all ages", flavor="mint"),
    ]
    run = result(rows, names)
    first, second = feed(run).to_dicts()
    assert (first["color"], first["size"]) == ("A/B/C", "M/500 ml/6")
    assert (first["gender"], first["age_group"]) == ("female", "kids")
    assert len(second["color"]) == 100
    assert (second["size"], second["gender"], second["age_group"]) == (None, None, None)
    assert "flavor" not in first
    assert len(first["id"]) <= 50
    assert group_notes(run, "google") == [
        "1 ids are longer than the 50 characters Google takes and are shortened in google.tsv"
    ]
    assert group_notes(result(SHOP), "google") == group_notes(run, "schema.org") == []


@given(st.lists(st.text(max_size=70) | st.sampled_from(["abc", "ABC", "Abc", "a c", "a-c", ""]), max_size=12))
def test_group_ids_are_valid_and_differ_by_more_than_case(names: list[str]) -> None:
    ids = valid_ids(names)
    assert set(ids) == set(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,50}", chosen) for chosen in ids.values())
    assert len({chosen.casefold() for chosen in ids.values()}) == len(ids)
    assert valid_ids(reversed(names)) == ids
    spellings = Counter(name.casefold() for name in ids)
    for name, chosen in ids.items():
        if re.fullmatch(r"[A-Za-z0-9_-]{1,50}", name) and spellings[name.casefold()] == 1:
            assert chosen == name


def test_products_of_shopify(tmp_path: Path) -> None:
    photos = ["https://s.example/1.jpg", None, "https://s.example/2.jpg", "https://s.example/1.jpg", None, None]
    prices = ["€ 1.299,00", "5", "1,299.00 USD", "12,5", "ask", None]
    run = result(SHOP, vendor=["Acme"] * 6, photo=photos, price=prices, product_type=["Shirts"] * 6, ean=["x"] * 6)
    write_products(run, tmp_path / "shopify.csv")
    with (tmp_path / "shopify.csv").open(encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle))
    assert list(lines[0]) == [
        *("Handle", "Title", "Vendor", "Type"),
        *(f"Option{place} {part}" for place in (1, 2, 3) for part in ("Name", "Value")),
        *("Variant SKU", "Variant Price", "Variant Barcode", "Variant Image", "Image Src"),
    ]
    told = [tuple(line[name] for name in ("Handle", "Title", "Vendor", "Variant SKU")) for line in lines]
    assert told == [
        ("tee-a1", "Tee", "Acme", "a1"),
        ("tee-a1", "", "", "a2"),
        ("tee-a1", "", "", "a3"),
        ("mug-script", "=Mug </script>", "Acme", "b1"),
        ("tee-c1", "Tee", "Acme", "c1"),
        ("tee-c1", "", "", "c2"),
    ]
    options = [[line[f"Option{place} {part}"] for place in (1, 2) for part in ("Name", "Value")] for line in lines]
    assert options == [
        ["Color", "Navy", "Size", "8"],
        ["Color", "Black/White", "Size", "XL"],
        ["Color", "Navy", "Size", "8 (a3)"],
        ["Title", "Default Title", "", ""],
        ["Item", "c1", "", ""],
        ["Item", "c2", "", ""],
    ]
    assert [line["Variant Price"] for line in lines] == ["1299.00", "1299.00", "12.5", "5", "ask", ""]
    assert [line["Image Src"] for line in lines] == [photos[0], photos[2], "", "", "", ""]


def test_what_is_beyond_three_options_is_in_the_third() -> None:
    rows = [
        row("1", "f", color="red", size="8", flavor="mint", finish="matte"),
        row("2", "f", color="blue", size="9", flavor="lemon", finish="gloss"),
        row("3", "f", color="blue", size="9", flavor="lemon"),
    ]
    table = products(result(rows))
    assert table["Option3 Name"].to_list() == ["Flavor / Finish"] * 3
    assert table["Option3 Value"].to_list() == ["Mint / Matte", "Lemon / Gloss", "Lemon / Unspecified"]


VALUES = st.sampled_from(["navy", "Navy", "red|blue", "8", "8 (1)", "x" * 250, None])
IDS = st.lists(st.sampled_from(["1", "2", "3", "a", "A", "1, 2", "é", "日本"]), min_size=1, max_size=8, unique=True)


@settings(deadline=None, max_examples=80)
@given(IDS, st.data())
def test_every_row_is_there_once_and_no_two_variants_are_alike(ids: list[str], data: st.DataObject) -> None:
    families: dict[str, str] = {}
    rows = []
    for name in ids:
        family = data.draw(st.sampled_from(ids))
        families.setdefault(family, name)
        entity = data.draw(st.sampled_from([name, families[family]]))
        values = {attribute: data.draw(VALUES) for attribute in NAMES}
        title = data.draw(st.sampled_from(["Tee", "tee!", "茶", "Tee 1", "", None]))
        rows.append({"id": name, "family": family, "entity": entity, "title": title, **values})
    run = result(rows)
    lines = products(run)
    assert sorted(lines["Variant SKU"]) == sorted(ids)
    options = lines.select("Handle", pl.col(r"^Option\d Value$").str.to_lowercase())
    assert not options.is_duplicated().any()
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", handle) for handle in lines["Handle"])
    of_family = dict(zip((given["id"] for given in rows), (given["family"] for given in rows), strict=True))
    handles = defaultdict(set)
    for handle, name in lines.select("Handle", "Variant SKU").iter_rows():
        handles[handle].add(of_family[name])
    assert len(handles) == len({given["family"] for given in rows})
    assert all(len(found) == 1 for found in handles.values())
    first = lines.unique("Handle", keep="first")
    assert first["Title"].null_count() == 0
    assert lines.height - lines["Title"].null_count() == first.height
    assert feed(run)["id"].to_list() == ids


def test_handles_are_unique_whatever_the_titles() -> None:
    given = [
        ("Café Größe", "1"),
        ("Cafe Grosse", "2"),
        ("!!", "ÄB"),
        ("", "!"),
        ("?", "?"),
        ("Tee", "x"),
        ("T" * 900, "y"),
    ]
    handles = unique_handles(given)
    assert handles[:6] == ["cafe-grosse-1", "cafe-grosse-2", "ab", "product", "product-2", "tee"]
    assert len(handles[6]) == 200
    assert unique_handles([("a", "b"), ("a", "c"), ("a b", "d")]) == ["a-b-2", "a-c", "a-b"]
    assert set(unique_handles(list(reversed(given)))) == set(handles)


def test_too_many_variants_are_noted() -> None:
    rows = [row(str(place), "f", size=str(place)) for place in range(2049)]
    assert group_notes(result(rows, ("size",)), "shopify") == [
        "the family 'f' has more variants than the 2,048 Shopify takes"
    ]
    assert group_notes(result(SHOP), "shopify") == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("dark-blue", "Dark-Blue"),
        ("men's", "Men's"),
        ("3xl", "3XL"),
        ("xs|s", "XS/S"),
        ("us 10.5", "US 10.5"),
        ("queen", "Queen"),
        ("2t", "2T"),
        ("2000 mm", "2000 mm"),
        ("ölfarbe", "Ölfarbe"),
    ],
)
def test_values_are_shown_as_shops_show_them(value: str, shown: str) -> None:
    assert presented(value) == shown


@pytest.mark.parametrize(("price", "amount"), [("1.299", "1.299"), ("$5", "5"), ("-3", "-3"), ("1 299 kr", "1 299 kr")])
def test_amounts_that_are_not_sure_stay(price: str, amount: str) -> None:
    assert _amount(price) == amount


def test_fields_come_from_columns_that_hold_something() -> None:
    run = result(SHOP, vendor=[None] * 6, ean=["4006381333931"] * 6, photo=["N/A", *["p.jpg"] * 5])
    assert fields(run) == {"gtin": "ean", "image": "photo"}
    pictures = result(SHOP, image_url=["p.jpg"] * 6)
    same = [{"name": "image_url", "role": "ignored", "kind": ""}, {"name": "title", "role": "text"}]
    assert fields(
        Result(pictures.records, pictures.pair_table, {"columns": same}, pictures.families, pictures.names)
    ) == {"image": "image_url"}
    constant = [{"name": "brand_name", "role": "ignored", "kind": ""}, {"name": "title", "role": "text"}]
    branded = result(SHOP, brand_name=["Acme"] * 6)
    assert fields(
        Result(branded.records, branded.pair_table, {"columns": constant}, branded.families, branded.names)
    ) == {"brand": "brand_name"}


def test_a_row_in_no_family_is_called_by_its_own_title_and_else_by_its_id() -> None:
    told = listing(result([row("1", "1", "Mug - Red"), row("2", "2", "-")]))
    assert told["shared"].to_list() == ["Mug - Red", "2"]
    assert told["items"].to_list() == [1, 1]
