"""What came together unseen is compared, and parted where it is in conflict."""

from __future__ import annotations

import polars as pl

import matchkit
from matchkit import Config


def test_different_item_numbers_never_meet_in_an_entity_through_rows_without_one() -> None:
    titles = [f"Zorva kettle {word}" for word in ("red", "tin", "oak", "sea", "ash", "fog")]
    rows = []
    for place, title in enumerate(titles):
        for copy in range(9):
            number = {0: "4006381333931", 8: "9780306406157"}.get(copy, "") if place == 0 else ""
            rows.append((f"{place}{copy}", title + " x" * copy, "Zorva", number))
    data = pl.DataFrame(rows, schema=["id", "title", "brand", "ean"], orient="row")
    result = matchkit.dedupe(data, Config(id="id", columns={"ean": "identifier:gtin"}, neighbours=2, prefer=0.0))
    groups = result.records.filter(pl.col("ean") != "").group_by("entity_id").agg(pl.col("ean").n_unique())
    assert groups["ean"].max() == 1


def test_every_pair_of_an_entity_is_written() -> None:
    titles = ["Marlow oak desk 120", "Marlow oak desk 120 cm", "Marlow oak desk, 120", "marlow OAK desks 120"]
    others = [f"{maker} lamp {code}" for maker in ("Arden", "Corvo", "Tarn") for code in range(200, 220)]
    data = pl.DataFrame({"id": [str(row) for row in range(64)], "title": [*titles, *others]})
    result = matchkit.dedupe(data, Config(id="id", neighbours=1))
    for _, group in result.records.group_by("entity_id"):
        if group.height < 2:
            continue
        ids = set(group["id"])
        pairs = result.pairs.filter(pl.col("left_id").is_in(ids) & pl.col("right_id").is_in(ids))
        assert pairs.height == group.height * (group.height - 1) // 2
