"""What speaks for and against a pair, as a trained model weighs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from matchkit.config import Config
from matchkit.errors import CatalogueError, ConfigError
from matchkit.explanation import Fact
from matchkit.odds import probability
from matchkit.progress import Progress, StageTimes
from matchkit.reading import Source
from matchkit.results import plain
from matchkit.spelling import nearest
from matchkit.trained.boosting import contributions
from matchkit.trained.head import Head
from matchkit.trained.model import Model, arranged
from matchkit.trained.pairfeatures import Floats
from matchkit.trained.predicting import verdict_on
from matchkit.trained.workload import Workload
from pairs.normalise import as_text

SAME_ITEM, SAME_PRODUCT, SAME_IF_PRODUCT = "one item", "one product", "one item, if one product"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Step:
    """What a group of features adds to the log odds.

    Attributes
    ----------
    name
        An attribute, ``record`` (all texts together) or ``context`` (how the pair stands among its candidates).
    weight
        The sum of their SHAP values, in calibrated log odds.
    total
        The log odds behind this step.
    features
        Those that weigh most, with their values.
    """

    name: str
    weight: float
    total: float
    features: tuple[tuple[str, float | None, float], ...]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From where the model starts to the log odds of a pair.

    Attributes
    ----------
    question
        What the probability is of.
    start
        Log odds before anything is known of the pair.
    steps
        What each group of features adds, the heaviest first.
    log_odds, probability
        Where it ends: ``start`` and all weights together.
    """

    question: str
    start: float
    steps: tuple[Step, ...]
    log_odds: float
    probability: float


@dataclass(frozen=True, slots=True)
class ModelExplanation:
    """Why a model labels a pair as it does.

    Attributes
    ----------
    left, right
        The ids.
    label
        What the model calls the pair.
    p_exact, p_family
        Probability of one item, and of one product.
    threshold
        The `p_exact` from which on a pair is one item.
    rows
        What the model compares, side by side.
    waterfalls
        One for each question: one, or two where the model knows variants; none where the rows say the same.
    """

    left: str
    right: str
    label: str
    p_exact: float
    p_family: float
    threshold: float
    rows: tuple[Fact, ...]
    waterfalls: tuple[Waterfall, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold."""
        found: dict[str, Any] = plain(self)
        return found


def explain_pair(
    model: Model,
    ids: tuple[str, str],
    left: Source,
    right: Source | None = None,
    *,
    config: Config | None = None,
    progress: Progress | None = None,
) -> ModelExplanation:
    """Explain one pair; see :meth:`matchkit.Model.explain`."""
    config, times = config or Config(), StageTimes(progress)
    one, other = str(ids[0]), str(ids[1])
    if right is None and one == other:
        raise ConfigError(f"'{one}' is named twice: give the ids of two different rows")
    with times.stage("reading"):
        work = Workload.read(left, right, config, model)
        rows = _row(work, one, 0), _row(work, other, len(work.ids) - 1)
        records = work.numbered(pl.DataFrame({"left_id": [one], "right_id": [other]}))
    features = work.features(*records, times)
    verdict = verdict_on(model, features, *records, threads=config.threads)
    exact, family = (float(probability(odds)[0]) for odds in (verdict.exact, verdict.family))
    falls: tuple[Waterfall, ...] = ()
    if records[0][0] != records[1][0]:
        values = arranged(features.names, features.matrix(*records, threads=config.threads), model.features)
        falls = _waterfalls(model, values)
    facts = tuple(_facts(model, work, rows))
    return ModelExplanation(one, other, model.label(verdict)[0], exact, family, model.exact.threshold, facts, falls)


def _row(work: Workload, given: str, side: int) -> int:
    ids = work.ids[side]
    found = np.flatnonzero((ids == given).fill_null(False))
    if not len(found):
        raise CatalogueError(f"{work.sources[side]} has no row with the id '{given}'; {nearest(given, ids.to_list())}")
    return int(found[0])


def _facts(model: Model, work: Workload, rows: tuple[int, int]) -> list[Fact]:
    one, other = work.cells[0], work.cells[-1]
    found = []
    for column in model.columns:
        name = column.attribute.name
        cells = one[name][[rows[0]]], other[column.right or name][[rows[1]]]
        found.append(Fact.of(name, *(as_text(cell)[0] for cell in cells)))
    return found


def _waterfalls(model: Model, values: Floats) -> tuple[Waterfall, ...]:
    if model.family is None:
        return (_waterfall(model, model.exact, values, SAME_ITEM),)
    return (
        _waterfall(model, model.family, values, SAME_PRODUCT),
        _waterfall(model, model.exact, values, SAME_IF_PRODUCT),
    )


def _waterfall(model: Model, head: Head, values: Floats, question: str) -> Waterfall:
    parts = contributions(head.boosters, values)[0] * head.calibration.slope
    start = float(parts[-1]) + head.calibration.offset
    groups = list(dict.fromkeys(model.groups))
    weights = {name: float(parts[:-1][[group == name for group in model.groups]].sum()) for name in groups}
    steps, total = [], start
    for name in sorted(groups, key=lambda name: -abs(weights[name])):
        total += weights[name]
        steps.append(Step(name, weights[name], total, _heaviest(model, name, parts, values[0])))
    return Waterfall(question, start, tuple(steps), total, float(probability(np.array(total))))


def _heaviest(
    model: Model, group: str, parts: np.ndarray, values: Sequence[float] | np.ndarray
) -> tuple[tuple[str, float | None, float], ...]:
    places = [place for place, name in enumerate(model.groups) if name == group]
    chosen = sorted(places, key=lambda place: -abs(parts[place]))[:_SHOWN]
    return tuple(
        (
            model.features[place].lstrip("@").removeprefix(f"{group}."),
            None if np.isnan(values[place]) else float(values[place]),
            float(parts[place]),
        )
        for place in chosen
        if parts[place]
    )
