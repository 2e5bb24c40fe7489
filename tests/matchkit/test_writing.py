"""Files appear whole or not at all, and hold the user's cells exactly."""

from __future__ import annotations

import csv
import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchkit import writing
from matchkit.errors import OutputError
from matchkit.staging import half_written
from matchkit.writing import check_file, check_folder, csv_notes, write_csv, write_file, write_folder

ROOT = Path(__file__).resolve().parents[2]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
HOSTILE = [
    "=1+1",
    "+a",
    "-a",
    "@x",
    "a\rb",
    "\r",
    "\n",
    "a\r\nb",
    '"',
    'q"q',
    ",",
    " x ",
    "\t",
    "\ufeffx",
    "'",
    "#",
]


def read_back(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def tree(folder: Path) -> dict[str, str | None]:
    """Everything in a folder: files with their content, folders with None."""
    return {
        str(path.relative_to(folder)): path.read_text() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def text_writer(text: str) -> Callable[[Path], None]:
    return lambda path: (path.write_text(text), None)[1]


def failing(error: BaseException) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text("half")
        raise error

    return write


@given(st.lists(st.tuples(TEXT | st.sampled_from(HOSTILE), TEXT | st.none()), max_size=6), TEXT, TEXT)
def test_every_cell_comes_back_as_python_reads_it(rows: list[tuple[str, str | None]], first: str, second: str) -> None:
    names = [first.lstrip("\ufeff") + "1", second + "2"]
    frame = pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.csv")
        write_csv(frame, path)
        assert read_back(path) == [names, *[[cell or "" for cell in row] for row in rows]]


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 7])
def test_rows_are_the_same_however_many_are_written_at_once(
    rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pl.DataFrame({"a": [f"{i}\n" for i in range(rows)], "b": range(rows)}, {"a": pl.String, "b": pl.Int64})
    monkeypatch.setattr(writing, "_ROWS_AT_ONCE", 3)
    write_csv(frame, tmp_path / "x.csv")
    assert read_back(tmp_path / "x.csv") == [["a", "b"], *[[f"{i}\n", str(i)] for i in range(rows)]]


def test_types_without_a_csv_form_become_text_and_a_note(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "tags": [["a", "é"], None],
            "maker": [{"name": "x", "since": date(2020, 1, 2)}, None],
            "raw": [b"\xff\x00", None],
            "wait": [timedelta(seconds=3), None],
            "ok": [True, None],
            "object": pl.Series([{1}, None], dtype=pl.Object),
        }
    )
    write_csv(frame, tmp_path / "x.csv")
    header, first, second = read_back(tmp_path / "x.csv")
    cells = dict(zip(header, first, strict=True))
    assert json.loads(cells["tags"]) == ["a", "é"]
    assert json.loads(cells["maker"]) == {"name": "x", "since": "2020-01-02"}
    assert (cells["raw"], cells["wait"], cells["ok"], cells["object"]) == ("/wA=", "PT3S", "true", "{1}")
    assert second == [""] * 6
    notes = csv_notes(frame)
    assert "'tags', 'maker', 'object'" in notes[0]
    assert "'raw'" in notes[1]
    assert csv_notes(frame.select("ok", "wait")) == []


def test_a_new_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    written = write_folder(tmp_path / "a/b/c", {"x": text_writer("1"), "y": text_writer("2")})
    assert written == [tmp_path / "a/b/c/x", tmp_path / "a/b/c/y"]
    assert tree(tmp_path) == {"a": None, "a/b": None, "a/b/c": None, "a/b/c/x": "1", "a/b/c/y": "2"}
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "a/b/c").stat().st_mode
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_empty_folder_is_used_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o750)
    before = (tmp_path / "out").stat()
    write_folder(tmp_path / "out", {"x": text_writer("1")})
    after = (tmp_path / "out").stat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert tree(tmp_path) == {"out": None, "out/x": "1"}


def test_a_folder_with_files_needs_force_and_keeps_foreign_files(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("old")
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="--force"):
        write_folder(tmp_path, {"x": text_writer("new")})
    assert tree(tmp_path) == {"mine.txt": "mine", "x": "old"}
    write_folder(tmp_path, {"x": text_writer("new"), "y": text_writer("more")}, force=True)
    assert tree(tmp_path) == {"mine.txt": "mine", "x": "new", "y": "more"}


def test_the_path_may_be_relative_or_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert write_folder("out", {"x": text_writer("1")}) == [Path("out/x")]
    assert write_folder("~/out", {"x": text_writer("2")}) == [tmp_path / "home/out/x"]
    assert (tmp_path / "home/out/x").read_text() == "2"


def test_unusable_folders_are_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "out/records.csv").mkdir(parents=True)
    with pytest.raises(OutputError, match="it is a file"):
        check_folder(tmp_path / "file")
    with pytest.raises(OutputError, match="file is a file"):
        check_folder(tmp_path / "file/below")
    with pytest.raises(OutputError, match="is a folder"):
        check_folder(tmp_path / "out", force=True, names=["records.csv"])
    with pytest.raises(OutputError, match="name too long"):
        check_folder(tmp_path / ("x" * 5000))


def test_the_input_file_is_never_replaced(tmp_path: Path) -> None:
    source = tmp_path / "records.csv"
    source.write_text("a,b\n")
    with pytest.raises(OutputError, match="input file"):
        check_folder(tmp_path, force=True, names=["records.csv"], source=source)
    with pytest.raises(OutputError, match="input file"):
        check_file(source, force=True, source=os.path.relpath(source))
    check_folder(tmp_path, force=True, names=["pairs.csv"], source=source)


def test_a_check_leaves_nothing_behind(tmp_path: Path) -> None:
    check_folder(tmp_path / "new/out")
    check_folder(tmp_path)
    check_file(tmp_path / "new/x.csv")
    assert tree(tmp_path) == {}


def test_a_folder_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(OutputError, match="not permitted"):
        check_folder(tmp_path / "out")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    for folder in ("locked", "locked/out"):
        with pytest.raises(OutputError, match="not permitted"):
            check_folder(tmp_path / folder)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), OutputError),
        (pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device"), OutputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (SystemExit(143), SystemExit),
        (RuntimeError("a fault"), RuntimeError),
        (pl.exceptions.ComputeError("a fault"), pl.exceptions.ComputeError),
    ],
)
def test_a_failed_write_changes_nothing(
    place: int, old: bool, error: BaseException, seen: type[BaseException], tmp_path: Path
) -> None:
    folder = tmp_path / "a/out"
    if old:
        folder.mkdir(parents=True)
        (folder / "f0").write_text("old")
    before = tree(tmp_path)
    writers = {f"f{i}": text_writer("new") for i in range(3)} | {f"f{place}": failing(error)}
    with pytest.raises(seen) as caught:
        write_folder(folder, writers, force=True)
    assert tree(tmp_path) == before
    if seen is OutputError:
        assert "disk is full" in str(caught.value)


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "open elsewhere"), KeyboardInterrupt()])
def test_a_failed_move_brings_the_old_files_back(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "c"):
        (tmp_path / name).write_text("old")
    before = tree(tmp_path)
    real = os.replace
    writers = {name: text_writer("new") for name in ("a", "b", "c")}
    for allowed in range(5):  # two moves for each file that was there, one for the other
        moves = 0

        def move(source: Path, target: Path, allowed: int = allowed) -> None:
            nonlocal moves
            moves += 1
            if moves == allowed + 1:
                raise error
            real(source, target)

        monkeypatch.setattr(os, "replace", move)
        with pytest.raises((OutputError, KeyboardInterrupt)):
            write_folder(tmp_path, writers, force=True)
        assert tree(tmp_path) == before
    monkeypatch.setattr(os, "replace", real)
    write_folder(tmp_path, writers, force=True)
    assert tree(tmp_path) == dict.fromkeys("abc", "new")


def test_one_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new/x.csv"
    assert write_file(path, text_writer("1")) == path
    with pytest.raises(OutputError, match="--force"):
        write_file(path, text_writer("2"))
    with pytest.raises(KeyboardInterrupt):
        write_file(path, failing(KeyboardInterrupt()), force=True)
    assert tree(tmp_path) == {"new": None, "new/x.csv": "1"}
    write_file(path, text_writer("2"), force=True)
    assert tree(tmp_path) == {"new": None, "new/x.csv": "2"}
    with pytest.raises(OutputError, match="is a folder"):
        check_file(tmp_path / "new", force=True)
    with pytest.raises(OutputError, match="is a file"):
        check_file(path / "below.csv")


LIMITED = """
import resource, sys
import polars as pl
from functools import partial
from matchkit import writing
frame = pl.DataFrame({"a": [str(i * 7919 % 100_003) for i in range(200_000)]})
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    writing.write_folder(sys.argv[1], {"x": partial(getattr(writing, sys.argv[2]), frame)}, force=True)
except writing.OutputError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file size are a POSIX matter")
@pytest.mark.parametrize("writer", ["write_csv", "write_parquet"])
def test_a_file_the_system_cuts_short_is_not_left(writer: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("old")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path, writer],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "file too large" in done.stdout.lower()
    assert tree(tmp_path) == {"x": "old"}


KILLED = """
import sys, time
from pathlib import Path
from matchkit.writing import write_folder
def slow(path):
    path.write_text("half")
    print("writing", flush=True)
    time.sleep(60)
write_folder(sys.argv[1], {"a": lambda path: path.write_text("new"), "b": slow}, force=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("old", [False, True])
def test_a_killed_process_leaves_the_old_result(old: bool, tmp_path: Path) -> None:
    out = tmp_path / "out"
    if old:
        out.mkdir()
        (out / "a").write_text("old")
    with subprocess.Popen([sys.executable, "-c", KILLED, out], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
    if old:
        assert (out / "a").read_text() == "old"
        assert not (out / "b").exists()
    else:
        assert not out.exists()


def test_a_writer_may_be_a_partial(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", {"x.csv": partial(write_csv, pl.DataFrame({"a": ["1"]}))})
    assert (tmp_path / "out/x.csv").read_bytes() == b"a\n1\n"


WRONG = [
    b"5",
    b"null",
    b"true",
    b"",
    b"\xff",
    b'{"a": 1}',
    b'["a", 5]',
    b'["../a"]',
    b'["a/b"]',
    b'["a\\u0000"]',
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", [*WRONG, b'["' + b"a" * 200_000 + b'"]'])
def test_a_listing_that_nobody_wrote_names_nothing(content: bytes, tmp_path: Path) -> None:
    stage = tmp_path / ".work/.matchkit-x"
    stage.mkdir(parents=True)
    (stage / "names.json").write_bytes(content)
    assert half_written(tmp_path / ".work") == set()
    check_folder(tmp_path)
    (stage / "names.json").write_bytes(b'["a", "b"]')
    assert half_written(tmp_path / ".work") == {"a", "b"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are a POSIX matter")
@pytest.mark.parametrize("what", ["pipe", "link", "zero", "folder", "stage", "work"])
def test_a_listing_is_no_pipe_and_no_link(what: str, tmp_path: Path) -> None:
    elsewhere, stage = tmp_path / "elsewhere/.matchkit-x", tmp_path / "out/.work/.matchkit-x"
    elsewhere.mkdir(parents=True)
    (elsewhere / "names.json").write_bytes(b'["a"]')
    if what == "work":
        (tmp_path / "out").mkdir()
        (tmp_path / "out/.work").symlink_to(elsewhere.parent)
    elif what == "stage":
        stage.parent.mkdir(parents=True)
        stage.symlink_to(elsewhere)
    else:
        stage.mkdir(parents=True)
        listing = stage / "names.json"
        if what == "pipe":
            os.mkfifo(listing)
        elif what == "folder":
            listing.mkdir()
        else:
            listing.symlink_to(elsewhere / "names.json" if what == "link" else "/dev/zero")
    assert half_written(tmp_path / "out/.work") == set()
