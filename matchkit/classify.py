"""From compared pairs to match probabilities: same product (family) and same item (exact)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchkit.batches import in_order, parts
from matchkit.evidence import Evidence, Ranks
from matchkit.levels import LevelTable
from matchkit.mixture import Mixture
from matchkit.odds import probability
from pairs.view import NUMBER

Floats = NDArray[np.float64]
Learn = Callable[[LevelTable, Ranks, LevelTable, str | None], Mixture]

# Log odds that an equal item number adds.
_SAME_NUMBER = 10.0
# Chance that two values mean the same where one side says less: *8* is most likely *UK 8*, but a catalogue
# that knows *navy* seldom calls it *blue*.
_SAYS_LESS = 0.9
_SAYS_LESS_OF_COLOR = 0.3
# Measured: up to .07 undecided on tables with duplicates, .14 to .54 on the same tables without.
_USUALLY_UNDECIDED = 0.06
_CAUTION = 20.0
_AT_ONCE = 500_000  # pairs: what is worked out on the way is larger than what it gives


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


@dataclass(frozen=True, slots=True)
class Classifier:
    """Two mixtures over the same comparisons.

    Attributes
    ----------
    family
        Learnt from all candidate pairs: what records of one product have in common.
    exact
        Learnt from the pairs that are not in conflict, ranked among themselves: once variants are set aside,
        the nearest neighbour left is far more likely the same item.
    family_caution, exact_caution
        Log odds taken off every pair, see :func:`caution`.
    """

    family: Mixture
    exact: Mixture
    family_caution: float = 0.0
    exact_caution: float = 0.0


def fit_classifier(
    evidence: Evidence, random: Evidence, title: str | None, *, kind: str = "mixture", threads: int = 0
) -> Classifier:
    """Learn from the candidate pairs, without labels, what matches look like.

    ``kind`` is ``mixture`` or ``ecm``, the reference (:func:`matchkit.ecm.fit_ecm`); both mixtures are learnt at the
    same time where there are two ``threads`` (0: one a core).
    """
    possible = evidence.only(np.flatnonzero(~evidence.in_conflict))
    if kind == "ecm":
        from matchkit.ecm import fit_ecm

        return Classifier(fit_ecm(evidence.levels), fit_ecm(possible.levels))

    def fit(learn: Learn, pairs: Evidence, ranks: Ranks, chance: Evidence) -> tuple[Mixture, float]:
        mixture = learn(pairs.levels, ranks, chance.levels, title)
        return mixture, caution(mixture.log_odds(pairs.levels, ranks))

    asked: list[tuple[Learn, Evidence, Ranks, Evidence]] = [(Mixture.fit_items, evidence, evidence.rank, random)]
    if len(possible) < len(evidence):
        strangers = random.only(np.flatnonzero(~random.in_conflict))
        items = Mixture.fit_items, possible, possible.item_rank, strangers
        asked = [(Mixture.fit, evidence, evidence.rank, random), items]
    found = list(in_order(lambda one: fit(*one), asked, threads))
    family, exact = found[0], found[-1]
    return Classifier(family[0], exact[0], family[1], exact[1])


def caution(log_odds: Floats) -> float:
    """Log odds to take off where matches and non-matches run into each other.

    Real duplicates stand apart: few pairs are undecided. In a clean catalogue the mixture can only take the
    nearest look-alikes for matches, and then many pairs are. The undecided share is the sum of p(1-p) over the
    sum of p, 0 to 1; up to 0.06 nothing is taken off.
    """
    likely = probability(log_odds)
    undecided = float((likely * (1 - likely)).sum() / max(likely.sum(), 1.0))
    return _CAUTION * max(0.0, undecided - _USUALLY_UNDECIDED)


def judge(model: Classifier, evidence: Evidence, agreeing: Mapping[str, float] | None = None) -> Verdict:
    """Log odds that pairs are the same product and the same item.

    Two values in conflict (*black*, *navy*; two valid and different GTINs) part two items whatever else they
    share. Where one side says less (*blue*, *dark blue*) they may be the same. Where only one side states a
    value, the pair is as likely the same item as pairs of the same product agree when both state it; where
    neither does, the attribute says nothing. Equal item numbers speak for the same item.

    ``agreeing`` is what :func:`agreeing_shares` tells of all pairs of a run; found from these pairs where None.
    """
    family = _family_odds(model, evidence)
    shares = _agreeing_shares(family, evidence) if agreeing is None else agreeing
    exact = np.empty(len(evidence))
    for part in parts(len(evidence), _AT_ONCE):
        exact[part] = _exact_odds(model, evidence.only(part), shares)
    return Verdict(np.maximum(family, exact), exact)


def _exact_odds(model: Classifier, evidence: Evidence, shares: Mapping[str, float]) -> Floats:
    exact = model.exact.log_odds(evidence.levels, evidence.item_rank) + number_bonus(evidence) - model.exact_caution
    agreement = np.zeros(len(evidence))
    for name in evidence.ignored.columns:
        conflict = evidence.ignored[name].to_numpy()
        if not is_number(name):
            one_sided = evidence.one_sided[name].to_numpy()
            agreement += np.where(one_sided, np.log(shares[name]), 0.0)
        same_value = _SAYS_LESS_OF_COLOR if name == "ignored.color" else _SAYS_LESS
        agreement += np.where((conflict > 0) & (conflict < 1), np.log(same_value), 0.0)
        agreement = np.where(conflict >= 1, -np.inf, agreement)
    return and_also(exact, agreement)


def number_bonus(evidence: Evidence) -> Floats:
    """Log odds that equal item numbers add to each pair."""
    bonus = np.zeros(len(evidence))
    for name in filter(is_number, evidence.ignored.columns):
        bonus += np.where(evidence.ignored[name].to_numpy() == 0, _SAME_NUMBER, 0.0)
    return bonus


def agreeing_shares(model: Classifier, evidence: Evidence) -> dict[str, float]:
    """For each ``ignored.ATTRIBUTE`` the share of pairs of one product that agree on it where both state it."""
    return _agreeing_shares(_family_odds(model, evidence), evidence)


def _family_odds(model: Classifier, evidence: Evidence) -> Floats:
    odds = np.empty(len(evidence))
    for part in parts(len(evidence), _AT_ONCE):
        some = evidence.only(part)
        odds[part] = model.family.log_odds(some.levels, some.rank) + number_bonus(some) - model.family_caution
    return odds


def _agreeing_shares(family: Floats, evidence: Evidence) -> dict[str, float]:
    likely = probability(family)
    named = [name for name in evidence.ignored.columns if not is_number(name)]
    return {name: _agreeing(likely, evidence.ignored[name].to_numpy()) for name in named}


def is_number(name: str) -> bool:
    """Whether a column of ``Evidence.ignored`` compares item numbers (GTIN, ISBN)."""
    return name.startswith(f"ignored.{NUMBER}")


def _agreeing(likely: Floats, conflict: NDArray[np.float32]) -> float:
    known = ~np.isnan(conflict)
    stated = likely[known]
    return float((stated[conflict[known] < 1].sum() + 1) / (stated.sum() + 1))


def and_also(log_odds: Floats, log_probability: Floats) -> Floats:
    """Log odds of an event times an independent probability, given as its logarithm (0 or less)."""
    with np.errstate(divide="ignore", over="ignore"):
        log_both = -np.logaddexp(0.0, -log_odds) + log_probability
        rest = np.where(log_probability == 0, -log_odds, np.log(-np.expm1(log_both)) - log_both)
    return np.where(np.isneginf(log_probability), -np.inf, -rest)
