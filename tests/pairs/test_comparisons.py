"""Comparisons of one attribute: ranges, missing values, conflicts, and rarity against its definition."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from pairs.attributes import Attribute, Role
from pairs.comparisons import Comparison, value_rarity
from pairs.strings import edit_similarity
from pairs.tokens import TokenTable

TITLE = Attribute("title", Role.TEXT, "title")
NAME = Attribute("name", Role.TEXT)
PRICE = Attribute("price", Role.NUMBER, "price")
WORD = st.sampled_from(["kestrel", "kestral", "oak", "table", "x210", "210", "2324", "2325", "a", "lamp"])
VALUE = st.one_of(st.none(), st.lists(WORD, min_size=1, max_size=4).map(" ".join))
FILLER = ["oak dining table", "wool winter scarf", "cordless drill driver", "led desk lamp", "yoga mat"]


def fit(values: Sequence[str | None], attribute: Attribute = TITLE) -> Comparison:
    return Comparison.fit(pl.Series(values, dtype=pl.String), attribute)


def features(left: str | None, right: str | None, attribute: Attribute = TITLE) -> dict[str, float]:
    """How two values compare in a small table of other ones."""
    found = fit([left, right, *FILLER], attribute).compare(np.array([0]), np.array([1]), threads=1)
    return {name: float(values[0]) for name, values in found.items()}


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUE, min_size=2, max_size=7), st.sampled_from([TITLE, NAME, Attribute("tags", Role.SET)]))
def test_ranges_missing_and_symmetry(values: list[str | None], attribute: Attribute) -> None:
    comparison = fit(values, attribute)
    left, right = (side.ravel() for side in np.meshgrid(np.arange(len(values)), np.arange(len(values))))
    found = comparison.compare(left, right, threads=1)
    swapped = comparison.compare(right, left, threads=1)
    assert {"similarity", "rarity"} <= set(found)
    missing = np.array([values[i] is None or values[j] is None for i, j in zip(left, right, strict=True)])
    same = np.array([values[i] == values[j] for i, j in zip(left, right, strict=True)]) & ~missing
    for name in found:
        np.testing.assert_allclose(found[name], swapped[name], rtol=1e-6)
    for name in set(found) - {"rarity"}:
        np.testing.assert_array_equal(np.isnan(found[name]), missing)
        known = found[name][~missing]
        assert ((known >= 0) & (known <= 1)).all()
    assert (found["similarity"][same] == 1).all()
    assert (np.nan_to_num(found["rarity"][~same]) == 0).all()
    if comparison.has_conflict:
        assert (found["conflict"][same] == 0).all()
        assert set(found["number_conflict"][~missing]) <= {0, 1}
        assert (found["number_conflict"][same] == 0).all()


def slow_conflicts(comparison: Comparison, values: Sequence[str | None], i: int, j: int) -> tuple[float, float]:
    """The rarest words that each side has and the other lacks, the less rare of the two; by RapidFuzz alone."""
    tokens = comparison.tokens
    assert tokens is not None
    one, two = values[i], values[j]
    if one is None or two is None:
        return math.nan, math.nan
    rarity = dict(zip(tokens.words.to_list(), tokens.rarity.tolist(), strict=True))

    def opposed(*, digit: bool) -> float:
        weights = []
        for mine, other in ((one, two), (two, one)):
            only = [w for w in set(mine.split()) - set(other.split()) if any(c.isdigit() for c in w) is digit]
            word = min(only, key=lambda w: (-rarity[w], w), default=None)
            if word is None:
                return 0.0
            score = np.float32(fuzz.partial_ratio(word, other.replace(" ", ""))) / np.float32(100)
            explained = score >= np.float32(0.999) if digit else score >= np.float32(0.8) or len(word) < 3
            weights.append(0.0 if explained else rarity[word])
        return min(weights)

    return opposed(digit=False), float(opposed(digit=True) > 0)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            VALUE,
            st.lists(st.sampled_from(["x2324", "kes", "trel", "k", "ab1", "b1", "oakta"]), min_size=1, max_size=4).map(
                " ".join
            ),
        ),
        min_size=2,
        max_size=8,
    )
)
def test_words_in_conflict_are_what_a_loop_finds(values: list[str | None]) -> None:
    comparison = fit(values)
    left, right = (side.ravel() for side in np.meshgrid(np.arange(len(values)), np.arange(len(values))))
    found = comparison.compare(left, right, threads=1)
    expected = [slow_conflicts(comparison, values, int(i), int(j)) for i, j in zip(left, right, strict=True)]
    np.testing.assert_array_equal(found["conflict"], np.array([row[0] for row in expected], dtype=np.float32))
    np.testing.assert_array_equal(found["number_conflict"], [row[1] for row in expected])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.none(), st.sampled_from("abcd")), max_size=20))
def test_rarity_is_its_definition(values: list[str | None]) -> None:
    found = value_rarity(pl.Series(values, dtype=pl.String))
    known = [value for value in values if value is not None]
    share = {value: count / len(known) for value, count in Counter(known).items()}
    agreement = sum(p * p for p in share.values())
    expected = [0 if value is None or len(known) < 2 else math.log(agreement / share[value]) for value in values]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_agreement_on_a_rare_value_says_more() -> None:
    comparison = fit(["smith"] * 8 + ["zorn", "zorn"], NAME)
    rarity = comparison.compare(np.array([0, 8, 0]), np.array([1, 9, 8]), threads=1)["rarity"]
    assert rarity[0] < 0 < rarity[1]
    assert rarity[2] == 0


@pytest.mark.parametrize(
    ("left", "right", "conflict"),
    [
        ("lego kestrel 2324", "lego kestrel 2325", True),
        ("arden desk x210", "arden desk x310", True),
        ("arden desk 210", "arden desk", False),
        ("arden desk", "arden desk", False),
        ("arden desk x 210", "arden desk x210", False),
        ("arden 2324 desk", "desk arden 2324", False),
        ("arden desk 2324", "arden desk lamp", False),
        ("arden desk 12 2324", "arden desk 2325 12", True),
    ],
)
def test_numbers_in_conflict(left: str, right: str, conflict: bool) -> None:
    assert features(left, right)["number_conflict"] == conflict


@pytest.mark.parametrize(
    ("left", "right", "conflict"),
    [
        ("trail kestrel shoe", "trail marlin shoe", True),
        ("trail kestrel shoe", "trail kestral shoe", False),
        ("trail kestrel shoe", "trail shoe", False),
        ("trail kestrel shoe", "shoe trail kestrel", False),
        ("note book kestrel", "notebook kestrel", False),
        ("kestrel st shoe", "kestrel rd shoe", False),
    ],
)
def test_words_in_conflict(left: str, right: str, conflict: bool) -> None:
    found = features(left, right)
    assert (found["conflict"] > 0) is conflict
    assert found["number_conflict"] == 0


def test_the_less_rare_of_two_words_in_conflict_counts() -> None:
    values = ["oak kestrel", "oak marlin", "oak lumo", *["pine marlin"] * 5]
    comparison = fit(values)
    words = TokenTable.build(pl.Series(values))
    rarity = dict(zip(words.words.to_list(), words.rarity.tolist(), strict=True))
    found = comparison.compare(np.array([0, 0]), np.array([1, 2]), threads=1)["conflict"]
    np.testing.assert_allclose(found, [rarity["marlin"], rarity["lumo"]], rtol=1e-6)
    assert found[0] < found[1]


def test_short_values_are_compared_letter_by_letter() -> None:
    values = ["smith", "smiht", "zorn", None]
    comparison = fit(values, NAME)
    assert comparison.tokens is None
    assert not comparison.has_conflict
    left, right = np.array([0, 0, 0]), np.array([1, 2, 3])
    sides = (pl.Series(values).gather(rows) for rows in (left, right))
    found = comparison.compare(left, right)
    np.testing.assert_array_equal(found["similarity"], edit_similarity(*sides, reorder=True))
    assert set(found) == {"similarity", "rarity"}


def test_values_of_several_words_take_the_better_of_words_and_letters() -> None:
    values = ["arden oak desk lamp", "lamp desk oak arden", "ardenn oakk deskk lampp", *FILLER]
    found = fit(values, NAME).compare(np.array([0, 0]), np.array([1, 2]))["similarity"]
    assert found[0] == 1
    words = TokenTable.build(pl.Series(values)).overlap(np.array([0]), np.array([2])).cosine
    assert words[0] == 0
    assert found[1] > 0.8


def test_long_texts_have_words_but_no_conflict() -> None:
    long = ["the quick brown fox jumps over the lazy dog " * 5, "lorem ipsum dolor sit amet 2324 " * 6]
    comparison = fit([*long, *long], Attribute("text", Role.TEXT, "description"))
    assert comparison.long
    assert not comparison.has_conflict
    found = comparison.compare(np.array([0, 0]), np.array([2, 1]))
    assert set(found) == {"similarity", "rarity"}
    assert found["similarity"].tolist() == [pytest.approx(1), 0]


def test_numbers_are_compared_by_their_relative_gap() -> None:
    comparison = Comparison.fit(pl.Series([100.0, 80.0, None, -100.0, 0.0, 0.0]), PRICE)
    found = comparison.compare(np.array([0, 0, 0, 0, 4]), np.array([0, 1, 2, 3, 5]))
    assert set(found) == {"similarity"}
    np.testing.assert_allclose(found["similarity"], [1, 0.8, math.nan, 0, 1], rtol=1e-6)


@pytest.mark.parametrize("attribute", [TITLE, NAME, PRICE], ids=lambda a: a.name)
def test_degenerate_columns(attribute: Attribute) -> None:
    kind = pl.Float64 if attribute is PRICE else pl.String
    comparison = Comparison.fit(pl.Series([None, None], dtype=kind), attribute)
    found = comparison.compare(np.array([0]), np.array([1]))
    assert all(np.isnan(values).all() for name, values in found.items() if name != "rarity")
    none = np.empty(0, dtype=np.int64)
    assert all(values.shape == (0,) for values in comparison.compare(none, none).values())
    assert Comparison.fit(pl.Series([], dtype=kind), attribute).compare(none, none).keys() == found.keys()


def test_years_are_alike_by_the_years_between_them() -> None:
    years = pl.Series([1990.0, 1990.0, 1991.0, 1994.0, 1890.0, None])
    comparison = Comparison.fit(years, Attribute("year", Role.NUMBER, "year"))
    found = comparison.compare(np.zeros(5, dtype=np.int64), np.arange(1, 6))["similarity"]
    assert found[0] == 1 > found[1] > found[2] > found[3] == 0
    assert math.isnan(found[4])
