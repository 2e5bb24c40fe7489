"""RapidFuzz's scorers over many pairs of Python strings, all in [0, 1]."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel

Floats = NDArray[np.float32]
#: Strings as Python objects: taking rows of them is a copy of pointers.
Strings = NDArray[np.object_]


def strings(values: pl.Series) -> Strings:
    """A String column as an array of Python strings, ``""`` where missing."""
    found = np.empty(len(values), dtype=np.object_)
    found[:] = values.fill_null("").to_list()
    return found


def edits(left: Strings, right: Strings, threads: int = 0) -> Floats:
    """One minus the optimal string alignment distance over the longer length."""
    return _scores(left, right, OSA.normalized_similarity, threads)


def common(left: Strings, right: Strings, threads: int = 0) -> Floats:
    """Twice the longest common subsequence over the sum of both lengths (RapidFuzz's ``ratio``)."""
    return _scores(left, right, Indel.normalized_similarity, threads)


def same_words(left: Strings, right: Strings, threads: int = 0) -> Floats:
    """RapidFuzz's token set ratio: 1 where the words of one side all stand in the other."""
    return _scores(left, right, fuzz.token_set_ratio, threads) / np.float32(100)


def inside(word: Strings, text: Strings, threads: int = 0) -> Floats:
    """How nearly a word stands somewhere inside a text: RapidFuzz's partial ratio."""
    return _scores(word, text, fuzz.partial_ratio, threads) / np.float32(100)


def _scores(left: Strings, right: Strings, scorer: Callable[..., float], threads: int) -> Floats:
    if not len(left):
        return np.zeros(0, dtype=np.float32)
    first: Sequence[str] = left.tolist()
    second: Sequence[str] = right.tolist()
    return process.cpdist(first, second, scorer=scorer, dtype=np.float32, workers=threads or -1)
