"""Make catalogues with true variation families: kinds, each hard in its own way, of any size, seeded.

python benchmarks/family_catalogues.py /tmp/made                         # every kind, 3,000 rows each
python benchmarks/family_catalogues.py /tmp/made --kinds bricks --rows 100000 --seed 2
python benchmarks/family_catalogues.py /tmp/made --kinds mixed           # all of them in one table

A folder a kind: ``products.csv``, ``truth.csv`` (``id,family_id``), ``values.csv`` (``id,color,size``: what each row
is, written out) and ``truth_extra.csv`` (``id,dup_group``: items that are listed more than once). The words are in
``family_catalogues.toml``.
"""

from __future__ import annotations

import argparse
import random
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

ROWS = 3000
COLUMNS = ("title", "shop", "brand", "category", "color", "size", "price", "gtin")
WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


class Item(NamedTuple):
    """One row: its cells by column, the colour and size it really has, and whether it repeats the row before."""

    cells: dict[str, str]
    color: str = ""
    size: str = ""
    repeats: bool = False


Family = list[Item]


class Tables(NamedTuple):
    """A catalogue and what is true of it."""

    products: pl.DataFrame
    truth: pl.DataFrame
    values: pl.DataFrame
    extra: pl.DataFrame


class Draw:
    """Seeded choices from lists of words, and names that were not used before."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.used: set[str] = set()

    def one(self, text: str) -> str:
        """One of the words, each as likely."""
        return self.random.choice(listed(text))

    def skewed(self, text: str, steepness: float = 1.0) -> str:
        """One of the words, the first ones far more often."""
        return self.some(listed(text), 1, steepness)[0]

    def some(self, words: Sequence[str], count: int, steepness: float = 0.0) -> list[str]:
        """So many different words, the first ones more often the steeper."""
        keys = [self.random.random() ** ((place + 1) ** steepness) for place in range(len(words))]
        order = sorted(range(len(words)), key=lambda place: -keys[place])
        return [words[place] for place in order[:count]]

    def run(self, text: str, most: int) -> list[str]:
        """Neighbours in the list, as a seller stocks sizes."""
        words = listed(text)
        count = self.random.randint(1, min(most, len(words)))
        start = self.random.randint(0, len(words) - count)
        return words[start : start + count]

    def chance(self, share: float) -> bool:
        """Whether a thing happens that happens that often."""
        return self.random.random() < share

    def name(self, text: str, crowded: bool = False) -> str:
        """One of the names, or a made-up word where they are ``crowded``."""
        if not crowded:
            return self.one(text)
        sounds = listed("b|d|f|g|k|l|m|n|p|r|s|t|v|br|kl|st|tr"), listed("a|e|i|o|u|ea|io")
        made = "".join(self.random.choice(sounds[place % 2]) for place in range(self.random.choice((4, 5, 6))))
        return made.capitalize()

    def fresh(self, make: Callable[[bool], str]) -> str:
        """What ``make`` makes, made again until it is new; after some attempts the names are crowded."""
        for attempt in range(10_000):
            made = make(attempt >= 5)
            if made.casefold() not in self.used:
                self.used.add(made.casefold())
                return made
        raise ValueError("the words are used up")


def listed(text: str) -> list[str]:
    """The words of a list in the file of words."""
    return text.replace("\n", "").split("|")


def tidy(text: str) -> str:
    """Single spaces."""
    return re.sub(r"\s+", " ", text).strip()


def bricks(draw: Draw, front: bool = False) -> Iterator[Family]:
    """Parts of toy bricks: only a title that ends (or begins) with one of sixty colours, and a category."""
    words = WORDS["bricks"]
    colors = listed(words["colors"])

    def part(crowded: bool) -> str:
        kind = draw.random.random()
        if kind < 0.6:
            name = f"{draw.skewed(words['shapes'], 0.5)} {draw.skewed(words['dimensions'], 0.5)}"
            return tidy(f"{name} {draw.one(words['details'])}{printed(draw) if crowded or draw.chance(0.1) else ''}")
        if kind < 0.85:
            extra = printed(draw) if crowded else ""
            return f"{draw.one(words['figures'])} {draw.one(words['figure_details'])}{extra}"
        extra = f" {draw.random.randint(2, 99)}L" if crowded else ""
        return tidy(f"{draw.one(words['things'])} {draw.one(words['thing_details'])}{extra}")

    while True:
        name = draw.fresh(part)
        most = 3 if "Print" in name or "Minifig" in name else 40
        count = min(most, int(draw.random.paretovariate(0.75)))
        category = re.split(r"[ ,]", name)[0]
        yield [
            Item({"title": f"{color} {name}" if front else f"{name} {color}", "category": category}, color.lower())
            for color in draw.some(colors, count, 0.6)
        ]


def printed(draw: Draw) -> str:
    """The print on a part, in colours that are not the part's own."""
    words = WORDS["bricks"]
    one, two = (f"{draw.one(words['print_colors'])} {draw.one(words['motifs'])}" for _ in range(2))
    return f" with {one} and {two} Print" if draw.chance(0.5) else f" with {one} Print"


def furniture(draw: Draw) -> Iterator[Family]:
    """Pieces of collections in one to four finishes; beds and rugs in sizes; another piece is another product."""
    words = WORDS["furniture"]
    joints = {"Lindgate": " ", "Orrin Home": " ", "Casa Verity": ", ", "Broadmoor": " - "}
    while True:
        brand = draw.random.choice(list(joints))
        crowded = len(draw.used) > 700 or draw.chance(0.2)
        collection = draw.name(words["collections"], crowded)
        range_finishes = draw.some(listed(words["finishes"]), draw.random.choice((1, 1, 2, 3, 4)), 0.4)
        pieces = [*listed(words["pieces"]), *(f"Bedroom=BED {style}" for style in listed(words["bed_styles"]))]
        pieces += [f"Living=SEAT {seat}" for seat in listed(words["seating"])] + ["Rugs=RUG"] * 6
        for piece in draw.some(pieces, draw.random.randint(2, 9)):
            category, _, noun = piece.partition("=")
            kind, _, rest = noun.partition(" ")
            sizes, finishes = [""], range_finishes
            name = f"{collection} {{size}} {noun}"
            if kind == "BED":
                king = draw.one(words["kings"])
                sizes = [bed.replace("{king}", king) for bed in draw.run(words["beds"], 5)]
                name = f"{collection} {{size}} {rest}"
            elif kind == "SEAT":
                finishes = draw.some(listed(words["fabrics"]), draw.random.randint(1, 4))
                name = f"{collection} {draw.one(words['covers'])}{rest}"
            elif draw.chance(0.08):
                finishes = [""]
            if kind == "RUG":
                sizes = draw.run(words["rug_sizes"], 6)
                finishes = draw.some(listed(words["rug_colors"]), draw.random.randint(1, 3))
                name = f"{collection} {draw.one(words['rug_patterns'])} {draw.one(words['rugs'])} {{size}}"
            if f"{brand} {name}".casefold() in draw.used:
                continue
            draw.used.add(f"{brand} {name}".casefold())
            price = draw.random.randint(60, 1900)
            yield [
                Item(
                    {
                        "title": tidy(name.replace("{size}", size) + (joints[brand] + finish if finish else "")),
                        "brand": brand,
                        "category": category,
                        "price": f"{price * (1 + 0.15 * step):.2f}",
                    },
                    finish.lower(),
                    size.lower(),
                )
                for step, size in enumerate(sizes)
                for finish in finishes
                if len(sizes) * len(finishes) < 3 or draw.chance(0.8)
            ] or [Item({"title": tidy(name.replace("{size}", "")), "brand": brand, "category": category})]


class Model(NamedTuple):
    """A product of a brand of electronics: how its titles are made, in which colours and sizes."""

    category: str
    name: str
    title: str
    colors: list[str]
    sizes: list[str]


def models(draw: Draw, brand: str, line: str, number: int) -> Iterator[Model]:
    """What one generation of a line consists of: each entry is another product."""
    words = WORDS["electronics"]
    colors = draw.some(listed(words["colors"]), 5, 0.2)
    for grade in draw.some(listed(words["grades"]), draw.random.randint(1, 3)):
        phone = f"{brand} {line}{number}{grade}"
        storages = draw.run(words["storages"], 4)
        everything = f" [{' / '.join(storages)}]" if draw.chance(0.2) and len(storages) > 1 else ""
        usual = draw.one(words["phone_tails"])
        for tail in [usual, *draw.some(listed(words["phone_offers"]), draw.random.choice((0, 0, 1, 2)))]:
            yield Model("Phones", phone + tail, f"{phone}{everything} {{size}} {{color}}{tail}", colors[:4], storages)
        for case in draw.some(listed(words["cases"]), draw.random.randint(0, 3)):
            shades = [""] if "Glass" in case or "Lens" in case else draw.some(listed(words["colors"]), 3)
            form = draw.random.choice(
                (f"{case} for {phone} - {{color}}", f"{{color}} {case} for {phone}", f"{phone} {case} ({{color}})")
            )
            yield Model("Accessories", f"{case} for {phone}", form, shades, [""])
    if draw.chance(0.6):
        cable = draw.one(words["cables"])
        form = draw.random.choice((f"{brand} {cable} {{size}} {{color}}", f"{brand} {cable}, {{color}}, {{size}}"))
        yield Model("Cables", f"{brand} {cable}", form, colors[:2], draw.run(words["cable_lengths"], 5))
    if draw.chance(0.6):
        kind, code = draw.one(words["televisions"]), f"{line.strip()[:2].upper()}{number * 10}"
        form = draw.random.choice((f'{brand} {{size}}" {kind} {{inch}}{code}', f"{brand} {code} {{inch}} inch {kind}"))
        yield Model("TVs", f"{brand} {kind} {code}", form, [""], draw.run(words["inches"], 5))
    if draw.chance(0.6):
        sound = f"{brand} {line}Sound {number} {draw.one(words['audio'])}"
        yield Model("Audio", sound, f"{sound}{{dash}}{{color}}", colors[1:], [""])
    if draw.chance(0.6):
        disk = f"{brand} {draw.one(words['disks'])} {line}{number}"
        yield Model("Storage", disk, disk + " {size}", [""], draw.run(words["disk_sizes"], 6))
    if draw.chance(0.6):
        single = f"{brand} {draw.one(words['plain'])}"
        yield Model("Accessories", single, single, [""], [""])


def electronics(draw: Draw) -> Iterator[Family]:
    """Generations of devices and what fits them; storage, length or inches and colour vary, all else is identity."""
    words = WORDS["electronics"]
    while True:
        crowded = len(draw.used) > 600
        brand = draw.name(words["brands"], crowded and draw.chance(0.7))
        line, number = draw.one(words["lines"]), draw.random.choice((5, 6, 7, 8, 9, 10, 11, 12, 13, 20, 30, 50))
        for generation in range(number, number + draw.random.choice((1, 2, 3))):
            for model in models(draw, brand, line, generation):
                if model.name.casefold() in draw.used:
                    continue
                draw.used.add(model.name.casefold())
                coded, dash = draw.chance(0.15), draw.random.choice((" ", " - ", ", "))
                price = draw.random.randint(9, 900)
                family = []
                for step, size in enumerate(model.sizes):
                    for color in model.colors:
                        title = model.title.replace("{inch}", size).replace("{size}", size).replace("{dash}", dash)
                        title = tidy(title.replace("{color}", color))
                        if coded and color:
                            title += f" {initials(model.name)}-{re.sub(r'[^0-9]', '', size) or '0'}-{color[:3].upper()}"
                        cells = {"title": title, "brand": brand, "category": model.category}
                        cells |= {"price": f"{price * (1 + 0.2 * step):.2f}", "gtin": gtin(draw, 0.3)}
                        unit = " inch" if model.category == "TVs" else ""
                        family.append(Item(cells, color.lower(), f"{size}{unit}".lower()))
                keep = [item for item in family if len(family) < 3 or draw.chance(0.85)]
                yield keep or family[:1]


def initials(text: str) -> str:
    """The capitals and digits of a name, as codes are made of."""
    return re.sub(r"[^A-Z0-9]", "", text)[:6]


def gtin(draw: Draw, share: float) -> str:
    """Thirteen digits with a valid check digit from the range for use inside a company, or nothing."""
    if not draw.chance(share):
        return ""
    body = f"2{draw.random.randrange(10**11):011d}"
    return body + str(-sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(body)) % 10)


def groceries(draw: Draw) -> Iterator[Family]:
    """Food in jars and bottles of one to three sizes; flavour, fat and the number of bottles are identity."""
    words = WORDS["groceries"]
    while True:
        brand = draw.name(words["brands"], len(draw.used) > 500)
        first, together = draw.chance(0.8), draw.chance(0.25)
        for goods in draw.some(words["goods"], draw.random.randint(1, 6)):
            language, nouns, kinds, measure = goods.split("|")
            lines = [f"{noun} {kind}" for noun in nouns.split(";") for kind in kinds.split(";")]
            for line in draw.some(lines, draw.random.randint(2, 9)):
                name = tidy(f"{brand} {line}" if first else f"{line} {brand}")
                if name.casefold() not in draw.used:
                    draw.used.add(name.casefold())
                    cells = {"brand": brand if draw.chance(0.9) else "", "category": words["categories"][measure]}
                    yield from packaged(draw, name, cells, listed(words["sizes"][measure]), language, together)


def packaged(
    draw: Draw, name: str, cells: dict[str, str], sizes: list[str], language: str, together: bool
) -> Iterator[Family]:
    """One product in some sizes, and perhaps its multipacks, each a product of its own."""
    sizes = draw.some(sizes, draw.random.choice((1, 2, 2, 3)))
    price = draw.random.randint(1, 12)
    yield [
        Item(
            cells | {"title": f"{name} {size.replace(' ', '') if together else size}", "price": f"{price + step}.49"},
            size=size,
        )
        for step, size in enumerate(sizes)
    ]
    bundled = cells["category"] in ("Drinks", "Chocolate", "Dairy") and draw.chance(0.3)
    for pack in draw.some(["4", "6", "12"], draw.random.randint(1, 2) if bundled else 0):
        form = "{name} {pack}x{size}"
        if language == "en":
            form = draw.random.choice(("{name} {pack} x {size}", "{name} {size} ({pack} Pack)"))
        title = form.format(name=name, pack=pack, size=sizes[0])
        yield [Item(cells | {"title": title, "price": f"{price * int(pack) * 0.9:.2f}"}, size=sizes[0])]


def braces(text: str, draw: Draw) -> str:
    """``text`` with one word of each list in braces."""
    return tidy(re.sub(r"\{([^}]*)\}", lambda found: draw.one(found[1]), text))


def palette(name: str, draw: Draw, most: int) -> list[tuple[str, str]]:
    """Colours as a shop writes them, and written out."""
    words = WORDS["apparel"]
    upper = name.isupper()
    written = listed(words[name] if name in ("fantasy", "prints") else words["colors"][name.lower()])
    meant = listed(words["colors"]["en"]) if name == "short" else written
    both = [(one.upper() if upper else one, two.lower()) for one, two in zip(written, meant, strict=True)]
    chosen = draw.some([str(place) for place in range(len(both))], draw.random.randint(1, most), 0.2)
    return [both[int(place)] for place in chosen]


def titled(shop: dict[str, Any], base: str, color: str, size: str) -> str:
    """A title in the shop's convention; what the item lacks leaves no trace."""
    cells = {"C": color, "S": size}
    front = [cells[letter] for letter in shop["front"] if cells[letter]]
    back = [cells[letter] for letter in shop["back"] if cells[letter]]
    ending = shop["open"] + shop["between"].join(back) + shop["close"] if back else ""
    return tidy(" ".join([*front, base]) + ending)


def garments(draw: Draw) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Shop, title without values and the sizes' system of one product after another; many differ in one word."""
    words = WORDS["apparel"]
    while True:
        shop = draw.random.choices(words["shops"], [6, 4, 5, 4, 5, 3, 4, 2, 4])[0]
        before, noun, after, sizes = draw.random.choice(shop["goods"]).split(";")
        name, drawn = "", braces(noun, draw)
        for attempt in range(50):
            name = draw.name(words["names"], attempt >= 5)
            if f"{shop['name']} {name} {drawn}".casefold() not in draw.used:
                break
        draw.used.add(f"{shop['name']} {name} {drawn}".casefold())
        siblings = {braces(f"{before} {name} {drawn} {after}", draw) for _ in range(draw.random.choice((1, 1, 2, 3)))}
        for base in sorted(siblings):
            yield shop, base, sizes


def apparel(draw: Draw) -> Iterator[Family]:
    """Clothes of nine shops in five languages, each with its own way to write titles; some items listed twice."""
    words = WORDS["apparel"]
    for shop, base, system in garments(draw):
        sizes = [""] if system == "none" else draw.run(words["sizes"][system], 7)
        shades = [("", "")] if system == "ring" or draw.chance(0.1) else palette(shop["palette"], draw, 5)
        cells = {"shop": shop["name"], "brand": shop["vendor"], "price": f"{draw.random.randint(9, 240)}.00"}
        family: Family = []
        for written, color in shades:
            for size in sizes:
                if family and draw.chance(0.15):
                    continue
                title = titled(shop, base, written, size.lower() if draw.chance(0.02) else size)
                item = Item(cells | {"title": title, "gtin": gtin(draw, 0.4)}, color, size.lower())
                family.append(item)
                if draw.chance(0.02):
                    again = title.upper() if draw.chance(0.3) else title
                    family.append(item._replace(cells=item.cells | {"title": again}, repeats=True))
        yield family


def noisy(draw: Draw) -> Iterator[Family]:
    """Clothes whose colours and sizes are in columns and whose titles differ a little inside a family."""
    words, sizes = WORDS["noisy"], WORDS["apparel"]["sizes"]["letter"]

    def named(crowded: bool) -> str:
        category, _, noun = draw.one(words["goods"]).partition("=")
        name = draw.name(WORDS["apparel"]["names"], crowded)
        feature = draw.one(words["features"])
        return f"{category}={tidy(f'{name} {feature} {noun}')}"

    while True:
        category, _, base = draw.fresh(named).partition("=")
        shades = palette(draw.random.choice(("en", "fantasy")), draw, 6)
        price = f"{draw.random.randint(5, 90)}.99"
        yield [
            Item(
                {"title": disturbed(base, draw), "category": category, "color": written, "size": size, "price": price},
                color,
                size.lower(),
            )
            for written, color in shades
            for size in draw.run(sizes, 2)
        ]


def disturbed(title: str, draw: Draw) -> str:
    """A title with, half of the time, a small change that means nothing."""
    tokens = title.split()
    change = draw.random.randrange(10)
    if change == 0:
        tokens.append(draw.one(WORDS["noisy"]["extras"]))
    elif change == 1:
        tokens = [*tokens[1:], tokens[0]]
    elif change == 2:
        title = re.sub(r"(\d)-pack", r"\1-p" if draw.chance(0.5) else r"\1 pack", title)
        tokens = title.split()
    elif change == 3:
        tokens = f"{title} {draw.one(WORDS['noisy']['extras'])} {draw.one(WORDS['noisy']['extras'])}"[:40].split()
    elif change == 4:
        tokens = title.upper().split()
    return " ".join(tokens)


def plain(draw: Draw) -> Iterator[Family]:
    """Books and tools that look alike and are all different products: volumes, editions, models, sizes of a drill."""
    words = WORDS["plain"]
    while True:
        numbers = range(1, draw.random.choice((2, 3, 4, 6, 9)))
        if draw.chance(0.5):
            author = draw.name(WORDS["apparel"]["names"], draw.chance(0.3))
            pattern, topic = draw.one(words["patterns"]), draw.name(words["topics"], len(draw.used) > 500)
            titles = [pattern.format(topic=topic, n=number, name=author) for number in numbers]
            cells = {"brand": f"{author} {draw.name('', True)}", "category": "Books"}
        else:
            maker, tool = draw.name(words["makers"], len(draw.used) > 500), draw.one(words["tools"])
            series = draw.random.choice(("XT", "R", "PB", "M", "GX"))
            tail = draw.random.choice(("", " 18V", " Kit", " 230 V"))
            titles = [f"{maker} {tool} {series}{number * 100}{tail}" for number in numbers]
            cells = {"brand": maker, "category": "Tools"}
        for title in titles:
            if title.casefold() not in draw.used:
                draw.used.add(title.casefold())
                yield [Item(cells | {"title": title, "price": f"{draw.random.randint(8, 400)}.00"})]


KINDS: dict[str, Callable[[Draw], Iterator[Family]]] = {
    "bricks": bricks,
    "bricks_front": partial(bricks, front=True),
    "furniture": furniture,
    "electronics": electronics,
    "groceries": groceries,
    "apparel": apparel,
    "noisy": noisy,
    "plain": plain,
}


def taken(families: Iterator[Family], rows: int) -> list[Family]:
    """The first families with so many rows in all; the last one is cut."""
    found: list[Family] = []
    while rows > 0:
        family = next(families)[:rows]
        rows -= len(family)
        found.append(family)
    return found


def catalogue(kind: str, rows: int = ROWS, seed: int = 1) -> Tables:
    """A catalogue of one kind, or of all (``mixed``), and its truth; families are named by their smallest id."""
    parts = {kind: rows}
    if kind == "mixed":
        parts = {name: rows // len(KINDS) + (place < rows % len(KINDS)) for place, name in enumerate(KINDS)}
    drawn = [taken(KINDS[name](Draw(f"{name} {seed}")), count) for name, count in parts.items()]
    families = [family for some in drawn for family in some]
    return arranged(families, random.Random(f"{kind} {seed}"))


def arranged(families: list[Family], order: random.Random) -> Tables:
    """The rows of the families, shuffled and numbered."""
    rows = []
    for number, family in enumerate(families):
        entity = 0
        for item in family:
            entity += not item.repeats
            rows.append((number, f"{number} {entity}", item))
    order.shuffle(rows)
    frame = pl.DataFrame(
        {
            "id": [f"v{place:07d}" for place in range(1, len(rows) + 1)],
            "family": [row[0] for row in rows],
            "entity": [row[1] for row in rows],
        },
        schema_overrides={"family": pl.Int64, "entity": pl.String},
    )
    frame = frame.with_columns(
        pl.col("id").min().over("family").alias("family_id"),
        pl.when(pl.len().over("entity") > 1).then(pl.col("id").min().over("entity")).alias("dup_group"),
    )
    used = [name for name in COLUMNS if any(name in row[2].cells for row in rows)]
    cells = {name: [row[2].cells.get(name) or None for row in rows] for name in used}
    values = {name: [getattr(row[2], name) or None for row in rows] for name in ("color", "size")}
    return Tables(
        pl.DataFrame({"id": frame["id"], **cells}, schema=dict.fromkeys(("id", *used), pl.String)),
        frame.select("id", "family_id"),
        pl.DataFrame({"id": frame["id"], **values}, schema=dict.fromkeys(("id", *values), pl.String)),
        frame.select("id", "dup_group"),
    )


def write(made: Tables, folder: Path) -> None:
    """The four files of a catalogue."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("products", "truth", "values", "truth_extra")
    for name, frame in zip(names, made, strict=True):
        frame.write_csv(folder / f"{name}.csv")


def main() -> None:
    """Write a folder a kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kinds", nargs="+", choices=[*KINDS, "mixed"], default=list(KINDS))
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for kind in options.kinds:
        write(catalogue(kind, options.rows, options.seed), options.folder / kind)


if __name__ == "__main__":
    main()
