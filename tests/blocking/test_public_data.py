"""Neighbours of real records: the same defaults find the true matches of clean and of disordered tables."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from blocking import embed, link_neighbours, pair_completeness

DATA = Path(os.environ.get("MATCHKIT_DATA", Path(__file__).parents[3] / "shared" / "data")) / "pairs"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no public matching data at {DATA}: set MATCHKIT_DATA"),
]


def completeness_at_ten(name: str) -> float:
    """Share of the true pairs among the ten neighbours of each record of the smaller table."""
    tables = [pl.read_csv(DATA / name / f"table{side}.csv", infer_schema=False) for side in "AB"]
    truth = pl.read_csv(DATA / name / "matches.csv", infer_schema=False)
    columns = tables[0].columns[1:]
    vectors = embed(pl.concat(tables).select(columns), columns[0], columns)
    found = link_neighbours(vectors[: len(tables[0])], vectors[len(tables[0]) :], 10)
    smaller = int(len(tables[1]) < len(tables[0]))
    asked, other = tables[smaller], tables[1 - smaller]
    ids = found[smaller].ids
    candidates = pl.DataFrame({"left": np.repeat(np.arange(len(ids)), 10), "right": ids.ravel()})
    names = ("ltable_id", "rtable_id")
    rows = {
        side: truth.select(id=names[place]).join(table.with_row_index("row"), on="id", maintain_order="left")["row"]
        for side, place, table in (("left", smaller, asked), ("right", 1 - smaller, other))
    }
    return pair_completeness(candidates, pl.DataFrame(rows), two_tables=True)


def test_product_titles_are_found() -> None:
    assert completeness_at_ten("abt_buy") >= 0.99


def test_values_in_wrong_columns_do_no_harm() -> None:
    clean, dirty = completeness_at_ten("dblp_acm"), completeness_at_ten("dirty_dblp_acm")
    assert clean >= 0.998
    assert dirty >= clean - 0.001
