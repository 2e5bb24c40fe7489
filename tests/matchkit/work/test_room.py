"""A disk without room is noticed before the work starts, by an estimate that is near what is then written."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

import matchkit
from matchkit.catalogue import Catalogue
from matchkit.cli import main
from matchkit.config import Config
from matchkit.work.room import Room
from tests.matchkit.work.keeping import ROOT

CATALOGUE = ROOT / "examples" / "catalog.csv"


def free(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(total=10**12, used=0, free=count))


def written(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.suffix in (".npy", ".parquet", ".csv"))


def test_the_estimate_is_near_what_is_written(tmp_path: Path) -> None:
    matchkit.dedupe(CATALOGUE, work=tmp_path / "work").write(tmp_path / "out")
    needed = Room.needed([Catalogue.read(CATALOGUE)], Config())
    assert 1 / 2 < needed.work / written(tmp_path / "work") < 3
    assert 1 / 2 < needed.results / written(tmp_path / "out") < 2.5


def test_a_run_whose_work_has_no_room_goes_on_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    needed = Room.needed([Catalogue.read(CATALOGUE)], Config())
    free(needed.results + needed.work - 1, monkeypatch)
    assert main(["dedupe", str(CATALOGUE), "-o", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith(f"matchkit: the run goes on without keeping its work in {tmp_path / 'out/.work'}: ")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["pairs.csv", "records.csv", "run.json"]
    free(needed.results + needed.work, monkeypatch)
    assert main(["dedupe", str(CATALOGUE), "-o", str(tmp_path / "out"), "--force"]) == 0
    assert capsys.readouterr().err == ""


def test_a_run_whose_results_have_no_room_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    many = pl.concat([pl.read_csv(CATALOGUE)] * 50, rechunk=True).drop("sku")
    many.write_csv(tmp_path / "many.csv")
    free(4_000_000, monkeypatch)
    assert main(["dedupe", str(tmp_path / "many.csv"), "-o", str(tmp_path / "new/out")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("matchkit: error: the results need about ")
    assert f"and 4 MB are free where {tmp_path / 'new/out'} is: free some space or choose" in said
    assert not (tmp_path / "new").exists()
    # Where the results do not go into the same folder, their size does not matter.
    assert matchkit.dedupe(CATALOGUE, work=tmp_path / "work").records.height
