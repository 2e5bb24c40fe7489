"""Probabilities of winners, told from their runner-ups."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from matchkit.decoys import calibration, match_shares
from matchkit.odds import probability

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

CANDIDATES = 25


def two_tables(
    records: int, matched: float, apart: float, seed: int
) -> tuple[Rows, Rows, Floats, Rows, NDArray[np.bool_]]:
    """Candidates of two tables of which a share has partners: the winner of each left record, and who is one."""
    random = np.random.default_rng(seed)
    has = random.random(records) < matched
    scores = random.normal(size=(records, CANDIDATES)) - 4
    scores[has, 0] += apart
    left = np.repeat(np.arange(records), CANDIDATES)
    right = records + (left + np.tile(np.arange(CANDIDATES), records) * 7) % records
    best = scores.argmax(axis=1)
    winners = np.arange(records) * CANDIDATES + best
    return left, right, scores.ravel(), winners, has & (best == 0)


@pytest.mark.parametrize("matched", [0.5, 0.7, 0.9])
def test_winners_with_a_partner_are_told_from_those_without(matched: float) -> None:
    left, right, score, winners, real = two_tables(3000, matched, 6.0, seed=1)
    share = match_shares(left, right, score, winners)
    assert np.mean((share > 0.5) == real) > 0.9
    assert share[real].mean() > 0.9 > 0.4 > share[~real].mean()


def test_a_better_winner_is_no_less_likely() -> None:
    left, right, score, winners, _ = two_tables(500, 0.5, 3.0, seed=3)
    share = match_shares(left, right, score, winners)
    assert (np.diff(share[np.argsort(score[winners], kind="stable")]) >= -1e-12).all()
    assert ((share > 0) & (share < 1)).all()


def test_the_order_of_the_pairs_makes_no_difference() -> None:
    left, right, score, winners, _ = two_tables(300, 0.5, 3.0, seed=4)
    order = np.random.default_rng(0).permutation(len(left))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    again = match_shares(left[order], right[order], score[order], place[winners])
    assert again == pytest.approx(match_shares(left, right, score, winners))


def test_calibration_finds_the_line_that_made_the_probabilities() -> None:
    score = np.linspace(-8, 8, 4000)
    slope, intercept = calibration(score, probability(1.7 * score - 2.0))
    assert slope == pytest.approx(1.7, rel=0.05)
    assert intercept == pytest.approx(-2.0, rel=0.05)


def test_where_all_are_matches_a_low_score_still_is_none() -> None:
    slope, intercept = calibration(np.linspace(4, 8, 1000), np.full(1000, 0.999))
    assert slope > 0
    assert slope * 6 + intercept > 2
    assert slope * -6 + intercept < 0
