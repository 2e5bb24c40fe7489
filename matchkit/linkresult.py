"""What linking two tables gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import polars as pl

from matchkit.outcome import EXACT
from matchkit.pairtable import PairTable
from matchkit.progress import Progress, SilentProgress
from matchkit.results import Format, check_format, link_file_names, pair_writer, table_writer, write_results
from matchkit.writing import csv_notes


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The outcome of linking two tables.

    Attributes
    ----------
    pair_table
        What `pairs` is made from when it is looked at; `write` needs no more of it than a batch in memory.
    left, right
        The user's columns and rows of both tables, untouched and in their order, and after them the entity, the
        family, the confidence in [0, 1] and whether a person should look. Entities and families are called
        ``left:ID`` or ``right:ID`` after their smallest member, left ones first.
    run
        How it was done, what ``run.json`` holds.
    names
        For each table the usual name of each added column to the one it has, see
        :func:`matchkit.catalogue.output_names`.
    """

    pair_table: PairTable
    left: pl.DataFrame
    right: pl.DataFrame
    run: Mapping[str, Any]
    names: tuple[Mapping[str, str], Mapping[str, str]] = field(default=({}, {}))

    @property
    def pairs(self) -> pl.DataFrame:
        """Every pair that is not ``different``, those in doubt and those that lost to a better partner.

        Columns ``left_id``, ``right_id``, ``label``, ``p_exact``, ``p_variant``, ``differs_in``, ``reason``.
        """
        return self.pair_table.frame

    @property
    def matches(self) -> pl.DataFrame:
        """The pairs that are the same item."""
        return self.pairs.filter(pl.col("label") == EXACT)

    def write(
        self,
        folder: str | Path,
        *,
        format: Format = "csv",
        force: bool = False,
        progress: Progress | None = None,
    ) -> list[Path]:
        """Write ``left``, ``right``, ``pairs`` and ``run.json``, all of them or none.

        Parameters
        ----------
        folder
            Made where it is missing.
        format
            ``csv`` (probabilities with four decimals) or ``parquet`` (types and probabilities in full).
        force
            Replace the results in a folder that is not empty, all files that an earlier run wrote; others stay.
        progress
            Told of the stage; silent by default.

        Returns
        -------
        list of Path
            The files written.

        Raises
        ------
        ConfigError
            The format is not known.
        OutputError
            The folder cannot be used, or holds files and ``force`` is not set.
        """
        check_format("format", format, get_args(Format))
        tables = [
            (frame, [names.get("confidence", frame.columns[-2])])
            for frame, names in zip((self.left, self.right), self.names, strict=True)
        ]
        run = {**self.run, "notes": [*self.run.get("notes", ()), *self.notes_on(format)]}
        names = link_file_names(format)[:-1]
        with (progress or SilentProgress()).stage("writing", self.pair_table.height) as advance:
            writers = [
                *(table_writer(frame, chosen, format) for frame, chosen in tables),
                pair_writer(self.pair_table, format, advance),
            ]
            return write_results(folder, dict(zip(names, writers, strict=True)), run, force=force)

    def notes_on(self, format: Format) -> list[str]:
        """What a reader of the files should know about what their format cannot hold as it is."""
        if format != "csv":
            return []
        return [f"{side}: {note}" for side in ("left", "right") for note in csv_notes(getattr(self, side))]
