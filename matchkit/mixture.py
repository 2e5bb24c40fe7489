"""Match probabilities without labels: a Fellegi-Sunter mixture whose prior depends on a pair's rank.

Every comparison of a candidate pair is put into one of a few levels. Two classes of pairs, matches and
non-matches, have each their own distribution of levels (Fellegi and Sunter 1969), learnt by expectation
maximisation over the candidate pairs. Three things make it work without labels on pairs that blocking has
already made look alike:

- the prior of a match is learnt for each *rank* of a pair among its records' neighbours. First neighbours
  are matches far more often than tenth ones, and that alone tells the classes apart (a mixture with
  concomitant variables; Dayton and Macready 1988);
- matches are expected beforehand to agree, above all on what a record is called, and non-matches to look
  like random pairs; evidence from the candidates then moves both expectations;
- comparisons that say the same thing twice (town and postcode) must not count twice. How non-matches agree on
  one attribute may depend on whether they agree on another, its parent in a tree (Chow and Liu 1968); what
  dependence is left scales all weights down by how much more their sum varies inside a class than independence
  allows (a magnitude adjustment of the composite likelihood; Pauli, Racugno and Ventura 2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchkit.dependence import AGREES, STATES, dependence_tree, overall_agreement, parent_state
from matchkit.expectations import conditional_shares, expected_shares, hold_down, level_shares, near_misses
from matchkit.levels import LevelTable
from matchkit.odds import log_odds_of, probability

Floats = NDArray[np.float64]

RANK_EDGES = np.array([1, 2, 3, 4, 6, 9, 14, 22, 35])

_ITERATIONS, _ITERATIONS_ALONE = 60, 8
# Expectations weigh as much as this many pairs, but in a small table no more than a fiftieth of its pairs.
_PRIOR_PAIRS = 50.0
_PRIOR_SHARE, _FEWEST_PRIOR_PAIRS = 0.02, 5.0
_RANDOM_SHARE = 0.9
_NEAR_MISSES = 0.05
# Random pairs that agree on more than this may be matches met by chance, and tell nothing of non-matches.
_CHANCE_MATCH = 0.6
# From this many pairs on more of them change nothing; then every second or third ... is learnt from.
_ENOUGH_PAIRS = 200_000
_CONVERGED = 1e-5
_SMALLEST_SCALE = 0.5
# Share of the matches that may lie beyond the last rank; and pairs to learn from where more do.
_BEYOND, _FEWEST_NEAR = 0.3, 5_000


@dataclass(frozen=True, slots=True)
class Mixture:
    """A fitted mixture.

    Attributes
    ----------
    names
        The comparisons.
    match
        For each comparison the share of each level among matches (m).
    non_match
        For each comparison (3, levels) the share of each level among non-matches (u): where the parent comparison
        does not agree, where it agrees, and where it is unknown.
    parents
        For each comparison the one it depends on, or -1.
    prior
        Share of matches for each bin of ranks, not increasing.
    scale
        What weights are multiplied by because comparisons depend on each other, in [0.5, 1].
    adjusts
        Whether agreement on a rare value weighs more than on a common one.
    """

    names: tuple[str, ...]
    match: tuple[Floats, ...]
    non_match: tuple[Floats, ...]
    parents: tuple[int, ...]
    prior: Floats
    scale: float
    adjusts: bool = True

    @classmethod
    def fit(
        cls, pairs: LevelTable, ranks: NDArray[np.integer], random: LevelTable, title: str | None = None
    ) -> Mixture:
        """Learn from candidate pairs.

        Parameters
        ----------
        pairs
            The candidate pairs.
        ranks
            Their ranks, see :func:`matchkit.levels.pair_ranks`.
        random
            Pairs of records drawn at random, as a picture of non-matches.
        title
            The comparison of what records are called, if there is one.
        """
        chosen = np.arange(0, len(ranks), max(1, len(ranks) // _ENOUGH_PAIRS))
        pairs, ranks = pairs.only(chosen), ranks[chosen]
        bins = np.digitize(ranks, RANK_EDGES)
        expected = [expected_shares(size, alone=len(pairs.sizes) == 1) for size in pairs.sizes]
        random = random.only(np.flatnonzero(overall_agreement(random) < _CHANCE_MATCH))
        parents = dependence_tree(random)
        chance = [
            _RANDOM_SHARE * conditional_shares(random, j, parents[j])
            + (1 - _RANDOM_SHARE - _NEAR_MISSES) * level_shares(pairs.levels[:, j], size)
            + _NEAR_MISSES * near_misses(size)
            for j, size in enumerate(pairs.sizes)
        ]
        prior = np.linspace(0.5, 0.02, len(RANK_EDGES) + 1)
        model = cls(pairs.names, tuple(expected), tuple(chance), parents, prior, 1.0)
        before = np.full(len(ranks), -1.0)
        # One comparison does not tell two classes apart for sure: more steps would leave the expectations behind.
        for _ in range(_ITERATIONS if len(pairs.names) > 1 else _ITERATIONS_ALONE):
            likely = probability(model.log_odds(pairs, ranks))
            model = model._maximise(pairs, bins, likely, expected, chance, title)
            if len(before) == 0 or float(np.abs(likely - before).mean()) < _CONVERGED:
                break
            before = likely
        return replace(model, scale=model._dependence(pairs, ranks))

    @classmethod
    def fit_items(
        cls, pairs: LevelTable, ranks: NDArray[np.integer], random: LevelTable, title: str | None = None
    ) -> Mixture:
        """Learn which pairs are one item, as :meth:`fit`; where that is misled, from the pairs up to the last rank.

        In a million persons ten neighbours of everyone live in one town, and two classes tell apart best who does from
        who does not. Learnt from the other pairs alone, the mixture finds the matches.
        """
        mixture = cls.fit(pairs, ranks, random, title)
        if not mixture.is_misled(ranks):
            return mixture
        near = np.flatnonzero(ranks < RANK_EDGES[-1])
        return cls.fit(pairs.only(near), ranks[near], random, title)

    def is_misled(self, ranks: NDArray[np.integer]) -> bool:
        """Whether its matches are where nearly none can be: beyond the last rank, where most pairs are.

        False where few other pairs are left to learn from: if nearly all are matches, there is no second class.
        """
        pairs = np.bincount(np.digitize(ranks, RANK_EDGES), minlength=len(self.prior))
        matches = self.prior * pairs
        beyond, near = pairs[-1], len(ranks) - pairs[-1]
        return bool(near >= _FEWEST_NEAR and beyond > near and matches[-1] > _BEYOND * matches.sum())

    def log_odds(self, pairs: LevelTable, ranks: NDArray[np.integer]) -> Floats:
        """Log odds of a match for pairs of the given ranks."""
        odds: Floats = log_odds_of(self.prior)[np.digitize(ranks, RANK_EDGES)]
        # One comparison after the other: the weights of all of them at once would be the largest thing in memory.
        for j in range(len(self.names)):
            odds += self.scale * self._weight(pairs, j)
        return odds

    def weights(self, pairs: LevelTable) -> Floats:
        """(pairs, comparisons) natural log of m/u with the rarity adjustment; 0 where nothing was compared."""
        weights = np.empty(pairs.levels.shape)
        for j in range(len(self.names)):
            weights[:, j] = self._weight(pairs, j)
        return weights

    def _weight(self, pairs: LevelTable, j: int) -> Floats:
        """(pairs,) weight of one comparison."""
        level, state = pairs.levels[:, j], parent_state(pairs, self.parents[j])
        table = np.zeros((STATES, len(self.match[j]) + 1))
        table[:, :-1] = np.log(self.match[j]) - np.log(self.non_match[j])
        weight: Floats = table[state, level]  # the last column is for level -1
        if self.adjusts:
            # Given that the parent agrees, a rare value is no surprise any more.
            weight += np.where((state == AGREES) | (level < 0), np.float32(0), pairs.rarity[:, j])
        return weight

    def _maximise(
        self,
        pairs: LevelTable,
        bins: NDArray[np.intp],
        likely: Floats,
        expected: Sequence[Floats],
        chance: Sequence[Floats],
        title: str | None,
    ) -> Mixture:
        match, non_match = [], []
        prior_pairs = min(_PRIOR_PAIRS, max(_FEWEST_PRIOR_PAIRS, _PRIOR_SHARE * len(bins)))
        for j, name in enumerate(self.names):
            known = pairs.levels[:, j] >= 0
            level, share = pairs.levels[known, j], likely[known]
            size = pairs.sizes[j]
            yes = np.bincount(level, share, minlength=size)
            state = parent_state(pairs, self.parents[j])[known].astype(np.int64)
            no = np.bincount(state * size + level, 1 - share, minlength=STATES * size).reshape(STATES, size)
            share_yes = (yes + prior_pairs * expected[j]) / (yes.sum() + prior_pairs)
            match.append(hold_down(share_yes) if name == title else share_yes)
            non_match.append((no + prior_pairs * chance[j]) / (no.sum(axis=1, keepdims=True) + prior_pairs))
        count = len(RANK_EDGES) + 1
        matches = np.bincount(bins, likely, minlength=count)
        prior = (matches + 0.5) / (np.bincount(bins, minlength=count) + 2)
        return replace(self, match=tuple(match), non_match=tuple(non_match), prior=np.minimum.accumulate(prior))

    def _dependence(self, pairs: LevelTable, ranks: NDArray[np.integer]) -> float:
        """Variance of the sum of weights under independence over the variance seen, in both classes."""
        weights = self.weights(pairs)
        likely = probability(self.log_odds(pairs, ranks))
        scale = 1.0
        for share in (likely, 1 - likely):
            total = share.sum()
            if total < _PRIOR_PAIRS:
                continue
            centred = weights - (share @ weights) / total
            seen = share @ centred.sum(axis=1) ** 2
            if seen > 0:
                scale *= min(1.0, float((share @ centred**2).sum() / seen))
        return max(scale, _SMALLEST_SCALE)
