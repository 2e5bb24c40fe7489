"""How many threads run, and that results do not depend on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from matchkit import cores

Catalogue = Callable[[int], pl.DataFrame]
ROOT = Path(__file__).parents[2]
LIBRARIES = "import os, sys\nfrom matchkit.cli import main\nmain(sys.argv[1:])\nimport polars, faiss\n"
COUNTS = "print(polars.thread_pool_size(), faiss.omp_get_max_threads())"
COMMANDS = {
    "dedupe": ["a.csv", "-o", "out"],
    "variants": ["a.csv", "-o", "out"],
    "link": ["a.csv", "b.csv", "-o", "out"],
    "block": ["a.csv"],
    "train": ["--left", "a.csv", "--train", "b.csv", "-o", "out"],
    "predict": ["--pairs", "b.csv", "--model", "model", "--left", "a.csv", "-o", "out.csv"],
    "baseline": ["tasks", "-o", "out"],
}
# What a command does, with approximate search above 1,000 rows, and what it took.
RUN = """
import os, sys, threading, time
from matchkit.cores import prepare
threads = int(sys.argv[1])
prepare(threads)
import blocking.index, matchkit.candidates
blocking.index.nearest.__kwdefaults__["exact_limit"] = 1000
from matchkit.cli import main
most, over = 0, threading.Event()
def count():
    global most
    while not over.wait(0.01):
        most = max(most, len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0)
watcher = threading.Thread(target=count); watcher.start()
wall, cpu = time.perf_counter(), time.process_time()
code = main([*sys.argv[2:], "--threads", str(threads), "-q"])
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
over.set(); watcher.join()
print(code, wall, cpu, most)
"""


def run(script: str, *arguments: object, folder: Path, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_THREADS")}
    ended = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_libraries_before_they_start(command: str, tmp_path: Path) -> None:
    given = [command, *COMMANDS[command], "--threads", "3"]
    assert run(LIBRARIES + COUNTS, *given, folder=tmp_path) == "1 3"


def test_threads_of_a_settings_file_are_obeyed_and_those_of_the_command_go_before(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("threads = 3\n")
    given = ["dedupe", "a.csv", "-o", "out", "-c", "settings.toml"]
    assert run(LIBRARIES + COUNTS, *given, folder=tmp_path) == "1 3"
    assert run(LIBRARIES + COUNTS, *given, "--threads", "2", folder=tmp_path) == "1 2"


def test_what_the_user_set_in_the_environment_stays_where_no_number_is_given(tmp_path: Path) -> None:
    given = ["dedupe", "a.csv", "-o", "out"]
    theirs = {"POLARS_MAX_THREADS": "5", "OMP_NUM_THREADS": "4"}
    assert run(LIBRARIES + COUNTS, *given, folder=tmp_path, **theirs) == "5 4"
    assert run(LIBRARIES + COUNTS, *given, "--threads", "2", folder=tmp_path, **theirs) == "1 2"


def test_importing_the_command_line_and_reading_settings_starts_no_library(tmp_path: Path) -> None:
    script = "import sys, matchkit.cli, matchkit.config, matchkit.cores, matchkit.cli.options\n"
    assert run(script + "print([m for m in ('polars', 'numpy', 'faiss') if m in sys.modules])", folder=tmp_path) == "[]"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    records = catalogue(3000)
    records.write_csv(folder / "all.csv")
    records[::2].write_csv(folder / "left.csv")
    records[1::2].write_csv(folder / "right.csv")
    return folder


def written(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    told = json.loads((folder / "run.json").read_text())
    for changing in ("seconds", "memory", "config"):
        told.pop(changing)
    searches = [told["blocking"]] if isinstance(told["blocking"], dict) else told["blocking"]
    assert {index["kind"] for search in searches for index in search["indexes"]} != {"exact"}
    for search in searches:
        for index in search["indexes"]:
            index.pop("seconds")
    return found | {"run.json": told}


@pytest.mark.parametrize(
    "given",
    [["dedupe", "all.csv"], ["variants", "all.csv"], ["link", "left.csv", "right.csv"]],
    ids=lambda given: given[0],
)
def test_results_are_equal_for_any_number_of_threads(given: list[str], tables: Path, tmp_path: Path) -> None:
    results, measured = [], {}
    for threads in (1, 2, 3, 0):
        out = tmp_path / str(threads)
        code, *measured[threads] = map(float, run(RUN, threads, *given, "-o", out, folder=tables).split())
        assert code == 0
        results.append(written(out))
    assert results[0].keys() >= {"records.csv", "pairs.csv"} or given[0] == "link"
    assert results[1:] == results[:1] * 3
    wall, cpu, most = measured[1]
    assert cpu <= 1.1 * wall + 0.2
    assert most <= measured[3][2]


def test_the_cores_are_those_this_process_may_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(6)), raising=False)
    monkeypatch.setattr(cores, "control_groups", lambda controller: [tmp_path])
    assert cores.available() == 6
    assert cores.workers(0) == 6
    assert cores.workers(9) == 9
    (tmp_path / "cpu.max").write_text("250000 100000\n")
    assert cores.available() == 3
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert cores.available() == 6
    (tmp_path / "cpu.cfs_quota_us").write_text("-1\n")
    (tmp_path / "cpu.cfs_period_us").write_text("100000\n")
    assert cores.available() == 6
    (tmp_path / "cpu.cfs_quota_us").write_text("50000\n")
    assert cores.available() == 1


def test_groups_of_both_versions_and_of_containers_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    membership, groups = tmp_path / "cgroup", tmp_path / "fs"
    monkeypatch.setattr(cores, "_MEMBERSHIP", membership)
    monkeypatch.setattr(cores, "_GROUPS", groups)
    assert cores.control_groups("memory") == []
    (groups / "memory" / "jobs" / "one").mkdir(parents=True)
    (groups / "cpu").mkdir()
    membership.write_text("4:memory:/jobs/one\n3:cpu,cpuacct:/elsewhere\n0::/of/the/host\n")
    found = [groups / "memory" / "jobs" / "one", groups / "memory" / "jobs", groups / "memory", groups]
    assert cores.control_groups("memory") == found
    assert cores.control_groups("cpu") == [groups / "cpu", groups]


def test_sums_run_on_one_thread_and_the_setting_comes_back() -> None:
    from threadpoolctl import threadpool_info

    def numbers() -> list[int]:
        return [
            found["num_threads"]
            for found in threadpool_info()
            if found["user_api"] == "blas" and "faiss" not in found["filepath"]
        ]

    before = numbers()
    with cores.plain_sums():
        assert set(numbers()) == {1}
    assert numbers() == before
