"""The names that the tools of this field give to the columns of pairs and clusters, and what their labels say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from pairs.normalise import as_text

#: The two ids of a pair.
PAIR_NAMES = (
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
#: Ids that by their names are of two tables.
TWO_TABLE_NAMES = (("ltable_id", "rtable_id"),)
#: The tables that the two records of a pair are from.
DATASET_NAMES = (("source_dataset_l", "source_dataset_r"),)
#: The group of a record.
CLUSTER_NAMES = ("cluster_id", "cluster", "entity_id", "entity", "group_id", "group", "match_id")
#: The entity and the family of a record, those that a run of ours gave first.
ENTITY_NAMES = ("matchkit_entity_id", "entity_id", *CLUSTER_NAMES)
FAMILY_NAMES = ("matchkit_family_id", "family_id", "family", *(n for n in CLUSTER_NAMES if not n.startswith("entity")))
#: What a pair is.
LABEL_NAMES = ("label", "match", "is_match", "is_duplicate", "gold", "gold_label", "clerical_match_score", "prediction")
#: How likely a pair is to match, from 0 to 1.
SCORE_NAMES = ("p_exact", "score", "probability", "match_probability", "prediction")

EXACT, VARIANT, DIFFERENT = "exact_duplicate", "variant", "different"
#: The labels of a pair, the closest first.
LABELS = (EXACT, VARIANT, DIFFERENT)
#: What labels may be, for messages.
LABEL_WORDS = "1/0, true/false, yes/no, match/non-match, exact_duplicate/variant/different or numbers from 0 to 1"

_WORDS = {
    EXACT: ("1", "1.0", "true", "t", "yes", "y", "match", "exact_duplicate", "exact", "duplicate"),
    VARIANT: ("variant",),
    DIFFERENT: ("0", "0.0", "false", "f", "no", "n", "non_match", "nonmatch", "no_match", "different", "distinct"),
}


def find_column(columns: Iterable[str], names: Sequence[str]) -> str | None:
    """The column that has the first of these names that any column has, whatever the case."""
    known = _folded(columns)
    return next((known[name] for name in names if name in known), None)


def find_pair(columns: Iterable[str], names: Sequence[tuple[str, str]] = PAIR_NAMES) -> tuple[str, str] | None:
    """The two columns that have the first pair of names that columns have, whatever the case."""
    known = _folded(columns)
    return next(((known[one], known[two]) for one, two in names if one in known and two in known), None)


def read_words(column: pl.Series) -> pl.Series:
    """What each cell of a label column says: one of :data:`LABELS`, null where it is missing or not known.

    A column of numbers from 0 to 1 is a score: 0.5 and more is a match.
    """
    text = clean_cells(column)
    numbers = text.cast(pl.Float64, strict=False)
    if len(text) > text.null_count() == numbers.null_count() and bool(numbers.is_between(0, 1).all()):
        frame = pl.DataFrame({"number": numbers})
        said = pl.when(pl.col("number") >= 0.5).then(pl.lit(EXACT)).when(pl.col("number") < 0.5).then(pl.lit(DIFFERENT))
        return frame.select(said.alias(column.name)).to_series()
    meaning = {word: label for label, words in _WORDS.items() for word in words}
    plain = text.str.to_lowercase().str.replace_all(r"[\s-]+", "_")
    return plain.replace_strict(meaning, default=None, return_dtype=pl.String)


def clean_cells(column: pl.Series) -> pl.Series:
    """The cells as text without white space around them, null where nothing is left."""
    text = as_text(column).str.strip_chars()
    return text.set(text == "", None)


def _folded(columns: Iterable[str]) -> dict[str, str]:
    return {name.strip().casefold(): name for name in reversed(list(columns))}
