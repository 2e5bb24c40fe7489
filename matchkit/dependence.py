"""Which comparisons depend on each other among non-matches, and how."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchkit.levels import AGREEMENT, SIMILARITIES, LevelTable

Floats = NDArray[np.float64]

# What is known of the comparison that another one depends on.
DIFFERS, AGREES, UNKNOWN = range(3)
STATES = 3
# Above this the dependence of two comparisons is beyond doubt (chi-squared with one degree of freedom).
_SURE_LINK = 30.0


def overall_agreement(random: LevelTable) -> Floats:
    """How much of what two records say agrees, in [0, 1]; 0 where nothing could be compared.

    Every comparison weighs as much as random pairs seldom agree on it: minus the logarithm of that share.
    """
    agreed, possible = np.zeros(len(random.levels)), np.zeros(len(random.levels))
    for j in range(len(random.names)):
        known = random.levels[:, j] >= 0
        agrees = known & (random.levels[:, j] % SIMILARITIES >= AGREEMENT)
        weight = -np.log((agrees.sum() + 1) / (known.sum() + 2))
        agreed += weight * agrees
        possible += weight * known
    return np.divide(agreed, possible, out=np.zeros(len(agreed)), where=possible > 0)


def parent_state(pairs: LevelTable, parent: int) -> NDArray[np.int8]:
    """For every pair whether the parent comparison does not agree (0), agrees (1) or is unknown (2)."""
    if parent < 0:
        return np.full(len(pairs.levels), UNKNOWN, dtype=np.int8)
    level = np.arange(pairs.sizes[parent])
    state = np.where(level % SIMILARITIES >= AGREEMENT, AGREES, DIFFERS).astype(np.int8)
    found: NDArray[np.int8] = np.append(state, np.int8(UNKNOWN))[pairs.levels[:, parent]]  # the last is for level -1
    return found


def dependence_tree(random: LevelTable) -> tuple[int, ...]:
    """For each comparison the one that tells most about whether random pairs agree on it, or -1.

    A tree of largest mutual information between agreements (Chow and Liu 1968), without the links that random
    pairs do not show beyond doubt (a likelihood ratio test).
    """
    count = len(random.names)
    known = random.levels >= 0
    agrees = known & (random.levels % SIMILARITIES >= AGREEMENT)
    links = sorted(((_link_strength(agrees, known, j, k), j, k) for j in range(count) for k in range(j)), reverse=True)
    parents, tree = [-1] * count, list(range(count))
    for strength, j, k in links:
        if strength < _SURE_LINK:
            break
        if tree[j] != tree[k]:
            # The side that is the root of its tree becomes the child, turned around where neither is.
            _reroot(parents, j)
            parents[j] = k
            old, new = tree[j], tree[k]
            tree = [new if name == old else name for name in tree]
    return tuple(parents)


def _reroot(parents: list[int], node: int) -> None:
    """Turn the links above a node around, so that it becomes the root of its tree."""
    above, below = parents[node], -1
    while node >= 0:
        parents[node], below, node = below, node, above
        above = parents[node] if node >= 0 else -1


def _link_strength(agrees: NDArray[np.bool_], known: NDArray[np.bool_], j: int, k: int) -> float:
    """Twice the log likelihood ratio of dependence between agreement on two attributes (G statistic)."""
    both = known[:, j] & known[:, k]
    table = np.array(
        [[np.sum(both & (agrees[:, j] == a) & (agrees[:, k] == b)) for b in (False, True)] for a in (False, True)]
    )
    total = table.sum()
    if not total:
        return 0.0
    independent = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    seen = table > 0
    return float(2 * (table[seen] * np.log(table[seen] / independent[seen])).sum())
