"""From scored pairs of records to matched pairs of rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchkit.assignment import one_to_one
from matchkit.classify import Verdict
from matchkit.evidence import Evidence
from matchkit.records import Records

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Identical rows on both sides make all their pairs up to this many; beyond, each row of the longer side gets one.
_MOST_PAIRS = 50**2


@dataclass(frozen=True, slots=True)
class Links:
    """Compared pairs of rows, and what was decided.

    Attributes
    ----------
    left, right
        (pairs,) row numbers of the stacked tables, sorted.
    pair
        (pairs,) position of the compared pair of records that each pair of rows belongs to.
    matched
        (pairs,) the same item.
    lost
        (pairs,) likely enough, but one of the rows has a better partner.
    variant
        (pairs,) the same product, but not the same item.
    exact
        (pairs,) log odds of the same item.
    """

    left: Rows
    right: Rows
    pair: Rows
    matched: Mask
    lost: Mask
    variant: Mask
    exact: Floats

    def __len__(self) -> int:
        return len(self.left)

    def groups(self, rows: int, *, families: bool = False) -> Rows:
        """The connected component of every row over the matched pairs; with ``families`` over the variants too."""
        from scipy import sparse
        from scipy.sparse import csgraph

        chosen = self.matched | self.variant if families else self.matched
        ends = self.left[chosen], self.right[chosen]
        graph = sparse.coo_matrix((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(rows, rows))
        label: Rows = csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
        return label

    def partners(self, rows: int) -> Rows:
        """The row that each row is matched with, -1 for none; one of them where there are several."""
        partner = np.full(rows, -1, dtype=np.int64)
        partner[self.left[self.matched]] = self.right[self.matched]
        partner[self.right[self.matched]] = self.left[self.matched]
        return partner


def decide(
    records: Records, evidence: Evidence, verdict: Verdict, order: Rows, limit: float, *, single: bool = False
) -> Links:
    """Say which rows are matched.

    Parameters
    ----------
    records
        Distinct records of both tables, stacked.
    evidence, verdict
        Compared pairs of records, and what they say.
    order
        Rank of every row by its id, as :attr:`matchkit.twotables.TwoTables.order`.
    limit
        Log odds above which a pair is a match.
    single
        Whether a row has one partner at most. The pairs with the most evidence in total are then matched, see
        :func:`matchkit.assignment.one_to_one`. Of identical rows the one with the smallest id gets the first
        partner; the others are matched as far as there are partners left.
    """
    members = _Members.of(records, order)
    likely = verdict.exact > limit
    left, right, pair = members.expand(evidence.left, evidence.right)
    if not single:
        return _links(left, right, pair, likely[pair], np.zeros(len(pair), dtype=np.bool_), verdict, limit)
    taken = _single(evidence, np.where(likely, verdict.exact - limit, 0.0), members)
    left, right, pair = (np.concatenate(both) for both in zip((left, right, pair), taken, strict=True))
    matched = np.arange(len(left)) >= len(left) - len(taken[0])
    # The matched pairs are among the expanded ones, but for those of very many identical rows.
    sequence = np.lexsort((~matched, right, left))
    left, right, pair, matched = left[sequence], right[sequence], pair[sequence], matched[sequence]
    first = np.ones(len(left), dtype=np.bool_)
    first[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    left, right, pair, matched = left[first], right[first], pair[first], matched[first]
    return _links(left, right, pair, matched, likely[pair] & ~matched, verdict, limit)


def _links(left: Rows, right: Rows, pair: Rows, matched: Mask, lost: Mask, verdict: Verdict, limit: float) -> Links:
    order = np.lexsort((right, left))
    left, right, pair, matched, lost = left[order], right[order], pair[order], matched[order], lost[order]
    variant = (verdict.family[pair] > limit) & ~matched & ~lost
    return Links(left, right, pair, matched, lost, variant, verdict.exact[pair])


@dataclass(frozen=True, slots=True)
class _Members:
    """The rows of each record, in the order of their ids."""

    rows: Rows
    start: Rows
    count: Rows

    @classmethod
    def of(cls, records: Records, order: Rows) -> _Members:
        rows = np.lexsort((order, records.record_of)).astype(np.int64)
        count = np.bincount(records.record_of, minlength=len(records)).astype(np.int64)
        return cls(rows, np.cumsum(count) - count, count)

    def row(self, record: Rows, place: Rows) -> Rows:
        found: Rows = self.rows[self.start[record] + place]
        return found

    def expand(self, left: Rows, right: Rows) -> tuple[Rows, Rows, Rows]:
        """Pairs of records as pairs of their rows, and the pair each is of."""
        lefts, rights = self.count[left], self.count[right]
        full = lefts * rights <= _MOST_PAIRS
        pair, turn = _numbered(np.where(full, lefts * rights, np.maximum(lefts, rights)))
        one = np.where(full[pair], turn // rights[pair], turn % lefts[pair])
        return self.row(left[pair], one), self.row(right[pair], turn % rights[pair]), pair


def _numbered(counts: Rows) -> tuple[Rows, Rows]:
    """For counts 2, 1: ``[0, 0, 1]`` and ``[0, 1, 0]``."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)


def _single(evidence: Evidence, weight: Floats, members: _Members) -> tuple[Rows, Rows, Rows]:
    """Matched pairs of rows, one partner each; records of several rows go round until none has a partner left."""
    free, used = members.count.copy(), np.zeros(len(members.count), dtype=np.int64)
    found: list[tuple[Rows, Rows, Rows]] = []
    left_over = np.flatnonzero(weight > 0)
    none = np.empty(0, dtype=np.int64)
    while len(left_over):
        left, right = evidence.left[left_over], evidence.right[left_over]
        chosen = left_over[one_to_one(left, right, weight[left_over])]
        if not len(chosen):  # what is left weighs less than the assignment can tell from nothing
            break
        left, right = evidence.left[chosen], evidence.right[chosen]
        pairs = np.minimum(free[left], free[right])
        owner, turn = _numbered(pairs)
        rows = [members.row(side[owner], used[side[owner]] + turn) for side in (left, right)]
        found.append((rows[0], rows[1], chosen[owner]))
        for side in (left, right):
            used[side] += pairs
            free[side] -= pairs
        left_over = left_over[(free[evidence.left[left_over]] > 0) & (free[evidence.right[left_over]] > 0)]
    parts = list(zip(*found, strict=True)) if found else [(none,)] * 3
    left_rows, right_rows, pair = (np.concatenate(part) for part in parts)
    return left_rows, right_rows, pair
