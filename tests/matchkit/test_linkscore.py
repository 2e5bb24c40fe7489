"""What decides about pairs of two tables."""

from __future__ import annotations

import polars as pl
import pytest

import matchkit
from matchkit import Config

MAKERS = ("Arden", "Bexley", "Corvo", "Dunmore", "Eskdale", "Fyfield")
THINGS = ("kettle", "camping tent", "wool scarf", "desk lamp", "drill driver", "bike helmet", "coffee mug", "chair")


def places(named: int = 30, streets: int = 30) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records with a name and a phone, and records with nothing but a street, the same in both tables."""
    rows: list[tuple[str | None, str | None, str | None]]
    rows = [(f"{MAKERS[n % 6]} {THINGS[n % 8]} house {n}", f"555 010{n:02d}", None) for n in range(named)]
    rows += [(None, None, f"{n + 3} {THINGS[n % 8]} street") for n in range(streets)]
    schema = {"name": pl.String, "phone": pl.String, "street": pl.String}
    left = pl.DataFrame(rows, schema=schema, orient="row").with_row_index("id")
    return left, left.with_columns(pl.col("name").str.replace(" house", ""))


@pytest.mark.parametrize("one_to_one", [True, False])
def test_a_street_alone_does_not_tell_which_record_it_is(one_to_one: bool) -> None:
    left, right = places()
    found = matchkit.link(left, right, Config(id="id"), one_to_one=one_to_one).matches
    assert (found["left_id"].cast(pl.Int64) < 30).all()
    right_pairs = found.filter(pl.col("left_id") == pl.col("right_id")).height
    assert right_pairs >= 28
    assert right_pairs >= 0.9 * found.height


def test_where_nothing_is_called_anything_a_value_may_do() -> None:
    left, _ = places(named=0, streets=40)
    left = left.select("id", "street")
    found = matchkit.link(left, left, Config(id="id"), one_to_one=True).matches
    assert found.filter(pl.col("left_id") == pl.col("right_id")).height >= 38


def tools(colors: tuple[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fifty things in both tables; the first is of one color here and of another there."""
    titles = [f"{MAKERS[n % 6]} {THINGS[n % 8]} M{n * 37 + 100}" for n in range(50)]
    frames = []
    for color in colors:
        rows = {"id": range(50), "title": titles, "color": [color, *(["black", "red"] * 25)[:49]]}
        frames.append(pl.DataFrame(rows))
    return frames[0], frames[1]


def test_numbers_that_differ_part_two_items_and_nothing_else_joins_them() -> None:
    left, right = tools(("black", "black"))
    gtins = [f"40063813339{n:02d}" for n in range(50)]
    checked = [
        gtin[:12] + str(-sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(gtin[:12])) % 10) for gtin in gtins
    ]
    left, right = (frame.with_columns(gtin=pl.Series(checked)) for frame in (left, right))
    right = right.with_columns(gtin=pl.when(pl.col("id") == 0).then(pl.lit("9780306406157")).otherwise("gtin"))
    linked = matchkit.link(left, right, Config(id="id", columns={"gtin": "identifier:gtin"}), one_to_one=True)
    assert "0" not in linked.matches["left_id"].to_list()
    assert linked.matches.height >= 45


def test_few_rows_are_judged_by_the_prior_alone() -> None:
    left, right = tools(("black", "black"))
    linked = matchkit.link(left[:4], right[:4], Config(id="id"), one_to_one=True)
    assert not linked.run["classifier"]["learnt_from_these_tables"]
    assert linked.matches.select("left_id", "right_id").rows() == [(str(n), str(n)) for n in range(4)]
