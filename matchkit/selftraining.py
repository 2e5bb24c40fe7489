"""A model of the user's own tables, learnt from the candidates that a prior is sure of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchkit.trained.boosting import each, mean_odds

Floats = NDArray[np.float64]
Features = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_PARAMETERS: dict[str, Any] = {
    "objective": "binary:logistic",
    "eta": 0.1,
    "max_depth": 4,
    "subsample": 0.7,
    "colsample_bytree": 0.3,
    "min_child_weight": 2,
    "reg_lambda": 5,
    "max_bin": 64,
    "tree_method": "hist",
    "nthread": 1,
}
_ROUNDS = 80
_FOLDS, _BAGS = 4, 4
# Of the best pairs of both their records, those in the upper half are taken for matches.
_SURE, _UNLIKELY = 0.5, -1.0
_FEWEST, _MOST = 10, 20_000
_NON_MATCHES = 8


def mutual_best(left: Rows, right: Rows, score: Floats) -> Mask:
    """Which pairs score best for both their records; (pairs,)."""
    best = np.full(int(max(left.max(initial=-1), right.max(initial=-1))) + 1, -np.inf)
    np.maximum.at(best, left, score)
    np.maximum.at(best, right, score)
    found: Mask = (score >= best[left]) & (score >= best[right])
    return found


def greedy_partners(left: Rows, right: Rows, score: Floats) -> Rows:
    """Positions of the pairs chosen if the best pair of all is taken again and again, each record once."""
    found = []
    remaining = np.arange(len(left))
    while len(remaining):
        # Pairs that are best for both their records do not compete; of equally good ones the first is taken.
        order = remaining[np.argsort(-score[remaining], kind="stable")]
        best = order[mutual_best(left[order], right[order], np.arange(len(order), 0, -1, dtype=np.float64))]
        found.append(best)
        used = [np.unique(side[best]) for side in (left, right)]
        remaining = remaining[~np.isin(left[remaining], used[0]) & ~np.isin(right[remaining], used[1])]
    return np.sort(np.concatenate(found)) if found else remaining


def self_trained(
    left: Rows, right: Rows, content: Features, score: Floats, *, seed: int = 0, threads: int = 0
) -> Floats | None:
    """Log odds of a match, learnt from the pairs of two tables that a first score is sure of.

    The upper half of the pairs that are best for both their records stand for matches, the other candidates of
    their records for non-matches. The features must not tell how a pair stands among others, or else they would give
    away which pairs were taken. A pair is judged by boosters that have not seen its left record.

    Parameters
    ----------
    left, right
        (pairs,) record numbers of the candidate pairs.
    content
        (pairs, features) that compare the two records alone.
    score
        (pairs,) log odds by which to begin.

    Returns
    -------
    ndarray or None
        (pairs,) log odds; None where there is too little to learn from.
    """
    best = mutual_best(left, right, score)
    ranked = np.flatnonzero(best)
    ranked = ranked[np.argsort(-score[ranked], kind="stable")]
    matches = ranked[: int(len(ranked) * _SURE)][:_MOST]
    matches = matches[score[matches] > _UNLIKELY]
    taken = np.zeros(int(max(left.max(initial=-1), right.max(initial=-1))) + 1, dtype=np.bool_)
    taken[left[matches]] = taken[right[matches]] = True
    others = np.flatnonzero(~best & (taken[left] | taken[right]))
    if len(matches) < _FEWEST or len(others) < _FEWEST:
        return None

    def bag(number: int) -> Floats:
        random = np.random.default_rng([seed, number])
        chosen = others
        if len(others) > _NON_MATCHES * len(matches):
            chosen = np.sort(random.choice(others, _NON_MATCHES * len(matches), replace=False))
        fold = random.integers(0, _FOLDS, len(taken))[left]
        rows = np.concatenate([matches, chosen])
        label = np.repeat([1, 0], [len(matches), len(chosen)])
        return _cross_fitted(content, rows, label, fold, seed + number)

    total: Floats = np.sum(each(bag, range(_BAGS), threads), axis=0) / _BAGS
    return total


def _cross_fitted(content: Features, rows: Rows, label: Rows, fold: Rows, seed: int) -> Floats:
    import xgboost

    found = np.zeros(len(content))
    for number in range(_FOLDS):
        seen = fold[rows] != number
        data = xgboost.DMatrix(content[rows[seen]], label[seen], nthread=1)
        booster = xgboost.train({**_PARAMETERS, "seed": seed}, data, _ROUNDS)
        unseen = fold == number
        found[unseen] = mean_odds([booster], content[unseen], 1)
    return found
