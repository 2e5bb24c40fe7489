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
# A string of at most 64 characters that does not stand in another as a whole has a partial ratio of 126/127 at most.
_SHORT, _WHOLE = 64, 0.995


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


def contained(word: pl.Series, text: pl.Series, least: Floats, *, threads: int = 0) -> NDArray[np.bool_]:
    """Whether a word stands somewhere inside a text as nearly as is asked for.

    Parameters
    ----------
    word, text
        String series of equal length, nothing missing; the first 2,000 characters of a text count.
    least
        What RapidFuzz's partial ratio has to be, in [0, 1].
    threads
        Number of threads; 0 takes all cores. The result does not depend on it.
    """
    words, texts = word.to_list(), text.str.slice(0, 10 * LONGEST).to_list()
    found = np.fromiter(map(_whole, words, texts), dtype=np.bool_, count=len(words))
    shorter = np.minimum(*(side.str.len_chars().to_numpy() for side in (word, text)))
    unlike = (least >= _WHOLE) & (shorter <= _SHORT) & (shorter > 0)
    rest = np.flatnonzero(~found & ~unlike)
    score = process.cpdist(
        [words[row] for row in rest],
        [texts[row] for row in rest],
        scorer=fuzz.partial_ratio,
        dtype=np.float32,
        workers=threads or -1,
    )
    found[rest] = (score / np.float32(100)).astype(np.float32) >= least[rest]
    return found


def _whole(word: str, text: str) -> bool:
    """Whether the shorter one stands in the longer one, where the partial ratio is 1: far sooner seen than scored."""
    return bool(word and text) and (word in text or text in word)
