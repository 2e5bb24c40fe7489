"""All measures of pairs: names, batches, threads, sides and what is missing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs import measures as module
from pairs.attributes import Attribute, Role
from pairs.measures import Measures, without_sides
from pairs.normalise import normalise

ATTRIBUTES = (
    Attribute("id", Role.ID),
    Attribute("title", Role.TEXT, "title"),
    Attribute("maker", Role.CATEGORY, "brand"),
    Attribute("ean", Role.IDENTIFIER, "code"),
    Attribute("price", Role.NUMBER, "price"),
)
FRAME = pl.DataFrame(
    {
        "id": ["1", "2", "3", "4", "5", "6"],
        "title": ["Desk lamp X100 red", "desk lamp x100", "Тостер 2 slots", None, "", "Lamp Ünïcode ☕ 12345"],
        "maker": ["Lumo", "lumo gmbh", None, "Crispo ag", None, "Lumo"],
        "ean": ["A1", "a-1", "b2", None, None, "c3"],
        "price": [10.0, 12.0, None, 5.0, None, 10.0],
    }
)
NORMALISED = normalise(FRAME, ATTRIBUTES)
PAIRS = [(i, j) for i in range(FRAME.height) for j in range(FRAME.height) if i != j]
LEFT, RIGHT = (np.array(side) for side in zip(*PAIRS, strict=True))
SIDED = {"cov", "unshared", "unshared_max", "codes_unshared", "numbers_unshared", "word_inside", "code_inside"}


def fit(*, symmetric: bool = False) -> Measures:
    return Measures.fit(NORMALISED, ATTRIBUTES, symmetric=symmetric)


@pytest.mark.parametrize("symmetric", [True, False])
def test_names_are_known_after_fit(symmetric: bool) -> None:
    fitted = fit(symmetric=symmetric)
    found = fitted.measure(LEFT, RIGHT)
    assert tuple(found.columns) == fitted.names
    assert set(found.dtypes) == {pl.Float32}
    assert found.null_count().sum_horizontal().item() == 0
    ends = ("min", "max") if symmetric else ("left", "right")
    sides = {name.split(".")[1] for name in fitted.names if name.count(".") == 2 and name.endswith(ends)}
    assert sides == SIDED
    assert all(name.count(".") == 1 or name.endswith(ends) for name in fitted.names)


def test_both_ways_agree_on_what_they_share() -> None:
    sided, plain = fit().measure(LEFT, RIGHT), fit(symmetric=True).measure(LEFT, RIGHT)
    for name in set(sided.columns) & set(plain.columns) - {"price.signed"}:
        assert sided[name].equals(plain[name]), name
    assert plain["record.cov.min"].to_numpy() == pytest.approx(
        np.fmin(sided["record.cov.left"], sided["record.cov.right"]), nan_ok=True
    )
    assert plain["price.signed"].to_numpy() == pytest.approx(np.abs(sided["price.signed"]), nan_ok=True)


def test_without_sides_takes_what_is_known() -> None:
    sided = {"a.left": [1, np.nan, np.nan], "a.right": [0, 2, np.nan], "b.signed": [-1, 1, np.nan], "c": [-1, 0, 1]}
    found = without_sides({name: np.array(values, dtype=np.float32) for name, values in sided.items()})
    expected = {"a.min": [0, 2, np.nan], "a.max": [1, 2, np.nan], "b.signed": [1, 1, np.nan], "c": [-1, 0, 1]}
    assert list(found) == list(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)


def test_a_pair_of_one_table_has_no_sides() -> None:
    fitted = fit(symmetric=True)
    assert fitted.measure(LEFT, RIGHT).equals(fitted.measure(RIGHT, LEFT))


def test_two_tables_have_sides_that_swap() -> None:
    found, swapped = fit().measure(LEFT, RIGHT), fit().measure(RIGHT, LEFT)
    for name in found.columns:
        twin = name.replace(".left", ".?").replace(".right", ".left").replace(".?", ".right")
        other = -swapped[name] if name.endswith(".signed") else swapped[twin]
        np.testing.assert_array_equal(found[name], other, err_msg=name)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(PAIRS), max_size=12), st.integers(1, 5), st.sampled_from([1, 2, 3]))
def test_batches_threads_and_other_pairs_make_no_difference(
    pairs: list[tuple[int, int]], batch: int, threads: int
) -> None:
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    fitted = fit()
    done: list[int] = []
    found = fitted.measure(left, right, batch=batch, threads=threads, advance=done.append)
    assert sum(done) == len(pairs)
    assert found.equals(fitted.measure(left, right, threads=1))
    assert found.equals(fitted.measure(left[::-1], right[::-1]).reverse())


def test_the_order_of_records_makes_no_difference() -> None:
    order = np.array([3, 0, 5, 1, 4, 2])
    place = np.argsort(order)
    shuffled = Measures.fit(NORMALISED[order.tolist()], ATTRIBUTES, symmetric=False)
    assert shuffled.measure(place[LEFT], place[RIGHT]).equals(fit().measure(LEFT, RIGHT))


def test_long_records_make_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fit().measure(LEFT, RIGHT)
    monkeypatch.setattr(module, "LARGEST_BATCH", 100)
    parts = list(fit().batches(LEFT, RIGHT, batch=20))
    assert len(parts) > len(PAIRS) // 20 + 1
    assert [part.start for part, _ in parts] == [0, *(part.stop for part, _ in parts[:-1])]
    assert all(frame.height == part.stop - part.start <= 20 for part, frame in parts)
    assert pl.concat([frame for _, frame in parts]).equals(whole)


def test_missing_is_nan_and_counted() -> None:
    found = fit().measure(LEFT, RIGHT)
    for attribute in ATTRIBUTES[1:]:
        null = NORMALISED[attribute.name].is_null().to_numpy()
        missing = null[LEFT].astype(int) + null[RIGHT]
        assert found[f"{attribute.name}.missing"].to_list() == missing.tolist()
        for name in found.columns:
            if name.startswith(f"{attribute.name}.") and not name.endswith(".missing"):
                assert np.isnan(found[name].to_numpy()).tolist() == (missing > 0).tolist(), name


def test_columns_may_be_called_anything() -> None:
    names = ["record", "record_", "a", "a.cov", "a.codes", "a.cov.left", "left", ".left"]
    values = pl.DataFrame({name: ["red lamp 1", "lamp x9"] for name in names})
    fitted = Measures.fit(values, [Attribute(name, Role.TEXT) for name in names], symmetric=True)
    assert fitted.prefix == "record__"
    assert len(set(fitted.names)) == len(fitted.names)
    assert tuple(fitted.measure(np.array([0]), np.array([1])).columns) == fitted.names


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("columns", [["other"], ["price"], ["title"], ["title", "maker", "ean", "price"]])
def test_few_records_and_few_columns(rows: int, columns: list[str]) -> None:
    records = NORMALISED.with_columns(other=pl.lit("x")).select(columns).head(rows)
    fitted = Measures.fit(records, ATTRIBUTES, symmetric=False)
    none = np.zeros(0, dtype=np.int64)
    assert fitted.measure(none, none).shape == (0, len(fitted.names))
    assert fitted.measure(np.arange(rows), np.arange(rows)).height == rows
    assert len(list(fitted.batches(none, none))) == 1
