"""``matchkit evaluate``: how good predictions are, by what is known to be true."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matchkit.cli import options


class Level(StrEnum):
    """What counts as a match."""

    ENTITY = "entity"
    FAMILY = "family"


Predictions = Annotated[
    str,
    typer.Argument(
        metavar="PREDICTIONS",
        help="Pairs (left_id,right_id with label or score) or clusters (id,entity_id); - reads standard input.",
    ),
]
Truth = Annotated[
    str,
    typer.Option(metavar="FILE", help="Labelled pairs, or all matches as pairs (left_id,right_id) or clusters."),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        parser=options.place,
        metavar="FOLDER",
        help="Write metrics.json, and with scores curve.csv and .svg.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the measures as JSON.")]
LevelOption = Annotated[Level, typer.Option(help="What counts as a match: the same item, or the same family.")]
IdColumn = Annotated[
    str | None,
    typer.Option("--id", metavar="COLUMN", help="Of clusters: the column of the record ids; else found out."),
]
Cluster = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="Of clusters: the column of the clusters; else found out.")
]
TwoTables = Annotated[
    bool | None,
    typer.Option("--two-tables/--one-table", help="Whether the two ids of a pair are of two tables; else found out."),
]
Precision = Annotated[float, typer.Option(metavar="0..1", help="Find the threshold that surely has this precision.")]
Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help="Encoding of the files, such as cp1252; else found out.")
]
Delimiter = Annotated[
    str | None, typer.Option(metavar="CHAR", help="Delimiter of the files, such as ';' or tab; else found out.")
]


def evaluate(
    predictions: Predictions,
    truth: Truth,
    output: Output = None,
    level: LevelOption = Level.ENTITY,
    id: IdColumn = None,
    cluster: Cluster = None,
    two_tables: TwoTables = None,
    precision: Precision = 0.95,
    seed: options.Seed = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    json: Json = False,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Measure predictions, as pairs or clusters, against the truth.

    With labelled pairs, only those are judged. With all matches, as pairs without labels or as clusters, whatever
    else was predicted is wrong. Precision, recall and F1 have 95 % intervals.

    \b
    Examples:
      matchkit evaluate out/pairs.csv --truth test.csv
      matchkit evaluate out/records.csv --truth truth.csv -o quality/
    """
    from matchkit.evaluating import evaluate as measure
    from matchkit.evaluationfiles import check_output, write_evaluation
    from matchkit.evaluationreport import show_evaluation

    if output is not None:
        check_output(output, force)
    found = measure(
        predictions,
        truth,
        level=level.value,
        id=id,
        cluster=cluster,
        two_tables=two_tables,
        precision=precision,
        seed=seed or 0,
        delimiter=delimiter,
        encoding=encoding,
    )
    files = write_evaluation(found, output, force=force) if output is not None else []
    if json or not quiet:
        show_evaluation(found, files, as_json=json)
