"""What an attribute of variation is made of, and how regular expressions are put together from word lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pairs.lexicons import fold


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way in which values stand in a text.

    Attributes
    ----------
    regex
        Regular expression in the Rust dialect (no look-around). What it matches is taken out of the text, except what
        its groups ``before`` and ``after`` match.
    lookalikes
        Regular expression of what only looks like a value and stays: *Black & Decker*. Empty: nothing does.
    where
        Regular expression; only texts that match it are searched. Empty: all.
    """

    regex: str
    lookalikes: str = ""
    where: str = ""

    @property
    def guarded(self) -> str:
        """The regular expression that prefers a lookalike (group ``keep``) to a value that begins no earlier.

        What stands before a lookalike belongs to it, as what stands before a value may be part of the match.
        """
        return rf"(?P<keep>\W{{0,3}}{self.lookalikes})|(?:{self.regex})"

    @property
    def only_lookalike(self) -> str:
        """The regular expression of a span that is nothing but a lookalike."""
        return rf"^\W{{0,3}}(?:{self.lookalikes})$"

    @property
    def expressions(self) -> tuple[str, ...]:
        """All the regular expressions that texts may be tried with."""
        beside = (self.lookalikes, self.guarded, self.only_lookalike) if self.lookalikes else ()
        return (self.regex, *beside, *([self.where] if self.where else []))


@dataclass(frozen=True, slots=True)
class VariationAttribute:
    """An attribute in which variants of one product may differ.

    Attributes
    ----------
    name
        Such as ``"color"``.
    patterns
        Tried in this order, each on what the former have left of the text.
    canonical
        From one matched span (context included) to its canonical values; none for a lookalike.
    label
        Put in front of a bare cell to say what it is, such as ``"size "``.
    beside
        Name of another attribute whose values its cells may hold: a size may be *40 cm*.
    """

    name: str
    patterns: tuple[Pattern, ...]
    canonical: Callable[[str], tuple[str, ...]]
    label: str = ""
    beside: str = ""


def alternatives(terms: Iterable[str]) -> str:
    """Return a regular expression that matches any of the terms, the longest first.

    A space in a term also matches a hyphen. Terms match without their accents too, unless little is left of them
    then (*rød* is not a *rod*).
    """
    spellings = set(terms)
    spellings |= {fold(term) for term in spellings if len(fold(term)) > 3}
    ordered = sorted(spellings, key=lambda term: (-len(term), term))
    return "|".join(re.escape(term).replace(r"\ ", r"(?:\s+|-)") for term in ordered)
