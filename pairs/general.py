"""Measures of pairs that do not depend on the columns of a table, so that one classifier can serve any table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.attributes import Role
from pairs.measures import LARGER, LEFT, RIGHT, SMALLER, Measures
from pairs.textmeasures import TextMeasures
from pairs.tokens import Rows

Floats = NDArray[np.float32]

_WORDS = ("cos", "jaccard", "shared_max", "shared_count", "codes_shared", "numbers_shared")
_SPELLING = ("equal", "ratio", "length", "token_sort", "token_set", "first_word")
_SIDED = ("cov", "unshared", "unshared_max", "codes_unshared", "numbers_unshared")
_SIDES = (SMALLER, LARGER)

_TITLE = _SPELLING + _WORDS
_RECORD = (*_WORDS, "chars")
_SIDED_RECORD = (*_SIDED, "word_inside", "code_inside")

_AGREES, _DIFFERS = 0.999, 0.5
_NAME = "title"

#: The columns of `general_measures`, whatever the table.
GENERAL_NAMES: tuple[str, ...] = (
    *(f"title.{name}" for name in _TITLE),
    *(f"title.{name}{side}" for name in _SIDED for side in _SIDES),
    *(f"record.{name}" for name in _RECORD),
    *(f"record.{name}{side}" for name in _SIDED_RECORD for side in _SIDES),
    "others.mean",
    "others.min",
    "others.max",
    "others.equal",
    "others.different",
    "others.known",
    "identifier.max",
    "category.min",
    "missing.one",
    "missing.both",
    "rarity.sum",
    "rarity.share",
    "gap.min",
    "gap.max",
    "attributes",
    "coverage",
    "thin",
)


def general_measures(measures: Measures, measured: pl.DataFrame, left: Rows, right: Rows) -> pl.DataFrame:
    """Measures of the same names for every table, summed up from those of its columns.

    Parameters
    ----------
    measures
        The fitted measures.
    measured
        What they said of these pairs: a batch of ``measures.batches`` or all of ``measures.measure``.
    left, right
        Row numbers of the pairs, arrays of equal length.

    Returns
    -------
    pl.DataFrame
        ``Float32`` columns `GENERAL_NAMES`, nan where there is nothing to say, the same for (left, right) as for
        (right, left):

        - ``title.*`` the measures of the title (nan where there is none) and ``record.*`` those of the record,
          the smaller and the larger of both sides as ``.min`` and ``.max``;
        - ``others.*`` of the other short texts' similarity (the better of ``ratio`` and ``token_sort``): its mean,
          min and max, and how many are equal, below a half, and known; ``identifier.max`` of the identifiers',
          ``category.min`` of the categories' (of long ones their ``cos``);
        - ``missing.one``, ``missing.both`` the share of texts that one or both sides lack;
        - ``rarity.sum`` of the texts that are equal, and ``rarity.share`` of it in that of all that are known, each
          counting as much as the less rare of both values (see :class:`pairs.textmeasures.TextMeasures`);
        - ``gap.min``, ``gap.max`` of the numbers; ``attributes`` the number of texts;
        - ``coverage`` the attributes that both sides have over the most that any record has; ``thin`` the
          attributes of the side that has fewer over the mean of all records.
    """
    columns = {name: measured[name].to_numpy() for name in measured.columns}
    return pl.DataFrame(general_columns(measures, columns, left, right))


def general_columns(measures: Measures, columns: Mapping[str, Floats], left: Rows, right: Rows) -> dict[str, Floats]:
    """The columns of `general_measures` as arrays, in their order, from the arrays of ``measures.columns``."""
    title = next((part.attribute.name for part in measures.texts if part.attribute.kind == _NAME), None)
    found: dict[str, Floats] = {}
    for group, prefix, plain, sided in (
        ("title", title, _TITLE, _SIDED),
        ("record", measures.prefix, _RECORD, _SIDED_RECORD),
    ):
        found |= _block(columns, group, prefix, plain, sided, len(left))
    found |= _similarities(measures, columns, title, len(left))
    found |= _shares(measures, columns, left, right)
    gaps = [columns[f"{part.attribute.name}.gap"] for part in measures.numbers]
    found["gap.min"], found["gap.max"] = _smallest(gaps, len(left)), _largest(gaps, len(left))
    found |= _fullness(measures, left, right)
    return {name: found[name].astype(np.float32, copy=False) for name in GENERAL_NAMES}


def _block(
    columns: Mapping[str, Floats],
    group: str,
    prefix: str | None,
    plain: Sequence[str],
    sided: Sequence[str],
    pairs: int,
) -> dict[str, Floats]:
    """The measures of one text, by fixed names, without sides."""
    unknown = _unknown(pairs)

    def get(name: str) -> Floats:
        return unknown if prefix is None else columns.get(f"{prefix}.{name}", unknown)

    found = {f"{group}.{name}": get(name) for name in plain}
    for name in sided:
        one = (get(name + LEFT), get(name + RIGHT), get(name + SMALLER), get(name + LARGER))
        found[f"{group}.{name}{SMALLER}"] = np.fmin.reduce(one)
        found[f"{group}.{name}{LARGER}"] = np.fmax.reduce(one)
    return found


def _similarities(
    measures: Measures, columns: Mapping[str, Floats], title: str | None, pairs: int
) -> dict[str, Floats]:
    """What the texts other than the title say together."""
    by_role: dict[Role, list[Floats]] = {}
    others: list[Floats] = []
    for part in measures.texts:
        similarity = _similarity(part, columns, pairs)
        by_role.setdefault(part.attribute.role, []).append(similarity)
        if part.attribute.name != title and part.spelling is not None:
            others.append(similarity)
    stacked = np.stack(others) if others else np.empty((0, pairs), dtype=np.float32)
    known = (~np.isnan(stacked)).sum(axis=0)
    total = np.nansum(stacked, axis=0, dtype=np.float32)
    return {
        "others.mean": np.where(known > 0, total / np.maximum(known, 1), np.nan),
        "others.min": _smallest(others, pairs),
        "others.max": _largest(others, pairs),
        "others.equal": (stacked >= _AGREES).sum(axis=0),
        "others.different": (stacked < _DIFFERS).sum(axis=0),
        "others.known": known,
        "identifier.max": _largest(by_role.get(Role.IDENTIFIER, []), pairs),
        "category.min": _smallest(by_role.get(Role.CATEGORY, []), pairs),
    }


def _similarity(part: TextMeasures, columns: Mapping[str, Floats], pairs: int) -> Floats:
    names = ("ratio", "token_sort") if part.spelling is not None else ("cos",)
    found = [columns[f"{part.attribute.name}.{name}"] for name in names if f"{part.attribute.name}.{name}" in columns]
    return _largest(found, pairs)


def _shares(measures: Measures, columns: Mapping[str, Floats], left: Rows, right: Rows) -> dict[str, Floats]:
    """How much is missing, and how rare what agrees is."""
    one, both, agreeing, all_known = (np.zeros(len(left), dtype=np.float32) for _ in range(4))
    for part in measures.texts:
        missing = columns[f"{part.attribute.name}.missing"]
        one += missing == 1
        both += missing == 2
        rarity = np.minimum(part.rarity[left], part.rarity[right])
        agreeing += np.where(columns[f"{part.attribute.name}.equal"] == 1, rarity, 0)
        all_known += np.where(missing == 0, rarity, 0)
    texts = len(measures.texts) or np.nan
    return {
        "missing.one": one / np.float32(texts),
        "missing.both": both / np.float32(texts),
        "rarity.sum": agreeing,
        "rarity.share": np.where(all_known > 0, agreeing / np.where(all_known > 0, all_known, 1), np.nan),
        "attributes": np.full(len(left), len(measures.texts), dtype=np.float32),
    }


def _fullness(measures: Measures, left: Rows, right: Rows) -> dict[str, Floats]:
    """How much there is to compare."""
    filled = measures.filled
    compared = np.zeros(len(left), dtype=np.float32)
    for part in measures.attributes:
        known = part.known
        compared += known[left] & known[right]
    most, mean = (max(float(filled.max()), 1.0), float(filled.mean())) if len(filled) else (1.0, 0.0)
    fewer = np.minimum(filled[left], filled[right])
    return {
        "coverage": (compared / most).astype(np.float32),
        "thin": (fewer / mean if mean else np.zeros(len(left))).astype(np.float32),
    }


def _unknown(pairs: int) -> Floats:
    return np.full(pairs, np.nan, dtype=np.float32)


def _smallest(values: Sequence[Floats], pairs: int) -> Floats:
    """The smallest of the values that are known; nan where none is."""
    smallest: Floats = np.fmin.reduce([_unknown(pairs), *values])
    return smallest


def _largest(values: Sequence[Floats], pairs: int) -> Floats:
    largest: Floats = np.fmax.reduce([_unknown(pairs), *values])
    return largest
