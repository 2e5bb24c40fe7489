"""``matchkit explain``: why two rows are, or are not, the same item or family."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchkit.cli import options

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="What variants or dedupe wrote.")]
Left = Annotated[str, typer.Argument(metavar="ID1", help="The id of a row.")]
Right = Annotated[str, typer.Argument(metavar="ID2", help="The id of another row.")]
Json = Annotated[bool, typer.Option("--json", help="Print everything as JSON.")]


def explain(folder: Folder, id1: Left, id2: Right, json: Json = False, verbose: options.Verbose = False) -> None:
    """Explain why two rows of a result are, or are not, the same item or family.

    Shows both rows side by side with what was read from each, what speaks for and against, the probabilities, and
    the reason in one sentence. Any two rows will do, whether or not the run compared them. Nothing is written.

    \b
    Examples:
      matchkit explain out/ C10001 C10041
      matchkit explain out/ C10001 C10041 --json
    """
    from matchkit.explaining import explain as explain_pair
    from matchkit.explainreport import show_explanation
    from matchkit.progress import open_progress

    with open_progress(verbose=verbose) as progress:
        found = explain_pair(folder, id1, id2, progress=progress)
    show_explanation(found, as_json=json)
