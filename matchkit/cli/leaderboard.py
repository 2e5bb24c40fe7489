"""``matchkit leaderboard``: rank the teams of a challenge."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matchkit.cli import options
from matchkit.cli.score import Gold, Resamples


class Attempt(StrEnum):
    """Which attempt of a team counts."""

    BEST = "best"
    LAST = "last"


Submissions = Annotated[
    Path, typer.Argument(metavar="SUBMISSIONS", help="Folder with a folder of attempts, or a zip, for each team.")
]
Tasks = Annotated[Path, typer.Option("--tasks", metavar="FOLDER", help="The folder of tasks, or one task.")]
Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        parser=options.place,
        metavar="FOLDER",
        help="Where the board goes: page, tables, JSON, problems.csv.",
    ),
]
AttemptOption = Annotated[Attempt, typer.Option(help="Which attempt of a team counts, best by the public share.")]
Final = Annotated[bool, typer.Option("--final", help="Rank by the private share; else nothing of it is looked at.")]
Title = Annotated[str, typer.Option(metavar="TEXT", help="Title of the challenge.")]
Cache = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Private folder for scores of unchanged files; .matchkit-scores in the gold."),
]
Threads = Annotated[
    int | None,
    typer.Option(metavar="N", help="Processes that score, all cores by default; 1 scores in this one, unprotected."),
]


def leaderboard(
    submissions: Submissions,
    tasks: Tasks,
    gold: Gold,
    output: Output,
    attempt: AttemptOption = Attempt.BEST,
    final: Final = False,
    title: Title = "Leaderboard",
    resamples: Resamples = 500,
    seed: options.Seed = None,
    cache: Cache = None,
    threads: Threads = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Rank the teams of a challenge by their average over all tasks, with intervals and paired comparisons.

    What has not changed since the last time is not scored again. A wrong file counts 0 and stops nothing.

    \b
    Examples:
      matchkit leaderboard submissions/ --tasks tasks/ --gold private/ -o leaderboard/
      matchkit leaderboard submissions/ --tasks tasks/ --gold private/ -o final/ --final --attempt last
    """
    from matchkit.challenge.board.making import make_standing
    from matchkit.challenge.board.standingfiles import check_places, write_standing
    from matchkit.challenge.board.standingreport import show_standing
    from matchkit.progress import open_progress

    check_places(output, submissions, tasks, gold, cache, force)
    with open_progress(quiet=quiet) as progress:
        standing = make_standing(
            submissions,
            tasks,
            gold,
            attempt=attempt.value,
            final=final,
            title=title,
            resamples=resamples,
            seed=seed or 0,
            cache=cache,
            threads=threads or 0,
            progress=progress,
        )
    files = write_standing(standing, output, force=force)
    if not quiet:
        show_standing(standing, files)
