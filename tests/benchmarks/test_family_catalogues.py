"""The generator of catalogues with variation families: seeded, and its truth is true."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import polars as pl
import pytest

from benchmarks.family_catalogues import KINDS, WORDS, Draw, Item, catalogue, gtin, listed, tidy, titled

ROOT = Path(__file__).parents[2]
EVERY_KIND = pytest.mark.parametrize("kind", [*KINDS, "mixed"])


def everything(kind: str, rows: int, seed: int = 1) -> pl.DataFrame:
    """Products, truth, values (as ``true_color``, ``true_size``) and items listed twice, side by side."""
    made = catalogue(kind, rows, seed)
    values = made.values.rename({"color": "true_color", "size": "true_size"})
    return made.products.join(made.truth, on="id").join(values, on="id").join(made.extra, on="id")


@EVERY_KIND
def test_the_same_seed_makes_the_same_catalogue(kind: str) -> None:
    assert all(one.equals(other) for one, other in zip(catalogue(kind, 300, 3), catalogue(kind, 300, 3), strict=True))
    assert not catalogue(kind, 300, 3).products.equals(catalogue(kind, 300, 4).products)


@EVERY_KIND
@pytest.mark.parametrize("rows", [1, 10, 2000])
def test_every_size_is_made_and_ids_are_unique(kind: str, rows: int) -> None:
    for frame in catalogue(kind, rows):
        assert frame.height == frame["id"].n_unique() == rows
        assert frame["id"].to_list() == sorted(frame["id"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_does_not_run_out_of_products(kind: str) -> None:
    small, large = (catalogue(kind, rows).truth["family_id"].n_unique() for rows in (3000, 12_000))
    assert 3 < large / small < 5


@EVERY_KIND
def test_a_family_is_named_by_its_smallest_id(kind: str) -> None:
    truth = catalogue(kind, 2000).truth
    assert truth.select((pl.col("id").min().over("family_id") == pl.col("family_id")).all()).item()


@EVERY_KIND
def test_no_row_could_belong_to_two_families(kind: str) -> None:
    rows = everything(kind, 4000)
    key: list[str] = [name for name in ("shop", "brand", "category") if name in rows.columns]
    title = pl.col("title").str.to_lowercase()
    if "color" in rows.columns:  # noise in titles may meet; the cells then tell
        key += ["color", "size", "price"]
    families = rows.group_by(*key, title).agg(pl.col("family_id").n_unique())
    assert families["family_id"].max() == 1


@EVERY_KIND
def test_items_of_a_family_differ_in_colour_or_size_and_items_listed_twice_do_not(kind: str) -> None:
    rows = everything(kind, 3000)
    item = pl.coalesce("dup_group", "id")
    key = ("family_id", "true_color", "true_size")
    assert rows.group_by(key).agg(item.n_unique().alias("items"))["items"].max() == 1
    twice = rows.filter(pl.col("dup_group").is_not_null())
    assert (twice.height > 0) == (kind in ("apparel", "mixed"))
    if twice.height:
        assert twice.group_by("dup_group").agg(pl.struct(key).n_unique().alias("values"))["values"].max() == 1
        assert twice.group_by("dup_group").len()["len"].min() == 2
        assert twice.select((pl.col("dup_group") == pl.col("id").min().over("dup_group")).all()).item()


@pytest.mark.parametrize("kind", ["bricks", "bricks_front", "furniture", "electronics"])
def test_titles_hold_the_values(kind: str) -> None:
    rows = everything(kind, 2000)
    title = pl.col("title").str.to_lowercase()
    assert rows.filter(~title.str.contains(pl.col("true_color"), literal=True)).is_empty()
    written = pl.col("true_size").str.strip_suffix(" inch")
    assert rows.filter(~title.str.contains(written, literal=True)).is_empty()


@pytest.mark.parametrize("kind", ["bricks", "bricks_front"])
def test_bricks_without_their_colour_are_the_family(kind: str) -> None:
    rows = everything(kind, 2000).with_columns(title=pl.col("title").str.to_lowercase())
    cut = pl.col("true_color").str.len_chars() + 1
    end = pl.col("title").str.len_chars() - cut
    base = pl.col("title").str.slice(cut) if kind == "bricks_front" else pl.col("title").str.slice(0, end)
    rows = rows.with_columns(base=base)
    assert rows.group_by("base").agg(pl.col("family_id").n_unique())["family_id"].max() == 1
    assert rows.group_by("family_id").agg(pl.col("base").n_unique())["base"].max() == 1


def test_sizes_of_families_are_what_each_kind_promises() -> None:
    def sizes(kind: str) -> pl.Series:
        return catalogue(kind, 3000).truth.group_by("family_id").len()["len"]

    assert sizes("plain").max() == 1
    bricks = sizes("bricks")
    assert bricks.max() == 40
    assert (bricks == 1).sum() > 100
    assert (sizes("groceries") <= 3).all()
    assert (sizes("apparel") > 5).sum() > 100


def test_a_bundle_is_a_family_of_its_own() -> None:
    rows = everything("groceries", 3000)
    pack = pl.col("title").str.contains(r"\d+ ?x ?\d|\d Pack\)")
    assert rows.filter(pack).height > 50
    assert (
        rows.group_by("family_id")
        .agg(pack.n_unique().alias("kinds"), pack.sum().alias("packs"))
        .filter((pl.col("kinds") > 1) | (pl.col("packs") > 1))
        .is_empty()
    )


def test_conventions_leave_no_trace_of_what_is_missing() -> None:
    shops = {shop["name"]: shop for shop in WORDS["apparel"]["shops"]}
    assert titled(shops["northfold"], "Tee", "Fig", "M") == "Tee - Fig / M"
    assert titled(shops["northfold"], "Tee", "", "M") == "Tee - M"
    assert titled(shops["northfold"], "Tee", "", "") == "Tee"
    assert titled(shops["parcel & thread"], "Bib", "BLK", "0-3M") == "Bib (BLK, 0-3M)"
    assert titled(shops["stockroom"], "Hoodie", "Navy", "Small") == "Small Navy Hoodie"
    assert titled(shops["bianca moda"], "Gonna", "Nero", "") == "Nero Gonna"


def test_gtins_have_valid_check_digits_and_belong_to_one_item() -> None:
    draw = Draw("x")
    for _ in range(50):
        digits = [int(digit) for digit in gtin(draw, 1.0)]
        assert len(digits) == 13
        assert sum(digit * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10 == 0
    assert gtin(draw, 0.0) == ""
    rows = everything("apparel", 3000).filter(pl.col("gtin").is_not_null())
    assert rows.height > 500
    items = rows.group_by("gtin").agg(pl.coalesce("dup_group", "id").n_unique().alias("items"))
    assert items["items"].max() == 1


def test_draws() -> None:
    draw = Draw("x")
    words = [str(number) for number in range(10)]
    assert sorted(draw.some(words, 10, 1.0)) == words
    first = [draw.skewed("a|b|c|d|e|f") for _ in range(500)]
    assert first.count("a") > 2 * first.count("f") > 0
    for _ in range(50):
        run = draw.run("a|b|c|d|e", 3)
        assert "".join(run) in "abcde"
        assert 1 <= len(run) <= 3
    taken = {draw.fresh(lambda crowded: draw.name("A|B|C", crowded)) for _ in range(100)}
    assert len(taken) == 100
    with pytest.raises(ValueError, match="used up"):
        [draw.fresh(lambda crowded: "A") for _ in range(2)]


def test_lists_of_words_have_no_stray_spaces_or_twins() -> None:
    assert tidy(" a  b ") == "a b"
    assert Item({}).color == ""
    words = tomllib.loads((ROOT / "benchmarks" / "family_catalogues.toml").read_text(encoding="utf-8"))
    for lists in (words["bricks"], words["furniture"], words["apparel"]["sizes"], words["groceries"]["sizes"]):
        for name, text in lists.items():
            entries = [entry for entry in listed(text) if entry]
            assert len(set(entries)) == len(entries), name
            assert all(entry == entry.strip() or name == "covers" for entry in entries), name
    assert len({len(listed(text)) for text in words["apparel"]["colors"].values()}) == 1


def test_the_command_writes_a_folder_a_kind(tmp_path: Path) -> None:
    script = ROOT / "benchmarks" / "family_catalogues.py"
    options = ["--kinds", "furniture", "mixed", "--rows", "50", "--seed", "5"]
    subprocess.run([sys.executable, script, tmp_path, *options], check=True)
    for kind in ("furniture", "mixed"):
        for name in ("products", "truth", "values", "truth_extra"):
            assert pl.read_csv(tmp_path / kind / f"{name}.csv").height == 50
    assert pl.read_csv(tmp_path / "furniture" / "truth.csv").columns == ["id", "family_id"]
