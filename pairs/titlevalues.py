"""Values of ignored attributes in titles: known ones, learnt ones, and those that are part of a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.codes import without_item_codes
from pairs.knowledge import Sought
from pairs.learning import Told, learn_values, tell
from pairs.valuelists import drop_value_lists
from pairs.variation import conflict, read_in_parts
from pairs.vocabulary.color import STAND_IN

_USUALLY = 0.5


@dataclass(frozen=True, slots=True)
class TitleValues:
    """What titles say.

    Attributes
    ----------
    base
        The titles without the values, as written; null where a title is missing.
    values
        One String column an ignored attribute: canonical values joined by ``|``.
    option
        The same of what stands beside such values and is of no known attribute itself.
    learnt
        Attribute to values that no word list had.
    """

    base: pl.Series
    values: pl.DataFrame
    option: pl.Series
    learnt: Mapping[str, list[str]]


def read_titles(
    titles: pl.Series,
    stated: Mapping[str, pl.Series],
    ignored: Sequence[Sought],
    group: NDArray[np.int64],
    told: Told | None = None,
    threads: int = 1,
) -> TitleValues:
    """Take the values of ignored attributes out of titles.

    Parameters
    ----------
    titles
        As the user wrote them.
    stated
        What columns say of each attribute, canonical; null where they do not.
    ignored
        The attributes.
    group
        (n,) titles of different groups have nothing to do with each other.
    told
        As for :func:`pairs.learning.learn_values`, and of the part ``read``.
    threads
        How many to use; the values do not depend on it.
    """
    keep = np.zeros((len(titles), len(ignored)), dtype=np.bool_)
    for place, one in enumerate(ignored):
        keep[:, place] = _part_of_names(titles, stated[one.name], one, group, threads)
    readers = list(dict.fromkeys(reader for one in ignored for reader in one.readers))
    found = learn_values(drop_value_lists(without_item_codes(titles), readers), group, ignored, keep, told, threads)
    read = _read_rest(found.texts, ignored, keep, threads)
    columns = [
        joined([found.values[one.name], *(_own(read[reader.name]) for reader in one.readers)]).alias(one.name)
        for one in ignored
    ]
    option = found.values.to_series(len(ignored))
    tell(told, "read")
    return TitleValues(read["base"].alias("base"), pl.DataFrame(columns), option, found.words)


def _part_of_names(
    titles: pl.Series, stated: pl.Series, one: Sought, group: NDArray[np.int64], threads: int
) -> NDArray[np.bool_]:
    """(records,) where an attribute stands in a column, and the titles of the group do not usually repeat it.

    There a colour in a title is part of the name: *Black Cat Tee*, of which the column says that it is green.
    """
    known = stated.is_not_null()
    if not known.any():
        return np.zeros(len(titles), dtype=np.bool_)
    frame = pl.DataFrame({"title": titles.str.to_lowercase(), "stated": stated.str.replace_all("|", " ", literal=True)})
    repeats = frame.select(pl.col("title").str.contains(pl.col("stated"), literal=True)).to_series().fill_null(False)
    if one.readers:
        read = read_in_parts(titles, one.readers, threads=threads)
        in_title = joined([read[reader.name] for reader in one.readers])
        repeats |= pl.Series(conflict(stated, in_title) < 1)
    share = pl.DataFrame({"group": group, "repeats": repeats, "known": known}).select(
        pl.col("repeats").filter(pl.col("known")).mean().over("group")
    )
    return (known & (share.to_series().fill_null(0.0) < _USUALLY)).to_numpy()


def _read_rest(texts: pl.Series, ignored: Sequence[Sought], keep: NDArray[np.bool_], threads: int) -> pl.DataFrame:
    """Read what the word lists know, in each title the attributes whose values are not part of the name."""
    readers = list(dict.fromkeys(reader for one in ignored for reader in one.readers))
    parts = []
    for kept in np.unique(keep, axis=0) if len(keep) else np.zeros((1, len(ignored)), dtype=np.bool_):
        rows = np.flatnonzero((keep == kept).all(axis=1))
        wanted = list(
            dict.fromkeys(r for one, stays in zip(ignored, kept, strict=True) if not stays for r in one.readers)
        )
        read = read_in_parts(texts[pl.Series(rows)], wanted, threads=threads)
        missing = [pl.lit(None, dtype=pl.String).alias(r.name) for r in readers if r not in wanted]
        parts.append(read.with_columns(*missing, pl.Series("row", rows)))
    return pl.concat(parts, how="diagonal").sort("row").select("base", *(reader.name for reader in readers))


def _own(read: pl.Series) -> pl.Series:
    """What was read, without what stands in for a value learnt."""
    plain = read.str.replace_all(rf"(^|\|){STAND_IN}(\||$)", "|").str.strip_chars("|")
    return plain.replace("", None)


def first(parts: Sequence[pl.Series]) -> pl.Series:
    """The first value of each row that is not missing."""
    return reduce(lambda known, other: known.fill_null(other), parts)


def joined(parts: Sequence[pl.Series]) -> pl.Series:
    """All values of each row, once each, sorted and joined by ``|``."""
    lists = pl.DataFrame([part.alias(f"p{place}") for place, part in enumerate(parts)])
    every = pl.concat_list(pl.col(name).str.split("|").fill_null([]) for name in lists.columns)
    return lists.select(every.list.unique().list.sort().list.join("|").replace("", None).alias("values")).to_series()


def missing(rows: int) -> pl.Series:
    return pl.Series("missing", [None] * rows, dtype=pl.String)
