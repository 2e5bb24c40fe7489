"""A catalogue: the user's rows as they are, and an id for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import polars as pl

from matchkit.config import Config, nearest
from matchkit.csvfile import SHOWN_PROBLEMS
from matchkit.errors import CatalogueError, ConfigError
from matchkit.headers import header_words
from matchkit.reading import Source, Table, read_table
from pairs.normalise import as_text

#: The columns that a run adds to the user's.
ADDED_COLUMNS = ("entity_id", "family_id", "confidence", "needs_review")
#: What stands before the name of an attribute in the columns that hold the values understood.
VARIANT = "variant_"

_KEY_NAMES = {
    "id",
    "ids",
    "key",
    "uuid",
    "guid",
    "pk",
    "recid",
    "rowid",
    "recordid",
    "sku",
    "asin",
    "code",
    "handle",
}
_KEY_ENDINGS = {"id", "uuid", "guid", "key", "pk"}
_KEY_PAIRS = {
    (thing, number)
    for thing in (
        "item",
        "product",
        "article",
        "record",
        "row",
        "part",
        "customer",
        "artikel",
        "produkt",
        "article",
    )
    for number in ("no", "nr", "number", "num", "nummer", "code", "sku", "numero")
}
_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rows to match.

    Attributes
    ----------
    frame
        The user's columns, untouched, in the user's order.
    ids
        A unique ``String`` for each row: the id column's values, or row numbers from ``"1"``.
    id_column
        The column the ids come from, or None where rows are numbered.
    source
        Name for messages: a path, ``standard input`` or ``the frame``.
    format, delimiter, encoding, digest
        As in :class:`matchkit.reading.Table`.
    notes
        What the user should know about how the file was read and understood.
    """

    frame: pl.DataFrame
    ids: pl.Series
    id_column: str | None
    source: str
    format: str = "frame"
    delimiter: str | None = None
    encoding: str | None = None
    notes: tuple[str, ...] = ()
    digest: str | None = None

    @classmethod
    def read(cls, source: Source, config: Config | None = None, *, stdin: BinaryIO | None = None) -> Catalogue:
        """Read a file, standard input (``-``) or a frame, and find or check its id column.

        Raises
        ------
        CatalogueError
            The source is not usable, or the named id column has missing or repeated values.
        ConfigError
            The settings name a column that is not there.
        """
        if not isinstance(config, Config | None):
            raise ConfigError(
                f"config is {type(config).__name__}, not a matchkit.Config: make one, or load a file with Config.load"
            )
        config = config or Config()
        return cls.of(read_table(source, stdin=stdin, delimiter=config.delimiter, encoding=config.encoding), config)

    @classmethod
    def of(cls, table: Table, config: Config, *, option: str = "--id") -> Catalogue:
        """Find or check the id column of a table that was read; `option` names it on the command line.

        Raises
        ------
        CatalogueError, ConfigError
            As for :meth:`read`.
        """
        _check_columns(table, config)
        ids, column, found = record_ids(table, config, option=option)
        _, renamed = output_names(table.frame.columns)
        notes = (*table.notes, *encoding_note(table), *found, *renamed)
        how = table.format, table.delimiter, table.encoding
        return cls(table.frame, ids, column, table.source, *how, notes, table.digest)


def output_names(columns: Iterable[str], attributes: Sequence[str] = ()) -> tuple[dict[str, str], tuple[str, ...]]:
    """The name under which each added column is written, and a note for each that had to give way.

    The user's columns keep their names: where the user has an ``entity_id`` already, ours is
    ``matchkit_entity_id`` (then ``matchkit_entity_id_2`` and so on).

    Parameters
    ----------
    columns
        The user's columns.
    attributes
        Ignored attributes: each has a column ``variant_`` and its name, behind ``family_id``.
    """
    taken = set(columns)
    names, notes = {}, []
    added = [*ADDED_COLUMNS[:2], *(f"{VARIANT}{name}" for name in attributes), *ADDED_COLUMNS[2:]]
    for name in added:
        chosen, count = name, 1
        while chosen in taken:
            chosen = f"matchkit_{name}" + (f"_{count}" if count > 1 else "")
            count += 1
        if chosen != name:
            notes.append(f"there is a column '{name}' already, so the new one is written as '{chosen}'")
        names[name] = chosen
        taken.add(chosen)
    return names, tuple(notes)


def _check_columns(table: Table, config: Config) -> None:
    known = table.frame.columns
    asked = [("id", config.id)] if config.id is not None else []
    asked += [("ignore_columns", name) for name in config.ignore_columns]
    asked += [("columns", name) for name in config.columns]
    problems = [
        f"{key}: {table.source} has no column '{name}', {nearest(name, known)}"
        for key, name in asked
        if name not in known
    ]
    if problems:
        raise ConfigError("; ".join(problems))


def encoding_note(table: Table) -> tuple[str, ...]:
    """What the user should know of an encoding that was guessed."""
    if table.encoding in ("latin-1", "cp1252"):
        return (f"the file is not UTF-8 and was read as {table.encoding}; pass --encoding if that is wrong",)
    return ()


def record_ids(table: Table, config: Config, *, option: str = "--id") -> tuple[pl.Series, str | None, tuple[str, ...]]:
    """The id of each row, the column that it is from (None for row numbers), and what the user should know of it.

    Raises
    ------
    CatalogueError
        The id column that the settings name has missing or repeated values.
    """
    named = config.id or next((name for name, given in config.columns.items() if given == "id"), None)
    if named is not None:
        ids = id_values(table.frame[named])
        _check_ids(ids, named, table, option)
        return ids, named, ()
    passed_over = {*config.ignore_columns, *(name for name in config.columns)}
    hinted = [name for name in table.frame.columns if name not in passed_over and _key_rank(name) is not None]
    for name in sorted(hinted, key=lambda name: _key_rank(name) or 0):
        ids = id_values(table.frame[name])
        if _is_key(ids):
            return ids, name, ()
    first = table.frame.columns[0]
    if first not in passed_over and _counts_rows(table.frame[first]):
        return id_values(table.frame[first]), first, (f"the column '{first}' counts the rows and is the id",)
    numbers = pl.Series("id", np.arange(1, table.frame.height + 1)).cast(pl.String)
    reason = "no column looks like an id"
    if hinted:
        reason = f"the column '{hinted[0]}' has repeated or missing values, so it is no id"
    return numbers, None, (f"{reason}: rows are numbered from 1",)


def id_values(column: pl.Series) -> pl.Series:
    """The values of an id column as the ids they are: whole numbers without a fraction, all else as text."""
    if column.dtype.is_float() and (column.drop_nulls() % 1 == 0).all():
        column = column.cast(pl.Int64, strict=False)
    return as_text(column).alias("id")


def _blank(ids: pl.Series) -> pl.Series:
    return (ids.str.strip_chars() == "").fill_null(True)


def _check_ids(ids: pl.Series, name: str, table: Table, option: str) -> None:
    missing = np.flatnonzero(_blank(ids))
    if len(missing):
        raise CatalogueError(
            f"{table.source}: the id column '{name}' is empty in {len(missing)} of {len(ids)} rows "
            f"({_places(table, missing)}); fill it in, or name another column with {option}"
        )
    repeated = np.flatnonzero(ids.is_duplicated())
    if len(repeated):
        shown = ", ".join(f"'{ids[int(row)]}' in {table.place(int(row))}" for row in repeated[:SHOWN_PROBLEMS])
        more = " ..." if len(repeated) > SHOWN_PROBLEMS else ""
        raise CatalogueError(
            f"{table.source}: the id column '{name}' has values that repeat ({shown}{more}); "
            f"make them unique, or name another column with {option}"
        )


def _places(table: Table, rows: np.ndarray) -> str:
    shown = ", ".join(table.place(int(row)) for row in rows[:SHOWN_PROBLEMS])
    return shown + (" ..." if len(rows) > SHOWN_PROBLEMS else "")


def _key_rank(name: str) -> int | None:
    """How much a header says *key*: 0 most, None not at all."""
    words = header_words(name)
    if words in (("id",), ("record", "id"), ("row", "id"), ("rec", "id")):
        return 0
    if len(words) == 1 and words[0] in _KEY_NAMES:
        return 1
    if words and words[-1] in _KEY_ENDINGS:
        return 2
    return 3 if words[-2:] in _KEY_PAIRS else None


def _is_key(ids: pl.Series) -> bool:
    if _blank(ids).any() or ids.is_duplicated().any():
        return False
    short = ids.str.len_chars().max() or 0
    # Words are names; *item 001* is a key all the same.
    numbered = ids.str.contains(r"\d").all() or not ids.str.contains(r"\s").any()
    return int(str(short)) <= _LONGEST_KEY and bool(numbered)


def _counts_rows(column: pl.Series) -> bool:
    """Whether the values are 0, 1, 2 ... or 1, 2, 3 ..., in any order: a saved row number."""
    numbers = as_text(column).cast(pl.Int64, strict=False) if not column.dtype.is_integer() else column
    if len(numbers) < 2 or numbers.null_count():
        return False
    ordered = numbers.sort().to_numpy()
    return bool(ordered[0] in (0, 1) and (ordered == np.arange(len(ordered)) + ordered[0]).all())
