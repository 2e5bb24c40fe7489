from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.variation import canonical_value, read_values
from pairs.vocabulary import VariationAttribute, user_attribute

FINISH = user_attribute("finish", ["matte", "Gloss", "High Gloss", "crème brûlée", "C++", "weiß", "men's"])
THREAD = user_attribute("thread", pattern=r"(?i)(\d+)[\s-]thread count")
BOTH = user_attribute("grade", ["fine", "coarse"], r"\bgrit [0-9]+")


def read(attribute: VariationAttribute, title: str) -> tuple[str | None, str | None]:
    base, value = read_values(pl.Series([title]), [attribute]).row(0)
    return base, value


@pytest.mark.parametrize(
    ("attribute", "title", "base", "value"),
    [
        (FINISH, "Kettle - Matte", "Kettle", "matte"),
        (FINISH, "MATTE Kettle", "Kettle", "matte"),
        (FINISH, "Kettle high-gloss 2 l", "Kettle 2 l", "high gloss"),
        (FINISH, "Kettle (gloss)", "Kettle", "gloss"),
        (FINISH, "Kettle matte/gloss", "Kettle", "gloss|matte"),
        (FINISH, "Candle CREME BRULEE", "Candle", "crème brûlée"),
        (FINISH, "Candle crème  brûlée", "Candle", "crème brûlée"),
        (FINISH, "Primer c++", "Primer", "c++"),
        (FINISH, "Lack WEISS", "Lack", "weiß"),
        (FINISH, "Lack weiß", "Lack", "weiß"),
        (FINISH, "Lack men’s", "Lack", "men's"),
        (FINISH, "Mattel doll, glossy", "Mattel doll, glossy", None),
        (FINISH, "C++11 primer", "C++11 primer", None),
        (THREAD, "Sheet 400 Thread Count white", "Sheet white", "400"),
        (THREAD, "Sheet 400", "Sheet 400", None),
        (BOTH, "Paper grit 80", "Paper", "grit 80"),
        (BOTH, "Paper coarse", "Paper", "coarse"),
        (BOTH, "Paper Grit 80", "Paper Grit 80", None),
    ],
)
def test_values_are_read_from_titles(attribute: VariationAttribute, title: str, base: str, value: str | None) -> None:
    assert read(attribute, title) == (base, value)


def test_scripts_without_spaces_need_no_word_boundary() -> None:
    assert read(user_attribute("shade", ["红色"]), "红色衬衫") == ("衬衫", "红色")
    assert read(user_attribute("stone", ["عقيق"]), "خاتم عقيق أحمر") == ("خاتم أحمر", "عقيق")


def test_cells_are_written_canonically() -> None:
    cells = pl.Series(["High gloss", "GLOSS", "satin", "", None])
    assert canonical_value(cells, FINISH).to_list() == ["high gloss", "gloss", "satin", None, None]
    assert canonical_value(pl.Series(["600 thread count", "600"]), THREAD).to_list() == ["600", "600"]


def test_nothing_given_finds_nothing() -> None:
    assert read(user_attribute("finish"), "Matte kettle") == ("Matte kettle", None)


@pytest.mark.parametrize(
    ("values", "pattern", "message"),
    [
        (["matte", "--"], "", "the value '--' of the attribute 'finish' has neither a letter nor a digit"),
        ([""], "", "the value '' of the attribute 'finish' has neither a letter nor a digit"),
        ([], "(", r"the pattern '\(' of the attribute 'finish' does not compile: unclosed group"),
        ([], "a(?=b)", "does not compile: look-around"),
        ([], r"\d*", "matches the empty text"),
        ([], r"\b", "matches the empty text"),
        ([], "$", "matches the empty text"),
    ],
)
def test_mistakes_are_said_in_a_sentence(values: list[str], pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as raised:
        user_attribute("finish", values, pattern)
    assert "\n" not in str(raised.value)


def test_the_name_of_the_base_is_taken() -> None:
    with pytest.raises(ValueError, match="cannot be called 'base'"):
        user_attribute("base", ["x"])


WORDS = st.text(alphabet="abéß' -3+.|(", min_size=1, max_size=6).filter(lambda text: any(c.isalnum() for c in text))


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(st.text(alphabet="abéeß' -3+.|(", max_size=14), max_size=8))
def test_reading_a_base_again_finds_nothing(values: list[str], texts: list[str]) -> None:
    attribute = user_attribute("mine", values)
    first = read_values(pl.Series([*texts, *values], dtype=pl.String), [attribute])
    again = read_values(first["base"], [attribute])
    assert again["base"].to_list() == first["base"].to_list()
    assert again["mine"].null_count() == again.height


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS.map(lambda text: "x" + text + "x"), min_size=1, max_size=4))
def test_every_value_is_found_by_itself_and_canonical_is_idempotent(values: list[str]) -> None:
    attribute = user_attribute("mine", values)
    for value in values:
        (written,) = attribute.canonical(value)
        assert attribute.canonical(written) == (written,)
        assert "|" not in written
