"""How many cores this process may use, and libraries told to use no more."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")
_UNLIMITED = ("max", "-1")  # under version 2 and version 1


def workers(threads: int) -> int:
    """How many threads to run: as many as asked for, or one for each core that may be used where that is 0."""
    return threads or available()


def available() -> int:
    """Number of cores this process may use, at least 1: its affinity, and the quota of its control group (Linux)."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota()
    return max(min(affinity, math.ceil(quota) if math.isfinite(quota) else affinity), 1)


def prepare(threads: int) -> None:
    """Tell libraries that are not imported yet how many threads to use, through the environment.

    polars, OpenMP (faiss, XGBoost, scikit-learn) and OpenBLAS (numpy, scipy) read it once, when they start. What the
    user set there stays where no number was asked for. polars has half of the threads: batches run on all cores as
    it is, and its threads, which wait for each other without sleeping, took a third of the processor time for nothing.
    """
    count = workers(threads)
    for library, variable, most in (
        ("polars", "POLARS_MAX_THREADS", max(count // 2, 1)),
        ("numpy", "OMP_NUM_THREADS", count),
    ):
        if library not in sys.modules and (threads or variable not in os.environ):
            os.environ[variable] = str(most)
    if "numpy" not in sys.modules:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@contextmanager
def plain_sums() -> Iterator[None]:
    """While active, matrix products of numpy and scipy run on one thread.

    How OpenBLAS cuts a sum depends on the number of its threads, and so do the last digits. The products here are
    small; the large ones are those of faiss, which keeps its threads.
    """
    from threadpoolctl import ThreadpoolController

    found = ThreadpoolController()
    paths = [library.filepath for library in found.lib_controllers if "faiss" not in library.filepath]
    with found.select(filepath=paths).limit(limits=1, user_api="blas"):
        yield


def control_groups(controller: str) -> list[Path]:
    """Folders of the control groups this process is in, innermost first; empty where there are none.

    Parameters
    ----------
    controller
        Name of what is controlled under version 1, such as ``memory``; under version 2 one group controls all.
    """
    found = []
    with suppress(OSError):
        for line in _MEMBERSHIP.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers and controller not in controllers.split(","):
                continue
            root = _GROUPS / controller if controllers else _GROUPS
            inner = root / path.strip("/")
            # In a container the path may be that of the host: then only the root is there to be read.
            found += [folder for folder in (inner, *inner.parents) if folder.is_relative_to(root) and folder.is_dir()]
    return found


def _quota() -> float:
    """How many cores' time the control groups grant, infinite without limit."""
    least = math.inf
    for folder in control_groups("cpu"):
        for words in (
            _words(folder / "cpu.max"),
            [*_words(folder / "cpu.cfs_quota_us"), *_words(folder / "cpu.cfs_period_us")],
        ):
            if len(words) == 2 and words[0] not in _UNLIMITED:
                least = min(least, int(words[0]) / int(words[1]))
    return least


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []
