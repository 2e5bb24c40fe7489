"""Neighbours between two tables, corrected for records that are near to everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from blocking.index import IndexReport, nearest
from blocking.rare import Rare
from blocking.search import Floats, Ids

if TYPE_CHECKING:
    from scipy import sparse

Progress = Callable[[int, int], None]

DENSITY_WEIGHT = 0.75
SEARCH_FACTOR = 3


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The k best rows of one table for each row of the other.

    Attributes
    ----------
    similarities, ids
        (n, k), best first; -inf and -1 where rows run out. The similarities are cosines, without correction.
    report
        How the search was done, of three times as many neighbours.
    """

    similarities: Floats
    ids: Ids
    report: IndexReport


def link_neighbours(
    lefts: Floats,
    rights: Floats,
    k: int,
    *,
    seed: int = 0,
    threads: int = 0,
    rare: Callable[[], sparse.csr_array] | None = None,
    progress: Progress | None = None,
) -> tuple[Neighbours, Neighbours]:
    """Find the neighbours of each row in the other table, in both directions.

    A general record ("office suite 2007") is near to many and would crowd out better partners. So 3 k rows
    are sought, and each similarity is lowered by 3/8 of the row's density, the mean similarity to its own k
    nearest in the other table; the best k of what remains are kept. (A milder form of cross-domain similarity
    local scaling: Conneau et al., "Word translation without parallel data", 2018.)

    Parameters
    ----------
    lefts, rights
        (n, dims) and (m, dims) rows of unit length.
    k
        Neighbours a row, at least 0.
    seed, threads, progress
        As for `blocking.index.nearest`; progress counts the queries of both directions.
    rare
        Gives the rare features of the left rows and then the right ones (see `blocking.rare`), if they are wanted.

    Returns
    -------
    The neighbours of the left rows among the right ones, and those of the right rows among the left ones.
    """
    wanted, (rare_forth, rare_back) = SEARCH_FACTOR * k, _both_ways(rare, len(lefts))
    forth = nearest(
        rights,
        wanted,
        queries=lefts,
        seed=seed,
        threads=threads,
        rare=rare_forth,
        progress=_from(0, len(rights), progress),
    )
    back = nearest(
        lefts,
        wanted,
        queries=rights,
        seed=seed,
        threads=threads,
        rare=rare_back,
        progress=_from(len(lefts), 0, progress),
    )
    return (
        _corrected(*forth, densities=_density(back[0], k), k=k),
        _corrected(*back, densities=_density(forth[0], k), k=k),
    )


def _both_ways(
    rare: Callable[[], sparse.csr_array] | None, lefts: int
) -> tuple[Callable[[], Rare] | None, Callable[[], Rare] | None]:
    """The searches of the right rows by the left ones, and of the left ones by the right ones."""
    if rare is None:
        return None, None
    features = cache(rare)
    return (
        lambda: Rare.among(features()[lefts:], features()[:lefts]),
        lambda: Rare.among(features()[:lefts], features()[lefts:]),
    )


def _from(before: int, after: int, progress: Progress | None) -> Progress | None:
    """Progress of one direction as that of both."""
    return progress and (lambda done, total: progress(before + done, before + total + after))


def _density(similarities: Floats, k: int) -> Floats:
    """Mean similarity of each row to its k nearest; a missing or opposite one counts as 0."""
    if k < 1:
        return np.zeros(len(similarities), dtype=np.float32)
    near: Floats = np.maximum(similarities[:, :k], 0).mean(axis=1, dtype=np.float32)
    return near


def _corrected(similarities: Floats, ids: Ids, report: IndexReport, *, densities: Floats, k: int) -> Neighbours:
    lowered = similarities.copy()
    found = ids >= 0
    lowered[found] -= np.float32(DENSITY_WEIGHT / 2) * densities[ids[found]]
    order = np.argsort(-lowered, axis=1, kind="stable")[:, :k]
    return Neighbours(np.take_along_axis(similarities, order, axis=1), np.take_along_axis(ids, order, axis=1), report)
