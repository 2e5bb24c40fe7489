"""``matchkit predict``: what a trained model says of pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchkit.cli import options

Pairs = Annotated[
    str, typer.Option("--pairs", metavar="FILE", help="The pairs, in any layout of ids; labels in it are not read.")
]
Output = Annotated[
    Path, typer.Option("--output", "-o", parser=options.place, metavar="FILE", help="Where the predictions go, as CSV.")
]
ModelFolder = Annotated[Path, typer.Option("--model", metavar="FOLDER", help="What 'matchkit train' wrote.")]


def predict(
    model: ModelFolder,
    pairs: Pairs,
    output: Output,
    left: options.LeftTable = None,
    right: options.RightTable = None,
    left_id: options.LeftId = None,
    right_id: options.RightId = None,
    threads: options.Threads = None,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Judge pairs by a trained model.

    Writes each pair with its label and its probabilities, in the order of the pairs.

    \b
    Examples:
      matchkit predict --model model/ --left a.csv --right b.csv --pairs test.csv -o predictions.csv
      matchkit predict --model model/ --pairs joined.csv -o predictions.csv
    """
    settings = options.resolve_config(
        None,
        ignore_columns=None,
        left_id=left_id,
        right_id=right_id,
        threads=threads,
        encoding=encoding,
        delimiter=delimiter,
    )
    from matchkit.writing import check_file

    settings = options.with_ids(settings, right)
    for source in (pairs, left, right):
        check_file(output, force, source=None if source in (None, "-") else source)

    from matchkit.progress import open_progress
    from matchkit.trained.model import Model
    from matchkit.trained.predicting import PROBABILITIES
    from matchkit.trained.predicting import predict as judge

    trained = Model.load(model)
    from matchkit.results import table_writer
    from matchkit.writing import write_file

    with open_progress(quiet=quiet, verbose=verbose) as progress:
        found = judge(trained, left, right, pairs=pairs, config=settings, progress=progress)
        with progress.stage("writing"):
            write_file(output, table_writer(found, PROBABILITIES, "csv"), force=force)
