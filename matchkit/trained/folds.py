"""Labelled pairs cut into folds such that no record is in the pairs learnt from and in those judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

_FOLDS = 5
# Where records hang together in one large piece, each side is cut into so many groups, and so is a single table.
_SIDES, _GROUPS = 4, 5
_LARGE = 1 / 3


@dataclass(frozen=True, slots=True)
class Fold:
    """Positions of the pairs to learn from, and of those to judge."""

    learn: Rows
    judge: Rows


def folds(left: Rows, right: Rows, records: int, *, two_tables: bool, seed: int) -> list[Fold]:
    """Cut pairs into folds; each pair is judged once, by what was learnt from pairs that share no record with it.

    Pairs that are connected through their records stay in one of five folds. Where most of them hang together,
    that is not possible: the records are then drawn into groups, the pairs between two groups are judged by those
    in which neither group takes part, and the other pairs are left out of that fold.

    Parameters
    ----------
    left, right
        Records of each pair, numbers below `records`.
    two_tables
        Whether left and right are of two tables.
    seed
        Of what is drawn.
    """
    from scipy import sparse

    generator = np.random.Generator(np.random.PCG64(seed))
    graph = sparse.coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(records, records))
    piece = sparse.csgraph.connected_components(graph, directed=False)[1][left]
    sizes = np.bincount(piece)
    if sizes.max() <= _LARGE * len(left):
        turn = generator.permutation(len(sizes))
        middle = np.cumsum(sizes[turn]) - sizes[turn] / 2
        fold_of = np.empty(len(sizes), dtype=np.int64)
        fold_of[turn] = np.minimum((middle * _FOLDS / len(left)).astype(np.int64), _FOLDS - 1)
        cells = [(fold_of[piece] == number, fold_of[piece] != number) for number in range(_FOLDS)]
    elif two_tables:
        one, other = (generator.integers(0, _SIDES, records)[side] for side in (left, right))
        cells = [((one == a) & (other == b), (one != a) & (other != b)) for a in range(_SIDES) for b in range(_SIDES)]
    else:
        group = generator.integers(0, _GROUPS, records)
        low, high = np.minimum(group[left], group[right]), np.maximum(group[left], group[right])
        cells = [
            ((low == a) & (high == b), ~np.isin(low, (a, b)) & ~np.isin(high, (a, b)))
            for a in range(_GROUPS)
            for b in range(a, _GROUPS)
        ]
    found = [Fold(np.flatnonzero(learn), np.flatnonzero(judge)) for judge, learn in cells]
    return [fold for fold in found if len(fold.judge)]
