"""Folders in which files wait to be put into place: filled, swapped in, tidied away, and safe from a kill at any time.

A staging folder lists what is written into it before anything is. While its files are put into place the list has
another name, which the next run knows a run by that was killed meanwhile: files of these names are that run's. If
there is a work folder, the list stays in it when all is done, for the work folder goes last.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from matchkit.deferring import signals_deferred
from matchkit.errors import OutputError
from matchkit.plainfile import is_folder, is_plain, read_plain

#: Where a run keeps what its stages found, inside the folder of its results.
WORK = ".work"
#: How the name of a folder begins in which files wait to be put into place.
STAGING = ".matchkit-"

_BEGUN, _NAMES = "begun.json", "names.json"
_ASIDE = "aside"
#: The folder in a staging folder in which files wait.
NEW = "new"
_LARGEST_LISTING = 100_000


@contextmanager
def staging(folder: Path, names: Collection[str] = ()) -> Iterator[Path]:
    """A temporary folder on the file system of the output, for files of these names in :data:`NEW`; gone afterwards.

    It is in the work folder, if there is one, so that one left by a kill goes with it. Then the names of files that
    have been put into place stay, until the work folder goes.
    """
    work = folder / WORK
    within = work if is_folder(work) else folder
    stage = Path(tempfile.mkdtemp(prefix=STAGING, dir=within))
    try:
        if names:
            _write_listing(stage / _BEGUN, names)
            (stage / NEW).mkdir()
        yield stage
    finally:
        if _is_swapped(stage):
            remove_staged(stage)
            if within is folder:
                forget_staged(stage)
        elif not _holds_old_files(stage):
            with suppress(OSError):  # first, for what is in place is old
                (stage / _NAMES).unlink(missing_ok=True)
            shutil.rmtree(stage, ignore_errors=True)


def swap_in(stage: Path, folder: Path, names: Collection[str]) -> None:
    """Move the staged files into place, and others away; if one cannot be moved, all old files come back.

    A signal to stop has to wait until one or the other is done.

    Raises
    ------
    OutputError
        Old files could not be brought back either; says where they are.
    """
    with signals_deferred():
        aside = stage / _ASIDE
        aside.mkdir()
        os.rename(stage / _BEGUN, stage / _NAMES)
        sync_folder(stage)
        staged = {name for name in names if (stage / NEW / name).exists()}
        moved: list[str] = []
        try:
            for name in names:
                moved.append(name)
                if os.path.lexists(folder / name):
                    os.replace(folder / name, aside / name)
                if name in staged:
                    os.replace(stage / NEW / name, folder / name)
        except BaseException as error:
            _bring_back(stage, folder, [name for name in moved if name in staged], moved)
            if _holds_old_files(stage):
                raise OutputError(
                    f"the results in {folder} could not be replaced ({error}), and files of the earlier ones could "
                    f"not be put back: move them back from {aside}."
                ) from error
            raise
        sync_folder(folder)


def _bring_back(stage: Path, folder: Path, staged: Collection[str], moved: Collection[str]) -> None:
    for name in moved:
        with suppress(OSError):  # the others can still be brought back
            if os.path.lexists(stage / _ASIDE / name):
                os.replace(stage / _ASIDE / name, folder / name)
            elif name in staged and not (stage / NEW / name).exists():
                (folder / name).unlink(missing_ok=True)


def staging_folders(folder: Path) -> list[Path]:
    """The staging folders in a folder."""
    inside = [*folder.iterdir()] if is_folder(folder) else []
    return sorted(path for path in inside if path.name.startswith(STAGING) and is_folder(path))


def half_written(work: Path) -> set[str]:
    """The files that a run which was killed was putting, or had put, into place beside its work folder."""
    found: set[str] = set()
    for stage in staging_folders(work):
        found.update(_listed(stage / _NAMES))
    return found


def is_ours(stage: Path) -> bool:
    """Whether there is nothing in a staging folder but what its list says was written into it."""
    names = _all_listed(stage)
    return all(
        is_plain(path)
        if path.name in (_BEGUN, _NAMES)
        else path.name in (NEW, _ASIDE)
        and is_folder(path)
        and all(file.name in names and not is_folder(file) for file in path.iterdir())
        for path in stage.iterdir()
    )


def remove_staged(stage: Path) -> None:
    """Remove what was written into a staging folder, as its list says, but the list."""
    names = _all_listed(stage)
    for folder in (stage / NEW, stage / _ASIDE):
        if is_folder(folder):
            with suppress(OSError):  # something else is in it, and stays
                for path in folder.iterdir():
                    if path.name in names and not is_folder(path):
                        path.unlink()
                folder.rmdir()


def forget_staged(stage: Path) -> None:
    """Remove the list of a staging folder, and the folder if nothing else is in it."""
    with suppress(OSError):
        for listing in (stage / _BEGUN, stage / _NAMES):
            if is_plain(listing):
                listing.unlink()
        stage.rmdir()


def is_nearly_gone(work: Path) -> bool:
    """Whether a work folder is there that holds nothing: all of a run's but the folder had been tidied away."""
    return is_folder(work) and not any(
        path not in staging_folders(work) or any(path.iterdir()) for path in work.iterdir()
    )


def remember(work: Path, names: Collection[str]) -> None:
    """Say in a work folder that files of these names beside it are those of a run that was killed."""
    stage = Path(tempfile.mkdtemp(prefix=STAGING, dir=work))
    _write_listing(stage / _BEGUN, names)
    os.rename(stage / _BEGUN, stage / _NAMES)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk."""
    with suppress(OSError):  # not possible on every system, and the files themselves are safe by now
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_listing(path: Path, names: Collection[str]) -> None:
    with path.open("xb") as handle:
        handle.write(json.dumps([*names]).encode())
        handle.flush()
        os.fsync(handle.fileno())


def _is_swapped(stage: Path) -> bool:
    """Whether all files of a staging folder are in place: a swap that fails leaves the one that it failed with."""
    return is_plain(stage / _NAMES) and not any((stage / NEW / name).exists() for name in _listed(stage / _NAMES))


def _holds_old_files(stage: Path) -> bool:
    return is_folder(stage / _ASIDE) and any((stage / _ASIDE).iterdir())


def _all_listed(stage: Path) -> set[str]:
    return {name for listing in (_BEGUN, _NAMES) for name in _listed(stage / listing)}


def _listed(listing: Path) -> list[str]:
    """The names of files in a listing; none if it is not one that was written here."""
    try:
        names = json.loads(read_plain(listing, _LARGEST_LISTING))
    except (OSError, ValueError, RecursionError):
        return []
    return names if isinstance(names, list) and all(map(_is_name, names)) else []


def _is_name(name: object) -> bool:
    """Whether it is the name of a file, and no path."""
    return isinstance(name, str) and os.path.basename(name) == name and name not in ("", ".", "..") and "\0" not in name
