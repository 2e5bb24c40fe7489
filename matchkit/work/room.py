"""How much a run will write, and whether the disk has room for it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.errors import OutputError
from matchkit.memory import sizes_apart
from matchkit.work.folder import WorkFolder
from matchkit.writing import existing

# Measured on catalogues of 400 to 100,000 rows. How many pairs are written depends on how many duplicates and variants
# there are, 70 to 1,150 bytes a row were seen; the estimate is one that hardly refuses a run that would have fitted.
_PAIRS_PER_NEIGHBOUR = 0.75
_BYTES_PER_PAIR, _BYTES_PER_PAIR_AND_COLUMN = 45, 6
_BYTES_PER_ROW = 240


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that a run is expected to write: its results, and the work that it keeps until they are there."""

    results: int
    work: int

    @classmethod
    def needed(cls, tables: Sequence[Catalogue], config: Config) -> Room:
        """An estimate from rows, columns and neighbours."""
        rows = sum(len(table.ids) for table in tables)
        columns = max(table.frame.width for table in tables)
        pairs = rows * config.neighbours * _PAIRS_PER_NEIGHBOUR
        work = pairs * (_BYTES_PER_PAIR + columns * _BYTES_PER_PAIR_AND_COLUMN)
        results = sum(table.frame.estimated_size() for table in tables) + rows * _BYTES_PER_ROW
        return cls(int(results), int(work))


def has_room_for_work(folder: WorkFolder, tables: Sequence[Catalogue], config: Config) -> bool:
    """Whether the work can be kept beside the results; tells the user if it cannot.

    Raises
    ------
    OutputError
        There is no room for the results either.
    """
    needed, free = Room.needed(tables, config), shutil.disk_usage(existing(folder.path)).free
    results = needed.results if folder.results else 0
    if results > free:
        need_told, free_told = sizes_apart(results, free)
        raise OutputError(
            f"the results need about {need_told} and {free_told} are free where {Path(folder.shown).parent} is: "
            "free some space or choose another output folder."
        )
    if results + needed.work > free + _kept(folder):
        need_told, free_told = sizes_apart(results + needed.work, free)
        folder.tell(
            f"the run goes on without keeping its work in {folder.shown}: with the results that needs about "
            f"{need_told}, and {free_told} are free"
        )
        return False
    return True


def _kept(folder: WorkFolder) -> int:
    """Bytes of the stages that are there already, and will be taken or removed."""
    parts = (path for name in folder.stages for path in (folder.path / name).glob("*"))
    return sum(path.lstat().st_size for path in parts)
