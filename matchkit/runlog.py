"""What ``run.json`` and the block report say about how a result came about."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from blocking import CandidateReport, pairs_quality
from blocking.index import RARE, IndexReport
from matchkit.catalogue import Catalogue
from matchkit.classify import Classifier, agreeing_shares
from matchkit.clusters import threshold
from matchkit.config import Config
from matchkit.evidence import Evidence
from matchkit.familyfit import FamilyModel, family_threshold
from matchkit.levels import EXACT
from matchkit.linkoutcome import LinkOutcome
from matchkit.members import Families
from matchkit.memory import MB
from matchkit.mixture import Mixture
from matchkit.odds import probability
from matchkit.outcome import DOUBT, Outcome
from matchkit.progress import StageTimes
from matchkit.records import Records
from matchkit.results import plain, versions
from matchkit.savedmodel import classifier_as_dict, mixture_as_dict
from matchkit.schema import Schema
from matchkit.trained.model import Model
from matchkit.twotables import TwoTables
from pairs.familyview import FamilyView

#: The kind of classifier that a run with a trained model names.
TRAINED = "trained"

_WORDS_SHOWN = 200


def run_log(
    catalogue: Catalogue,
    schema: Schema,
    records: Records,
    blocking: CandidateReport,
    evidence: Evidence,
    told: Mapping[str, Any],
    outcome: Outcome,
    config: Config,
    times: StageTimes,
) -> dict[str, Any]:
    """The resolved configuration, versions, counts and seconds per stage of one run of ``dedupe``.

    ``told`` is what :func:`classifier_log` or :func:`trained_log` says.
    """
    log = _log(catalogue, schema, records, len(evidence), outcome, threshold(config.prefer), times) | {
        "config": config.as_dict(),
        "blocking": blocking,
        **told,
        "notes": [*catalogue.notes, *_blocking_notes([blocking])],
    }
    log["counts"]["candidate_pairs"] = blocking.pairs
    result: dict[str, Any] = plain(log)
    return result


def classifier_log(model: Classifier, evidence: Evidence, config: Config) -> dict[str, Any]:
    """What was learnt from the candidate pairs."""
    return {
        "classifier": {
            "kind": config.classifier,
            "share_of_matches_by_rank": model.exact.prior.round(4),
            "scale": round(model.exact.scale, 4),
        },
        "model": classifier_as_dict(model, agreeing_shares(model, evidence)),
    }


def trained_log(model: Model) -> dict[str, Any]:
    """Which trained model judged the pairs."""
    return {
        "classifier": {
            "kind": TRAINED,
            "fingerprint": model.fingerprint,
            "labels": model.labels,
            "threshold": model.exact.threshold,
        }
    }


def families_log(model: FamilyModel) -> dict[str, Any]:
    """What a run of ``variants`` tells of what it learnt of families, and what explaining a pair needs of it."""
    return {
        "classifier": {
            "kind": "mixture",
            "share_of_matches": round(float(model.mixture.prior[1]), 4),
            "scale": round(model.mixture.scale, 4),
            "weights": _weights(model.mixture),
            "titles_vary": model.titles_vary,
        },
        "model": {"family": mixture_as_dict(model.mixture), "titles_vary": model.titles_vary},
    }


def family_log(
    catalogue: Catalogue,
    schema: Schema,
    records: Records,
    family: FamilyView,
    search: FamilySearch,
    told: Mapping[str, Any],
    found: Families,
    config: Config,
    times: StageTimes,
) -> dict[str, Any]:
    """The same for a run of ``variants``: also what was ignored, what was learnt, and warnings.

    ``told`` is what :func:`families_log` or :func:`trained_log` says.
    """
    compared, limit = search.candidates + found.compared, family_threshold(config.prefer)
    log = _log(catalogue, schema, records, compared, found.outcome, limit, times) | {
        "config": config.as_dict(families=True),
        "blocking": search.blocking,
        **told,
        "ignored": search.ignored,
        "learnt": {name: words[:_WORDS_SHOWN] for name, words in family.learnt.items()},
        "warnings": found.warnings(),
        "notes": list(
            dict.fromkeys(
                [*catalogue.notes, *found.outcome.notes, *search.notes, *_blocking_notes(search.blocking)],
            )
        ),
    }
    log["counts"] |= {"base_records": search.bases, "candidate_pairs": search.candidates}
    result: dict[str, Any] = plain(log)
    return result


@dataclass(frozen=True, slots=True)
class FamilySearch:
    """How families were found, as far as it is told."""

    ignored: Sequence[Mapping[str, Any]]
    notes: Sequence[str]
    blocking: Sequence[CandidateReport]
    bases: int
    candidates: int


def link_log(
    tables: TwoTables,
    schema: Schema,
    records: int,
    blocking: CandidateReport,
    told: Mapping[str, Any],
    outcome: LinkOutcome,
    times: StageTimes,
) -> dict[str, Any]:
    """The same for a run of ``link``: two tables, and which of their columns say the same."""
    counts = {
        "left_rows": tables.left.frame.height,
        "right_rows": tables.right.frame.height,
        "distinct_records": records,
        "candidate_pairs": blocking.pairs,
        **outcome.counts,
    }
    log = {
        "versions": versions(),
        "source": {"left": tables.left.source, "right": tables.right.source},
        "input": {"left": _input(tables.left), "right": _input(tables.right)},
        "config": tables.config.as_dict(links=True),
        "columns": _aligned_columns(tables, schema),
        "thresholds": _thresholds(threshold(tables.config.prefer)),
        "counts": counts,
        **_spent(times),
        "blocking": blocking,
        "classifier": told,
        "notes": [*tables.notes, *_blocking_notes([blocking])],
    }
    result: dict[str, Any] = plain(log)
    return result


def _aligned_columns(tables: TwoTables, schema: Schema) -> list[dict[str, Any]]:
    """Aligned columns in the order of the left table, then the ids and what is carried along."""
    found: list[dict[str, Any]] = []
    for attribute, pair in zip(schema.attributes, tables.alignment.columns, strict=True):
        found.append(
            {
                "left": pair.left,
                "right": pair.right,
                "role": str(attribute.role),
                "kind": attribute.kind,
                "reason": schema.reasons.get(attribute.name, ""),
                "alignment": pair.reason,
                "score": round(pair.score, 3),
            }
        )
    ids = {"left": tables.left.id_column, "right": tables.right.id_column}
    if any(ids.values()):
        found.insert(0, {**ids, "role": "id", "kind": "", "reason": "names each row"})
    for side, names in (("left", tables.alignment.left_only), ("right", tables.alignment.right_only)):
        empty = dict.fromkeys(("left", "right"))
        reason = "no column of the other table says the same"
        found += [{**empty, side: name, "role": "ignored", "kind": "", "reason": reason} for name in names]
    return found


def _input(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "format": catalogue.format,
        "encoding": catalogue.encoding,
        "delimiter": catalogue.delimiter,
        "id_column": catalogue.id_column,
    }


def _thresholds(limit: float) -> dict[str, Any]:
    return {
        "probability": round(float(probability(pl.Series([limit]).to_numpy())[0]), 4),
        "log_odds": limit,
        "doubt": list(DOUBT),
    }


def _spent(times: StageTimes) -> dict[str, dict[str, float]]:
    """Seconds, and the most memory held in MB, for each stage."""
    return {
        "seconds": {name: round(value, 3) for name, value in times.seconds.items()},
        "memory": {name: round(value / MB) for name, value in times.memory.items()},
    }


def _log(
    catalogue: Catalogue,
    schema: Schema,
    records: Records,
    compared: int,
    outcome: Outcome,
    limit: float,
    times: StageTimes,
) -> dict[str, Any]:
    return {
        "versions": versions(),
        "source": catalogue.source,
        "input": _input(catalogue),
        "columns": _columns(catalogue, schema),
        "thresholds": _thresholds(limit),
        "counts": {
            "rows": catalogue.frame.height,
            "distinct_records": len(records),
            "compared_pairs": compared,
            "written_pairs": outcome.pairs.height,
            "pairs_in_doubt": outcome.in_doubt,
        },
        **_spent(times),
    }


def _weights(model: Mixture) -> dict[str, float]:
    """Natural log of m/u of full agreement, for each comparison."""
    return {
        name: round(float(np.log(match[EXACT] / non_match[0][EXACT])), 3)
        for name, match, non_match in zip(model.names, model.match, model.non_match, strict=True)
    }


def block_report(
    catalogue: Catalogue,
    records: Records,
    candidates: pl.DataFrame,
    report: CandidateReport,
    truth: pl.DataFrame | None,
    times: StageTimes,
) -> dict[str, Any]:
    """Counts and quality of blocking alone."""
    found: dict[str, Any] = {
        "rows": catalogue.frame.height,
        "distinct_records": len(records),
        "candidate_pairs": candidates.height,
        "reduction_ratio": report.reduction_ratio,
    }
    if truth is not None:
        found["true_matches"] = truth.height
        both = (candidates, truth)
        folded = (_numbered(frame, catalogue.ids, pl.Series(records.record_of)) for frame in both)
        found["pair_completeness"] = _completeness(*folded)
        rows = pl.int_range(catalogue.frame.height, dtype=pl.Int64, eager=True)
        found["pairs_quality"] = pairs_quality(*(_numbered(frame, catalogue.ids, rows) for frame in both))
    found |= {"sources": report.sources, "indexes": report.indexes, "encoder": report.encoder}
    found |= {"embedded": report.views, **_spent(times)}
    result: dict[str, Any] = plain(found)
    return result


def _completeness(candidates: pl.DataFrame, truth: pl.DataFrame) -> float:
    """Share of the true pairs whose records are candidates, or one record: identical rows are always together."""
    if not truth.height:
        return math.nan
    apart = truth.filter(pl.col("left") != pl.col("right"))
    missed = _ordered(apart).join(_ordered(candidates).unique(), on=["left", "right"], how="anti").height
    return 1 - missed / truth.height


def _ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    low, high = pl.min_horizontal("left", "right"), pl.max_horizontal("left", "right")
    return pairs.select(left=low, right=high)


def _numbered(pairs: pl.DataFrame, ids: pl.Series, numbers: pl.Series) -> pl.DataFrame:
    """Pairs of ids as pairs of numbers; ids that are not in the catalogue get numbers of their own."""
    known = pl.DataFrame({"id": ids, "number": numbers})
    named = pl.concat([pairs["left_id"].alias("id"), pairs["right_id"].alias("id")]).unique(maintain_order=True)
    other = pl.DataFrame({"id": named}).join(known, on="id", how="anti", maintain_order="left")
    other = other.with_columns(number=pl.int_range(pl.len(), dtype=pl.Int64) + len(ids))
    table = pl.concat([known, other])
    return pl.DataFrame(
        {
            side: pairs.select(id=f"{side}_id").join(table, on="id", how="left", maintain_order="left")["number"]
            for side in ("left", "right")
        }
    )


def _columns(catalogue: Catalogue, schema: Schema) -> list[dict[str, str]]:
    columns = [
        {"name": a.name, "role": str(a.role), "kind": a.kind, "reason": schema.reasons.get(a.name, "")}
        for a in schema.attributes
    ]
    if catalogue.id_column is None:
        return columns
    return [{"name": catalogue.id_column, "role": "id", "kind": "", "reason": "names each row"}, *columns]


def _blocking_notes(blocking: Sequence[CandidateReport]) -> list[str]:
    capped = [
        f"'{source.name}': {source.capped} values are shared by too many records to compare all with all; "
        "each of these was compared with a few"
        for report in blocking
        for source in report.sources
        if source.capped
    ]
    searched = [_searched(index) for report in blocking for index in report.indexes if index.kind != "exact"]
    return list(dict.fromkeys([*capped, *searched]))


def _searched(index: IndexReport) -> str:
    if index.kind != RARE:
        return f"approximate neighbour search, measured recall {index.recall:.3f}"
    return (
        "neighbours were sought among the rows that share rare words: measured recall "
        f"{index.outstanding:.3f} of neighbours that stand out, {index.recall:.3f} of all"
    )
