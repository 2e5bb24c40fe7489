"""Through which others two records belong together, though their own pair is weak."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from heapq import heappop, heappush

import polars as pl


@dataclass(frozen=True, slots=True)
class Link:
    """Two records that stand next to each other in a chain, and the probability that they belong together."""

    left: str
    right: str
    probability: float


def strongest_chain(start: str, goal: str, pairs: pl.DataFrame) -> tuple[Link, ...]:
    """The chain whose weakest link is as strong as can be, and among those the shortest; empty where there is none.

    Parameters
    ----------
    start, goal
        Two ids.
    pairs
        ``left_id``, ``right_id`` and ``p``, the probability of each link.
    """
    links: dict[str, list[tuple[str, float]]] = {}
    for left, right, p in pairs.select("left_id", "right_id", "p").iter_rows():
        links.setdefault(left, []).append((right, p))
        links.setdefault(right, []).append((left, p))
    weakest = _weakest(start, goal, links)
    before: dict[str, tuple[str, float]] = {}
    waiting = deque([start] if weakest is not None else [])
    while waiting and goal not in before:
        here = waiting.popleft()
        for other, p in sorted(links.get(here, ()), key=lambda link: (-link[1], link[0])):
            if p >= (weakest or 0) and other not in before and other != start:
                before[other] = (here, p)
                waiting.append(other)
    chain = []
    here = goal
    while here in before:
        previous, p = before[here]
        chain.append(Link(previous, here, p))
        here = previous
    return tuple(reversed(chain))


def _weakest(start: str, goal: str, links: dict[str, list[tuple[str, float]]]) -> float | None:
    """The weakest link of the best chain, or None where there is no chain."""
    reached: dict[str, float] = {}
    heap = [(-1.0, start)]
    while heap:
        strength, here = heappop(heap)
        if here in reached:
            continue
        reached[here] = -strength
        if here == goal:
            return reached[goal]
        for other, p in links.get(here, ()):
            if other not in reached:
                heappush(heap, (max(strength, -p), other))
    return None
