"""The blocking stage as a run uses it: what to embed, and which keys records share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from blocking import CandidateReport, make_candidates, make_link_candidates
from matchkit.config import Config
from matchkit.progress import Advance, StageTimes
from matchkit.records import Records
from matchkit.schema import Schema
from pairs.attributes import Role


def find_candidates(
    records: Records, schema: Schema, config: Config, times: StageTimes, given: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, CandidateReport]:
    """Nearest neighbours over text embeddings of all compared columns, and pairs that share an exact key.

    ``given`` are pairs (``left``, ``right``) that are to be among them in any case.

    Returns
    -------
    candidates
        ``left: u32, right: u32, similarity: f32`` in numbers of distinct records.
    report
        How they were found.
    """
    normalised = records.normalised
    with times.stage("blocking", len(records)) as advance:
        return make_candidates(
            normalised,
            schema.title,
            normalised.columns,
            _keys(normalised, schema),
            given=given,
            neighbours=config.neighbours,
            encoder=config.encoder,
            seed=config.seed,
            threads=config.threads,
            progress=_count_searched(advance),
        )


def find_link_candidates(
    records: Records,
    lefts: int,
    schema: Schema,
    config: Config,
    times: StageTimes,
    given: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, CandidateReport]:
    """The same between two tables that are stacked.

    Parameters
    ----------
    records
        Distinct records, those of the left table first.
    lefts
        How many the left table has.
    given
        Pairs (``left``, ``right``) that are to be among the candidates in any case.

    Returns
    -------
    candidates
        ``left: u32, right: u32, similarity: f32``, left < ``lefts`` <= right, sorted.
    report
        How they were found.
    """
    normalised = records.normalised
    keys = {name: (values[:lefts], values[lefts:]) for name, values in _keys(normalised, schema).items()}
    with times.stage("blocking", len(records)) as advance:
        candidates, report = make_link_candidates(
            normalised[:lefts],
            normalised[lefts:],
            schema.title,
            normalised.columns,
            keys,
            given=None if given is None else given.with_columns(pl.col("right") - lefts),
            neighbours=config.neighbours,
            encoder=config.encoder,
            seed=config.seed,
            threads=config.threads,
            progress=_count_searched(advance),
        )
    return candidates.with_columns((pl.col("right") + lefts).cast(pl.UInt32)), report


def _keys(normalised: pl.DataFrame, schema: Schema) -> dict[str, pl.Series]:
    """What records may share exactly: identifiers and the title."""
    keys = {a.name: normalised[a.name] for a in schema.compared if a.role is Role.IDENTIFIER}
    if schema.title is not None:
        keys[schema.title] = normalised[schema.title]
    return keys


def candidate_ids(ids: pl.Series, records: Records, candidates: pl.DataFrame) -> pl.DataFrame:
    """Candidate pairs of records as pairs of the ids of the rows that stand for them, identical rows added."""
    stands, repeats = records.repeats()
    left = np.concatenate([records.rows[candidates["left"].to_numpy()], stands])
    right = np.concatenate([records.rows[candidates["right"].to_numpy()], repeats])
    similarity = np.concatenate([candidates["similarity"].to_numpy(), np.ones(len(repeats), dtype=np.float32)])
    pairs = pl.DataFrame({"left": np.minimum(left, right), "right": np.maximum(left, right)})
    pairs = pairs.with_columns(pl.Series("similarity", similarity)).sort("left", "right")
    return pairs.select(
        ids.gather(pairs["left"]).alias("left_id"),
        ids.gather(pairs["right"]).alias("right_id"),
        "similarity",
    )


def _count_searched(advance: Advance) -> Callable[[str, int, int], None]:
    """Passes on how many more records the search has finished; encoding is quick and not counted."""
    done_before = 0

    def count(stage: str, done: int, total: int) -> None:
        nonlocal done_before
        if stage == "search":
            advance(done - done_before)
            done_before = done

    return count
