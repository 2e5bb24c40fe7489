"""Why a pair is labelled as it is, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.evidence import Evidence
from matchkit.levels import EXACT, SIMILARITIES
from pairs.view import NUMBER, OPTION

_ALIKE = 4
_UNLIKE = 3


def differs_in(evidence: Evidence) -> pl.Series:
    """Which attributes that tell variants apart are in conflict: their names joined by commas.

    An item number (GTIN, ISBN) is named only where nothing else differs.
    """
    conflict = _in_conflict(evidence)
    listed = _listed({name: pl.lit(name) for name in conflict}, conflict, ",", len(evidence))
    return listed.fill_null("").alias("differs_in")


def reasons(evidence: Evidence, left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """One sentence for each pair: what is the same, alike, different, and in conflict.

    Parameters
    ----------
    evidence
        The pairs.
    left, right
        For both records of every pair the values that tell variants apart (:attr:`pairs.view.View.ignored`).
    """
    levels = evidence.levels.levels
    similarity = np.where(levels < 0, -1, levels % SIMILARITIES)
    in_conflict = np.where(levels < 0, 0, levels // SIMILARITIES)
    names = evidence.levels.names
    same, alike = similarity == EXACT, (similarity >= _ALIKE) & (similarity < EXACT) & (in_conflict < 2)
    unlike = (similarity >= 0) & ~same & ((similarity < _UNLIKE) | (in_conflict >= 2))
    values = {
        shown_name(name): pl.format("{} ({} / {})", pl.lit(shown_name(name)), pl.lit(left[name]), pl.lit(right[name]))
        for name in left.columns
    }
    differing = _listed(values, _in_conflict(evidence), " and ", len(evidence))
    clauses = {
        "same": _prefixed("same ", _chosen(names, same)),
        "similar": _prefixed("similar ", _chosen(names, alike)),
        "different": _prefixed("different ", _chosen(names, unlike)),
        "differs": _prefixed("differs in ", differing),
    }
    sentence = pl.DataFrame(clauses).select(pl.concat_str(pl.all(), separator="; ", ignore_nulls=True).alias("reason"))
    return sentence.to_series().replace("", "nothing to compare")


def shown_name(name: str) -> str:
    """``number.ean`` is shown as ``ean``, ``option.option1_value`` as ``option1_value``."""
    return name.removeprefix(NUMBER).removeprefix(f"{OPTION}.")


def _in_conflict(evidence: Evidence) -> dict[str, pl.Series]:
    """For each attribute that tells variants apart where it is in conflict; item numbers only where alone."""
    named = {
        name.removeprefix("ignored."): (evidence.ignored[name].fill_nan(0).fill_null(0) >= 1)
        for name in evidence.ignored.columns
    }
    described = pl.Series([False] * len(evidence), dtype=pl.Boolean)
    for name, conflict in named.items():
        described = described if name.startswith(NUMBER) else described | conflict
    return {
        shown_name(name): conflict & ~described if name.startswith(NUMBER) else conflict
        for name, conflict in named.items()
    }


def _chosen(names: Sequence[str], chosen: NDArray[np.bool_]) -> pl.Series:
    return _listed(
        {name: pl.lit(name) for name in names},
        {name: pl.Series(chosen[:, j]) for j, name in enumerate(names)},
        ", ",
        len(chosen),
    )


def _listed(texts: Mapping[str, pl.Expr], where: Mapping[str, pl.Series], separator: str, rows: int) -> pl.Series:
    """The texts of each row whose condition holds, joined; null where none does."""
    if not texts:
        return pl.Series("listed", [None] * rows, dtype=pl.String)
    parts = [
        pl.when(pl.lit(where[name])).then(text).alias(f"p{place}") for place, (name, text) in enumerate(texts.items())
    ]
    joined = pl.concat_str(parts, separator=separator, ignore_nulls=True).alias("listed")
    return pl.select(joined).to_series().replace("", None)


def _prefixed(prefix: str, listed: pl.Series) -> pl.Series:
    return prefix + listed
