"""What a trained model reads of a pair: its measures, and its standing among the candidates around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

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
    candidates
        Every candidate pair: ``left, right, similarity``.
    codes
        (candidates,) ``left * records + right`` of each, sorted.
    standing
        What :func:`matchkit.context.context` says of each.
    names
        The columns, in order: the measures and then the standing.
    groups
        For each column what it is about: an attribute, the record, or the context.
    """

    measures: Measures
    candidates: pl.DataFrame
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
        codes, candidates, standing = _standing(candidates, records.height, two_tables)
        prefixes = [part.attribute.name for part in measures.attributes] + [measures.prefix]
        groups = [_group(name, prefixes) for name in measures.names] + [CONTEXT] * standing.width
        # A column of the user's may be called context, too.
        names = (*measures.names, *(f"@{name}" for name in standing.columns))
        return cls(measures, candidates, codes, standing, names, tuple(groups))

    def extended(self, left: Rows, right: Rows) -> PairFeatures:
        """The same with further pairs among the candidates, which blocking had not found.

        Each is taken to be as similar as the least similar candidate pair of its records, for it is not more so.
        """
        records = len(self.measures.filled)
        lowest = np.full(records, np.inf, dtype=np.float32)
        for side in ("left", "right"):
            np.minimum.at(lowest, self.candidates[side].to_numpy(), self.candidates["similarity"].to_numpy())
        similarity = np.minimum(lowest[left], lowest[right])
        similarity[np.isinf(similarity)] = 0
        further = pl.DataFrame({"left": left, "right": right, "similarity": similarity}, strict=False)
        both = pl.concat([self.candidates, further.cast(self.candidates.schema)])
        both = both.unique(["left", "right"], keep="first", maintain_order=True)
        codes, candidates, standing = _standing(both, records, not self.measures.symmetric)
        return replace(self, candidates=candidates, codes=codes, standing=standing)

    def batches(
        self, left: Rows, right: Rows, *, threads: int = 0, advance: Callable[[int], None] | None = None
    ) -> Iterator[tuple[slice, Floats]]:
        """Some pairs at a time: where they are among those given, and (pairs, features) values, nan where unknown."""
        for part, frame in self.measures.batches(left, right, threads=threads):
            parts = [frame.to_numpy(), self._standing_of(left[part], right[part])]
            yield part, np.ascontiguousarray(np.hstack(parts), dtype=np.float32)
            if advance is not None:
                advance(frame.height)

    def matrix(
        self, left: Rows, right: Rows, *, threads: int = 0, advance: Callable[[int], None] | None = None
    ) -> Floats:
        """(pairs, features) values of all pairs."""
        return np.vstack([values for _, values in self.batches(left, right, threads=threads, advance=advance)])

    def _standing_of(self, left: Rows, right: Rows) -> Floats:
        """The standing of candidate pairs, nan for others."""
        found = np.full((len(left), self.standing.width), np.nan, dtype=np.float32)
        wanted = left * len(self.measures.filled) + right
        place = np.searchsorted(self.codes, wanted)
        known = place < len(self.codes)
        known[known] = self.codes[place[known]] == wanted[known]
        found[known] = self.standing[place[known]].to_numpy()
        return found


def _standing(
    candidates: pl.DataFrame, records: int, two_tables: bool
) -> tuple[NDArray[np.int64], pl.DataFrame, pl.DataFrame]:
    """Sorted codes of the candidates, these in that order, and how each stands among the others."""
    left, right = (candidates[side].to_numpy().astype(np.int64) for side in ("left", "right"))
    order = np.argsort(left * records + right, kind="stable")
    candidates = candidates[order]
    standing = context(candidates, two_tables=two_tables, symmetric=not two_tables)
    return (left * records + right)[order], candidates, standing


def _group(name: str, prefixes: Sequence[str]) -> str:
    """The longest prefix that the name of a measure has: names of columns may hold points themselves."""
    return max((prefix for prefix in prefixes if name.startswith(f"{prefix}.")), key=len)
