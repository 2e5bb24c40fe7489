"""Canonical values of sizes: *UK 9½* -> ``uk 9.5``, *XX-Large* -> ``xxl``, *32W x 34L* -> ``w32``, ``l34``."""

from __future__ import annotations

import re
from functools import cache

from pairs.lexicons import fold, rows
from pairs.vocabulary.pattern import alternatives

LABEL = r"sizes?|sz|siz|schuhgröße|größe|groesse|grösse|gr|taille|pointure|talla|taglia|tamanho|maat|storlek|størrelse"
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
        rf"|(?P<glued>{number})\s?(?P<last>usa|us|uk|eur|eu)"
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
    return tuple(_canonical(match) for match in _parts().finditer(text))


def _canonical(match: re.Match[str]) -> str:
    found = {name: value for name, value in match.groupdict().items() if value}
    if "term" in found:
        return _TERMS[re.sub(r"[\s-]+", " ", found["term"])]
    if "system" in found:
        width = found.get("width", "m")  # medium or men's: what a size is when nothing is said
        size = f"{_system(found['system'])} {_number(found['in_system'])}"
        return size if width.startswith("m") else f"{size} {width}"
    if "last" in found:
        return f"{_system(found['last'])} {_number(found['glued'])}"
    if "ages" in found:
        return _ages(found["ages"], found.get("unit", ""))
    for part, sign in (("waist", "w"), ("waist_behind", "w"), ("leg", "l"), ("leg_behind", "l")):
        if part in found:
            return sign + found[part]
    return found["coded"].replace(" ", "") if "coded" in found else _number(found["number"])


def _system(name: str) -> str:
    return _SYSTEMS.get(name, name)


def _ages(ages: str, unit: str) -> str:
    ages = re.sub(r"\s?[-–]\s?", "-", ages)
    if not unit:
        return ages
    return f"{ages} months" if re.fullmatch(rf"{fold(MONTHS)}|m", unit) else f"{ages} years"


def _number(text: str) -> str:
    text = re.sub(r"\s1/2$", ".5", text.replace(",", "."))
    return re.sub(r"^0+(?=\d)", "", text)
