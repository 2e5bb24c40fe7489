"""Attributes that the user describes: a list of values, a regular expression, or both."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import polars as pl

from pairs.lexicons import fold
from pairs.vocabulary.pattern import Pattern, VariationAttribute
from pairs.vocabulary.wordlist import dictionary, plain_term

# Scripts that put no space between words.
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_PROBES = ("", "a", "a 1-b")


def user_attribute(name: str, values: Sequence[str] = (), pattern: str = "") -> VariationAttribute:
    r"""Make an attribute out of what the user says about it.

    Parameters
    ----------
    name
        Of the attribute, not ``"base"``.
    values
        Words and phrases that are its values. They are found as whole words, the longest first, whatever their case
        and accents, and however the gap between two words is written.
    pattern
        Regular expression in the dialect of polars (Rust: no look-around), used as it stands. What it matches is taken
        out of a text; the value is its first group, or the whole match where it has none.

    Returns
    -------
    VariationAttribute
        Writes one of the values as the user wrote it, in lower case. With neither values nor pattern it finds nothing.

    Raises
    ------
    ValueError
        Where a value has neither letter nor digit, or the pattern does not compile or matches the empty text.

    Examples
    --------
    >>> user_attribute("finish", ["matte", "high gloss"]).canonical("Matte")
    ('matte',)
    """
    if name == "base":
        raise ValueError("an attribute cannot be called 'base': that is the name of the text without its values")
    for value in values:
        if not re.search(r"[^\W_]", value):
            raise ValueError(f"the value {value!r} of the attribute {name!r} has neither a letter nor a digit")
    found = [Pattern(_words(values))] if values else []
    if pattern:
        _check(name, pattern)
        found.append(Pattern(pattern))
    # Values that differ in how a gap is written are one, called by the first.
    first: dict[str, str] = {}
    written = {value: first.setdefault(plain_term(_written(value)), _written(value)) for value in values}
    return VariationAttribute(name, tuple(found), _canonical(written, pattern))


def _written(value: str) -> str:
    """One line in lower case; the bar stands between several values of a record."""
    return " ".join(value.lower().replace("|", " ").split())


def _words(values: Sequence[str]) -> str:
    """A regular expression of the values as whole words, the longest first."""
    plain = {re.sub(r"[\s-]+", " ", fold(value)).strip() for value in values}
    longest = sorted(plain, key=lambda value: (-len(value), value))
    return rf"(?i)(?:{'|'.join(_edge(value[0]) + _spelled(value) + _edge(value[-1]) for value in longest)})"


def _edge(character: str) -> str:
    """What stands beside a word: the end of a word, but for scripts without spaces, and for signs (*C++*)."""
    if pl.Series([character]).str.contains(_UNSPACED)[0]:
        return ""
    return r"\b" if re.match(r"\w", character) else r"\B"


def _spelled(value: str) -> str:
    """A regular expression of a folded value with or without accents, and with any gap between its words."""
    pieces = re.findall(r"ss|ae|['’]|.", value)
    return "".join(_SPELLINGS.get(piece, re.escape(piece)) for piece in pieces)


def _accented() -> dict[str, str]:
    """What may stand for a piece of a folded value: ``"e"`` -> ``"[eèéêë...]"``."""
    letters: dict[str, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = fold(chr(code))
        if len(plain) == 1 and plain.isascii() and plain.isalpha():
            letters[plain] = letters.get(plain, plain) + chr(code)
    classes = {plain: f"[{spellings}]" for plain, spellings in letters.items()}
    pairs = {"ss": f"(?:{classes['s']}{{2}}|ß)", "ae": f"(?:{classes['a']}{classes['e']}|[æǽ])"}
    return classes | pairs | {" ": r"[\s-]+", "'": "['’]?", "’": "['’]?"}


_SPELLINGS = _accented()


def _check(name: str, pattern: str) -> None:
    try:
        matches = pl.Series(_PROBES).str.extract_all(pattern)
    except pl.exceptions.ComputeError as error:
        reason = str(error).rpartition("error:")[-1].strip().partition("\n")[0].rstrip(".")
        raise ValueError(f"the pattern {pattern!r} of the attribute {name!r} does not compile: {reason}") from None
    if any("" in found for found in matches.to_list()):
        raise ValueError(f"the pattern {pattern!r} of the attribute {name!r} matches the empty text")


def _canonical(values: Mapping[str, str], pattern: str) -> Callable[[str], tuple[str, ...]]:
    listed = dictionary(values) if values else None

    def canonical(span: str) -> tuple[str, ...]:
        known = listed(span) if listed else ()
        if known or not pattern:
            return known
        groups = pl.Series([span]).str.extract_groups(pattern).to_list()[0] or {}
        value = _written(next(filter(None, groups.values()), span))
        return (value,) if re.search(r"[^\W_]", value) else ()

    return canonical
