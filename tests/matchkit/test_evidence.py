"""Compared pairs: levels, ranks, conflicts and one-sided values, whatever the batch."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from matchkit import evidence as module
from matchkit.evidence import Evidence
from matchkit.levels import pair_ranks, to_levels
from pairs.attributes import Attribute, Role
from pairs.features import Comparer
from pairs.view import base_view

ATTRIBUTES = (
    Attribute("title", Role.TEXT, "title"),
    Attribute("color", Role.CATEGORY, "color"),
    Attribute("ean", Role.IDENTIFIER, "gtin"),
)
FRAME = pl.DataFrame(
    {
        "title": ["Kestrel shoe", "Kestrel shoe", "Kestrel boot", "Oak table", None],
        "color": ["black", "navy", None, "black", "dark blue"],
        "ean": ["4006381333931", "4006381333931", "9780306406157", None, None],
    }
)
LEFT, RIGHT = (side.astype(np.int64) for side in np.triu_indices(FRAME.height, 1))
SIMILARITY = np.linspace(0.9, 0.1, len(LEFT)).astype(np.float32)
CANDIDATES = pl.DataFrame({"left": LEFT.astype(np.uint32), "right": RIGHT.astype(np.uint32), "similarity": SIMILARITY})


def comparer() -> Comparer:
    return Comparer.fit(base_view(FRAME, ATTRIBUTES))


def all_pairs() -> Evidence:
    return Evidence.of_candidates(comparer(), CANDIDATES)


def test_levels_and_ignored_values_are_those_of_the_features() -> None:
    found, features = all_pairs(), comparer().compare(LEFT, RIGHT)
    np.testing.assert_array_equal(found.levels.levels, to_levels(features).levels)
    assert found.ignored.columns == [name for name in features.columns if name.startswith("ignored.")]
    assert found.ignored.equals(features.select(found.ignored.columns))
    assert found.left.tolist() == LEFT.tolist()
    assert found.right.tolist() == RIGHT.tolist()
    assert len(found) == len(LEFT)


def test_conflicts_and_one_sided_values() -> None:
    found = all_pairs()
    pairs = list(zip(LEFT.tolist(), RIGHT.tolist(), strict=True))
    in_conflict = {pair for pair, conflict in zip(pairs, found.in_conflict, strict=True) if conflict}
    assert in_conflict == {(0, 1), (1, 3), (0, 4), (3, 4), (0, 2), (1, 2)}
    colors, numbers = FRAME["color"].to_list(), FRAME["ean"].to_list()
    for name, values in (("ignored.color", colors), ("ignored.number.ean", numbers)):
        expected = [(values[left] is None) != (values[right] is None) for left, right in pairs]
        assert found.one_sided[name].to_list() == expected
    assert not found.one_sided["ignored.size"].any()


def test_ranks_and_ranks_among_those_that_may_be_the_same_item() -> None:
    found = all_pairs()
    ranks = pair_ranks(LEFT, RIGHT, SIMILARITY)
    assert found.rank.tolist() == ranks.tolist()
    possible = ~found.in_conflict
    among = pair_ranks(LEFT[possible], RIGHT[possible], SIMILARITY[possible])
    assert found.item_rank[possible].tolist() == among.tolist()
    assert found.item_rank[~possible].tolist() == ranks[~possible].tolist()
    assert (found.item_rank <= found.rank).all()


@pytest.mark.parametrize("batch", [1, 3, 9, 10, 11])
def test_the_batch_does_not_matter(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = all_pairs()
    monkeypatch.setattr(module, "BATCH", batch)
    done: list[int] = []
    found = Evidence.of_candidates(comparer(), CANDIDATES, threads=1, advance=done.append)
    assert sum(done) == len(LEFT)
    assert max(done) <= batch
    np.testing.assert_array_equal(found.levels.levels, whole.levels.levels)
    np.testing.assert_array_equal(found.levels.rarity, whole.levels.rarity)
    assert found.ignored.equals(whole.ignored)
    assert found.one_sided.equals(whole.one_sided)
    assert found.item_rank.tolist() == whole.item_rank.tolist()


def test_parts_put_together_are_the_whole() -> None:
    whole = all_pairs()
    parts = whole.only(np.arange(4)).extended(whole.only(np.arange(4, len(whole))))
    for name in ("left", "right", "rank", "item_rank"):
        assert getattr(parts, name).tolist() == getattr(whole, name).tolist()
    assert parts.levels.levels.tolist() == whole.levels.levels.tolist()
    assert parts.ignored.equals(whole.ignored)
    assert parts.one_sided.equals(whole.one_sided)
    assert whole.only(np.array([7, 2])).left.tolist() == [LEFT[7], LEFT[2]]


def test_pairs_of_one_rank() -> None:
    found = Evidence.of_pairs(comparer(), LEFT, RIGHT, rank=9)
    assert set(found.rank.tolist()) == set(found.item_rank.tolist()) == {9}


def test_no_pairs() -> None:
    none = np.empty(0, dtype=np.int64)
    found = Evidence.of_pairs(comparer(), none, none)
    assert len(found) == 0
    assert found.in_conflict.shape == (0,)
    assert found.levels.names == ("title",)
    assert len(Evidence.of_candidates(comparer(), CANDIDATES.clear())) == 0
    assert len(all_pairs().extended(found)) == len(LEFT)
