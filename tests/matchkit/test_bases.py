"""Base records against a naive twin, examples of siblings, and candidates inside groups."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.bases import Bases, base_candidates, parted
from matchkit.config import Config
from pairs.attributes import Attribute, Role
from pairs.familyview import FamilyView
from pairs.variation import conflict
from pairs.view import View

ATTRIBUTES = (
    Attribute("title", Role.TEXT, "title"),
    Attribute("brand", Role.CATEGORY, "brand"),
    Attribute("codes", Role.SET, "codes"),
    Attribute("mpn", Role.IDENTIFIER, "mpn"),
    Attribute("price", Role.NUMBER, "price"),
)
CELL = st.one_of(st.none(), st.sampled_from(["a", "b"]))
ROW = st.tuples(CELL, CELL, CELL, CELL, st.one_of(st.none(), st.sampled_from([1.0, 2.0])), CELL, st.integers(0, 1))
Row = tuple[str | None, str | None, str | None, str | None, float | None, str | None, int]


def family_view(records: pl.DataFrame, parting: pl.DataFrame | None = None) -> FamilyView:
    shown = tuple(a for a in ATTRIBUTES if a.name in records.columns)
    nothing = pl.DataFrame()
    texts = pl.Series([""] * records.height, dtype=pl.String)
    return FamilyView(texts, View(records, shown, nothing), nothing if parting is None else parting, texts, {}, ())


def drawn(rows: list[Row]) -> tuple[FamilyView, np.ndarray]:
    schema = {"title": pl.String, "brand": pl.String, "codes": pl.String, "mpn": pl.String, "price": pl.Float64}
    records = pl.DataFrame([row[:5] for row in rows], schema=schema, orient="row")
    parting = pl.DataFrame({"size": pl.Series([row[5] for row in rows], dtype=pl.String)})
    return family_view(records, parting), np.array([row[6] for row in rows], dtype=np.int64)


@settings(max_examples=100, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12))
def test_records_that_agree_in_all_that_is_not_a_number_are_one_base(rows: list[Row]) -> None:
    family, group = drawn(rows)
    found = Bases.of(family, group)
    first: dict[object, int] = {}
    expected = []
    for row, (title, brand, codes, _mpn, _price, size, shop) in enumerate(rows):
        texts = (title, brand, codes)
        alone = all(text is None for text in texts)
        expected.append(first.setdefault(row if alone else (texts, size, shop), row))
    assert found.record[found.base_of].tolist() == expected
    assert found.record.tolist() == sorted(set(expected))
    assert len(found) == len(found.record) == len(found.group)
    assert found.group.tolist() == group[found.record].tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12))
def test_siblings_are_all_pairs_of_small_bases(rows: list[Row]) -> None:
    family, group = drawn(rows)
    found = Bases.of(family, group)
    left, right = found.siblings()
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    expected = [(a, b) for a, b in combinations(range(len(rows)), 2) if found.base_of[a] == found.base_of[b]]
    assert sorted(pairs) == expected


def test_large_bases_do_not_outvote_the_others() -> None:
    sizes = [2, 3, 20, 600, 3_000]
    base_of = np.repeat(np.arange(len(sizes)), sizes)
    found = Bases(np.cumsum([0, *sizes[:-1]]), base_of, np.zeros(len(sizes), dtype=np.int64))
    left, right = found.siblings()
    assert (left < right).all()
    assert (base_of[left] == base_of[right]).all()
    assert len(set(zip(left.tolist(), right.tolist(), strict=True))) == len(left)
    told = np.bincount(base_of[left], minlength=len(sizes))
    assert told[:3].tolist() == [1, 3, 190]
    assert (told[3:] <= 1_000).all()


@pytest.mark.parametrize("base_of", [[], [0], [0, 1, 2]])
def test_there_may_be_no_siblings(base_of: list[int]) -> None:
    numbers = np.array(base_of, dtype=np.int64)
    left, right = Bases(numbers, numbers, np.zeros(len(numbers), dtype=np.int64)).siblings()
    assert len(left) == len(right) == 0


LISTED = "oak|pine|steel|glass|linen|wool|clay|brass|table|chair|lamp|kettle|shelf|mirror|basket|clock"


def titled(count: int, groups: int) -> tuple[FamilyView, Bases]:
    """Titles of two words and a code, each of them in every group once."""
    chosen = [f"{a} {b} x{a[0]}{b[0]}7" for a, b in combinations(LISTED.split("|"), 2)][:count]
    records = pl.DataFrame({"title": chosen * groups, "price": [float(row) for row in range(count * groups)]})
    family = family_view(records)
    group = np.tile(np.arange(groups), (count, 1)).T.ravel()
    return family, Bases.of(family, group)


def candidates(family: FamilyView, bases: Bases, threads: int = 0) -> tuple[list[tuple[int, int]], int, int]:
    done: list[int] = []
    title = "title" if "title" in family.view.records.columns else None
    found, reports = base_candidates(bases, family, title, Config(threads=threads), done.append)
    pairs = list(found.select("left", "right").iter_rows())
    assert pairs == sorted(set(pairs))
    assert all(left < right for left, right in pairs)
    assert all(bases.group[left] == bases.group[right] for left, right in pairs)
    return pairs, len(reports), sum(done)


def test_small_groups_are_compared_all_with_all() -> None:
    family, bases = titled(12, 3)
    pairs, reports, done = candidates(family, bases)
    within: dict[int, list[int]] = defaultdict(list)
    for number, shop in enumerate(bases.group.tolist()):
        within[shop].append(number)
    assert pairs == sorted(pair for members in within.values() for pair in combinations(members, 2))
    assert (reports, done) == (0, 36)


def test_large_groups_are_searched_for_neighbours() -> None:
    family, bases = titled(110, 2)
    pairs, reports, done = candidates(family, bases)
    assert (reports, done) == (2, 220)
    assert len(pairs) < 2 * 110 * 109 / 2
    near = {(left, right) for left, right in combinations(range(110), 2) if _shares_a_word(family, left, right)}
    assert {pair for pair in pairs if pair[1] < 110} & near
    degree = np.bincount(np.array(pairs).ravel(), minlength=220)
    assert degree.min() >= 5
    assert candidates(family, bases, threads=1)[0] == candidates(family, bases, threads=2)[0] == pairs


def _shares_a_word(family: FamilyView, left: int, right: int) -> bool:
    titles = family.view.records["title"]
    return bool(set(titles[left].split()) & set(titles[right].split()))


def test_without_texts_or_records() -> None:
    numbers = pl.DataFrame({"price": [float(row) for row in range(60)]})
    family = family_view(numbers)
    bases = Bases.of(family, np.zeros(60, dtype=np.int64))
    assert len(bases) == 60
    assert candidates(family, bases)[1] == 0
    one = family_view(pl.DataFrame({"title": ["Mug"]}))
    assert candidates(one, Bases.of(one, np.zeros(1, dtype=np.int64)))[0] == []


SIZE = st.one_of(st.none(), st.sampled_from(["s", "m", "8", "uk 8", "500 ml", "501 ml", "s|m"]))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(SIZE, st.one_of(st.none(), st.sampled_from(["1", "6"]))), min_size=2, max_size=5))
def test_different_stated_values_part_records(rows: list[tuple[str | None, str | None]]) -> None:
    parting = pl.DataFrame(rows, schema={"size": pl.String, "pack": pl.String}, orient="row")
    family = family_view(pl.DataFrame({"title": ["Mug"] * len(rows)}), parting)
    left, right = np.triu_indices(len(rows), 1)
    expected = []
    for a, b in zip(left, right, strict=True):
        apart = [conflict(parting[name][[int(a)]], parting[name][[int(b)]])[0] for name in parting.columns]
        expected.append(any(value == 1 for value in apart))
    assert parted(family, left, right).tolist() == expected


def test_where_nothing_parts_nothing_is_parted() -> None:
    family = family_view(pl.DataFrame({"title": ["Mug", "Jug"]}))
    assert parted(family, np.array([0]), np.array([1])).tolist() == [False]
