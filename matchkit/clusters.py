"""Entities from pairs that are the same item, and families above them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchkit.agglomerate import agglomerate
from matchkit.classify import Verdict
from matchkit.evidence import Evidence

Groups = NDArray[np.int64]

# One pair may speak for or against a group of many no louder than this, in log odds.
_LOUDEST = 4.0
# What a pair that was never compared says: blocking found it unlike.
_NOT_COMPARED = -3.0
_WIDEST_THRESHOLD = 3.0


@dataclass(frozen=True, slots=True)
class Clusters:
    """Groups of records, named by their first record; every entity lies inside one family."""

    entity: Groups
    family: Groups


def threshold(prefer: float) -> float:
    """Mean log odds above which groups are joined: 0 for 0.5, -3 for recall (0), 3 for precision (1)."""
    return (2 * prefer - 1) * _WIDEST_THRESHOLD


def cluster(records: int, evidence: Evidence, verdict: Verdict, *, prefer: float = 0.5) -> Clusters:
    """Group records into entities, and entities into families.

    Groups are joined by the mean log odds over all their pairs (see :func:`matchkit.agglomerate.agglomerate`),
    the best first, so that a single strong pair does not chain two groups together, and never over a conflict.
    """
    entity = entities(records, evidence, verdict, prefer=prefer)
    return Clusters(entity, families(entity, evidence, verdict, prefer=prefer))


def entities(records: int, evidence: Evidence, verdict: Verdict, *, prefer: float = 0.5) -> Groups:
    """Group records that are the same item, see :func:`cluster`."""
    alone = np.arange(records, dtype=np.int64)
    return group(alone, evidence.left, evidence.right, verdict.exact, threshold(prefer))


def families(entity: Groups, evidence: Evidence, verdict: Verdict, *, prefer: float = 0.5) -> Groups:
    """Group entities that are the same product, see :func:`cluster`."""
    return group(entity, evidence.left, evidence.right, verdict.family, threshold(prefer))


def group(start: Groups, left: Groups, right: Groups, log_odds: NDArray[np.float64], limit: float) -> Groups:
    """Join groups whose mean log odds are above ``limit``, so that no single pair decides; never over ``-inf``."""
    weight = np.where(np.isneginf(log_odds), log_odds, np.clip(log_odds, -_LOUDEST, _LOUDEST))
    # A pair that was not compared never speaks for a group.
    unknown = min(_NOT_COMPARED, limit)
    return agglomerate(start, left, right, weight, unknown=unknown, threshold=limit)
