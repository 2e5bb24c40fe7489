from __future__ import annotations

import re
from importlib import resources

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pairs.lexicons import fold, rows
from pairs.vocabulary import ATTRIBUTES
from pairs.vocabulary.color import BROADER, canonical_colors
from pairs.vocabulary.measure import canonical_measures
from pairs.vocabulary.size_values import canonical_sizes

FILES = {
    "colors.tsv": (3, 4),
    "color_modifiers.tsv": (3, 3),
    "color_lookalikes.txt": (1, 1),
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


@pytest.mark.parametrize("name", ["colors.tsv", "sizes.tsv", "units.tsv"])
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
def test_patterns_compile_in_the_dialect_of_polars(attribute: object) -> None:
    from pairs.vocabulary import VariationAttribute

    assert isinstance(attribute, VariationAttribute)
    probe = pl.Series(["nothing"])
    for pattern in attribute.patterns:
        for regex in (pattern.regex, pattern.guarded, pattern.lookalikes, pattern.where):
            assert probe.str.contains(regex, strict=True).len() == 1


@given(st.text(max_size=20))
def test_folding_settles_and_leaves_no_accent(text: str) -> None:
    once = fold(text)
    assert fold(once) == once or not text.isascii()
    assert not re.search("[àáâãäçèéêëìíîïñòóôõöùúûü]", once)
