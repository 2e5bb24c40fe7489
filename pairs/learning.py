"""Values of ignored attributes learnt from the titles of a catalogue, and the titles without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.knowledge import Knowledge, Sought
from pairs.phrases import COMMA, FREE, SLOT, Phrases, Spans
from pairs.substitution import Found, build_graph, occurrences, spread
from pairs.variation import canonical_value, tidy
from pairs.vocabulary import READERS
from pairs.vocabulary.color import COLOR, STAND_IN

#: Hears of a part of the work how many of its steps are done of how many.
Told = Callable[[str, int, int], None]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: What stands in a slot beside values of ignored attributes and is of no known attribute itself.
OPTION = "option"

_PASSES = 3
# How long the steps of a pass take beside each other.
_STEPS = {"seen": 3, "graph": 8, "known": 6, "spread": 8, "taken": 2}
_OFTEN = 3
# Attributes of which quantities with a unit are values; MEASURE reads them all.
_QUANTITIES = ("length", "capacity", "voltage")


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt.

    Attributes
    ----------
    texts
        (n,) the titles without the values found; null where the title is missing. For a colour there stands
        :data:`pairs.vocabulary.color.STAND_IN`, so that a reader of titles still sees that there was one.
    values
        One String column an ignored attribute, and last ``option``: canonical values joined by ``|``, null for none.
    words
        Attribute to the values that no word list had, the most frequent first.
    """

    texts: pl.Series
    values: pl.DataFrame
    words: Mapping[str, list[str]]


def learn_values(
    titles: pl.Series,
    group: Ints,
    ignored: Sequence[Sought],
    keep: Bools | None = None,
    told: Told | None = None,
    threads: int = 1,
) -> Learnt:
    """Find the values of ignored attributes in titles, from word lists, columns, and what stands in for what.

    Values that the word lists know wherever they stand are left in the titles, unless they stand alone between
    separators: :func:`pairs.variation.read_values` reads them, and knows what only looks like one.

    Parameters
    ----------
    titles
        As the user wrote them.
    group
        (n,) titles of different groups are not compared.
    ignored
        The attributes to find. Those that :data:`pairs.vocabulary.READERS` knows and that are not among them are
        looked for too, so that *honey* beside *vanilla* is no colour; but they stay in the titles.
    keep
        (n, attributes) for which titles a value of the attribute is part of the name, and stays.
    told
        Hears of the parts ``spans``, ``pass 1`` to ``pass 3``, not all of which may be needed, and ``taken``.
    threads
        How many to use; what is learnt does not depend on it.
    """
    stays = np.zeros((len(titles), len(ignored)), dtype=np.bool_) if keep is None else keep
    sought = [*ignored, *_rivals(ignored)]
    phrases = Phrases.of(titles, group)
    if not len(phrases) or not ignored:
        return Learnt(titles, _no_values(titles, ignored), {one.name: [] for one in ignored})
    spans, taken, found = phrases.spans(), np.full(len(phrases), -1, dtype=np.int64), None
    known = _KnownSpans(phrases, sought, threads)
    tell(told, "spans")
    for number in range(1, _PASSES + 1):
        step = _Steps(f"pass {number}", len(sought), told)
        seen = occurrences(phrases, spans, taken, len(ignored))
        step("seen")
        graph = build_graph(seen, len(ignored))
        step("graph")
        if not graph.nodes.height:
            break
        facts = known.of(graph.nodes, step.looked_up)
        found = spread(phrases, graph, facts, sought, found, threads=threads)
        step("spread")
        before, taken = taken, _take(phrases, seen, found, stays)
        step("taken")
        if (taken == before).all():
            break
    if found is None:
        return Learnt(titles, _no_values(titles, ignored), {one.name: [] for one in ignored})
    options = _options(phrases, spans, taken, known)
    taken = _take(phrases, seen, found, stays, leave_known=True)
    taken = np.where(options, len(ignored), taken)
    stand_ins = {number: STAND_IN for number, one in enumerate(ignored) if COLOR in one.readers}
    texts = phrases.without(taken, stand_ins).set(titles.is_null(), None)
    learnt = Learnt(tidy(texts), _values(phrases, taken, ignored), _new_words(phrases, found, ignored))
    tell(told, "taken")
    return learnt


def tell(told: Told | None, part: str) -> None:
    """Say, if somebody listens, that a part is done."""
    if told is not None:
        told(part, 1, 1)


class _Steps:
    """Tells how far a pass is."""

    def __init__(self, part: str, attributes: int, told: Told | None) -> None:
        self._part, self._attributes, self._told, self._done = part, attributes, told, 0

    def __call__(self, step: str) -> None:
        self._advance(_STEPS[step] * self._attributes)

    def looked_up(self, attributes: int) -> None:
        """What is known was looked up for so many more attributes."""
        self._advance(_STEPS["known"] * attributes)

    def _advance(self, more: int) -> None:
        self._done += more
        if self._told is not None:
            self._told(self._part, self._done, sum(_STEPS.values()) * self._attributes)


def _rivals(ignored: Sequence[Sought]) -> list[Sought]:
    """Known attributes that are not ignored; a quantity is of one attribute only."""
    taken = {reader for one in ignored for reader in one.readers}
    quantities = {reader for name in _QUANTITIES for reader in READERS[name]}
    rivals = []
    for name, readers in READERS.items():
        left = tuple(reader for reader in readers if reader not in taken and reader not in quantities)
        if left and all(one.name != name for one in ignored):
            rivals.append(Sought(name, left))
    return rivals


class _KnownSpans:
    """Looks spans up once, whatever number of passes they come up in."""

    def __init__(self, phrases: Phrases, sought: Sequence[Sought], threads: int) -> None:
        self._phrases, self._sought, self._threads = phrases, sought, threads
        self._keys = pl.DataFrame(schema={"key": pl.UInt64, "place": pl.Int64})
        self._known: Knowledge | None = None

    def of(self, spans: pl.DataFrame, advance: Callable[[int], None] | None = None) -> Knowledge:
        """What is known of spans (``key, begin, end``), in their order."""
        new = spans.unique("key", maintain_order=True).join(self._keys, on="key", how="anti", maintain_order="left")
        if new.height or self._known is None:
            texts = self._phrases.texts(new["begin"].to_numpy(), new["end"].to_numpy())
            fresh = Knowledge.of(texts, self._sought, threads=self._threads, advance=advance)
            self._known = fresh if self._known is None else self._known.extended(fresh)
            places = pl.int_range(self._keys.height, self._keys.height + new.height, eager=True)
            self._keys = pl.concat([self._keys, new.select("key").with_columns(places.alias("place"))])
        places = spans.join(self._keys, on="key", how="left", maintain_order="left")["place"]
        return self._known.only(places.to_numpy())


def _take(phrases: Phrases, seen: pl.DataFrame, found: Found, stays: Bools, *, leave_known: bool = False) -> Ints:
    """(w,) the attribute whose value each word is part of, or -1; longer values go before shorter ones."""
    values = found.nodes.filter(pl.col("attribute").is_between(0, stays.shape[1] - 1))
    values = values.select("key", "slot", "attribute", "certainty", "known")
    here = seen.join(values, on=["key", "slot"]).join(found.places, on=["context", "key", "slot"], how="left")
    begin, attribute = here["begin"].to_numpy(), here["attribute"].to_numpy()
    here = here.filter(pl.Series(~stays[phrases.title[begin], attribute]))
    here = here.with_columns(
        pl.Series("at_end", phrases.after[here["end"].to_numpy() - 1] >= COMMA),
        pl.Series("first", phrases.place[here["begin"].to_numpy()] == 0),
    )
    supported = (pl.col("place") > 0.5).fill_null(False)
    # A value that usually opens titles opens them where nothing takes its turn with it too.
    opens = ((supported & pl.col("first")).sum() >= pl.max_horizontal(_OFTEN, 0.8 * supported.sum())).over(
        "key", "slot"
    )
    ends = pl.col("at_end") & ~pl.col("first")
    here = here.filter(pl.col("slot") | supported | ends | (pl.col("first") & opens))
    if leave_known:
        here = here.filter(~pl.col("known") | (pl.col("standing") > FREE))
    length = pl.col("end") - pl.col("begin")
    here = here.sort(length, "certainty", "begin", descending=[True, True, False])
    taken = [-1] * len(phrases)
    left = phrases.counts.tolist()
    titles = phrases.title[here["begin"].to_numpy()].tolist()
    for begin, end, attribute, title in zip(
        here["begin"].to_list(), here["end"].to_list(), here["attribute"].to_list(), titles, strict=True
    ):
        # Something of the title has to remain. What was taken before is as long, so it would reach an end of the span.
        if left[title] > end - begin and taken[begin] < 0 and taken[end - 1] < 0:
            taken[begin:end] = [attribute] * (end - begin)
            left[title] -= end - begin
    return np.array(taken, dtype=np.int64)


def _options(phrases: Phrases, spans: Spans, taken: Ints, known: _KnownSpans) -> NDArray[np.bool_]:
    """(w,) words of slots that hold neither a value nor a code, behind a dash with slots that do hold values.

    Sellers list options there (*Pot - Large / Velvet / With Tray*), so what takes its turn with others in such a slot
    is one more of them, unless it is known to be a value of an attribute that is not ignored.
    """
    dash = phrases.last_dash()
    word = np.arange(len(phrases))
    valued = np.zeros(len(dash), dtype=np.bool_)
    valued[phrases.title[(taken >= 0) & (dash[phrases.title] >= 0) & (word >= dash[phrases.title])]] = True
    title = phrases.title[spans.begin]
    count = np.concatenate([[0], np.cumsum(taken >= 0)])
    free = count[spans.end] == count[spans.begin]
    spans = spans.only((spans.slot == SLOT) & free & valued[title] & (spans.begin >= dash[title]) & (dash[title] >= 0))
    chosen = np.zeros(len(phrases), dtype=np.bool_)
    if not len(spans):
        return chosen
    context, _ = phrases.contexts(spans, taken)
    frame = pl.DataFrame({"context": context, "key": spans.key, "begin": spans.begin, "end": spans.end})
    facts = known.of(frame)
    frame = frame.filter(pl.Series(~facts.code & ~facts.alone.any(axis=1)))
    frame = frame.filter(pl.col("key").n_unique().over("context") > 1)
    for begin, end in frame.select("begin", "end").iter_rows():
        chosen[begin:end] = True
    return chosen


def _values(phrases: Phrases, taken: Ints, ignored: Sequence[Sought]) -> pl.DataFrame:
    """The values taken from each title, canonical."""
    titles = len(phrases.starts) - 1
    columns = []
    for attribute, one in enumerate([*ignored, Sought(_option_name(ignored))]):
        inside = taken == attribute
        opening = inside & ((np.append(-1, taken[:-1]) != taken) | (phrases.place == 0) | (phrases.before >= COMMA))
        begin = np.flatnonzero(opening)
        closing = inside & (
            (np.append(taken[1:], -1) != taken)
            | (phrases.after >= COMMA)
            | (np.append(phrases.title[1:], -1) != phrases.title)
        )
        end = np.flatnonzero(closing) + 1
        texts = phrases.texts(begin, end)
        values = _canonical(texts, one)
        rows = pl.DataFrame({"title": phrases.title[begin], "value": values}).drop_nulls()
        joined = rows.group_by("title").agg(pl.col("value").unique().sort().str.join("|"))
        every = pl.DataFrame({"title": np.arange(titles)})
        columns.append(every.join(joined, on="title", how="left", maintain_order="left")["value"].alias(one.name))
    return pl.DataFrame(columns)


def _canonical(texts: pl.Series, sought: Sought) -> pl.Series:
    reader = sought.readers[0] if sought.readers else ""
    return canonical_value(texts, reader)


def _option_name(ignored: Sequence[Sought]) -> str:
    """``option``, unless the user has an attribute of that name."""
    return OPTION if all(one.name != OPTION for one in ignored) else f"other {OPTION}"


def _no_values(titles: pl.Series, ignored: Sequence[Sought]) -> pl.DataFrame:
    names = [*(one.name for one in ignored), _option_name(ignored)]
    return pl.DataFrame({name: pl.Series([None] * len(titles), dtype=pl.String) for name in names})


def _new_words(phrases: Phrases, found: Found, ignored: Sequence[Sought]) -> dict[str, list[str]]:
    words = {}
    for attribute, one in enumerate(ignored):
        nodes = found.nodes.filter((pl.col("attribute") == attribute) & ~pl.col("listed"))
        texts = phrases.texts(nodes["begin"].to_numpy(), nodes["end"].to_numpy()).str.to_lowercase()
        counted = nodes.with_columns(texts.alias("text")).group_by("text").agg(pl.col("contexts").sum())
        words[one.name] = counted.sort("contexts", "text", descending=[True, False])["text"].to_list()
    return words
