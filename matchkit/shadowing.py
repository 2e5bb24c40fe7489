"""Notice a user's own ``pairs.py`` or ``blocking.py`` that hides the package which matchkit needs."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

SIBLINGS = ("blocking", "pairs")


def check_siblings() -> None:
    """Check that the packages installed beside ``matchkit`` are the ones that ``import`` would find.

    Raises
    ------
    ImportError
        Another file or folder of that name comes first on the import path; the message names it.
    """
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for name in SIBLINGS:
        place = _place(name)
        if place and _folder(place) != os.path.realpath(home):
            raise ImportError(
                f"matchkit needs its own package '{name}', but {place} hides it: rename that file or folder.",
                name=name,
                path=place,
            )


def _place(name: str) -> str | None:
    """The file or folder that ``import name`` would load, or None where there is none."""
    try:
        spec = find_spec(name)
    except ValueError:  # loaded already, by something that left no spec
        return getattr(sys.modules[name], "__file__", None)
    if spec is None:
        return None
    folders = list(spec.submodule_search_locations or ())
    return folders[0] if folders else spec.origin


def _folder(place: str) -> str:
    return os.path.realpath(os.path.dirname(os.path.abspath(place)))
