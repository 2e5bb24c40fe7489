"""``matchkit block``: the candidate pairs alone, and how good they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matchkit.cli import options
from matchkit.errors import OutputError

if TYPE_CHECKING:
    import polars as pl

Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        parser=options.place,
        metavar="FILE",
        help="Write the candidate pairs to a .csv or .parquet file.",
    ),
]
Truth = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="The true matches, as pairs (left_id,right_id) or clusters (id,cluster_id)."),
]
Json = Annotated[bool, typer.Option("--json", help="Print what was measured as JSON.")]


def block(
    file: options.File,
    output: Output = None,
    truth: Truth = None,
    id: options.IdColumn = None,
    ignore_column: options.IgnoreColumn = None,
    config: options.ConfigFile = None,
    neighbours: options.Neighbours = None,
    encoder: options.Encoder = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    json: Json = False,
    force: options.Force = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Find the candidate pairs of a catalogue, without deciding about them.

    With the truth, says how many of the true matches are among the candidates (pair completeness), how many
    comparisons were saved (reduction ratio) and how many candidates are true matches (pairs quality).

    \b
    Examples:
      matchkit block catalog.csv --truth truth.csv
      matchkit block catalog.csv -o candidates.csv --neighbours 20
    """
    settings = options.resolve_config(
        config,
        ignore_columns=ignore_column,
        id=id,
        neighbours=neighbours,
        encoder=encoder,
        threads=threads,
        seed=seed,
        encoding=encoding,
        delimiter=delimiter,
    )
    from matchkit.writing import check_file

    write = _writer(output) if output is not None else None
    if output is not None:
        check_file(output, force, source=None if file == "-" else file)

    from matchkit import pipeline
    from matchkit.progress import open_progress
    from matchkit.report import show_blocking
    from matchkit.stages import BLOCK
    from matchkit.truth import read_truth
    from matchkit.writing import write_file

    true_pairs = read_truth(truth) if truth is not None else None
    with open_progress(quiet=quiet, verbose=verbose, stages=BLOCK if output else BLOCK[:-1]) as progress:
        result = pipeline.block(file, settings, truth=true_pairs, progress=progress)
        if output is not None and write is not None:
            with progress.stage("writing"):
                write_file(output, partial(write, result.candidates), force=force)
    if json or not quiet:
        show_blocking(result.report, output, as_json=json)


def _writer(output: Path) -> Callable[[pl.DataFrame, Path], None]:
    from matchkit.writing import write_csv, write_parquet

    writers = {".csv": write_csv, ".parquet": write_parquet}
    if output.suffix.lower() not in writers:
        raise OutputError(f"cannot tell the format of {output}: end its name in .csv or .parquet.")
    return writers[output.suffix.lower()]
