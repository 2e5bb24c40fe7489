"""Pair metrics against scikit-learn, and by hand where it has none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from matchkit.scoring import (
    Counts,
    average_precision,
    best_threshold,
    class_counts,
    clopper_pearson,
    confusion_matrix,
    lower_bound_reaches,
    macro,
    precision_recall_curve,
    roc_auc,
    threshold_for_precision,
)

LABELS = ["exact_duplicate", "variant", "different"]
LABELLED = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=40)
SCORED = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), max_size=40)


def split(rows: list[tuple[bool, int]]) -> tuple[list[bool], list[float]]:
    return [truth for truth, _ in rows], [score / 8 for _, score in rows]


@settings(deadline=None)
@given(LABELLED)
def test_confusion_and_classes_equal_scikit_learn(rows: list[tuple[str, str]]) -> None:
    truth, said = [row[0] for row in rows], [row[1] for row in rows]
    matrix = confusion_matrix(truth, said, LABELS)
    assert matrix.tolist() == metrics.confusion_matrix(truth, said, labels=LABELS).tolist()
    classes = class_counts(matrix)
    known = metrics.precision_recall_fscore_support(truth, said, labels=LABELS, zero_division=np.nan)
    for place, counts in enumerate(classes):
        found = (counts.precision, counts.recall, counts.f1)
        assert found[:2] == pytest.approx((known[0][place], known[1][place]), nan_ok=True)
        # scikit-learn calls F1 undefined where one side is; ours is 0 unless both are.
        assert math.isnan(counts.f1) == (not counts.found and not counts.true)
        assert counts.true == known[3][place]
    means = macro(classes)
    expected = metrics.precision_recall_fscore_support(truth, said, average="macro", zero_division=0.0)[:3]
    assert (means.precision, means.recall, means.f1) == pytest.approx(expected)


def test_rules_where_there_is_nothing_to_divide_by() -> None:
    nothing_found, nothing_true, nothing = Counts(0, 0, 5), Counts(0, 5, 0), Counts(0, 0, 0)
    assert math.isnan(nothing_found.precision)
    assert (nothing_found.recall, nothing_found.f1) == (0.0, 0.0)
    assert math.isnan(nothing_true.recall)
    assert (nothing_true.precision, nothing_true.f1) == (0.0, 0.0)
    assert all(math.isnan(value) for value in (nothing.precision, nothing.recall, nothing.f1))
    assert all(math.isnan(value) for value in (macro([]).precision, macro([nothing]).f1))


def test_an_unknown_label_and_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="'maybe' is none of"):
        confusion_matrix(["maybe"], ["variant"], LABELS)
    with pytest.raises(ValueError, match="2 true labels and 1 predicted"):
        confusion_matrix(["variant", "variant"], ["variant"], LABELS)


@settings(deadline=None)
@given(SCORED)
def test_the_curve_and_its_areas_equal_scikit_learn(rows: list[tuple[bool, int]]) -> None:
    truth, scores = split(rows)
    curve = precision_recall_curve(truth, scores)
    others = len(truth) - sum(truth)
    if not any(truth):
        assert math.isnan(average_precision(curve))
        assert math.isnan(roc_auc(truth, scores))
        assert np.isnan(curve.recall).all()
        return
    precision, recall, threshold = metrics.precision_recall_curve(truth, scores)
    assert curve.threshold[::-1] == pytest.approx(threshold)
    assert curve.precision[::-1] == pytest.approx(precision[:-1])
    assert curve.recall[::-1] == pytest.approx(recall[:-1])
    assert average_precision(curve) == pytest.approx(metrics.average_precision_score(truth, scores))
    if others:
        assert roc_auc(truth, scores) == pytest.approx(metrics.roc_auc_score(truth, scores))
    else:
        assert math.isnan(roc_auc(truth, scores))


@settings(deadline=None)
@given(SCORED, st.integers(0, 3))
def test_thresholds_equal_trying_every_one(rows: list[tuple[bool, int]], missed: int) -> None:
    truth, scores = split(rows)
    curve = precision_recall_curve(truth, scores, missed=missed)
    tried = []
    for threshold in sorted(set(scores), reverse=True):
        taken = [match for match, score in zip(truth, scores, strict=True) if score >= threshold]
        tried.append((threshold, Counts(sum(taken), len(taken), sum(truth) + missed)))
    assert curve.frame().select("threshold", "right", "found").rows() == [(t, c.right, c.found) for t, c in tried]
    best = best_threshold(curve)
    if not any(truth):
        assert best is None
    else:
        assert best is not None
        assert best.f1 == pytest.approx(max(counts.f1 for _, counts in tried))
        assert best.threshold == max(t for t, counts in tried if counts.f1 == pytest.approx(best.f1))
    sure = [t for t, counts in tried if clopper_pearson(counts.right, counts.found)[0] >= 0.5]
    chosen = threshold_for_precision(curve, 0.5)
    assert (chosen.threshold if chosen else None) == (min(sure) if sure else None)
    assert chosen is None or chosen.bound >= 0.5


def test_missed_matches_cost_recall_and_average_precision() -> None:
    curve = precision_recall_curve([True, False], [0.9, 0.1], missed=1)
    assert curve.recall.tolist() == [0.5, 0.5]
    assert average_precision(curve) == 0.5


def test_a_perfect_ranking_needs_enough_pairs_to_be_sure() -> None:
    assert threshold_for_precision(precision_recall_curve([True] * 10, [0.9] * 10), 0.95) is None
    sure = threshold_for_precision(precision_recall_curve([True] * 80, [0.9] * 80), 0.95)
    assert sure is not None
    assert sure.bound == pytest.approx(0.025 ** (1 / 80))
    anything = threshold_for_precision(precision_recall_curve([False], [0.5]), 0.0)
    assert anything is not None
    assert anything.bound == 0.0


@pytest.mark.parametrize(("wanted", "score", "missed"), [(1.5, 0.5, 0), (0.5, math.nan, 0), (0.5, 0.5, -1)])
def test_impossible_input_is_refused(wanted: float, score: float, missed: int) -> None:
    with pytest.raises(ValueError, match=r"wanted|nan|fewer than 0"):
        threshold_for_precision(precision_recall_curve([True], [score], missed=missed), wanted)


def test_the_exact_interval_has_its_known_values() -> None:
    assert clopper_pearson(0, 10) == pytest.approx((0.0, 1 - 0.025**0.1))
    assert clopper_pearson(10, 10) == pytest.approx((0.025**0.1, 1.0))
    assert clopper_pearson(8, 10) == pytest.approx((0.4439045, 0.9747893))
    assert all(math.isnan(end) for end in clopper_pearson(0, 0))
    with pytest.raises(ValueError, match="no share"):
        clopper_pearson(3, 2)
    with pytest.raises(ValueError, match="confidence is 1"):
        clopper_pearson(1, 2, 1.0)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.01, 1.0))
def test_reaching_a_bound_equals_computing_it(right: int, wrong: int, wanted: float) -> None:
    found = right + wrong
    low = clopper_pearson(right, found)[0]
    if not math.isnan(low) and math.isclose(low, wanted, rel_tol=1e-9):
        return
    assert bool(lower_bound_reaches([right], [found], wanted)[0]) == (low >= wanted)
