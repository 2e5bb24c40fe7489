"""The tables of the benchmark scripts."""

from __future__ import annotations

import pytest

from benchmarks.tables import fill, markdown, share


def test_columns_line_up_and_numbers_stand_right() -> None:
    assert markdown(("set", "F1"), [("febrl3", "0.992"), ("x", "-")]).splitlines() == [
        "| set    |    F1 |",
        "| ------ | ----: |",
        "| febrl3 | 0.992 |",
        "| x      |     - |",
    ]


def test_a_table_replaces_what_stood_between_its_markers() -> None:
    text = "before\n<!-- benchmark:a -->\nold\nold\n<!-- /benchmark:a -->\nafter\n"
    filled = fill(text, "a", "| new \\1 |")
    assert filled == "before\n<!-- benchmark:a -->\n| new \\1 |\n<!-- /benchmark:a -->\nafter\n"
    assert fill(filled, "a", "| new \\1 |") == filled


def test_a_readme_without_the_markers_is_refused() -> None:
    with pytest.raises(SystemExit, match="no place for the table"):
        fill("<!-- benchmark:a -->", "a", "")


def test_shares_have_three_decimals() -> None:
    assert (share(0.98765), share(None)) == ("0.988", "-")
