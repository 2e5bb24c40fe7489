"""Files that anybody may have put there, read as what they should be: plain, no link, and not too large."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class NotPlain(OSError):
    """Something other than a plain file: a link, a pipe, a device, a folder."""


@contextmanager
def open_plain(path: Path) -> Iterator[BinaryIO]:
    """Open a plain file for reading, without following a link and without waiting for a pipe.

    Raises
    ------
    FileNotFoundError
        There is nothing of this name.
    NotPlain
        There is something else.
    OSError
        It cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not stat.S_ISREG(path.lstat().st_mode):
        raise NotPlain(f"{path} is no plain file")
    with os.fdopen(os.open(path, flags), "rb") as handle:
        # It may have been replaced since it was looked at.
        if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
            raise NotPlain(f"{path} is no plain file")
        yield handle


def read_plain(path: Path, most: int) -> bytes:
    """The content of a plain file; raises OSError as :func:`open_plain`, and where it has more than ``most`` bytes."""
    with open_plain(path) as handle:
        content = handle.read(most + 1)
    if len(content) > most:
        raise OSError(f"{path} is larger than {most} bytes")
    return content


def is_plain(path: Path) -> bool:
    """Whether there is a plain file, and not a link to one."""
    return stat.S_ISREG(_mode(path))


def is_folder(path: Path) -> bool:
    """Whether there is a folder there, and not a link to one."""
    return stat.S_ISDIR(_mode(path))


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except (OSError, ValueError):  # ValueError: no file can have such a name
        return 0
