"""What headers say of variation attributes."""

from __future__ import annotations

import pytest

from matchkit.headers import VARIATION_WORDS, variation_hint
from pairs.vocabulary import READERS


@pytest.mark.parametrize(
    ("header", "attribute"),
    [
        ("colour_group_name", "color"),
        ("perceivedColourValue", "color"),
        ("Größe (EU)", "size"),
        ("pack_size", "pack"),
        ("Stoff", "material"),
        ("scent", "flavor"),
        ("cable length", "length"),
        ("target_age_group", "age_group"),
        ("Geschlecht", "gender"),
        ("color_temperature", None),
        ("size guide", None),
        ("graphical_appearance_name", None),
        ("page", None),
        ("title", None),
    ],
)
def test_a_header_names_its_attribute(header: str, attribute: str | None) -> None:
    assert variation_hint(header) == attribute


def test_every_attribute_a_user_can_name_has_words() -> None:
    assert set(VARIATION_WORDS) == set(READERS)
