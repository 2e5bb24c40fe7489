"""Columns read together, kept or not, are the features of the views' own texts."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking import ngrams
from blocking.ngrams import count_features, counted
from blocking.text import compose
from blocking.texts import Texts

VIEWS: tuple[tuple[str, ...], ...] = (("title", "maker", "about"), ("maker", "title"), ("title",), ())
CELLS = st.one_of(st.none(), st.text(alphabet="aB1-/. ́éßＡ日本ก😀'\n", max_size=12))
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=9)


@settings(deadline=None)  # the first example loads libraries
@given(rows=ROWS, kept=st.sampled_from([0, 300, 10**6]))
def test_features_of_views_are_those_of_their_texts(rows: list[tuple[str | None, ...]], kept: int) -> None:
    names = ("about", "maker", "title")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    texts = Texts(frame, VIEWS, kept=kept)
    for _ in range(2):  # the second time some are kept
        for part in texts.parts():
            for columns, packed in zip(VIEWS, texts.features(part), strict=True):
                expected = count_features(compose(frame[part], columns))
                for found, right in zip(counted(packed), expected, strict=True):
                    np.testing.assert_array_equal(found, right)


def test_parts_cover_the_table_and_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ngrams, "BATCH_ROWS", 4)
    monkeypatch.setattr(ngrams, "BATCH_CHARACTERS", 20)
    frame = pl.DataFrame({"a": ["x" * 12, "y", "z" * 50, None, "", "u", "v", "w"], "b": ["x" * 12, *"abcdefg"]})
    parts = Texts(frame, [["a", "b"], ["b"]]).parts()
    assert [row for part in parts for row in range(part.start, part.stop)] == list(range(8))
    assert [(part.start, part.stop) for part in parts] == [(0, 1), (1, 2), (2, 3), (3, 7), (7, 8)]


def test_no_more_is_kept_than_there_is_room_for() -> None:
    frame = pl.DataFrame({"a": ["some words"] * 5})
    texts = Texts(frame, [["a"]], kept=100)
    packed = texts.features(slice(0, 1))[0]
    assert packed.nbytes <= 100
    assert len(texts._known) == 1
    for start in range(1, 5):
        texts.features(slice(start, start + 1))
    assert sum(part[0].nbytes for part in texts._known.values()) <= 100
