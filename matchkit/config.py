"""What the user can set: one frozen value, checked once, read from TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from matchkit.errors import ConfigError
from matchkit.spelling import nearest as nearest
from matchkit.userattributes import UserAttribute, user_attributes
from pairs.attributes import Role

#: The refinements a role can be given, see :class:`pairs.attributes.Attribute`. A number may carry any unit.
KINDS: Mapping[Role, tuple[str, ...]] = {
    Role.TEXT: ("title", "description"),
    Role.IDENTIFIER: ("gtin", "isbn", "mpn", "phone", "email", "code"),
    Role.CATEGORY: ("brand", "color", "size", "pack", "option"),
    Role.NUMBER: ("price", "year"),
}
CLASSIFIERS = ("mixture", "ecm")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " "}
MAX_NEIGHBOURS = 1000
MAX_THREADS = 1024
#: The settings that finding variation families uses and finding duplicates does not.
FAMILY_SETTINGS = ("ignore", "require", "within", "attributes")
#: The settings that linking two tables uses and others do not.
LINK_SETTINGS = ("left_id", "right_id", "map", "one_to_one")


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting of a run; the defaults suit any catalogue.

    Attributes
    ----------
    id
        Column that names the record; found out where None.
    ignore_columns
        Columns left out of matching altogether.
    columns
        Column to role, or to ``role:kind``: ``{"maker": "category:brand", "ean": "identifier:gtin"}``.
        In TOML also a table: ``maker = {role = "category", kind = "brand"}``.
    prefer
        What to favour in a doubtful case: 0 recall, 1 precision, 0.5 neutral.
    neighbours
        Nearest neighbours looked at per record, 1 to 1000.
    encoder
        ``hashed``, or ``sentence-transformers:`` and a model's name or folder.
    classifier
        ``mixture`` or ``ecm``.
    threads
        Threads to use, 0 for all cores the process may use. The result does not depend on it. From Python, polars and
        OpenMP cannot be told once they are imported: set ``POLARS_MAX_THREADS`` and ``OMP_NUM_THREADS`` before. faiss,
        rapidfuzz and XGBoost obey in any case, and so does the command line.
    seed
        Seed of everything drawn by chance.
    delimiter, encoding
        How a delimited text file is written; found out where None. A delimiter is one character, or
        ``comma``, ``semicolon``, ``tab``, ``pipe``.
    ignore
        For :func:`matchkit.variants`: the columns and attributes in which members of a family may differ.
    require
        For :func:`matchkit.variants`: columns and attributes in which they may not, whatever else speaks for it.
    within
        For :func:`matchkit.variants`: a column; only rows with the same value in it are compared.
    attributes
        For :func:`matchkit.variants`: attributes beyond those known, by name. In TOML a table each:
        ``[attributes.finish]`` with ``values``, ``pattern`` or ``column``.
    left_id, right_id
        For :func:`matchkit.link`: the column that names the record in each table; as `id` where None.
    map
        For :func:`matchkit.link`: column of the left table to the column of the right one that says the same;
        to ``""`` if none does.
    one_to_one
        For :func:`matchkit.link`: whether a row has one partner at most.
    """

    id: str | None = None
    ignore_columns: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    prefer: float = 0.5
    neighbours: int = 10
    encoder: str = "hashed"
    classifier: str = "mixture"
    threads: int = 0
    seed: int = 0
    delimiter: str | None = None
    encoding: str | None = None
    ignore: tuple[str, ...] = ("color", "size")
    require: tuple[str, ...] = ()
    within: str | None = None
    attributes: Mapping[str, UserAttribute] = field(default_factory=dict)
    left_id: str | None = None
    right_id: str | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    one_to_one: bool = False

    def __post_init__(self) -> None:
        problems = []
        for setting in fields(self):
            try:
                value = _CHECKS[setting.name](getattr(self, setting.name))
            except ConfigError as error:
                problems.append(f"{setting.name}: {error}")
            else:
                object.__setattr__(self, setting.name, value)
        if not problems:
            problems = _contradictions(self.ignore, self.require)
        if problems:
            raise ConfigError("; ".join(problems))

    @classmethod
    def load(cls, path: str | Path) -> Config:
        """Read a TOML file whose keys are the settings.

        Raises
        ------
        ConfigError
            The file cannot be read, is no TOML, has a key that does not exist or a value not allowed.
        """
        return cls.from_table(parse_settings(path), path)

    @classmethod
    def from_table(cls, table: Mapping[str, Any], source: str | Path) -> Config:
        """Check what was read from TOML; `source` is named in mistakes.

        Raises
        ------
        ConfigError
            A key does not exist, or a value is not allowed.
        """
        try:
            return cls().replace(**table)
        except ConfigError as error:
            raise ConfigError(f"{source}: {error}") from None

    def replace(self, **overrides: Any) -> Config:
        """The same settings with some of them changed; what is None in `overrides` stays as it is.

        Raises
        ------
        ConfigError
            A key does not exist, or a value is not allowed.
        """
        known = {setting.name: getattr(self, setting.name) for setting in fields(self)}
        unknown = [key for key in overrides if key not in known]
        if unknown:
            raise ConfigError("; ".join(f"unknown key '{key}', {nearest(key, known)}" for key in unknown))
        return Config(**known | {key: value for key, value in overrides.items() if value is not None})

    def as_dict(self, *, families: bool = False, links: bool = False) -> dict[str, Any]:
        """The settings as plain values that JSON can hold.

        With `families` also :data:`FAMILY_SETTINGS`, with `links` also :data:`LINK_SETTINGS`.
        """
        values = {setting.name: getattr(self, setting.name) for setting in fields(self)}
        values |= {name: list(values[name]) for name in ("ignore_columns", "ignore", "require")}
        values |= {"columns": dict(self.columns), "map": dict(self.map)}
        values["attributes"] = {name: described.as_dict() for name, described in self.attributes.items()}
        unused = {*(() if families else FAMILY_SETTINGS), *(() if links else LINK_SETTINGS)}
        return {name: value for name, value in values.items() if name not in unused}

    def role_of(self, column: str) -> tuple[Role, str] | None:
        """The role and kind the user gave a column, or None."""
        if column in self.ignore_columns:
            return Role.IGNORED, ""
        given = self.columns.get(column)
        if given is None:
            return None
        role, _, kind = given.partition(":")
        return Role(role), kind


def split_names(given: str) -> list[str]:
    """The names in a list with commas: ``"color, size"`` is *color* and *size*."""
    return [name.strip() for name in given.split(",") if name.strip()]


def _contradictions(ignore: tuple[str, ...], require: tuple[str, ...]) -> list[str]:
    ignored = {name.casefold() for given in ignore for name in (given, *split_names(given))}
    both = [name for given in require for name in split_names(given) if name.casefold() in ignored]
    return [f"require: '{name}' is ignored too; ignore something else or do not require it" for name in both]


def parse_settings(path: str | Path) -> dict[str, Any]:
    """Read a TOML file of settings, which are not checked yet.

    Raises
    ------
    ConfigError
        The file cannot be read or is no TOML.
    """
    try:
        return tomllib.loads(Path(path).read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; write the settings there or leave out --config") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {_quote_hint(error)}") from None


def _quote_hint(error: tomllib.TOMLDecodeError) -> str:
    message = str(error)
    if re.search(r"[Ii]nvalid (value|statement)|after (a )?key", message):
        return f"{message}; write text in quotes, and a column name with spaces too"
    return message


def _wrong(value: object, allowed: str) -> ConfigError:
    return ConfigError(f"{value!r} is not allowed, give {allowed}")


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _wrong(value, f"a whole number from {low} to {high}")
        return value

    return check


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise _wrong(value, "a number from 0 (recall) to 1 (precision)")
    return float(value)


def _column(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _wrong(value, "a column name in quotes")
    return value


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, list | tuple):
        raise _wrong(value, 'a list of column names such as ["notes"]')
    for name in value:
        if not isinstance(name, str):
            raise _wrong(name, "a column name in quotes")
    return tuple(value)


def _attribute_names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, list | tuple):
        raise _wrong(value, 'a list of columns and attributes such as ["color", "finish"]')
    for name in value:
        if not isinstance(name, str) or not split_names(name):
            raise _wrong(name, "the name of a column or an attribute in quotes")
    return tuple(dict.fromkeys(value))


def _encoder(value: Any) -> str:
    known, _, model = value.partition(":") if isinstance(value, str) else ("", "", "")
    if value == "hashed" or (known == "sentence-transformers" and model.strip()):
        return str(value)
    raise _wrong(value, "'hashed' or 'sentence-transformers:NAME_OR_FOLDER'")


def _classifier(value: Any) -> str:
    if value not in CLASSIFIERS:
        raise _wrong(value, " or ".join(f"'{name}'" for name in CLASSIFIERS))
    return str(value)


def _delimiter(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        value = DELIMITERS.get(value.lower(), value)
        if len(value) == 1 and value.isascii() and value not in '"\r\n\0':
            return str(value)
    raise _wrong(value, "one ASCII character, or comma, semicolon, tab or pipe")


def _encoding(value: Any) -> str | None:
    if value is None:
        return None
    try:
        "".encode(value)
    except (LookupError, TypeError, ValueError):
        raise _wrong(value, "an encoding such as 'utf-8', 'latin-1', 'cp1252' or 'utf-16'") from None
    return str(value)


def _columns(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise _wrong(value, "a table of column = role")
    problems, resolved = [], {}
    for column, given in value.items():
        try:
            resolved[str(column)] = _role(given)
        except ConfigError as error:
            problems.append(f"column '{column}': {error}")
    if problems:
        raise ConfigError("; ".join(problems))
    return resolved


def _map(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise _wrong(value, "a table of left column = right column")
    for left, right in value.items():
        if not isinstance(left, str) or not left or not isinstance(right, str):
            raise ConfigError(f"{left!r} = {right!r} is not allowed, give two column names in quotes")
    return dict(value)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value, "true or false")
    return value


def _role(given: Any) -> str:
    if isinstance(given, Mapping):
        strange = [str(key) for key in given if key not in ("role", "kind")]
        if strange:
            raise ConfigError(f"unknown key '{strange[0]}', {nearest(strange[0], ('role', 'kind'))}")
        if "role" not in given:
            raise ConfigError("the table has no 'role'")
        kind_given = given.get("kind", "")
        if not isinstance(kind_given, str) or not isinstance(given["role"], str):
            raise _wrong(dict(given), "role and kind in quotes")
        given = f"{given['role']}:{kind_given}" if kind_given else given["role"]
    if not isinstance(given, str):
        raise _wrong(given, "a role in quotes")
    name, _, kind = given.partition(":")
    if name not in list(Role):
        raise ConfigError(f"there is no role '{name}', {nearest(name, Role, 1)}")
    allowed = KINDS.get(Role(name), ())
    if kind and kind not in allowed and name != Role.NUMBER:
        known = nearest(kind, allowed, 1) if allowed else "this role has none"
        raise ConfigError(f"the role '{name}' has no kind '{kind}', {known}")
    return given.rstrip(":")


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "id": _column,
    "ignore_columns": _names,
    "columns": _columns,
    "prefer": _share,
    "neighbours": _whole(1, MAX_NEIGHBOURS),
    "encoder": _encoder,
    "classifier": _classifier,
    "threads": _whole(0, MAX_THREADS),
    "seed": _whole(0, 2**32 - 1),
    "delimiter": _delimiter,
    "encoding": _encoding,
    "ignore": _attribute_names,
    "require": _attribute_names,
    "within": _column,
    "attributes": user_attributes,
    "left_id": _column,
    "right_id": _column,
    "map": _map,
    "one_to_one": _yes_or_no,
}
