"""What the trained prior sees of candidate pairs: the same features for every table, whatever its columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.batches import in_order
from matchkit.competition import STANDING
from matchkit.context import context
from matchkit.cores import workers
from matchkit.memory import MEASURES_EACH, batch, release
from matchkit.progress import Told
from matchkit.records import Records
from matchkit.schema import Schema
from pairs.general import GENERAL_NAMES, general_measures
from pairs.measures import BATCH, Measures

Features = NDArray[np.float32]

#: The columns that compare the two records alone.
CONTENT_NAMES = GENERAL_NAMES
#: The columns that tell how a pair stands among other candidate pairs.
CONTEXT_NAMES = ("context.similarity", *(f"context.{name}.{side}" for name in STANDING for side in ("min", "max")))


def general_batches(
    records: Records,
    schema: Schema,
    candidates: pl.DataFrame,
    *,
    two_tables: bool,
    threads: int = 0,
    told: Told | None = None,
) -> Iterator[tuple[slice, Features]]:
    """Features of candidate pairs for the prior, batch by batch.

    Parameters
    ----------
    records, schema
        The distinct records that the candidates number, of both tables where two are linked, and their columns.
    candidates
        All candidate pairs: ``left, right, similarity``.
    two_tables
        Whether each pair has a record of either table.
    threads
        How many batches are worked on at a time; 0 for one a core. The features do not depend on it.
    told
        Hears when the ``measures`` are fitted, and then of the ``prior`` how many pairs the caller is done with.

    Yields
    ------
    slice
        Which of the candidates.
    ndarray
        (pairs, features) in the order of `CONTENT_NAMES` and `CONTEXT_NAMES`; nan where there is nothing to say.
        The same for (left, right) as for (right, left).
    """
    left, right = (candidates[side].to_numpy() for side in ("left", "right"))
    standing = context(candidates, two_tables=two_tables, symmetric=True).select(CONTEXT_NAMES)
    count = workers(threads)
    measures = Measures.fit(records.normalised, schema.compared, symmetric=True, threads=count)
    if told is not None:
        told("measures", 1, 1)
    release()
    size = batch(BATCH, MEASURES_EACH, count)

    def features(part: slice) -> tuple[slice, Features]:
        first, second = left[part].astype(np.int64), right[part].astype(np.int64)
        measured = pl.DataFrame(measures.columns(first, second, threads=1))
        content = general_measures(measures, measured, first, second)
        return part, np.hstack([content.to_numpy(), standing[part].to_numpy()])

    for part, found in in_order(features, measures.parts(left, right, batch=size), count):
        yield part, found
        if told is not None:
            told("prior", part.start + len(found), len(left))


def general_features(
    records: Records,
    schema: Schema,
    candidates: pl.DataFrame,
    *,
    two_tables: bool,
    threads: int = 0,
    told: Told | None = None,
) -> Features:
    """The same features of all candidate pairs at once; (pairs, features)."""
    found = np.empty((candidates.height, len(CONTENT_NAMES) + len(CONTEXT_NAMES)), dtype=np.float32)
    for part, features in general_batches(
        records, schema, candidates, two_tables=two_tables, threads=threads, told=told
    ):
        found[part] = features
    return found
