"""Put files into place whole or not at all: written beside, forced to disk, then renamed."""

from __future__ import annotations

import base64
import errno
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import polars as pl

from matchkit.errors import OutputError, disk_full
from matchkit.staging import NEW, STAGING, WORK, half_written, staging, swap_in, sync_folder

Writer = Callable[[Path], None]

_NESTED = (pl.List, pl.Array, pl.Struct, pl.Object)
_ROWS_AT_ONCE = 50_000


def check_folder(
    folder: str | Path,
    force: bool = False,
    *,
    names: Collection[str] = (),
    source: str | Path | None = None,
) -> None:
    """Check that an output folder can be used, before any work is done.

    Parameters
    ----------
    folder
        Need not exist; neither need its parents.
    force
        Whether a folder that holds files already may be used.
    names
        The files that will be written into the folder.
    source
        The input file, which no output may replace.

    Raises
    ------
    OutputError
        The folder is a file, holds files and ``force`` is not set, cannot be written to, or one of ``names``
        is a folder or the input file.
    """
    place = absolute(folder)
    with explained(folder):
        base = existing(place)
        _check_links(f"cannot use {folder} as the output folder", place)
        if not base.is_dir():
            what = "it is a file" if base == place else f"{base} is a file"
            raise OutputError(f"cannot use {folder} as the output folder: {what}; choose another.")
        if base == place and not force and _occupied(place):
            raise OutputError(
                f"the output folder {folder} is not empty: choose another, or use --force to replace "
                "the results in it (other files stay)."
            )
        for name in names:
            _check_target(place / name, source)
        with staging(base):
            pass


def check_file(path: str | Path, force: bool = False, *, source: str | Path | None = None) -> None:
    """Check that one output file can be written, before any work is done.

    Raises
    ------
    OutputError
        The file exists and ``force`` is not set, is a folder or the input file, or its folder cannot be used.
    """
    place = absolute(path)
    with explained(path):
        _check_target(place, source)
        if place.exists() and not force:
            raise OutputError(f"{path} exists: choose another output, or use --force to replace it.")
        base = existing(place.parent)
        _check_links(f"cannot write {path}", place.parent)
        if not base.is_dir():
            raise OutputError(f"cannot write {path}: {base} is a file; choose another output.")
        with staging(base):
            pass


def write_folder(
    folder: str | Path, writers: Mapping[str, Writer], *, force: bool = False, replaced: Collection[str] = ()
) -> list[Path]:
    """Write several files into a folder, all of them or none.

    Parameters
    ----------
    folder
        Made where it is missing, with its parents.
    writers
        For each file's name, what writes it to the path it is given.
    force
        Replace the files of these names; others in the folder stay untouched.
    replaced
        Names of files that go, since those written take their place.

    Returns
    -------
    list of Path
        The files, in the order of ``writers``.

    Raises
    ------
    OutputError
        The folder cannot be used or the disk is full; nothing was changed.
    """
    check_folder(folder, force, names=writers)
    place = absolute(folder)
    with explained(folder):
        base = existing(place)
        names = [*(name for name in replaced if name not in writers), *writers]
        with staging(base, names) as stage:
            new = stage / NEW
            if base == place:
                _fill(new, writers)
                swap_in(stage, place, names)
            else:
                # The missing parents are made inside the stage too, so that a failure leaves none of them.
                missing = place.relative_to(base)
                (new / missing).mkdir(parents=True)
                _fill(new / missing, writers)
                os.rename(new / missing.parts[0], base / missing.parts[0])
                sync_folder(base)
    return [Path(os.path.expanduser(folder)) / name for name in writers]


def write_file(path: str | Path, writer: Writer, *, force: bool = False) -> Path:
    """Write one file, whole or not at all; its folder is made where it is missing.

    Raises
    ------
    OutputError
        The file exists and ``force`` is not set, or it cannot be written; nothing was changed.
    """
    check_file(path, force)
    place = absolute(path)
    return write_folder(place.parent, {place.name: writer}, force=True)[0]


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as :func:`write_csv_batches` does."""
    write_csv_batches(slices(frame), path)


def write_csv_batches(batches: Iterable[pl.DataFrame], path: Path) -> None:
    """Write frames of the same columns, at least one, one under the other as CSV.

    UTF-8, commas, a header line, ``\\n`` between rows, quotes where needed. Text is written exactly as it is.
    Missing values are empty cells. Types that CSV has no form for become text: lists and structs JSON, bytes
    base64, time spans ISO 8601.
    """
    with path.open("wb") as handle:
        handle.writelines(csv_rows(batches))


def csv_rows(batches: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    """What :func:`write_csv_batches` writes, a batch at a time."""
    for number, batch in enumerate(batches):
        flat = batch.with_columns([_as_text(column) for column in batch if _needs_text(column.dtype)])
        yield flat.write_csv(include_header=number == 0).encode()


def slices(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A frame cut into some rows at a time, after its header alone."""
    return chain([frame.clear()], frame.iter_slices(_ROWS_AT_ONCE))


def write_text(text: str, path: Path, errors: str = "strict") -> None:
    """Write text as UTF-8, to the letter; `errors` says what becomes of half characters, as for ``str.encode``."""
    path.write_bytes(text.encode(errors=errors))


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet; columns keep their types."""
    frame.write_parquet(path)


def csv_notes(frame: pl.DataFrame) -> list[str]:
    """What a reader of the CSV file should know about columns whose types CSV has no form for."""
    notes = []
    for names, form in (
        ([c.name for c in frame if c.dtype.base_type() in _NESTED], "JSON text"),
        ([c.name for c in frame if c.dtype == pl.Binary], "base64 text"),
    ):
        if names:
            notes.append(f"CSV cannot hold the type of {_list(names)}, written as {form}; --format parquet keeps it.")
    return notes


def _list(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names[:5]) + (", ..." if len(names) > 5 else "")


def _needs_text(dtype: pl.DataType) -> bool:
    return dtype.base_type() in (*_NESTED, pl.Binary, pl.Duration)


def _as_text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Duration:
        return column.dt.to_string("iso")
    texts = [None if value is None else _cell(value) for value in column.to_list()]
    return pl.Series(column.name, texts, dtype=pl.String)


def _cell(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=_cell)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def absolute(path: str | Path) -> Path:
    """The path from the root, ``~`` and ``..`` resolved, links not."""
    return Path(os.path.abspath(os.path.expanduser(path)))


def existing(place: Path) -> Path:
    """The path itself or its nearest parent that exists."""
    return next(parent for parent in (place, *place.parents) if parent.exists())


def _occupied(place: Path) -> bool:
    """Whether a folder holds anything but what runs leave in it that were killed."""
    ours = half_written(place / WORK)
    return any(
        path.name not in ours and path.name != WORK and not path.name.startswith(STAGING) for path in place.iterdir()
    )


def _check_target(target: Path, source: str | Path | None) -> None:
    if target.is_dir():
        raise OutputError(f"cannot write {target}: it is a folder; remove it or choose another output.")
    if source is not None and target.exists() and Path(source).exists() and target.samefile(source):
        raise OutputError(f"the output would replace the input file {source}: choose another output.")


def _check_links(what: str, folder: Path) -> None:
    """Refuse a folder that cannot be made since there is a link of its name, or of a parent's, that leads nowhere."""
    for part in (folder, *folder.parents):
        if part.is_symlink() and not part.exists():
            raise OutputError(
                f"{what}: {part} is a link to {os.readlink(part)}, which does not exist; make that folder, remove the "
                "link or choose another output."
            )


def _fill(folder: Path, writers: Mapping[str, Writer]) -> None:
    for name, writer in writers.items():
        writer(folder / name)
        # A renamed file is only whole after a crash if its content reached the disk before its name did.
        with (folder / name).open("rb+") as handle:
            os.fsync(handle.fileno())
    sync_folder(folder)


@contextmanager
def explained(output: str | Path) -> Iterator[None]:
    """Turn what the operating system says into one sentence for the user."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write to {output}: {_reason(error)}") from error
    except pl.exceptions.ComputeError as error:
        if "IO error" not in str(error):  # how polars words a failed write of Parquet
            raise
        raise OutputError(f"cannot write to {output}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    if disk_full(error):
        return "the disk is full; free some space or choose another output."
    if isinstance(error, PermissionError) or getattr(error, "errno", None) == errno.EROFS:
        return "writing there is not permitted; choose another output."
    text = str(getattr(error, "strerror", None) or error).rpartition("IO error: ")[2]
    return f"{text[:1].lower()}{text[1:].rstrip('.')}; choose another output."
