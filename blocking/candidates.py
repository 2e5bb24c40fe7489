"""Candidate pairs: nearest neighbours and shared keys, put together and accounted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from blocking.fields import HASHED, RecordEncoder, view_texts
from blocking.hubs import link_neighbours
from blocking.index import IndexReport, nearest, pair_similarities
from blocking.keys import key_pairs, link_key_pairs
from blocking.quality import reduction_ratio
from blocking.rare import Rare, rare_features

Progress = Callable[[str, int, int], None]
Codes = NDArray[np.uint64]  # left << 32 | right
NEIGHBOURS = "neighbours"
GIVEN = "given"
_RIGHT = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What one source of candidates contributed.

    Attributes
    ----------
    name
        ``neighbours``, or the name of a key.
    pairs
        Pairs it found.
    added
        Pairs that no earlier source had found.
    capped
        Blocks of equal keys that were too large to pair in full.
    """

    name: str
    pairs: int
    added: int
    capped: int = 0


@dataclass(frozen=True, slots=True)
class CandidateReport:
    """How candidate pairs were made.

    Attributes
    ----------
    left_rows, right_rows
        Records of the tables; ``right_rows`` is None for one table.
    pairs
        Number of candidate pairs.
    reduction_ratio
        Share of all possible pairs left out; nan where there are none.
    sources
        Neighbours first, then each key.
    indexes
        One search for one table, two (left among right, right among left) for two tables.
    encoder
        Which encoder was used.
    views
        The columns that were embedded together, all columns first.
    """

    left_rows: int
    right_rows: int | None
    pairs: int
    reduction_ratio: float
    sources: tuple[SourceCount, ...]
    indexes: tuple[IndexReport, ...]
    encoder: str
    views: tuple[tuple[str, ...], ...]


def make_candidates(
    records: pl.DataFrame,
    title: str | None,
    columns: Sequence[str],
    keys: Mapping[str, pl.Series],
    *,
    given: pl.DataFrame | None = None,
    neighbours: int = 10,
    encoder: str = HASHED,
    seed: int = 0,
    threads: int = 0,
    progress: Progress | None = None,
) -> tuple[pl.DataFrame, CandidateReport]:
    """Make the pairs of one table that are worth comparing.

    A pair is a candidate if either record is among the other's nearest neighbours, or if both share a key.
    Records without any text have no neighbours.

    Parameters
    ----------
    records
        Distinct records, missing values null.
    title, columns
        The column that names a record (or None), and all columns to embed.
    keys
        Named keys, one value a row (see `blocking.keys.key_pairs`).
    given
        Pairs (``left``, ``right``) that are candidates whatever else speaks for them: labelled ones, say.
    neighbours
        How many neighbours a record brings, at least 0.
    encoder
        ``hashed`` or ``sentence-transformers:NAME_OR_FOLDER``.
    seed, threads
        The result depends on the seed, not on the number of threads (0 = one a core).
    progress
        Called with the stage (``fit``, ``encode``, then ``search``), the records done and their total.

    Returns
    -------
    candidates
        ``left: u32, right: u32, similarity: f32``, left < right, sorted; ``similarity`` is the cosine of
        the vectors.
    report
        What each source found, and how complete the search was.
    """
    texts, weights = view_texts(records, title, columns)
    model = RecordEncoder.of_texts(texts, weights, encoder=encoder, seed=seed, threads=threads)
    if progress is not None:
        progress("fit", records.height, records.height)
    vectors = model.encode_texts(texts, threads=threads, progress=_stage(progress, "encode"))

    def rare() -> Rare:
        features = rare_features(texts, model.views[0].lexical, threads=threads)
        return Rare.among(features, features)

    similarities, ids, index = nearest(
        vectors,
        neighbours,
        seed=seed,
        threads=threads,
        rare=rare,
        progress=_stage(progress, "search"),
    )
    near = _neighbour_codes(similarities, ids)
    sources = {NEIGHBOURS: (_distinct(_ordered(near)), 0)}
    for name, values in keys.items():
        pairs, capped = key_pairs(values)
        sources[name] = (_codes(pairs), capped)
    if given is not None:
        sources[GIVEN] = (_distinct(_ordered(_codes(given))), 0)
    codes, counts = _merge(sources)
    frame = _frame(codes, vectors, vectors)
    report = CandidateReport(
        records.height,
        None,
        len(codes),
        reduction_ratio(len(codes), records.height),
        counts,
        (index,),
        encoder,
        tuple(view.columns for view in model.views),
    )
    return frame, report


def make_link_candidates(
    left: pl.DataFrame,
    right: pl.DataFrame,
    title: str | None,
    columns: Sequence[str],
    keys: Mapping[str, tuple[pl.Series, pl.Series]],
    *,
    given: pl.DataFrame | None = None,
    neighbours: int = 10,
    encoder: str = HASHED,
    seed: int = 0,
    threads: int = 0,
    progress: Progress | None = None,
) -> tuple[pl.DataFrame, CandidateReport]:
    """Make the pairs between two tables that are worth comparing.

    Like `make_candidates`, with token weights learnt from both tables, neighbours sought in both directions
    (see `blocking.hubs.link_neighbours`), and each key given as a pair of series, one a table.

    Returns
    -------
    candidates
        ``left: u32, right: u32, similarity: f32`` sorted by row numbers, each in its own table.
    report
        What each source found, and how complete the searches were.
    """
    names = list(dict.fromkeys([*([title] if title else []), *columns]))
    both = pl.concat([left.select(names), right.select(names)], how="vertical_relaxed")
    texts, weights = view_texts(both, title, columns)
    model = RecordEncoder.of_texts(texts, weights, encoder=encoder, seed=seed, threads=threads)
    if progress is not None:
        progress("fit", both.height, both.height)
    vectors = model.encode_texts(texts, threads=threads, progress=_stage(progress, "encode"))
    lefts, rights = vectors[: left.height], vectors[left.height :]
    forth, back = link_neighbours(
        lefts,
        rights,
        neighbours,
        seed=seed,
        threads=threads,
        rare=lambda: rare_features(texts, model.views[0].lexical, threads=threads),
        progress=_stage(progress, "search"),
    )
    near = np.concatenate(
        [
            _neighbour_codes(forth.similarities, forth.ids),
            _swap(_neighbour_codes(back.similarities, back.ids)),
        ]
    )
    sources = {NEIGHBOURS: (_distinct(near), 0)}
    for name, (left_keys, right_keys) in keys.items():
        pairs, capped = link_key_pairs(left_keys, right_keys)
        sources[name] = (_codes(pairs), capped)
    if given is not None:
        sources[GIVEN] = (_distinct(_codes(given)), 0)
    codes, counts = _merge(sources)
    report = CandidateReport(
        left.height,
        right.height,
        len(codes),
        reduction_ratio(len(codes), left.height, right.height),
        counts,
        (forth.report, back.report),
        encoder,
        tuple(view.columns for view in model.views),
    )
    return _frame(codes, lefts, rights), report


def _stage(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(stage, done, total)


def _neighbour_codes(similarities: NDArray[np.float32], ids: NDArray[np.int64]) -> Codes:
    """Pairs of a query and its neighbours; one that shares nothing (similarity 0 or less) is no neighbour."""
    rows, places = np.nonzero((ids >= 0) & (similarities > 0))
    return rows.astype(np.uint64) << _SHIFT | ids[rows, places].astype(np.uint64)


def _codes(pairs: pl.DataFrame) -> Codes:
    """Codes of the rows of a frame of pairs."""
    left, right = (pairs[side].to_numpy().astype(np.uint64) for side in ("left", "right"))
    codes: Codes = left << _SHIFT | right
    return codes


def _swap(codes: Codes) -> Codes:
    swapped: Codes = (codes & _RIGHT) << _SHIFT | codes >> _SHIFT
    return swapped


def _ordered(codes: Codes) -> Codes:
    return np.minimum(codes, _swap(codes))


def _distinct(codes: Codes) -> Codes:
    """Sorted codes, each once; many times faster than `numpy.unique`, which hashes."""
    ordered = np.sort(codes)
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _merge(sources: Mapping[str, tuple[Codes, int]]) -> tuple[Codes, tuple[SourceCount, ...]]:
    """Union of the sources (each sorted, without repeats), and what each adds to those before it."""
    union: Codes = np.empty(0, dtype=np.uint64)
    counts = []
    for name, (codes, capped) in sources.items():
        before = len(union)
        union = _distinct(np.concatenate([union, codes]))
        counts.append(SourceCount(name, len(codes), len(union) - before, capped))
    return union, tuple(counts)


def _frame(codes: Codes, lefts: NDArray[np.float32], rights: NDArray[np.float32]) -> pl.DataFrame:
    left, right = (codes >> _SHIFT).astype(np.int64), (codes & _RIGHT).astype(np.int64)
    similarity = pair_similarities(lefts, rights, left, right)
    return pl.DataFrame({"left": left.astype(np.uint32), "right": right.astype(np.uint32), "similarity": similarity})
