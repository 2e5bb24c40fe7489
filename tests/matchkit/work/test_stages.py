"""A stage that was cut off, damaged or tampered with is never taken; an undamaged one comes back as it was."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matchkit
from matchkit.work import stages
from matchkit.work.run import Work
from matchkit.work.stages import INDEX, Damaged, Stage, remove_stage, write_stage
from tests.matchkit.work.keeping import ROOT, Run, never, same, some_value

EXAMPLES = ROOT / "examples"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with one stage of a bit of everything."""
    path = tmp_path_factory.mktemp("work") / "work"
    with Run().work(path) as work:
        work.kept("blocking", some_value)
    return path


@pytest.mark.parametrize("command", ["dedupe", "variants", "link"])
def test_every_stage_comes_back_to_the_bit(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [EXAMPLES / "catalog.csv"] + [EXAMPLES / "suppliers.csv"] * (command == "link")
    made: dict[str, Any] = {}
    keep = Work._keep

    def remember(self: Work, name: str, value: object, seconds: float) -> None:
        made[name] = value
        keep(self, name, value, seconds)

    monkeypatch.setattr(Work, "_keep", remember)
    run = getattr(matchkit, command)
    first = run(*files, work=tmp_path / "work")
    assert len(made) > 1
    for name, value in made.items():
        assert same(Stage.checked(tmp_path / "work" / name).value(), value), name
    made.clear()
    second = run(*files, work=tmp_path / "work")
    assert not made
    assert second.pairs.equals(first.pairs)
    taken = ("seconds", "memory")
    assert {k: v for k, v in second.run.items() if k not in taken} == {
        k: v for k, v in first.run.items() if k not in taken
    }
    assert [*second.run["seconds"]] == [*first.run["seconds"]]


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_no_damage_of_a_kept_file_changes_the_result(
    data: st.DataObject, kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("damage") / "work"
    shutil.copytree(kept, place)
    file = data.draw(st.sampled_from(sorted((place / "blocking").iterdir())))
    content = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans(), "cut off"):
        del content[at:]
    else:
        content[at] ^= 1 << data.draw(st.integers(0, 7), "bit")
    file.write_bytes(content)
    run, made = Run(), some_value()
    with run.work(place) as work:
        assert work.kept("blocking", lambda: made) is made
    assert len(run.said) == 1
    assert "is damaged" in run.said[0]
    assert run.said[0].endswith("so the run starts over")
    with Run().work(place) as work:
        assert same(work.kept("blocking", never), some_value())


class Killed(BaseException):
    """What a kill is to a process: nothing runs after it."""


@contextmanager
def fault(number: int, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The call of that number that changes the disk fails, and with a kill every one after it, too."""
    calls: list[int] = []

    def failing(name: str, place: Any) -> None:
        real: Callable[..., Any] = getattr(place, name)

        def call(*given: Any, **named: Any) -> Any:
            calls.append(1)
            if len(calls) == number or (len(calls) > number and isinstance(error, Killed)):
                raise error
            return real(*given, **named)

        context.setattr(place, name, call)

    with monkeypatch.context() as context:
        for name in ("rename", "fsync", "replace"):
            failing(name, os)
        for name in ("mkdir", "unlink", "rmdir"):
            failing(name, Path)
        failing("write", stages._Summed)
        yield calls


def test_a_kill_at_any_write_leaves_a_stage_whole_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for number in range(1, 100):
        place = tmp_path / str(number) / "blocking"
        place.parent.mkdir()
        write_stage(place, "an earlier run's", {}, 0.0, 1.0)
        with fault(number, Killed(), monkeypatch) as calls:
            try:
                write_stage(place, some_value(), {"a": "b"}, 0.0, 1.0)
            except (Killed, pl.exceptions.ComputeError):  # as polars words an error of the file it writes to
                killed = True
            else:
                killed = False
        try:
            value = Stage.checked(place).value()
        except Damaged as error:
            assert "missing" in str(error)  # noqa: PT017
            found.add("nothing")
        else:
            found.add("old" if value == "an earlier run's" else "new")
            assert value == "an earlier run's" or same(value, some_value())
        write_stage(place, some_value(), {}, 0.0, 1.0)
        assert same(Stage.checked(place).value(), some_value())
        if not killed:
            assert number == len(calls) + 1
            break
    else:
        raise AssertionError("it never ended")
    assert found == {"old", "nothing", "new"}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_while_work_is_kept_does_not_end_the_run(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = 0
    for number in range(1, 100):
        place, run = tmp_path / str(number), Run()
        with run.work(place) as work:
            work.kept("blocking", lambda: 1)
            with fault(number, OSError(code, os.strerror(code)), monkeypatch) as calls:
                assert same(work.kept("comparing", some_value), some_value())
            assert work.kept("prior", lambda: 2) == 2
        if len(calls) < number:
            assert not run.said
            break
        if run.said:  # it may have been a failure that does not matter
            failures += 1
            assert len(run.said) == 1
            assert "goes on without keeping its work" in run.said[0]
            assert ("the disk is full" in run.said[0]) == (code == errno.ENOSPC)
            assert not place.exists()
    assert failures > 5


def test_links_and_pipes_are_not_followed(kept: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    shutil.copytree(kept, outside)
    for name in sorted(path.name for path in (outside / "blocking").iterdir()):
        place = tmp_path / f"of {name}"
        shutil.copytree(kept, place)
        (place / "blocking" / name).unlink()
        (place / "blocking" / name).symlink_to(outside / "blocking" / name)
        with pytest.raises(Damaged, match="no plain file"):
            Stage.checked(place / "blocking")
        if hasattr(os, "mkfifo"):
            (place / "blocking" / name).unlink()
            os.mkfifo(place / "blocking" / name)
            with pytest.raises(Damaged, match="no plain file"):
                Stage.checked(place / "blocking")
    (tmp_path / "linked").symlink_to(outside / "blocking", target_is_directory=True)
    remove_stage(tmp_path / "linked")
    assert (outside / "blocking" / INDEX).exists()


def test_only_what_stages_write_is_removed(kept: Path, tmp_path: Path) -> None:
    place = tmp_path / "blocking"
    shutil.copytree(kept / "blocking", place)
    (place / "thesis.npy").write_text("mine")
    (place / "7.npy").symlink_to(tmp_path)
    remove_stage(place)
    assert sorted(path.name for path in place.iterdir()) == ["7.npy", "thesis.npy"]


def test_a_file_that_grew_is_not_read_to_its_end(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(kept / "blocking", tmp_path / "blocking")
    file = next((tmp_path / "blocking").glob("*.npy"))
    os.truncate(file, 1 << 40)
    monkeypatch.setattr("hashlib.sha256", _Impatient)
    stage = Stage(tmp_path / "blocking", {}, 0.0, 0.0, {"array": file.name}, {file.name: (7, "")})
    with pytest.raises(Damaged, match="is not what was written"):
        stage.value()


class _Impatient:
    """A checksum of no content."""

    def update(self, data: bytes) -> None:
        raise AssertionError("read")
