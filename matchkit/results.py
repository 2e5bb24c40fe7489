"""What a run gives back: the labelled records, the pairs behind them, the families, and how it was done."""

from __future__ import annotations

import json
import math
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl

from matchkit.catalogue import ADDED_COLUMNS, VARIANT, id_values
from matchkit.errors import ConfigError
from matchkit.groupformats import FILES, GroupFormat, group_notes, group_writer
from matchkit.pairtable import PairTable
from matchkit.progress import Progress, SilentProgress
from matchkit.staging import WORK, half_written
from matchkit.writing import (
    Writer,
    csv_notes,
    write_csv,
    write_csv_batches,
    write_folder,
    write_parquet,
    write_text,
)

Format = Literal["csv", "parquet"]
RUN_FILE = "run.json"
#: The columns of ``pairs`` that hold probabilities.
PAIR_PROBABILITIES = ("p_exact", "p_variant")

_LIBRARIES = (
    "polars",
    "numpy",
    "faiss-cpu",
    "rapidfuzz",
    "scikit-learn",
    "scipy",
    "recordlinkage",
    "xgboost-cpu",
    "xgboost",
)
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
        The user's columns and rows, untouched and in their order, and after them what the run added: the
        entity, the family, the values understood of each ignored attribute (families only), the confidence in
        [0, 1] and whether a person should look. They are named ``entity_id``, ``family_id``,
        ``variant_color`` ..., ``confidence`` and ``needs_review`` unless the user has a column of that name.
    pair_table
        What `pairs` is made from when it is looked at; `write` needs no more of it than a batch in memory.
    run
        How it was done, what ``run.json`` holds: ``versions``, ``source``, ``config``, ``columns`` (a list of
        name, role, kind, reason), ``thresholds``, ``counts`` and ``seconds`` per stage, ``index``, ``notes``.
    families
        The families of two or more items, see :func:`matchkit.familytable.family_table`; None where the run
        looked for duplicates only.
    names
        The usual name of each added column to the one it has, see :func:`matchkit.catalogue.output_names`;
        where it is empty, the last four columns of ``records`` are those added.
    """

    records: pl.DataFrame
    pair_table: PairTable
    run: Mapping[str, Any]
    families: pl.DataFrame | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def pairs(self) -> pl.DataFrame:
        """Every pair of records that is not ``different`` and those in doubt.

        Columns ``left_id``, ``right_id``, ``label``, ``p_exact``, ``p_variant``, ``differs_in``, ``reason``.
        """
        return self.pair_table.frame

    @property
    def added(self) -> tuple[str, str, str, str]:
        """The names of four columns that the run added: entity, family, confidence, needs review."""
        last = self.records.columns[-len(ADDED_COLUMNS) :]
        entity, family, confidence, review = [self.names[name] for name in ADDED_COLUMNS] if self.names else last
        return entity, family, confidence, review

    @property
    def variation(self) -> dict[str, str]:
        """Each ignored attribute and the column of ``records`` that holds the values understood."""
        return {name.removeprefix(VARIANT): column for name, column in self.names.items() if name.startswith(VARIANT)}

    @property
    def given(self) -> list[str]:
        """The user's own columns."""
        added = {*self.names.values(), *self.added}
        return [name for name in self.records.columns if name not in added]

    @property
    def ids(self) -> pl.Series:
        """The id of every row: the value of the id column, else its number from 1."""
        column = self.run.get("input", {}).get("id_column")
        if column is not None:
            return id_values(self.records[column])
        return pl.int_range(1, self.records.height + 1, eager=True).cast(pl.String).alias("id")

    @property
    def entities(self) -> int:
        """How many different items the rows are."""
        return self.records[self.added[0]].n_unique()

    @property
    def family_count(self) -> int:
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
        shown = title_columns(self.run.get("columns", ()), self.given)
        parts = [pl.col(name).cast(pl.String, strict=False) for name in shown]
        group = self.records.filter(pl.col(self.added[0]) == entity)
        named = group.select(pl.concat_str(parts, separator=" · ", ignore_nulls=True)).to_series()
        return tuple(named.unique(maintain_order=True).head(count).to_list())

    def write(
        self,
        folder: str | Path,
        *,
        format: Format = "csv",
        force: bool = False,
        group_format: GroupFormat | None = None,
        progress: Progress | None = None,
    ) -> list[Path]:
        """Write ``records``, ``pairs``, ``families`` where there are any and ``run.json``, all of them or none.

        Parameters
        ----------
        folder
            Made where it is missing.
        format
            ``csv`` (probabilities with four decimals) or ``parquet`` (types and probabilities in full).
        force
            Replace the results in a folder that is not empty, all files that an earlier run wrote; others stay.
        group_format
            One file more with the families as ``schema.org`` (JSON-LD), ``google`` (a Merchant Center feed) or
            ``shopify`` (a product CSV) takes them.
        progress
            Told of the stage; silent by default.

        Returns
        -------
        list of Path
            The files written.

        Raises
        ------
        ConfigError
            A format is not known, or there are no families to write in the group format.
        OutputError
            The folder cannot be used, or holds files and ``force`` is not set.
        """
        check_format("format", format, get_args(Format))
        if group_format is not None:
            check_format("group_format", group_format, get_args(GroupFormat))
            if self.families is None:
                raise ConfigError(f"group_format '{group_format}' needs families: find them with matchkit.variants")
        names = file_names(format, families=self.families is not None, group_format=group_format)
        with (progress or SilentProgress()).stage("writing", self.pair_table.height) as advance:
            notes = [*self.run.get("notes", ()), *self.notes_on(format, group_format)]
            writers = [
                table_writer(self.records, self.added[2:3], format),
                pair_writer(self.pair_table, format, advance),
            ]
            if self.families is not None:
                writers.append(table_writer(self.families, ("probability",), format))
            if group_format is not None:
                writers.append(group_writer(self, group_format))
            return write_results(
                folder, dict(zip(names[:-1], writers, strict=True)), {**self.run, "notes": notes}, force=force
            )

    def notes_on(self, format: Format, group_format: GroupFormat | None = None) -> list[str]:
        """What a reader of the files should know about what their formats cannot hold as it is."""
        notes = csv_notes(self.records) if format == "csv" else []
        return notes if group_format is None else [*notes, *group_notes(self, group_format)]


def file_names(format: Format, *, families: bool = False, group_format: GroupFormat | None = None) -> list[str]:
    """The names of the files that a result is written to."""
    groups = [f"families.{format}"] if families else []
    further = [FILES[group_format]] if group_format is not None else []
    return [f"records.{format}", f"pairs.{format}", *groups, *further, RUN_FILE]


def check_format(setting: str, given: str, known: Sequence[str]) -> None:
    """Refuse a format that is not among those known.

    Raises
    ------
    ConfigError
        Says which are.
    """
    if given not in known:
        allowed = " or ".join(known) if len(known) < 3 else f"{', '.join(known[:-1])} or {known[-1]}"
        raise ConfigError(f"{setting} {given!r} is not known: use {allowed}")


def link_file_names(format: Format) -> list[str]:
    """The names of the files that linked tables are written to."""
    return [f"left.{format}", f"right.{format}", f"pairs.{format}", RUN_FILE]


def write_results(
    folder: str | Path, tables: Mapping[str, Writer], run: Mapping[str, Any], *, force: bool = False
) -> list[Path]:
    """Write tables and, last, ``run.json``, all of them or none; with ``force`` what an earlier run left goes.

    Parameters
    ----------
    folder
        Made where it is missing.
    tables
        For each file's name, what writes it.
    run
        What ``run.json`` holds, but for the names of the files.
    force
        Replace the results in a folder that is not empty.

    Raises
    ------
    OutputError
        As for :func:`matchkit.writing.write_folder`.
    """
    names = [*tables, RUN_FILE]
    place = Path(folder).expanduser()
    earlier = (files_of_run(place) if force else set()) | (half_written(place / WORK) & _names_of_files())
    files: dict[str, Writer] = {**tables, RUN_FILE: partial(_write_json, {**run, "files": names})}
    return write_folder(folder, files, force=force, replaced=sorted(earlier))


def files_of_run(folder: Path) -> set[str]:
    """The files in a folder that a run of ours wrote there, as its ``run.json`` says; only names that we give files."""
    try:
        run = json.loads((folder / RUN_FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return set()
    listed = run.get("files") if isinstance(run, dict) and "matchkit" in (run.get("versions") or ()) else None
    return {name for name in listed if name in _names_of_files()} if isinstance(listed, list) else set()


def _names_of_files() -> set[str]:
    """Every name that a file with results may have."""
    ours = set(FILES.values())
    for format in get_args(Format):
        ours.update(file_names(format, families=True), link_file_names(format))
    return ours


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


def table_writer(frame: pl.DataFrame, probabilities: Sequence[str], format: Format) -> Writer:
    """What writes a table in a format: CSV with probabilities of four decimals, Parquet in full."""
    if format == "parquet":
        return partial(write_parquet, frame)
    return partial(write_csv, _rounded(frame, probabilities))


def pair_writer(pairs: PairTable, format: Format, advance: Callable[[int], None] | None = None) -> Writer:
    """The same for pairs, which come a batch at a time; ``advance`` hears how many more are written."""
    if format == "parquet":
        return partial(pairs.write_parquet, advance=advance)

    def write(path: Path) -> None:
        write_csv_batches((_rounded(batch, PAIR_PROBABILITIES) for batch in pairs.batches(advance)), path)

    return write


def _rounded(frame: pl.DataFrame, probabilities: Sequence[str]) -> pl.DataFrame:
    floats = [name for name in probabilities if frame[name].dtype.is_float()]
    return frame.with_columns(pl.col(floats).round(_DECIMALS))


def _write_json(run: Mapping[str, Any], path: Path) -> None:
    text = json.dumps(plain(run), ensure_ascii=False, indent=2, allow_nan=False)
    # A list of numbers on one line; strings hold no line breaks, so none of them is touched.
    text = re.sub(r'\[\n\s+(-?\d[^"\[\]{}]*?)\n\s+\]', lambda found: f"[{' '.join(found[1].split())}]", text)
    # A file name may hold bytes that are no text; the escape is the one JSON has for it.
    write_text(f"{text}\n", path, errors="backslashreplace")
