"""How many true matches are among the faiss neighbours, on public pairs of tables.

python benchmarks/pair_completeness.py                 # a table, benchmarks/results/pair_completeness.json
python benchmarks/pair_completeness.py --sets beer --out beer.json
python benchmarks/pair_completeness.py --encoder sentence-transformers:all-MiniLM-L6-v2

The truth is ``matches.csv`` or, where there is none, the positives of train, valid and test. The first column
after the id is taken for the title; every set runs with the same defaults. (This file cannot be called
``blocking.py``: it would hide the package.)
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import tables

sys.path.insert(0, str(tables.ROOT))

from blocking import Neighbours, RecordEncoder, link_neighbours, pair_completeness

# Share of the true matches to be reached at k = 10 from the smaller table; the dirty set as much as the clean one.
TARGETS: dict[str, float | str | None] = {
    "abt_buy": 0.99,
    "amazon_google": 0.99,
    "dblp_acm": 0.999,
    "dirty_dblp_acm": "dblp_acm",
    "beer": None,
    "fodors_zagats": None,
}
DEPTHS = (5, 10, 20)
HEADINGS = (
    "set",
    "rows",
    "matches",
    *(f"k = {k}" for k in DEPTHS),
    "other way, k = 10",
    "both, k = 10",
    "target",
    "seconds",
)


def read_tables(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both tables as text, the smaller one first."""
    left, right = (pl.read_csv(folder / f"table{side}.csv", infer_schema=False) for side in "AB")
    return (left, right) if left.height <= right.height else (right, left)


def read_truth(folder: Path) -> pl.DataFrame:
    """The true pairs of ids: ``ltable_id, rtable_id``."""
    path = folder / "matches.csv"
    if path.exists():
        return pl.read_csv(path, infer_schema=False)
    parts = [pl.read_csv(folder / f"{part}.csv", infer_schema=False) for part in ("train", "valid", "test")]
    return pl.concat(parts).filter(pl.col("label") == "1").unique(["ltable_id", "rtable_id"])


def numbered(truth: pl.DataFrame, small: pl.DataFrame, large: pl.DataFrame, *, swapped: bool) -> pl.DataFrame:
    """The true pairs as row numbers, those of the smaller table on the left."""
    names = ("rtable_id", "ltable_id") if swapped else ("ltable_id", "rtable_id")
    for name, table, column in zip(names, (small, large), ("left", "right"), strict=True):
        rows = table.select(pl.col("id").alias(name)).with_row_index(column)
        truth = truth.join(rows, on=name)
    return truth.select("left", "right")


def pairs(found: Neighbours, *, swapped: bool = False) -> pl.DataFrame:
    """Neighbours as pairs of row numbers."""
    rows, places = np.nonzero(found.ids >= 0)
    frame = pl.DataFrame({"left": rows, "right": found.ids[rows, places]})
    return frame.rename({"left": "right", "right": "left"}) if swapped else frame


def measure(name: str, encoder: str) -> dict[str, Any]:
    folder = tables.data_folder() / "pairs" / name
    small, large = read_tables(folder)
    swapped = pl.read_csv(folder / "tableA.csv", infer_schema=False).height > small.height
    truth = numbered(read_truth(folder), small, large, swapped=swapped)
    columns = [column for column in small.columns if column != "id"]
    started = time.perf_counter()
    both = pl.concat([small.select(columns), large.select(columns)])
    vectors = RecordEncoder.fit(both, columns[0], columns, encoder=encoder).encode(both)
    found = {k: link_neighbours(vectors[: small.height], vectors[small.height :], k) for k in DEPTHS}
    seconds = time.perf_counter() - started
    forth, back = (pairs(side, swapped=back) for side, back in zip(found[10], (False, True), strict=True))

    def complete(candidates: pl.DataFrame) -> float:
        return round(pair_completeness(candidates, truth, two_tables=True), 5)

    return {
        "rows": [small.height, large.height],
        "matches": truth.height,
        "from_smaller": {str(k): complete(pairs(found[k][0])) for k in DEPTHS},
        "from_larger": {"10": complete(back)},
        "both": {"10": complete(pl.concat([forth, back.select("left", "right")]))},
        "seconds": round(seconds, 2),
    }


def target(name: str, sets: dict[str, Any]) -> float | None:
    wanted = TARGETS.get(name)
    if isinstance(wanted, str):
        found: float | None = sets[wanted]["from_smaller"]["10"] if wanted in sets else None
        return found
    return wanted


def row(name: str, sets: dict[str, Any]) -> list[str]:
    one = sets[name]
    wanted = target(name, sets)
    return [
        name,
        " x ".join(map(str, one["rows"])),
        str(one["matches"]),
        *(f"{100 * one['from_smaller'][str(k)]:.2f}" for k in DEPTHS),
        f"{100 * one['from_larger']['10']:.2f}",
        f"{100 * one['both']['10']:.2f}",
        "-" if wanted is None else f"{100 * wanted:.2f}",
        f"{one['seconds']:.1f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=list(TARGETS), metavar="SET")
    parser.add_argument("--encoder", default="hashed")
    parser.add_argument("--out", type=Path, help="where the JSON goes")
    chosen = parser.parse_args()
    sets = {name: measure(name, chosen.encoder) for name in chosen.sets}
    print(tables.markdown(HEADINGS, [row(name, sets) for name in sets]))
    outcome = {"encoder": chosen.encoder, "machine": tables.machine(), "sets": sets}
    if chosen.out:
        chosen.out.write_text(json.dumps(outcome, indent=2) + "\n", encoding="utf-8")
    else:
        tables.save("pair_completeness", outcome)


if __name__ == "__main__":
    main()
