"""Deduplicate the example catalogue from Python and compare the result with the truth.

python examples/dedupe_catalog.py
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

import matchkit

HERE = Path(__file__).parent


def pairs_within(frame: pl.DataFrame, *groups: str) -> int:
    """How many pairs of rows agree in all the named columns."""
    return int(frame.group_by(groups).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())


def main() -> None:
    """Print the pairs that were found and how many of them are right."""
    result = matchkit.dedupe(HERE / "catalog.csv")
    print(result.pairs.select("left_id", "right_id", "label", "p_exact", "differs_in").head(15))

    truth = pl.read_csv(HERE / "catalog_truth.csv").rename({"entity_id": "true_entity", "family_id": "true_family"})
    rows = result.records.join(truth, left_on="sku", right_on="id")
    for found, true in (("entity_id", "true_entity"), ("family_id", "true_family")):
        right = pairs_within(rows, found, true)
        said, there = pairs_within(rows, found), pairs_within(rows, true)
        print(f"{found}: {rows[found].n_unique()} groups; {right} pairs right of {said} found and {there} true")


if __name__ == "__main__":
    main()
