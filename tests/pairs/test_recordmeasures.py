"""Measures of whole records."""

from __future__ import annotations

import time

import numpy as np
import polars as pl
import pytest
from rapidfuzz import fuzz

from pairs.chargrams import CharGrams
from pairs.recordmeasures import RecordMeasures
from pairs.wordmeasures import WordMeasures

RECORDS = pl.DataFrame(
    {
        "title": ["desk lamp x100", "desklamp", "lamp", None, "zoo lamp"],
        "brand": ["lumo", "lumo x 100", None, None, "1.5 lumo"],
        "price": [1.0, 2.0, 3.0, 4.0, None],
    }
)
COLUMNS = ("title", "brand")
LEFT, RIGHT = np.array([0, 0, 0, 3, 3, 4, 1]), np.array([1, 2, 3, 3, 0, 0, 0])


def test_the_whole_record_is_one_text() -> None:
    text = pl.Series(["desk lamp x100 lumo", "desklamp lumo x 100", "lamp", None, "zoo lamp 1.5 lumo"])
    found = RecordMeasures.fit(RECORDS, COLUMNS).measure(LEFT, RIGHT)
    expected = WordMeasures.fit(text).measure(LEFT, RIGHT) | {"chars": CharGrams.fit(text).cosine(LEFT, RIGHT)}
    for name, column in expected.items():
        np.testing.assert_array_equal(found[name], column, err_msg=name)


def test_what_one_side_says_is_looked_for_in_the_other_ones_text() -> None:
    found = RecordMeasures.fit(RECORDS, COLUMNS).measure(LEFT, RIGHT)
    assert found["word_inside.left"][0] == 1  # desk is in desklamp
    assert found["code_inside.left"][0] == 1  # x100 is x 100
    assert found["word_inside.left"][1] == pytest.approx(fuzz.partial_ratio("desk", "lamp") / 100)
    assert np.isnan(found["code_inside.right"][1])  # the other side has no code of its own
    assert found["word_inside.left"][5] == pytest.approx(fuzz.partial_ratio("zoo", "desklampx100lumo") / 100)


def test_every_pair_is_looked_at_though_each_question_is_asked_once() -> None:
    fitted = RecordMeasures.fit(RECORDS, COLUMNS)
    left, right = (np.concatenate([side.ravel()] * 3) for side in np.meshgrid(np.arange(5), np.arange(5)))
    found = fitted.measure(left, right)
    shared = fitted.words.share(left, right)
    for kind, number in (("word", 0), ("code", 2)):
        for side, only, other in (("left", shared.left, right), ("right", shared.right, left)):
            for row, word in enumerate(fitted.words.rarest(only, number)):
                text = fitted.compact[other[row]]
                expected = fuzz.partial_ratio(fitted.vocabulary[word], text) / 100 if word >= 0 and text else np.nan
                np.testing.assert_allclose(found[f"{kind}_inside.{side}"][row], expected, rtol=1e-6)


def test_missing_on_either_side_is_nan() -> None:
    found = RecordMeasures.fit(RECORDS, COLUMNS).measure(LEFT, RIGHT)
    for name, column in found.items():
        assert np.isnan(column[2:5]).all(), name
        assert column.dtype == np.float32


def test_swapping_the_sides_swaps_the_measures() -> None:
    fitted = RecordMeasures.fit(RECORDS, COLUMNS)
    found, swapped = fitted.measure(LEFT, RIGHT), fitted.measure(RIGHT, LEFT)
    for name, column in found.items():
        twin = name.replace(".left", ".?").replace(".right", ".left").replace(".?", ".right")
        np.testing.assert_array_equal(column, swapped[twin], err_msg=name)


@pytest.mark.parametrize("columns", [(), ("title",)])
@pytest.mark.parametrize("rows", [0, 1, 5])
def test_few_rows_and_no_columns(columns: tuple[str, ...], rows: int) -> None:
    fitted = RecordMeasures.fit(RECORDS.head(rows), columns)
    pairs = np.arange(rows)
    found = fitted.measure(pairs, pairs)
    assert all(len(column) == rows for column in found.values())
    if not columns:
        assert all(np.isnan(column).all() for column in found.values())


def test_very_long_records_take_no_time() -> None:
    texts = ["word " * 20_000 + "x9", "y" * 100_000, "ab12" * 25_000]
    fitted = RecordMeasures.fit(pl.DataFrame({"text": texts}), ("text",))
    left = np.arange(3_000) % 3
    started = time.perf_counter()
    fitted.measure(left, (left + 1) % 3)
    assert time.perf_counter() - started < 5
