"""What the scripts of all peers share, on the standard library alone: arguments, groups of pairs, the answer."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from pathlib import Path


def arguments(settings: str | None) -> argparse.Namespace:
    """``records`` and ``answer`` (paths), ``kind`` (``persons`` or ``catalogue``), ``labels`` (a path or None)."""
    parser = argparse.ArgumentParser(description=settings, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path, help="CSV whose first column is id")
    parser.add_argument("answer", type=Path, help="CSV to write: id,cluster_id")
    parser.add_argument("--kind", choices=["catalogue", "persons"], required=True)
    parser.add_argument("--labels", type=Path, help="CSV of labelled pairs: left_id,right_id,label")
    return parser.parse_args()


def write(answer: Path, clusters: Iterable[tuple[object, object]]) -> None:
    """Write the id of each record and of its cluster."""
    with answer.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["id", "cluster_id"])
        table.writerows(clusters)
