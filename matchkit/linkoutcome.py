"""From matched rows to both tables and the pairs as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.catalogue import ADDED_COLUMNS, output_names
from matchkit.classify import Verdict
from matchkit.evidence import Evidence
from matchkit.linkmatches import Links
from matchkit.odds import probability
from matchkit.outcome import DIFFERENT, EXACT, VARIANT_OF, confidences, group_ids, in_doubt
from matchkit.pairtable import PairTable
from matchkit.reasons import differs_in, reasons
from matchkit.twotables import TwoTables

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """Both tables and the pairs as they are written.

    Attributes
    ----------
    left, right
        The user's columns, and those added.
    pairs
        Every pair that is not ``different``, those in doubt, and those that lost to a better partner.
    names
        For each table the usual name of each added column to the one it has.
    counts
        What was found, in numbers.
    """

    left: pl.DataFrame
    right: pl.DataFrame
    pairs: PairTable
    names: tuple[Mapping[str, str], Mapping[str, str]]
    counts: Mapping[str, int]


def assemble_links(
    tables: TwoTables,
    evidence: Evidence,
    verdict: Verdict,
    links: Links,
    ignored: pl.DataFrame,
    *,
    threads: int = 0,
) -> LinkOutcome:
    """Put the groups on every row of both tables, and label the pairs.

    Parameters
    ----------
    tables
        The user's rows.
    evidence, verdict
        Compared pairs of records, and what they say.
    links
        Compared pairs of rows, and what was decided.
    ignored
        Values of every record that tell variants apart, for the reasons.
    threads
        How many batches of pairs are put into words at a time, 0 for one a core.
    """
    rows, lefts = len(tables.stacked.ids), len(tables.left.ids)
    entity, family = links.groups(rows), links.groups(rows, families=True)
    together = entity[links.left] == entity[links.right]
    likely = _after_the_race(links, rows)
    doubt = in_doubt(likely, together)
    confidence, review = confidences(rows, (links.left, links.right), likely, together, doubt)
    order = tables.order
    added = pl.DataFrame(
        {
            "entity_id": group_ids(tables.stacked.ids, entity, order),
            "family_id": group_ids(tables.stacked.ids, family, order),
            "confidence": confidence,
            "needs_review": review,
        }
    ).select(ADDED_COLUMNS)
    frames, names = [], []
    for table, part in ((tables.left, added[:lefts]), (tables.right, added[lefts:])):
        renamed, _ = output_names(table.frame.columns)
        frames.append(pl.concat([table.frame, part.rename(renamed)], how="horizontal"))
        names.append(renamed)
    shown = np.flatnonzero(links.matched | links.variant | links.lost | together | doubt)
    pairs = _pairs(tables, evidence, verdict, links, shown, together, ignored, threads)
    matched = np.zeros(rows, dtype=np.bool_)
    for side in (links.left, links.right):
        matched[side[links.matched]] = True
    counts = {
        "matched_pairs": int(links.matched.sum()),
        "left_rows_matched": int(matched[:lefts].sum()),
        "right_rows_matched": int(matched[lefts:].sum()),
        "entities": len(np.unique(entity)),
        "families": len(np.unique(family)),
        "variant_pairs": int(links.variant.sum()),
        "lost_pairs": int(links.lost.sum()),
        "written_pairs": pairs.height,
        "pairs_in_doubt": int(doubt.sum()),
    }
    return LinkOutcome(frames[0], frames[1], pairs, (names[0], names[1]), counts)


def _after_the_race(links: Links, rows: int) -> Floats:
    """Probability of every pair; of one that lost, given that only it or the winner can be: w / (w + w') in odds."""
    best = np.full(rows, -np.inf)
    for side in (links.left, links.right):
        np.maximum.at(best, side[links.matched], links.exact[links.matched])
    likely = probability(links.exact)
    winner = np.maximum(best[links.left[links.lost]], best[links.right[links.lost]])
    likely[links.lost] = np.minimum(likely[links.lost], probability(links.exact[links.lost] - winner))
    return likely


def _pairs(
    tables: TwoTables,
    evidence: Evidence,
    verdict: Verdict,
    links: Links,
    shown: Rows,
    together: Mask,
    ignored: pl.DataFrame,
    threads: int,
) -> PairTable:
    exact, family = probability(verdict.exact), probability(verdict.family)
    partner, lefts = links.partners(len(tables.stacked.ids)), len(tables.left.ids)
    ids = pl.concat([tables.left.ids, tables.right.ids])

    def make(place: slice) -> pl.DataFrame:
        part = shown[place]
        pair, left, right = links.pair[part], links.left[part], links.right[part]
        compared = evidence.only(pair)
        label = np.where(links.matched[part], EXACT, np.where(links.variant[part], VARIANT_OF, DIFFERENT))
        said = reasons(compared, ignored[compared.left], ignored[compared.right])
        beside = _gone(ids, links.lost[part], partner[left], partner[right])
        through = together[part] & ~links.matched[part]
        return pl.DataFrame(
            {
                "left_id": tables.left.ids.gather(left),
                "right_id": tables.right.ids.gather(right - lefts),
                "label": pl.Series(label.tolist(), dtype=pl.String),
                "p_exact": exact[pair],
                "p_variant": np.maximum(family[pair] - exact[pair], 0.0),
                "differs_in": differs_in(compared),
                "reason": _joined(said, beside, through),
            }
        )

    return PairTable(len(shown), make, threads)


def _joined(said: pl.Series, beside: pl.Series, through: Mask) -> pl.Series:
    others = pl.when(pl.lit(pl.Series(through))).then(pl.lit("one entity through other pairs"))
    clauses = [pl.lit(said), pl.lit(beside), others]
    return pl.select(pl.concat_str(clauses, separator="; ", ignore_nulls=True).alias("reason")).to_series()


def _gone(ids: pl.Series, lost: Mask, left_partner: Rows, right_partner: Rows) -> pl.Series:
    """Where a pair lost, with which rows its two rows went instead; null elsewhere."""
    frame = pl.DataFrame(
        {
            "lost": lost,
            "left": ids.gather(np.maximum(left_partner, 0)),
            "right": ids.gather(np.maximum(right_partner, 0)),
            "left_gone": left_partner >= 0,
            "right_gone": right_partner >= 0,
        }
    )
    left = pl.when("left_gone").then(pl.format("the left row went to '{}'", "left"))
    right = pl.when("right_gone").then(pl.format("the right row went to '{}'", "right"))
    both = pl.concat_str([left, right], separator=", ", ignore_nulls=True)
    return frame.select(gone=pl.when("lost").then(both)).to_series()
