"""Rows that share rare features, and beside them a few that are merely alike in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from blocking.graph import Graph
from blocking.rare import Rare
from blocking.search import Floats, Ids, Task, ranked


@dataclass(frozen=True, slots=True)
class RareAndAlike:
    """Three of ten neighbours are the nearest in the nearest lists.

    Candidate pairs also show what pairs look like that are no matches. Of persons, those nearby are strangers of the
    same town and name; without any of them such pairs would look as if only matches could be so alike.
    """

    rare: Rare
    graph: Graph
    threads: int

    def search(self, task: Task, asking: Any) -> tuple[Floats, Ids]:
        """The neighbours of some queries, which are all that `task` is about."""
        sharing = self.rare.search(task, asking, self.threads)[1]
        alike = self.graph.search(asking)[1]
        first = task.k - task.k * 3 // 10
        return ranked(task, _first_distinct(np.hstack([sharing[:, :first], alike, sharing[:, first:]]), task.k))


def _first_distinct(ids: Ids, count: int) -> Ids:
    """The first so many different ids of each row, -1 where there are no more."""
    order = np.argsort(ids, axis=1, kind="stable")
    ordered = np.take_along_axis(ids, order, axis=1)
    again = ordered < 0
    again[:, 1:] |= ordered[:, 1:] == ordered[:, :-1]
    left_out = np.empty_like(again)
    np.put_along_axis(left_out, order, again, axis=1)
    kept = np.argsort(left_out, axis=1, kind="stable")[:, :count]
    return np.where(np.take_along_axis(left_out, kept, axis=1), -1, np.take_along_axis(ids, kept, axis=1))
