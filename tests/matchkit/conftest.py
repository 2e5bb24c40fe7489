"""Made-up catalogues of any size."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

BENCHMARKS = str(Path(__file__).parents[2] / "benchmarks")


@pytest.fixture(scope="session")
def catalogue() -> Callable[[int], pl.DataFrame]:
    """So many rows of a catalogue with duplicates and families."""
    sys.path.insert(0, BENCHMARKS)
    try:
        made = importlib.import_module("scale_catalogue").catalogue
    finally:
        sys.path.remove(BENCHMARKS)
    return lambda rows: made(rows, 5)[0]
