"""One or two tables made ready for a trained model: read, understood, and folded into distinct records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.candidates import find_candidates, find_link_candidates
from matchkit.config import Config
from matchkit.labels import Labels, check_ids, unordered
from matchkit.progress import StageTimes
from matchkit.reading import Source
from matchkit.records import Records
from matchkit.schema import Schema
from matchkit.trained.fit import check_values, read_catalogue, read_two
from matchkit.trained.model import Model
from matchkit.trained.pairfeatures import PairFeatures

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Workload:
    """Records that pairs are of.

    Attributes
    ----------
    ids
        The ids of the table, or of the left and of the right one.
    cells
        The user's columns of the same.
    schema
        What the columns mean.
    records
        Distinct records; those of the left table first.
    lefts
        How many the left table has; None for one table.
    map
        Columns of the left table and those of the right one that say the same; empty for one table.
    config
        The settings as they were used.
    sources
        What the tables are called in messages.
    notes
        What the user should know about how they were read.
    """

    ids: tuple[pl.Series, ...]
    cells: tuple[pl.DataFrame, ...]
    schema: Schema
    records: Records
    lefts: int | None
    map: Mapping[str, str]
    config: Config
    sources: tuple[str, ...]
    notes: tuple[str, ...]

    @classmethod
    def read(cls, left: Source, right: Source | None, config: Config, model: Model | None = None) -> Workload:
        """Read the tables; those that a model is to judge as it was trained to read them.

        Raises
        ------
        CatalogueError
            A table cannot be read, or they have no column in common.
        ConfigError
            A setting does not fit the tables.
        ModelError
            The model was trained on other columns.
        """
        found = cls._of_one(model, left, config) if right is None else cls._of_two(model, left, right, config)
        if model is not None:
            check_values(model, found.records, found.sources)
        return found

    @classmethod
    def _of_one(cls, model: Model | None, source: Source, config: Config) -> Workload:
        catalogue, schema, config = read_catalogue(model, source, config)
        records = Records.distinct(catalogue, schema.compared)
        cells, sources = (catalogue.frame,), (catalogue.source,)
        return cls((catalogue.ids,), cells, schema, records, None, {}, config, sources, catalogue.notes)

    @classmethod
    def _of_two(cls, model: Model | None, left: Source, right: Source, config: Config) -> Workload:
        tables, schema = read_two(model, left, right, config)
        records, lefts = tables.records(schema.compared)
        return cls(
            (tables.left.ids, tables.right.ids),
            (tables.left.frame, tables.right.frame),
            schema,
            records,
            lefts,
            {pair.left: pair.right for pair in tables.alignment.columns},
            tables.config,
            (tables.left.source, tables.right.source),
            tables.notes,
        )

    @property
    def two_tables(self) -> bool:
        """Whether pairs are of two tables."""
        return self.lefts is not None

    def checked(self, labels: Labels) -> Labels:
        """The labels, where both ids of a pair are of one table without sides.

        Raises
        ------
        CatalogueError
            An id is not there, or a pair has two labels.
        """
        labels = labels if self.two_tables else unordered(labels)
        check_ids(labels, *self.ids)
        return labels

    def numbered(self, pairs: pl.DataFrame) -> tuple[Rows, Rows]:
        """The records of pairs of ids (``left_id, right_id``) that are known; in one table the smaller number first."""
        found = []
        for number, name in enumerate(("left_id", "right_id")):
            ids = self.ids[number if self.two_tables else 0]
            start = len(self.ids[0]) if self.two_tables and number else 0
            table = pl.DataFrame({name: ids, "record": self.records.record_of[start : start + len(ids)]})
            joined = pairs.select(name).join(table, on=name, how="left", maintain_order="left")
            found.append(joined["record"].to_numpy().astype(np.int64))
        left, right = found
        if self.two_tables:
            return left, right
        return np.minimum(left, right), np.maximum(left, right)

    def features(self, left: Rows, right: Rows, times: StageTimes) -> PairFeatures:
        """What is needed to measure these pairs of records: the candidates around them, and all records."""
        apart = left != right
        given = pl.DataFrame({"left": left[apart], "right": right[apart]}).cast(pl.UInt32).unique(maintain_order=True)
        if self.lefts is None:
            candidates, _ = find_candidates(self.records, self.schema, self.config, times, given)
        else:
            candidates, _ = find_link_candidates(self.records, self.lefts, self.schema, self.config, times, given)
        with times.stage("learning words"):
            return PairFeatures.fit(self.records.normalised, self.schema.compared, candidates, self.two_tables)
