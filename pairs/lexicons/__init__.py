"""The word lists of this package, read once: see README.md beside them for fields and licence."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the fields of every line of a word list, comments and empty lines left out.

    Parameters
    ----------
    name
        File name in this package, such as ``"colors.tsv"``.
    """
    text = resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("# "))
    return tuple(tuple(line.split("\t")) for line in lines)


def fold(text: str) -> str:
    """Lower-case a term and take its accents off, the form in which terms are looked up.

    ``ß`` and ``ø`` have no accent to lose and are spelled out.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("æ", "ae"))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))
