"""What is told about two rows: their cells, what was read from them, what was weighed, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matchkit.chains import Link
from matchkit.results import plain

#: How the two sides of a fact stand to each other; empty where neither says anything.
SAME, PARTLY, DIFFERS, ONE_SIDED, SILENT = "same", "alike", "differs", "one side", ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that both rows may state.

    Attributes
    ----------
    name
        What it is.
    left, right
        What each row says; None where it says nothing.
    agreement
        ``same``, ``alike``, ``differs``, ``one side`` (only one row says anything), or empty.
    """

    name: str
    left: str | None
    right: str | None
    agreement: str

    @classmethod
    def of(cls, name: str, left: str | None, right: str | None, agreement: str | None = None) -> Fact:
        """Find out the agreement where it is not told: cells are the same but for case and outer spaces."""
        left, right = (side if side is not None and side.strip() else None for side in (left, right))
        if left is None or right is None:
            agreement = SILENT if left is right else ONE_SIDED
        elif agreement is None:
            agreement = SAME if left.strip().lower() == right.strip().lower() else DIFFERS
        return cls(name, left, right, agreement)


@dataclass(frozen=True, slots=True)
class Weight:
    """What speaks for a match (above 0) or against it (below 0), in natural logarithms of odds, and why."""

    name: str
    finding: str
    weight: float


@dataclass(frozen=True, slots=True)
class Weighing:
    """From single weights to a probability: ``scale * sum of weights + prior + sum of further = log odds``.

    Attributes
    ----------
    question
        What the probability is of: ``one product`` or ``one item``.
    weights
        One for each comparison.
    scale
        What their sum is multiplied by, because comparisons depend on each other.
    prior
        Log odds before anything was compared.
    further
        What is added whatever the comparisons depend on.
    log_odds, probability
        What comes out.
    """

    question: str
    weights: tuple[Weight, ...]
    scale: float
    prior: float
    further: tuple[Weight, ...]
    log_odds: float
    probability: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two rows are, or are not, one item or one family.

    Attributes
    ----------
    left, right
        The ids.
    label
        What the run decided: ``exact_duplicate``, ``variant`` or ``different``.
    sentence
        Why, in one sentence.
    p_exact, p_family
        Probability of one item and of one product, of this pair alone. Both are 0 where the rows may not be together
        whatever they have in common.
    entities, families
        The groups that both rows are in.
    listed
        Whether the run wrote the pair into ``pairs``.
    rows
        The user's columns, side by side.
    read
        What was read from them: the text that was compared, values, codes, item numbers.
    weighing
        What decided; None where the rows say the same in everything compared.
    apart
        What keeps the rows apart whatever they have in common, each in a few words.
    chain
        Where the rows are together though their own pair is in doubt: through which others.
    notes
        What else a reader should know.
    """

    left: str
    right: str
    label: str
    sentence: str
    p_exact: float
    p_family: float
    entities: tuple[str, str]
    families: tuple[str, str]
    listed: bool
    rows: tuple[Fact, ...]
    read: tuple[Fact, ...]
    weighing: Weighing | None
    apart: tuple[str, ...]
    chain: tuple[Link, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold."""
        found: dict[str, Any] = plain(self)
        return found


def named(names: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
