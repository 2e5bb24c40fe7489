"""Candidate pairs from exact keys: rows that share an identifier or a title."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

LINKS = 5

_Rows = NDArray[np.int64]


def key_pairs(keys: pl.Series, *, max_block: int = 50) -> tuple[pl.DataFrame, int]:
    """Pair the rows that share a key.

    A block of more than ``max_block`` rows is not paired in full: its rows are laid in a ring in row order,
    each paired with the five that follow, so that the block stays connected at a cost linear in its size.

    Parameters
    ----------
    keys
        One key a row; null is missing and pairs with nothing.
    max_block
        The largest block of which every pair is made, at least 1.

    Returns
    -------
    pairs
        ``left: u32, right: u32``, left < right, sorted, each once.
    capped
        Number of blocks larger than ``max_block``.
    """
    rows, starts, sizes = _blocks(keys)
    small = sizes <= max_block
    lefts, rights = _pairs(rows, starts[small], sizes[small], reach=max_block - 1, ring=False)
    ring_lefts, ring_rights = _pairs(rows, starts[~small], sizes[~small], reach=LINKS, ring=True)
    left = np.concatenate([lefts, ring_lefts])
    right = np.concatenate([rights, ring_rights])
    return pair_frame(left, right), int((~small).sum())


def link_key_pairs(left: pl.Series, right: pl.Series, *, max_block: int = 50) -> tuple[pl.DataFrame, int]:
    """Pair the rows of two tables that share a key.

    Where a key's rows make more than ``max_block`` squared pairs, each row of the longer side is paired with
    one row of the other, in turn.

    Returns
    -------
    pairs
        ``left: u32, right: u32``, row numbers each in its own table, sorted, each once.
    capped
        Number of keys whose rows were not paired in full.
    """
    lefts, rights = _numbered(left, "left"), _numbered(right, "right")
    sizes = (
        lefts.group_by("key")
        .len("lefts")
        .join(rights.group_by("key").len("rights"), on="key")
        .with_columns(large=pl.col("lefts").cast(pl.UInt64) * pl.col("rights") > max_block**2)
    )
    lefts, rights = lefts.join(sizes, on="key"), rights.join(sizes, on="key")
    full = lefts.filter(~pl.col("large")).join(rights.filter(~pl.col("large")), on="key")
    turn = pl.col("place") % pl.min_horizontal("lefts", "rights")
    zipped = (
        lefts.filter("large")
        .with_columns(turn=turn)
        .join(rights.filter("large").with_columns(turn=turn), on=["key", "turn"])
    )
    pairs = pl.concat([full.select("left", "right"), zipped.select("left", "right")])
    return pairs.sort("left", "right"), int(sizes["large"].sum())


def _numbered(keys: pl.Series, name: str) -> pl.DataFrame:
    """Keyed rows, with each row's place among those of its key."""
    frame = pl.DataFrame({"key": keys}).with_row_index(name).drop_nulls("key")
    return frame.with_columns(place=pl.int_range(pl.len()).over("key"))


def pair_frame(left: _Rows, right: _Rows) -> pl.DataFrame:
    """Return undirected pairs as ``left: u32, right: u32``, left < right, sorted, each once."""
    low = np.minimum(left, right)
    high = np.maximum(left, right)
    codes = np.unique((low << 32 | high)[low < high])
    return pl.DataFrame({"left": (codes >> 32).astype(np.uint32), "right": (codes & 0xFFFFFFFF).astype(np.uint32)})


def _blocks(keys: pl.Series) -> tuple[_Rows, _Rows, _Rows]:
    """Rows ordered by block (then row), and where each block of at least two rows starts and its size."""
    frame = (
        pl.DataFrame({"key": keys})
        .with_row_index("row")
        .drop_nulls("key")
        .with_columns(block=pl.col("key").rank("dense"))
        .sort("block", "row")
    )
    rows = frame["row"].to_numpy().astype(np.int64)
    blocks = frame["block"].to_numpy()
    if not len(rows):
        return rows, rows, rows
    starts = np.flatnonzero(np.concatenate([[True], blocks[1:] != blocks[:-1]]))
    sizes = np.diff(starts, append=len(rows))
    return rows, starts[sizes > 1], sizes[sizes > 1]


def _pairs(rows: _Rows, starts: _Rows, sizes: _Rows, *, reach: int, ring: bool) -> tuple[_Rows, _Rows]:
    """Pair each row of the blocks with those up to ``reach`` places on, in a ring or to the block's end."""
    places = np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    begin = np.repeat(starts, sizes)
    size = np.repeat(sizes, sizes)
    lefts, rights = [rows[:0]], [rows[:0]]
    for step in range(1, reach + 1):
        if ring:
            partners = begin + (places - begin + step) % size
        else:
            inside = places - begin + step < size
            places, begin, size = places[inside], begin[inside], size[inside]
            partners = places + step
        if not len(places):
            break
        lefts.append(rows[places])
        rights.append(rows[partners])
    return np.concatenate(lefts), np.concatenate(rights)
