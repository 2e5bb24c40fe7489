"""What the terminal shows of families: numbers, the largest, those in doubt; within its width and safe."""

from __future__ import annotations

import io
import re
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from matchkit.pairtable import PairTable
from matchkit.report import show
from matchkit.results import Result

NAMES = {name: name for name in ("entity_id", "family_id", "variant_color", "confidence", "needs_review")}
HOSTILE = "[red]\x1b[31m 👟 נעל\u202e\nnext"


def result(families: list[dict[str, Any]], **run: Any) -> Result:
    """Every family of the size told, one item more without a family, and a row that repeats it."""
    entities, of = [], []
    for family in families:
        entities += [f"{family['family_id']}.{item}" for item in range(family["size"])]
        of += [family["family_id"]] * family["size"]
    records = pl.DataFrame({"title": ["Mug"] * (len(of) + 2), "entity_id": [*entities, "0", "0"]})
    records = records.with_columns(
        pl.Series("family_id", [*of, "0", "0"]),
        variant_color=pl.lit("navy"),
        confidence=pl.lit(1.0),
        needs_review=pl.lit(False),
    )
    usual = {"title": "Mug", "varies_by": "color", "weakest_link": "1 2", "probability": 0.99}
    schema = dict.fromkeys(("family_id", "title", "varies_by", "weakest_link"), pl.String)
    table = pl.DataFrame(
        [usual | family for family in families], {**schema, "size": pl.Int64, "probability": pl.Float64}
    )
    pairs = pl.DataFrame({"label": ["different"]})
    return Result(records, PairTable.of(pairs), {"columns": [], **run}, table, NAMES)


def shown(outcome: Result, width: int = 80) -> str:
    stream = io.StringIO()
    show(outcome, console=Console(file=stream, width=width, highlight=False))
    return stream.getvalue()


def test_everything_a_reader_needs_is_there() -> None:
    families = [
        {"family_id": "f1", "size": 2, "title": "Tee", "varies_by": "color,size"},
        {"family_id": "f2", "size": 3, "title": "Lamp", "varies_by": "", "probability": 0.4},
    ]
    ignored = [{"name": "color", "columns": ["shade", "tint"], "read_from_titles": True, "rows": 1234}]
    text = re.sub(r" +", " ", shown(result(families, ignored=ignored, warnings=["far too large"])))
    for part in (
        "Warnings\n - far too large",
        "color 1,234 shade, tint, titles",
        "rows 7",
        "items 6 1 rows repeat one",
        "families 2 of two items or more, 5 items in all",
        "items alone 1 in no family",
        "pairs in doubt 1 for a person to look at",
        "3 f2 nothing Lamp",
        "2 f1 color, size Tee",
        "f2 held together by 1 2 (0.40); its",
    ):
        assert part in text, part
    assert text.index("3 f2") < text.index("2 f1")
    assert "Largest groups" not in text


def test_nothing_is_said_of_families_where_there_are_none() -> None:
    text = shown(result([]))
    for heading in ("Largest families", "look at first", "may differ", "Warnings"):
        assert heading not in text
    assert re.search(r"items alone +1 ", text)


def test_what_is_beyond_the_first_few_is_counted() -> None:
    families = [{"family_id": str(place), "size": 2, "probability": 0.1} for place in range(1206)]
    text = shown(result(families))
    assert "and 1,201 more, see weakest_link and probability in the families file" in text


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.just(HOSTILE), max_size=4), st.integers(50, 120))
def test_user_text_is_shown_not_obeyed_and_no_line_is_too_wide(texts: list[str], width: int) -> None:
    families = [
        {"family_id": text, "size": 2, "title": text, "varies_by": text, "probability": None, "weakest_link": text}
        for text in texts
    ]
    ignored = [{"name": text, "columns": [text], "rows": 1} for text in texts]
    text = shown(result(families, ignored=ignored, warnings=texts), width)
    assert max(cell_len(line) for line in text.split("\n")) <= width
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
