"""Make a catalogue (or a table of persons) of any size with known duplicates, quickly and seeded.

python benchmarks/synthetic.py 100000 /tmp/made
python benchmarks/synthetic.py 100000 /tmp/made --kind persons
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Words = Sequence[str] | NDArray[np.str_]

DUPLICATES = 0.2
LETTERS, DIGITS = r"^\p{L}{2}$", r"^\d{2}$"
ONSETS = [
    "b", "br", "c", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "pl",
    "pr", "r", "s", "st", "sv", "t", "tr", "v", "w", "z",
]  # fmt: skip
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "io", "ou"]
CODAS = ["", "", "", "l", "n", "r", "s", "x", "rn", "nt", "ck", "m"]

# category | what it is | in another supplier's short form | which sizes | middle price
GOODS = [
    line.split("|")
    for line in (
        "Footwear|men's running shoe|mens run. shoe|shoe|80",
        "Footwear|women's walking boot|wmns walk boot|shoe|110",
        "Clothing|organic cotton t-shirt|org cotton tee|shirt|18",
        "Clothing|padded winter jacket|pad. winter jkt|shirt|95",
        "Kitchen|stoneware mug with handle|stonewr mug w/ handle|ml|9",
        "Kitchen|stainless steel saucepan|s/steel saucepan|cm|45",
        "Power tools|cordless drill driver 18 V|cdls drill driver 18V|none|90",
        "Power tools|random orbital sander 300 W|orbital sander 300W|none|60",
        "Electronics|wireless over-ear headphones|wless hdphones over ear|none|120",
        "Electronics|portable bluetooth speaker|port. BT speaker|none|50",
        "Electronics|usb-c charging cable|usbc charge cable|m|9",
        "Groceries|extra virgin olive oil|EV olive oil|ml|8",
        "Groceries|wholegrain rolled oats|w/grain oats|g|3",
        "Groceries|ground coffee dark roast|grd coffee dk roast|g|7",
        "Office|retractable gel pen|retr. gel pen|pack|2",
        "Office|dotted notebook hardcover|dotted ntbk h/cover|pack|9",
    )
]
COLOURS = {
    "black": "blk", "white": "wht", "navy": "nvy", "grey": "gry", "red": "red", "green": "grn", "blue": "blu",
    "brown": "brn", "beige": "bge", "olive": "olv", "teal": "teal", "coral": "coral", "purple": "purp",
    "yellow": "yel", "pink": "pnk", "silver": "slv",
}  # fmt: skip
FINISHES = [
    "",
    "classic",
    "lightweight",
    "premium",
    "compact",
    "heavy duty",
    "slim fit",
    "water resistant",
    "eco",
]
SIZES: dict[str, list[tuple[str, str]]] = {
    "shoe": [(f"UK {size}", f"size {size}") for size in (6, 7, 8, 9, 10, 11)],
    "shirt": [
        ("XS", "X-Small"),
        ("S", "Small"),
        ("M", "Medium"),
        ("L", "Large"),
        ("XL", "X-Large"),
        ("XXL", "2XL"),
    ],
    "ml": [(f"{size} ml", f"{size / 1000:g} l") for size in (250, 500, 750, 1000, 1500, 2000)],
    "g": [(f"{size} g", f"{size / 1000:g} kg") for size in (100, 200, 250, 500, 1000, 2000)],
    "cm": [(f"{size} cm", f"{size * 10} mm") for size in (16, 18, 20, 24, 28, 32)],
    "m": [(f"{size / 2:g} m", f"{size * 50} cm") for size in (1, 2, 3, 4, 6, 10)],
    "pack": [(f"pack of {size}", f"{size} pcs") for size in (1, 2, 4, 6, 10, 12)],
    "none": [("", "")] * 6,
}


class Layout(NamedTuple):
    """Which entity each row lists, which rows list it in other words, and how many entities there are."""

    entity: Ints
    noisy: Bools
    entities: int

    @classmethod
    def draw(cls, rows: int, rng: np.random.Generator) -> Layout:
        """Every entity once and `DUPLICATES` of the rows again (a tenth word for word), shuffled."""
        repeats = int(rows * DUPLICATES)
        entities = rows - repeats
        again = (entities * rng.random(repeats) ** 1.2).astype(np.int64)
        order = rng.permutation(rows)
        entity = np.concatenate([rng.permutation(entities), rng.permutation(entities)[again]])[order]
        noisy = ((np.arange(rows) >= entities) & (rng.random(rows) > 0.1))[order]
        return cls(entity, noisy, entities)

    def chance(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """A number in [0, 1) for each row, the same for all the rows that repeat an entity word for word."""
        return np.where(self.noisy, rng.random(self.entity.size), rng.random(self.entities)[self.entity])

    def truth(self, ids: pl.Series, **groups: Ints) -> pl.DataFrame:
        """``id`` and, for each named grouping of the entities, the smallest id of the row's group."""
        frame = pl.DataFrame({"id": ids, **{name: group[self.entity] for name, group in groups.items()}})
        return frame.with_columns(pl.col("id").min().over(name).alias(name) for name in groups)


def words(count: int, syllables: int, rng: np.random.Generator) -> NDArray[np.str_]:
    """``count`` different invented words in no order."""
    made: NDArray[np.str_] = np.array([], dtype=str)
    while made.size < count:
        text = np.full(2 * count, "")
        for _ in range(syllables):
            text = np.char.add(np.char.add(text, rng.choice(ONSETS, text.size)), rng.choice(VOWELS, text.size))
        made = np.union1d(made, np.char.add(text, rng.choice(CODAS, text.size)))
    return np.char.capitalize(rng.permutation(made)[:count])


def skewed(size: int, choices: int, rng: np.random.Generator) -> Ints:
    """Positions below ``choices``, the first ones far more often: most brands are small."""
    return (choices * rng.random(size) ** 2.5).astype(np.int64)


def running_count(groups: Ints) -> Ints:
    """For each element, how many equal ones stand before it."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    count = np.empty_like(groups)
    count[order] = np.arange(groups.size) - np.searchsorted(ordered, ordered)
    return count


def pick(values: Words, at: NDArray[np.integer[Any]]) -> pl.Series:
    """``values[at]`` as a series of text."""
    return pl.Series(values=list(values), dtype=pl.String).gather(pl.Series(at))


def where(hit: Bools, yes: pl.Series, no: pl.Series) -> pl.Series:
    """``yes`` where ``hit``, else ``no``."""
    return no.zip_with(~pl.Series(hit), yes)


def blank(cells: pl.Series, hit: Bools) -> pl.Series:
    """``cells``, missing where ``hit``."""
    return cells.set(pl.Series(hit), None)


def typos(text: pl.Series, hit: Bools, rng: np.random.Generator, between: str = LETTERS) -> pl.Series:
    """Where ``hit``, one slip behind the first character: swapped, lost or doubled letters (or `DIGITS`).

    A place that is not between two of them is left alone: in a title, another number is another product.
    """
    frame = pl.DataFrame({"text": text, "place": rng.random(len(text)), "kind": rng.integers(3, size=len(text))})
    frame = frame.filter(pl.Series(hit)).with_columns(
        at=1 + (pl.col("place") * (pl.col("text").str.len_chars() - 2).cast(pl.Float64)).cast(pl.Int64)
    )
    one, two = pl.col("text").str.slice("at", 1), pl.col("text").str.slice(pl.col("at") + 1, 1)
    middle = pl.when(kind=0).then(two + one).when(kind=1).then(two).otherwise(one + one + two)
    slip = pl.col("text").str.slice(0, pl.col("at")) + middle + pl.col("text").str.slice(pl.col("at") + 2)
    apt = (one + two).str.contains(between) & (pl.col("text").str.len_chars() > 4)
    slips = frame.select(pl.when(apt).then(slip).otherwise("text").alias("text"))["text"]
    return text.scatter(pl.Series(np.flatnonzero(hit)), slips)


def spaced(parts: Sequence[pl.Series]) -> pl.Series:
    """The parts of each row with one space between those that are not empty."""
    frame = pl.DataFrame({str(place): part for place, part in enumerate(parts)})
    text = pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)
    return frame.select(text.str.replace_all(r" {2,}", " ").str.strip_chars().alias("text"))["text"]


def gtins(numbers: Ints) -> pl.Series:
    """Thirteen digits with a valid check digit, from the range for use inside a company (prefix 2)."""
    body = 2 * 10**11 + numbers
    digits = body[:, None] // 10 ** np.arange(11, -1, -1) % 10
    check = -(digits * np.tile([1, 3], 6)).sum(axis=1) % 10
    return pl.Series(body * 10 + check).cast(pl.String)


def rounded(values: NDArray[np.float64]) -> pl.Series:
    """Two decimals, as text."""
    return pl.Series(np.round(values, 2)).cast(pl.String)


class Items(NamedTuple):
    """The attributes of each entity, as positions in vocabularies."""

    family: Ints
    line: Ints  # which product line: its brand, name and kind of goods; its models differ by a number alone
    model: Ints
    colour: Ints
    size: Ints
    goods_of_line: Ints

    @classmethod
    def draw(cls, entities: int, rng: np.random.Generator) -> Items:
        """Families of 1 to 48 entities, mostly few, each item of a family in a colour and size of its own."""
        goods_of_line = rng.integers(len(GOODS), size=entities // 3 + 1)
        line_of_family = np.arange(entities) // 3
        unsized = np.array([goods[3] == "none" for goods in GOODS])[goods_of_line[line_of_family]]
        plain = np.array([goods[0] == "Groceries" for goods in GOODS])[goods_of_line[line_of_family]]
        members = np.minimum(rng.zipf(1.7, entities), np.where(unsized, len(COLOURS), np.where(plain, 6, 48)))
        colours = np.maximum(rng.choice([1, 2, 4, 8], entities), -(-members // 6))
        colours = np.where(unsized, len(COLOURS), np.where(plain, 1, colours))
        first_colour = rng.integers(len(COLOURS), size=entities)
        first_model = 100 * rng.integers(1, 10, size=goods_of_line.size)

        family = np.repeat(np.arange(entities), members)[:entities]
        variant = running_count(family)
        model = first_model[line_of_family] + 10 * (np.arange(entities) % 3)
        colour = (first_colour[family] + variant % colours[family]) % len(COLOURS)
        colour[plain[family]] = len(COLOURS)  # oats have no colour
        size = variant // colours[family]
        return cls(family, line_of_family[family], model[family], colour, size, goods_of_line)


def catalogue(rows: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A catalogue and its truth (``id, entity_id, family_id``)."""
    rng = np.random.default_rng(seed)
    plan = Layout.draw(rows, rng)
    items = Items.draw(plan.entities, rng)
    lines = items.goods_of_line.size
    brand_of_line = skewed(lines, max(rows // 400, 20), rng)
    name_of_line = running_count(brand_of_line)  # no brand uses a name twice
    brand_words, name_words = words(max(rows // 400, 20), 2, rng), words(int(name_of_line.max()) + 1, 2, rng)
    price_of_line = np.array([float(goods[4]) for goods in GOODS])[items.goods_of_line] * rng.lognormal(0, 0.4, lines)
    item_price = price_of_line[items.line] * (1 + items.model % 100 / 200)

    line, goods = items.line[plan.entity], items.goods_of_line[items.line][plan.entity]
    noisy, colour = plan.noisy, items.colour[plan.entity]
    place = 6 * goods + items.size[plan.entity]
    sizes = [size for entry in GOODS for size in SIZES[entry[3]]]

    def other(share: float) -> Bools:
        return noisy & (rng.random(rows) < share)

    brand = pick(brand_words, brand_of_line[line])
    brand = where(other(0.3), brand.str.to_uppercase(), brand)
    color = where(other(0.4), pick([*COLOURS.values(), ""], colour), pick([*COLOURS, ""], colour))
    size = where(other(0.6), pick([short for _, short in sizes], place), pick([usual for usual, _ in sizes], place))
    noun = where(other(0.5), pick([entry[2] for entry in GOODS], goods), pick([entry[1] for entry in GOODS], goods))
    model = pl.Series(items.model[plan.entity]).cast(pl.String)
    name = spaced([pick(name_words, name_of_line[line]), model])
    finish = pick(FINISHES, rng.integers(len(FINISHES), size=lines)[line])

    # What a house style leaves to the columns; every row keeps its colour and size in one of the two.
    style = np.where(noisy, rng.integers(3, size=rows), rng.integers(3, size=lines)[line])
    nothing = pl.Series([""]).new_from_index(0, rows)
    tail = [where(style != 1, color, nothing), where(style != 1, size, nothing)]
    turned = other(0.5)
    title = where(
        turned,
        spaced([name, finish, noun, where(other(0.3), nothing, brand), *tail]),
        spaced([brand, name, finish, noun, *tail]),
    )
    title = typos(title, other(0.5), rng)
    title = where(other(0.25), title.str.to_lowercase(), title)
    category = pick([entry[0] for entry in GOODS], goods)
    prices = item_price[plan.entity] * np.where(other(0.4), rng.uniform(0.93, 1.07, rows), 1.0)
    ids = pl.Series(np.arange(1, rows + 1)).cast(pl.String).str.zfill(7)
    ids = pl.select(pl.lit("r") + ids).to_series()
    frame = pl.DataFrame(
        {
            "id": ids,
            "title": title,
            "brand": blank(brand, plan.chance(rng) < 0.1),
            "category": blank(category, plan.chance(rng) < 0.1),
            "color": blank(color, style == 2).replace("", None),
            "size": blank(size, style == 2).replace("", None),
            "price": blank(rounded(prices), plan.chance(rng) < 0.08),
            "gtin": blank(gtins(plan.entity * 7919), plan.chance(rng) < 0.5),
        }
    )
    return frame, plan.truth(ids, entity_id=np.arange(plan.entities), family_id=items.family)


def persons(rows: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A table of persons and its truth (``id, entity_id``)."""
    rng = np.random.default_rng(seed)
    plan = Layout.draw(rows, rng)
    count, entity = plan.entities, plan.entity
    vocabulary = {"given": 400, "family": max(count // 15, 500), "street": max(count // 40, 300), "town": 250}
    text = {name: words(size, 2, rng) for name, size in vocabulary.items()}
    drawn = {name: skewed(count, size, rng) for name, size in vocabulary.items()}
    number, days = rng.integers(1, 250, size=count), rng.integers(29000, size=count)
    phones = rng.integers(10**8, 10**9, size=count)

    def other(share: float) -> Bools:
        return plan.noisy & (rng.random(rows) < share)

    def cells(name: str) -> pl.Series:
        return typos(pick(text[name], drawn[name][entity]), other(0.15), rng)

    given, surname = cells("given"), cells("family")
    given = where(other(0.08), given.str.slice(0, 1), given)
    swapped, moved = other(0.03), other(0.08)
    address = spaced([pl.Series(number[entity]).cast(pl.String), cells("street"), pl.Series(["Street"] * rows)])
    town = drawn["town"][entity]
    born = pl.Series(np.datetime64("1930-01-01") + days[entity]).dt
    birth = where(other(0.05), born.strftime("%Y-%d-%m"), born.strftime("%Y-%m-%d"))
    phone = pl.Series(phones[entity]).cast(pl.String)
    ids = pl.select(pl.lit("r") + pl.Series(np.arange(1, rows + 1)).cast(pl.String).str.zfill(7)).to_series()
    frame = pl.DataFrame(
        {
            "id": ids,
            "given_name": blank(where(swapped, surname, given), plan.chance(rng) < 0.03),
            "surname": blank(where(swapped, given, surname), plan.chance(rng) < 0.02),
            "date_of_birth": blank(typos(birth, other(0.08), rng, DIGITS), plan.chance(rng) < 0.06),
            "address": blank(where(moved, address.shuffle(seed), address), plan.chance(rng) < 0.05),
            "town": blank(cells("town"), plan.chance(rng) < 0.05),
            "postcode": blank(pl.Series(1000 + 7 * town).cast(pl.String), plan.chance(rng) < 0.05),
            "phone": blank(typos(phone, other(0.1), rng, DIGITS), plan.chance(rng) < 0.3),
        }
    )
    return frame, plan.truth(ids, entity_id=np.arange(count))


KINDS = {"catalogue": catalogue, "persons": persons}


def main() -> None:
    """Write ``records.csv`` and ``truth.csv`` into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kind", choices=sorted(KINDS), default="catalogue")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    records, truth = KINDS[options.kind](options.rows, options.seed)
    options.folder.mkdir(parents=True, exist_ok=True)
    records.write_csv(options.folder / "records.csv")
    truth.write_csv(options.folder / "truth.csv")


if __name__ == "__main__":
    main()
