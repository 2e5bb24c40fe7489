"""Write ``suppliers.csv``, what a made-up wholesaler offers of ``catalog.csv``, and ``suppliers_truth.csv`` beside it.

Everything is invented here and seeded: the same files come out on every machine. Run from anywhere:

    python examples/make_suppliers.py

The wholesaler calls the columns by other names, separates them by semicolons and writes prices with a decimal comma.
A few of its articles are in no catalogue, and most of the catalogue is not on its list.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from make_catalog import Row, abbreviate, catalogue, other_size, typo

SEED = 713
OFFERED = 140
COLUMNS = ("article_no", "designation", "maker", "colour", "format", "ean", "list_price", "lead_time")
OWN = (
    ("Garden hose reel, wall-mounted, 20 m", "Hydrelle", 84.0),
    ("Cast iron door stop, anchor shape", "Portobryn", 17.5),
    ("Beeswax candles, pack of 6", "Lumivane", 12.0),
    ("Bamboo plant stand, three tiers", "Portobryn", 46.0),
    ("Inflatable kayak paddle, 2-piece", "Hydrelle", 59.0),
    ("Linen napkins, set of four, ochre", "Lumivane", 28.0),
    ("Rain barrel, 120 l, with tap", "Hydrelle", 96.0),
    ("Brass picture hooks, pack of 25", "Portobryn", 9.5),
)


def offer(row: Row, rng: random.Random) -> Row:
    """A row of the catalogue as the wholesaler lists it."""
    words = row["title"].replace(" - ", " ").replace(" / ", " ")
    if rng.random() < 0.5:
        words = abbreviate(words, rng)
    if rng.random() < 0.3:
        words = typo(words, rng)
    price = f"{float(row['price']) * 0.6:.2f}".replace(".", ",") if row["price"][:1].isdigit() else ""
    return {
        "designation": words,
        "maker": row["brand"] if row["brand"] not in ("-", "N/A") else "",
        "colour": row["color"].upper(),
        "format": other_size(row["size"], rng),
        "ean": row["gtin"] if row["gtin"].isdigit() and rng.random() < 0.6 else "",
        "list_price": price,
    }


def offers() -> tuple[list[Row], list[Row]]:
    """The wholesaler's rows, and which rows of the catalogue each of them is."""
    rng = random.Random(SEED)
    rows, known = catalogue()
    entity_of = {row["id"]: row["entity_id"] for row in known}
    chosen = rng.sample([row for row in rows if row["sku"] == entity_of[row["sku"]]], OFFERED)
    listed = [(entity_of[row["sku"]], offer(row, rng)) for row in chosen]
    listed += [
        ("", {"designation": words, "maker": maker, "ean": "", "list_price": f"{price:.2f}".replace(".", ",")})
        for words, maker, price in OWN
    ]
    rng.shuffle(listed)
    offered, truth = [], []
    for number, (entity, row) in enumerate(listed, 1):
        article = f"W-{number:04d}"
        offered.append({"article_no": article, **row, "lead_time": f"{rng.choice((2, 5, 10, 21))} days"})
        truth += [{"left_id": sku, "right_id": article} for sku, found in sorted(entity_of.items()) if found == entity]
    return offered, truth


def write(folder: Path) -> None:
    """Write both files into ``folder``, with plain line feeds on every system."""
    rows, truth = offers()
    for name, columns, lines, delimiter in (
        ("suppliers.csv", COLUMNS, rows, ";"),
        ("suppliers_truth.csv", ("left_id", "right_id"), truth, ","),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, delimiter=delimiter, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)


if __name__ == "__main__":
    write(Path(__file__).parent)
