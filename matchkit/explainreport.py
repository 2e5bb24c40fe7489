"""What the terminal shows of one explained pair."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from matchkit.explanation import DIFFERS, ONE_SIDED, SAME, Explanation, Fact, Weighing
from matchkit.screen import plain_table, safe, titled
from matchkit.sentences import shown

_NAME_WIDTH = 20
_LONGEST_CELL = 300
_BAR = 8
_STYLES = {DIFFERS: "bold yellow", ONE_SIDED: "yellow"}


def show_explanation(found: Explanation, *, as_json: bool = False, console: Console | None = None) -> None:
    """Print both rows side by side, what was read, what was weighed, and the sentence; or all of it as JSON."""
    if as_json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2, allow_nan=False))
        return
    out = console or Console(highlight=False)
    for part in _parts(found, out):
        out.print(part)


def _parts(found: Explanation, out: Console) -> Iterator[RenderableType]:
    yield titled("The rows", _side_by_side(found, found.rows))
    if found.read:
        yield titled("What was read from them", _side_by_side(found, found.read))
    if found.weighing is not None:
        bars = "█" if out.encoding.lower().startswith("utf") else "#"
        yield titled(f"What speaks for {found.weighing.question} (+) and against it (-)", _scales(found.weighing, bars))
    if found.chain:
        yield titled("How they are connected", _chain(found))
    yield titled("What follows", _verdict(found))


def _side_by_side(found: Explanation, facts: Iterable[Fact]) -> RenderableType:
    table = plain_table()
    table.add_column("", no_wrap=True, overflow="ellipsis", max_width=_NAME_WIDTH)
    table.add_column(safe(found.left), overflow="fold")
    table.add_column(safe(found.right), overflow="fold")
    table.add_column("", no_wrap=True)
    for fact in facts:
        style = _STYLES.get(fact.agreement, "")
        told = "" if fact.agreement == SAME else fact.agreement
        table.add_row(safe(fact.name), _cell(fact.left, style), _cell(fact.right, style), Text(told, style=style))
    return table


def _cell(value: str | None, style: str) -> Text:
    if value is None:
        return Text("-", style="dim")
    return safe(value if len(value) <= _LONGEST_CELL else f"{value[:_LONGEST_CELL]} ...", style)


def _scales(weighing: Weighing, bar: str) -> RenderableType:
    table = plain_table()
    table.add_column("compared", no_wrap=True, overflow="ellipsis", max_width=_NAME_WIDTH)
    table.add_column("found", overflow="fold")
    table.add_column("log odds", justify="right", no_wrap=True)
    table.add_column("-", justify="right", no_wrap=True, width=_BAR)
    table.add_column("+", no_wrap=True, width=_BAR)
    rows = list(_steps(weighing))
    most = max((abs(weight) for *_, weight, counts in rows if counts), default=0.0) or 1.0
    for name, finding, weight, counts in rows:
        length = round(_BAR * abs(weight) / most) if counts else 0
        bars = Text(bar * length, style="red" if weight < 0 else "green")
        sides = (bars, "") if weight < 0 else ("", bars)
        table.add_row(safe(name), safe(finding, "dim"), f"{weight:+z.2f}", *sides)
    outcome = Text(f"{weighing.question}: probability {shown(weighing.probability)}", style="bold")
    table.add_row("log odds", outcome, Text(f"{weighing.log_odds:+z.2f}", style="bold"), "", "")
    return table


def _steps(weighing: Weighing) -> Iterator[tuple[str, str, float, bool]]:
    """Name, finding and weight of each step, and whether it is one of those that add up to the log odds."""
    scaled = weighing.scale < 1 and len(weighing.weights) > 1
    for one in weighing.weights:
        yield one.name, one.finding, one.weight, True
    if scaled:
        total = sum(weight.weight for weight in weighing.weights)
        yield "sum", "", total, False
        yield "sum taken", f"{weighing.scale:.2f} of it: comparisons overlap", weighing.scale * total, True
    for one in weighing.further:
        yield one.name, one.finding, one.weight, True
    yield "beforehand", f"how rare {weighing.question} is", weighing.prior, True


def _chain(found: Explanation) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for link in found.chain:
        table.add_row(safe(link.left), safe(link.right), shown(link.probability))
    return table


def _verdict(found: Explanation) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    same_item, same_family = found.entities[0] == found.entities[1], found.families[0] == found.families[1]
    for name, groups, same, likely in (
        ("family", found.families, same_family, found.p_family),
        ("item", found.entities, same_item, found.p_exact),
    ):
        told = f"{groups[0]}, the same" if same else f"{groups[0]} and {groups[1]}"
        table.add_row(name, safe(f"{told}; probability of this pair {shown(likely)}"))
    table.add_row("pair", "in the pairs written" if found.listed else "not in the pairs written")
    for note in found.notes:
        table.add_row("note", safe(note))
    return Group(table, Text(), safe(found.sentence, "bold"))
