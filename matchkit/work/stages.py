"""What one stage found, in a folder of its own: whole and as it was written, or not taken."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import polars as pl

from matchkit.plainfile import NotPlain, is_folder, is_plain, open_plain
from matchkit.staging import sync_folder
from matchkit.work.values import ARRAY, FRAME, Part, put_together, taken_apart

#: What is in a stage's folder, with the size and the checksum of every file; written last.
INDEX = "stage.json"
#: The ending of a folder that is being written.
UNFINISHED = ".part"

_LARGEST_INDEX = 16_000_000
_AT_ONCE = 1 << 22
#: What reading raises where the content is not what is written here.
_NOT_OURS = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError)


class Damaged(Exception):
    """A kept file is not what was written; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A kept stage whose files are all as they were written.

    Attributes
    ----------
    folder
        Where it is.
    run
        The fingerprint of its run.
    started
        When its run began, in seconds since 1970.
    seconds
        How long the stage took.
    tree
        What the value is made of.
    files
        Size and SHA-256 of every file.
    """

    folder: Path
    run: Mapping[str, str]
    started: float
    seconds: float
    tree: Any
    files: Mapping[str, tuple[int, str]]

    @classmethod
    def checked(cls, folder: Path) -> Stage:
        """Read the index of a stage and check every file against it; raises Damaged."""
        stage = cls._indexed(folder)
        for name in stage.files:
            with stage._opened(name):
                """Opening it checks it."""
        return stage

    @classmethod
    def _indexed(cls, folder: Path) -> Stage:
        with _regular(folder / INDEX) as handle:
            checksum, _, text = handle.read(_LARGEST_INDEX).partition(b"\n")
        if hashlib.sha256(text).hexdigest().encode() != checksum:
            raise Damaged(f"{folder.name}/{INDEX} is not what was written")
        try:
            told = json.loads(text)
            run = {str(key): str(value) for key, value in told["run"].items()}
            files = {_file_name(name): (_count(size), str(sum)) for name, (size, sum) in told["files"].items()}
            return cls(folder, run, _time(told["started"]), _time(told["seconds"]), told["tree"], files)
        except _NOT_OURS as error:
            raise Damaged(f"{folder.name}/{INDEX} cannot be understood") from error

    def value(self) -> Any:
        """What the stage found, every file checked again as it is read; raises Damaged."""
        try:
            return put_together(self.tree, self._part)
        except (*_NOT_OURS, EOFError, pl.exceptions.PolarsError) as error:
            raise Damaged(f"{self.folder.name} cannot be understood") from error

    def _part(self, name: str) -> Part:
        with self._opened(name) as handle:
            if name.endswith(FRAME):
                return pl.read_parquet(handle)
            _check_announced(handle, self.files[name][0])
            array: Part = np.lib.format.read_array(handle, allow_pickle=False)
            return array

    @contextmanager
    def _opened(self, name: str) -> Iterator[BinaryIO]:
        size, checksum = self.files[name]
        with _regular(self.folder / name) as handle:
            # A file may have grown to any size, and would be read to its end.
            if os.fstat(handle.fileno()).st_size != size:
                raise Damaged(f"{self.folder.name}/{name} is not what was written")
            found = hashlib.sha256()
            with suppress(OSError):  # what cannot be read has another checksum
                while data := handle.read(_AT_ONCE):
                    found.update(data)
            if found.hexdigest() != checksum:
                raise Damaged(f"{self.folder.name}/{name} is not what was written")
            handle.seek(0)
            yield handle


def write_stage(folder: Path, value: object, run: Mapping[str, str], started: float, seconds: float) -> None:
    """Write what a stage found: beside, forced to disk, then renamed.

    Raises
    ------
    OSError, polars.exceptions.PolarsError
        It cannot be written; what was begun may be left, in a folder with the ending :data:`UNFINISHED`.
    """
    tree, parts = taken_apart(value)
    beside = folder.with_name(folder.name + UNFINISHED)
    remove_stage(beside)
    beside.mkdir()
    files = {name: _write_part(beside / name, part) for name, part in parts.items()}
    told = {"run": dict(run), "started": started, "seconds": seconds, "files": files, "tree": tree}
    text = json.dumps(told).encode()
    with _Summed.new(beside / INDEX) as handle:
        handle.write(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
    sync_folder(beside)
    remove_stage(folder)
    os.rename(beside, folder)
    sync_folder(folder.parent)


def remove_stage(folder: Path) -> None:
    """Remove a stage and what was begun of it; nothing but files of the kinds that stages have, and no links."""
    if not is_folder(folder):
        return
    # The index goes first: without it there is no stage.
    for path in sorted(folder.iterdir(), key=lambda path: path.name != INDEX):
        if is_kept_file(path):
            path.unlink()
    with suppress(OSError):  # something else is in it, and stays
        folder.rmdir()


def is_kept_file(path: Path) -> bool:
    """Whether a file in a stage's folder is of a kind that is written there."""
    return (path.name == INDEX or _is_part(path.name)) and is_plain(path)


def _is_part(name: str) -> bool:
    stem, ending = os.path.splitext(name)
    return ending in (ARRAY, FRAME) and stem.isascii() and stem.isdecimal()


def _file_name(name: str) -> str:
    if not _is_part(name):
        raise ValueError(f"no file is called {name!r}")
    return name


def _count(size: object) -> int:
    if type(size) is not int or size < 0:
        raise ValueError(f"no file has a size of {size}")
    return size


def _time(seconds: float) -> float:
    if not math.isfinite(seconds):
        raise ValueError("no time is infinite")
    return float(seconds)


def _check_announced(handle: BinaryIO, size: int) -> None:
    """Raise ValueError unless an array is as large as its header says, for which memory would be taken."""
    version = np.lib.format.read_magic(handle)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
    try:
        shape, _, dtype = read(handle)
    except Exception as error:  # it is parsed as Python, of which much can be wrong
        raise ValueError("no array has such a header") from error
    if math.prod(shape) * dtype.itemsize != size - handle.tell() or min(shape, default=0) < 0:
        raise ValueError(f"{shape} is not its shape")
    handle.seek(0)


def _write_part(path: Path, part: Part) -> tuple[int, str]:
    with _Summed.new(path) as handle:
        if isinstance(part, pl.DataFrame):
            part.write_parquet(handle, compression="lz4")  # type: ignore[arg-type]
        else:
            np.lib.format.write_array(handle, part, allow_pickle=False)
    return handle.size, handle.checksum


class _Summed:
    """A new file that is summed up as it is written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._found, self.size = file, hashlib.sha256(), 0

    @classmethod
    @contextmanager
    def new(cls, path: Path) -> Iterator[_Summed]:
        """Forced to disk at the end."""
        with path.open("xb") as file:
            yield (made := cls(file))
            made.flush()
            os.fsync(file.fileno())

    def write(self, data: bytes) -> int:
        self._found.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    @property
    def checksum(self) -> str:
        return self._found.hexdigest()


@contextmanager
def _regular(path: Path) -> Iterator[BinaryIO]:
    """A file opened for reading that is a plain one; raises Damaged."""
    name = f"{path.parent.name}/{path.name}"
    with ExitStack() as opened:
        try:
            handle = opened.enter_context(open_plain(path))
        except FileNotFoundError:
            raise Damaged(f"{name} is missing") from None
        except NotPlain:
            raise Damaged(f"{name} is no plain file") from None
        except OSError as error:
            raise Damaged(f"{name} cannot be read: {error.strerror or error}") from None
        yield handle
