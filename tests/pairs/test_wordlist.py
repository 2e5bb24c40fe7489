from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.variation import canonical_value, read_values

FOUND = [
    ("material", "Cotton Tee", "cotton", "Tee"),
    ("material", "Tee - Cotton", "cotton", "Tee"),
    ("material", "Tee 100% Cotton", "cotton", "Tee"),
    ("material", "Tee 60% Cotton, 40% Polyester", "cotton|polyester", "Tee"),
    ("material", "Jacke aus Leder", "leather", "Jacke"),
    ("material", "Veste en cuir", "leather", "Veste"),
    ("material", "Bolsa de couro", "leather", "Bolsa"),
    ("material", "Faux Leather Jacket", "faux leather", "Jacket"),
    ("material", "Dining Table Solid Oak", "solid oak", "Dining Table"),
    ("material", "Dining Table - Oak", "oak", "Dining Table"),
    ("material", "Dining Table (Oak)", "oak", "Dining Table"),
    ("material", "Oak Dining Table", "oak", "Dining Table"),
    ("material", "Stainless Steel Bottle 500ml", "stainless steel", "Bottle 500ml"),
    ("material", "Ring - Sterling Silver", "sterling silver", "Ring"),
    ("material", "Baumwolle T-Shirt", "cotton", "T-Shirt"),
    ("material", "Bathrobe - Cotton / Navy", "cotton", "Bathrobe - Navy"),
    ("material", "Organic Cotton Sheet", "organic cotton", "Sheet"),
    ("material", "Material: Stone, Lamp", "stone", "Lamp"),
    ("material", "Canvas Shoe", "canvas", "Shoe"),
    ("material", "Shoe in Canvas", "canvas", "Shoe"),
    ("material", "Wollmütze aus 50% Wolle und 50% Polyester", "polyester|wool", "Wollmütze"),
    ("pattern", "Striped Shirt", "striped", "Shirt"),
    ("pattern", "Shirt - Stripe", "striped", "Shirt"),
    ("pattern", "Shirt - Striped / Blue", "striped", "Shirt - Blue"),
    ("pattern", "Floral Dress", "floral", "Dress"),
    ("pattern", "Polka Dot Dress", "polka dot", "Dress"),
    ("pattern", "Polka-dot dress", "polka dot", "dress"),
    ("pattern", "Camo Jacket", "camouflage", "Jacket"),
    ("pattern", "Jacket Camouflage", "camouflage", "Jacket"),
    ("pattern", "Leopard Print Scarf", "leopard", "Scarf"),
    ("pattern", "Scarf - Leopard", "leopard", "Scarf"),
    ("pattern", "Chemise à carreaux", "checked", "Chemise"),
    ("pattern", "Kleid geblümt", "floral", "Kleid"),
    ("pattern", "Hemd kariert blau", "checked", "Hemd blau"),
    ("pattern", "Vestido de flores", "floral", "Vestido"),
    ("pattern", "Plaid & Striped Pyjama", "plaid|striped", "Pyjama"),
    ("pattern", "Shirt - Plain", "solid", "Shirt"),
    ("pattern", "Shirt in Floral Print", "floral", "Shirt"),
    ("pattern", "Dress Palm Print", "palm", "Dress"),
    ("pattern", "Pattern: Tiger", "tiger", ""),
    ("flavor", "Vanilla Scented Candle", "vanilla", "Candle"),
    ("flavor", "Candle - Lavender", "lavender", "Candle"),
    ("flavor", "Candle Lavender", "lavender", "Candle"),
    ("flavor", "Protein Powder - Chocolate", "chocolate", "Protein Powder"),
    ("flavor", "Protein Powder Strawberry 1kg", "strawberry", "Protein Powder 1kg"),
    ("flavor", "Whey Cookies & Cream", "cookies and cream", "Whey"),
    ("flavor", "Soap Unscented", "unscented", "Soap"),
    ("flavor", "Fragrance-Free Lotion", "unscented", "Lotion"),
    ("flavor", "Mint Flavour Toothpaste", "mint", "Toothpaste"),
    ("flavor", "Toothpaste (Mint)", "mint", "Toothpaste"),
    ("flavor", "Chips Sour Cream & Onion", "sour cream and onion", "Chips"),
    ("flavor", "Yoghurt Erdbeere", "strawberry", "Yoghurt"),
    ("flavor", "Yaourt goût fraise", "strawberry", "Yaourt"),
    ("flavor", "Yaourt fraise", "strawberry", "Yaourt"),
    ("flavor", "Yogur sabor a fresa", "strawberry", "Yogur"),
    ("flavor", "Candle - Fresh Linen", "fresh linen", "Candle"),
    ("flavor", "Chips - Original", "original", "Chips"),
    ("flavor", "Gum Spearmint 12 ct", "spearmint", "Gum 12 ct"),
    ("flavor", "Gum, Spearmint", "spearmint", "Gum"),
    ("flavor", "Scent: Rain - Candle", "rain", "Candle"),
    ("flavor", "Earring - Rose", "rose", "Earring"),
    ("gender", "Men's Running Shoe", "men", "Running Shoe"),
    ("gender", "Mens Running Shoe", "men", "Running Shoe"),
    ("gender", "Men’s Running Shoe", "men", "Running Shoe"),
    ("gender", "Running Shoe Women", "women", "Running Shoe"),
    ("gender", "Running Shoe - Women's", "women", "Running Shoe"),
    ("gender", "Women Running Shoe", "women", "Running Shoe"),
    ("gender", "Damen Jacke blau", "women", "Jacke blau"),
    ("gender", "Jacke Herren", "men", "Jacke"),
    ("gender", "Herren-Jacke", "men", "Jacke"),
    ("gender", "Parfum pour homme", "men", "Parfum"),
    ("gender", "Parfum Homme", "men", "Parfum"),
    ("gender", "Zapatos para mujer", "women", "Zapatos"),
    ("gender", "Scarpe da donna", "women", "Scarpe"),
    ("gender", "Unisex Hoodie", "unisex", "Hoodie"),
    ("gender", "Men's & Women's Hoodie", "unisex", "Hoodie"),
    ("gender", "Hoodie for Men and Women", "unisex", "Hoodie"),
    ("gender", "Boys' Shorts", "boys", "Shorts"),
    ("gender", "Shorts - Girls", "girls", "Shorts"),
    ("gender", "Ladies' Watch", "women", "Watch"),
    ("gender", "Jacket, Male", "men", "Jacket"),
    ("age_group", "Kids Bike", "kids", "Bike"),
    ("age_group", "Bike - Kids", "kids", "Bike"),
    ("age_group", "Kids' T-Shirt", "kids", "T-Shirt"),
    ("age_group", "Toddler Bed", "toddler", "Bed"),
    ("age_group", "Baby Hat", "baby", "Hat"),
    ("age_group", "Hat Baby", "baby", "Hat"),
    ("age_group", "Hat - Newborn", "newborn", "Hat"),
    ("age_group", "Infant Car Seat", "infant", "Car Seat"),
    ("age_group", "T-shirt Adult", "adult", "T-shirt"),
    ("age_group", "Adult T-shirt - M", "adult", "T-shirt - M"),
    ("age_group", "Shirt for kids", "kids", "Shirt"),
    ("age_group", "Kinder Jacke", "kids", "Jacke"),
    ("age_group", "Pyjama enfant", "kids", "Pyjama"),
    ("age_group", "Youth Fleece Jacket", "youth", "Fleece Jacket"),
    ("age_group", "Tee (Youth)", "youth", "Tee"),
]

LOOKALIKES = [
    ("material", "Cotton Club DVD"),
    ("material", "Cotton candy machine"),
    ("material", "Leather cleaner spray"),
    ("material", "Silk Road travel guide"),
    ("material", "Iron Man figure"),
    ("material", "The Velvet Underground LP"),
    ("material", "Norwegian Wood"),
    ("material", "Oak Ridge Boys"),
    ("material", "Real Madrid Home Jersey"),
    ("material", "Bath tub - Stone"),
    ("material", "Steel guitar strings"),
    ("material", "Woodstock poster"),
    ("material", "Lana Del Rey"),
    ("material", "Paper Mario"),
    ("material", "Canvas print"),
    ("material", "Cottonwood box"),
    ("pattern", "Striped bass lure"),
    ("pattern", "Floral foam brick"),
    ("pattern", "Zebra printer ribbon"),
    ("pattern", "Checked luggage scale"),
    ("pattern", "Solid State Drive"),
    ("pattern", "Mac OS X Leopard"),
    ("pattern", "Zebra GK420d"),
    ("pattern", "The White Stripes"),
    ("pattern", "Tiger Balm"),
    ("pattern", "University of Florida mug"),
    ("pattern", "Compatible laser checks"),
    ("flavor", "Orange juice"),
    ("flavor", "Apple iPhone"),
    ("flavor", "Raspberry Pi 4"),
    ("flavor", "BlackBerry Curve"),
    ("flavor", "Vanilla Ice live"),
    ("flavor", "Banana Republic shirt"),
    ("flavor", "Coffee table"),
    ("flavor", "Mint condition book"),
    ("flavor", "Raincoat"),
    ("flavor", "Cherry MX keyboard"),
    ("flavor", "Strawberry Fields"),
    ("flavor", "Rose Gold ring"),
    ("gender", "X-Men box set"),
    ("gender", "Men in Black"),
    ("gender", "Little Women DVD"),
    ("gender", "Beach Boys greatest hits"),
    ("gender", "The Beach Boys"),
    ("gender", "Gilmore Girls season 1"),
    ("gender", "Spider-Man mask"),
    ("gender", "Wonder Woman"),
    ("gender", "Men of Honor"),
    ("gender", "HDMI Male to Female"),
    ("gender", "Mad Men"),
    ("gender", "Omen"),
    ("gender", "Women Who Run With the Wolves"),
    ("gender", "Man's best friend"),
    ("age_group", "Baby powder"),
    ("age_group", "Baby Shark toy"),
    ("age_group", "Spy Kids DVD"),
    ("age_group", "Sour Patch Kids"),
    ("age_group", "Children of Men"),
    ("age_group", "Kinder Bueno"),
    ("age_group", "Barn door hinge"),
    ("age_group", "Red Barn"),
    ("age_group", "Adult Swim mug"),
    ("age_group", "Young Adult novel"),
    ("age_group", "Diary of a Wimpy Kid"),
    ("age_group", "Sonic Youth"),
]


@pytest.mark.parametrize(("attribute", "title", "value", "base"), FOUND)
def test_values_are_read_from_titles(attribute: str, title: str, value: str, base: str) -> None:
    assert read_values(pl.Series([title]), [attribute]).row(0) == (base, value)


@pytest.mark.parametrize(("attribute", "title"), LOOKALIKES)
def test_what_only_looks_like_a_value_stays(attribute: str, title: str) -> None:
    assert read_values(pl.Series([title]), [attribute]).row(0) == (title, None)


CELLS = [
    ("material", "Cotton", "cotton"),
    ("material", "100% Cotton", "cotton"),
    ("material", "Baumwolle", "cotton"),
    ("material", "stone", "stone"),
    ("material", "Cotton / Polyester", "cotton|polyester"),
    ("material", "Cotton twill", "cotton|twill"),
    ("material", "Unobtainium", "unobtainium"),
    ("pattern", "Solid", "solid"),
    ("pattern", "Polka Dots", "polka dot"),
    ("pattern", "Leopard", "leopard"),
    ("pattern", "Placement print", "placement print"),
    ("flavor", "Vanilla", "vanilla"),
    ("flavor", "Original", "original"),
    ("flavor", "Fresa", "strawberry"),
    ("gender", "Male", "men"),
    ("gender", "F", "women"),
    ("gender", "Women's", "women"),
    ("gender", "Unisex", "unisex"),
    ("gender", "Damen", "women"),
    ("gender", "Herren", "men"),
    ("gender", "Homme", "men"),
    ("age_group", "Adult", "adult"),
    ("age_group", "Newborn", "newborn"),
    ("age_group", "Kinder", "kids"),
    ("age_group", "3-5 years", "3-5 years"),
]


@pytest.mark.parametrize(("attribute", "cell", "value"), CELLS)
def test_cells_of_a_column_are_written_canonically(attribute: str, cell: str, value: str) -> None:
    written = canonical_value(pl.Series([cell]), attribute)
    assert written.to_list() == [value]
    assert canonical_value(written, attribute).to_list() == [value]


NAMES = ["material", "pattern", "flavor", "gender", "age_group"]
WORDS = (
    "cotton|Wool|60%|faux|leather|oak|candy|striped|Polka|dot|print|floral|vanilla|scented|mint|Apple|iPh"
    "one|men's|women|X|boys|'|for|and|kids|baby|powder|Material:|pattern|in|aus|Leder|gender:|M|(|)|/|,|&"
    "|Spider|man|and"
)
TITLES = st.lists(
    st.tuples(
        st.sampled_from(WORDS.split("|")),
        st.sampled_from([" ", " ", "", "-", " - "]),
    ),
    max_size=7,
).map(lambda parts: "".join(piece + gap for piece, gap in parts))


@settings(max_examples=8, deadline=None)
@given(st.lists(st.one_of(TITLES, st.text(max_size=12)), min_size=1, max_size=60))
def test_reading_a_base_again_finds_nothing(titles: list[str]) -> None:
    first = read_values(pl.Series(titles), NAMES)
    again = read_values(first["base"], NAMES)
    assert again["base"].to_list() == first["base"].to_list()
    assert all(again[name].null_count() == len(titles) for name in NAMES)
