"""What word lists and columns know about spans of titles."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

import numpy as np
import polars as pl
import pytest

from pairs.knowledge import Knowledge, Sought
from pairs.vocabulary import READERS

SOUGHT = [
    Sought("color", READERS["color"]),
    Sought("size", READERS["size"]),
    Sought("finish", (), pl.Series(["Matte", "Gloss 2", None])),
]
NAMES = [one.name for one in SOUGHT]

# text: attributes of which it is a value alone in a slot, anywhere, and in part; what else it holds
SPANS: dict[str, tuple[str, str, str, str]] = {
    "Black": ("color", "color", "color", ""),
    "BLACK": ("color", "color", "color", ""),
    "S": ("size", "", "size", ""),
    "XL": ("size", "size", "size", ""),
    "42": ("size", "", "", "digit"),
    "128GB": ("size", "size", "", "digit"),
    "500 ml": ("size", "size", "", "digit"),
    "L-Black": ("", "", "", "mixed"),
    "Zinnia": ("", "", "", ""),
    "Zinnia Black": ("", "", "color", ""),
    "with Clip Red": ("", "", "color", ""),
    "XL Black with Clip": ("", "", "", "mixed"),
    "2 x 4": ("", "", "", "digit"),
    "2024-25": ("", "", "", "digit"),
    "1234": ("", "", "", "digit"),
    "12345": ("", "", "", "code digit"),
    "D6456-90": ("", "", "", "code digit"),
    "B7654-02 Black": ("", "", "", "code digit"),
    "$25": ("size", "", "", "digit"),
    "€30,50": ("size", "", "", "digit"),
    "$25 off": ("", "", "", "digit"),
    "matte": ("finish", "", "", ""),
    "MATTE": ("finish", "", "", ""),
    "Gloss 2": ("finish", "", "", "digit"),
    "Matte Zinnia": ("", "", "", ""),
    "زعفراني": ("", "", "", ""),
    "zz": ("", "", "", ""),
    "": ("", "", "", ""),
}


@cache
def every() -> Knowledge:
    return Knowledge.of(pl.Series(list(SPANS)), SOUGHT)


@pytest.mark.parametrize("text", list(SPANS))
def test_what_is_known_of_a_span(text: str) -> None:
    row, known = list(SPANS).index(text), every()
    tables = [known.alone, known.anywhere, known.partly]
    found = [" ".join(np.array(NAMES)[table[row]]) for table in tables]
    other = " ".join(name for name in ("code", "mixed", "digit") if getattr(known, name)[row])
    assert (*found, other) == SPANS[text]


def same(left: Knowledge, right: Knowledge) -> bool:
    return all(np.array_equal(getattr(left, one.name), getattr(right, one.name)) for one in fields(Knowledge))


def test_a_span_is_known_whatever_stands_beside_it() -> None:
    texts = pl.Series(list(SPANS))
    backwards = np.arange(len(texts))[::-1].copy()
    assert same(Knowledge.of(texts.reverse(), SOUGHT), every().only(backwards))
    halves = [Knowledge.of(part, SOUGHT) for part in (texts.head(10), texts.tail(-10))]
    assert same(halves[0].extended(halves[1]), every())
    assert not same(every().only(backwards), every())


def test_of_nothing_nothing_is_known() -> None:
    nothing = Knowledge.of(pl.Series([], dtype=pl.String), SOUGHT)
    assert nothing.alone.shape == (0, 3)
    assert same(nothing.extended(every()), every())
    unsought = Knowledge.of(pl.Series(["Black", "D6456-90"]), [])
    assert unsought.anywhere.shape == (2, 0)
    assert unsought.code.tolist() == [False, True]


def test_values_of_columns_need_no_word_list() -> None:
    shades = Sought("shade", (), pl.Series(["Zinnia", "", None, "Trail 5"]))
    known = Knowledge.of(pl.Series(["zinnia", "Trail 5", "Trail", "Mug Zinnia"]), [shades])
    assert known.alone[:, 0].tolist() == [True, True, False, False]
    assert not known.anywhere.any()
