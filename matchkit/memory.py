"""Memory: what the process may still take, what a run will need, what it took, and batches that fit."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from matchkit.cores import control_groups
from matchkit.errors import ResourceError

MB, GB = 1_000_000, 1_000_000_000
INTERVAL = 0.1  # seconds between two looks at how much memory is held

# What a run needs beyond what is held once the table is read, in bytes: fitted to the peaks of `dedupe` at 100,000 to
# 5,000,000 rows with a 60-character title, a brand and a price, and at 1,000,000 persons in seven columns (run.json
# says them; a run with other code needs other constants).
BASE = 450 * MB  # libraries, models and the batches that are at work
VECTOR = 4  # a dimension of a record's vector
NEIGHBOUR = 20  # a neighbour of a record while neighbours are sought
RECORD = 150  # a record: rows of the result
TEXT = 350  # a text of a record: its comparable value, its words and trigrams
PAIR = 185  # a compared pair: its levels, its odds, what is chosen of it
PAIRS = 0.7  # candidate pairs for each neighbour looked for: many neighbours are mutual
# What a pair takes while a batch of its kind is at work, in bytes.
FEATURES_EACH, MEASURES_EACH, SENTENCES_EACH = 1_000, 5_000, 2_000

_SHARE = 0.25  # of what is available that the batches at work may take
_OUT_OF_MEMORY = (
    "bad_alloc",
    "memory allocation",
    "Cannot allocate memory",
    "capacity overflow",
    "can't start new thread",
    "could not spawn threads",
)


def used() -> int:
    """Bytes of memory this process holds now (resident)."""
    from psutil import Process

    held: int = Process().memory_info().rss
    return held


def available() -> int:
    """Bytes this process may still take.

    The least of what the machine has available, of the limits of the control groups less what is used in them
    (Linux, versions 1 and 2), and of the limits on the address space and the data of the process (``ulimit -v``,
    ``ulimit -d``) less what it has of these.
    """
    import psutil

    return max(int(min(psutil.virtual_memory().available, _in_groups(), _in_limits())), 0)


def batch(most: int, each: int, at_once: int = 1) -> int:
    """How many things to take at a time so that batches fit in memory.

    Results do not depend on it.

    Parameters
    ----------
    most
        As many as are taken where memory is ample.
    each
        Bytes that one takes while a batch is at work.
    at_once
        How many batches are at work at the same time.

    Returns
    -------
    int
        At most ``most``, and at least a hundredth of it, below which time is lost and little is won.
    """
    fitting = int(_SHARE * available() / (each * at_once))
    return max(min(most, fitting), -(-most // 100), 1)


def needed(records: int, dims: int, neighbours: int, *, texts: int | None) -> int:
    """How many bytes matching takes at its peak, beyond what is held once the table is read.

    The vectors are gone when pairs are compared: the larger of both counts.

    Parameters
    ----------
    records
        Distinct records, of both tables where two are linked.
    dims
        Length of the vector of a record.
    neighbours
        Neighbours looked for, a record.
    texts
        How many columns of text are compared; None where pairs are only found.
    """
    searching = VECTOR * dims + NEIGHBOUR * max(neighbours, 10)
    comparing = 0 if texts is None else RECORD + TEXT * texts + PAIR * PAIRS * neighbours
    return int(BASE + records * max(searching, comparing))


def check(records: int, dims: int, neighbours: int, *, texts: int | None, threads: int = 0) -> None:
    """Raise ResourceError where there is not enough memory to match so many records.

    Arguments are those of :func:`needed`, and how many threads will run, 0 for all cores.
    """
    from matchkit.addressspace import check_address_space

    need, free = needed(records, dims, neighbours, texts=texts), available()
    check_address_space(threads, records, need - BASE)
    if need > free:
        need_told, free_told = sizes_apart(need, free)
        raise ResourceError(
            f"matching {records:,} records needs about {need_told} of memory and {free_told} are free: close other "
            "programs, use a machine with more, or give fewer --neighbours"
        )


def release() -> None:
    """Give freed memory back to the system: the C library keeps for itself what several threads have freed (glibc)."""
    with suppress(OSError, AttributeError):  # another C library, which does so by itself
        import ctypes

        ctypes.CDLL("libc.so.6").malloc_trim(0)


def ran_out(error: BaseException) -> bool:
    """Whether an error says that there was no memory left, or no room for a thread, whichever library raised it."""
    return isinstance(error, MemoryError) or any(words in str(error) for words in _OUT_OF_MEMORY)


def size(amount: float) -> str:
    """Bytes in words: ``140 MB``, ``1.4 GB``."""
    return f"{amount / GB:,.1f} GB" if amount >= 0.9995 * GB else f"{amount / MB:.0f} MB"


def sizes_apart(one: float, other: float) -> tuple[str, str]:
    """Two sizes in words with as many decimals as it takes to tell them apart, where they differ."""
    told = size(one), size(other)
    for decimals in range(1, 7):
        if told[0] != told[1] or one == other:
            break
        told = f"{one / MB:,.{decimals}f} MB", f"{other / MB:,.{decimals}f} MB"
    return told


class Peak:
    """The most memory that was held while it was watched.

    Attributes
    ----------
    bytes
        0 before it has looked once.
    """

    def __init__(self) -> None:
        self.bytes = 0

    def look(self) -> None:
        """Take what is held now into account."""
        self.bytes = max(self.bytes, used())


@contextmanager
def watched() -> Iterator[Peak]:
    """Watch the memory this process holds: every tenth of a second, and at the beginning and the end.

    Where the system keeps the highest mark itself (Linux, macOS) and it rose meanwhile, that is the peak.
    """
    peak, over, before = Peak(), Event(), _highest()
    peak.look()

    def look() -> None:
        while not over.wait(INTERVAL):
            peak.look()

    watcher = Thread(target=look, name="matchkit-memory", daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
        peak.look()
        after = _highest()
        if after > before:
            peak.bytes = max(peak.bytes, after)


def _highest() -> int:
    """The most this process has ever held; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _in_groups() -> float:
    least = math.inf
    for folder in control_groups("memory"):
        for limit, usage, idle in (
            ("memory.max", "memory.current", "inactive_file"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ):
            with suppress(OSError, ValueError):  # absent, or "max"
                most = int((folder / limit).read_text())
                least = min(least, most - int((folder / usage).read_text()) + _told(folder / "memory.stat", idle))
    return least


def _told(statistics: Path, name: str) -> int:
    """A number from the statistics of a group: files that can be dropped count as used, but are free."""
    for line in statistics.read_text().splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0


def _in_limits() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return math.inf
    from psutil import Process

    held, least = Process().memory_info(), math.inf
    for limit, kind in ((resource.RLIMIT_AS, "vms"), (resource.RLIMIT_DATA, "data")):
        most = resource.getrlimit(limit)[0]
        if most != resource.RLIM_INFINITY:
            least = min(least, most - getattr(held, kind, 0))
    return least
