"""Compared base records, examples of siblings, and the families that follow."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.bases import Bases, parted
from matchkit.config import Config
from matchkit.evidence import Evidence
from matchkit.familyfit import FamilyModel, FamilyOdds, family_log_odds, fit_families, group_bases, titles_differ
from matchkit.levels import NUMBER_CONFLICT, SIMILARITIES
from matchkit.odds import probability
from matchkit.progress import Parts
from matchkit.sampling import random_pairs
from matchkit.sharedvalues import SharedValues
from pairs.familyview import FamilyView
from pairs.features import Comparer

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

# Level of similarity from which two brands may be the same.
_ALIKE = 3
# How long one pair of each kind takes beside the others, for equal words are soon compared; and how long, beside all
# of them, it takes to see what parts pairs and what they share.
_COSTS = {"pairs": 1.0, "siblings": 0.15, "random": 1.6}
_REST = 0.1


@dataclass(frozen=True, slots=True)
class BaseEvidence:
    """Candidate pairs of base records, each by its first record.

    Attributes
    ----------
    pairs
        The candidates compared.
    apart
        (pairs,) whether an attribute that is not ignored parts them, a number in their titles, or the brand.
    values
        How often they share values of what is ignored.
    siblings, random
        Examples of records of one product, and of any two records.
    """

    pairs: Evidence
    apart: NDArray[np.bool_]
    values: SharedValues
    siblings: Evidence
    random: Evidence

    @classmethod
    def of(
        cls,
        comparer: Comparer,
        family: FamilyView,
        bases: Bases,
        candidates: pl.DataFrame,
        rows: Rows,
        title: str | None,
        config: Config,
        advance: Callable[[int], None],
    ) -> BaseEvidence:
        """Compare candidates (``left, right`` in numbers of base records).

        ``rows`` says of how many rows of the catalogue each record is. ``advance`` is that of a stage of as many steps
        as there are candidates.
        """
        left, right = (bases.record[candidates[side].to_numpy()] for side in ("left", "right"))
        compared = {
            "pairs": (left, right),
            "siblings": bases.siblings(),
            "random": random_pairs(len(bases.base_of), config.seed),
        }
        counts = {name: len(lefts) for name, (lefts, _) in compared.items()}
        costs = {name: _COSTS[name] * count for name, count in counts.items()}
        done = Parts(advance, candidates.height, {**costs, "rest": _REST * sum(costs.values()) + 1})
        pairs, siblings, random = (
            Evidence.of_pairs(comparer, *sides, threads=config.threads, advance=done.of(name, counts[name]))
            for name, sides in compared.items()
        )
        apart = kept_apart(pairs, family, title)
        values = SharedValues.count(bases, family.item, rows, candidates)
        done("rest", 1, 1)
        return cls(pairs, apart, values, siblings, random)

    def fit(self, title: str | None, own_words: Collection[str] = ()) -> FamilyModel:
        """Learn what records of one product have in common, and whether their titles may differ.

        First it is supposed that they may. If the likely pairs whose titles differ then share colours and sizes no less
        often than different products do, they *are* different products, and titles have to be the same. So they have
        where nothing but the words of titles is compared (``own_words`` names these comparisons).
        """
        possible = self.pairs.only(np.flatnonzero(~self.apart))
        model = fit_families(possible, self.siblings, self.random, title, titles_vary=True)
        likely = probability(family_log_odds(model, self.pairs, self.apart))
        differ = titles_differ(self.pairs, title)
        witnesses = [a for a in self.pairs.levels.names if a not in own_words]
        if witnesses and not self.values.tell_apart(likely, differ):
            return FamilyModel(model, title, titles_vary=True)
        model = fit_families(possible, self.siblings, self.random, title, titles_vary=False)
        return FamilyModel(model, title, titles_vary=False)

    def log_odds(self, model: FamilyOdds) -> Floats:
        """(pairs,) log odds that both base records are one product."""
        return model.log_odds(self.pairs, self.apart)

    def families(self, bases: Bases, log_odds: Floats, prefer: float) -> Rows:
        """(records,) family of every record."""
        left, right = bases.base_of[self.pairs.left], bases.base_of[self.pairs.right]
        family = group_bases(len(bases), left, right, log_odds, prefer)
        return bases.record[family][bases.base_of]


def kept_apart(pairs: Evidence, family: FamilyView, title: str | None) -> NDArray[np.bool_]:
    """Which pairs are two products: an attribute that is not ignored parts them, a number in titles, or the brand."""
    return parted(family, pairs.left, pairs.right) | numbers_differ(pairs, title) | brands_differ(pairs, family)


def brands_differ(pairs: Evidence, family: FamilyView) -> NDArray[np.bool_]:
    """Which pairs state brands that have little in common; *Acme* and *Acme Ltd* may be one."""
    apart = np.zeros(len(pairs), dtype=np.bool_)
    for attribute in family.view.attributes:
        if attribute.kind == "brand":
            level = pairs.levels.of(attribute.name)
            apart |= (level >= 0) & (level < _ALIKE)
    return apart


def numbers_differ(pairs: Evidence, title: str | None) -> NDArray[np.bool_]:
    """Which pairs have titles that each hold a number or code that the other lacks: *2 x 4*, *2 x 3*; *X11*, *X12*."""
    level = pairs.levels.of(title)
    differ: NDArray[np.bool_] = (level >= 0) & (level // SIMILARITIES == NUMBER_CONFLICT)
    return differ
