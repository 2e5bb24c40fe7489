"""What the trained prior sees of candidate pairs: the same features for every table, whatever its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

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
from pairs.general import GENERAL_NAMES, general_columns
from pairs.measures import BATCH, Measures

Features = NDArray[np.float32]

#: The columns that compare the two records alone.
CONTENT_NAMES = GENERAL_NAMES
#: The columns that tell how a pair stands among other candidate pairs.
CONTEXT_NAMES = ("context.similarity", *(f"context.{name}.{side}" for name in STANDING for side in ("min", "max")))


Made = TypeVar("Made")


def general_batches(
    records: Records,
    schema: Schema,
    candidates: pl.DataFrame,
    use: Callable[[Features], Made],
    *,
    two_tables: bool,
    threads: int = 0,
    told: Told | None = None,
) -> Iterator[tuple[slice, Made]]:
    """What is made of the features of candidate pairs for the prior, batch by batch.

    Parameters
    ----------
    records, schema
        The distinct records that the candidates number, of both tables where two are linked, and their columns.
    candidates
        All candidate pairs: ``left, right, similarity``.
    use
        What to make of a batch of features: (pairs, features) in the order of `CONTENT_NAMES` and `CONTEXT_NAMES`;
        nan where there is nothing to say. The same for (left, right) as for (right, left). Called on several threads.
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
    Made
        What `use` made of their features.
    """
    left, right = (candidates[side].to_numpy() for side in ("left", "right"))
    standing = context(candidates, two_tables=two_tables, symmetric=True).select(CONTEXT_NAMES)
    count = workers(threads)
    measures = Measures.fit(records.normalised, schema.compared, symmetric=True, threads=count)
    if told is not None:
        told("measures", 1, 1)
    release()
    size = batch(BATCH, MEASURES_EACH, count)

    def made(part: slice) -> tuple[slice, Made]:
        first, second = left[part].astype(np.int64), right[part].astype(np.int64)
        content = general_columns(measures, measures.columns(first, second, threads=1), first, second)
        features = np.empty((len(first), len(content) + standing.width), dtype=np.float32, order="F")
        for place, column in enumerate((*content.values(), *standing[part])):
            features[:, place] = column
        return part, use(features)

    for part, found in in_order(made, measures.parts(left, right, batch=size), count):
        yield part, found
        if told is not None:
            told("prior", part.stop, len(left))


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
        records, schema, candidates, lambda made: made, two_tables=two_tables, threads=threads, told=told
    ):
        found[part] = features
    return found
