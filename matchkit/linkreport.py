"""What the terminal shows after two tables were linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.text import Text

from matchkit.linkresult import LinkResult
from matchkit.report import ending, print_notes, taken_as
from matchkit.screen import grid, plain_table, safe, titled

_COLUMNS_SHOWN = 30
_NAME_WIDTH = 26


def show_links(
    result: LinkResult, files: Sequence[Path] = (), *, notes: Sequence[str] = (), console: Console | None = None
) -> None:
    """Print which columns were compared with which and why, what was found, and where the files are.

    Parameters
    ----------
    result
        The run.
    files
        The files written.
    notes
        Remarks beyond those of the run.
    console
        Where to print; standard output when None.
    """
    out = console or Console(highlight=False)
    out.print(_understood(result.run))
    print_notes(out, [*result.run.get("notes", ()), *notes])
    out.print(_numbers(result.run))
    out.print(ending(result.run, files))


def _understood(run: Mapping[str, Any]) -> RenderableType:
    columns = list(run.get("columns", ()))
    used = [column for column in columns if column["left"] is not None and column["right"] is not None]
    table = plain_table()
    for side in ("left", "right"):
        table.add_column(side, no_wrap=True, overflow="ellipsis", max_width=_NAME_WIDTH)
    table.add_column("taken as", no_wrap=True)
    table.add_column("aligned because", overflow="ellipsis", style="dim")
    for column in used[:_COLUMNS_SHOWN]:
        cells = (column["left"], column["right"], taken_as(column), column.get("alignment", column["reason"]))
        table.add_row(*map(safe, cells))
    parts: list[RenderableType] = [table]
    if len(used) > _COLUMNS_SHOWN:
        parts.append(Text(f"and {len(used) - _COLUMNS_SHOWN} more columns, see run.json", style="dim"))
    for side, other in (("left", "right"), ("right", "left")):
        alone = [column[side] for column in columns if column[other] is None and column["role"] != "id"]
        if alone:
            parts.append(safe(f"only {side}, carried along, not compared: {', '.join(alone)}", "dim"))
    return titled("What was understood", Group(*parts))


def _numbers(run: Mapping[str, Any]) -> RenderableType:
    counts = run.get("counts", {})
    table = grid()
    table.add_column(style="dim")
    single = run.get("config", {}).get("one_to_one")
    doubt = counts.get("pairs_in_doubt", 0)
    for name, key, remark in (
        ("left rows", "left_rows", f"{counts.get('left_rows_matched', 0):,} of them matched"),
        ("right rows", "right_rows", f"{counts.get('right_rows_matched', 0):,} of them matched"),
        ("matched pairs", "matched_pairs", "one partner each at most" if single else "a row may have several partners"),
        ("variants", "variant_pairs", "the same product, another item"),
        ("pairs in doubt", "pairs_in_doubt", "for a person to look at" if doubt else ""),
    ):
        table.add_row(name, Text(f"{counts.get(key, 0):,}", style="bold"), remark)
    return titled("Result", table)
