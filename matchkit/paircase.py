"""What comparing one pair of rows of an earlier run once more gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matchkit.errors import CatalogueError
from matchkit.explanation import Fact, Weighing, Weight
from matchkit.findings import RecordPair
from matchkit.reasons import differs_in, reasons
from pairs.attributes import Role
from pairs.features import Comparer

ONE_PRODUCT, ONE_ITEM = "one product", "one item"
SAME_NUMBER = "item number"


@dataclass(frozen=True, slots=True)
class PairCase:
    """What is known of a pair.

    Attributes
    ----------
    pair
        The records compared; None where both rows are one record.
    read
        What was read from the rows.
    weighing
        What decided, if anything was compared.
    p_exact, p_family
        Of the pair alone.
    reason, differs_in
        As in ``pairs``.
    never
        Why they were never compared, or None.
    apart
        What keeps the rows apart whatever they have in common.
    between
        What keeps apart the families that they are in.
    folded
        Whether the rows say the same but for what is ignored.
    notes
        What else a reader should know.
    """

    pair: RecordPair | None
    read: tuple[Fact, ...]
    weighing: Weighing | None
    p_exact: float
    p_family: float
    reason: str
    differs_in: str = ""
    never: str | None = None
    apart: tuple[str, ...] = ()
    between: str = ""
    folded: bool = False
    notes: tuple[str, ...] = ()

    @classmethod
    def repeated(cls, read: tuple[Fact, ...]) -> PairCase:
        """Of two rows that say the same in everything that is compared."""
        return cls(None, read, None, 1.0, 1.0, "identical rows")


def in_words(pair: RecordPair) -> tuple[str, str]:
    """The reason and what the records differ in, as in ``pairs``."""
    values = pair.comparer.view.ignored
    reason = reasons(pair.evidence, values[[pair.left]], values[[pair.right]])[0]
    return reason, differs_in(pair.evidence)[0]


def read_sets(comparer: Comparer, *kinds: str) -> list[str]:
    """Comparisons of what was read from titles, such as codes."""
    return [a.name for a in comparer.view.attributes if a.role is Role.SET and a.kind in kinds]


def further(*parts: tuple[str, str, float]) -> list[Weight]:
    """The weights that are not 0."""
    return [Weight(*part) for part in parts if part[2]]


def check_fit(fits: bool, source: Path) -> None:
    """Refuse rows that cannot be compared as the run did.

    Raises
    ------
    CatalogueError
        Where they do not fit.
    """
    if not fits:
        raise CatalogueError(
            f"the rows in {source.parent} do not go with what was learnt in {source.name}: they were changed since, "
            "or written by another version of matchkit; run the command again"
        )
