"""A limit on the address space (``ulimit -v``): libraries and threads set far more of it aside than they ever use.

Where it is short they do not fail in a way that could be told, but hang, abort or crash. So it is held against what
a run was seen to need before any of them is imported.
"""

from __future__ import annotations

from matchkit.cores import workers
from matchkit.errors import ResourceError
from matchkit.memory import GB, MB, sizes_apart

# Smallest limits with which `dedupe` came through, at 40 and 2,000 rows with 1 to 8 threads, and 5 to 15 % for what
# differs between two runs: memory that is set aside depends on which thread asks for it first.
LIBRARIES = 2.1 * GB
THREAD = 50 * MB  # its stack, and what it sets aside however little there is to do
BUSY = 165 * MB  # what a thread sets aside in addition where there are records enough for all
_RECORDS_TO_BE_BUSY = 400


def address_space(threads: int, records: int = 0) -> int:
    """Bytes of address space that a run takes with so many threads and, once they are known, records.

    What the records themselves take comes on top, see :func:`matchkit.memory.needed`.
    """
    busy = min(records / _RECORDS_TO_BE_BUSY, 1.0)
    return int(LIBRARIES + workers(threads) * (THREAD + busy * BUSY))


def check_address_space(threads: int, records: int = 0, more: int = 0) -> None:
    """Raise ResourceError where the address space of the process is limited to less than a run takes.

    Parameters
    ----------
    threads
        Threads of the run, 0 for all cores.
    records
        Records to match; 0 where they are not known yet.
    more
        Bytes that are needed in addition.
    """
    need, most = address_space(threads, records) + more, limit()
    if most is None or need <= most:
        return
    needed, limited = sizes_apart(need, most)
    count = workers(threads)
    what = f"matching {records:,} records" if records else "a run"
    remedy = "raise the limit" if count == 1 else "raise the limit, or give fewer --threads"
    raise ResourceError(
        f"{what} needs about {needed} of address space with {count} thread{'s' * (count > 1)} and the limit is "
        f"{limited} (ulimit -v): {remedy}"
    )


def limit() -> int | None:
    """Bytes of address space that the process may have; None where it is not limited."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if most == resource.RLIM_INFINITY else most
