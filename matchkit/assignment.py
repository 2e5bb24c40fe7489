"""One partner for each: of all ways to pair two tables, the one with the most weight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Weights are compared in whole steps, so that sums are exact and equal weights are ties whatever the order.
_STEP = 1e-6
_HEAVIEST = 1e6
# The time of an assignment grows faster than its rows; components are solved together up to about so many pairs.
_AT_ONCE = 1_000


def one_to_one(left: Rows, right: Rows, weight: Floats) -> Mask:
    """Choose pairs so that no row is in two of them and their weights add up to the most.

    Exact: pairs that compete with no other are taken; of the others each connected component is a sparse assignment
    of least cost in which rows may also stay alone (the LAPJVsp algorithm, R. Jonker and A. Volgenant, "A shortest
    augmenting path algorithm for dense and sparse linear assignment problems", 1987).

    Parameters
    ----------
    left, right
        (pairs,) rows of both tables, at least 0, each in numbers of its own; no pair twice.
    weight
        (pairs,) how good each pair is; rounded to millionths, and no better than a million. Pairs of weight 0 or
        less, or nan, are never chosen.

    Returns
    -------
    (pairs,) whether the pair is chosen. Which of several best choices is taken depends on the row numbers alone,
    not on the order of the pairs.
    """
    chosen = np.zeros(len(left), dtype=np.bool_)
    good = np.flatnonzero(np.nan_to_num(weight, nan=0.0, posinf=_HEAVIEST, neginf=0.0) >= _STEP)
    if not len(good):
        return chosen
    good = good[np.lexsort((right[good], left[good]))]
    steps = np.rint(np.minimum(weight[good], _HEAVIEST) / _STEP).astype(np.int64)
    _, i = np.unique(left[good], return_inverse=True)
    _, j = np.unique(right[good], return_inverse=True)
    free = (np.bincount(i)[i] == 1) & (np.bincount(j)[j] == 1)
    chosen[good[free]] = True
    competing = np.flatnonzero(~free)
    for part in _components(i[competing], j[competing]):
        rows = competing[part]
        chosen[good[rows[_best(i[rows], j[rows], steps[rows])]]] = True
    return chosen


def _components(left: Rows, right: Rows) -> list[Rows]:
    """Positions of the pairs of each connected component, small components together."""
    from scipy import sparse
    from scipy.sparse import csgraph

    if not len(left):
        return []
    lefts = int(left.max()) + 1
    count = lefts + int(right.max()) + 1
    graph = sparse.coo_matrix((np.ones(len(left), dtype=np.int8), (left, right + lefts)), shape=(count, count))
    _, label = csgraph.connected_components(graph, directed=False)
    order = np.argsort(label[left], kind="stable")
    first = np.concatenate([[0], np.flatnonzero(np.diff(label[left][order])) + 1])
    opens = np.flatnonzero(np.diff(first // _AT_ONCE)) + 1
    return np.split(order, first[opens])


def _best(left: Rows, right: Rows, steps: Rows) -> Mask:
    """The best choice among pairs that compete."""
    from scipy import sparse
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    (lefts, i), (rights, j) = (np.unique(side, return_inverse=True) for side in (left, right))
    if len(lefts) > len(rights):
        (lefts, i), (rights, j) = (rights, j), (lefts, i)
    # Each row of the smaller side gets a column of its own for staying alone, so that there is a full matching.
    alone = np.arange(len(lefts))
    # Costs are above 0, for a stored 0 would be no pair.
    worst = int(steps.max()) + 1
    cost = np.concatenate([worst - steps, np.full(len(lefts), worst)]).astype(np.float64)
    ends = np.concatenate([i, alone]), np.concatenate([j, len(rights) + alone])
    graph = sparse.csr_matrix((cost, ends), shape=(len(lefts), len(rights) + len(lefts)))
    rows, partner = min_weight_full_bipartite_matching(graph)
    taken = np.full(len(lefts), -1, dtype=np.int64)
    taken[rows] = partner
    mask: Mask = taken[i] == j
    return mask
