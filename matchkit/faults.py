"""All that is wrong with a file in one error: the first twenty, each with its line, and how many more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchkit.csvfile import SHOWN_PROBLEMS
from matchkit.errors import CatalogueError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which rows, counted from 0, and the sentence for each without its place."""

    rows: NDArray[np.int64]
    say: Callable[[int], str]

    @classmethod
    def where(cls, wrong: ArrayLike, say: Callable[[int], str]) -> Fault:
        """A fault of the rows in which `wrong`, (n,) of bool, is set."""
        return cls(np.flatnonzero(np.asarray(wrong)), say)


def raise_faults(source: str, place: Callable[[int], str], faults: Sequence[Fault], remedy: str) -> None:
    """Raise an error for all faults of a file, if there is one.

    Parameters
    ----------
    source
        Name of the file.
    place
        Where a row is, such as ``line 7``; empty where that is not known.
    faults
        What was found.
    remedy
        What to do, as the end of the sentence.

    Raises
    ------
    CatalogueError
        There is a fault.
    """
    count = sum(len(fault.rows) for fault in faults)
    if not count:
        return
    listed = sorted((int(row), number) for number, fault in enumerate(faults) for row in fault.rows[:SHOWN_PROBLEMS])
    said = []
    for row, number in listed[:SHOWN_PROBLEMS]:
        where = place(row)
        said.append(f"{where}: {faults[number].say(row)}" if where else faults[number].say(row))
    if count == 1:
        raise CatalogueError(
            f"{source}, {said[0]}; {remedy}" if place(listed[0][0]) else f"{source}: {said[0]}; {remedy}"
        )
    more = [f"and {count - len(said):,} more"] if count > len(said) else []
    raise CatalogueError("\n".join([f"{source} has {count:,} faults; {remedy}", *said, *more]))
