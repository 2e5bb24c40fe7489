"""Every form of predictions against every form of truth, by counting pairs in a loop."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matchkit
from matchkit.errors import CatalogueError, ConfigError
from matchkit.evaluation import Evaluation
from matchkit.scoring import Counts

Pairs = set[tuple[int, int]]
RECORDS = 7
PAIR = st.tuples(st.integers(0, RECORDS - 1), st.integers(0, RECORDS - 1)).filter(lambda pair: pair[0] < pair[1])
PAIRS = st.sets(PAIR, min_size=1, max_size=12)
CLUSTERS = st.lists(st.integers(0, 3), min_size=RECORDS, max_size=RECORDS)
E, V, D = "exact_duplicate", "variant", "different"


def pair_frame(pairs: Pairs, **more: list[object]) -> pl.DataFrame:
    listed = sorted(pairs)
    return pl.DataFrame({"left_id": [a for a, _ in listed], "right_id": [b for _, b in listed], **more})


def cluster_frame(clusters: list[int]) -> pl.DataFrame:
    return pl.DataFrame({"id": range(len(clusters)), "cluster_id": clusters})


def pairs_of(clusters: list[int]) -> Pairs:
    return {(i, j) for i, j in combinations(range(len(clusters)), 2) if clusters[i] == clusters[j]}


def evaluate(predictions: pl.DataFrame, truth: pl.DataFrame, **settings: Any) -> Evaluation:
    return matchkit.evaluate(predictions, truth, resamples=5, **settings)


def labelled(text: str) -> pl.DataFrame:
    """``ab1 cd0``: pairs of records and their labels."""
    rows = [(word[0], word[1], {"1": E, "v": V, "0": D}[word[2]]) for word in text.split()]
    return pl.DataFrame(rows, schema=["left_id", "right_id", "label"], orient="row")


@settings(deadline=None, max_examples=40)
@given(PAIRS, PAIRS)
def test_pairs_against_matches(said: Pairs, true: Pairs) -> None:
    # Pairs of one table have no order.
    found = evaluate(pair_frame({(b, a) for a, b in said}), pair_frame(true))
    assert found.pairs == Counts(len(said & true), len(said), len(true))
    assert found.truth[1] == "matches"


@settings(deadline=None, max_examples=40)
@given(PAIRS, PAIRS, PAIRS)
def test_pairs_against_labels(said: Pairs, true: Pairs, false: Pairs) -> None:
    given = true | false
    truth = pair_frame(given, label=[int(pair in true) for pair in sorted(given)])
    found = evaluate(pair_frame(said), truth)
    assert found.pairs == Counts(len(said & true), len(said & given), len(true))
    assert found.counts["labelled_pairs_without_prediction"] == len(given - said)
    assert found.counts["predictions_left_out"] == len(said - given)
    assert found.confusion is not None
    assert sum(map(sum, found.confusion.matrix)) == len(given)


@settings(deadline=None, max_examples=40)
@given(CLUSTERS, CLUSTERS)
def test_clusters_against_clusters(said: list[int], true: list[int]) -> None:
    found = evaluate(cluster_frame(said), cluster_frame(true))
    assert found.pairs == Counts(len(pairs_of(said) & pairs_of(true)), len(pairs_of(said)), len(pairs_of(true)))
    assert found.clusters is not None


@settings(deadline=None, max_examples=40)
@given(CLUSTERS, PAIRS)
def test_clusters_against_matches_and_matches_against_clusters(clusters: list[int], pairs: Pairs) -> None:
    together = pairs_of(clusters)
    one = evaluate(cluster_frame(clusters), pair_frame(pairs))
    assert one.pairs == Counts(len(together & pairs), len(together), len(pairs))
    other = evaluate(pair_frame(pairs), cluster_frame(clusters))
    assert other.pairs == Counts(len(together & pairs), len(pairs), len(together))


@settings(deadline=None, max_examples=40)
@given(CLUSTERS, PAIRS, st.data())
def test_clusters_against_labels(clusters: list[int], pairs: Pairs, data: st.DataObject) -> None:
    labels = data.draw(st.lists(st.sampled_from([0, 1]), min_size=len(pairs), max_size=len(pairs)))
    true = {pair for pair, label in zip(sorted(pairs), labels, strict=True) if label}
    found = evaluate(cluster_frame(clusters), pair_frame(pairs, label=list(labels)))
    together = pairs_of(clusters) & pairs
    assert found.pairs == Counts(len(together & true), len(together), len(true))


def test_scores_are_ranked_and_what_was_not_predicted_comes_last() -> None:
    truth = labelled("ab1 ac0 ad1 ae0")
    said = pl.DataFrame({"left_id": ["a"] * 3, "right_id": ["b", "c", "d"], "p_exact": [0.9, 0.6, 0.4]})
    found = evaluate(said, truth)
    assert found.pairs == Counts(1, 2, 2)
    assert found.average_precision == pytest.approx(0.5 + 0.5 * 2 / 3)
    assert found.roc_auc == pytest.approx(0.75)
    assert found.best is not None
    assert found.best.threshold == 0.4
    assert found.sure is None
    assert any("0.5 and more" in note for note in found.notes)
    assert any("1 of 4 labelled pairs have no prediction" in note for note in found.notes)


def test_against_matches_alone_missed_ones_cost_recall_and_there_is_no_auc() -> None:
    said = pl.DataFrame({"left_id": ["a", "a"], "right_id": ["b", "c"], "score": [0.9, 0.8]})
    found = evaluate(said, labelled("ab1 de1").drop("label"))
    assert (found.average_precision, math.isnan(found.roc_auc)) == (0.5, True)
    against = pl.DataFrame({"id": ["a", "b", "c", "d", "e"], "cluster": ["1", "1", "2", "3", "3"]})
    assert evaluate(said, against).average_precision == 0.5


def test_three_labels_and_the_two_levels() -> None:
    truth, said = labelled("ab1 acv ad0 ae1 afv"), labelled("ab1 acv adv aev af0")
    entity = evaluate(said, truth)
    assert entity.pairs == Counts(1, 1, 2)
    assert entity.confusion is not None
    assert entity.confusion.labels == (E, V, D)
    assert entity.confusion.matrix == ((1, 1, 0), (0, 1, 1), (0, 1, 0))
    family = evaluate(said, truth, level="family")
    assert family.pairs == Counts(3, 4, 4)
    assert family.confusion == entity.confusion


def test_variants_are_what_the_level_takes_them_for_where_the_truth_has_two_labels() -> None:
    truth, said = labelled("ab1 acv").with_columns(label=pl.Series([1, 0])), labelled("ab1 acv")
    for level, matrix in (("entity", ((1, 0), (0, 1))), ("family", ((1, 0), (1, 0)))):
        found = evaluate(said, truth, level=level)
        assert found.confusion is not None
        assert found.confusion.labels == ("match", "different")
        assert found.confusion.matrix == matrix


def test_the_score_of_a_family_is_that_of_both() -> None:
    said = pl.DataFrame({"left_id": ["a", "a"], "right_id": ["b", "c"], "p_exact": [0.7, 0.1], "p_variant": [0.1, 0.8]})
    truth = labelled("ab1 acv")
    assert evaluate(said, truth).best.threshold == 0.7  # type: ignore[union-attr]
    family = evaluate(said, truth, level="family")
    assert family.curve is not None
    assert family.curve.threshold == pytest.approx([0.9, 0.8])


def test_records_with_entities_and_families_predict_three_labels() -> None:
    records = pl.DataFrame(
        {"sku": ["a1", "a2", "a3", "a4"], "entity_id": ["a1", "a1", "a3", "a4"], "family_id": ["a1", "a1", "a1", "a4"]}
    )
    truth = pl.DataFrame({"left_id": ["a1"] * 3, "right_id": ["a2", "a3", "a4"], "label": [E, V, D]})
    found = evaluate(records, truth)
    assert found.confusion is not None
    assert found.confusion.matrix == ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    assert evaluate(records, truth, level="family").pairs == Counts(2, 2, 2)
    assert evaluate(records, records).pairs == Counts(1, 1, 1)
    assert evaluate(records, records, level="family").pairs == Counts(3, 3, 3)


def test_named_columns_of_clusters_are_taken() -> None:
    said = pl.DataFrame({"key": ["a", "b"], "number": ["1", "2"], "mine": ["x", "x"]})
    truth = pl.DataFrame({"key": ["a", "b"], "cluster_id": ["x", "x"]})
    assert evaluate(said, truth, id="key", cluster="mine").pairs == Counts(1, 1, 1)
    with pytest.raises(CatalogueError, match=r"no column 'min', which --cluster names; did you mean 'mine'"):
        evaluate(said, truth, cluster="min")


def test_rows_without_an_id_are_numbered_as_a_run_numbers_them() -> None:
    said = pl.DataFrame({"title": ["x", "x", "y"], "entity_id": ["1", "1", "3"], "family_id": ["1", "1", "3"]})
    truth = pl.DataFrame({"left_id": [1, 1], "right_id": [2, 3], "label": [1, 0]})
    assert evaluate(said, truth).pairs == Counts(1, 1, 1)


def test_ids_of_two_tables_are_told_apart() -> None:
    said = pl.DataFrame({"left_id": ["2", "1"], "right_id": ["1", "1"]})
    truth = pl.DataFrame({"left_id": ["1", "3"], "right_id": ["2", "4"]})
    assert evaluate(said, truth).pairs.right == 1
    assert evaluate(said, truth, two_tables=True).pairs == Counts(0, 2, 2)
    named = evaluate(said, truth.rename({"left_id": "ltable_id", "right_id": "rtable_id"}))
    assert named.pairs == Counts(0, 2, 2)
    assert any("as the columns of the truth say" in note for note in named.notes)
    assert any("left and right swapped" in note for note in named.notes)
    itself = evaluate(said, pl.DataFrame({"left_id": ["1", "3"], "right_id": ["1", "4"]}))
    assert itself.pairs == Counts(1, 2, 2)
    assert any("pairs an id with itself" in note for note in itself.notes)


def test_clusters_cannot_tell_two_tables_apart_that_share_ids() -> None:
    clusters = pl.DataFrame({"id": ["1", "2", "3"], "cluster_id": ["x", "x", "y"]})
    shared = pl.DataFrame({"ltable_id": ["1", "2"], "rtable_id": ["2", "3"], "label": [1, 0]})
    with pytest.raises(CatalogueError, match="both have an id '2'"):
        evaluate(clusters, shared)
    assert evaluate(clusters, shared.head(1)).pairs == Counts(1, 1, 1)


def test_the_two_records_of_a_pair_of_two_tables_are_two_whatever_their_ids() -> None:
    truth = pl.DataFrame({"ltable_id": ["1", "2"], "rtable_id": ["2", "3"]})
    found = matchkit.evaluate(truth, truth)
    # Two entities: as one table, 1-2-3 would be one.
    assert found.precision.low == pytest.approx(0.025**0.5)


def test_truth_of_one_kind_says_what_is_undefined() -> None:
    nothing = evaluate(labelled("ab1"), labelled("ab0 cd0"))
    assert math.isnan(nothing.recall.value)
    assert (nothing.precision.value, nothing.f1.value) == (0.0, 0.0)
    assert any("recall is undefined" in note for note in nothing.notes)
    everything = evaluate(labelled("ab1"), labelled("ab1 cd1"))
    assert any("take the label column out" in note for note in everything.notes)
    silent = evaluate(labelled("ab0"), labelled("ab1 cd0"))
    assert math.isnan(silent.precision.value)
    assert any("precision is undefined" in note for note in silent.notes)
    assert silent.report()["precision"] == {"value": None, "low": None, "high": None}


def test_records_that_one_side_lacks_are_counted_and_told() -> None:
    said = pl.DataFrame({"id": ["1", "9"], "cluster_id": ["x", "x"]})
    truth = pl.DataFrame({"id": ["1", "2"], "cluster_id": ["x", "x"]})
    found = evaluate(said, truth)
    assert found.pairs == Counts(0, 0, 1)
    assert found.counts == {"records": 2, "records_without_prediction": 1, "records_left_out": 1}
    assert len(found.notes) == 3
    pairs = evaluate(pl.DataFrame({"left_id": ["1", "1"], "right_id": ["2", "9"]}), truth)
    assert pairs.pairs == Counts(1, 1, 1)
    assert pairs.counts["predictions_left_out"] == 1


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("left_id,right_id,p_exact", "1,2,nan\n1,3,1.5\n1,4,x\n1,5,\n", r"4 faults(.|\n)*line 3: the p_exact is '1.5'"),
        ("left_id,right_id,p_exact,p_variant", "1,2,0.7,0.7\n", "line 2: p_exact and p_variant add up to 1.4"),
        ("left_id,right_id,label", "1,2,maybe\n", "line 2: the label 'maybe' is not known; .*labels are"),
        ("left_id,right_id,label", "1,,1\n", "line 2: the right_id is missing"),
        (
            "left_id,right_id,label",
            "1,2,1\n2,1,0\n",
            "line 3: .* is different, but exact_duplicate in line 2; .* two tables",
        ),
        ("left_id,right_id,score", "1,2,0.4\n1,2,0.3\n", "line 3: .* is different with 0.3, but different with 0.4"),
        ("leftid,right_id,label", "1,2,1\n", "rename 'leftid' to 'left_id'"),
        ("a,b", "1,2\n", "neither pairs .* nor clusters .* name the column of clusters with --cluster"),
        ("id,family_id", "1,2\n", "add --level family"),
        ("id,cluster_id", "1,2\n1,3\n", "2 faults(.|\n)*line 2: the id '1' is there more than once"),
        ("id,cluster_id", "1,2\n,3\n", "line 3: the id is missing"),
    ],
)
def test_bad_predictions_are_told_with_lines(header: str, rows: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    path.write_text(f"{header}\n{rows}")
    truth = pl.DataFrame({"left_id": ["1", "3"], "right_id": ["2", "4"], "label": [1, 0]})
    with pytest.raises(CatalogueError, match=message):
        matchkit.evaluate(path, truth)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"left_id": [1], "right_id": [2], "lable": [1]}, "is 'lable' the label"),
        ({"left_id": [1], "right_id": [2], "label": ["hm"]}, "the label 'hm' is not known"),
        ({"a": [1], "b": [2]}, "holds no truth about entity matches: its columns are a, b"),
        ({"id": [1], "family_id": [2]}, "use --level family"),
        ({"id": [1, 1], "cluster_id": [2, 3]}, "2 faults"),
        ({"id": [1, None], "cluster_id": [2, 3]}, "the id is missing"),
    ],
)
def test_bad_truth_is_told(table: dict[str, list[object]], message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        matchkit.evaluate(labelled("ab1"), pl.DataFrame(table))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"level": "item"}, "level 'item'"),
        ({"precision": 1.5}, "precision is 1.5"),
        ({"precision": math.nan}, "precision is nan"),
        ({"resamples": 0}, "resamples is 0"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_bad_settings_are_told(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        matchkit.evaluate(labelled("ab1"), labelled("ab1"), **setting)
    with pytest.raises(ConfigError, match="clusters name records of one"):
        matchkit.evaluate(cluster_frame([1, 1]), labelled("ab1"), two_tables=True)


def test_what_was_repeated_or_paired_with_itself_is_told() -> None:
    said = labelled("ab1 ba1 aa1")
    found = evaluate(said, labelled("ab1 cd0"))
    assert found.pairs == Counts(1, 1, 1)
    assert any("with itself, and are left out: 1" in note for note in found.notes)
    assert any("repeated, and count once: 1" in note for note in found.notes)


def test_a_prediction_of_numbers_is_a_score_and_of_ones_a_label() -> None:
    said = pl.DataFrame({"p1": ["a", "a"], "p2": ["b", "c"], "prediction": [0.9, 0.2]})
    assert evaluate(said, labelled("ab1 ac0")).roc_auc == 1.0
    plain = evaluate(said.with_columns(prediction=pl.Series([1, 0])), labelled("ab1 ac0"))
    assert plain.curve is None
    assert plain.pairs == Counts(1, 1, 1)


def test_the_same_seed_gives_the_same_and_the_order_of_rows_does_not_matter() -> None:
    truth, said = labelled("ab1 cd1 ef1 ac0 ae0 bf1"), labelled("ab1 ac1 ef1")
    one, other = (matchkit.evaluate(said, rows, resamples=50) for rows in (truth, truth.reverse()))
    assert one.estimates == other.estimates
    assert matchkit.evaluate(said, truth, resamples=50, seed=1).estimates != one.estimates


def test_an_encoding_that_there_is_not_is_refused() -> None:
    pairs = pl.DataFrame({"left_id": ["a"], "right_id": ["b"], "label": ["1"]})
    with pytest.raises(ConfigError, match="encoding: 'utf-99' is not allowed"):
        matchkit.evaluate(pairs, pairs, encoding="utf-99")
