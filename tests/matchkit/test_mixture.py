"""The mixture: recovers what was planted, never punishes agreement, and survives anything."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchkit.dependence import dependence_tree, overall_agreement, parent_state
from matchkit.levels import AGREEMENT, CONFLICTS, EXACT, NUMBER_CONFLICT, SIMILARITIES, LevelTable
from matchkit.mixture import RANK_EDGES, Mixture

MATCH = np.array([0.01, 0.01, 0.01, 0.02, 0.05, 0.1, 0.2, 0.6])
CHANCE = np.array([0.6, 0.2, 0.1, 0.04, 0.02, 0.02, 0.01, 0.01])
COLUMNS = 4
WIDE = 6
SPLIT = SIMILARITIES * CONFLICTS
DIFFERS, AGREES, UNKNOWN = range(3)


def table(levels: NDArray[np.integer] | list[list[int]], size: int = SIMILARITIES) -> LevelTable:
    array = np.asarray(levels, dtype=np.int16)
    names = tuple(f"c{j}" for j in range(array.shape[1]))
    return LevelTable(names, array, np.zeros(array.shape, dtype=np.float32), (size,) * array.shape[1])


def draw(rng: np.random.Generator, shares: NDArray[np.float64], rows: int) -> NDArray[np.int16]:
    return rng.choice(SIMILARITIES, (rows, COLUMNS), p=shares).astype(np.int16)


def planted(
    seed: int, records: int = 600, *, missing: float = 0.1
) -> tuple[LevelTable, NDArray[np.int64], LevelTable, NDArray[np.bool_]]:
    """Ten neighbours a record; a third of the first are matches, of the second a tenth, and no others."""
    rng = np.random.default_rng(seed)
    ranks = np.tile(np.arange(10), records)
    truth = rng.random(len(ranks)) < np.array([0.35, 0.1, *[0.0] * 8])[ranks]
    levels = np.where(truth[:, None], draw(rng, MATCH, len(ranks)), draw(rng, CHANCE, len(ranks)))
    levels[rng.random(levels.shape) < missing] = -1
    return table(levels), ranks, table(draw(rng, CHANCE, 5_000)), truth


def odds(model: Mixture, levels: list[list[int]], rank: int = 0, size: int = SIMILARITIES) -> NDArray[np.float64]:
    return model.log_odds(table(levels, size), np.full(len(levels), rank))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_planted_parameters_are_recovered(seed: int) -> None:
    pairs, ranks, random, truth = planted(seed)
    model = Mixture.fit(pairs, ranks, random)
    for match, chance in zip(model.match, model.non_match, strict=True):
        np.testing.assert_allclose(match, MATCH, atol=0.08)
        np.testing.assert_allclose(chance[UNKNOWN], CHANCE, atol=0.04)
    assert model.parents == (-1,) * COLUMNS
    assert 0.12 < model.prior[0] < 0.45
    assert 0.03 < model.prior[1] < 0.15
    assert model.prior[4] < 0.02
    assert model.scale > 0.85
    found = model.log_odds(pairs, ranks) > 0
    correct = (found & truth).sum()
    assert 2 * correct / (found.sum() + truth.sum()) > 0.93


@pytest.mark.parametrize("seed", [0, 1])
def test_probabilities_are_calibrated(seed: int) -> None:
    pairs, ranks, random, truth = planted(seed)
    likely = 1 / (1 + np.exp(-Mixture.fit(pairs, ranks, random).log_odds(pairs, ranks)))
    assert likely.sum() == pytest.approx(truth.sum(), rel=0.1)
    for low, high in ((0.0, 0.1), (0.9, 1.01)):
        chosen = (likely >= low) & (likely < high)
        assert likely[chosen].mean() == pytest.approx(truth[chosen].mean(), abs=0.05)


@pytest.mark.parametrize("size", [SIMILARITIES, SPLIT])
def test_the_result_is_a_model(size: int) -> None:
    pairs, ranks, random, _ = planted(3)
    wide = LevelTable(pairs.names, pairs.levels, pairs.rarity, (size,) * COLUMNS)
    model = Mixture.fit(wide, ranks, LevelTable(random.names, random.levels, random.rarity, (size,) * COLUMNS), "c0")
    for match, chance in zip(model.match, model.non_match, strict=True):
        assert match.shape == (size,)
        assert chance.shape == (3, size)
        for shares in (match, *chance):
            assert (shares > 0).all()
            assert shares.sum() == pytest.approx(1)
    assert model.prior.shape == (len(RANK_EDGES) + 1,)
    assert (np.diff(model.prior) <= 0).all()
    assert ((model.prior > 0) & (model.prior < 1)).all()
    assert 0.5 <= model.scale <= 1


def test_agreement_never_counts_against_a_match() -> None:
    pairs, ranks, random, _ = planted(0)
    model = Mixture.fit(pairs, ranks, random)
    for column in range(COLUMNS):
        levels = np.full((3, COLUMNS), 2)
        levels[:, column] = [0, -1, EXACT]
        below, unknown, above = odds(model, levels.tolist())
        assert below < unknown < above
    steps = odds(model, [[level] * COLUMNS for level in (0, 3, 6, EXACT)])
    assert (np.diff(steps) > 0).all()


def test_a_worse_rank_is_never_more_likely() -> None:
    pairs, ranks, random, _ = planted(0)
    model = Mixture.fit(pairs, ranks, random)
    same = table([[4] * COLUMNS] * 60)
    assert (np.diff(model.log_odds(same, np.arange(60))) <= 0).all()


def test_missing_everywhere_leaves_the_prior() -> None:
    pairs, ranks, random, _ = planted(0)
    model = Mixture.fit(pairs, ranks, random)
    for rank, place in ((0, 0), (1, 1), (40, -1)):
        expected = np.log(model.prior[place] / (1 - model.prior[place]))
        assert odds(model, [[-1] * COLUMNS], rank)[0] == pytest.approx(expected)


def test_agreement_on_a_rare_value_weighs_more() -> None:
    pairs, ranks, random, _ = planted(0)
    model = Mixture.fit(pairs, ranks, random)
    levels = np.full((2, COLUMNS), EXACT, dtype=np.int16)
    rarity = np.zeros((2, COLUMNS), dtype=np.float32)
    rarity[1, 0] = 2
    adjusted = model.log_odds(LevelTable(pairs.names, levels, rarity, pairs.sizes), np.zeros(2, dtype=np.int64))
    assert adjusted[1] - adjusted[0] == pytest.approx(2 * model.scale)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_pairs_does_not_matter(seed: int) -> None:
    pairs, ranks, random, _ = planted(0, records=100)
    order = np.random.default_rng(seed).permutation(len(ranks))
    model, other = Mixture.fit(pairs, ranks, random), Mixture.fit(pairs.only(order), ranks[order], random)
    found = model.log_odds(pairs, ranks)
    np.testing.assert_allclose(other.log_odds(pairs.only(order), ranks[order]), found[order], rtol=1e-6, atol=1e-6)


def echoes(rng: np.random.Generator, rows: int) -> LevelTable:
    """Pairs of records drawn at random: the second comparison nearly repeats the first, the others do not."""
    levels = rng.choice(SIMILARITIES, (rows, WIDE), p=CHANCE)
    levels[:, 1] = np.where(rng.random(rows) < 0.9, levels[:, 0], levels[:, 1])
    return table(levels)


def test_comparisons_that_say_the_same_twice_count_less() -> None:
    pairs, ranks, random, _ = planted(0, missing=0.0)
    twice = table(np.repeat(pairs.levels[:, :2], 2, axis=1))
    model = Mixture.fit(twice, ranks, table(np.repeat(random.levels[:, :2], 2, axis=1)))
    once = Mixture.fit(table(pairs.levels[:, :2]), ranks, table(random.levels[:, :2]))
    independent = Mixture.fit(pairs, ranks, random)
    alike, two, four = (
        odds(fitted, [[EXACT] * width])[0] for fitted, width in ((model, COLUMNS), (once, 2), (independent, COLUMNS))
    )
    assert alike - two < 0.5 * (four - two)


def test_a_tree_links_comparisons_that_depend_on_each_other() -> None:
    parents = dependence_tree(echoes(np.random.default_rng(0), 20_000))
    assert sorted(parents) in ([*[-1] * (WIDE - 1), 0], [*[-1] * (WIDE - 1), 1])
    assert max(parents[0], parents[1]) >= 0
    independent = table(draw(np.random.default_rng(0), CHANCE, 20_000))
    assert dependence_tree(independent) == (-1,) * COLUMNS
    assert dependence_tree(table(np.zeros((0, 2), dtype=np.int16))) == (-1, -1)
    assert dependence_tree(table(np.full((5_000, 2), -1))) == (-1, -1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 7))
def test_the_tree_has_no_circles_and_does_not_depend_on_the_pairs_order(seed: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    levels = rng.integers(-1, 1, (2_000, columns)) + np.where(rng.random((2_000, 1)) < 0.3, EXACT, 0)
    pairs = table(np.where(rng.random(levels.shape) < 0.6, levels[:, :1], levels))
    parents = dependence_tree(pairs)
    for column in range(columns):
        seen = {column}
        while (column := parents[column]) >= 0:
            assert column not in seen
            seen.add(column)
    assert dependence_tree(pairs.only(rng.permutation(2_000))) == parents


def test_what_the_parent_says_decides_which_shares_are_used() -> None:
    pairs = table([[EXACT, 0], [0, EXACT], [-1, EXACT], [AGREEMENT, -1], [AGREEMENT - 1, 3]])
    assert parent_state(pairs, 0).tolist() == [AGREES, DIFFERS, UNKNOWN, AGREES, DIFFERS]
    assert parent_state(pairs, 1).tolist() == [DIFFERS, AGREES, AGREES, UNKNOWN, DIFFERS]
    assert parent_state(pairs, -1).tolist() == [UNKNOWN] * 5


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(-1, EXACT), min_size=WIDE, max_size=WIDE), max_size=10))
def test_weights_are_what_a_loop_finds(levels: list[list[int]]) -> None:
    model = echo_model()
    pairs = table(np.array(levels, dtype=np.int16).reshape(-1, WIDE))
    pairs.rarity[:] = 0.7
    expected = np.zeros((len(levels), WIDE))
    for row, of_pair in enumerate(levels):
        for column, level in enumerate(of_pair):
            if level < 0:
                continue
            above = model.parents[column]
            known = above >= 0 and of_pair[above] >= 0
            state = (AGREES if of_pair[above] >= AGREEMENT else DIFFERS) if known else UNKNOWN
            ratio = math.log(model.match[column][level] / model.non_match[column][state, level])
            expected[row, column] = ratio + (0 if state == AGREES else 0.7)
    np.testing.assert_allclose(model.weights(pairs), expected, atol=1e-6)


@cache
def echo_model() -> Mixture:
    rng = np.random.default_rng(1)
    pairs = table(np.where(rng.random((3_000, 1)) < 0.1, EXACT, echoes(rng, 3_000).levels))
    model = Mixture.fit(pairs, np.tile(np.arange(10), 300), echoes(rng, 20_000))
    assert max(model.parents) >= 0
    return model


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(-1, SPLIT - 1), min_size=2, max_size=2), max_size=12))
def test_overall_agreement_is_what_a_loop_finds(levels: list[list[int]]) -> None:
    found = overall_agreement(table(np.array(levels, dtype=np.int16).reshape(-1, 2), SPLIT))
    agrees = [[level % SIMILARITIES >= AGREEMENT for level in of_pair] for of_pair in levels]
    known = [[level >= 0 for level in of_pair] for of_pair in levels]
    weight = [
        -math.log((sum(a[j] and k[j] for a, k in zip(agrees, known, strict=True)) + 1) / (sum(k[j] for k in known) + 2))
        for j in range(2)
    ]
    for row, share in enumerate(found):
        possible = sum(weight[j] for j in range(2) if known[row][j])
        agreed = sum(weight[j] for j in range(2) if known[row][j] and agrees[row][j])
        assert share == pytest.approx(agreed / possible if possible else 0)


def test_numbers_in_conflict_in_titles_speak_against_a_match() -> None:
    """A clean catalogue of *model 200*, *model 210* ...: near misses are most of the candidates."""
    rng = np.random.default_rng(0)
    ranks = np.tile(np.arange(10), 300)
    near = SIMILARITIES * NUMBER_CONFLICT + rng.integers(4, EXACT, len(ranks))
    pairs = table(near[:, None], SPLIT)
    random = table(rng.integers(0, 2, (3_000, 1)), SPLIT)
    model = Mixture.fit(pairs, ranks, random, "c0")
    assert (model.log_odds(pairs, ranks) < 0).all()
    assert odds(model, [[EXACT]], 0, SPLIT)[0] > model.log_odds(pairs, ranks).max()


@pytest.mark.parametrize("columns", [0, 1, 3])
@pytest.mark.parametrize("rows", [0, 1, 5])
@pytest.mark.parametrize("value", [-1, 0, EXACT])
def test_degenerate_input_gives_finite_numbers(columns: int, rows: int, value: int) -> None:
    pairs = table(np.full((rows, columns), value))
    ranks = np.zeros(rows, dtype=np.int64)
    for random in (pairs.only(np.empty(0, dtype=np.int64)), pairs):
        model = Mixture.fit(pairs, ranks, random, "c0")
        found = model.log_odds(pairs, ranks)
        assert found.shape == (rows,)
        assert np.isfinite(found).all()
        assert np.isfinite(model.prior).all()
        assert 0.5 <= model.scale <= 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(-1, SPLIT - 1), min_size=2, max_size=2), max_size=15), st.booleans())
def test_any_levels_give_finite_numbers(levels: list[list[int]], titled: bool) -> None:
    pairs = table(np.array(levels, dtype=np.int16).reshape(-1, 2), SPLIT)
    ranks = np.arange(len(levels))
    model = Mixture.fit(pairs, ranks, pairs, "c1" if titled else None)
    assert np.isfinite(model.log_odds(pairs, ranks)).all()
    assert all((shares > 0).all() for shares in (*model.match, *model.non_match))
