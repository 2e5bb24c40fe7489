"""Read which records are known to match, as pairs or as clusters."""

from __future__ import annotations

import polars as pl

from matchkit.errors import CatalogueError
from matchkit.reading import Source, read_table

# The names that the tools of this field give the two ids of a pair, and the group of a record.
_PAIR_NAMES = (
    ("left_id", "right_id"),
    ("id_left", "id_right"),
    ("ltable_id", "rtable_id"),
    ("id1", "id2"),
    ("id_1", "id_2"),
    ("id_l", "id_r"),
    ("unique_id_l", "unique_id_r"),
    ("left_instance_id", "right_instance_id"),
    ("left", "right"),
    ("lid", "rid"),
    ("p1", "p2"),
)
_CLUSTER_NAMES = ("cluster_id", "cluster", "entity_id", "entity", "group_id", "group", "match_id")
_LABEL_NAMES = ("label", "match", "is_match", "is_duplicate", "gold")
_MATCH_LABELS = ("1", "1.0", "true", "yes", "y", "match", "exact_duplicate", "exact", "duplicate")


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
    names = {name.strip().casefold(): name for name in table.frame.columns}
    pair = next((pair for pair in _PAIR_NAMES if set(pair) <= set(names)), None)
    if pair is not None:
        found = _from_pairs(table.frame, names[pair[0]], names[pair[1]], names)
    elif cluster := next((name for name in _CLUSTER_NAMES if name in names), None):
        found = _from_clusters(table.frame, _record_id(table.frame, names, names[cluster]), names[cluster])
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


def _from_pairs(frame: pl.DataFrame, left: str, right: str, names: dict[str, str]) -> pl.DataFrame:
    label = next((names[name] for name in _LABEL_NAMES if name in names), None)
    if label is not None:
        frame = frame.filter(_text(label).str.to_lowercase().is_in(_MATCH_LABELS))
    return frame.select(left_id=_text(left), right_id=_text(right))


def _record_id(frame: pl.DataFrame, names: dict[str, str], cluster: str) -> str:
    return names.get("id") or next(name for name in frame.columns if name != cluster)


def _from_clusters(frame: pl.DataFrame, record: str, cluster: str) -> pl.DataFrame:
    members = frame.select(id=_text(record), cluster=_text(cluster)).drop_nulls().unique()
    return (
        members.join(members, on="cluster", suffix="_right")
        .filter(pl.col("id") < pl.col("id_right"))
        .select(left_id="id", right_id="id_right")
    )
