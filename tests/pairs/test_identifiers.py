"""Article numbers: vectorised keys against a naive twin that follows the standards digit by digit."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.identifiers import gtin_key, gtin_valid, isbn_valid

DIGITS = "0123456789"


def check_digit(body: str) -> str:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def isbn10_check(body: str) -> str:
    rest = -sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def naive_key(value: str) -> str | None:
    text = "".join(letter for letter in value if letter not in " -").upper()
    if set(text) <= {"0"}:
        return None
    if len(text) in (8, 12, 13, 14) and set(text) <= set(DIGITS):
        return text.rjust(14, "0") if check_digit(text[:-1]) == text[-1] else None
    if len(text) == 10 and set(text[:9]) <= set(DIGITS) and text[:9] != "0" * 9:
        body = "978" + text[:9]
        return "0" + body + check_digit(body) if isbn10_check(text[:9]) == text[9] else None
    return None


valid_gtin = st.sampled_from([7, 11, 12, 13]).flatmap(
    lambda size: st.text(DIGITS, min_size=size, max_size=size).map(lambda body: body + check_digit(body))
)
valid_isbn10 = st.text(DIGITS, min_size=9, max_size=9).map(lambda body: body + isbn10_check(body))
anything = st.text(DIGITS + "Xx -a", max_size=16)


@settings(deadline=None)
@given(st.lists(st.one_of(valid_gtin, valid_isbn10, anything), max_size=20))
def test_keys_equal_the_naive_twin(values: list[str]) -> None:
    series = pl.Series("ean", values, dtype=pl.String)
    expected = [naive_key(value) for value in values]
    keys = gtin_key(series)
    assert keys.dtype == pl.String
    assert (keys.name, keys.to_list()) == ("ean", expected)
    isbn = [key is not None and len(_bare(v)) in (10, 13) for key, v in zip(expected, values, strict=True)]
    isbn = [is_isbn and str(key)[1:4] in ("978", "979") for is_isbn, key in zip(isbn, expected, strict=True)]
    assert isbn_valid(series).to_list() == isbn
    assert gtin_valid(series).to_list() == [
        key is not None and len(_bare(v)) != 10 for key, v in zip(expected, values, strict=True)
    ]


def _bare(value: str) -> str:
    return value.replace(" ", "").replace("-", "")


@settings(deadline=None)
@given(st.one_of(valid_gtin, valid_isbn10).filter(lambda value: naive_key(value) is not None), st.data())
def test_one_wrong_digit_has_no_key(value: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.sampled_from(DIGITS).filter(lambda digit: digit != value[place]))
    assert gtin_key(pl.Series([value[:place] + other + value[place + 1 :]])).to_list() == [None]


@pytest.mark.parametrize(
    "written",
    [
        "9780306406157",
        "978-0-306-40615-7",
        "0306406152",
        "0-306-40615-2",
        "ISBN 0-306-40615-2",
        "isbn-13: 978 0 306 40615 7",
        "EAN: 9780306406157",
        " 9780306406157 ",
        "9780306406157.0",
        "978\u20110306406157",
        "09780306406157",
    ],
)
def test_the_same_number_has_the_same_key_however_written(written: str) -> None:
    assert gtin_key(pl.Series([written])).to_list() == ["09780306406157"]


def test_integers_and_missing_values() -> None:
    assert gtin_key(pl.Series([9780306406157, None, 5])).to_list() == ["09780306406157", None, None]
    assert gtin_key(pl.Series([None, None], dtype=pl.String)).to_list() == [None, None]
    assert gtin_valid(pl.Series([None, "x"])).to_list() == [False, False]
    assert isbn_valid(pl.Series([None, "x"])).to_list() == [False, False]
    assert gtin_key(pl.Series([], dtype=pl.String)).to_list() == []


@pytest.mark.parametrize(
    "value", ["00000000", "0000000000000", "0000000000", "96385074x", "４００６３８１３３３９３１"]
)
def test_zeros_and_lookalikes_have_no_key(value: str) -> None:
    assert gtin_key(pl.Series([value])).to_list() == [None]


def test_known_numbers() -> None:
    values = pl.Series(["96385074", "036000291452", "4006381333931", "10614141000415", "080442957X"])
    assert gtin_key(values).to_list() == [
        "00000096385074",
        "00036000291452",
        "04006381333931",
        "10614141000415",
        "09780804429573",
    ]


@pytest.mark.parametrize("others", [[], [None, "mug", "12", "1" * 20]])
@pytest.mark.parametrize(
    "one", ["96385074", "036000291452", "4006381333931", "00012345600012", "0306406152", "097522980X"]
)
def test_one_number_among_none_is_seen(one: str, others: list[str | None]) -> None:
    values = pl.Series("a", [*others, one], dtype=pl.String)
    found = gtin_valid(values) | isbn_valid(values)
    assert found.to_list() == [False] * len(others) + [True]
    nothing = pl.Series("a", others, dtype=pl.String)
    for valid in (gtin_valid, isbn_valid):
        assert valid(nothing).equals(pl.Series("a", [False] * len(others), dtype=pl.Boolean), check_names=True)
