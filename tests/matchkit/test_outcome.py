"""From groups of distinct records to the user's rows and pairs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.catalogue import Catalogue
from matchkit.classify import Verdict
from matchkit.clusters import Clusters
from matchkit.evidence import Evidence
from matchkit.levels import EXACT, SIMILARITIES, LevelTable
from matchkit.outcome import Outcome, assemble
from matchkit.records import Records
from pairs.attributes import Attribute, Role

Pair = tuple[int, int, float, float]
TITLES = ["beta", "alpha", "gamma", "alpha", "delta"]
IDS = ["5", "4", "3", "2", "1"]


def outcome(
    pairs: list[Pair], entity: list[int], family: list[int], columns: dict[str, list[str]] | None = None
) -> Outcome:
    """Pairs of records (in the order of their titles) with log odds of the same item and the same product."""
    frame = pl.DataFrame({"id": IDS, "title": TITLES, **(columns or {})})
    catalogue = Catalogue(frame, frame["id"], "id", "the frame")
    records = Records.distinct(catalogue, [Attribute("title", Role.TEXT, "title")])
    assert records.frame["title"].to_list() == ["alpha", "beta", "delta", "gamma"]
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    exact, likely = (np.array([pair[place] for pair in pairs], dtype=np.float64) for place in (2, 3))
    shape = (len(pairs), 1)
    levels = LevelTable(
        ("title",), np.full(shape, EXACT, dtype=np.int16), np.zeros(shape, dtype=np.float32), (SIMILARITIES,)
    )
    ignored = pl.DataFrame({"ignored.color": np.isneginf(exact).astype(np.float32)})
    rank = np.zeros(len(pairs), dtype=np.int64)
    sides = pl.DataFrame({"ignored.color": [False] * len(pairs)}, schema={"ignored.color": pl.Boolean})
    evidence = Evidence(left, right, rank, rank, levels, ignored, sides)
    colors = pl.DataFrame({"color": ["red", "blue", "red", "blue"]})
    return assemble(
        catalogue, records, evidence, Verdict(likely, exact), Clusters(np.array(entity), np.array(family)), colors
    )


def test_rows_and_pairs() -> None:
    """alpha (rows 4 and 2) and beta (5) are one item, delta (1) a variant of them, gamma (3) another product."""
    found = outcome([(0, 1, 5.0, 6.0), (0, 2, -np.inf, 4.0), (1, 3, -9.0, -8.0)], [0, 0, 2, 3], [0, 0, 0, 3])
    assert found.records["id"].to_list() == IDS
    assert found.records["entity_id"].to_list() == ["2", "2", "3", "2", "1"]
    assert found.records["family_id"].to_list() == ["1", "1", "3", "1", "1"]
    shown = found.pairs.frame.select("left_id", "right_id", "label", "differs_in").rows()
    assert set(shown) == {
        ("5", "2", "exact_duplicate", ""),
        ("4", "2", "exact_duplicate", ""),
        ("2", "1", "variant", "color"),
    }
    of = {row[:2]: row for row in found.pairs.frame.iter_rows()}
    assert of["4", "2"][3:] == (1.0, 0.0, "", "identical rows")
    assert of["2", "1"][3] == 0
    assert of["2", "1"][4] == pytest.approx(1 / (1 + np.exp(-4)))
    assert "differs in color (red / red)" in of["2", "1"][6]
    assert found.in_doubt == 0
    assert not found.records["needs_review"].any()


def test_pairs_stand_in_the_order_of_the_rows() -> None:
    found = outcome([(0, 1, 5.0, 6.0), (0, 2, 5.0, 6.0), (2, 3, 5.0, 6.0)], [0] * 4, [0] * 4)
    place = {name: row for row, name in enumerate(IDS)}
    rows = [(place[left], place[right]) for left, right in found.pairs.frame.select("left_id", "right_id").iter_rows()]
    assert all(left < right for left, right in rows)
    assert rows == sorted(rows)


def test_pairs_in_doubt_are_shown_and_their_rows_need_review() -> None:
    found = outcome([(0, 1, 0.0, 0.0), (2, 3, -9.0, -9.0)], [0, 1, 2, 3], [0, 1, 2, 3])
    assert found.in_doubt == 1
    assert found.pairs.frame.filter(pl.col("reason") != "identical rows")["label"].to_list() == ["different"]
    review = dict(zip(found.records["id"], found.records["needs_review"], strict=True))
    assert review == {"5": True, "4": True, "3": False, "2": True, "1": False}


@pytest.mark.parametrize(("odds", "entity"), [(9.0, [0, 1, 2, 3]), (-9.0, [0, 0, 2, 3])])
def test_groups_against_the_odds_are_in_doubt(odds: float, entity: list[int]) -> None:
    assert outcome([(0, 1, odds, odds)], entity, entity).in_doubt == 1


@pytest.mark.parametrize(("odds", "entity"), [(9.0, [0, 0, 2, 3]), (-9.0, [0, 1, 2, 3])])
def test_groups_as_the_odds_say_are_not(odds: float, entity: list[int]) -> None:
    assert outcome([(0, 1, odds, odds)], entity, entity).in_doubt == 0


def test_confidence_falls_with_doubt() -> None:
    def confidence(odds: float, entity: list[int]) -> float:
        return float(outcome([(0, 1, odds, odds)], entity, entity).records["confidence"][0])

    together = [confidence(odds, [0, 0, 2, 3]) for odds in (-2.0, 0.0, 2.0, 9.0)]
    apart = [confidence(odds, [0, 1, 2, 3]) for odds in (2.0, 0.0, -2.0, -9.0)]
    assert together == sorted(together)
    assert apart == sorted(apart)
    assert outcome([], [0, 1, 2, 3], [0, 1, 2, 3]).records["confidence"].to_list() == [1.0] * 5


def test_columns_of_the_user_keep_their_names() -> None:
    found = outcome([], [0, 1, 2, 3], [0, 1, 2, 3], {"family_id": ["x"] * 5})
    added = ["entity_id", "matchkit_family_id", "confidence", "needs_review"]
    assert found.records.columns == ["id", "title", "family_id", *added]
    assert found.records["family_id"].to_list() == ["x"] * 5
    assert any("family_id" in note for note in found.notes)


ODDS = st.one_of(st.just(-np.inf), st.floats(-30, 30))


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]), st.tuples(ODDS, st.floats(0, 9))
    ),
    st.sampled_from([[0, 1, 2, 3], [0, 0, 2, 2], [0, 0, 0, 3]]),
    st.booleans(),
)
def test_labels_agree_with_the_groups(
    odds: dict[tuple[int, int], tuple[float, float]], entity: list[int], one_family: bool
) -> None:
    pairs = [(*ends, exact, max(exact, -30) + more) for ends, (exact, more) in sorted(odds.items())]
    found = outcome(pairs, entity, [0] * 4 if one_family else entity)
    rows = found.records.select("id", "entity_id", "family_id").iter_rows()
    of = {name: (entity_id, family_id) for name, entity_id, family_id in rows}
    for left, right, label, exact, variant in found.pairs.frame.select(pl.nth(0, 1, 2, 3, 4)).iter_rows():
        same_item, same_family = (of[left][kind] == of[right][kind] for kind in (0, 1))
        assert label == ("exact_duplicate" if same_item else "variant" if same_family else "different")
        assert 0 <= exact <= exact + variant <= 1 + 1e-9
    shown = {frozenset(pair) for pair in found.pairs.frame.select("left_id", "right_id").iter_rows()}
    names = ["2", "5", "1", "3"]
    together = {frozenset((names[a], names[b])) for a, b, *_ in pairs if entity[a] == entity[b] or one_family}
    assert together <= shown
    assert found.records["confidence"].is_between(0, 1).all()
