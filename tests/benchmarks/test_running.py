"""How a command is measured: stages cut from what it writes, the memory of its children, and failures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

MB = 2**20


@pytest.fixture
def running(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("running")


def test_stages_are_cut_where_they_end_and_the_rest_is_told(running: ModuleType) -> None:
    lines = [
        (1.0, "matchkit: reading: 0.9 s\n"),
        (1.5, "matchkit: a note: with a colon\n"),
        (3.0, "matchkit: comparing: 2.0 s, 1.2 GB\n"),
        (4.0, "matchkit: reading: 1.0 s\n"),
    ]
    sampled = [(0.5, 10 * MB), (2.0, 40 * MB), (3.5, 30 * MB), (4.5, 20 * MB)]
    found = running.stages(lines, sampled, 4.75)
    assert found == {"reading": (2.0, 30), "comparing": (2.0, 40), running.REST: (0.75, 20)}
    assert running.stages([(0.1, "hello\n")], sampled, 4.75) == {}


def test_memory_counts_the_children_of_a_command(running: ModuleType) -> None:
    child = "import time; kept = bytearray(120_000_000); time.sleep(0.3)"
    command = f"import subprocess, sys; print('done'); subprocess.run([sys.executable, '-c', {child!r}])"
    ran = running.measured(sys.executable, "-c", command)
    assert ran.said == "done\n"
    assert ran.peak_mb > 115
    assert ran.seconds > 0.3
    assert ran.stages == {}


def test_a_command_that_fails_says_what_it_wrote(running: ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"(?s)ended with 3:\nno such luck"):
        running.measured(sys.executable, "-c", "import sys; print('no such luck', file=sys.stderr); sys.exit(3)")


def test_the_answer_of_a_script_is_its_last_line(running: ModuleType, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import json, sys\nprint('so far')\nprint(json.dumps(sys.argv[1:]))\n", encoding="utf-8")
    assert running.answer(str(script), "one", "two") == ["one", "two"]
