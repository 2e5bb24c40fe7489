"""Which columns of a record are embedded, and how their values become one text."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

SHORT_LENGTH = 60.0
SHORT_RATIO = 2.0


def column_text(column: pl.Series) -> pl.Series:
    """Return a column as text, null where missing (null, nan or blank); whole floats lose their ``.0``."""
    if column.dtype == pl.String:
        text = column
    elif column.dtype.is_float():
        text = column.fill_nan(None).cast(pl.String).str.strip_suffix(".0")
    elif isinstance(column.dtype, pl.List):
        text = column.cast(pl.List(pl.String)).list.join(" ", ignore_nulls=True)
    else:
        text = column.cast(pl.String)
    text = text.str.strip_chars()
    return text.set(text == "", None)


def short_columns(frame: pl.DataFrame, title: str | None, columns: Sequence[str]) -> list[str]:
    """Choose the columns that say what a record is, without its long prose.

    Short are the title and every column whose values are on average no longer than twice the title's, or than
    60 characters if that is more. Missing values do not count; a column without values is left out.

    Returns
    -------
    The title first, then the others in the order of ``columns``; never empty unless all columns are.
    """
    names = [*([title] if title else []), *(name for name in columns if name != title)]
    lengths = {name: _mean_length(frame[name]) for name in names}
    longest = max(SHORT_RATIO * (lengths[title] if title else 0.0), SHORT_LENGTH)
    short = [name for name in names if name == title or 0.0 < lengths[name] <= longest]
    filled = [name for name in names if lengths[name] > 0.0]
    if not any(name in filled for name in short) and filled:
        return [min(filled, key=lambda name: lengths[name])]
    return short


def compose(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Join the values of a row by blanks, without missing ones; ``""`` where all are missing, never null."""
    if not columns:
        return pl.Series("text", [""], dtype=pl.String).new_from_index(0, frame.height)
    texts = pl.DataFrame([column_text(frame[name]).alias(str(at)) for at, name in enumerate(columns)])
    return texts.select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True).alias("text")).to_series()


def _mean_length(column: pl.Series) -> float:
    mean = column_text(column).str.len_chars().mean()
    return float(mean) if isinstance(mean, int | float) else 0.0
