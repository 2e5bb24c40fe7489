"""Pairs that are written with both records beside each other, taken apart into two tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.faults import Fault, raise_faults
from matchkit.pairnames import clean_cells, find_pair
from matchkit.reading import Table

_PREFIXES = (("left_", "right_"), ("ltable_", "rtable_"), ("l_", "r_"))
_SUFFIXES = (("_left", "_right"), ("_l", "_r"))
# What stands on both sides of a pair without being a value of its records.
_NO_VALUES = {"id", "unique_id", "instance_id", "source_dataset"}


@dataclass(frozen=True, slots=True)
class Side:
    """The columns of one side: the attribute and its column, in the order of the file."""

    name: str
    columns: dict[str, str]


def find_sides(columns: list[str]) -> tuple[Side, Side] | None:
    """The values of the left and of the right record, or None where pairs are ids alone.

    An attribute must be on both sides once at least; what is on one side only is kept there.
    """
    ids = set(find_pair(columns) or ())
    given = {name.strip().casefold(): name for name in columns if name not in ids}
    styles = [(one, two, True) for one, two in _PREFIXES] + [(one, two, False) for one, two in _SUFFIXES]
    for one, two, leads in styles:
        left, right = (_values(given, mark, leads) for mark in (one, two))
        if left.keys() & right.keys():
            return Side("left", left), Side("right", right)
    return None


def split_tables(
    table: Table, sides: tuple[Side, Side], ids: tuple[pl.Series, pl.Series] | None
) -> tuple[tuple[pl.DataFrame, pl.DataFrame], tuple[pl.Series, pl.Series]]:
    """The two tables, and the ids of the two records of each pair.

    Parameters
    ----------
    table
        The joined pairs.
    sides
        Their columns.
    ids
        The ids of each pair where the file has them; else records with the same values are one, and numbered
        from 1 in the order in which they come.

    Returns
    -------
    tuple of DataFrame
        ``id`` and the attributes as they are, one row a record.
    tuple of Series
        The left and the right id of each row, of `String`.

    Raises
    ------
    CatalogueError
        An id has different values in two rows.
    """
    frames, keys = [], []
    for number, side in enumerate(sides):
        values = table.frame.select(pl.col(column).alias(name) for name, column in side.columns.items())
        key = _numbered(values) if ids is None else ids[number].alias("id")
        if ids is not None:
            _check_values(table, side, key, values)
        named = values.insert_column(0, key.alias("id"))
        frames.append(named.filter(pl.col("id").is_not_null()).unique("id", keep="first", maintain_order=True))
        keys.append(key)
    return (frames[0], frames[1]), (keys[0], keys[1])


def _values(given: dict[str, str], mark: str, leads: bool) -> dict[str, str]:
    found = {}
    for name, column in given.items():
        if name.startswith(mark) if leads else name.endswith(mark):
            stripped = column.strip()
            attribute = stripped[len(mark) :] if leads else stripped[: -len(mark)]
            if attribute and attribute.casefold() not in _NO_VALUES:
                found[attribute] = column
    return found


def _numbered(values: pl.DataFrame) -> pl.Series:
    texts = pl.DataFrame([clean_cells(column).alias(f"value {number}") for number, column in enumerate(values)])
    places = texts.with_row_index("row").select(pl.col("row").min().over(texts.columns)).to_series()
    return places.rank("dense").cast(pl.String).alias("id")


def _check_values(table: Table, side: Side, ids: pl.Series, values: pl.DataFrame) -> None:
    different = _numbered(values)
    firsts = pl.DataFrame({"id": ids, "record": different}).with_row_index("row")
    first = firsts.select(
        pl.col("row").first().over("id").alias("row"), pl.col("record").first().over("id").alias("record")
    )
    wrong = ((first["record"] != different) & ids.is_not_null()).to_numpy()
    rows: NDArray[np.int64] = first["row"].to_numpy()
    fault = Fault.where(
        wrong, lambda row: f"the {side.name} record '{ids[row]}' is not what it is in {table.place(int(rows[row]))}"
    )
    raise_faults(table.source, table.place, [fault], "an id must have the same values in all rows")
