"""Which base records are one product: a mixture learnt from candidates and from siblings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matchkit.classify import Verdict, and_also, is_number, number_bonus
from matchkit.clusters import group, threshold
from matchkit.evidence import Evidence
from matchkit.levels import EXACT
from matchkit.mixture import Mixture

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

# Mean log odds from which base records are one product: pairs that were not compared count against them already.
_THRESHOLD = -0.5
# Probability that records of one product are one item: where they state equal values of what is ignored, where
# neither states any, where only one does, and where one says less.
_SAME_VALUES, _NO_VALUES, _ONE_SIDED, _SAYS_LESS = 0.95, 0.9, 0.15, 0.5
_SAME_TITLE = 2.0
# Ranks that stand for the two kinds of pairs a mixture learns a prior for.
_SIBLING, _CANDIDATE = 0, 1


def fit_families(
    candidates: Evidence, siblings: Evidence, random: Evidence, title: str | None, *, titles_vary: bool
) -> Mixture:
    """Learn what records of one product have in common.

    Siblings, whose texts are the same once the ignored attributes are taken away, are the surest examples of a
    family: from them the mixture learns which columns agree inside one (a description) and which do not (a price).
    How near two base records are among their neighbours says nothing here, since variants have been folded; and
    agreement on a rare category does not make up for titles that differ.

    Where ``titles_vary``, the titles of siblings, which are the same by how siblings are found, are taken as unknown.
    """
    if titles_vary:
        siblings = _unknown_title(siblings, title)
    known = candidates.extended(siblings)
    # Siblings are families for sure: how many candidates with other titles are must not be learnt from them.
    kinds = [_CANDIDATE, _SIBLING if titles_vary else _CANDIDATE]
    rank = np.repeat(kinds, [len(candidates), len(siblings)])
    model = Mixture.fit(known.levels, rank, random.levels, title)
    return replace(model, adjusts=False)


def _unknown_title(siblings: Evidence, title: str | None) -> Evidence:
    if title not in siblings.levels.names:
        return siblings
    levels = siblings.levels.levels.copy()
    levels[:, siblings.levels.names.index(title)] = -1
    return replace(siblings, levels=replace(siblings.levels, levels=levels))


def family_threshold(prefer: float) -> float:
    """Mean log odds above which base records are joined: -0.5 for 0.5, -3.5 for recall (0), 2.5 for precision (1)."""
    return _THRESHOLD + threshold(prefer)


def family_log_odds(model: Mixture, evidence: Evidence, apart: NDArray[np.bool_]) -> Floats:
    """Log odds that pairs are one product; ``-inf`` where something parts them, or nothing could be compared."""
    odds = model.log_odds(evidence.levels, np.full(len(evidence), _CANDIDATE))
    compared = (evidence.levels.levels >= 0).any(axis=1)
    return np.where(apart | ~compared, -np.inf, odds)


class FamilyOdds(Protocol):
    """Whatever can say how likely records are of one product."""

    def log_odds(self, evidence: Evidence, apart: NDArray[np.bool_]) -> Floats:
        """(pairs,) log odds, ``-inf`` where `apart` says that they are not."""


@dataclass(frozen=True, slots=True)
class FamilyModel:
    """What members of a family have in common.

    Attributes
    ----------
    mixture
        How the comparisons of one product, and of two, agree.
    title
        The comparison of what records are called, if there is one.
    titles_vary
        Whether base titles of one product may differ at all in this catalogue.
    """

    mixture: Mixture
    title: str | None
    titles_vary: bool

    def log_odds(self, evidence: Evidence, apart: NDArray[np.bool_]) -> Floats:
        """Log odds that pairs are one product; ``-inf`` where they cannot be.

        Where titles of one product are always the same, the same title is enough.
        """
        odds = family_log_odds(self.mixture, evidence, apart)
        if self.titles_vary:
            return odds
        differ = titles_differ(evidence, self.title)
        same = same_title(evidence, self.title) & ~apart
        return np.where(differ, -np.inf, np.where(same, np.maximum(odds, _SAME_TITLE), odds))


def same_title(evidence: Evidence, title: str | None) -> NDArray[np.bool_]:
    """Which pairs have base titles of the same words."""
    same: NDArray[np.bool_] = evidence.levels.of(title) == EXACT
    return same


def titles_differ(evidence: Evidence, title: str | None) -> NDArray[np.bool_]:
    """Which pairs have base titles that are not the same words in some order."""
    level = evidence.levels.of(title)
    differ: NDArray[np.bool_] = (level >= 0) & (level != EXACT)
    return differ


def group_bases(bases: int, left: Rows, right: Rows, log_odds: Floats, prefer: float) -> Rows:
    """Group base records, so that no single pair joins two groups that otherwise have little in common."""
    return group(np.arange(bases), left, right, log_odds, family_threshold(prefer))


def item_verdict(family: Floats, evidence: Evidence) -> Verdict:
    """Log odds of pairs that they are one item: one product, and the same in everything that is ignored.

    Two different item numbers (GTIN, ISBN) are two items; they say nothing against a family.
    """
    agreement, stated = np.zeros(len(evidence)), np.zeros(len(evidence), dtype=np.bool_)
    bonus = number_bonus(evidence)
    for name in evidence.ignored.columns:
        apart = evidence.ignored[name].to_numpy()
        if not is_number(name):
            agreement += np.where(evidence.one_sided[name].to_numpy(), np.log(_ONE_SIDED), 0.0)
            agreement += np.where((apart > 0) & (apart < 1), np.log(_SAYS_LESS), 0.0)
            stated |= apart == 0
        agreement = np.where(apart >= 1, -np.inf, agreement)
    agreement += np.log(np.where(stated | (bonus > 0), _SAME_VALUES, _NO_VALUES))
    family = family + bonus
    return Verdict(family, and_also(family, agreement))
