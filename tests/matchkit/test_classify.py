"""Verdicts: the same item is never likelier than the same product, and a conflict parts two items."""

from __future__ import annotations

from typing import cast

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchkit.classify import Classifier, Verdict, caution, fit_classifier, judge
from matchkit.evidence import Evidence
from matchkit.levels import EXACT, SIMILARITIES, LevelTable
from matchkit.mixture import Mixture
from matchkit.odds import probability

NAN = float("nan")
VALUE = st.sampled_from([0.0, 0.5, 1.0, NAN])
NAMES = ("ignored.color", "ignored.size", "ignored.number.ean")


class Fixed:
    """A mixture whose log odds are known beforehand."""

    def __init__(self, log_odds: list[float]) -> None:
        self._odds = np.array(log_odds, dtype=np.float64)

    def log_odds(self, pairs: LevelTable, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        assert len(pairs.levels) == len(ranks) == len(self._odds)
        return self._odds.copy()


def classifier(family: list[float], exact: list[float] | None = None) -> Classifier:
    return Classifier(cast(Mixture, Fixed(family)), cast(Mixture, Fixed(family if exact is None else exact)))


def evidence(ignored: dict[str, list[float]], one_sided: dict[str, list[bool]] | None = None) -> Evidence:
    count = len(next(iter(ignored.values())))
    left = np.arange(count, dtype=np.int64)
    levels = LevelTable(("t",), np.zeros((count, 1), dtype=np.int16), np.zeros((count, 1), dtype=np.float32), (8,))
    sides = {name: (one_sided or {}).get(name, [False] * count) for name in ignored}
    frame = pl.DataFrame(ignored, schema=dict.fromkeys(ignored, pl.Float32))
    rank = np.zeros(count, dtype=np.int64)
    return Evidence(
        left, left + 1, rank, rank, levels, frame, pl.DataFrame(sides, schema=dict.fromkeys(sides, pl.Boolean))
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Classifier, Evidence]:
    rows = draw(st.integers(1, 8))
    odds = st.lists(st.floats(-60, 60), min_size=rows, max_size=rows)
    ignored = {name: draw(st.lists(VALUE, min_size=rows, max_size=rows)) for name in NAMES}
    sides = {
        name: [bool(np.isnan(value)) and draw(st.booleans()) for value in values] for name, values in ignored.items()
    }
    return classifier(draw(odds), draw(odds)), evidence(ignored, sides)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_what_holds_for_any_evidence(case: tuple[Classifier, Evidence]) -> None:
    model, pairs = case
    found = judge(model, pairs)
    assert np.isfinite(found.family).all()
    assert not np.isnan(found.exact).any()
    assert (found.exact <= found.family).all()
    np.testing.assert_array_equal(np.isneginf(found.exact), pairs.in_conflict)
    exact, family = probability(found.exact), probability(found.family)
    assert ((exact >= 0) & (exact <= family) & (family <= 1)).all()


@settings(max_examples=60, deadline=None)
@given(cases())
def test_variants_are_as_likely_the_same_product(case: tuple[Classifier, Evidence]) -> None:
    model, pairs = case
    plain = Evidence(
        pairs.left, pairs.right, pairs.rank, pairs.item_rank, pairs.levels,
        pairs.ignored.with_columns(pl.lit(0.5).alias("ignored.color")), pairs.one_sided,
    )  # fmt: skip
    parted = judge(model, pairs)
    conflicting = pairs.ignored["ignored.color"].to_numpy() == 1
    likely = judge(model, plain).exact < parted.family
    np.testing.assert_allclose(parted.family[conflicting & likely], judge(model, plain).family[conflicting & likely])


def test_without_anything_ignored_the_mixtures_decide() -> None:
    empty = evidence({"ignored.color": [NAN] * 3})
    found = judge(classifier([3.0, -2.0, 40.0], [2.0, -3.0, 40.0]), empty)
    np.testing.assert_allclose(found.family, [3, -2, 40])
    np.testing.assert_allclose(found.exact, [2, -3, 40], rtol=1e-6)


def test_a_conflict_parts_items_but_not_products() -> None:
    pairs = evidence({"ignored.color": [0.0, 0.5, 1.0], "ignored.size": [NAN, NAN, 0.0]})
    found = judge(classifier([5.0] * 3), pairs)
    assert found.family.tolist() == [5.0] * 3
    assert found.exact[0] == pytest.approx(5)
    assert found.exact[0] > found.exact[1] > found.exact[2] == -np.inf


def test_one_conflict_of_many_attributes_is_enough() -> None:
    found = judge(classifier([50.0]), evidence({name: [1.0 if name == NAMES[1] else 0.0] for name in NAMES}))
    assert found.exact.tolist() == [-np.inf]


def test_item_numbers() -> None:
    found = judge(classifier([0.0] * 3), evidence({"ignored.number.ean": [0.0, NAN, 1.0]}))
    assert found.exact[0] > found.exact[1] == pytest.approx(0)
    assert found.exact[2] == -np.inf
    assert found.family[0] > found.family[1] == found.family[2] == 0


def test_a_value_that_only_one_side_states_lowers_the_odds_as_far_as_such_values_differ() -> None:
    def one_sided(conflicts: list[float]) -> Verdict:
        values = {"ignored.color": [NAN, NAN, *conflicts]}
        sides = {"ignored.color": [True, False, *[False] * len(conflicts)]}
        return judge(classifier([4.0] * (2 + len(conflicts))), evidence(values, sides))

    mostly_equal, mostly_different = one_sided([0.0] * 19 + [1.0]), one_sided([0.0] + [1.0] * 19)
    for found in (mostly_equal, mostly_different):
        assert found.exact[0] < found.exact[1] == pytest.approx(4)
        assert found.family[0] == 4
    assert mostly_equal.exact[0] > mostly_different.exact[0]


def test_impossible_pairs_tell_nothing_of_how_values_agree() -> None:
    unlikely = [-40.0] * 50
    values = {"ignored.color": [NAN, *[1.0] * 50]}
    found = judge(classifier([4.0, *unlikely]), evidence(values, {"ignored.color": [True, *[False] * 50]}))
    assert found.exact[0] == pytest.approx(4, abs=0.01)


def planted() -> tuple[Evidence, Evidence]:
    rng = np.random.default_rng(0)
    rows = 3_000
    truth = rng.random(rows) < np.tile([0.4, *[0.0] * 9], rows // 10)
    levels = np.where(truth[:, None], EXACT, rng.integers(0, 3, (rows, 3))).astype(np.int16)
    left = np.arange(rows, dtype=np.int64)
    table = LevelTable(("a", "b", "c"), levels, np.zeros(levels.shape, dtype=np.float32), (SIMILARITIES,) * 3)
    random = LevelTable(table.names, rng.integers(0, 3, levels.shape).astype(np.int16), table.rarity, table.sizes)
    rank = np.tile(np.arange(10), rows // 10)
    ignored = pl.DataFrame({"ignored.color": np.where(left % 7 == 0, 1.0, np.nan).astype(np.float32)})
    sides = pl.DataFrame({"ignored.color": [False] * rows})
    unknown = pl.DataFrame({"ignored.color": np.full(rows, np.nan, dtype=np.float32)})
    strangers = Evidence(left, left + 1, rank, rank, random, unknown, sides)
    return Evidence(left, left + 1, rank, rank, table, ignored, sides), strangers


@pytest.mark.parametrize("kind", ["mixture", "ecm"])
def test_fitted_classifiers_tell_matches(kind: str) -> None:
    pairs, random = planted()
    model = fit_classifier(pairs, random, "a", kind=kind)
    found = judge(model, pairs)
    truth = (pairs.levels.levels == EXACT).all(axis=1)
    assert ((found.family > 0) == truth).mean() > 0.99
    assert ((found.exact > 0) == (truth & ~pairs.in_conflict)).mean() > 0.99
    assert model.exact.adjusts is (kind == "mixture")


@pytest.mark.parametrize("kind", ["mixture", "ecm"])
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_hardly_any_pairs(kind: str, rows: int) -> None:
    pairs, random = planted()
    few = pairs.only(np.arange(rows))
    found = judge(fit_classifier(few, random.only(np.arange(0)), "a", kind=kind), few)
    assert found.exact.shape == found.family.shape == (rows,)
    assert np.isfinite(found.family).all()
    assert not np.isnan(found.exact).any()


def test_every_pair_in_conflict() -> None:
    pairs, random = planted()
    apart = pairs.only(np.flatnonzero(pairs.in_conflict))
    assert np.isneginf(judge(fit_classifier(apart, random, "a"), apart).exact).all()


def test_probability() -> None:
    odds = np.array([-np.inf, -1_000.0, -1.0, 0.0, 1.0, 1_000.0, np.inf])
    found = probability(odds)
    assert found[[0, 3, 6]].tolist() == [0, 0.5, 1]
    assert (np.diff(found) >= 0).all()
    assert found[2] == pytest.approx(1 - found[4])


def test_caution_where_matches_and_others_run_into_each_other() -> None:
    apart, blurred = np.array([9.0] * 50 + [-9.0] * 500), np.array([1.0] * 50 + [-1.0] * 500)
    assert caution(apart) == 0
    assert caution(blurred) > 1
    assert caution(np.concatenate([apart, blurred])) < caution(blurred)
    assert caution(np.empty(0)) == 0


def test_caution_is_taken_off_every_pair() -> None:
    pairs = evidence({"ignored.color": [NAN] * 2})
    plain = judge(classifier([2.0, -1.0]), pairs)
    mixtures = classifier([2.0, -1.0])
    careful = judge(Classifier(mixtures.family, mixtures.exact, 0.5, 1.5), pairs)
    np.testing.assert_allclose(plain.family - careful.family, 0.5)
    np.testing.assert_allclose(plain.exact - careful.exact, 1.5)


@pytest.mark.parametrize(
    ("beyond", "far", "misled"),
    [(0.26, 60_000, True), (0.001, 60_000, False), (0.26, 10_000, False)],
)
def test_a_mixture_is_misled_if_its_matches_lie_where_most_pairs_are_hopeless(
    beyond: float, far: int, misled: bool
) -> None:
    prior = np.array([0.99, *[0.3] * 8, beyond])
    ranks = np.concatenate([np.tile(np.arange(20), 1_000), np.full(far, 40)])
    assert Mixture((), (), (), (), prior, 1.0).is_misled(ranks) is misled


def test_few_pairs_are_not_all_there_is_to_learn_from() -> None:
    prior = np.array([0.99, *[0.3] * 8, 0.26])
    assert not Mixture((), (), (), (), prior, 1.0).is_misled(np.concatenate([np.arange(100), np.full(60_000, 40)]))
