"""What a run says about itself."""

from __future__ import annotations

import json
from functools import cache

import polars as pl
import pytest

import matchkit
from matchkit import Config, Result

FRAME = pl.DataFrame(
    {
        "sku": [f"s{row}" for row in range(12)],
        "title": [
            f"{maker} {thing}" for maker in ("Arden", "Corvo", "Lumo") for thing in ("lamp", "desk", "kettle", "mat")
        ],
        "link": [f"https://shop.example/{row}" for row in range(12)],
    }
)


@cache
def result() -> Result:
    return matchkit.dedupe(FRAME, Config(prefer=0.8, seed=3, neighbours=4))


def test_json_can_hold_it() -> None:
    run = dict(result().run)
    assert json.loads(json.dumps(run)) == run


def test_settings_versions_and_source() -> None:
    run = result().run
    assert run["config"] == json.loads(json.dumps(Config(prefer=0.8, seed=3, neighbours=4).as_dict()))
    assert {"python", "polars", "numpy"} <= set(run["versions"])
    assert run["source"] == "the frame"
    assert run["input"] == {"format": "frame", "encoding": None, "delimiter": None, "id_column": "sku"}


def test_every_column_is_explained() -> None:
    columns = {column["name"]: column for column in result().run["columns"]}
    assert list(columns) == FRAME.columns
    assert columns["sku"]["role"] == "id"
    assert (columns["title"]["role"], columns["title"]["kind"]) == ("text", "title")
    assert columns["link"]["role"] == "url"
    assert all(column["reason"] for column in columns.values())


def test_counts_agree_with_the_result() -> None:
    counts = result().run["counts"]
    assert counts["rows"] == counts["distinct_records"] == 12
    assert 0 < counts["candidate_pairs"] <= counts["compared_pairs"] <= 12 * 11 / 2
    assert counts["written_pairs"] == result().pairs.height
    assert counts["pairs_in_doubt"] == result().pairs_in_doubt <= counts["written_pairs"]


@pytest.mark.parametrize("prefer", [0.0, 0.5, 1.0])
def test_thresholds_follow_the_preference(prefer: float) -> None:
    thresholds = matchkit.dedupe(FRAME.head(3), Config(prefer=prefer)).run["thresholds"]
    assert (thresholds["probability"] > 0.5) == (prefer > 0.5)
    assert (thresholds["log_odds"] > 0) == (prefer > 0.5)
    assert 0 < thresholds["doubt"][0] < thresholds["doubt"][1] < 1


def test_seconds_and_classifier() -> None:
    run = result().run
    assert all(value >= 0 for value in run["seconds"].values())
    assert run["classifier"]["kind"] == "mixture"
    shares = run["classifier"]["share_of_matches_by_rank"]
    assert shares == sorted(shares, reverse=True)
    assert run["blocking"]["pairs"] == run["counts"]["candidate_pairs"]


def test_rows_without_an_id_are_numbered_and_it_says_so() -> None:
    run = matchkit.dedupe(FRAME.select("title", "link")).run
    assert run["input"]["id_column"] is None
    assert [column["name"] for column in run["columns"]] == ["title", "link"]
    assert any("numbered" in note for note in run["notes"])


def test_values_shared_by_too_many_records_are_told() -> None:
    rows = 60
    frame = pl.DataFrame({"id": [str(row) for row in range(rows)], "title": ["Oak table"] * rows, "n": range(rows)})
    settings = Config(columns={"title": "text:title", "n": "number"})
    assert any("'title'" in note for note in matchkit.dedupe(frame, settings).run["notes"])


def truth(pairs: list[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema={"left_id": pl.String, "right_id": pl.String}, orient="row")


def test_block_report_without_truth() -> None:
    report = matchkit.block(FRAME).report
    assert json.loads(json.dumps(dict(report))) == report
    assert not {"pair_completeness", "pairs_quality", "true_matches"} & set(report)
    assert 0 <= report["reduction_ratio"] <= 1
    assert report["encoder"] == "hashed"
    assert set(report["seconds"]) == {"reading", "blocking"}


def test_block_report_against_truth() -> None:
    found = matchkit.block(FRAME, Config(neighbours=1))
    pairs = [(left, right) for left, right, _ in found.candidates.iter_rows()]
    every = [(f"s{i}", f"s{j}") for i in range(12) for j in range(i)]
    missed = next(pair for pair in every if not {pair, pair[::-1]} & {*pairs})
    turned = (pairs[0][1], pairs[0][0])
    report = matchkit.block(FRAME, Config(neighbours=1), truth=truth([turned, missed, ("s0", "nowhere")])).report
    assert report["true_matches"] == 3
    assert report["pair_completeness"] == pytest.approx(1 / 3)
    assert report["pairs_quality"] == pytest.approx(1 / len(pairs))


def test_all_pairs_of_identical_rows_count_as_found() -> None:
    rows = [*FRAME.rows(), *((f"copy{i}", *FRAME.rows()[0][1:]) for i in range(3))]
    many = pl.DataFrame(rows, schema=FRAME.schema, orient="row")
    report = matchkit.block(many, Config(neighbours=1), truth=truth([("copy1", "copy2"), ("copy0", "s0")])).report
    assert report["pair_completeness"] == 1


def test_without_true_matches_completeness_is_unknown() -> None:
    report = matchkit.block(FRAME, truth=truth([])).report
    assert report["true_matches"] == 0
    assert report["pair_completeness"] is None
    assert report["pairs_quality"] == 0
