"""From scored pairs of records to matched pairs of rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchkit.classify import Verdict
from matchkit.evidence import Evidence
from matchkit.levels import LevelTable
from matchkit.linkmatches import Links, decide
from matchkit.records import Records


class Case(NamedTuple):
    """Records of two tables by their numbers of rows, and scored pairs of them."""

    lefts: list[int]
    rights: list[int]
    pairs: list[tuple[int, int, int]]


def records_of(case: Case) -> Records:
    counts = [*case.lefts, *case.rights]
    record_of = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum([0, *counts[:-1]])
    nothing = pl.DataFrame({"nothing": [None] * len(counts)})
    return Records(nothing, nothing, first, record_of)


def decided(case: Case, *, single: bool, limit: float = 0.0) -> Links:
    columns = np.array(case.pairs, dtype=np.int64).reshape(-1, 3)
    left, right, odds = columns[:, 0], columns[:, 1] + len(case.lefts), columns[:, 2].astype(np.float64)
    count = len(left)
    levels = LevelTable((), np.empty((count, 0), np.int16), np.empty((count, 0), np.float32), ())
    evidence = Evidence(left, right, left * 0, left * 0, levels, pl.DataFrame(), pl.DataFrame())
    records = records_of(case)
    rows = np.arange(len(records.record_of))
    return decide(records, evidence, Verdict(odds, odds), rows, limit, single=single)


def found(links: Links, mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    return list(zip(links.left[mask].tolist(), links.right[mask].tolist(), strict=True))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    sizes = st.lists(st.integers(1, 3), min_size=1, max_size=5)
    lefts, rights = draw(sizes), draw(sizes)
    ends = st.tuples(
        st.integers(0, len(lefts) - 1), st.integers(0, len(rights) - 1), st.sampled_from([-4, -1, 1, 2, 5, 5])
    )
    return Case(lefts, rights, draw(st.lists(ends, max_size=15, unique_by=lambda pair: pair[:2])))


@given(cases())
def test_many_to_many_is_every_likely_pair_of_rows(case: Case) -> None:
    links = decided(case, single=False)
    record = records_of(case).record_of
    likely = {(one, other + len(case.lefts)) for one, other, odds in case.pairs if odds > 0}
    expected = [
        (row, partner)
        for row in range(sum(case.lefts))
        for partner in range(sum(case.lefts), len(record))
        if (record[row], record[partner]) in likely
    ]
    assert found(links, links.matched) == expected
    assert not links.lost.any()


@given(cases())
def test_one_to_one_leaves_no_likely_pair_whose_rows_are_both_free(case: Case) -> None:
    links = decided(case, single=True)
    pairs = found(links, links.matched)
    assert len({row for pair in pairs for row in pair}) == 2 * len(pairs)
    taken = {row for pair in pairs for row in pair}
    for one, other in found(links, links.lost):
        assert {one, other} & taken
    every = decided(case, single=False)
    assert sorted(pairs + found(links, links.lost)) == found(every, every.matched)


def test_identical_rows_take_partners_in_the_order_of_their_ids() -> None:
    links = decided(Case([3], [2], [(0, 0, 5)]), single=True)
    assert found(links, links.matched) == [(0, 3), (1, 4)]
    assert len(links) == 6


def test_what_is_left_of_identical_rows_takes_the_next_best() -> None:
    links = decided(Case([2], [1, 1], [(0, 0, 5), (0, 1, 2)]), single=True)
    assert found(links, links.matched) == [(0, 2), (1, 3)]
    assert found(links, links.lost) == [(0, 3), (1, 2)]


def test_very_many_identical_rows_do_not_make_all_their_pairs() -> None:
    case = Case([1_000], [300], [(0, 0, 5)])
    for single, matched in ((False, 1_000), (True, 300)):
        links = decided(case, single=single)
        assert links.matched.sum() == matched
        assert len(links) == 1_000
        assert set(links.left.tolist()) == set(range(1_000))


def test_groups_are_connected_components_and_families_take_in_variants() -> None:
    links = decided(Case([1, 1, 1], [1, 1], [(0, 0, 5), (1, 0, 5), (2, 1, -1)]), single=False)
    assert links.groups(5).tolist() == [0, 0, 1, 0, 2]
    by_family = Links(
        links.left, links.right, links.pair, links.matched, links.lost, np.array([False, False, True]), links.exact
    )
    assert by_family.groups(5, families=True).tolist() == [0, 0, 1, 0, 1]
    assert links.partners(5).tolist() == [3, 3, -1, 1, -1]


def test_the_limit_moves_what_is_a_match() -> None:
    case = Case([1, 1], [1, 1], [(0, 0, 2), (1, 1, 5)])
    for single in (False, True):
        strict = decided(case, single=single, limit=3.0)
        assert found(strict, strict.matched) == [(1, 3)]
