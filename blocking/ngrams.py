"""Text to hashed n-gram and word counts, for a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

BUCKET_BITS = 18
BUCKETS = 1 << BUCKET_BITS
BLOCKS = 2  # character n-grams, then words
FEATURES = BLOCKS * BUCKETS

# A feature of a row is packed as row << 19 | block << 18 | bucket into 32 bits, so that one sort of small
# integers counts every feature of a batch.
BATCH_ROWS = 1 << 12
BATCH_CHARACTERS = 1 << 19

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_MIX_SECOND = np.uint64(0x94D049BB133111EB)

# Non-ASCII characters that separate words, as half-open ranges: Latin-1 signs, general punctuation,
# currency, letterlike to geometric symbols, CJK punctuation.
_SEPARATORS = np.array(
    [
        *(0x80, 0xAA, 0xAB, 0xB2, 0xB4, 0xB5, 0xB6, 0xB9, 0xBB, 0xBC, 0xBF, 0xC0, 0xD7, 0xD8, 0xF7, 0xF8),
        *(0x2000, 0x2070, 0x20A0, 0x20D0, 0x2100, 0x2150, 0x2190, 0x2600, 0x27C0, 0x2C00),
        *(0x2E00, 0x2E80, 0x3000, 0x3004, 0x3008, 0x3020, 0x30FB, 0x30FC, 0xFE10, 0xFE70, 0xFFFD, 0xFFFE),
    ],
    dtype=np.uint32,
)
# Scripts written without spaces (Thai, Lao, Myanmar, Khmer, kana, Han): pairs of characters count as words.
_UNSPACED = np.array(
    [0x0E00, 0x0F00, 0x1000, 0x10A0, 0x1780, 0x1800, 0x2E80, 0xA000, 0xF900, 0xFB00, 0x20000, 0x40000],
    dtype=np.uint32,
)
_ASCII_JOINT = np.array([chr(code) in "&'+,-./" for code in range(128)] + [False])
_ASCII_WORD = np.array([chr(code).isalnum() for code in range(128)] + [True])


def mix64(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit integers: equal in, equal out, any bit depends on all (the finaliser of splitmix64)."""
    mixed = (values ^ (values >> np.uint64(30))) * _MIX_FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_SECOND
    return mixed ^ (mixed >> np.uint64(31))


def fold(texts: pl.Series) -> pl.Series:
    """Lower-case texts and strip the accents of Latin, Greek and Cyrillic letters; null becomes ``""``."""
    texts = texts.cast(pl.String).fill_null("")
    foreign = texts.str.len_bytes() != texts.str.len_chars()
    if foreign.any():
        plain = pl.col("text").str.normalize("NFKD").str.replace_all("[\u0300-\u036f]", "").str.normalize("NFC")
        texts = (
            pl.DataFrame({"text": texts, "foreign": foreign})
            .select(pl.when("foreign").then(plain).otherwise("text").alias("text"))
            .to_series()
        )
    return texts.str.to_lowercase()


def batches(texts: pl.Series) -> Iterator[tuple[int, pl.Series]]:
    """Cut texts into runs of bounded rows and characters; yield each with its first row's number."""
    for part in parts(texts.str.len_chars().fill_null(0).to_numpy().astype(np.int64)):
        yield part.start, texts[part]


def parts(lengths: NDArray[np.int64]) -> Iterator[slice]:
    """Cut rows of so many characters each into runs of bounded rows and characters."""
    ends = lengths.cumsum()
    start = 0
    while start < len(ends):
        before = ends[start - 1] if start else 0
        fitting = int(np.searchsorted(ends, before + BATCH_CHARACTERS, side="right"))
        stop = min(len(ends), start + BATCH_ROWS, max(fitting, start + 1))
        yield slice(start, stop)
        start = stop


def count_features(texts: pl.Series) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Count the hashed features of at most ``BATCH_ROWS`` texts.

    Returns
    -------
    features
        Packed ``row << 19 | block << 18 | bucket``, sorted, each once.
    counts
        How often each occurs in its row, at least 1.
    """
    return counted(read_features(texts))


def counted(packed: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Packed features, sorted and each once, and how often each occurs."""
    packed = np.sort(packed)
    first = np.flatnonzero(np.diff(packed, prepend=packed[:1] - np.uint32(1)))
    return packed[first], np.diff(first, append=len(packed))


def read_features(texts: pl.Series) -> NDArray[np.uint32]:
    """The packed features of at most ``BATCH_ROWS`` texts, as often as they occur, in no order.

    Those of texts that are joined by blanks are those of all of them: no feature reaches over a blank.
    """
    written, rows = _characters(fold(texts))
    codes = np.where(_in_word(written), written, 0)
    compounds, compound_rows = _compounds(written, codes, rows)
    return np.concatenate(
        [
            rows[:0],
            *_character_grams(codes, rows),
            *_words(codes, rows),
            *_character_grams(compounds, compound_rows),
            *_words(compounds, compound_rows),
        ]
    )


def _characters(texts: pl.Series) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """All characters as code points, a line end before the first row and after each, and the row of each."""
    joined = "".join(["\n", *(text + "\n" for text in texts.to_list())])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = texts.str.len_chars().to_numpy().astype(np.int64) + 1
    rows = np.repeat(np.arange(len(texts), dtype=np.uint32), lengths)
    return codes, np.concatenate([np.zeros(1, dtype=np.uint32), rows])


def _compounds(
    written: NDArray[np.uint32], codes: NDArray[np.uint32], rows: NDArray[np.uint32]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Codes joined by a single sign, as one word each, so that ``kx-tg9342t`` meets ``kxtg9342t``.

    A code has both digits and letters; prices, dates and plain words are left as they are.
    """
    inside = codes != 0
    joints = np.zeros(len(codes), dtype=np.bool_)
    joints[1:-1] = (_ASCII_JOINT[np.minimum(written, 128)])[1:-1] & inside[:-2] & inside[2:]
    if not joints.any():
        return codes[:0], rows[:0]
    extended = inside | joints
    runs = np.cumsum(extended & ~np.concatenate([[False], extended[:-1]]))
    digits = (codes >= ord("0")) & (codes <= ord("9"))
    code = np.ones(runs[-1] + 1, dtype=np.bool_)
    for part in (joints, digits, inside & ~digits):
        code &= np.bincount(runs[part], minlength=len(code)) > 0
    kept = ~extended | (inside & code[runs])
    return codes[kept], rows[kept]


def _in_word(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    inside = _ASCII_WORD[np.minimum(codes, 128)]
    foreign = np.flatnonzero(codes >= 128)
    inside[foreign] = ~_within(codes[foreign], _SEPARATORS)
    return inside


def _within(codes: NDArray[np.uint32], bounds: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return (np.searchsorted(bounds, codes, side="right") & 1).astype(np.bool_)


def _pack(hashes: NDArray[np.uint64], rows: NDArray[np.uint32], *, block: int, salt: int) -> NDArray[np.uint32]:
    scattered = (hashes + np.uint64(salt)) * _MIX_FIRST
    scattered = (scattered ^ (scattered >> np.uint64(32))) * _MIX_SECOND
    buckets = (scattered >> np.uint64(64 - BUCKET_BITS)).astype(np.uint32)
    return (rows << np.uint32(BUCKET_BITS + 1)) | np.uint32(block << BUCKET_BITS) | buckets


def _character_grams(codes: NDArray[np.uint32], rows: NDArray[np.uint32]) -> Iterator[NDArray[np.uint32]]:
    """Character 3-, 4- and 5-grams inside words, each word padded by one blank on either side."""
    letters = codes.astype(np.uint64)
    inside = codes != 0
    whole = np.ones(len(codes), dtype=np.bool_)
    hashes = letters[:-1] * _MULTIPLIER + letters[1:]
    for size in (3, 4, 5):
        if len(codes) < size:
            return
        hashes = hashes[:-1] * _MULTIPLIER + letters[size - 1 :]
        windows = len(codes) - size + 1
        whole = whole[:windows] & inside[size - 2 : size - 2 + windows]
        valid = np.flatnonzero(whole)
        yield _pack(hashes[valid], rows[valid + 1], block=0, salt=size)


def _words(codes: NDArray[np.uint32], rows: NDArray[np.uint32]) -> Iterator[NDArray[np.uint32]]:
    """Whole words; pairs of characters where a script has no spaces."""
    inside = codes != 0
    wide = np.zeros(len(codes), dtype=np.bool_)
    foreign = np.flatnonzero(codes >= _UNSPACED[0])
    wide[foreign] = _within(codes[foreign], _UNSPACED)
    spaced = inside & ~wide
    starts = np.flatnonzero(spaced[1:] & ~spaced[:-1]) + 1
    if len(starts):
        places = np.arange(len(codes), dtype=np.int64)
        lengths = np.diff(starts, append=len(codes))
        places[starts[0] :] -= np.repeat(starts, lengths)
        terms = mix64(codes.astype(np.uint64) + (places.astype(np.uint64) << np.uint64(32)))
        terms[~spaced] = 0
        yield _pack(np.add.reduceat(terms, starts), rows[starts], block=1, salt=1)
    pairs = np.flatnonzero(wide[:-1] & wide[1:])
    if len(pairs):
        hashes = codes[pairs].astype(np.uint64) * _MULTIPLIER + codes[pairs + 1]
        yield _pack(hashes, rows[pairs], block=1, salt=2)
