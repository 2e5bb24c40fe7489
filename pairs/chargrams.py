"""Character trigrams of texts, and how alike two texts are by them."""

from __future__ import annotations

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
_CODE_POINTS = 0x110000
_LARGEST_TABLE = 4_000_000


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
        parts = [_Slice.of(texts.slice(start, _SLICE)) for start in range(0, len(texts), _SLICE)]
        vocabulary = np.unique(np.concatenate([part.grams for part in parts])) if parts else np.zeros(0, np.int64)
        places = [np.searchsorted(vocabulary, part.grams).astype(np.int32) for part in parts]
        frequency = np.zeros(max(len(vocabulary), 1), dtype=np.int64)
        for part, place in zip(parts, places, strict=True):
            frequency[place] += np.bincount(part.gram, minlength=len(part.grams))
        known = max(len(texts) - texts.null_count(), 1)
        idf = np.log((known + 1) / np.maximum(frequency, 1)) + _COMMONEST
        # Slice by slice into arrays of their final size: all trigrams of all records are the largest thing there is.
        starts = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum(np.concatenate([np.zeros(0, np.int64), *(part.sizes for part in parts)]), out=starts[1:])
        data, indices = np.empty(starts[-1], dtype=np.float32), np.empty(starts[-1], dtype=np.int32)
        parts.reverse()
        for number, place in enumerate(places):
            part, first = parts.pop(), number * _SLICE
            inside = slice(starts[first], starts[first + len(part.sizes)])
            indices[inside] = place[part.gram]
            data[inside] = part.weights(idf[place])
        # With wider bounds scipy would widen the indices too.
        bounds = starts.astype(np.int32) if starts[-1] <= np.iinfo(np.int32).max else starts
        vectors = sparse.csr_array((data, indices, bounds), shape=(len(texts), max(len(vocabulary), 1)))
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


@dataclass(frozen=True, slots=True)
class _Slice:
    """The distinct trigrams of some texts, by text and trigram.

    ``grams`` are those of the slice, ascending; ``gram`` and ``count`` tell of each entry which it is and how often
    it occurs in its text, ``sizes`` how many entries each text has.
    """

    grams: Ints
    gram: NDArray[np.int32]
    count: NDArray[np.uint16]
    sizes: Ints

    @classmethod
    def of(cls, texts: pl.Series) -> _Slice:
        padded = (" " + texts.str.slice(0, LONGEST) + " ").fill_null("")
        lengths = padded.str.len_chars().to_numpy().astype(np.int64)
        points = np.frombuffer("".join(padded.to_list()).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        row = np.repeat(np.arange(len(texts)), lengths)
        inside = row[:-2] == row[2:]
        row = row[:-2][inside]
        # Trigrams as numbers in the slice's own alphabet are small, so that text and trigram are one sort key.
        letters, letter = _numbered(points, _CODE_POINTS)
        base = max(len(letters), 1)
        used, small = _numbered(((letter[:-2] * base + letter[1:-1]) * base + letter[2:])[inside], base**3)
        key = np.sort(row * max(len(used), 1) + small)
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else key
        owner, gram = np.divmod(key[starts], max(len(used), 1))
        first, second, third = (letters[part].astype(np.int64) for part in _digits(used, base))
        return cls(
            (first << 2 * _BITS) | (second << _BITS) | third,
            gram.astype(np.int32),
            np.diff(np.append(starts, len(key))).astype(np.uint16),
            np.bincount(owner, minlength=len(texts)),
        )

    def weights(self, idf: NDArray[np.float64]) -> Floats:
        """(entries,) weights whose squares add up to one for each text; `idf` is that of `grams`."""
        weight = (1 + np.log(self.count, dtype=np.float32)) * idf[self.gram]
        row = np.repeat(np.arange(len(self.sizes)), self.sizes)
        length = np.sqrt(np.bincount(row, weight**2, minlength=len(self.sizes)))
        found: Floats = (weight / length[row]).astype(np.float32)
        return found


def _numbered(values: NDArray[np.integer], end: int) -> tuple[Ints, Ints]:
    """The distinct values, ascending, and the place of each value among them; all are below `end`."""
    if end > _LARGEST_TABLE:
        return np.unique(values, return_inverse=True)
    # Several times faster than sorting.
    there = np.zeros(end, dtype=np.bool_)
    there[values] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[values]


def _digits(numbers: Ints, base: int) -> tuple[Ints, Ints, Ints]:
    """The three digits of each number, the highest first."""
    return numbers // (base * base), numbers // base % base, numbers % base
