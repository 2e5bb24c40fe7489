"""What a trained model reads of a pair: its measures, and its standing among the candidates around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.context import context
from pairs.attributes import Attribute
from pairs.measures import Measures

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class PairFeatures:
    """Measures of pairs of records, and of how they stand among the candidate pairs.

    Attributes
    ----------
    measures
        What was learnt from all records.
    codes
        (candidates,) ``left * records + right`` of every candidate pair, sorted.
    standing
        What :func:`matchkit.context.context` says of each.
    names
        The columns, in order: the measures and then the standing.
    groups
        For each column what it is about: an attribute, the record, or the context.
    """

    measures: Measures
    codes: Rows
    standing: pl.DataFrame
    names: tuple[str, ...]
    groups: tuple[str, ...]

    @classmethod
    def fit(
        cls, records: pl.DataFrame, attributes: Sequence[Attribute], candidates: pl.DataFrame, two_tables: bool
    ) -> PairFeatures:
        """Learn word frequencies from all records, and what the candidates say of each other.

        Parameters
        ----------
        records
            Normalised values of all records.
        attributes
            What is compared.
        candidates
            ``left, right, similarity``, left < right, each pair once.
        two_tables
            Whether left and right are of two tables.
        """
        measures = Measures.fit(records, attributes, symmetric=not two_tables)
        standing = context(candidates, two_tables=two_tables, symmetric=not two_tables)
        left, right = (candidates[side].to_numpy().astype(np.int64) for side in ("left", "right"))
        codes = left * records.height + right
        order = np.argsort(codes, kind="stable")
        prefixes = [part.attribute.name for part in measures.attributes] + [measures.prefix]
        groups = [_group(name, prefixes) for name in measures.names] + [CONTEXT] * standing.width
        # A column of the user's may be called context, too.
        names = (*measures.names, *(f"@{name}" for name in standing.columns))
        return cls(measures, codes[order], standing[order], names, tuple(groups))

    def batches(
        self, left: Rows, right: Rows, *, threads: int = 0, advance: Callable[[int], None] | None = None
    ) -> Iterator[tuple[slice, Floats]]:
        """Some pairs at a time: where they are among those given, and (pairs, features) values, nan where unknown."""
        for part, frame in self.measures.batches(left, right, threads=threads):
            parts = [frame.to_numpy(), self._standing(left[part], right[part])]
            yield part, np.ascontiguousarray(np.hstack(parts), dtype=np.float32)
            if advance is not None:
                advance(frame.height)

    def matrix(
        self, left: Rows, right: Rows, *, threads: int = 0, advance: Callable[[int], None] | None = None
    ) -> Floats:
        """(pairs, features) values of all pairs."""
        return np.vstack([values for _, values in self.batches(left, right, threads=threads, advance=advance)])

    def _standing(self, left: Rows, right: Rows) -> Floats:
        """The standing of candidate pairs, nan for others."""
        found = np.full((len(left), self.standing.width), np.nan, dtype=np.float32)
        wanted = left * len(self.measures.filled) + right
        place = np.searchsorted(self.codes, wanted)
        known = place < len(self.codes)
        known[known] = self.codes[place[known]] == wanted[known]
        found[known] = self.standing.to_numpy()[place[known]]
        return found


def _group(name: str, prefixes: Sequence[str]) -> str:
    """The longest prefix that the name of a measure has: names of columns may hold points themselves."""
    return max((prefix for prefix in prefixes if name.startswith(f"{prefix}.")), key=len)
