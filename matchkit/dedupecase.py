"""Two rows compared and weighed as ``matchkit dedupe`` did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from matchkit.classify import Classifier, is_number, judge, number_bonus
from matchkit.evidence import Evidence
from matchkit.findings import RecordPair
from matchkit.mixture import RANK_EDGES
from matchkit.odds import probability
from matchkit.paircase import ONE_ITEM, ONE_PRODUCT, SAME_NUMBER, PairCase, check_fit, further, in_words, read_sets
from matchkit.progress import Progress
from matchkit.records import Records
from matchkit.savedmodel import classifier_from_dict
from matchkit.savedrun import SavedRun, damaged
from pairs.comparisons import CODES
from pairs.features import Comparer
from pairs.view import MEASURE, base_view

_NOT_WRITTEN = "the run did not write this pair: it is weighed as one that blocking had not found alike"


def dedupe_case(saved: SavedRun, rows: tuple[int, int], progress: Progress) -> PairCase:
    """Compare two rows.

    The probability of a pair depends also on how many neighbours were nearer. That is found out from the
    probabilities written; a pair that was not is taken for the farthest of its neighbours.

    Raises
    ------
    CatalogueError
        What was learnt is not in ``run.json``, or does not fit the rows any more.
    """
    source = saved.folder / "run.json"
    try:
        model, agreeing = classifier_from_dict(saved.run.get("model"))
    except ValueError as error:
        raise damaged(source, f"model: {error}") from None
    with progress.stage("learning words"):
        records = Records.distinct(saved.catalogue, saved.schema.compared)
        view = base_view(records.frame, saved.schema.compared, normalised=records.normalised)
        comparer = Comparer.fit(view)
    left, right = (int(records.record_of[row]) for row in rows)
    with progress.stage("comparing"):
        pair = RecordPair.of(comparer, left, right, rank=saved.config.neighbours - 1)
    needed = {name for name in pair.evidence.ignored.columns if not is_number(name)}
    check_fit(pair.fits(model.exact) and needed <= set(agreeing), source)
    title = saved.schema.title
    base = [pair.compared(title, "text")] if title is not None and title in pair.evidence.levels.names else []
    made = [pair.compared(name) for name in read_sets(comparer, CODES, MEASURE)]
    read = tuple(fact for fact in (*base, *pair.stated(), *made) if fact.agreement)
    if left == right:
        return PairCase.repeated(read)
    ids = saved.catalogue.ids
    written = saved.written(ids[rows[0]], ids[rows[1]])
    evidence = pair.evidence
    if written is not None:
        evidence = _ranked(model, evidence, agreeing, written["p_exact"], written["p_exact"] + written["p_variant"])
    found = _weighed(model, replace(pair, evidence=evidence), agreeing)
    return replace(found, read=read, notes=(_NOT_WRITTEN,) if written is None else ())


def _weighed(model: Classifier, pair: RecordPair, agreeing: Mapping[str, float]) -> PairCase:
    """The probabilities, and what decided: about one product where the records cannot be one item, else about that."""
    evidence = pair.evidence
    verdict = judge(model, evidence, agreeing)
    product = bool(np.isneginf(verdict.exact[0]))
    mixture, caution, rank = (
        (model.family, model.family_caution, evidence.rank)
        if product
        else (model.exact, model.exact_caution, evidence.item_rank)
    )
    odds = float(mixture.log_odds(evidence.levels, rank)[0])
    more = further(
        (SAME_NUMBER, "equal", float(number_bonus(evidence)[0])),
        ("caution", "look-alikes and duplicates run into each other", -caution),
    )
    weighing = pair.weigh(mixture, ONE_PRODUCT if product else ONE_ITEM, odds, more)
    p_exact, p_family = float(probability(verdict.exact)[0]), float(probability(verdict.family)[0])
    return PairCase(pair, (), weighing, p_exact, p_family, *in_words(pair))


def _ranked(
    model: Classifier, evidence: Evidence, agreeing: Mapping[str, float], p_exact: float, p_family: float
) -> Evidence:
    """The evidence with the ranks that come nearest to the probabilities written; the nearer neighbour in a tie."""
    ranks = np.array([0, *RANK_EDGES], dtype=np.int64)
    every = evidence.only(np.zeros(len(ranks), dtype=np.int64))
    exact = probability(judge(model, replace(every, rank=ranks, item_rank=ranks), agreeing).exact)
    item_rank = ranks[[int(np.abs(exact - p_exact).argmin())]]
    item_ranks = np.repeat(item_rank, len(ranks))
    family = probability(judge(model, replace(every, rank=ranks, item_rank=item_ranks), agreeing).family)
    return replace(evidence, rank=ranks[[int(np.abs(family - p_family).argmin())]], item_rank=item_rank)
