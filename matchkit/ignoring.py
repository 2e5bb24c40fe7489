"""What the user wants ignored or required, and what that means for this catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from matchkit.catalogue import Catalogue
from matchkit.config import Config, split_names
from matchkit.errors import ConfigError
from matchkit.headers import about_variation, hints, variation_hint
from matchkit.schema import EARLIER_RUN, Schema
from matchkit.spelling import close_names, nearest
from matchkit.userattributes import UserAttribute
from pairs.attributes import Attribute, Role
from pairs.familyview import Varying
from pairs.normalise import as_text, clean_text
from pairs.vocabulary import ATTRIBUTES, READERS, VariationAttribute, find_attribute
from pairs.vocabulary.custom import user_attribute

#: Attributes that are said in a size too: what sellers call a size is often a volume or a length.
_PARTS: Mapping[str, tuple[str, ...]] = {"size": ("capacity", "length")}
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Target:
    """What one name given by the user means.

    `attribute` is the known attribute, None where there is none; `whole` says that all of it is meant, not one
    column of it alone.
    """

    name: str
    attribute: str | None = None
    column: str | None = None
    described: UserAttribute | None = None
    whole: bool = False

    @property
    def key(self) -> str:
        return self.attribute or self.name.casefold()


def resolve_ignored(config: Config, catalogue: Catalogue, schema: Schema) -> tuple[Varying, ...]:
    """What ``config.ignore`` means: columns and what reads titles, in the order in which the user named it.

    Each name is a described attribute (``config.attributes``), a column, or a known attribute (*colour*, *pack
    quantity*). A known attribute takes all columns that hold it, by their kind or their header. Columns that are
    required by name are never among them.

    Raises
    ------
    ConfigError
        A name is neither a column nor an attribute, a described attribute cannot be used, something is ignored
        and required, or ``config.within`` is no column.
    """
    resolve_within(config, catalogue)
    ignored, required = _both(config, catalogue)
    resolved = _resolve(ignored, required, config, catalogue, schema)
    if any(schema.title in one.columns for one in resolved):
        raise ConfigError(
            f"ignore: '{schema.title}' is what the records are called, which families are made of; "
            "leave it out, or set another column to 'text:title'"
        )
    return resolved


def resolve_required(config: Config, catalogue: Catalogue, schema: Schema) -> tuple[Varying, ...]:
    """What ``config.require`` means, in the same way as :func:`resolve_ignored`.

    Raises
    ------
    ConfigError
        As there.
    """
    ignored, required = _both(config, catalogue)
    return _resolve(required, ignored, config, catalogue, schema)


def resolve_within(config: Config, catalogue: Catalogue) -> str | None:
    """The column inside whose values alone records are compared, or None.

    Raises
    ------
    ConfigError
        There is no such column.
    """
    if config.within is None:
        return None
    column = _column(config.within, catalogue.frame.columns)
    if column is None:
        known = nearest(config.within, catalogue.frame.columns)
        raise ConfigError(f"within: {catalogue.source} has no column '{config.within}', {known}")
    return column


def ignored_notes(
    ignored: Sequence[Varying], config: Config, catalogue: Catalogue, rows: Mapping[str, int] | None = None
) -> tuple[str, ...]:
    """What the user should know about what was ignored: what helped nothing, and what was described in vain.

    Parameters
    ----------
    ignored
        As resolved.
    config, catalogue
        Of the run.
    rows
        For each name the rows in which a value was found; not looked at where None. Of what is ignored unless
        the user says otherwise nothing is noted.
    """
    notes = []
    told = config.ignore != Config().ignore
    for one in ignored:
        empty = [column for column in one.columns if _is_empty(catalogue, column)]
        notes += [f"the column '{column}' is empty: ignoring it changed nothing" for column in empty]
        if told and rows is not None and not rows.get(one.name) and not empty:
            notes.append(f"no value of '{one.name}' was found: ignoring it changed nothing")
    named = {name.casefold() for given in (*config.ignore, *config.require) for name in (given, *split_names(given))}
    unused = [name for name in config.attributes if name.casefold() not in named]
    notes += [f"the attribute '{name}' is described but not ignored: add it to 'ignore' or --ignore" for name in unused]
    return tuple(notes)


def _both(config: Config, catalogue: Catalogue) -> tuple[list[_Target], list[_Target]]:
    """The targets of what is ignored and of what is required; all mistakes are named at once."""
    targets: dict[str, list[_Target]] = {"ignore": [], "require": []}
    problems, unknown = [], []
    for setting, given in (("ignore", config.ignore), ("require", config.require)):
        for name in _names(given, config, catalogue):
            try:
                target = _target(name, config, catalogue)
            except ConfigError as error:
                problems.append(f"{setting}: {error}")
                continue
            if target is None:
                unknown.append(_unknown(setting, name, config, catalogue))
            else:
                targets[setting].append(target)
    ignored, required = targets["ignore"], targets["require"]
    problems += _contradictions(ignored, required)
    if unknown:
        problems.append("; ".join(unknown) + f" {_listing(config, catalogue)}")
    if problems:
        raise ConfigError("; ".join(problems))
    return ignored, required


def _names(given: Sequence[str], config: Config, catalogue: Catalogue) -> list[str]:
    """The names in a setting: one with commas is a list, unless it is itself the name of something."""
    names: list[str] = []
    for name in given:
        whole = _described(name, config) is not None or _column(name, catalogue.frame.columns) is not None
        names += [name] if whole else split_names(name)
    return list(dict.fromkeys(names))


def _target(name: str, config: Config, catalogue: Catalogue) -> _Target | None:
    described = _described(name, config)
    if described is not None:
        attribute = config.attributes[described]
        known = find_attribute(described)
        column = None
        if attribute.column:
            column = _column(attribute.column, catalogue.frame.columns)
            if column is None:
                near = nearest(attribute.column, catalogue.frame.columns)
                raise ConfigError(f"'{described}' is in the column '{attribute.column}', which is not there, {near}")
        return _Target(described, known, column, attribute, whole=known is not None)
    column = _column(name, catalogue.frame.columns)
    if column is None:
        known = find_attribute(name)
        return None if known is None else _Target(known, known, whole=True)
    if column == catalogue.id_column:
        raise ConfigError(f"'{column}' is the id of the rows, which is never compared; name another id or leave it out")
    known = find_attribute(column)
    if known is not None:
        return _Target(known, known, column, whole=True)
    return _Target(column, None, column)


def _resolve(
    targets: Sequence[_Target],
    others: Sequence[_Target],
    config: Config,
    catalogue: Catalogue,
    schema: Schema,
) -> tuple[Varying, ...]:
    holds = {a.name: held for a in schema.attributes if (held := _held(a, config, schema)) is not None}
    kinds = {a.name: a.kind for a in schema.attributes if a.role is Role.CATEGORY}
    groups: dict[str, list[_Target]] = {}
    for target in targets:
        if target.attribute is None and target.described is None and target.column is not None:
            held = kinds[target.column] if kinds.get(target.column) in READERS else variation_hint(target.column)
            target = _Target(target.name, held if held in READERS else None, target.column)
        groups.setdefault(target.key, []).append(target)
    claimed = {target.column for target in (*targets, *others) if target.column is not None}
    elsewhere = {*groups, *(target.key for target in others)}
    resolved = []
    for group in groups.values():
        columns = list(dict.fromkeys(target.column for target in group if target.column is not None))
        attribute = group[0].attribute
        if attribute is not None and any(target.whole for target in group):
            columns += _implied(attribute, claimed, elsewhere, holds, config, catalogue, schema)
        name = group[0].name if len(group) == 1 or attribute is None else _common_name(group, attribute)
        resolved.append(Varying(name, tuple(columns), _readers(group)))
    return tuple(resolved)


def _common_name(group: Sequence[_Target], attribute: str) -> str:
    return next((target.name for target in group if target.described is not None), attribute)


def _readers(group: Sequence[_Target]) -> tuple[VariationAttribute, ...]:
    """What the user described reads first, then what is known of the attribute."""
    readers = []
    for target in group:
        described = target.described
        if described is not None and (described.values or described.pattern):
            name = f"own {target.name}" if target.name in ATTRIBUTES else target.name
            try:
                readers.append(user_attribute(name, described.values, described.pattern))
            except ValueError as error:
                raise ConfigError(f"attributes: '{target.name}': {error}") from None
    attribute = group[0].attribute
    return (*readers, *(READERS[attribute] if attribute is not None else ()))


def _held(attribute: Attribute, config: Config, schema: Schema) -> str | None:
    """The known attribute that a column holds, by its kind or else by its header; None if it holds another thing."""
    given = config.role_of(attribute.name)
    if given is None and about_variation(attribute.name):
        return None
    if attribute.role is Role.CATEGORY and attribute.kind in READERS:
        return attribute.kind
    if given is not None and (given[0] is Role.IGNORED or given[1]):
        return None
    if attribute.role in (Role.ID, Role.URL, Role.IMAGE) or attribute.kind in ("title", "description", "option"):
        return None
    if schema.reasons.get(attribute.name) == EARLIER_RUN:
        return None
    found = find_attribute(attribute.name) or variation_hint(attribute.name)
    return found if found in READERS else None


def _implied(
    attribute: str,
    claimed: Collection[str | None],
    elsewhere: Collection[str],
    holds: Mapping[str, str],
    config: Config,
    catalogue: Catalogue,
    schema: Schema,
) -> list[str]:
    """The columns that hold an attribute though nobody named them, the best first."""
    parts = [part for part in _PARTS.get(attribute, ()) if part not in elsewhere]
    # A column called *volume* may number books: as a size counts only one whose values have units.
    measured = {a.name for a in schema.attributes if a.role is Role.NUMBER and a.kind not in ("", "price", "year")}
    kinds = {a.name: a.kind for a in schema.attributes}
    found = [
        column
        for column, held in holds.items()
        if column not in claimed and (held == attribute or (held in parts and column in measured))
    ]
    ranks = {
        column: (
            holds[column] != attribute,
            config.role_of(column) is None,
            find_attribute(column) != attribute,
            kinds[column] != attribute,
            "code" in hints(column),
            -catalogue.frame[column].n_unique(),
        )
        for column in found
    }
    return sorted(found, key=lambda column: ranks[column])


def _contradictions(ignored: Sequence[_Target], required: Sequence[_Target]) -> list[str]:
    keys = {target.key for target in ignored}
    columns = {target.column for target in ignored if target.column is not None}
    return [
        f"require: '{target.name}' is ignored too; ignore something else or do not require it"
        for target in required
        if target.key in keys or target.column in columns
    ]


def _described(name: str, config: Config) -> str | None:
    return next((known for known in config.attributes if known.casefold() == name.strip().casefold()), None)


def _column(name: str, columns: Sequence[str]) -> str | None:
    """The column of that name: exactly, else the only one that differs in case alone."""
    if name in columns:
        return name
    alike = [column for column in columns if column.strip().casefold() == name.strip().casefold()]
    return alike[0] if len(alike) == 1 else None


def _is_empty(catalogue: Catalogue, column: str) -> bool:
    return bool(clean_text(as_text(catalogue.frame[column])).is_null().all())


def _unknown(setting: str, name: str, config: Config, catalogue: Catalogue) -> str:
    near = close_names(name, [*config.attributes, *READERS, *catalogue.frame.columns])
    meant = ", did you mean " + " or ".join(f"'{other}'" for other in near) + "?" if near else "."
    return f"{setting}: '{name}' is neither a column of {catalogue.source} nor a known attribute{meant}"


def _listing(config: Config, catalogue: Catalogue) -> str:
    columns = [column for column in catalogue.frame.columns if column != catalogue.id_column]
    shown = ", ".join(columns[:_SHOWN]) + (" ..." if len(columns) > _SHOWN else "")
    return f"Attributes: {', '.join([*config.attributes, *READERS])}. Columns: {shown}."
