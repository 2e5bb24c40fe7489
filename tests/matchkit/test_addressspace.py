"""A limit on the address space that is too low is said before anything is imported that would crash under it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from matchkit import addressspace
from matchkit.addressspace import address_space, check_address_space
from matchkit.errors import ResourceError
from matchkit.memory import GB, MB, sizes_apart

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="only there the address space can be limited")
LIMITED = (
    "import resource, sys\nmost = int(sys.argv[1])\nresource.setrlimit(resource.RLIMIT_AS, (most, most))\n"
    "from matchkit.cli import main\nsys.exit(main(sys.argv[2:]))"
)


def limited(most: float, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LIMITED, str(int(most)), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@linux
@pytest.mark.parametrize("command", ["dedupe", "variants"])
def test_a_limit_that_cannot_do_is_said_at_once(command: str, tmp_path: Path) -> None:
    for most in (0.4, 0.75, 1.0, 1.7, 2.05):
        run = limited(most * GB, command, ROOT / "examples/catalog.csv", "-o", tmp_path / "out", "--threads", 2)
        assert (run.returncode, run.stdout) == (2, ""), most
        assert re.fullmatch(
            r"matchkit: error: a run needs about 2\.2 GB of address space with 2 threads and the limit is "
            r"\d[\d.]* [MG]B \(ulimit -v\): raise the limit, or give fewer --threads\n",
            run.stderr,
        ), run.stderr
        assert not (tmp_path / "out").exists()


@linux
def test_the_limit_that_is_asked_for_will_do(tmp_path: Path, catalogue: Callable[[int], pl.DataFrame]) -> None:
    catalogue(2_000).write_csv(tmp_path / "a.csv")
    run = ("dedupe", tmp_path / "a.csv", "-o", tmp_path / "out", "--threads", 1)
    refused = limited(address_space(1) + 20 * MB, *run)
    assert refused.returncode == 2
    found = re.fullmatch(
        r"matchkit: error: matching [\d,]+ records needs about (\d\.\d) GB of address space with 1 thread and the "
        r"limit is (\d\.\d) GB \(ulimit -v\): raise the limit\n",
        refused.stderr,
    )
    assert found, refused.stderr
    assert float(found[1]) > float(found[2])
    assert not (tmp_path / "out").exists()
    done = limited((float(found[1]) + 0.05) * GB, *run)
    assert (done.returncode, done.stderr) == (0, "")


def test_more_threads_and_records_need_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert address_space(1) < address_space(8) < address_space(8, 200) < address_space(8, 5_000)
    assert address_space(8, 5_000) == address_space(8, 1_000_000)
    monkeypatch.setattr(addressspace, "limit", lambda: None)
    check_address_space(1_000, 10**9, 10**15)
    monkeypatch.setattr(addressspace, "limit", lambda: address_space(4, 1_000))
    check_address_space(4, 1_000)
    with pytest.raises(ResourceError, match=r"matching 1,000 records needs about .* with 4 threads"):
        check_address_space(4, 1_000, 1)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (2.5 * GB, 1 * GB, ("2.5 GB", "1.0 GB")),
        (1_200_000, 900_000, ("1.2 MB", "0.9 MB")),
        (2_500 * MB, 2_457 * MB, ("2,500.0 MB", "2,457.0 MB")),
        (1_000_001, 1_000_000, ("1.000001 MB", "1.000000 MB")),
        (MB, MB, ("1 MB", "1 MB")),
    ],
)
def test_two_sizes_can_be_told_apart(one: float, other: float, told: tuple[str, str]) -> None:
    assert sizes_apart(one, other) == told
