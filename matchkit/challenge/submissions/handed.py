"""Which file of a submission is for which task: one file, a folder, or a zip."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from matchkit.challenge.submissions.filebytes import read_regular
from matchkit.challenge.submissions.limits import Limits
from matchkit.challenge.submissions.refusal import SHOWN, Place, SubmissionFault, one_fault, refusal, shown
from matchkit.challenge.submissions.sheet import ZIP, what_it_is
from matchkit.challenge.submissions.ziplisting import ZipListing
from matchkit.challenge.task import Task
from matchkit.errors import SubmissionError
from matchkit.spelling import close_names, listed

_ENDS = (".csv", ".parquet")
_PASSED_OVER = (".DS_Store", "Thumbs.db", "desktop.ini")
_MAC = "__MACOSX"
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file for a task.

    Attributes
    ----------
    task
        The name of the task.
    name
        Of the file, for messages.
    read
        Gives its bytes, or raises SubmissionError where it is damaged or too large.
    """

    task: str
    name: str
    read: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed in for a challenge.

    Attributes
    ----------
    files
        By the name of the task: the file, or what is wrong before it can be opened. Tasks without a file are not there.
    others
        What is wrong with files that belong to no task; None where there are none.
    """

    files: Mapping[str, HandedIn | SubmissionError]
    others: SubmissionError | None = None


def handed_in(
    path: str | Path, tasks: Mapping[str, Task], limits: Limits | None = None, *, name: str | None = None
) -> Handed:
    """Find the file of each task.

    Parameters
    ----------
    path
        A CSV or Parquet file for one task, or a folder or a zip with one for each, ``TASK.csv`` or ``TASK.parquet``.
    tasks
        By name.
    limits
        How much is read.
    name
        For messages; the path where it is not given.

    Raises
    ------
    SubmissionError
        Nothing of it can be read: it is not there, is no such file, or the zip is damaged or unsafe.
    """
    bounds, told = limits or Limits(), name or str(path)
    if os.path.isdir(path):
        return _sorted_out(_in_folder(Path(path), told, bounds), tasks, told)
    data = read_regular(path, told, bounds)
    if what_it_is(data) == ZIP or data.startswith(b"PK\x05\x06"):
        archive = ZipListing(data, told, bounds)
        readers = {entry: partial(archive.read, entry) for entry in archive.names}
        return _sorted_out(readers, tasks, told)
    return _alone(Path(path), data, tasks, told)


def _alone(path: Path, data: bytes, tasks: Mapping[str, Task], told: str) -> Handed:
    """One file: for the only task, whatever it is called, else for the task of its name."""
    task = next(iter(tasks)) if len(tasks) == 1 else path.stem
    if task not in tasks:
        raise refusal(told, [_strange([path.name], tasks)])
    return Handed({task: HandedIn(task, told, lambda: data)})


def _in_folder(folder: Path, told: str, limits: Limits) -> dict[str, Callable[[], bytes]]:
    """All files, also those one folder deeper, each with what reads it. Links are not followed."""
    found: dict[str, Callable[[], bytes]] = {}
    pending = [(folder, "")]
    while pending:
        place, prefix = pending.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False) and not prefix:
                        pending.append((Path(entry.path), f"{entry.name}/"))
                        continue
                    path = f"{prefix}{entry.name}"
                    found[path] = partial(read_regular, entry.path, f"{told}/{path}", limits, follow=False)
                    if len(found) + len(pending) > limits.entries:
                        message = f"the folder has more than {limits.entries:,} files"
                        raise refusal(told, [one_fault("file", message, "hand in one file for each task")])
        except OSError as error:
            reason = error.strerror or str(error)
            raise refusal(told, [one_fault("file", f"it cannot be read: {reason}", "mend that")]) from None
    return found


def _sorted_out(readers: Mapping[str, Callable[[], bytes]], tasks: Mapping[str, Task], told: str) -> Handed:
    paths = sorted(path for path in readers if not _passed_over(path))
    top = _top(paths)
    files: dict[str, HandedIn | SubmissionError] = {}
    others = []
    # some systems write letters with accents as two characters
    names = {unicodedata.normalize("NFC", name): name for name in tasks}
    for path in paths:
        inside = path.removeprefix(top)
        stem, end = os.path.splitext(inside)
        stem = names.get(unicodedata.normalize("NFC", stem), stem)
        if end not in _ENDS or stem not in tasks:
            others.append(inside)
        elif stem in files:
            both = f"{stem}.csv and {stem}.parquet are both there"
            files[stem] = refusal(f"{told}/{top}{stem}", [one_fault("file", both, "hand in one of them")])
        else:
            files[stem] = HandedIn(stem, f"{told}/{path}", readers[path])
    if not files and not others:
        raise refusal(told, [one_fault("empty", "it holds no files", _wanted(tasks))])
    return Handed(files, refusal(told, [_strange(others, tasks)]) if others else None)


def _passed_over(path: str) -> bool:
    parts = path.split("/")
    return parts[0] == _MAC or _MAC in parts[:2] or parts[-1] in _PASSED_OVER or parts[-1].startswith("._")


def _top(paths: Iterable[str]) -> str:
    """The one folder that is around all files, with a slash; else empty."""
    tops = {path.partition("/")[0] if "/" in path else "" for path in paths}
    only = tops.pop() if len(tops) == 1 else ""
    return f"{only}/" if only else ""


def _strange(names: list[str], tasks: Mapping[str, Task]) -> SubmissionFault:
    places = tuple(Place(_belongs_to_none(name, tasks), shown(name)) for name in names[:SHOWN])
    return SubmissionFault("file", len(names), "files that belong to no task", _wanted(tasks), places)


def _belongs_to_none(name: str, tasks: Mapping[str, Task]) -> str:
    stem, end = os.path.splitext(name.rpartition("/")[2])
    told = f"the file '{shown(name)}' belongs to no task"
    if end.lower() in _ARCHIVES:
        return f"{told}, and archives in it are not opened"
    if "/" in name and stem in tasks and end in _ENDS:
        return f"{told}, for it lies in a folder of its own"
    meant = stem if stem in tasks else next(iter(close_names(stem[:100], tasks, 1)), None)
    if meant is None:
        return told
    return f"{told} (did you mean '{meant}{end.lower() if end.lower() in _ENDS else '.csv'}'?)"


def _wanted(tasks: Mapping[str, Task]) -> str:
    names = listed(list(tasks))
    return f"call files TASK.csv or TASK.parquet; the task{'s are' if len(tasks) > 1 else ' is'} {names}"
