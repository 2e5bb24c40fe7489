"""Attributes whose values are words out of a list: materials, patterns, flavours, genders, age groups.

A list has four fields: term, canonical value, and the place where the term counts:

- ``plain``: anywhere in a text;
- ``ends``: at the start or the end of a text, or in a slot;
- ``edge``: at the end of a text, or in a slot;
- ``slot``: between separators only (*- Oak*, *(Oak)*, */ Oak /*);
- ``label``: behind the attribute's name only (*Material: stone*), as in a column of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pairs.lexicons import fold, rows
from pairs.vocabulary.pattern import Pattern, VariationAttribute, alternatives

PLACES = ("plain", "ends", "edge", "slot", "label")
_SLOT_START = r"(?P<before>\s[-–—]\s*|[/,|:;(\[]\s*)"
_SLOT_END = r"(?P<after>\s*$|\s*[/,|;)\]]|\s+[-–—]\s)"
_WORD_END = r"\b['’]?"
_AND = r"(?:\s*[/&+,]\s*|\s+(?:(?:and|und|et|y|e|og|och|en)\s+)?)"


@dataclass(frozen=True, slots=True)
class WordList:
    """What a list of terms says, and the words around them.

    Attributes
    ----------
    terms
        Fields of each line: term, canonical value, place.
    lookalikes
        Phrases in which a term is no value; ``* tree`` means any term before *tree*.
    label
        Regular expression of the attribute's own names.
    before, after
        Regular expressions of words that go with a value: *made of* cotton, vanilla *scented*. Whatever stands
        before such an ``after`` counts, whatever its place.
    share
        Whether a share may stand in front: *60% cotton*.
    """

    terms: Sequence[Sequence[str]]
    lookalikes: Sequence[str]
    label: str
    before: str = ""
    after: str = ""
    share: bool = False

    @classmethod
    def read(cls, name: str, *, label: str, before: str = "", after: str = "", share: bool = False) -> WordList:
        """The word lists ``{name}s.tsv`` and ``{name}_lookalikes.txt``."""
        phrases = [row[0] for row in rows(f"{name}_lookalikes.txt")]
        return cls(rows(f"{name}s.tsv"), phrases, label, before, after, share)

    def _of(self, *places: str) -> str:
        return spellings(term for term, _, place in self.terms if place in places)

    def attribute(self, name: str) -> VariationAttribute:
        """The attribute that these words are the values of."""
        canonical = dictionary({term: value for term, value, _ in self.terms})
        return VariationAttribute(name, self.patterns(), canonical, label=f"{name.replace('_', ' ')}: ")

    def patterns(self) -> tuple[Pattern, ...]:
        """The ways in which the values stand in texts, the surest first."""
        lead = rf"(?:(?:{self.before})\s+)?" if self.before else ""
        trail = rf"(?:\s+(?:{self.after}))?" if self.after else ""
        end, start = self._of(*PLACES[:3]), self._of("ends")
        named = rf"(?i)\b(?:{self.label})\s?[:=]"
        lookalikes = self._guard(lead)
        found = [Pattern(rf"{named}\s*{self._several(*PLACES)}{_WORD_END}{trail}", where=named)]
        if self.after:
            known = rf"(?i)\b{lead}{self._several(*PLACES[:-1])}(?:\s+|-)(?:{self.after})\b"
            found.append(Pattern(known, lookalikes=lookalikes, where=rf"(?i)(?:\s|-)(?:{self.after})\b"))
        found += [
            Pattern(rf"(?i)\b{lead}{self._several('plain')}{_WORD_END}{trail}", lookalikes=lookalikes),
            Pattern(rf"(?i){_SLOT_START}{self._several(*PLACES[:-1])}{trail}{_SLOT_END}", lookalikes=lookalikes),
            Pattern(rf"(?i)(?P<before>\w\s){lead}{self._share}(?:{end})['’]?(?P<after>\s*$)", lookalikes=lookalikes),
        ]
        if start:
            found.append(Pattern(rf"(?i)^\s*(?:{start})['’]?(?P<after>\s+[\w(])", lookalikes=lookalikes))
        return tuple(found)

    @property
    def _share(self) -> str:
        return r"(?:\d{1,3}\s?%\s*)?" if self.share else ""

    def _several(self, *places: str) -> str:
        one = rf"{self._share}(?:{self._of(*places)})"
        return rf"{one}(?:{_AND}{one})*"

    def _guard(self, lead: str) -> str:
        followers = spellings(phrase.removeprefix("* ") for phrase in self.lookalikes if phrase.startswith("* "))
        fixed = spellings(phrase for phrase in self.lookalikes if not phrase.startswith("* "))
        anything = self._of(*PLACES[:-1])
        kinds = [fixed] if fixed else []
        if followers:
            kinds.append(rf"(?:{anything})(?:\s+|-)(?:{followers})")
        return rf"(?i:\b{lead}(?:{'|'.join(kinds)})\b)" if kinds else ""


def spellings(terms: Iterable[str]) -> str:
    """Return a regular expression of the terms in which apostrophes may be curly or absent."""
    return alternatives(terms).replace("'", "['’]?")


def dictionary(terms: Mapping[str, str]) -> Callable[[str], tuple[str, ...]]:
    """Return the function that finds the terms in a span, longest first, and writes their canonical values once."""
    known = {plain_term(value): value for value in terms.values()} | {
        plain_term(term): value for term, value in terms.items()
    }
    longest = sorted(known, key=lambda term: (-len(term), term))
    searcher = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")

    def canonical(span: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(known[term] for term in searcher.findall(plain_term(span))))

    return canonical


def plain_term(text: str) -> str:
    """The form in which terms are the same: folded, without apostrophes, any gap one blank."""
    return re.sub(r"[\s-]+", " ", re.sub(r"['’]", "", fold(text))).strip()
