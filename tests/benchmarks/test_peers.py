"""The comparison beside others: limits that kill, memory of all processes, labels, scores of an answer, the tables."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

PEERS = Path(__file__).parents[2] / "benchmarks" / "peers"


@pytest.fixture(autouse=True)
def bare_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripts import their neighbours by bare names."""
    monkeypatch.syspath_prepend(str(PEERS.parent))
    monkeypatch.syspath_prepend(str(PEERS))


def module(name: str) -> ModuleType:
    return importlib.import_module(name)


def measured(code: str, **limits: Any) -> Any:
    return module("limits").measured([sys.executable, "-c", code], **{"seconds": 20.0, "memory_mb": 4000.0} | limits)


def ended(pid: int) -> bool:
    for _ in range(50):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_time_kills_the_whole_group(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    code = (
        "import pathlib, subprocess, time; child = subprocess.Popen(['sleep', '60']);"
        f"pathlib.Path({str(noted)!r}).write_text(str(child.pid)); time.sleep(60)"
    )
    found = measured(code, seconds=1.0)
    assert found.ending == "time"
    assert 1.0 <= found.seconds < 3.0
    if os.path.isdir("/proc"):
        assert ended(int(noted.read_text()))


def test_memory_of_a_child_counts_and_is_limited() -> None:
    child = "import time; held = b'x' * 150_000_000; time.sleep(0.7)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    found = measured(code)
    assert found.ending == "finished"
    assert 150 < found.peak_mb < 600
    assert measured(code, memory_mb=100.0).ending == "memory"


def test_the_last_words_of_a_failure_are_kept() -> None:
    found = measured("raise ValueError('no such column')")
    assert (found.ending, found.message) == ("error", "ValueError: no such column (exit status 1)")
    assert measured("import os; os.abort()").message == "ended by signal 6"


def test_an_answer_is_scored_against_the_truth(tmp_path: Path) -> None:
    answer, truth = tmp_path / "answer.csv", tmp_path / "truth.csv"
    answer.write_text("id,cluster_id\na,1\nb,1\nc,1\nd,2\n")
    truth.write_text("id,entity_id\na,a\nb,a\nc,c\nd,c\n")
    found = module("answers").scored(answer, "cluster_id", truth)
    assert (found["clusters"], found["precision"], found["recall"]) == (2, pytest.approx(1 / 3), pytest.approx(1 / 2))


def test_labels_are_true_repeatable_and_half_matches() -> None:
    answers, synthetic = module("answers"), module("synthetic")
    records, truth = synthetic.persons(3000, 1)
    labels = answers.labelled(records, truth)
    entity = dict(truth.select("id", "entity_id").iter_rows())
    for left, right, label in labels.iter_rows():
        assert left != right
        assert (entity[left] == entity[right]) == (label == "match")
    assert labels["label"].value_counts(sort=True).rows()[0][1] == answers.MATCHES
    assert labels.filter(label="distinct").height >= 0.9 * answers.MATCHES
    assert labels.equals(answers.labelled(records, truth))
    assert not labels.equals(answers.labelled(records, truth, seed=2))


def run_of(peer: str, **values: Any) -> dict[str, Any]:
    scores = {"precision": 1.0, "recall": 0.5, "f1": 0.667, "b_cubed_f1": 0.8, "clusters": 1234}
    limits = {"limit_seconds": 900, "limit_gb": 20}
    whole = {"kind": "persons", "rows": 10_000, "peer": peer, "ending": "finished", "seconds": 2.0, "peak_mb": 400}
    return whole | scores | limits | values


def test_the_table_tells_ratios_failures_and_who_is_ahead() -> None:
    report = module("report")
    runs = [
        run_of("matchkit"),
        run_of("splink", seconds=1.0, f1=0.7),
        run_of("dedupe", ending="time"),
        run_of("rapidfuzz", ending="memory"),
        run_of("goldenmatch", ending="error", message="no | such thing"),
    ]
    rows = {line.split("|")[1].strip(): line for line in report.table(runs).splitlines()}
    assert "| 0.50 |" in " ".join(rows["splink"].split())
    assert "did not finish in 15 min" in rows["dedupe"]
    assert "killed at 20 GB" in rows["rapidfuzz"]
    assert "no / such thing" in rows["goldenmatch"]
    assert report.ahead(runs) == (
        "Faster than matchkit: splink; with less memory than matchkit: none; with a better F1 than matchkit: splink."
    )
    assert report.ahead(runs[1:]) == "matchkit gave no answer."


def test_a_peer_that_ran_out_is_not_tried_on_more_rows_and_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, tables, environments = module("run"), module("tables"), module("environments")
    monkeypatch.setattr(tables, "RESULTS", tmp_path)
    monkeypatch.setattr(run, "made", lambda kind, rows, folder: folder)
    tried: list[tuple[str, int]] = []

    def cell(peer: str, kind: str, home: Path, options: argparse.Namespace) -> dict[str, Any]:
        tried.append((peer, options.asked))
        values = run_of(peer, ending="time" if peer == "splink" else "finished")
        return {name: values[name] for name in values if name not in ("kind", "rows", "peer")}

    def prepared(peer: str, cache: Path) -> Path:
        if peer == "rapidfuzz":
            raise OSError("no network")
        return Path(sys.executable)

    monkeypatch.setattr(run, "cell", cell)
    monkeypatch.setattr(environments, "prepared", prepared)
    monkeypatch.setattr(environments, "versions", lambda python: ["entity-matchkit==0.1.0"])
    shared = {"kinds": ["persons"], "only": None, "minutes": 15.0, "gb": 20.0, "cache": tmp_path, "fresh": False}
    for rows in (10, 20):
        outcome = run.measure(argparse.Namespace(rows=[rows], asked=rows, **shared))
    endings = {(one["peer"], one["rows"]): one.get("message", one["ending"]) for one in outcome["runs"]}
    assert endings["splink", 20] == "not tried: did not finish in 15 min at 10 rows"
    assert endings["rapidfuzz", 20] == "cannot be installed or started: no network"
    assert endings["dedupe", 20] == "finished"
    assert ("splink", 20) not in tried
    done = len(tried)
    run.measure(argparse.Namespace(rows=[10, 20], asked=0, **shared))
    assert len(tried) == done
    run.measure(argparse.Namespace(rows=[20], asked=20, **shared | {"only": ["dedupe"]}))
    assert tried[done:] == [("dedupe", 20)]
    assert report_text_has_every_row(tables)


def report_text_has_every_row(tables: ModuleType) -> bool:
    text = module("report").text(tables.load("peers"))
    return all(text.count(f"\n| {peer} ") == 2 for peer in module("environments").PEERS)


def test_an_environment_is_made_again_for_other_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environments = module("environments")
    made: list[str] = []

    def run(words: list[str], **_: Any) -> None:
        made.append(words[2])
        (tmp_path / "splink").mkdir(exist_ok=True)

    monkeypatch.setattr(environments.subprocess, "run", run)
    for _ in range(2):
        environments.prepared("splink", tmp_path)
    assert made == ["venv", "pip"]
    monkeypatch.setitem(environments.PINS, "splink", ("splink==0",))
    environments.prepared("splink", tmp_path)
    assert made == ["venv", "pip"] * 2


def test_every_peer_says_its_settings() -> None:
    environments = module("environments")
    for peer in environments.PEERS:
        assert len(environments.settings(peer)) > 50, peer


def test_labels_reach_only_the_peer_that_learns(tmp_path: Path) -> None:
    run = module("run")
    for peer in module("environments").PEERS:
        words, _, _ = run.command(peer, Path("python"), "persons", tmp_path, tmp_path)
        assert ("--labels" in words) == (peer == "dedupe")
        assert not any("truth" in word for word in words)


def test_names_of_columns_are_not_needed_to_label() -> None:
    records = pl.DataFrame({"id": ["a", "b", "c"], "any": ["red shoe", "red shoe", "red boot"]})
    truth = pl.DataFrame({"id": ["a", "b", "c"], "entity_id": ["a", "a", "c"]})
    labels = module("answers").labelled(records, truth)
    assert labels.filter(label="match").select("left_id", "right_id").row(0) in [("a", "b"), ("b", "a")]
    assert set(labels.filter(label="distinct")["left_id"]) <= {"a", "b", "c"}
