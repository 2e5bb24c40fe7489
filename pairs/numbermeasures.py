"""Measures of one attribute that is a number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.attributes import Attribute
from pairs.tokens import Rows

Floats = NDArray[np.float32]
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class NumberMeasures:
    """The numbers of all records: (rows,) `values`, nan where missing or not finite."""

    attribute: Attribute
    values: NDArray[np.float64]

    @classmethod
    def fit(cls, values: pl.Series, attribute: Attribute) -> NumberMeasures:
        """Take the numbers of all records."""
        numbers = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        return cls(attribute, np.where(np.isfinite(numbers), numbers, np.nan))

    @property
    def known(self) -> NDArray[np.bool_]:
        """(rows,) whether a record has a value."""
        return ~np.isnan(self.values)

    def measure(self, left: Rows, right: Rows, *, threads: int = 0) -> dict[str, Floats]:
        """Measures of the numbers of each pair; `threads` makes no difference.

        Returns
        -------
        dict
            (pairs,) arrays, nan where either number is missing, but for ``missing``: 0, 1 or 2 sides.
            ``gap``: ``|a - b| / max(|a|, |b|)``, in [0, 1], 1 also where the signs differ, 0 where both are 0;
            ``signed``: ``(a - b) / max(|a|, |b|)``, in [-2, 2]; ``difference``: ``|a - b|``.
        """
        first, second = self.values[left], self.values[right]
        larger = np.maximum(np.abs(first), np.abs(second))
        unit = np.where(larger == 0, 1.0, larger)
        # Each side is divided before the difference is taken: neither overflows nor vanishes.
        signed = first / unit - second / unit
        with np.errstate(over="ignore"):
            difference = np.minimum(np.abs(first - second), _LARGEST)
        measures = {
            "missing": np.isnan(first).astype(np.float32) + np.isnan(second),
            "gap": np.minimum(np.abs(signed), 1),
            "signed": signed,
            "difference": difference,
        }
        return {name: values.astype(np.float32) for name, values in measures.items()}
