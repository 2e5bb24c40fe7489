"""What is merged where nothing should be: public tables with one row left for each entity.

python benchmarks/clean_tables.py            # a table, and benchmarks/results/clean_tables.json
"""

from __future__ import annotations

import argparse
from typing import Any

import polars as pl
import tables

import matchkit

SETS = ("febrl3", "splink_fake_1000", "restaurants", "musicbrainz20k_labelled", "dedupe_chicago_ecp")
HEADINGS = ("set", "rows", "merged rows", "share", "pairs in doubt")


def clean(name: str) -> pl.DataFrame:
    """The first row of every entity of a set."""
    folder = tables.data_folder() / "clusters" / name
    records = pl.read_csv(folder / "records.csv", infer_schema=False)
    truth = pl.read_csv(folder / "truth.csv", infer_schema=False)
    first = records.join(truth, on="id").unique("cluster_id", keep="first", maintain_order=True)
    return first.drop("cluster_id")


def measure(name: str) -> dict[str, Any]:
    """How many rows a run merges with another one; every one of them is wrong."""
    result = matchkit.dedupe(clean(name), matchkit.Config(id="id"))
    return {
        "rows": result.records.height,
        "merged_rows": result.duplicate_rows,
        "pairs_in_doubt": result.pairs_in_doubt,
    }


def line(name: str, found: dict[str, Any]) -> list[str]:
    """A row of the table."""
    merged = found["merged_rows"]
    return [name, f"{found['rows']:,}", str(merged), f"{merged / found['rows']:.1%}", str(found["pairs_in_doubt"])]


def main() -> None:
    """Measure, print and save."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    found = {name: measure(name) for name in SETS}
    tables.save("clean_tables", {"machine": tables.machine(), "sets": found})
    print(tables.markdown(HEADINGS, [line(name, row) for name, row in found.items()]))


if __name__ == "__main__":
    main()
