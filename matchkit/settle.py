"""Group records until every pair inside an entity has been looked at."""

from __future__ import annotations

from collections.abc import Callable

from matchkit.classify import Verdict
from matchkit.closure import within
from matchkit.clusters import Clusters, entities, families
from matchkit.config import Config
from matchkit.evidence import Evidence
from matchkit.progress import Told
from pairs.features import Comparer

_ROUNDS = 3


def settle(
    records: int,
    comparer: Comparer,
    judge: Callable[[Evidence], Verdict],
    evidence: Evidence,
    config: Config,
    told: Told = lambda part, done, total: None,
) -> tuple[Evidence, Verdict, Clusters]:
    """Group records; compare what came together unseen, for it may be in conflict; and group again.

    Parameters
    ----------
    records
        Number of records.
    comparer
        Compares them.
    judge
        Says what compared pairs are; all pairs so far at once, time and again.
    evidence
        The pairs compared so far.
    config
        What to prefer, the neighbours and the threads.
    told
        Hears of the parts ``entities``, ``unseen``, whose rounds are seldom all needed, and ``families``.

    Returns
    -------
    evidence, verdict, clusters
        All pairs compared in the end, what they say, and the groups.
    """
    verdict = judge(evidence)
    entity = entities(records, evidence, verdict, prefer=config.prefer)
    told("entities", 1, 1)
    for number in range(_ROUNDS):
        left, right = within(entity, evidence)
        if not len(left):
            break
        unseen = Evidence.of_pairs(comparer, left, right, rank=config.neighbours - 1, threads=config.threads)
        evidence = evidence.extended(unseen)
        verdict = judge(evidence)
        entity = entities(records, evidence, verdict, prefer=config.prefer)
        told("unseen", number + 1, _ROUNDS)
    told("unseen", 1, 1)
    family = families(entity, evidence, verdict, prefer=config.prefer)
    told("families", 1, 1)
    return evidence, verdict, Clusters(entity, family)
