"""Values in which variants of one product differ, found in titles and in columns, and whether two sides conflict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.normalise import as_text, clean_text
from pairs.vocabulary import ATTRIBUTES, Pattern, VariationAttribute
from pairs.vocabulary.color import BROADER

_ROUNDING = 0.025


def read_values(texts: pl.Series, attributes: Sequence[str] = ("color", "size", "pack")) -> pl.DataFrame:
    """Find the values of some attributes inside texts such as titles, and the texts without them.

    Parameters
    ----------
    texts
        Titles as the user wrote them; upper case matters (*S* is a size where *s* is not).
    attributes
        Names out of `pairs.vocabulary.ATTRIBUTES`: ``color``, ``size``, ``pack``, ``measure``.

    Returns
    -------
    pl.DataFrame
        ``base``, the text without the found values (null where the text is missing), and one String column an
        attribute: the canonical values, sorted and joined by ``|``, null where none was found. Reading ``base``
        again finds nothing.
    """
    chosen = [attribute for name, attribute in ATTRIBUTES.items() if name in set(attributes)]
    unknown = sorted(set(attributes) - set(ATTRIBUTES))
    if unknown:
        raise ValueError(f"no variation attribute {unknown[0]!r}; there are {', '.join(ATTRIBUTES)}")
    frame = pl.DataFrame({"text": texts.cast(pl.String)}).with_row_index("row")
    frame = frame.with_columns(text=tidy(pl.col("text").str.normalize("NFC")))
    spans, bases = _take_out(frame, chosen)
    result = bases.select(pl.col("text").alias("base"))
    columns = [_join_values(spans[ATTRIBUTES[name].name], ATTRIBUTES[name], frame.height) for name in attributes]
    return result.with_columns(columns)


def tidy(text: pl.Expr) -> pl.Expr:
    """Close the gaps that values leave behind: empty brackets, doubled separators and spaces."""
    separator = r"[-–—/|,;]"
    text = text.str.replace_all(r"[(\[]\s*[-–—/|,;&+]*\s*[)\]]", " ")
    text = text.str.replace_all(rf"({separator}){separator}+", "$1")
    text = text.str.replace_all(rf"\s*({separator})(?:\s*{separator})+\s*", " $1 ")
    text = text.str.replace_all(r"([(\[])\s*[-–—/|,;]\s*", "$1").str.replace_all(r"\s*[-–—/|,;]\s*([)\]])", "$1")
    text = text.str.replace_all(r"\s+", " ").str.replace_all(r"\s+([,;)\]])", "$1")
    return text.str.replace(r"^[\s\-–—/|,;&]+", "").str.replace(r"[\s\-–—/|,;:&]+$", "")


def canonical_value(values: pl.Series, attribute: str) -> pl.Series:
    """Write the cells of a column that holds an attribute in the canonical way: ``"NVY"`` -> ``"navy"``.

    What the word lists do not know is kept in lower case as a value of its own, so that two unknown values still
    differ. Null where the cell is missing or holds no letter or digit.
    """
    text = as_text(values).str.replace_all(r"\s+", " ").str.strip_chars().str.replace(r"^(\d+)\.0+$", "$1")
    frame = pl.DataFrame({"text": text.set(clean_text(text).is_null(), None)})
    distinct = frame.drop_nulls().unique(maintain_order=True)
    plain = distinct.get_column("text").str.normalize("NFC").str.to_lowercase().str.replace_all(r"\s?\|\s?", "|")
    known = ATTRIBUTES.get(attribute)
    canonical = plain if known is None else _read_cells(distinct.get_column("text"), plain, known)
    table = distinct.with_columns(canonical.alias("value"))
    return frame.join(table, on="text", how="left", maintain_order="left").get_column("value").rename(values.name)


def conflict(left: pl.Series, right: pl.Series) -> NDArray[np.float32]:
    """How far two sides with canonical values contradict each other.

    Values are compared with values of the same kind only: *uk 8* says nothing about *eu 42*, nor *500 ml* about
    *2000 mm*. Quantities within one per cent of each other agree.

    Returns
    -------
    NDArray[np.float32]
        0 where the sides agree; 0.5 where one side says less (*black* beside *black|white*, *blue* beside *dark
        blue* or *navy*, *8* beside *uk 8*); 1 where they disagree; nan where either is missing or nothing can be
        compared. The same if the sides are exchanged.
    """
    frame = pl.DataFrame({"left": left.cast(pl.String), "right": right.cast(pl.String)})
    distinct = frame.filter(pl.col("left") != pl.col("right")).unique(maintain_order=True).with_row_index("pair")
    verdict = distinct.join(_verdicts(distinct), on="pair", how="left").select("left", "right", "verdict")
    joined = frame.join(verdict, on=["left", "right"], how="left", maintain_order="left")
    same = pl.when(pl.col("left") == pl.col("right")).then(0.0).otherwise(pl.col("verdict"))
    return joined.select(same.cast(pl.Float32).fill_null(float("nan"))).to_series().to_numpy()


def _read_cells(cells: pl.Series, plain: pl.Series, attribute: VariationAttribute) -> pl.Series:
    """Canonical values of cells that hold an attribute; what is not understood of a cell stays as one more value."""
    names = [attribute.name, attribute.beside] if attribute.beside else [attribute.name]
    read = read_values(attribute.label + cells, names)
    base = pl.col("base").str.to_lowercase()
    rest = base.str.strip_prefix(attribute.label.strip()).str.strip_chars(" -–—/|,;:&+()[]")
    found = pl.concat_list(pl.col(name).str.split("|").fill_null([]) for name in names)
    every = pl.concat_list(found, pl.when(rest == "").then(None).otherwise(rest)).list.drop_nulls()
    joined = every.list.unique().list.sort().list.join("|")
    understood = pl.any_horizontal(pl.col(names).is_not_null())
    return read.select(pl.when(understood).then(joined).otherwise(plain)).to_series()


def _take_out(
    frame: pl.DataFrame, attributes: Sequence[VariationAttribute]
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Take found spans out of ``text`` until nothing more is found: removing one may bring another to light."""
    spans: dict[str, list[pl.DataFrame]] = {attribute.name: [] for attribute in attributes}
    pending, settled = frame, []
    while pending.height:
        texts = pending.get_column("text")
        for attribute in attributes:
            for pattern in attribute.patterns:
                texts, found = _take_out_pattern(texts, pattern)
                row = pending.get_column("row").gather(found.get_column("row"))
                spans[attribute.name].append(found.with_columns(row))
        after = pending.with_columns(texts).with_columns(tidy(pl.col("text").str.normalize("NFC")))
        changed = after.get_column("text").ne_missing(pending.get_column("text"))
        settled.append(after.filter(~changed))
        pending = after.filter(changed)
    empty = pl.DataFrame(schema={"row": pl.UInt32, "span": pl.String})
    return (
        {name: pl.concat([empty, *found]) for name, found in spans.items()},
        pl.concat([frame.clear(), *settled]).sort("row"),
    )


def _take_out_pattern(texts: pl.Series, pattern: Pattern) -> tuple[pl.Series, pl.DataFrame]:
    """Take what one pattern finds out of the texts; also the found spans with their row in ``texts``."""
    rows = pl.arange(0, len(texts), eager=True, dtype=pl.UInt32)
    if pattern.where:
        rows = rows.filter(texts.str.contains(pattern.where).fill_null(False))
    if rows.is_empty():
        return texts, pl.DataFrame(schema={"row": pl.UInt32, "span": pl.String})
    spans = _find(texts, rows, pattern.regex)
    if not pattern.lookalikes or spans.is_empty():
        return _replace(texts, spans, pattern.regex), _without_context(spans, pattern.regex)
    suspect = texts.gather(spans.get_column("row")).str.contains(pattern.lookalikes)
    clear, suspects = spans.filter(~suspect), spans.filter(suspect)
    guarded = _find(texts, suspects.get_column("row").unique(maintain_order=True), pattern.guarded)
    texts = _replace(_replace(texts, clear, pattern.regex), guarded, pattern.guarded)
    values = guarded.filter(~pl.col("span").str.contains(rf"^\W{{0,3}}(?:{pattern.lookalikes})$"))
    return texts, _without_context(pl.concat([clear, values]), pattern.regex)


def _find(texts: pl.Series, rows: pl.Series, regex: str) -> pl.DataFrame:
    spans = texts.gather(rows).str.extract_all(regex)
    found = pl.DataFrame({"row": rows, "span": spans}, schema_overrides={"span": pl.List(pl.String)})
    return found.filter(pl.col("span").list.len() > 0).explode("span")


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


def _join_values(spans: pl.DataFrame, attribute: VariationAttribute, rows: int) -> pl.Series:
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


def _verdicts(pairs: pl.DataFrame) -> pl.DataFrame:
    """Compare the values of each pair kind by kind; the worst kind decides."""
    left, right = (_values_with_kinds(pairs, side) for side in ("left", "right"))
    both = left.join(right, on=["pair", "kind"], suffix="_right")
    close = pl.col("value") == pl.col("value_right")
    close |= pl.col("kind").str.starts_with("# ") & _nearly_equal(pl.col("value"), pl.col("value_right"))
    matched = [both.filter(close).select("pair", "kind", value=side).unique() for side in ("value", "value_right")]
    counts = [(left, "left"), (right, "right"), (matched[0], "left_matched"), (matched[1], "right_matched")]
    kinds = pl.DataFrame(schema={"pair": pl.UInt32, "kind": pl.String})
    for values, name in counts:
        counted = values.group_by("pair", "kind").agg(pl.len().alias(name))
        kinds = kinds.join(counted, on=["pair", "kind"], how="full", coalesce=True)
    lacks = [pl.col(side) > pl.col(f"{side}_matched").fill_null(0) for side in ("left", "right")]
    common = pl.col("left").is_not_null() & pl.col("right").is_not_null()
    worst = pl.when(common).then(
        pl.when(lacks[0] & lacks[1]).then(1.0).when(lacks[0] | lacks[1]).then(0.5).otherwise(0.0)
    )
    by_pair = kinds.group_by("pair").agg(
        worst.max().alias("verdict"), (~common).any().alias("extra"), (pl.col("kind") == "").any().alias("bare")
    )
    result = pairs.join(by_pair, on="pair", maintain_order="left")
    # Without a common kind, two labelled values say nothing of each other, but "uk 8" and a bare "9" do.
    verdict = (
        pl.when(_says_less(result))
        .then(0.5)
        .when(pl.col("verdict").is_not_null())
        .then(pl.max_horizontal("verdict", pl.when("extra").then(0.5).otherwise(0.0)))
        .when(pl.col("bare"))
        .then(1.0)
    )
    return result.select("pair", verdict.alias("verdict"))


def _values_with_kinds(pairs: pl.DataFrame, side: str) -> pl.DataFrame:
    """One row a pair and value; the kind of *uk 8* is *uk #*, of *500 ml* *# ml*, of *navy*, *m* and *8* empty."""
    long = pairs.select("pair", pl.col(side).str.split("|").alias("value")).explode("value").unique()
    kind = pl.col("value").str.replace_all(r"\d+(?:[./-]\d+)*", "#").str.replace(r"^#$", "")
    return long.with_columns(pl.when(kind.str.contains("#")).then(kind).otherwise(pl.lit("")).alias("kind"))


def _nearly_equal(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Whether two quantities in one unit differ by rounding only: *12 fl oz* is sold as *354 ml* and as *355 ml*."""
    a, b = (side.str.extract(r"^([0-9.]+) ").cast(pl.Float64, strict=False) for side in (left, right))
    return ((a - b).abs() <= _ROUNDING * pl.max_horizontal(a, b)).fill_null(False)


def _says_less(pairs: pl.DataFrame) -> pl.Series:
    """Whether the words of one side are only some of the other's, a shade counting as its broader colours too."""
    distinct = pl.concat([pairs.get_column("left"), pairs.get_column("right")]).unique()
    words = pl.Series([_words(value) for value in distinct.to_list()], dtype=pl.List(pl.String))
    table = pl.DataFrame({"value": distinct, "words": words})
    a, b = (
        pairs.select(value=side).join(table, on="value", how="left", maintain_order="left").get_column("words")
        for side in ("left", "right")
    )
    contained = [one.list.set_difference(other).list.len() == 0 for one, other in ((a, b), (b, a))]
    quantity = pairs.select(pl.any_horizontal(pl.col("left", "right").str.contains(r"\d [a-z]"))).to_series()
    return (contained[0] ^ contained[1]) & ~quantity


def _words(value: str) -> list[str]:
    words = set(value.replace("|", " ").split())
    for shade in value.split("|"):
        words.update(BROADER.get(shade, "").split())
    return sorted(words)
