"""Similarity of short strings, many pairs at a time."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

Floats = NDArray[np.float32]

# Edit distance grows with the product of both lengths, and beyond a few lines of text says little.
LONGEST = 200


def edit_similarity(left: pl.Series, right: pl.Series, *, reorder: bool, threads: int = 0) -> Floats:
    """How alike two strings are, in [0, 1]; nan where either is missing.

    One minus the optimal string alignment distance (insertions, deletions, replacements and swaps of
    neighbours) over the longer length.

    Parameters
    ----------
    left, right
        String series of equal length; only the first 200 characters count.
    reorder
        Also compare with the words of both sides sorted, and take the better.
    threads
        Number of threads; 0 takes all cores.
    """
    comparable = (left.is_not_null() & right.is_not_null()).to_numpy()
    result = np.where(comparable, np.float32(1), np.float32(np.nan)).astype(np.float32)
    rows = np.flatnonzero(comparable & (left != right).fill_null(False).to_numpy())
    if len(rows):
        first = left.gather(rows).str.slice(0, LONGEST).to_list()
        second = right.gather(rows).str.slice(0, LONGEST).to_list()
        workers = threads or -1
        similarity = process.cpdist(first, second, scorer=OSA.normalized_similarity, dtype=np.float32, workers=workers)
        if reorder:
            sort = process.cpdist(first, second, scorer=fuzz.token_sort_ratio, dtype=np.float32, workers=workers)
            similarity = np.maximum(similarity, sort / np.float32(100)).astype(np.float32)
        result[rows] = similarity
    return result


def contained(word: pl.Series, text: pl.Series, *, threads: int = 0) -> Floats:
    """How nearly a word stands somewhere inside a text, in [0, 1]: RapidFuzz's partial ratio."""
    score = process.cpdist(
        word.to_list(),
        text.str.slice(0, 10 * LONGEST).to_list(),
        scorer=fuzz.partial_ratio,
        dtype=np.float32,
        workers=threads or -1,
    )
    return (score / np.float32(100)).astype(np.float32)
