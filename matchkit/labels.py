"""Labelled pairs, in any layout that the tools of this field write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from matchkit.catalogue import id_values
from matchkit.errors import CatalogueError
from matchkit.faults import Fault, raise_faults
from matchkit.joinedpairs import find_sides, split_tables
from matchkit.pairnames import (
    DATASET_NAMES,
    LABEL_NAMES,
    LABEL_WORDS,
    TWO_TABLE_NAMES,
    VARIANT,
    clean_cells,
    find_column,
    find_pair,
    read_words,
)
from matchkit.reading import Source, Table, read_table
from matchkit.spelling import close_names, listed

_IDS = ("left_id", "right_id")
_TWO_IDS = "give every pair two ids"


@dataclass(frozen=True, slots=True)
class Labels:
    """Pairs of records and what each is.

    Attributes
    ----------
    pairs
        ``left_id``, ``right_id`` and ``label`` as text, and ``line``, the line or null where rows have none.
        Each pair once, in the order of the file. A label is ``exact_duplicate``, ``variant`` or ``different``.
    source
        Name for messages.
    notes
        What the user should know about how the file was understood.
    tables
        The left and the right table, ``id`` and the attributes, where the file holds the records themselves.
    two_tables
        Whether the two ids are of two tables; None where the file does not tell.
    """

    pairs: pl.DataFrame
    source: str
    notes: tuple[str, ...] = ()
    tables: tuple[pl.DataFrame, pl.DataFrame] | None = None
    two_tables: bool | None = None

    @property
    def three(self) -> bool:
        """Whether any pair is a variant."""
        return bool((self.pairs["label"] == VARIANT).any())

    def place(self, row: int) -> str:
        """Where the pair with this number, from 0, is: ``line 7``, or empty where rows have no lines."""
        line = self.pairs["line"][row]
        return "" if line is None else f"line {line}"


def read_labels(source: Source, *, delimiter: str | None = None, encoding: str | None = None) -> Labels:
    """Read labelled pairs from a file or frame.

    The two ids are ``left_id, right_id``, ``ltable_id, rtable_id``, ``unique_id_l, unique_id_r``, ``p1, p2`` and
    the like, see :data:`matchkit.pairnames.PAIR_NAMES`; or the records stand side by side as ``left_title,
    right_title`` ... (also ``ltable_``/``rtable_``, ``l_``/``r_``, ``_left``/``_right``, ``_l``/``_r``) and need
    no ids. The label is ``1/0``, ``true/false``, ``yes/no``, ``match/non-match``, ``exact_duplicate``,
    ``variant``, ``different``, or a number from 0 to 1 of which 0.5 and more is a match.

    Raises
    ------
    CatalogueError
        The file cannot be read, has no ids or no labels, an id or a label is missing or not known, or a pair has
        two labels.
    """
    return labels_in(read_table(source, delimiter=delimiter, encoding=encoding))


def labels_in(table: Table) -> Labels:
    """The labelled pairs of a table that is read already; see :func:`read_labels`."""
    columns = table.frame.columns
    label = find_column(columns, LABEL_NAMES)
    names, ids, tables = _sides(table)
    if label is None:
        meant = close_names("label", columns, 1)
        remedy = f"rename '{meant[0]}' to 'label'" if meant else "call it 'label'"
        raise CatalogueError(f"{table.source} has no column with labels: its columns are {listed(columns)}; {remedy}")
    two_tables = _of_two_tables(table, names, tables is not None and names is None, ids)
    words = read_words(table.frame[label])
    _check_cells(table, label, words, names, ids)
    pairs = _listed(table, ids, words)
    return _once(Labels(pairs, table.source, table.notes, tables, two_tables), "keep one label for each pair")


def pairs_in(table: Table) -> Labels:
    """The pairs of a table whatever they are, each row of it, also those that are repeated; labels are null.

    Raises
    ------
    CatalogueError
        The table has no ids, or one is missing.
    """
    names, ids, tables = _sides(table)
    _check_pair(table, names, ids)
    two_tables = _of_two_tables(table, names, tables is not None and names is None, ids)
    nothing = pl.repeat(None, table.frame.height, dtype=pl.String, eager=True)
    return Labels(_listed(table, ids, nothing), table.source, table.notes, tables, two_tables)


def matches_in(table: Table) -> Labels:
    """The matches of a table: the pairs that are labelled, or where none is, all of them as exact duplicates.

    Raises
    ------
    CatalogueError
        As for :func:`labels_in`; or there are no labels, but a column that is called nearly so.
    """
    columns = table.frame.columns
    if find_column(columns, LABEL_NAMES):
        return labels_in(table)
    if meant := close_names("label", columns, 1):
        raise CatalogueError(
            f"{table.source}: is '{meant[0]}' the label? Then call it 'label'; else give it another name, for "
            "without labels every pair in the truth is a match"
        )
    marked = labels_in(replace(table, frame=table.frame.with_columns(label=pl.lit(1))))
    note = "the truth has no labels: its pairs are all the matches there are, and whatever else is predicted is wrong"
    return replace(marked, notes=(*marked.notes, note))


def _sides(
    table: Table,
) -> tuple[tuple[str, str] | None, tuple[pl.Series, pl.Series], tuple[pl.DataFrame, pl.DataFrame] | None]:
    """The columns of the ids if there are such, the ids, and both tables where the records stand side by side."""
    columns = table.frame.columns
    names, sides = find_pair(columns), find_sides(columns)
    given = _ids(table, names) if names is not None else None
    tables, ids = split_tables(table, sides, given) if sides is not None else (None, given)
    if ids is None:
        raise CatalogueError(
            f"{table.source} has no pairs: its columns are {listed(columns)}; call the two ids left_id and right_id"
        )
    return names, ids, tables


def _listed(table: Table, ids: tuple[pl.Series, pl.Series], words: pl.Series) -> pl.DataFrame:
    lines = pl.Series("line", table.lines) if table.lines is not None else pl.repeat(None, len(words), eager=True)
    return pl.DataFrame(
        [ids[0].alias("left_id"), ids[1].alias("right_id"), words.alias("label"), lines.cast(pl.Int64).alias("line")]
    )


def unordered(labels: Labels) -> Labels:
    """The labels as of one table, where (a, b) and (b, a) are one pair: the smaller id first.

    Raises
    ------
    CatalogueError
        A record is paired with itself, or a pair has one label one way round and another the other.
    """
    left, right = (labels.pairs[name] for name in _IDS)
    alone = Fault.where((left == right).to_numpy(), lambda row: f"the record '{left[row]}' is paired with itself")
    raise_faults(labels.source, labels.place, [alone], "take such pairs out, or say that the ids are of two tables")
    pairs = labels.pairs.with_columns(left_id=pl.min_horizontal(*_IDS), right_id=pl.max_horizontal(*_IDS))
    return _once(
        replace(labels, pairs=pairs, two_tables=False),
        "keep one label for each pair, or say that the ids are of two tables",
    )


def check_ids(labels: Labels, left_ids: pl.Series, right_ids: pl.Series | None = None) -> None:
    """Check that the tables have the records that are labelled.

    Parameters
    ----------
    labels
        The pairs.
    left_ids, right_ids
        The ids of the left and of the right table; None for the right where there is only one table.

    Raises
    ------
    CatalogueError
        Ids are not there, or with one table a record is paired with itself.
    """
    other = left_ids if right_ids is None else right_ids
    known = [ids.cast(pl.String).implode() for ids in (left_ids, other)]
    faults = []
    for name, ids, which in zip(_IDS, known, ("left", "right"), strict=True):
        column = labels.pairs[name]
        where = "the table" if right_ids is None else f"the {which} table"
        faults.append(Fault.where(~column.is_in(ids).to_numpy(), _absent(column, name, where)))
    remedy = "give the tables that the pairs are of"
    swapped = all(bool(labels.pairs[name].is_in(ids).all()) for name, ids in zip(_IDS, reversed(known), strict=True))
    if right_ids is not None and swapped:
        remedy = "with the two tables the other way round all ids would fit: swap them"
    if right_ids is None:
        left = labels.pairs["left_id"]
        alone = (left == labels.pairs["right_id"]).to_numpy()
        faults.append(Fault.where(alone, lambda row: f"the record '{left[row]}' is paired with itself"))
        if not any(len(fault.rows) for fault in faults[:2]):
            remedy = "take such pairs out"
    raise_faults(labels.source, labels.place, faults, remedy)


def _ids(table: Table, names: tuple[str, str]) -> tuple[pl.Series, pl.Series]:
    left, right = (clean_cells(id_values(table.frame[name])) for name in names)
    return left, right


def _absent(column: pl.Series, name: str, where: str) -> Callable[[int], str]:
    return lambda row: f"the {name} '{column[row]}' is not in {where}"


def _of_two_tables(
    table: Table, names: tuple[str, str] | None, numbered: bool, ids: tuple[pl.Series, pl.Series]
) -> bool | None:
    columns = table.frame.columns
    if numbered or find_pair(columns, TWO_TABLE_NAMES):
        return True
    datasets = find_pair(columns, DATASET_NAMES) if names is not None else None
    if datasets is None:
        return None
    left, right = (clean_cells(table.frame[name]) for name in datasets)
    if (left == right).fill_null(True).all():
        return False
    if left.n_unique() == right.n_unique() == 1:
        return True
    origins = pl.concat(
        [pl.DataFrame({"id": side, "table": origin}) for side, origin in zip(ids, (left, right), strict=True)]
    )
    if origins.unique()["id"].drop_nulls().is_duplicated().any():
        raise CatalogueError(
            f"{table.source} has pairs within and between tables, and the same id in two of them; make the ids unique"
        )
    return False


def _check_cells(
    table: Table,
    label: str,
    words: pl.Series,
    names: tuple[str, str] | None,
    ids: tuple[pl.Series, pl.Series],
) -> None:
    cells = clean_cells(table.frame[label])
    faults = [
        Fault.where(
            (words.is_null() & cells.is_not_null()).to_numpy(),
            lambda row: f"the {label} '{cells[row][:40]}' is not known",
        ),
        Fault.where(cells.is_null().to_numpy(), lambda row: f"the {label} is missing"),
    ]
    faults += _absent_ids(names, ids)
    unknown = len(faults[0].rows) + len(faults[1].rows)
    remedy = f"labels are {LABEL_WORDS}" if unknown else _TWO_IDS
    raise_faults(table.source, table.place, faults, remedy)


def _check_pair(table: Table, names: tuple[str, str] | None, ids: tuple[pl.Series, pl.Series]) -> None:
    raise_faults(table.source, table.place, _absent_ids(names, ids), _TWO_IDS)


def _absent_ids(names: tuple[str, str] | None, ids: tuple[pl.Series, pl.Series]) -> list[Fault]:
    if names is None:
        return []
    return [Fault.where(side.is_null().to_numpy(), _missing(name)) for side, name in zip(ids, names, strict=True)]


def _missing(name: str) -> Callable[[int], str]:
    return lambda row: f"the {name} is missing"


def _once(labels: Labels, remedy: str) -> Labels:
    """Each pair once; those with two labels are an error."""
    pairs = labels.pairs.with_row_index("row")
    firsts = pairs.select(
        pl.col("row").first().over(_IDS).alias("row"), pl.col("label").first().over(_IDS).alias("label")
    )
    again = (firsts["row"] != pairs["row"]).to_numpy()
    other = (firsts["label"] != pairs["label"]).to_numpy()
    fault = Fault.where(other, lambda row: _contradiction(labels, row, int(firsts["row"][row])))
    raise_faults(labels.source, labels.place, [fault], remedy)
    if not again.any():
        return labels
    note = f"pairs of the truth that are repeated, and count once: {int(again.sum()):,}"
    return replace(labels, pairs=labels.pairs.filter(~pl.Series(again)), notes=(*labels.notes, note))


def _contradiction(labels: Labels, row: int, first: int) -> str:
    left, right, label, _ = labels.pairs.row(row)
    before, where = labels.pairs["label"][first], labels.place(first)
    return f"('{left}', '{right}') is {label}, but {before}{f' in {where}' if where else ' before'}"
