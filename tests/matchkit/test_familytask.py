"""What a search for families was asked for, in terms of a catalogue."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.errors import ConfigError
from matchkit.familytask import FamilyTask
from matchkit.records import Records
from matchkit.schema import understand
from pairs.attributes import Role
from pairs.familyview import FamilyView, family_view

DATA: dict[str, list[str | None]] = {
    "id": [str(row) for row in range(12)],
    "title": [f"{thing} {shade}" for thing in ("Mug", "Vase", "Oak Bowl") for shade in ("Red", "Navy", "Zinnia", "")],
    "shop": ["north", "North ", "south", None] * 3,
    "color": ["red", "navy", "zinnia", None] * 3,
    "finish": [None, "", "-", "N/A"] * 3,
    "option1_name": ["Size"] * 12,
    "option1_value": ["S", "M", "L", "XL"] * 3,
}  # fmt: skip


def task(**settings: Any) -> tuple[FamilyTask, Catalogue, Config, Records]:
    config = Config(**settings)
    catalogue = Catalogue.read(pl.DataFrame(DATA, schema=dict.fromkeys(DATA, pl.String)), config)
    found = FamilyTask.resolve(catalogue, understand(catalogue, config), config)
    return found, catalogue, config, Records.distinct(catalogue, found.attributes)


def viewed(found: FamilyTask, records: Records) -> FamilyView:
    group = found.groups(records)
    return family_view(records.frame, found.compared, records.normalised, found.ignored, found.required, group)


def test_colour_and_size_are_ignored_unless_said_otherwise() -> None:
    found, *_ = task()
    assert [(one.name, one.columns) for one in found.ignored] == [("color", ("color",)), ("size", ())]
    assert found.required == ()
    assert found.within is None


def test_every_column_that_is_needed_is_there() -> None:
    found, _, _, records = task(ignore=("color", "finish"), require=("shop",), within="shop")
    names = [attribute.name for attribute in found.attributes]
    assert {"title", "color", "finish", "shop", "option1_name", "option1_value"} <= set(names)
    assert len(names) == len(set(names))
    assert all(attribute.compared for attribute in found.attributes)
    roles = {attribute.name: attribute.role for attribute in found.attributes}
    assert roles["finish"] is Role.CATEGORY
    assert "shop" not in {attribute.name for attribute in found.compared}
    assert set(records.frame.columns) == set(names)


def test_groups_are_the_values_of_the_column() -> None:
    found, catalogue, _, records = task(within="SHOP")
    assert found.within == "shop"
    group = found.groups(records)
    of: dict[int, list[str]] = {}
    for number, row in zip(group.tolist(), records.rows.tolist(), strict=True):
        of.setdefault(number, []).append((catalogue.frame["shop"][row] or "").strip())
    assert all(len(set(shops)) == 1 for shops in of.values())
    assert {shops[0] for shops in of.values()} == {"", "North", "north", "south"}
    # A row without a shop is in no shop together with another one.
    assert all(len(shops) == 1 for shops in of.values() if shops[0] == "")
    assert set(task()[0].groups(records).tolist()) == {0}


def test_what_is_told_afterwards() -> None:
    found, catalogue, config, records = task(ignore=("color", "finish"))
    family = viewed(found, records)
    told = found.told(family)
    assert [one["name"] for one in told] == ["color", "finish"]
    assert told[0]["columns"] == ["color"]
    assert (told[0]["read_from_titles"], told[1]["read_from_titles"]) == (True, False)
    assert told[0]["rows"] >= 9
    assert told[1]["rows"] == 0
    assert found.notes(catalogue, config, family) == ("the column 'finish' is empty: ignoring it changed nothing",)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ignore": ("colr",)}, "did you mean 'color'"),
        ({"ignore": ("color",), "require": ("colour",)}, "ignored too"),
        ({"within": "shp"}, "did you mean 'shop'"),
        ({"ignore": ("title",)}, "what the records are called"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        task(**settings)
