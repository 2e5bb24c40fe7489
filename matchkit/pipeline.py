"""The whole run on one screen: read, block, compare, classify, group, or, between two tables, match."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from matchkit.baseevidence import BaseEvidence
from matchkit.bases import Bases, base_candidates
from matchkit.candidates import candidate_ids, find_candidates, find_link_candidates
from matchkit.catalogue import Catalogue
from matchkit.classify import Verdict, fit_classifier, judge
from matchkit.closure import two_steps
from matchkit.clusters import threshold
from matchkit.config import Config
from matchkit.cores import workers
from matchkit.costs import CLASSIFYING, GROUPING, LINKING, VALUES
from matchkit.evidence import Evidence
from matchkit.familyfit import FamilyModel
from matchkit.familytask import FamilyTask
from matchkit.linkmatches import decide
from matchkit.linkoutcome import assemble_links
from matchkit.linkresult import LinkResult
from matchkit.linkscore import LinkScores, score_links
from matchkit.members import Families, doubtful_pairs
from matchkit.outcome import assemble
from matchkit.prior import load_ahead, prior_ranks, prior_standing
from matchkit.progress import Parts, Progress, StageTimes
from matchkit.reading import Source
from matchkit.records import Records
from matchkit.results import Result
from matchkit.runlog import (
    FamilySearch,
    block_report,
    classifier_log,
    families_log,
    family_log,
    link_log,
    run_log,
    trained_log,
)
from matchkit.sampling import random_pairs
from matchkit.schema import understand
from matchkit.settle import settle
from matchkit.trained.familyjudge import FamilyJudge
from matchkit.trained.fit import read_catalogue, read_two
from matchkit.trained.model import Model
from matchkit.trained.pairjudge import PairJudge
from matchkit.twotables import linking
from matchkit.words import learn_words
from matchkit.work import expected
from matchkit.work.folder import WorkFolder, opened
from matchkit.work.run import Work
from pairs.familyview import family_view
from pairs.features import Comparer


@opened
def dedupe(
    source: Source,
    config: Config | None = None,
    *,
    model: Model | None = None,
    progress: Progress | None = None,
    work: str | Path | WorkFolder | None = None,
) -> Result:
    """Find which rows of a catalogue are the same item, and which are variants of one product.

    Parameters
    ----------
    source
        A path (CSV, TSV, Parquet, JSON lines; ``-`` for standard input) or a polars, pandas or Arrow table.
    config
        Settings; the defaults need no labels.
    model
        A trained model, which then judges the pairs; without one, what matches look like is learnt from the table.
    progress
        Told of the stages; silent by default.
    work
        A folder in which what the stages found is kept, so that a run that was stopped can be continued: the same
        call then takes what is there. It stays until you remove it. Nothing is kept by default.

    Raises
    ------
    CatalogueError
        The input cannot be read, or has nothing to compare.
    ConfigError
        A setting does not fit the input.
    ModelError
        The model was trained on other columns.
    OutputError
        The work folder cannot be made, or another run uses it.
    """
    config, times = config or Config(), StageTimes(progress)
    with times.stage("reading"):
        catalogue, schema, config = read_catalogue(model, source, config)
        records = Records.distinct(catalogue, schema.compared)
        kept = Work.of(work, "dedupe", [catalogue], config, model, times).kept
        if model is None:
            load_ahead()
    find = partial(find_candidates, records, schema, config, times)
    candidates, blocking = kept("blocking", find, expected=expected.candidates(len(records)))
    comparer = learn_words(records, schema, config, times)
    with times.stage("comparing", candidates.height) as advance:
        compare = partial(Evidence.of_candidates, comparer, candidates, threads=config.threads, advance=advance)
        evidence = kept("comparing", compare, expected=expected.evidence(candidates.height))
    # How long a trained model takes beside the rest is not known.
    with times.stage("classifying", candidates.height if model is None else None) as advance:
        done = Parts(advance, candidates.height, CLASSIFYING)
        if model is None:
            ask = partial(
                prior_standing, records, schema, candidates, two_tables=False, threads=config.threads, told=done
            )
            prior = kept("prior", ask, stage="classifying", expected=expected.odds(candidates.height))
            evidence = evidence.ranked_with(prior_ranks(prior))
            random = Evidence.of_pairs(comparer, *random_pairs(len(records), config.seed), threads=config.threads)
            done("random", 1, 1)
            fitted = fit_classifier(evidence, random, schema.title, kind=config.classifier, threads=config.threads)
            done("fit", 1, 1)
            judged: Callable[[Evidence], Verdict] = partial(judge, fitted)
        else:
            judged = PairJudge.of(model, records, schema.compared, candidates, [catalogue.source], config.threads)
        left, right = two_steps(len(records), evidence, judged(evidence))
        closed = done.of("closing", len(left))
        closing = Evidence.of_pairs(
            comparer, left, right, rank=config.neighbours - 1, threads=config.threads, advance=closed
        )
        evidence = evidence.extended(closing)
    with times.stage("grouping", len(evidence) if model is None else None) as advance:
        done = Parts(advance, len(evidence), GROUPING)
        evidence, verdict, clusters = settle(len(records), comparer, judged, evidence, config, done)
        outcome = assemble(
            catalogue, records, evidence, verdict, clusters, comparer.view.ignored, threads=config.threads
        )
        done("rows", 1, 1)
    told = classifier_log(fitted, evidence, config) if model is None else trained_log(model)
    run = run_log(catalogue, schema, records, blocking, evidence, told, outcome, config, times)
    return Result(outcome.records, outcome.pairs, run, names=outcome.names)


@opened
def variants(
    source: Source,
    config: Config | None = None,
    *,
    model: Model | None = None,
    progress: Progress | None = None,
    work: str | Path | WorkFolder | None = None,
) -> Result:
    """Find which rows are one product if the attributes in ``config.ignore`` are ignored.

    Parameters
    ----------
    source, config, progress, work
        As for :func:`dedupe`.
    model
        A trained model that knows variants, which then says what is one product; without one, that is learnt from the
        catalogue.

    Raises
    ------
    CatalogueError
        The input cannot be read, or has nothing to compare.
    ConfigError
        A setting does not fit the input: what is to be ignored is neither a column nor a known attribute, say.
    ModelError
        The model was trained on other columns, or knows no variants.
    OutputError
        As for :func:`dedupe`.
    """
    config, times = config or Config(), StageTimes(progress)
    with times.stage("reading"):
        catalogue, schema, config = read_catalogue(model, source, config)
        task = FamilyTask.resolve(catalogue, schema, config)
        records = Records.distinct(catalogue, task.attributes)
        kept = Work.of(work, "variants", [catalogue], config, model, times).kept
    with times.stage("learning values", len(records)) as advance:
        group = task.groups(records)
        columns = records.frame, task.compared, records.normalised
        done = Parts(advance, len(records), VALUES)
        learn = partial(
            family_view, *columns, task.ignored, task.required, group, done, threads=workers(config.threads)
        )
        family = kept("values", learn, stage="learning values", expected=expected.family_view(len(records)))
        bases = Bases.of(family, group)
    with times.stage("blocking", len(bases)) as advance:
        find = partial(base_candidates, bases, family, schema.title, config, advance)
        candidates, blocking = kept("blocking", find, expected=expected.candidates(len(bases), reports=True))
    with times.stage("comparing", candidates.height) as advance:
        comparer = Comparer.fit(family.view)
        rows = np.bincount(records.record_of)
        compare = partial(BaseEvidence.of, comparer, family, bases, candidates, rows, schema.title, config, advance)
        evidence = kept("comparing", compare, expected=expected.base_evidence(candidates.height))
    with times.stage("grouping"):
        if model is None:
            fitted = evidence.fit(schema.title, family.of_title)
            judged: FamilyModel | FamilyJudge = fitted
        else:
            judged = FamilyJudge.of(model, records, schema, evidence.pairs, [catalogue.source], config)
        likely = evidence.log_odds(judged)
        grouped = evidence.families(bases, likely, config.prefer)
        doubtful = doubtful_pairs(evidence.pairs, likely, grouped)
    with times.stage("telling items apart"):
        found = Families.of(catalogue, records, comparer, judged, family, grouped, doubtful, config)
    search = FamilySearch(
        task.told(family), task.notes(catalogue, config, family), blocking, len(bases), candidates.height
    )
    told = families_log(fitted) if model is None else trained_log(model)
    run = family_log(catalogue, schema, records, family, search, told, found, config, times)
    return Result(found.outcome.records, found.outcome.pairs, run, found.table, found.outcome.names)


@opened
def link(
    left: Source,
    right: Source,
    config: Config | None = None,
    *,
    one_to_one: bool | None = None,
    map: Mapping[str, str] | None = None,
    model: Model | None = None,
    progress: Progress | None = None,
    work: str | Path | WorkFolder | None = None,
) -> LinkResult:
    """Find which rows of one table are the same item as which rows of another.

    Rows of one table are not compared with each other.

    Parameters
    ----------
    left, right
        Two tables as for :func:`dedupe`; their columns may have other names.
    config, progress, work
        As for :func:`dedupe`.
    one_to_one
        Whether a row has one partner at most; goes before ``config.one_to_one``.
    map
        Columns of the left table and those of the right one that say the same, added to ``config.map``; ``""`` for
        a column that has none.
    model
        As for :func:`dedupe`.

    Raises
    ------
    CatalogueError
        A table cannot be read, or they have no column in common.
    ConfigError
        A setting does not fit the tables.
    ModelError
        The model was trained on other columns.
    OutputError
        As for :func:`dedupe`.
    """
    config, times = linking(config or Config(), one_to_one=one_to_one, map=map), StageTimes(progress)
    with times.stage("reading"):
        tables, schema = read_two(model, left, right, config)
        config = tables.config
        records, lefts = tables.records(schema.compared)
        kept = Work.of(work, "link", [tables.left, tables.right], config, model, times).kept
    find = partial(find_link_candidates, records, lefts, schema, config, times)
    candidates, blocking = kept("blocking", find, expected=expected.candidates(len(records)))
    comparer = learn_words(records, schema, config, times)
    with times.stage("comparing", candidates.height) as advance:
        compare = partial(Evidence.of_candidates, comparer, candidates, threads=config.threads, advance=advance)
        evidence = kept("comparing", compare, expected=expected.evidence(candidates.height))
    with times.stage("classifying", candidates.height if model is None else None) as advance:
        if model is None:
            done = Parts(advance, candidates.height, LINKING)
            score = partial(score_links, comparer, evidence, records, schema, candidates, lefts, config, done)
            scores = kept("scores", score, stage="classifying", expected=expected.scores(candidates.height))
            done("judged", 1, 1)
        else:
            sources = tables.left.source, tables.right.source
            trained = PairJudge.of(model, records, schema.compared, candidates, sources, config.threads)
            scores = LinkScores(trained(evidence), trained_log(model)["classifier"])
    with times.stage("matching"):
        limit = threshold(config.prefer)
        links = decide(records, evidence, scores.verdict, tables.order, limit, single=config.one_to_one)
        outcome = assemble_links(tables, evidence, scores.verdict, links, comparer.view.ignored, threads=config.threads)
    run = link_log(tables, schema, len(records), blocking, scores.told, outcome, times)
    return LinkResult(outcome.pairs, outcome.left, outcome.right, run, outcome.names)


@dataclass(frozen=True, slots=True)
class BlockResult:
    """Candidate pairs by id (``left_id, right_id, similarity``), and how good blocking was."""

    candidates: pl.DataFrame
    report: Mapping[str, Any]


def block(
    source: Source,
    config: Config | None = None,
    *,
    truth: pl.DataFrame | None = None,
    progress: Progress | None = None,
) -> BlockResult:
    """Run the blocking stage alone.

    Parameters
    ----------
    source, config, progress
        As for :func:`dedupe`.
    truth
        True matches (``left_id``, ``right_id``): pair completeness and pairs quality are then reported.
    """
    config, times = config or Config(), StageTimes(progress)
    with times.stage("reading"):
        catalogue = Catalogue.read(source, config)
        schema = understand(catalogue, config)
        records = Records.distinct(catalogue, schema.compared)
    candidates, report = find_candidates(records, schema, config, times, compared=False)
    by_id = candidate_ids(catalogue.ids, records, candidates)
    return BlockResult(by_id, block_report(catalogue, records, by_id, report, truth, times))
