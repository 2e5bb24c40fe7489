from __future__ import annotations

import re
from collections import Counter, defaultdict

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.codes import code_tokens, without_item_codes


def codes(text: str | None) -> list[str]:
    return code_tokens(pl.Series([text], dtype=pl.String)).to_list()[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sony turntable PSLX-350H", ["pslx350h"]),
        ("sony turntable pslx350h", ["pslx350h"]),
        ("Bose AM53BK black", ["am53bk"]),
        ("Intel BX80646I54690 boxed", ["bx80646i54690"]),
        ("OKI 44992402 toner", ["44992402"]),
        ("HP C9351-AN / 28", ["c9351an"]),
        ("apple ipod mb754ll/a", ["mb754lla"]),
        ("Rieker B7654-02 shoe", ["b765402"]),
        ("Logitech C270 HD", ["c270"]),
        ("S10 phone", ["s10"]),
        ("zebra 800011-101 ribbon", ["800011101"]),
        ("lens 00-1234.56", ["00123456"]),
        ("Canon DSC_W150 DSC-W150", ["dscw150"]),
        ("two A1234 and B-5678", ["a1234", "b5678"]),
        ("Short-29-Yellow", []),
        ("sandal 44/Noir", []),
        ("stick 128GB 500gb 15.6in 12oz 1.5l 2.4GHz", []),
        ("1080p 4K 1920x1080 3D 802.11ac", []),
        ("2-pack 6pk 3-in-1 10x x2", []),
        ("1st 2nd 3rd 20th", []),
        ("edition 2007 and 2010-2011", []),
        ("usb2 usb2.0 ddr3 mp3 i7", []),
        ("plain words only", []),
        ("12 345 6", []),
        ("", []),
        (None, []),
    ],
)
def test_codes(text: str | None, expected: list[str]) -> None:
    assert codes(text) == expected


def test_the_series_keeps_its_name_and_rows() -> None:
    found = code_tokens(pl.Series("title", ["AB-12", None, "x", "ab12 AB12"]))
    assert found.name == "title"
    assert found.dtype == pl.List(pl.String)
    assert found.to_list() == [["ab12"], [], [], ["ab12"]]
    assert code_tokens(pl.Series([], dtype=pl.String)).to_list() == []


PART = st.text(alphabet="ab9Z8", min_size=1, max_size=5)
TEXTS = st.lists(
    st.one_of(
        st.tuples(PART, st.sampled_from("-/._"), PART).map("".join), PART, st.sampled_from(["red", "500", "10kg", ""])
    ),
    max_size=6,
).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(TEXTS, st.text(max_size=20)), min_size=1, max_size=15))
def test_codes_are_compact_distinct_sorted_and_rows_independent(texts: list[str]) -> None:
    found = code_tokens(pl.Series(texts)).to_list()
    for text, tokens in zip(texts, found, strict=True):
        assert tokens == sorted(set(tokens))
        compact = re.sub(r"[-/._]", "", text.lower())
        for token in tokens:
            assert token in compact
            assert len(token) >= 3
            assert re.search("[0-9]", token)
        assert codes(text) == tokens


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_case_does_not_matter(texts: list[str]) -> None:
    lower, upper = (
        code_tokens(pl.Series(s)).to_list() for s in ([t.lower() for t in texts], [t.upper() for t in texts])
    )
    assert lower == upper


def without(titles: list[str | None]) -> list[str | None]:
    found = without_item_codes(pl.Series("title", titles, dtype=pl.String))
    assert found.name == "title"
    return found.to_list()


def naive_without(titles: list[str | None]) -> list[str | None]:
    """The definition in the docstring, a title at a time."""

    def split(title: str | None) -> tuple[str, str] | None:
        code = re.split(r"\s", title or "")[-1]
        stem, *rest = re.split("[-_/]", code)
        letters = [any(sign.isalpha() for sign in stem), any(sign.isdigit() for sign in stem)]
        whole = len(stem) >= 4 and rest and all(part.isalnum() and part.isascii() for part in (stem, *rest))
        return (stem, code) if whole and all(letters) else None

    codes: dict[str, Counter[str]] = defaultdict(Counter)
    for stem, code in filter(None, map(split, titles)):
        codes[stem][code] += 1
    cut: list[str | None] = []
    for title in titles:
        parts = split(title)
        once = [times == 1 for times in codes[parts[0]].values()] if parts else []
        items = len(once) > 1 and sum(once) >= 0.9 * len(once)
        cut.append(title.removesuffix(parts[1]) + parts[0] if title and parts and items else title)
    return cut


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["Bench OX12-64-BLK", "Bench OX12-72-WHT"], ["Bench OX12", "Bench OX12"]),
        (["OX12-64", "OX12_72", "OX12/80"], ["OX12", "OX12", "OX12"]),
        (["Bench OX12-64", "Stool OX12-64"], ["Bench OX12-64", "Stool OX12-64"]),
        (["Bench OX12-64", "Bench QP12-72"], ["Bench OX12-64", "Bench QP12-72"]),
        (["Bench OX12-64 black", "Bench OX12-72 black"], ["Bench OX12-64 black", "Bench OX12-72 black"]),
        (["Tee crew-neck", "Tee crew-cut"], ["Tee crew-neck", "Tee crew-cut"]),
        (["War 1914-1918", "War 1914-1916"], ["War 1914-1918", "War 1914-1916"]),
        (["Hat X1-S", "Hat X1-M"], ["Hat X1-S", "Hat X1-M"]),
        ([None, "", "OX12-64", " OX12-72"], [None, "", "OX12", " OX12"]),
        ([], []),
    ],
)
def test_item_codes_are_cut_down_to_the_stem(titles: list[str | None], expected: list[str | None]) -> None:
    assert without(titles) == expected == naive_without(titles)


CODED = st.tuples(
    st.sampled_from(["", "Bench ", "Oak\ttable ", "Bench,"]),
    st.sampled_from(["OX12", "12OX", "OXEN", "1914", "X1", "Ožka1"]),
    st.sampled_from(["-64", "-72", "_S", "/M-1", "", "-", "-é", "-64 "]),
).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.none(), CODED, st.text(max_size=12)), max_size=14))
def test_item_codes_are_what_a_loop_finds(titles: list[str | None]) -> None:
    assert without(titles) == naive_without(titles)


def test_now_and_then_a_code_is_given_twice() -> None:
    codes = [f"Bench OX12-{number}" for number in range(10)]
    assert without([*codes, codes[0]]) == ["Bench OX12"] * 11
    assert without([*codes, *codes[:2]]) == [*codes, *codes[:2]]
