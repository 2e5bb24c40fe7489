"""Precision, recall and F1, and what they are where there is nothing to divide by."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """How many things were found, how many there are, and how many of those found are right.

    Precision is nan where nothing was found and recall where there is nothing to find. F1 is
    ``2 * right / (found + true)``: 0 where only one of the two is empty, nan where both are, for then there is
    nothing that could be judged.

    Attributes
    ----------
    right, found, true
        At least 0; ``right`` is at most the smaller of the other two.
    """

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        """Share of what was found that is right, in [0, 1]."""
        return share(self.right, self.found)

    @property
    def recall(self) -> float:
        """Share of what is true that was found, in [0, 1]."""
        return share(self.right, self.true)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, in [0, 1]."""
        return share(2 * self.right, self.found + self.true)


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision and recall that are means, not shares of one count; nan where there is nothing to average."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where both are 0, nan where either is."""
        return harmonic(self.precision, self.recall)


def share(part: float, whole: float) -> float:
    """``part / whole``; nan where the whole is 0."""
    return part / whole if whole else math.nan


def harmonic(one: float, other: float) -> float:
    """The harmonic mean of two numbers in [0, 1]; 0 where both are 0, nan where either is."""
    total = one + other
    return 2.0 * one * other / total if total != 0 else 0.0
