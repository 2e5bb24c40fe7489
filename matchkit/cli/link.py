"""``matchkit link``: which rows of one table are the same as which rows of another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from matchkit.cli import options
from matchkit.cli.outputfolder import output_folder

Left = Annotated[
    str,
    typer.Argument(
        metavar="LEFT",
        help="CSV, TSV, Parquet or JSON lines, found out from the content; - reads standard input.",
    ),
]
Right = Annotated[str, typer.Argument(metavar="RIGHT", help="The table to link it with; need not be written alike.")]
Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        parser=options.place,
        metavar="FOLDER",
        help="Where left, right, pairs and run.json go; made if missing.",
    ),
]
OneToOne = Annotated[bool, typer.Option("--one-to-one", help="A row has one partner at most: the best in total.")]
Format = Annotated[options.FileFormat, typer.Option(help="How left, right and pairs are written.")]


def link(
    left: Left,
    right: Right,
    output: Output,
    one_to_one: OneToOne = False,
    map: options.Map = None,
    left_id: options.LeftId = None,
    right_id: options.RightId = None,
    format: Format = options.FileFormat.CSV,
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
    """Find which rows of two tables are the same item.

    The columns may have other names in both. Writes every row of both as it was with its entity and family, the
    pairs with their probabilities and a reason, and how it was done. Needs no labels.

    \b
    Examples:
      matchkit link catalog.csv suppliers.csv -o out/
      matchkit link catalog.csv suppliers.csv -o out/ --one-to-one
      matchkit link catalog.csv suppliers.csv -o out/ --map title=article --map price=
      matchkit link catalog.csv suppliers.csv -o out/ --no-resume
    """
    settings = options.resolve_config(
        config,
        ignore_columns=ignore_column,
        one_to_one=one_to_one or None,
        left_id=left_id,
        right_id=right_id,
        prefer=prefer,
        neighbours=neighbours,
        encoder=encoder,
        classifier=classifier and str(classifier),
        threads=threads,
        seed=seed,
        encoding=encoding,
        delimiter=delimiter,
    )
    from matchkit.results import link_file_names

    settings = settings.replace(map={**settings.map, **options.mapped(map or ())})
    names = link_file_names(format.value)
    with output_folder(output, [left, right], names, force=force, resume=not no_resume, quiet=quiet) as work:
        trained = options.load_model(model)

        from matchkit import pipeline
        from matchkit.progress import open_progress
        from matchkit.stages import LINK

        with open_progress(quiet=quiet, verbose=verbose, stages=LINK) as progress:
            result = pipeline.link(left, right, settings, model=trained, progress=progress, work=work)
            files = result.write(output, format=format.value, force=force, progress=progress)
    if not quiet and sys.stdout.isatty():
        from matchkit.linkreport import show_links

        show_links(result, files, notes=result.notes_on(format.value))
