"""Random pairs of records."""

from __future__ import annotations

import numpy as np
import pytest

from matchkit.sampling import random_links, random_pairs


@pytest.mark.parametrize("records", [2, 3, 10, 1_000, 10_000])
def test_pairs_are_of_two_records(records: int) -> None:
    left, right = random_pairs(records, 0)
    assert len(left) == len(right) <= 50_000
    assert (left < right).all()
    assert left.min() >= 0
    assert right.max() < records
    assert len(left) > records / 2


@pytest.mark.parametrize("records", [0, 1])
def test_too_few_records_make_no_pair(records: int) -> None:
    left, right = random_pairs(records, 0)
    assert left.tolist() == right.tolist() == []
    assert left.dtype == right.dtype == np.int64


def test_the_seed_decides() -> None:
    first, again, other = (random_pairs(500, seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert len(first[0]) != len(other[0]) or (first[0] != other[0]).any()


def test_every_record_is_as_likely() -> None:
    left, right = random_pairs(20, 1)
    counts = np.bincount(np.concatenate([left, right]), minlength=20)
    assert counts.min() > 0.7 * counts.mean()
    assert counts.max() < 1.3 * counts.mean()


@pytest.mark.parametrize(("lefts", "records"), [(1, 2), (3, 1_000), (9_990, 10_000)])
def test_links_are_of_one_record_of_each_table(lefts: int, records: int) -> None:
    left, right = random_links(lefts, records, 0)
    assert len(left) == len(right) == min(50_000, 50 * records)
    assert left.min() >= 0
    assert left.max() < lefts <= right.min()
    assert right.max() < records
    np.testing.assert_array_equal(left, random_links(lefts, records, 0)[0])


@pytest.mark.parametrize(("lefts", "records"), [(0, 5), (5, 5), (0, 0)])
def test_an_empty_table_makes_no_link(lefts: int, records: int) -> None:
    assert [len(side) for side in random_links(lefts, records, 0)] == [0, 0]
