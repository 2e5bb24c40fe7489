"""Columns of records as hashed features: read once for all views, and kept while they are few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from blocking.ngrams import parts, read_features
from blocking.text import column_text, compose

Packed = NDArray[np.uint32]

KEPT_BYTES = 150_000_000

_NOTHING: Packed = np.zeros(0, dtype=np.uint32)


class Texts:
    """The features of a table's records, for any set of its columns.

    Views of a record share columns, and each view is read twice, to learn how rare its features are and to encode
    them. As no feature reaches from one column into another, columns that always stand together are read as one text,
    and what was read is kept as long as all of it is small.

    Parameters
    ----------
    frame
        The records.
    views
        The sets of columns that will be asked for.
    kept
        Bytes of features that are kept at most.
    """

    def __init__(self, frame: pl.DataFrame, views: Sequence[Sequence[str]], *, kept: int = KEPT_BYTES) -> None:
        self.frame = frame
        self.views = tuple(tuple(view) for view in views)
        self._groups = _groups(self.views)
        self._room = kept
        self._known: dict[int, list[Packed]] = {}

    def parts(self) -> list[slice]:
        """The table cut into runs of bounded rows and characters, as `features` wants them."""
        columns = list(dict.fromkeys(name for view in self.views for name in view))
        lengths = [column_text(self.frame[name]).str.len_chars().fill_null(0).alias(name) for name in columns]
        return list(parts(pl.DataFrame(lengths).sum_horizontal().to_numpy().astype(np.int64)))

    def features(self, part: slice) -> list[Packed]:
        """For each view the packed features of some records, as often as they occur (see `blocking.ngrams`)."""
        read = self._known.get(part.start)
        if read is None:
            rows = self.frame[part]
            read = [read_features(compose(rows, group)) for group in self._groups]
            size = sum(packed.nbytes for packed in read)
            if size <= self._room:
                self._room -= size
                self._known[part.start] = read
        both = list(zip(read, self._groups, strict=True))
        return [
            np.concatenate([_NOTHING, *(packed for packed, group in both if group[0] in view)]) for view in self.views
        ]


def _groups(views: Sequence[Sequence[str]]) -> list[list[str]]:
    """The columns of all views, those together that stand in the same ones."""
    groups: dict[tuple[bool, ...], list[str]] = {}
    for name in dict.fromkeys(name for view in views for name in view):
        groups.setdefault(tuple(name in view for view in views), []).append(name)
    return list(groups.values())
