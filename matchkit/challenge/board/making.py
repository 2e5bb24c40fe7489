"""A leaderboard from a folder of submissions: each file is judged, what counts gets intervals, then all is ranked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from matchkit import __version__
from matchkit.challenge.board import AttemptRule, BoardShare, BoardTask, Leaderboard
from matchkit.challenge.board.standings import Choice, choices, make_board
from matchkit.challenge.gold import Gold, load_golds
from matchkit.challenge.judging.crew import Alone, Crew, Judges
from matchkit.challenge.judging.entries import Problem, Team, find_teams
from matchkit.challenge.judging.judge import Judge
from matchkit.challenge.judging.keeping import CACHE
from matchkit.challenge.judging.plan import GroupPlan, plan_boards, rules
from matchkit.challenge.judging.process import Process, Setup
from matchkit.challenge.judging.running import Place, Run, Verdicts, find_kept
from matchkit.challenge.task import load_tasks
from matchkit.cores import workers
from matchkit.errors import ConfigError
from matchkit.progress import Progress, SilentProgress


@dataclass(frozen=True, slots=True)
class Standing:
    """A leaderboard and what the organiser wants to know besides.

    Attributes
    ----------
    leaderboard
        For everybody.
    problems
        What went wrong with submissions.
    files, kept
        How many files were judged, and how many of them needed no scoring.
    notes
        About the run.
    """

    leaderboard: Leaderboard
    problems: tuple[Problem, ...]
    files: int
    kept: int
    notes: tuple[str, ...] = ()


def leaderboard(
    submissions: str | Path,
    tasks: str | Path,
    gold: str | Path,
    *,
    attempt: AttemptRule = "best",
    final: bool = False,
    title: str = "Leaderboard",
    resamples: int = 500,
    seed: int = 0,
    cache: str | Path | None = None,
    threads: int = 0,
) -> Leaderboard:
    """Rank the teams of a challenge.

    Parameters
    ----------
    submissions
        Folder with a folder or a zip for each team; see :mod:`matchkit.challenge.judging.entries`.
    tasks, gold
        The folder of a task or of tasks, and that of their gold.
    attempt
        Which attempt of a team counts: ``best``, by the average on the public share, or ``last``.
    final
        Rank by the private share. Else nothing of it is looked at.
    title
        Of the challenge.
    resamples, seed
        Of intervals and comparisons.
    cache
        Folder for scores that are kept for the next time; must be private. ``.matchkit-scores`` in `gold` when None.
    threads
        Processes that score, 0 for one for each core. 1 scores in this process, which a hostile file could end.

    Raises
    ------
    TaskError
        Tasks, gold or the names of teams are wrong.
    SubmissionError
        There is no submission. What is wrong with a file is told in the leaderboard.
    """
    settings = {"title": title, "resamples": resamples, "seed": seed, "cache": cache, "threads": threads}
    return make_standing(submissions, tasks, gold, attempt=attempt, final=final, **settings).leaderboard  # type: ignore[arg-type]


def make_standing(
    submissions: str | Path,
    tasks: str | Path,
    gold: str | Path,
    *,
    attempt: AttemptRule = "best",
    final: bool = False,
    title: str = "Leaderboard",
    resamples: int = 500,
    seed: int = 0,
    cache: str | Path | None = None,
    threads: int = 0,
    progress: Progress | None = None,
) -> Standing:
    """What :func:`leaderboard` does, with what the organiser wants to know besides."""
    check_settings(resamples, seed, threads)
    known = load_tasks(tasks)
    golds = load_golds(gold, known)
    plans = plan_boards(known, golds, final)
    teams, passed = find_teams(submissions)
    kept = find_kept(Path(cache) if cache is not None else Path(gold) / CACHE, golds, plans, resamples, seed)
    setup = Setup(Path(tasks), Path(gold), resamples, seed, tuple((*which, home) for which, home in kept.homes.items()))
    judge = partial(Judge, known, golds, resamples, seed, kept.verdicts)
    with _judges(setup, judge, threads) as judges:
        run = Run(judges, teams, kept.homes, progress or SilentProgress(), list(kept.notes))
        every = {(n, m): _choosing(plans) for n, team in enumerate(teams) for m in range(len(team.attempts))}
        first = run.judge("scoring", every, resample=False)
        counted = [choices(plan, teams, first, attempt) for plan in plans]
        second = run.judge("drawing resamples", _counting(plans, counted, first), resample=True)
    boards = []
    for plan, choice in zip(plans, counted, strict=True):
        shown = [_board_task(golds[name], plan.shown[name]) for name in plan.tasks]
        found = {one.team: {**first[one.team, one.attempt], **second[one.team, one.attempt]} for one in choice}
        boards.append(make_board(plan, shown, teams, choice, found, resamples=resamples, final=final))
    problems = (*passed, *_problems(teams, first, second))
    share: BoardShare = "private" if final else "public"
    told = Leaderboard(
        title,
        share,
        attempt,
        tuple(boards),
        resamples,
        seed,
        rules(share, attempt, resamples, seed),
        tuple(problem.sentence for problem in problems),
        __version__,
    )
    return Standing(told, problems, *_counted(first, second), tuple(run.notes))


def check_settings(resamples: int, seed: int, threads: int = 0) -> None:
    """Raise ConfigError where a number makes no sense."""
    for name, value, least in (("resamples", resamples, 1), ("seed", seed, 0), ("threads", threads, 0)):
        if value < least:
            raise ConfigError(f"{name} is {value}; give {least} or more")


@contextmanager
def _judges(setup: Setup, judge: Callable[[], Judge], threads: int) -> Iterator[Judges]:
    if threads == 1:
        yield Alone(judge())
        return
    with Crew(partial(Process, setup), workers(threads)) as crew:
        yield crew


def _choosing(plans: Sequence[GroupPlan]) -> dict[str, BoardShare]:
    return {task: share for plan in plans for task, share in plan.choosing.items()}


def _counting(
    plans: Sequence[GroupPlan], counted: Sequence[Sequence[Choice]], first: Verdicts
) -> dict[Place, dict[str, BoardShare]]:
    """What has to be judged with resamples: an attempt may count on one board and not on the other.

    A file that is missing or refused stays so, above all one that killed its reader or took too long. But a measure may
    be undefined on one share and not on the other.
    """
    wanted: dict[Place, dict[str, BoardShare]] = {}
    for plan, choice in zip(plans, counted, strict=True):
        for one in choice:
            place = one.team, one.attempt
            known = first[place]
            settled = {
                task
                for task, share in plan.shown.items()
                if task in known
                and known[task].state != "scored"
                and (share == plan.choosing[task] or known[task].state == "missing" or not known[task].lasting)
            }
            shares = {task: share for task, share in plan.shown.items() if task not in settled}
            wanted.setdefault(place, {}).update(shares)
    return wanted


def _board_task(gold: Gold, share: BoardShare) -> BoardTask:
    part, task = gold.of(share), gold.task
    # The truth of a ``match`` task lists what is to be found, and how much that is nobody may know.
    rows = part.entities.height if task.kind == "match" else part.truth.height
    return BoardTask(task.name, task.kind, task.metric, rows)


def _counted(*stages: Verdicts) -> tuple[int, int]:
    """How many files there were, and how many of them needed no scoring in any stage."""
    found = [
        (place, one.task, one.kept)
        for stage in stages
        for place, verdicts in stage.items()
        for one in verdicts.values()
        if one.digest
    ]
    files = {(place, task) for place, task, _ in found}
    return len(files), len(files - {(place, task) for place, task, kept in found if not kept})


def _problems(teams: Sequence[Team], first: Verdicts, second: Verdicts) -> Iterator[Problem]:
    """Every wrong file once, and what is wrong with whole attempts; then what is missing in the attempts that count."""
    absent = []
    for place in sorted(first):
        team, attempt = teams[place[0]].name, teams[place[0]].attempts[place[1]].name
        found = {**first[place], **second.get(place, {})}
        other = found.pop("", None)
        if other is not None:
            yield Problem(team, attempt, "", other.why)
        refused = {task: verdict.why for task, verdict in sorted(found.items()) if verdict.state == "refused"}
        if len(refused) == len(found) > 1 and len(set(refused.values())) == 1:
            yield Problem(team, attempt, "", f"{next(iter(refused.values()))}; all tasks count 0")
            continue
        yield from (Problem(team, attempt, task, f"{why}; it counts 0") for task, why in refused.items())
        missing = [task for task, verdict in sorted(found.items()) if verdict.state == "missing"]
        if place in second:
            absent += [Problem(team, attempt, task, "there is no file; it counts 0") for task in missing]
    yield from absent
