"""The command line, killed where it hurts and run again: files byte for byte as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from tests.matchkit.work.keeping import ROOT

ROWS = 2_000
# matchkit that halts at its first file operation after there is a file of this pattern: a moment that no busy machine
# lets pass, as it would if another process looked for the file.
HALTING = """
import os, runpy, signal, sys, threading
from pathlib import Path

folder, pattern = Path(sys.argv[1]), sys.argv[2]
del sys.argv[1:3]
mine, halted = threading.local(), []

def halt(event, arguments):
    if event not in ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir") or hasattr(mine, "looking") or halted:
        return
    mine.looking = True
    if any(folder.glob(pattern)):
        halted.append(event)
        os.kill(os.getpid(), signal.SIGSTOP)
    del mine.looking

sys.addaudithook(halt)
runpy.run_module("matchkit", run_name="__main__", alter_sys=True)
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalogue") / "catalog.csv"
    base = pl.read_csv(ROOT / "examples" / "catalog.csv", infer_schema=False).select("sku", "title", "brand", "price")
    parts = []
    for copy in range(-(-ROWS // base.height)):
        other = pl.col("title") + f" series {chr(65 + copy)}{copy * 7}"
        parts.append(base.with_columns(pl.col("sku") + f"-{copy}", other if copy else pl.col("title")))
    pl.concat(parts).head(ROWS).write_csv(path)
    return path


def command(arguments: Sequence[object]) -> list[str]:
    return [sys.executable, "-m", "matchkit", *map(str, arguments)]


def finished(*arguments: object) -> str:
    """Runs to the end; what was said on standard error."""
    done = subprocess.run(command(arguments), cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return done.stderr


def stopped(folder: Path, moment: str, arguments: Sequence[object], number: int = signal.SIGKILL) -> tuple[int, str]:
    """The exit code and what was said by a run that got a signal when a file of this pattern was in the folder."""
    run = [sys.executable, "-c", HALTING, str(folder), moment, *map(str, arguments)]
    with subprocess.Popen(run, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        state = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        assert state is not None
        assert state.si_code == os.CLD_STOPPED, "it ended before it could be stopped"
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        _, said = process.communicate()
        return process.returncode, said


def results(out: Path) -> dict[str, bytes]:
    """The files but for run.json, and of that all but times."""
    found = {path.name: path.read_bytes() for path in out.iterdir()}
    run = json.loads(found.pop("run.json"))
    run["seconds"] = [*run["seconds"]]
    del run["memory"]
    for blocking in run["blocking"] if isinstance(run["blocking"], list) else [run["blocking"]]:
        for index in blocking["indexes"]:
            index["seconds"] = None
    found["run.json"] = json.dumps(run).encode()
    return found


@pytest.fixture(scope="module")
def undisturbed(catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    assert finished("dedupe", catalogue, "-o", out) == ""
    found = results(out)
    assert sorted(found) == ["pairs.csv", "records.csv", "run.json"]
    return found


@posix
def test_a_run_that_is_killed_again_and_again_ends_as_if_it_had_not_been(
    catalogue: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    out, work = tmp_path / "out", tmp_path / "out/.work"
    run = ("dedupe", catalogue, "-o", out)
    for moment, taken in (
        ("blocking", ""),
        ("comparing.part", "blocking"),
        ("comparing", "blocking"),
        ("prior", "comparing"),
        (".matchkit-*/new/records.csv", "prior"),
        (".matchkit-*/names.json", "prior"),
    ):
        code, said = stopped(work, moment, run)
        assert code == -signal.SIGKILL
        assert not taken or (said.startswith("matchkit: continuing the run of ") and taken in said)
        assert said.count("\n") == bool(said)
    assert "blocking, comparing and prior are taken from" in finished(*run)
    assert results(out) == undisturbed
    assert not work.exists()


@posix
@pytest.mark.parametrize("name", ["variants", "link"])
def test_families_and_links_are_continued_too(name: str, catalogue: Path, tmp_path: Path) -> None:
    files = [catalogue] if name == "variants" else [catalogue, ROOT / "examples" / "suppliers.csv"]
    last = "comparing" if name == "variants" else "scores"
    assert finished(name, *files, "-o", tmp_path / "whole") == ""
    out = tmp_path / "out"
    code, _ = stopped(out / ".work", last, (name, *files, "-o", out))
    assert code == -signal.SIGKILL
    assert f"comparing{' and scores' * (name == 'link')} are taken from" in finished(name, *files, "-o", out)
    assert results(out) == results(tmp_path / "whole")


@posix
def test_ctrl_c_says_how_to_go_on_and_what_has_changed_starts_over(
    catalogue: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_bytes(catalogue.read_bytes())
    run = ("dedupe", mine, "-o", tmp_path / "out")
    work = tmp_path / "out/.work"
    code, said = stopped(work, "comparing", run, signal.SIGINT)
    assert (code, said) == (130, "matchkit: interrupted; the same command continues the run\n")
    assert os.listdir(tmp_path / "out") == [".work"]
    mine.write_bytes(catalogue.read_bytes().replace(b"series B", b"series X"))
    code, said = stopped(work, "prior", run, signal.SIGTERM)
    assert code == 143
    assert "and the input has changed since, so the run starts over\n" in said
    assert said.endswith("\nmatchkit: interrupted; the same command continues the run\n")
    code, said = stopped(work, ".matchkit-*/new", run, signal.SIGHUP)
    assert code == 129
    assert said.startswith("matchkit: continuing the run of ")
    assert said.endswith("\nmatchkit: interrupted; the same command continues the run\n")
    mine.write_bytes(catalogue.read_bytes())
    said = finished(*run)
    assert said.endswith("and the input has changed since, so the run starts over\n")
    assert said.count("\n") == 1
    found = results(tmp_path / "out")
    assert {**found, "run.json": b""} == {**undisturbed, "run.json": b""}


@posix
def test_the_second_run_into_a_folder_is_refused(
    catalogue: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    run = ("dedupe", catalogue, "-o", tmp_path / "out")
    with subprocess.Popen(command(run), cwd=ROOT) as first:
        while not (tmp_path / "out/.work/blocking").exists():
            assert first.poll() is None
            time.sleep(0.01)
        second = subprocess.run(command(run), cwd=ROOT, capture_output=True, text=True, check=False)
        assert first.poll() is None
    assert second.returncode == 2
    assert second.stderr == (
        f"matchkit: error: another run is writing into {tmp_path / 'out'}: wait until it is done, "
        "or choose another output folder.\n"
    )
    assert first.returncode == 0
    assert results(tmp_path / "out") == undisturbed
