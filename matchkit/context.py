"""What the candidates around a pair say of it, before its records are compared."""

from __future__ import annotations

import numpy as np
import polars as pl

from matchkit.competition import competition


def context(candidates: pl.DataFrame, *, two_tables: bool, symmetric: bool) -> pl.DataFrame:
    """How near the embeddings of a pair's records are, and how it stands among the other candidates of both.

    A pair that is by far the best of both its records is more likely a match than one of many as good, and no
    comparison of the two records alone can tell.

    Parameters
    ----------
    candidates
        All candidate pairs: ``left, right, similarity``, each once.
    two_tables, symmetric
        As for :func:`matchkit.competition.competition`.

    Returns
    -------
    pl.DataFrame
        ``Float32`` columns in the order of the pairs: ``context.similarity``, a cosine, and ``context.`` with the
        columns of :func:`matchkit.competition.competition`. Never missing.
    """
    left, right = (candidates[side].to_numpy().astype(np.int64) for side in ("left", "right"))
    similarity = candidates["similarity"].fill_nan(0).fill_null(0)
    standing = competition(left, right, similarity.to_numpy(), two_tables=two_tables, symmetric=symmetric)
    return pl.DataFrame([similarity.alias("similarity"), *standing]).rename(lambda name: f"context.{name}")
