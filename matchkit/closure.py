"""Pairs that no neighbour list held but that likely matches connect."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchkit.classify import Verdict
from matchkit.evidence import Evidence

Rows = NDArray[np.int64]

# A record with more likely matches than this is a hub, and the pairs of its matches would explode.
_LARGEST_DEGREE = 100


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

    left, right, likely = evidence.left, evidence.right, verdict.family > 0
    links = sparse.coo_matrix(
        (np.ones(int(likely.sum()), dtype=np.int8), (left[likely], right[likely])), shape=(records, records)
    ).tocsr()
    links = (links + links.T).astype(np.int32)
    degree = np.asarray(links.sum(axis=1)).ravel()
    through = links.multiply((degree <= _LARGEST_DEGREE)[np.newaxis, :]).tocsr()
    reached = sparse.triu(through @ links, 1).tocoo()
    codes = np.setdiff1d(reached.row.astype(np.int64) * records + reached.col, left * records + right)
    return codes // max(records, 1), codes % max(records, 1)
