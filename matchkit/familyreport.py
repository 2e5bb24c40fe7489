"""What the terminal shows of variation families."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from rich.console import Group, RenderableType
from rich.text import Text

from matchkit.familytable import doubtful_families
from matchkit.results import Result
from matchkit.screen import grid, plain_table, safe, titled

_SHOWN = 5
_ID_WIDTH = 20
_VARIES_WIDTH = 24


def family_parts(result: Result, families: pl.DataFrame) -> Iterator[RenderableType]:
    """What was ignored, the numbers, the largest families, and those to look at first and why."""
    if ignored := _ignored(result.run.get("ignored", ())):
        yield ignored
    yield _numbers(result, families)
    if families.height:
        yield _largest(families)
    if doubtful := _doubtful(families):
        yield doubtful


def _ignored(ignored: Sequence[Mapping[str, Any]]) -> RenderableType | None:
    if not ignored:
        return None
    table = plain_table()
    table.add_column("ignored", no_wrap=True, overflow="ellipsis", max_width=_ID_WIDTH)
    table.add_column("rows with it", justify="right", no_wrap=True)
    table.add_column("read from", overflow="fold")
    for one in ignored:
        places = [*one.get("columns", ()), *(["titles"] if one.get("read_from_titles") else [])]
        table.add_row(safe(one["name"]), f"{one.get('rows', 0):,}", safe(", ".join(places)))
    return titled("What members of a family may differ in", table)


def _numbers(result: Result, families: pl.DataFrame) -> RenderableType:
    table = grid()
    table.add_column(style="dim", overflow="ellipsis")
    grouped = int(families["size"].sum())
    repeats, doubt = result.duplicate_rows, result.pairs_in_doubt
    for name, number, remark in (
        ("rows", result.records.height, ""),
        ("items", result.entities, f"{repeats:,} rows repeat one" if repeats else "no row repeats another"),
        ("families", families.height, f"of two items or more, {grouped:,} items in all"),
        ("items alone", result.entities - grouped, "in no family"),
        ("pairs in doubt", doubt, "for a person to look at" if doubt else ""),
    ):
        table.add_row(name, Text(f"{number:,}", style="bold"), remark)
    return titled("Result", table)


def _largest(families: pl.DataFrame) -> RenderableType:
    largest = families.sort("size", descending=True, maintain_order=True).head(_SHOWN)
    table = plain_table()
    table.expand = True
    names = [safe(name) for name in largest["family_id"]]
    varies = [safe(_listed(name)) for name in largest["varies_by"]]
    # Only the titles give way on a narrow terminal.
    table.add_column("items", justify="right", no_wrap=True, min_width=5)
    table.add_column(
        "family", no_wrap=True, overflow="ellipsis", min_width=_width(names, _ID_WIDTH), max_width=_ID_WIDTH
    )
    least = _width(varies, _VARIES_WIDTH)
    table.add_column("varies by", no_wrap=True, overflow="ellipsis", min_width=least, max_width=_VARIES_WIDTH)
    table.add_column("called", no_wrap=True, overflow="ellipsis", ratio=1)
    for name, by, size, title in zip(names, varies, largest["size"], largest["title"], strict=True):
        table.add_row(f"{size:,}", name, by, safe(title or ""))
    return titled("Largest families", table)


def _doubtful(families: pl.DataFrame) -> RenderableType | None:
    doubtful = doubtful_families(families)
    if not doubtful:
        return None
    table = plain_table()
    table.expand = True
    names = [safe(one.family_id) for one in doubtful[:_SHOWN]]
    table.add_column(
        "family", no_wrap=True, overflow="ellipsis", min_width=_width(names, _ID_WIDTH), max_width=_ID_WIDTH
    )
    table.add_column("why", overflow="fold", ratio=1)
    table.add_column("called", no_wrap=True, overflow="ellipsis", ratio=1)
    for name, one in zip(names, doubtful, strict=False):
        table.add_row(name, safe(one.why), safe(one.title))
    parts: list[RenderableType] = [table]
    if len(doubtful) > _SHOWN:
        more = len(doubtful) - _SHOWN
        parts.append(Text(f"and {more:,} more, see weakest_link and probability in the families file", style="dim"))
    return titled("Families to look at first", Group(*parts))


def _width(texts: list[Text], most: int) -> int:
    return min(max(9, *(text.cell_len for text in texts)), most)


def _listed(names: str) -> str:
    return names.replace(",", ", ") or "nothing"
