"""What decides the result of a run: if any of it has changed, nothing of an earlier run is taken."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import blocking
import matchkit
import pairs
from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.results import plain, versions
from matchkit.trained.model import Model
from matchkit.writing import csv_rows, slices

#: Settings that change how long a run takes, and nothing else.
_IDLE = ("threads",)
_LOCAL_ENCODER = "sentence-transformers:"


def fingerprint(command: str, tables: Sequence[Catalogue], config: Config, model: Model | None) -> dict[str, str]:
    """Digests by what they are of, in words that complete *... has changed*.

    Parameters
    ----------
    command
        What is done: ``dedupe``, ``variants``, ``link``.
    tables
        The input, digested by its bytes where it was read from a file or standard input, else by its cells.
    config
        The settings as they were used.
    model
        The trained model, if any.
    """
    settings = {k: v for k, v in config.as_dict(families=True, links=True).items() if k not in _IDLE}
    return {
        "the command": command,
        "the input": _digest(table.digest or content_digest(table) for table in tables),
        "the configuration": _digest([json.dumps(plain(settings)), *_encoder_files(config.encoder)]),
        "the model": "" if model is None else _digest(model_parts(model)),
        "the version of matchkit or of a library": _digest(
            [json.dumps([versions(), platform.machine()]), program_digest()]
        ),
    }


def content_digest(table: Catalogue) -> str:
    """Of the names, types and cells of a table that no file was read for."""
    found = hashlib.sha256(str(table.frame.schema).encode(errors="backslashreplace"))
    for rows in csv_rows(slices(table.frame)):
        found.update(rows)
    return found.hexdigest()


@cache
def program_digest() -> str:
    """Of everything that the three packages ship: a version under development has no number of its own."""
    homes = [Path(package.__path__[0]) for package in (blocking, matchkit, pairs)]
    return _digest(part for home in homes for part in _files(home))


def model_parts(model: Model) -> list[str | bytes]:
    """Everything that a trained model judges by."""
    heads = [head for head in (model.exact, model.family) if head is not None]
    told: Mapping[str, object] = {
        "features": model.features,
        "columns": [plain(column) for column in model.columns],
        "heads": [(head.calibration, head.threshold) for head in heads],
    }
    return [json.dumps(plain(told)), *(bytes(b.save_raw("ubj")) for head in heads for b in head.boosters)]


def _encoder_files(encoder: str) -> Iterable[str | bytes]:
    folder = Path(encoder.removeprefix(_LOCAL_ENCODER)).expanduser()
    return _files(folder) if encoder.startswith(_LOCAL_ENCODER) and folder.is_dir() else ()


def _files(folder: Path) -> Iterable[str | bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield str(path.relative_to(folder))
            yield path.read_bytes()


def _digest(parts: Iterable[str | bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="backslashreplace") if isinstance(part, str) else part
        found.update(f"{len(data)}:".encode() + data)
    return found.hexdigest()
