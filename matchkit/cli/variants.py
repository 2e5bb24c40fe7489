"""``matchkit variants``: from a catalogue file to its variation families."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matchkit.cli import options
from matchkit.cli.outputfolder import output_folder

if TYPE_CHECKING:
    from matchkit.groupformats import GroupFormat as GroupFormatName

Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        parser=options.place,
        metavar="FOLDER",
        help="Where records, families, pairs and run.json go; made if missing.",
    ),
]
Format = Annotated[options.FileFormat, typer.Option(help="How records, families and pairs are written.")]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        "-i",
        metavar="NAME",
        help="A column or attribute in which members of a family may differ; color and size by default; "
        "may be repeated, or list several with commas.",
    ),
]
Require = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME", help="A column or attribute in which members of a family may not differ; may be repeated."
    ),
]
Within = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="Compare only rows with the same value in this column, such as the shop."),
]
GroupFormat = Annotated[
    options.GroupFormat | None,
    typer.Option(help="Write the families also as schema.org markup, a Google feed or a Shopify product CSV."),
]


def variants(
    file: options.File,
    output: Output,
    ignore: Ignore = None,
    require: Require = None,
    within: Within = None,
    group_format: GroupFormat = None,
    format: Format = options.FileFormat.CSV,
    id: options.IdColumn = None,
    ignore_column: options.IgnoreColumn = None,
    config: options.ConfigFile = None,
    prefer: options.Prefer = None,
    neighbours: options.Neighbours = None,
    encoder: options.Encoder = None,
    classifier: options.ClassifierName = None,
    model: options.TrainedModel = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    force: options.Force = False,
    no_resume: options.NoResume = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Find the rows that are one product in other colours or sizes.

    What is ignored may be any column, and any attribute that stands in the titles; what is not is identity. Writes
    every row as it was with its item, its family and the values that were understood; the families with what they
    vary by; the pairs behind them with a reason; and how it was done.

    \b
    Examples:
      matchkit variants catalog.csv -o out/
      matchkit variants catalog.csv -o out/ --ignore color --ignore size
      matchkit variants catalog.csv -o out/ -i flavor,pack --within shop
      matchkit variants catalog.csv -o out/ --group-format shopify
      matchkit variants catalog.csv -o out/ --no-resume
    """
    settings = options.resolve_config(
        config,
        ignore_columns=ignore_column,
        ignore=tuple(ignore) if ignore else None,
        require=tuple(require) if require else None,
        within=within,
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

    groups: GroupFormatName | None = group_format.value if group_format is not None else None
    names = file_names(format.value, families=True, group_format=groups)
    with output_folder(output, [file], names, force=force, resume=not no_resume, quiet=quiet) as work:
        trained = options.load_model(model)

        from matchkit import pipeline
        from matchkit.progress import open_progress
        from matchkit.stages import VARIANTS

        with open_progress(quiet=quiet, verbose=verbose, stages=VARIANTS) as progress:
            result = pipeline.variants(file, settings, model=trained, progress=progress, work=work)
            files = result.write(output, format=format.value, force=force, group_format=groups, progress=progress)
    if not quiet and sys.stdout.isatty():
        from matchkit.report import show

        show(result, files, notes=result.notes_on(format.value, groups))
