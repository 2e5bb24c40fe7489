"""What is expected before any candidates have been looked at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matchkit.expectations import conditional_shares, expected_shares, hold_down, level_shares, near_misses
from matchkit.levels import CONFLICTS, EXACT, NUMBER_CONFLICT, SIMILARITIES, LevelTable

WIDE = SIMILARITIES * CONFLICTS


@pytest.mark.parametrize("size", [SIMILARITIES, WIDE])
@pytest.mark.parametrize("alone", [False, True])
def test_expectations_are_shares_and_matches_agree(size: int, alone: bool) -> None:
    shares = expected_shares(size, alone=alone)
    assert shares.shape == (size,)
    assert shares.sum() == pytest.approx(1)
    assert (shares > 0)[: EXACT + 1].all()
    by_similarity = shares.reshape(-1, SIMILARITIES).sum(axis=0)
    assert (np.diff(by_similarity[:EXACT]) >= 0).all()
    assert alone or by_similarity.argmax() == EXACT


def test_equality_is_not_expected_again_of_a_comparison_alone() -> None:
    assert expected_shares(WIDE, alone=True)[EXACT] < expected_shares(WIDE)[EXACT] / 2


@settings(max_examples=100, deadline=None)
@given(arrays(np.float64, WIDE, elements=st.floats(1e-6, 1)))
def test_titles_in_conflict_are_held_down_and_the_rest_keeps_its_proportions(raw: np.ndarray) -> None:
    shares = raw / raw.sum()
    held = hold_down(shares)
    assert held.sum() == pytest.approx(1)
    conflict = np.arange(WIDE) // SIMILARITIES
    assert held[conflict == NUMBER_CONFLICT].sum() <= 0.005 + 1e-9
    assert held[(conflict >= 2) & (conflict < NUMBER_CONFLICT)].sum() <= 0.1 + 1e-9
    free = conflict < 2
    ratio = held[free] / shares[free]
    assert ratio == pytest.approx(np.full(free.sum(), ratio[0]))
    assert ratio[0] >= 1 - 1e-9


def test_what_is_rare_already_stays() -> None:
    shares = np.zeros(WIDE)
    shares[EXACT] = 1.0
    assert (hold_down(shares) == shares).all()
    plain = np.full(SIMILARITIES, 1 / SIMILARITIES)
    assert (hold_down(plain) == plain).all()


@pytest.mark.parametrize("size", [SIMILARITIES, WIDE])
def test_near_misses_are_alike_but_for_a_conflict(size: int) -> None:
    shares = near_misses(size)
    assert shares.sum() == pytest.approx(1)
    if size == WIDE:
        assert shares[:SIMILARITIES].sum() == 0
        assert shares.reshape(-1, SIMILARITIES)[:, EXACT].sum() == 0


def test_shares_depend_on_whether_the_parent_agrees() -> None:
    town = np.array([EXACT] * 200 + [0] * 800, dtype=np.int16)
    levels = np.stack([town, town], axis=1)
    pairs = LevelTable(("town", "code"), levels, np.zeros(levels.shape, dtype=np.float32), (SIMILARITIES,) * 2)
    differs, agrees, unknown = conditional_shares(pairs, 1, 0)
    assert agrees[EXACT] > 0.8 > 0.3 > unknown[EXACT] > differs[EXACT]
    assert unknown == pytest.approx(level_shares(town, SIMILARITIES))
    assert (conditional_shares(pairs, 1, -1) == level_shares(town, SIMILARITIES)).all()
