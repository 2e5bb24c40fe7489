"""A run goes on where an earlier one was stopped if nothing that decides its result has changed, and says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.errors import CatalogueError, OutputError
from matchkit.progress import StageTimes
from matchkit.work import fingerprint as module
from matchkit.work.fingerprint import fingerprint
from matchkit.work.folder import WorkFolder
from matchkit.work.run import Work
from tests.matchkit.work.keeping import CATALOGUE, ROOT, Run, never, same, some_value

LOCK_AND_WAIT = (
    "import sys; from matchkit.work.folder import WorkFolder\n"
    "with WorkFolder.open(sys.argv[1]) as work: print(work.usable, flush=True); sys.stdin.read()"
)


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_what_is_there_is_taken_and_said(tmp_path: Path) -> None:
    first = Run()
    with first.work(tmp_path / "w") as work:
        work.kept("blocking", some_value)
        work.kept("comparing", lambda: 3.5)
    assert first.said == []
    second = Run()
    with second.work(tmp_path / "w", Config(threads=3)) as work:
        assert same(work.kept("blocking", never), some_value())
        assert work.kept("comparing", never) == 3.5
        assert work.kept("prior", lambda: 1, stage="classifying") == 1
    assert len(second.said) == 1
    assert second.said[0].startswith("continuing the run of ")
    assert second.said[0].endswith(f": blocking and comparing are taken from {tmp_path / 'w'}")
    third = Run()
    with third.work(tmp_path / "w") as work:
        work.kept("prior", never, stage="classifying")
    assert "blocking, comparing and prior are taken" in third.said[0]
    assert [*third.times.seconds] == ["classifying"]


@pytest.mark.parametrize("setting", [{"prefer": 0.6}, {"seed": 1}, {"columns": {"title": "text"}}, {"neighbours": 9}])
def test_other_settings_start_over(setting: dict[str, Any], tmp_path: Path) -> None:
    with Run().work(tmp_path / "w") as work:
        work.kept("blocking", lambda: 1)
        work.kept("comparing", lambda: 1)
    run = Run()
    with run.work(tmp_path / "w", Config(**setting)) as work:
        assert tree(tmp_path / "w") == ["lock"]
        assert work.kept("blocking", lambda: 2) == 2
    assert len(run.said) == 1
    assert "the configuration has changed since, so the run starts over" in run.said[0]


def test_no_resume_starts_over_without_a_word(tmp_path: Path) -> None:
    with Run().work(tmp_path / "w") as work:
        work.kept("comparing", lambda: 1)
    run = Run()
    with run.work(tmp_path / "w", resume=False) as work:
        assert tree(tmp_path / "w") == ["lock"]
        assert work.kept("comparing", lambda: 2) == 2
    assert run.said == []
    with Run().work(tmp_path / "w") as work:
        assert work.kept("comparing", never) == 2


def changed(*given: Any) -> list[str]:
    """What differs between the fingerprint of this and the usual one."""
    usual, other = fingerprint("dedupe", [CATALOGUE], Config(), None), fingerprint(*given)
    return [what for what, digest in usual.items() if other[what] != digest]


def test_the_fingerprint_is_of_all_that_decides_and_of_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert changed("dedupe", [CATALOGUE], Config(threads=7), None) == []
    assert changed("variants", [CATALOGUE], Config(), None) == ["the command"]
    cell = Catalogue.read(CATALOGUE.frame.with_columns(title=pl.Series(["Mug", "Mug s"])))
    kind = Catalogue.read(CATALOGUE.frame.with_columns(pl.col("sku").cast(pl.Int64)))
    gap = Catalogue.read(CATALOGUE.frame.with_columns(title=pl.Series(["Mug", ""])))
    none = Catalogue.read(CATALOGUE.frame.with_columns(title=pl.Series(["Mug", None])))
    assert (
        len({fingerprint("dedupe", [t], Config(), None)["the input"] for t in (CATALOGUE, cell, kind, gap, none)}) == 5
    )
    file = tmp_path / "a.csv"
    file.write_text("sku,title\n1,Mug\n2,Mugs\n")
    read = fingerprint("dedupe", [Catalogue.read(file)], Config(), None)
    os.utime(file, (1, 1))
    assert fingerprint("dedupe", [Catalogue.read(file)], Config(), None) == read
    file.write_text("sku,title\n1,Mug\n2,Mugz\n")
    assert fingerprint("dedupe", [Catalogue.read(file)], Config(), None)["the input"] != read["the input"]
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder/weights").write_text("one")
    local = Config(encoder=f"sentence-transformers:{tmp_path / 'encoder'}")
    before = fingerprint("dedupe", [CATALOGUE], local, None)
    (tmp_path / "encoder/weights").write_text("two")
    assert fingerprint("dedupe", [CATALOGUE], local, None)["the configuration"] != before["the configuration"]
    usual = fingerprint("dedupe", [CATALOGUE], Config(), None)
    monkeypatch.setattr(module, "versions", lambda: {"matchkit": "9"})
    assert fingerprint("dedupe", [CATALOGUE], Config(), None) != usual


def test_the_second_of_two_runs_is_refused_and_a_kill_frees_the_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOCK_AND_WAIT, str(tmp_path / "out/.work")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "True\n"
        with (
            pytest.raises(OutputError, match=r"another run is writing into .*out: wait"),
            Run().work(tmp_path / "out/.work"),
        ):
            never()
        first.kill()
    assert (tmp_path / "out/.work/lock").exists()
    with Run().work(tmp_path / "out/.work"):
        pass
    assert tree(tmp_path) == ["out"]


def test_a_run_that_kept_nothing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError), Run().work(tmp_path / "a/b/w"):
        raise CatalogueError("no such column")
    assert tree(tmp_path) == []

    def fails(error: BaseException) -> None:
        with Run().work(tmp_path / "a/b/w") as work:
            work.kept("blocking", some_value)
            raise error

    with pytest.raises(CatalogueError):
        fails(CatalogueError("found out late"))
    assert tree(tmp_path) == []
    with pytest.raises(KeyboardInterrupt):
        fails(KeyboardInterrupt())
    assert "a/b/w/blocking/stage.json" in tree(tmp_path)
    with pytest.raises(CatalogueError), WorkFolder.open(tmp_path / "a/b/w"):
        raise CatalogueError("another mistake, before anything was looked at")
    assert "a/b/w/blocking/stage.json" in tree(tmp_path)


def test_strangers_in_the_folder_are_said_and_stay(tmp_path: Path) -> None:
    with Run().work(tmp_path / "w") as work:
        work.kept("blocking", lambda: 1)
    (tmp_path / "w/thesis.npy").write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/0.npy").write_text("mine")
    (tmp_path / "w/comparing").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    run = Run()
    with run.work(tmp_path / "w") as work:
        assert work.kept("blocking", lambda: 2) == 2
        assert work.kept("comparing", lambda: 3) == 3
    assert "holds comparing, thesis.npy, which matchkit did not write there" in run.said[0]
    assert run.said[0].endswith("so the run starts over")
    with WorkFolder.open(tmp_path / "w") as folder:
        folder.remove()
    assert (tmp_path / "w/thesis.npy").read_text() == (tmp_path / "elsewhere/0.npy").read_text() == "mine"
    assert tree(tmp_path / "w") == ["comparing", "thesis.npy"]


@pytest.mark.parametrize("what", ["file", "link", "dead link", "lock folder", "lock link"])
def test_where_no_folder_can_be_nothing_is_kept(what: str, tmp_path: Path) -> None:
    elsewhere, place = tmp_path / "elsewhere", tmp_path / "w"
    elsewhere.mkdir()
    (elsewhere / "lock").write_text("mine")
    if what == "file":
        place.write_text("mine")
    elif what == "lock folder":
        (place / "lock").mkdir(parents=True)
    elif what == "lock link":
        place.mkdir()
        (place / "lock").symlink_to(elsewhere / "lock")
    else:
        place.symlink_to(elsewhere if what == "link" else tmp_path / "nowhere")
    before, run = tree(tmp_path), Run()
    with run.work(place) as work:
        assert work.kept("blocking", some_value) is not None
    assert tree(tmp_path) == before
    assert (elsewhere / "lock").read_text() == "mine"
    assert len(run.said) == 1
    assert "so nothing of this run is kept there" in run.said[0]


def test_without_a_folder_everything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    work = Work.of(None, "dedupe", [CATALOGUE], Config(), None, StageTimes())
    assert [work.kept("blocking", lambda number=number: number) for number in (1, 2)] == [1, 2]  # type: ignore[misc]
    assert tree(tmp_path) == []
