"""How many of the best pairs are matches, told from what the second best look like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchkit.odds import probability

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_STEPS = 6
_SURE = 0.999
# Expectations weigh as much as this many pairs on either side: that log odds mean what they say.
_EXPECTED_PAIRS, _EXPECTED_AT = 2.0, 2.0
_LOWEST = -12.0


def match_shares(left: Rows, right: Rows, content: Floats, winners: Rows) -> Floats:
    """Probability that each of the winning pairs is a match.

    Had a record's partner not been in the other table, its runner-up would have won. So runner-ups of records that
    have a partner show what the winners of those without one look like (decoys, as in the target-decoy search of
    Elias and Gygi 2007; the share of decoys at each score is a local false discovery rate, Efron 2004). What a
    score says is learnt by isotonic regression of winners against runner-ups, in turn with which winners have a
    partner; the share of winners without one is read off where the winners are no better than runner-ups. Where hardly
    any record has a partner, the runner-ups are those of winners that are none either, and too much is believed.

    Parameters
    ----------
    left, right
        (pairs,) record numbers of all candidate pairs of two tables.
    content
        (pairs,) log odds, roughly, from the two records alone: what knows who won would find every winner better.
    winners
        Positions of the pairs that won, at most one a record.

    Returns
    -------
    ndarray
        (winners,) probabilities in [0.001, 0.999].
    """
    from sklearn.isotonic import IsotonicRegression

    best = np.full(int(max(left.max(initial=-1), right.max(initial=-1))) + 1, _LOWEST)
    lost = np.ones(len(left), dtype=np.bool_)
    lost[winners] = False
    np.maximum.at(best, left[lost], content[lost])
    np.maximum.at(best, right[lost], content[lost])
    won = content[winners]
    decoys = np.concatenate([best[left[winners]], best[right[winners]]])
    low = np.median(decoys) if len(decoys) else 0.0
    ranks = np.argsort(np.argsort(won, kind="stable"), kind="stable")
    share = 0.5 * probability(won) + 0.5 * ranks / max(len(won), 1)
    for _ in range(_STEPS):
        sure = share**2
        weight = np.tile(sure, 2) * len(won) / max(2 * sure.sum(), 1e-9)
        fitted = IsotonicRegression(y_min=0.02, y_max=_SURE, out_of_bounds="clip").fit(
            np.concatenate([won, decoys]),
            np.repeat([1.0, 0.0], [len(won), len(decoys)]),
            sample_weight=np.concatenate([np.ones(len(won)), weight]),
        )
        winning = fitted.predict(won)
        without = min(1.0, float((won <= low).sum()) / max(float(weight[decoys <= low].sum()), 1e-9))
        share = np.clip(1 - without * (1 - winning) / winning, 1 - _SURE, _SURE)
    return share


def calibration(score: Floats, share: Floats) -> tuple[float, float]:
    """Slope and intercept that make a score log odds, given the probabilities of some pairs (Platt 1999).

    Parameters
    ----------
    score
        (pairs,) roughly log odds.
    share
        (pairs,) how likely each is a match.
    """
    from sklearn.linear_model import LogisticRegression

    expected = np.array([_EXPECTED_AT, -_EXPECTED_AT])
    score = np.concatenate([score, expected])
    share = np.concatenate([share, probability(expected)])
    counts = np.ones(len(score))
    counts[-2:] = _EXPECTED_PAIRS
    model = LogisticRegression(C=1000.0).fit(
        np.tile(score, 2)[:, np.newaxis],
        np.repeat([1, 0], len(score)),
        sample_weight=np.concatenate([counts * share, counts * (1 - share)]),
    )
    return float(model.coef_[0, 0]), float(model.intercept_[0])
