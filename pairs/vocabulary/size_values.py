"""Canonical values of sizes: *UK 9½* -> ``uk 9.5``, *XX-Large* -> ``xxl``, *32W x 34L* -> ``w32``, ``l34``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pairs.lexicons import fold, rows
from pairs.vocabulary.pattern import alternatives

LABEL = (
    r"sizes?|sz|siz|schuhgröße|größe|groesse|grösse|gr|taille|pointure|talla|taglia|tg|tamanho|maat|storlek|størrelse"
)
AGES = r"\d{1,2}\s?[-–]\s?\d{1,2}"
MONTHS = r"months?|mths?|mos?\.?|mois|meses|monate|maanden|mesi"
YEARS = r"years?|yrs?|ans|años|anos|jahre|jaar|anni"

_TERMS = {fold(row[0]): row[1] for row in rows("sizes.tsv")} | {"s": "s", "m": "m", "l": "l"}
_SYSTEMS = {"usa": "us", "eur": "eu", "aus": "au"}


@cache
def _parts() -> re.Pattern[str]:
    number = r"\d{1,3}(?:[.,]5|\s[12]/[23])?"
    wearer = r"(?:mens|womens|men'?s|women'?s|size|sz|m|w)"
    return re.compile(
        rf"\b(?:(?P<system>usa|us|uk|eur|eu|aus|au|jp|br|fr|it|de|es)[\s.:-]*(?:{wearer}\s*)?(?P<in_system>{number})"
        r"(?:\s?(?P<width>ee|2e|4e|[mwdbyck]|wide|narrow|mens|womens|men'?s|women'?s|youth|kids)\b)?"
        rf"|(?P<glued>{number})\s?(?:(?:[a-e]{{1,3}}\s?\()?(?P<fit>ee|[234]e|[mwndbe])\)?\s)?(?P<last>usa|us|uk|eur|eu)"
        r"|(?P<by_waist>2[4-9]|[34]\d|50)\s?[x×]\s?(?P<by_leg>2[4-9]|3[0-8])(?!\s?[x×.]\s?\d)"
        r"|(?P<sides>\d{1,3}(?:[.,]\d+)?(?:\s?[x×]\s?\d{1,3}(?:[.,]\d+)?){1,2})"
        rf"|(?P<ages>{AGES})\s?(?P<unit>{fold(MONTHS)}|{fold(YEARS)}|[my])?"
        r"|(?:w|waist)\s?(?P<waist>\d\d)|(?P<waist_behind>\d\d)\s?w|l\s?(?P<leg>\d\d)|(?P<leg_behind>\d\d)\s?l"
        rf"|(?P<term>{alternatives(_TERMS)})"
        r"|(?P<coded>\d{1,2}\s?(?:t|aa|a|b|c|ddd?|d|e|ff|f|gg|g|h|m|y))"
        rf"|(?P<number>{number}))(?!\w)"
    )


def canonical_sizes(span: str) -> tuple[str, ...]:
    """Write the sizes of a found span: ``"UK 8 / Extra Large"`` -> ``("uk 8", "xl")``."""
    text = fold(re.sub(r"\s?½", ".5", span))
    if text in _TERMS:
        return (_TERMS[text],)
    text = re.sub(rf"^(?:{fold(LABEL)})(?:[\s.:=#-]+|(?=\d))", "", text)
    text = re.sub(r"(w\s?\d\d)(l)|(\d\dw)(\d)", r"\1\3 \2\4", text)  # W32L34
    layers = [
        [size for match in _parts().finditer(layer) for size in _canonical(match)]
        for layer in re.split(r"\bover\b", text)
    ]
    if len(layers) > 1 and all(layers):
        return (" over ".join("/".join(layer) for layer in layers),)  # of a bunk bed
    return tuple(size for layer in layers for size in layer)


def _canonical(match: re.Match[str]) -> tuple[str, ...]:
    found = {name: value for name, value in match.groupdict().items() if value}
    if "by_waist" in found:
        return f"w{found['by_waist']}", f"l{found['by_leg']}"
    return (_single(found),)


def _single(found: Mapping[str, str]) -> str:
    if "term" in found:
        return _TERMS[re.sub(r"[\s-]+", " ", found["term"])]
    if "system" in found:
        return _with_width(found["system"], found["in_system"], found.get("width", "m"))
    if "last" in found:
        return _with_width(found["last"], found["glued"], found.get("fit", "m"))
    if "sides" in found:
        return "x".join(map(_number, re.split(r"\s?[x×]\s?", found["sides"])))
    if "ages" in found:
        return _ages(found["ages"], found.get("unit", ""))
    for part, sign in (("waist", "w"), ("waist_behind", "w"), ("leg", "l"), ("leg_behind", "l")):
        if part in found:
            return sign + found[part]
    return found["coded"].replace(" ", "") if "coded" in found else _number(found["number"])


def _with_width(system: str, number: str, width: str) -> str:
    """Medium or men's is what a size is when nothing is said."""
    size = f"{_SYSTEMS.get(system, system)} {_number(number)}"
    return size if width.startswith("m") else f"{size} {width}"


def _ages(ages: str, unit: str) -> str:
    ages = re.sub(r"\s?[-–]\s?", "-", ages)
    if not unit:
        return ages
    return f"{ages} months" if re.fullmatch(rf"{fold(MONTHS)}|m", unit) else f"{ages} years"


def _number(text: str) -> str:
    text = re.sub(r"\s1/2$", ".5", text.replace(",", "."))
    return re.sub(r"^0+(?=\d)", "", text)
