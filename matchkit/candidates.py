"""The blocking stage as a run uses it: what to embed, and which keys records share."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from blocking import CandidateReport, make_candidates, make_link_candidates
from blocking.fields import FITTED_ROWS, dims_for
from blocking.index import EXACT_LIMIT
from matchkit import memory
from matchkit.config import Config
from matchkit.progress import Advance, Parts, StageTimes
from matchkit.records import Records
from matchkit.schema import Schema
from pairs.attributes import Role


def find_candidates(
    records: Records,
    schema: Schema,
    config: Config,
    times: StageTimes,
    given: pl.DataFrame | None = None,
    *,
    compared: bool = True,
) -> tuple[pl.DataFrame, CandidateReport]:
    """Nearest neighbours over text embeddings of all compared columns, and pairs that share an exact key.

    ``given`` are pairs (``left``, ``right``) that are to be among them in any case. ``compared`` says whether they
    will be compared, which takes more memory; where there is not enough for it, ResourceError is raised.

    Returns
    -------
    candidates
        ``left: u32, right: u32, similarity: f32`` in numbers of distinct records.
    report
        How they were found.
    """
    normalised = records.normalised
    texts = _count_texts(normalised) if compared else None
    memory.check(len(records), dims_for(len(records)), config.neighbours, texts=texts, threads=config.threads)
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
            progress=counted(advance, len(records)),
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
    texts = _count_texts(normalised)
    memory.check(len(records), dims_for(len(records)), config.neighbours, texts=texts, threads=config.threads)
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
            progress=counted(advance, len(records)),
        )
    return candidates.with_columns((pl.col("right") + lefts).cast(pl.UInt32)), report


def _count_texts(values: pl.DataFrame) -> int:
    """How many columns of comparable values are text."""
    return values.select(pl.selectors.string()).width


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


def counted(advance: Advance, records: int) -> Parts:
    """The progress of blocking so many records as that of a stage of so many steps.

    What each part costs a record was measured at 20,000 to 1,000,000 records of a catalogue; only ratios matter.
    """
    exact = 0.007 * records
    lists = 86 + 0.055 * math.sqrt(records)
    costs = {
        "fit": 22 * min(FITTED_ROWS / max(records, 1), 1.0),
        "encode": 34.0,
        "search": exact if records <= EXACT_LIMIT else lists,
    }
    return Parts(advance, records, costs)
