"""The example catalogue: what is committed is what the script makes, and its truth is true."""

from __future__ import annotations

import csv
import random
import runpy
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
MAKER: dict[str, Any] = runpy.run_path(str(EXAMPLES / "make_catalog.py"))


def read(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["catalog.csv", "catalog_truth.csv"])
def test_the_committed_file_is_what_the_script_makes(name: str, tmp_path: Path) -> None:
    MAKER["write"](tmp_path)
    made = (tmp_path / name).read_bytes()
    assert made == (EXAMPLES / name).read_bytes()
    assert b"\r" not in made


def test_it_is_a_catalogue_of_a_few_hundred_rows_with_duplicates() -> None:
    rows, truth = read("catalog.csv"), read("catalog_truth.csv")
    assert [row["sku"] for row in rows] == [row["id"] for row in truth]
    assert len({row["sku"] for row in rows}) == len(rows)
    assert 380 <= len(rows) <= 450
    duplicates = len(rows) - len({row["entity_id"] for row in truth})
    assert 0.10 <= duplicates / len(rows) <= 0.25
    assert len({row["category"] for row in rows}) >= 7


def test_an_entity_lies_in_one_family_and_is_named_by_its_smallest_id() -> None:
    truth = read("catalog_truth.csv")
    families = defaultdict(set)
    members = defaultdict(list)
    for row in truth:
        families[row["entity_id"]].add(row["family_id"])
        members[row["entity_id"]].append(row["id"])
        members[row["family_id"]].append(row["id"])
    assert all(len(family) == 1 for family in families.values())
    assert all(name == min(ids) for name, ids in members.items())


def test_a_gtin_has_a_valid_check_digit_and_names_one_entity() -> None:
    entity = {row["id"]: row["entity_id"] for row in read("catalog_truth.csv")}
    seen: dict[str, str] = {}
    for row in read("catalog.csv"):
        gtin = row["gtin"].zfill(13)
        if not row["gtin"].strip("-").removeprefix("N/A"):
            continue
        weighted = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(gtin))
        assert weighted % 10 == 0
        assert gtin[:2] in ("02", "20", "27")  # for use inside a company
        assert seen.setdefault(gtin, entity[row["sku"]]) == entity[row["sku"]]
    assert len(seen) > 100


def test_the_noise_is_of_the_real_kinds() -> None:
    rows = read("catalog.csv")
    text = " ".join(f"{row['title']} {row['size']} {row['weight']}" for row in rows)
    for form in (
        "wmns",
        "women's",
        "tee",
        "t-shirt",
        "500 ml",
        "0.5 l",
        "fl oz",
        "1.4 kg",
        "900 g",
        "UK 8",
        "size 8",
        "pack of",
    ):
        assert form in text, form
    assert {row["gtin"] for row in rows if not row["gtin"].isdigit()} == {"", "N/A", "-"}
    assert any(len(row["gtin"]) == 12 for row in rows)  # a leading zero was lost
    in_title_only = [row for row in rows if not row["size"] and "UK" in row["title"]]
    in_column_only = [row for row in rows if "UK" in row["size"] and "UK" not in row["title"]]
    assert in_title_only
    assert in_column_only


def test_a_size_is_rewritten_but_not_changed() -> None:
    other = MAKER["other_size"]
    ways = {other("500 ml", random.Random(seed)) for seed in range(30)}
    assert ways == {"500ml", "0.5 l", "16.9 fl oz"}
    assert {other("6 x 330 ml", random.Random(seed)) for seed in range(30)} == {
        "330ml x 6",
        "330ml pack of 6",
        "6x330ml",
    }
    assert other("M", random.Random(0)) == "Medium"
