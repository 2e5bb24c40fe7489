"""What the terminal shows after two tables were linked."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console

from matchkit.linkreport import show_links
from matchkit.linkresult import LinkResult
from matchkit.pairtable import PairTable


def column(left: str | None, right: str | None, role: str = "text", **more: Any) -> dict[str, Any]:
    return {"left": left, "right": right, "role": role, "kind": "", "reason": "as it looks", **more}


def shown(columns: list[dict[str, Any]], width: int = 100, **run: Any) -> str:
    nothing = pl.DataFrame({"id": ["1"]})
    counts = {"left_rows": 4012, "left_rows_matched": 31, "right_rows": 50, "right_rows_matched": 30}
    counts |= {"matched_pairs": 32, "variant_pairs": 5, "pairs_in_doubt": 2}
    told = {"columns": columns, "counts": counts, "seconds": {"reading": 0.5}, "notes": ["left: a note"], **run}
    out = io.StringIO()
    show_links(
        LinkResult(PairTable.of(nothing), nothing, nothing, told),
        [Path("out/pairs.csv")],
        notes=["another"],
        console=Console(file=out, width=width, highlight=False),
    )
    return out.getvalue()


def test_columns_are_shown_side_by_side_with_the_reason() -> None:
    said = shown(
        [
            column("sku", "article_no", "id"),
            column("title", "designation", kind="title", alignment="both names mean title"),
            column("notes", None, "ignored"),
            column(None, "[bold]lead\x1b", "ignored"),
        ]
    )
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "title designation text, title both names mean title" in lines
    assert "sku article_no id as it looks" in lines
    assert "only left, carried along, not compared: notes" in lines
    assert "only right, carried along, not compared: [bold]lead\\x1b" in lines


def test_numbers_notes_and_files() -> None:
    said = shown([column("a", "b")], config={"one_to_one": True})
    for part in ("4,012", "31 of them matched", "one partner each at most", "left: a note", "another", "out/pairs.csv"):
        assert part in said
    assert "may have several partners" in shown([column("a", "b")])


def test_very_many_columns_do_not_fill_the_screen() -> None:
    said = shown([column(f"c{number}", f"d{number}") for number in range(45)])
    assert "and 15 more columns, see run.json" in said
    assert "c31" not in said


def test_a_narrow_terminal_is_enough() -> None:
    said = shown([column("a" * 60, "b" * 60)], width=50)
    assert max(map(len, said.splitlines())) <= 50
