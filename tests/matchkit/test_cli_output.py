"""Where the results go, as users write it: what cannot be is said in a sentence, and nothing is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchkit.cli import main
from matchkit.cli.failures import INTERRUPTED, Continuable, Stopped, ending

ROOT = Path(__file__).parents[2]
CATALOGUE = str(ROOT / "examples/catalog.csv")


def refused(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize("command", ["dedupe", "variants", "block"])
def test_an_empty_name_is_not_this_folder(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = refused(capfd, command, CATALOGUE, "-o", "")
    assert "invalid value for '--output' / '-o': '' is no name, give one, or . for this folder" in said
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("below", ["", "new/out"])
def test_a_link_to_nowhere_is_said(below: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    said = refused(capfd, "dedupe", CATALOGUE, "-o", str(tmp_path / "link" / below))
    link = f"{tmp_path / 'link'} is a link to {tmp_path / 'nowhere'}, which does not exist; make that folder"
    assert link in said
    assert link in refused(capfd, "block", CATALOGUE, "-o", str(tmp_path / "link/pairs.csv"))


@pytest.mark.parametrize("what", ["file", "link", "dead link", "lock"])
def test_a_folder_that_cannot_be_locked_is_refused(
    what: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    work = tmp_path / "out/.work"
    work.parent.mkdir()
    if what == "file":
        work.touch()
    elif what == "lock":
        (work / "lock").mkdir(parents=True)
    else:
        work.symlink_to(tmp_path if what == "link" else tmp_path / "nowhere")
    before = sorted(tmp_path.rglob("*"))
    said = refused(capfd, "dedupe", CATALOGUE, "-o", str(tmp_path / "out"))
    assert f"{work} is where a run keeps its work, and it is not a folder that matchkit made: rename it" in said
    assert sorted(tmp_path.rglob("*")) == before


def test_every_stop_is_said() -> None:
    assert ending(Stopped(143)) == (143, "matchkit: interrupted")
    assert ending(KeyboardInterrupt()) == (INTERRUPTED, "matchkit: interrupted")
    for code in (129, 130, 143):
        assert ending(Continuable(code)) == (code, "matchkit: interrupted; the same command continues the run")
    assert ending(SystemExit(3)) is None
