"""How likely each candidate pair of two tables is a match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.classify import Verdict, fit_classifier, judge
from matchkit.config import Config
from matchkit.decoys import calibration, match_shares
from matchkit.evidence import Evidence
from matchkit.generalfeatures import CONTENT_NAMES, Features, general_features
from matchkit.prior import Prior, prior_ranks, prior_standing
from matchkit.progress import Told
from matchkit.records import Records
from matchkit.sampling import random_links
from matchkit.schema import Schema
from matchkit.selftraining import greedy_partners, self_trained
from pairs.attributes import Role
from pairs.features import Comparer

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# The prior knows what matches look like, but not in these tables; what is learnt from them does, from less.
_PRIOR_WEIGHT = 2 / 3
# One value that neither names a record nor numbers it does not tell which record it is: at most this is thought.
_ONE_VALUE = -2.0
# Who has one partner at most is seldom offered a near one; a colour in conflict may have been misread.
_IN_CONFLICT = 2.0
# Below so few winners there is no distribution to speak of.
_FEWEST_WINNERS = 10


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


def score_links(
    comparer: Comparer,
    evidence: Evidence,
    records: Records,
    schema: Schema,
    candidates: pl.DataFrame,
    lefts: int,
    config: Config,
    told: Told | None = None,
) -> LinkScores:
    """Judge the candidate pairs between two tables, without labels.

    Parameters
    ----------
    comparer, evidence
        The candidate pairs compared, each of a left and a right record, and what compares them.
    records, schema
        The records of both tables, ``lefts`` of them of the left one, and their columns.
    candidates
        ``left, right, similarity``, in the order of the evidence.
    config
        Whether a record has one partner at most, the classifier, the seed and the threads.
    told
        As for :func:`matchkit.generalfeatures.general_batches`: that takes most of the time.
    """
    single = one_value(evidence, records, schema)
    if config.one_to_one:
        features = general_features(records, schema, candidates, two_tables=True, threads=config.threads, told=told)
        return score_one_to_one(evidence, features, single, config)
    prior = prior_standing(records, schema, candidates, two_tables=True, threads=config.threads, told=told)
    return score_many_to_many(comparer, evidence, prior, single, lefts, schema, config)


def score_one_to_one(evidence: Evidence, features: Features, single: Mask, config: Config) -> LinkScores:
    """Judge pairs of two tables in which a record has one partner at most.

    The prior ranks the pairs, and a model learnt from those it is sure of helps. What the ranking means in these
    tables is then read off by comparing the best pair of each record with its runner-up.
    """
    scores = Prior.load().scores(features, threads=config.threads)
    standing = _held_down(scores.standing, single)
    content = features[:, : len(CONTENT_NAMES)]
    learnt = self_trained(evidence.left, evidence.right, content, standing, seed=config.seed, threads=config.threads)
    alone = scores.content if learnt is None else (scores.content + learnt) / 2
    rank = standing if learnt is None else _PRIOR_WEIGHT * standing + (1 - _PRIOR_WEIGHT) * learnt
    possible = np.flatnonzero(~single)
    winners = possible[greedy_partners(evidence.left[possible], evidence.right[possible], rank[possible])]
    slope, intercept = 1.0, 0.0
    if len(winners) >= _FEWEST_WINNERS:
        shares = match_shares(evidence.left, evidence.right, alone, winners)
        slope, intercept = calibration(rank[winners], shares)
    odds = _held_down(slope * rank + intercept, single)
    told = {
        "kind": "prior",
        "learnt_from_these_tables": learnt is not None,
        "best_pairs": len(winners),
        "slope": round(slope, 4),
        "intercept": round(intercept, 4),
    }
    exact = np.where(evidence.in_conflict, odds - _IN_CONFLICT, odds)
    exact = np.where(evidence.other_number, -np.inf, exact)
    return LinkScores(Verdict(odds, exact), told)


def score_many_to_many(
    comparer: Comparer, evidence: Evidence, prior: Floats, single: Mask, lefts: int, schema: Schema, config: Config
) -> LinkScores:
    """Judge pairs of two tables in which a record may have any number of partners.

    The mixture that finds duplicates in one table is fitted to the pairs; how the prior ranks them tells, beside
    their ranks among the neighbours, how many matches to expect.
    """
    random = random_links(lefts, comparer.view.records.height, config.seed)
    strangers = Evidence.of_pairs(comparer, *random, threads=config.threads)
    evidence = evidence.ranked_with(prior_ranks(prior))
    model = fit_classifier(evidence, strangers, schema.title, kind=config.classifier, threads=config.threads)
    told = {
        "kind": config.classifier,
        "share_of_matches_by_rank": model.exact.prior.round(4),
        "scale": round(model.exact.scale, 4),
    }
    verdict = judge(model, evidence)
    return LinkScores(Verdict(_held_down(verdict.family, single), _held_down(verdict.exact, single)), told)


def _held_down(odds: Floats, single: Mask) -> Floats:
    """The log odds, those of pairs of a single value no higher than it deserves."""
    return np.where(single, np.minimum(odds, _ONE_VALUE), odds)


def one_value(evidence: Evidence, records: Records, schema: Schema) -> Mask:
    """Pairs that can be compared in one attribute alone, neither title nor identifier, of a table that has a title."""
    compared = np.zeros(len(evidence), dtype=np.int64)
    named = np.zeros(len(evidence), dtype=np.bool_)
    for attribute in schema.compared:
        known = records.normalised[attribute.name].is_not_null().to_numpy()
        both = known[evidence.left] & known[evidence.right]
        compared += both
        if attribute.kind == "title" or attribute.role is Role.IDENTIFIER:
            named |= both
    return (compared == 1) & ~named if schema.title is not None else np.zeros(len(evidence), dtype=np.bool_)
