"""Attributes the user describes: what may be said of them, and what is not accepted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from matchkit.errors import ConfigError
from matchkit.userattributes import UserAttribute, user_attributes

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ({"values": ["matte", " high gloss ", "matte"]}, UserAttribute(("matte", "high gloss"))),
        ({"pattern": r"(?i)grit (\d+)"}, UserAttribute(pattern=r"(?i)grit (\d+)")),
        ({"column": "finish_name", "values": ["8"]}, UserAttribute(("8",), column="finish_name")),
        ({"pattern": r"\p{Greek}+"}, UserAttribute(pattern=r"\p{Greek}+")),
        (UserAttribute(("x",)), UserAttribute(("x",))),
        ({"values": ["漆黒"]}, UserAttribute(("漆黒",))),
    ],
)
def test_values_a_pattern_or_a_column_will_do(described: Any, expected: UserAttribute) -> None:
    checked = user_attributes({" finish ": described})
    assert checked == {"finish": expected}
    assert user_attributes({"finish": expected.as_dict()}) == checked


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], r"\[\] is not allowed, give a table for each attribute"),
        ({"finish": "matte"}, r"'finish': 'matte' is not allowed, give a table with 'values', 'pattern' or 'column'"),
        ({"finish": {"value": ["x"]}}, r"'finish': unknown key 'value', did you mean 'values'\?"),
        ({"finish": {}}, r"'finish': nothing says how to find it"),
        ({"finish": {"column": ""}}, r"'finish': nothing says how to find it"),
        ({"finish": {"values": []}}, r"'finish': the list of values is empty"),
        ({"finish": {"values": [], "column": "c"}}, r"'finish': the list of values is empty"),
        ({"finish": {"values": "matte"}}, r"values: 'matte' is not allowed, give a list"),
        ({"finish": {"values": [1]}}, r"values: 1 is not allowed, give text in quotes"),
        ({"finish": {"values": ["-!"]}}, r"values: '-!' has no letter and no digit"),
        ({"finish": {"pattern": 3}}, r"pattern: 3 is not allowed, give text"),
        ({"finish": {"pattern": "("}}, r"pattern: '\(' is no regular expression \(unclosed group\)"),
        ({"finish": {"pattern": "a(?=b)"}}, r"pattern: 'a\(\?=b\)' is no regular expression \(look-around"),
        ({"finish": {"pattern": "x*"}}, r"pattern: 'x\*' matches the empty text"),
        ({"finish": {"pattern": "$"}}, r"matches the empty text"),
        ({" ": {"values": ["x"]}}, r"an attribute needs a name"),
        ({"finish": {"values": ["x"]}, "Finish": {"values": ["y"]}}, r"'Finish': there is 'finish' too"),
    ],
)
def test_mistakes_are_named(given: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        user_attributes(given)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ConfigError, match=r"^'a': nothing says.*; 'b': the list"):
        user_attributes({"a": {}, "b": {"values": []}})


def test_only_a_pattern_loads_polars() -> None:
    code = (
        "import sys; from matchkit.config import Config; Config(attributes={'a': {'values': ['x']}}); "
        "print('polars' in sys.modules); Config(attributes={'a': {'pattern': 'x'}}); print('polars' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "True"]
