"""Read which records are known to match, as pairs or as clusters."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from matchkit.errors import CatalogueError
from matchkit.pairnames import CLUSTER_NAMES, EXACT, LABEL_NAMES, find_column, find_pair, read_words
from matchkit.reading import Source, read_table


def read_truth(source: Source) -> pl.DataFrame:
    """Read true matches from a file or frame, as pairs of ids.

    Pairs have two id columns (``left_id, right_id``, ``ltable_id, rtable_id``, ``id1, id2`` and the like) and
    perhaps a ``label``, of which the matches are kept. Clusters have ``id`` and ``cluster_id`` (or
    ``entity_id``, ``group_id`` ...); a record with no cluster matches nothing.

    Returns
    -------
    DataFrame
        ``left_id, right_id`` as text, each pair once, the smaller id first, sorted.

    Raises
    ------
    CatalogueError
        The file cannot be read or has neither shape.
    """
    table = read_table(source)
    columns = table.frame.columns
    if pair := find_pair(columns):
        found = _from_pairs(table.frame, *pair)
    elif cluster := find_column(columns, CLUSTER_NAMES):
        found = _from_clusters(table.frame, record_column(columns, cluster), cluster)
    else:
        raise CatalogueError(
            f"{table.source} holds no truth: it has the columns {', '.join(table.frame.columns[:10])}; give "
            "pairs as left_id,right_id or clusters as id,cluster_id"
        )
    left, right = pl.col("left_id"), pl.col("right_id")
    ordered = found.drop_nulls().filter(left != right)
    return (
        ordered.select(left_id=pl.min_horizontal(left, right), right_id=pl.max_horizontal(left, right))
        .unique()
        .sort("left_id", "right_id")
    )


def _text(name: str) -> pl.Expr:
    stripped = pl.col(name).cast(pl.String).str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def record_column(columns: Sequence[str], cluster: str) -> str:
    """The column that names the records of a table of clusters: ``id``, else the first that is not `cluster`."""
    return find_column(columns, ("id",)) or next(name for name in columns if name != cluster)


def _from_pairs(frame: pl.DataFrame, left: str, right: str) -> pl.DataFrame:
    label = find_column(frame.columns, LABEL_NAMES)
    if label is not None:
        frame = frame.filter(read_words(frame[label]) == EXACT)
    return frame.select(left_id=_text(left), right_id=_text(right))


def _from_clusters(frame: pl.DataFrame, record: str, cluster: str) -> pl.DataFrame:
    members = frame.select(id=_text(record), cluster=_text(cluster)).drop_nulls().unique()
    return (
        members.join(members, on="cluster", suffix="_right")
        .filter(pl.col("id") < pl.col("id_right"))
        .select(left_id="id", right_id="id_right")
    )
