"""``matchkit explain`` from the command line: what is printed where, and mistakes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from matchkit.cli import main

CATALOGUE = "sku,title,gtin\n" + "".join(
    f"{place},{thing} {colour},\n"
    for place, (thing, colour) in enumerate(
        (thing, colour)
        for thing in ("Alder Shoe", "Birch Jacket", "Cedar Sock", "Dune Belt")
        for colour in ("Navy", "Black", "Red", "Olive")
    )
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("explain")
    (place / "catalog.csv").write_text(CATALOGUE)
    assert main(["variants", str(place / "catalog.csv"), "-o", str(place / "out"), "--quiet"]) == 0
    return place / "out"


def test_plain_text_goes_to_a_pipe(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(folder), "0", "1"]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    assert "\x1b" not in out
    assert "0 and 1 are one family but not the same item" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80


def test_json_and_the_seconds_of_each_stage(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(folder), "0", "15", "--json", "--verbose"]) == 0
    out, err = capfd.readouterr()
    told = json.loads(out)
    assert (told["left"], told["right"], told["label"]) == ("0", "15", "different")
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["reading", "learning values", "comparing"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["0", "99"], "has no row with the id '99'"),
        (["0", "0"], "'0' is named twice"),
        (["0"], "missing argument"),
        (["0", "1", "--ids"], "--ids"),
    ],
)
def test_mistakes_are_a_sentence(
    arguments: list[str], said: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(folder), *arguments]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("matchkit: error: ")
    assert said in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_a_folder_that_holds_no_result(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(tmp_path), "0", "1"]) == 2
    assert "there is no run.json in it" in capfd.readouterr().err


def test_a_reader_that_goes_away_is_no_traceback(folder: Path) -> None:
    command = f"{sys.executable} -m matchkit explain {folder} 0 1 | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "The rows", done.stderr
    assert "Traceback" not in done.stderr
