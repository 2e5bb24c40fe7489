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
#: With fewer matches than this to choose by, recipes are not chosen between, for that would be chance: all are used.
ENOUGH = 100

_RECIPES = (Recipe(), Recipe(depth=3, columns=0.2), Recipe(depth=2, columns=0.1))
_CAREFUL = (Recipe(depth=1, least=0.1, columns=0.1),)
# Boosters of one recipe, each with another seed, where it is the only one, and where there are several.
_ALONE, _TOGETHER = 5, 2
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
        ``validation`` or ``folds``.
    recipes
        What was chosen.
    """

    pairs: Rows
    odds: Odds
    how: str
    recipes: tuple[Recipe, ...]


def fit_head(sample: Sample, *, seed: int, threads: int) -> tuple[Head, Judged | None]:
    """Learn to answer one question.

    What is chosen (the recipe, the calibration, the threshold) is chosen by pairs that the boosters asked had not
    seen: the validation pairs, or where they are too few or none all pairs, judged in folds. The
    boosters that are kept then learn from all pairs; only where the choice hangs on a few validation pairs those
    are kept that it was made for.

    Returns
    -------
    head
        The boosters.
    judged
        What was chosen by; None where there are too few pairs of one kind, and nothing was chosen.
    """
    everything = np.arange(len(sample.matches))
    if _rarer(sample.matches) < FEWEST:
        made = boosters(sample.features, sample.matches, _tasks(everything, _CAREFUL, seed), threads)
        return Head(tuple(made), Calibration(), 0.5), None
    train, valid = np.flatnonzero(~sample.valid), np.flatnonzero(sample.valid)
    by_valid = _rarer(sample.matches[valid]) >= FEWEST
    known = valid if by_valid else everything
    choices: list[tuple[Recipe, ...]] = [_RECIPES]
    if _rarer(sample.matches[known]) >= ENOUGH:
        choices = [_RECIPES[:1]] if len(everything) > _MANY else [*((recipe,) for recipe in _RECIPES), _RECIPES]
    found = []
    for choice in choices:
        if by_valid:
            made = boosters(sample.features, sample.matches, _tasks(train, choice, seed), threads)
            odds = mean_odds(made, sample.features[valid], threads)
        else:
            made, odds = [], _in_folds(sample, choice, seed, threads)
        calibration = Calibration.fit(odds, sample.matches[known])
        scaled = calibration.of(odds)
        found.append((loss(scaled, sample.matches[known]), choice, made, calibration, scaled))
    _, choice, made, calibration, scaled = min(found, key=lambda one: one[0])
    threshold = float(probability(np.array(best_cut(scaled, sample.matches[known]))))
    if not by_valid or _rarer(sample.matches[valid]) >= ENOUGH:
        made = boosters(sample.features, sample.matches, _tasks(everything, choice, seed), threads)
    how = "validation" if by_valid else "folds"
    return Head(tuple(made), calibration, threshold), Judged(known, scaled, how, choice)


def _rarer(matches: Mask) -> int:
    return min(int(matches.sum()), int((~matches).sum()))


def _tasks(pairs: Rows, recipes: Sequence[Recipe], seed: int) -> list[Task]:
    turns = _ALONE if len(recipes) == 1 else _TOGETHER
    return [Task(pairs, recipe, seed + number) for recipe in recipes for number in range(turns)]


def _in_folds(sample: Sample, recipes: Sequence[Recipe], seed: int, threads: int) -> Odds:
    """Log odds of all pairs, each judged by boosters that know neither of its records."""
    cut = folds(sample.left, sample.right, sample.records, two_tables=sample.two_tables, seed=seed)
    tasks = [Task(fold.learn, recipe, seed) for fold in cut for recipe in recipes]
    made = boosters(sample.features, sample.matches, tasks, threads)
    odds = np.zeros(len(sample.matches))
    for place, fold in enumerate(cut):
        own = made[place * len(recipes) : (place + 1) * len(recipes)]
        odds[fold.judge] = mean_odds(own, sample.features[fold.judge], threads)
    return odds
