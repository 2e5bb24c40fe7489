"""What a search for variation families was asked for, in terms of this catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.ignoring import ignored_notes, resolve_ignored, resolve_required, resolve_within
from matchkit.records import Records
from matchkit.schema import Schema
from pairs.attributes import Attribute, Role
from pairs.familyview import FamilyView, Varying, names_beside
from pairs.normalise import as_text, clean_text
from pairs.view import OPTION


@dataclass(frozen=True, slots=True)
class FamilyTask:
    """The task.

    Attributes
    ----------
    ignored, required
        What members of a family may differ in, and what they may not.
    within
        The column inside whose values alone records are compared, or None.
    attributes
        What is compared, and the columns needed beside.
    """

    ignored: tuple[Varying, ...]
    required: tuple[Varying, ...]
    within: str | None
    attributes: tuple[Attribute, ...]

    @classmethod
    def resolve(cls, catalogue: Catalogue, schema: Schema, config: Config) -> FamilyTask:
        """Find the columns and readers that the settings mean.

        Raises
        ------
        ConfigError
            A name is neither a column nor a known attribute, or the settings contradict each other.
        """
        ignored = resolve_ignored(config, catalogue, schema)
        required = resolve_required(config, catalogue, schema)
        within = resolve_within(config, catalogue)
        options, names = _options(schema, catalogue.frame.columns)
        ignored, required = (_without(given, options) for given in (ignored, required))
        needed = [column for one in (*ignored, *required) for column in one.columns] + ([within] if within else [])
        compared = [replace(a, kind=OPTION) if a.name in options else a for a in schema.compared if a.name not in names]
        needed += names
        known = {attribute.name for attribute in compared}
        # A column that says nothing of the product may still tell its variants, or its shop, apart.
        compared += [Attribute(name, Role.CATEGORY) for name in dict.fromkeys(needed) if name not in known]
        return cls(ignored, required, within, tuple(compared))

    @property
    def compared(self) -> tuple[Attribute, ...]:
        """The attributes, but for the column that comparisons stay within, which all pairs have in common."""
        return tuple(attribute for attribute in self.attributes if attribute.name != self.within)

    def groups(self, records: Records) -> NDArray[np.int64]:
        """(records,) the group inside which each record is compared; one without a value is compared with none."""
        if self.within is None:
            return np.zeros(len(records), dtype=np.int64)
        cells = as_text(records.frame[self.within]).str.strip_chars()
        cells = cells.set(clean_text(cells).is_null(), None)
        group = cells.rank("dense").fill_null(0).to_numpy().astype(np.int64)
        alone = np.flatnonzero(group == 0)
        group[alone] = int(group.max(initial=0)) + 1 + alone
        return group

    def told(self, family: FamilyView) -> list[dict[str, Any]]:
        """What was ignored, where it was found, and in how many records."""
        found = _found(family)
        return [
            {"name": one.name, "columns": list(one.columns), "read_from_titles": bool(one.readers), "rows": count}
            for one, count in ((one, found.get(one.name, 0)) for one in self.ignored)
        ]

    def notes(self, catalogue: Catalogue, config: Config, family: FamilyView) -> tuple[str, ...]:
        """What the user should know about what was ignored, and about rows that could not be compared."""
        notes = ignored_notes(self.ignored, config, catalogue, _found(family))
        if self.within is not None:
            missing = clean_text(as_text(catalogue.frame[self.within])).null_count()
            if missing:
                notes += (f"{missing:,} rows have no value in '{self.within}' and were compared with no other row",)
        return notes


def _options(schema: Schema, columns: Sequence[str]) -> tuple[set[str], list[str]]:
    """Columns that hold options, and columns that say of which attribute: *option1_value*, *option1_name*."""
    beside = {a.name: [name for name in names_beside(a.name) if name in columns] for a in schema.compared}
    names = [name for found in beside.values() for name in found]
    options = {a.name for a in schema.compared if (a.kind == OPTION or beside[a.name]) and a.name not in names}
    return options, names


def _without(given: Sequence[Varying], options: Collection[str]) -> tuple[Varying, ...]:
    """What was resolved without option columns, of which each cell may be of another attribute."""
    return tuple(
        one if one.name in options else replace(one, columns=tuple(c for c in one.columns if c not in options))
        for one in given
    )


def _found(family: FamilyView) -> Mapping[str, int]:
    return {name: family.view.ignored[name].count() for name in family.view.ignored.columns}
