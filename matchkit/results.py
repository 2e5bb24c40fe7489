"""What a run of ``dedupe`` gives back: the labelled records, the pairs behind them, and how it was done."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl

from matchkit.errors import ConfigError
from matchkit.writing import Writer, csv_notes, write_csv, write_folder, write_parquet

Format = Literal["csv", "parquet"]

_LIBRARIES = ("polars", "numpy", "faiss-cpu", "rapidfuzz", "scikit-learn", "scipy", "recordlinkage")
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Group:
    """One entity of two or more rows.

    Attributes
    ----------
    entity_id
        The entity.
    rows
        How many rows it has.
    titles
        What its rows are called, each different title once, in the order of the rows; the first few.
    needs_review
        Whether any of its rows needs review.
    """

    entity_id: str
    rows: int
    titles: tuple[str, ...]
    needs_review: bool


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a run.

    Attributes
    ----------
    records
        The user's columns and rows, untouched and in their order, and after them four columns: the entity,
        the family, the confidence in [0, 1] and whether a person should look. They are named ``entity_id``,
        ``family_id``, ``confidence`` and ``needs_review`` unless the user has a column of that name.
    pairs
        Every pair of records that is not ``different`` and those in doubt: ``left_id``, ``right_id``,
        ``label``, ``p_exact``, ``p_variant``, ``differs_in``, ``reason``.
    run
        How it was done, what ``run.json`` holds: ``versions``, ``source``, ``config``, ``columns`` (a list of
        name, role, kind, reason), ``thresholds``, ``counts`` and ``seconds`` per stage, ``index``, ``notes``.
    """

    records: pl.DataFrame
    pairs: pl.DataFrame
    run: Mapping[str, Any]

    @property
    def added(self) -> tuple[str, str, str, str]:
        """The names of the four columns that the run added: entity, family, confidence, needs review."""
        entity, family, confidence, review = self.records.columns[-4:]
        return entity, family, confidence, review

    @property
    def entities(self) -> int:
        """How many different items the rows are."""
        return self.records[self.added[0]].n_unique()

    @property
    def families(self) -> int:
        """How many variation families the entities form, counting those of a single entity."""
        return self.records[self.added[1]].n_unique()

    @property
    def families_of_several(self) -> int:
        """How many variation families hold more than one entity."""
        entity, family, _, _ = self.added
        return self.records.group_by(family).agg(pl.col(entity).n_unique()).filter(pl.col(entity) > 1).height

    @property
    def duplicate_rows(self) -> int:
        """How many rows repeat an item that another row describes already: rows less entities."""
        return self.records.height - self.entities

    @property
    def pairs_in_doubt(self) -> int:
        """How many pairs a person should look at: the run's own count, else the pairs kept as different."""
        counted = self.run.get("counts", {}).get("pairs_in_doubt")
        return int(counted if counted is not None else (self.pairs["label"] == "different").sum())

    def largest_groups(self, count: int = 5, *, titles: int = 3) -> list[Group]:
        """The entities with the most rows, two at least; ties in the order of their ids."""
        entity, _, _, review = self.added
        rows = pl.len().alias("rows")
        largest = (
            self.records.group_by(entity)
            .agg(rows, pl.col(review).any().alias("review"))
            .filter(pl.col("rows") > 1)
            .sort("rows", entity, descending=[True, False])
            .head(count)
        )
        return [
            Group(str(name), size, self._titles(name, titles), bool(doubt))
            for name, size, doubt in largest.select(entity, "rows", "review").iter_rows()
        ]

    def _titles(self, entity: object, count: int) -> tuple[str, ...]:
        shown = title_columns(self.run.get("columns", ()), self.records.columns[:-4])
        parts = [pl.col(name).cast(pl.String, strict=False) for name in shown]
        group = self.records.filter(pl.col(self.added[0]) == entity)
        named = group.select(pl.concat_str(parts, separator=" · ", ignore_nulls=True)).to_series()
        return tuple(named.unique(maintain_order=True).head(count).to_list())

    def write(self, folder: str | Path, *, format: Format = "csv", force: bool = False) -> list[Path]:
        """Write ``records``, ``pairs`` and ``run.json`` into a folder, all of them or none.

        Parameters
        ----------
        folder
            Made where it is missing.
        format
            ``csv`` (probabilities with four decimals) or ``parquet`` (types and probabilities in full).
        force
            Replace the results in a folder that is not empty; other files in it stay untouched.

        Returns
        -------
        list of Path
            The files written.

        Raises
        ------
        OutputError
            The folder cannot be used, or holds files and ``force`` is not set.
        """
        if format not in get_args(Format):
            raise ConfigError(f"format {format!r} is not known: use {' or '.join(get_args(Format))}")
        names = file_names(format)
        run = {**self.run, "notes": [*self.run.get("notes", ()), *self.notes_on(format)], "files": names}
        writers = (
            _table_writer(self.records, self.added[2:3], format),
            _table_writer(self.pairs, ("p_exact", "p_variant"), format),
            partial(_write_json, run),
        )
        return write_folder(folder, dict(zip(names, writers, strict=True)), force=force)

    def notes_on(self, format: Format) -> list[str]:
        """What a reader of the files should know about columns that the format cannot hold as they are."""
        return csv_notes(self.records) if format == "csv" else []


def file_names(format: Format) -> list[str]:
    """The names of the files that a result is written to."""
    return [f"records.{format}", f"pairs.{format}", "run.json"]


def title_columns(columns: Sequence[Mapping[str, Any]], present: Sequence[str]) -> list[str]:
    """The columns that best say what a record is called: its title, else its first text columns, else any."""
    known = [column for column in columns if column["name"] in present]
    titles = [column["name"] for column in known if column.get("kind") == "title"]
    texts = [column["name"] for column in known if column.get("role") == "text"]
    return titles[:1] or texts[:3] or list(present[:3])


def versions() -> dict[str, str]:
    """The versions of matchkit, Python and the libraries that decide the result."""
    from matchkit import __version__

    found = {"matchkit": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def plain(value: object) -> Any:
    """The value as JSON can hold it: dataclasses as objects, arrays as lists, nan and infinities as null."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):  # numpy
        return plain(value.tolist())
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    return [plain(item) for item in value] if hasattr(value, "__iter__") else str(value)


def _table_writer(frame: pl.DataFrame, probabilities: Sequence[str], format: Format) -> Writer:
    if format == "parquet":
        return partial(write_parquet, frame)
    floats = [name for name in probabilities if frame[name].dtype.is_float()]
    return partial(write_csv, frame.with_columns(pl.col(floats).round(_DECIMALS)))


def _write_json(run: Mapping[str, Any], path: Path) -> None:
    text = json.dumps(plain(run), ensure_ascii=False, indent=2, allow_nan=False)
    # A file name may hold bytes that are no text; the escape is the one JSON has for it.
    path.write_bytes(f"{text}\n".encode(errors="backslashreplace"))
