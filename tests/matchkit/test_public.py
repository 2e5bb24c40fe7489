"""What ``import matchkit`` offers."""

from __future__ import annotations

import pytest

import matchkit


def test_every_public_name_is_there_and_no_other_is_seen() -> None:
    assert sorted(matchkit.__all__) == sorted(set(matchkit.__all__)) == sorted(dir(matchkit))
    for name in matchkit.__all__:
        assert getattr(matchkit, name) is not None


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'deduplicate'"):
        matchkit.deduplicate  # type: ignore[attr-defined]  # noqa: B018
