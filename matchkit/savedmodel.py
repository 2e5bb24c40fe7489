"""What was learnt, as ``run.json`` holds it: names and lists of numbers, checked when they are read again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchkit.classify import Classifier
from matchkit.dependence import STATES
from matchkit.levels import CONFLICTS, SIMILARITIES
from matchkit.mixture import RANK_EDGES, Mixture

Floats = NDArray[np.float64]

# Nine digits give the same probabilities to eight decimals, in half the space.
_DIGITS = 9
_MOST_COMPARISONS = 10_000
_SIZES = (SIMILARITIES, SIMILARITIES * CONFLICTS)


def mixture_as_dict(model: Mixture) -> dict[str, Any]:
    """The mixture as JSON can hold it: ``comparisons`` (name, parent, match, non_match), prior, scale, adjusts."""
    parts = zip(model.names, model.parents, model.match, model.non_match, strict=True)
    return {
        "comparisons": [
            {
                "name": name,
                "parent": model.names[parent] if parent >= 0 else None,
                "match": _listed(match),
                "non_match": [_listed(shares) for shares in non_match],
            }
            for name, parent, match, non_match in parts
        ],
        "prior": _listed(model.prior),
        "scale": model.scale,
        "adjusts": model.adjusts,
    }


def mixture_from_dict(given: Any) -> Mixture:
    """Read what :func:`mixture_as_dict` wrote.

    Raises
    ------
    ValueError
        Something is missing, is no number, is not finite or has another size than it must; says what.
    """
    table = _table(given, "the mixture")
    listed = _member(table, "comparisons", list)
    if len(listed) > _MOST_COMPARISONS:
        raise ValueError(f"{len(listed)} comparisons")
    comparisons = [_table(one, "a comparison") for one in listed]
    names = tuple(_member(one, "name", str) for one in comparisons)
    if len(set(names)) < len(names):
        raise ValueError("two comparisons of one name")
    parents = tuple(_parent(one, names) for one in comparisons)
    match = tuple(_match(one) for one in comparisons)
    non_match = tuple(_non_match(one, len(m)) for one, m in zip(comparisons, match, strict=True))
    prior = _numbers(table.get("prior"), len(RANK_EDGES) + 1, "prior")
    scale = _number(table.get("scale"), "scale")
    if not prior.max() < 1 or not 0 < scale <= 1:
        raise ValueError("a prior or a scale of 1 or more")
    return Mixture(names, match, non_match, parents, prior, scale, _member(table, "adjusts", bool))


def classifier_as_dict(model: Classifier, agreeing: Mapping[str, float]) -> dict[str, Any]:
    """Both mixtures, what caution takes off, and :func:`matchkit.classify.agreeing_shares`."""
    return {
        "family": mixture_as_dict(model.family),
        "exact": mixture_as_dict(model.exact),
        "family_caution": model.family_caution,
        "exact_caution": model.exact_caution,
        "agreeing": dict(agreeing),
    }


def classifier_from_dict(given: Any) -> tuple[Classifier, dict[str, float]]:
    """Read what :func:`classifier_as_dict` wrote.

    Raises
    ------
    ValueError
        As for :func:`mixture_from_dict`.
    """
    table = _table(given, "the model")
    family, exact = (mixture_from_dict(table.get(name)) for name in ("family", "exact"))
    cautions = [_number(table.get(name), name) for name in ("family_caution", "exact_caution")]
    shares = _table(table.get("agreeing"), "agreeing")
    agreeing = {str(name): _number(share, "agreeing") for name, share in shares.items()}
    if family.names != exact.names:
        raise ValueError("the two mixtures compare different things")
    if not all(0 < share <= 1 for share in agreeing.values()) or min(cautions) < 0:
        raise ValueError("a share or a caution out of its range")
    return Classifier(family, exact, *cautions), agreeing


def _listed(values: Floats) -> list[float]:
    return [float(f"{value:.{_DIGITS}g}") for value in values]


def _table(given: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise ValueError(f"{name} is no table")
    return given


def _member(table: Mapping[str, Any], name: str, kind: type) -> Any:
    value = table.get(name)
    if not isinstance(value, kind):
        raise ValueError(f"{name} is missing or of another type")
    return value


def _parent(comparison: Mapping[str, Any], names: Sequence[str]) -> int:
    parent = comparison.get("parent")
    if parent is None:
        return -1
    if parent not in names or parent == comparison["name"]:
        raise ValueError("a parent that is no other comparison")
    return names.index(parent)


def _match(comparison: Mapping[str, Any]) -> Floats:
    given = _member(comparison, "match", list)
    if len(given) not in _SIZES:
        raise ValueError(f"match has {len(given)} levels")
    return _numbers(given, len(given), "match")


def _non_match(comparison: Mapping[str, Any], size: int) -> Floats:
    given = _member(comparison, "non_match", list)
    if len(given) != STATES:
        raise ValueError(f"non_match has {len(given)} lists")
    return np.stack([_numbers(shares, size, "non_match") for shares in given])


def _numbers(given: Any, size: int, name: str) -> Floats:
    """Shares: as many positive finite numbers as there must be."""
    if not isinstance(given, list) or len(given) != size:
        raise ValueError(f"{name} is not a list of {size} numbers")
    numbers = np.array([_number(value, name) for value in given])
    if not (numbers > 0).all():
        raise ValueError(f"{name} has a share of 0 or less")
    return numbers


def _number(given: Any, name: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError(f"{name} is no number")
    try:
        value = float(given)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise ValueError(f"{name} is not finite")
    return value
