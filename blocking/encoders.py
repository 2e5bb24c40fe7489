"""Encoders: texts to unit vectors whose inner product says how alike two texts are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from blocking.errors import BlockingError
from blocking.ngrams import BLOCKS, BUCKET_BITS, FEATURES, batches, count_features, mix64

NON_ZEROS = 4


class Encoder(Protocol):
    """Anything that turns texts into vectors."""

    @property
    def dims(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: pl.Series) -> NDArray[np.float32]:
        """Return (n, dims) rows of unit length, in the order of the texts; all zero where a text is empty."""
        ...


@dataclass(frozen=True, slots=True)
class HashedEncoder:
    """Weight-free lexical encoder: tf-idf of hashed character 3- to 5-grams and words, randomly projected.

    Character n-grams (inside blank-padded words) and words are two blocks of 2^18 buckets. Each block is
    weighted by (1 + ln tf) * idf and scaled to unit length; their sum is multiplied by a sparse projection of
    +1 and -1 (four a bucket), which keeps inner products (Li, Hastie and Church, "Very sparse random
    projections", 2006), and is scaled to unit length again. The vector of a text depends on nothing but the
    text and the fitted weights.
    """

    dims: int
    seed: int
    idf: NDArray[np.float32]  # (FEATURES,), > 0
    _projection: NDArray[np.int32] = field(repr=False, compare=False)

    @classmethod
    def fit(cls, texts: pl.Series, *, dims: int = 512, seed: int = 0) -> HashedEncoder:
        """Learn how rare each feature is.

        Parameters
        ----------
        texts
            The texts of the catalogue, or of both tables that will be linked; null counts as empty.
        dims
            Length of the vectors, at least 1.
        seed
            Chooses the projection.

        Raises
        ------
        BlockingError
            If ``dims`` is smaller than 1.
        """
        return cls.from_occurrences(occurrences(texts), len(texts), dims=dims, seed=seed)

    @classmethod
    def from_occurrences(cls, occurring: NDArray[np.int64], texts: int, *, dims: int, seed: int) -> HashedEncoder:
        """Make an encoder from the number n of texts with a feature: idf = ln((1 + texts) / (1 + n)) + 1."""
        if dims < 1:
            raise BlockingError(f"dims is {dims}, but a vector needs at least one dimension.")
        idf = np.log((1.0 + texts) / (1.0 + occurring)) + 1.0
        return cls(dims, seed, idf.astype(np.float32), _projection(dims, seed))

    def encode(self, texts: pl.Series) -> NDArray[np.float32]:
        """Return (n, dims) rows of unit length; all zero where a text has no word."""
        vectors = np.empty((len(texts), self.dims), dtype=np.float32)
        for start, batch in batches(texts):
            vectors[start : start + len(batch)] = self.encode_features(*count_features(batch), len(batch))
        return vectors

    def encode_features(
        self, features: NDArray[np.uint32], counts: NDArray[np.int64], rows: int
    ) -> NDArray[np.float32]:
        """The same for so many texts whose features were counted already (see `blocking.ngrams.counted`)."""
        import scipy.sparse as sparse

        columns = (features & np.uint32(FEATURES - 1)).astype(np.int64)
        weights = np.log(np.arange(1, counts.max(initial=1) + 1))[counts - 1] + 1.0
        weights *= self.idf[columns]
        block = features >> np.uint32(BUCKET_BITS)
        squares = np.bincount(block, weights=weights * weights, minlength=BLOCKS * rows)
        weights /= np.sqrt(squares)[block]
        bounds = np.searchsorted(features, np.arange(rows + 1, dtype=np.uint64) * np.uint64(FEATURES))
        # The product of the weights with the projection, written out: where columns repeat, they are added up.
        # Four cells are read as one number of 16 bytes, which is several times faster than as a row of four.
        cells = self._projection.view(np.complex128)[:, 0][columns].view(np.int32).reshape(-1, NON_ZEROS)
        values = weights.astype(np.float32)[:, None] * (1 - 2 * (cells & 1)).astype(np.float32)
        parts = (values.ravel(), (cells >> 1).ravel(), (NON_ZEROS * bounds).astype(np.int32))
        dense: NDArray[np.float32] = sparse.csr_matrix(parts, shape=(rows, self.dims)).toarray()
        return unit_rows(dense)


def occurrences(texts: pl.Series) -> NDArray[np.int64]:
    """Count in how many texts each hashed feature occurs; counts of parts of a table add up."""
    total = np.zeros(FEATURES, dtype=np.int64)
    for _, batch in batches(texts):
        total += occurring(count_features(batch)[0])
    return total


def occurring(features: NDArray[np.uint32]) -> NDArray[np.int64]:
    """(FEATURES,) the number of rows with each feature, of packed features that are there once a row."""
    return np.bincount(features & np.uint32(FEATURES - 1), minlength=FEATURES)


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale rows to unit length in place; rows of zeros stay."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    np.divide(vectors, lengths, out=vectors, where=lengths > 0)
    return vectors


def _projection(dims: int, seed: int) -> NDArray[np.int32]:
    """A sparse +-1 matrix, by a hash so that it never changes: (FEATURES, NON_ZEROS), 2 * column, + 1 for -1."""
    cells = np.arange(FEATURES * NON_ZEROS, dtype=np.uint64)
    bits = mix64(mix64(cells) + mix64(np.array([seed % (1 << 63) + 1], dtype=np.uint64)))
    columns = (bits >> np.uint64(32)) * np.uint64(dims) >> np.uint64(32)
    signed = columns << np.uint64(1) | ~bits & np.uint64(1)
    return signed.astype(np.int32).reshape(FEATURES, NON_ZEROS)
