"""Pairwise and B-cubed precision, recall and F1 of a clustering, without writing out a single pair."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1, each in [0, 1]; a share of nothing counts as 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where both are 0."""
        total = self.precision + self.recall
        return 2.0 * self.precision * self.recall / total if total else 0.0


def contingency(predicted: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """How many records each predicted cluster shares with each true one.

    Parameters
    ----------
    predicted, truth
        Two columns each: a record id, then its cluster. Predicted records that the truth does not know are
        left out; ids are compared as text.

    Returns
    -------
    pl.DataFrame
        ``shared`` (records in both clusters), ``found`` (size of the predicted cluster) and ``true`` (size
        of the true one), one row for each pair of clusters that overlap.

    Raises
    ------
    ValueError
        A record of the truth is missing from the prediction, or an id occurs twice.
    """
    columns = []
    for frame, name in ((predicted, "found"), (truth, "true")):
        cells = frame.select(pl.nth(0).cast(pl.String).alias("id"), pl.nth(1).cast(pl.String).alias(name))
        if cells["id"].n_unique() != cells.height:
            raise ValueError(f"an id occurs more than once in the {name} clusters")
        columns.append(cells)
    both = columns[1].join(columns[0], on="id", how="inner")
    if both.height != truth.height:
        raise ValueError(f"{truth.height - both.height} records of the truth are missing from the prediction")
    cells = both.group_by("found", "true").agg(shared=pl.len().cast(pl.Int64))
    return cells.select("shared", found=pl.col("shared").sum().over("found"), true=pl.col("shared").sum().over("true"))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def pairwise(predicted: pl.DataFrame, truth: pl.DataFrame) -> Scores:
    """Scores over pairs of records: a pair is right when both clusterings put it together.

    See `contingency` for the frames. Identical to listing all pairs, in time linear in the records.
    """
    cells = contingency(predicted, truth)

    def pairs(size: str) -> pl.Expr:
        return (pl.col(size) * (pl.col(size) - 1) // 2).sum()

    # A cluster stands in one row for each cluster it meets, so its pairs are added up by shares.
    right, found, true = cells.select(
        pairs("shared"),
        ((pl.col("found") - 1) * pl.col("shared")).sum().alias("found") // 2,
        ((pl.col("true") - 1) * pl.col("shared")).sum().alias("true") // 2,
    ).row(0)
    return Scores(_share(right, found), _share(right, true))


def b_cubed(predicted: pl.DataFrame, truth: pl.DataFrame) -> Scores:
    """Scores averaged over records, so that large clusters do not drown small ones.

    A record's precision is the share of its predicted cluster that is of its true cluster, and its recall the
    share of its true cluster that is in its predicted one (Bagga and Baldwin, 1998). See `contingency` for
    the frames.
    """
    cells = contingency(predicted, truth)
    weight = pl.col("shared") ** 2
    records, found, true = cells.select(
        pl.col("shared").sum(),
        (weight / pl.col("found")).sum().alias("found"),
        (weight / pl.col("true")).sum().alias("true"),
    ).row(0)
    return Scores(_share(found, records), _share(true, records))
