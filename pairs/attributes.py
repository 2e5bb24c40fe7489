"""What is compared: the attributes of a record and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """How a column takes part in matching."""

    ID = "id"
    TEXT = "text"
    IDENTIFIER = "identifier"
    CATEGORY = "category"
    NUMBER = "number"
    DATE = "date"
    SET = "set"
    URL = "url"
    IMAGE = "image"
    IGNORED = "ignored"


COMPARED_ROLES = frozenset({Role.TEXT, Role.IDENTIFIER, Role.CATEGORY, Role.NUMBER, Role.DATE, Role.SET})


@dataclass(frozen=True, slots=True)
class Attribute:
    """One column of a catalogue and how it is compared.

    Attributes
    ----------
    name
        The column's name in the catalogue.
    role
        How the column takes part in matching.
    kind
        A refinement of the role, or ``""``. For text: ``title`` (what the record is called; at most one
        per table), ``description`` (long prose). For identifier: ``gtin``, ``isbn``, ``mpn``, ``phone``,
        ``email``, ``code``. For category: ``brand``, or a variation attribute: ``color``, ``size``,
        ``pack``, or ``option`` (which may be any of these, as in a shop's *option 1*). For number:
        ``price``, ``year``, or the unit.
    """

    name: str
    role: Role
    kind: str = ""

    @property
    def compared(self) -> bool:
        """Whether values of this attribute are compared at all."""
        return self.role in COMPARED_ROLES
