"""How the benchmark of families scores: truths in two opinions, values, simple rules, and the table."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest


@pytest.fixture
def families(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("families")


def labelled(text: str, column: str = "family_id") -> pl.DataFrame:
    """One row a letter, which is its group."""
    return pl.DataFrame({"id": [f"r{place}" for place in range(len(text))], column: list(text)})


def test_families_right_counts_those_of_two_rows_and_more(families: ModuleType) -> None:
    assert families.families_right(labelled("aabbc"), labelled("xxyyz")) == 1.0
    assert families.families_right(labelled("aabbb"), labelled("xxyyz")) == 0.5
    assert families.families_right(labelled("aabcd"), labelled("xxyyz")) == 0.5
    assert families.families_right(labelled("aab"), labelled("xyz")) == pytest.approx(1 / 3)


def test_a_truth_without_families_has_no_recall(families: ModuleType) -> None:
    scores = families.scored(labelled("aab"), labelled("xyz"))
    assert (scores["precision"], scores["recall"], scores["f1"]) == (0.0, None, None)
    assert families.scored(labelled("aab"), labelled("xxz"))["f1"] == 1.0


@pytest.mark.parametrize("seed", range(20))
def test_told_apart_is_what_counting_pairs_says(families: ModuleType, seed: int) -> None:
    draw = random.Random(seed)
    rows = [(draw.choice("fg"), draw.choice("xyz"), draw.choice(["a", "b", None])) for _ in range(15)]
    frame = pl.DataFrame(rows, schema=["family_id", "true", "read"], orient="row")
    pairs = [(one, two) for one, two in itertools.combinations(rows, 2) if one[0] == two[0]]
    right = [(one[1] == two[1]) == (one[2] == two[2]) for one, two in pairs]
    assert families.told_apart(frame) == pytest.approx(sum(right) / len(right))


def test_values_count_as_right_in_any_language_unit_and_order(families: ModuleType) -> None:
    found = labelled("ffffff").with_columns(
        variant_color=pl.Series(["black", "zinnia", None, "red", "grey", None]),
        variant_size=pl.Series(["1000 g", "500 ml", "m us 10.5", "32 x 34", "l", "l"]),
    )
    true = labelled("ffffff").with_columns(
        color=pl.Series(["Noir", "Zinnia", "Fig", "Blue", None, None]),
        size=pl.Series(["1 kg", "500ml", "10.5 M US", "32 x 34", "XL", None]),
    )
    scores = families.value_accuracy(found, true, labelled("ffffff"))
    assert scores["color"] == {"rows": 4, "right": 0.5, "missed": 0.25, "invented": 0.5, "told_apart": 1.0}
    assert (scores["size"]["rows"], scores["size"]["right"]) == (5, 0.8)
    assert families.value_accuracy(found.drop("variant_color"), true.drop("size").with_columns(size=None), true) == {}


def folder_of(tmp_path: Path, **frames: pl.DataFrame) -> Path:
    for name, frame in frames.items():
        frame.write_csv(tmp_path / f"{name}.csv")
    return tmp_path


def test_the_combined_truth_takes_styles_in_the_one_shop_that_they_change_most(
    families: ModuleType, tmp_path: Path
) -> None:
    products = labelled("ssssttt", "shop")
    folder = folder_of(tmp_path, products=products, truth=labelled("abcdefg"), truth_style=labelled("xxxyzzu"))
    found = families.truths(folder)
    combined = found[families.ONE_SHOP].sort("id")["family_id"].to_list()
    assert combined == ["x", "x", "x", "y", "e", "f", "g"]
    assert list(found) == ["families", "styles", families.ONE_SHOP]
    assert families.judged({"families": {"f1": 0.5}, "styles": {"f1": 1.0}, families.ONE_SHOP: {"f1": 0.6}}) == (
        families.ONE_SHOP
    )


def test_true_values_come_from_options_or_by_title(families: ModuleType, tmp_path: Path) -> None:
    options = labelled("ab", "title").with_columns(
        option1_name=pl.Series(["Talla", "KeyWord"]),
        option1_value=pl.Series(["M", "Noir"]),
        option2_name=pl.Series(["Colour", None]),
        option2_value=pl.Series(["Rojo", None]),
        option3_name=pl.Series([None, None], dtype=pl.String),
        option3_value=pl.Series([None, None], dtype=pl.String),
    )
    plain = pl.DataFrame(
        {"id": ["p", "q", "r"], "title": ["a", "b", "b"], "color": ["red"] * 3, "size": ["S", "M", "L"]}
    )
    for name, frame in {"options": options, "plain": plain}.items():
        (tmp_path / name).mkdir()
        frame.write_csv(tmp_path / name / "products.csv")
    home, products = tmp_path / "titles", labelled("ab", "title")
    by_id = families.true_values(families.Case("titles", values_of="options"), home, products)
    assert by_id.rows() == [("r0", "Rojo", "M"), ("r1", "Noir", None)]
    by_title = families.true_values(families.Case("titles", values_of="plain", values_by="title"), home, products)
    assert by_title.rows() == [("r0", "red", "S")]  # "b" has two sizes
    assert families.true_values(families.Case("titles"), home, products) is None


def test_simple_rules(families: ModuleType) -> None:
    products = pl.DataFrame(
        {
            "id": ["1", "2", "3", "4", "5"],
            "title": ["Mug Dark Blue 300 ml", "MUG dark blue 300 ml", "mug red, 500ml", None, None],
            "shop": ["s", "s", "t", "s", "s"],
        }
    )
    plain = dict(families.rules(products, None))
    same, stripped = (plain[rule]["family_id"].to_list() for rule in families.RULES)
    assert same[0] == same[1] != same[2]
    assert same[3] != same[4]
    assert len(set(stripped[:2])) == 1
    within = dict(families.rules(products, "shop"))[families.RULES[1]]["family_id"].to_list()
    assert within[0] == within[1] != within[2]


def test_items_listed_twice_are_scored_where_they_are_known(families: ModuleType, tmp_path: Path) -> None:
    found = labelled("aabc", "entity_id")
    assert families.duplicates(found, tmp_path) is None
    extra = labelled("abcd").with_columns(dup_group=pl.Series([None, None, None, None], dtype=pl.String))
    assert families.duplicates(found, folder_of(tmp_path, truth_extra=extra)) is None
    extra = labelled("abcd").with_columns(dup_group=pl.Series(["g", "g", "g", None]))
    scores = families.duplicates(found, folder_of(tmp_path, truth_extra=extra))
    assert (scores["precision"], scores["recall"]) == (1.0, pytest.approx(1 / 3))


def outcome(families: ModuleType) -> dict[str, Any]:
    scores = families.scored(labelled("aab"), labelled("xxz"))
    opinions = {"families": scores, "styles": scores, families.ONE_SHOP: scores | {"f1": 0.5}}
    simple = {truth: dict.fromkeys(families.RULES, scores) for truth in opinions}
    measured = {"rows": 3, "seconds": 1.0, "peak_mb": 100, "target": 0.9, "truths": opinions, "rules": simple}
    known = {"values": {"color": {"right": 0.25}}, "duplicates": {"f1": 0.75}}
    return {"sets": {"shopify": measured | known, "unknown": {}}}


def test_the_table_has_a_row_for_each_truth_and_the_target_once(families: ModuleType) -> None:
    text = families.table(outcome(families))
    rows = [line for line in text.splitlines()[2:] if line.startswith("|")]
    assert len(rows) == 3
    assert [row.count("0.900") for row in rows] == [1, 0, 0]
    assert "0.250" in rows[0]
    assert text.endswith("F1 of items that are listed twice: shopify 0.750.")


def test_made_up_sets_are_made_and_absent_ones_left_out(
    families: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MATCHKIT_DATA", str(tmp_path / "nowhere"))
    found = families.located(["magento", "mixed"], 40, tmp_path)
    assert found == {"mixed": tmp_path / "mixed"}
    assert families.read(found["mixed"] / "products.csv").height == 40
    assert "magento is left out" in capsys.readouterr().err
