"""The command line: ``matchkit COMMAND``, one file a command.

Nothing heavy is imported here; each command imports what it needs when it runs, so that help answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import typer

from matchkit import __version__
from matchkit.cli.baseline import baseline
from matchkit.cli.block import block
from matchkit.cli.dedupe import dedupe
from matchkit.cli.evaluate import evaluate
from matchkit.cli.explain import explain
from matchkit.cli.failures import INTERRUPTED, INTERRUPTION, ending, stop_signals
from matchkit.cli.leaderboard import leaderboard
from matchkit.cli.link import link
from matchkit.cli.predict import predict
from matchkit.cli.score import score
from matchkit.cli.task import task
from matchkit.cli.taskcheck import check as task_check
from matchkit.cli.taskinit import init as task_init
from matchkit.cli.train import train
from matchkit.cli.validate import validate
from matchkit.cli.variants import variants

_EXAMPLE = "\b\nStart with:\n  matchkit dedupe catalog.csv -o out/\n  matchkit variants catalog.csv -o out/"

# Help in rich's panels costs as much time again as everything else that --help does.
app = typer.Typer(
    name="matchkit",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(dedupe)
app.command()(variants)
app.command()(link)
app.command()(train)
app.command()(predict)
app.command()(explain)
app.command()(block)
app.command()(evaluate)
task.command(name="init")(task_init)
task.command(name="check")(task_check)
app.add_typer(task)
app.command()(baseline)
app.command()(validate)
app.command()(score)
app.command()(leaderboard)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"matchkit {__version__}")
        raise typer.Exit


@app.callback(epilog=_EXAMPLE)
def _matchkit(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Find the duplicates and the variation families in a catalogue file, and link two tables."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        What follows ``matchkit``; those of the process when None.

    Returns
    -------
    int
        The exit code: 0 done, 2 a mistake in the command or the input (said in a sentence on standard error),
        130 interrupted, 143 and 129 told to stop or to hang up.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    _replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a user's letter must not end the run.
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    command = typer.main.get_command(app)
    try:
        with stop_signals():
            code = command.main(given or ["--help"], prog_name="matchkit", standalone_mode=False)
            sys.stdout.flush()
    except BaseException as error:
        known = ending(error)
        if known is None:
            raise
        code, sentence = known
    else:
        # This is how typer hands on Ctrl-C where the caller ends the process.
        sentence = INTERRUPTION if code == INTERRUPTED else ""
    if sentence:
        with suppress(OSError):
            print(sentence, file=sys.stderr, flush=True)
    return int(code or 0)


def _replace_closed_streams() -> None:
    """A shell may close standard output or error (``>&-``); what would be said there is then said to nobody."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
