"""A general model of what matches look like, learnt from public tables, that ranks pairs before anything is known."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.cores import workers
from matchkit.generalfeatures import CONTENT_NAMES, CONTEXT_NAMES, Features, general_batches
from matchkit.progress import Told
from matchkit.records import Records
from matchkit.schema import Schema
from matchkit.trained.boosting import mean_odds, odds
from matchkit.trained.library import Booster, load_booster

if TYPE_CHECKING:
    import xgboost

Floats = NDArray[np.float64]

FOLDER = "priormodel"
RECIPE = "recipe.json"
CONTENT, STANDING = "content.ubj", "standing.ubj"

#: How a booster of the prior is trained; measured by leaving one set out in turn.
PARAMETERS: dict[str, Any] = {
    "objective": "binary:logistic",
    "eta": 0.07,
    "max_depth": 6,
    "subsample": 0.6,
    "colsample_bytree": 0.4,
    "min_child_weight": 3,
    "reg_lambda": 3,
    "max_bin": 64,
    "tree_method": "hist",
    "nthread": 1,
}
ROUNDS = 150

# One step for each of the ranks that the mixture tells apart.
_LOWEST_ODDS = np.array([4.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0, -4.0, -5.0])
_RANKS = np.array([0, 1, 2, 3, 4, 6, 9, 14, 22, 35], dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class PriorScores:
    """Log odds of a match as the prior sees them; they rank, but are calibrated to no table.

    Attributes
    ----------
    content
        (pairs,) from the two records alone.
    standing
        (pairs,) from these and from how the pair stands among the other candidates of both.
    """

    content: Floats
    standing: Floats


@dataclass(frozen=True, slots=True)
class Prior:
    """Two boosters over :func:`matchkit.generalfeatures.general_features`."""

    content: Booster
    standing: Booster

    @classmethod
    def load(cls) -> Prior:
        """The prior that comes with the package."""
        return _shipped()

    @classmethod
    def train(cls, features: Features, match: NDArray[np.int64], weights: Floats, *, seed: int = 0) -> Prior:
        """Learn from labelled pairs of many tables.

        Parameters
        ----------
        features
            (pairs, features) of :func:`matchkit.generalfeatures.general_features`.
        match
            (pairs,) 1 for a match, 0 for none.
        weights
            (pairs,) how much each pair counts.
        """
        import xgboost

        def fit(columns: int) -> xgboost.Booster:
            data = xgboost.DMatrix(features[:, :columns], match, weight=weights)
            return xgboost.train({**PARAMETERS, "seed": seed}, data, ROUNDS)

        return cls(fit(len(CONTENT_NAMES)), fit(features.shape[1]))

    def scores(self, features: Features, *, threads: int = 0) -> PriorScores:
        """Score candidate pairs, given as (pairs, features)."""
        return PriorScores(
            mean_odds([self.content], features[:, : len(CONTENT_NAMES)], threads),
            mean_odds([self.standing], features, threads),
        )


def prior_standing(
    records: Records,
    schema: Schema,
    candidates: pl.DataFrame,
    *,
    two_tables: bool,
    threads: int = 0,
    told: Told | None = None,
) -> Floats:
    """What the shipped prior thinks of candidate pairs, in log odds; arguments as for its features. (pairs,)."""
    # Counted once, for counting looks at files of the system.
    booster, found, count = Prior.load().standing, np.zeros(candidates.height), workers(threads)
    booster.set_param({"nthread": 1})  # as many batches are at work as there are threads
    score = partial(odds, booster)
    for part, scores in general_batches(
        records, schema, candidates, score, two_tables=two_tables, threads=count, told=told
    ):
        found[part] = scores
    return found


def prior_ranks(log_odds: Floats) -> NDArray[np.uint8]:
    """Log odds as the rank among neighbours (from 0) that promises about as much; (pairs,)."""
    found: NDArray[np.uint8] = _RANKS[np.digitize(-log_odds, -_LOWEST_ODDS, right=True)]
    return found


def load_ahead() -> None:
    """Begin to load the shipped prior, where a library may have to be imported for it in which others can work."""
    Thread(target=_tried, name="matchkit-prior", daemon=True).start()


def _tried() -> None:
    with suppress(Exception):  # who needs it will meet the error
        _shipped()


@cache
def _shipped() -> Prior:
    folder = files("matchkit") / FOLDER
    recipe = json.loads((folder / RECIPE).read_text("utf-8"))
    if recipe["features"] != [*CONTENT_NAMES, *CONTEXT_NAMES]:
        raise RuntimeError("the prior was trained on other features: run benchmarks/prior.py --write")
    return Prior(*(load_booster((folder / name).read_bytes()) for name in (CONTENT, STANDING)))
