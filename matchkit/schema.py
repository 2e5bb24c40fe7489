"""What the columns of a catalogue mean: a role for each, found from content, with its name as a hint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchkit.catalogue import ADDED_COLUMNS, VARIANT, Catalogue
from matchkit.config import Config
from matchkit.errors import ConfigError
from matchkit.headers import HINTS, header_words, hints
from matchkit.profile import Profile, profile, sample_rows
from matchkit.roles import LONG_TEXT, Finding, find_role
from pairs.attributes import Attribute, Role

#: Why a column that matchkit has written itself is left out.
EARLIER_RUN = "result of an earlier run"

_ENOUGH_ROWS = 10
_LONGEST_TITLE = 250
_QUALIFIERS = frozenset({"full", "site", "display", "main", "long", "complete"})


@dataclass(frozen=True, slots=True)
class Schema:
    """The roles of a catalogue's columns, the id column left out.

    Attributes
    ----------
    attributes
        One for each column, in the catalogue's order.
    reasons
        Column to why it has its role, in a few words.
    """

    attributes: tuple[Attribute, ...]
    reasons: Mapping[str, str]

    @property
    def compared(self) -> tuple[Attribute, ...]:
        """The attributes whose values are compared."""
        return tuple(attribute for attribute in self.attributes if attribute.compared)

    @property
    def title(self) -> str | None:
        """The column that says what the record is called, if there is one."""
        return next((attribute.name for attribute in self.attributes if attribute.kind == "title"), None)


def understand(catalogue: Catalogue, config: Config | None = None) -> Schema:
    """Give each column a role, from a sample of rows that does not depend on their order.

    Raises
    ------
    ConfigError
        The settings name a second id, or more than one title.
    """
    config = config or Config()
    names = [name for name in catalogue.frame.columns if name != catalogue.id_column]
    _check_titles(config, names)
    sample = sample_rows(catalogue.frame.select(names))
    profiles = {name: profile(sample[name], catalogue.frame[name]) for name in names}
    found = {name: find_role(seen, hints(name)) for name, seen in profiles.items()}
    found = _without_constants(found, profiles)
    given = {name: role for name in names if (role := config.role_of(name)) is not None}
    if set(ADDED_COLUMNS) <= set(names):
        earlier = [name for name in names if name in ADDED_COLUMNS or name.startswith(VARIANT)]
        found |= dict.fromkeys(earlier, Finding(Role.IGNORED, "", EARLIER_RUN))
    for name, (chosen, kind) in given.items():
        found[name] = Finding(chosen, kind, "as set")
    if not any(kind == "title" for _, kind in given.values()):
        found = _with_title(found, profiles, free=[name for name in names if name not in given])
    attributes = tuple(Attribute(name, found[name].role, found[name].kind) for name in names)
    return Schema(attributes, {name: found[name].reason for name in names})


def _check_titles(config: Config, names: list[str]) -> None:
    titles = [name for name in names if config.role_of(name) == (Role.TEXT, "title")]
    if len(titles) > 1:
        raise ConfigError(f"columns: {' and '.join(map(repr, titles))} are both set to 'text:title'; set one")
    ids = [name for name in names if (given := config.role_of(name)) and given[0] is Role.ID]
    if ids:
        raise ConfigError(f"columns: '{ids[0]}' is set to 'id', but another column is the id; set one")


def _without_constants(found: dict[str, Finding], profiles: Mapping[str, Profile]) -> dict[str, Finding]:
    """A column with one value says nothing, unless all are like that and the rows are the same."""
    constant = {name for name, seen in profiles.items() if seen.distinct == 1 and seen.rows >= _ENOUGH_ROWS}
    varying = {name for name, finding in found.items() if Attribute(name, finding.role).compared} - constant
    if not varying:
        return found
    gone = Finding(Role.IGNORED, "", "only one value")
    return {name: gone if name in constant else finding for name, finding in found.items()}


def _with_title(found: dict[str, Finding], profiles: Mapping[str, Profile], free: list[str]) -> dict[str, Finding]:
    scores = {
        name: _title_score(name, profiles[name])
        for name in free
        if found[name].role is Role.TEXT or (found[name].role is Role.CATEGORY and not found[name].kind)
    }
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is None or scores[best] <= 0:
        return found
    reason = f"names the record ({profiles[best].distinct} different)"
    return {**found, best: Finding(Role.TEXT, "title", reason)}


def _title_score(name: str, seen: Profile) -> float:
    """How well a column would serve as the name of the record; 0 or less: not at all."""
    hinted = hints(name)
    if seen.filled < 1 or not 3 <= seen.length <= _LONGEST_TITLE or seen.shares["letter"] < 0.5:
        return 0.0
    words = header_words(name)
    if hinted & {"person", "place", "description", "code"} and "title" not in words:
        return 0.0
    weight = 0.0
    if "title" in hinted:
        exact = all(word in HINTS["title"] or word in _QUALIFIERS for word in words)
        few = seen.distinctness < 0.1 and seen.filled > _ENOUGH_ROWS and seen.distinct < 1000
        # The variants of a product may all be called the same, but not by one word: that is *Mr* or *Mrs*.
        if few and not (exact and seen.words >= 1.5 and seen.distinct > 1):
            return 0.0
        weight = 2.0 if exact else 1.0
    elif seen.words < 2.5 or seen.length > LONG_TEXT or seen.distinctness < 0.3:
        return 0.0
    return weight + seen.distinctness * seen.fill
