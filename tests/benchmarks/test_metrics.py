"""The benchmark's scores, against a listing of all pairs."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.metrics import Scores, b_cubed, contingency, pairwise

CLUSTERINGS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=25)


def frames(labels: list[tuple[int, int]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    ids = [f"r{row}" for row in range(len(labels))]
    return (
        pl.DataFrame({"id": ids, "cluster": [found for found, _ in labels]}),
        pl.DataFrame({"id": ids, "cluster": [true for _, true in labels]}),
    )


def naive_pairwise(labels: list[tuple[int, int]]) -> tuple[float, float]:
    pairs = list(combinations(labels, 2))
    found = {place for place, (one, other) in enumerate(pairs) if one[0] == other[0]}
    true = {place for place, (one, other) in enumerate(pairs) if one[1] == other[1]}
    right = len(found & true)
    return (right / len(found) if found else 1.0, right / len(true) if true else 1.0)


def naive_b_cubed(labels: list[tuple[int, int]]) -> tuple[float, float]:
    precision = recall = 0.0
    for found, true in labels:
        same_found = [label for label in labels if label[0] == found]
        same_true = [label for label in labels if label[1] == true]
        shared = [label for label in labels if label == (found, true)]
        precision += len(shared) / len(same_found) / len(labels)
        recall += len(shared) / len(same_true) / len(labels)
    return precision, recall


@settings(deadline=None)
@given(CLUSTERINGS)
def test_pairwise_equals_the_listing_of_all_pairs(labels: list[tuple[int, int]]) -> None:
    scores = pairwise(*frames(labels))
    assert (scores.precision, scores.recall) == pytest.approx(naive_pairwise(labels))


@settings(deadline=None)
@given(CLUSTERINGS)
def test_b_cubed_equals_the_mean_over_records(labels: list[tuple[int, int]]) -> None:
    scores = b_cubed(*frames(labels))
    assert (scores.precision, scores.recall) == pytest.approx(naive_b_cubed(labels))


@settings(deadline=None)
@given(CLUSTERINGS)
def test_the_truth_scores_one_and_swapping_swaps(labels: list[tuple[int, int]]) -> None:
    predicted, truth = frames(labels)
    assert pairwise(truth, truth) == b_cubed(truth, truth) == Scores(1.0, 1.0)
    forth, back = pairwise(predicted, truth), pairwise(truth, predicted)
    assert (forth.precision, forth.recall) == (back.recall, back.precision)


def test_known_values() -> None:
    predicted, truth = frames([(1, 1), (1, 1), (1, 2), (2, 2)])
    scores = pairwise(predicted, truth)
    assert (scores.precision, scores.recall) == pytest.approx((1 / 3, 0.5))
    assert scores.f1 == pytest.approx(0.4)
    assert Scores(0.0, 0.0).f1 == 0.0


def test_only_records_of_the_truth_count() -> None:
    predicted, truth = frames([(1, 1), (1, 1), (1, 2), (1, 3)])
    assert pairwise(predicted, truth.head(2)) == Scores(1.0, 1.0)


def test_no_pairs_at_all_is_no_mistake() -> None:
    predicted, truth = frames([(1, 1), (2, 2)])
    assert pairwise(predicted, truth) == Scores(1.0, 1.0)


def test_order_and_type_of_the_ids_do_not_matter() -> None:
    predicted = pl.DataFrame({"id": [3, 1, 2], "cluster": ["a", "a", "b"]})
    truth = pl.DataFrame({"id": ["1", "2", "3"], "cluster": [7, 8, 7]})
    assert sorted(contingency(predicted, truth).shared.tolist()) == [1, 2]
    assert pairwise(predicted, truth) == b_cubed(predicted, truth) == Scores(1.0, 1.0)


def test_a_missing_or_repeated_record_is_refused() -> None:
    predicted, truth = frames([(1, 1), (2, 2)])
    with pytest.raises(ValueError, match="1 records of the truth are missing"):
        pairwise(predicted.head(1), truth)
    with pytest.raises(ValueError, match="more than once in the found"):
        pairwise(pl.concat([predicted, predicted]), truth)
