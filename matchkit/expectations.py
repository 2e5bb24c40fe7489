"""What is expected of matches and non-matches before the candidates have been looked at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchkit.dependence import AGREES, DIFFERS, STATES, parent_state
from matchkit.levels import CONFLICTS, EXACT, NUMBER_CONFLICT, SIMILARITIES, Levels, LevelTable

Floats = NDArray[np.float64]

_EXPECTED_SIMILARITY = np.array([0.005, 0.005, 0.01, 0.02, 0.04, 0.07, 0.15, 0.70])
_EXPECTED_CONFLICT = np.array([0.6, 0.2, 0.1, 0.05, 0.03, 0.02])
_EQUAL_THOUGH_ALONE = 0.2

# What shares of matches may at most have titles with numbers in conflict, with rare words in conflict, and with
# rare words in conflict and little else alike.
_MOST_NUMBER_CONFLICTS = 0.005
_MOST_WORD_CONFLICTS = 0.1
_MOST_UNLIKE_TITLES = 0.005
_UNLIKE = 1
_TINY = 1e-12
_RARE_CONFLICT = 2

# What is seen of a level of the parent weighs against what is seen overall as much as this many pairs.
_OVERALL_PAIRS = 50.0


def expected_shares(size: int, *, alone: bool = False) -> Floats:
    """What levels matches are expected to have before any data are seen.

    Identical rows are one record already, so a comparison that is ``alone`` seldom finds equality any more.
    """
    similarity = _EXPECTED_SIMILARITY.copy()
    if alone:
        similarity[EXACT] *= _EQUAL_THOUGH_ALONE
        similarity /= similarity.sum()
    if size == SIMILARITIES:
        return similarity
    below = similarity[:EXACT]
    table = np.full((CONFLICTS, SIMILARITIES), 1e-4)
    table[:, :EXACT] += np.outer(_EXPECTED_CONFLICT, below)
    table[0, EXACT] = similarity[EXACT]
    flat: Floats = table.ravel() / table.sum()
    return flat


def hold_down(match: Floats) -> Floats:
    """Keep matches from having titles that are unlike, or whose numbers are in conflict, more than rarely.

    Near misses (*model 200*, *model 210*; two papers of the same authors) are what candidates of a clean
    catalogue mostly are, and nothing but this expectation tells them from duplicates.
    """
    if len(match) == SIMILARITIES:
        return match
    similarity, conflict = np.arange(len(match)) % SIMILARITIES, np.arange(len(match)) // SIMILARITIES
    numbers = conflict == NUMBER_CONFLICT
    words = (conflict >= _RARE_CONFLICT) & ~numbers
    unlike = words & (similarity <= _UNLIKE)
    kept_unlike = min(float(match[unlike].sum()), _MOST_UNLIKE_TITLES)
    most = (
        (numbers, _MOST_NUMBER_CONFLICTS),
        (unlike, _MOST_UNLIKE_TITLES),
        (words & ~unlike, _MOST_WORD_CONFLICTS - kept_unlike),
    )
    held = match.copy()
    for which, share in most:
        held[which] *= min(1.0, share / max(float(match[which].sum()), _TINY))
    rest = ~(numbers | words)
    held[rest] *= (1 - held[~rest].sum()) / held[rest].sum()
    return held


def near_misses(size: int) -> Floats:
    """Levels of look-alikes: much alike but for rare words or numbers in conflict; no matter where they are few."""
    similarity, conflict = np.arange(size) % SIMILARITIES, np.arange(size) // SIMILARITIES
    near = (conflict >= _RARE_CONFLICT) & (similarity > _UNLIKE) & (similarity < EXACT)
    levels = near if near.any() else np.ones(size)
    shares: Floats = levels / levels.sum()
    return shares


def level_shares(levels: Levels, size: int) -> Floats:
    counts = np.bincount(levels[levels >= 0], minlength=size) + 0.5 * SIMILARITIES / size
    shares: Floats = counts / counts.sum()
    return shares


def conditional_shares(random: LevelTable, column: int, parent: int) -> Floats:
    """(3, levels) shares of levels among random pairs for each state of the parent."""
    level, size = random.levels[:, column], random.sizes[column]
    overall = level_shares(level, size)
    state = parent_state(random, parent)
    rows = [overall] * STATES
    for which in (DIFFERS, AGREES):
        here = level[(state == which) & (level >= 0)]
        rows[which] = (np.bincount(here, minlength=size) + _OVERALL_PAIRS * overall) / (len(here) + _OVERALL_PAIRS)
    return np.stack(rows)
