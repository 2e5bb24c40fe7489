"""The example labels are what its script makes."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_files_are_what_the_script_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    importlib.import_module("make_labels").write(tmp_path)
    for name in ("supplier_labels.csv",):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()
