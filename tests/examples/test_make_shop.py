"""The example shop is what its script makes, and its families are found."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import polars as pl

import matchkit

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_files_are_what_the_script_writes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_shop", EXAMPLES / "make_shop.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.write(tmp_path)
    for name in ("shop.csv", "shop_truth.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()


def test_every_family_is_found_and_its_invented_colours_are_read() -> None:
    result = matchkit.variants(EXAMPLES / "shop.csv")
    truth = pl.read_csv(EXAMPLES / "shop_truth.csv", infer_schema=False)
    assert result.records["family_id"].to_list() == truth["family_id"].to_list()
    assert {"zinnia", "night jungle", "lunar sand", "ember glow"} <= set(result.run["learnt"]["color"])
    read = dict(result.records.select("title", "variant_color").iter_rows())
    assert read["Tidewater Onepiece - Zinnia / XS"] == "zinnia"
    assert read["Fjord Runner X12, UK 8, Ember Glow"] == "ember glow"
