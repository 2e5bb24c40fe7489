"""What the word lists and the columns already know about spans of titles: values, parts of values, model codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.variation import read_values
from pairs.vocabulary import VariationAttribute

Bools = NDArray[np.bool_]

# Stands in for the rest of a title: nothing reads it as a value.
_STUB = "zz"
_CODE = (
    r"^(?:[\p{L}\p{N}]*\p{L}[\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*|[\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*\p{L}[\p{L}\p{N}]*|\d{5,})$"
)
_MEASURED = r"(?i)^(?:\d+(?:[.,]\d+)?\p{L}{1,3}|\d+\p{L}{0,2}(?:x\d+\p{L}{0,2}){1,2}|\d{2,4}-\d{2,4})$"
_SHORTEST_CODE = 4
# What a gift card costs is its size.
_AMOUNT = r"^[$€£]\d+(?:[.,]\d+)?$"
_AMOUNT_OF = "size"
#: Where colours stand, materials and patterns may stand too (*Pink Gingham*, *Oak*); not the other way round.
ABSORBS = {"color": ("material", "pattern")}


@dataclass(frozen=True, slots=True)
class Sought:
    """An attribute whose values are looked for in titles.

    Attributes
    ----------
    name
        Such as ``color``.
    readers
        What finds its values; none where only `cells` are known.
    cells
        Values that stand in columns.
    """

    name: str
    readers: tuple[VariationAttribute, ...] = ()
    cells: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known about spans, one row a span and one column an attribute.

    Attributes
    ----------
    alone
        Whether the span is a value where it stands alone in its slot.
    anywhere
        Whether it is a value wherever it stands.
    partly
        Whether it holds a value among other words, none of them with a digit.
    code, mixed, digit
        (spans,) whether it holds a model code, values of two attributes (*L-Black*), or a digit.
    """

    alone: Bools
    anywhere: Bools
    partly: Bools
    code: Bools
    mixed: Bools
    digit: Bools

    @classmethod
    def of(
        cls,
        texts: pl.Series,
        sought: Sequence[Sought],
        *,
        threads: int = 1,
        advance: Callable[[int], None] | None = None,
    ) -> Knowledge:
        """Look up spans as they are written, for so many attributes at a time as there are ``threads``.

        ``advance`` hears of each attribute that is done.
        """
        digit = texts.str.contains(r"\p{N}").to_numpy()
        folded, amount = texts.str.to_lowercase(), texts.str.contains(_AMOUNT).to_numpy()
        shape = (len(texts), len(sought))
        tables = [np.zeros(shape, dtype=np.bool_) for _ in range(3)]
        stated = np.zeros(shape, dtype=np.bool_)
        alone, among = f"{_STUB} - " + texts, f"{_STUB} " + texts + f" {_STUB}"

        # One attribute by itself: *honey* is a colour and a flavour, and here it is both.
        def look_up(column: int) -> None:
            one = sought[column]
            tables[0][:, column], tables[2][:, column] = _reads(alone, one, _STUB)
            tables[1][:, column], _ = _reads(among, one, f"{_STUB} {_STUB}")
            cell = folded.is_in(one.cells.str.to_lowercase().unique().implode()).to_numpy()
            stated[:, column] = cell | (amount if one.name == _AMOUNT_OF else False)

        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(look_up, range(len(sought))):
                if advance is not None:
                    advance(1)
        names = [one.name for one in sought]
        for name, absorbed in ABSORBS.items():
            for other in (names.index(one) for one in absorbed if one in names and name in names):
                for table in tables:
                    table[tables[2][:, names.index(name)], other] = False
        whole = stated.any(axis=1) | tables[0].any(axis=1)
        mixed = (tables[2].sum(axis=1) > 1) & ~whole
        tables[2][digit] = False
        code = _holds_code(texts) & ~amount
        for table in tables:
            table[code | mixed] = False
        return cls(tables[0] | stated, tables[1], tables[2], code, mixed, digit)

    def only(self, chosen: NDArray[np.int64]) -> Knowledge:
        """Some spans, by position."""
        return Knowledge(
            self.alone[chosen],
            self.anywhere[chosen],
            self.partly[chosen],
            self.code[chosen],
            self.mixed[chosen],
            self.digit[chosen],
        )

    def extended(self, other: Knowledge) -> Knowledge:
        """These spans and others, one after the other."""
        parts = ("alone", "anywhere", "partly", "code", "mixed", "digit")
        return Knowledge(*(np.concatenate([getattr(self, name), getattr(other, name)]) for name in parts))


def _reads(texts: pl.Series, sought: Sought, rest: str) -> tuple[Bools, Bools]:
    """Whether an attribute is read in each text, with nothing left but ``rest``; and whether it is read at all."""
    if not sought.readers:
        nothing = np.zeros(len(texts), dtype=np.bool_)
        return nothing, nothing
    read = read_values(texts, sought.readers)
    some = read.select(pl.any_horizontal(pl.col(reader.name).is_not_null() for reader in sought.readers)).to_series()
    return ((read["base"] == rest).fill_null(False) & some).to_numpy(), some.to_numpy()


def _holds_code(texts: pl.Series) -> Bools:
    """Whether a word mixes letters and digits, or has five digits, and is no quantity."""
    words = pl.DataFrame({"word": texts.str.split(" ")}).with_row_index("row").explode("word")
    plain = pl.col("word").str.replace_all(r"[-./]", "")
    shaped = plain.str.contains(_CODE) & (plain.str.len_chars() >= _SHORTEST_CODE)
    coded = words.filter(shaped & ~pl.col("word").str.contains(_MEASURED))
    found = np.zeros(len(texts), dtype=np.bool_)
    found[coded["row"].to_numpy()] = True
    return found
