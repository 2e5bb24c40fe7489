"""The reference classifier as a mixture."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from matchkit.ecm import fit_ecm
from matchkit.levels import CONFLICTS, EXACT, SIMILARITIES, LevelTable

COLUMNS = 4


def table(levels: NDArray[np.integer], size: int = SIMILARITIES) -> LevelTable:
    names = tuple(f"c{j}" for j in range(levels.shape[1]))
    rarity = np.full(levels.shape, 3, dtype=np.float32)
    return LevelTable(names, levels.astype(np.int16), rarity, (size,) * levels.shape[1])


def planted(rows: int = 4_000) -> tuple[LevelTable, NDArray[np.bool_]]:
    """A fifth of the pairs are matches, whose values agree nine times in ten and else once in twenty."""
    rng = np.random.default_rng(0)
    truth = rng.random(rows) < 0.2
    agrees = rng.random((rows, COLUMNS)) < np.where(truth, 0.9, 0.05)[:, None]
    return table(np.where(agrees, EXACT, 0)), truth


def test_planted_parameters_are_recovered() -> None:
    pairs, truth = planted()
    model = fit_ecm(pairs)
    for match, chance in zip(model.match, model.non_match, strict=True):
        assert match[EXACT] == pytest.approx(0.9, abs=0.05)
        assert chance[:, EXACT] == pytest.approx(0.05, abs=0.03)
    np.testing.assert_allclose(model.prior, 0.2, atol=0.05)
    found = model.log_odds(pairs, np.zeros(len(truth), dtype=np.int64)) > 0
    assert 2 * (found & truth).sum() / (found.sum() + truth.sum()) > 0.95


def test_it_knows_agreement_and_no_agreement_only() -> None:
    pairs, _ = planted()
    model = fit_ecm(table(pairs.levels, SIMILARITIES * CONFLICTS))
    for shares in model.match:
        assert shares.shape == (SIMILARITIES * CONFLICTS,)
        assert len(set(shares.tolist())) == 2
    assert model.scale == 1
    assert set(model.parents) == {-1}
    assert not model.adjusts
    assert len(set(model.prior.tolist())) == 1
    ranks = np.arange(len(pairs.levels))
    found = model.log_odds(pairs, ranks)
    np.testing.assert_allclose(found, model.log_odds(pairs, ranks[::-1]))


def test_missing_does_not_agree() -> None:
    pairs, _ = planted()
    gaps = np.where(pairs.levels == 0, -1, pairs.levels)
    model, other = fit_ecm(pairs), fit_ecm(table(gaps))
    for ours, theirs in zip(model.match, other.match, strict=True):
        np.testing.assert_allclose(ours, theirs)


@pytest.mark.parametrize(("rows", "columns"), [(0, 2), (1, 1), (5, 3), (3, 0)])
@pytest.mark.parametrize("value", [-1, 0, EXACT])
def test_degenerate_input_gives_finite_numbers(rows: int, columns: int, value: int) -> None:
    pairs = table(np.full((rows, columns), value))
    model = fit_ecm(pairs)
    assert np.isfinite(model.log_odds(pairs, np.zeros(rows, dtype=np.int64))).all()


def test_two_pairs() -> None:
    pairs = table(np.array([[EXACT, 0], [0, EXACT]]))
    assert np.isfinite(fit_ecm(pairs).log_odds(pairs, np.zeros(2, dtype=np.int64))).all()
