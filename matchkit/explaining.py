"""Explain any two rows of an earlier run, from what it wrote into its folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from matchkit.chains import Link, strongest_chain
from matchkit.dedupecase import dedupe_case
from matchkit.errors import CatalogueError, ConfigError
from matchkit.explanation import Explanation, Fact
from matchkit.familycase import family_case
from matchkit.outcome import DOUBT
from matchkit.paircase import PairCase
from matchkit.progress import Progress, SilentProgress
from matchkit.savedrun import SavedRun
from matchkit.sentences import sentence
from pairs.normalise import as_text

# What the run wrote and what is computed again may differ by the decimals written, and by this.
_SAME_PROBABILITY = 0.002


def explain(folder: str | Path, left: str, right: str, *, progress: Progress | None = None) -> Explanation:
    """Say why two rows of a run are, or are not, the same item or family.

    What the run learnt is read from ``run.json``, the rows from ``records``; both are then compared as the run would
    have compared them, whether it had or not. Nothing is written.

    Parameters
    ----------
    folder
        What :meth:`matchkit.Result.write` or the command line wrote, by ``variants`` or ``dedupe``.
    left, right
        The ids of two rows.
    progress
        Told of the stages; silent by default.

    Raises
    ------
    CatalogueError
        The folder does not hold results, they are damaged or were changed since, or have no such row.
    ConfigError
        Both ids are the same, or the settings in ``run.json`` are not allowed.
    """
    progress = progress or SilentProgress()
    left, right = str(left), str(right)
    if left == right:
        raise ConfigError(f"'{left}' is named twice: give the ids of two different rows")
    with progress.stage("reading"):
        saved = SavedRun.read(folder)
        rows = saved.row(left), saved.row(right)
    if saved.trained:
        raise CatalogueError(
            f"{saved.folder}: the pairs were judged by a trained model; explain them by it: "
            f"matchkit explain MODEL_FOLDER {left} {right} --left FILE"
        )
    case = (family_case if saved.families else dedupe_case)(saved, rows, progress)
    found = _found(saved, case, rows)
    return replace(found, sentence=sentence(found, case, saved.families))


def _found(saved: SavedRun, case: PairCase, rows: tuple[int, int]) -> Explanation:
    left, right = (saved.catalogue.ids[row] for row in rows)
    entities, families = ((groups[rows[0]], groups[rows[1]]) for groups in (saved.entity, saved.family))
    same_item, same_family = entities[0] == entities[1], families[0] == families[1]
    label = "exact_duplicate" if same_item else "variant" if same_family else "different"
    p_exact, p_family = case.p_exact, case.p_family
    written = saved.written(left, right)
    notes = [*saved.notes, *_version_note(saved), *case.notes]
    if written is not None:
        told = written["p_exact"], written["p_exact"] + written["p_variant"]
        if max(abs(told[0] - p_exact), abs(told[1] - p_family)) > _SAME_PROBABILITY:
            notes.append(
                f"the run found {told[1]:.4f} for one product and {told[0]:.4f} for one item, which count; what is "
                "weighed here gives other numbers, since the file does not hold all that the run read"
            )
        p_exact, p_family = told
    elif case.apart and not same_family:
        p_exact = p_family = 0.0
    weak = DOUBT[1] > (p_exact if same_item else p_family)
    chain = _chain(saved, left, right, same_item) if same_family and weak and case.pair is not None else ()
    return Explanation(
        left,
        right,
        label,
        "",
        p_exact,
        p_family,
        entities,
        families,
        written is not None,
        tuple(_cells(saved, rows)),
        case.read,
        case.weighing,
        case.apart,
        chain,
        tuple(notes),
    )


def _cells(saved: SavedRun, rows: tuple[int, int]) -> Iterator[Fact]:
    """The user's columns of both rows, the id left out."""
    pair = saved.catalogue.frame[np.array(rows)]
    for column in pair:
        if column.name != saved.catalogue.id_column:
            yield Fact.of(column.name, *as_text(column).to_list())


def _chain(saved: SavedRun, left: str, right: str, same_item: bool) -> tuple[Link, ...]:
    """Through which others the rows are together; empty where nothing is stronger than their own pair."""
    groups, row = (saved.entity if same_item else saved.family), saved.row(left)
    members = saved.catalogue.ids.filter((groups == groups[row]).fill_null(False)).implode()
    p = pl.col("p_exact") if same_item else pl.col("p_exact") + pl.col("p_variant")
    inside = pl.col("left_id").is_in(members) & pl.col("right_id").is_in(members)
    chain = strongest_chain(left, right, saved.pairs.filter(inside).with_columns(p=p).drop_nulls("p"))
    return chain if len(chain) > 1 else ()


def _version_note(saved: SavedRun) -> list[str]:
    from matchkit import __version__

    versions = saved.run.get("versions")
    wrote = versions.get("matchkit") if isinstance(versions, dict) else None
    if wrote == __version__ or not isinstance(wrote, str):
        return []
    return [f"the run was made by matchkit {wrote}, this is {__version__}: what is weighed here may differ"]
