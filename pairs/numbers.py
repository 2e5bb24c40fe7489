"""Numbers in cells: reading them, and how far two are apart."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

_CURRENCY = (
    r"[$€£¥₹₽₩₺₪₫₴฿]|(?:us|ca|au|nz|hk|s|r|c|a)\s?\$|(?:usd|eur|gbp|cad|aud|nzd|chf|jpy|cny|rmb|inr|rs\.?|sek|nok|dkk|kr\.?"
    r"|pln|zł|czk|kč|huf|ft|ron|lei|try|tl|brl|mxn|zar|krw|rub|uah|ils|sgd|hkd|euros?|dollars?|pounds?)\b\.?"
)
_DIGITS = r"[+-]?(?:\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)(?:e[+-]?\d+)?"
_NUMBER_CELL = rf"(?i)^\s*(?:{_CURRENCY})?\s*({_DIGITS})(?:[.,]?[-–—]+)?\s*(?:{_CURRENCY}|%)?\s*$"
# Digits with a dot between them at most, which no currency makes a sign of thousands.
_PLAIN = r"^[+-]?[0-9]+(?:\.[0-9]+)?$"


def parse_number(values: pl.Series) -> pl.Series:
    """Read the number in each cell, whatever the currency and the decimal sign.

    ``"$1,299.00"``, ``"1.299,00 €"``, ``"1 299,00"`` and ``"EUR 1299"`` are all 1299. A single comma before exactly
    three digits separates thousands; a single dot does so only beside the euro or another currency of
    decimal-comma countries.

    Returns
    -------
    pl.Series
        Float64, null where the cell is missing or is not one number.
    """
    if values.dtype.is_numeric():
        return values.cast(pl.Float64).fill_nan(None)
    text = values.cast(pl.String)
    parsed = text.cast(pl.Float64, strict=False)
    # Most cells are read as they stand, for a tenth of the time.
    other = (~text.str.contains(_PLAIN)).fill_null(False).arg_true()
    if len(other):
        parsed = parsed.scatter(other, _read(text.gather(other)))
    return parsed.set(parsed.is_infinite() | parsed.is_nan(), None)


def _read(values: pl.Series) -> pl.Series:
    """The number in each cell that is written in any way that :func:`parse_number` knows, not yet checked."""
    text = pl.col("text")
    body = text.str.extract(_NUMBER_CELL, 1).str.to_lowercase().str.replace_all(r"[\s'’\u00a0\u202f]", "")
    body = body.str.strip_chars_end(".,")
    comma_land = text.str.contains(r"(?i)€|\beur|\bkr\b|r\$|zł|\bpln\b|kč|\btl\b|₺|\bbrl\b")
    both = body.str.contains(r"\.") & body.str.contains(",")
    comma_last = body.str.contains(r",[^.,]*$")
    thousands_comma = body.str.contains(r"^[+-]?[1-9]\d{0,2}(,\d{2,3})*,\d{3}$")
    thousands_dot = body.str.contains(r"^[+-]?[1-9]\d{0,2}(\.\d{3}){2,}$") | (
        comma_land & body.str.contains(r"^[+-]?[1-9]\d{0,2}\.\d{3}$")
    )
    no_dots, no_commas = body.str.replace_all(r"\.", ""), body.str.replace_all(",", "")
    decimal_comma = no_dots.str.replace(",", ".", literal=True)
    number = (
        pl.when(both & comma_last)
        .then(decimal_comma)
        .when(both)
        .then(no_commas)
        .when(thousands_comma)
        .then(no_commas)
        .when(thousands_dot)
        .then(no_dots)
        .otherwise(body.str.replace(",", ".", literal=True))
    )
    frame = pl.DataFrame({"text": values})
    return frame.select(number.cast(pl.Float64, strict=False)).to_series()


def relative_gap(left: pl.Series, right: pl.Series) -> NDArray[np.float32]:
    """Distance of two numbers relative to the larger, ``|a - b| / max(|a|, |b|)``.

    Returns
    -------
    NDArray[np.float32]
        In [0, 1] (1 also where the signs differ), 0 where both are zero, nan where either is missing.
    """
    a, b = (side.cast(pl.Float64).fill_null(float("nan")).to_numpy() for side in (left, right))
    larger = np.maximum(np.abs(a), np.abs(b))
    larger = np.where(np.isfinite(larger), larger, np.nan)
    unit = np.where(larger == 0, 1.0, larger)
    # Each side is divided before the difference is taken: neither overflows nor vanishes.
    gap: NDArray[np.float32] = np.minimum(np.abs(a / unit - b / unit), 1.0).astype(np.float32)
    return gap
