"""Ids as numbers, and the entities that matching pairs make of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def number_values(*columns: pl.Series) -> tuple[list[Numbers], int]:
    """A number from 0 for each different value, in the order of the values, the same in all columns.

    Each missing value gets a number of its own, behind all others: nothing is equal to it.

    Returns
    -------
    list of array of int64
        The numbers of each column.
    int
        How many different numbers there are.
    """
    texts = [column.cast(pl.String).rename("value") for column in columns]
    known = pl.concat(texts).drop_nulls().unique().sort().to_frame().with_row_index("number")
    count = known.height
    numbered = []
    for text in texts:
        found = text.to_frame().join(known, on="value", how="left", maintain_order="left")["number"]
        missing = found.is_null().to_numpy()
        numbers = found.fill_null(0).to_numpy().astype(np.int64)
        numbers[missing] = count + np.arange(missing.sum())
        count += int(missing.sum())
        numbered.append(numbers)
    return numbered, count


def entities(left: Numbers, right: Numbers, records: int) -> Numbers:
    """The entity of each record: records that matching pairs connect, however far, are one.

    Parameters
    ----------
    left, right
        The records of each matching pair, (n,) both, numbered from 0.
    records
        How many records there are; one without a match is an entity by itself.

    Returns
    -------
    array of int64
        (records,); numbered by the first record of each.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(records, records))
    labels = connected_components(links.tocsr(), directed=False)[1]
    return in_order(labels)


def in_order(labels: Sequence[int] | NDArray[np.integer]) -> Numbers:
    """The same groups, numbered from 0 by their first member."""
    _, first, inverse = np.unique(np.asarray(labels), return_index=True, return_inverse=True)
    place = np.empty(len(first), np.int64)
    place[np.argsort(first, kind="stable")] = np.arange(len(first))
    return place[inverse.reshape(-1)]
