"""The hashed encoder against tf-idf written out, and the promise that a text's vector depends on nothing else."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from blocking.encoders import HashedEncoder, occurrences, unit_rows
from blocking.errors import BlockingError
from blocking.ngrams import BUCKETS, FEATURES, count_features

TITLES = [
    "Canon EOS 5D Mark II camera body",
    "canon eos-5d mk2 body",
    "red cotton shirt",
    "red cotton shirt red",
    "東京都庁 本館",
    "Crème brûlée 250 ml",
    "",
    "!!",
]

# HashedEncoder.fit(["canon eos 5d", "red shirt"], dims=8, seed=0) of "Canon EOS-5D body".
PINNED = [0.1895458, 0.2327331, -0.1812437, -0.7032829, -0.355844, -0.2024567, 0.132908, 0.444042]


def features_of(text: str) -> dict[int, int]:
    features, counts = count_features(pl.Series([text]))
    return dict(zip(features.tolist(), counts.tolist(), strict=True))


def tfidf(texts: list[str]) -> list[dict[int, float]]:
    """Both blocks at unit length, the whole at unit length."""
    found = [features_of(text) for text in texts]
    df: dict[int, int] = {}
    for features in found:
        for feature in features:
            df[feature] = df.get(feature, 0) + 1
    vectors = []
    for features in found:
        weights = {
            feature: (1 + math.log(count)) * (math.log((1 + len(texts)) / (1 + df[feature])) + 1)
            for feature, count in features.items()
        }
        lengths = [
            math.sqrt(sum(weight**2 for feature, weight in weights.items() if feature // BUCKETS == block))
            for block in (0, 1)
        ]
        weights = {feature: weight / lengths[feature // BUCKETS] for feature, weight in weights.items()}
        length = math.sqrt(sum(weight**2 for weight in weights.values()))
        vectors.append({feature: weight / length for feature, weight in weights.items()})
    return vectors


def bits(vectors: NDArray[np.float32]) -> list[bytes]:
    return [row.tobytes() for row in vectors]


def test_vectors_are_the_projected_tfidf() -> None:
    encoder = HashedEncoder.fit(pl.Series(TITLES), dims=64, seed=3)
    columns, signs = encoder._projection >> 1, 1.0 - 2.0 * (encoder._projection & 1)
    projection = np.zeros((FEATURES, 64))
    np.add.at(projection, (np.arange(FEATURES)[:, None], columns), signs)
    for text, weights, vector in zip(TITLES, tfidf(TITLES), encoder.encode(pl.Series(TITLES)), strict=True):
        wanted = sum((weight * projection[feature] for feature, weight in weights.items()), np.zeros(64))
        length = np.linalg.norm(wanted)
        assert vector == pytest.approx(wanted / length if length else wanted, abs=1e-5), text


def test_inner_products_are_close_to_the_cosine_of_the_tfidf() -> None:
    vectors = HashedEncoder.fit(pl.Series(TITLES), dims=8192).encode(pl.Series(TITLES))
    exact = tfidf(TITLES)
    for left, weights in enumerate(exact):
        for right, others in enumerate(exact):
            cosine = sum(weight * others.get(feature, 0.0) for feature, weight in weights.items())
            assert vectors[left] @ vectors[right] == pytest.approx(cosine, abs=0.06)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=12))
def test_the_same_text_has_the_same_bits_in_any_company(texts: list[str]) -> None:
    encoder = HashedEncoder.fit(pl.Series(TITLES), dims=32)
    alone = [encoder.encode(pl.Series([text])) for text in texts]
    order = np.random.default_rng(len(texts)).permutation(len(texts))
    together = encoder.encode(pl.Series([texts[at] for at in order], dtype=pl.String))
    assert bits(together) == [bits(alone[at])[0] for at in order]


def test_the_same_bits_across_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pl.Series([f"item {number} of {number % 7}" for number in range(200)])
    whole = HashedEncoder.fit(texts, dims=32)
    monkeypatch.setattr("blocking.ngrams.BATCH_ROWS", 7)
    monkeypatch.setattr("blocking.ngrams.BATCH_CHARACTERS", 50)
    parts = HashedEncoder.fit(texts, dims=32)
    assert parts.idf.tobytes() == whole.idf.tobytes()
    assert bits(parts.encode(texts)) == bits(whole.encode(texts))


def test_rows_have_unit_length_or_are_zero_without_words() -> None:
    vectors = HashedEncoder.fit(pl.Series(TITLES)).encode(pl.Series([*TITLES, None]))
    assert vectors.shape == (len(TITLES) + 1, 512)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths == pytest.approx([1, 1, 1, 1, 1, 1, 0, 0, 0], abs=1e-6)


def test_the_projection_is_sparse_balanced_and_depends_on_the_seed_alone() -> None:
    first, again, other = (HashedEncoder.fit(pl.Series(["a"]), dims=100, seed=seed) for seed in (1, 1, 2))
    cells = first._projection
    assert cells.shape == (FEATURES, 4)
    assert abs((cells & 1).mean() - 0.5) < 0.01
    columns = np.bincount((cells >> 1).ravel(), minlength=100)
    assert len(columns) == 100
    assert columns.min() > 0.95 * columns.mean()
    assert (cells == again._projection).all()
    assert (cells >> 1 != other._projection >> 1).mean() > 0.9


def test_vectors_do_not_change_between_releases() -> None:
    encoder = HashedEncoder.fit(pl.Series(["canon eos 5d", "red shirt"]), dims=8, seed=0)
    vector = encoder.encode(pl.Series(["Canon EOS-5D body"]))[0]
    assert vector == pytest.approx(PINNED, abs=1e-6)


def test_occurrences_of_parts_add_up() -> None:
    texts = pl.Series(TITLES)
    assert (occurrences(texts) == occurrences(texts[:3]) + occurrences(texts[3:])).all()
    assert occurrences(pl.Series(["a a a", "a"])).max() == 2


def test_an_unseen_word_counts_as_the_rarest() -> None:
    encoder = HashedEncoder.fit(pl.Series(["common"] * 9))
    assert encoder.idf.max() == pytest.approx(math.log(10) + 1)
    assert encoder.idf.min() == pytest.approx(1.0)


@pytest.mark.parametrize("dims", [0, -3])
def test_a_vector_needs_a_dimension(dims: int) -> None:
    with pytest.raises(BlockingError, match=str(dims)):
        HashedEncoder.fit(pl.Series(["a"]), dims=dims)


def test_no_texts_no_vectors() -> None:
    encoder = HashedEncoder.fit(pl.Series([], dtype=pl.String), dims=16)
    assert encoder.encode(pl.Series([], dtype=pl.String)).shape == (0, 16)
    assert np.isfinite(encoder.encode(pl.Series(["new"]))).all()


def test_unit_rows_leaves_zeros() -> None:
    vectors = np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32)
    np.testing.assert_allclose(unit_rows(vectors), [[0.6, 0.8], [0.0, 0.0]], rtol=1e-6)
