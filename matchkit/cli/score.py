"""``matchkit score``: how good a submission is, by the gold of its task."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matchkit.cli import options


class Share(StrEnum):
    """Which part of the test counts."""

    ALL = "all"
    PUBLIC = "public"
    PRIVATE = "private"


Submission = Annotated[
    Path,
    typer.Argument(metavar="SUBMISSION", help="The file for a task, or a folder or zip with a file for each task."),
]
Task = Annotated[Path, typer.Option("--task", metavar="FOLDER", help="The task, or the folder of tasks.")]
Gold = Annotated[Path, typer.Option("--gold", metavar="FOLDER", help="The private folder with the gold.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", parser=options.place, metavar="FILE", help="Write measure and number, as Codabench reads it."
    ),
]
ShareOption = Annotated[Share, typer.Option(help="Which records of the test count.")]
Json = Annotated[bool, typer.Option("--json", help="Print everything as JSON.")]
Resamples = Annotated[int, typer.Option(metavar="N", help="How often entities are drawn for the intervals.")]


def score(
    submission: Submission,
    task: Task,
    gold: Gold,
    output: Output = None,
    share: ShareOption = Share.ALL,
    resamples: Resamples = 500,
    seed: options.Seed = None,
    json: Json = False,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Check a submission and score it, each measure with a 95 % interval.

    In a challenge of several tasks a missing or wrong file counts 0 and does not stop the others.

    \b
    Examples:
      matchkit score submission.csv --task my_task/ --gold private/my_task/ -o scores.json
      matchkit score submission.zip --task tasks/ --gold private/ --share public
    """
    from matchkit.challenge.judging.gradeplaces import check_scores_place
    from matchkit.challenge.judging.gradereport import show_grades
    from matchkit.challenge.judging.grading import score as grade
    from matchkit.challenge.judging.grading import write_scores

    if output is not None:
        check_scores_place(output, submission, task, gold, force)
    grades = grade(submission, task, gold, share=share.value, resamples=resamples, seed=seed or 0)
    files = [write_scores(grades, output, force=force)] if output is not None else []
    if json or not quiet:
        show_grades(grades, files, as_json=json)
