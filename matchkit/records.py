"""Distinct records of a catalogue, in an order that depends on their content alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.catalogue import Catalogue
from pairs.attributes import Attribute
from pairs.normalise import as_text, normalise


@dataclass(frozen=True, slots=True)
class Records:
    """Rows that say the same in every compared column are one record from here on.

    Attributes
    ----------
    frame
        The compared columns of one row of each distinct record, as the user wrote them.
    normalised
        The same, comparable (see :func:`pairs.normalise.normalise`).
    rows
        Number of the row (in the catalogue) that stands for each record: the one with the smallest id.
    record_of
        For every row of the catalogue the record it belongs to.
    """

    frame: pl.DataFrame
    normalised: pl.DataFrame
    rows: NDArray[np.int64]
    record_of: NDArray[np.int64]

    @classmethod
    def distinct(cls, catalogue: Catalogue, attributes: Sequence[Attribute]) -> Records:
        """Fold identical rows; a row with no values at all is like no other row.

        Cells are the same if they differ only in case and in the spaces around them.
        """
        compared = [a for a in attributes if a.compared]
        names = [a.name for a in compared]
        normalised = normalise(catalogue.frame, compared)
        cells = [
            as_text(catalogue.frame[name]).str.strip_chars().str.to_lowercase().alias(f"c{position}")
            for position, name in enumerate(names)
        ]
        known = [pl.lit(normalised[name]).is_not_null() for name in names]
        order = id_order(catalogue.ids)
        keys = pl.DataFrame([*cells, order.alias("id")]).with_row_index("row")
        cell_names = [cell.name for cell in cells]
        empty = ~pl.any_horizontal(known) if known else pl.lit(True)
        keys = keys.with_columns(pl.when(empty).then(pl.col("id")).alias("alone"))
        grouped = (
            keys.sort("id")
            .group_by([*cell_names, "alone"], maintain_order=True)
            .agg(pl.col("row").first().alias("first"), pl.col("row"))
            .sort([*cell_names, "alone"], nulls_last=True)
            .with_row_index("record")
        )
        rows = grouped["first"].to_numpy().astype(np.int64)
        member = grouped.select("record", "row").explode("row")
        record_of = np.empty(len(catalogue.ids), dtype=np.int64)
        record_of[member["row"].to_numpy()] = member["record"].to_numpy()
        if not names:  # a frame without columns has no rows either
            nothing = pl.DataFrame({"nothing": pl.Series([None] * len(rows), dtype=pl.String)})
            return cls(nothing, nothing, rows, record_of)
        return cls(catalogue.frame.select(names)[rows], normalised[rows], rows, record_of)

    def repeats(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows that repeat another row: the rows that stand for them, and they themselves."""
        row = np.arange(len(self.record_of))
        stands = self.rows[self.record_of]
        repeats = np.flatnonzero(row != stands)
        return stands[repeats], repeats

    def __len__(self) -> int:
        return len(self.rows)


def id_order(ids: pl.Series) -> pl.Series:
    """Rank of every id, from 0: whole numbers by value if all ids are such, else as text."""
    numbers = ids.cast(pl.Int64, strict=False)
    plain = numbers.null_count() == 0 and bool((numbers.cast(pl.String) == ids).all())
    return ((numbers if plain else ids).rank("ordinal") - 1).cast(pl.Int64)
