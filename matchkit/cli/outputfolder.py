"""The output folder of a run that can be continued: checked, locked, and tidied at the end."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from matchkit.cli.failures import INTERRUPTED, Continuable, Stopped
from matchkit.errors import OutputError

if TYPE_CHECKING:
    from matchkit.work.folder import WorkFolder


@contextmanager
def output_folder(
    folder: Path, sources: Collection[str], names: Collection[str], *, force: bool, resume: bool, quiet: bool
) -> Iterator[WorkFolder]:
    """The work folder in an output folder, locked from the first check until the results are there.

    Parameters
    ----------
    folder
        Where the results go; made if missing.
    sources
        The input files, which no result may replace; ``-`` is standard input.
    names
        The files that will be written.
    force, resume, quiet
        Whether earlier results are replaced, an earlier run is continued, and nothing is said.

    Raises
    ------
    OutputError
        The folder cannot be used, or another run writes into it.
    """
    from matchkit.staging import WORK
    from matchkit.work.folder import WorkFolder
    from matchkit.writing import check_folder

    def check() -> None:
        for source in sources:
            check_folder(folder, force, names=names, source=None if source == "-" else source)

    _take_up(folder)
    check()
    tell = None if quiet else _tell
    with WorkFolder.open(folder / WORK, resume=resume, tell=tell, results=True) as work:
        if not work.usable:
            # Nothing else keeps a second run out of the folder.
            raise OutputError(
                f"{work.shown} is where a run keeps its work, and it is not a folder that matchkit made: rename it or "
                "choose another output folder."
            )
        # Again, for a run that was in the folder may have just ended.
        check()
        try:
            yield work
        except (KeyboardInterrupt, Stopped) as stop:
            if work.stages:
                raise Continuable(INTERRUPTED if isinstance(stop, KeyboardInterrupt) else int(stop.code or 0)) from None
            raise
        work.remove()
        _sweep(folder)


def _take_up(folder: Path) -> None:
    """Let the results be replaced of a run that was killed when of its work folder nothing but the folder was left."""
    from matchkit.results import files_of_run
    from matchkit.staging import WORK, is_nearly_gone, remember
    from matchkit.writing import absolute, explained

    place = absolute(folder)
    with explained(folder):
        if is_nearly_gone(place / WORK) and (written := files_of_run(place)):
            remember(place / WORK, written)


def _sweep(folder: Path) -> None:
    """Remove what runs left that were killed while they looked whether they may write there: empty folders."""
    from matchkit.staging import staging_folders
    from matchkit.writing import absolute

    for stage in staging_folders(absolute(folder)):
        with suppress(OSError):
            stage.rmdir()


def _tell(line: str) -> None:
    print(f"matchkit: {line}", file=sys.stderr, flush=True)
