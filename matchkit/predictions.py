"""What some matcher predicted, as pairs with labels and scores or as clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from matchkit.catalogue import id_values
from matchkit.clusterfile import Clusters, Level, clusters_in
from matchkit.errors import CatalogueError
from matchkit.faults import Fault, raise_faults
from matchkit.pairnames import (
    DIFFERENT,
    EXACT,
    LABEL_NAMES,
    LABEL_WORDS,
    SCORE_NAMES,
    TWO_TABLE_NAMES,
    VARIANT,
    clean_cells,
    find_column,
    find_pair,
    read_words,
)
from matchkit.reading import Table
from matchkit.spelling import close_names, listed

_HALF = 0.5
# Probabilities are written with four decimals, so two of them may add up to a little more than 1.
_ROUNDING = 0.001
_VALUES = ("label", "p_exact", "p_variant")


@dataclass(frozen=True, slots=True)
class PredictedPairs:
    """Pairs and what was said of each.

    Attributes
    ----------
    pairs
        ``left_id``, ``right_id``, ``label`` as text; ``p_exact`` and ``p_variant`` in [0, 1]; ``line``, null
        where rows have none. Each pair once.
    scored
        Whether the file has scores; else ``p_exact`` and ``p_variant`` are null.
    source, notes, two_tables
        As of :class:`matchkit.labels.Labels`.
    """

    pairs: pl.DataFrame
    scored: bool
    source: str
    notes: tuple[str, ...] = ()
    two_tables: bool | None = None

    def place(self, row: int) -> str:
        """Where the pair with this number, from 0, is: ``line 7``, or empty where rows have no lines."""
        line = self.pairs["line"][row]
        return "" if line is None else f"line {line}"


def predictions_in(
    table: Table, level: Level, *, id: str | None = None, cluster: str | None = None
) -> PredictedPairs | Clusters:
    """The predictions of a table: pairs where it has two ids, else clusters.

    Pairs may have a label, a score (``p_exact`` with ``p_variant``, ``score``, ``probability``,
    ``match_probability``, or ``prediction`` as a number), or both. Without a label, a score of 0.5 and more is a
    match; without either, every pair is.

    Raises
    ------
    CatalogueError
        There is neither; an id is missing; a label is not known; a score is no number from 0 to 1.
    """
    columns = table.frame.columns
    names = find_pair(columns) if cluster is None else None
    if names is not None:
        return _pairs(table, names)
    found = clusters_in(table, level, id=id, cluster=cluster, predicted=True)
    if found is None:
        raise CatalogueError(_neither(table, level))
    return found


def once(predicted: PredictedPairs, *, ordered: bool) -> PredictedPairs:
    """Each pair once; `ordered` where (a, b) and (b, a) are two, for the ids are of two tables.

    Raises
    ------
    CatalogueError
        A pair is there twice with different labels or scores.
    """
    pairs, notes = predicted.pairs, list(predicted.notes)
    ids = ["left_id", "right_id"]
    if not ordered:
        pairs = pairs.with_columns(left_id=pl.min_horizontal(ids), right_id=pl.max_horizontal(ids))
        alone = pairs["left_id"] == pairs["right_id"]
        if alone.any():
            notes.append(f"predictions that pair a record with itself, and are left out: {int(alone.sum()):,}")
            pairs = pairs.filter(~alone)
    kept = replace(predicted, pairs=pairs)
    first = pairs.with_row_index("row").select(pl.col("row", *_VALUES).first().over(ids))
    other = pl.Series([False]).new_from_index(0, pairs.height)
    for name in _VALUES:
        other = other | first[name].ne_missing(pairs[name])
    fault = Fault.where(other.to_numpy(), lambda row: _contradiction(kept, row, int(first["row"][row])))
    turned = not predicted.pairs["left_id"].equals(pairs["left_id"])
    remedy = "give one prediction for each pair" + (", or say that the ids are of two tables" if turned else "")
    raise_faults(predicted.source, kept.place, [fault], remedy)
    repeated = first["row"] != pl.int_range(pairs.height, eager=True)
    if repeated.any():
        notes.append(f"predictions that are repeated, and count once: {int(repeated.sum()):,}")
    return replace(kept, pairs=pairs.filter(~repeated), notes=tuple(notes))


def _pairs(table: Table, names: tuple[str, str]) -> PredictedPairs:
    frame, notes = table.frame, list(table.notes)
    label, score = _columns(table)
    left, right = (clean_cells(id_values(frame[name])) for name in names)
    faults = [
        Fault.where(side.is_null().to_numpy(), lambda row, name=name: f"the {name} is missing")  # type: ignore[misc]
        for side, name in zip((left, right), names, strict=True)
    ]
    remedies = ["every pair has two ids"]
    exact, variant = _scores(table, score)
    if score is not None:
        faults += _score_faults(table, score)
        remedies.append("a score is a number from 0 to 1, and p_exact and p_variant together are 1 at most")
    if label is not None:
        faults += _label_faults(table, label)
        remedies.append(f"labels are {LABEL_WORDS}")
    raise_faults(table.source, table.place, faults, "; ".join(remedies))
    if label is not None:
        words = read_words(table.frame[label])
    elif score is not None:
        both = pl.DataFrame({"exact": exact, "variant": variant})
        near = pl.when(pl.col("exact") + pl.col("variant") >= _HALF).then(pl.lit(VARIANT)).otherwise(pl.lit(DIFFERENT))
        said = pl.when(pl.col("exact") >= _HALF).then(pl.lit(EXACT)).otherwise(near)
        words = both.select(said.alias("label")).to_series()
        notes.append(f"the predictions have no label: those with {score} of 0.5 and more are matches")
    else:
        words = pl.repeat(EXACT, frame.height, eager=True)
        notes.append("the predictions have neither label nor score: every pair in them is a match")
    lines = pl.Series(table.lines) if table.lines is not None else pl.repeat(None, frame.height, eager=True)
    columns = {"left_id": left, "right_id": right, "label": words, "p_exact": exact, "p_variant": variant}
    two_tables = True if find_pair(frame.columns, TWO_TABLE_NAMES) else None
    pairs = pl.DataFrame({**columns, "line": lines.cast(pl.Int64)})
    return PredictedPairs(pairs, score is not None, table.source, tuple(notes), two_tables)


def _columns(table: Table) -> tuple[str | None, str | None]:
    """The columns of the labels and of the scores; a column of numbers other than 0 and 1 is one of scores."""
    columns = table.frame.columns
    label, score = find_column(columns, LABEL_NAMES), find_column(columns, SCORE_NAMES)
    if label is not None and (score is None or score == label):
        numbers = clean_cells(table.frame[label]).cast(pl.Float64, strict=False)
        graded = (numbers.is_not_null() & ~numbers.is_in([0.0, 1.0])).any()
        return (None, label) if graded else (label, None)
    if score is not None and label is None:
        return None, score
    return label, score


def _label_faults(table: Table, label: str) -> list[Fault]:
    words, cells = read_words(table.frame[label]), clean_cells(table.frame[label])
    unknown, missing = words.is_null() & cells.is_not_null(), cells.is_null()
    return [
        Fault.where(unknown.to_numpy(), lambda row: f"the {label} '{cells[row][:40]}' is not known"),
        Fault.where(missing.to_numpy(), lambda row: f"the {label} is missing"),
    ]


def _variant_column(table: Table, score: str) -> str | None:
    return find_column(table.frame.columns, ("p_variant",)) if score.strip().casefold() == "p_exact" else None


def _scores(table: Table, score: str | None) -> tuple[pl.Series, pl.Series]:
    """The probabilities of an exact duplicate and of a variant; null where there are no scores."""
    if score is None:
        none = pl.repeat(None, table.frame.height, dtype=pl.Float64, eager=True)
        return none, none
    further = _variant_column(table, score)
    exact = _numbers(table, score)
    return exact, _numbers(table, further) if further is not None else exact * 0.0


def _score_faults(table: Table, score: str) -> list[Fault]:
    further = _variant_column(table, score)
    faults = [_number_fault(table, name) for name in (score, further) if name is not None]
    if further is not None:
        exact, variant = _scores(table, score)
        over = (exact + variant > 1.0 + _ROUNDING).fill_null(False)
        over &= exact.is_between(0, 1) & variant.is_between(0, 1)
        faults.append(
            Fault.where(
                over.fill_null(False).to_numpy(),
                lambda row: f"{score} and {further} add up to {exact[row] + variant[row]:.4g}",
            )
        )
    return faults


def _numbers(table: Table, name: str) -> pl.Series:
    return clean_cells(table.frame[name]).cast(pl.Float64, strict=False)


def _number_fault(table: Table, name: str) -> Fault:
    cells, numbers = clean_cells(table.frame[name]), _numbers(table, name)
    wrong = ~numbers.is_between(0, 1).fill_null(False) | numbers.is_nan().fill_null(True)
    return Fault.where(
        wrong.to_numpy(),
        lambda row: f"the {name} is missing" if cells[row] is None else f"the {name} is '{cells[row]}'",
    )


def _contradiction(predicted: PredictedPairs, row: int, first: int) -> str:
    place = predicted.place(first)
    pair = f"('{predicted.pairs['left_id'][row]}', '{predicted.pairs['right_id'][row]}')"
    return f"{pair} is {_told(predicted, row)}, but {_told(predicted, first)} {f'in {place}' if place else 'before'}"


def _told(predicted: PredictedPairs, row: int) -> str:
    label, exact, variant = predicted.pairs.select(_VALUES).row(row)
    return label if exact is None else f"{label} with {exact:g}" + (f" and {variant:g}" if variant else "")


def _neither(table: Table, level: Level) -> str:
    columns = table.frame.columns
    shown = listed(columns)
    other = clusters_in(table, "family" if level == "entity" else "entity", predicted=True)
    if other is not None:
        advice = f"for those it has, add --level {'family' if level == 'entity' else 'entity'}"
        return f"{table.source} has no column of {level} clusters: its columns are {shown}; {advice}"
    wanted = ("left_id", "right_id", f"{level}_id", "cluster_id")
    meant = [
        f"'{close[0]}' to '{name}'"
        for name in wanted
        if name not in columns and (close := close_names(name, columns, 1))
    ]
    advice = f"rename {' and '.join(meant)}" if meant else "name the column of clusters with --cluster"
    return (
        f"{table.source} has neither pairs (left_id, right_id) nor clusters (id, {level}_id): its columns are {shown}; "
        f"{advice}"
    )
