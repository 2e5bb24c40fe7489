"""Model codes in texts: *PSLX-350H*, *BX80646I54690*, *am53bk*, *00-1234.56*."""

from __future__ import annotations

import polars as pl

from pairs.vocabulary.measure import unit_pattern

_TOKEN = r"[\p{L}\p{N}]+(?:[-/._][\p{L}\p{N}]+)*"
# A word beside a stroke ("44/Noir") and a long one behind a hyphen ("Short-29-Yellow") are no part of a code.
_WORD_BESIDE_STROKE = r"(?:^|/)\p{L}{3,}(?:/|$)"
_LONG_WORD = r"(?:^|[-._])\p{L}{5,}(?:[-._]|$)"
_SPECIFICATION = (
    r"^(?:\d+(?:st|nd|rd|th|er|e)|\d+(?:[x×]\d+)+[a-z]{0,3}|\d+x|x\d+|\d{3,4}[pi]|[1-9]\dk|[2-8]k|[1-9]d|[1-9]g|\d{2,3}s"
    r"|usb[1-4]|usb[23][0-2]|ddr[1-5]|sata[1-3]?|mp[34]|mpeg[1-4]|h26[45]|80211[a-z]*|i[3579]|cat\d[ae]?"
    r"|(?:19|20)\d\d(?:(?:19|20)?\d\d)?"
    r"|\d+(?:pk|pc|pcs|ct|pack|piece|in1|user|users|bit|way|port|ch|pin|year|yr|day))$"
)

_ITEM_CODE = r"(?:^|\s)([A-Za-z0-9]{4,}(?:[-_/][A-Za-z0-9]+)+)$"
_STEM = r"^((?:[A-Za-z]+[0-9]|[0-9]+[A-Za-z])[A-Za-z0-9]*)[-_/]"
_MOSTLY_ONCE = 0.9


def code_tokens(texts: pl.Series) -> pl.Series:
    """Find tokens that look like model codes: a digit together with a letter, or at least five digits.

    Separators inside a token are dropped and letters lower-cased, so ``"PSLX-350H"`` and ``"pslx350h"`` are one
    token. Quantities with a unit (*500gb*), resolutions (*1080p*), years and common specifications (*usb2*) are
    not codes.

    Returns
    -------
    pl.Series
        List(String), sorted and without repetition; an empty list where there is none or the text is missing.
    """
    words = texts.cast(pl.String).str.to_lowercase().str.extract_all(_TOKEN).fill_null([]).rename("value")
    long = words.to_frame().with_row_index("row").explode("value").drop_nulls("value")
    value = pl.col("value")
    long = long.filter(value.str.contains(r"[0-9]"))
    for apart, sign in ((_WORD_BESIDE_STROKE, "/"), (_LONG_WORD, "-")):
        parts = pl.when(value.str.contains(apart)).then(value.str.split(sign)).otherwise(pl.concat_list(value))
        long = long.with_columns(parts).explode("value")
    long = long.filter(~value.str.contains(rf"^\d+(?:[.,/-]\d+)*{unit_pattern()}$"))
    long = long.with_columns(value.str.replace_all(r"[-/._]", "")).filter(~value.str.contains(_SPECIFICATION))
    length = value.str.len_chars()
    shape = value.str.contains(r"[0-9]") & ((value.str.contains(r"\p{L}") & (length >= 3)) | (length >= 5))
    return _gather_lists(long.filter(shape), len(texts), texts.name)


def without_item_codes(titles: pl.Series) -> pl.Series:
    """Cut item codes at the end of titles down to what items of one product share: *OX12-64-BLK* -> *OX12*.

    An item code is one that no other title has, while several titles have codes with the same stem: at least four
    letters and digits before the first hyphen, a digit among them. A code that several titles have numbers a product.
    """
    frame = pl.DataFrame({"title": titles}).with_columns(code=pl.col("title").str.extract(_ITEM_CODE, 1))
    frame = frame.with_columns(stem=pl.col("code").str.extract(_STEM, 1))
    known = frame.filter(pl.col("stem").is_not_null())
    times = known.group_by("stem", "code").len("times")
    stems = times.group_by("stem").agg(codes=pl.len(), once=(pl.col("times") == 1).mean())
    items = stems.filter((pl.col("codes") > 1) & (pl.col("once") >= _MOSTLY_ONCE)).select("stem", item=pl.lit(True))
    joined = frame.join(items, on="stem", how="left", maintain_order="left")
    cut = pl.concat_str(pl.col("title").str.strip_suffix(pl.col("code")), pl.col("stem"))
    return joined.select(pl.when(pl.col("item")).then(cut).otherwise(pl.col("title")).alias(titles.name)).to_series()


def _gather_lists(long: pl.DataFrame, rows: int, name: str) -> pl.Series:
    """Collect a long frame of ``row`` and ``value`` into one sorted list of distinct values a row."""
    lists = long.group_by("row").agg(pl.col("value").unique().sort())
    every = pl.DataFrame({"row": pl.arange(0, rows, eager=True, dtype=pl.UInt32)})
    joined = every.join(lists, on="row", how="left", maintain_order="left").get_column("value")
    return joined.cast(pl.List(pl.String)).fill_null([]).rename(name)
