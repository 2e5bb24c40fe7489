"""Families from the inside: their items, the pairs they are made of, and the table of them all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.bases import names_products
from matchkit.catalogue import Catalogue
from matchkit.clusters import Clusters
from matchkit.config import Config
from matchkit.evidence import Evidence
from matchkit.familyfit import FamilyOdds, item_verdict
from matchkit.familytable import MANY_ITEMS, family_table
from matchkit.items import items, member_pairs
from matchkit.odds import probability
from matchkit.outcome import DOUBT, Outcome, assemble
from matchkit.records import Records
from pairs.familyview import FamilyView
from pairs.features import Comparer

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Families:
    """What is written: rows and pairs, the table of families, how many pairs of members were compared, and whether
    anything says what the records are."""

    outcome: Outcome
    table: pl.DataFrame
    compared: int
    named: bool

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        records: Records,
        comparer: Comparer,
        model: FamilyOdds,
        family: FamilyView,
        grouped: Rows,
        doubtful: tuple[Rows, Rows],
        config: Config,
    ) -> Families:
        """Compare the members of every family, and put all into the user's rows.

        ``doubtful`` are pairs of records of different families that a person should look at.
        """
        item = items(grouped, family.item, family.view.ignored)
        left, right = member_pairs(grouped, item)
        left, right = np.concatenate([left, doubtful[0]]), np.concatenate([right, doubtful[1]])
        evidence = Evidence.of_pairs(comparer, left, right, threads=config.threads)
        verdict = item_verdict(model.log_odds(evidence, np.zeros(len(left), dtype=np.bool_)), evidence)
        values = family.view.ignored.select(~pl.selectors.starts_with("number."))
        rows = pl.Series(records.record_of)
        shown = values[rows] if values.width else pl.DataFrame()
        outcome = assemble(
            catalogue,
            records,
            evidence,
            verdict,
            Clusters(item, grouped),
            family.view.ignored,
            values=shown,
            threads=config.threads,
        )
        outcome = _crowds_for_review(outcome)
        groups = outcome.records.select(
            pl.col(outcome.names[name]).alias(name) for name in ("entity_id", "family_id", "needs_review")
        )
        table = family_table(catalogue.ids, groups, family.base[rows], shown, outcome.pairs.frame)
        return cls(outcome, table, len(left), names_products(family))

    def warnings(self) -> list[str]:
        """A sentence where nothing names the rows, and for each family too large to be true."""
        if not self.named:
            return ["no column says what the rows are called, so no families were found: name one with 'text:title'"]
        large = self.table.filter(pl.col("size") > MANY_ITEMS).sort("size", descending=True)
        return [
            f"family {row['family_id']} has {row['size']:,} items called '{row['title']}': that is rather a pile of "
            "look-alikes than one product; require another attribute, or compare within a column"
            for row in large.head(_WARNED).iter_rows(named=True)
        ]


_WARNED = 20


def _crowds_for_review(outcome: Outcome) -> Outcome:
    """Families too large to be true are put before a person, whole."""
    entity, family, review = (outcome.names[name] for name in ("entity_id", "family_id", "needs_review"))
    crowded = pl.col(entity).n_unique().over(family) > MANY_ITEMS
    return replace(outcome, records=outcome.records.with_columns((pl.col(review) | crowded).alias(review)))


def doubtful_pairs(pairs: Evidence, log_odds: Floats, grouped: Rows) -> tuple[Rows, Rows]:
    """Candidate pairs of records that are in different families but may be one product."""
    apart = grouped[pairs.left] != grouped[pairs.right]
    chosen = np.flatnonzero(apart & (probability(log_odds) > DOUBT[0]))
    return pairs.left[chosen], pairs.right[chosen]
