"""What a mistyped name was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def nearest(name: str, known: Iterable[str], count: int = 3) -> str:
    """The known names most like `name`, as the end of a sentence, or all of them where few are known."""
    names = list(known)
    close = close_names(name, names, count)
    if close:
        return "did you mean " + " or ".join(f"'{other}'" for other in close) + "?"
    shown = ", ".join(f"'{other}'" for other in names[:20])
    return f"there is {shown}{' ...' if len(names) > 20 else ''}"


def close_names(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """At most `count` known names that are spelt nearly like `name`, the most alike first."""
    by_folded = {other.casefold(): other for other in known}
    return [by_folded[match] for match in difflib.get_close_matches(name.casefold(), by_folded, count, 0.6)]


def listed(names: Sequence[str]) -> str:
    """The first ten names for a message, with dots where there are more."""
    return ", ".join(names[:10]) + (" ..." if len(names) > 10 else "")
