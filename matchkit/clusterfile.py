"""Which record is in which cluster, from a table of records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from matchkit.catalogue import ADDED_COLUMNS, id_values, record_ids
from matchkit.config import Config
from matchkit.errors import CatalogueError
from matchkit.faults import Fault, raise_faults
from matchkit.pairnames import ENTITY_NAMES, FAMILY_NAMES, clean_cells, find_column
from matchkit.reading import Table
from matchkit.spelling import nearest
from matchkit.truth import record_column

Level = Literal["entity", "family"]


@dataclass(frozen=True, slots=True)
class Clusters:
    """Records and their clusters.

    Attributes
    ----------
    members
        ``id``, ``entity`` and ``family`` as text, each record once. A record without a cluster is null there; all
        are null in ``entity`` or ``family`` where the file does not tell.
    source
        Name for messages.
    notes
        What the user should know about how the file was understood.
    """

    members: pl.DataFrame
    source: str
    notes: tuple[str, ...] = ()

    def of(self, level: Level) -> pl.DataFrame:
        """``id`` and ``cluster``, the clusters of one level."""
        return self.members.select("id", cluster=level)


def clusters_in(
    table: Table, level: Level, *, id: str | None = None, cluster: str | None = None, predicted: bool = False
) -> Clusters | None:
    """The clusters of a table, or None where it has no column of clusters.

    Parameters
    ----------
    table
        One row a record.
    level
        Which clusters are asked for: without `cluster`, there must be a column of them.
    id, cluster
        The columns of the ids and of the clusters of that level; found by their names when None.
    predicted
        Whether this is a result: rows without an id column are then numbered from 1, as a run numbers them.

    Raises
    ------
    CatalogueError
        A named column is not there, or an id is missing or repeated.
    """
    columns = table.frame.columns
    found = {"entity": find_column(columns, ENTITY_NAMES), "family": find_column(columns, FAMILY_NAMES)}
    if cluster is not None:
        found = {"entity": None, "family": None, level: _named(table, cluster, "--cluster")}
    chosen = found[level]
    if chosen is None:
        return None
    if found["entity"] == found["family"]:  # a column that only says *group* is taken for what is asked
        found = {"entity": None, "family": None, level: chosen}
    named = _named(table, id, "--id") if id is not None else find_column(columns, ("id",))
    notes: tuple[str, ...] = ()
    if named is None and predicted:
        added = tuple(name for name in columns if name.removeprefix("matchkit_") in ADDED_COLUMNS or name == chosen)
        ids, _, notes = record_ids(table, Config(ignore_columns=added))
    else:
        ids = id_values(table.frame[named or record_column(columns, chosen)])
    ids = clean_cells(ids)
    _check(table, ids)
    missing = pl.repeat(None, len(ids), dtype=pl.String, eager=True)
    cells = {side: missing if name is None else clean_cells(table.frame[name]) for side, name in found.items()}
    members = pl.DataFrame({"id": ids, **cells})
    return Clusters(members, table.source, (*table.notes, *notes))


def _named(table: Table, name: str, option: str) -> str:
    if name not in table.frame.columns:
        advice = nearest(name, table.frame.columns)
        raise CatalogueError(f"{table.source} has no column '{name}', which {option} names; {advice}")
    return name


def _check(table: Table, ids: pl.Series) -> None:
    repeated = (ids.is_duplicated() & ids.is_not_null()).to_numpy()
    faults = [
        Fault.where(ids.is_null().to_numpy(), lambda row: "the id is missing"),
        Fault.where(repeated, lambda row: f"the id '{ids[row]}' is there more than once"),
    ]
    raise_faults(table.source, table.place, faults, "give every record one row and one cluster")
