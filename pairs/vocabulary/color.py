"""Colours: *navy*, *dark blue*, *black/white*, *dunkelgrün*, *bleu marine*."""

from __future__ import annotations

import re
from functools import cache

from pairs.lexicons import fold, rows
from pairs.vocabulary.pattern import Pattern, VariationAttribute, alternatives

STAND_IN = "zzcolorzz"
"""Stands in a title for a colour that was found by other means: what is beside it is read as beside a colour."""

_COLORS = {row[0]: row[1] for row in rows("colors.tsv")} | {STAND_IN: STAND_IN}
_PLACES = {place: [row[0] for row in rows("colors.tsv") if row[2] == place] for place in ("plain", "edge", "slot")}
_PLACES["plain"].append(STAND_IN)
_MODIFIERS = {
    position: {row[0]: row[1] for row in rows("color_modifiers.tsv") if row[2] == position}
    for position in ("before", "after", "joined")
}
_FOLDED_COLORS = {fold(term): value for term, value in _COLORS.items()}
_FOLDED_MODIFIERS = {
    position: {fold(term): value for term, value in terms.items()} for position, terms in _MODIFIERS.items()
}

BROADER = {row[1]: row[3] for row in rows("colors.tsv") if len(row) > 3}
"""Canonical shade -> words of the broader colour it may also be called by."""

PLAIN_COLOR = alternatives(_PLACES["plain"])
"""Regular expression of the words that are colours wherever they stand."""

EDGE_COLOR = alternatives(_PLACES["plain"] + _PLACES["edge"])
"""Regular expression of the words that are colours at the end of a text or beside a size."""

_ANY = alternatives(_COLORS)
_BEFORE = alternatives(_MODIFIERS["before"])
_AFTER = alternatives(_MODIFIERS["after"])
_JOINED = alternatives(_MODIFIERS["joined"])
_LABEL = r"colou?rs?|colou?rway|farbe|couleur|colore|kleur|farve|färg|coloris"
_AND = r"(?:\s*[/&+,]\s*|\s*-\s*|\s+(?:(?:and|und|et|y|e|og|och|on)\s+)?)"


def _shade(color: str) -> str:
    return rf"(?:(?:(?:{_BEFORE})(?:\s+|-))*(?:{_JOINED})?(?:{color})(?:(?:\s+|-)(?:{_AFTER}))?)"


SHADE = _shade(_ANY)
"""Regular expression of any colour, with the words that go before and behind it."""


def _lookalikes() -> str:
    phrases = [row[0] for row in rows("color_lookalikes.txt")]
    followers = alternatives(phrase.removeprefix("* ") for phrase in phrases if phrase.startswith("*"))
    fixed = alternatives(phrase for phrase in phrases if not phrase.startswith("*"))
    return rf"(?i:\b(?:{fixed}|(?:{PLAIN_COLOR})(?:(?:\s+|-)(?:{followers})|\s?['’]s))\b)"


def _tastes() -> str:
    """What food tastes of: *yogurt ... honey*, *honey ... yogurt*; but a *tea towel* is no food."""
    foods = [row[0] for row in rows("foods.txt")]
    wares = alternatives(food.removeprefix("* ") for food in foods if food.startswith("*"))
    food = alternatives(food for food in foods if not food.startswith("*"))
    known = {row[0] for row in rows("flavors.tsv")}
    taste = alternatives(term for place in ("edge", "slot") for term in _PLACES[place] if term in known)
    near = r"\b.{0,80}?\b"
    return rf"(?i:\b(?:(?:{food})(?:\s+|-)(?:{wares})|(?:{food}){near}(?:{taste})|(?:{taste}){near}(?:{food}))\b)"


def _patterns() -> tuple[Pattern, ...]:
    several = rf"{SHADE}(?:\s*[/&+]\s*{SHADE})*"
    tastes = _tastes()
    plain = _shade(PLAIN_COLOR)
    start = r"(?P<before>\s[-–—]\s*|[\w)]-\s*|[/,|:;(\[]\s*)"
    end = r"(?P<after>\s*$|\s*[/,|;)\]]|\s+[-–—]\s)"
    return (
        Pattern(rf"(?i)\b(?:{_LABEL})\b\s*[:=]?\s*{several}\b", where=rf"(?i)\b(?:{_LABEL})\b"),
        Pattern(rf"(?i)\b(?:in\s+)?{plain}(?:{_AND}{plain})*(?:\s+colou?r(?:ed)?)?\b", lookalikes=_lookalikes()),
        Pattern(rf"(?i){start}{several}{end}", lookalikes=tastes),
        Pattern(
            rf"(?i)(?P<before>\w\s)(?:(?:{_LABEL})\s+)?{_shade(EDGE_COLOR)}(?:\s+colou?r)?(?P<after>\s*$)",
            lookalikes=tastes,
        ),
        Pattern(rf"(?i)\b(?:{_BEFORE})(?:\s+|-)(?:{EDGE_COLOR})\b"),
        Pattern(rf"(?i)\b{several}\s+colou?r\b", where=r"(?i)colou?r"),
    )


@cache
def _searcher() -> re.Pattern[str]:
    return re.compile(
        rf"\b((?:(?:{_folded('before')})[\s-]+)*)({_folded('joined')})?({alternatives(_FOLDED_COLORS)})"
        rf"(?:[\s-]+({_folded('after')}))?\b"
    )


def _folded(position: str) -> str:
    return alternatives(_FOLDED_MODIFIERS[position])


def canonical_colors(span: str) -> tuple[str, ...]:
    """Write the colours of a found span: ``"Dunkelblau / NVY"`` -> ``("dark blue", "navy")``."""
    layers = [_shades(layer) for layer in re.split(r"\bon\b", fold(span))]
    if len(layers) > 1 and all(layers):
        return (" on ".join("/".join(layer) for layer in layers),)  # white on black is not black on white
    return tuple(shade for layer in layers for shade in layer)


def _shades(text: str) -> list[str]:
    return [_canonical(match) for match in _searcher().finditer(text)]


def _canonical(match: re.Match[str]) -> str:
    before, joined, color, after = match.groups()
    words = [_FOLDED_MODIFIERS["before"].get(word, word) for word in re.split(r"[\s-]+", before.strip()) if word]
    if joined and joined + color in _FOLDED_COLORS:
        color = joined + color
    elif joined:
        words.append(_FOLDED_MODIFIERS["joined"][joined])
    if after:
        words.append(_FOLDED_MODIFIERS["after"][after])
    color = _FOLDED_COLORS[re.sub(r"[\s-]+", " ", color)]
    # "navy blue" may be read as "blue" modified by "navy": the word list has the last say.
    for start in range(len(words)):
        known = _FOLDED_COLORS.get(" ".join([*words[start:], color]))
        if known:
            words, color = words[:start], known
            break
    return " ".join([*dict.fromkeys(words), color])


COLOR = VariationAttribute("color", _patterns(), canonical_colors, label="color ")
