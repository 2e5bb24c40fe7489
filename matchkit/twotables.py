"""Two tables read, their columns aligned, and their rows stacked in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.alignment import Alignment, align
from matchkit.catalogue import Catalogue
from matchkit.config import Config, nearest
from matchkit.errors import CatalogueError, ConfigError
from matchkit.reading import Source, Table, read_table
from matchkit.records import Records, id_order
from matchkit.schema import Schema, understand
from pairs.attributes import Attribute
from pairs.normalise import as_text

SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class TwoTables:
    """The rows to link.

    Attributes
    ----------
    left, right
        Both tables, untouched.
    alignment
        Which of their columns say the same.
    stacked
        The aligned columns, called as in the left table, of all left rows and then all right ones. Its ids are
        those of the tables behind ``left:`` and ``right:``, for they may collide.
    config
        The settings as they were used.
    notes
        What the user should know about how the tables were read.
    """

    left: Catalogue
    right: Catalogue
    alignment: Alignment
    stacked: Catalogue
    config: Config
    notes: tuple[str, ...]

    @classmethod
    def read(
        cls,
        left: Source,
        right: Source,
        config: Config,
        *,
        one_to_one: bool | None = None,
        map: Mapping[str, str] | None = None,
    ) -> TwoTables:
        """Read both tables, align their columns and stack their rows; arguments as for :func:`matchkit.link`.

        Raises
        ------
        CatalogueError
            A table cannot be read, or no column of one says the same as one of the other.
        ConfigError
            The settings name a column that is in neither table, or map columns wrongly.
        """
        config = linking(config, one_to_one=one_to_one, map=map)
        return cls.of(read_both(left, right, config), config)

    @classmethod
    def of(cls, tables: tuple[Table, Table], config: Config) -> TwoTables:
        """Align the columns of two tables that were read, and stack their rows; raises as :meth:`read`."""
        _check_named(tables, config)
        configs = _config_of(tables[0], config, config.left_id), _config_of(tables[1], config, config.right_id)
        one, other = (
            Catalogue.of(table, own, option=f"--{side}-id")
            for table, own, side in zip(tables, configs, SIDES, strict=True)
        )
        alignment = align(one, other, configs, dict(config.map))
        if not alignment.columns:
            raise CatalogueError(
                f"no column of {one.source} says the same as one of {other.source}; "
                "name two that do with --map LEFT=RIGHT"
            )
        notes = [f"{side}: {note}" for side, table in zip(SIDES, (one, other), strict=True) for note in table.notes]
        return cls(one, other, alignment, _stack(one, other, alignment), config, (*notes,))

    def understand(self) -> Schema:
        """What the stacked columns mean: the same on both sides.

        Raises
        ------
        ConfigError
            The settings name more than one title.
        """
        return understand(self.stacked, _stacked_config(self.config, self.alignment))

    def records(self, compared: Sequence[Attribute]) -> tuple[Records, int]:
        """The distinct records of the left table, then those of the right one, and how many the left has.

        Identical rows of one table are one record; a row of each table never are.
        """
        parts, count = [], len(self.left.ids)
        for table, frame in zip((self.left, self.right), _split(self.stacked.frame, count), strict=True):
            parts.append(Records.distinct(replace(table, frame=frame), compared))
        one, other = parts
        stacked = Records(
            pl.concat([one.frame, other.frame]),
            pl.concat([one.normalised, other.normalised]),
            np.concatenate([one.rows, other.rows + count]),
            np.concatenate([one.record_of, other.record_of + len(one)]),
        )
        return stacked, len(one)

    @property
    def order(self) -> NDArray[np.int64]:
        """Rank of every stacked row: left ones first, each table in the order of its ids."""
        return np.concatenate([id_order(self.left.ids), id_order(self.right.ids) + len(self.left.ids)])


def linking(config: Config, *, one_to_one: bool | None = None, map: Mapping[str, str] | None = None) -> Config:
    """The settings with what is set for linking; raises ConfigError."""
    if not isinstance(config, Config):
        raise ConfigError(
            f"config is {type(config).__name__}, not a matchkit.Config: make one, or load a file with Config.load"
        )
    return config.replace(one_to_one=one_to_one, map=None if map is None else {**config.map, **dict(map)})


def read_both(left: Source, right: Source, config: Config) -> tuple[Table, Table]:
    """Read the left and the right table; raises CatalogueError or ConfigError."""
    if str(left) == str(right) == "-":
        raise ConfigError("standard input can be read once only: give a file for one of the tables")
    one, other = (
        _named(read_table(source, delimiter=config.delimiter, encoding=config.encoding), side)
        for source, side in zip((left, right), SIDES, strict=True)
    )
    return one, other


def _named(table: Table, side: str) -> Table:
    return replace(table, source=f"the {side} frame") if table.format == "frame" else table


def _check_named(tables: Sequence[Table], config: Config) -> None:
    """Columns in the settings may be of either table; `map` is checked where the columns are aligned."""
    known = list(dict.fromkeys(name for table in tables for name in table.frame.columns))
    asked = [("ignore_columns", name) for name in config.ignore_columns]
    asked += [("columns", name) for name in config.columns]
    problems = [
        f"{key}: neither {tables[0].source} nor {tables[1].source} has a column '{name}', {nearest(name, known)}"
        for key, name in asked
        if name not in known
    ]
    for key, name, table in zip(("left_id", "right_id"), (config.left_id, config.right_id), tables, strict=True):
        if name is not None and name not in table.frame.columns:
            problems.append(f"{key}: {table.source} has no column '{name}', {nearest(name, table.frame.columns)}")
    if problems:
        raise ConfigError("; ".join(problems))


def _config_of(table: Table, config: Config, id_column: str | None) -> Config:
    """The settings of one table: its own id column, and only columns that it has."""
    there = set(table.frame.columns)
    return replace(
        config,
        id=id_column or config.id,
        ignore_columns=tuple(name for name in config.ignore_columns if name in there),
        columns={name: role for name, role in config.columns.items() if name in there},
    )


def _stacked_config(config: Config, alignment: Alignment) -> Config:
    """The settings in the names of the stacked columns."""
    columns = {}
    for pair in alignment.columns:
        role = config.columns.get(pair.left, config.columns.get(pair.right))
        if role is not None and role != "id":
            columns[pair.left] = role
    return replace(config, id=None, ignore_columns=(), columns=columns)


def _stack(left: Catalogue, right: Catalogue, alignment: Alignment) -> Catalogue:
    frame = pl.DataFrame(
        [_joined(left.frame[pair.left], right.frame[pair.right]).alias(pair.left) for pair in alignment.columns]
    )
    ids = pl.concat([f"{side}:" + table.ids for side, table in zip(SIDES, (left, right), strict=True)])
    return Catalogue(frame, ids.alias("id"), None, f"{left.source} and {right.source}")


def _joined(left: pl.Series, right: pl.Series) -> pl.Series:
    """Both columns in one: numbers stay numbers where both are, else what is of two types is text."""
    right = right.alias(left.name)
    if left.dtype == right.dtype:
        return pl.concat([left, right])
    if left.dtype.is_numeric() and right.dtype.is_numeric():
        return pl.concat([left.cast(pl.Float64), right.cast(pl.Float64)])
    return pl.concat([_text(left), _text(right)])


def _text(column: pl.Series) -> pl.Series:
    # A GTIN that a spreadsheet made a float is 4006381333931, not 4006381333931.0.
    if column.dtype.is_float() and (column.drop_nulls().fill_nan(0) % 1 == 0).all():
        column = column.fill_nan(None).cast(pl.Int64, strict=False).alias(column.name)
    return as_text(column)


def _split(frame: pl.DataFrame, count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    return frame[:count], frame[count:]
