"""What all group formats are made from: one frame with a row for each of the user's rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from matchkit.headers import header_words, hints
from matchkit.results import Result, title_columns
from pairs.normalise import as_text, clean_text

#: The columns of a listing that hold the values of ignored attributes begin with this.
VALUE = "value."
#: The columns of a listing that hold what else shops ask for begin with this.
FIELD = "field."

#: Whom a thing is for, as Google and schema.org put it.
GENDERS = {
    "male": "male",
    "men": "male",
    "man": "male",
    "boys": "male",
    "boy": "male",
    "female": "female",
    "women": "female",
    "woman": "female",
    "girls": "female",
    "girl": "female",
    "unisex": "unisex",
}

_CATEGORY_WORDS = frozenset({"category", "categories", "type", "kategorie", "categorie", "categoria", "tipo", "typ"})
# Field to what tells its column: a key of the run's columns, its value, and the hint of a header.
_TELLTALES: Mapping[str, tuple[str, str, str]] = {
    "brand": ("kind", "brand", "brand"),
    "gtin": ("kind", "gtin", "gtin"),
    "mpn": ("kind", "mpn", "mpn"),
    "price": ("kind", "price", "price"),
    "description": ("kind", "description", "description"),
    "link": ("role", "url", "url"),
    "image": ("role", "image", "image"),
}
_LETTERS = re.compile(r"\d*x*[sl]|m|[a-z]{2} .*\d.*|\d+[a-z]")


def listing(result: Result) -> pl.DataFrame:
    """One row for each row of the catalogue, in its order.

    Returns
    -------
    pl.DataFrame
        ``id``, ``entity``, ``family``, ``title`` (of the row), ``shared`` (of the family; the row's own where it is
        alone), ``items`` (of the family), ``varies_by``; ``value.NAME`` for each ignored attribute, canonical;
        ``field.NAME`` for those of ``brand, gtin, mpn, price, description, link, image, category`` that the
        catalogue has, cells as they are and missing ones null.
    """
    families = result.families if result.families is not None else pl.DataFrame()
    entity, family, _, _ = result.added
    records = result.records
    rows = pl.DataFrame(
        {
            "id": result.ids,
            "entity": records[entity].cast(pl.String),
            "family": records[family].cast(pl.String),
            "title": _titles(result),
            **{f"{VALUE}{name}": records[column].cast(pl.String) for name, column in result.variation.items()},
            **{f"{FIELD}{name}": _filled(records[column]) for name, column in fields(result).items()},
        }
    )
    if families.is_empty():
        return rows.with_columns(shared="title", items=pl.lit(1, pl.Int64), varies_by=pl.lit(""))
    about = families.select(
        family=pl.col("family_id").cast(pl.String), shared="title", items="size", varies_by="varies_by"
    )
    joined = rows.join(about, on="family", how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("shared", "title"),
        pl.col("items").fill_null(1),
        pl.col("varies_by").fill_null(""),
    )


def fields(result: Result) -> dict[str, str]:
    """What else shops ask for, and the user's column that has it."""
    filled = [name for name in result.given if _filled(result.records[name]).null_count() < result.records.height]
    columns: Sequence[Mapping[str, Any]] = [c for c in result.run.get("columns", ()) if c["name"] in filled]
    found = {}
    for name, (key, value, hint) in _TELLTALES.items():
        told = [c["name"] for c in columns if c.get(key) == value]
        # One brand in all rows says nothing to matching, so it has no kind; a shop wants it still.
        left_out = [c["name"] for c in columns if c.get("role") == "ignored" and hint in _said(c["name"])]
        if told or left_out:
            found[name] = (told or left_out)[0]
    categories = [c["name"] for c in columns if c.get("role") in ("category", "ignored")]
    named = [name for name in categories if _CATEGORY_WORDS & set(header_words(name))]
    return found | ({"category": named[0]} if named else {})


def _said(name: str) -> frozenset[str]:
    """What a column's name says it holds; *image_url* is a picture, not the link to the product."""
    said = hints(name)
    return said - {"url"} if "image" in said else said


def by_family(rows: pl.DataFrame) -> list[list[dict[str, Any]]]:
    """The rows of a listing, those of each family together, in the order of the families' first rows."""
    families: dict[str, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        families.setdefault(row["family"], []).append(row)
    return list(families.values())


def presented(value: str) -> str:
    """A canonical value as a shop shows it: ``navy|white`` is *Navy/White*, ``xl`` *XL*, ``500 ml`` stays.

    >>> presented("navy|white"), presented("uk 8"), presented("500 ml"), presented("one size")
    ('Navy/White', 'UK 8', '500 ml', 'One Size')
    """
    return "/".join(_presented(part) for part in value.split("|"))


def _presented(value: str) -> str:
    if _LETTERS.fullmatch(value):
        return value.upper()
    if any(letter.isdigit() for letter in value):
        return value
    return re.sub(r"(?<![\w'’])[^\W\d_]", lambda letter: letter[0].upper(), value)


def _titles(result: Result) -> pl.Series:
    shown = title_columns(result.run.get("columns", ()), result.given)
    parts = [_filled(result.records[name]).alias(name) for name in shown]
    if not parts:
        return result.ids.alias("title")
    joined = pl.select(pl.concat_str(parts, separator=" · ", ignore_nulls=True).alias("title")).to_series()
    return pl.select(pl.when(joined != "").then(joined).otherwise(result.ids).alias("title")).to_series()


def _filled(column: pl.Series) -> pl.Series:
    """The cells as text, null where they are missing."""
    text = as_text(column)
    return text.set(clean_text(text).is_null(), None)
