"""Predictions beside the truth, whatever the form of the two: which pairs are right, found and true.

Each form ends in one `Judgement`: the pairs counted by entity, and where pairs have scores and labels, those too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.clusterfile import Clusters, Level
from matchkit.labels import Labels
from matchkit.pairnames import DIFFERENT, EXACT, VARIANT
from matchkit.predictions import PredictedPairs
from matchkit.scoring import (
    Overlaps,
    Tally,
    entities,
    number_values,
    overlaps,
    tally_clusters,
    tally_grouped,
    tally_labelled,
    tally_matches,
)

Numbers = NDArray[np.int64]

_IDS = ["left_id", "right_id"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the predictions are worth, counted.

    Attributes
    ----------
    tally
        Right, found and true pairs.
    truth, scores
        For pairs with a score: whether each matches, and the score, (n,) both.
    missed
        Matches that have no score, for nothing predicted them.
    closed
        Whether `truth` has all the pairs there are: those that match and those that do not.
    labels
        True and predicted label of each labelled pair.
    cells
        Overlaps of clusters, where both sides are clusters.
    counts
        What was compared and what was left out.
    notes
        What the user should know about it.
    """

    tally: Tally
    truth: NDArray[np.bool_] | None = None
    scores: NDArray[np.float64] | None = None
    missed: int = 0
    closed: bool = False
    labels: tuple[pl.Series, pl.Series] | None = None
    cells: Overlaps | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def judge_labelled(predicted: PredictedPairs | Clusters, truth: Labels, level: Level, *, ordered: bool) -> Judgement:
    """Judge over the labelled pairs alone; one that was not predicted counts as ``different`` with score 0."""
    gold = truth.pairs.select(*_IDS, true="label")
    if isinstance(predicted, Clusters):
        both, notes, counts = _by_clusters(predicted, gold, level)
    else:
        both, notes, counts = _by_pairs(predicted, gold, level)
    left, right, records = _numbered(both, ordered=ordered)
    matches, said = _positive(both["true"], level), _positive(both["label"], level)
    tally = tally_labelled(left, right, matches, said, entities(left[matches], right[matches], records))
    scored = isinstance(predicted, PredictedPairs) and predicted.scored
    return Judgement(
        tally,
        truth=matches if scored else None,
        scores=both["score"].to_numpy() if scored else None,
        closed=True,
        labels=(both["true"], both["label"]),
        counts={"labelled_pairs": both.height, **counts},
        notes=notes,
    )


def judge_matches(predicted: PredictedPairs | Clusters, truth: Labels, level: Level, *, ordered: bool) -> Judgement:
    """Judge against all the matches there are: whatever else was predicted is wrong."""
    gold = truth.pairs.select(_IDS)
    if isinstance(predicted, Clusters):
        return _grouped(predicted, gold, level)
    pairs = _scored(predicted.pairs, level).with_columns(match=_positive_of("label", level))
    known = pairs.join(gold.with_columns(true=True), on=_IDS, how="left", maintain_order="left")
    pairs = known.with_columns(pl.col("true").fill_null(False))
    found = pairs.filter("match")
    left, right, records = _numbered(pl.concat([found.select(_IDS), gold]), ordered=ordered)
    cut = found.height
    tally = tally_matches((left[:cut], right[:cut]), (left[cut:], right[cut:]), records)
    return Judgement(
        tally,
        truth=pairs["true"].to_numpy() if predicted.scored else None,
        scores=pairs["score"].to_numpy() if predicted.scored else None,
        missed=gold.height - int(pairs["true"].sum()),
        counts={"predicted_pairs": pairs.height},
    )


def judge_by_clusters(predicted: PredictedPairs | Clusters, truth: Clusters, level: Level) -> Judgement:
    """Judge against true clusters: two records match where they are in one. Other records are left out."""
    gold = truth.of(level)
    if isinstance(predicted, Clusters):
        cells = overlaps(predicted.of(level), gold)
        counts = {"records": cells.records, "records_without_prediction": cells.missing}
        notes = []
        if cells.missing:
            notes.append(
                f"{cells.missing:,} of {cells.records:,} records of the truth are in no predicted cluster, and count "
                "as one each"
            )
        if cells.unknown:
            notes.append(f"{cells.unknown:,} predicted records are not in the truth, and left out")
            counts["records_left_out"] = cells.unknown
        return Judgement(tally_clusters(cells), cells=cells, counts=counts, notes=tuple(notes))
    pairs = _scored(predicted.pairs, level).with_columns(match=_positive_of("label", level))
    ordered = gold.sort("id")
    (cluster,), clusters = number_values(ordered["cluster"])
    numbered = ordered.select("id", cluster=pl.Series(cluster)).with_row_index("record")
    for side in _IDS:
        part = numbered.rename({"id": side, "cluster": f"{side} cluster", "record": f"{side} record"})
        pairs = pairs.join(part, on=side, how="left", maintain_order="left")
    known = pairs.drop_nulls(["left_id record", "right_id record"])
    matches = (known["left_id cluster"] == known["right_id cluster"]).to_numpy()
    left, right = (known[f"{side} record"].to_numpy().astype(np.int64) for side in _IDS)
    tally = tally_labelled(left, right, matches, known["match"].to_numpy(), cluster)
    sizes = np.bincount(cluster, minlength=clusters)
    tally = replace(tally, true=sizes * (sizes - 1) // 2)
    out = pairs.height - known.height
    return Judgement(
        tally,
        truth=matches if predicted.scored else None,
        scores=known["score"].to_numpy() if predicted.scored else None,
        missed=tally.counts.true - int(matches.sum()),
        counts={"records": ordered.height, "predicted_pairs": known.height, "predictions_left_out": out},
        notes=(f"{out:,} predictions have a record that is not in the truth, and are left out",) if out else (),
    )


def _by_pairs(
    predicted: PredictedPairs, gold: pl.DataFrame, level: Level
) -> tuple[pl.DataFrame, tuple[str, ...], dict[str, int]]:
    pairs = _scored(predicted.pairs, level).select(*_IDS, "label", "score")
    both = gold.join(pairs, on=_IDS, how="left", maintain_order="left")
    silent = both["label"].null_count()
    other = pairs.join(gold, on=_IDS, how="anti")
    notes = []
    if silent:
        notes.append(f"{silent:,} of {both.height:,} labelled pairs have no prediction, and count as different")
    if other.height:
        found = int(_positive(other["label"], level).sum())
        notes.append(f"{other.height:,} predictions, {found:,} of them matches, are of pairs without a label: left out")
    filled = both.with_columns(pl.col("label").fill_null(DIFFERENT), pl.col("score").fill_null(0.0))
    return filled, tuple(notes), {"labelled_pairs_without_prediction": silent, "predictions_left_out": other.height}


def _by_clusters(
    predicted: Clusters, gold: pl.DataFrame, level: Level
) -> tuple[pl.DataFrame, tuple[str, ...], dict[str, int]]:
    members, both = predicted.members, gold
    for side in _IDS:
        part = members.rename({name: f"{side} {name}" for name in ("entity", "family")} | {"id": side})
        both = both.join(
            part.with_columns(pl.lit(True).alias(f"{side} known")), on=side, how="left", maintain_order="left"
        )
    same = {name: pl.col(f"left_id {name}") == pl.col(f"right_id {name}") for name in ("entity", "family")}
    # Null, where a cluster is missing, is not true.
    label = pl.when(same["entity"]).then(pl.lit(EXACT)).when(same["family"]).then(pl.lit(VARIANT))
    both = both.with_columns(label=label.otherwise(pl.lit(DIFFERENT)))
    unknown = both["left_id known"].is_null() | both["right_id known"].is_null()
    silent = int(unknown.sum())
    note = f"{silent:,} of {both.height:,} labelled pairs have a record that is in no cluster, and count as different"
    return both, (note,) if silent else (), {"labelled_pairs_without_prediction": silent}


def _grouped(predicted: Clusters, gold: pl.DataFrame, level: Level) -> Judgement:
    ids = pl.concat([gold[side] for side in _IDS]).unique().alias("id")
    members = predicted.of(level)
    absent = ids.filter(~ids.is_in(members["id"].implode()))
    known = pl.concat(
        [members, pl.DataFrame({"id": absent}, schema={"id": pl.String}).with_columns(cluster=pl.lit(None, pl.String))]
    )
    known = known.sort("id")
    (cluster,), _ = number_values(known["cluster"])
    places = known.select("id").with_row_index("record")
    left, right = (
        gold.join(places, left_on=side, right_on="id", how="left", maintain_order="left")["record"].to_numpy()
        for side in _IDS
    )
    tally = tally_grouped(cluster, left.astype(np.int64), right.astype(np.int64))
    note = f"{len(absent):,} records of the truth are in no predicted cluster, and count as one each"
    return Judgement(
        tally,
        counts={"records": known.height, "records_without_prediction": len(absent)},
        notes=(note,) if len(absent) else (),
    )


def _positive(labels: pl.Series, level: Level) -> NDArray[np.bool_]:
    return pl.DataFrame({"label": labels}).select(_positive_of("label", level)).to_series().to_numpy()


def _positive_of(column: str, level: Level) -> pl.Expr:
    return pl.col(column).is_in([EXACT] if level == "entity" else [EXACT, VARIANT])


def _scored(pairs: pl.DataFrame, level: Level) -> pl.DataFrame:
    score = pl.col("p_exact") if level == "entity" else (pl.col("p_exact") + pl.col("p_variant")).clip(0.0, 1.0)
    return pairs.with_columns(score=score)


def _numbered(pairs: pl.DataFrame, *, ordered: bool) -> tuple[Numbers, Numbers, int]:
    """The records of pairs as numbers; those of two tables are different ones, whatever their ids."""
    if not ordered:
        (left, right), count = number_values(*(pairs[name] for name in _IDS))
        return left, right, count
    (left,), lefts = number_values(pairs["left_id"])
    (right,), rights = number_values(pairs["right_id"])
    return left, right + lefts, lefts + rights
