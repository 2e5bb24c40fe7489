"""Reasons in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from matchkit.evidence import Evidence
from matchkit.levels import CONFLICTS, EXACT, NUMBER_CONFLICT, SIMILARITIES, LevelTable
from matchkit.reasons import differs_in, reasons, shown_name

NAN = float("nan")
SPLIT = SIMILARITIES * CONFLICTS


def evidence(levels: dict[str, list[int]], ignored: dict[str, list[float]] | None = None, count: int = 1) -> Evidence:
    rows = len(next(iter(levels.values()))) if levels else count
    table = np.array(list(levels.values()), dtype=np.int16).reshape(len(levels), rows).T
    left = np.arange(rows, dtype=np.int64)
    names = {f"ignored.{name}": values for name, values in (ignored or {}).items()}
    frame = pl.DataFrame(names, schema=dict.fromkeys(names, pl.Float32))
    sizes = (SPLIT,) * len(levels)
    return Evidence(
        left,
        left + 1,
        left,
        left,
        LevelTable(tuple(levels), table, np.zeros(table.shape, dtype=np.float32), sizes),
        frame,
        frame.select(pl.all().is_nan()),
    )


def values(**columns: Sequence[str | None]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def test_one_sentence_a_pair() -> None:
    pairs = evidence({"title": [EXACT, 6, 0, -1], "town": [EXACT, EXACT, 5, -1]})
    found = reasons(pairs, pl.DataFrame(), pl.DataFrame())
    assert found.to_list() == [
        "same title, town",
        "same town; similar title",
        "similar town; different title",
        "nothing to compare",
    ]


def test_numbers_in_conflict_make_titles_different_however_alike() -> None:
    pairs = evidence({"title": [SIMILARITIES * NUMBER_CONFLICT + 6, 6]})
    found = reasons(pairs, pl.DataFrame(), pl.DataFrame()).to_list()
    assert found == ["different title", "similar title"]


def test_conflicts_are_named_with_both_values() -> None:
    pairs = evidence({"title": [EXACT] * 3}, {"color": [1.0, 0.5, 1.0], "size": [NAN, 0.0, 1.0]})
    left = values(color=["black", "blue", "black"], size=[None, "uk 8", "uk 8"])
    right = values(color=["navy", "dark blue", "navy"], size=["uk 9", "uk 8", "uk 9"])
    assert reasons(pairs, left, right).to_list() == [
        "same title; differs in color (black / navy)",
        "same title",
        "same title; differs in color (black / navy) and size (uk 8 / uk 9)",
    ]
    assert differs_in(pairs).to_list() == ["color", "", "color,size"]


def test_article_numbers_are_named_only_where_nothing_else_differs() -> None:
    pairs = evidence({"title": [EXACT] * 3}, {"color": [1.0, 0.0, NAN], "number.ean": [1.0, 1.0, NAN]})
    left = values(**{"color": ["black"] * 3, "number.ean": ["1"] * 3})
    right = values(**{"color": ["navy", "black", None], "number.ean": ["2", "2", None]})
    assert differs_in(pairs).to_list() == ["color", "ean", ""]
    assert reasons(pairs, left, right).to_list() == [
        "same title; differs in color (black / navy)",
        "same title; differs in ean (1 / 2)",
        "same title",
    ]


def test_missing_is_no_conflict() -> None:
    pairs = evidence({"title": [3]}, {"color": [NAN], "number.ean": [NAN]})
    assert differs_in(pairs).to_list() == [""]


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_nothing_compared_but_what_tells_variants_apart(rows: int) -> None:
    pairs = evidence({}, {"number.ean": [1.0] * rows}, count=rows)
    sides = values(**{"number.ean": ["1"] * rows}), values(**{"number.ean": ["2"] * rows})
    assert differs_in(pairs).to_list() == ["ean"] * rows
    assert reasons(pairs, *sides).to_list() == ["differs in ean (1 / 2)"] * rows


def test_no_pairs() -> None:
    pairs = evidence({"title": []}, {"color": []})
    assert differs_in(pairs).to_list() == []
    assert reasons(pairs, values(color=[]), values(color=[])).to_list() == []
    assert differs_in(pairs).name == "differs_in"


def test_shown_names() -> None:
    assert [shown_name(name) for name in ("number.ean", "color", "numbers")] == ["ean", "color", "numbers"]
