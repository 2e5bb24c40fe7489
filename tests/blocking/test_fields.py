"""Views of a record and their sum."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from blocking import fields, ngrams
from blocking.encoders import HashedEncoder
from blocking.errors import BlockingError
from blocking.fields import RecordEncoder, embed, embedded_views
from blocking.text import compose

FRAME = pl.DataFrame(
    {
        "about": [f"a long description of item {number} " * 5 for number in range(30)],
        "name": [f"lamp model {number * 37 % 101}" for number in range(30)],
        "maker": ["acme", "zenith", None] * 10,
        "price": [number * 1.5 for number in range(30)],
    }
)
COLUMNS = ["about", "name", "maker", "price"]


def columns_of(frame: pl.DataFrame, title: str | None, columns: list[str]) -> list[tuple[list[str], float]]:
    return embedded_views(frame, title, columns)


def test_views_are_all_columns_the_short_ones_and_the_title() -> None:
    assert columns_of(FRAME, "name", COLUMNS) == [
        (["name", "about", "maker", "price"], 1.0),
        (["name", "maker", "price"], 1.0),
        (["name"], 0.5),
    ]


def test_equal_views_are_not_repeated() -> None:
    assert columns_of(FRAME, "name", ["name"]) == [(["name"], 1.0)]
    assert columns_of(FRAME, "name", ["maker"]) == [(["name", "maker"], 1.0), (["name"], 0.5)]
    assert columns_of(FRAME, "name", ["about"]) == [(["name", "about"], 1.0), (["name"], 1.0)]
    assert columns_of(FRAME, None, ["maker", "price"]) == [(["maker", "price"], 1.0)]


@pytest.mark.parametrize(
    "title",
    [
        pl.Series([None] * 16 + [f"t{number}" for number in range(14)]),
        pl.Series(["same"] * 28 + ["other"] * 2),
        pl.Series([""] * 30),
    ],
)
def test_a_title_that_says_little_gets_no_view(title: pl.Series) -> None:
    frame = FRAME.with_columns(title.alias("title"))
    assert all(columns != ["title"] for columns, _ in columns_of(frame, "title", ["maker", "price"]))


def test_vectors_are_the_weighted_sum_of_the_views() -> None:
    total = np.zeros((30, 64))
    for columns, weight in embedded_views(FRAME, "name", COLUMNS):
        texts = compose(FRAME, columns)
        total += weight * HashedEncoder.fit(texts, dims=64, seed=5).encode(texts).astype(np.float64)
    total /= np.linalg.norm(total, axis=1, keepdims=True)
    np.testing.assert_allclose(embed(FRAME, "name", COLUMNS, dims=64, seed=5), total, atol=1e-6)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_slices_and_threads_do_not_change_a_bit(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    whole = embed(FRAME, "name", COLUMNS, dims=64)
    monkeypatch.setattr(ngrams, "BATCH_ROWS", 7)
    assert embed(FRAME, "name", COLUMNS, dims=64, threads=threads).tobytes() == whole.tobytes()


def test_order_of_rows_does_not_change_a_bit() -> None:
    order = np.random.default_rng(0).permutation(30)
    shuffled = embed(FRAME[order], "name", COLUMNS, dims=64)
    assert shuffled.tobytes() == embed(FRAME, "name", COLUMNS, dims=64)[order].tobytes()


def test_a_fitted_encoder_reads_new_records_alike() -> None:
    encoder = RecordEncoder.fit(FRAME, "name", COLUMNS, dims=64)
    assert encoder.encode(FRAME[4:6]).tobytes() == encoder.encode(FRAME)[4:6].tobytes()


def test_dims_follow_the_size_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    assert RecordEncoder.fit(FRAME, "name", ["name"]).dims == 512
    monkeypatch.setattr(fields, "LARGE_TABLE", 29)
    assert RecordEncoder.fit(FRAME, "name", ["name"]).dims == 256


def test_of_a_large_table_an_even_share_is_read_for_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = [RecordEncoder.fit(FRAME.gather_every(every), "name", COLUMNS) for every in (1, 3)]
    monkeypatch.setattr(fields, "FITTED_ROWS", 10)
    fitted = RecordEncoder.fit(FRAME, "name", COLUMNS)
    for view, whole, third in zip(fitted.views, *(share.views for share in shares), strict=True):
        assert view.lexical.idf.tobytes() == third.lexical.idf.tobytes() != whole.lexical.idf.tobytes()


def test_missing_records_are_zero_and_empty_tables_work() -> None:
    frame = pl.DataFrame({"a": ["x", None, " "], "b": [None, None, None]})
    assert np.linalg.norm(embed(frame, "a", ["a", "b"]), axis=1) == pytest.approx([1, 0, 0])
    assert embed(frame.clear(), "a", ["a", "b"]).shape == (0, 512)


def test_progress_counts_up_to_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ngrams, "BATCH_ROWS", 8)
    seen: list[tuple[int, int]] = []
    RecordEncoder.fit(FRAME, "name", ["name"], dims=16).encode(
        FRAME, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(8, 30), (16, 30), (24, 30), (30, 30)]


@pytest.mark.parametrize("encoder", ["", "bert", "sentence-transformers", "sentence-transformers:"])
def test_an_unknown_encoder_is_named(encoder: str) -> None:
    with pytest.raises(BlockingError, match="There is no encoder"):
        embed(FRAME, "name", ["name"], encoder=encoder)


def test_without_columns_there_is_nothing_to_embed() -> None:
    with pytest.raises(BlockingError, match="no column"):
        embed(FRAME, None, [])
