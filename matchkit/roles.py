"""From what a column looks like and is called to its role.

Rules are tried in order; each looks at one kind of content and answers with role, kind and reason, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl

from matchkit.profile import Profile
from pairs.attributes import Role

LONG_TEXT = 100
_FEW = 1000


class Finding(NamedTuple):
    """What a rule found out about a column."""

    role: Role
    kind: str
    reason: str


Rule = Callable[[Profile, frozenset[str]], Finding | None]


def find_role(seen: Profile, hints: frozenset[str]) -> Finding:
    """The role of a column, its kind, and why in a few words."""
    for rule in RULES:
        found = rule(seen, hints)
        if found is not None:
            return found
    if seen.length > LONG_TEXT or ("description" in hints and seen.length > LONG_TEXT / 2):
        return Finding(Role.TEXT, "description", "long text")
    if seen.shares["integer"] >= 0.7:
        return Finding(Role.TEXT, "", "short numbers, whose digits matter more than their size")
    return Finding(Role.TEXT, "", f"{seen.distinct} different texts")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _empty(seen: Profile, hints: frozenset[str]) -> Finding | None:
    return Finding(Role.IGNORED, "", "every cell is missing") if not seen.filled else None


def _link(seen: Profile, hints: frozenset[str]) -> Finding | None:
    share = seen.shares["url"]
    picture = seen.shares["image"]
    if (picture >= 0.8 and seen.shares["space"] < 0.2) or (share >= 0.8 and "image" in hints):
        return Finding(Role.IMAGE, "", f"{_percent(max(picture, share))} are links to pictures")
    if share >= 0.8:
        return Finding(Role.URL, "", f"{_percent(share)} are links")
    if "url" in hints and seen.shares["domain"] >= 0.7:
        return Finding(Role.URL, "", f"{_percent(seen.shares['domain'])} are web addresses")
    return None


def _email(seen: Profile, hints: frozenset[str]) -> Finding | None:
    share = seen.shares["email"]
    if share >= (0.5 if "email" in hints else 0.7):
        return Finding(Role.IDENTIFIER, "email", f"{_percent(share)} are e-mail addresses")
    return None


def _article_number(seen: Profile, hints: frozenset[str]) -> Finding | None:
    # One number in ten passes the check by chance, so a few rows prove nothing without a hint.
    hinted = "gtin" in hints
    if not hinted and seen.distinct < 3:
        return None
    for kind, name in (("isbn", "ISBNs"), ("gtin", "GTINs")):
        if seen.shares[kind] >= (0.5 if hinted else 0.9):
            return Finding(Role.IDENTIFIER, kind, f"{_percent(seen.shares[kind])} are {name} by their check digit")
    return None


def _phone(seen: Profile, hints: frozenset[str]) -> Finding | None:
    shaped, grouped = seen.shares["phone"], seen.shares["grouped"]
    if "phone" in hints and shaped >= 0.6:
        return Finding(Role.IDENTIFIER, "phone", f"{_percent(shaped)} look like phone numbers")
    if grouped >= 0.7 and seen.shares["date"] < 0.3 and seen.distinctness >= 0.3 and "code" not in hints:
        return Finding(Role.IDENTIFIER, "phone", f"{_percent(grouped)} look like phone numbers")
    return None


def _date(seen: Profile, hints: frozenset[str]) -> Finding | None:
    share = seen.shares["date"]
    if share >= (0.5 if "date" in hints else 0.7) and not hints & {"price", "measure"}:
        return Finding(Role.DATE, "", f"{_percent(share)} are dates")
    return None


def _year(seen: Profile, hints: frozenset[str]) -> Finding | None:
    share = seen.shares["year"]
    if "year" in hints and seen.shares["loose_year"] >= 0.6:
        return Finding(Role.NUMBER, "year", f"{_percent(seen.shares['loose_year'])} are years, called a year")
    if share >= (0.5 if "date" in hints else 0.98) and not hints & {
        "price",
        "measure",
        "code",
        "postcode",
        "size",
    }:
        return Finding(Role.NUMBER, "year", f"{_percent(share)} are years")
    return None


def _variation(seen: Profile, hints: frozenset[str]) -> Finding | None:
    if seen.words > 4 or seen.length > 40:
        return None
    for kind in ("color", "pack", "size"):
        if kind in hints and seen.distinct <= _FEW and seen.lonely < 0.9:
            return Finding(Role.CATEGORY, kind, f"called a {kind}")
    if 3 <= seen.distinct <= _FEW and seen.distinctness <= 0.3 and seen.colors >= 0.6:
        return Finding(Role.CATEGORY, "color", f"{_percent(seen.colors)} are colours")
    if seen.shares["size"] >= 0.6:
        return Finding(Role.CATEGORY, "size", f"{_percent(seen.shares['size'])} are sizes")
    if "option" in hints and seen.distinct <= _FEW and seen.lonely < 0.9:
        return Finding(Role.CATEGORY, "option", "called an option")
    return None


def _amount(seen: Profile, hints: frozenset[str]) -> Finding | None:
    shares = seen.shares
    if shares["price"] >= 0.6:
        return Finding(Role.NUMBER, "price", f"{_percent(shares['price'])} are amounts of money")
    numeric = shares["number"] + shares["price"]
    if "price" in hints and numeric >= 0.7:
        return Finding(Role.NUMBER, "price", f"{_percent(numeric)} are numbers, called a price")
    if shares["unit"] >= 0.7:
        return Finding(Role.NUMBER, _unit(seen.values), f"{_percent(shares['unit'])} are numbers with a unit")
    if hints & {"code", "postcode"}:
        return None
    fractions = shares["decimal"] * (1 - shares["date"])
    if shares["number"] >= 0.7 and ((fractions >= 0.3 and not _all_zero_fractions(seen)) or "measure" in hints):
        return Finding(Role.NUMBER, "", f"{_percent(shares['number'])} are numbers")
    return None


def _all_zero_fractions(seen: Profile) -> bool:
    return seen.shares["integer"] >= 0.95


def _unit(values: pl.Series) -> str:
    units = values.str.extract(r"([^\d\s.,]+)$", 1).drop_nulls()
    if not len(units):
        return ""
    counts = units.value_counts(name="rows").sort(["rows", units.name], descending=[True, False])
    return str(counts[units.name][0])


def _set(seen: Profile, hints: frozenset[str]) -> Finding | None:
    # Titles list options behind strokes and commas; they are titles all the same.
    if seen.length > 300 or "title" in hints:
        return None
    for separator in ("|", ";", ",", "/"):
        many = seen.values.filter(seen.values.str.contains(separator, literal=True))
        if len(many) >= max(3, 0.3 * seen.filled) and _is_set(many.unique(), separator):
            return Finding(Role.SET, "", f"lists of values separated by '{separator}'")
    return None


def _is_set(values: pl.Series, separator: str) -> bool:
    """Whether short members recur in lists of different lengths (*city, state* is no set)."""
    members = values.str.split(separator)
    _, sizes = np.unique(members.list.len().to_numpy(), return_counts=True)
    flat = members.explode().str.strip_chars()
    flat = flat.filter(flat != "")
    if not len(flat) or sizes.max() >= 0.9 * len(values):
        return False
    words = flat.str.count_matches(r"\S+").to_numpy().mean()
    digits = flat.str.contains(r"\d").to_numpy().mean()
    return bool(words <= 3 and digits <= 0.5 and flat.n_unique() <= 0.3 * len(flat))


def _code(seen: Profile, hints: frozenset[str]) -> Finding | None:
    shares = seen.shares
    if "postcode" in hints or shares["digit"] < 0.8 or shares["space"] > 0.05 or not 4 <= seen.length <= 40:
        return None
    mixed = shares["letter"] >= 0.6 and shares["email"] < 0.1
    hinted = "code" in hints
    repeats = seen.top > max(10, 0.01 * seen.filled)
    if mixed and (seen.distinctness >= (0.2 if hinted else 0.5)) and not repeats:
        return Finding(Role.IDENTIFIER, "mpn" if "mpn" in hints else "code", "short codes that hardly repeat")
    if shares["letter"] > 0.4 or seen.length < 5:
        return None
    if seen.distinctness >= (0.2 if hinted else 0.6) and not repeats and _even_length(seen):
        return Finding(Role.IDENTIFIER, "mpn" if "mpn" in hints else "code", "numbers that hardly repeat")
    return None


def _even_length(seen: Profile) -> bool:
    return float(seen.values.str.len_chars().to_numpy().std()) <= 1


def _category(seen: Profile, hints: frozenset[str]) -> Finding | None:
    if "brand" in hints and seen.words <= 4 and seen.length <= 50 and seen.shares["letter"] >= 0.5:
        return Finding(Role.CATEGORY, "brand", "called a brand or maker")
    if seen.length > 120:
        return None
    few = seen.distinct <= 50 and seen.distinctness <= (0.2 if seen.words <= 3 else 0.05)
    repeating = seen.distinct <= _FEW and max(seen.distinctness, seen.lonely) <= 0.05 and seen.words <= 12
    if few or repeating:
        return Finding(Role.CATEGORY, "", f"{seen.distinct} values that repeat")
    return None


def _magnitude(seen: Profile, hints: frozenset[str]) -> Finding | None:
    """Whole numbers of widely different size are quantities, not codes or house numbers."""
    if seen.shares["integer"] < 0.9 or hints & {"code", "postcode", "phone", "place"}:
        return None
    digits = seen.values.str.extract(r"(\d+)", 1).str.len_chars().drop_nulls()
    spread = float(digits.quantile(0.95) or 0) - float(digits.quantile(0.05) or 0)
    if spread >= 3:
        return Finding(Role.NUMBER, "", "whole numbers of widely different size")
    return None


RULES: tuple[Rule, ...] = (
    _empty,
    _link,
    _email,
    _article_number,
    _phone,
    _date,
    _year,
    _variation,
    _amount,
    _code,
    _magnitude,
    _category,
    _set,
)
