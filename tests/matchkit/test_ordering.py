"""Entries by record and falling score, against sorting tuples."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchkit.ordering import best_first, runs

ENTRIES = st.lists(
    st.tuples(st.integers(0, 2**32 - 1) | st.integers(0, 3), st.floats(-2, 2, width=32) | st.sampled_from([0.0, -0.0]))
)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(entries=ENTRIES)
def test_it_orders_as_python_does(dtype: type[np.floating], entries: list[tuple[int, float]]) -> None:
    record = np.array([record for record, _ in entries], dtype=np.int64)
    score = np.array([score for _, score in entries], dtype=dtype)
    expected = sorted(range(len(entries)), key=lambda at: (entries[at][0], -entries[at][1]))
    assert best_first(record, score, stable=True).tolist() == expected
    loose = best_first(record, score)
    assert [entries[at] for at in loose.tolist()] == [entries[at] for at in expected]


@given(values=st.lists(st.integers(0, 3)))
def test_runs_are_those_of_groupby(values: list[int]) -> None:
    starts, lengths = runs(np.array(sorted(values), dtype=np.int64))
    groups = [len(list(group)) for _, group in groupby(sorted(values))]
    assert lengths.tolist() == groups
    assert starts.tolist() == [sum(groups[:place]) for place in range(len(groups))]
