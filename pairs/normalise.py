"""Comparable values: one normalised column per attribute, with missing as null."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from pairs.attributes import Attribute, Role
from pairs.identifiers import gtin_key
from pairs.numbers import parse_number

MISSING_WORDS = ("nan", "none", "null", "n a", "na", "nil", "not available", "not applicable", "unknown")

# Rust's regular expressions have no look-around: a decimal point is parked on a private-use character
# while all other punctuation is taken out.
_PARKED = "\ue000"
# Two-digit years below this are of this century.
_TURN = 40


def normalise(frame: pl.DataFrame, attributes: Sequence[Attribute]) -> pl.DataFrame:
    """Comparable values of the compared attributes.

    Parameters
    ----------
    frame
        The catalogue; columns may be of any type.
    attributes
        The attributes to take; those whose role is not compared are left out.

    Returns
    -------
    pl.DataFrame
        One column an attribute, of the same name and length: ``Float64`` for numbers, ``String`` otherwise.
        Missing values (empty, ``NaN``, ``None``, ``N/A``, ``-`` and the like) are null.
    """
    chosen = [a for a in attributes if a.compared and a.name in frame]
    return pl.DataFrame({a.name: normalise_values(frame[a.name], a) for a in chosen})


def normalise_values(values: pl.Series, attribute: Attribute) -> pl.Series:
    """Comparable values of one attribute; see :func:`normalise`."""
    if attribute.role is Role.NUMBER:
        numbers = values.cast(pl.Float64) if values.dtype.is_numeric() else _numbers(as_text(values), attribute.kind)
        return _full_year(numbers.fill_nan(None)) if attribute.kind == "year" else numbers.fill_nan(None)
    text = as_text(values)
    if attribute.role is Role.IDENTIFIER:
        return _identifier(text, attribute.kind)
    if attribute.role is Role.DATE:
        return _date(text)
    return clean_text(text)


def as_text(values: pl.Series) -> pl.Series:
    """Any column as text; lists become their members joined by a bar."""
    if isinstance(values.dtype, pl.List | pl.Array):
        if values.dtype.inner.is_nested():
            return pl.Series(
                values.name, ["|".join(_flat(v)) if v is not None else None for v in values.to_list()], pl.String
            )
        return values.cast(pl.List(pl.String)).list.join("|")
    if isinstance(values.dtype, pl.Struct):
        return values.struct.json_encode()
    if values.dtype == pl.Float64 or values.dtype == pl.Float32:
        values = values.fill_nan(None)
    if values.dtype == pl.Duration:
        return values.cast(pl.Int64).cast(pl.String)
    if values.dtype == pl.Binary:
        return values.bin.encode("hex")
    return values.cast(pl.String)


def clean_text(text: pl.Series) -> pl.Series:
    """Lower case, without accents and punctuation, single spaces; decimal points stay.

    A value that is punctuation or symbols alone (an emoji, say) is kept as it is, lower-cased, unless it is
    one of the ways to write *missing* (``-``, ``.``, ``?``, ``/``).
    """
    # In few selections, for each takes longer than the work in it where a table has many columns and few rows.
    lowered, cleaned = pl.col("lowered"), pl.col("cleaned")
    parts = pl.DataFrame({"text": text}).select(
        pl.col("text")
        .str.to_lowercase()
        .str.replace_all(r"\p{Cc}", " ")
        .str.strip_chars()
        .str.replace_all(_PARKED, " ", literal=True)
        .alias("lowered")
    )
    folded = (
        pl.when(lowered.str.contains(r"[^\x00-\x7f]"))
        .then(lowered.str.normalize("NFKD").str.replace_all(r"\p{M}", ""))
        .otherwise(lowered)
    )
    parts = parts.with_columns(
        # Twice, for matches do not overlap: the second point of "1.2.3" shares its digit with the first.
        folded.str.replace_all(r"(\d)[.,](\d)", f"${{1}}{_PARKED}${{2}}")
        .str.replace_all(r"(\d)[.,](\d)", f"${{1}}{_PARKED}${{2}}")
        .str.replace_all(r"['’`]", "")
        .str.replace_all(rf"[^\p{{L}}\p{{N}}{_PARKED}]+", " ")
        .str.replace_all(_PARKED, ".", literal=True)
        .str.strip_chars()
        .alias("cleaned")
    )
    is_symbols = (cleaned == "") & lowered.str.contains(r"[^\s\x00-\x7f\p{P}\p{C}]")
    missing = ((cleaned == "") & ~is_symbols) | cleaned.is_in(MISSING_WORDS)
    found = pl.when(missing).then(None).when(is_symbols).then(lowered).otherwise(cleaned)
    return parts.select(found.alias("literal")).to_series()


def _identifier(text: pl.Series, kind: str) -> pl.Series:
    if kind in ("gtin", "isbn"):
        return gtin_key(text)
    cleaned = clean_text(text)
    if kind == "phone":
        digits = cleaned.str.replace_all(r"\D", "")
        return _null_where(digits, digits.str.len_chars() < 5)
    if kind == "email":
        lowered = text.str.to_lowercase().str.strip_chars()
        return _null_where(lowered, cleaned.is_null())
    compact = cleaned.str.replace_all(r"[ .]", "")
    return _null_where(compact, compact == "")


def _numbers(text: pl.Series, kind: str) -> pl.Series:
    """Numbers, without the unit that the column is in; what is in another unit cannot be compared."""
    if kind in ("", "price", "year"):
        return parse_number(text)
    return parse_number(text.str.replace(rf"(?i)\s*{re.escape(kind)}\.?\s*$", ""))


def _full_year(years: pl.Series) -> pl.Series:
    """Years of two digits as four: 97 is 1997, 12 is 2012."""
    year = pl.lit(years)
    century = pl.when(year < _TURN).then(2000).otherwise(1900)
    return pl.select(pl.when(year.is_between(0, 99)).then(year + century).otherwise(year)).to_series()


def _date(text: pl.Series) -> pl.Series:
    """Dates as ``YYYYMMDD`` where they can be read, else their digits."""
    day = text.str.replace(r"[ tT]\d{1,2}:\d{2}.*$", "")
    head = clean_text(day).str.replace_all(".", " ", literal=True)
    parsed = pl.select(
        pl.coalesce(
            pl.lit(head).str.to_date(pattern, strict=False)
            for pattern in (
                "%Y %m %d",
                "%Y%m%d",
                "%d %m %Y",
                "%m %d %Y",
                "%d %b %Y",
                "%b %d %Y",
                "%d %B %Y",
                "%B %d %Y",
            )
        ).dt.strftime("%Y%m%d")
    ).to_series()
    digits = head.str.replace_all(r"\D", "")
    return parsed.fill_null(_null_where(digits, digits == ""))


def _null_where(values: pl.Series, condition: pl.Series) -> pl.Series:
    return pl.select(pl.when(pl.lit(condition)).then(None).otherwise(pl.lit(values))).to_series()


def _flat(value: object) -> list[str]:
    """The members of a nested list, in order."""
    if isinstance(value, list):
        return [member for inner in value for member in _flat(inner)]
    return [] if value is None else [str(value)]
