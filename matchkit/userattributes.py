"""Variation attributes that the user describes: a list of values, a pattern, a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from matchkit.errors import ConfigError
from matchkit.spelling import nearest


@dataclass(frozen=True, slots=True)
class UserAttribute:
    """One ``[attributes.NAME]`` of the settings; at least one of the three is given.

    Attributes
    ----------
    values
        What the attribute can be, found in titles as whole words, whatever their case and accents.
    pattern
        A regular expression (Rust's syntax, as in polars) that finds values in titles.
    column
        A column that holds the attribute.
    """

    values: tuple[str, ...] = ()
    pattern: str = ""
    column: str = ""

    def as_dict(self) -> dict[str, Any]:
        """What was given, as plain values that JSON can hold."""
        given: dict[str, Any] = {"values": list(self.values), "pattern": self.pattern, "column": self.column}
        return {key: value for key, value in given.items() if value}


_KEYS = tuple(setting.name for setting in fields(UserAttribute))


def user_attributes(given: Any) -> dict[str, UserAttribute]:
    """Check the table of described attributes.

    Raises
    ------
    ConfigError
        Something in it is not allowed; all mistakes are named.
    """
    if not isinstance(given, Mapping):
        raise ConfigError(f"{given!r} is not allowed, give a table for each attribute, such as [attributes.finish]")
    problems: list[str] = []
    checked: dict[str, UserAttribute] = {}
    for name, described in given.items():
        try:
            checked[_name(name, checked)] = _attribute(described)
        except ConfigError as error:
            problems.append(f"'{name}': {error}")
    if problems:
        raise ConfigError("; ".join(problems))
    return checked


def _name(name: Any, others: Mapping[str, UserAttribute]) -> str:
    if not isinstance(name, str) or not name.strip():
        raise ConfigError("an attribute needs a name")
    twin = next((other for other in others if other.casefold() == name.strip().casefold()), None)
    if twin is not None:
        raise ConfigError(f"there is '{twin}' too, which differs in case alone; keep one")
    return name.strip()


def _attribute(described: Any) -> UserAttribute:
    if isinstance(described, UserAttribute):
        described = {key: value for key in _KEYS if (value := getattr(described, key))}
    if not isinstance(described, Mapping):
        raise ConfigError(f"{described!r} is not allowed, give a table with 'values', 'pattern' or 'column'")
    strange = [str(key) for key in described if key not in _KEYS]
    if strange:
        raise ConfigError(f"unknown key '{strange[0]}', {nearest(strange[0], _KEYS)}")
    values, pattern = _values(described.get("values", ())), _text(described, "pattern")
    if "values" in described and not values:
        raise ConfigError('the list of values is empty, give some such as values = ["matte", "gloss"]')
    attribute = UserAttribute(values, pattern, _text(described, "column"))
    if attribute == UserAttribute():
        raise ConfigError("nothing says how to find it, give 'values', 'pattern' or 'column'")
    if pattern:
        _check_pattern(pattern)
    return attribute


def _values(given: Any) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, list | tuple):
        raise ConfigError(f'values: {given!r} is not allowed, give a list such as ["matte", "gloss"]')
    for value in given:
        if not isinstance(value, str):
            raise ConfigError(f"values: {value!r} is not allowed, give text in quotes")
        if not any(letter.isalnum() for letter in value):
            raise ConfigError(f"values: {value!r} has no letter and no digit; take it out")
    return tuple(dict.fromkeys(value.strip() for value in given))


def _text(described: Mapping[str, Any], key: str) -> str:
    given = described.get(key, "")
    if not isinstance(given, str):
        raise ConfigError(f"{key}: {given!r} is not allowed, give text in quotes")
    return given


def _check_pattern(pattern: str) -> None:
    # Only who gives a pattern waits for polars here.
    import polars as pl

    try:
        matches_nothing = bool(pl.Series([""]).str.contains(pattern)[0])
    except pl.exceptions.ComputeError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip().startswith("error:")]
        why = lines[0].removeprefix("error:").strip() if lines else "it is not understood"
        raise ConfigError(f"pattern: {pattern!r} is no regular expression ({why})") from None
    if matches_nothing:
        raise ConfigError(f"pattern: {pattern!r} matches the empty text, so it would be found everywhere")
