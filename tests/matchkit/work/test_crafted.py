"""Kept stages that somebody made up, checksums and all: they are not taken, and the run starts over and says so."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import matchkit
from matchkit.config import Config
from matchkit.work import expected
from matchkit.work.fitting import fits
from matchkit.work.folder import WorkFolder
from matchkit.work.stages import INDEX, Stage
from matchkit.work.values import _KINDS
from tests.matchkit.work.keeping import ROOT, Run, never, same, some_value


def craft(folder: Path, change: Callable[[Any], object]) -> None:
    """Change the index of a stage, and sum it up again."""
    told = json.loads((folder / INDEX).read_bytes().partition(b"\n")[2])
    change(told)
    text = json.dumps(told).encode()
    (folder / INDEX).write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


def put(folder: Path, name: str, content: bytes) -> None:
    """Replace a file of a stage, and sum it up again."""
    (folder / name).write_bytes(content)
    craft(folder, lambda told: told["files"].update({name: [len(content), hashlib.sha256(content).hexdigest()]}))


def header(text: str) -> bytes:
    padded = text.encode() + b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded


def starts_over(place: Path) -> str:
    run, made = Run(), some_value()
    with run.work(place) as work:
        assert work.kept("blocking", lambda: made) is made
    with Run().work(place) as work:
        assert same(work.kept("blocking", never), made)
    assert run.said[-1].endswith("so the run starts over")
    return run.said[-1]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    with Run().work(tmp_path / "w") as work:
        work.kept("blocking", some_value)
    return tmp_path / "w"


INDEXES: dict[str, Callable[[Any], object]] = {
    "late": lambda told: told.update(started=10**400),
    "endless": lambda told: told.update(started=float("inf")),
    "no time": lambda told: told.update(seconds=float("nan")),
    "no size": lambda told: told["files"].update({"7.npy": [float("inf"), "x"]}),
    "half": lambda told: told["files"].update({"7.npy": [0.5, "x"]}),
    "negative": lambda told: told["files"].update({"7.npy": [-1, "x"]}),
    "nul": lambda told: told["files"].update({"a\0b": [1, "x"]}),
    "surrogate": lambda told: told["files"].update({"\ud800": [1, "x"]}),
    "path": lambda told: told["files"].update({"../../7.npy": [1, "x"]}),
    "other digits": lambda told: told["files"].update({"\u0663.npy": [1, "x"]}),
    "list": lambda told: told.update(files=[]),
}


@pytest.mark.parametrize("name", INDEXES)
def test_an_index_that_nobody_wrote_is_damage(name: str, place: Path) -> None:
    craft(place / "blocking", INDEXES[name])
    assert "stage.json cannot be understood" in starts_over(place)


@pytest.mark.parametrize(
    "shape",
    ["(10**15,)", "(1000000000000000,)", "(1000000000000000000000000,)", "(-5,)", "(-1, -5)", "(5.0,)", "(" * 500],
)
def test_an_array_is_no_larger_than_its_file(shape: str, place: Path) -> None:
    put(
        place / "blocking", "1.npy", header(f"{{'descr': '<u2', 'fortran_order': False, 'shape': {shape}}}") + b"0" * 10
    )
    assert "blocking cannot be understood" in starts_over(place)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The work of each command."""
    folder = tmp_path_factory.mktemp("runs")
    for command in ("dedupe", "variants", "link"):
        run(command, folder / command)
    return {command: folder / command for command in ("dedupe", "variants", "link")}


def run(command: str, work: Path | WorkFolder) -> Any:
    examples = ROOT / "examples"
    files = [examples / "catalog.csv"] + [examples / "suppliers.csv"] * (command == "link")
    return getattr(matchkit, command)(*files, Config(threads=1), work=work)


def pairs(value: Any) -> int:
    return int(value[0].height)


def test_all_that_is_kept_is_expected_and_nothing_else(runs: dict[str, Path]) -> None:
    def kept(command: str, name: str) -> Any:
        return Stage.checked(runs[command] / name).value()

    records = kept("dedupe", "blocking")[1].left_rows
    found, families = kept("dedupe", "blocking"), kept("variants", "values")
    bases = 1 + int(kept("variants", "blocking")[0]["right"].max())
    cases = [
        (expected.candidates(records), found),
        (expected.evidence(pairs(found)), kept("dedupe", "comparing")),
        (expected.odds(pairs(found)), kept("dedupe", "prior")),
        (expected.family_view(len(families.base)), families),
        (expected.candidates(bases, reports=True), kept("variants", "blocking")),
        (expected.base_evidence(pairs(kept("variants", "blocking"))), kept("variants", "comparing")),
        (expected.scores(pairs(kept("link", "blocking"))), kept("link", "scores")),
    ]
    values = [value for _, value in cases]
    for number, (check, value) in enumerate(cases):
        assert check(value)
        # Candidates of other records and reports may be alike; nothing else is.
        for other in (*values[:number], *values[number + 1 :]):
            assert not check(other) or isinstance(other, tuple)
        for other in (None, 7, [], (1, 2), (), {}, "x", np.zeros(3), np.array(["a"]), pl.DataFrame({"a": [1]})):
            assert not check(other)
    wrong = [
        (expected.candidates(records - 1), found),
        (expected.candidates(records), (found[0].select(left="right", right="left"), found[1])),
        (expected.candidates(records), (found[0].with_columns(left=None), found[1])),
        (expected.evidence(pairs(found) + 1), kept("dedupe", "comparing")),
        (expected.odds(pairs(found)), np.full(pairs(found), np.nan)),
        (expected.odds(pairs(found)), np.zeros(pairs(found), np.int64)),
        (expected.odds(pairs(found)), np.zeros((pairs(found), 0))),
        (expected.family_view(len(families.base) + 1), families),
        (expected.scores(3), kept("link", "scores")),
        (expected.base_evidence(3), kept("variants", "comparing")),
    ]
    assert [check(value) for check, value in wrong] == [False] * len(wrong)


@pytest.mark.parametrize(
    ("stage", "tree"),
    [("blocking", None), ("blocking", {"tuple": [1, 2]}), ("comparing", 7), ("prior", {"list": [1.0, 2.0, 3.0]})],
)
def test_a_run_does_not_take_what_it_cannot_use(stage: str, tree: Any, runs: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(runs["dedupe"], tmp_path / "w")
    craft(tmp_path / "w" / stage, lambda told: told.update(tree=tree))
    said: list[str] = []
    with WorkFolder.open(tmp_path / "w", tell=said.append) as work:
        found = run("dedupe", work)
    assert f"is damaged ({stage} is not what this run needs), so the run starts over" in said[-1]
    assert found.pairs.equals(run("dedupe", runs["dedupe"]).pairs)


def test_values_are_told_by_their_types() -> None:
    for value, kind, right in [
        (1, int, True),
        (np.int64(1), int, True),
        (True, int, False),
        (1, float, True),
        (None, int | None, True),
        ("a", int | None, False),
        (("a", "b"), tuple[str, ...], True),
        (("a", 1), tuple[str, ...], False),
        (("a",), tuple[str, int], False),
        (["a"], tuple[str, ...], False),
        ({"a": ["b"]}, dict, True),
    ]:
        assert fits(value, kind) is right, (value, kind)
    for kind in _KINDS.values():
        assert not fits(object(), kind)
