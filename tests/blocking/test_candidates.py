"""Candidate pairs put together: against sets of pairs, in any order, with any keys."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from blocking import embed, make_candidates, make_link_candidates, nearest
from blocking.candidates import CandidateReport

Pair = tuple[int, int]


def catalogue(rows: int, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    words = np.array(["red", "blue", "lamp", "chair", "desk", "oak", "steel", "small", "large", "round"])
    titles = [" ".join(random.choice(words, 4)) + f" {random.integers(1000)}" for _ in range(rows)]
    return pl.DataFrame({"title": titles, "price": random.integers(1, 99, rows)})


def pairs_of(candidates: pl.DataFrame) -> set[Pair]:
    found = candidates.select("left", "right").rows()
    assert found == sorted(set(found))
    return set(found)


def test_candidates_are_the_union_of_both_directions() -> None:
    frame = catalogue(60)
    candidates, report = make_candidates(frame, "title", ["title", "price"], {}, neighbours=3)
    vectors = embed(frame, "title", ["title", "price"])
    _, ids, _ = nearest(vectors, 3)
    wanted = {(min(row, other), max(row, other)) for row, line in enumerate(ids.tolist()) for other in line}
    assert candidates.schema == {"left": pl.UInt32, "right": pl.UInt32, "similarity": pl.Float32}
    assert pairs_of(candidates) == wanted
    left, right = candidates["left"].to_numpy(), candidates["right"].to_numpy()
    cosines = np.einsum("ij,ij->i", vectors[left], vectors[right])
    assert candidates["similarity"].to_numpy() == pytest.approx(cosines, abs=1e-6)
    assert (report.left_rows, report.right_rows, report.pairs) == (60, None, len(wanted))
    assert report.reduction_ratio == pytest.approx(1 - len(wanted) / (60 * 59 / 2))
    assert report.views == (("title", "price"), ("title",))


def test_keys_add_what_neighbours_miss_and_everything_is_counted() -> None:
    frame = catalogue(80)
    keys = {
        "code": pl.Series([str(row % 40) for row in range(80)]),
        "again": pl.Series([str(row % 40) if row < 41 or row > 70 else None for row in range(80)]),
    }
    near, _ = make_candidates(frame, "title", ["title"], {}, neighbours=2)
    candidates, report = make_candidates(frame, "title", ["title"], keys, neighbours=2)
    by_code = {(row, row + 40) for row in range(40)}
    assert pairs_of(candidates) == pairs_of(near) | by_code
    counts = {source.name: (source.pairs, source.added) for source in report.sources}
    assert counts["neighbours"] == (len(near), len(near))
    assert counts["code"] == (40, len(by_code - pairs_of(near)))
    assert counts["again"] == (10, 0)
    assert sum(source.added for source in report.sources) == report.pairs == len(candidates)
    assert candidates["similarity"].is_not_nan().all()


def test_large_blocks_are_capped_and_reported() -> None:
    frame = catalogue(200)
    _, report = make_candidates(frame, "title", ["title"], {"same": pl.Series(["x"] * 200)}, neighbours=1)
    assert report.sources[1].capped == 1
    assert report.sources[1].pairs == 1000


def test_order_of_rows_does_not_matter() -> None:
    frame = catalogue(90)
    keys = pl.Series([str(row % 30) for row in range(90)])
    order = np.random.default_rng(3).permutation(90)
    plain, _ = make_candidates(frame, "title", ["title", "price"], {"key": keys}, neighbours=4)
    mixed, _ = make_candidates(frame[order], "title", ["title", "price"], {"key": keys[order]}, neighbours=4)
    restored = mixed.select(
        left=pl.min_horizontal(pl.lit(order).gather("left"), pl.lit(order).gather("right")).cast(pl.UInt32),
        right=pl.max_horizontal(pl.lit(order).gather("left"), pl.lit(order).gather("right")).cast(pl.UInt32),
        similarity="similarity",
    )
    assert restored.sort("left", "right").equals(plain)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_do_not_matter(threads: int) -> None:
    frame = catalogue(50)
    plain, _ = make_candidates(frame, "title", ["title"], {})
    again, _ = make_candidates(frame, "title", ["title"], {}, threads=threads)
    assert again.equals(plain)


def test_records_without_text_have_no_neighbours_but_keys() -> None:
    frame = pl.DataFrame({"title": ["red lamp", None, "red lamp 2", None, " "]})
    keys = pl.Series([None, "k", "k", None, None], dtype=pl.String)
    candidates, _ = make_candidates(frame, "title", ["title"], {"key": keys})
    assert pairs_of(candidates) == {(0, 2), (1, 2)}
    assert candidates["similarity"].to_list()[1] == 0.0


@pytest.mark.parametrize("rows", [0, 1])
def test_a_table_without_pairs(rows: int) -> None:
    candidates, report = make_candidates(catalogue(2)[:rows], "title", ["title"], {})
    assert candidates.schema == {"left": pl.UInt32, "right": pl.UInt32, "similarity": pl.Float32}
    assert len(candidates) == report.pairs == 0
    assert np.isnan(report.reduction_ratio)


def test_no_neighbours_leaves_the_keys() -> None:
    keys = pl.Series(["a", "b", "a"])
    candidates, report = make_candidates(catalogue(3), "title", ["title"], {"key": keys}, neighbours=0)
    assert pairs_of(candidates) == {(0, 2)}
    assert report.sources[0].pairs == 0


def test_progress_names_the_stages() -> None:
    seen: list[tuple[str, int, int]] = []
    make_candidates(catalogue(30), "title", ["title"], {}, progress=lambda *step: seen.append(step))
    assert seen == [("fit", 30, 30), ("encode", 30, 30), ("search", 30, 30)]


def linked(neighbours: int) -> tuple[pl.DataFrame, CandidateReport]:
    left, right = catalogue(40, seed=1), catalogue(25, seed=2)
    keys = {"code": (pl.Series([str(row) for row in range(40)]), pl.Series([str(39 - row) for row in range(25)]))}
    return make_link_candidates(left, right, "title", ["title", "price"], keys, neighbours=neighbours)


def test_two_tables_have_row_numbers_of_their_own() -> None:
    candidates, report = linked(3)
    pairs = pairs_of(candidates)
    assert {(39 - row, row) for row in range(25)} <= pairs
    assert all(left < 40 and right < 25 for left, right in pairs)
    assert {left for left, _ in pairs} == set(range(40))
    assert {right for _, right in pairs} == set(range(25))
    assert (report.left_rows, report.right_rows) == (40, 25)
    assert report.reduction_ratio == pytest.approx(1 - len(pairs) / 1000)
    assert [(index.queries, index.rows) for index in report.indexes] == [(40, 25), (25, 40)]
    both = pl.concat([catalogue(40, seed=1), catalogue(25, seed=2)])
    vectors = embed(both, "title", ["title", "price"])
    left, right = candidates["left"].to_numpy(), candidates["right"].to_numpy()
    cosines = np.einsum("ij,ij->i", vectors[left], vectors[40 + right])
    assert candidates["similarity"].to_numpy() == pytest.approx(cosines, abs=1e-6)


def test_two_tables_without_neighbours_leave_the_keys() -> None:
    candidates, _ = linked(0)
    assert pairs_of(candidates) == {(39 - row, row) for row in range(25)}


def test_two_tables_swap() -> None:
    left, right = catalogue(30, seed=4), catalogue(30, seed=5)
    there, _ = make_link_candidates(left, right, "title", ["title"], {}, neighbours=2)
    back, _ = make_link_candidates(right, left, "title", ["title"], {}, neighbours=2)
    assert {(right_, left_) for left_, right_ in pairs_of(back)} == pairs_of(there)
