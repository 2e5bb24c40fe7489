"""Features of pairs: names, missing values, and the same numbers whatever the batch and the threads."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.attributes import Attribute, Role
from pairs.features import Comparer
from pairs.view import View, base_view

ATTRIBUTES = (
    Attribute("title", Role.TEXT, "title"),
    Attribute("maker", Role.CATEGORY, "brand"),
    Attribute("price", Role.NUMBER, "price"),
    Attribute("color", Role.CATEGORY, "color"),
    Attribute("ean", Role.IDENTIFIER, "gtin"),
)
FRAME = pl.DataFrame(
    {
        "title": ["Kestrel shoe 210", "Kestrel shoe 310", "Oak table", None, "oak  TABLE", "Lamp 😀"],
        "maker": ["Tarn", "Tarn", "N/A", "Corvo", None, "Corvo"],
        "price": ["$10", "20", "-", None, "10.00", "0"],
        "color": ["black", "navy", None, "-", "BLACK", "dark blue"],
        "ean": ["4006381333931", "9780306406157", None, "-", "4006381333930", "4006381333931.0"],
    }
)
LEFT, RIGHT = np.triu_indices(FRAME.height, 1)


@cache
def comparer() -> Comparer:
    return Comparer.fit(base_view(FRAME, ATTRIBUTES))


def test_names_and_types() -> None:
    found = comparer().compare(LEFT, RIGHT)
    expected = ["title.similarity", "title.rarity", "title.conflict", "title.number_conflict", "maker.similarity"]
    expected += ["maker.rarity", "price.similarity", "ignored.color", "ignored.size", "ignored.pack"]
    expected += ["ignored.measure", "ignored.number.ean"]
    assert found.columns == expected
    assert set(found.dtypes) == {pl.Float32}
    assert found.height == len(LEFT)
    assert found.select(pl.all().is_null().any()).row(0) == (False,) * found.width


@pytest.mark.parametrize("batch", [1, 2, 7, 15, 16])
@pytest.mark.parametrize("threads", [0, 1, 2])
def test_batch_and_threads_do_not_matter(batch: int, threads: int) -> None:
    done: list[int] = []
    found = comparer().compare(LEFT, RIGHT, batch=batch, threads=threads, advance=done.append)
    assert found.equals(comparer().compare(LEFT, RIGHT, threads=1))
    assert sum(done) == len(LEFT)


def test_what_is_missing_on_either_side_is_nan() -> None:
    found = comparer().compare(LEFT, RIGHT)
    cells = {
        "title.similarity": ["k", "k", "o", None, "o", "l"],
        "maker.similarity": ["t", "t", None, "c", None, "c"],
        "price.similarity": ["1", "2", None, None, "1", "0"],
        "ignored.color": ["b", "n", None, None, "b", "d"],
        "ignored.number.ean": ["4", "9", None, None, None, "4"],
    }
    for name, values in cells.items():
        missing = [values[i] is None or values[j] is None for i, j in zip(LEFT, RIGHT, strict=True)]
        assert found[name].is_nan().to_list() == missing, name


def test_colours_and_article_numbers_in_conflict() -> None:
    found = comparer().compare(LEFT, RIGHT)
    place = {pair: row for row, pair in enumerate(zip(LEFT.tolist(), RIGHT.tolist(), strict=True))}
    color, ean = found["ignored.color"].to_list(), found["ignored.number.ean"].to_list()
    assert [color[place[pair]] for pair in [(0, 4), (0, 1), (1, 5)]] == [0, 1, 0.5]
    assert [ean[place[pair]] for pair in [(0, 5), (0, 1), (1, 5)]] == [0, 1, 1]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, FRAME.height - 1)] * 2), max_size=12))
def test_features_do_not_depend_on_the_side_or_the_other_pairs(pairs: list[tuple[int, int]]) -> None:
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    model = comparer()
    found, swapped = model.compare(left, right), model.compare(right, left)
    np.testing.assert_allclose(found.to_numpy(), swapped.to_numpy(), rtol=1e-6)
    backwards = model.compare(left[::-1], right[::-1]).reverse()
    assert backwards.equals(found)


def test_no_pairs_and_no_attributes() -> None:
    none = np.empty(0, dtype=np.int64)
    found = comparer().compare(none, none)
    assert found.height == 0
    assert found.columns == comparer().compare(LEFT, RIGHT).columns
    view = View(FRAME.select(), (), FRAME.select())
    assert Comparer.fit(view).compare(none, none).shape == (0, 0)
