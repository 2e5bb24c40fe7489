"""``matchkit dedupe``: from a catalogue file to its duplicate groups."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from matchkit.cli import options
from matchkit.cli.outputfolder import output_folder

Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        parser=options.place,
        metavar="FOLDER",
        help="Where records, pairs and run.json go; made if missing.",
    ),
]
Format = Annotated[options.FileFormat, typer.Option(help="How records and pairs are written.")]


def dedupe(
    file: options.File,
    output: Output,
    format: Format = options.FileFormat.CSV,
    id: options.IdColumn = None,
    ignore_column: options.IgnoreColumn = None,
    config: options.ConfigFile = None,
    model: options.TrainedModel = None,
    prefer: options.Prefer = None,
    neighbours: options.Neighbours = None,
    encoder: options.Encoder = None,
    classifier: options.ClassifierName = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    force: options.Force = False,
    no_resume: options.NoResume = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Find which rows of a catalogue are the same item.

    Writes every row as it was with its entity and family, the pairs behind them with their probabilities, and
    how it was done. Needs no labels, no settings and no download. Stopped, it goes on when the command is given again.

    \b
    Examples:
      matchkit dedupe catalog.csv -o out/
      matchkit dedupe catalog.csv -o out/ --id sku --ignore-column stock
      matchkit dedupe catalog.csv -o out/ --no-resume
      zcat catalog.csv.gz | matchkit dedupe - -o out/ --format parquet
    """
    settings = options.resolve_config(
        config,
        ignore_columns=ignore_column,
        id=id,
        prefer=prefer,
        neighbours=neighbours,
        encoder=encoder,
        classifier=classifier and str(classifier),
        threads=threads,
        seed=seed,
        encoding=encoding,
        delimiter=delimiter,
    )
    from matchkit.results import file_names

    names = file_names(format.value)
    with output_folder(output, [file], names, force=force, resume=not no_resume, quiet=quiet) as work:
        trained = options.load_model(model)

        from matchkit import pipeline
        from matchkit.progress import open_progress
        from matchkit.stages import DEDUPE

        with open_progress(quiet=quiet, verbose=verbose, stages=DEDUPE) as progress:
            result = pipeline.dedupe(file, settings, model=trained, progress=progress, work=work)
            files = result.write(output, format=format.value, force=force, progress=progress)
    if not quiet and sys.stdout.isatty():
        from matchkit.report import show

        show(result, files, notes=result.notes_on(format.value))
