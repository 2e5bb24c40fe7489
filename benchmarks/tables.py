"""What the benchmark scripts share: where the data is, tables, and their place in the README."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
README = ROOT / "README.md"
PAGE = ROOT / "benchmarks" / "README.md"


def data_folder() -> Path:
    """The folder of public matching data: ``$MATCHKIT_DATA``, else ``../shared/data`` beside the project."""
    return Path(os.environ.get("MATCHKIT_DATA", ROOT.parent / "shared" / "data"))


def markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table that reads well on a terminal and in Markdown; columns but the first are aligned right."""
    lines = [list(headings), *map(list, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(headings))]
    rule = [f"{'-' * (width - 1)}{':' if place else '-'}" for place, width in enumerate(widths)]

    def padded(line: Sequence[str]) -> str:
        cells = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
        return "| " + " | ".join([line[0].ljust(widths[0]), *cells]) + " |"

    return "\n".join(map(padded, [lines[0], rule, *lines[1:]]))


def share(value: float | None) -> str:
    """Three decimals, ``-`` where there is no value."""
    return "-" if value is None else f"{value:.3f}"


def machine() -> dict[str, Any]:
    """What the timings depend on and a reader may know."""
    return {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}


def save(name: str, outcome: Mapping[str, Any]) -> Path:
    """Write a result as JSON into ``benchmarks/results``."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(outcome, indent=2) + "\n", encoding="utf-8")
    return path


def load(name: str) -> dict[str, Any]:
    """Read a result that `save` wrote."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        raise SystemExit(f"{path.relative_to(ROOT)} is missing: run benchmarks/{name}.py first")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def fill(text: str, marker: str, table: str) -> str:
    """``text`` with ``table`` between ``<!-- benchmark:MARKER -->`` and ``<!-- /benchmark:MARKER -->``."""
    start, end = f"<!-- benchmark:{marker} -->", f"<!-- /benchmark:{marker} -->"
    pattern = re.compile(f"({re.escape(start)}\n).*?({re.escape(end)})", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"the README has no place for the table: {start} and {end}")
    return pattern.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def fill_readme(marker: str, table: str, page: Path = README) -> None:
    """Put a table into the README, or another page, between its markers."""
    page.write_text(fill(page.read_text(encoding="utf-8"), marker, table), encoding="utf-8")
