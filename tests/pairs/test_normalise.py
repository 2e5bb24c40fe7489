"""Comparable values: what is missing, what is folded, and what each role keeps."""

from __future__ import annotations

import datetime as dt
import math
import re

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pairs.attributes import COMPARED_ROLES, Attribute, Role
from pairs.normalise import MISSING_WORDS, as_text, clean_text, normalise, normalise_values

MISSING: list[str | None] = [
    "",
    " ",
    "\t\n",
    "\u00a0",
    "-",
    "--",
    ".",
    "?",
    "/",
    "'",
    "N/A",
    "n/a",
    "NA",
    "NaN",
    "nan",
    "None",
    "NULL",
]
MISSING += ["null", " Null ", "nil", "N.A.", "(none)", "Unknown", "not available", "NOT APPLICABLE", None]
WORDY = [Attribute("x", role) for role in (Role.TEXT, Role.CATEGORY, Role.SET, Role.DATE)]
WORDY += [Attribute("x", Role.IDENTIFIER, kind) for kind in ("", "gtin", "isbn", "mpn", "phone", "email", "code")]


def clean(text: str | None) -> str | None:
    return clean_text(pl.Series([text], dtype=pl.String)).to_list()[0]  # type: ignore[no-any-return]


def values(cells: list[object], role: Role, kind: str = "") -> list[object]:
    return normalise_values(pl.Series(cells, strict=False), Attribute("x", role, kind)).to_list()


@pytest.mark.parametrize("attribute", [*WORDY, Attribute("x", Role.NUMBER)], ids=lambda a: f"{a.role}:{a.kind}")
def test_the_ways_to_write_missing_never_survive(attribute: Attribute) -> None:
    found = normalise_values(pl.Series(MISSING, dtype=pl.String), attribute)
    assert found.to_list() == [None] * len(MISSING)


@pytest.mark.parametrize("dash", ["–", "—", "―", "…", "“”"])
def test_a_dash_in_fine_print_is_missing_too(dash: str) -> None:
    assert clean(dash) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café Crème", "cafe creme"),
        ("ÅÄÖ ñ İ", "aao n i"),
        ("O'Neil L’Oréal", "oneil loreal"),
        ("A.B.C. & Sons, Ltd.", "a b c sons ltd"),
        ("3.5 mm", "3.5 mm"),
        ("3,5 mm", "3.5 mm"),
        ("v2.10", "v2.10"),
        ("end.Next", "end next"),
        (".5 and 5.", "5 and 5"),
        ("  two\t\n spaces ", "two spaces"),
        ("na na", "na na"),
        ("Nan Goldin", "nan goldin"),
        ("none of these", "none of these"),
        ("שולחן עץ", "שולחן עץ"),
        ("مصباح", "مصباح"),
        ("😀", "😀"),
        (" 🎉🎉 ", "🎉🎉"),
        ("😀 Lamp", "lamp"),
        ("ﬁne ①", "fine 1"),
        ("0", "0"),
    ],
)
def test_text_is_folded(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize("number", ["1.2.3", "1.2.3.4", "10.0.0.1"])
def test_every_point_between_digits_stays(number: str) -> None:
    assert clean(f"v {number}") == f"v {number}"


@pytest.mark.parametrize("text", ["\ue000", "a\ue000b"])
def test_private_characters_do_not_become_points(text: str) -> None:
    assert "." not in (clean(text) or "")


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.sampled_from(MISSING)), min_size=1, max_size=8))
@example(["\u0345", "ǰ", "ß"])
@example(["\x1f¸"])
def test_cleaning_is_stable_and_rows_are_independent(texts: list[str | None]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    once = clean_text(series).to_list()
    assert len(once) == len(texts)
    assert clean_text(series.reverse()).to_list() == once[::-1]
    assert [clean(text) for text in texts] == once
    for text in once:
        if text is None:
            continue
        assert text == text.strip() != ""
        assert text not in MISSING_WORDS
        if re.search(r"[a-z0-9]", text):
            assert "  " not in text
            assert not re.search(r"[^\w .]|_", text.encode("ascii", "ignore").decode())


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="aBé 1.,-'/", max_size=12))
def test_case_and_outer_spaces_do_not_matter(text: str) -> None:
    assert clean(text) == clean(f" {text.upper()} ") == clean(clean(text))


DATES = [
    "2020-01-05",
    "2020/01/05",
    "2020.1.5",
    "20200105",
    "5.1.2020",
    "05/01/2020",
    "5 Jan 2020",
    "05-Jan-2020",
    "Jan 5, 2020",
    "5 January 2020",
    "January 5 2020",
    "2020-01-05T10:20:30",
    "2020-01-05 10:20",
    "2020-01-05 00:00:00.000",
    "2020-01-05T10:20:30Z",
]


@pytest.mark.parametrize("cell", DATES)
def test_dates_read_the_same_however_they_are_written(cell: str) -> None:
    assert values([cell], Role.DATE) == ["20200105"]


def test_other_dates() -> None:
    assert values(["12/31/1999", "1999", "no date at all", "31.12.1999"], Role.DATE) == [
        "19991231",
        "1999",
        None,
        "19991231",
    ]
    assert values([dt.date(2020, 1, 5), None], Role.DATE) == ["20200105", None]
    assert values([dt.datetime(2020, 1, 5, 23, 59), None], Role.DATE) == ["20200105", None]


@settings(max_examples=40, deadline=None)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y"]))
def test_every_day_has_its_own_value(day: dt.date, form: str) -> None:
    expected = day.strftime("%Y%m%d")
    assert values([day.strftime(form)], Role.DATE) == [expected]


@pytest.mark.parametrize(
    ("kind", "cells", "expected"),
    [
        ("gtin", ["4006381333931", " 4006381333931.0", "04006381333931"], "04006381333931"),
        ("isbn", ["0-306-40615-2", "9780306406157", "ISBN 978-0-306-40615-7"], "09780306406157"),
        ("phone", ["(020) 7946-0958", "020 7946 0958", "020.7946.0958 x"], "02079460958"),
        ("email", ["Foo.Bar@Shop.com ", "foo.bar@shop.com"], "foo.bar@shop.com"),
        ("mpn", ["AB-12.3", "ab 123", "AB/123"], "ab123"),
        ("code", ["X_1", "x 1"], "x1"),
    ],
)
def test_an_identifier_reads_the_same_however_it_is_written(kind: str, cells: list[str], expected: str) -> None:
    assert values(list(cells), Role.IDENTIFIER, kind) == [expected] * len(cells)


def test_what_is_no_identifier_is_missing() -> None:
    assert values(["4006381333930", "123", "abc"], Role.IDENTIFIER, "gtin") == [None] * 3
    assert values(["1234", "call me"], Role.IDENTIFIER, "phone") == [None, None]


def test_numbers() -> None:
    assert values(["$1,299.00", "12", "free", ""], Role.NUMBER, "price") == [1299.0, 12.0, None, None]
    assert values([1, None, 3], Role.NUMBER) == [1.0, None, 3.0]
    assert values([1.5, math.nan, None], Role.NUMBER) == [1.5, None, None]
    found = normalise_values(pl.Series([1, 2], dtype=pl.UInt8), Attribute("x", Role.NUMBER))
    assert found.dtype == pl.Float64


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pl.Series([["b", "A"], [], None, [None, "y"]]), ["b a", None, None, "y"]),
        (pl.Series([[1, 2], [3]]), ["1 2", "3"]),
        (pl.Series([{"a": 1, "b": "x"}]), ["a 1 b x"]),
        (pl.Series([True, None]), ["true", None]),
        (pl.Series([2.5, math.nan, None]), ["2.5", None, None]),
        (pl.Series([b"ab", None]), ["6162", None]),
        (pl.Series(["Red", "red", None], dtype=pl.Categorical), ["red", "red", None]),
        (pl.Series([["a", "b"]], dtype=pl.Array(pl.String, 2)), ["a b"]),
        (pl.Series([None, None], dtype=pl.Null), [None, None]),
        (pl.Series([dt.date(2020, 1, 5)]), ["2020 01 05"]),
        (pl.Series([[["a"], ["b"]]]), ["a b"]),
        (pl.Series([dt.timedelta(minutes=90), None]), None),
    ],
    ids=lambda value: str(value.dtype) if isinstance(value, pl.Series) else "",
)
def test_columns_of_any_type_are_read_as_text(column: pl.Series, expected: list[str | None] | None) -> None:
    assert as_text(column).dtype == pl.String
    found = normalise_values(column, Attribute("x", Role.TEXT))
    assert found.dtype == pl.String
    if expected is None:
        assert found.is_null().to_list() == column.is_null().to_list()
    else:
        assert found.to_list() == expected


def test_only_compared_attributes_make_columns() -> None:
    frame = pl.DataFrame({role.value: ["7", None] for role in Role})
    found = normalise(frame, [Attribute(role.value, role) for role in Role] + [Attribute("absent", Role.TEXT)])
    assert found.columns == [role.value for role in Role if role in COMPARED_ROLES]
    assert found.height == 2
    assert [name for name, kind in found.schema.items() if kind == pl.Float64] == ["number"]
    assert set(found.schema.values()) == {pl.String, pl.Float64}
    assert found.row(1) == (None,) * found.width
    assert normalise(frame, [Attribute("url", Role.URL)]).width == 0


def test_the_users_frame_is_left_alone() -> None:
    frame = pl.DataFrame({"title": [" Café ", "-"], "price": ["$5", "x"]})
    before = frame.clone()
    normalise(frame, [Attribute("title", Role.TEXT), Attribute("price", Role.NUMBER)])
    assert frame.equals(before)


def test_no_rows() -> None:
    frame = pl.DataFrame({"t": [], "n": []}, schema={"t": pl.String, "n": pl.String})
    assert normalise(frame, [Attribute("t", Role.TEXT), Attribute("n", Role.NUMBER)]).height == 0
    assert normalise_values(pl.Series([], dtype=pl.String), Attribute("d", Role.DATE)).to_list() == []


def test_years_of_two_digits_are_written_out() -> None:
    assert values(["97", "12", "1997", "-", ""], Role.NUMBER, "year") == [1997.0, 2012.0, 1997.0, None, None]
    assert values(["97"], Role.NUMBER, "price") == [97.0]
