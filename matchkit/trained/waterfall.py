"""What the terminal shows of a pair as a trained model weighs it."""

from __future__ import annotations

import json

from rich.console import Console, RenderableType
from rich.text import Text

from matchkit.screen import plain_table, safe, titled
from matchkit.sentences import shown
from matchkit.trained.explained import ModelExplanation, Step, Waterfall

_NAME_WIDTH, _BAR = 24, 24


def show_waterfalls(found: ModelExplanation, *, as_json: bool = False, console: Console | None = None) -> None:
    """Print both rows and the waterfall of each question; or all of it as JSON."""
    if as_json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2, allow_nan=False))
        return
    out = console or Console(highlight=False)
    out.print(titled("The rows", _rows(found)))
    bar = "█" if out.encoding.lower().startswith("utf") else "#"
    for fall in found.waterfalls:
        out.print(titled(f"From what is usual to this pair: {fall.question}", _steps(fall, bar)))
    if not found.waterfalls:
        out.print("The rows say the same in everything that the model compares.")
    out.print(safe(verdict(found), "bold"))


def verdict(found: ModelExplanation) -> str:
    """What the model calls the pair, in one sentence."""
    side = "at least" if found.p_exact >= found.threshold else "below"
    return (
        f"{found.left} and {found.right}: {found.label}, for the probability of one item is {shown(found.p_exact)}, "
        f"{side} the threshold {shown(found.threshold)}."
    )


def _rows(found: ModelExplanation) -> RenderableType:
    table = plain_table()
    table.add_column("", no_wrap=True, overflow="ellipsis", max_width=_NAME_WIDTH)
    table.add_column(safe(found.left), overflow="fold")
    table.add_column(safe(found.right), overflow="fold")
    for fact in found.rows:
        table.add_row(safe(fact.name), safe(fact.left or "-"), safe(fact.right or "-"))
    return table


def _steps(fall: Waterfall, bar: str) -> RenderableType:
    table = plain_table()
    table.add_column("about", no_wrap=True, overflow="ellipsis", max_width=_NAME_WIDTH)
    table.add_column("adds", justify="right", no_wrap=True)
    table.add_column("log odds", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True, width=_BAR)
    table.add_column("most of it from", overflow="fold")
    ends = [fall.start, *(step.total for step in fall.steps)]
    low, high = min(*ends, 0.0), max(*ends, 0.0)
    scale = (_BAR - 1) / ((high - low) or 1.0)
    table.add_row("what is usual", "", f"{fall.start:+z.2f}", "", "")
    before = fall.start
    for step in fall.steps:
        cells = f"{step.weight:+z.2f}", f"{step.total:+z.2f}", _bar(before, step, low, scale, bar)
        table.add_row(safe(step.name), *cells, safe(_most(step), "dim"))
        before = step.total
    outcome = Text(f"{fall.log_odds:+z.2f}", style="bold")
    table.add_row("this pair", "", outcome, "", f"probability {shown(fall.probability)}")
    return table


def _bar(before: float, step: Step, low: float, scale: float, bar: str) -> Text:
    """From where the step before ended to where this one does."""
    start, stop = sorted((round((before - low) * scale), round((step.total - low) * scale)))
    return Text(" " * start + bar * max(stop - start, 1), style="red" if step.weight < 0 else "green")


def _most(step: Step) -> str:
    return ", ".join(_feature(*feature) for feature in step.features)


def _feature(name: str, value: float | None, weight: float) -> str:
    return f"{name} {'unknown' if value is None else f'{value:.3g}'} ({weight:+.2f})"
