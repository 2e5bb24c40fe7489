"""Measures that do not depend on the columns of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from pairs.attributes import Attribute, Role
from pairs.general import GENERAL_NAMES, general_measures
from pairs.measures import Measures

ATTRIBUTES = (
    Attribute("title", Role.TEXT, "title"),
    Attribute("maker", Role.CATEGORY, "brand"),
    Attribute("group", Role.CATEGORY),
    Attribute("code", Role.IDENTIFIER, "mpn"),
    Attribute("story", Role.TEXT, "description"),
    Attribute("price", Role.NUMBER, "price"),
    Attribute("weight", Role.NUMBER, "g"),
)
RECORDS = pl.DataFrame(
    {
        "title": ["desk lamp x100", "desk lamp", "toaster 2", None, "desk lamp x100", "zoo"],
        "maker": ["lumo", "lumo gmbh", None, "crispo", "lumo", None],
        "group": ["light", "light", "light", None, "lights", "x"],
        "code": ["a1", None, "b2", None, "a1", "a2"],
        "story": ["many words of praise " * 10, "more words of praise " * 10, None, None, "praise " * 30, None],
        "price": [10.0, 12.0, None, 5.0, 10.0, None],
        "weight": [1.0, 3.0, None, None, 1.0, None],
    }
)
PAIRS = [(i, j) for i in range(RECORDS.height) for j in range(RECORDS.height) if i != j]
LEFT, RIGHT = (np.array(side) for side in zip(*PAIRS, strict=True))


def both(records: pl.DataFrame, *, symmetric: bool = False) -> tuple[Measures, pl.DataFrame, pl.DataFrame]:
    fitted = Measures.fit(records, ATTRIBUTES, symmetric=symmetric)
    measured = fitted.measure(LEFT, RIGHT)
    return fitted, measured, general_measures(fitted, measured, LEFT, RIGHT)


def known(values: Sequence[float]) -> list[float]:
    return [value for value in values if not math.isnan(value)]


def naive(row: dict[str, float], i: int, j: int) -> dict[str, float]:
    """The summaries of the docstring, for one pair."""

    def best(name: str) -> float:
        return max(known([row[f"{name}.ratio"], row.get(f"{name}.token_sort", math.nan)]), default=math.nan)

    texts = [a.name for a in ATTRIBUTES if RECORDS[a.name].dtype == pl.String]
    others = known([best(name) for name in ("maker", "group", "code")])
    counts = {name: RECORDS[name].to_list() for name in texts}
    rarity = {}
    for name in texts:
        a, b = counts[name][i], counts[name][j]
        if a is not None and b is not None:
            n = RECORDS.height
            rarity[name] = min(math.log(n / counts[name].count(v)) / math.log(n) for v in (a, b))
    agreeing = sum(value for name, value in rarity.items() if counts[name][i] == counts[name][j])
    missing = [row[f"{name}.missing"] for name in texts]
    gaps = known([row["price.gap"], row["weight.gap"]])
    filled = [sum(value is not None for value in record) for record in RECORDS.rows()]
    compared = sum(a is not None and b is not None for a, b in zip(RECORDS.row(i), RECORDS.row(j), strict=True))
    return {
        "others.mean": sum(others) / len(others) if others else math.nan,
        "others.min": min(others, default=math.nan),
        "others.max": max(others, default=math.nan),
        "others.equal": sum(value >= 0.999 for value in others),
        "others.different": sum(value < 0.5 for value in others),
        "others.known": len(others),
        "identifier.max": best("code"),
        "category.min": min(known([best("maker"), best("group")]), default=math.nan),
        "missing.one": missing.count(1) / len(texts),
        "missing.both": missing.count(2) / len(texts),
        "rarity.sum": agreeing,
        "rarity.share": agreeing / sum(rarity.values()) if sum(rarity.values()) else math.nan,
        "gap.min": min(gaps, default=math.nan),
        "gap.max": max(gaps, default=math.nan),
        "attributes": len(texts),
        "coverage": compared / max(filled),
        "thin": min(filled[i], filled[j]) / (sum(filled) / len(filled)),
    }


def test_summaries_are_what_a_loop_finds() -> None:
    _, measured, found = both(RECORDS)
    expected = [naive(row, i, j) for row, (i, j) in zip(measured.iter_rows(named=True), PAIRS, strict=True)]
    for name in expected[0]:
        np.testing.assert_allclose(found[name], [row[name] for row in expected], atol=1e-5, err_msg=name)


def test_title_and_record_are_taken_over_without_sides() -> None:
    _, measured, found = both(RECORDS)
    for name in found.columns:
        if name.startswith(("title.", "record.")) and not name.endswith((".min", ".max")):
            assert found[name].equals(measured[name]), name
    for group, name in (("title", "cov"), ("title", "unshared_max"), ("record", "codes_unshared")):
        sides = np.stack([measured[f"{group}.{name}.{side}"] for side in ("left", "right")])
        np.testing.assert_array_equal(found[f"{group}.{name}.min"], sides.min(axis=0))
        np.testing.assert_array_equal(found[f"{group}.{name}.max"], sides.max(axis=0))
    inside = np.fmin(measured["record.word_inside.left"], measured["record.word_inside.right"])
    np.testing.assert_array_equal(found["record.word_inside.min"], inside)


def test_names_and_types_are_the_same_for_every_table() -> None:
    assert len(set(GENERAL_NAMES)) == len(GENERAL_NAMES)
    for columns in (["nothing"], ["price"], ["title"], ["maker", "story"], RECORDS.columns):
        _, _, found = both(RECORDS.with_columns(nothing=pl.lit(1)).select(columns))
        assert tuple(found.columns) == GENERAL_NAMES, columns
        assert set(found.dtypes) == {pl.Float32}
        assert found.null_count().sum_horizontal().item() == 0


def test_a_table_without_title_has_none() -> None:
    _, _, found = both(RECORDS.drop("title"))
    for name in GENERAL_NAMES:
        if name.startswith("title."):
            assert np.isnan(found[name].to_numpy()).all(), name


def test_only_numbers() -> None:
    _, measured, found = both(RECORDS.select("price"))
    assert found["gap.min"].equals(measured["price.gap"])
    assert found["attributes"].to_list() == [0] * len(PAIRS)
    assert np.isnan(found["missing.one"].to_numpy()).all()


@pytest.mark.parametrize("symmetric", [True, False])
def test_sides_make_no_difference(symmetric: bool) -> None:
    fitted, _, found = both(RECORDS, symmetric=symmetric)
    swapped = general_measures(fitted, fitted.measure(RIGHT, LEFT), RIGHT, LEFT)
    np.testing.assert_array_equal(found.to_numpy(), swapped.to_numpy())
    assert found.equals(both(RECORDS)[2])


def test_batches_make_no_difference() -> None:
    fitted, _, found = both(RECORDS)
    parts = [
        general_measures(fitted, frame, LEFT[part], RIGHT[part]) for part, frame in fitted.batches(LEFT, RIGHT, batch=7)
    ]
    assert pl.concat(parts).equals(found)


@pytest.mark.parametrize("rows", [0, 1])
def test_few_records(rows: int) -> None:
    fitted = Measures.fit(RECORDS.head(rows), ATTRIBUTES, symmetric=True)
    row = np.arange(rows)
    assert general_measures(fitted, fitted.measure(row, row), row, row).shape == (rows, len(GENERAL_NAMES))
