"""Whether a value is of the type that a field is declared to be: what is taken from a file may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

_NUMBERS: Mapping[type, tuple[type, ...]] = {int: (int, np.integer), float: (int, float, np.integer, np.floating)}


def fits(value: object, kind: Any) -> bool:
    """Whether a value is of a type, and its items and fields of theirs.

    Parameters
    ----------
    value
        Anything.
    kind
        A type as the annotations of dataclasses name it: a class, a union, ``list``, ``tuple`` and ``Mapping`` of
        types, an ``NDArray``.
    """
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any:
        return True
    if origin in (Union, UnionType):
        return any(fits(value, one) for one in inner)
    if origin is np.ndarray:
        return isinstance(value, np.ndarray) and np.issubdtype(value.dtype, get_args(inner[1])[0])
    if origin is tuple and len(inner) == 2 and inner[1] is ...:
        return isinstance(value, tuple) and all(fits(item, inner[0]) for item in value)
    if origin is tuple:
        items = value if isinstance(value, tuple) else ()
        return len(items) == len(inner) and all(map(fits, items, inner))
    if origin is list:
        return isinstance(value, list) and all(fits(item, inner[0]) for item in value)
    if origin is Mapping:
        pairs = value.items() if isinstance(value, Mapping) else [(None, None)]
        return all(fits(key, inner[0]) and fits(item, inner[1]) for key, item in pairs)
    if kind in _NUMBERS:
        return isinstance(value, _NUMBERS[kind]) and not isinstance(value, bool)
    return isinstance(value, kind) and all(fits(getattr(value, name), one) for name, one in _fields(kind).items())


@cache
def _fields(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind) if hasattr(kind, "__dataclass_fields__") else {}
