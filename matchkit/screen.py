"""What reports on the terminal are built of."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matchkit.printable import printable


def safe(text: object, style: str = "") -> Text:
    """User text as it is: no markup is read in it, and nothing in it can disturb the terminal."""
    return Text(printable(str(text)), style=style)


def titled(title: str, body: RenderableType) -> RenderableType:
    """A bold heading with its body indented below."""
    return Group(Text(title, style="bold"), Padding(body, (0, 0, 1, 2), expand=False))


def grid() -> Table:
    """Names on the left, numbers on the right."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    return table


def plain_table() -> Table:
    """Columns under a dim heading, without lines."""
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
