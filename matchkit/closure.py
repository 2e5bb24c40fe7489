"""Pairs that no neighbour list held but that likely matches connect."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

# A record with more likely matches than this is a hub, and the pairs of its matches would explode.
_LARGEST_DEGREE = 100


def two_steps(records: int, left: Rows, right: Rows, likely: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Pairs of records that share a likely match but are not compared yet.

    Entities with more records than neighbours were sought have pairs that blocking cannot hold; the
    clustering needs to see them, too, to judge a group by all its pairs.

    Parameters
    ----------
    records
        Number of records.
    left, right
        The pairs compared so far.
    likely
        Which of them are likely matches.

    Returns
    -------
    left, right
        New pairs, left < right, sorted; none through records of more than 100 likely matches.
    """
    from scipy import sparse

    links = sparse.coo_matrix(
        (np.ones(int(likely.sum()), dtype=np.int8), (left[likely], right[likely])), shape=(records, records)
    ).tocsr()
    links = (links + links.T).astype(np.int32)
    degree = np.asarray(links.sum(axis=1)).ravel()
    through = links.multiply((degree <= _LARGEST_DEGREE)[np.newaxis, :]).tocsr()
    reached = sparse.triu(through @ links, 1).tocoo()
    codes = np.setdiff1d(reached.row.astype(np.int64) * records + reached.col, left * records + right)
    return codes // max(records, 1), codes % max(records, 1)
