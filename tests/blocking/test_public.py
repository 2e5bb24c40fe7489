"""The public face of the package."""

from __future__ import annotations

import types

import blocking


def test_public_names_are_those_in_all() -> None:
    visible = {
        name
        for name, value in vars(blocking).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert visible == set(blocking.__all__)
    assert list(blocking.__all__) == sorted(blocking.__all__)


def test_every_public_name_is_documented() -> None:
    for name in blocking.__all__:
        text = getattr(blocking, name).__doc__
        assert text, name
        assert text.strip().splitlines()[0].endswith("."), name
