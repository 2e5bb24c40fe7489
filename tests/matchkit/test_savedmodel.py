"""Mixtures in JSON: they weigh the same when read again, and nothing damaged gets through."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from matchkit.classify import Classifier
from matchkit.levels import CONFLICTS, SIMILARITIES, LevelTable
from matchkit.mixture import Mixture
from matchkit.savedmodel import classifier_as_dict, classifier_from_dict, mixture_as_dict, mixture_from_dict

SIZES = (SIMILARITIES, SIMILARITIES * CONFLICTS)


def table(rows: int, seed: int) -> LevelTable:
    rng = np.random.default_rng(seed)
    levels = np.stack([rng.integers(-1, size, rows) for size in SIZES], axis=1).astype(np.int16)
    return LevelTable(("a", "b"), levels, rng.random((rows, 2)).astype(np.float32), SIZES)


@cache
def fitted() -> Mixture:
    return Mixture.fit(table(400, 1), np.tile(np.arange(10), 40), table(400, 2), "b")


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


def test_a_mixture_read_again_gives_the_same_log_odds() -> None:
    pairs, ranks = table(300, 3), np.arange(300) % 40
    for model in (fitted(), replace(fitted(), adjusts=False)):
        again = mixture_from_dict(through_json(mixture_as_dict(model)))
        assert (again.names, again.parents, again.adjusts) == (model.names, model.parents, model.adjusts)
        np.testing.assert_allclose(again.log_odds(pairs, ranks), model.log_odds(pairs, ranks), atol=1e-6)


def test_parents_are_told_by_name() -> None:
    shares = tuple(np.full(8, 1 / 8) for _ in range(2))
    model = Mixture(("a", "b"), shares, tuple(np.tile(s, (3, 1)) for s in shares), (1, -1), np.full(10, 0.1), 0.5)
    told = mixture_as_dict(model)
    assert [one["parent"] for one in told["comparisons"]] == ["b", None]
    assert mixture_from_dict(told).parents == (1, -1)


def test_a_classifier_read_again_is_the_same() -> None:
    told = through_json(classifier_as_dict(Classifier(fitted(), fitted(), 1.5, 0.0), {"ignored.color": 0.25}))
    model, agreeing = classifier_from_dict(told)
    assert (model.family_caution, model.exact_caution, agreeing) == (1.5, 0.0, {"ignored.color": 0.25})
    assert mixture_as_dict(model.family) == mixture_as_dict(model.exact) == mixture_as_dict(fitted())


def _set(*path: Any) -> Callable[[Any], None]:
    *way, last, value = path

    def change(table: Any) -> None:
        for step in way:
            table = table[step]
        table[last] = value

    return change


DAMAGE = [
    _set("comparisons", None),
    _set("comparisons", [1]),
    _set("comparisons", 0, "name", 5),
    _set("comparisons", 1, "name", "a"),
    _set("comparisons", 0, "parent", "a"),
    _set("comparisons", 0, "parent", "nobody"),
    _set("comparisons", 0, "parent", []),
    _set("comparisons", 0, "match", [0.5, 0.5]),
    _set("comparisons", 0, "match", 3, -0.1),
    _set("comparisons", 0, "match", 3, 0),
    _set("comparisons", 0, "match", 3, math.nan),
    _set("comparisons", 0, "match", 3, True),
    _set("comparisons", 0, "match", 3, "0.1"),
    _set("comparisons", 0, "match", 3, 10**400),
    _set("comparisons", 0, "non_match", [[0.1] * 8] * 2),
    _set("comparisons", 0, "non_match", 1, [0.1] * 7),
    _set("comparisons", 0, "non_match", 1, 0, math.inf),
    _set("prior", [0.1] * 9),
    _set("prior", 0, 1.0),
    _set("scale", 0),
    _set("scale", 1.01),
    _set("scale", None),
    _set("adjusts", 1),
]


@pytest.mark.parametrize("place", range(len(DAMAGE)))
def test_damage_is_refused(place: int) -> None:
    told = copy.deepcopy(mixture_as_dict(fitted()))
    DAMAGE[place](told)
    with pytest.raises(ValueError, match=r"\w"):
        mixture_from_dict(told)


@pytest.mark.parametrize("given", [None, [], "model", 3])
def test_what_is_no_table_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match="no table"):
        mixture_from_dict(given)
    with pytest.raises(ValueError, match="no table"):
        classifier_from_dict(given)


@pytest.mark.parametrize(
    "change",
    [
        _set("agreeing", None),
        _set("agreeing", {"ignored.color": 0}),
        _set("agreeing", {"ignored.color": 2}),
        _set("family_caution", -1),
        _set("exact_caution", "none"),
        _set("exact", None),
        _set("exact", "comparisons", 0, "name", "c"),
    ],
)
def test_a_damaged_classifier_is_refused(change: Callable[[Any], None]) -> None:
    told = copy.deepcopy(classifier_as_dict(Classifier(fitted(), fitted()), {}))
    change(told)
    with pytest.raises(ValueError, match=r"\w"):
        classifier_from_dict(told)
