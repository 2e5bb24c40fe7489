"""Nothing from a file can disturb the terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from matchkit.printable import printable

ANY_TEXT = st.text(st.characters())  # surrogates too: undecodable file names hold them


@given(ANY_TEXT)
def test_text_is_one_line_of_harmless_characters(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert len(shown.splitlines()) <= 1
    shown.encode()  # would raise for a lone surrogate
    assert printable(shown) == shown


def test_letters_and_emoji_stay() -> None:
    for text in ("Größe 42, 50 % [red]", "סנדל 38", "حذاء", "👟 👨‍👩‍👧", "靴 27㎝"):
        assert printable(text) == text


def test_escapes_are_spelled_out() -> None:
    assert printable("a\x1b[31mb\x07\u202ec\x9b") == r"a\x1b[31mb\x07\u202ec\x9b"
    assert printable("\ta\r\n b ") == "a b"
