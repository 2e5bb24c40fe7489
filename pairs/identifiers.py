"""Article numbers with a check digit: GTIN (EAN, UPC) and ISBN."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

_LABEL = r"(?i)^(?:isbn|ean|gtin|upc|jan)(?:[- ]?(?:8|1[0-4]))?[: #-]\s*"


def gtin_key(values: pl.Series) -> pl.Series:
    """The number as 14 digits, so that the same article has the same key however its number was written.

    GTIN-8, GTIN-12 (UPC), GTIN-13 (EAN, ISBN-13) and GTIN-14 are filled with zeros from the left; ISBN-10
    becomes ISBN-13 first. Blanks, hyphens, a label (``ISBN 0-306-40615-2``) and a spreadsheet's ``.0`` are
    passed over.

    Parameters
    ----------
    values
        Numbers as text or as integers.

    Returns
    -------
    pl.Series
        ``String``, null where the value is missing, has another length, consists of zeros or has a wrong
        check digit. Weights as in the GS1 General Specifications, section 7.9, and ISO 2108.
    """
    compact = _compact(values)
    from_isbn = pl.when(_isbn10_valid()).then(_isbn13_of_isbn10())
    keys = pl.coalesce(pl.when(_gtin_valid()).then(pl.col("text").str.zfill(14)), from_isbn)
    return compact.select(keys.alias(values.name)).to_series()


def gtin_valid(values: pl.Series) -> pl.Series:
    """Whether each value is a GTIN-8, -12, -13 or -14 with the right check digit; false where missing."""
    return _fits(values, _gtin_valid)


def isbn_valid(values: pl.Series) -> pl.Series:
    """Whether each value is an ISBN-10, or an ISBN-13 (978, 979), with the right check digit.

    False where missing.
    """
    return _fits(values, _isbn_valid)


def _fits(values: pl.Series, valid: Callable[[], pl.Expr]) -> pl.Series:
    compact = _compact(values)
    # Most columns hold nothing that is as long, and to find that out takes a tenth of what check digits do.
    if not compact["text"].str.contains(r"^[0-9]{7,13}[0-9X]$").any():
        return pl.repeat(False, len(values), eager=True, dtype=pl.Boolean).alias(values.name)
    return compact.select(valid().fill_null(False).alias(values.name)).to_series()


def _isbn_valid() -> pl.Expr:
    return (pl.col("text").str.contains(r"^97[89]\d{10}$") & _gtin_valid()) | _isbn10_valid()


def _compact(values: pl.Series) -> pl.DataFrame:
    text = (
        pl.col("text")
        .cast(pl.String)
        .str.strip_chars()
        .str.replace(_LABEL, "")
        .str.replace(r"\.0$", "")
        .str.replace_all(r"[\s\-\u2010-\u2015]", "")
        .str.to_uppercase()
    )
    return pl.DataFrame({"text": values}).select(text)


def _gtin_valid() -> pl.Expr:
    text = pl.col("text")
    number = pl.when(text.str.contains(r"^(?:[0-9]{8}|[0-9]{12,14})$")).then(text).cast(pl.Int64)
    digits = [number // 10**place % 10 for place in range(14)]
    weighted = [digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)]
    return (number > 0) & (pl.sum_horizontal(weighted) % 10 == 0)


def _isbn10_valid() -> pl.Expr:
    text = pl.col("text")
    is_isbn = text.str.contains(r"^[0-9]{9}[0-9X]$")
    number = pl.when(is_isbn).then(text.str.head(9)).cast(pl.Int64)
    last = text.str.tail(1)
    check = pl.when(is_isbn & (last == "X")).then(pl.lit("10")).when(is_isbn).then(last).cast(pl.Int64)
    weighted = [number // 10**place % 10 * (place + 2) for place in range(9)]
    return (number > 0) & ((pl.sum_horizontal(weighted) + check) % 11 == 0)


def _isbn13_of_isbn10() -> pl.Expr:
    text = pl.col("text")
    stem = pl.lit("978") + text.str.head(9)
    number = pl.when(text.str.contains(r"^[0-9]{9}[0-9X]$")).then(stem).cast(pl.Int64)
    weighted = [number // 10**place % 10 * (1 if place % 2 else 3) for place in range(12)]
    check = (10 - pl.sum_horizontal(weighted) % 10) % 10
    return pl.lit("0") + stem + check.cast(pl.String)
