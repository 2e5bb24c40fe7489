"""From groups and verdicts on distinct records to the user's rows and pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.catalogue import VARIANT, Catalogue, output_names
from matchkit.classify import Verdict
from matchkit.clusters import Clusters
from matchkit.evidence import Evidence
from matchkit.odds import probability
from matchkit.pairtable import PairTable
from matchkit.reasons import differs_in, reasons
from matchkit.records import Records, id_order

Floats = NDArray[np.float64]

# A pair whose probability lies between these is one a person should look at.
DOUBT = (0.2, 0.8)

#: What a pair may be labelled.
EXACT, VARIANT_OF, DIFFERENT = "exact_duplicate", "variant", "different"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Rows and pairs as they are written, before the user's own columns are put in front."""

    records: pl.DataFrame
    pairs: PairTable
    names: Mapping[str, str]
    notes: tuple[str, ...]
    in_doubt: int


def assemble(
    catalogue: Catalogue,
    records: Records,
    evidence: Evidence,
    verdict: Verdict,
    clusters: Clusters,
    ignored: pl.DataFrame,
    *,
    values: pl.DataFrame | None = None,
    threads: int = 0,
) -> Outcome:
    """Put the groups on every row, and label every pair that is not ``different`` or is in doubt.

    Parameters
    ----------
    catalogue, records
        The user's rows, and the distinct records among them.
    evidence, verdict, clusters
        Compared pairs, what they say, and the groups.
    ignored
        Values of every record that tell variants apart, for the reasons.
    values
        Values of every row to be written, where variation families were looked for. Confidence and doubt are
        then about families, else about items.
    """
    exact, family = probability(verdict.exact), probability(verdict.family)
    same_item = clusters.entity[evidence.left] == clusters.entity[evidence.right]
    same_family = clusters.family[evidence.left] == clusters.family[evidence.right]
    attributes = [] if values is None else values.columns
    names, notes = output_names(catalogue.frame.columns, attributes)
    if values is None:
        doubt, likely, together = in_doubt(exact, same_item), exact, same_item
    else:
        # An item that does not state its size may or may not be the one beside it that does.
        doubt = in_doubt(family, same_family) | (same_family & in_doubt(exact, same_item))
        likely, together = family, same_family
    rows = _rows(catalogue, records, evidence, (likely, together, doubt), clusters)
    if values is not None:
        shown = [values[name].alias(f"{VARIANT}{name}") for name in attributes]
        rows = rows.select("entity_id", "family_id", *shown, "confidence", "needs_review")
    return Outcome(
        pl.concat([catalogue.frame, rows.rename(names)], how="horizontal"),
        _pairs(catalogue, records, evidence, (exact, family), (same_item, same_family, doubt), ignored, threads),
        names,
        tuple(notes),
        int(doubt.sum()),
    )


def in_doubt(likely: Floats, together: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the probability is middling, or where the groups decided against it."""
    low, high = DOUBT
    return ((likely > low) & (likely < high)) | (together & (likely <= low)) | (~together & (likely >= high))


def _rows(
    catalogue: Catalogue,
    records: Records,
    evidence: Evidence,
    decided: tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]],
    clusters: Clusters,
) -> pl.DataFrame:
    confidence, review = confidences(len(records), (evidence.left, evidence.right), *decided)
    order = id_order(catalogue.ids)
    return pl.DataFrame(
        {
            "entity_id": group_ids(catalogue.ids, clusters.entity[records.record_of], order),
            "family_id": group_ids(catalogue.ids, clusters.family[records.record_of], order),
            "confidence": confidence[records.record_of],
            "needs_review": review[records.record_of],
        }
    )


def confidences(
    count: int,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    likely: Floats,
    inside: NDArray[np.bool_],
    doubt: NDArray[np.bool_],
) -> tuple[Floats, NDArray[np.bool_]]:
    """How sure it is that each record is in the right group, and whether a person should look.

    Parameters
    ----------
    count
        Number of records.
    pairs
        Both ends of every compared pair.
    likely, inside, doubt
        For each pair its probability, whether both ends are in one group, and whether it is in doubt.

    Returns
    -------
    confidence
        In [0, 1]: the mean probability of the pairs inside the group (1 where there are none), times the probability
        that the most likely record outside does not belong there.
    review
        Whether any pair of the record is in doubt.
    """
    total, known = np.zeros(count), np.zeros(count)
    outside, review = np.zeros(count), np.zeros(count, dtype=np.bool_)
    for side in pairs:
        total += np.bincount(side[inside], likely[inside], minlength=count)
        known += np.bincount(side[inside], minlength=count)
        np.maximum.at(outside, side[~inside], likely[~inside])
        review[side[doubt]] = True
    return np.where(known > 0, total / np.maximum(known, 1), 1.0) * (1 - outside), review


def group_ids(ids: pl.Series, group: NDArray[np.int64], order: pl.Series | NDArray[np.int64]) -> pl.Series:
    """The id of every row's group: that of the member which comes first in ``order``."""
    frame = pl.DataFrame({"group": group, "id": ids, "order": order})
    return frame.select(pl.col("id").sort_by("order").first().over("group")).to_series()


def _pairs(
    catalogue: Catalogue,
    records: Records,
    evidence: Evidence,
    probabilities: tuple[Floats, Floats],
    decided: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]],
    ignored: pl.DataFrame,
    threads: int,
) -> PairTable:
    (exact, family), (same_item, same_family, doubt) = probabilities, decided
    chosen = np.flatnonzero(same_item | same_family | doubt)
    identical = records.repeats()
    sides = [
        np.concatenate([records.rows[side[chosen]], rows])
        for side, rows in zip((evidence.left, evidence.right), identical, strict=True)
    ]
    low, high = np.minimum(*sides), np.maximum(*sides)
    order = np.argsort(low * len(records.record_of) + high)

    def make(part: slice) -> pl.DataFrame:
        places = order[part]
        compared = places < len(chosen)
        pairs = chosen[places[compared]]
        numbers = {"p_exact": exact[pairs], "p_variant": np.maximum(family[pairs] - exact[pairs], 0.0)}
        label = np.where(same_item[pairs], 0, np.where(same_family[pairs], 1, 2))
        described = _described(records, evidence.only(pairs), label, numbers, ignored)
        told = pl.concat([described, _identical(len(places) - len(pairs))])
        back = np.argsort(np.argsort(~compared, kind="stable"))
        ids = (catalogue.ids.gather(side[places]).alias(name) for name, side in (("left_id", low), ("right_id", high)))
        return pl.DataFrame(ids).hstack(told[back])

    return PairTable(len(order), make, threads)


def _described(
    records: Records,
    shown: Evidence,
    label: NDArray[np.int64],
    numbers: Mapping[str, Floats],
    ignored: pl.DataFrame,
) -> pl.DataFrame:
    swapped = records.rows[shown.left] > records.rows[shown.right]
    left, right = np.where(swapped, shown.right, shown.left), np.where(swapped, shown.left, shown.right)
    return pl.DataFrame(
        {
            "label": pl.Series([EXACT, VARIANT_OF, DIFFERENT]).gather(label),
            **numbers,
            "differs_in": differs_in(shown),
            "reason": reasons(shown, ignored[left], ignored[right]),
        }
    )


def _identical(count: int) -> pl.DataFrame:
    """What is said of rows that repeat others."""
    told = {"label": EXACT, "p_exact": 1.0, "p_variant": 0.0, "differs_in": "", "reason": "identical rows"}
    return pl.DataFrame({name: pl.Series([value]).new_from_index(0, count) for name, value in told.items()})
