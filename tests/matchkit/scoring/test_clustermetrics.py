"""Cluster metrics against scikit-learn and against listing every pair."""

from __future__ import annotations

import math
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from matchkit.scoring import (
    Counts,
    Overlaps,
    adjusted_rand,
    b_cubed,
    exact_clusters,
    overlaps,
    pairwise,
    variation_of_information,
)

Labels = list[tuple[int, int]]
CLUSTERINGS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=25)
EXTREMES: list[Labels] = [
    [(1, 1)] * 9,
    [(n, n) for n in range(9)],
    [(1, n) for n in range(9)],
    [(n, 1) for n in range(9)],
    [(1, 1)],
]


def cells_of(labels: Labels) -> Overlaps:
    ids = [f"r{row:02}" for row in range(len(labels))]
    found = pl.DataFrame({"id": ids, "cluster": [label[0] for label in labels]})
    return overlaps(found, pl.DataFrame({"id": ids, "cluster": [label[1] for label in labels]}))


def check(labels: Labels) -> None:
    cells, found, true = cells_of(labels), [label[0] for label in labels], [label[1] for label in labels]
    pairs = list(combinations(range(len(labels)), 2))
    together = [{pair for pair in pairs if side[pair[0]] == side[pair[1]]} for side in (found, true)]
    both = together[0] & together[1]
    assert pairwise(cells) == Counts(len(both), len(together[0]), len(together[1]))
    precision = recall = 0.0
    for one, other in labels:
        shared = labels.count((one, other))
        precision += shared / found.count(one) / len(labels)
        recall += shared / true.count(other) / len(labels)
    assert (b_cubed(cells).precision, b_cubed(cells).recall) == pytest.approx((precision, recall))
    sets = [
        {frozenset(n for n, at in enumerate(side) if at == cluster) for cluster in set(side)} for side in (found, true)
    ]
    assert exact_clusters(cells) == Counts(len(sets[0] & sets[1]), len(sets[0]), len(sets[1]))
    assert adjusted_rand(cells) == pytest.approx(metrics.adjusted_rand_score(true, found))
    shared_information = float(metrics.mutual_info_score(true, found))
    entropies = [float(metrics.mutual_info_score(side, side)) for side in (found, true)]
    assert variation_of_information(cells) == pytest.approx(sum(entropies) - 2 * shared_information, abs=1e-9)


@settings(deadline=None)
@given(CLUSTERINGS)
def test_everything_equals_the_obvious_way(labels: Labels) -> None:
    check(labels)


@pytest.mark.parametrize("labels", EXTREMES)
def test_one_giant_cluster_and_singletons_too(labels: Labels) -> None:
    check(labels)


def test_a_cluster_of_a_hundred_thousand_is_nothing() -> None:
    ids = pl.int_range(100_000, eager=True).alias("id")
    one = pl.DataFrame({"id": ids, "cluster": pl.repeat(1, 100_000, eager=True)})
    halves = pl.DataFrame({"id": ids, "cluster": ids % 2})
    cells = overlaps(one, halves)
    assert pairwise(cells) == Counts(2 * (50_000 * 49_999 // 2), 100_000 * 99_999 // 2, 2 * (50_000 * 49_999 // 2))
    assert adjusted_rand(cells) == pytest.approx(0.0, abs=1e-4)
    assert variation_of_information(cells) == pytest.approx(math.log(2))


def test_missing_records_are_singletons_and_unknown_ones_are_left_out() -> None:
    truth = pl.DataFrame({"id": ["1", "2", "3", "4"], "cluster": ["a", "a", None, None]})
    predicted = pl.DataFrame({"id": [1, 9, 2, 3], "cluster": ["x", "x", None, "y"]})
    cells = overlaps(predicted, truth)
    assert (cells.missing, cells.unknown, cells.records) == (2, 1, 4)
    assert pairwise(cells) == Counts(0, 0, 1)
    assert exact_clusters(cells) == Counts(2, 4, 3)


def test_order_and_type_of_the_ids_do_not_matter() -> None:
    predicted = pl.DataFrame({"id": [3, 1, 2], "cluster": ["a", "a", "b"]})
    truth = pl.DataFrame({"id": ["1", "2", "3"], "cluster": [7, 8, 7]})
    assert pairwise(overlaps(predicted, truth)) == Counts(1, 1, 1)
    assert adjusted_rand(overlaps(predicted.reverse(), truth)) == 1.0


def test_no_records_at_all_is_undefined() -> None:
    empty = pl.DataFrame({"id": [], "cluster": []}, schema={"id": pl.String, "cluster": pl.String})
    cells = overlaps(empty, empty)
    assert pairwise(cells) == Counts(0, 0, 0)
    undefined = (adjusted_rand(cells), variation_of_information(cells), b_cubed(cells).f1)
    assert all(math.isnan(value) for value in undefined)


def test_a_repeated_or_missing_id_is_refused() -> None:
    frame = pl.DataFrame({"id": ["1", "1"], "cluster": ["a", "b"]})
    with pytest.raises(ValueError, match="more than once in the found"):
        overlaps(frame, frame.head(1))
    with pytest.raises(ValueError, match="missing in the true"):
        overlaps(frame.head(1), pl.DataFrame({"id": [None], "cluster": ["a"]}))
