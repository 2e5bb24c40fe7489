"""Gradient boosting: one booster from pairs and labels, as bytes in the format of XGBoost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matchkit.cores import workers
from matchkit.trained.library import Booster

if TYPE_CHECKING:
    import xgboost

Floats = NDArray[np.float32]
Odds = NDArray[np.float64]
Mask = NDArray[np.bool_]

_RATE = 0.05
_BINS = 128


@dataclass(frozen=True, slots=True)
class Recipe:
    """How strongly a booster may adapt to the labelled pairs.

    Attributes
    ----------
    depth
        Questions asked one after another, at most.
    rounds
        Number of trees.
    least
        Weight of the pairs that a leaf must hold.
    shrink
        How much the values of leaves are drawn towards 0.
    columns
        Share of the features that each tree may ask about.
    """

    depth: int = 5
    rounds: int = 300
    least: float = 1.0
    shrink: float = 1.0
    columns: float = 0.5

    def settings(self, seed: int) -> dict[str, Any]:
        """What XGBoost calls them. One thread, for with more the sums and so the trees could differ."""
        return {
            "objective": "binary:logistic",
            "base_score": 0.5,
            "tree_method": "hist",
            "eta": _RATE,
            "max_bin": _BINS,
            "max_depth": self.depth,
            "min_child_weight": self.least,
            "reg_lambda": self.shrink,
            "subsample": 0.8,
            "colsample_bytree": self.columns,
            "seed": seed,
            "nthread": 1,
            "verbosity": 0,
        }


@dataclass(frozen=True, slots=True)
class Task:
    """One booster to be made: from which pairs, how, and with which seed."""

    pairs: NDArray[np.int64]
    recipe: Recipe
    seed: int


def boosters(features: Floats, matches: Mask, tasks: Sequence[Task], threads: int) -> list[xgboost.Booster]:
    """A booster for each task; each is the same whatever the number of threads."""
    import xgboost

    def make(task: Task) -> xgboost.Booster:
        data = xgboost.DMatrix(features[task.pairs], matches[task.pairs].astype(np.float32), nthread=1)
        return xgboost.train(task.recipe.settings(task.seed), data, task.recipe.rounds)

    return each(make, tasks, threads)


def each(work: Callable[[Any], Any], tasks: Sequence[Any], threads: int) -> list[Any]:
    """The results of all tasks, in order, several at a time."""
    with ThreadPoolExecutor(min(workers(threads), max(len(tasks), 1))) as pool:
        return list(pool.map(work, tasks))


def mean_odds(made: Sequence[Booster], features: Floats, threads: int) -> Odds:
    """(pairs,) mean of the log odds that the boosters give, not calibrated."""
    if not len(features):
        return np.zeros(0)
    total = np.zeros(len(features))
    for booster in made:
        booster.set_param({"nthread": workers(threads)})
        total += odds(booster, features)
    return total / len(made)


def odds(booster: Booster, features: Floats) -> Odds:
    """(pairs,) log odds that one booster gives, on as many threads as it was told to; safe on several threads."""
    margins: Odds = booster.inplace_predict(features, predict_type="margin").astype(np.float64)
    return margins


def contributions(made: Sequence[xgboost.Booster], features: Floats) -> Odds:
    """(pairs, features + 1) what each feature adds to `mean_odds` (SHAP values), what it starts from last."""
    import xgboost

    data = xgboost.DMatrix(features, nthread=1)
    parts = [booster.predict(data, pred_contribs=True).astype(np.float64) for booster in made]
    mean: Odds = np.mean(parts, axis=0)
    return mean
