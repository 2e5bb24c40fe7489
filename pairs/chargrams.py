"""Character trigrams of texts, and how alike two texts are by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from pairs.tokens import Rows

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

#: Characters of a text that count.
LONGEST = 400

_SLICE = 20_000
# A code point has 21 bits: three of them fit into one integer.
_BITS = 21
_COMMONEST = 0.1


@dataclass(frozen=True, slots=True)
class CharGrams:
    """The trigrams of every text of a column, fitted on all records.

    Attributes
    ----------
    vectors
        (rows, vocabulary) CSR matrix of float32 with rows of unit length: ``1 + log(count)`` times
        ``log((n + 1) / df) + 0.1``, where n counts the texts; empty rows where the text is missing.
    """

    vectors: sparse.csr_array

    @classmethod
    def fit(cls, texts: pl.Series) -> CharGrams:
        """Learn the trigrams of the first 400 characters of each text; a blank stands before and after."""
        parts = [(key, *_grams(part)) for key, part in _slices(texts)]
        vocabulary, place = _merge([grams for _, _, grams, _ in parts])
        rows = np.concatenate([start + row for start, row, _, _ in parts]) if parts else np.zeros(0, dtype=np.int64)
        counts = np.concatenate([count for *_, count in parts]) if parts else np.zeros(0, dtype=np.int64)
        known = max(len(texts) - texts.null_count(), 1)
        frequency = np.bincount(place, minlength=max(len(vocabulary), 1))
        idf = np.log((known + 1) / np.maximum(frequency, 1)) + _COMMONEST
        weight = (1 + np.log(counts)) * idf[place]
        length = np.sqrt(np.bincount(rows, weight**2, minlength=len(texts)))
        starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(texts)))]).astype(np.int64)
        data = (weight / length[rows]).astype(np.float32)
        shape = (len(texts), max(len(vocabulary), 1))
        vectors = sparse.csr_array((data, place.astype(np.int32), starts), shape=shape)
        vectors.has_sorted_indices = True
        vectors.has_canonical_format = True
        return cls(vectors)

    def cosine(self, left: Rows, right: Rows) -> Floats:
        """Cosine of the texts of each pair, in [0, 1]; nan where either is missing."""
        first, second = self.vectors[left], self.vectors[right]
        for side in (first, second):
            side.has_sorted_indices = True
            side.has_canonical_format = True
        product = first.multiply(second).tocsr()
        cosine = np.minimum(product @ np.ones(product.shape[1], dtype=np.float32), 1)
        known = (np.diff(first.indptr) > 0) & (np.diff(second.indptr) > 0)
        return np.where(known, cosine, np.float32(np.nan))


def _slices(texts: pl.Series) -> Iterator[tuple[int, pl.Series]]:
    for start in range(0, len(texts), _SLICE):
        yield start, texts.slice(start, _SLICE)


def _grams(texts: pl.Series) -> tuple[Ints, Ints, Ints]:
    """Row, trigram and count of the distinct trigrams of some texts, by row and trigram."""
    padded = (" " + texts.str.slice(0, LONGEST) + " ").fill_null("")
    lengths = padded.str.len_chars().to_numpy().astype(np.int64)
    points = np.frombuffer("".join(padded.to_list()).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    point = points.astype(np.int64)
    row = np.repeat(np.arange(len(texts)), lengths)
    if len(point) < 3:
        return (np.zeros(0, dtype=np.int64),) * 3
    gram = (point[:-2] << 2 * _BITS) | (point[1:-1] << _BITS) | point[2:]
    inside = row[:-2] == row[2:]
    row, gram = row[:-2][inside], gram[inside]
    order = np.lexsort((gram, row))
    row, gram = row[order], gram[order]
    new = np.ones(len(row), dtype=np.bool_)
    new[1:] = (row[1:] != row[:-1]) | (gram[1:] != gram[:-1])
    starts = np.flatnonzero(new)
    return row[starts], gram[starts], np.diff(np.append(starts, len(row)))


def _merge(parts: list[Ints]) -> tuple[Ints, Ints]:
    """The distinct trigrams of all slices, ascending, and the place of each trigram among them."""
    if not parts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    vocabulary = np.unique(np.concatenate([np.unique(part) for part in parts]))
    return vocabulary, np.concatenate([np.searchsorted(vocabulary, part) for part in parts])
