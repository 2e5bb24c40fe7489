"""Items inside families, and the pairs that are told about."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.view import NUMBER

Rows = NDArray[np.int64]

# Families up to this size are written pair by pair; of larger ones each record with the first and with the next.
_ALL_PAIRS = 40


def items(family: Rows, signature: pl.Series, values: pl.DataFrame) -> Rows:
    """(records,) item of each record: one family, and the same in everything that tells items apart.

    Parameters
    ----------
    family
        (records,) family of each record.
    signature
        Everything ignored that a record states, as one text.
    values
        Holds as ``number.COLUMN`` the item numbers. Records with different ones are different items; a record
        without one goes to those that have one if there is only one it could have.
    """
    frame = pl.DataFrame({"family": family, "signature": signature})
    keys = ["family", "signature"]
    for name in (name for name in values.columns if name.startswith(NUMBER)):
        frame = frame.with_columns(values[name].alias(name))
        alone = pl.col(name).n_unique().over(keys) - pl.col(name).is_null().any().over(keys).cast(pl.UInt32)
        only = pl.col(name).drop_nulls().first().over(keys)
        frame = frame.with_columns(pl.when(alone == 1).then(only).otherwise(pl.col(name)).alias(name))
        keys.append(name)
    first = frame.with_row_index("row").select(pl.col("row").min().over(keys)).to_series()
    return first.to_numpy().astype(np.int64)


def member_pairs(family: Rows, item: Rows) -> tuple[Rows, Rows]:
    """Pairs of records inside families, left < right, sorted.

    All pairs of families of up to 40 records; of larger ones each record with the first of its family, with the
    next one, and with the next one of its item.
    """
    size = np.bincount(family, minlength=len(family))[family]
    small = np.flatnonzero((size > 1) & (size <= _ALL_PAIRS))
    small = small[np.argsort(family[small], kind="stable")]
    pairs = [np.empty((2, 0), dtype=np.int64)]
    for step in range(1, _ALL_PAIRS):
        at = np.flatnonzero(family[small[step:]] == family[small[:-step]])
        pairs.append(np.stack([small[at], small[at + step]]))
    large = np.flatnonzero(size > _ALL_PAIRS)
    for groups in (family, item):
        ordered = large[np.lexsort((large, groups[large]))]
        at = np.flatnonzero(groups[ordered[1:]] == groups[ordered[:-1]])
        pairs.append(np.stack([ordered[at], ordered[at + 1]]))
    first = np.full(len(family), len(family), dtype=np.int64)
    np.minimum.at(first, family, np.arange(len(family)))
    star = large[first[family[large]] != large]
    pairs.append(np.stack([first[family[star]], star]))
    every = np.concatenate(pairs, axis=1)
    ordered = np.unique(np.sort(every, axis=0), axis=1)
    return ordered[0], ordered[1]
