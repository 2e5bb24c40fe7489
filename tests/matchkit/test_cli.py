"""The command line: help, options, errors and exit codes; the matching itself is replaced by a stand-in."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import pty
import signal
import subprocess
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import matchkit
from blocking.errors import BlockingError
from matchkit.cli import app, main
from matchkit.config import Config
from matchkit.errors import CatalogueError
from matchkit.pairtable import PairTable
from matchkit.results import Result

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [command.callback.__name__ for command in app.registered_commands if command.callback]


def fake_result() -> Result:
    records = pl.DataFrame({"id": ["1", "2"], "title": ["=Mug", "+Mug"]}).with_columns(
        entity_id=pl.lit("1"), family_id=pl.lit("1"), confidence=pl.lit(0.98766), needs_review=pl.lit(False)
    )
    pairs = pl.DataFrame(
        {
            "left_id": ["1"],
            "right_id": ["2"],
            "label": ["exact_duplicate"],
            "p_exact": [0.98766],
            "p_variant": [0.01],
            "differs_in": [""],
            "reason": ["same title"],
        }
    )
    columns = [{"name": "title", "role": "text", "kind": "title", "reason": "named so"}]
    return Result(records, PairTable.of(pairs), {"columns": columns, "seconds": {"read": 0.1}, "notes": ["a note"]})


@dataclass
class FakePipeline:
    """Stands in for ``matchkit.pipeline`` and remembers how it was called."""

    fails_with: BaseException | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)

    def dedupe(self, source: Any, config: Config, *, model: None = None, progress: Any, work: Any) -> Result:
        self._called(source=source, config=config)
        with progress.stage("comparing"):
            return fake_result()

    def block(self, source: Any, config: Config, *, truth: Any, progress: Any) -> Any:
        self._called(source=source, config=config, truth=truth)
        candidates = pl.DataFrame({"left_id": ["1"], "right_id": ["2"], "similarity": [0.5]})
        return types.SimpleNamespace(candidates=candidates, report={"rows": 2, "pair_completeness": 1.0})

    def _called(self, **call: Any) -> None:
        self.calls.append(call)
        if self.fails_with is not None:
            raise self.fails_with


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    fake = FakePipeline()
    monkeypatch.setitem(sys.modules, "matchkit.pipeline", fake)
    monkeypatch.setattr(matchkit, "pipeline", fake, raising=False)
    return fake


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "catalog.csv"
    path.write_text("id,title\n1,=Mug\n2,+Mug\n")
    return path


def python(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def run(command: str) -> int:
    return main(command.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    said = capsys.readouterr().out
    examples = {
        "explain": "out/ C10001",
        "evaluate": "out/pairs.csv",
        "train": "--left",
        "predict": "--model model/",
        "baseline": "tasks/ -o",
        "validate": "submission.csv",
        "score": "submission.csv",
        "leaderboard": "submissions/ --tasks",
    }
    example = examples.get(command, "catalog.csv")
    assert f"\n    matchkit {command} {example}" in said.partition("Example")[2]
    assert "None" not in said


def test_every_option_says_what_it_does() -> None:
    import typer

    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        for parameter in command.params:
            assert parameter.help, f"{name} {parameter.name}"


def test_help_is_what_a_bare_command_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert main(["-h"]) == main([]) == 0
    assert capsys.readouterr().out == said * 2
    for command in COMMANDS:
        assert f"\n  {command} " in said
    assert "matchkit dedupe catalog.csv -o out/" in said


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from matchkit.cli import main; code = main(['dedupe', '--help']); "
        "heavy = 'polars numpy faiss scipy sklearn pandas recordlinkage rapidfuzz rich torch'.split(); "
        "print(code, [name for name in heavy if name in sys.modules])"
    )
    assert python("-c", code).stdout.endswith("\n0 []\n")


def test_the_package_loads_nothing_heavy_until_it_is_used() -> None:
    done = python("-c", "import sys, matchkit; print([n for n in ('polars', 'typer', 'numpy') if n in sys.modules])")
    assert done.stdout == "[]\n"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"matchkit {matchkit.__version__}\n"
    assert python("-m", "matchkit", "--version").stdout == f"matchkit {matchkit.__version__}\n"


def test_dedupe_writes_the_files_and_nothing_else(
    pipeline: FakePipeline, catalogue: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["dedupe", "catalog.csv", "-o", "out"]) == 0
    assert capfd.readouterr() == ("", "")
    assert sorted(path.name for path in Path("out").iterdir()) == ["pairs.csv", "records.csv", "run.json"]
    assert sorted(path.name for path in Path().iterdir()) == ["catalog.csv", "out"]
    with open("out/records.csv", newline="") as handle:
        rows = list(csv.reader(handle))
    assert rows[1] == ["1", "=Mug", "1", "1", "0.9877", "false"]
    assert json.loads(Path("out/run.json").read_text())["notes"] == ["a note"]


def test_every_option_reaches_the_run(pipeline: FakePipeline, catalogue: Path) -> None:
    options = (
        "--id sku --ignore-column a --ignore-column b --prefer 0.7 --neighbours 5 --encoder hashed "
        "--classifier ecm --threads 2 --seed 9 --encoding cp1252 --delimiter tab --format parquet"
    )
    assert main(["dedupe", "-", "--output", "out", *options.split()]) == 0
    assert pipeline.calls[0]["source"] == "-"
    assert pipeline.calls[0]["config"] == Config(
        id="sku",
        ignore_columns=("a", "b"),
        prefer=0.7,
        neighbours=5,
        classifier="ecm",
        threads=2,
        seed=9,
        encoding="cp1252",
        delimiter="\t",
    )
    assert pl.read_parquet("out/records.parquet").equals(fake_result().records)


def test_options_go_before_the_configuration_file(pipeline: FakePipeline, catalogue: Path) -> None:
    Path("m.toml").write_text('prefer = 0.2\nneighbours = 7\nignore_columns = ["a", "b"]\n')
    assert run("dedupe catalog.csv -o out -c m.toml --prefer 0.9 --ignore-column b --ignore-column c") == 0
    config = pipeline.calls[0]["config"]
    assert (config.prefer, config.neighbours, config.ignore_columns) == (0.9, 7, ("a", "b", "c"))


def test_an_existing_output_is_refused_before_any_work(
    pipeline: FakePipeline, catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("out").mkdir()
    Path("out/mine.txt").write_text("mine")
    assert main(["dedupe", "catalog.csv", "-o", "out"]) == 2
    assert "--force" in capsys.readouterr().err
    assert pipeline.calls == []
    assert main(["dedupe", "catalog.csv", "-o", "out", "--force"]) == 0
    assert Path("out/mine.txt").read_text() == "mine"
    assert len(list(Path("out").iterdir())) == 4


def test_the_input_is_not_replaced(pipeline: FakePipeline, catalogue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue.rename("records.csv")
    assert main(["dedupe", "records.csv", "-o", ".", "--force"]) == 2
    assert "input file records.csv" in capsys.readouterr().err
    assert Path("records.csv").read_text().startswith("id,title")


def test_block_writes_candidates_and_shows_what_was_measured(
    pipeline: FakePipeline, catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("truth.csv").write_text("id,cluster_id\n1,a\n2,a\n")
    assert run("block catalog.csv -o new/c.csv --truth truth.csv --neighbours 3") == 0
    assert Path("new/c.csv").read_text() == "left_id,right_id,similarity\n1,2,0.5\n"
    assert "pair completeness  1.0000" in capsys.readouterr().out
    assert pipeline.calls[0]["config"].neighbours == 3
    assert pipeline.calls[0]["truth"].rows() == [("1", "2")]
    assert run("block catalog.csv -o new/c.parquet -q") == 0
    assert pl.read_parquet("new/c.parquet").rows() == [("1", "2", 0.5)]
    assert capsys.readouterr().out == ""
    assert run("block catalog.csv --json") == 0
    assert json.loads(capsys.readouterr().out) == {"rows": 2, "pair_completeness": 1.0}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("dedupe", "missing argument 'FILE'"),
        ("dedupe catalog.csv", "missing option '--output'"),
        ("dedup catalog.csv", "did you mean 'dedupe'?"),
        ("dedupe catalog.csv --ouput x", "did you mean --output?"),
        ("dedupe catalog.csv -o out --format xml", "'xml' is not one of 'csv', 'parquet'"),
        ("dedupe catalog.csv -o out --prefer much", "'--prefer': give a valid number"),
        ("dedupe catalog.csv -o out --prefer 1.5", "prefer: 1.5 is not allowed"),
        ("dedupe catalog.csv -o out --prefer nan", "prefer: nan is not allowed"),
        ("dedupe catalog.csv -o out --neighbours 0", "neighbours: 0 is not allowed"),
        ("dedupe catalog.csv -o out --classifier x", "'x' is not one of 'mixture', 'ecm'"),
        ("dedupe catalog.csv -o out --delimiter ab", "delimiter: 'ab' is not allowed"),
        ("dedupe catalog.csv -o out -c none.toml", "none.toml: no such file"),
        ("dedupe catalog.csv -o catalog.csv", "it is a file"),
        ("dedupe a.csv b.csv -o out", "unexpected extra argument"),
        ("block catalog.csv -o c.xlsx", "end its name in .csv or .parquet"),
        ("block catalog.csv -o catalog.csv", "input file"),
        ("block catalog.csv --truth catalog.csv", "holds no truth"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    command: str, words: str, pipeline: FakePipeline, catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("matchkit: error: ")
    assert words in err
    assert err.count("\n") == 1
    assert pipeline.calls == []
    assert [path.name for path in Path().iterdir()] == ["catalog.csv"]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (CatalogueError("line 3 has\x1b[31m 4 cells"), 2, "matchkit: error: line 3 has\\x1b[31m 4 cells\n"),
        (
            CatalogueError("two problems:\n line 3\n\n line 4"),
            2,
            "matchkit: error: two problems:\nline 3\nline 4\n",
        ),
        (BlockingError("no such model"), 2, "matchkit: error: no such model\n"),
        (OSError(errno.ENOSPC, "No space left"), 2, "matchkit: error: the disk is full; free some space"),
        (KeyboardInterrupt(), 130, "matchkit: interrupted\n"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 1, ""),
    ],
)
def test_failures_leave_nothing(
    error: BaseException,
    code: int,
    said: str,
    pipeline: FakePipeline,
    catalogue: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("matchkit.cli.failures._forget_stdout", lambda: None)
    pipeline.fails_with = error
    try:
        ended = main(["dedupe", "catalog.csv", "-o", "new/out"])
    except SystemExit as stop:
        ended = int(str(stop.code))
    assert ended == code
    err = capsys.readouterr().err
    assert err.startswith(said)
    assert err.count("\n") == said.count("\n") or code == 2
    assert [path.name for path in Path().iterdir()] == ["catalog.csv"]


def test_a_fault_of_the_program_shows_its_traceback(pipeline: FakePipeline, catalogue: Path) -> None:
    pipeline.fails_with = ZeroDivisionError("a fault")
    with pytest.raises(ZeroDivisionError):
        main(["dedupe", "catalog.csv", "-o", "out"])
    assert not Path("out").exists()


def test_verbose_tells_the_stages_where_there_is_no_terminal(
    pipeline: FakePipeline, catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dedupe", "catalog.csv", "-o", "out", "-v"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(":")[1] for line in err.splitlines()] == [" comparing", " writing"]


def test_a_terminal_that_knows_no_emoji_does_not_end_the_run(
    pipeline: FakePipeline, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", stream)
    run = {"columns": [], "notes": ["👟 Größe"]}
    monkeypatch.setattr(
        pipeline, "dedupe", lambda *given, **options: Result(fake_result().records, fake_result().pair_table, run)
    )
    assert main(["dedupe", "catalog.csv", "-o", "out"]) == 0
    stream.flush()
    assert rb"\U0001f45f Gr\xf6\xdfe" in stream.buffer.getvalue()


def test_threads_are_set_before_polars_is_loaded() -> None:
    code = (
        "import os, sys; from matchkit.cli.options import resolve_config; "
        "resolve_config(None, ignore_columns=None, threads=1); "
        "assert 'polars' not in sys.modules; import polars; print(polars.thread_pool_size())"
    )
    assert python("-c", code).stdout == "1\n"


# Runs the command line with a stand-in for the stages, in a process of its own that signals can reach.
STAND_IN = f"""
import signal, sys, time, types
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored where the tests run under nohup
sys.path.insert(0, {str(ROOT)!r})
import polars as pl
import matchkit, matchkit.results
from matchkit.cli import main
def dedupe(source, config, *, model: None = None, progress, work):
    cells = {{"title": "=Mug", "entity": "1", "family": "1", "confidence": 1.0, "review": False}}
    records = pl.DataFrame([cells, cells])
    pairs = pl.DataFrame({{"label": ["variant"], "p_exact": [0.1], "p_variant": [0.8]}})
    return matchkit.results.Result(records, matchkit.pairtable.PairTable.of(pairs), {{"notes": ["a note"]}})
def block(source, config, *, truth, progress):
    return types.SimpleNamespace(report={{"rows": list(range(100_000))}})
sys.modules["matchkit.pipeline"] = types.SimpleNamespace(dedupe=dedupe, block=block)
if "hang" in sys.argv[1]:
    def hang(run, path):
        path.write_text("half")
        print("writing", file=sys.stderr, flush=True)
        time.sleep(60)
    matchkit.results._write_json = hang
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "run.py"
    path.write_text(STAND_IN)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(
    ("number", "code", "old"), [("SIGINT", 130, True), ("SIGTERM", 143, False), ("SIGHUP", 129, True)]
)
def test_a_run_stopped_while_writing_leaves_no_trace(
    number: str, code: int, old: bool, stand_in: Path, catalogue: Path
) -> None:
    if old:
        Path("out").mkdir()
        Path("out/records.csv").write_text("old")
    command: list[str | Path] = [
        sys.executable,
        stand_in,
        "hang",
        "dedupe",
        "catalog.csv",
        "-o",
        "out",
        "--force",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "writing\n"
        process.send_signal(getattr(signal, number))
        said = process.stderr.read()
    assert process.returncode == code
    assert said == "matchkit: interrupted\n"
    left = sorted(str(path) for path in Path().rglob("*"))
    assert left == ["catalog.csv", *(["out", "out/records.csv"] if old else [])]
    assert not old or Path("out/records.csv").read_text() == "old"


def in_terminal(command: list[str | Path]) -> str:
    """Everything a command shows on a terminal."""
    here, there = pty.openpty()
    process = subprocess.Popen(command, stdout=there, stderr=there, stdin=there)
    os.close(there)
    shown = b""
    while True:
        try:
            part = os.read(here, 65536)
        except OSError:  # how Linux tells that the other side was closed
            break
        if not part:
            break
        shown += part
    os.close(here)
    assert process.wait() == 0
    return shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX terminal")
def test_a_terminal_sees_the_report_unless_quiet(stand_in: Path, catalogue: Path) -> None:
    command: list[str | Path] = [sys.executable, stand_in, "", "dedupe", "catalog.csv", "-o"]
    shown = in_terminal([*command, "out"])
    for part in ("What was understood", "duplicate rows", "a note", "Largest groups", "=Mug", "out/run.json"):
        assert part in shown
    assert in_terminal([*command, "other", "--quiet"]) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX pipe")
def test_a_reader_that_goes_away_is_no_error(stand_in: Path, catalogue: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command: list[str | Path] = [sys.executable, stand_in, "", "block", "catalog.csv", "--json"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.stderr == b""
    assert done.returncode == 1
