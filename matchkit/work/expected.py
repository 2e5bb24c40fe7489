"""What a run expects of a kept stage before it takes it: the right types, and as many records and pairs as it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from blocking.candidates import CandidateReport
from matchkit.baseevidence import BaseEvidence
from matchkit.evidence import Evidence
from matchkit.linkscore import LinkScores
from matchkit.work.fitting import fits
from pairs.familyview import FamilyView

Expected = Callable[[Any], bool]


def candidates(records: int, *, reports: bool = False) -> Expected:
    """Candidate pairs of so many records, and how they were found: one report, or several."""
    kinds: list[Any] = [pl.DataFrame, list[CandidateReport] if reports else CandidateReport]

    def check(value: Any) -> bool:
        parts = value if isinstance(value, tuple) else ()
        return len(parts) == 2 and all(map(fits, parts, kinds)) and _are_pairs(parts[0], records)

    return check


def evidence(pairs: int) -> Expected:
    """So many compared pairs."""
    return lambda value: fits(value, Evidence) and _has_pairs(value, pairs)


def base_evidence(pairs: int) -> Expected:
    """So many compared pairs of base records, and examples of others."""

    def check(value: Any) -> bool:
        return (
            fits(value, BaseEvidence)
            and _has_pairs(value.pairs, pairs)
            and all(_has_pairs(examples, len(examples.left)) for examples in (value.siblings, value.random))
            and _long([value.apart, value.values.shared, value.values.possible], pairs)
        )

    return check


def odds(pairs: int) -> Expected:
    """Finite log odds of so many pairs."""
    kind = NDArray[np.float64]
    return lambda value: fits(value, kind) and _long([value], pairs) and bool(np.isfinite(value).all())


def scores(pairs: int) -> Expected:
    """What is thought of so many candidate pairs of two tables."""

    def check(value: Any) -> bool:
        found = fits(value, LinkScores) and _long([value.verdict.family, value.verdict.exact], pairs)
        return found and not bool(np.isnan(value.verdict.family).any() or np.isnan(value.verdict.exact).any())

    return check


def family_view(records: int) -> Expected:
    """So many records as the search for families sees them."""

    def check(value: Any) -> bool:
        if not fits(value, FamilyView):
            return False
        frames = [frame for frame in (value.parting, value.view.records, value.view.ignored) if frame.width]
        return all(len(part) == records for part in (value.base, value.item, *frames))

    return check


def _are_pairs(frame: pl.DataFrame, records: int) -> bool:
    if not all(frame.schema.get(side, pl.Null).is_integer() for side in ("left", "right")):
        return False
    right = [pl.col("left") < pl.col("right"), pl.col("left") >= 0, pl.col("right") < records]
    return bool(frame.select(pl.all_horizontal(right).fill_null(False).all()).item())


def _has_pairs(found: Evidence, pairs: int) -> bool:
    levels, comparisons = found.levels, len(found.levels.names)
    tables = [levels.levels, levels.rarity]
    return (
        _long([found.left, found.right, found.rank, found.item_rank], pairs)
        and all(table.shape == (pairs, comparisons) for table in tables)
        and len(levels.sizes) == comparisons
        and all(frame.height == pairs for frame in (found.ignored, found.one_sided) if frame.width)
    )


def _long(arrays: list[NDArray[Any]], length: int) -> bool:
    return all(array.shape == (length,) for array in arrays)
