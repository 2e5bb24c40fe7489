"""Families in a Google Merchant Center feed: tab-separated text with ``item_group_id``.

Limits as in Google's product data specification (https://support.google.com/merchants/answer/7052112) and its page
on item groups (https://support.google.com/merchants/answer/6324507).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from matchkit.groupformats.listing import FIELD, GENDERS, VALUE, listing, presented
from matchkit.results import Result

LONGEST_ID = 50
_SAFE = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}")
_HASHED = 10
# Attribute of the feed to how many values it takes and the longest text.
_LIMITS: Mapping[str, tuple[int, int]] = {
    "color": (3, 100),
    "size": (9, 100),
    "material": (3, 200),
    "pattern": (1, 100),
}
#: What sellers call a size, in the feed's one column for it.
_SIZES = ("size", "length", "capacity", "voltage", "pack")
_AGES = {
    "newborn": "newborn",
    "infant": "infant",
    "baby": "infant",
    "toddler": "toddler",
    "kids": "kids",
    "junior": "kids",
    "tween": "kids",
    "youth": "kids",
    "teen": "adult",
    "adult": "adult",
    "senior": "adult",
}
_FIELDS = {"description": "description", "link": "link", "image": "image_link", "price": "price", "brand": "brand"}
_CODES = {"gtin": "gtin", "mpn": "mpn"}


def write_feed(result: Result, path: Path) -> None:
    """Write every row as a feed entry; those of families of two or more items share an ``item_group_id``."""
    feed(result).write_csv(path, separator="\t")


def notes(result: Result) -> list[str]:
    """What the feed could not hold as it is."""
    long = int((result.ids.str.len_chars() > LONGEST_ID).sum())
    if not long:
        return []
    return [f"{long} ids are longer than the {LONGEST_ID} characters Google takes and are shortened in google.tsv"]


def feed(result: Result) -> pl.DataFrame:
    """The feed: ``id``, ``title``, ``item_group_id``, what varies, and what else the catalogue has for it."""
    rows = listing(result)
    groups = rows.filter(pl.col("items") > 1)["family"].unique(maintain_order=True)
    # Neither ids nor group ids may differ in case alone.
    group_ids = valid_ids(groups.to_list())
    columns = {
        "id": _short_ids(rows["id"]),
        "title": rows["title"],
        "item_group_id": _mapped(rows["family"], group_ids),
    }
    names = list(result.variation)
    for name in ("color", "material", "pattern"):
        if name in names:
            columns[name] = _values(rows[f"{VALUE}{name}"], *_LIMITS[name])
    if sizes := [f"{VALUE}{name}" for name in _SIZES if name in names]:
        joined = rows.select(pl.concat_str(sizes, separator="|", ignore_nulls=True)).to_series()
        columns["size"] = _values(joined.replace("", None), *_LIMITS["size"])
    for name, known in (("gender", GENDERS), ("age_group", _AGES)):
        if name in names:
            columns[name] = _mapped(rows[f"{VALUE}{name}"], known)
    for name, field in (_FIELDS | _CODES).items():
        if f"{FIELD}{name}" in rows.columns:
            columns[field] = rows[f"{FIELD}{name}"]
    # A tab or a line's end inside a cell would end the cell for Google.
    return pl.DataFrame(columns).with_columns(pl.col(pl.String).str.replace_all(r"[\t\r\n]+", " "))


def valid_ids(names: Iterable[str]) -> dict[str, str]:
    """For each name an id of at most 50 ASCII letters, digits, ``_`` and ``-`` that no other has, in whatever case.

    A name that is such an id already is kept if none of the others is the same but for case.
    """
    given = list(dict.fromkeys(names))
    spellings = Counter(name.casefold() for name in given)
    ids = {name: name for name in given if _SAFE.fullmatch(name) and spellings[name.casefold()] == 1}
    taken = {name.casefold() for name in ids}
    for name in sorted(set(given) - set(ids)):
        chosen = _hashed(name, 0)
        turn = 0
        while chosen.casefold() in taken:
            turn += 1
            chosen = _hashed(name, turn)
        ids[name] = chosen
        taken.add(chosen.casefold())
    return ids


def _hashed(name: str, turn: int) -> str:
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")
    code = hashlib.sha256(f"{name}\0{turn}".encode(errors="surrogatepass")).hexdigest()[:_HASHED]
    return f"{readable[: LONGEST_ID - _HASHED - 1]}-{code}".strip("-")


def _short_ids(ids: pl.Series) -> pl.Series:
    long = ids.filter(ids.str.len_chars() > LONGEST_ID)
    return ids.replace(valid_ids(long.to_list())) if len(long) else ids


def _mapped(values: pl.Series, known: Mapping[str, str]) -> pl.Series:
    if not known:
        return pl.Series([None] * len(values), dtype=pl.String)
    return values.replace_strict(known, default=None, return_dtype=pl.String)


def _values(values: pl.Series, most: int, longest: int) -> pl.Series:
    distinct = values.drop_nulls().unique()
    shown = {value: _joined(presented(value).split("/"), most, longest) for value in distinct.to_list()}
    return _mapped(values, shown)


def _joined(parts: Sequence[str], most: int, longest: int) -> str:
    return "/".join(parts[:most])[:longest]
