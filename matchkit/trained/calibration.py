"""From the log odds of boosters to probabilities, and where to cut them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchkit.odds import probability

Odds = NDArray[np.float64]
Mask = NDArray[np.bool_]

_STEPS, _SMALL = 100, 1e-9
# Two of these on either side hold what a threshold could be.
_LOWEST, _HIGHEST, _CUTS = -6.0, 6.0, 481
_BLUR = 2.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """``slope * log odds + offset`` are calibrated log odds."""

    slope: float = 1.0
    offset: float = 0.0

    @classmethod
    def fit(cls, odds: Odds, matches: Mask) -> Calibration:
        """Platt's scaling: a logistic curve through the labels, which count as a little less than certain.

        Source: J. Platt, Probabilistic outputs for support vector machines, 1999. The slope is above 0 in any case.
        """
        found, missed = int(matches.sum()), int((~matches).sum())
        target = np.where(matches, (found + 1) / (found + 2), 1 / (missed + 2))
        inputs = np.column_stack([odds, np.ones(len(odds))])
        weights = np.array([1.0, 0.0])
        for _ in range(_STEPS):
            likely = probability(inputs @ weights)
            # As if each of both had been seen once to be as they were: it keeps the steps finite.
            slope = inputs.T @ (likely - target) + 0.1 * (weights - [1.0, 0.0])
            curve = (inputs * (likely * (1 - likely))[:, None]).T @ inputs + 0.1 * np.eye(2)
            step = np.linalg.solve(curve, slope)
            weights = weights - np.clip(step, -1, 1)
            if np.abs(step).max() < _SMALL:
                break
        return cls(max(float(weights[0]), 0.05), float(weights[1]))

    def of(self, odds: Odds) -> Odds:
        """The calibrated log odds."""
        return self.slope * odds + self.offset


def loss(odds: Odds, matches: Mask) -> float:
    """Mean negative logarithm of the probability that was given to what is true."""
    return float(np.logaddexp(0.0, np.where(matches, -odds, odds)).mean())


def best_cut(odds: Odds, matches: Mask) -> float:
    """The log odds above which calling pairs matches gives the best F1.

    Each pair counts on both sides of a cut that is near it, the more so the fewer matches there are: one pair on
    this or that side should not move a threshold far, and where a wide range is as good its middle is taken.
    """
    cuts = np.linspace(_LOWEST, _HIGHEST, _CUTS)
    blur = _BLUR / np.sqrt(max(int(matches.sum()), 1))
    score = np.empty(_CUTS)
    for place, cut in enumerate(cuts):
        above = probability((odds - cut) / blur * 1.7)
        score[place] = 2 * above[matches].sum() / (above.sum() + matches.sum())
    return float(cuts[int(score.argmax())])


def f1(called: Mask, matches: Mask) -> float:
    """Harmonic mean of precision and recall; 0 where nothing was found."""
    total = int(called.sum()) + int(matches.sum())
    return 2 * int((called & matches).sum()) / total if total else 0.0
