"""What comparing two records found, in words, and what it weighs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from matchkit.evidence import Evidence
from matchkit.explanation import DIFFERS, ONE_SIDED, PARTLY, SAME, SILENT, Fact, Weighing, Weight
from matchkit.levels import AGREEMENT, EXACT, SIMILARITIES
from matchkit.mixture import Mixture
from matchkit.odds import probability
from matchkit.reasons import shown_name
from pairs.comparisons import Comparison
from pairs.features import Comparer

_WORDS = 4
_LONGEST = 40
_EQUAL = 0.999


@dataclass(frozen=True, slots=True)
class RecordPair:
    """Two records, in the order in which the user named them, and what comparing them gave.

    Attributes
    ----------
    left, right
        Record numbers, different ones.
    comparer
        What compared them.
    evidence
        Of this one pair.
    findings
        Each comparison's finding in words.
    """

    left: int
    right: int
    comparer: Comparer
    evidence: Evidence
    findings: tuple[str, ...]

    @classmethod
    def of(cls, comparer: Comparer, left: int, right: int, *, rank: int = 0) -> RecordPair:
        """Compare two records; the rank is that among their neighbours."""
        first, second = np.array([min(left, right)]), np.array([max(left, right)])
        evidence = Evidence.of_pairs(comparer, first, second, rank=rank, threads=1)
        features = comparer.compare(first, second, threads=1).row(0, named=True)
        findings = tuple(_finding(one, features, left, right) for one in comparer.comparisons)
        return cls(left, right, comparer, evidence, findings)

    def weigh(self, model: Mixture, question: str, log_odds: float, further: Sequence[Weight] = ()) -> Weighing:
        """What each comparison weighs, and what follows.

        ``log_odds`` are those that the model gives; what its weights do not say of them is the prior.
        """
        weights = model.weights(self.evidence.levels)[0]
        told = [Weight(*one) for one in zip(model.names, self.findings, weights.tolist(), strict=True)]
        prior = log_odds - model.scale * float(weights.sum())
        odds = log_odds + sum(one.weight for one in further)
        likely = float(probability(np.array([odds]))[0])
        return Weighing(question, tuple(told), model.scale, prior, tuple(further), odds, likely)

    def fits(self, model: Mixture) -> bool:
        """Whether the model is about the comparisons that were made."""
        sizes = tuple(len(match) for match in model.match)
        return model.names == self.evidence.levels.names and sizes == self.evidence.levels.sizes

    def stated(self) -> list[Fact]:
        """Values that tell variants apart, and item numbers."""
        facts = []
        for name in self.comparer.view.ignored.columns:
            left, right = values_of(self.comparer.view.ignored[name], self.left, self.right)
            facts.append(Fact.of(shown_name(name), left, right, _opinion(self.evidence, name)))
        return facts

    def compared(self, name: str, shown: str | None = None) -> Fact:
        """The values of one comparison as they were compared."""
        left, right = values_of(self.comparer.view.records[name], self.left, self.right)
        return Fact.of(shown or name, left, right, self.agreement(name))

    def numbers(self, name: str) -> tuple[str, str]:
        """The words with a digit that each side of one comparison has alone."""
        both = values_of(self.comparer.view.records[name], self.left, self.right)
        first, second = (text or "" for text in both)
        left, right = (
            " ".join(word for word in _only(*texts) if any(letter.isdigit() for letter in word))
            for texts in ((first, second), (second, first))
        )
        return left, right

    def agreement(self, name: str) -> str:
        """How the two sides of one comparison stand to each other."""
        level = int(self.evidence.levels.levels[0, self.evidence.levels.names.index(name)])
        if level < 0:
            return SILENT
        similarity, conflict = level % SIMILARITIES, level // SIMILARITIES
        if similarity == EXACT:
            return SAME
        return PARTLY if similarity >= AGREEMENT - 1 and conflict < 2 else DIFFERS


def values_of(column: pl.Series, left: int, right: int) -> tuple[str | None, str | None]:
    """What a column says of two records, as text."""
    first, second = (None if column[place] is None else str(column[place]) for place in (left, right))
    return first, second


def _opinion(evidence: Evidence, name: str) -> str:
    apart = float(evidence.ignored[f"ignored.{name}"][0])
    if math.isnan(apart):
        return ONE_SIDED if bool(evidence.one_sided[f"ignored.{name}"][0]) else SILENT
    return SAME if apart == 0 else DIFFERS if apart >= 1 else PARTLY


def _finding(comparison: Comparison, features: dict[str, float], left: int, right: int) -> str:
    name = comparison.attribute.name
    first, second = comparison.values[left], comparison.values[right]
    if first is None or second is None:
        return "nothing to compare" if first is second else "only one row states it"
    similarity = features[f"{name}.similarity"]
    if similarity >= _EQUAL and first == second:
        return "equal"
    if not isinstance(first, str):
        return f"{first:g} / {second:g}"
    alike = f"{similarity:.0%} alike"
    if comparison.tokens is None:
        return f"{_short(first)} / {_short(second)}, {alike}"
    if comparison.long:
        return alike
    only = _only(first, second), _only(second, first)
    words = [f"{side} only: {_listed(listed)}" for side, listed in zip(("left", "right"), only, strict=True) if listed]
    return "; ".join([alike, *words]) if words else f"{alike}, the same words"


def _only(text: str, other: str) -> list[str]:
    known = set(other.split(" "))
    return [word for word in dict.fromkeys(text.split(" ")) if word not in known]


def _listed(words: Sequence[str]) -> str:
    return " ".join(words[:_WORDS]) + (" ..." if len(words) > _WORDS else "")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
