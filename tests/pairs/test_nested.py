"""Attributes that repeat what another one says."""

from __future__ import annotations

import polars as pl
import pytest

from pairs.attributes import Attribute, Role
from pairs.nested import nested_attributes

FIRST = ["ada", "bo", "cy", "dee", "eli", "fay", "gus", "hal", "ida", "jo", "kim", "lou"]
LAST = ["quinn", "reed", "stone", "tate", "usher", "vale", "west", "xu", "york", "zorn", "ames", "byrd"]
FULL = [f"{first} {last}" for first, last in zip(FIRST, LAST, strict=True)]


def nested(columns: dict[str, list[str | None]], role: Role = Role.TEXT) -> dict[str, str]:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return nested_attributes(frame, [Attribute(name, role) for name in columns])


@pytest.mark.parametrize("role", [Role.TEXT, Role.CATEGORY])
def test_names_are_nested_in_the_full_name(role: Role) -> None:
    expected = {"first": "full", "last": "full"}
    assert nested({"first": [*FIRST], "full": [*FULL], "last": [*LAST]}, role) == expected
    assert nested({"full": [*FULL], "last": [*LAST], "first": [*FIRST]}, role) == expected


def test_the_order_of_the_words_does_not_matter() -> None:
    turned: list[str | None] = [f"{last} {first}" for first, last in zip(FIRST, LAST, strict=True)]
    assert nested({"first": [*FIRST], "full": turned}) == {"first": "full"}


def test_of_two_equal_attributes_the_first_stays() -> None:
    assert nested({"a": [*FULL], "b": [*FULL]}) == {"b": "a"}
    assert nested({"b": [*FULL], "a": [*FULL]}) == {"a": "b"}


def test_a_nested_attribute_never_holds_another() -> None:
    wide: list[str | None] = [f"{full} town" for full in FULL]
    found = nested({"first": [*FIRST], "full": [*FULL], "wide": wide})
    assert found == {"first": "wide", "full": "wide"}
    assert not set(found) & set(found.values())


def test_independent_attributes_stay() -> None:
    assert nested({"first": [*FIRST], "last": [*LAST]}) == {}
    assert nested({"first": [*FIRST], "full": [*FULL[1:], FULL[0]]}) == {}


def test_missing_values_neither_hold_nor_are_held() -> None:
    gone: list[str | None] = [None] * 12
    assert nested({"first": gone, "full": [*FULL]}) == {}
    assert nested({"first": [*FIRST], "full": gone}) == {}
    mostly: list[str | None] = [*FULL[:6], *gone[:6]]
    assert nested({"first": [*FIRST], "full": mostly}) == {}
    assert nested({"first": [*FIRST, None, None], "full": [*FULL, None, "x"]}) == {"first": "full"}


def test_a_few_rows_or_values_prove_nothing() -> None:
    assert nested({"first": [*FIRST[:5]], "full": [*FULL[:5]]}) == {}
    assert nested({"first": ["ada"] * 12, "full": [f"ada {last}" for last in LAST]}) == {}
    assert nested({}) == {}


def test_other_roles_are_not_looked_at() -> None:
    frame = pl.DataFrame({"code": FIRST, "full": FULL})
    attributes = [Attribute("code", Role.IDENTIFIER, "code"), Attribute("full", Role.TEXT)]
    assert nested_attributes(frame, attributes) == {}
    numbers = pl.DataFrame({"n": [float(i) for i in range(12)], "full": FULL})
    assert nested_attributes(numbers, [Attribute("n", Role.NUMBER), Attribute("full", Role.TEXT)]) == {}


def test_a_title_stays_and_a_description_holds_nothing() -> None:
    frame = pl.DataFrame({"first": FIRST, "full": FULL})
    title, text = Attribute("first", Role.TEXT, "title"), Attribute("full", Role.TEXT)
    assert nested_attributes(frame, [title, text]) == {}
    first, description = Attribute("first", Role.TEXT), Attribute("full", Role.TEXT, "description")
    assert nested_attributes(frame, [first, description]) == {}
