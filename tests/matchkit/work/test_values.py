"""Whatever a stage may find comes back as it was, bit by bit, and nothing else can be kept."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from matchkit.work.values import Part, put_together, taken_apart
from tests.matchkit.work.keeping import same, some_value

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


class Other(StrEnum):
    NAME = "name"


NUMBERS = st.sampled_from([np.int8, np.uint32, np.int64, np.float32, np.float64, np.bool_])
ARRAYS = NUMBERS.flatmap(lambda kind: arrays(kind, array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=4)))
VALUES = st.recursive(
    PLAIN | ARRAYS,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def again(value: object) -> Any:
    tree, parts = taken_apart(value)
    return put_together(json.loads(json.dumps(tree)), parts.__getitem__)


@settings(deadline=None)
@given(VALUES)
def test_plain_values_and_arrays_come_back(value: object) -> None:
    assert same(again(value), value)


def test_frames_come_back_also_without_columns() -> None:
    assert same(again(some_value()), some_value())
    assert again(pl.DataFrame(height=3)).shape == (3, 0)


def test_what_stands_in_two_places_is_stored_once() -> None:
    array = np.arange(3)
    tree, parts = taken_apart((array, [array]))
    assert len(parts) == 1
    one, (other,) = put_together(tree, parts.__getitem__)
    assert one is other


@pytest.mark.parametrize("value", [object(), {1, 2}, np.array([object()]), len, b"bytes", Other.NAME])
def test_nothing_else_can_be_kept(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        taken_apart([value])


@pytest.mark.parametrize(
    "tree",
    [
        {"kind": "Popen", "fields": ["true"]},
        {"kind": "Verdict", "fields": []},
        {"array": 3},
        {"frame": "missing.parquet"},
        {"list": 3},
        {"mapping": [[1]]},
        {"mapping": [[{"list": []}, 1]]},
        {"call": "os.system"},
        {"role": "root"},
    ],
)
def test_a_tree_that_nobody_wrote_makes_nothing(tree: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        put_together(tree, dict[str, Part]().__getitem__)
