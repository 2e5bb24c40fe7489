"""The benchmark of scale: exponents and tables of what was measured, and a small catalogue from end to end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl
import pytest


@pytest.fixture
def scale(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("scale")


@pytest.fixture
def rawcalls(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("rawcalls")


def run(rows: int, seconds: float, *, skew: bool = False, raw: bool = True) -> dict[str, Any]:
    """What a size may have measured."""
    command = {
        "seconds": seconds,
        "peak_mb": 2 * rows,
        "stages": {"reading": {"seconds": seconds / 4, "peak_mb": 7}},
        "recall_of_search": 0.98,
        "completeness": 0.9,
        **dict.fromkeys(("precision", "recall", "f1"), 0.5),
    }
    search = {"index": "Flat", "probes": 0, "recall": 1.0}
    alone = {"seconds": {"hashing": 1.0, "faiss": 3.0}, "total": 4.0, "search": search}
    return {"rows": rows, "skew": skew, "commands": {"dedupe": command}, **({"raw": alone} if raw else {})}


def cells(table: str) -> list[list[str]]:
    """The rows of a table without its headings."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_growth_is_that_from_the_next_smaller_catalogue_of_its_kind(scale: ModuleType) -> None:
    runs = [run(10, 1.0), run(100, 10.0), run(1000, 1000.0), run(50, 7.0, skew=True)]
    table = cells(scale.sizes(runs))
    assert [line[0] for line in table] == ["dedupe, 10", "dedupe, 100", "dedupe, 1,000", "dedupe, 50 skewed"]
    assert [line[3] for line in table] == ["-", "1.00", "2.00", "-"]
    assert [line[4] for line in table] == ["-", "1.00", "1.00", "-"]


def test_stages_have_their_share_at_every_size(scale: ModuleType) -> None:
    small, large = run(10, 1.0), run(100, 8.0)
    large["commands"]["dedupe"]["stages"]["new"] = {"seconds": 6.0, "peak_mb": 9}
    assert cells(scale.profile([small, large])) == [
        ["dedupe: reading", "0.2", "25%", "7", "2.0", "25%", "7"],
        ["dedupe: new", "-", "-", "-", "6.0", "75%", "9"],
    ]


def test_overhead_is_the_run_over_the_library_calls(scale: ModuleType) -> None:
    table = cells(scale.overhead([run(10, 6.0), run(100, 9.0, raw=False)]))
    assert table == [["10", "1.0", "3.0", "4.0", "6.0", "1.50", "Flat", "1.000"]]


def test_the_fastest_index_reaches_the_recall_asked_for(rawcalls: ModuleType) -> None:
    rng = np.random.default_rng(0)
    middles = rng.normal(size=(40, 32))
    vectors = (middles[rng.integers(0, 40, 3000)] + 0.3 * rng.normal(size=(3000, 32))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    factory, probes = rawcalls._fastest(vectors, 5, 0.9)
    similarities, ids = rawcalls._search(rawcalls._built(vectors, factory), vectors, 5, probes)
    true = np.sort(vectors @ vectors.T, axis=1)[:, -6]
    assert (similarities >= true[:, None] - 1e-5).mean() > 0.85
    assert (ids != np.arange(3000)[:, None]).mean() > 0.99


def test_equal_titles_have_equal_vectors(rawcalls: ModuleType) -> None:
    records = pl.DataFrame({"id": ["1", "2", "3"], "title": ["red mug", "red mug", "steel pan"]})
    none = np.zeros(0, dtype=np.int64)
    work, clock = rawcalls.Work(records, [["title"]], 64, 2, 1.0, none, none), rawcalls.Clock()
    vectors = rawcalls.hashed(work, clock)
    assert vectors[0] @ vectors[1] == pytest.approx(1.0)
    assert vectors[0] @ vectors[2] < 0.5
    assert list(clock.seconds) == ["hashing"]


@pytest.mark.slow
def test_a_small_catalogue_from_end_to_end(scale: ModuleType, tmp_path: Path) -> None:
    found = scale.measure(2000, tmp_path, skew=True, variants=True, raw=True)
    dedupe, families = found["commands"]["dedupe"], found["commands"]["variants"]
    assert dedupe["completeness"] > 0.8
    assert dedupe["f1"] > 0.5
    assert families["f1"] > 0.5
    assert {"reading", "blocking", "writing"} <= set(dedupe["stages"])
    assert sum(stage["seconds"] for stage in dedupe["stages"].values()) == pytest.approx(dedupe["seconds"])
    assert {"hashing", "faiss", "cpdist", "prediction"} <= set(found["raw"]["seconds"])
    assert "2,000 skewed" in scale.table({"runs": [found]})
