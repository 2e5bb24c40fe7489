"""Make text from files safe to show on a terminal."""

from __future__ import annotations

import re

# Control characters move the cursor or change colours, surrogates cannot be encoded, and the characters that
# set the direction of writing reorder the text around them.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""The text on one line, with everything that could disturb a terminal written as an escape.

    Letters of any script and emoji stay as they are; runs of white space become one space.

    >>> printable("red\x1b[31m shoe\nsize 8")
    'red\\x1b[31m shoe size 8'
    """
    return _UNSAFE.sub(_escape, " ".join(text.split()))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
