"""What the terminal shows of a pair: everything, within its width, and nothing of the user's text is obeyed."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from matchkit.chains import Link
from matchkit.explainreport import show_explanation
from matchkit.explanation import Explanation, Fact, Weighing, Weight
from matchkit.sentences import shown as probability_shown

HOSTILE = "[red]\x1b[31m 👟 נעל\u202e\nnext"
WEIGHING = Weighing(
    "one product",
    (Weight("title", "94% alike; left only: wireless", 4.0), Weight("price", "18 / 18.9", -1.0)),
    0.5,
    -3.0,
    (Weight("item number", "equal", 10.0),),
    8.5,
    0.9998,
)
FOUND = Explanation(
    "C1",
    "C2",
    "variant",
    "C1 and C2 are one family but not the same item: differs in color (navy / black).",
    0.0,
    0.9998,
    ("C1", "C2"),
    ("C1", "C1"),
    True,
    (Fact.of("title", "Mug, navy", "Mug, black"), Fact.of("maker", "Arden", "arden "), Fact.of("ean", "1", None)),
    (Fact.of("color", "navy", "black", "differs"),),
    WEIGHING,
    (),
    (Link("C1", "C3", 0.91), Link("C3", "C2", 0.99995)),
    ("the run was made by matchkit 0.0.1",),
)


def shown(found: Explanation, width: int = 80, encoding: str = "utf-8") -> str:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding, errors="backslashreplace")
    show_explanation(found, console=Console(file=stream, width=width, highlight=False))
    stream.flush()
    return written.getvalue().decode(encoding)


def test_everything_a_reader_needs_is_there() -> None:
    text = re.sub(r" +", " ", shown(FOUND))
    for part in (
        " title Mug, navy Mug, black differs",
        " maker Arden arden",
        " ean 1 - one side",
        " color navy black differs",
        " price 18 / 18.9 -1.00 ",
        " sum +3.00",
        "0.50 of it: comparisons overlap +1.50",
        " item number equal +10.00 ████████",
        " beforehand how rare one product is -3.00 ██ ",
        "one product: probability 0.9998 +8.50",
        " C1 C3 0.9100",
        " C3 C2 > 0.9999",
        " family C1, the same; probability of this pair 0.9998",
        " item C1 and C2; probability of this pair 0.0000",
        " note the run was made by matchkit 0.0.1",
        "C1 and C2 are one family but not the same item: differs in color",
    ):
        assert part in text, part


def test_bars_point_the_right_way_and_are_in_proportion() -> None:
    lines = [line for line in shown(FOUND).splitlines() if "█" in line]
    lengths = {line.split()[0]: line.count("█") for line in lines}
    assert lengths == {"title": 3, "price": 1, "sum": 1, "item": 8, "beforehand": 2}
    middle = next(line for line in shown(FOUND).splitlines() if "compared" in line).index("+")
    for line in lines:
        name = line.split()[0]
        assert (line.index("█") >= middle) == (name not in ("price", "beforehand")), line


def test_a_terminal_without_blocks_gets_another_sign() -> None:
    text = shown(FOUND, encoding="ascii")
    assert "########" in text
    assert "\\u" not in text


def test_rows_that_say_the_same_have_no_scales() -> None:
    text = shown(replace(FOUND, weighing=None, chain=(), read=()))
    for heading in ("What speaks", "How they are connected", "What was read"):
        assert heading not in text


def test_json_holds_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    found = replace(FOUND, weighing=replace(WEIGHING, log_odds=float("-inf")))
    show_explanation(found, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["rows"][0] == {"name": "title", "left": "Mug, navy", "right": "Mug, black", "agreement": "differs"}
    assert told["weighing"]["log_odds"] is None
    assert told["chain"][1] == {"left": "C3", "right": "C2", "probability": 0.99995}
    assert set(told) == set(Explanation.__slots__)


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "0.0000"),
        (1e-9, "< 0.0001"),
        (0.12345, "0.1235"),
        (0.99994, "0.9999"),
        (0.99996, "> 0.9999"),
        (1, "1.0000"),
    ],
)
def test_probabilities_do_not_look_surer_than_they_are(p: float, text: str) -> None:
    assert probability_shown(p) == text


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | st.just(HOSTILE), st.integers(60, 120))
def test_user_text_is_shown_not_obeyed_and_no_line_is_too_wide(text: str, width: int) -> None:
    fact = Fact.of(text, text, f"{text}x")
    scales = replace(WEIGHING, weights=(Weight(text, text, 3.0), *WEIGHING.weights))
    found = replace(
        FOUND,
        left=text,
        right=f"{text}2",
        rows=(fact,),
        read=(fact,),
        weighing=scales,
        sentence=text,
        chain=(Link(text, text, 0.5),),
        notes=(text,),
        families=(text, text),
        entities=(text, f"{text}2"),
    )
    printed = shown(found, width)
    assert max(cell_len(line) for line in printed.split("\n")) <= width
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", printed)
