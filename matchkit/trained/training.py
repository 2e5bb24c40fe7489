"""From labelled pairs to a model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.classify import and_also
from matchkit.config import Config
from matchkit.errors import ConfigError
from matchkit.labels import Labels, read_labels
from matchkit.odds import probability
from matchkit.pairnames import DIFFERENT, EXACT
from matchkit.progress import Progress, StageTimes
from matchkit.reading import Source
from matchkit.scoring import average_precision, precision_recall_curve
from matchkit.trained.calibration import best_cut, f1, loss
from matchkit.trained.head import FEWEST, Head, Judged, Sample, fit_head
from matchkit.trained.labelledpairs import check_classes, tables_of
from matchkit.trained.model import ComparedColumn, Model
from matchkit.trained.workload import Workload

Odds = NDArray[np.float64]
Mask = NDArray[np.bool_]

_DIGITS = 4


def train(
    left: Source | None = None,
    right: Source | None = None,
    *,
    train: Source,
    valid: Source | None = None,
    config: Config | None = None,
    progress: Progress | None = None,
) -> Model:
    """Train a model on labelled pairs.

    Parameters
    ----------
    left, right
        The tables that the pairs are of, as for :func:`matchkit.link`; the left one alone where all records are in
        one table. Neither where the files of pairs hold the records themselves, side by side.
    train
        Labelled pairs in any layout that :func:`matchkit.labels.read_labels` knows, of two labels or three
        (``exact_duplicate``, ``variant``, ``different``).
    valid
        More of them, by which the recipe and the threshold are chosen; without them the training pairs are cut into
        folds that share no record.
    config
        Settings; the defaults suit most tables.
    progress
        Told of the stages; silent by default.

    Raises
    ------
    CatalogueError
        A file cannot be read, an id is not in its table, a pair has two labels, or all pairs have the same one.
    ConfigError
        A setting is wrong or does not fit the tables.
    """
    config, times = _checked(config), StageTimes(progress)
    with times.stage("reading"):
        given = [file for file in (train, valid) if file is not None]
        files = [read_labels(file, delimiter=config.delimiter, encoding=config.encoding) for file in given]
        files, left, right, config = tables_of(files, left, right, config)
        work = Workload.read(left, right, config)
        pairs = _LabelledPairs.of([work.checked(labels) for labels in files], work)
    features = work.features(pairs.left, pairs.right, times)
    with times.stage("comparing", len(pairs.left)) as advance:
        matrix = features.matrix(pairs.left, pairs.right, threads=config.threads, advance=advance)
    with times.stage("training"):
        sample = Sample(
            matrix, pairs.left, pairs.right, pairs.labels == EXACT, pairs.valid, len(work.records), work.two_tables
        )
        exact, family, metrics, told = _fit(sample, pairs.labels, config)
    columns = tuple(ComparedColumn(a, work.map.get(a.name)) for a in work.schema.compared)
    from matchkit import __version__

    return Model(
        columns,
        work.two_tables,
        features.names,
        features.groups,
        work.config.neighbours,
        work.config.encoder,
        work.config.seed,
        exact,
        family,
        _fingerprint(pairs.frame, columns, [len(ids) for ids in work.ids]),
        pairs.counts | {"rows": [len(ids) for ids in work.ids]},
        metrics,
        (*work.notes, *pairs.notes, *told),
        __version__,
    )


def _checked(config: Config | None) -> Config:
    if not isinstance(config, Config | None):
        raise ConfigError(
            f"config is {type(config).__name__}, not a matchkit.Config: make one, or load a file with Config.load"
        )
    return config or Config()


@dataclass(frozen=True, slots=True)
class _LabelledPairs:
    """The pairs to learn from: records, labels, and which are for validation."""

    frame: pl.DataFrame
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    labels: NDArray[np.object_]
    valid: Mask
    counts: dict[str, Any]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, files: list[Labels], work: Workload) -> _LabelledPairs:
        check_classes(files[0])
        notes = [note for labels in files for note in labels.notes]
        ids = ["left_id", "right_id"]
        frames = [files[0].pairs.select(*ids, "label", valid=pl.lit(False))]
        if len(files) == 2:
            kept = files[1].pairs.join(frames[0], on=ids, how="anti", maintain_order="left")
            if shared := files[1].pairs.height - kept.height:
                notes.append(
                    f"{files[0].source} and {files[1].source} share {shared:,} pairs, which count as training pairs "
                    "and not as validation pairs"
                )
            frames.append(kept.select(*ids, "label", valid=pl.lit(True)))
        # In an order that does not depend on that of the files.
        frame = pl.concat(frames).sort(*ids)
        left, right = work.numbered(frame)
        alike = left == right
        if alike.any():
            count, wrong = int(alike.sum()), int((frame["label"].to_numpy()[alike] == DIFFERENT).sum())
            though = f", though {wrong:,} are labelled different" if wrong else ""
            notes.append(
                f"{count:,} labelled pairs are of rows that say the same in every compared column; nothing is learnt "
                f"from them, and such pairs are always taken for the same item{though}"
            )
        frame = frame.filter(~pl.Series(alike))
        labels = frame["label"].to_numpy().astype(object)
        names, sizes = np.unique(labels.astype(str), return_counts=True)
        counts = {
            "pairs": frame.height,
            "validation_pairs": int(frame["valid"].sum()),
            "labels": {str(name): int(size) for name, size in zip(names, sizes, strict=True)},
        }
        check_classes(replace(files[0], pairs=frame))
        return cls(frame, left[~alike], right[~alike], labels, frame["valid"].to_numpy(), counts, tuple(notes))


def _fit(
    sample: Sample, labels: NDArray[np.object_], config: Config
) -> tuple[Head, Head | None, dict[str, Any], list[str]]:
    """The boosters for one question, or for both of nested ones; how well they did; and what the user should know."""
    same, related = labels == EXACT, labels != DIFFERENT
    if (same == related).all():
        exact, judged = fit_head(sample, seed=config.seed, threads=config.threads)
        told = _told(EXACT, sample.matches, judged)
        return exact, None, {EXACT: _metrics(exact, judged, sample.matches)}, told
    family, family_judged = fit_head(replace(sample, matches=related), seed=config.seed, threads=config.threads)
    inner = sample.only(related)
    exact, exact_judged = fit_head(inner, seed=config.seed, threads=config.threads)
    told = [*_told("family", related, family_judged), *_told(EXACT, inner.matches, exact_judged)]
    metrics = {"family": _metrics(family, family_judged, related)}
    if exact_judged is not None and family_judged is not None:
        exact, both = _nested(exact, exact_judged, family_judged, np.flatnonzero(related), inner.matches)
        metrics |= {EXACT: _metrics(exact, both, inner.matches)}
    return exact, family, metrics, told


def _nested(exact: Head, judged: Judged, family: Judged, related: NDArray[np.int64], same: Mask) -> tuple[Head, Judged]:
    """The threshold of the same item set for its own probability, which is at most that of the same product."""
    known, inner, outer = np.intersect1d(related[judged.pairs], family.pairs, return_indices=True)
    odds = and_also(family.odds[outer], -np.logaddexp(0.0, -judged.odds[inner]))
    pairs = np.searchsorted(related, known)
    if not same[pairs].any():
        return exact, judged
    cut = best_cut(odds, same[pairs])
    found = replace(judged, pairs=pairs, odds=odds)
    return replace(exact, threshold=float(probability(np.array(cut)))), found


def _metrics(head: Head, judged: Judged | None, matches: Mask) -> dict[str, Any]:
    if judged is None:
        return {"by": "nothing"}
    truth, called = matches[judged.pairs], judged.odds >= head.cut
    right = int((called & truth).sum())
    curve = precision_recall_curve(truth, probability(judged.odds))
    return {
        "by": judged.how,
        "pairs": len(truth),
        "matches": int(truth.sum()),
        "precision": round(right / max(int(called.sum()), 1), _DIGITS),
        "recall": round(right / max(int(truth.sum()), 1), _DIGITS),
        "f1": round(f1(called, truth), _DIGITS),
        "average_precision": round(average_precision(curve), _DIGITS),
        "log_loss": round(loss(judged.odds, truth), _DIGITS),
    }


def _told(name: str, matches: Mask, judged: Judged | None) -> list[str]:
    if judged is not None:
        return []
    found, missed = int(matches.sum()), int((~matches).sum())
    few, count = ("matches", found) if found <= missed else ("non-matches", missed)
    return [
        f"{name}: only {count} {few} to learn from, and it takes {FEWEST} to choose by: the model is kept small, its "
        "probabilities are not calibrated, its threshold is 0.5, and how good it is was not measured; label more pairs"
    ]


def _fingerprint(pairs: pl.DataFrame, columns: Iterable[ComparedColumn], rows: list[int]) -> str:
    """A digest of what the model was trained on."""
    told = hashlib.sha256()
    for name in pairs.columns:
        for value in pairs[name].cast(pl.String):
            told.update(value.encode() + b"\0")
    for column in columns:
        told.update(f"{column.attribute.name}\0{column.role}\0{column.right}\0".encode())
    told.update(str(rows).encode())
    return told.hexdigest()
