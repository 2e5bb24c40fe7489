"""Labelled pairs in the layouts that other tools write, and everything that can be wrong with them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchkit.errors import CatalogueError
from matchkit.labels import Labels, check_ids, read_labels, unordered

E, V, D = "exact_duplicate", "variant", "different"


def read(tmp_path: Path, text: str) -> Labels:
    path = tmp_path / "labels.csv"
    path.write_text(text)
    return read_labels(path)


def rows(labels: Labels) -> list[tuple[str, str, str]]:
    return [(left, right, label) for left, right, label, _ in labels.pairs.rows()]


def frame(*pairs: tuple[str, str, object]) -> Labels:
    return read_labels(pl.DataFrame(pairs, schema=["left_id", "right_id", "label"], orient="row", strict=False))


@pytest.mark.parametrize(
    ("header", "more", "two_tables"),
    [
        ("ltable_id,rtable_id,label", "", True),
        ("_id,ltable_id,rtable_id,label", "7,", True),
        ("unique_id_l,unique_id_r,clerical_match_score", "", None),
        ("p1,p2,prediction", "", None),
        ("left_instance_id,right_instance_id,label", "", None),
        ("Left_ID,Right_ID, Label", "", None),
        ("id1,id2,is_match", "", None),
    ],
)
def test_every_layout_says_the_same(header: str, more: str, two_tables: bool | None, tmp_path: Path) -> None:
    labels = read(tmp_path, f"{header}\n{more}a,x,1\n\n{more}b,y,0\n")
    assert labels.pairs.rows() == [("a", "x", E, 2), ("b", "y", D, 4)]
    assert (labels.two_tables, labels.three, labels.tables) == (two_tables, False, None)


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        (["1", "0"], [E, D]),
        (["1.0", "0.0"], [E, D]),
        (["TRUE", "false"], [E, D]),
        ([" Yes", "no "], [E, D]),
        (["match", "non-match", "no_match", "No Match"], [E, D, D, D]),
        (["exact_duplicate", "exact", "duplicate", "variant", "different", "distinct"], [E, E, E, V, D, D]),
        (["0.5", "0.49", "1", "0"], [E, D, E, D]),
        ([True, False], [E, D]),
        ([1, 0], [E, D]),
        ([0.9, 0.1], [E, D]),
    ],
)
def test_labels_in_every_spelling(words: list[object], meaning: list[str]) -> None:
    labels = frame(*((str(place), "x", word) for place, word in enumerate(words)))
    assert labels.pairs["label"].to_list() == meaning
    assert labels.three == (V in meaning)


def test_a_splink_score_of_a_half_is_a_match_and_its_datasets_are_told_apart(tmp_path: Path) -> None:
    header = "source_dataset_l,unique_id_l,source_dataset_r,unique_id_r,clerical_match_score\n"
    two = read(tmp_path, header + "A,1,B,1,0.5\nA,2,B,1,0.2\n")
    assert rows(two) == [("1", "1", E), ("2", "1", D)]
    assert two.two_tables is True
    assert read(tmp_path, header + "A,1,A,2,0.5\n").two_tables is False
    assert read(tmp_path, header + "A,1,A,2,0.5\nA,1,B,3,0.5\n").two_tables is False
    with pytest.raises(CatalogueError, match="same id in two of them"):
        read(tmp_path, header + "A,1,A,2,0.5\nA,1,B,1,0.5\n")


def test_numbers_with_and_without_a_fraction_are_one_id() -> None:
    table = pl.DataFrame({"left_id": [1.0, 2.0], "right_id": [3, 4], "label": [1, 0]})
    assert rows(read_labels(table)) == [("1", "3", E), ("2", "4", D)]
    assert read_labels(table).pairs["line"].to_list() == [None, None]


@pytest.mark.parametrize(
    "header",
    [
        "left_title,left_price,right_title,label",
        "ltable_title,ltable_price,rtable_title,label",
        "l_title,l_price,r_title,label",
        "title_left,price_left,title_right,label",
        "title_l,price_l,title_r,label",
    ],
)
def test_joined_pairs_become_two_tables_of_distinct_records(header: str, tmp_path: Path) -> None:
    labels = read(tmp_path, f"{header}\nmug,1,Mug,1\npot,2,Mug,0\nmug,1,cup,0\nmug,,Mug,0\n")
    assert rows(labels) == [("1", "1", E), ("2", "1", D), ("1", "2", D), ("3", "1", D)]
    assert labels.two_tables is True
    assert labels.tables is not None
    left, right = labels.tables
    assert left.rows() == [("1", "mug", "1"), ("2", "pot", "2"), ("3", "mug", None)]
    assert right.rows() == [("1", "Mug"), ("2", "cup")]


def test_joined_pairs_with_ids_keep_them(tmp_path: Path) -> None:
    labels = read(tmp_path, "left_id,right_id,left_title,right_title,label\na,x,mug,Mug,1\nb,x,pot,Mug,0\n")
    assert rows(labels) == [("a", "x", E), ("b", "x", D)]
    assert labels.tables is not None
    assert labels.tables[0].rows() == [("a", "mug"), ("b", "pot")]
    assert labels.tables[1].rows() == [("x", "Mug")]
    with pytest.raises(CatalogueError, match=r"line 3: the left record 'a' is not what it is in line 2"):
        read(tmp_path, "left_id,right_id,left_title,right_title,label\na,x,mug,Mug,1\na,y,pot,Mug,0\n")


@pytest.mark.parametrize("attribute", ["row", "record", "value 0", "id"])
def test_attributes_may_have_any_name(attribute: str) -> None:
    table = pl.DataFrame({f"left_{attribute}": ["a", "a"], f"right_{attribute}": ["b", "c"], "left_x": ["1", "1"]})
    labels = read_labels(table.with_columns(right_x=pl.lit("2"), label=pl.lit(1)))
    assert labels.tables is not None
    assert [side.height for side in labels.tables] == [1, 2]


@given(st.lists(st.tuples(*[st.sampled_from(["a", "b", None])] * 4), min_size=1, max_size=12))
def test_joined_records_are_numbered_as_a_loop_would(values: list[tuple[str | None, ...]]) -> None:
    names = ["left_x", "left_y", "right_x", "right_y"]
    table = pl.DataFrame(values, schema=dict.fromkeys(names, pl.String), orient="row").with_columns(label=pl.lit(1))
    known: tuple[dict[object, str], dict[object, str]] = ({}, {})
    expected = []
    for row in values:
        pair = []
        for side, numbers in enumerate(known):
            record = row[2 * side : 2 * side + 2]
            pair.append(numbers.setdefault(record, str(len(numbers) + 1)))
        expected.append(tuple(pair))
    found = [(left, right) for left, right, _ in rows(read_labels(table))]
    assert found == list(dict.fromkeys(expected))


def test_repeated_pairs_count_once_and_it_is_told() -> None:
    labels = frame(("1", "2", 1), ("1", "2", 1), ("2", "1", 1))
    assert rows(labels) == [("1", "2", E), ("2", "1", E)]
    assert "repeated, and count once: 1" in labels.notes[0]
    assert rows(unordered(labels)) == [("1", "2", E)]


def test_everything_wrong_is_told_at_once_with_lines(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, "left_id,right_id,label\n1,2,maybe\n1,,1\n1,4,\n1,5,1\n")
    said = str(caught.value).splitlines()
    assert "3 faults" in said[0]
    assert "1/0" in said[0]
    assert said[1:] == [
        "line 2: the label 'maybe' is not known",
        "line 3: the right_id is missing",
        "line 4: the label is missing",
    ]


def test_no_more_than_twenty_faults_are_listed(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, "left_id,right_id,label\n" + "".join(f"1,{n},what\n" for n in range(1500)))
    said = str(caught.value).splitlines()
    assert len(said) == 22
    assert said[-1] == "and 1,480 more"


@pytest.mark.parametrize("wrong", ["2", "-1", "0.5x", "nan", "maybe"])
def test_a_label_that_is_not_known_is_an_error(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"line 3: the label (is missing|'.*' is not known)|labels are"):
        read(tmp_path, f"left_id,right_id,label\n1,2,1\n1,3,{wrong}\n")


def test_two_labels_for_one_pair_are_an_error_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"line 4: \('1', '2'\) is different, but exact_duplicate in line 2"):
        read(tmp_path, "left_id,right_id,label\n1,2,1\n3,4,0\n1,2,0\n")
    turned = read(tmp_path, "left_id,right_id,label\n1,2,1\n3,4,0\n2,1,0\n")
    with pytest.raises(CatalogueError, match=r"line 4: .* in line 2; .* of two tables"):
        unordered(turned)


def test_a_record_paired_with_itself_is_no_pair_of_one_table(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="line 2: the record '1' is paired with itself"):
        unordered(read(tmp_path, "left_id,right_id,label\n1,1,1\n"))


def test_a_table_without_labels_or_pairs_is_refused_with_its_columns() -> None:
    with pytest.raises(CatalogueError, match="rename 'lable' to 'label'"):
        read_labels(pl.DataFrame({"left_id": [1], "right_id": [2], "lable": [1]}))
    with pytest.raises(CatalogueError, match="no column with labels: its columns are left_id, right_id; call it"):
        read_labels(pl.DataFrame({"left_id": [1], "right_id": [2]}))
    with pytest.raises(CatalogueError, match="has no pairs: its columns are title, label"):
        read_labels(pl.DataFrame({"title": ["a"], "label": [1]}))


def test_ids_must_be_in_the_tables(tmp_path: Path) -> None:
    labels = read(tmp_path, "left_id,right_id,label\na,x,1\nb,y,0\n")
    ab, xy = pl.Series(["a", "b"]), pl.Series(["x", "y"])
    check_ids(labels, ab, xy)
    check_ids(labels, pl.concat([ab, xy]))
    with pytest.raises(CatalogueError, match=r"line 3: the right_id 'y' is not in the right table; give the tables"):
        check_ids(labels, ab, pl.Series(["x"]))
    with pytest.raises(CatalogueError, match="4 faults; with the two tables the other way round"):
        check_ids(labels, xy, ab)
    with pytest.raises(CatalogueError, match="line 2: the left_id 'a' is not in the table"):
        check_ids(labels, pl.Series(["b", "x", "y"]))
    with pytest.raises(CatalogueError, match=r"line 2: the record 'a' is paired with itself; take such pairs out"):
        check_ids(read(tmp_path, "left_id,right_id,label\na,a,1\n"), ab)
    check_ids(read(tmp_path, "left_id,right_id,label\na,a,1\n"), ab, ab)
