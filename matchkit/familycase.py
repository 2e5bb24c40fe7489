"""Two rows compared and weighed as ``matchkit variants`` did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.baseevidence import brands_differ, kept_apart, numbers_differ
from matchkit.bases import Bases
from matchkit.cores import workers
from matchkit.evidence import Evidence
from matchkit.explanation import DIFFERS, Fact, Weighing, named
from matchkit.familyfit import FamilyModel, family_log_odds, item_verdict, titles_differ
from matchkit.familytask import FamilyTask
from matchkit.findings import RecordPair, values_of
from matchkit.odds import probability
from matchkit.outcome import DOUBT
from matchkit.paircase import ONE_PRODUCT, SAME_NUMBER, PairCase, check_fit, further, in_words, read_sets
from matchkit.progress import Progress
from matchkit.records import Records
from matchkit.savedmodel import mixture_from_dict
from matchkit.savedrun import SavedRun, damaged
from pairs.comparisons import CODES
from pairs.familyview import FamilyView, family_view
from pairs.features import Comparer
from pairs.variation import conflict
from pairs.view import NUMBER

# Of two families so many records each are looked at for what keeps them apart.
_MEMBERS = 60


@dataclass(frozen=True, slots=True)
class _Records:
    """All that the run knew of its records before it compared them."""

    task: FamilyTask
    records: Records
    group: NDArray[np.int64]
    family: FamilyView
    bases: Bases

    @classmethod
    def of(cls, saved: SavedRun) -> _Records:
        task = FamilyTask.resolve(saved.catalogue, saved.schema, saved.config)
        records = Records.distinct(saved.catalogue, task.attributes)
        group = task.groups(records)
        columns, threads = (records.frame, task.compared, records.normalised), workers(saved.config.threads)
        family = family_view(*columns, task.ignored, task.required, group, threads=threads)
        return cls(task, records, group, family, Bases.of(family, group))


def family_case(saved: SavedRun, rows: tuple[int, int], progress: Progress) -> PairCase:
    """Compare two rows.

    Raises
    ------
    CatalogueError
        What was learnt is not in ``run.json``, or does not fit the rows any more.
    """
    model = _model(saved)
    with progress.stage("learning values"):
        known = _Records.of(saved)
    left, right = (int(known.records.record_of[row]) for row in rows)
    with progress.stage("comparing"):
        pair = RecordPair.of(Comparer.fit(known.family.view), left, right)
    check_fit(pair.fits(model.mixture), saved.folder / "run.json")
    read = tuple(_read(known.family, pair, saved.schema.title))
    if left == right:
        return PairCase.repeated(read)
    odds = model.log_odds(pair.evidence, np.zeros(1, dtype=np.bool_))
    verdict = item_verdict(odds, pair.evidence)
    never = _never(saved, known, rows)
    apart = [] if never is None else [f"{never}, and only rows with the same {known.task.within} are compared"]
    apart += _apart(known.family, pair, model)
    p_exact, p_family = (float(probability(side)[0]) for side in (verdict.exact, verdict.family))
    split = p_family > DOUBT[0] and not apart and saved.family[rows[0]] != saved.family[rows[1]]
    return PairCase(
        pair,
        read,
        _weighed(model, pair, float(odds[0]), float(verdict.family[0])),
        p_exact,
        p_family,
        *in_words(pair),
        never,
        tuple(apart),
        _between(saved, known, pair, rows, model) if split else "",
        bool(known.bases.base_of[left] == known.bases.base_of[right]),
        _shared_values(known, left, right) if split else (),
    )


def _model(saved: SavedRun) -> FamilyModel:
    source, learnt = saved.folder / "run.json", saved.run.get("model")
    table = learnt if isinstance(learnt, dict) else {}
    try:
        mixture = mixture_from_dict(table.get("family"))
    except ValueError as error:
        raise damaged(source, f"model: {error}") from None
    if not isinstance(table.get("titles_vary"), bool):
        raise damaged(source, "model: titles_vary is missing")
    return FamilyModel(mixture, saved.schema.title, table["titles_vary"])


def _weighed(model: FamilyModel, pair: RecordPair, odds: float, total: float) -> Weighing:
    """What the mixture says, and what is added to it: for the same title, and for an equal item number."""
    plain = float(family_log_odds(model.mixture, pair.evidence, np.zeros(1, dtype=np.bool_))[0])
    title = odds - plain if np.isfinite(odds) else 0.0
    number = total - odds if np.isfinite(odds) else 0.0
    more = further(("same title", "one product always has one here", title), (SAME_NUMBER, "equal", number))
    return pair.weigh(model.mixture, ONE_PRODUCT, plain, more)


def _read(family: FamilyView, pair: RecordPair, title: str | None) -> list[Fact]:
    """The text compared, what is ignored, item numbers, what is not ignored, and codes."""
    agreement = pair.agreement(title) if title is not None and title in pair.evidence.levels.names else None
    facts = [Fact.of("text", *values_of(family.base, pair.left, pair.right), agreement), *pair.stated()]
    for name in family.parting.columns:
        stated = family.parting[name]
        apart = conflict(stated.gather([pair.left]), stated.gather([pair.right]))[0] >= 1
        sides = values_of(stated, pair.left, pair.right)
        facts.append(Fact.of(f"{name}, not ignored", *sides, DIFFERS if apart else None))
    facts += [pair.compared(name) for name in read_sets(pair.comparer, CODES)]
    return [fact for fact in facts if fact.agreement]


def _never(saved: SavedRun, known: _Records, rows: tuple[int, int]) -> str | None:
    """Why two rows were never compared: they are in different groups."""
    left, right = (known.records.record_of[row] for row in rows)
    if known.task.within is None or known.group[left] == known.group[right]:
        return None
    cells = values_of(saved.catalogue.frame[known.task.within], *rows)
    return f"{known.task.within} differs ({' / '.join(cell or 'nothing' for cell in cells)})"


def _apart(family: FamilyView, pair: RecordPair, model: FamilyModel) -> list[str]:
    """In what that is not ignored two records differ."""
    both = np.array([pair.left]), np.array([pair.right])
    found = []
    for name in family.parting.columns:
        one, other = (family.parting[name].gather(side) for side in both)
        if conflict(one, other)[0] >= 1:
            found.append(f"{name} differs ({one[0]} / {other[0]}) and is not ignored")
    for attribute in family.view.attributes if brands_differ(pair.evidence, family)[0] else ():
        if attribute.kind == "brand":
            brands = values_of(family.view.records[attribute.name], pair.left, pair.right)
            found.append(f"{attribute.name} differs ({' / '.join(brand or 'nothing' for brand in brands)})")
    title = model.title
    if title is not None and numbers_differ(pair.evidence, title)[0]:
        found.append(f"the titles hold different numbers ({' / '.join(pair.numbers(title))})")
    elif not model.titles_vary and titles_differ(pair.evidence, title)[0]:
        found.append("the texts are not the same, as those of one product are throughout this catalogue")
    return found


def _between(saved: SavedRun, known: _Records, pair: RecordPair, rows: tuple[int, int], model: FamilyModel) -> str:
    """Which two records keep the families of two rows apart, and how; empty where none do."""
    groups = ((saved.family == saved.family[row]).fill_null(False).to_numpy() for row in rows)
    one, other = (np.unique(known.records.record_of[group])[:_MEMBERS] for group in groups)
    left, right = (side.ravel() for side in np.meshgrid(one, other))
    evidence = Evidence.of_pairs(pair.comparer, left, right, threads=saved.config.threads)
    parting = kept_apart(evidence, known.family, model.title)
    apart = np.flatnonzero(np.isneginf(model.log_odds(evidence, parting)))
    if not len(apart):
        return ""
    first, second = int(left[apart[0]]), int(right[apart[0]])
    ids = (saved.catalogue.ids[int(known.records.rows[record])] for record in (first, second))
    clauses = _apart(known.family, RecordPair.of(pair.comparer, first, second), model)
    return f"between {' and '.join(ids)} {named(clauses)}"


def _shared_values(known: _Records, left: int, right: int) -> tuple[str, ...]:
    """A note where both texts are there in the same values, in which one product is seldom listed twice."""
    values = known.family.view.ignored.select(~pl.selectors.starts_with(NUMBER))
    if not values.width:
        return ()
    listed = values.with_columns(base=pl.Series(known.bases.base_of), item=known.family.item)
    listed = listed.filter(pl.any_horizontal(pl.col(values.columns).is_not_null()))
    one, other = (listed.filter(pl.col("base") == known.bases.base_of[record]) for record in (left, right))
    shared = one.join(other.select("item").unique(), on="item", how="semi").unique("item", maintain_order=True)
    if not shared.height:
        return ()
    first = ", ".join(value for value in shared.select(values.columns).row(0) if value is not None)
    more = f" and {shared.height - 1} more" if shared.height > 1 else ""
    return (f"both texts are listed in the same values ({first}{more})",)
