"""The truth in the layouts that other tools write."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchkit.errors import CatalogueError
from matchkit.truth import read_truth


def read(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    path = tmp_path / "truth.csv"
    path.write_text(text)
    return read_truth(path).rows()


@pytest.mark.parametrize(
    "header", ["left_id,right_id", "ltable_id,rtable_id", "ID1,ID2", "unique_id_l,unique_id_r", "p1,p2"]
)
def test_pairs_are_ordered_and_told_once(header: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"{header}\nb,a\na,b\nc,a\nd,d\n,e\n") == [("a", "b"), ("a", "c")]


def test_only_pairs_labelled_as_matches_count(tmp_path: Path) -> None:
    assert read(tmp_path, "ltable_id,rtable_id,label\n1,2,1\n1,3,0\n") == [("1", "2")]
    ours = "left_id,right_id,label\n1,2,exact_duplicate\n1,3,variant\n2,3,different\n"
    assert read(tmp_path, ours) == [("1", "2")]


@pytest.mark.parametrize("header", ["id,cluster_id", "record,entity_id", "Id,Group"])
def test_clusters_become_all_their_pairs(header: str, tmp_path: Path) -> None:
    text = f"{header}\n3,x\n1,x\n2,x\n4,y\n5,\n6,\n"
    assert read(tmp_path, text) == [("1", "2"), ("1", "3"), ("2", "3")]


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=12))
def test_clusters_agree_with_comparing_every_pair(clusters: list[str]) -> None:
    frame = pl.DataFrame({"id": [f"{i:02}" for i in range(len(clusters))], "cluster_id": clusters})
    ids = frame["id"].to_list()
    expected = [(ids[i], ids[j]) for i, j in combinations(range(len(ids)), 2) if clusters[i] == clusters[j]]
    assert read_truth(frame).rows() == expected


def test_numbers_are_ids_too() -> None:
    frame = pl.DataFrame({"left_id": [10, 2], "right_id": [9, 3]})
    assert read_truth(frame).rows() == [("10", "9"), ("2", "3")]


def test_another_table_is_refused_with_the_columns_it_has(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"title, price.*left_id,right_id"):
        read(tmp_path, "title,price\nx,1\n")
    with pytest.raises(CatalogueError, match="no such file"):
        read_truth(tmp_path / "none.csv")
