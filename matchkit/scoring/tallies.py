"""Right, found and true pairs counted by entity, from pairs or from clusters: all that intervals need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchkit.scoring.clustermetrics import Overlaps
from matchkit.scoring.counts import Counts
from matchkit.scoring.numbering import entities

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tally:
    """Pairs by the entities of their records.

    True pairs lie within an entity by the meaning of the word. Found pairs may lie between two: those are
    wrong, and listed one by one or as groups in which all records are paired.

    Attributes
    ----------
    right, found, true
        Pairs within each entity, (entities,).
    left, other
        The two entities of each found pair between entities, (pairs,).
    group, member, size
        Found groups of several entities: how many records of which entity are in which group, (cells,).
    """

    right: Numbers
    found: Numbers
    true: Numbers
    left: Numbers
    other: Numbers
    group: Numbers
    member: Numbers
    size: Numbers

    @property
    def counts(self) -> Counts:
        """All pairs together."""
        between = len(self.left) + pairs_between(self.group, self.size)
        return Counts(int(self.right.sum()), int(self.found.sum()) + between, int(self.true.sum()))


def pairs_between(group: Numbers, size: Numbers) -> int:
    """How many pairs of records there are in the groups, those within a cell left out."""
    if not len(group):
        return 0
    sums = np.zeros(int(group.max()) + 1, np.int64)
    np.add.at(sums, group, size)
    return int(np.sum(sums * (sums - 1) // 2) - np.sum(size * (size - 1) // 2))


def tally_labelled(left: Numbers, right: Numbers, truth: ArrayLike, predicted: ArrayLike, entity: Numbers) -> Tally:
    """Count labelled pairs.

    Parameters
    ----------
    left, right
        The records of each pair, numbered from 0, (n,) both; each pair once.
    truth, predicted
        Whether each pair matches, and whether it was said to, (n,) of bool.
    entity
        The entity of each record, see :func:`matchkit.scoring.entities`.

    Raises
    ------
    ValueError
        A true pair lies between two entities.
    """
    matches, said = np.asarray(truth, np.bool_), np.asarray(predicted, np.bool_)
    one, two = entity[left], entity[right]
    within = one == two
    if (matches & ~within).any():
        raise ValueError("a true pair lies between two entities: make the entities of all true pairs")
    count = int(entity.max(initial=-1)) + 1
    between = said & ~within
    none = np.empty(0, np.int64)
    return Tally(
        right=np.bincount(one[matches & said], minlength=count),
        found=np.bincount(one[said & within], minlength=count),
        true=np.bincount(one[matches], minlength=count),
        left=one[between],
        other=two[between],
        group=none,
        member=none,
        size=none,
    )


def tally_matches(predicted: tuple[Numbers, Numbers], true: tuple[Numbers, Numbers], records: int) -> Tally:
    """Count predicted matches against all the matches there are.

    Parameters
    ----------
    predicted, true
        The left and the right records of the pairs, numbered from 0; each pair once, and where pairs have no
        order the same way round in both.
    records
        How many records there are.
    """
    keys = [left * np.int64(records) + right for left, right in (predicted, true)]
    found = np.isin(keys[0], keys[1])
    said = np.isin(keys[1], keys[0])
    pairs = [np.concatenate([predicted[side][~found], true[side]]) for side in (0, 1)]
    wrong, matches = int((~found).sum()), len(true[0])
    truth = np.repeat([False, True], [wrong, matches])
    guess = np.concatenate([np.ones(wrong, np.bool_), said])
    return tally_labelled(pairs[0], pairs[1], truth, guess, entities(*true, records))


def tally_clusters(cells: Overlaps) -> Tally:
    """Count the pairs of two clusterings; the true clusters are the entities."""
    within = np.zeros(len(cells.true_sizes), np.int64)
    np.add.at(within, cells.true, _pairs(cells.shared))
    return Tally(
        within, within, _pairs(cells.true_sizes), *_no_pairs(), *_several(cells.found, cells.true, cells.shared)
    )


def tally_grouped(cluster: Numbers, left: Numbers, right: Numbers) -> Tally:
    """Count the pairs of a clustering against all the matches there are.

    Parameters
    ----------
    cluster
        The predicted cluster of each record, numbered from 0, (records,).
    left, right
        The records of each true match, (n,) both; each pair once.
    """
    entity = entities(left, right, len(cluster))
    count = int(entity.max(initial=-1)) + 1
    keys, shared = np.unique(cluster * np.int64(count) + entity, return_counts=True)
    group, member = np.divmod(keys, max(count, 1))
    shared = shared.astype(np.int64)
    found = np.zeros(count, np.int64)
    np.add.at(found, member, _pairs(shared))
    same = cluster[left] == cluster[right]
    return Tally(
        np.bincount(entity[left[same]], minlength=count),
        found,
        np.bincount(entity[left], minlength=count),
        *_no_pairs(),
        *_several(group, member, shared),
    )


def _pairs(sizes: Numbers) -> Numbers:
    return sizes * (sizes - 1) // 2


def _no_pairs() -> tuple[Numbers, Numbers]:
    return np.empty(0, np.int64), np.empty(0, np.int64)


def _several(group: Numbers, member: Numbers, size: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The cells of groups that hold more than one entity."""
    many = np.bincount(group)[group] > 1
    numbers = np.unique(group[many], return_inverse=True)[1].astype(np.int64)
    return numbers, member[many], size[many]
