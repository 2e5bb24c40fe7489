"""Make a catalogue of any size with its truth, in batches: a million rows in seconds, five within a gigabyte.

Brands, series and kinds of goods follow Zipf's law and their numbers grow with the rows, as they do in shops; titles
have 60 characters on average. One row in five lists an item again, most of them in other words.

python benchmarks/scale_catalogue.py 1000000 /tmp/made
python benchmarks/scale_catalogue.py 1000000 /tmp/made --skew
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scale_vocabulary import COLOURLESS, KINDS, TRAITS
from synthetic import COLOURS, SIZES, Bools, Ints, Layout, blank, pick, rounded, running_count, spaced, typos, where
from synthetic import words as invented

Small = NDArray[np.int32]

BATCH_ROWS = 250_000
SAME_TITLES = 50_000
SAME_TITLE = "Assorted item, see description"
FAMILIES_A_LINE = 2.5
MEMBERS_A_FAMILY = 2.0
GENERIC = 0.03  # lines without a name or a number of their own: their titles are the same in many shops
ID_DIGITS = 8

_SIZES = [size for kind in KINDS for size in SIZES[kind[3]]]
_UNSIZED = np.array([kind[3] == "none" for kind in KINDS])
_PLAIN = np.array([kind[0] in COLOURLESS for kind in KINDS])


class Lines(NamedTuple):
    """The product lines: brand, name, kind of goods, what is said of them, and price."""

    brand: Small
    series: Small
    code: Small  # of the first model; 0 is none
    kind: Small
    traits: Small  # (lines, 2), the last position is none
    price: NDArray[np.float32]

    @classmethod
    def draw(cls, count: int, brands: int, series: int, skew: bool, rng: np.random.Generator) -> Lines:
        """Each attribute by Zipf's law; with ``skew`` one brand has half of all lines."""
        brand = zipf(brands, count, rng)
        if skew:
            brand[rng.random(count) < 0.5] = 0
        kind = zipf(len(KINDS), count, rng)
        traits = zipf(len(TRAITS), 2 * count, rng).reshape(count, 2)
        traits[:, 1][(traits[:, 0] == traits[:, 1]) | (rng.random(count) < 0.7)] = len(TRAITS)
        named = zipf(series, count, rng)
        code = 10 * rng.integers(10, 1000, size=count, dtype=np.int32)
        code[rng.random(count) < 0.3] = 0
        generic = rng.random(count) < GENERIC
        named[generic], code[generic], brand[generic] = series, 0, brand[generic] % 50
        middle = np.array([float(entry[4]) for entry in KINDS])[kind]
        price = (middle * rng.lognormal(0, 0.5, count)).astype(np.float32)
        return cls(brand, named, code, kind, traits, price)


class Items(NamedTuple):
    """The attributes of each entity, as positions in vocabularies."""

    family: Small
    line: Small
    model: Small  # which model of its line
    colour: Small
    size: Small
    unbranded: Bools  # its rows do not fill in the brand

    @classmethod
    def draw(cls, count: int, lines: int, kind: Small, rng: np.random.Generator) -> Items:
        """Families of 1 to 48 items, mostly few, each item of a family in a colour and size of its own."""
        line_of_family = np.sort(rng.integers(lines, size=count, dtype=np.int32))
        kinds = kind[line_of_family]
        unsized, plain = _UNSIZED[kinds], _PLAIN[kinds]
        members = np.minimum(rng.zipf(1.9, count), np.where(plain, 6, np.where(unsized, len(COLOURS), 48)))
        colours = np.maximum(rng.choice([1, 2, 4, 8], count), -(-members // 6))
        colours = np.where(plain, 1, np.where(unsized, len(COLOURS), colours))
        first_colour, first_size = rng.integers(len(COLOURS), size=count), rng.integers(6, size=count)
        model = running_count(line_of_family.astype(np.int64))

        family = np.repeat(np.arange(count), members)[:count]
        variant = running_count(family)
        colour = (first_colour[family] + variant % colours[family]) % len(COLOURS)
        colour[plain[family]] = len(COLOURS)
        size = (first_size[family] + variant // colours[family]) % 6
        unbranded = rng.random(count) < 0.1
        whole = (family, line_of_family[family], model[family], colour, size)
        return cls._make([*(values.astype(np.int32) for values in whole), unbranded])


class Plan(NamedTuple):
    """A whole catalogue as numbers; `batch` writes some of its rows out."""

    seed: int
    layout: Layout
    items: Items
    lines: Lines
    brands: NDArray[np.str_]
    series: NDArray[np.str_]
    skew: bool

    @classmethod
    def draw(cls, rows: int, seed: int, skew: bool) -> Plan:
        """Everything that rows have in common."""
        rng = np.random.default_rng(seed)
        layout = Layout.draw(rows, rng)
        brands = invented(vocabulary(rows, 0.5), 2, rng)
        series = invented(vocabulary(rows, 1.0), 2, rng)
        count = int(rows / (FAMILIES_A_LINE * MEMBERS_A_FAMILY)) + 1
        lines = Lines.draw(count, brands.size, series.size, skew, rng)
        return cls(seed, layout, Items.draw(layout.entities, count, lines.kind, rng), lines, brands, series, skew)

    def batch(self, start: int, stop: int) -> pl.DataFrame:
        """Rows from ``start`` up to ``stop``."""
        rng = np.random.default_rng([self.seed, start])
        entity = self.layout.entity[start:stop]
        noisy = self.layout.noisy[start:stop]
        line, items = self.items.line[entity], self.items
        brand = pick(self.brands, self.lines.brand[line])
        spoken = where(noisy & (rng.random(entity.size) < 0.3), brand.str.to_uppercase(), brand)
        title = self._title(entity, noisy, spoken, rng)
        if self.skew:
            title = where(self._same_title(entity), pl.Series([SAME_TITLE]).new_from_index(0, entity.size), title)
        price = self.lines.price[line] * (1 + items.model[entity] % 7 / 20 + items.size[entity] / 50)
        price = price * np.where(noisy & (rng.random(entity.size) < 0.4), rng.uniform(0.93, 1.07, entity.size), 1.0)
        missing = np.where(noisy, rng.random(entity.size) < 0.15, items.unbranded[entity])
        frame = pl.DataFrame({"id": ids(start, stop), "title": title, "brand": blank(spoken, missing)})
        constant = [pl.lit("EUR").alias("currency")] if self.skew else []
        return frame.with_columns(*constant, rounded(price.astype(np.float64)).alias("price"))

    def _title(self, entity: Ints, noisy: Bools, brand: pl.Series, rng: np.random.Generator) -> pl.Series:
        line, model = self.items.line[entity], self.items.model[entity]
        kind, colour = self.lines.kind[line], self.items.colour[entity]
        place = 6 * kind + self.items.size[entity]

        def other(share: float) -> Bools:
            return noisy & (rng.random(entity.size) < share)

        def either(share: float, usual: list[str], short: list[str], at: Small) -> pl.Series:
            return where(other(share), pick(short, at), pick(usual, at))

        name = spaced([pick([*self.series, ""], self.lines.series[line]), self._codes(line, model, other(0.3))])
        said = [
            either(0.4, [*(trait[0] for trait in TRAITS), ""], [*(trait[1] for trait in TRAITS), ""], at)
            for at in self.lines.traits[line].T
        ]
        nothing = pl.Series([""]).new_from_index(0, entity.size)
        said = [where(other(0.2), nothing, trait) for trait in said]
        noun = either(0.4, [entry[1] for entry in KINDS], [entry[2] for entry in KINDS], kind)
        color = either(0.3, [*COLOURS, ""], [*COLOURS.values(), ""], colour)
        size = either(0.4, [usual for usual, _ in _SIZES], [short for _, short in _SIZES], place)
        usual = spaced([brand, name, *said, noun, color, size])
        turned = spaced([noun, where(other(0.3), nothing, brand), name, size, *said[::-1], color])
        title = typos(where(other(0.4), turned, usual), other(0.4), rng)
        return where(other(0.25), title.str.to_lowercase(), title)

    def _codes(self, line: Small, model: Small, hyphened: Bools) -> pl.Series:
        """``KX2140``, or ``KX-2140``: letters of the line, its first number, and ten more for each further model."""
        first = self.lines.code[line]
        letters = [one + two for one in "ABCDEFGHKLMNPRSTVWXZ" for two in ["", *"BDGKLMRTX"]]
        code = pick(letters, line % len(letters))
        number = pl.Series(first + 10 * model).cast(pl.String)
        dash = where(hyphened, pl.Series(["-"]).new_from_index(0, len(line)), pl.Series([""]).new_from_index(0, 1))
        whole = pl.DataFrame([code.alias("code"), dash.alias("dash"), number.alias("number")])
        joined = whole.select(pl.concat_str(pl.all()).alias("code"))["code"]
        # Where a line has no code, its models still differ by a number.
        plain = where(model > 0, pl.Series(model + 1).cast(pl.String), pl.Series([""]).new_from_index(0, len(line)))
        return where(first > 0, joined, plain)

    def _same_title(self, entity: Ints) -> Bools:
        """Whether an entity is one of those that are told apart by brand and price alone."""
        rows = self.layout.entity.size
        same: Bools = entity < min(SAME_TITLES, rows // 20) / rows * self.layout.entities
        return same

    def truth(self) -> pl.DataFrame:
        """``id, entity_id, family_id``, groups named by their smallest id."""
        entity, family = self.layout.entity, self.items.family[self.layout.entity]
        named = {"entity_id": first_rows(entity), "family_id": first_rows(family)}
        own = ids(0, entity.size)
        return pl.DataFrame({"id": own, **{name: own.gather(pl.Series(rows)) for name, rows in named.items()}})


def vocabulary(rows: int, factor: float) -> int:
    """How many different words that many rows use: new ones come ever more slowly (Heaps' law)."""
    return max(int(factor * rows**0.8), 20)


def zipf(choices: int, size: int, rng: np.random.Generator) -> Small:
    """Positions below ``choices``; the chance of place r is as 1 / (r + 3)."""
    weights = np.cumsum(1.0 / (np.arange(choices) + 3.0))
    drawn = np.searchsorted(weights, rng.random(size) * weights[-1])
    places: Small = np.minimum(drawn, choices - 1).astype(np.int32)
    return places


def first_rows(groups: NDArray[np.integer[Any]]) -> Ints:
    """For each row, the first row of its group."""
    first = np.zeros(int(groups.max(initial=0)) + 1, dtype=np.int64)
    first[groups[::-1]] = np.arange(groups.size)[::-1]
    found: Ints = first[groups]
    return found


def ids(start: int, stop: int) -> pl.Series:
    """``r00000001`` and so on, as long for every size."""
    numbers = pl.Series("id", np.arange(start + 1, stop + 1)).cast(pl.String).str.zfill(ID_DIGITS)
    return pl.select(pl.lit("r") + numbers).to_series()


def batches(plan: Plan) -> Iterator[pl.DataFrame]:
    """The catalogue in runs of rows; the same whatever is done with them."""
    rows = plan.layout.entity.size
    for start in range(0, rows, BATCH_ROWS):
        yield plan.batch(start, min(rows, start + BATCH_ROWS))


def catalogue(rows: int, seed: int, *, skew: bool = False) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A catalogue and its truth (``id, entity_id, family_id``) in memory."""
    plan = Plan.draw(rows, seed, skew)
    return pl.concat(list(batches(plan))), plan.truth()


def write(rows: int, folder: Path, seed: int, *, skew: bool = False) -> None:
    """Write ``records.csv`` and ``truth.csv`` into a folder, a batch at a time."""
    plan = Plan.draw(rows, seed, skew)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "records.csv").open("wb") as file:
        for place, batch in enumerate(batches(plan)):
            batch.write_csv(file, include_header=not place)
    plan.truth().write_csv(folder / "truth.csv")


def main() -> None:
    """Write a catalogue."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--skew",
        action="store_true",
        help="50,000 rows (at most one in twenty) of one title, a brand on half of all rows, a constant column",
    )
    options = parser.parse_args()
    write(options.rows, options.folder, options.seed, skew=options.skew)


if __name__ == "__main__":
    main()
