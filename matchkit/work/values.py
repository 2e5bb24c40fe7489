"""What stages find, taken apart into arrays, frames and plain values, and put together again just as it was.

Loading runs no code: only the classes named here are made, and only from their fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from blocking.candidates import CandidateReport, SourceCount
from blocking.index import IndexReport
from matchkit.baseevidence import BaseEvidence
from matchkit.classify import Verdict
from matchkit.evidence import Evidence
from matchkit.levels import LevelTable
from matchkit.linkscore import LinkScores
from matchkit.sharedvalues import SharedValues
from pairs.attributes import Attribute, Role
from pairs.familyview import FamilyView
from pairs.view import View

Part: TypeAlias = NDArray[Any] | pl.DataFrame

ARRAY, FRAME = ".npy", ".parquet"
_PLAIN = (type(None), bool, int, float, str)
_KINDS = {
    kind.__name__: kind
    for kind in (
        Attribute,
        BaseEvidence,
        CandidateReport,
        Evidence,
        FamilyView,
        IndexReport,
        LevelTable,
        LinkScores,
        SharedValues,
        SourceCount,
        Verdict,
        View,
    )
}


def taken_apart(value: object) -> tuple[Any, dict[str, Part]]:
    """A value as a tree that JSON can hold, and the arrays and frames that its leaves name, by file name.

    Raises
    ------
    TypeError
        There is something in it that cannot be kept.
    """
    parts: dict[str, Part] = {}
    names: dict[int, str] = {}

    def named(part: Part, ending: str) -> str:
        # What stands in two places is stored once, and is one thing again afterwards.
        if id(part) not in names:
            names[id(part)] = f"{len(parts)}{ending}"
            parts[names[id(part)]] = part
        return names[id(part)]

    def tree(value: object) -> Any:
        if isinstance(value, np.ndarray) and not value.dtype.hasobject:
            return {"array": named(value, ARRAY)}
        if isinstance(value, np.generic):
            return {"array": named(np.asarray(value), ARRAY)}
        if isinstance(value, pl.DataFrame):
            return {"frame": named(value, FRAME)} if value.width else {"rows": value.height}
        if isinstance(value, pl.Series):
            return {"series": named(value.to_frame(), FRAME)}
        if isinstance(value, Role):
            return {"role": value.value}
        if type(value) in _PLAIN:
            return value
        if isinstance(value, list | tuple):
            return {type(value).__name__: [tree(item) for item in value]}
        if isinstance(value, Mapping):
            return {"mapping": [[tree(key), tree(item)] for key, item in value.items()]}
        kind = type(value)
        if is_dataclass(value) and _KINDS.get(kind.__name__) is kind:
            return {"kind": kind.__name__, "fields": [tree(getattr(value, field.name)) for field in fields(value)]}
        raise TypeError(f"a {kind.__name__} cannot be kept in the work folder")

    return tree(value), parts


def put_together(tree: Any, part: Callable[[str], Part]) -> Any:
    """The value that :func:`taken_apart` took apart; ``part`` reads an array or a frame.

    Raises
    ------
    KeyError, TypeError, ValueError
        The tree is not one of :func:`taken_apart`.
    """
    read: dict[str, Part] = {}

    def taken(name: str) -> Part:
        if name not in read:
            read[name] = part(name)
        return read[name]

    def made(tree: Any) -> Any:
        match tree:
            case None | bool() | int() | float() | str():
                return tree
            case {"array": str(name)}:
                array = taken(name)
                return array if array.shape else array[()]
            case {"frame": str(name)}:
                return taken(name)
            case {"series": str(name)}:
                return pl.DataFrame(taken(name)).to_series()
            case {"role": str(role)}:
                return Role(role)
            case {"rows": int(height)}:
                return pl.DataFrame(height=height)
            case {"list": list(items)}:
                return [made(item) for item in items]
            case {"tuple": list(items)}:
                return tuple(made(item) for item in items)
            case {"mapping": list(items)}:
                return {made(key): made(item) for key, item in items}
            case {"kind": str(name), "fields": list(items)}:
                kind: Any = _KINDS[name]
                known = [field.name for field in fields(kind)]
                return kind(**{field: made(item) for field, item in zip(known, items, strict=True)})
        raise ValueError("no value is written like that")

    return made(tree)
