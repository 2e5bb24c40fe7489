"""How often different records have the same colour and size, and what that says of products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.bases import Bases

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

# What is added to counts, so that few pairs do not say too much.
_LITTLE = 0.01
_DOUBT = 3.0


@dataclass(frozen=True, slots=True)
class SharedValues:
    """Values of what is ignored that both base records of a pair have.

    Attributes
    ----------
    shared, possible
        (pairs,) pairs of values, one of each side, that are the same; and all pairs of values of the
        same attributes.
    twice
        Share of pairs of rows of one base record with the same values: how often a product is listed twice in one
        colour and size.
    """

    shared: Floats
    possible: Floats
    twice: float

    @classmethod
    def count(cls, bases: Bases, item: pl.Series, rows: Rows, candidates: pl.DataFrame) -> SharedValues:
        """Count the values of base records and what candidate pairs of them (``left, right``) share.

        Parameters
        ----------
        bases
            The base records.
        item
            (records,) everything that tells items of one product apart.
        rows
            (records,) of how many rows each record is.
        candidates
            Pairs of base records.
        """
        stated = item.str.contains(r"[^\x1f]").fill_null(False).to_numpy()
        known = pl.DataFrame(
            {"base": bases.base_of[stated], "item": item.filter(pl.Series(stated)), "rows": rows[stated]}
        )
        values = known.group_by("base", "item", maintain_order=True).agg(pl.col("rows").sum())
        each, all_of = values["rows"], values.group_by("base").agg(pl.col("rows").sum())["rows"]
        # What states a size cannot share its values with what states none.
        values = values.with_columns(kind=pl.col("item").str.replace_all(r"[^\x1f]+", "1"))
        pairs = candidates.select("left", "right").with_row_index("pair")
        mine = pairs.join(values.select("item", left="base"), on="left")
        both = mine.join(values.select("item", right="base"), on=["right", "item"])
        kinds = values.group_by("base", "kind").agg(pl.len().cast(pl.Float64).alias("values"))
        ours = pairs.join(kinds.rename({"base": "left"}), on="left")
        beside = ours.join(kinds.rename({"base": "right"}), on=["right", "kind"], suffix="_right")
        product = (beside["values"] * beside["values_right"]).to_numpy()
        return cls(
            np.bincount(both["pair"].to_numpy(), minlength=candidates.height).astype(np.float64),
            np.bincount(beside["pair"].to_numpy(), product, minlength=candidates.height).astype(np.float64),
            (_pairs(each) + _LITTLE) / (_pairs(all_of) + 1),
        )

    def tell_apart(self, likely: Floats, chosen: NDArray[np.bool_]) -> bool:
        """Whether likely pairs look like different products by the values they share.

        A product is seldom listed twice in one colour and size, while two products of a kind have some in common by
        chance. How often likely pairs share values lies between both, and where it lies is the share of them that
        are one product: of *n* pairs of values, *s* of them the same, that is ``(c n - s) / (c - d) n``, *c* being how
        often different products share a value and *d* how often one product has it twice.

        Parameters
        ----------
        likely
            (pairs,) probability of being one product, by all else; the unlikely pairs show *c*.
        chosen
            (pairs,) which pairs it is about.

        Returns
        -------
        bool
            Whether less than half of the likely pairs among them are one product; True where too little is stated to
            tell, for a wrong family is worse than a missed one.
        """
        different, weight = 1 - likely, likely * chosen
        chance = ((different * self.shared).sum() + _LITTLE) / ((different * self.possible).sum() + 1)
        by_chance, seen = chance * (weight * self.possible).sum(), (weight * self.shared).sum()
        told = (chance - self.twice) * (weight * self.possible).sum()
        if told < 1:
            return True
        one_product = max(by_chance - seen, 0.0) / (told + _DOUBT)
        return bool(one_product < 0.5)


def _pairs(sizes: pl.Series) -> float:
    size = sizes.cast(pl.Float64)
    return float((size * (size - 1) / 2).sum())
