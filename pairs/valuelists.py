"""Titles that list all the values a product comes in, beside the one that is this row's."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pairs.spans import join_values, take_out_once, tidy, value_kind
from pairs.vocabulary import VariationAttribute

# In brackets, or at least three with strokes and no spaces between them.
_LIST = r"[(\[][^()\[\]]*[/,|;][^()\[\]]*[)\]]|[^\s/()\[\]]+(?:/[^\s/()\[\]]+){2,}"
_MARK = "\ue000"


def drop_value_lists(texts: pl.Series, attributes: Sequence[VariationAttribute]) -> pl.Series:
    """Take lists of an attribute's values out of the texts that also hold one of them by itself.

    *iPhone [128GB / 256GB / 512GB] 256GB* has one value, the one behind the list; so the list leaves the text, and all
    variants are left with the same words. A list whose members are no values of one attribute stays, and so does one
    none of whose members stands elsewhere in the text (a lamp *(black/white)* has two colours). Only a list of three
    or more sizes in brackets is never the size of one item and leaves the text in any case.
    """
    rows = pl.arange(0, len(texts), eager=True, dtype=pl.UInt32)
    rows = rows.filter((texts.str.contains(_LIST) & ~texts.str.contains(_MARK, literal=True)).fill_null(False))
    if rows.is_empty():
        return texts
    found = pl.DataFrame({"row": rows, "span": texts.gather(rows).str.extract_all(_LIST)})
    lists = found.explode("span").with_columns(place=pl.int_range(pl.len(), dtype=pl.UInt32).over("row"))
    likely = _likely(lists, pl.DataFrame({"row": rows, "outside": texts.gather(rows).str.replace_all(_LIST, " ")}))
    if likely.is_empty():
        return texts
    members = likely.join(_members(likely.get_column("span").unique(maintain_order=True), attributes), on="span")
    if members.is_empty():
        return texts
    rows = members.get_column("row").unique().sort()
    own = _own_values(rows, texts.gather(rows).str.replace_all(_LIST, " "), attributes)
    beside = members.join(own, on=["row", "name", "value"], how="semi")
    leaving = pl.concat([beside, members.filter("sizes")]).select("row", "place").unique()
    rows = leaving.get_column("row").unique().sort()
    staying = lists.join(leaving, on=["row", "place"], how="anti")
    return texts.scatter(rows, _without(rows, texts.gather(rows), staying)) if len(rows) else texts


def _split(spans: pl.Series) -> pl.Series:
    bare = spans.str.strip_chars("()[] ").str.replace_all(r"\s*[/,|;]\s*(?:or\s+)?|\s+or\s+", "|")
    return bare.str.strip_chars("|").str.split("|").list.eval(pl.element().filter(pl.element() != ""))


def _likely(lists: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Those of the lists that are worth reading: a member stands outside, or there are three or more in brackets."""
    split = lists.with_columns(_split(lists.get_column("span")).alias("member"))
    each = split.join(texts, on="row", how="left", maintain_order="left").explode("member")
    words = (pl.col(name).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}.]+", " ") for name in ("outside", "member"))
    outside, member = (" " + text.str.strip_chars() + " " for text in words)
    beside = each.filter(outside.str.contains(member, literal=True))
    several = (pl.col("member").list.n_unique() >= 3) & pl.col("span").str.contains(r"^[(\[]")
    chosen = pl.concat([beside.select("row", "place"), split.filter(several).select("row", "place")])
    return lists.join(chosen, on=["row", "place"], how="semi", maintain_order="left")


def _members(spans: pl.Series, attributes: Sequence[VariationAttribute]) -> pl.DataFrame:
    """The members of those spans that list values of one kind: ``span``, ``name`` of the attribute, ``value``.

    ``sizes`` says of a list that it holds three or more sizes in brackets, other than bare numbers.
    """
    split = _split(spans)
    unit = pl.DataFrame({"span": spans, "unit": split.list.last().str.extract(r"^\d+(?:[.,]\d+)?(\s?\D+)$", 1)})
    each = unit.with_columns(split.alias("member")).explode("member").drop_nulls("member")
    bare = pl.col("member").str.contains(r"^\d+(?:[.,]\d+)?$") & pl.col("unit").is_not_null()
    each = each.with_columns(pl.when(bare).then(pl.col("member") + pl.col("unit")).otherwise("member").alias("member"))
    distinct = each.get_column("member").unique(maintain_order=True)
    schema = {"span": pl.String, "name": pl.String, "value": pl.String, "sizes": pl.Boolean}
    lists = [pl.DataFrame(schema=schema)]
    for attribute in attributes:
        read = each.join(_read_alone(distinct, attribute), on="member", how="left", maintain_order="left")
        value, several = pl.col("value"), pl.col("value").n_unique() >= 2
        one_kind = (value_kind(value).n_unique() == 1) & value.is_not_null().all()
        listing = read.filter((several & one_kind).over("span"))
        sizes = (value.n_unique() >= 3).over("span") & pl.col("span").str.contains(r"^[(\[]")
        sizes &= (~value.str.contains(r"^\d").any()).over("span") & pl.lit(attribute.name == "size")
        lists.append(listing.select("span", pl.lit(attribute.name).alias("name"), "value", sizes.alias("sizes")))
    return pl.concat(lists)


def _read_alone(cells: pl.Series, attribute: VariationAttribute) -> pl.DataFrame:
    """The value of each cell that is nothing but one value of the attribute: ``member``, ``value``."""
    left, spans = take_out_once(attribute.label + cells, [attribute])
    value = join_values(pl.concat(spans[attribute.name]), attribute, len(cells))
    read = pl.DataFrame({"member": cells, "value": value, "rest": left.str.strip_chars()})
    return read.filter(pl.col("rest") == "", ~pl.col("value").str.contains("|", literal=True)).drop("rest")


def _own_values(rows: pl.Series, outside: pl.Series, attributes: Sequence[VariationAttribute]) -> pl.DataFrame:
    """The values that stand outside the lists: ``row``, ``name``, ``value``."""
    _, spans = take_out_once(tidy(outside), attributes)
    read = pl.DataFrame([rows, *(join_values(pl.concat(spans[a.name]), a, len(rows)) for a in attributes)])
    long = read.unpivot(index="row", variable_name="name").drop_nulls("value")
    return long.with_columns(pl.col("value").str.split("|")).explode("value")


def _without(rows: pl.Series, texts: pl.Series, staying: pl.DataFrame) -> pl.Series:
    """Put texts together again with only those lists (``row``, ``place``, ``span``) that stay."""
    pieces = pl.DataFrame({"row": rows, "piece": texts.str.replace_all(_LIST, _MARK).str.split(_MARK)}).explode("piece")
    pieces = pieces.with_columns(place=pl.int_range(pl.len(), dtype=pl.UInt32).over("row"))
    joined = pieces.join(staying, on=["row", "place"], how="left", maintain_order="left")
    text = (pl.col("piece") + pl.col("span").fill_null(" ")).str.join("")
    return tidy(joined.group_by("row", maintain_order=True).agg(text.alias("text"))["text"])
