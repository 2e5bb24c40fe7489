from __future__ import annotations

import re
from importlib import resources

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pairs.lexicons import fold, rows
from pairs.vocabulary import ATTRIBUTES, READERS, VariationAttribute, find_attribute
from pairs.vocabulary.age_group import AGE_GROUP
from pairs.vocabulary.color import BROADER, canonical_colors
from pairs.vocabulary.flavor import FLAVOR
from pairs.vocabulary.gender import GENDER
from pairs.vocabulary.material import MATERIAL
from pairs.vocabulary.measure import canonical_measures
from pairs.vocabulary.motif import MOTIF
from pairs.vocabulary.size_values import canonical_sizes
from pairs.vocabulary.wordlist import PLACES

LISTS = ("materials.tsv", "patterns.tsv", "flavors.tsv", "genders.tsv", "age_groups.tsv")
FILES = {
    "attribute_names.tsv": (2, 2),
    **dict.fromkeys(LISTS, (3, 3)),
    "material_lookalikes.txt": (1, 1),
    "pattern_lookalikes.txt": (1, 1),
    "flavor_lookalikes.txt": (1, 1),
    "gender_lookalikes.txt": (1, 1),
    "age_group_lookalikes.txt": (1, 1),
    "colors.tsv": (3, 4),
    "color_modifiers.tsv": (3, 3),
    "color_lookalikes.txt": (1, 1),
    "foods.txt": (1, 1),
    "sizes.tsv": (3, 3),
    "size_lookalikes.txt": (1, 1),
    "units.tsv": (4, 5),
}


@pytest.mark.parametrize("name", FILES)
def test_every_line_has_its_fields_and_a_licence_stands_above(name: str) -> None:
    fewest, most = FILES[name]
    assert rows(name)
    assert all(fewest <= len(row) <= most for row in rows(name))
    assert all(field == field.strip() and field for row in rows(name) for field in row)
    text = resources.files("pairs.lexicons").joinpath(name).read_text(encoding="utf-8")
    assert "made for this project, Apache-2.0" in text.splitlines()[0]


def test_all_lists_are_known_here() -> None:
    files = {file.name for file in resources.files("pairs.lexicons").iterdir()}
    assert {name for name in files if name.endswith((".tsv", ".txt"))} == set(FILES)


@pytest.mark.parametrize("name", ["colors.tsv", "sizes.tsv", "units.tsv", "attribute_names.tsv", *LISTS])
def test_a_term_has_one_meaning(name: str) -> None:
    meaning: dict[str, str] = {}
    for row in rows(name):
        assert meaning.setdefault(row[0], row[1]) == row[1], row


def test_a_list_is_read_once() -> None:
    assert rows("colors.tsv") is rows("colors.tsv")


@pytest.mark.parametrize("row", rows("colors.tsv"), ids=lambda row: row[0])
def test_every_colour_term_has_its_canonical_value(row: tuple[str, ...]) -> None:
    assert row[2] in ("plain", "edge", "slot")
    assert canonical_colors(row[0]) == (row[1],)
    assert canonical_colors(row[0].upper()) == (row[1],)


def test_canonical_colours_are_their_own_canonical_value() -> None:
    values = {row[1] for row in rows("colors.tsv")}
    assert {value for value in values if canonical_colors(value) != (value,)} == set()
    assert set(BROADER) <= values


def test_every_size_term_has_its_canonical_value() -> None:
    for term, value, group in rows("sizes.tsv"):
        assert group in ("letter", "word", "one", "slot", "bed")
        assert canonical_sizes(term) == (value,), term


def test_every_unit_is_read() -> None:
    for term, unit, factor, *_ in rows("units.tsv"):
        assert float(factor) > 0
        (value,) = canonical_measures(f"7{term}")
        assert value.split(" ")[1] == unit, term


@pytest.mark.parametrize("attribute", ATTRIBUTES.values(), ids=lambda attribute: attribute.name)
def test_patterns_compile_in_the_dialect_of_polars(attribute: VariationAttribute) -> None:
    probe = pl.Series(["nothing"])
    for pattern in attribute.patterns:
        for regex in (pattern.regex, pattern.guarded, pattern.lookalikes, pattern.where):
            assert probe.str.contains(regex, strict=True).len() == 1


@pytest.mark.parametrize(
    "attribute", [MATERIAL, MOTIF, FLAVOR, GENDER, AGE_GROUP], ids=lambda attribute: attribute.name
)
def test_every_term_of_a_list_has_its_canonical_value(attribute: VariationAttribute) -> None:
    for term, value, place in rows(f"{attribute.name}s.tsv"):
        assert place in PLACES
        assert attribute.canonical(term) == (value,)
        assert attribute.canonical(term.upper()) == (value,)
        assert attribute.canonical(value) == (value,)


def test_attribute_names_lead_to_attributes() -> None:
    assert {key for _, key in rows("attribute_names.tsv")} == set(READERS)
    assert all(find_attribute(name) == key for name, key in rows("attribute_names.tsv"))


@given(st.text(max_size=20))
def test_folding_settles_and_leaves_no_accent(text: str) -> None:
    once = fold(text)
    assert fold(once) == once or not text.isascii()
    assert not re.search("[àáâãäçèéêëìíîïñòóôõöùúûü]", once)
