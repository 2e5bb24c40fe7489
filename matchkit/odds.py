"""Log odds and probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def probability(log_odds: Floats) -> Floats:
    """Log odds (natural logarithm, may be infinite) as a probability in [0, 1]."""
    with np.errstate(over="ignore"):
        result: Floats = 1 / (1 + np.exp(-log_odds))
    return result


def log_odds_of(probability: Floats) -> Floats:
    """A probability in (0, 1) as natural log odds."""
    odds: Floats = np.log(probability / (1 - probability))
    return odds
