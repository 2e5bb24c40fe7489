"""Measures of candidate pairs for a trained classifier: each attribute and the whole record, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.attributes import Attribute
from pairs.numbermeasures import NumberMeasures
from pairs.recordmeasures import RecordMeasures
from pairs.textmeasures import TextMeasures
from pairs.tokens import Rows

Floats = NDArray[np.float32]

BATCH = 20_000
#: Words and trigrams of all records of a batch together: where texts are long, a batch has fewer pairs.
LARGEST_BATCH = 16_000_000
RECORD = "record"
LEFT, RIGHT, SMALLER, LARGER = ".left", ".right", ".min", ".max"

_SIGNED = ".signed"


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything that is learnt from all records before pairs are measured.

    Attributes
    ----------
    attributes
        The fitted attributes, in the order given.
    record
        The whole record as one text, of all attributes that are not numbers.
    prefix
        What the names of the record's measures begin with: ``record``, with as many ``_`` behind it as it takes
        not to be an attribute's name.
    symmetric
        Whether pairs have no sides, as in one table: then there is ``.min`` and ``.max`` for every ``.left`` and
        ``.right``, and ``signed`` has no sign.
    filled
        (rows,) how many attributes each record has.
    names
        The columns of what `measure` returns. No two are the same, since points within the name of a measure
        only stand before a side.
    """

    attributes: tuple[TextMeasures | NumberMeasures, ...]
    record: RecordMeasures
    prefix: str
    symmetric: bool
    filled: NDArray[np.int64]
    names: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, records: pl.DataFrame, attributes: Sequence[Attribute], *, symmetric: bool, threads: int = 1
    ) -> Measures:
        """Learn word and value frequencies from all records.

        Parameters
        ----------
        records
            Normalised values (see :func:`pairs.normalise.normalise`) of all records, of both tables where two
            are linked, one under the other. String columns are texts, others numbers.
        attributes
            What to compare; those that are not compared or have no column are left out.
        symmetric
            Whether a pair has no sides.
        threads
            How many attributes are learnt at a time; the result does not depend on it.
        """
        chosen = [a for a in attributes if a.compared and a.name in records.columns]
        texts = [a.name for a in chosen if records[a.name].dtype == pl.String]
        with ThreadPoolExecutor(threads) as pool:
            record = pool.submit(RecordMeasures.fit, records, texts)
            fitted = tuple(
                pool.map(
                    lambda a: (TextMeasures if a.name in texts else NumberMeasures).fit(records[a.name], a), chosen
                )
            )
        prefix = RECORD
        while prefix in {a.name for a in chosen}:
            prefix += "_"
        filled = np.zeros(records.height, dtype=np.int64)
        for part in fitted:
            filled += part.known
        bare = cls(fitted, record.result(), prefix, symmetric, filled)
        none = np.zeros(0, dtype=np.int64)
        return replace(bare, names=tuple(bare.columns(none, none)))

    @property
    def texts(self) -> tuple[TextMeasures, ...]:
        """The attributes that are not numbers."""
        return tuple(part for part in self.attributes if isinstance(part, TextMeasures))

    @property
    def numbers(self) -> tuple[NumberMeasures, ...]:
        """The attributes that are numbers."""
        return tuple(part for part in self.attributes if isinstance(part, NumberMeasures))

    def measure(
        self,
        left: Rows,
        right: Rows,
        *,
        threads: int = 0,
        batch: int = BATCH,
        advance: Callable[[int], None] | None = None,
    ) -> pl.DataFrame:
        """Measure pairs of records.

        Parameters
        ----------
        left, right
            Row numbers, arrays of equal length.
        threads
            Number of threads; 0 takes all cores. The result does not depend on it.
        batch
            Pairs measured at a time, at most; the result does not depend on it.
        advance
            Called with the number of pairs done.

        Returns
        -------
        pl.DataFrame
            One ``Float32`` column a measure, see `names`, in the order of the pairs: ``ATTRIBUTE.MEASURE`` (see
            :class:`pairs.textmeasures.TextMeasures` and :class:`pairs.numbermeasures.NumberMeasures`) and
            ``record.MEASURE`` (see :class:`pairs.recordmeasures.RecordMeasures`); nan where either side is
            missing, never null.
        """
        frames = []
        for _, frame in self.batches(left, right, threads=threads, batch=batch):
            frames.append(frame)
            if advance is not None:
                advance(frame.height)
        return pl.concat(frames, rechunk=True)

    def batches(
        self, left: Rows, right: Rows, *, threads: int = 0, batch: int = BATCH
    ) -> Iterator[tuple[slice, pl.DataFrame]]:
        """What `measure` returns, one batch of pairs at a time, so that memory is that of a batch.

        Yields the place of the batch among the pairs and its measures; one empty batch where there are no pairs.
        A batch has at most `batch` pairs, and fewer where texts are long.
        """
        for part in self.parts(left, right, batch=batch):
            yield part, pl.DataFrame(self.columns(left[part], right[part], threads=threads))

    def parts(self, left: Rows, right: Rows, *, batch: int = BATCH) -> Iterator[slice]:
        """The places of the batches among the pairs."""
        sizes = self.record.sizes
        for start in range(0, max(len(left), 1), batch):
            stop = min(start + batch, len(left))
            held = np.cumsum(sizes[left[start:stop]] + sizes[right[start:stop]]) // LARGEST_BATCH
            cuts = start + 1 + np.flatnonzero(held[1:] != held[:-1])
            for first, last in pairwise([start, *cuts.tolist(), stop]):
                yield slice(first, last)

    def columns(self, left: Rows, right: Rows, *, threads: int = 0) -> dict[str, Floats]:
        """What `measure` returns, of one batch, as arrays by name."""
        found: dict[str, Floats] = {}
        for part in self.attributes:
            measures = part.measure(left, right, threads=threads)
            found |= {f"{part.attribute.name}.{name}": values for name, values in measures.items()}
        measures = self.record.measure(left, right, threads=threads)
        found |= {f"{self.prefix}.{name}": values for name, values in measures.items()}
        return without_sides(found) if self.symmetric else found


def without_sides(columns: dict[str, Floats]) -> dict[str, Floats]:
    """Smaller and larger of both sides in place of left and right; the one there is where the other is nan."""
    found: dict[str, Floats] = {}
    for name, values in columns.items():
        if name.endswith(LEFT):
            other = columns[name.removesuffix(LEFT) + RIGHT]
            found[name.removesuffix(LEFT) + SMALLER] = np.fmin(values, other)
            found[name.removesuffix(LEFT) + LARGER] = np.fmax(values, other)
        elif not name.endswith(RIGHT):
            found[name] = np.abs(values) if name.endswith(_SIGNED) else values
    return found
