"""Pairs that no neighbour list held but that likely matches connect."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matchkit.classify import Verdict
from matchkit.evidence import Evidence

Rows = NDArray[np.int64]

# A record with more likely matches than this is a hub, and the pairs of its matches would explode.
_LARGEST_DEGREE = 100
_PATHS = 4_000_000


def within(groups: Rows, evidence: Evidence) -> tuple[Rows, Rows]:
    """Pairs of records of one group that are not compared yet.

    Records may be joined through others, and be in conflict all the same.

    Parameters
    ----------
    groups
        (records,) group of each record.
    evidence
        The pairs compared so far.

    Returns
    -------
    left, right
        New pairs, left < right, sorted; none in groups of more than 100 records.
    """
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    paired = np.where((sizes >= 3) & (sizes <= _LARGEST_DEGREE), sizes, 0)
    # Each member and all that stand behind it in its group.
    places = np.flatnonzero(np.repeat(paired, sizes))
    behind = np.repeat(starts + sizes, sizes)[places] - places - 1
    offset = np.arange(behind.sum()) - np.repeat(np.cumsum(behind) - behind, behind)
    found = order[np.repeat(places, behind)] * len(groups) + order[np.repeat(places + 1, behind) + offset]
    compared = np.sort(evidence.left * len(groups) + evidence.right)
    codes = _without(np.sort(found), compared)
    return codes // max(len(groups), 1), codes % max(len(groups), 1)


def two_steps(records: int, evidence: Evidence, verdict: Verdict) -> tuple[Rows, Rows]:
    """Pairs of records that share a likely match but are not compared yet.

    Entities with more records than neighbours were sought have pairs that blocking cannot hold; the
    clustering needs to see them, too, to judge a group by all its pairs.

    Parameters
    ----------
    records
        Number of records.
    evidence, verdict
        The pairs compared so far; those more likely than not the same product are links.

    Returns
    -------
    left, right
        New pairs, left < right, sorted; none through records of more than 100 likely matches.
    """
    from scipy import sparse

    likely = verdict.family > 0
    ends = evidence.left[likely], evidence.right[likely]
    links = sparse.coo_matrix((np.ones(len(ends[0]), dtype=np.int32), ends), shape=(records, records)).tocsr()
    links = (links + links.T).tocsr()
    degree = np.diff(links.indptr)
    through = links.multiply((degree <= _LARGEST_DEGREE)[np.newaxis, :]).tocsr()
    compared = np.sort(evidence.left * records + evidence.right)
    found = [compared[:0]]
    for rows in _blocks(through @ degree):
        reached = (through[rows] @ links).tocoo()
        row = reached.row.astype(np.int64) + rows.start
        above = reached.col > row
        found.append(_without(np.sort(row[above] * records + reached.col[above]), compared))
    codes = np.concatenate(found)
    return codes // max(records, 1), codes % max(records, 1)


def _blocks(paths: Rows) -> Iterator[slice]:
    """Runs of rows with so many paths of two steps together that their ends fit in memory."""
    run = np.cumsum(paths) // _PATHS
    bounds = np.flatnonzero(np.diff(run)) + 1
    for start, stop in pairwise([0, *bounds.tolist(), len(paths)]):
        yield slice(start, stop)


def _without(codes: Rows, others: Rows) -> Rows:
    """Those codes that are not among the others, which are sorted."""
    if not len(others):
        return codes
    place = np.minimum(np.searchsorted(others, codes), len(others) - 1)
    left_over: Rows = codes[others[place] != codes]
    return left_over
