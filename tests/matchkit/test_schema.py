"""Roles of columns: found from content with the name as a hint, and overruled by the user."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.errors import ConfigError
from matchkit.headers import header_words, hints
from matchkit.profile import profile, sample_rows
from matchkit.schema import Schema, understand
from pairs.attributes import Attribute, Role

ROWS = 400
WORDS = [
    "oak",
    "desk",
    "lamp",
    "chair",
    "walnut",
    "steel",
    "small",
    "large",
    "office",
    "garden",
    "table",
    "shelf",
]
BRANDS = ["Nordhem", "Alba & Co", "Kesto", "Tavla", "Brightside", "Moorland"]


def check_digit(body: str) -> str:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def ean(rng: random.Random) -> str:
    body = "".join(rng.choices("0123456789", k=12))
    return body + check_digit(body)


def name(rng: random.Random) -> str:
    return "".join(rng.choices("aeioubdklmnrst", k=rng.randint(4, 9))).title()


def schema_of(columns: dict[str, list[str | None]], config: Config | None = None) -> Schema:
    return understand(Catalogue.read(pl.DataFrame(columns), config), config)


Maker = Callable[[random.Random], str]

COLUMNS: list[tuple[str, Maker, str]] = [
    ("EAN", ean, "identifier:gtin"),
    ("number", ean, "identifier:gtin"),
    (
        "x",
        lambda r: f"{r.choice(['+49 ', '0'])}{r.randint(100, 999)} {r.randint(1000000, 9999999)}",
        "identifier:phone",
    ),
    ("phone", lambda r: str(r.randint(10**6, 10**7 - 1)), "identifier:phone"),
    (
        "contact",
        lambda r: f"({r.randint(200, 999)}) {r.randint(200, 999)}-{r.randint(1000, 9999)}",
        "identifier:phone",
    ),
    ("contact", lambda r: f"{name(r)}@{name(r)}.com", "identifier:email"),
    ("model", lambda r: f"{r.choice('ABC')}{r.choice('XYZ')}-{r.randint(100, 99999)}", "identifier:mpn"),
    ("x", lambda r: f"{r.choice('ABC')}{r.choice('XYZ')}-{r.randint(1000, 99999)}", "identifier:code"),
    ("soc_sec", lambda r: str(r.randint(10**8, 10**9 - 1)), "identifier:code"),
    ("zip", lambda r: f"{r.randint(10000, 99999)}", "text"),
    ("zip", lambda r: f"{r.choice(range(10000, 10020))}", "category"),
    ("house", lambda r: str(r.randint(1, 300)), "text"),
    ("link", lambda r: f"https://shop.example/{name(r)}/{r.randint(1, 999)}", "url"),
    ("website", lambda r: f"{name(r)}.example.org", "url"),
    ("x", lambda r: f"https://shop.example/{name(r)}.JPG?v=2", "image"),
    ("picture", lambda r: f"https://shop.example/{r.randint(1, 10**6)}", "image"),
    ("price", lambda r: f"{r.randint(1, 900)}", "number:price"),
    ("x", lambda r: f"$ {r.randint(1, 900)}.{r.randint(10, 99)}", "number:price"),
    ("x", lambda r: f"{r.randint(1, 9)}.{r.randint(100, 999)},{r.randint(10, 99)} €", "number:price"),
    ("Preis", lambda r: f"{r.randint(1, 900)},{r.randint(10, 99)}", "number:price"),
    ("weight", lambda r: f"{r.randint(100, 2500)} g", "number:g"),
    ("x", lambda r: f"{r.uniform(0, 9):.2f}", "number"),
    ("height", lambda r: str(r.randint(10, 90)), "number"),
    ("sold", lambda r: str(int(10 ** r.uniform(0, 6))), "number"),
    ("year", lambda r: str(r.randint(1950, 2024)), "number:year"),
    ("vintage", lambda r: r.choice([str(r.randint(1950, 2024)), "'97", "86"]), "number:year"),
    ("x", lambda r: f"{r.randint(1950, 2024)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}", "date"),
    ("x", lambda r: f"{r.randint(1, 28)}/{r.randint(1, 12)}/{r.randint(1950, 2024)}", "date"),
    ("x", lambda r: f"{r.randint(1, 28)}.{r.randint(1, 12):02}.{r.randint(50, 99)}", "date"),
    ("x", lambda r: f"{r.randint(1950, 2024)}{r.randint(1, 12):02}{r.randint(1, 28):02}", "date"),
    (
        "x",
        lambda r: f"{r.randint(1, 28)} {r.choice(['March', 'Sept', 'Mai'])} {r.randint(1950, 2024)}",
        "date",
    ),
    ("x", lambda r: f"{r.randint(1950, 2024)}-{r.randint(1, 12):02}-03T10:{r.randint(10, 59)}:00Z", "date"),
    ("Hersteller", lambda r: r.choice(BRANDS), "category:brand"),
    ("Farbe", lambda r: r.choice(["rot", "blau", "anthrazit", "eiche hell"]), "category:color"),
    ("finish", lambda r: r.choice(["black", "white", "navy", "red", "Green", "oak matt"]), "category:color"),
    ("Größe", lambda r: r.choice(["36", "37", "38", "40 1/2"]), "category:size"),
    ("option", lambda r: r.choice(["S", "M", "L", "XL", "2XL", "one size"]), "category:size"),
    ("option", lambda r: r.choice(["UK 8", "UK 9", "EU 42", "UK 10.5"]), "category:size"),
    ("pack size", lambda r: r.choice(["1", "2", "6", "12"]), "category:pack"),
    ("genres", lambda r: ", ".join(r.sample(WORDS, r.randint(1, 4))), "set"),
    ("tags", lambda r: "|".join(r.sample(WORDS, r.randint(1, 4))), "set"),
    ("place", lambda r: f"{r.choice(WORDS)}, {r.choice(['CA', 'NY'])}", "category"),
    ("shop", lambda r: r.choice(["north", "south", "web"]), "category"),
    (
        "department",
        lambda r: r.choice(["Home & Garden > Pots, Planters and Accessories", "Home > Rugs"]),
        "category",
    ),
    ("surname", name, "text"),
    ("blurb", lambda r: " ".join(r.choices(WORDS, k=40)), "text:description"),
    ("description", lambda r: " ".join(r.choices(WORDS, k=13)), "text:description"),
]


def told(attribute: Attribute) -> str:
    return attribute.role + (f":{attribute.kind}" if attribute.kind else "")


@pytest.mark.parametrize("number", range(len(COLUMNS)))
def test_a_column_of_one_kind_is_understood(number: int) -> None:
    header, make, expected = COLUMNS[number]
    rng = random.Random(number)
    values: list[str | None] = [make(rng) for _ in range(ROWS)]
    titles: list[str | None] = [" ".join(rng.choices(WORDS, k=4)) for _ in range(ROWS)]
    assert told(schema_of({"title": titles, header: values}).attributes[1]) == expected
    for row in rng.sample(range(ROWS), ROWS // 5):
        values[row] = rng.choice([None, "", "N/A", "-", " "])
    for row in rng.sample(range(ROWS), ROWS // 50):
        values[row] = name(rng)
    assert told(schema_of({"title": titles, header: values}).attributes[1]) == expected


def products(rows: int, seed: int = 0) -> dict[str, list[str | None]]:
    rng = random.Random(seed)
    return {
        "sku": [f"S{i}" for i in range(rows)],
        "product_name": [f"{rng.choice(BRANDS)} {' '.join(rng.choices(WORDS, k=4))}" for _ in range(rows)],
        "brand": [rng.choice([*BRANDS, None]) for _ in range(rows)],
        "price": [f"{rng.uniform(1, 99):.2f}" for _ in range(rows)],
        "colour": [rng.choice(["black", "white", "navy"]) for _ in range(rows)],
        "currency": ["EUR"] * rows,
        "notes": [None] * rows,
    }


def test_a_catalogue_of_products() -> None:
    schema = schema_of(products(300))
    assert {a.name: told(a) for a in schema.attributes} == {
        "product_name": "text:title",
        "brand": "category:brand",
        "price": "number:price",
        "colour": "category:color",
        "currency": "ignored",
        "notes": "ignored",
    }
    assert schema.title == "product_name"
    assert [a.name for a in schema.compared] == ["product_name", "brand", "price", "colour"]
    assert list(schema.reasons) == [a.name for a in schema.attributes]
    assert schema.reasons["currency"] == "only one value"
    assert all(schema.reasons.values())


def test_a_table_of_persons_has_no_title() -> None:
    rng = random.Random(1)
    pool = [name(rng) for _ in range(150)]
    people: dict[str, list[str | None]] = {
        "first_name": [rng.choice(pool) for _ in range(500)],
        "surname": [rng.choice(pool) for _ in range(500)],
        "street": [f"{rng.randint(1, 99)} {rng.choice(pool)} St" for _ in range(500)],
        "dob": [f"19{rng.randint(10, 99)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}" for _ in range(500)],
        "state": [rng.choice(["nsw", "vic", "qld"]) for _ in range(500)],
    }
    schema = schema_of(people)
    assert schema.title is None
    assert [told(a) for a in schema.attributes] == ["text", "text", "text", "date", "category"]


@pytest.mark.parametrize("header", ["title", "Bezeichnung", "nombre", "itemName", "Site name", "column 7"])
def test_the_title_is_found_by_name_or_by_content(header: str) -> None:
    table = products(200)
    table[header] = table.pop("product_name")
    table["department name"] = ["kitchen", "office"] * 100
    assert schema_of(table).title == header


def test_a_name_that_hardly_varies_is_no_title() -> None:
    assert schema_of({"shop name": ["north", "south"] * 50, "price": [str(i) for i in range(100)]}).title is None


def test_the_order_of_the_rows_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matchkit.profile.SAMPLE_ROWS", 200)
    frame = pl.DataFrame(products(1000))
    expected = understand(Catalogue.read(frame))
    for seed in range(3):
        assert understand(Catalogue.read(frame.sample(fraction=1, shuffle=True, seed=seed))) == expected


def test_a_sample_has_the_same_rows_whatever_their_order() -> None:
    frame = pl.DataFrame({"a": [str(i) for i in range(500)], "b": [i % 7 for i in range(500)]})
    rows = set(sample_rows(frame, 50).rows())
    assert len(rows) == 50
    assert set(sample_rows(frame.reverse(), 50).rows()) == rows
    assert sample_rows(frame, 500).rows() == [(a, str(b)) for a, b in frame.rows()]


def test_distinctness_is_that_of_the_whole_column() -> None:
    codes = pl.Series("code", [f"AB{i % 100:04}" for i in range(10_000)])
    seen = profile(codes[:100], codes)
    assert (seen.distinct, seen.filled, seen.distinctness) == (100, 100, 0.01)


def test_the_columns_of_an_earlier_run_are_not_compared() -> None:
    added: dict[str, list[str | None]] = {
        "entity_id": ["a", "b"] * 30,
        "family_id": ["a"] * 60,
        "confidence": ["0.5", "0.7", "0.9"] * 20,
        "needs_review": ["true", "false"] * 30,
        "variant_color": ["navy", "red"] * 30,
    }
    schema = schema_of({**products(60), **added})
    assert {a.name for a in schema.compared}.isdisjoint(added)
    del added["confidence"]
    assert "entity_id" in {a.name for a in schema_of({**products(60), **added}).compared}


@pytest.mark.parametrize("rows", [1, 2, 5, 12])
def test_identical_rows_still_have_something_to_compare(rows: int) -> None:
    schema = schema_of({"title": ["oak desk"] * rows, "price": ["9.99"] * rows, "notes": [None] * rows})
    assert [a.name for a in schema.compared] == ["title", "price"]


def test_rows_with_everything_missing_are_understood_as_nothing_to_compare() -> None:
    schema = schema_of({"title": [None, "", "N/A"], "price": ["-", " ", "nan"]})
    assert schema.compared == ()
    assert set(schema.reasons.values()) == {"every cell is missing"}


def test_odd_text_is_text() -> None:
    rng = random.Random(3)
    values: list[str | None] = [
        rng.choice("🙂🚗🌳") + "שלום " + name(rng) + "x" * rng.choice([0, 10_000]) for _ in range(30)
    ]
    assert schema_of({"a": values, "b": [str(i) for i in range(30)]}).attributes[0].role is Role.TEXT


def test_columns_of_any_type_are_understood() -> None:
    frame = pl.DataFrame(
        {
            "title": [f"oak desk {i}" for i in range(60)],
            "weight": [i / 7 for i in range(60)],
            "made": pl.Series(range(60)).cast(pl.Int32).cast(pl.Date),
            "new": [i % 2 == 0 for i in range(60)],
            "tags": [["a", "b"][: i % 3] for i in range(60)],
            "size": [{"w": i % 4, "h": 1} for i in range(60)],
            "raw": [bytes([i]) for i in range(60)],
        }
    )
    schema = understand(Catalogue.read(frame))
    roles = {a.name: a.role for a in schema.attributes}
    assert roles["weight"] is Role.NUMBER
    assert roles["made"] is Role.DATE
    assert roles["new"] is Role.CATEGORY
    assert schema.title == "title"


def test_the_user_overrules() -> None:
    config = Config(
        columns={"price": "text", "brand": "text:title", "colour": "category:size", "currency": "category"},
        ignore_columns=("product_name",),
    )
    schema = schema_of(products(100), config)
    assert {a.name: told(a) for a in schema.attributes} == {
        "product_name": "ignored",
        "brand": "text:title",
        "price": "text",
        "colour": "category:size",
        "currency": "category",
        "notes": "ignored",
    }
    assert schema.reasons["price"] == "as set"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (Config(columns={"brand": "text:title", "notes": "text:title"}), "'brand' and 'notes' are both"),
        (Config(id="sku", columns={"brand": "id"}), "'brand' is set to 'id', but another column is the id"),
    ],
)
def test_two_titles_or_two_ids_are_refused(config: Config, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        schema_of(products(20), config)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("productName_2", ("product", "name", "2")),
        ("EAN-Code", ("ean", "code")),
        ("Größe", ("grosse",)),
        ("HTMLTitle", ("html", "title")),
        ("prénom", ("prenom",)),
        ("القياس", ("القياس",)),
        ("", ()),
    ],
)
def test_words_of_a_header(header: str, words: tuple[str, ...]) -> None:
    assert header_words(header) == words


def test_hints_are_whole_words() -> None:
    assert hints("product_price") == {"title", "price"}
    assert hints("priceless") == set()


DATA = Path(os.environ.get("MATCHKIT_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="the public matching data is not there (set MATCHKIT_DATA)")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "clusters/febrl1/records.csv",
            {"surname": "text", "date_of_birth": "date", "soc_sec_id": "identifier:code"},
        ),
        ("clusters/restaurants/records.csv", {"name": "text:title", "phone": "identifier:phone"}),
        (
            "clusters/splink_fake_1000/records.csv",
            {"dob": "date", "email": "identifier:email", "city": "text"},
        ),
        ("variants/magento/products.csv", {"color": "category:color", "size": "category:size"}),
        ("variants/shopify/products.csv", {"barcode": "identifier:gtin", "vendor": "category:brand"}),
        ("pairs/dblp_acm/tableA.csv", {"title": "text:title", "authors": "text", "year": "number:year"}),
    ],
)
def test_real_tables(path: str, expected: dict[str, str]) -> None:
    catalogue = Catalogue.read(DATA / path)
    schema = understand(catalogue)
    assert catalogue.id_column == "id"
    assert {a.name: told(a) for a in schema.attributes if a.name in expected} == expected
