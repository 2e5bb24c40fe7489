"""The generator of large catalogues: seeded, in batches, and its truth is true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest


@pytest.fixture
def scale(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("scale_catalogue")


def test_the_same_seed_makes_the_same_catalogue(scale: ModuleType) -> None:
    assert all(one.equals(other) for one, other in zip(scale.catalogue(700, 3), scale.catalogue(700, 3), strict=True))
    assert not scale.catalogue(700, 3)[0].equals(scale.catalogue(700, 4)[0])


@pytest.mark.parametrize("rows", [1, 10, 5000])
def test_a_fifth_of_the_rows_repeats_an_item_inside_its_family(scale: ModuleType, rows: int) -> None:
    records, truth = scale.catalogue(rows, 1)
    assert records.height == truth.height == records["id"].n_unique() == rows
    assert records["id"].to_list() == truth["id"].to_list()
    assert truth["entity_id"].n_unique() == rows - rows // 5
    assert truth.group_by("entity_id").agg(pl.col("family_id").n_unique())["family_id"].max() == 1


def test_a_group_is_named_by_its_smallest_id(scale: ModuleType) -> None:
    truth = scale.catalogue(3000, 1)[1]
    for column in ("entity_id", "family_id"):
        for name, members in truth.group_by(column):
            assert name[0] == min(members["id"])


def test_titles_have_sixty_characters_and_common_brands_are_common(scale: ModuleType) -> None:
    records, _ = scale.catalogue(20_000, 1)
    assert 55 < records["title"].str.len_chars().mean() < 65
    brands = records["brand"].drop_nulls().str.to_lowercase().value_counts(sort=True)["count"]
    assert brands[0] > 30 * brands.median()


def test_words_grow_with_the_rows(scale: ModuleType) -> None:
    few, many = (scale.catalogue(rows, 1)[0]["title"] for rows in (5000, 40_000))
    words = [titles.str.to_lowercase().str.split(" ").explode().n_unique() for titles in (few, many)]
    assert words[1] > 3 * words[0]
    assert many.n_unique() > 0.9 * len(many)


def test_skew_has_one_title_one_brand_and_one_constant(scale: ModuleType) -> None:
    records, truth = scale.catalogue(20_000, 1, skew=True)
    assert 0.045 < (records["title"] == scale.SAME_TITLE).mean() < 0.055
    assert 0.45 < records["brand"].str.to_lowercase().value_counts(sort=True)["count"][0] / 20_000 < 0.55
    assert records["currency"].n_unique() == 1
    assert truth["entity_id"].n_unique() == 16_000


def test_files_are_the_catalogue(scale: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "BATCH_ROWS", 300)
    records, truth = scale.catalogue(1000, 2)
    scale.write(1000, tmp_path, 2)
    assert pl.read_csv(tmp_path / "records.csv", infer_schema=False).equals(records)
    assert pl.read_csv(tmp_path / "truth.csv", infer_schema=False).equals(truth)


def test_zipf_stays_inside_and_prefers_the_first(scale: ModuleType) -> None:
    drawn = scale.zipf(50, 10_000, np.random.default_rng(0))
    counts = np.bincount(drawn, minlength=50)
    assert counts.size == 50
    assert counts[0] > 5 * counts[-1] > 0
