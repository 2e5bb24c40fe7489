"""What is true of the records of a task that is made: labelled pairs, all matches or clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.challenge.kinds import LABEL_SETS, Kind
from matchkit.challenge.making.records import Numbers, Records
from matchkit.clusterfile import clusters_in
from matchkit.errors import CatalogueError
from matchkit.faults import Fault, raise_faults
from matchkit.labels import Labels, check_ids, matches_in, unordered
from matchkit.pairnames import (
    DIFFERENT,
    ENTITY_NAMES,
    EXACT,
    FAMILY_NAMES,
    VARIANT,
    find_column,
    find_pair,
)
from matchkit.reading import Table
from matchkit.scoring.numbering import entities, number_values
from matchkit.spelling import listed


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of the records, which are numbered as in :class:`Records`.

    Attributes
    ----------
    entity
        The entity of each record, from 0; it is in one part of the task only.
    pairs
        ``left, right``, the smaller number first, and ``label``; for tasks of pairs and matches.
    answer
        The cluster or the class of each record; null where a record is asked of nobody.
    labels
        Of the task; empty for clusters and matches.
    listed
        Whether a record is known to match no others than those said; only such ones can be in pairs that are made.
    notes
        What the organiser should know.
    """

    entity: Numbers
    pairs: pl.DataFrame | None = None
    answer: pl.Series | None = None
    labels: tuple[str, ...] = ()
    listed: NDArray[np.bool_] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Groups:
    """The item and the family of each record, as numbers; and whether the truth names the record."""

    item: Numbers
    family: Numbers | None
    listed: NDArray[np.bool_]
    notes: tuple[str, ...]


def labelled_pairs(labels: Labels, records: Records, kind: Kind) -> Truth:
    """The truth of a task whose pairs an organiser has labelled.

    Raises
    ------
    CatalogueError
        An id is not there, a pair has two labels, or a label that the kind needs is missing.
    """
    labels, pairs = _numbered(labels, records)
    known = set(pairs["label"].unique())
    wanted = EXACT if kind == "exact" or VARIANT not in known else VARIANT
    for label, remedy in (
        (DIFFERENT, "add pairs that are, or give clusters or all matches with --truth, to which such pairs are made"),
        (wanted, "add such pairs" if kind == "variant" or VARIANT not in known else "make it a task of kind variant"),
    ):
        if label not in known:
            raise CatalogueError(f"{labels.source}: no pair is '{label}'; {remedy}")
    two, three = LABEL_SETS[kind]
    if kind == "variant" and VARIANT not in known:
        pairs = pairs.with_columns(label=pl.col("label").replace(EXACT, VARIANT))
    chosen = three if {EXACT, VARIANT} <= known else two
    entity = _connected(pairs.filter(pl.col("label") != DIFFERENT), records)
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    odd = int((entity[left] == entity[right])[(pairs["label"] == DIFFERENT).to_numpy()].sum())
    notes = [*labels.notes]
    if odd:
        notes.append(
            f"pairs labelled '{DIFFERENT}' that other pairs make a match of: {odd:,}; look whether they are right"
        )
    return Truth(entity, pairs, labels=chosen, notes=tuple(notes))


def all_matches(table: Table, records: Records, kind: Kind) -> Truth:
    """The truth of a task that asks for the matches of two tables, or of which all matches are known.

    Raises
    ------
    CatalogueError
        There are no matches, or an id is not there.
    """
    labels, pairs = _numbered(_matches(table, kind), records)
    notes = tuple(note for note in labels.notes if not note.startswith("the truth has no labels"))
    entity = _connected(pairs, records)
    notes = (*notes, f"{table.source} must have all matches: whatever else is found counts as wrong")
    return Truth(entity, pairs, listed=np.ones(records.count, np.bool_), notes=notes)


def groups_of(table: Table, records: Records, kind: Kind) -> Groups:
    """Which records of the only table are one item or one family, from clusters or from all matches.

    Raises
    ------
    CatalogueError
        The table has neither, or a record is not there.
    """
    if find_pair(table.frame.columns) is not None:
        truth = all_matches(table, records, kind)
        assert truth.listed is not None
        return Groups(truth.entity, truth.entity if kind == "variant" else None, truth.listed, truth.notes)
    columns = table.frame.columns
    item, family = find_column(columns, ENTITY_NAMES), find_column(columns, FAMILY_NAMES)
    level = "family" if kind == "variant" or (kind == "clusters" and item is None) else "entity"
    found = clusters_in(table, "family" if level == "family" else "entity")
    if found is None:
        raise CatalogueError(f"{table.source} {_lacking(columns, kind, item, family)}")
    place = records.numbers(found.members["id"])
    check_records(table, found.members["id"], place, records)
    told = pl.DataFrame({"number": place, "entity": found.members["entity"], "family": found.members["family"]})
    cells = pl.DataFrame({"number": np.arange(records.count)}).join(
        told, on="number", how="left", maintain_order="left"
    )
    listed = cells["number"].is_in(place.implode()).to_numpy()
    notes = list(found.notes)
    if not listed.all():
        role = "counts as a cluster by itself" if kind == "clusters" else "is in no pair"
        notes.append(f"records that {table.source} does not have: {int((~listed).sum()):,}; each {role}")
    both = item is not None and family is not None and item != family
    if both:
        _check_nested(table, found.members)
    kept = pl.coalesce("f " + pl.col("family"), "e " + pl.col("entity"))
    families = number_values(cells.select(kept).to_series())[0][0] if both or level == "family" else None
    items = number_values(cells["entity"])[0][0] if both or level == "entity" else families
    assert items is not None
    return Groups(items, families, listed, tuple(notes))


def _numbered(labels: Labels, records: Records) -> tuple[Labels, pl.DataFrame]:
    two = len(records.tables) == 2
    labels = labels if two else unordered(labels)
    check_ids(labels, *(frame["id"] for frame in records.frames.values()))
    left = records.numbers(labels.pairs["left_id"])
    right = records.numbers(labels.pairs["right_id"], 1 if two else 0)
    pairs = pl.DataFrame({"left": left, "right": right, "label": labels.pairs["label"]})
    return labels, pairs.sort("left", "right")


def _connected(matches: pl.DataFrame, records: Records) -> Numbers:
    return entities(matches["left"].to_numpy(), matches["right"].to_numpy(), records.count)


def _matches(table: Table, kind: Kind) -> Labels:
    labels = matches_in(table)
    matching = labels.pairs.filter(pl.col("label") == EXACT)
    if kind in LABEL_SETS and matching.height < labels.pairs.height:
        raise CatalogueError(
            f"{table.source} has pairs of several labels, and --truth takes all matches; give the file with --pairs"
        )
    if not matching.height:
        raise CatalogueError(f"{table.source}: no pair is labelled as a match; give the matches")
    return Labels(matching, labels.source, labels.notes, labels.tables, labels.two_tables)


def _lacking(columns: list[str], kind: Kind, item: str | None, family: str | None) -> str:
    shown = listed(columns)
    if kind == "variant" and item is not None:
        return f"has '{item}' but no families: its columns are {shown}; call the column of the families family_id"
    if kind == "exact" and family is not None:
        return (
            f"has '{family}' but no items: its columns are {shown}; make it a task of kind variant, "
            "or call the column of the items entity_id"
        )
    return f"has neither clusters nor matches: its columns are {shown}; give id,cluster_id or left_id,right_id"


def check_records(table: Table, ids: pl.Series, place: pl.Series, records: Records) -> None:
    """Check that the only table has the records that a truth names; raises CatalogueError."""
    source = next(iter(records.sources.values()))
    fault = Fault.where(place.is_null().to_numpy(), _absent(ids, source))
    raise_faults(
        table.source, table.place, [fault], "give the records that the truth is of, or name their id with --id"
    )


def _absent(ids: pl.Series, source: str) -> Callable[[int], str]:
    return lambda row: f"the id '{ids[row]}' is not in {source}"


def _check_nested(table: Table, members: pl.DataFrame) -> None:
    """All records of an item must be of one family."""
    firsts = members.select(pl.col("family").first().over("entity"))["family"]
    wrong = (members["entity"].is_not_null() & firsts.ne_missing(members["family"])).to_numpy()
    fault = Fault.where(wrong, lambda row: f"the item '{members['entity'][row]}' is in another family before")
    raise_faults(table.source, table.place, [fault], "an item must be of one family")
