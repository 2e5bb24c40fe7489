"""XGBoost's C library beside its Python package."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import numpy as np
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.prior import CONTENT, FOLDER, STANDING
from matchkit.trained.library import NativeBooster, _library, load_booster

LIBRARY = _library()
native_only = pytest.mark.skipif(LIBRARY is None, reason="no C library of XGBoost where wheels have it")


def shipped(name: str) -> bytes:
    return (files("matchkit") / FOLDER / name).read_bytes()


def packaged(raw: bytes) -> xgboost.Booster:
    booster = xgboost.Booster()
    booster.load_model(bytearray(raw))
    return booster


def native(raw: bytes) -> NativeBooster:
    assert LIBRARY is not None
    return NativeBooster(LIBRARY, raw)


@native_only
@pytest.mark.parametrize("name", [CONTENT, STANDING])
@settings(max_examples=30, deadline=None)
@given(rows=st.integers(0, 200), missing=st.floats(0, 1), order=st.sampled_from("CF"), threads=st.integers(1, 3))
def test_scores_are_those_of_the_package(name: str, rows: int, missing: float, order: str, threads: int) -> None:
    booster, slow = native(shipped(name)), packaged(shipped(name))
    random = np.random.default_rng(rows)
    features = np.asarray(random.normal(size=(rows, booster.num_features())), dtype=np.float32, order=order)  # type: ignore[call-overload]
    features[random.random(features.shape) < missing] = np.nan
    booster.set_param({"nthread": threads})
    assert booster.num_features() == slow.num_features()
    found = booster.inplace_predict(features, predict_type="margin")
    np.testing.assert_array_equal(found, slow.inplace_predict(features, predict_type="margin") if rows else [])


@native_only
def test_several_threads_may_score_at_once() -> None:
    booster = native(shipped(STANDING))
    booster.set_param({"nthread": 1})
    random = np.random.default_rng(0)
    batches = [random.random((500, booster.num_features()), dtype=np.float32) for _ in range(24)]
    expected = [booster.inplace_predict(batch) for batch in batches]
    with ThreadPoolExecutor(4) as pool:
        for found, alone in zip(pool.map(booster.inplace_predict, batches), expected, strict=True):
            np.testing.assert_array_equal(found, alone)


@native_only
def test_what_cannot_be_scored_is_said() -> None:
    booster = native(shipped(CONTENT))
    with pytest.raises(ValueError, match="only margins"):
        booster.inplace_predict(np.zeros((1, booster.num_features()), dtype=np.float32), predict_type="value")
    for wrong in (np.zeros((1, 3), dtype=np.float32), np.zeros((1, booster.num_features()))):
        with pytest.raises(ValueError, match="features are"):
            booster.inplace_predict(wrong)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="XGBoost"):
        native(b"no model")


def test_the_package_is_asked_where_it_is_imported_already() -> None:
    assert isinstance(load_booster(shipped(CONTENT)), xgboost.Booster)


@native_only
def test_deduplicating_imports_no_package_it_does_not_need() -> None:
    program = (
        "import sys, matchkit, polars as pl\n"
        "titles = [f'{a} {b} {c}' for a in 'oak pine' .split() for b in 'desk lamp'.split() for c in (1, 2, 'x9')]\n"
        "matchkit.dedupe(pl.DataFrame({'id': range(24), 'title': titles * 2}))\n"
        "print({'xgboost', 'sklearn', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
