"""What the terminal shows: complete, within its width, and safe whatever the user's cells hold."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from matchkit.pairtable import PairTable
from matchkit.report import show, show_blocking
from matchkit.results import Result

FILES = [Path("out/records.csv"), Path("out/pairs.csv"), Path("out/run.json")]
HOSTILE = "[red]\x1b[31m 👟 נעל\u202e\nnext"


def result(titles: list[str], name: str = "title", **run: Any) -> Result:
    rows = len(titles)
    records = pl.DataFrame(
        {
            "sku": [str(row) for row in range(rows)],
            name: titles,
            "entity_id": ["0"] * max(rows - 1, 0) + [str(rows - 1)] * min(rows, 1),
            "family_id": ["0"] * rows,
            "confidence": [0.9] * rows,
            "needs_review": [False] * rows,
        }
    )
    columns = [
        {"name": "sku", "role": "id", "kind": "", "reason": "named so"},
        {"name": name, "role": "text", "kind": "title", "reason": "words"},
        {"name": "photo", "role": "image", "kind": "", "reason": "links"},
    ]
    pairs = pl.DataFrame({"label": ["different"]})
    return Result(records, PairTable.of(pairs), {"columns": columns, "seconds": {"read": 1.0, "block": 2.25}, **run})


def shown(outcome: Result, width: int = 80, **options: Any) -> str:
    stream = io.StringIO()
    show(outcome, FILES, console=Console(file=stream, width=width, highlight=False), **options)
    return stream.getvalue()


def test_everything_a_reader_needs_is_there() -> None:
    text = shown(result(["Mug blue", "Mug, blue", "Lamp"], notes=["rows are numbered"]), notes=["as JSON"])
    squeezed = re.sub(r" +", " ", text)
    for part in (
        "sku id named so",
        "title text, title words",
        "carried along, not compared: photo",
        "- rows are numbered",
        "- as JSON",
        "rows 3",
        "entities 2 different items",
        "duplicate rows 1 33.3% of the rows",
        "families 1 1 of them with more than one entity",
        "pairs in doubt 1 for a person to look at",
        "2 0 Mug blue",
        "Mug, blue",
        "Done in 3.2 s. Written: out/records.csv, out/pairs.csv, out/run.json",
    ):
        assert part in squeezed, part
    assert "Lamp" not in text


def test_nothing_is_said_about_groups_or_notes_where_there_are_none() -> None:
    text = shown(result(["Mug"]))
    assert "Largest groups" not in text
    assert "Notes" not in text


def test_long_titles_end_at_the_width_of_the_terminal() -> None:
    text = shown(result(["very long title " * 30] * 3), width=50)
    line = next(line for line in text.splitlines() if "very long" in line)
    assert line.rstrip().endswith("…")
    assert re.match(r" +2 +0 +very", line)


def test_user_text_is_shown_not_obeyed() -> None:
    text = shown(result([HOSTILE] * 3, name="[b]name", notes=[HOSTILE]), notes=["[/]"])
    assert text.count(r"[red]\x1b[31m 👟 נעל\u202e next") == 2
    assert "[b]name" in text
    assert "[/]" in text
    assert "\x1b" not in text


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4),
    st.text(min_size=1).filter(lambda name: name not in {"sku", *result([]).added}),
    st.integers(40, 120),
)
def test_no_line_is_wider_than_the_terminal(titles: list[str], name: str, width: int) -> None:
    text = shown(result(titles, name), width)
    assert max(cell_len(line) for line in text.split("\n")) <= width
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def test_many_columns_are_cut_and_counted() -> None:
    columns = [{"name": f"c{i}", "role": "text", "kind": "", "reason": ""} for i in range(200)]
    text = shown(result(["a", "b"], columns=columns))
    assert "and 170 more columns, see run.json" in text
    assert "c29 " in text
    assert "c30 " not in text


REPORT = {
    "rows": 12345,
    "reduction_ratio": 0.99123,
    "pair_completeness": float("nan"),
    "index": {"kind": "exact", "recall": 1.0},
    "sources": [{"name": "neighbours", "added": 7}, {"name": "gtin", "added": 2}],
    "columns": ["title", "[b]"],
    "widened": True,
}


def test_blocking_is_shown_as_a_table(tmp_path: Path) -> None:
    stream = io.StringIO()
    show_blocking(REPORT, Path("c.csv"), console=Console(file=stream, width=200, highlight=False))
    lines = [re.sub(r" {2,}", ": ", line.strip()) for line in stream.getvalue().splitlines()]
    assert lines == [
        "rows: 12,345",
        "reduction ratio: 0.9912",
        "pair completeness: -",
        "index kind: exact",
        "index recall: 1.0000",
        "sources neighbours added: 7",
        "sources gtin added: 2",
        "columns: title, [b]",
        "widened: yes",
        "Candidate pairs: c.csv",
    ]


def test_blocking_is_shown_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    show_blocking(REPORT, as_json=True)
    assert json.loads(capsys.readouterr().out) == REPORT | {"pair_completeness": None}
