"""A small catalogue, and a run that keeps its work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.progress import StageTimes
from matchkit.work.folder import WorkFolder
from matchkit.work.run import Work
from matchkit.work.values import taken_apart

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = Catalogue.read(pl.DataFrame({"sku": ["1", "2"], "title": ["Mug", "Mugs"]}))


def same(one: object, other: object) -> bool:
    """Whether two values are the same to the bit, types and order included."""
    (tree, parts), (other_tree, other_parts) = taken_apart(one), taken_apart(other)
    return repr(tree) == repr(other_tree) and all(_same(part, other_parts[name]) for name, part in parts.items())


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, pl.DataFrame):
        floats = [name for name, kind in one.schema.items() if kind.is_float()]
        bits = all(one[name].to_numpy().tobytes() == other[name].to_numpy().tobytes() for name in floats)
        return bool(one.schema == other.schema and one.equals(other) and bits)
    array: np.ndarray[Any, Any] = one
    return bool(array.dtype == other.dtype and array.shape == other.shape and array.tobytes() == other.tobytes())


class Run:
    """Opens a work folder as a run does, and remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.times = StageTimes()

    @contextmanager
    def work(self, path: Path, config: Config | None = None, *, resume: bool = True) -> Iterator[Work]:
        with WorkFolder.open(path, resume=resume, tell=self.said.append) as folder:
            yield Work.of(folder, "dedupe", [CATALOGUE], config or Config(), None, self.times)


def never() -> Any:
    raise AssertionError("made again")


def some_value() -> Any:
    """A bit of everything that can be kept."""
    frame = pl.DataFrame({"left": [0, 1], "name": ["a", None], "similarity": [0.5, float("nan")]})
    return frame, [np.arange(5, dtype=np.uint16), 0.1, "é", None, True, {"a": np.float32(3), "b": frame["name"]}]
