"""The numbers of a result, and its files."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import matchkit
from matchkit.errors import ConfigError, OutputError
from matchkit.pairtable import PairTable
from matchkit.results import Group, Result, file_names, plain, title_columns, versions

ROOT = Path(__file__).resolve().parents[2]
PAIRS = pl.DataFrame(
    {
        "left_id": ["1", "1"],
        "right_id": ["2", "3"],
        "label": ["exact_duplicate", "different"],
        "p_exact": [0.123456, 0.5],
        "p_variant": [0.2, 0.00004],
        "differs_in": ["", "size"],
        "reason": ["=same", "near"],
    }
)
TITLE = {"name": "title", "role": "text", "kind": "title", "reason": "named so"}


def make(entities: list[str], families: list[str] | None = None, **run: Any) -> Result:
    records = pl.DataFrame(
        {
            "title": [f"title {i // 2}" for i in range(len(entities))],
            "entity_id": entities,
            "family_id": entities if families is None else families,
            "confidence": [0.987654] * len(entities),
            "needs_review": [i == 0 for i in range(len(entities))],
        },
        {
            "title": pl.String,
            "entity_id": pl.String,
            "family_id": pl.String,
            "confidence": pl.Float64,
            "needs_review": pl.Boolean,
        },
    )
    return Result(records, PairTable.of(PAIRS), {"columns": [TITLE], **run})


@given(st.lists(st.sampled_from("abcdef"), max_size=20))
def test_numbers_agree_with_counting_by_hand(entities: list[str]) -> None:
    family = {"a": "a", "b": "a", "c": "c", "d": "c", "e": "e", "f": "f"}
    result = make(entities, [family[entity] for entity in entities])
    members: dict[str, set[str]] = defaultdict(set)
    for entity in entities:
        members[family[entity]].add(entity)
    assert result.entities == len(set(entities))
    assert result.family_count == len(members)
    assert result.families_of_several == sum(len(group) > 1 for group in members.values())
    assert result.duplicate_rows == len(entities) - len(set(entities))


@given(st.lists(st.sampled_from("abcdef"), max_size=20), st.integers(0, 4))
def test_largest_groups_agree_with_counting_by_hand(entities: list[str], count: int) -> None:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, entity in enumerate(entities):
        rows[entity].append(row)
    expected = sorted((e for e in rows if len(rows[e]) > 1), key=lambda e: (-len(rows[e]), e))[:count]
    groups = make(entities).largest_groups(count, titles=2)
    assert [group.entity_id for group in groups] == expected
    for group in groups:
        titles = list(dict.fromkeys(f"title {row // 2}" for row in rows[group.entity_id]))
        assert group.titles == tuple(titles[:2])
        assert group.rows == len(rows[group.entity_id])
        assert group.needs_review == (0 in rows[group.entity_id])


def test_the_added_columns_are_the_last_four_whatever_their_names() -> None:
    records = make(["a", "a"]).records.rename({"entity_id": "matchkit_entity_id", "title": "entity_id"})
    result = Result(records, PairTable.of(PAIRS), {})
    assert result.added == ("matchkit_entity_id", "family_id", "confidence", "needs_review")
    assert (result.entities, result.duplicate_rows) == (1, 1)
    assert result.largest_groups() == [Group("a", 2, ("title 0",), True)]


def varying() -> Result:
    """A run of variants whose user has columns named like ours, and the added columns not last."""
    records = pl.DataFrame(
        {
            "matchkit_entity_id": ["1", "2", "2"],
            "family_id": ["1", "1", "1"],
            "variant_color": ["navy", None, None],
            "confidence": [0.5, 1.0, 1.0],
            "needs_review": [True, False, False],
            "sku": [1.0, 2.0, 3.0],
            "entity_id": ["x", "y", "z"],
        }
    )
    names = {"entity_id": "matchkit_entity_id", "family_id": "family_id", "variant_color": "variant_color"}
    names |= {"confidence": "confidence", "needs_review": "needs_review"}
    families = pl.DataFrame(
        {
            "family_id": ["1"],
            "title": ["Mug"],
            "size": [2],
            "rows": [3],
            "varies_by": [""],
            "variant_color": ["navy"],
            "weakest_link": ["1 2"],
            "probability": [0.87654321],
            "needs_review": [True],
        }
    )
    return Result(records, PairTable.of(PAIRS), {"input": {"id_column": "sku"}}, families, names)


def test_a_run_of_variants_knows_its_columns_wherever_they_stand() -> None:
    result = varying()
    assert result.added == ("matchkit_entity_id", "family_id", "confidence", "needs_review")
    assert result.variation == {"color": "variant_color"}
    assert result.given == ["sku", "entity_id"]
    assert result.ids.to_list() == ["1", "2", "3"]
    assert (result.entities, result.family_count, result.families_of_several) == (2, 1, 1)
    plain_run = make(["a", "b"])
    assert (plain_run.variation, plain_run.given, plain_run.ids.to_list()) == ({}, ["title"], ["1", "2"])


@pytest.mark.parametrize(
    ("group_format", "file"),
    [(None, None), ("schema.org", "families.jsonld"), ("google", "google.tsv"), ("shopify", "shopify.csv")],
)
def test_families_are_written_where_there_are_any(tmp_path: Path, group_format: Any, file: str | None) -> None:
    names = ["records.csv", "pairs.csv", "families.csv", *([file] if file else []), "run.json"]
    assert file_names("csv", families=True, group_format=group_format) == names
    files = varying().write(tmp_path, group_format=group_format)
    assert [path.name for path in files] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert json.loads((tmp_path / "run.json").read_text())["files"] == names
    assert pl.read_csv(tmp_path / "families.csv")["probability"].to_list() == [0.8765]


def test_families_keep_types_and_probabilities_in_parquet(tmp_path: Path) -> None:
    result = varying()
    result.write(tmp_path, format="parquet")
    assert result.families is not None
    assert pl.read_parquet(tmp_path / "families.parquet").equals(result.families)


def test_group_formats_are_refused_where_unknown_or_without_families(tmp_path: Path) -> None:
    unknown: Any = "amazon"
    with pytest.raises(ConfigError, match=r"group_format 'amazon' is not known: use schema\.org, google or shopify"):
        varying().write(tmp_path / "out", group_format=unknown)
    with pytest.raises(ConfigError, match=r"'google' needs families: find them with matchkit\.variants"):
        make(["a"]).write(tmp_path / "out", group_format="google")
    assert not (tmp_path / "out").exists()


def test_pairs_in_doubt_are_the_runs_count_or_those_kept_as_different() -> None:
    assert make(["a"]).pairs_in_doubt == 1
    assert make(["a"], counts={"pairs_in_doubt": 7}).pairs_in_doubt == 7
    assert make(["a"], counts={"pairs_in_doubt": 0}).pairs_in_doubt == 0


def test_a_record_is_called_by_its_title_or_else_by_its_texts() -> None:
    def column(name: str, role: str, kind: str = "") -> dict[str, str]:
        return {"name": name, "role": role, "kind": kind}

    names = ["id", "first", "last", "street", "town"]
    texts = [column("id", "id"), *(column(name, "text") for name in names[1:])]
    assert title_columns(texts, names) == ["first", "last", "street"]
    assert title_columns([*texts, column("town", "text", "title")], names) == ["town"]
    assert title_columns([column("gone", "text", "title")], ["x", "y"]) == ["x", "y"]
    frame = pl.DataFrame({"first": ["Ann", None], "last": [None, None], "n": [1, 2]})
    frame = frame.with_columns(e=pl.lit("1"), f=pl.lit("1"), c=pl.lit(1.0), r=pl.lit(False))
    result = Result(frame, PairTable.of(PAIRS), {"columns": [column("first", "text"), column("last", "text")]})
    assert result.largest_groups()[0].titles == ("Ann", "")
    numbered = Result(frame, PairTable.of(PAIRS), {"columns": [column("n", "number", "title")]})
    assert numbered.largest_groups()[0].titles == ("1", "2")


def test_csv_rounds_our_probabilities_and_nothing_else(tmp_path: Path) -> None:
    result = make(["a", "b"])
    result = Result(
        result.records.insert_column(0, pl.Series("weight", [1.23456789, 2.0])), PairTable.of(PAIRS), result.run
    )
    files = result.write(tmp_path / "out")
    assert files == [tmp_path / "out" / name for name in ("records.csv", "pairs.csv", "run.json")]
    with files[0].open(newline="") as handle:
        assert list(csv.reader(handle)) == [
            ["weight", "title", "entity_id", "family_id", "confidence", "needs_review"],
            ["1.23456789", "title 0", "a", "a", "0.9877", "true"],
            ["2.0", "title 0", "b", "b", "0.9877", "false"],
        ]
    with files[1].open(newline="") as handle:
        rows = list(csv.reader(handle))
    assert rows[1] == ["1", "2", "exact_duplicate", "0.1235", "0.2", "", "=same"]
    assert rows[2][3:5] == ["0.5", "0.0"]


def test_parquet_keeps_types_and_probabilities(tmp_path: Path) -> None:
    result = make(["a", "b"])
    records = result.records.insert_column(0, pl.Series("tags", [["x"], []]))
    files = Result(records, PairTable.of(PAIRS), {}).write(tmp_path, format="parquet")
    assert [file.name for file in files] == file_names("parquet")
    assert pl.read_parquet(files[0]).equals(records)
    assert pl.read_parquet(files[1]).equals(PAIRS)
    assert json.loads(files[2].read_text())["notes"] == []


def test_the_run_is_written_with_what_the_format_could_not_hold(tmp_path: Path) -> None:
    records = make(["a"]).records.insert_column(0, pl.Series("tags", [["x"]]))
    result = Result(records, PairTable.of(PAIRS), {"notes": ["one"], "source": "caf\u00e9 \udce9.csv"})
    result.write(tmp_path)
    run = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert run["notes"][0] == "one"
    assert "'tags'" in run["notes"][1]
    assert run["source"] == "caf\u00e9 \udce9.csv"
    assert run["files"] == ["records.csv", "pairs.csv", "run.json"]
    assert result.run["notes"] == ["one"]


def test_an_earlier_result_is_replaced_only_by_force(tmp_path: Path) -> None:
    make(["a"]).write(tmp_path)
    with pytest.raises(OutputError, match="--force"):
        make(["b"]).write(tmp_path)
    assert "a,a" in (tmp_path / "records.csv").read_text()
    make(["b"]).write(tmp_path, force=True)
    assert "b,b" in (tmp_path / "records.csv").read_text()


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Setting:
    name: Colour
    limits: MappingProxyType[str, float]


def test_plain_values_are_what_json_holds() -> None:
    value = {
        1: Setting(Colour.RED, MappingProxyType({"low": float("nan"), "high": float("inf")})),
        "numpy": [np.float32(0.5), np.int64(3), np.bool_(True), np.arange(2), np.float64("nan")],
        "rest": (None, True, Path("a/b"), date(2020, 1, 2), {"b", "a"}),
    }
    assert plain(value) == {
        "1": {"name": "red", "limits": {"low": None, "high": None}},
        "numpy": [0.5, 3, True, [0, 1], None],
        "rest": [None, True, str(Path("a/b")), "2020-01-02", ["a", "b"]],
    }
    assert type(plain(Colour.RED)) is str
    json.dumps(plain(value), allow_nan=False)


def test_versions_name_matchkit_python_and_the_libraries() -> None:
    found = versions()
    assert list(found)[:2] == ["matchkit", "python"]
    assert found["polars"] == pl.__version__
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert found["matchkit"] == project["version"] == matchkit.__version__
