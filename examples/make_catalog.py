"""Write ``catalog.csv``, a made-up retailer's catalogue with duplicates, and ``catalog_truth.csv`` beside it.

Everything is invented here and seeded: the same files come out on every machine. Run from anywhere:

    python examples/make_catalog.py

``make_catalog.txt`` holds the products. A line is one variation family; neighbouring lines are near misses of
each other: another model, another generation, a bundle.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

SEED = 246
COLUMNS = ("sku", "title", "brand", "category", "color", "size", "price", "gtin", "weight", "description")
Row = dict[str, str]

ABBREVIATIONS = {
    "women's": "wmns", "men's": "mens", "waterproof": "w/proof", "with": "w/", "stainless steel": "s/steel",
    "organic": "org", "cordless": "cdls", "wireless": "wless", "bluetooth": "BT", "headphones": "hdphones",
    "long sleeve": "L/S", "t-shirt": "tee", "extra virgin": "EV", "batteries": "batt", "keyboard": "kbd",
    "unisex": "unisx", "portable": "port.", "stoneware": "stonewr", "notebook": "ntbk", "bundle": "bdl",
}  # fmt: skip
COLOUR_SHORT = {
    "black": "blk", "white": "wht", "grey": "gray", "navy": "nvy", "silver": "slv", "charcoal": "charc.",
}  # fmt: skip
OTHER_CATEGORY = {
    "Footwear": "Shoes", "Clothing": "Apparel > Tops", "Kitchen": "Home & Kitchen", "Power tools": "DIY",
    "Electronics": "Audio & Computing", "Groceries": "Food & Drink", "Office": "Stationery",
}  # fmt: skip
LETTER_SIZES = {"S": "Small", "M": "Medium", "L": "Large", "XL": "X-Large"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be bought: a product in one colour and one size."""

    family: int
    brand: str
    name: str
    noun: str
    category: str
    price: float
    grams: float
    color: str
    size: str
    gtin: str
    description: str


def check_digit(digits: str) -> str:
    """The last digit of a GTIN whose other digits are given (GS1: weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def amount(size: str) -> float:
    """How much a size holds, for its price; 1 where a size is no amount (shoes, shirts)."""
    numbers = [float(number) for number in re.findall(r"[\d.]+", size)]
    grows = re.search(r" (ml|g|m|mAh|sheets)$|^pack of", size)
    return numbers[0] * (numbers[1] if len(numbers) > 1 else 1.0) if numbers and grows else 1.0


def items(rng: random.Random) -> Iterator[Item]:
    """Every product of the table in each of its colours and sizes."""
    products = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    for family, line in enumerate(products.splitlines()[1:]):
        brand, name, noun, category, price, grams, colors, sizes, description = line.split("|")
        size_list = sizes.split(",")
        for color in colors.split(","):
            for size in size_list:
                # Prefixes 02 and 20 to 29 are for use inside a company, so no real article carries these.
                digits = f"{rng.choice(['02', '20', '27'])}{rng.randrange(10**10):010d}"
                scale = (amount(size) / amount(size_list[0])) ** 0.85
                cost = round(float(price) * scale * 20) / 20
                weight = float(grams) * amount(size) / amount(size_list[0])
                gtin = digits + check_digit(digits)
                yield Item(family, brand, name, noun, category, cost, weight, color, size, gtin, description)


def clean_row(item: Item, style: int) -> Row:
    """The retailer's own way to list an item; ``style`` says what stands in the title."""
    title = " ".join((item.brand, item.name, item.noun))
    in_title = [part for part in (item.color.title(), item.size) if part]
    titles = (
        ", ".join((title, *in_title)),
        title,
        f"{title} - {' / '.join(in_title)}" if in_title else title,
    )
    own_columns = style != 2
    return {
        "title": titles[style],
        "brand": item.brand,
        "category": item.category,
        "color": item.color if own_columns else "",
        "size": item.size if own_columns else "",
        "price": f"{item.price:.2f}",
        "gtin": item.gtin,
        "weight": f"{item.grams:g} g" if item.grams < 1000 else f"{item.grams / 1000:g} kg",
        "description": item.description,
    }


def other_size(size: str, rng: random.Random) -> str:
    """The same size in another unit or wording."""
    if size in LETTER_SIZES:
        return LETTER_SIZES[size]
    if found := re.fullmatch(r"UK (\d+)", size):
        return rng.choice(["UK{0}", "size {0}", "{0} UK"]).format(found[1])
    if found := re.fullmatch(r"pack of (\d+)", size):
        return rng.choice(["{0} pk", "{0}-pack", "{0} pcs"]).format(found[1])
    if found := re.fullmatch(r"(\d+) x (.+)", size):
        return rng.choice(["{1} x {0}", "{1} pack of {0}", "{0}x{1}"]).format(found[1], found[2].replace(" ", ""))
    if found := re.fullmatch(r"(\d+) (ml|g|mm|cm|m)", size):
        value = int(found[1])
        ways: dict[str, list[str]] = {
            "ml": [f"{value}ml", f"{value / 1000:g} l", f"{value / 29.5735:.1f} fl oz"],
            "g": [f"{value}g", f"{value / 1000:g} kg", f"{value / 28.3495:.1f} oz"],
            "mm": [f"{value}mm", f"{value / 10:g} cm"],
            "cm": [f"{value}cm", f"{value * 10} mm"],
            "m": [f"{value}m", f"{value * 100} cm"],
        }
        return rng.choice(ways[found[2]])
    return size.replace("sheets", "shts").replace("pages", "pp")


def abbreviate(text: str, rng: random.Random) -> str:
    """Some of the words that have a usual short form, shortened."""
    for word, short in ABBREVIATIONS.items():
        if rng.random() < 0.6:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", short, text)
    return text


def typo(text: str, rng: random.Random) -> str:
    """One slip of the fingers inside a word of five letters or more: swapped, lost or doubled."""
    words = text.split(" ")
    long_words = [place for place, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long_words:
        return text
    place = rng.choice(long_words)
    word = words[place]
    at = rng.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    lost, doubled = word[:at] + word[at + 1 :], word[: at + 1] + word[at:]
    words[place] = rng.choice((swapped, lost, doubled))
    return " ".join(words)


def noisy_row(item: Item, rng: random.Random) -> Row:
    """The same item as a second supplier lists it: what identifies it is kept, the writing is not."""
    size = other_size(item.size, rng) if rng.random() < 0.7 else item.size
    color = COLOUR_SHORT.get(item.color, item.color) if rng.random() < 0.4 else item.color
    written = replace(item, noun=abbreviate(item.noun, rng), color=color, size=size)
    row = clean_row(written, rng.choice((0, 1, 2, 2)))
    tail = [part for part in (color, size) if part] if not row["color"] + row["size"] else []
    order = [[item.brand, item.name, written.noun], [item.name, written.noun, item.brand]]
    order += [[written.noun, item.brand, item.name], [item.name, written.noun]]
    title = " ".join(rng.choice(order) + tail)
    casing: Callable[[str], str] = rng.choice((str, str, str.lower, str.upper, str.title))
    row["title"] = casing(typo(title, rng) if rng.random() < 0.5 else title)
    row["category"] = rng.choice((item.category, OTHER_CATEGORY[item.category], ""))
    row["price"] = f"{item.price * rng.choice((1, 1, 0.95, 1.05)):.2f}"
    row["gtin"] = item.gtin.removeprefix("0")  # a spreadsheet drops the leading zero
    row["description"] = rng.choice(("", "", item.description.lower()))
    row["brand"] = rng.choice((item.brand, item.brand.upper(), ""))
    return row


def blanked(row: Row, rng: random.Random) -> Row:
    """The row with some cells missing, written in the ways people write it; colour and size stay."""
    shares = {"brand": 0.06, "category": 0.1, "price": 0.05, "gtin": 0.5, "weight": 0.4, "description": 0.4}
    marks = ("", "", "", "N/A", "-")
    return {name: rng.choice(marks) if rng.random() < shares.get(name, 0.0) else cell for name, cell in row.items()}


def catalogue() -> tuple[list[Row], list[Row]]:
    """The shuffled rows and, in the same order, the truth about them."""
    rng = random.Random(SEED)
    listed: list[tuple[int, int, Row]] = []
    styles: dict[int, int] = {}
    for entity, item in enumerate(items(rng)):
        style = styles.setdefault(item.family, rng.choice((0, 1, 2)))
        first = blanked(clean_row(item, style), rng)
        listed.append((entity, item.family, first))
        for _ in range(rng.choices((0, 1, 2), (0.78, 0.19, 0.03))[0]):
            again = dict(first) if rng.random() < 0.12 else blanked(noisy_row(item, rng), rng)
            listed.append((entity, item.family, again))
    rng.shuffle(listed)
    skus = [f"C{number:05d}" for number in range(10001, 10001 + len(listed))]
    smallest: dict[tuple[str, int], str] = {}
    for sku, (entity, family, _) in zip(skus, listed, strict=True):
        smallest.setdefault(("entity", entity), sku)
        smallest.setdefault(("family", family), sku)
    rows = [{"sku": sku, **row} for sku, (_, _, row) in zip(skus, listed, strict=True)]
    truth = [
        {"id": sku, "entity_id": smallest["entity", entity], "family_id": smallest["family", family]}
        for sku, (entity, family, _) in zip(skus, listed, strict=True)
    ]
    return rows, truth


def write(folder: Path) -> None:
    """Write both files into ``folder``, with plain line feeds on every system."""
    rows, truth = catalogue()
    for name, columns, lines in (
        ("catalog.csv", COLUMNS, rows),
        ("catalog_truth.csv", ("id", "entity_id", "family_id"), truth),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)


if __name__ == "__main__":
    write(Path(__file__).parent)
