"""Confidence intervals by resampling entities: whose pairs stand or fall together, not each by itself.

Every resample gives each entity a weight, how often it was drawn: independent Poisson numbers with mean 1, which
for many entities is drawing them with replacement (Owen and Eckles, 2012, *Bootstrapping data arrays of arbitrary
order*, Annals of Applied Statistics 6). A pair within an entity, such as every true match, weighs as much as its
entity. A pair between two entities weighs the product of the two: each time one was drawn meets each time the other
was. That is the pigeonhole bootstrap (Owen, 2007, Annals of Applied Statistics 1), or the vertex bootstrap of a
network (Snijders and Borgatti, 1999, Connections 22). It sees that a record which is wrongly paired with twenty
others is one accident, not twenty; where wrong pairs have nothing to do with each other it is wider than it had to
be. An entity drawn twice is not paired with its own copy. In made-up samples of 60 entities, intervals
of 95 % held the true precision in 96 % where wrong pairs hang on a few records, and in 99.7 % where they do not;
drawing left records alone held it in 81 % and 95 %.

The interval holds the middle of the resampled values. A share that is 0 or 1 is so in every resample; then the exact
interval of as many draws as there are entities in it is taken (Clopper and Pearson, 1934), and for F1 what follows
from those of precision and recall.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchkit.scoring.binomial import clopper_pearson
from matchkit.scoring.clustermetrics import Overlaps, b_cubed, b_cubed_sums
from matchkit.scoring.counts import harmonic
from matchkit.scoring.tallies import Tally

Numbers = NDArray[np.int64]
Values = NDArray[np.float64]

_STEPS = 1 << 16


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure and its interval; all three nan where it is undefined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimates:
    """Precision, recall and F1 with their intervals."""

    precision: Estimate
    recall: Estimate
    f1: Estimate


def pair_intervals(tally: Tally, *, resamples: int = 500, seed: int = 0, confidence: float = 0.95) -> Estimates:
    """Intervals of precision, recall and F1 over pairs; how, see :mod:`matchkit.scoring.intervals`.

    Parameters
    ----------
    tally
        The pairs, counted by entity.
    resamples
        How often entities are drawn; 200 or more for 95 %.
    seed
        The same gives the same intervals.
    confidence
        Between 0 and 1.

    Returns
    -------
    Estimates
        Resamples in which a measure is undefined do not count for it.
    """
    counts, small = tally.counts, _compressed(tally)
    profiles, places = _profiles(small)
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    sums = np.empty((resamples, 3), np.float64)
    # Entities are drawn in an order in which equal ones stand together, so that each kind is one sum.
    for row, weights in enumerate(_draws(len(places), resamples, seed)):
        drawn = np.add.reduceat(weights, starts, dtype=np.int64) if len(starts) else np.empty(0, np.int64)
        sums[row] = drawn @ profiles
        sums[row, 1] += _between(small, weights)
    right, found, true = sums.T
    precision = _middle(counts.precision, _shares(right, found), _entities_of(tally, "found"), confidence)
    recall = _middle(counts.recall, _shares(right, true), _entities_of(tally, "true"), confidence)
    both = _shares(2.0 * right, found + true)
    return Estimates(precision, recall, _f1(counts.f1, both, precision, recall, confidence))


def b_cubed_intervals(cells: Overlaps, *, resamples: int = 500, seed: int = 0, confidence: float = 0.95) -> Estimates:
    """Intervals of B-cubed precision, recall and F1, over true clusters drawn with replacement.

    The precision and the recall of a record stay what they are among all records: drawn is which entities count.
    Parameters and result as of :func:`pair_intervals`.
    """
    rates, sizes = b_cubed(cells), cells.true_sizes
    sums = [np.bincount(cells.true, weights=part, minlength=len(sizes)) for part in b_cubed_sums(cells)]
    table = np.column_stack([*sums, sizes]).astype(np.float64)
    drawn = [weights @ table for weights in _draws(len(sizes), resamples, seed)]
    right, back, records = np.array(drawn).reshape(resamples, 3).T
    shares = _shares(right, records), _shares(back, records)
    precision = _middle(rates.precision, shares[0], len(sizes), confidence)
    recall = _middle(rates.recall, shares[1], len(sizes), confidence)
    # Records cancel out: the harmonic mean of the two shares.
    both = _shares(2.0 * right * back, (right + back) * records)
    return Estimates(precision, recall, _f1(rates.f1, both, precision, recall, confidence))


def _draws(count: int, resamples: int, seed: int) -> Iterator[NDArray[np.uint8]]:
    """How often each entity is drawn, (count,), for each resample: Poisson with mean 1."""
    if resamples < 1:
        raise ValueError(f"resamples is {resamples}; draw at least once")
    # Looking up 16 random bits is ten times as fast as numpy's own Poisson numbers.
    rng, table = np.random.default_rng(seed), _poisson_table()
    for _ in range(resamples):
        yield table[rng.integers(0, _STEPS, count, dtype=np.uint16)]


def _poisson_table() -> NDArray[np.uint8]:
    chances = np.cumsum([math.exp(-1.0) / math.factorial(k) for k in range(20)])
    return np.searchsorted(chances, (np.arange(_STEPS) + 0.5) / _STEPS).astype(np.uint8)


def _compressed(tally: Tally) -> Tally:
    """The tally of those entities that have any pair, in an order in which equal ones stand together."""
    used = (tally.found > 0) | (tally.true > 0)
    for places in (tally.left, tally.other, tally.member):
        used[places] = True
    kept = np.flatnonzero(used)
    kept = kept[np.lexsort((kept, tally.true[kept], tally.found[kept], tally.right[kept]))]
    new = np.zeros(len(used), np.int64)
    new[kept] = np.arange(len(kept))
    return Tally(
        tally.right[kept],
        tally.found[kept],
        tally.true[kept],
        new[tally.left],
        new[tally.other],
        tally.group,
        new[tally.member],
        tally.size,
    )


def _profiles(tally: Tally) -> tuple[Values, Numbers]:
    """The different rows of right, found and true, and which of them each entity has, rising."""
    table = np.column_stack([tally.right, tally.found, tally.true])
    changed = np.any(np.diff(table, axis=0, prepend=table[:1]) != 0, axis=1)
    places = np.cumsum(changed)
    first = np.flatnonzero(np.diff(places, prepend=-1))
    return table[first].astype(np.float64), places.astype(np.int64)


def _between(tally: Tally, weights: NDArray[np.uint8]) -> float:
    """The weight of all found pairs between entities."""
    listed = float(np.sum(weights[tally.left].astype(np.uint16) * weights[tally.other], dtype=np.int64))
    if not len(tally.group):
        return listed
    heavy = weights[tally.member] * tally.size.astype(np.float64)
    sums = np.bincount(tally.group, weights=heavy)
    return listed + float(np.sum(sums**2) - np.sum(heavy**2)) / 2.0


def _shares(part: Values, whole: Values) -> Values:
    shares = np.full(len(part), np.nan)
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares


def _entities_of(tally: Tally, side: str) -> int:
    """How many entities the pairs of one side have, never more than pairs."""
    touched = np.array(getattr(tally, side)) > 0
    pairs = int(getattr(tally.counts, side))
    if side == "found":
        for places in (tally.left, tally.other, tally.member):
            touched[places] = True
    return min(int(touched.sum()), pairs)


def _middle(value: float, resampled: Values, draws: int, confidence: float) -> Estimate:
    if math.isnan(value):
        return Estimate(math.nan, math.nan, math.nan)
    if value in (0.0, 1.0):
        return Estimate(value, *clopper_pearson(draws if value else 0, draws, confidence))
    return _percentiles(value, resampled, confidence)


def _percentiles(value: float, resampled: Values, confidence: float) -> Estimate:
    known = resampled[~np.isnan(resampled)]
    if not len(known):
        return Estimate(value, math.nan, math.nan)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(known, [tail, 1.0 - tail])
    return Estimate(value, min(float(low), value), max(float(high), value))


def _f1(value: float, resampled: Values, precision: Estimate, recall: Estimate, confidence: float) -> Estimate:
    if math.isnan(value):
        return Estimate(math.nan, math.nan, math.nan)
    if value in (0.0, 1.0):
        ends = [
            # Where nothing was found there is no precision: any would do.
            harmonic(one if not math.isnan(one) else float(side), other if not math.isnan(other) else float(side))
            for side, (one, other) in enumerate(((precision.low, recall.low), (precision.high, recall.high)))
        ]
        return Estimate(value, *ends)
    return _percentiles(value, resampled, confidence)
