"""Folds, calibration and thresholds on made-up pairs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.odds import probability
from matchkit.trained.calibration import Calibration, best_cut, f1, loss
from matchkit.trained.folds import folds
from matchkit.trained.model import arranged
from matchkit.trained.pairfeatures import PairFeatures
from pairs.attributes import Attribute, Role


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.integers(2, 60), st.booleans(), st.integers(0, 5))
def test_no_record_is_learnt_from_and_judged(pairs: int, records: int, two_tables: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = rng.integers(0, records, pairs), rng.integers(records, 2 * records, pairs)
    found = folds(left, right, 2 * records, two_tables=two_tables, seed=seed)
    judged = np.concatenate([fold.judge for fold in found])
    assert sorted(judged) == list(range(pairs))
    for fold in found:
        learnt = set(left[fold.learn]) | set(right[fold.learn])
        assert not learnt & (set(left[fold.judge]) | set(right[fold.judge]))


def test_pairs_that_hang_together_little_make_five_folds_of_nearly_all() -> None:
    left = np.arange(100)
    found = folds(left, left + 100, 200, two_tables=True, seed=0)
    assert [len(fold.judge) for fold in found] == [20] * 5
    assert [len(fold.learn) for fold in found] == [80] * 5


def test_calibration_finds_the_curve_that_labels_were_drawn_from() -> None:
    rng = np.random.default_rng(0)
    odds = rng.normal(0, 4, 20_000)
    matches = rng.random(20_000) < probability(0.5 * odds - 1)
    found = Calibration.fit(odds, matches)
    assert found.slope == pytest.approx(0.5, abs=0.03)
    assert found.offset == pytest.approx(-1, abs=0.06)
    assert loss(found.of(odds), matches) < loss(odds, matches)


@pytest.mark.parametrize("turn", [1, -1])
def test_calibration_keeps_the_order_of_pairs_whatever_the_labels(turn: int) -> None:
    odds = np.linspace(-5, 5, 40)
    found = Calibration.fit(odds, turn * odds > 0)
    assert found.slope > 0
    assert np.isfinite(found.of(odds)).all()


def test_the_cut_is_in_the_middle_of_what_is_as_good() -> None:
    odds = np.concatenate([np.full(50, 3.0), np.full(200, -1.0)])
    cut = best_cut(odds, odds > 0)
    assert 0 < cut < 2
    assert f1(odds >= cut, odds > 0) == 1


def test_the_cut_is_near_the_best_that_can_be_done() -> None:
    rng = np.random.default_rng(1)
    matches = rng.random(5_000) < 0.15
    odds = rng.normal(np.where(matches, 1.5, -2.0), 1.2)
    every = [f1(odds >= cut, matches) for cut in np.sort(odds)]
    assert f1(odds >= best_cut(odds, matches), matches) > max(every) - 0.01


def test_f1_of_nothing_is_0() -> None:
    nothing = np.zeros(3, dtype=np.bool_)
    assert f1(nothing, nothing) == f1(nothing, ~nothing) == 0


def test_features_are_put_in_the_order_of_the_model() -> None:
    values = np.array([[1, 2], [3, 4]], dtype=np.float32)
    found = arranged(["a", "b"], values, ["b", "c", "a"])
    np.testing.assert_array_equal(found, [[2, np.nan, 1], [4, np.nan, 3]])
    assert arranged(["a", "b"], values, ("a", "b")) is values


def features() -> PairFeatures:
    records = pl.DataFrame({"record": ["red mug", "red cup", "blue mug", "oak desk"], "a.b": ["x", "y", "x", None]})
    attributes = [Attribute("record", Role.TEXT), Attribute("a.b", Role.CATEGORY)]
    candidates = pl.DataFrame(
        {"left": [2, 0, 0], "right": [3, 2, 1], "similarity": [0.2, 0.5, 0.8]},
        schema={"left": pl.UInt32, "right": pl.UInt32, "similarity": pl.Float32},
    )
    return PairFeatures.fit(records, attributes, candidates, two_tables=False)


def test_every_feature_is_about_something() -> None:
    found = features()
    assert len(found.names) == len(found.groups) == len(set(found.names))
    assert set(found.groups) == {"record", "a.b", "record_", "context"}
    assert all(
        name.removeprefix("@").startswith(f"{group}.") for name, group in zip(found.names, found.groups, strict=True)
    )


def test_pairs_that_are_no_candidates_have_no_context_until_they_are_added() -> None:
    found = features()
    place = found.names.index("@context.similarity")
    left, right = np.array([0, 1]), np.array([1, 3])
    before = found.matrix(left, right)[:, place]
    assert before[0] == np.float32(0.8)
    assert np.isnan(before[1])
    after = found.extended(left, right).matrix(left, right)[:, place]
    np.testing.assert_array_equal(after, np.array([0.8, 0.2], dtype=np.float32))
