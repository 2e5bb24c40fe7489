"""What a share seen in a sample says about the true one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray


def clopper_pearson(right: int, found: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact two-sided interval of a share (Clopper and Pearson, 1934).

    It holds the true share at least as often as `confidence` says, whatever that share is. The draws must be
    independent.

    Parameters
    ----------
    right, found
        Successes among the draws, 0 <= right <= found.
    confidence
        Between 0 and 1.

    Returns
    -------
    tuple of float
        Lower and upper end, in [0, 1]; nan where nothing was drawn.
    """
    from scipy.special import betaincinv

    _check_confidence(confidence)
    if not 0 <= right <= found:
        raise ValueError(f"{right} right of {found} found is no share")
    if not found:
        return math.nan, math.nan
    tail = (1.0 - confidence) / 2.0
    low = float(betaincinv(right, found - right + 1, tail)) if right else 0.0
    high = float(betaincinv(right + 1, found - right, 1.0 - tail)) if right < found else 1.0
    return low, high


def lower_bound_reaches(
    right: ArrayLike, found: ArrayLike, wanted: float, confidence: float = 0.95
) -> NDArray[np.bool_]:
    """Where the lower end of :func:`clopper_pearson` is at least `wanted`, without computing the ends.

    Parameters
    ----------
    right, found
        Arrays of one shape.
    wanted
        From 0 to 1.
    """
    from scipy.special import betainc

    _check_confidence(confidence)
    successes, draws = np.asarray(right, np.float64), np.asarray(found, np.float64)
    if wanted <= 0.0:
        return draws > 0
    # The bound reaches `wanted` where so many successes, or more, are too unlikely with that share. A beta
    # distribution has no zero parameter, and without a success there is no bound above 0.
    unlikely = betainc(np.maximum(successes, 1.0), draws - successes + 1.0, wanted) <= (1.0 - confidence) / 2.0
    return np.asarray((successes > 0) & unlikely)


def _check_confidence(confidence: float) -> None:
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence is {confidence}; give a number between 0 and 1")
