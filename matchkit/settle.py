"""Group records until every pair inside an entity has been looked at."""

from __future__ import annotations

from matchkit.classify import Classifier, Verdict, judge
from matchkit.closure import within
from matchkit.clusters import Clusters, cluster
from matchkit.config import Config
from matchkit.evidence import Evidence
from pairs.features import Comparer

_ROUNDS = 3


def settle(
    records: int, comparer: Comparer, model: Classifier, evidence: Evidence, config: Config
) -> tuple[Evidence, Verdict, Clusters]:
    """Group records; compare what came together unseen, for it may be in conflict; and group again.

    Returns
    -------
    evidence, verdict, clusters
        All pairs compared in the end, what they say, and the groups.
    """
    verdict = judge(model, evidence)
    clusters = cluster(records, evidence, verdict, prefer=config.prefer)
    for _ in range(_ROUNDS):
        left, right = within(clusters.entity, evidence)
        if not len(left):
            break
        rank = max(config.neighbours - 1, 0)
        unseen = Evidence.of_pairs(comparer, left, right, rank=rank, threads=config.threads)
        evidence = evidence.extended(unseen)
        verdict = judge(model, evidence)
        clusters = cluster(records, evidence, verdict, prefer=config.prefer)
    return evidence, verdict, clusters
