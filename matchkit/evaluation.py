"""How good predictions are, in numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from matchkit.clusterfile import Level
from matchkit.judging import Judgement
from matchkit.pairnames import DIFFERENT, EXACT, LABELS, VARIANT
from matchkit.scoring import (
    Counts,
    Curve,
    Estimate,
    Estimates,
    Macro,
    Threshold,
    adjusted_rand,
    average_precision,
    b_cubed_intervals,
    best_threshold,
    class_counts,
    confusion_matrix,
    exact_clusters,
    macro,
    pair_intervals,
    precision_recall_curve,
    roc_auc,
    threshold_for_precision,
    variation_of_information,
)


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each true label met each predicted one.

    Attributes
    ----------
    labels
        Two labels, or three where the truth has variants.
    matrix
        A row for each true label, a column for each predicted one.
    classes
        The counts of each label against the others.
    macro
        Means over the labels.
    """

    labels: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]
    classes: tuple[Counts, ...]
    macro: Macro


@dataclass(frozen=True, slots=True)
class ClusterMeasures:
    """What only clusters against clusters can tell.

    Attributes
    ----------
    b_cubed
        Precision, recall and F1 averaged over records, with intervals.
    exact
        Clusters that are right to the last record; those of one record count.
    adjusted_rand
        1 where the clusterings are equal, about 0 by chance.
    variation_of_information
        In nats; 0 where equal.
    """

    b_cubed: Estimates
    exact: Counts
    adjusted_rand: float
    variation_of_information: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good predictions are.

    Measures that are undefined, such as the precision of nothing found, are nan.

    Attributes
    ----------
    predictions, truth
        What was read, and as what: ``pairs``, ``labelled pairs``, ``matches`` or ``clusters``.
    level
        ``entity``: the same item; ``family``: the same product, perhaps in another variant.
    pairs
        Right, found and true matches.
    estimates
        Precision, recall and F1 over pairs, each with an interval of 95 %.
    average_precision, roc_auc
        Of the scores; nan where there are none. The second needs pairs that are known to be different.
    wanted
        The precision asked for.
    best, sure
        The threshold with the highest F1, and the lowest with the wanted precision for sure; None where there
        is none.
    curve
        Precision and recall at each threshold; None where there are no scores.
    confusion
        Over labelled pairs; else None.
    clusters
        Clusters against clusters; else None.
    counts
        What was compared and what was left out.
    notes
        What the user should know.
    """

    predictions: tuple[str, str]
    truth: tuple[str, str]
    level: Level
    pairs: Counts
    estimates: Estimates
    average_precision: float
    roc_auc: float
    wanted: float
    best: Threshold | None = None
    sure: Threshold | None = None
    curve: Curve | None = None
    confusion: Confusion | None = None
    clusters: ClusterMeasures | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def precision(self) -> Estimate:
        """Share of the predicted matches that are right."""
        return self.estimates.precision

    @property
    def recall(self) -> Estimate:
        """Share of the true matches that were predicted."""
        return self.estimates.recall

    @property
    def f1(self) -> Estimate:
        """Harmonic mean of precision and recall."""
        return self.estimates.f1

    def report(self) -> dict[str, Any]:
        """Everything but the curve, as ``metrics.json`` holds it; what is undefined is None."""
        from matchkit.evaluationfiles import report

        return report(self)

    def write(self, folder: str | Path, *, force: bool = False) -> list[Path]:
        """Write ``metrics.json``, and with scores ``curve.csv`` and ``curve.svg``, all of them or none.

        Raises
        ------
        OutputError
            The folder cannot be used, or holds files and `force` is not set.
        """
        from matchkit.evaluationfiles import write_evaluation

        return write_evaluation(self, folder, force=force)


def measured(judged: Judgement, level: Level, precision: float, resamples: int, seed: int) -> Evaluation:
    """All measures of what was counted; the names of the files and the notes are left open."""
    tally, nothing = judged.tally, ("", "")
    found = Evaluation(
        nothing,
        nothing,
        level,
        tally.counts,
        pair_intervals(tally, resamples=resamples, seed=seed),
        math.nan,
        math.nan,
        precision,
        confusion=_confusion(judged, level),
        counts=judged.counts,
    )
    if judged.cells is not None:
        cells = judged.cells
        spread = b_cubed_intervals(cells, resamples=resamples, seed=seed)
        measures = (exact_clusters(cells), adjusted_rand(cells), variation_of_information(cells))
        found = replace(found, clusters=ClusterMeasures(spread, *measures))
    if judged.truth is None or judged.scores is None:
        return found
    curve = precision_recall_curve(judged.truth, judged.scores, missed=judged.missed)
    return replace(
        found,
        average_precision=average_precision(curve),
        roc_auc=roc_auc(judged.truth, judged.scores) if judged.closed else math.nan,
        best=best_threshold(curve),
        sure=threshold_for_precision(curve, precision),
        curve=curve,
    )


def _confusion(judged: Judgement, level: Level) -> Confusion | None:
    if judged.labels is None:
        return None
    truth, said = judged.labels
    labels: tuple[str, ...] = LABELS
    if not (truth == VARIANT).any():
        # A truth of two labels cannot tell variants: they are what the level takes them for.
        labels = (EXACT, DIFFERENT)
        said = said.replace({VARIANT: DIFFERENT if level == "entity" else EXACT})
    matrix = confusion_matrix(truth.to_numpy(), said.to_numpy(), labels)
    classes = class_counts(matrix)
    shown = ("match", DIFFERENT) if len(labels) == 2 else labels
    return Confusion(shown, tuple(map(tuple, matrix.tolist())), classes, macro(classes))
