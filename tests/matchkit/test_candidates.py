"""The blocking stage as a run uses it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import polars as pl
import pytest

from matchkit.candidates import candidate_ids, find_candidates, find_link_candidates
from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.progress import Advance, StageTimes
from matchkit.records import Records
from matchkit.schema import Schema, understand

TITLES = ["Oak table", "OAK TABLE", "oak tables", "Desk lamp", "desk lampe", "Yoga mat", "Red kettle", "Blue kettle"]
EANS = ["4006381333931", "", "", "5000112637922", "", "4006381333931", "", ""]


class Counting:
    """Adds up what each stage reports."""

    def __init__(self) -> None:
        self.done: dict[str, tuple[int, int | None]] = {}

    def stage(self, name: str, total: int | None = None) -> AbstractContextManager[Advance]:
        self.done[name] = (0, total)

        def advance(count: int) -> None:
            self.done[name] = (self.done[name][0] + count, total)

        return nullcontext(advance)


def prepare(repeats: int = 1, **settings: Any) -> tuple[Catalogue, Records, Schema, Config]:
    rows = len(TITLES) * repeats
    frame = pl.DataFrame(
        {"id": [f"r{row:02}" for row in range(rows)], "title": TITLES * repeats, "ean": EANS * repeats}
    )
    config = Config(columns={"ean": "identifier:gtin", "title": "text:title"}, **settings)
    catalogue = Catalogue.read(frame, config)
    schema = understand(catalogue, config)
    return catalogue, Records.distinct(catalogue, schema.compared), schema, config


def candidates(repeats: int = 1, **settings: Any) -> set[frozenset[str]]:
    catalogue, records, schema, config = prepare(repeats, **settings)
    found, _ = find_candidates(records, schema, config, StageTimes())
    return {frozenset(pair) for pair in candidate_ids(catalogue.ids, records, found).select(pl.nth(0, 1)).iter_rows()}


def test_the_frame_is_as_agreed() -> None:
    _, records, schema, config = prepare()
    found, report = find_candidates(records, schema, config, StageTimes())
    assert found.schema == {"left": pl.UInt32, "right": pl.UInt32, "similarity": pl.Float32}
    assert (found["left"] < found["right"]).all()
    assert found.select("left", "right").equals(found.select("left", "right").unique().sort("left", "right"))
    assert found["right"].max() < len(records)  # type: ignore[operator]
    assert report.pairs == found.height
    assert [source.name for source in report.sources] == ["neighbours", "ean", "title"]


def test_look_alikes_and_equal_article_numbers_are_candidates() -> None:
    expected = {frozenset(pair) for pair in [("r00", "r01"), ("r01", "r02"), ("r03", "r04"), ("r00", "r05")]}
    assert expected <= candidates(neighbours=1)


def test_every_source_is_accounted_for() -> None:
    _, records, schema, config = prepare(neighbours=1)
    found, report = find_candidates(records, schema, config, StageTimes())
    counts = {source.name: (source.pairs, source.added) for source in report.sources}
    assert counts["ean"][0] == 1
    assert counts["title"][0] == 1
    assert all(added <= pairs for pairs, added in counts.values())
    assert sum(added for _, added in counts.values()) == found.height


@pytest.mark.parametrize("neighbours", [1, 3])
@pytest.mark.parametrize("threads", [1, 2])
def test_threads_do_not_matter(neighbours: int, threads: int) -> None:
    assert candidates(neighbours=neighbours, threads=threads) == candidates(neighbours=neighbours)


def test_more_neighbours_more_candidates() -> None:
    assert candidates(neighbours=1) < candidates(neighbours=7)


def test_identical_rows_are_paired_with_the_row_that_stands_for_them() -> None:
    catalogue, records, schema, config = prepare(repeats=3)
    found, _ = find_candidates(records, schema, config, StageTimes())
    by_id = candidate_ids(catalogue.ids, records, found)
    assert by_id.height == found.height + catalogue.frame.height - len(records)
    pairs = {frozenset(pair): similarity for *pair, similarity in by_id.iter_rows()}
    assert len(pairs) == by_id.height
    assert pairs[frozenset(("r03", "r11"))] == pairs[frozenset(("r03", "r19"))] == 1
    assert frozenset(("r11", "r19")) not in pairs
    place = {name: row for row, name in enumerate(catalogue.ids)}
    rows = [(place[left], place[right]) for left, right in by_id.select(pl.nth(0, 1)).iter_rows()]
    assert rows == sorted(rows)
    assert all(left < right for left, right in rows)


def test_progress_counts_every_record_once() -> None:
    _, records, schema, config = prepare()
    seen = Counting()
    times = StageTimes(seen)
    find_candidates(records, schema, config, times)
    assert seen.done == {"blocking": (len(records), len(records))}
    assert list(times.seconds) == ["blocking"]


def test_candidates_of_two_tables_are_numbered_in_one_and_cross() -> None:
    _, records, schema, config = prepare()
    for lefts in (1, 3, len(records) - 1):
        counting = Counting()
        found, report = find_link_candidates(records, lefts, schema, config, StageTimes(counting))
        assert found.schema == {"left": pl.UInt32, "right": pl.UInt32, "similarity": pl.Float32}
        assert found["left"].max() < lefts <= found["right"].min()  # type: ignore[operator]
        assert found["right"].max() < len(records)  # type: ignore[operator]
        assert (report.left_rows, report.right_rows) == (lefts, len(records) - lefts)
        assert counting.done["blocking"][1] == len(records)
    both, _ = find_candidates(records, schema, config.replace(neighbours=20), StageTimes())
    crossing, _ = find_link_candidates(records, 3, schema, config.replace(neighbours=20), StageTimes())
    expected = both.filter((pl.col("left") < 3) & (pl.col("right") >= 3))
    assert crossing.select("left", "right").equals(expected.select("left", "right"))
