"""One question to labelled pairs, and the boosters that learnt to answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchkit.odds import log_odds_of, probability
from matchkit.trained.boosting import Recipe, Task, boosters, mean_odds
from matchkit.trained.calibration import Calibration, best_cut, loss
from matchkit.trained.folds import folds

if TYPE_CHECKING:
    import xgboost

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]
Odds = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: With fewer matches than this, or fewer non-matches, nothing is chosen: there is nothing to choose by.
FEWEST = 10
#: With fewer matches than this in the validation pairs, the training pairs judged in folds are asked, too.
ENOUGH = 100
#: Boosters of a model, each with another seed.
BAG = 5

_FIRST = Recipe()
_RECIPES = (_FIRST, Recipe(depth=3, columns=0.2), Recipe(depth=4, least=3.0, shrink=5.0))
_CAREFUL = Recipe(depth=2, rounds=100, shrink=5.0, columns=0.3)
# With more pairs than this the recipes come out alike, and the folds take long.
_MANY = 20_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Labelled pairs.

    Attributes
    ----------
    features
        (pairs, features)
    left, right
        (pairs,) records.
    matches
        (pairs,) whether the answer is yes.
    valid
        (pairs,) whether a pair was given for validation.
    records
        How many there are.
    two_tables
        Whether left and right are of two tables.
    """

    features: Floats
    left: Rows
    right: Rows
    matches: Mask
    valid: Mask
    records: int
    two_tables: bool

    def only(self, chosen: Mask) -> Sample:
        """Some of the pairs."""
        return Sample(
            self.features[chosen],
            self.left[chosen],
            self.right[chosen],
            self.matches[chosen],
            self.valid[chosen],
            self.records,
            self.two_tables,
        )


@dataclass(frozen=True, slots=True)
class Head:
    """Boosters whose mean is calibrated.

    Attributes
    ----------
    boosters
        Of one recipe, each with another seed.
    calibration
        From their mean log odds to calibrated ones.
    threshold
        The probability from which on the answer is yes.
    """

    boosters: tuple[xgboost.Booster, ...]
    calibration: Calibration
    threshold: float

    def log_odds(self, features: Floats, *, threads: int = 0) -> Odds:
        """(pairs,) calibrated log odds."""
        return self.calibration.of(mean_odds(self.boosters, features, threads))

    @property
    def cut(self) -> float:
        """The threshold in log odds."""
        return float(log_odds_of(np.array(self.threshold)))


@dataclass(frozen=True, slots=True)
class Judged:
    """Pairs judged by boosters that had not seen them.

    Attributes
    ----------
    pairs
        Positions of the pairs.
    odds
        Calibrated log odds.
    how
        ``validation``, ``folds`` or ``validation and folds``.
    recipe
        What was chosen.
    """

    pairs: Rows
    odds: Odds
    how: str
    recipe: Recipe


def fit_head(sample: Sample, *, seed: int, threads: int) -> tuple[Head, Judged | None]:
    """Learn to answer one question.

    What is chosen (the recipe, the calibration, the threshold) is chosen by pairs that the boosters asked had not
    seen: the validation pairs, and where they are few or none the training pairs, judged in folds. The boosters
    that are kept learn from all pairs.

    Returns
    -------
    head
        The boosters.
    judged
        What was chosen by; None where there are too few pairs of one kind, and nothing was chosen.
    """
    rarer = min(int(sample.matches.sum()), int((~sample.matches).sum()))
    everything = np.arange(len(sample.matches))
    if rarer < FEWEST:
        return _bag(sample, everything, _CAREFUL, Calibration(), 0.5, seed, threads), None
    train = np.flatnonzero(~sample.valid)
    valid = np.flatnonzero(sample.valid)
    few = min(int(sample.matches[valid].sum()), int((~sample.matches[valid]).sum())) < ENOUGH
    many = len(sample.matches) > _MANY
    found = []
    for recipe in (_FIRST,) if many else _RECIPES:
        pairs, odds = [], []
        if len(valid):
            tasks = [Task(train, recipe, seed + number) for number in range(BAG)]
            made = boosters(sample.features, sample.matches, tasks, threads)
            pairs.append(valid)
            odds.append(mean_odds(made, sample.features[valid], threads))
        if few:
            pairs.append(train)
            odds.append(_in_folds(sample, train, recipe, seed, threads))
        found.append((np.concatenate(pairs), np.concatenate(odds), recipe))
    how = " and ".join([*(["validation"] if len(valid) else []), *(["folds"] if few else [])])
    return _chosen(sample, found, how, seed, threads)


def _chosen(
    sample: Sample, found: Sequence[tuple[Rows, Odds, Recipe]], how: str, seed: int, threads: int
) -> tuple[Head, Judged]:
    judged = []
    for pairs, odds, recipe in found:
        calibration = Calibration.fit(odds, sample.matches[pairs])
        scaled = calibration.of(odds)
        judged.append((loss(scaled, sample.matches[pairs]), calibration, Judged(pairs, scaled, how, recipe)))
    _, calibration, best = min(judged, key=lambda one: one[0])
    cut = best_cut(best.odds, sample.matches[best.pairs])
    threshold = float(probability(np.array(cut)))
    everything = np.arange(len(sample.matches))
    return _bag(sample, everything, best.recipe, calibration, threshold, seed, threads), best


def _bag(
    sample: Sample, pairs: Rows, recipe: Recipe, calibration: Calibration, threshold: float, seed: int, threads: int
) -> Head:
    tasks = [Task(pairs, recipe, seed + number) for number in range(BAG)]
    made = boosters(sample.features, sample.matches, tasks, threads)
    return Head(tuple(made), calibration, threshold)


def _in_folds(sample: Sample, pairs: Rows, recipe: Recipe, seed: int, threads: int) -> Odds:
    """Log odds of pairs, each judged by a booster that knows neither of its records."""
    cut = folds(sample.left[pairs], sample.right[pairs], sample.records, two_tables=sample.two_tables, seed=seed)
    tasks = [Task(pairs[fold.learn], recipe, seed + number) for fold in cut for number in range(2)]
    made = boosters(sample.features, sample.matches, tasks, threads)
    odds = np.zeros(len(pairs))
    for place, fold in enumerate(cut):
        odds[fold.judge] = mean_odds(made[2 * place : 2 * place + 2], sample.features[pairs[fold.judge]], threads)
    return odds
