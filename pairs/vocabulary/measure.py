"""Quantities with a unit: *500 ml*, *0.5 l*, *12 fl oz*, *15.6"*, *60 x 90 cm*, *128GB*."""

from __future__ import annotations

import re
from functools import cache

from pairs.lexicons import rows
from pairs.vocabulary.color import PLAIN_COLOR
from pairs.vocabulary.pattern import Pattern, VariationAttribute

_UNITS = {row[0]: (row[1], float(row[2]), row[3]) for row in rows("units.tsv")}
_GLUED = {row[0] for row in rows("units.tsv") if len(row) > 4}
SIZE_LIKE = ("volume", "weight", "length", "area", "storage")
"""The dimensions that tell variants apart; the others belong to what a product is."""

NUMBER = (
    r"(?:[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d{1,3}[\s-]\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}|\d{1,3}\s?[½¼¾⅓⅔]|[½¼¾]"
    r"|\d{1,5}[.,]\d+|[1-9]\d{0,4})"
)
_FRACTIONS = {"½": 1 / 2, "¼": 1 / 4, "¾": 3 / 4, "⅓": 1 / 3, "⅔": 2 / 3}


def unit_pattern(*dimensions: str, letters: bool = True) -> str:
    """Return a regular expression of the space and the unit behind a number.

    Parameters
    ----------
    *dimensions
        Such as ``"volume"``; none: all.
    letters
        Whether units of a single letter count.
    """
    chosen = [term for term, unit in _UNITS.items() if not dimensions or unit[2] in dimensions]
    chosen = [term for term in chosen if letters or len(term) > 1 or not term.isalpha()]
    chosen.sort(key=lambda term: (-len(term), term))
    glued = [_end(term) for term in chosen if term in _GLUED]
    free = [_end(term) for term in chosen if term not in _GLUED and term != "in"]
    units = rf"[\s-]?(?:{'|'.join(free)})"
    if glued:
        units += rf"|(?:{'|'.join(glued)})"
    return rf"(?:{units}|[\s-]?in\b)" if not dimensions or "length" in dimensions else rf"(?:{units})"


def _end(term: str) -> str:
    if term in ('"', "''", "”", "″", '\\"'):
        return rf"{re.escape(term)}"
    escaped = re.escape(term).replace(r"\ ", r"[\s.]*")
    # Capital G and M stand for other things (5G, 12M); a unit that ends in a sign needs no word boundary.
    if term in ("g", "m"):
        return rf"(?-i:{escaped})\b"
    if term in ("'", "′"):
        return rf"{escaped}\B"  # not the 90's
    return rf"{escaped}\b" if term[-1].isalnum() else escaped


def _box(*dimensions: str) -> str:
    unit = unit_pattern(*dimensions)
    side = r"(?:\s?[hwdl]\b)?"
    return rf"{NUMBER}(?:(?:{unit}|['′])?{side}\s?[x×*]\s?{NUMBER}){{1,2}}{unit}{side}"


def _quantity(*dimensions: str) -> str:
    """One quantity, or a range of them."""
    return rf"{NUMBER}(?:(?:[-–/]|\sto\s){NUMBER})?{unit_pattern(*dimensions)}"


_START = r"(?P<before>^|[^\w.,])"  # 8 L is not in f2.8 L
_FOOT = r"(?:['′’]|\s?(?:ft|feet|foot)\b\.?)"
_INCH = r"\s?(?:\\?\"|''|”|″|in\b\.?|inch(?:es)?\b)"
_INCHES = r"\d{1,2}(?:\.\d+|\s?[½¼¾]|\s\d/\d)?"
_FEET_AND_INCHES = rf"\d{{1,2}}{_FOOT}[\s-]?{_INCHES}{_INCH}"
_IN_FEET = rf"(?:{_FEET_AND_INCHES}|\d{{1,2}}['′’]\d{{1,2}}\b|\d{{1,2}}(?:\.\d+)?{_FOOT})"
_BOX_IN_FEET = rf"{_IN_FEET}(?:\s?[x×]\s?{_IN_FEET}){{1,2}}"
_SHAPE = r"(?:round|runner|square|oval|octagon(?:al)?|hexagon(?:al)?)\b"
_RUGS = r"(?i)(?-u:\b)(?:rugs?|carpets?|mats?|teppich|läufer|tapis|alfombra|tappeto|vloerkleed)(?-u:\b)"
_HAS_FEET = r"[0-9](?:['′’]|\s?(?i:ft|feet|foot))"

_LOOKALIKES = (
    r"f\s?/\s?\d[\d.\s-]*g?\b|802\.11\s?[a-z]?\b|\d+\sin\s[a-h][\s-](?:flat\s|sharp\s)?(?:major|minor|maj|min|dur|moll)\b|"
    rf"\d+[\s-]+in[\s-]+(?:\d|an?\b|the\b|one\b|stock\b|total\b|{PLAIN_COLOR})"
    r"|\d+-in-\d|[2-5]g\b|\d+(?:\.\d+)?\s?[gm]b(?:/s|ps)\b"
)


@cache
def _part() -> re.Pattern[str]:
    return re.compile(rf"({NUMBER})(?!,?\d)({unit_pattern()})?", re.IGNORECASE)


def _value(text: str) -> float:
    text = re.sub(r",(?=\d{3}(?:\D|$))", "", text.strip()).replace(",", ".")
    whole = 0.0
    for sign, value in _FRACTIONS.items():
        if sign in text:
            head = text.replace(sign, "").strip()
            return (float(head) if head else 0.0) + value
    if "/" in text:
        head, _, denominator = text.rpartition("/")
        parts = re.split(r"[\s-]", head)
        whole = float(parts[0]) if len(parts) > 1 else 0.0
        return whole + float(parts[-1]) / max(float(denominator), 1.0)
    return float(text)


def three_digits(value: float) -> str:
    """Write a number with three significant digits and no exponent: 453.59 -> ``"454"``."""
    text = f"{float(f'{value:.3g}'):.12f}"
    return text.rstrip("0").rstrip(".")


def _unit(text: str | None) -> tuple[str, float, str] | None:
    if text is None:
        return None
    name = re.sub(r"\s+", " ", text.strip(" \t-").casefold())
    return _UNITS.get(name) or _UNITS.get(name.rstrip(".")) or _UNITS.get(name.replace(".", ""))


def canonical_measures(span: str) -> tuple[str, ...]:
    """Write the quantities of a found span: ``"60 x 90 cm"`` -> ``("600x900 mm",)``."""
    shape = re.search(rf"\s({_SHAPE})\s*$", span, re.IGNORECASE)
    if shape:
        return (*canonical_measures(span[: shape.start()]), _shape(shape.group(1)))
    span = _mixed().sub(_in_inches, span)
    found = [(_value(number), _unit(unit)) for number, unit in _part().findall(span)]
    known = [unit for _, unit in found if unit]
    if not known:
        return ()
    units = [unit or known[-1] for _, unit in found]
    numbers = [three_digits(number * unit[1]) for (number, _), unit in zip(found, units, strict=True)]
    if re.search(r"[x×*]", span, re.IGNORECASE):
        return (f"{'x'.join(numbers)} {units[0][0]}",)
    return tuple(f"{number} {unit[0]}" for number, unit in zip(numbers, units, strict=True))


@cache
def _mixed() -> re.Pattern[str]:
    return re.compile(rf"(\d{{1,2}}){_FOOT}[\s-]?({_INCHES})(?:{_INCH}|(?![\d'′’]))", re.IGNORECASE)


def _in_inches(match: re.Match[str]) -> str:
    return f'{12 * int(match.group(1)) + _value(match.group(2))}"'


def _shape(word: str) -> str:
    return word.lower().removesuffix("al")


def single_quantities(name: str, *dimensions: str, start: str = _START, lookalikes: str = "") -> VariationAttribute:
    """Return an attribute of the quantities in some dimensions that are no side of a box: *2 m*, not *60 x 90 cm*.

    Parameters
    ----------
    name
        Of the attribute.
    *dimensions
        Out of the word list of units, such as ``"volume"``.
    start
        Regular expression of what stands before a quantity, with the group ``before``.
    lookalikes
        Regular expression of more that only looks like such a quantity.
    """
    keep = "|".join(filter(None, (_LOOKALIKES, lookalikes)))
    pattern = Pattern(rf"(?i){start}{_quantity(*dimensions)}", lookalikes=rf"(?i:\b(?:{keep}))", where=r"[0-9½¼¾⅓⅔]")
    patterns: tuple[Pattern, ...] = (pattern,)
    if "length" in dimensions:
        mixed = Pattern(rf"(?i){start}{_FEET_AND_INCHES}", lookalikes=rf"(?i:\b(?:{keep}))", where=_HAS_FEET)
        patterns = (mixed, pattern)
    return VariationAttribute(name, patterns, canonical_measures, beside="measure")


BOX = rf"(?:{_BOX_IN_FEET}|{_box('length')})"
"""Regular expression of the sides of a thing: *60 x 90 cm*."""

MEASURE = VariationAttribute(
    "measure",
    (
        Pattern(
            rf"(?i){_START}(?:{_BOX_IN_FEET}|{_IN_FEET}|{_box('length')}|{_quantity('length')})\s+{_SHAPE}", where=_RUGS
        ),
        Pattern(
            rf"(?i){_START}(?:{_BOX_IN_FEET}|{_IN_FEET})\s+{_SHAPE}(?P<after>\s*$|\s*[/,|;)\]]|\s+[-–—])",
            where=_HAS_FEET,
        ),
        Pattern(rf"(?i){_START}(?:{_BOX_IN_FEET}|{_FEET_AND_INCHES})", where=_HAS_FEET),
        Pattern(
            rf"(?i){_START}(?:{_box(*SIZE_LIKE)}|{_quantity(*SIZE_LIKE)})",
            lookalikes=rf"(?i:\b(?:{_LOOKALIKES}))",
            where=r"[0-9½¼¾⅓⅔]",
        ),
    ),
    canonical_measures,
)
