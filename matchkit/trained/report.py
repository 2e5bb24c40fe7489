"""What is said of a model that was trained."""

from __future__ import annotations

import sys
from pathlib import Path

from matchkit.printable import printable
from matchkit.trained.model import Model

_NAMES = {"exact_duplicate": "same item", "family": "same product"}


def show_model(model: Model, folder: Path, *, quiet: bool, terminal: bool) -> None:
    """Say on standard error what the user should know, and on a terminal how good the model is."""
    if quiet:
        return
    for note in model.notes:
        print(f"note: {printable(note)}", file=sys.stderr)
    if terminal:
        for line in lines(model, folder):
            print(line)


def lines(model: Model, folder: Path) -> list[str]:
    """What the terminal shows: what was learnt from, how well pairs were judged that had not been seen, and where."""
    counts = ", ".join(f"{count:,} {name}" for name, count in model.training["labels"].items())
    told = [f"learnt from {model.training['pairs']:,} pairs ({counts})"]
    for name, found in model.metrics.items():
        if "f1" not in found:
            told.append(f"{_NAMES[name]}: not measured")
            continue
        told.append(
            f"{_NAMES[name]}: F1 {found['f1']:.3f} (precision {found['precision']:.3f}, recall {found['recall']:.3f}) "
            f"on {found['pairs']:,} pairs by {found['by']}, the same that the threshold was chosen by"
        )
    told.append(f"threshold {model.exact.threshold:.3f}; model in {folder}")
    return told
