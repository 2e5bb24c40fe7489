"""From compared pairs to match probabilities: same product (family) and same item (exact)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchkit.evidence import Evidence
from matchkit.levels import LevelTable
from matchkit.mixture import Mixture
from pairs.view import NUMBER

Floats = NDArray[np.float64]

# Log odds that an equal item number adds, and the chance that *blue* and *dark blue* mean one colour.
_SAME_NUMBER = 6.0
_SAYS_LESS = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Log odds of every compared pair.

    Attributes
    ----------
    family
        That both records are the same product, whatever is ignored.
    exact
        That they are the same item; never above `family`, and ``-inf`` where they are in conflict.
    """

    family: Floats
    exact: Floats


def fit_classifier(evidence: Evidence, random: LevelTable, title: str | None, *, kind: str = "mixture") -> Mixture:
    """Learn from the candidate pairs, without labels, what matches look like.

    ``kind`` is ``mixture`` or ``ecm``, the reference (:class:`matchkit.ecm.fit_ecm`).
    """
    if kind == "ecm":
        from matchkit.ecm import fit_ecm

        return fit_ecm(evidence.levels)
    return Mixture.fit(evidence.levels, evidence.rank, random, title)


def judge(model: Mixture, evidence: Evidence) -> Verdict:
    """Log odds that pairs are the same product and the same item.

    Two values in conflict (*black*, *navy*; two valid and different GTINs) part two items whatever else they
    share. Where one side says less (*blue*, *dark blue*) they may be the same. Where only one side states a
    value, the pair is as likely the same item as pairs of the same product agree when both state it; where
    neither does, the attribute says nothing. Equal item numbers speak for the same item.
    """
    family = model.log_odds(evidence.levels, evidence.rank)
    for name in evidence.ignored.columns:
        if _is_number(name):
            family = family + np.where(evidence.ignored[name].to_numpy() == 0, _SAME_NUMBER, 0.0)
    likely = probability(family)
    same_item = np.zeros(len(family))
    for name in evidence.ignored.columns:
        conflict = evidence.ignored[name].to_numpy()
        one_sided = evidence.one_sided[name].to_numpy()
        if not _is_number(name):
            same_item += np.where(one_sided, np.log(_agreeing(likely, conflict)), 0.0)
        same_item += np.where((conflict > 0) & (conflict < 1), np.log(_SAYS_LESS), 0.0)
        same_item = np.where(conflict >= 1, -np.inf, same_item)
    return Verdict(family, _and_also(family, same_item))


def _is_number(name: str) -> bool:
    return name.startswith(f"ignored.{NUMBER}")


def _agreeing(likely: Floats, conflict: NDArray[np.float32]) -> float:
    """Share of pairs of the same product that agree on an attribute, among those that both state it."""
    known = ~np.isnan(conflict)
    stated = likely[known]
    return float((stated[conflict[known] < 1].sum() + 1) / (stated.sum() + 1))


def _and_also(log_odds: Floats, log_probability: Floats) -> Floats:
    """Log odds of an event times an independent probability, given as its logarithm (0 or less)."""
    with np.errstate(divide="ignore", over="ignore"):
        log_both = -np.logaddexp(0.0, -log_odds) + log_probability
        rest = np.where(log_probability == 0, -log_odds, np.log(-np.expm1(log_both)) - log_both)
    return np.where(np.isneginf(log_probability), -np.inf, -rest)


def probability(log_odds: Floats) -> Floats:
    """Log odds as a probability in [0, 1]."""
    with np.errstate(over="ignore"):
        result: Floats = 1 / (1 + np.exp(-log_odds))
    return result
