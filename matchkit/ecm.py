"""The reference classifier: recordlinkage's expectation/conditional maximisation, as a mixture."""

from __future__ import annotations

import warnings

import numpy as np

from matchkit.dependence import STATES
from matchkit.levels import AGREEMENT, CONFLICTS, EXACT, SIMILARITIES, LevelTable
from matchkit.mixture import RANK_EDGES, Mixture

_FLOOR = 1e-6


def fit_ecm(pairs: LevelTable) -> Mixture:
    """Fit ``recordlinkage.ECMClassifier`` on agreement of each attribute.

    Missing values do not agree, as in that package. The probabilities it learns are handed over as a mixture
    with two kinds of levels, so that everything that follows is the same for both classifiers.
    """
    import pandas as pd
    from recordlinkage import ECMClassifier

    agrees = pd.DataFrame(
        {name: _agreement(pairs, j).astype(int) for j, name in enumerate(pairs.names)},
        index=pd.MultiIndex.from_arrays([np.arange(len(pairs.levels))] * 2),
    )
    varying = [name for name in agrees.columns if agrees[name].nunique() > 1]
    classifier = ECMClassifier()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if varying:
            classifier.fit(agrees[varying])
    match, non_match = [], []
    for name, size in zip(pairs.names, pairs.sizes, strict=True):
        m = classifier.m_probs[name][1] if name in varying else 0.5
        u = classifier.u_probs[name][1] if name in varying else 0.5
        match.append(_by_level(m, size))
        non_match.append(np.tile(_by_level(u, size), (STATES, 1)))
    share = float(np.clip(classifier.p, _FLOOR, 1 - _FLOOR)) if varying else _FLOOR
    prior = np.full(len(RANK_EDGES) + 1, share)
    parents = (-1,) * len(pairs.names)
    return Mixture(pairs.names, tuple(match), tuple(non_match), parents, prior, 1.0, adjusts=False)


def _agreement(pairs: LevelTable, column: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    level = pairs.levels[:, column]
    agrees: np.ndarray[tuple[int], np.dtype[np.bool_]] = (level >= 0) & (level % SIMILARITIES >= AGREEMENT)
    return agrees


def _by_level(probability: float, size: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    agrees = np.clip(probability, _FLOOR, 1 - _FLOOR)
    levels = np.full(SIMILARITIES, 1 - agrees)
    levels[AGREEMENT : EXACT + 1] = agrees
    return np.tile(levels, CONFLICTS) if size > SIMILARITIES else levels
