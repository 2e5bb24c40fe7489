"""Records to vectors: views of a record (all of it, its short fields, its title), embedded and added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from blocking.encoders import Encoder, HashedEncoder, occurring, unit_rows
from blocking.errors import BlockingError
from blocking.ngrams import FEATURES, counted
from blocking.search import cores
from blocking.text import column_text, compose, short_columns
from blocking.texts import Texts

HASHED = "hashed"
SENTENCE_PREFIX = "sentence-transformers:"
SEMANTIC_WEIGHT = 0.3
TITLE_WEIGHT = 0.5
LARGE_TABLE = 100_000
DIMS_SMALL = 512
DIMS_LARGE = 256
FITTED_ROWS = 100_000  # enough to know how rare a word is: of more, an even share is read


@dataclass(frozen=True, slots=True)
class View:
    """Some columns of a record, read as one text.

    Attributes
    ----------
    columns
        The columns, in the order their values are joined.
    weight
        What the view's unit vector is multiplied by before the views are added.
    lexical
        The encoder fitted on the view's texts.
    """

    columns: tuple[str, ...]
    weight: float
    lexical: HashedEncoder


@dataclass(frozen=True, slots=True)
class RecordEncoder:
    """Encodes records as the sum of their views' unit vectors, optionally beside a semantic vector.

    The views are all columns (weight 1), the short columns where they are fewer (weight 1), and the title
    (weight 0.5) where it is more than those and says enough, see `embedded_views`.

    Attributes
    ----------
    views
        The views, all columns first.
    semantic
        A sentence encoder or None. Its vectors, made of the same views, stand beside the lexical ones:
        lexical scaled by sqrt(0.7), semantic by sqrt(0.3), so that inner products are weighted means.
    """

    views: tuple[View, ...]
    semantic: Encoder | None = None

    @classmethod
    def fit(
        cls,
        frame: pl.DataFrame,
        title: str | None,
        columns: Sequence[str],
        *,
        encoder: str = HASHED,
        dims: int | None = None,
        seed: int = 0,
        threads: int = 0,
    ) -> RecordEncoder:
        """Choose the views and learn token weights from the records that will be encoded.

        Parameters
        ----------
        frame
            The records, of both tables where two are linked.
        title, columns
            The column that names a record (or None), and all columns to embed.
        encoder
            ``hashed``, or ``sentence-transformers:NAME`` with the name of a model or a local folder.
        dims
            Length of the lexical vector; by default 512, and 256 beyond 100,000 records.
        seed
            Chooses the projection of the lexical vectors.
        threads
            How many slices are read at once, 0 for one a core; the result does not depend on it.

        Raises
        ------
        BlockingError
            If there is no column, or the encoder is unknown, or what it needs is not installed.
        """
        texts, weights = view_texts(frame, title, columns)
        return cls.of_texts(texts, weights, encoder=encoder, dims=dims, seed=seed, threads=threads)

    @classmethod
    def of_texts(
        cls,
        texts: Texts,
        weights: Sequence[float],
        *,
        encoder: str = HASHED,
        dims: int | None = None,
        seed: int = 0,
        threads: int = 0,
    ) -> RecordEncoder:
        """The same from texts and a weight for each of their views, see `view_texts`; what is read is kept there."""
        semantic = load_semantic(encoder)
        dims = dims or dims_for(texts.frame.height)
        share = -(-texts.frame.height // FITTED_ROWS)
        read = texts if share <= 1 else Texts(texts.frame.gather_every(share), texts.views, kept=0)
        counts = _occurrences(read, threads)
        return cls(
            tuple(
                View(names, weight, HashedEncoder.from_occurrences(count, read.frame.height, dims=dims, seed=seed))
                for names, weight, count in zip(texts.views, weights, counts, strict=True)
            ),
            semantic,
        )

    @property
    def dims(self) -> int:
        """Length of a vector."""
        return self.views[0].lexical.dims + (self.semantic.dims if self.semantic else 0)

    def encode(
        self,
        frame: pl.DataFrame,
        *,
        threads: int = 0,
        progress: Callable[[int, int], None] | None = None,
    ) -> NDArray[np.float32]:
        """Encode records.

        Parameters
        ----------
        frame
            Records with the columns the encoder was fitted on.
        threads
            How many slices are encoded at once, 0 for one a core; the vectors do not depend on it.
        progress
            Called with the number of records done and their total.

        Returns
        -------
        (n, dims) rows of unit length; all zero where a record has no text.
        """
        texts = Texts(frame, [view.columns for view in self.views], kept=0)
        return self.encode_texts(texts, threads=threads, progress=progress)

    def encode_texts(
        self, texts: Texts, *, threads: int = 0, progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """The same for the texts that it was made of, some of which may be kept."""
        vectors = np.empty((texts.frame.height, self.dims), dtype=np.float32)

        def encode(part: slice) -> slice:
            vectors[part] = self._encode_part(texts, part)
            return part

        with ThreadPoolExecutor(1 if self.semantic else _workers(threads)) as pool:
            for done in pool.map(encode, texts.parts()):
                if progress:
                    progress(done.stop, texts.frame.height)
        return vectors

    def _encode_part(self, texts: Texts, part: slice) -> NDArray[np.float32]:
        weights, rows = [view.weight for view in self.views], part.stop - part.start
        lexical = _weighted_sum(
            [
                view.lexical.encode_features(*counted(packed), rows)
                for view, packed in zip(self.views, texts.features(part), strict=True)
            ],
            weights,
        )
        if self.semantic is None:
            return lexical
        composed = [compose(texts.frame[part], view.columns) for view in self.views]
        semantic = _weighted_sum([self.semantic.encode(text) for text in composed], weights)
        lexical *= np.float32(np.sqrt(1 - SEMANTIC_WEIGHT))
        semantic *= np.float32(np.sqrt(SEMANTIC_WEIGHT))
        return unit_rows(np.hstack([lexical, semantic]))


def embed(
    frame: pl.DataFrame,
    title: str | None,
    columns: Sequence[str],
    *,
    encoder: str = HASHED,
    dims: int | None = None,
    seed: int = 0,
    threads: int = 0,
) -> NDArray[np.float32]:
    """Fit a `RecordEncoder` on records and encode them: (n, dims) unit rows, zero where all is missing."""
    texts, weights = view_texts(frame, title, columns)
    fitted = RecordEncoder.of_texts(texts, weights, encoder=encoder, dims=dims, seed=seed, threads=threads)
    return fitted.encode_texts(texts, threads=threads)


def view_texts(frame: pl.DataFrame, title: str | None, columns: Sequence[str]) -> tuple[Texts, list[float]]:
    """The texts of the views of a table, see `embedded_views`, and the weight of each view."""
    views = embedded_views(frame, title, columns)
    return Texts(frame, [names for names, _ in views]), [weight for _, weight in views]


def embedded_views(frame: pl.DataFrame, title: str | None, columns: Sequence[str]) -> list[tuple[list[str], float]]:
    """Choose the views of a table: columns and weight of each, all columns first.

    A title adds a view of its own where it is filled in at least half of the records and at least a tenth of
    its values differ; a column that says the same in most records is no title.

    Raises
    ------
    BlockingError
        If there is no column.
    """
    every = list(dict.fromkeys([*([title] if title else []), *columns]))
    if not every:
        raise BlockingError("There is no column to embed: name a title or at least one other column.")
    views = [(every, 1.0)]
    short = short_columns(frame, title, every)
    if set(short) != set(every):
        views.append((short, 1.0))
    if title and len(short) > 1 and _tells_apart(frame[title]):
        views.append(([title], TITLE_WEIGHT))
    return views


def load_semantic(encoder: str) -> Encoder | None:
    """Return the sentence encoder that an encoder setting asks for, or None for the lexical one alone.

    Raises
    ------
    BlockingError
        If there is no such encoder, or what it needs is not installed.
    """
    if encoder == HASHED:
        return None
    if encoder.startswith(SENTENCE_PREFIX) and len(encoder) > len(SENTENCE_PREFIX):
        from blocking.neural import SentenceEncoder

        return SentenceEncoder.load(encoder.removeprefix(SENTENCE_PREFIX))
    raise BlockingError(
        f"There is no encoder {encoder!r}: use {HASHED!r}, or {SENTENCE_PREFIX!r} followed by the name "
        "of a model or its folder."
    )


def dims_for(records: int) -> int:
    """Length of the lexical vectors of so many records, where none is asked for."""
    return DIMS_SMALL if records <= LARGE_TABLE else DIMS_LARGE


def _tells_apart(column: pl.Series) -> bool:
    values = column_text(column).drop_nulls()
    return 2 * len(values) >= len(column) and 10 * values.n_unique() >= len(values) > 0


def _occurrences(texts: Texts, threads: int) -> list[NDArray[np.int64]]:
    """For each view the number of records with each feature."""
    totals = [np.zeros(FEATURES, dtype=np.int64) for _ in texts.views]

    def count(part: slice) -> list[NDArray[np.int64]]:
        return [occurring(counted(packed)[0]) for packed in texts.features(part)]

    with ThreadPoolExecutor(_workers(threads)) as pool:
        for counts in pool.map(count, texts.parts()):
            for total, more in zip(totals, counts, strict=True):
                total += more
    return totals


def _workers(threads: int) -> int:
    return threads or min(cores(), 8)


def _weighted_sum(vectors: list[NDArray[np.float32]], weights: list[float]) -> NDArray[np.float32]:
    if len(vectors) == 1:
        return vectors[0]
    total = vectors[0] * np.float32(weights[0])
    for added, weight in zip(vectors[1:], weights[1:], strict=True):
        total += added * np.float32(weight)
    return unit_rows(total)
