"""The vectorised n-gram counter against a twin that walks through one text at a time."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking import ngrams
from blocking.ngrams import BUCKET_BITS, FEATURES, batches, count_features, fold

MASK = (1 << 64) - 1
POLYNOMIAL, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB

texts = st.lists(st.text(alphabet="aab bc-1- ./é ü東京語タ กขคЖж😀\n", max_size=25), max_size=8)


def is_separator(character: str) -> bool:
    code = ord(character)
    if code < 128:
        return not character.isalnum()
    bounds = ngrams._SEPARATORS.tolist()
    return any(low <= code < high for low, high in zip(bounds[::2], bounds[1::2], strict=True))


def is_unspaced(character: str) -> bool:
    bounds = ngrams._UNSPACED.tolist()
    return any(low <= ord(character) < high for low, high in zip(bounds[::2], bounds[1::2], strict=True))


def bucket(value: int, salt: int) -> int:
    value = (value + salt) * FIRST & MASK
    value = (value ^ value >> 32) * SECOND & MASK
    return value >> (64 - BUCKET_BITS)


def polynomial(codes: list[int]) -> int:
    value = 0
    for code in codes:
        value = (value * POLYNOMIAL + code) & MASK
    return value


def finalise(value: int) -> int:
    value = (value ^ value >> 30) * FIRST & MASK
    value = (value ^ value >> 27) * SECOND & MASK
    return value ^ value >> 31


def words_of(text: str) -> list[str]:
    return "".join(" " if is_separator(character) else character for character in text).split(" ")


def compounds_of(text: str) -> list[str]:
    """Codes (letters and digits) glued where exactly one joining sign stands between the words."""
    glued = ""
    for before, character, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if not is_separator(character):
            glued += character
        elif character in "&'+,-./" and not is_separator(before) and not is_separator(after):
            glued += "\0"
        else:
            glued += " "
    runs = [run.replace("\0", "") for run in glued.split(" ") if "\0" in run]
    return [run for run in runs if set(run) & set("0123456789") and set(run) - set("0123456789")]


def naive(text: str) -> Counter[int]:
    """Features of one text, as block << 18 | bucket."""
    counts: Counter[int] = Counter()
    for word in filter(None, [*words_of(text), *compounds_of(text)]):
        padded = [0, *map(ord, word), 0]
        for size in (3, 4, 5):
            for at in range(len(padded) - size + 1):
                counts[bucket(polynomial(padded[at : at + size]), size)] += 1
        run: list[int] = []
        for character in [*word, "東"]:
            if is_unspaced(character):
                if run:
                    total = sum(finalise(code + (place << 32)) for place, code in enumerate(run)) & MASK
                    counts[(1 << BUCKET_BITS) + bucket(total, 1)] += 1
                run = []
            else:
                run.append(ord(character))
        for left, right in itertools.pairwise(word):
            if is_unspaced(left) and is_unspaced(right):
                counts[(1 << BUCKET_BITS) + bucket(polynomial([ord(left), ord(right)]), 2)] += 1
    return counts


def counted(values: list[str]) -> list[Counter[int]]:
    features, counts = count_features(pl.Series(values, dtype=pl.String))
    assert (np.diff(features.astype(np.int64)) > 0).all()
    rows: list[Counter[int]] = [Counter() for _ in values]
    for feature, count in zip(features.tolist(), counts.tolist(), strict=True):
        rows[feature // FEATURES][feature % FEATURES] += count
    return rows


@settings(deadline=None)
@given(texts)
def test_counts_equal_those_of_the_naive_twin(values: list[str]) -> None:
    folded = fold(pl.Series(values, dtype=pl.String)).to_list()
    assert counted(values) == [naive(text) for text in folded]


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_text_is_counted_alone_as_in_company(values: list[str]) -> None:
    assert counted(values) == [counted([value])[0] for value in values]


def test_a_word_gives_its_padded_grams_and_itself() -> None:
    (counts,) = counted(["Abc"])
    assert sum(counts[feature] for feature in counts if feature < 1 << BUCKET_BITS) == 3 + 2 + 1
    assert sum(counts[feature] for feature in counts if feature >= 1 << BUCKET_BITS) == 1


def test_grams_do_not_cross_words_or_rows() -> None:
    apart, joined, rows = counted(["ab cd"])[0], counted(["abcd"])[0], counted(["ab", "cd"])
    assert apart != joined
    assert apart == rows[0] + rows[1]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Café CRÈME", "cafe creme"),
        ("ＡＢＣ １２", "abc 12"),
        ("ŽLUŤOUČKÝ", "zlutoucky"),
        ("Ёлка", "елка"),
        ("½ µm", "1⁄2 μm"),
        ("한국어", "한국어"),
        ("がぎ", "がぎ"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_fold_strips_case_width_and_accents_but_keeps_scripts(text: str, same: str) -> None:
    assert fold(pl.Series([text])).to_list() == [same]


def test_fold_reads_null_as_empty() -> None:
    assert fold(pl.Series(["A", None])).to_list() == ["a", ""]


@pytest.mark.parametrize("mark", ["“", "–", "…", "®", "×", "、", "「", "•", "\u3000"])
def test_signs_separate_words(mark: str) -> None:
    assert counted([f"ab{mark}cd"]) == counted(["ab cd"])


def test_a_code_is_the_same_with_and_without_signs() -> None:
    plain, signed = counted(["kxtg9342t"])[0], counted(["kx-tg.9342t"])[0]
    assert set(plain) <= set(signed)
    assert not set(plain) <= set(counted(["kx -tg 9342t"])[0])


def test_words_of_unspaced_scripts_share_features() -> None:
    longer, shorter = counted(["東京都庁"])[0], counted(["東京都"])[0]
    words = {feature for feature in shorter if feature >= 1 << BUCKET_BITS}
    assert words
    assert words <= set(longer)


def test_batches_cover_all_rows_once_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ngrams, "BATCH_ROWS", 3)
    monkeypatch.setattr(ngrams, "BATCH_CHARACTERS", 10)
    values = ["a" * length for length in (1, 2, 3, 4, 50, 0, 0, 0, 0, 9, 1, 1)]
    parts = list(batches(pl.Series(values)))
    assert [text for _, part in parts for text in part.to_list()] == values
    assert [start for start, _ in parts] == list(np.cumsum([0] + [len(part) for _, part in parts])[:-1])
    assert all(len(part) <= 3 for _, part in parts)
    assert all(len(part) == 1 or part.str.len_chars().sum() <= 10 for _, part in parts)


def test_no_texts_no_features() -> None:
    features, counts = count_features(pl.Series([], dtype=pl.String))
    assert len(features) == len(counts) == 0
    assert counted(["", " - ", "!"]) == [Counter()] * 3
