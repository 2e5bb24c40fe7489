"""Spans of texts that hold the values of attributes: finding them, taking them out, writing them canonically."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from pairs.keepers import lane
from pairs.vocabulary import Pattern, VariationAttribute

_SEPARATOR = r"[-–—/|,;]"
# What any of the replacements that tidy a text would change; most texts hold nothing of it.
_UNTIDY = rf"[()\[\]]|{_SEPARATOR}\s*{_SEPARATOR}|\s\s|[^\S ]|\s[,;]|^[\s\-–—/|,;&]|[\s\-–—/|,;:&]$"
_NO_SPANS = pl.DataFrame(schema={"row": pl.UInt32, "span": pl.String})


def take_out(
    frame: pl.DataFrame,
    attributes: Sequence[VariationAttribute],
    prepare: Callable[[pl.Series], pl.Series] = lambda texts: texts,
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Take found spans out of texts until nothing more is found: removing one may bring another to light.

    Parameters
    ----------
    frame
        ``row`` and ``text``.
    attributes
        Read in this order.
    prepare
        Applied to the texts first, and again whenever something was found in them.

    Returns
    -------
    tuple[dict[str, pl.DataFrame], pl.DataFrame]
        For each attribute's name the found spans (``row``, ``span``); and the frame with what is left of the texts.
    """
    spans: dict[str, list[pl.DataFrame]] = {attribute.name: [] for attribute in attributes}
    pending, settled = frame, []
    while pending.height:
        texts, found = take_out_once(prepare(pending.get_column("text")), attributes)
        for name, each in found.items():
            spans[name] += [one.with_columns(pending.get_column("row").gather(one.get_column("row"))) for one in each]
        after = pending.with_columns(tidy(composed(texts)))
        changed = after.get_column("text").ne_missing(pending.get_column("text"))
        settled.append(after.filter(~changed))
        pending = after.filter(changed)
    return {name: pl.concat([_NO_SPANS, *each]) for name, each in spans.items()}, pl.concat(
        [frame.clear(), *settled]
    ).sort("row")


def take_out_once(
    texts: pl.Series, attributes: Sequence[VariationAttribute]
) -> tuple[pl.Series, dict[str, list[pl.DataFrame]]]:
    """Try every pattern once. Returns the texts left, untidied, and what was found as :func:`take_out` does."""
    found: dict[str, list[pl.DataFrame]] = {attribute.name: [_NO_SPANS] for attribute in attributes}
    left = texts

    def try_all(patterns: Sequence[Pattern]) -> list[pl.DataFrame]:
        nonlocal left
        spans = []
        for pattern in patterns:
            left, some = _take_out_pattern(left, pattern)
            spans.append(some)
        return spans

    with lane() as mine:
        for attribute in attributes:
            for spans in mine.do(try_all, attribute.patterns):
                found[attribute.name] += [some for some in spans if some.height]
    return left, found


def tidy(texts: pl.Series) -> pl.Series:
    """Close the gaps that values leave behind: empty brackets, doubled separators and spaces."""
    untidy = texts.str.contains(_UNTIDY).fill_null(False).arg_true()
    if untidy.is_empty():
        return texts
    tidied = texts.gather(untidy).to_frame("text").select(_tidy(pl.col("text"))).to_series()
    return texts.clone().scatter(untidy, tidied)


def composed(texts: pl.Series) -> pl.Series:
    """Letters and their accents as one character each (Unicode NFC)."""
    foreign = (texts.str.len_bytes() != texts.str.len_chars()).fill_null(False).arg_true()
    return texts.clone().scatter(foreign, texts.gather(foreign).str.normalize("NFC")) if len(foreign) else texts


def _tidy(text: pl.Expr) -> pl.Expr:
    text = text.str.replace_all(r"[(\[]\s*[-–—/|,;&+]*\s*[)\]]", " ")
    text = text.str.replace_all(rf"({_SEPARATOR}){_SEPARATOR}+", "$1")
    text = text.str.replace_all(rf"\s*({_SEPARATOR})(?:\s*{_SEPARATOR})+\s*", " $1 ")
    text = text.str.replace_all(r"([(\[])\s*[-–—/|,;]\s*", "$1").str.replace_all(r"\s*[-–—/|,;]\s*([)\]])", "$1")
    text = text.str.replace_all(r"\s+", " ").str.replace_all(r"\s+([,;)\]])", "$1")
    return text.str.replace(r"^[\s\-–—/|,;&]+", "").str.replace(r"[\s\-–—/|,;:&]+$", "")


def _take_out_pattern(texts: pl.Series, pattern: Pattern) -> tuple[pl.Series, pl.DataFrame]:
    """Take what one pattern finds out of the texts; also the found spans with their row in ``texts``."""
    rows = pl.arange(0, len(texts), eager=True, dtype=pl.UInt32)
    if pattern.where:
        rows = rows.filter(texts.str.contains(pattern.where).fill_null(False))
    if rows.is_empty():
        return texts, _NO_SPANS
    spans = _find(texts, rows, pattern.regex)
    if not pattern.lookalikes or spans.is_empty():
        return _replace(texts, spans, pattern.regex), _without_context(spans, pattern.regex)
    suspect = texts.gather(spans.get_column("row")).str.contains(pattern.lookalikes)
    clear, suspects = spans.filter(~suspect), spans.filter(suspect)
    guarded = _find(texts, suspects.get_column("row").unique(maintain_order=True), pattern.guarded)
    texts = _replace(_replace(texts, clear, pattern.regex), guarded, pattern.guarded)
    values = guarded.filter(~pl.col("span").str.contains(pattern.only_lookalike))
    return texts, _without_context(pl.concat([clear, values]), pattern.regex)


def _find(texts: pl.Series, rows: pl.Series, regex: str) -> pl.DataFrame:
    searched = texts if len(rows) == len(texts) else texts.gather(rows)
    rows = rows.filter(searched.str.contains(regex).fill_null(False))
    if rows.is_empty():
        return _NO_SPANS
    return pl.DataFrame({"row": rows, "span": texts.gather(rows).str.extract_all(regex)}).explode("span")


def _without_context(spans: pl.DataFrame, regex: str) -> pl.DataFrame:
    """Cut off what stays in the text: the groups ``before`` and ``after`` of each span."""
    groups = [name for name in ("before", "after") if f"?P<{name}>" in regex]
    if not groups or spans.is_empty():
        return spans
    context = pl.col("span").str.extract_groups(regex).struct
    lengths = {name: context.field(name).fill_null("").str.len_chars() for name in groups}
    start, end = lengths.get("before", pl.lit(0)), lengths.get("after", pl.lit(0))
    return spans.with_columns(pl.col("span").str.slice(start, pl.col("span").str.len_chars() - start - end))


def _replace(texts: pl.Series, spans: pl.DataFrame, regex: str) -> pl.Series:
    rows = spans.get_column("row").unique(maintain_order=True)
    if rows.is_empty():
        return texts
    kept = "".join(f"${{{name}}}" for name in ("before", "keep", "after") if f"?P<{name}>" in regex)
    return texts.scatter(rows, texts.gather(rows).str.replace_all(regex, kept))


def join_values(spans: pl.DataFrame, attribute: VariationAttribute, rows: int) -> pl.Series:
    """Write the canonical values of each row's spans, sorted and joined by ``|``; each distinct span once."""
    distinct = spans.get_column("span").unique()
    table = pl.DataFrame(
        {"span": distinct, "value": [list(attribute.canonical(span)) for span in distinct.to_list()]},
        schema={"span": pl.String, "value": pl.List(pl.String)},
    )
    values = spans.join(table, on="span").explode("value").drop_nulls("value")
    joined = values.group_by("row").agg(pl.col("value").unique().sort().str.join("|"))
    every = pl.DataFrame({"row": pl.arange(0, rows, eager=True, dtype=pl.UInt32)})
    return every.join(joined, on="row", how="left", maintain_order="left").get_column("value").alias(attribute.name)


def value_kind(value: pl.Expr) -> pl.Expr:
    """What a canonical value may be compared with: of *uk 8* *uk #*, of *500 ml* *# ml*; of *navy*, *m*, *8* empty."""
    kind = value.str.replace_all(r"\d+(?:[./-]\d+)*", "#").str.replace(r"^#$", "")
    return pl.when(kind.str.contains("#")).then(kind).otherwise(pl.lit(""))
