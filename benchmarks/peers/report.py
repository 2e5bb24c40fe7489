"""The tables of what was measured beside others, and in words where another is ahead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import tables
from environments import OURS, PEERS

Run = dict[str, Any]
HEADINGS = ("", "seconds", "times ours", "peak MB", "times ours", "precision", "recall", "F1", "B-cubed F1", "clusters")
LONGEST = 70  # characters of what a peer said at its end; all of it is in the JSON
KINDS = {"persons": "Persons", "catalogue": "A catalogue"}


def text(outcome: dict[str, Any]) -> str:
    """A table a kind of data and a number of rows, each with a sentence on who is ahead of us, and the versions."""
    parts = []
    for kind, heading in KINDS.items():
        for rows in sorted({run["rows"] for run in outcome["runs"] if run["kind"] == kind}):
            runs = [run for run in outcome["runs"] if (run["kind"], run["rows"]) == (kind, rows)]
            runs.sort(key=lambda run: PEERS.index(run["peer"]))
            parts += [f"{heading}, {rows:,} rows", table(runs), ahead(runs)]
    return "\n\n".join([*parts, measured_on(outcome)])


def table(runs: Sequence[Run]) -> str:
    """A row a peer; a peer that gave no answer has the reason in place of the scores."""
    ours = next((run for run in runs if run["peer"] == OURS and run["ending"] == "finished"), None)
    return tables.markdown(HEADINGS, [_row(run, ours) for run in runs])


def _row(run: Run, ours: Run | None) -> list[str]:
    if run["ending"] != "finished":
        return [run["peer"], *["-"] * 4, reason(run), *["-"] * 4]
    shares = [tables.share(run[name]) for name in ("precision", "recall", "f1", "b_cubed_f1")]
    seconds, peak = (_times(run, ours, name) for name in ("seconds", "peak_mb"))
    numbers = [f"{run['seconds']:,.1f}", seconds, f"{run['peak_mb']:,.0f}", peak, *shares, f"{run['clusters']:,}"]
    return [run["peer"], *numbers]


def _times(run: Run, ours: Run | None, name: str) -> str:
    return f"{run[name] / ours[name]:.2f}" if ours else "-"


def reason(run: Run) -> str:
    """Why a run has no scores, in a few words."""
    if run["ending"] == "time":
        return f"did not finish in {run['limit_seconds'] / 60:g} min"
    if run["ending"] == "memory":
        return f"killed at {run['limit_gb']:g} GB"
    said = re.sub(r"^[\w.]*Error: ", "", str(run["message"]).replace("|", "/"))
    return said if len(said) <= LONGEST else f"{said[:LONGEST].rstrip()} ..."


def ahead(runs: Iterable[Run]) -> str:
    """One sentence: which peers are faster than ours, take less memory, or have a better F1."""
    finished = [run for run in runs if run["ending"] == "finished"]
    ours = next((run for run in finished if run["peer"] == OURS), None)
    if ours is None:
        return f"{OURS} gave no answer."
    others = [run for run in finished if run["peer"] != OURS]
    better = {
        "faster": [run["peer"] for run in others if run["seconds"] < ours["seconds"]],
        "with less memory": [run["peer"] for run in others if run["peak_mb"] < ours["peak_mb"]],
        "with a better F1": [run["peer"] for run in others if run["f1"] > ours["f1"]],
    }
    said = [f"{how} than {OURS}: {', '.join(names) or 'none'}" for how, names in better.items()]
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


def measured_on(outcome: dict[str, Any]) -> str:
    """The machine, the limits and the versions of what was compared."""
    machine, limits = outcome["machine"], outcome["limits"]
    pinned = [f"{peer} {_version(peer, outcome['versions'][peer])}" for peer in PEERS if peer in outcome["versions"]]
    return (
        f"{machine['cores']} cores, Python {machine['python']}, at most {limits['minutes']:g} minutes and "
        f"{limits['gb']:g} GB each. {', '.join(pinned)}."
    )


def _version(peer: str, installed: Sequence[str]) -> str:
    wanted = "entity-matchkit" if peer == OURS else peer
    return next((line.partition("==")[2] for line in installed if line.lower().startswith(f"{wanted}==")), "")
