"""``matchkit baseline``: submissions that are on the board from the start."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matchkit.cli import options
from matchkit.errors import TaskError

if TYPE_CHECKING:
    from matchkit.challenge.baselines.run import Outcome


class Which(StrEnum):
    """What a baseline looks at."""

    TRIVIAL = "trivial"
    ZERO_LABEL = "zero-label"
    TRAINED = "trained"


Tasks = Annotated[str, typer.Argument(metavar="TASKS", help="A task, or a folder of tasks.")]
Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        parser=options.place,
        metavar="FOLDER",
        help="The folder of submissions; each baseline is a team in it.",
    ),
]
Whiches = Annotated[
    list[Which] | None, typer.Option("--which", help="Make this one alone; may be repeated. All by default.")
]


def baseline(
    tasks: Tasks,
    output: Output,
    which: Whiches = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Make baseline submissions for the tasks of a challenge.

    trivial looks at next to nothing, zero-label is matchkit as it comes (matching tasks only), trained learns from the
    labels of the task. The gold is not needed. Each is written as a team: baseline-trained/1/TASK.csv.

    \b
    Examples:
      matchkit baseline tasks/ -o submissions/
      matchkit baseline tasks/beer/ -o submissions/ --which trained
    """
    settings = options.resolve_config(None, ignore_columns=None, threads=threads, seed=seed)
    from matchkit.challenge.task import load_tasks

    found = load_tasks(tasks)

    from matchkit.challenge.baselines import BASELINES
    from matchkit.challenge.baselines.run import run_baselines
    from matchkit.printable import printable

    left_out: list[Outcome] = []

    def tell(outcome: Outcome) -> None:
        if outcome.why:
            left_out.append(outcome)
        if not quiet:
            typer.echo(printable(outcome.line))

    chosen = [one for one in BASELINES if which is None or one in which]
    written = run_baselines(found, output, chosen, seed=settings.seed, threads=settings.threads, force=force, tell=tell)
    if not written:
        raise TaskError(f"no baseline could be made; of the last one: {left_out[-1].why}")
    if not quiet:
        typer.echo(f"{len(written)} files written to {printable(str(output))}")
