"""Write ``shop.csv``, a made-up shop's catalogue whose colours and sizes stand in the titles only.

Everything is invented here; the same file comes out on every machine. Run from anywhere:

    python examples/make_shop.py

Colours have names of the shop's own, and near misses stand beside each other: another model, another pack, the
bundle with a bag. ``shop_truth.csv`` beside it says which rows are one product.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

SEED = 7
#: Product, how its title is written, its colours, its sizes, its price.
PRODUCTS = (
    ("Tidewater Onepiece", "{name} - {color} / {size}", "Zinnia|Night Jungle|Black|Pink Gingham", "XS|S|M|L", 89),
    ("Tidewater Crop Top", "{name} - {color} / {size}", "Zinnia|Night Jungle|Black", "S|M|L", 49),
    ("Tidewater Wrap Skirt", "{name} - {color} / {size}", "Tiger Palm|Night Jungle|Zinnia", "S|M|L", 59),
    ("Kiln Mug 300 ml", "{name} {color}", "Oatmeal|Navy|Sea Glass|White", "", 14),
    ("Kiln Bowl", "{name} {color}", "Oatmeal|Navy|Sea Glass|White", "", 18),
    ("Kiln Bowl Set of 4", "{name} {color}", "Oatmeal|Navy", "", 64),
    ("Fjord Runner X11", "{name}, {size}, {color}", "Slate|Red|Ember Glow", "UK 7|UK 8|UK 9", 120),
    ("Fjord Runner X12", "{name}, {size}, {color}", "Slate|Red|Ember Glow", "UK 7|UK 8|UK 9", 135),
    ("Nimbus Phone 5", "{name} {size} {color}", "Graphite|Lunar Sand|Blue", "128GB|256GB", 499),
    ("Case for Nimbus Phone 5", "{name} ({color})", "Graphite|Lunar Sand|Clear", "", 19),
    ("Case for Nimbus Phone 6", "{name} ({color})", "Graphite|Lunar Sand|Clear", "", 19),
    ("Olivella Olive Oil", "{name} {size}", "", "250 ml|500 ml|1 l", 9),
    ("Olivella Olive Oil 6 x", "{name} {size}", "", "500 ml", 60),
)


def rows() -> list[dict[str, str]]:
    """All rows, shuffled; the ids say nothing."""
    found = []
    for family, (name, pattern, colors, sizes, price) in enumerate(PRODUCTS):
        for color in colors.split("|"):
            for size in sizes.split("|"):
                title = pattern.format(name=name, color=color, size=size)
                found.append({"title": title, "price": f"{price}.00", "family": str(family)})
    random.Random(SEED).shuffle(found)
    return [{"sku": f"S{number:03d}", **row} for number, row in enumerate(found, 1)]


def write(folder: Path) -> None:
    """Write the catalogue and its truth."""
    found = rows()
    first = {row["family"]: row["sku"] for row in reversed(found)}
    with (folder / "shop.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["sku", "title", "price"])
        writer.writerows([row["sku"], row["title"], row["price"]] for row in found)
    with (folder / "shop_truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["sku", "family_id"])
        writer.writerows([row["sku"], first[row["family"]]] for row in found)


if __name__ == "__main__":
    write(Path(__file__).parent)
