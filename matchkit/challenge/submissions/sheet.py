"""The columns of a submission that matter, from CSV, Parquet or a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from matchkit.challenge.submissions.limits import Limits
from matchkit.challenge.submissions.refusal import Lines, SubmissionFault, one_fault, refusal, shown
from matchkit.spelling import listed

#: Which of the columns of a file are read, by their names.
Choose = Callable[[Sequence[str]], Sequence[str]]

REMEDY = "save it as CSV or Parquet"

ZIP = "a zip archive"

_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"mimetypeapplication/")
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"ARROW1", "an Arrow file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy file"),
    (b"\x80\x02", "a Python pickle, which is never opened"),
    (b"\x80\x03", "a Python pickle, which is never opened"),
    (b"\x80\x04", "a Python pickle, which is never opened"),
    (b"\x80\x05", "a Python pickle, which is never opened"),
    (b"\x7fELF", "a program"),
    (b"<!DOCTYPE", "a web page"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read.

    Attributes
    ----------
    frame
        The columns that were chosen, under their names without white space around them: text, numbers or booleans.
    columns
        The names of all columns, in the same way.
    source
        Name for messages.
    lines
        The line of each row; None where the file has none.
    faults
        What is wrong already, though the rest could be read.
    partial
        Whether rows were left out because of these faults.
    """

    frame: pl.DataFrame
    columns: tuple[str, ...]
    source: str
    lines: Lines | None = None
    faults: tuple[SubmissionFault, ...] = ()
    partial: bool = False


def read_sheet(source: bytes | pl.DataFrame, name: str, choose: Choose, rows: int, limits: Limits) -> Sheet:
    """Read the columns that are chosen.

    Parameters
    ----------
    source
        The bytes of a CSV or Parquet file, which the content tells, or a frame.
    name
        For messages.
    choose
        Gets the names of all columns and gives those to be read.
    rows
        The most rows that are read.
    limits
        All other bounds.

    Raises
    ------
    SubmissionError
        It is neither, is damaged, or is larger than what is read.
    """
    from matchkit.challenge.submissions.readingparquet import read_parquet_sheet
    from matchkit.challenge.submissions.readingtext import read_text_sheet

    if isinstance(source, pl.DataFrame):
        return _from_frame(source, name, choose, rows, limits)
    if len(source) > limits.file_bytes:
        raise refusal(name, [too_large(len(source), limits.file_bytes)])
    if source[:4] == b"PAR1":
        return read_parquet_sheet(source, name, choose, rows, limits)
    foreign = what_it_is(source)
    if foreign is not None:
        raise refusal(name, [one_fault("format", f"the file is {foreign}", REMEDY)])
    return read_text_sheet(source, name, choose, rows, limits)


def what_it_is(data: bytes) -> str | None:
    """What a file is that is no table, by its first bytes; None where these do not tell."""
    if data.startswith(b"PK\x03\x04"):
        # the name of the first entry
        return "a spreadsheet workbook" if data[30:60].startswith(_OFFICE) else ZIP
    return next((what for magic, what in _FOREIGN if data.startswith(magic)), None)


def too_large(size: int, most: int) -> SubmissionFault:
    """The fault of a file that is larger than what is read."""
    remedy = f"at most {most:,} are read; leave out columns that are not asked for"
    return one_fault("too_large", f"the file has {size:,} bytes", remedy)


def row_limit(rows: int, most: int) -> SubmissionFault:
    """The fault of a file with more rows than are read."""
    return one_fault("too_many_rows", f"the file has {rows:,} rows", f"at most {most:,} are read")


def column_limit(columns: int, most: int) -> SubmissionFault:
    """The fault of a file with more columns than are read."""
    return one_fault("too_many_columns", f"the file has {columns:,} columns", f"at most {most:,} are read")


def no_rows() -> SubmissionFault:
    """The fault of a file that is a header alone."""
    return one_fault("empty", "the file has a header but no rows", "give one row for each answer")


def _from_frame(frame: pl.DataFrame, name: str, choose: Choose, rows: int, limits: Limits) -> Sheet:
    from matchkit.challenge.submissions.plaincolumns import plain_columns

    if frame.width > limits.columns:
        raise refusal(name, [column_limit(frame.width, limits.columns)])
    if frame.height > rows:
        raise refusal(name, [row_limit(frame.height, rows)])
    if not frame.height:
        raise refusal(name, [no_rows()])
    names = [column.strip() for column in frame.columns]
    places = {column: place for place, column in reversed(list(enumerate(names)))}
    chosen = frame.select(frame[:, places[column]].alias(column) for column in choose(names))
    plain, faults = plain_columns(chosen, limits.cell_bytes)
    if faults:
        raise refusal(name, faults)
    return Sheet(plain, tuple(names), name)


def quoted(names: Sequence[str]) -> str:
    """Names of a file for a message: the first ten."""
    return listed([f"'{shown(name)}'" for name in names])
