"""What the values of a column look like: shares of patterns, counts and lengths, over a sample of rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from matchkit.patterns import PATTERNS
from pairs.identifiers import gtin_valid, isbn_valid
from pairs.lexicons import fold, rows
from pairs.normalise import as_text, clean_text

SAMPLE_ROWS = 20_000

_SHARES = (*PATTERNS, "gtin", "isbn", "date")


@dataclass(frozen=True, slots=True)
class Profile:
    """The values of one column.

    Attributes
    ----------
    rows, filled, distinct
        Rows of the sample, rows that are not missing, different values among them.
    distinctness
        Different values per filled row of the whole column, in [0, 1].
    top
        Rows of the commonest value.
    lonely
        Share of the filled rows whose value occurs once.
    length, words
        Mean number of characters and of words of the filled values.
    shares
        Pattern to the share of the filled values that it fits, in [0, 1]; also ``gtin`` and ``isbn``.
    values
        The filled values, stripped and lower case.
    """

    rows: int
    filled: int
    distinct: int
    distinctness: float
    top: int
    lonely: float
    length: float
    words: float
    shares: dict[str, float]
    values: pl.Series

    @property
    def colors(self) -> float:
        """Share of the filled rows whose value is a colour, or ends in one (*dark blue*), in [0, 1]."""
        known = {row[0] for row in rows("colors.tsv")}
        counts = self.values.value_counts(name="rows").rows()
        named: int = sum(n for value, n in counts if {fold(value), fold(value).rpartition(" ")[2]} & known)
        return named / max(self.filled, 1)

    @property
    def fill(self) -> float:
        """Share of the rows that are not missing, in [0, 1]."""
        return self.filled / max(self.rows, 1)


def sample_rows(frame: pl.DataFrame, rows: int = SAMPLE_ROWS) -> pl.DataFrame:
    """At most `rows` rows chosen by their content, as text: the same ones whatever the order of the rows."""
    text = frame.select(as_text(column).alias(column.name) for column in frame)
    if text.height <= rows:
        return text
    order = text.hash_rows(seed=0).rename("order")
    chosen = pl.DataFrame({"order": order}).with_row_index("row").sort("order").head(rows)["row"]
    return text[chosen]


def profile(sample: pl.Series, column: pl.Series) -> Profile:
    """Look at the sampled values of a column, as text, and at how often values of the whole column repeat."""
    text = sample.str.strip_chars().str.to_lowercase()
    values = text.filter(clean_text(text).is_not_null()).alias("value")
    counts = values.value_counts(name="rows")
    weights, filled = counts["rows"], len(values)
    if not filled:
        return Profile(len(sample), 0, 0, 0.0, 0, 0.0, 0.0, 0.0, dict.fromkeys(_SHARES, 0.0), values)
    return Profile(
        rows=len(sample),
        filled=filled,
        distinct=counts.height,
        distinctness=_distinctness(counts, column, filled, len(sample)),
        top=int(weights.max()),  # type: ignore[arg-type]
        lonely=float((weights == 1).sum()) / filled,
        length=float(values.str.len_chars().mean()),  # type: ignore[arg-type]
        words=float(values.str.count_matches(r"\S+").mean()),  # type: ignore[arg-type]
        shares=_shares(counts, filled),
        values=values,
    )


def _distinctness(counts: pl.DataFrame, column: pl.Series, filled: int, rows: int) -> float:
    """Of the whole column: in a sample of a large table even common values repeat seldom."""
    if len(column) == rows:
        return counts.height / filled
    whole = as_text(column).drop_nulls()
    return whole.n_unique() / max(len(whole), 1)


def _shares(counts: pl.DataFrame, filled: int) -> dict[str, float]:
    fits = counts.select(pl.col("value").str.contains(regex).alias(name) for name, regex in PATTERNS.items())
    fits = fits.with_columns(
        gtin_valid(counts["value"]).alias("gtin"),
        isbn_valid(counts["value"]).alias("isbn"),
        reduce(or_, (pl.col(name) for name in PATTERNS if name.endswith("_date"))).alias("date"),
    )
    return fits.select((pl.all() * counts["rows"]).sum() / filled).row(0, named=True)
