"""The table of variation families: what their members share, in what they vary, and how firmly they hold together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.catalogue import VARIANT
from matchkit.records import id_order

#: A family held together by a link less likely than this should be looked at.
FIRM = 0.8
#: A family of more items than this is rather a pile of look-alikes.
MANY_ITEMS = 200


def family_table(
    ids: pl.Series,
    groups: pl.DataFrame,
    base: pl.Series,
    values: pl.DataFrame,
    pairs: pl.DataFrame,
) -> pl.DataFrame:
    """One row for each family of two or more items, in the order of their ids.

    Parameters
    ----------
    ids
        The id of every row.
    groups
        For every row ``entity_id``, ``family_id`` and ``needs_review``.
    base
        For every row its title without the values of the ignored attributes; null where there is none.
    values
        For every row the values of each ignored attribute, as text, null where none was found.
    pairs
        As written: ``left_id``, ``right_id``, ``p_exact``, ``p_variant``.

    Returns
    -------
    pl.DataFrame
        ``family_id``, ``title`` (the base title most of its rows have), ``size`` (items), ``rows``, ``varies_by``
        (the attributes with two values or more, joined by commas), ``variant_`` and the name of each attribute
        (its different values in natural order, joined by `` | ``), ``weakest_link`` (two ids) and
        ``probability`` (of that link), ``needs_review``. The weakest link is the smallest edge of the maximum
        spanning tree over ``p_exact + p_variant``: the best way to hold the family together is no firmer. It is
        null where the written pairs do not hold the family together at all.
    """
    rows = groups.select("entity_id", "family_id", "needs_review").with_columns(
        base.alias("base"),
        id_order(ids).alias("order"),
        *(values[name].alias(f"{VARIANT}{name}") for name in values.columns),
    )
    counted = rows.group_by("family_id").agg(
        pl.col("entity_id").n_unique().cast(pl.Int64).alias("size"),
        pl.len().cast(pl.Int64).alias("rows"),
        pl.col("needs_review").any(),
        pl.col("order").min(),
    )
    several = counted.filter(pl.col("size") > 1)
    members = rows.join(several.select("family_id"), on="family_id", how="semi")
    found = several.join(_titles(members), on="family_id", how="left")
    for name in values.columns:
        found = found.join(_values(members, f"{VARIANT}{name}"), on="family_id", how="left")
    found = found.join(_weakest_links(ids, groups["family_id"], pairs), on="family_id", how="left").sort("order")
    found = found.with_columns(_varies_by(values.columns))
    shown = [f"{VARIANT}{name}" for name in values.columns]
    return found.select(
        "family_id", "title", "size", "rows", "varies_by", *shown, "weakest_link", "probability", "needs_review"
    )


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A family that a person should look at, and why in a few words."""

    family_id: str
    title: str
    why: str


def doubtful_families(families: pl.DataFrame) -> list[Doubtful]:
    """The families to look at, first those too large to be true, then the least firm, then those that vary in nothing.

    Parameters
    ----------
    families
        As :func:`family_table` makes them.
    """
    loose = (pl.col("probability") < FIRM) | pl.col("probability").is_null()
    kind = pl.when(pl.col("size") > MANY_ITEMS).then(0).when(loose).then(1).when(pl.col("varies_by") == "").then(2)
    ordered = (
        families.with_row_index("place")
        .with_columns(kind.alias("kind"), pl.when(pl.col("size") > MANY_ITEMS).then(-pl.col("size")).alias("many"))
        .filter(pl.col("kind").is_not_null())
        .sort("kind", "many", pl.col("probability").fill_null(0.0), "place")
    )
    return [Doubtful(row["family_id"], row["title"] or "", _why(row)) for row in ordered.iter_rows(named=True)]


def _why(row: dict[str, object]) -> str:
    reasons, probability = [], row["probability"]
    if isinstance(row["size"], int) and row["size"] > MANY_ITEMS:
        reasons.append(f"{row['size']:,} items, perhaps mere look-alikes")
    if probability is None:
        reasons.append("no pair holds it together")
    elif isinstance(probability, float) and probability < FIRM:
        reasons.append(f"held together by {row['weakest_link']} ({probability:.2f})")
    if row["varies_by"] == "":
        reasons.append("its items differ in nothing that is ignored")
    return "; ".join(reasons)


def _titles(members: pl.DataFrame) -> pl.DataFrame:
    """The base title most rows of each family have; of equally frequent ones the shortest, then the smallest id's."""
    counted = members.drop_nulls("base").group_by("family_id", "base").agg(pl.len(), pl.col("order").min())
    counted = counted.with_columns(pl.col("base").str.len_chars().alias("chars"))
    ranked = counted.sort("len", "chars", "order", descending=[True, False, False])
    return ranked.group_by("family_id", maintain_order=True).agg(pl.col("base").first().alias("title"))


def _values(members: pl.DataFrame, column: str) -> pl.DataFrame:
    """The different values of each family, in natural order; their number is in a column beside."""
    distinct = members.drop_nulls(column).select("family_id", column).unique()
    order = {value: place for place, value in enumerate(natural(distinct[column].unique()))}
    ranked = distinct.with_columns(pl.col(column).replace_strict(order, return_dtype=pl.Int64).alias("place"))
    listed = ranked.sort("place").group_by("family_id", maintain_order=True)
    return listed.agg(pl.col(column).str.join(" | "), pl.len().alias(f"count_{column}"))


def natural(values: Iterable[str]) -> list[str]:
    """Sort texts as a reader would: *8*, *8.5*, *10*, and letter sizes from small to large.

    >>> natural(["10", "xl", "8.5", "s", "8", "navy", "m"])
    ['8', '8.5', '10', 's', 'm', 'xl', 'navy']
    """
    return sorted(values, key=_natural_key)


_LETTER_SIZE = re.compile(r"(\d*)(x*)([sl])|m")


def _natural_key(value: str) -> tuple[int, float, tuple[tuple[int, float, str], ...], str]:
    parts = tuple(
        (0, float(part), "") if part[0].isdigit() else (1, 0.0, part)
        for part in re.findall(r"\d+(?:\.\d+)?|[^\d]+", value)
    )
    letter = _LETTER_SIZE.fullmatch(value)
    if letter is None:
        return (0 if value[:1].isdigit() else 2, 0.0, parts, value)
    if letter[3] is None:
        return (1, 0.0, (), value)
    steps = int(letter[1]) if letter[1] else len(letter[2])
    return (1, (1 + steps) * (-1 if letter[3] == "s" else 1), (), value)


def _varies_by(names: list[str]) -> pl.Expr:
    listed = [pl.when(pl.col(f"count_{VARIANT}{name}") > 1).then(pl.lit(name)) for name in names]
    if not listed:
        return pl.lit("").alias("varies_by")
    return pl.concat_str(listed, separator=",", ignore_nulls=True).alias("varies_by")


def _weakest_links(ids: pl.Series, family: pl.Series, pairs: pl.DataFrame) -> pl.DataFrame:
    """For each family that the pairs hold together its weakest link and how likely that is."""
    order = id_order(ids)
    known = pl.DataFrame({"id": ids, "order": order, "family_id": family})
    edges = pairs.select("left_id", "right_id", (pl.col("p_exact") + pl.col("p_variant")).alias("probability"))
    edges = edges.join(known, left_on="left_id", right_on="id").join(
        known, left_on="right_id", right_on="id", suffix="_b"
    )
    edges = edges.filter(pl.col("family_id") == pl.col("family_id_b")).select(
        "family_id",
        pl.col("probability").clip(0.0, 1.0),
        pl.min_horizontal("order", "order_b").alias("low"),
        pl.max_horizontal("order", "order_b").alias("high"),
    )
    # Ordered by content, so that of equally likely links always the same one is named.
    edges = edges.sort("probability", "low", "high", descending=[True, False, False])
    tree = edges[_spanning_tree(edges["low"].to_numpy(), edges["high"].to_numpy(), len(ids))]
    weakest = tree.group_by("family_id", maintain_order=True).agg(pl.all().last(), pl.len().alias("links"))
    rows = known.group_by("family_id").agg(pl.len().alias("rows"))
    whole = weakest.join(rows, on="family_id").filter(pl.col("links") + 1 == pl.col("rows"))
    by_order = pl.DataFrame({"id": ids, "order": order}).sort("order")["id"]
    names = [by_order.gather(whole[side]).rename(side) for side in ("low", "high")]
    link = pl.select(pl.format("{} {}", *names)).to_series() if whole.height else pl.Series([], dtype=pl.String)
    return whole.select("family_id", "probability").with_columns(link.alias("weakest_link"))


def _spanning_tree(left: NDArray[np.int64], right: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Places of the edges of the spanning forest that prefers earlier edges, in order."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    # Ranks are all different, so the forest is unique; of an edge given twice the first counts.
    rank = np.arange(1, len(left) + 1, dtype=np.float64)
    _, first = np.unique(left * count + right, return_index=True)
    graph = coo_array((rank[first], (left[first], right[first])), shape=(count, count))
    chosen = minimum_spanning_tree(graph.tocsr()).data
    places: NDArray[np.int64] = np.sort(chosen).astype(np.int64) - 1
    return places
