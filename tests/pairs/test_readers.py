from __future__ import annotations

import pytest

from pairs.vocabulary import ATTRIBUTES, READERS, find_attribute


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        *((key, key) for key in READERS),
        ("colour", "color"),
        ("Colors", "color"),
        ("COLOUR", "color"),
        ("colour_name", "color"),
        ("Farbe", "color"),
        ("sizes", "size"),
        ("Größe", "size"),
        ("pack quantity", "pack"),
        ("pack_quantity", "pack"),
        ("PackQuantity", "pack"),
        ("scent", "flavor"),
        ("flavour", "flavor"),
        ("flavours", "flavor"),
        ("age group", "age_group"),
        ("age", "age_group"),
        ("volume", "capacity"),
        ("storage", "capacity"),
        ("storage capacity", "capacity"),
        ("sex", "gender"),
        ("volts", "voltage"),
        ("brand", None),
        ("finish", None),
        ("weight", None),
        ("", None),
        ("  ", None),
    ],
)
def test_names_lead_to_attributes(name: str, attribute: str | None) -> None:
    assert find_attribute(name) == attribute


def test_readers_are_attributes_and_all_are_reachable() -> None:
    reading = [attribute for readers in READERS.values() for attribute in readers]
    assert sorted(attribute.name for attribute in reading) == sorted(ATTRIBUTES)
    assert all(ATTRIBUTES[attribute.name] is attribute for attribute in reading)
    assert all(name == attribute.name for name, attribute in ATTRIBUTES.items())
