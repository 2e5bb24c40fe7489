"""A run that is killed at any change of the disk is finished by the same command, and nothing of it is left."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from matchkit.cli.outputfolder import output_folder
from matchkit.config import Config
from matchkit.errors import OutputError
from matchkit.progress import StageTimes
from matchkit.results import write_results
from matchkit.work.folder import WorkFolder
from matchkit.work.run import Work
from tests.matchkit.work.keeping import CATALOGUE, some_value

FILES = ["pairs.csv", "records.csv", "run.json"]
CHANGES = ("mkdir", "rename", "replace", "unlink", "rmdir")


def run(out: Path, text: str, *, force: bool = False) -> None:
    """What a command does, with little work."""
    with output_folder(out, ["-"], FILES, force=force, resume=True, quiet=False) as folder:
        work = Work.of(folder, "dedupe", [CATALOGUE], Config(), None, StageTimes())
        work.kept("blocking", some_value)
        writers = {name: lambda path: (path.write_text(text), None)[1] for name in FILES[:2]}
        write_results(out, writers, {"versions": {"matchkit": "1"}, "text": text}, force=force)


def content(out: Path) -> dict[str, str]:
    """Every file below; folders too."""
    return {
        str(p.relative_to(out)): p.read_text(errors="replace") if p.is_file() else "" for p in sorted(out.rglob("*"))
    }


@contextmanager
def kept_at_each_change(out: Path, copies: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Copies of a folder before every change to the disk: what a kill would leave."""
    found: list[Path] = []

    def copying(name: str) -> Any:
        real = getattr(os, name)

        def call(*given: Any, **named: Any) -> Any:
            if out.exists():
                copy = copies / f"{len(found):03d}"
                with context.pause():
                    shutil.copytree(out, copy, symlinks=True)
                found.append(copy)
            return real(*given, **named)

        return call

    class Context:
        def __init__(self) -> None:
            self.real = {name: getattr(os, name) for name in CHANGES}
            self.copying = {name: copying(name) for name in CHANGES}

        def set(self, functions: dict[str, Any]) -> None:
            for name, function in functions.items():
                monkeypatch.setattr(os, name, function)

        @contextmanager
        def pause(self) -> Iterator[None]:
            self.set(self.real)
            yield
            self.set(self.copying)

    context = Context()
    context.set(context.copying)
    try:
        yield found
    finally:
        context.set(context.real)


@pytest.mark.parametrize("old", [False, True])
def test_the_same_command_finishes_what_was_killed_at_any_change(
    old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, before = tmp_path / "out", dict[str, str]()
    if old:
        run(out, "old")
        before.update(content(out))
        assert sorted(before) == FILES
    copies = tmp_path / "copies"
    copies.mkdir()
    with kept_at_each_change(out, copies, monkeypatch) as states:
        run(out, "new", force=old)
    expected = content(out)
    assert sorted(expected) == FILES
    assert json.loads(expected["run.json"])["text"] == "new"
    assert len(states) > 15
    finished = 0
    for state in states:
        if content(state) in (before, expected):
            continue  # not begun yet, or nothing is left to do
        finished += all((state / name).exists() and "new" in (state / name).read_text() for name in FILES)
        if old:  # without --force old results are replaced only if some of them were, or nothing else is left to do
            again = state.with_name(f"{state.name}-unforced")
            shutil.copytree(state, again)
            try:
                run(again, "new")
            except OutputError:
                assert {name: text for name, text in content(again).items() if name in FILES} == before
            else:
                assert content(again) == expected
        run(state, "new", force=old)
        assert content(state) == expected, state.name
    assert finished > 6


def test_a_strangers_files_in_a_staging_folder_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine, theirs = tmp_path / "out/.work/.matchkit-mine", tmp_path / "out/.work/.matchkit-x"
    (mine / "aside").mkdir(parents=True)
    (mine / "thesis.txt").write_text("mine")
    (mine / "aside/data.csv").write_text("mine")
    (mine / "names.json").write_text('["records.csv", "thesis"]')
    (theirs / "new").mkdir(parents=True)
    (theirs / "aside").mkdir()
    (theirs / "begun.json").write_text('["records.csv"]')
    (theirs / "new/records.csv").write_text("half")
    run(tmp_path / "out", "new")
    assert ".matchkit-mine, which matchkit did not write there" in capsys.readouterr().err
    left = content(tmp_path / "out/.work")
    assert {name: text for name, text in left.items() if text} == {
        ".matchkit-mine/aside/data.csv": "mine",
        ".matchkit-mine/thesis.txt": "mine",
    }
    assert ".matchkit-x" not in left


@pytest.mark.parametrize("listed", ['["a"]', "5", None])
def test_only_what_a_list_names_is_removed(listed: str | None, tmp_path: Path) -> None:
    stage = tmp_path / "w/.matchkit-x"
    (stage / "new").mkdir(parents=True)
    (stage / "new/a").write_text("ours")
    (stage / "new/b").write_text("mine")
    if listed is not None:
        (stage / "names.json").write_text(listed)
    with WorkFolder.open(tmp_path / "w") as work:
        work.remove()
    assert sorted(content(stage)) == (["new", "new/b"] if listed == '["a"]' else ["new", "new/a", "new/b"])
