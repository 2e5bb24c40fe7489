"""Neighbours between two tables against a twin that scores every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking.hubs import link_neighbours
from blocking.search import Floats


def unit(rows: int, seed: int) -> Floats:
    vectors: Floats = np.abs(np.random.default_rng(seed).standard_normal((rows, 8))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def naive(lefts: Floats, rights: Floats, k: int) -> list[list[int]]:
    """Of the 3 k nearest right rows, the best k after the correction, for each left row."""
    near = lefts @ rights.T
    densities = [np.mean(sorted(near[:, right], reverse=True)[:k]) for right in range(len(rights))]
    chosen = []
    for row in near:
        sought = sorted(range(len(rights)), key=lambda right: (-row[right], right))[: 3 * k]
        chosen.append(sorted(sought, key=lambda right: -(row[right] - 0.375 * densities[right]))[:k])
    return chosen


@settings(max_examples=25, deadline=None)
@given(st.integers(4, 30), st.integers(4, 30), st.integers(1, 4), st.integers(0, 99))
def test_both_directions_equal_the_naive_twin(left: int, right: int, k: int, seed: int) -> None:
    lefts, rights = unit(left, seed), unit(right, seed + 100)
    forth, back = link_neighbours(lefts, rights, k)
    assert forth.ids.tolist() == naive(lefts, rights, k)
    assert back.ids.tolist() == naive(rights, lefts, k)
    rows = np.arange(left)[:, None]
    assert forth.similarities == pytest.approx((lefts @ rights.T)[rows, forth.ids], abs=1e-6)


def test_a_row_near_to_everything_gives_way() -> None:
    """Each left row is .62 near to the one hub and .60 near to a partner of its own."""
    rights = np.eye(13, dtype=np.float32)[:7]
    lefts = 0.6 * np.eye(13, dtype=np.float32)[1:7]
    lefts[:, 0] = 0.62
    lefts[np.arange(6), np.arange(7, 13)] = np.sqrt(1 - 0.6**2 - 0.62**2)
    forth, _ = link_neighbours(lefts, rights, 3)
    assert (lefts @ rights.T).argmax(axis=1).tolist() == [0] * 6
    assert forth.ids[:, 0].tolist() == [1, 2, 3, 4, 5, 6]
    assert forth.ids[:, 1].tolist() == [0] * 6
    assert forth.similarities[:, :2] == pytest.approx(np.tile([0.6, 0.62], (6, 1)), abs=1e-6)


def test_more_neighbours_than_rows() -> None:
    forth, back = link_neighbours(unit(2, 0), unit(3, 1), 5)
    assert sorted(forth.ids[0].tolist()) == [-1, -1, 0, 1, 2]
    assert forth.ids[0, 3:].tolist() == [-1, -1]
    assert (forth.similarities[:, 3:] == -np.inf).all()
    assert back.ids.shape == (3, 5)


@pytest.mark.parametrize(("left", "right", "k"), [(0, 3, 2), (3, 0, 2), (3, 3, 0)])
def test_nothing_to_find(left: int, right: int, k: int) -> None:
    forth, back = link_neighbours(unit(left, 0), unit(right, 1), k)
    assert forth.ids.shape == (left, k)
    assert back.ids.shape == (right, k)
    assert (forth.ids == -1).all()
    assert (back.ids == -1).all()
