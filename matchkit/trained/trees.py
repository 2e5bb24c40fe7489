"""Whether the trees of a booster that was read are trees: XGBoost walks them without looking."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xgboost

_START = b"{L"
_MOST_NODES = 1_000_000


def read_booster(data: bytes, features: int) -> xgboost.Booster:
    """A booster from its bytes, each tree of it checked.

    Raises
    ------
    ValueError
        They are no booster, or one that reads other features.
    """
    import xgboost

    if not data.startswith(_START):
        raise ValueError("it is not in the format of XGBoost")
    try:
        booster = xgboost.Booster(model_file=bytearray(data))
        told = json.loads(bytes(booster.save_raw("json")))["learner"]
        kind, count = told["objective"]["name"], int(told["learner_model_param"]["num_feature"])
        trees = told["gradient_booster"]["model"]["trees"]
        if kind != "binary:logistic" or count != features:
            raise ValueError(f"it is {kind} over {count} features, and the model has {features}")
        for tree in trees:
            check_tree(tree, features)
    except xgboost.core.XGBoostError as error:
        raise ValueError(f"XGBoost cannot read it: {_first_line(error)}") from None
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"a part of it is missing: {error}") from None
    return booster


def check_tree(tree: dict[str, Any], features: int) -> None:
    """A child comes after its parent, so that every walk ends, and every question is about a feature."""
    left, right = (np.asarray(tree[f"{side}_children"], dtype=np.int64) for side in ("left", "right"))
    asked = np.asarray(tree["split_indices"], dtype=np.int64)
    nodes = len(left)
    if not 0 < nodes <= _MOST_NODES or len(right) != nodes or len(asked) != nodes:
        raise ValueError("a tree has lists of different lengths")
    own, inner = np.arange(nodes), left >= 0
    for child in (left, right):
        if ((child >= 0) != inner).any() or (child[inner] <= own[inner]).any() or (child >= nodes).any():
            raise ValueError("a tree has a branch that leads nowhere")
    if (asked[inner] < 0).any() or (asked[inner] >= features).any():
        raise ValueError("a tree asks for a feature that there is not")


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:80] if lines else "no reason given"
