"""From a file's bytes to UTF-8: which encoding the text is in."""

from __future__ import annotations

import codecs
import re

from matchkit.errors import CatalogueError

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]+")
_PROBE = 1 << 16


def to_utf8(data: bytes, source: str, encoding: str | None = None) -> tuple[bytes, str]:
    """Text as UTF-8 without a byte order mark, and the name of the encoding it was in.

    A byte order mark decides; then the zero bytes of UTF-16; then UTF-8 if valid; then Windows-1252 or
    Latin-1, unless the text is mostly valid UTF-8: then a byte is broken, and guessing would garble the rest.

    Raises
    ------
    CatalogueError
        A byte cannot be decoded: its offset and what to try.
    """
    if encoding is not None:
        return _recode(data, source, encoding, named=True), encoding
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _recode(data[len(mark) :], source, name), f"{name} with byte order mark"
    wide = _wide(data[:_PROBE])
    if wide is not None:
        return _recode(data, source, wide), wide
    fault = _fault(data)
    if fault is None:
        return data, "utf-8"
    if _broken_utf8(data):
        raise CatalogueError(
            f"{source}: byte {fault} (line {_line(data, fault)}) is {data[fault]:#04x}, which is not valid "
            "UTF-8, though most of the rest is; mend it, or pass --encoding latin-1 or cp1252"
        )
    name = "latin-1" if re.search(rb"[\x81\x8d\x8f\x90\x9d]", data) else "cp1252"
    return _recode(data, source, name), name


def _fault(data: bytes) -> int | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: ASCII text has a zero byte in every second place, and only there."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if half < 2 or max(even, odd) < 0.4 * half or min(even, odd) > 0.02 * half:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _broken_utf8(data: bytes) -> bool:
    """Whether at least half of the runs of non-ASCII bytes are valid multi-byte characters."""
    runs = _HIGH.findall(data)
    valid = sum(_MULTIBYTE.sub(b"", run) == b"" for run in runs)
    return valid >= len(runs) / 2


def _recode(data: bytes, source: str, encoding: str, *, named: bool = False) -> bytes:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        other = "another --encoding, such as utf-8 or latin-1" if named else "--encoding with the right name"
        raise CatalogueError(
            f"{source}: byte {error.start} (line {_line(data, error.start)}) cannot be read as {encoding}; pass {other}"
        ) from None
    return text.removeprefix("\ufeff").encode()


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
