"""How long the parts of the stages take beside each other, so that the time left can be told from what is done.

Measured on catalogues of 100,000 rows (``benchmarks/timeleft.py``); only ratios within a stage matter.
"""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, float] = {"titles": 86.0, "attributes": 14.0}
VALUES: Mapping[str, float] = {
    "spans": 5.5,
    "pass 1": 35.0,
    "pass 2": 23.5,
    "pass 3": 19.0,
    "taken": 5.0,
    "read": 6.5,
    "rest": 5.5,
}
CLASSIFYING: Mapping[str, float] = {"measures": 15.0, "prior": 50.0, "random": 7.0, "fit": 10.0, "closing": 18.0}
GROUPING: Mapping[str, float] = {"entities": 17.0, "unseen": 29.0, "families": 44.0, "rows": 10.0}
LINKING: Mapping[str, float] = {"measures": 17.0, "prior": 46.0, "judged": 17.0}
