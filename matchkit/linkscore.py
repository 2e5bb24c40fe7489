"""How likely each candidate pair of two tables is a match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matchkit.classify import Verdict, fit_classifier, judge
from matchkit.config import Config
from matchkit.evidence import Evidence
from matchkit.sampling import random_links
from pairs.features import Comparer


@dataclass(frozen=True, slots=True)
class LinkScores:
    """What is thought of every candidate pair.

    Attributes
    ----------
    verdict
        Log odds that it is the same product, and the same item.
    told
        How that was found, for ``run.json``.
    """

    verdict: Verdict
    told: Mapping[str, Any]


def score_links(comparer: Comparer, evidence: Evidence, lefts: int, title: str | None, config: Config) -> LinkScores:
    """Judge the candidate pairs between two tables.

    Parameters
    ----------
    comparer
        Compares records; those below ``lefts`` are of the left table.
    evidence
        The candidate pairs compared, each of a left and a right record.
    lefts
        How many records the left table has.
    title
        The attribute that says what a record is called, if there is one.
    config
        Which classifier, the seed and the threads.
    """
    random = random_links(lefts, comparer.view.records.height, config.seed)
    strangers = Evidence.of_pairs(comparer, *random, threads=config.threads)
    model = fit_classifier(evidence, strangers, title, kind=config.classifier)
    told = {
        "kind": config.classifier,
        "share_of_matches_by_rank": model.exact.prior.round(4),
        "scale": round(model.exact.scale, 4),
    }
    return LinkScores(judge(model, evidence), told)
