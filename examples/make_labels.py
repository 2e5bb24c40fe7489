"""Write ``supplier_labels.csv``, labelled pairs of ``catalog.csv`` and ``suppliers.csv``.

Everything is invented here and seeded: the same file comes out on every machine. Run from anywhere:

    python examples/make_labels.py

A pair is labelled 1 where the article is that row of the catalogue, else 0. The different ones are articles beside the
rows that are called most alike, for those are the ones to tell apart, and beside any rows.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from make_catalog import catalogue
from make_suppliers import offers

SEED = 719
LABELLED = 90
ALIKE, ANY = 4, 1


def labels() -> list[tuple[str, str, int]]:
    """The pairs, and whether each is a match."""
    rng = random.Random(SEED)
    rows, _ = catalogue()
    listed, truth = offers()
    matches = {(pair["left_id"], pair["right_id"]) for pair in truth}
    found = set()
    for article in rng.sample(listed, LABELLED):
        number = article["article_no"]
        words = set(article["designation"].lower().split())
        alike = sorted(rows, key=lambda row: (-len(words & set(row["title"].lower().split())), row["sku"]))
        near = alike[:ALIKE] + rng.sample(rows, ANY)
        found |= {(row["sku"], number) for row in near}
        found |= {pair for pair in matches if pair[1] == number}
    return [(*pair, int(pair in matches)) for pair in sorted(found)]


def write(folder: Path) -> None:
    """Write the file into ``folder``, with plain line feeds on every system."""
    with (folder / "supplier_labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("ltable_id", "rtable_id", "label"))
        writer.writerows(labels())


if __name__ == "__main__":
    write(Path(__file__).parent)
