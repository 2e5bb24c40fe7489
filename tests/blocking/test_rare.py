"""Rows that share rare features, against a naive twin; when they are taken, and when not."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial

import numpy as np
import polars as pl
import pytest

from blocking import candidates, graph, hubs, index, rare
from blocking.fields import RecordEncoder, view_texts
from blocking.index import nearest
from blocking.ngrams import FEATURES, count_features
from blocking.rare import Rare, rare_features
from blocking.search import Floats, Ids, Sample, Task
from blocking.strangers import _first_distinct
from blocking.text import compose
from blocking.texts import Texts

FIRST = ["anna", "bela", "carl", "dora", "emil", "fritz", "greta", "hanna"]
ROWS = 400


def persons(rows: int = ROWS, seed: int = 0) -> pl.DataFrame:
    """Persons of whom the second half are the first again, with a letter of their number wrong."""
    generator = np.random.default_rng(seed)
    half = rows // 2
    names = [FIRST[number] for number in generator.integers(0, len(FIRST), half)]
    numbers = [f"{number:08d}" for number in generator.integers(0, 10**8, half)]
    towns = [f"town{number}" for number in generator.integers(0, 20, half)]
    wrong = [f"{number[:2]}x{number[3:]}" for number in numbers]
    return pl.DataFrame({"name": names * 2, "phone": numbers + wrong, "town": towns * 2})


def read(frame: pl.DataFrame) -> tuple[RecordEncoder, Texts]:
    texts, weights = view_texts(frame, None, frame.columns)
    return RecordEncoder.of_texts(texts, weights, dims=512), texts


def naive_features(frame: pl.DataFrame) -> list[list[int]]:
    """Feature numbers of each row, the rarest first, within the bounds."""
    found: list[list[int]] = []
    features, _ = count_features(compose(frame, frame.columns))
    row, column = np.divmod(features.astype(np.int64), FEATURES)
    frequency = Counter(column.tolist())
    of_row = defaultdict(list)
    for one, other in zip(row.tolist(), column.tolist(), strict=True):
        of_row[one].append(other)
    for one in range(frame.height):
        kept, met = [], 0
        for feature in sorted(of_row[one], key=lambda feature: (frequency[feature], feature)):
            met += frequency[feature]
            if frequency[feature] <= rare.MOST and met <= rare.MET:
                kept.append(feature)
        found.append(kept)
    return found


@pytest.mark.parametrize(("most", "met"), [(1000, 2000), (30, 100), (2, 9)])
def test_the_rarest_features_are_kept(monkeypatch: pytest.MonkeyPatch, most: int, met: int) -> None:
    monkeypatch.setattr(rare, "MOST", most)
    monkeypatch.setattr(rare, "MET", met)
    frame = persons()
    model, texts = read(frame)
    encoder = model.views[0].lexical
    weights = rare_features(texts, encoder)
    expected = naive_features(frame)
    # Columns are numbered by rarity, so compare how rare they are.
    for row in range(frame.height):
        mine = np.sort(weights.data[weights.indptr[row] : weights.indptr[row + 1]])
        np.testing.assert_array_equal(mine, np.sort(encoder.idf[expected[row]]))


@pytest.mark.parametrize("two_tables", [False, True])
def test_the_nearest_of_those_that_share_most(monkeypatch: pytest.MonkeyPatch, two_tables: bool) -> None:
    monkeypatch.setattr(rare, "DEPTH", 6)
    monkeypatch.setattr(rare, "PART", 37)
    frame = persons()
    model, texts = read(frame)
    vectors, weights = model.encode_texts(texts), rare_features(texts, model.views[0].lexical)
    rows, asking = (slice(100, None), slice(0, 100)) if two_tables else (slice(None), slice(None))
    task = Task.of(vectors[rows], vectors[asking] if two_tables else None, 3)
    similarities, ids = Rare.among(weights[rows], weights[asking]).search(task, slice(None))
    shared = (weights[asking] @ weights[rows].T).toarray()
    for query in range(len(task.queries)):
        score = np.floor(np.minimum(shared[query] * rare._STEPS, rare._SCORES))
        met = sorted(np.flatnonzero(shared[query] > 0).tolist(), key=lambda row: (-score[row], row))
        near = [row for row in met[: Rare.depth(task)] if two_tables or row != query]
        products = {row: float(task.queries[query] @ task.vectors[row]) for row in near}
        best = sorted(near, key=lambda row: -products[row])[:3]
        assert [row for row in ids[query].tolist() if row >= 0] == pytest.approx(best) or sorted(
            (products[row] for row in ids[query].tolist()), reverse=True
        ) == pytest.approx([products[row] for row in best], abs=1e-6)
        assert similarities[query][: len(best)] == pytest.approx([products[row] for row in best], abs=1e-6)


def searched(frame: pl.DataFrame, threads: int = 0) -> tuple[Floats, Ids, index.IndexReport]:
    model, texts = read(frame)
    vectors, weights = model.encode_texts(texts), rare_features(texts, model.views[0].lexical)
    return nearest(vectors, 3, exact_limit=10, threads=threads, rare=lambda: Rare.among(weights, weights))


def test_rows_without_clusters_are_sought_by_rare_features(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "UNLIKELY", 2.0)
    _, ids, report = searched(persons())
    assert report.kind == "rare features"
    assert report.outstanding >= index.TARGET_RECALL
    assert report.recall < 1
    partner = (np.arange(ROWS) + ROWS // 2) % ROWS
    assert (ids[:, 0] == partner).mean() > 0.95


def test_without_a_shared_feature_all_rows_are_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "UNLIKELY", 2.0)
    monkeypatch.setattr(rare, "MOST", 1)
    monkeypatch.setattr(graph, "STEPS", ((1.0, 1),))
    assert searched(persons())[2].kind != "rare features"


def test_threads_and_parts_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "UNLIKELY", 2.0)
    found = []
    for threads, part, batch in ((1, 1024, 8192), (2, 50, 100), (3, 7, 333)):
        monkeypatch.setattr(rare, "PART", part)
        monkeypatch.setattr(index, "QUERY_BATCH", batch)
        found.append(searched(persons(), threads))
    for similarities, ids, _ in found[1:]:
        assert similarities.tobytes() == found[0][0].tobytes()
        assert ids.tobytes() == found[0][1].tobytes()


def test_candidates_of_tables_without_clusters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "UNLIKELY", 2.0)
    for module in (candidates, hubs):
        monkeypatch.setattr(module, "nearest", partial(nearest, exact_limit=10))
    frame, half = persons(), ROWS // 2
    _, report = candidates.make_candidates(frame, None, frame.columns, {}, neighbours=3)
    assert [one.kind for one in report.indexes] == ["rare features"]
    pairs, report = candidates.make_link_candidates(frame[:half], frame[half:], None, frame.columns, {}, neighbours=3)
    assert [one.kind for one in report.indexes] == ["rare features"] * 2
    assert (pairs["left"] == pairs["right"]).sum() > 0.95 * half


def test_neighbours_that_stand_out_weigh_more() -> None:
    true = np.array([[0.9, 0.3, 0.2], [0.25, 0.2, 0.2]], dtype=np.float32)
    task = Task.of(np.eye(3, dtype=np.float32), None, 3)
    sample = Sample(np.arange(2), task, true, np.zeros((2, 3), dtype=np.int64))
    missing = np.float32(-np.inf)
    weights = ((true - 0.2) / 0.8) ** 3
    assert sample.recall_of_outstanding(true) == pytest.approx(1)
    for found in ([[0.9, 0.1, missing], [missing] * 3], [[0.3, 0.2, 0.1], [0.25, 0.2, 0.2]]):
        gained = np.maximum((np.array(found) - 0.2) / 0.8, 0) ** 3
        assert sample.recall_of_outstanding(np.array(found, dtype=np.float32)) == pytest.approx(
            gained.sum() / weights.sum(), abs=1e-6
        )
    equal = Sample(np.arange(1), task, true[1:, 1:], np.zeros((1, 2), dtype=np.int64))
    assert equal.recall_of_outstanding(np.full((1, 2), missing)) == 1


def test_the_first_distinct_ids_are_kept() -> None:
    ids = np.array([[3, 3, -1, 2, 5, 2, 1], [-1, -1, 4, 4, -1, -1, -1]])
    assert _first_distinct(ids, 3).tolist() == [[3, 2, 5], [4, -1, -1]]


def test_some_neighbours_are_merely_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "UNLIKELY", 2.0)
    frame = persons()
    model, texts = read(frame)
    vectors, weights = model.encode_texts(texts), rare_features(texts, model.views[0].lexical)
    task = Task.of(vectors, None, 10)
    alone = Rare.among(weights, weights).search(task, slice(None))[1]
    _, ids, report = nearest(vectors, 10, exact_limit=10, rare=lambda: Rare.among(weights, weights))
    assert report.kind == "rare features"
    kept = (ids[:, :, None] == alone[:, None, :7]).any(axis=2).sum(axis=1)
    assert (kept >= (alone[:, :7] >= 0).sum(axis=1)).all()
    assert (np.sort(ids, axis=1)[:, 1:] > np.sort(ids, axis=1)[:, :-1]).all()
    others = (ids[:, :, None] != alone[:, None, :7]).all(axis=2) & (ids >= 0)
    assert others.sum(axis=1).max() == 3
