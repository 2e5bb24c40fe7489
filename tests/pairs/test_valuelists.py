from __future__ import annotations

import polars as pl
import pytest

from pairs.valuelists import drop_value_lists
from pairs.variation import read_values
from pairs.vocabulary import ATTRIBUTES

ALL = ("pack", "size", "measure", "color")
CHOSEN = [ATTRIBUTES[name] for name in ALL]


def dropped(title: str) -> str:
    (text,) = drop_value_lists(pl.Series([title]), CHOSEN).to_list()
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(
    ("template", "own", "attribute", "base"),
    [
        ("iPhone 12 Pro [128GB / 256GB / 512GB] {} Graphite", "128GB|256GB|512GB", "measure", "iPhone 12 Pro"),
        ("Stick (64/128/256GB) {}", "64GB|128 GB|256GB", "measure", "Stick"),
        ("Paint (1L, 2.5L, 5L) - {}", "1L|2.5L|5L", "measure", "Paint"),
        ("Tee (S/M/L/XL) - {}", "S|M|L|XL", "size", "Tee"),
        ("Tee S/M/L - {}", "S|M|L", "size", "Tee"),
        ("Tee {} (S; M or L)", "S|M|L", "size", "Tee"),
        ("Shoe (UK 6 / UK 7 / UK 8) {}", "UK 6|UK 7|UK 8", "size", "Shoe"),
        ("Shoe (6, 7, 8, 9) - {}", "6|7|8|9", "size", "Shoe"),
        ("Lamp (Black, White, Dark Red) {}", "Black|White|Dark Red", "color", "Lamp"),
        ("Lamp (Black/White) - {}", "Black|White", "color", "Lamp"),
    ],
)
def test_all_variants_are_left_with_the_same_words_and_their_own_value(
    template: str, own: str, attribute: str, base: str
) -> None:
    values = own.split("|")
    found = read_values(pl.Series([template.format(value) for value in values]), ALL)
    assert found["base"].to_list() == [base] * len(values)
    alone = read_values(pl.Series([f"Thing - {value}" for value in values]), ALL)
    assert found[attribute].to_list() == alone[attribute].to_list()
    assert found[attribute].n_unique() == len(values)


def test_two_lists_at_once() -> None:
    found = read_values(pl.Series(["iPhone [128GB / 256GB] (Black / White) 256GB Black"]), ALL)
    assert found.row(0, named=True) == {
        "base": "iPhone",
        "pack": None,
        "size": None,
        "measure": "256 gb",
        "color": "black",
    }


@pytest.mark.parametrize(
    "title",
    [
        "Lamp (Black/White)",
        "Lamp (Black/White) Red",
        "Laptop (8GB, 256GB, 14 in)",
        "Dog food (chicken, rice) chicken",
        "Song (feat. Black, Red)",
        "Trilogy (1, 2, 3)",
        "Shoe (UK 8 / EU 42)",
        "Case for iPhone 12/13/14 Black",
        "Tee (S/M) - L",
        "Cotton Tee S/M",
    ],
)
def test_what_is_no_list_of_the_values_stays(title: str) -> None:
    assert dropped(title) == title


def test_three_sizes_in_brackets_are_never_one_size() -> None:
    assert dropped("Tee (S/M/L/XL)") == "Tee"
    assert dropped("Tee (S/M/L) - XL") == "Tee - XL"


def test_only_what_is_asked_for_counts() -> None:
    titles = pl.Series(["Tee (S/M/L) - M", "Lamp (Black/White) Black"])
    assert drop_value_lists(titles, [ATTRIBUTES["color"]]).to_list() == ["Tee (S/M/L) - M", "Lamp Black"]
    assert drop_value_lists(titles, []).to_list() == titles.to_list()


def test_missing_and_marked_texts_stay() -> None:
    texts = pl.Series(["Tee (S/M) M \ue000", None, ""], dtype=pl.String)
    assert drop_value_lists(texts, CHOSEN).to_list() == texts.to_list()
    assert drop_value_lists(pl.Series([], dtype=pl.String), CHOSEN).to_list() == []
