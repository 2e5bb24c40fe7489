"""Read predictions and the truth, see what the two are, and measure one by the other."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import polars as pl

from matchkit.clusterfile import Clusters, Level, clusters_in
from matchkit.config import Config
from matchkit.errors import CatalogueError, ConfigError
from matchkit.evaluation import Evaluation, measured
from matchkit.joinedpairs import find_sides
from matchkit.judging import Judgement, judge_by_clusters, judge_labelled, judge_matches
from matchkit.labels import Labels, matches_in, unordered
from matchkit.pairnames import LABEL_NAMES, VARIANT, find_column, find_pair
from matchkit.predictions import PredictedPairs, once, predictions_in
from matchkit.reading import Source, Table, read_table
from matchkit.spelling import listed, nearest


def evaluate(
    predictions: Source,
    truth: Source,
    *,
    level: Level = "entity",
    id: str | None = None,
    cluster: str | None = None,
    two_tables: bool | None = None,
    precision: float = 0.95,
    resamples: int = 500,
    seed: int = 0,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Evaluation:
    """Measure predictions against what is known to be true.

    Parameters
    ----------
    predictions
        Pairs (two ids and a label, a score or both) or clusters (a record and its cluster in each row).
    truth
        Labelled pairs, in any layout that :func:`matchkit.labels.read_labels` knows: only these are judged. Or
        all matches, as pairs without a label or as clusters: whatever else is predicted is wrong.
    level
        What counts as a match: ``entity``, the same item, or ``family``, variants too.
    id, cluster
        The columns of clusters, where their names do not tell. In the truth they are used where it has them.
    two_tables
        Whether the two ids of a pair are of two tables, so that (1, 2) and (2, 1) are two pairs. When None it is
        so where the columns are called ``ltable_id, rtable_id``, where Splink's ``source_dataset`` says so, or
        where the truth pairs an id with itself.
    precision
        The precision that a threshold is looked for, from 0 to 1.
    resamples, seed
        How often entities are drawn for the intervals, and the seed of it.
    delimiter, encoding
        How delimited files are written; else found out.

    Raises
    ------
    CatalogueError
        A file cannot be read or is none of these.
    ConfigError
        A setting is wrong.
    """
    _check_settings(level, precision, resamples, seed)
    reading = Config(delimiter=delimiter, encoding=encoding)
    table, gold_table = (
        read_table(source, delimiter=reading.delimiter, encoding=reading.encoding) for source in (predictions, truth)
    )
    predicted = predictions_in(table, level, id=id, cluster=cluster)
    gold, kind = _read_gold(gold_table, level, id, cluster)
    notes = [*predicted.notes, *gold.notes]
    if isinstance(gold, Clusters) or isinstance(predicted, Clusters):
        if two_tables:
            raise ConfigError(
                "two tables need pairs on both sides, for clusters name records of one; leave the option out"
            )
        if isinstance(gold, Labels):
            _check_one_table(gold)
        ordered = False
    else:
        ordered, why = _ordered(predicted, gold, two_tables)
        notes.append(why)
    if isinstance(predicted, PredictedPairs):
        said = once(predicted, ordered=ordered)
        notes += said.notes[len(predicted.notes) :]
        predicted = said
    if isinstance(gold, Clusters):
        judged = judge_by_clusters(predicted, gold, level)
    else:
        pairs = gold if ordered else unordered(gold)
        notes += pairs.notes[len(gold.notes) :]
        judge = judge_labelled if kind == "labelled pairs" else judge_matches
        judged = judge(predicted, pairs, level, ordered=ordered)
        if isinstance(predicted, PredictedPairs):
            notes += _turned(predicted, pairs) if ordered else []
    what = "clusters" if isinstance(predicted, Clusters) else "pairs"
    found = measured(judged, level, precision, resamples, seed)
    return replace(
        found,
        predictions=(table.source, what),
        truth=(gold_table.source, kind),
        notes=tuple(dict.fromkeys([*notes, *judged.notes, *_doubts(judged, level)])),
    )


def _check_settings(level: str, precision: float, resamples: int, seed: int) -> None:
    if level not in get_args(Level):
        raise ConfigError(f"level '{level}' is not known; {nearest(str(level), get_args(Level))}")
    if not 0.0 <= precision <= 1.0:
        raise ConfigError(f"precision is {precision}; give a number from 0 to 1, such as 0.95")
    if resamples < 1:
        raise ConfigError(f"resamples is {resamples}; give a whole number from 1")
    if seed < 0:
        raise ConfigError(f"seed is {seed}; give a whole number from 0")


def _read_gold(table: Table, level: Level, id: str | None, cluster: str | None) -> tuple[Labels | Clusters, str]:
    columns = table.frame.columns
    if find_pair(columns) or (find_column(columns, LABEL_NAMES) and find_sides(columns)):
        return matches_in(table), "labelled pairs" if find_column(columns, LABEL_NAMES) else "matches"
    id, cluster = (name if name in columns else None for name in (id, cluster))
    found = clusters_in(table, level, id=id, cluster=cluster)
    if found is None:
        shown = listed(columns)
        other = clusters_in(table, "family" if level == "entity" else "entity", id=id, cluster=cluster)
        advice = "give pairs as left_id,right_id,label or clusters as id,cluster_id"
        if other is not None:
            advice = f"for those it has, use --level {'family' if level == 'entity' else 'entity'}"
        raise CatalogueError(f"{table.source} holds no truth about {level} matches: its columns are {shown}; {advice}")
    return found, "clusters"


def _check_one_table(gold: Labels) -> None:
    """Refuse pairs of two tables whose ids are not told apart, where clusters name records by their ids alone."""
    both = gold.pairs.filter(pl.col("left_id").is_in(gold.pairs["right_id"].implode()))
    if gold.two_tables and both.height:
        raise CatalogueError(
            f"{gold.source} has pairs of two tables that both have an id '{both['left_id'][0]}', so it is open "
            "whom the clusters mean by it; give predictions as pairs, or ids that tell the tables apart"
        )


def _ordered(predicted: PredictedPairs, gold: Labels, given: bool | None) -> tuple[bool, str]:
    """Whether the two ids are of two tables, and why."""
    one, two = "both ids of a pair are taken to be of one table", "the two ids of a pair are taken to be of two tables"
    if given is not None:
        return given, f"{two if given else one}, as you said"
    for name, told in (("truth", gold.two_tables), ("predictions", predicted.two_tables)):
        if told is not None:
            return told, f"{two if told else one}, as the columns of the {name} say"
    if (gold.pairs["left_id"] == gold.pairs["right_id"]).any():
        return True, f"{two}, for the truth pairs an id with itself; where that is a mistake, say --one-table"
    return False, f"{one}; where they are of two, say --two-tables"


def _turned(predicted: PredictedPairs, gold: Labels) -> list[str]:
    """A remark where pairs would fit if they were turned round."""
    ids = ["left_id", "right_id"]
    straight = predicted.pairs.join(gold.pairs, on=ids, how="semi").height
    swapped = predicted.pairs.select(left_id="right_id", right_id="left_id").join(gold.pairs, on=ids, how="semi").height
    if swapped <= straight:
        return []
    return [
        f"{straight:,} predictions are of pairs of the truth, and {swapped:,} would be with left and right swapped; "
        "swap the columns, or say --one-table if all ids are of one"
    ]


def _doubts(judged: Judgement, level: Level) -> list[str]:
    counts, doubts = judged.tally.counts, []
    if not counts.found:
        doubts.append("nothing was predicted to match: precision is undefined")
    if not counts.true:
        doubts.append("nothing in the truth matches: recall is undefined")
        if judged.labels is not None and level == "entity" and (judged.labels[0] == VARIANT).any():
            doubts.append("the truth has variants: they match at level family")
    if judged.labels is not None and counts.true == judged.labels[0].len() > 0:
        doubts.append(
            "all labelled pairs match, so nothing could be predicted wrongly: for other predictions to count as "
            "wrong, take the label column out of the truth"
        )
    return doubts
