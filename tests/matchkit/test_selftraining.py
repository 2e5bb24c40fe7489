"""Learning from what a first score is sure of, and who is whose best."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchkit.selftraining import greedy_partners, mutual_best, self_trained

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(10, 16), st.integers(-3, 3)), max_size=30)


def arrays(pairs: list[tuple[int, int, int]]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    distinct = list({(a, b): c for a, b, c in pairs}.items())
    left, right = (np.array([key[side] for key, _ in distinct], dtype=np.int64) for side in (0, 1))
    return left, right, np.array([float(score) for _, score in distinct])


@given(PAIRS)
def test_mutual_best_pairs_are_the_best_of_both_records(pairs: list[tuple[int, int, int]]) -> None:
    left, right, score = arrays(pairs)
    expected = [
        all(score[i] >= score[j] for j in range(len(left)) if left[i] == left[j] or right[i] == right[j])
        for i in range(len(left))
    ]
    assert mutual_best(left, right, score).tolist() == expected


@given(PAIRS)
def test_greedy_partners_are_those_taken_one_by_one(pairs: list[tuple[int, int, int]]) -> None:
    left, right, score = arrays(pairs)
    taken: list[int] = []
    used: set[int] = set()
    for place in np.argsort(-score, kind="stable"):
        if not {left[place], right[place]} & used:
            taken.append(int(place))
            used |= {left[place], right[place]}
    assert greedy_partners(left, right, score).tolist() == sorted(taken)


def made_up(records: int = 200) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32], NDArray[np.bool_]]:
    """Four candidates a record; matches are told by the first feature, the second is noise."""
    random = np.random.default_rng(0)
    left = np.repeat(np.arange(records), 4)
    right = records + (left + np.tile(np.arange(4), records)) % records
    match = left + records == right
    features = random.normal(size=(len(left), 2)).astype(np.float32)
    features[match, 0] += 4
    return left, right, features, match


def test_what_tells_matches_apart_is_learnt_from_a_score_that_knows_less() -> None:
    left, right, features, match = made_up()
    score = features[:, 0] + np.random.default_rng(1).normal(size=len(left)) * 2
    learnt = self_trained(left, right, features, score)
    assert learnt is not None
    assert np.mean((learnt > 0) == match) > 0.95 > np.mean((score > 2) == match)


def test_threads_make_no_difference_and_seeds_do() -> None:
    left, right, features, _ = made_up()
    score = features[:, 0].astype(np.float64)
    one, other, seeded = (
        self_trained(left, right, features, score, threads=threads, seed=seed)
        for threads, seed in ((1, 0), (3, 0), (1, 7))
    )
    assert one is not None
    assert other is not None
    assert seeded is not None
    assert (one == other).all()
    assert (one != seeded).any()


def test_too_few_sure_pairs_teach_nothing() -> None:
    left, right, features, _ = made_up(12)
    assert self_trained(left, right, features, np.full(len(left), -5.0)) is None
    assert self_trained(left[:0], right[:0], features[:0], np.empty(0)) is None
