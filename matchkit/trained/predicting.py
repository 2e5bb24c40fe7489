"""What a trained model says of pairs."""

from __future__ import annotations

import numpy as np
import polars as pl

from matchkit.classify import Verdict
from matchkit.config import Config
from matchkit.labels import check_ids, pairs_in
from matchkit.odds import probability
from matchkit.progress import Progress, StageTimes
from matchkit.reading import Source, read_table
from matchkit.trained.labelledpairs import tables_of
from matchkit.trained.model import Model, arranged
from matchkit.trained.pairfeatures import PairFeatures, Rows
from matchkit.trained.workload import Workload

#: The columns that are written with four decimals.
PROBABILITIES = ("p_exact", "p_variant")

# Of rows that say the same in every compared column.
_CERTAIN = np.inf


def predict(
    model: Model,
    left: Source | None = None,
    right: Source | None = None,
    *,
    pairs: Source,
    config: Config | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Judge pairs by a trained model.

    Parameters
    ----------
    model
        What :func:`matchkit.train` returned or :meth:`Model.load` read.
    left, right
        The tables that the pairs are of, as for :func:`matchkit.train`.
    pairs
        Pairs in any layout that :func:`matchkit.labels.read_labels` knows; they need no labels.
    config
        How the files are read, the id columns and the threads; all else is as it was in training.
    progress
        Told of the stages; silent by default.

    Returns
    -------
    pl.DataFrame
        ``left_id``, ``right_id``, ``label``, ``p_exact`` and ``p_variant``: a row for each of the pairs, in their
        order. A pair is ``exact_duplicate`` if ``p_exact`` is not below the model's threshold.

    Raises
    ------
    CatalogueError
        A file cannot be read, or an id is not in its table.
    ModelError
        The tables have other columns than the model.
    """
    config, times = config or Config(), StageTimes(progress)
    with times.stage("reading"):
        listed = pairs_in(read_table(pairs, delimiter=config.delimiter, encoding=config.encoding))
        (listed,), left, right, config = tables_of([listed], left, right, config)
        work = Workload.read(left, right, config, model)
        check_ids(listed, *work.ids)
        records = work.numbered(listed.pairs)
    features = work.features(*records, times)
    with times.stage("judging", len(records[0])) as advance:
        verdict = verdict_on(model, features, *records, threads=config.threads, advance=advance)
    exact, family = probability(verdict.exact), probability(verdict.family)
    return listed.pairs.select("left_id", "right_id").with_columns(
        pl.Series("label", model.label(verdict), dtype=pl.String),
        pl.Series("p_exact", exact),
        pl.Series("p_variant", np.maximum(family - exact, 0.0)),
    )


def verdict_on(
    model: Model,
    features: PairFeatures,
    left: Rows,
    right: Rows,
    *,
    threads: int = 0,
    advance: object = None,
) -> Verdict:
    """Calibrated log odds of pairs of records, batch by batch; a record and itself are the same item for certain."""
    family, exact = np.full((2, len(left)), _CERTAIN)
    apart = np.flatnonzero(left != right)
    batches = features.batches(left[apart], right[apart], threads=threads, advance=advance)  # type: ignore[arg-type]
    for part, values in batches:
        found = model.verdict(arranged(features.names, values, model.features), threads=threads)
        family[apart[part]], exact[apart[part]] = found.family, found.exact
    return Verdict(family, exact)
