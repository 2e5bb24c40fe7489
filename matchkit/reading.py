"""Any source a user may have to one polars frame, nothing in it changed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.config import nearest
from matchkit.csvfile import check_header, read_delimited
from matchkit.encoding import to_utf8
from matchkit.errors import CatalogueError

if TYPE_CHECKING:
    import pandas
    import pyarrow

    Source: TypeAlias = str | Path | pl.DataFrame | pl.LazyFrame | pandas.DataFrame | pyarrow.Table
else:
    Source = Any

_FOREIGN = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"SQLite format 3\0": "a SQLite database",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"ARROW1": "an Arrow file",
}


@dataclass(frozen=True, slots=True)
class Table:
    """What was read, and how.

    Attributes
    ----------
    frame
        The user's columns, untouched. From CSV every column is text; an empty cell is null, ``""`` if quoted.
    source
        Name for messages: the path, ``standard input``, or ``the frame``.
    format
        ``csv``, ``parquet``, ``jsonl``, ``json`` or ``frame``.
    delimiter, encoding
        Of delimited text; None otherwise.
    lines
        Line number of each row in the file, or None where rows have no lines.
    notes
        What the user should know about how the file was read.
    digest
        SHA-256 of the bytes that were read; None for a frame.
    """

    frame: pl.DataFrame
    source: str
    format: str
    delimiter: str | None = None
    encoding: str | None = None
    lines: NDArray[np.int64] | None = None
    notes: tuple[str, ...] = ()
    digest: str | None = None

    def place(self, row: int) -> str:
        """Where row `row`, counted from 0, is: ``line 7`` of a text file, else ``row 6``."""
        return f"row {row + 1}" if self.lines is None else f"line {self.lines[row]}"


def read_table(
    source: Source,
    *,
    stdin: BinaryIO | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Table:
    """Read a catalogue: CSV and its relatives, Parquet, JSON lines, a JSON array, or a frame.

    The content decides the format, not the name; gzip is undone. ``-`` is standard input.

    Raises
    ------
    CatalogueError
        The source cannot be read or holds no table with at least two columns and one row.
    """
    if isinstance(source, str | Path):
        data, name = _read_bytes(source, stdin)
        table = replace(_from_bytes(data, name, delimiter, encoding), digest=hashlib.sha256(data).hexdigest())
    else:
        table = Table(_from_frame(source), "the frame", "frame")
        objects = [name for name, kind in table.frame.schema.items() if kind == pl.Object]
        if objects:
            raise CatalogueError(f"the frame: column '{objects[0]}' holds Python objects; make them text")
    check_header(table.frame.columns, table.source)
    if not table.frame.height:
        raise CatalogueError(f"{table.source} has a header but no rows")
    return table


def _read_bytes(source: str | Path, stdin: BinaryIO | None) -> tuple[bytes, str]:
    if str(source) == "-":
        if stdin is None and sys.stdin is None:
            raise CatalogueError("standard input is closed: give a file, or pipe the catalogue in")
        return (stdin or sys.stdin.buffer).read(), "standard input"
    path = Path(source)
    if path.is_dir():
        raise CatalogueError(f"{path} is a folder; give one file")
    try:
        return path.read_bytes(), str(path)
    except FileNotFoundError:
        raise CatalogueError(f"{path}: no such file{_siblings(path)}") from None
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _siblings(path: Path) -> str:
    try:
        names = [other.name for other in path.parent.iterdir() if other.is_file()]
    except OSError:
        return f"; the folder {path.parent} is not there either" if not path.parent.exists() else ""
    advice = nearest(path.name, names) if names else ""
    return f"; {advice}" if advice.startswith("did") else ""


def _from_bytes(data: bytes, source: str, delimiter: str | None, encoding: str | None) -> Table:
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise CatalogueError(f"{source}: the gzip file is damaged: {error}") from None
    if data.startswith(b"PAR1"):
        return Table(_parquet(data, source), source, "parquet")
    foreign = next((what for magic, what in _FOREIGN.items() if data.startswith(magic)), None)
    if foreign:
        raise CatalogueError(f"{source} is {foreign}; save it as CSV, Parquet or JSON lines")
    text, used = to_utf8(data, source, encoding)
    start = text[:4096].lstrip()
    if not start and not text.strip():
        raise CatalogueError(f"{source} is empty; give a file with a header line and rows")
    if delimiter is None and start.startswith(b"{"):
        frame, lines = _json_lines(text, source)
        return Table(frame, source, "jsonl", encoding=used, lines=lines)
    if delimiter is None and start.startswith(b"[") and start[1:].lstrip()[:1] in (b"{", b"]"):
        return Table(_json_array(text, source), source, "json", encoding=used)
    read = read_delimited(text, source, delimiter)
    return Table(read.frame, source, "csv", read.delimiter, used, read.lines, read.notes)


def _parquet(data: bytes, source: str) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise CatalogueError(f"{source}: the Parquet file is damaged: {_first_line(error)}") from None


def _json_lines(data: bytes, source: str) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    rows = data.split(b"\n")
    lines = np.array([number for number, row in enumerate(rows, 1) if row.strip()], np.int64)
    try:
        frame = pl.read_ndjson(io.BytesIO(data), infer_schema_length=None)
    except (pl.exceptions.PolarsError, RuntimeError) as error:
        raise CatalogueError(f"{source}: {_json_fault(rows) or _first_line(error)}") from None
    if frame.height != len(lines):
        raise CatalogueError(f"{source}: {_json_fault(rows) or 'some lines hold more than one JSON object'}")
    return frame, lines


def _json_fault(rows: list[bytes]) -> str | None:
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            value = json.loads(row)
        except (ValueError, RecursionError) as error:
            return f"line {number} is not valid JSON: {error}; write one object a line"
        if not isinstance(value, dict):
            return f"line {number} is not a JSON object; write one object a line"
    return None


def _json_array(data: bytes, source: str) -> pl.DataFrame:
    try:
        rows = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"{source} is not valid JSON: {error}") from None
    strange = next((i for i, row in enumerate(rows, 1) if not isinstance(row, dict)), None)
    if strange is not None:
        raise CatalogueError(f"{source}: item {strange} of the JSON array is not an object")
    if not rows:
        raise CatalogueError(f"{source} is empty; give at least one object")
    lines = b"\n".join(json.dumps(row, ensure_ascii=False).encode() for row in rows)
    return _json_lines(lines, source)[0]


def _from_frame(source: Any) -> pl.DataFrame:
    try:
        if isinstance(source, pl.DataFrame):
            return source
        if isinstance(source, pl.LazyFrame):
            return source.collect()
        kind = type(source).__module__.partition(".")[0]
        if kind == "pandas":
            return _from_pandas(source)
        if kind == "pyarrow" or hasattr(source, "__arrow_c_stream__"):
            return pl.DataFrame(pl.from_arrow(source))
    except (pl.exceptions.PolarsError, OSError, TypeError, ValueError) as error:
        raise CatalogueError(f"the frame cannot be read: {_first_line(error)}") from None
    raise CatalogueError(f"a {type(source).__name__} is no catalogue; give a path or a polars, pandas or Arrow table")


def _from_pandas(source: Any) -> pl.DataFrame:
    names = [str(name) for name in source.columns]
    check_header(names, "the frame")
    columns = {}
    for position, name in enumerate(names):
        column = source.iloc[:, position]
        try:
            columns[name] = pl.Series(name, pl.from_pandas(column))
        except (pl.exceptions.PolarsError, ImportError, TypeError, ValueError):
            gone = column.isna().to_numpy()
            values = [None if absent else value for value, absent in zip(column, gone, strict=True)]
            columns[name] = pl.Series(name, values, strict=False)
    return pl.DataFrame(columns)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
