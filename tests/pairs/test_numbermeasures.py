"""Measures of numbers, against a naive twin."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pairs.attributes import Attribute, Role
from pairs.numbermeasures import NumberMeasures

PRICE = Attribute("price", Role.NUMBER, "price")
VALUE = st.one_of(st.none(), st.just(math.nan), st.floats(-1e6, 1e6).map(lambda v: round(v, 3)), st.just(0.0))


def fit(values: list[float | None]) -> NumberMeasures:
    return NumberMeasures.fit(pl.Series(values, dtype=pl.Float64), PRICE)


def naive(a: float | None, b: float | None) -> dict[str, float]:
    gone = [value is None or math.isnan(value) for value in (a, b)]
    found = {"missing": float(sum(gone))}
    if a is None or b is None or any(gone):
        return found | dict.fromkeys(("gap", "signed", "difference"), math.nan)
    larger = max(abs(a), abs(b))
    signed = (a - b) / larger if larger else 0.0
    return found | {"gap": min(abs(signed), 1.0), "signed": signed, "difference": abs(a - b)}


@given(st.lists(VALUE, min_size=1, max_size=6))
def test_measures_are_what_a_loop_finds(values: list[float | None]) -> None:
    pairs = list(product(range(len(values)), repeat=2))
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    found = fit(values).measure(left, right)
    expected = [naive(values[i], values[j]) for i, j in pairs]
    assert list(found) == list(expected[0])
    for name, column in found.items():
        assert column.dtype == np.float32
        np.testing.assert_allclose(column, [row[name] for row in expected], rtol=1e-5, atol=1e-6, err_msg=name)


def test_huge_and_infinite_numbers_stay_finite() -> None:
    found = fit([1e308, -1e308, math.inf, 5e-324]).measure(np.array([0, 0, 3]), np.array([1, 2, 3]))
    assert found["missing"].tolist() == [0, 1, 0]
    assert found["gap"][[0, 2]].tolist() == [1, 0]
    assert np.isnan(found["gap"][1])
    assert not any(np.isinf(column).any() for column in found.values())


def test_whole_numbers_are_numbers() -> None:
    fitted = NumberMeasures.fit(pl.Series([1, None, 4]), PRICE)
    assert fitted.known.tolist() == [True, False, True]
    assert fitted.measure(np.array([0]), np.array([2]))["gap"].tolist() == [0.75]
