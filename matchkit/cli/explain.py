"""``matchkit explain``: why two rows are, or are not, the same item or family."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchkit.cli import options
from matchkit.errors import ConfigError

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="What variants, dedupe or train wrote.")]
Left = Annotated[str, typer.Argument(metavar="ID1", help="The id of a row.")]
Right = Annotated[str, typer.Argument(metavar="ID2", help="The id of another row.")]
Json = Annotated[bool, typer.Option("--json", help="Print everything as JSON.")]


def explain(
    folder: Folder,
    id1: Left,
    id2: Right,
    left: options.LeftTable = None,
    right: options.RightTable = None,
    left_id: options.LeftId = None,
    right_id: options.RightId = None,
    json: Json = False,
    verbose: options.Verbose = False,
) -> None:
    """Explain why two rows of a result are, or are not, the same item or family.

    Shows both rows side by side with what was read from each, what speaks for and against, the probabilities, and
    the reason in one sentence. Any two rows will do, whether or not the run compared them. Nothing is written.

    FOLDER may be a trained model, with --left and --right for the tables that the rows are in: then it shows what
    each attribute adds to the log odds, from what is usual to this pair.

    \b
    Examples:
      matchkit explain out/ C10001 C10041
      matchkit explain out/ C10001 C10041 --json
      matchkit explain model/ 17 204 --left a.csv --right b.csv
    """
    from matchkit.progress import open_progress
    from matchkit.trained.modelfolder import MODEL

    if left is None and right is None and not (folder / MODEL).is_file():
        from matchkit.explaining import explain as explain_pair
        from matchkit.explainreport import show_explanation

        with open_progress(verbose=verbose) as progress:
            found = explain_pair(folder, id1, id2, progress=progress)
        show_explanation(found, as_json=json)
        return
    from matchkit.trained.explained import explain_pair as explain_by_model
    from matchkit.trained.model import Model
    from matchkit.trained.waterfall import show_waterfalls

    model = Model.load(folder)
    if left is None:
        raise ConfigError(f"{folder} is a trained model: give the table that the rows are in with --left")
    settings = options.resolve_config(None, ignore_columns=None, left_id=left_id, right_id=right_id)
    settings = options.with_ids(settings, right)
    with open_progress(verbose=verbose) as progress:
        told = explain_by_model(model, (id1, id2), left, right, config=settings, progress=progress)
    show_waterfalls(told, as_json=json)
