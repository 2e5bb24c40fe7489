"""From compared pairs to match probabilities: same product (family) and same item (exact)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.evidence import Evidence
from matchkit.levels import LevelTable
from matchkit.mixture import Mixture

Floats = NDArray[np.float64]

# Log odds that agreement and partial agreement in what tells variants apart add to "the same item".
_SAYS_LESS = -2.0
_SAME_NUMBER = 4.0


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
    share. Where one side says less (*blue*, *dark blue*) they may be the same. Equal item numbers speak for
    the same item. Values that one side lacks say nothing.
    """
    family = model.log_odds(evidence.levels, evidence.rank)
    exact = family.copy()
    for name in evidence.ignored.columns:
        conflict = evidence.ignored[name].to_numpy()
        if name.startswith("ignored.number."):
            family = np.where(conflict == 0, family + _SAME_NUMBER, family)
            exact = np.where(conflict == 0, exact + _SAME_NUMBER, exact)
        exact = np.where((conflict > 0) & (conflict < 1), exact + _SAYS_LESS, exact)
        exact = np.where(conflict >= 1, -np.inf, exact)
    return Verdict(family, exact)


def probability(log_odds: Floats) -> Floats:
    """Log odds as a probability in [0, 1]."""
    with np.errstate(over="ignore"):
        result: Floats = 1 / (1 + np.exp(-log_odds))
    return result


def conflicts(evidence: Evidence) -> pl.DataFrame:
    """One Boolean column for each attribute that tells variants apart: whether the two sides are in conflict."""
    return evidence.ignored.select((pl.all().fill_nan(0) >= 1).name.map(lambda name: name.split(".", 1)[1]))
