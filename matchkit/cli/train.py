"""``matchkit train``: from labelled pairs to a model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from matchkit.cli import options

Train = Annotated[
    str, typer.Option("--train", metavar="FILE", help="Labelled pairs to learn from; any layout of ids and labels.")
]
Valid = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Labelled pairs to choose the threshold by; else the training pairs in folds."),
]
Output = Annotated[
    Path,
    typer.Option(
        "--output", "-o", parser=options.place, metavar="FOLDER", help="Where the model goes; made if missing."
    ),
]


def train(
    train: Train,
    output: Output,
    left: options.LeftTable = None,
    right: options.RightTable = None,
    valid: Valid = None,
    left_id: options.LeftId = None,
    right_id: options.RightId = None,
    map: options.Map = None,
    ignore_column: options.IgnoreColumn = None,
    config: options.ConfigFile = None,
    neighbours: options.Neighbours = None,
    encoder: options.Encoder = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Train a model on labelled pairs.

    Gradient boosting over the measures of the pairs; calibrated, with the threshold that does best on the validation
    pairs. Labels are two (match or not) or three (exact_duplicate, variant, different). Leave --left out where the
    file of pairs holds the records themselves, side by side.

    \b
    Examples:
      matchkit train --left a.csv --right b.csv --train train.csv --valid valid.csv -o model/
      matchkit train --left catalog.csv --train labels.csv -o model/
      matchkit train --train joined.csv -o model/
    """
    settings = options.resolve_config(
        config,
        ignore_columns=ignore_column,
        left_id=left_id,
        right_id=right_id,
        neighbours=neighbours,
        encoder=encoder,
        threads=threads,
        seed=seed,
        encoding=encoding,
        delimiter=delimiter,
    )
    from matchkit.writing import check_folder

    settings = options.with_ids(settings.replace(map={**settings.map, **options.mapped(map or ())}), right)
    check_folder(output, force)

    from matchkit.progress import open_progress
    from matchkit.trained.training import train as train_model

    with open_progress(quiet=quiet, verbose=verbose) as progress:
        model = train_model(left, right, train=train, valid=valid, config=settings, progress=progress)
        with progress.stage("writing"):
            model.save(output, force=force)
    from matchkit.trained.report import show_model

    show_model(model, output, quiet=quiet, terminal=sys.stdout.isatty())
