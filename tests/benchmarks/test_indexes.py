"""What the comparison of indexes counts: pairs found from either side, and the queries that a slow way answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest


@pytest.fixture
def indexes(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("indexes")


def test_a_pair_counts_from_either_side(indexes: ModuleType) -> None:
    entities = np.array([5, 5, 7, 7, 7, 9])
    ids = np.array([[3, 1], [2, 3], [4, 5], [0, -1], [0, 1], [1, 2]])
    assert indexes.completeness(ids, entities) == pytest.approx(2 / 4)


def test_the_checked_queries_are_among_those_asked(indexes: ModuleType) -> None:
    checked = np.array([3, 700, 999])
    some = indexes._asked(50, 1000, checked)
    assert len(set(some.tolist())) == 50
    assert (np.diff(some) > 0).all()
    assert set(checked.tolist()) <= set(some.tolist())
    assert (
        indexes._asked(0, 1000, checked).tolist() == indexes._asked(2000, 1000, checked).tolist() == list(range(1000))
    )


@pytest.mark.slow
def test_every_way_finds_most_neighbours_of_a_small_catalogue(indexes: ModuleType, tmp_path: Path) -> None:
    rows = indexes.prepare(3000, tmp_path)
    for name in indexes.WAYS:
        found = indexes.child(tmp_path, name)
        assert found["recall"] > 0.9, name
        assert found["asked"] in (rows, 2000)
        assert found["completeness"] is None or found["completeness"] > 0.8
