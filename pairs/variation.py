"""Values in which variants of one product differ, found in titles and in columns, and whether two sides conflict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.normalise import as_text, clean_text
from pairs.spans import composed, join_values, take_out, take_out_once, tidy, value_kind
from pairs.valuelists import drop_value_lists
from pairs.vocabulary import ATTRIBUTES, VariationAttribute
from pairs.vocabulary.color import BROADER

__all__ = ["canonical_value", "conflict", "count_holding", "read_in_parts", "read_values", "tidy"]

_ROUNDING = 0.025
_LEAST_TEXTS = 40_000  # in fewer, more time is lost than won
_MOST_TEXTS = 100_000  # after as many, it is told how far reading is
_BUILT_IN = frozenset(ATTRIBUTES.values())


def read_values(
    texts: pl.Series, attributes: Sequence[str | VariationAttribute] = ("color", "size", "pack")
) -> pl.DataFrame:
    """Find the values of some attributes inside texts such as titles, and the texts without them.

    A text that lists all values of an attribute has only the one of them that also stands by itself; see
    :func:`pairs.valuelists.drop_value_lists`.

    Parameters
    ----------
    texts
        Titles as the user wrote them; upper case matters (*S* is a size where *s* is not).
    attributes
        Names out of `pairs.vocabulary.ATTRIBUTES`, or attributes themselves, such as those the user describes. These
        are read first: words that the user names are never taken for anything else.

    Returns
    -------
    pl.DataFrame
        ``base``, the text without the found values (null where the text is missing), and one String column an
        attribute, called by its name: the canonical values, sorted and joined by ``|``, null where none was found.
        Reading ``base`` again finds nothing.

    Raises
    ------
    ValueError
        Where a name is unknown, or two attributes have the same name.
    """
    wanted = _attributes(attributes)
    chosen = _in_reading_order(wanted)
    frame = pl.DataFrame({"text": tidy(composed(texts.cast(pl.String)))}).with_row_index("row")
    spans, bases = take_out(frame, chosen, lambda pending: drop_value_lists(pending, chosen))
    result = bases.select(pl.col("text").alias("base"))
    return result.with_columns(join_values(spans[one.name], one, frame.height) for one in wanted)


def read_in_parts(
    texts: pl.Series,
    attributes: Sequence[str | VariationAttribute],
    *,
    threads: int = 1,
    advance: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """The same as :func:`read_values` where there are many texts: some at a time, on so many threads.

    ``advance`` hears how many more have been read.
    """
    size = min(max(-(-len(texts) // threads), _LEAST_TEXTS), _MOST_TEXTS)
    parts = []
    with ThreadPoolExecutor(threads) as pool:
        starts = range(0, max(len(texts), 1), size)
        for part in pool.map(lambda start: read_values(texts.slice(start, size), attributes), starts):
            parts.append(part)
            if advance is not None:
                advance(part.height)
    return pl.concat(parts)


def count_holding(texts: pl.Series, attributes: Sequence[str | VariationAttribute]) -> dict[str, int]:
    """How many texts hold a value of each attribute, by its name; arguments and errors as for :func:`read_values`.

    The texts are read once: a value that only comes to light when another one is taken out is not counted.
    """
    chosen = _in_reading_order(_attributes(attributes))
    _, spans = take_out_once(drop_value_lists(tidy(composed(texts.cast(pl.String))), chosen), chosen)
    return {one.name: join_values(pl.concat(spans[one.name]), one, len(texts)).count() for one in chosen}


def _in_reading_order(wanted: Sequence[VariationAttribute]) -> list[VariationAttribute]:
    order = {name: place for place, name in enumerate(ATTRIBUTES)}
    return sorted(wanted, key=lambda attribute: order[attribute.name] if attribute in _BUILT_IN else -1)


def _attributes(wanted: Sequence[str | VariationAttribute]) -> list[VariationAttribute]:
    unknown = sorted(name for name in wanted if isinstance(name, str) and name not in ATTRIBUTES)
    if unknown:
        raise ValueError(f"no variation attribute {unknown[0]!r}; there are {', '.join(ATTRIBUTES)}")
    chosen = list(dict.fromkeys(ATTRIBUTES[one] if isinstance(one, str) else one for one in wanted))
    names = [attribute.name for attribute in chosen]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise ValueError(f"two attributes are called {double!r}")
    return chosen


def canonical_value(values: pl.Series, attribute: str | VariationAttribute) -> pl.Series:
    """Write the cells of a column that holds an attribute in the canonical way: ``"NVY"`` -> ``"navy"``.

    What the word lists do not know is kept in lower case as a value of its own, so that two unknown values still
    differ. Null where the cell is missing or holds no letter or digit.
    """
    text = as_text(values).str.replace_all(r"\s+", " ").str.strip_chars().str.replace(r"^(\d+)\.0+$", "$1")
    frame = pl.DataFrame({"text": text.set(clean_text(text).is_null(), None)})
    distinct = frame.drop_nulls().unique(maintain_order=True)
    plain = distinct.get_column("text").str.normalize("NFC").str.to_lowercase().str.replace_all(r"\s?\|\s?", "|")
    known = ATTRIBUTES.get(attribute) if isinstance(attribute, str) else attribute
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
    if not attribute.beside:
        return _read_labelled(cells, plain, (attribute,))
    # "250 g" is a quantity and nothing else, though 250 alone would be a size; "32W x 34L" is a size.
    other = ATTRIBUTES[attribute.beside]
    alone, read = read_values(attribute.label + cells, [attribute]), read_values(cells, [other])
    size_only = (alone["base"].str.strip_chars() == "") & alone[attribute.name].is_not_null()
    quantity_only = (read["base"].str.strip_chars() == "") & ~size_only
    quantity = read[other.name].set(~quantity_only.fill_null(False), None)
    return quantity.fill_null(_read_labelled(cells, plain, (attribute, other)))


def _read_labelled(cells: pl.Series, plain: pl.Series, readers: tuple[VariationAttribute, ...]) -> pl.Series:
    """The same with the label of the first reader in front, which says what a bare number is."""
    attribute, names = readers[0], [reader.name for reader in readers]
    read = read_values(attribute.label + cells, readers)
    base = pl.col("base").str.to_lowercase()
    rest = base.str.strip_prefix(attribute.label.strip()).str.strip_chars(" -–—/|,;:&+()[]")
    found = pl.concat_list(pl.col(name).str.split("|").fill_null([]) for name in names)
    every = pl.concat_list(found, pl.when(rest == "").then(None).otherwise(rest)).list.drop_nulls()
    joined = every.list.unique().list.sort().list.join("|")
    understood = pl.any_horizontal(pl.col(names).is_not_null())
    return read.select(pl.when(understood).then(joined).otherwise(plain)).to_series()


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
    return long.with_columns(value_kind(pl.col("value")).alias("kind"))


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
