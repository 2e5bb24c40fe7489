"""Which column of one table says the same as which column of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from matchkit.catalogue import Catalogue
from matchkit.columnlikeness import Likeness, likeness
from matchkit.config import Config
from matchkit.errors import ConfigError
from matchkit.headers import header_words, meanings
from matchkit.profile import profile, sample_rows
from matchkit.schema import EARLIER_RUN, understand
from matchkit.spelling import nearest
from pairs.attributes import Attribute, Role

Floats = NDArray[np.float64]

AS_SET = "as set"

_ENOUGH = 0.5
_SAME_NAME = 0.95
# What two names have in common, if they are not the same.
_SAME_MEANING, _SAME_WORDS = 0.45, 0.2
# Both columns are what records are called, or are numbers of one kind by their check digits.
_SAME_KIND = 0.45
_OTHER_ROLE, _NOT_COMPARED = 0.85, 0.5
_KINDS = frozenset({"title", "gtin", "isbn", "phone", "email", "color", "size", "brand", "price", "description"})
_ASIDE = frozenset({Role.URL, Role.IMAGE, Role.IGNORED})
# Shares of values and words from which they are named as a reason.
_WORTH_NAMING = 0.1


@dataclass(frozen=True, slots=True)
class AlignedColumns:
    """A column of each table that say the same.

    Attributes
    ----------
    left, right
        The columns.
    score
        How sure it is, in [0, 1]; 1 where it was set.
    reason
        Why, in a few words.
    """

    left: str
    right: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """The columns of two tables, put side by side.

    Attributes
    ----------
    columns
        Those that say the same, in the order of the left table.
    left_only, right_only
        All others but the id columns.
    """

    columns: tuple[AlignedColumns, ...]
    left_only: tuple[str, ...]
    right_only: tuple[str, ...]


def align(left: Catalogue, right: Catalogue, configs: tuple[Config, Config], given: dict[str, str]) -> Alignment:
    """Put the columns of two tables side by side.

    Every column of the left table is held against every one of the right: by name (the same but for case and
    separators, or a known synonym), by what it is taken for (a title, a GTIN ...), and by content (shared values,
    shared words, the same patterns and lengths). Of all ways to pair them the one with the highest total is taken,
    and of it the pairs above one half.

    Parameters
    ----------
    left, right
        The tables.
    configs
        The settings of each, with only those columns that it has.
    given
        What was set: column of the left table to the column of the right one, or to ``""`` for none.

    Raises
    ------
    ConfigError
        A column that was set is not there, is left out of matching, or is used twice.
    """
    _check(given, left, right, configs)
    free = (
        [name for name in _columns(left, configs[0]) if name not in given],
        [name for name in _columns(right, configs[1]) if name not in given.values()],
    )
    found = {one: AlignedColumns(one, other, 1.0, AS_SET) for one, other in given.items() if other}
    found |= {pair.left: pair for pair in _find((left, right), configs, free)}
    columns = tuple(found[name] for name in left.frame.columns if name in found)
    taken = {pair.right for pair in columns}
    return Alignment(
        columns,
        tuple(name for name in left.frame.columns if name not in found and name != left.id_column),
        tuple(name for name in right.frame.columns if name not in taken and name != right.id_column),
    )


def _columns(catalogue: Catalogue, config: Config) -> list[str]:
    """What may be aligned: not the id, whose values mean nothing in the other table, nor what is ignored."""
    return [n for n in catalogue.frame.columns if n != catalogue.id_column and n not in config.ignore_columns]


def _check(given: dict[str, str], left: Catalogue, right: Catalogue, configs: tuple[Config, Config]) -> None:
    problems = []
    for one, other in given.items():
        for name, table, config in ((one, left, configs[0]), (other, right, configs[1])):
            if name and name not in table.frame.columns:
                side = "left" if table is left else "right"
                problems.append(
                    f"map: {table.source}, the {side} table, has no column '{name}', "
                    f"{nearest(name, table.frame.columns)}"
                )
            elif other and name in config.ignore_columns:
                problems.append(f"map: the column '{name}' of {table.source} is left out of matching; do only one")
    used = [other for other in given.values() if other]
    for other in dict.fromkeys(name for name in used if used.count(name) > 1):
        ones = " and ".join(f"'{one}'" for one, name in given.items() if name == other)
        problems.append(f"map: {ones} are both mapped to '{other}' of {right.source}; choose one of them")
    if problems:
        raise ConfigError("; ".join(problems))


def _find(
    tables: tuple[Catalogue, Catalogue], configs: tuple[Config, Config], free: tuple[list[str], list[str]]
) -> list[AlignedColumns]:
    from scipy.optimize import linear_sum_assignment

    sides = [_attributes(table, config, names) for table, config, names in zip(tables, configs, free, strict=True)]
    lefts, rights = sides
    if not lefts or not rights:
        return []
    samples = [sample_rows(t.frame.select(a.name for a in side)) for t, side in zip(tables, sides, strict=True)]
    seen = [
        {a.name: profile(sample[a.name], table.frame[a.name]) for a in side}
        for sample, table, side in zip(samples, tables, sides, strict=True)
    ]
    like = likeness((tables[0].frame, tables[1].frame), (lefts, rights), (seen[0], seen[1]))
    score = _scores(lefts, rights, like.content)
    rows, columns = linear_sum_assignment(np.where(score >= _ENOUGH, score, 0.0), maximize=True)
    return [
        AlignedColumns(lefts[i].name, rights[j].name, float(score[i, j]), _reason(lefts[i], rights[j], like, (i, j)))
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        if score[i, j] >= _ENOUGH
    ]


def _attributes(table: Catalogue, config: Config, names: Sequence[str]) -> list[Attribute]:
    """What each table, looked at alone, takes its columns for; what an earlier run added is passed over."""
    schema = understand(table, config)
    return [a for a in schema.attributes if a.name in names and schema.reasons[a.name] != EARLIER_RUN]


def _scores(lefts: Sequence[Attribute], rights: Sequence[Attribute], content: Floats) -> Floats:
    score = np.zeros(content.shape)
    for i, j in product(range(len(lefts)), range(len(rights))):
        one, other = lefts[i], rights[j]
        name = _same_name(one.name, other.name)
        if one.kind == other.kind and one.kind in _KINDS:
            name = max(name, _SAME_KIND)
        both = 1 - (1 - name) * (1 - content[i, j])
        if name >= _SAME_NAME:
            score[i, j] = both
        elif one.role in _ASIDE or other.role in _ASIDE:
            score[i, j] = both * (1.0 if one.role is other.role and name else _NOT_COMPARED)
        else:
            score[i, j] = both * (1.0 if one.role is other.role else _OTHER_ROLE)
    return score


def _same_name(one: str, other: str) -> float:
    """How much two names say the same, in [0, 1]."""
    words = header_words(one), header_words(other)
    if (words[0] and "".join(words[0]) == "".join(words[1])) or one.casefold() == other.casefold():
        return _SAME_NAME
    return _SAME_MEANING * _overlap(meanings(one), meanings(other)) + _SAME_WORDS * _overlap(*map(frozenset, words))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _reason(one: Attribute, other: Attribute, like: Likeness, place: tuple[int, int]) -> str:
    clauses = []
    if _same_name(one.name, other.name) >= _SAME_NAME:
        clauses.append("the same name")
    elif shared := meanings(one.name) & meanings(other.name):
        clauses.append(f"both names mean {' or '.join(sorted(shared))}")
    elif words := sorted(set(header_words(one.name)) & set(header_words(other.name))):
        clauses.append(f"both names say {', '.join(words)}")
    if one.kind == other.kind and one.kind in _KINDS and len(clauses) == 0:
        clauses.append(f"both are taken for a {one.kind}")
    if like.values[place] >= _WORTH_NAMING:
        clauses.append(f"{100 * like.values[place]:.0f} % of the values shared")
    elif like.words[place] >= _WORTH_NAMING:
        clauses.append("words shared")
    return "; ".join(clauses) or "the same patterns and lengths"
