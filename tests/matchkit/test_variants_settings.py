"""Variation families: what may be set, titles that are hard, and catalogues with little in them."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from matchkit import Config, ConfigError, Result, variants

COLORS = ("Black", "Red", "Navy", "Zinnia", "Green")


def run(titles: list[Any], settings: Config | None = None, **columns: list[Any]) -> Result:
    """The ids are 000, 001 ..."""
    data = {"id": [f"{row:03}" for row in range(len(titles))], "title": titles} | columns
    found = variants(pl.DataFrame(data, schema=dict.fromkeys(data, pl.String)), settings)
    assert found.records.select(list(data)).to_dict(as_series=False) == data
    assert found.families is not None
    assert found.records.group_by("entity_id").agg(pl.col("family_id").n_unique())["family_id"].max() == 1
    return found


def families(found: Result) -> list[int]:
    return [int(name) for name in found.records["family_id"]]


def table(found: Result) -> pl.DataFrame:
    assert found.families is not None
    return found.families


def test_a_required_column_parts_families() -> None:
    titles = [f"{maker} tee {color}" for maker in ("Arden", "Corvo") for color in COLORS for _ in "ab"]
    found = run(titles, Config(require=("fit",)), fit=["slim", "wide"] * 10)
    assert families(found) == [0, 1] * 5 + [10, 11] * 5


def test_a_required_attribute_parts_families() -> None:
    titles = [f"{maker} tee {color}" for maker in ("Arden", "Corvo") for color in ("Red", "Navy", "Black")]
    settings = Config(ignore=("size",), require=("color",))
    assert families(run(titles, settings)) == list(range(6))


def test_of_all_values_listed_a_row_has_its_own() -> None:
    own = [("256GB", "Graphite"), ("128GB", "Gold"), ("512GB", "Graphite"), ("128GB", "Silver")]
    titles = [f"iPhone 12 Pro [128GB / 256GB / 512GB] {size} {color}" for size, color in own]
    titles += [f"{thing} {color}" for thing in ("Arden lamp", "Corvo kettle") for color in COLORS]
    found = run(titles)
    assert found.records["variant_size"].head(4).to_list() == ["256 gb", "128 gb", "512 gb", "128 gb"]
    assert found.records["variant_color"].head(4).to_list() == ["graphite", "gold", "graphite", "silver"]
    assert families(found) == [0] * 4 + [4] * 5 + [9] * 5
    assert table(found)["title"].to_list() == ["iPhone 12 Pro", "Arden lamp", "Corvo kettle"]


def test_numbers_of_bricks_are_identity() -> None:
    bricks = [f"Brick {size}" for size in ("2 x 4", "2 x 3", "1 x 2", "2 x 2 Round")]
    titles = [f"{brick} {color}" for brick in bricks for color in (*COLORS, "White", "Medium Umbrel")]
    found = run(titles, Config(ignore=("color",)))
    assert families(found) == [7 * brick for brick in range(4) for _ in range(7)]
    assert found.records["variant_color"].n_unique() == 7


def test_versions_bundles_and_other_makers_are_no_variants() -> None:
    things = [
        "Arden phone 12",
        "Arden phone 13",
        "Arden phone 13 Pro",
        "Corvo phone 13",
        "Arden phone 13 with charger",
        "Arden cable",
        "Arden cable 2-pack",
    ]
    titles = [f"{thing} - {color}" for thing in things for color in COLORS]
    found = run(titles)
    assert families(found) == [5 * thing for thing in range(len(things)) for _ in COLORS]


def test_three_hundred_look_alikes_are_a_warning() -> None:
    colors = [
        f"{tone}{color}" for tone in ("", "Dark ", "Light ") for color in ("Red", "Blue", "Green", "Grey", "Pink")
    ]
    titles = [f"T-shirt - {color} / {size}" for color, size in product(colors, range(30, 50))]
    found = run(titles)
    (warning,) = found.run["warnings"]
    assert "family 000 has 300 items called 'T-shirt'" in warning
    assert found.records["needs_review"].all()
    assert set(families(found)) == {0}
    assert found.pairs.height < 1_000


def test_ignoring_an_empty_column_works_and_is_noted() -> None:
    found = run(["Mug", "Tall Vase", "Mug"], Config(ignore=("finish",)), finish=[None, "", "n/a"])
    assert found.run["notes"] == ["the column 'finish' is empty: ignoring it changed nothing"]
    assert families(found) == [0, 1, 0]
    assert found.records["variant_finish"].null_count() == 3
    assert found.pairs.select("left_id", "right_id", "label").rows() == [("000", "002", "exact_duplicate")]


def test_ignoring_what_is_nowhere_works_and_is_noted() -> None:
    found = run(["Oak Bowl", "Tall Vase", "Pwllheli Jug"], Config(ignore=("flavour",)))
    assert found.run["notes"] == ["no value of 'flavor' was found: ignoring it changed nothing"]
    assert families(found) == [0, 1, 2]
    assert table(found).is_empty()
    assert found.run["ignored"][0]["rows"] == 0


@pytest.mark.parametrize("title", ["Oak table", "Mug - Red / S", "Red", "", None, "😀", "\x00", "x" * 5_000])
def test_one_row(title: str | None) -> None:
    found = run([title])
    assert found.records["entity_id"].to_list() == found.records["family_id"].to_list() == ["000"]
    assert found.records.select("confidence", "needs_review").row(0) == (1.0, False)
    assert found.pairs.is_empty()
    assert table(found).is_empty()
    assert table(found).columns[:5] == ["family_id", "title", "size", "rows", "varies_by"]


def test_nothing_ignored_at_all() -> None:
    found = run(["Arden Mug Red", "Arden Mug Black", "Corvo Jug", "Corvo Jug"], Config(ignore=()))
    assert families(found) == [0, 1, 2, 2]
    assert found.run["ignored"] == []


def test_hostile_titles_stay_by_themselves() -> None:
    titles = ["Red", "Black", "S", "- Navy", "Red / S", None, "", "😀", "\x00\x00", "=1+1", "מנורה", "x" * 5_000]
    found = run(titles)
    assert families(found) == list(range(len(titles)))


def test_rows_without_a_title_column() -> None:
    data = pl.DataFrame({"id": ["a", "b", "c"], "color": ["red", "black", "navy"], "price": ["3", "4.5", "9"]})
    found = variants(data)
    assert found.records["family_id"].to_list() == ["a", "b", "c"]
    assert found.records["variant_color"].to_list() == ["red", "black", "navy"]


TOML = """
ignore = ["finish", "grade"]
[attributes.finish]
values = ["matte", "soft gloss"]
pattern = 'F\\d{2}'
column = "surface"
[attributes.grade]
pattern = 'grade [A-D]'
"""


def test_attributes_described_in_toml(tmp_path: Path) -> None:
    path = tmp_path / "matchkit.toml"
    path.write_text(TOML)
    finishes = ["matte", "Soft Gloss", "F22"]
    titles = [
        f"{thing} {finish} grade {grade}" for thing in ("Vase", "Oak Bowl") for finish in finishes for grade in "AB"
    ]
    titles += ["Tall Jug", "Tall Jug", "Vase matte grade A Red"]
    surfaces = [None] * 12 + ["Satin", "Brushed", None]
    found = run(titles, Config.load(path), surface=surfaces)
    assert families(found) == [0] * 6 + [6] * 6 + [12] * 2 + [14]
    shown = [finish.lower() for finish in finishes for _ in "AB"]
    assert found.records["variant_finish"].to_list() == [*shown, *shown, "satin", "brushed", "matte"]
    assert found.records["variant_grade"].to_list() == ["grade a", "grade b"] * 6 + [None, None, "grade a"]
    rows = table(found).select("family_id", "title", "varies_by", "variant_finish").rows()
    assert rows == [
        ("000", "Vase", "finish,grade", "f22 | matte | soft gloss"),
        ("006", "Oak Bowl", "finish,grade", "f22 | matte | soft gloss"),
        ("012", "Tall Jug", "finish", "brushed | satin"),
    ]
    assert [one["name"] for one in found.run["ignored"]] == ["finish", "grade"]
    assert found.run["ignored"][0]["columns"] == ["surface"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            Config(ignore=("colr",)),
            "'colr' is neither a column of the frame nor a known attribute, did you mean 'color'",
        ),
        (Config(within="shp"), "no column 'shp'"),
        (Config(ignore=("id",)), "'id' is the id"),
        (Config(ignore=("title",)), "what the records are called"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings: Config, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        run(["Mug", "Jug"], settings)
