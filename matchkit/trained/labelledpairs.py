"""Labelled pairs for training and for validation, and the tables that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from matchkit.config import Config
from matchkit.errors import CatalogueError, ConfigError
from matchkit.labels import Labels
from matchkit.pairnames import DIFFERENT, EXACT, VARIANT
from matchkit.reading import Source

_IDS = ("left_id", "right_id")


def tables_of(
    files: Sequence[Labels], left: Source | None, right: Source | None, config: Config
) -> tuple[list[Labels], Source, Source | None, Config]:
    """The tables that pairs are of: those given, or those that stand in the files of pairs themselves.

    Records in two files of pairs need not be numbered alike, so there they get ids of their own.

    Returns
    -------
    files, left, right, config
        The pairs in the ids of these tables, and the settings under which to read them.

    Raises
    ------
    ConfigError
        There are no tables.
    """
    if left is not None:
        return list(files), left, right, config
    if right is not None:
        raise ConfigError("there is a right table and no left one: give both, or call the only one the left")
    sides: tuple[list[pl.DataFrame], list[pl.DataFrame]] = ([], [])
    named = []
    for number, labels in enumerate(files):
        if labels.tables is None:
            raise ConfigError(
                f"{labels.source} has ids alone: give the table that they are of with --left, and with --right where "
                "there are two"
            )
        mark = pl.lit(f"{number}:") if len(files) > 1 else pl.lit("")
        for frames, table in zip(sides, labels.tables, strict=True):
            frames.append(table.with_columns(id=mark + pl.col("id")))
        named.append(
            replace(labels, pairs=labels.pairs.with_columns((mark + pl.col(name)).alias(name) for name in _IDS))
        )
    one, other = (pl.concat(frames, how="diagonal_relaxed") for frames in sides)
    return named, one, other, config.replace(id="id", left_id="id", right_id="id")


def check_classes(labels: Labels) -> None:
    """Refuse labels from which nothing can be learnt.

    Raises
    ------
    CatalogueError
        One of the classes is missing.
    """
    known = set(labels.pairs["label"].unique())
    if len(known) == 1:
        (only,) = known
        lacking = "pairs that are different" if only == EXACT else "pairs that match"
        raise CatalogueError(f"{labels.source}: all {labels.pairs.height:,} pairs are '{only}'; add {lacking}")
    if DIFFERENT not in known:
        raise CatalogueError(f"{labels.source}: no pair is '{DIFFERENT}'; add pairs that are")
    if EXACT not in known and VARIANT in known:
        raise CatalogueError(
            f"{labels.source}: there are variants but no pair is '{EXACT}'; add such pairs, or call the variants '1'"
        )
