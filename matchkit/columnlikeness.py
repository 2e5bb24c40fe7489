"""How much the columns of two tables say the same, from their values alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.patterns import PATTERNS
from matchkit.profile import Profile, sample_rows
from pairs.attributes import Attribute, Role
from pairs.normalise import as_text, clean_text, normalise_values

Floats = NDArray[np.float64]

# Of larger tables only values are looked at whose hash falls into a part, the same one on both sides.
_ENOUGH_ROWS = 100_000
_SAMPLE_ROWS = 20_000
# A value of so many characters, and so many shared ones, are no coincidence.
_TELLING_LENGTH, _TELLING_VALUES = 6.0, 8
# Years and quantities are the same numbers whatever they mean.
_NUMBERS_TELL = 0.4


@dataclass(frozen=True, slots=True)
class Likeness:
    """Every column of the left table against every column of the right one, (left columns, right columns).

    Attributes
    ----------
    values
        Share of the different values of the smaller side that the other has too, in [0, 1].
    words
        Different words that both have, over the geometric mean of the numbers of each, in [0, 1]. Most different
        words of a column are rare ones.
    telling
        How little of what is shared can be a coincidence, in [0, 1]: low for short values, few of them, and numbers.
    shape
        How much patterns (digits, letters, dates ...) and lengths are the same, in [0, 1].
    """

    values: Floats
    words: Floats
    telling: Floats
    shape: Floats

    @property
    def content(self) -> Floats:
        """What all of it says together, in [0, 1]."""
        shared = np.maximum(self.values, self.words) * self.telling
        result: Floats = 1 - (1 - shared) * (1 - 0.25 * self.shape)
        return result


def likeness(
    tables: tuple[pl.DataFrame, pl.DataFrame],
    attributes: tuple[Sequence[Attribute], Sequence[Attribute]],
    profiles: tuple[Mapping[str, Profile], Mapping[str, Profile]],
) -> Likeness:
    """Compare all columns.

    Parameters
    ----------
    tables
        The tables.
    attributes
        The columns to compare and what each table, looked at alone, takes them for.
    profiles
        What their values look like.

    Returns
    -------
    Likeness
        0 throughout for a column whose cells are all missing.
    """
    part = max(1, max(table.height for table in tables) // _ENOUGH_ROWS)
    values = [_values(table, chosen, part) for table, chosen in zip(tables, attributes, strict=True)]
    words = [_words(table, chosen) for table, chosen in zip(tables, attributes, strict=True)]
    shape = len(attributes[0]), len(attributes[1])
    shared, sizes = _shared(values[0], values[1], shape)
    fewer = np.minimum(sizes[0][:, None], sizes[1][None, :])
    common, counts = _shared(words[0], words[1], shape)
    mean = np.sqrt(counts[0][:, None] * counts[1][None, :])
    telling, alike = np.zeros(shape), np.zeros(shape)
    for i, j in product(range(shape[0]), range(shape[1])):
        one, other = attributes[0][i], attributes[1][j]
        seen = profiles[0][one.name], profiles[1][other.name]
        if all(profile.filled for profile in seen):
            numbers = {one.role, other.role} & {Role.NUMBER, Role.DATE}
            telling[i, j] = _telling(seen[0], seen[1], shared[i, j]) * (_NUMBERS_TELL if numbers else 1.0)
            alike[i, j] = _shape(seen[0], seen[1])
    return Likeness(shared / np.maximum(fewer, 1), common / np.maximum(mean, 1), telling, alike)


def _values(table: pl.DataFrame, attributes: Sequence[Attribute], part: int) -> pl.DataFrame:
    """``column, hash`` of every different value."""
    parts = [pl.DataFrame(schema={"column": pl.Int64, "hash": pl.UInt64})]
    for place, attribute in enumerate(attributes):
        read = normalise_values(table[attribute.name], attribute) if attribute.compared else None
        text = clean_text(as_text(table[attribute.name])) if read is None else as_text(read)
        hashes = pl.DataFrame({"hash": text.drop_nulls().unique().hash(seed=0)})
        parts.append(hashes.filter(pl.col("hash") % part == 0).select(column=pl.lit(place, pl.Int64), hash="hash"))
    return pl.concat(parts)


def _words(table: pl.DataFrame, attributes: Sequence[Attribute]) -> pl.DataFrame:
    """``column, hash`` of every different word of a sample of the rows; numbers have none."""
    parts = [pl.DataFrame(schema={"column": pl.Int64, "hash": pl.UInt64})]
    sample = sample_rows(table.select(attribute.name for attribute in attributes), _SAMPLE_ROWS)
    for place, attribute in enumerate(attributes):
        if attribute.role not in (Role.NUMBER, Role.DATE, Role.URL, Role.IMAGE):
            words = clean_text(sample[attribute.name]).drop_nulls().str.split(" ").explode().unique().drop_nulls()
            parts.append(pl.DataFrame({"hash": words.hash(seed=0)}).select(column=pl.lit(place, pl.Int64), hash="hash"))
    return pl.concat(parts)


def _shared(left: pl.DataFrame, right: pl.DataFrame, shape: tuple[int, int]) -> tuple[Floats, tuple[Floats, Floats]]:
    """How many different values each pair of columns shares, and how many each column has."""
    both = left.join(right, on="hash", suffix="_right").group_by("column", "column_right").len()
    shared = np.zeros(shape)
    shared[both["column"].to_numpy(), both["column_right"].to_numpy()] = both["len"].to_numpy()
    sizes = (
        np.bincount(side["column"].to_numpy(), minlength=count).astype(np.float64)
        for side, count in zip((left, right), shape, strict=True)
    )
    return shared, (next(sizes), next(sizes))


def _telling(left: Profile, right: Profile, shared: float) -> float:
    length = min(1.0, min(left.length, right.length) / _TELLING_LENGTH)
    return float(length * min(1.0, np.log2(1 + shared) / np.log2(1 + _TELLING_VALUES)) if shared else length)


def _shape(left: Profile, right: Profile) -> float:
    patterns = np.mean([abs(left.shares[name] - right.shares[name]) for name in PATTERNS])
    longest = max(left.length, right.length)
    lengths = min(left.length, right.length) / longest if longest else 1.0
    return float(max(0.0, 1 - 4 * patterns) * np.sqrt(lengths))
