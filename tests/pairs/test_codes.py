from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.codes import code_tokens


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
