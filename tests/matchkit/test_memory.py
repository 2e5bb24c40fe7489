"""What memory there is, what is needed, what was taken, and what happens where there is not enough."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import matchkit
from matchkit import memory
from matchkit.cli.failures import ending
from matchkit.errors import ResourceError

Catalogue = Callable[[int], pl.DataFrame]
ROOT = Path(__file__).parents[2]
MB = memory.MB
linux = pytest.mark.skipif(sys.platform != "linux", reason="only there the address space can be limited")


def test_the_peak_of_what_was_held_is_seen_though_it_is_gone_at_the_end() -> None:
    with memory.watched() as small:
        pass
    with memory.watched() as large:
        held = np.ones(200 * MB, dtype=np.int8)
        time.sleep(0.25)
        del held
    with memory.watched() as after:
        pass
    assert large.bytes >= small.bytes + 150 * MB
    assert after.bytes <= large.bytes - 150 * MB
    assert memory.used() > 10 * MB


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0, "0 MB"), (140 * MB, "140 MB"), (999_400_000, "999 MB"), (999_600_000, "1.0 GB"), (13_960 * MB, "14.0 GB")],
)
def test_sizes_in_words(amount: int, words: str) -> None:
    assert memory.size(amount) == words


def groups(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(memory, "control_groups", lambda controller: [folder])


def test_control_groups_of_both_versions_limit_what_is_available(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    groups(monkeypatch, tmp_path)
    free = memory.available()
    assert free > 100 * MB
    (tmp_path / "memory.max").write_text(f"{50 * MB}\n")
    (tmp_path / "memory.current").write_text(f"{30 * MB}\n")
    (tmp_path / "memory.stat").write_text(f"anon 1\ninactive_file {10 * MB}\n")
    assert memory.available() == 30 * MB
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available() > 100 * MB
    (tmp_path / "memory.limit_in_bytes").write_text(f"{40 * MB}\n")
    (tmp_path / "memory.usage_in_bytes").write_text(f"{60 * MB}\n")
    (tmp_path / "memory.stat").write_text(f"inactive_file 7\ntotal_inactive_file {5 * MB}\n")
    assert memory.available() == 0


@linux
@pytest.mark.parametrize("limit", ["RLIMIT_AS", "RLIMIT_DATA"])
def test_limits_of_the_process_count(limit: str) -> None:
    script = (
        "import resource, psutil\nfrom matchkit import memory\n"
        "held = psutil.Process().memory_info()\n"
        f"most = {300 * MB} + (held.vms if {limit!r} == 'RLIMIT_AS' else held.data)\n"
        f"resource.setrlimit(resource.{limit}, (most, most))\nprint(memory.available())"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert 250 * MB < int(told.stdout) <= 300 * MB


def test_batches_shrink_only_where_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda: 10_000 * MB)
    assert memory.batch(100_000, 1_000) == 100_000
    monkeypatch.setattr(memory, "available", lambda: 40 * MB)
    assert memory.batch(100_000, 1_000) == 10_000
    assert memory.batch(100_000, 1_000, at_once=2) == 5_000
    monkeypatch.setattr(memory, "available", lambda: 0)
    assert memory.batch(100_000, 1_000) == 1_000
    assert memory.batch(1, 1_000) == 1


def test_results_do_not_depend_on_the_memory_there_is(monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue) -> None:
    records = catalogue(1500)
    ample = matchkit.dedupe(records)
    sizes = set()
    shrunk = memory.batch

    def small(most: int, each: int, at_once: int = 1) -> int:
        sizes.add(found := shrunk(most, each, at_once))
        return found

    for module in ("evidence", "generalfeatures", "pairtable"):
        monkeypatch.setattr(f"matchkit.{module}.batch", small)
    monkeypatch.setattr("matchkit.memory.check", lambda *given, **more: None)
    monkeypatch.setattr(memory, "available", lambda: 0)
    short = matchkit.dedupe(records)
    assert short.records.equals(ample.records)
    assert short.pairs.equals(ample.pairs)
    assert sizes == {1000, 200, 500}
    assert ample.pairs.height > 500


def test_the_need_grows_with_what_is_asked_for() -> None:
    assert memory.needed(0, 256, 10, texts=2) == memory.BASE
    ten, twenty = (memory.needed(1_000_000, 256, neighbours, texts=2) for neighbours in (10, 20))
    assert twenty > ten > memory.needed(1_000_000, 256, 10, texts=None)
    assert memory.needed(2_000_000, 256, 10, texts=2) - memory.BASE == 2 * (ten - memory.BASE)


def test_every_text_that_is_compared_takes_memory() -> None:
    two, seven = (memory.needed(1_000_000, 256, 10, texts=texts) for texts in (2, 7))
    assert seven > two + 1e9


@pytest.mark.parametrize("command", ["dedupe", "variants", "link", "block"])
def test_too_little_memory_is_said_before_the_large_steps(
    command: str, monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue
) -> None:
    records = catalogue(300)
    monkeypatch.setattr(memory, "available", lambda: 60 * MB)
    given = (records[:150], records[150:]) if command == "link" else (records,)
    with pytest.raises(
        ResourceError, match=r"matching \d+ records needs about \d+ MB of memory and 60 MB are free: close"
    ):
        getattr(matchkit, command)(*given)


@linux
def test_a_command_without_memory_ends_in_one_sentence(tmp_path: Path, catalogue: Catalogue) -> None:
    catalogue(2000).write_csv(tmp_path / "a.csv")
    script = (
        "import resource, sys, psutil, polars, faiss, xgboost, scipy.sparse, sklearn.linear_model, matchkit.pipeline\n"
        "polars.thread_pool_size(); polars.DataFrame({'a': ['b']}).lazy().collect()\n"
        f"most = psutil.Process().memory_info().vms + {900 * MB}\n"
        "resource.setrlimit(resource.RLIMIT_AS, (most, most))\n"
        "from matchkit.cli import main\n"
        "sys.exit(main(['dedupe', 'a.csv', '-o', 'out', '--threads', '1', '--neighbours', '1000']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("matchkit: error: matching ")
    assert " records needs about " in ended.stderr
    assert not (tmp_path / "out").exists()


class PanicException(BaseException):
    """As polars raises it."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        MemoryError("std::bad_alloc"),
        RuntimeError("Error: std::bad_alloc"),
        RuntimeError("can't start new thread"),
        PanicException("capacity overflow"),
        OSError(12, "Cannot allocate memory"),
    ],
)
def test_every_library_that_runs_out_of_memory_ends_in_one_sentence(error: BaseException) -> None:
    code, sentence = ending(error) or (0, "")
    assert code == 2
    assert sentence.startswith("matchkit: error: there is not enough memory; close")
    assert "\n" not in sentence


def test_other_faults_are_faults_of_the_program() -> None:
    assert ending(RuntimeError("what is this")) is None
    assert ending(PanicException("index out of bounds")) is None


def test_an_error_of_numpy_in_a_run_is_a_sentence_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from matchkit.cli import main

    def fail(*given: object, **more: object) -> None:
        np.empty(1 << 60, dtype=np.int8)

    monkeypatch.setattr("matchkit.pipeline.dedupe", fail)
    pl.DataFrame({"title": ["a"]}).write_csv(tmp_path / "a.csv")
    assert main(["dedupe", str(tmp_path / "a.csv"), "-o", str(tmp_path / "out")]) == 2
    assert capfd.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_run_json_says_the_peak_of_each_stage(catalogue: Catalogue) -> None:
    run = matchkit.dedupe(catalogue(300)).run
    assert run["memory"].keys() == run["seconds"].keys()
    assert all(50 < peak < 20_000 for peak in run["memory"].values())
