"""Which spans of titles are values of an attribute, learnt from what stands in for what.

Titles that are the same but for one span make their spans substitutes for each other: *Mug ___ 300 ml* holds *Black*,
*Navy* and *Zinnia*. Where some of them are known to be colours, the others most likely are too, and from there the
knowledge spreads to contexts with no known value. Contexts and spans are the two sides of a graph; every context is
either a place for values of the attribute or not, every span either is such a value or not, and each side's log odds
are updated from the other's until they settle (a naive form of belief propagation).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.knowledge import ABSORBS, Knowledge, Sought
from pairs.phrases import SLOT, Phrases, Spans, within

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_ROUNDS = 12
_SETTLED = 0.01
# Log odds that a context is a place for values: between separators, at the end of a segment, among other words.
_SLOT_PRIOR, _END_PRIOR, _FREE_PRIOR, _FIRST_PRIOR = 0.0, -0.3, -0.8, -1.0
# What a context's spans say about it: one that is a value, one of which nothing is known, one that is something else.
_IS_VALUE, _UNKNOWN, _IS_OTHER, _HAS_DIGIT = 1.6, -0.25, -1.5, -1.0
_PARTLY_VALUE, _EDGE_VALUE = 0.6, 0.5
# Log odds that an unknown span is a value: alone in a slot, last in its segment, among other words; of what is known.
_UNKNOWN_ALONE, _UNKNOWN_LAST, _UNKNOWN_FREE, _FREE_SIZE = -1.5, -2.6, -3.2, -1.5
_KNOWN, _AMBIGUOUS, _KNOWN_AT_EDGES, _ACCEPTED_BEFORE, _VALUE_IN_SLOTS = 3.0, 0.5, 0.0, 0.5, 2.0
_LEAST, _MOST = -3.0, 5.0
_TAKEN_ALREADY = -2.0
_SILENT = -0.2
# Added words that go with as many values as chance would have it are no part of the value.
_LIKE_CHANCE = 0.45
_CERTAIN = 20.0


@dataclass(frozen=True, slots=True)
class Found:
    """What was learnt about spans.

    Attributes
    ----------
    nodes
        One row for each span in one way of standing: ``key``, ``slot`` (whether it stands alone in a slot),
        ``attribute`` (number, or -1 for no value), ``certainty``, ``known`` (a word list has it as such a value
        wherever it stands), ``listed`` (or at the edges), ``contexts`` (in how many it was seen).
    places
        ``context``, ``key``, ``slot`` and how likely the context is a place for values of the span's attribute.
    odds
        (nodes, attributes) probability of being a value.
    """

    nodes: pl.DataFrame
    places: pl.DataFrame
    odds: Floats


@dataclass(frozen=True, slots=True)
class Graph:
    """Spans, the contexts they stand in, and which stands where.

    Attributes
    ----------
    nodes
        ``key``, ``slot``, ``begin``, ``end`` of one occurrence; most contexts first.
    context, node
        (edges,) numbers.
    edges
        ``context`` (hash), ``key``, ``begin``, ``end``, ``standing``, ``last``.
    outside
        (edges, attributes) whether a value of the attribute is known outside the span.
    """

    nodes: pl.DataFrame
    context: Ints
    node: Ints
    edges: pl.DataFrame
    outside: Bools

    @property
    def contexts(self) -> int:
        """How many contexts there are."""
        return int(self.context.max(initial=-1)) + 1


def occurrences(phrases: Phrases, spans: Spans, taken: Ints, attributes: int) -> pl.DataFrame:
    """Spans of titles (all of them are ``phrases.spans()``) with their contexts.

    The columns are ``context, key, slot, standing, begin, end, last``, and ``outside``, which
    lists for each attribute whether a value of it was already taken elsewhere in the title.
    """
    context, left = phrases.contexts(spans, taken)
    keep = (left > 0) & ~_cuts(phrases, spans, taken)
    spans, context = spans.only(keep), context[keep]
    frame = pl.DataFrame(
        {
            "context": context,
            "key": spans.key,
            "slot": spans.slot == SLOT,
            "standing": spans.slot,
            "begin": spans.begin,
            "end": spans.end,
            "last": phrases.lasts(spans.end, taken),
        }
    )
    opening = phrases.openings(taken)
    title = phrases.title[spans.begin]
    columns = []
    for attribute in range(attributes):
        before = np.concatenate([[0], np.cumsum(opening & (taken == attribute))])
        all_there = before[phrases.starts[title + 1]] - before[phrases.starts[title]]
        inside = before[spans.end] - before[spans.begin]
        columns.append(pl.Series(f"outside{attribute}", all_there > inside))
    return frame.with_columns(columns)


def _cuts(phrases: Phrases, spans: Spans, taken: Ints) -> Bools:
    """Whether a span begins or ends inside a taken value."""
    joined = (taken[1:] == taken[:-1]) & (taken[1:] >= 0) & (phrases.title[1:] == phrases.title[:-1])
    joined = np.concatenate([[False], joined, [False]])
    cut: Bools = joined[spans.begin] | joined[spans.end]
    return cut


def build_graph(seen: pl.DataFrame, attributes: int) -> Graph:
    """Keep the contexts in which different spans stand for each other."""
    outside = [f"outside{attribute}" for attribute in range(attributes)]
    # Most contexts are of one title: nothing takes its turn there.
    edges = (
        seen.filter(pl.col("context").is_duplicated())
        .group_by("context", "key", "slot")
        .agg(
            pl.col("begin", "end").min(),
            pl.col("standing").max(),
            pl.col("last").all(),
            *(pl.col(name).any() for name in outside),
        )
    )
    several = edges.group_by("context").agg(pl.col("key").n_unique().alias("different")).filter(pl.col("different") > 1)
    edges = edges.join(several.select("context"), on="context", how="semi").sort("context", "key", "slot")
    nodes = edges.group_by("key", "slot").agg(pl.col("begin").min(), pl.len().alias("contexts"))
    ends = edges.select("key", "slot", "begin", "end").unique(["key", "slot", "begin"])
    nodes = nodes.join(ends, on=["key", "slot", "begin"]).sort("contexts", "key", "slot", descending=True)
    numbered = edges.join(nodes.with_row_index("node").select("key", "slot", "node"), on=["key", "slot"], how="left")
    numbered = numbered.sort("context", "key", "slot")
    return Graph(
        nodes,
        (numbered["context"].rank("dense").to_numpy().astype(np.int64) - 1),
        numbered["node"].to_numpy().astype(np.int64),
        numbered,
        numbered.select(outside).to_numpy().astype(np.bool_) if outside else np.zeros((numbered.height, 0), np.bool_),
    )


def spread(
    phrases: Phrases,
    graph: Graph,
    known: Knowledge,
    sought: Sequence[Sought],
    before: Found | None = None,
    *,
    threads: int = 1,
) -> Found:
    """Spread what is known from values to contexts and back.

    Parameters
    ----------
    phrases, graph
        The titles, and what stands in for what in them.
    known
        What is known of the nodes, in their order.
    sought
        The attributes.
    before
        What an earlier pass found.
    threads
        How many attributes to look at at a time.
    """
    state = _State.of(phrases, graph, known, sought, before)
    # One attribute after another is looked at, so each has its numbers side by side.
    likely = np.asfortranarray(state.start())
    places = np.full((len(graph.node), len(sought)), _LEAST, order="F")
    # An attribute of which nothing is known cannot spread.
    seeded = np.flatnonzero(likely.any(axis=0)).tolist()

    def update(likely: Floats, after: Floats, attribute: int) -> None:
        places[:, attribute] = state.places(attribute, likely)
        after[:, attribute] = state.values(attribute, likely, places[:, attribute])

    with ThreadPoolExecutor(threads) as pool:
        for _ in range(_ROUNDS):
            after = np.zeros_like(likely)
            list(pool.map(partial(update, likely, after), seeded))  # raises what went wrong
            moved = float(np.abs(after - likely).max(initial=0.0))
            likely = after
            if moved < _SETTLED:
                break
    return state.found(likely, places)


@dataclass(frozen=True, slots=True)
class _Composites:
    """Spans that end or begin in another node.

    Attributes
    ----------
    rows
        ``edge``, the ``words`` added to the other node, and that node, the ``value``; sorted by it.
    starts
        (nodes + 1,) where the rows of each value begin.
    """

    rows: pl.DataFrame
    starts: Ints

    @classmethod
    def of(cls, phrases: Phrases, graph: Graph) -> _Composites:
        begin, end = (graph.edges[side].to_numpy() for side in ("begin", "end"))
        slot = graph.edges["slot"].to_numpy()
        nodes = graph.nodes.with_row_index("value").select("key", "slot", pl.col("value").cast(pl.Int64))
        parts = [pl.DataFrame(schema={"edge": pl.Int64, "words": pl.UInt64, "value": pl.Int64})]
        for more in (1, 2, 3):
            edge = np.flatnonzero(end - begin > more)
            b, e = begin[edge], end[edge]
            for side, (inner, outer) in enumerate((((b + more, e), (b, b + more)), ((b, e - more), (e - more, e)))):
                words = phrases.keys(*outer) ^ np.uint64(side)
                spans = {"edge": edge, "words": words, "key": phrases.keys(*inner), "slot": slot[edge]}
                parts.append(pl.DataFrame(spans).join(nodes, on=["key", "slot"]).select("edge", "words", "value"))
        rows = pl.concat(parts).sort("value")
        starts = np.searchsorted(rows["value"].to_numpy(), np.arange(graph.nodes.height + 1))
        return cls(rows, starts.astype(np.int64))

    def of_values(self, values: Ints) -> pl.DataFrame:
        """The rows of some values."""
        count = self.starts[values + 1] - self.starts[values]
        return self.rows[np.repeat(self.starts[values], count) + within(count)]


@dataclass(frozen=True, slots=True)
class _State:
    """What does not change from round to round."""

    graph: Graph
    known: Knowledge
    sought: Sequence[Sought]
    prior: Floats
    floor: Floats
    was: Floats
    context_prior: Floats
    rivals: tuple[Ints, ...]
    composites: _Composites
    twin: Ints
    seen: Floats

    @classmethod
    def of(
        cls, phrases: Phrases, graph: Graph, known: Knowledge, sought: Sequence[Sought], before: Found | None
    ) -> _State:
        slot = graph.nodes["slot"].to_numpy()
        names = [one.name for one in sought]
        unknown = np.where(slot, _UNKNOWN_ALONE, np.where(_usually_last(graph), _UNKNOWN_LAST, _UNKNOWN_FREE))
        prior = unknown[:, None] + np.zeros((len(slot), len(names)))
        if "size" in names:
            prior[~slot, names.index("size")] += _FREE_SIZE
        prior = np.where(known.alone, np.where(slot[:, None], _KNOWN, _KNOWN_AT_EDGES), prior)
        prior = np.where(known.anywhere, _KNOWN, prior)
        either = known.alone | known.anywhere
        ambiguous = (either.sum(axis=1) > 1)[:, None]
        prior = np.where(ambiguous & either, _AMBIGUOUS, prior)
        was = _earlier(graph, before, len(names))
        prior = prior + np.where((was > 0.5) & ~either, _ACCEPTED_BEFORE, 0.0)
        rivals = tuple(
            np.array([r for r, other in enumerate(names) if r != a and other not in ABSORBS.get(name, ())], np.int64)
            for a, name in enumerate(names)
        )
        return cls(
            graph=graph,
            known=known,
            sought=sought,
            prior=prior,
            floor=np.where(known.anywhere & ~ambiguous, _KNOWN, -_CERTAIN),
            was=was,
            context_prior=_context_priors(phrases, graph),
            rivals=rivals,
            composites=_Composites.of(phrases, graph),
            twin=_twins(graph, known.digit),
            seen=np.bincount(graph.node, minlength=len(slot)).astype(np.float64),
        )

    def start(self) -> Floats:
        """What is known to begin with, in [0, 1]."""
        slot = self.graph.nodes["slot"].to_numpy()[:, None]
        alone = np.where(self.known.alone | self.known.anywhere, 1.0, _PARTLY_VALUE * self.known.partly)
        free = np.where(self.known.anywhere, 1.0, 0.3 * (self.known.alone & ~self.known.digit[:, None]))
        return np.maximum(np.where(slot, alone, free), self.was)

    def places(self, attribute: int, likely: Floats) -> Floats:
        """(edges,) log odds that a context is a place for values of an attribute, by its other spans."""
        node, context = self.graph.node, self.graph.context
        slot = self.graph.nodes["slot"].to_numpy()
        # What is likelier no value says nothing: else spans could persuade each other out of nothing.
        value, other = (np.where(one > 0.5, one, 0.0) for one in (likely[:, attribute], self._rival(attribute, likely)))
        anywhere = self.known.anywhere[:, attribute]
        in_slot = np.maximum(value, _PARTLY_VALUE * self.known.partly[:, attribute])
        edge_word = self.known.alone[:, attribute] & ~anywhere
        free = value * np.where(edge_word, np.where(self.known.digit, 0.0, _EDGE_VALUE), 1.0)
        share = np.where(slot, in_slot, free)
        other = np.maximum(other, self.known.code)
        says = _IS_VALUE * share + _UNKNOWN * (1 - share) * (1 - other) + _IS_OTHER * np.maximum(other - share, 0)
        if self.sought[attribute].name != "size":
            says += np.where(self.known.digit & (share < 0.5), _HAS_DIGIT, 0.0)
        # All spans have spoken for themselves; from here on they do so in each of their contexts.
        share, other, says = share[node], other[node], says[node]
        # A value with words added to it says nothing of the context of the value.
        added = self._merely_added(attribute, value)
        added = added[~anywhere[node[added]]]
        says[added] = 0.0
        known = share + other
        known[added] = 0.0
        contexts = self.graph.contexts
        odds: Floats = (np.bincount(context, says, minlength=contexts) + self.context_prior)[context] - says
        # A context of which nothing is known hardly speaks against its spans.
        silent = np.bincount(context, known, minlength=contexts)[context] - share - other
        odds = np.where(silent <= 0, np.maximum(odds, _SILENT), odds)
        # A few values make a context likely, but only many make it certain.
        most = 1 + 0.5 * (np.bincount(context, share, minlength=contexts)[context] - share)
        odds = np.clip(odds, _LEAST, np.minimum(most, _MOST))
        if attribute < self.graph.outside.shape[1]:
            taken = self.graph.outside[:, attribute]
            odds = np.where(taken, np.minimum(odds, 0.0) + _TAKEN_ALREADY, odds)
        odds[added] = _LEAST
        return odds

    def values(self, attribute: int, likely: Floats, places: Floats) -> Floats:
        """(nodes,) probability that a span is a value, by the contexts it stands in."""
        total = np.bincount(self.graph.node, places, minlength=len(self.seen))
        twin = np.where(self.twin >= 0, _VALUE_IN_SLOTS * likely[self.twin, attribute], 0.0)
        # Contexts of one span are much alike: their number counts with its root only.
        odds = self.prior[:, attribute] + twin + total / np.sqrt(self.seen)
        odds = np.clip(np.maximum(odds, self.floor[:, attribute]), -_CERTAIN, _CERTAIN)
        slot = self.graph.nodes["slot"].to_numpy()
        never = self.known.code | self.known.mixed | (self.known.digit & ~slot & ~self.known.anywhere[:, attribute])
        return np.where(never, 0.0, 1 / (1 + np.exp(-odds)))

    def _rival(self, attribute: int, likely: Floats) -> Floats:
        """(nodes,) how likely a span is a value of another attribute, of those that exclude this one."""
        most = np.zeros(len(likely))
        for rival in self.rivals[attribute]:
            np.maximum(most, likely[:, rival], out=most)
        return most

    def _merely_added(self, attribute: int, value: Floats) -> Ints:
        """Edges whose span is a value and words beside it that go with any value: *with Clip Red*, not *Dark Red*."""
        holds = self.composites.of_values(np.flatnonzero(value > 0.5))
        if not holds.height:
            return np.zeros(0, dtype=np.int64)
        pairs = holds.group_by("words", "value").agg(pl.len().alias("times"))
        words = pairs.group_by("words").agg(pl.len().alias("values"), pl.col("times").sum())
        often = np.where(value > 0.5, self.seen, 0.0)
        share = often[often > 0] / max(often.sum(), 1.0)
        times, place = np.unique(words["times"].to_numpy(), return_inverse=True)
        chance = np.array([(1 - (1 - share) ** int(k)).sum() for k in times])[place]
        common = words.filter(pl.Series(words["values"].to_numpy() >= _LIKE_CHANCE * chance))
        added = np.zeros(len(self.graph.node), dtype=np.bool_)
        added[holds.join(common.select("words"), on="words", how="semi")["edge"].to_numpy()] = True
        return np.flatnonzero(added)

    def found(self, likely: Floats, places: Floats) -> Found:
        """The most likely attribute of each span, if any is."""
        chosen = likely.copy()
        names = [one.name for one in self.sought]
        for name, absorbed in ABSORBS.items():
            if name in names:
                over = likely[:, names.index(name)] > 0.5
                for other in (names.index(one) for one in absorbed if one in names):
                    chosen[over, other] = 0.0
        best = chosen.argmax(axis=1) if len(names) else np.zeros(len(likely), np.int64)
        certainty = chosen.max(axis=1, initial=0.0)
        attribute = np.where(certainty > 0.5, best, -1)
        nodes = self.graph.nodes.select("key", "slot", "begin", "end", "contexts").with_columns(
            pl.Series("attribute", attribute),
            pl.Series("certainty", certainty),
            pl.Series("known", _of(self.known.anywhere, best)),
            pl.Series("listed", _of(self.known.anywhere | self.known.alone, best)),
        )
        place = 1 / (1 + np.exp(-places.max(axis=1, initial=-_CERTAIN)))
        return Found(nodes, self.graph.edges.select("context", "key", "slot").with_columns(place=place), likely)


def _of(table: Bools, column: Ints) -> Bools:
    """(nodes,) the entry of each row in its own column."""
    if not table.shape[1]:
        return np.zeros(len(table), dtype=np.bool_)
    chosen: Bools = table[np.arange(len(table)), column]
    return chosen


def _context_priors(phrases: Phrases, graph: Graph) -> Floats:
    standing = graph.edges["standing"].to_numpy()
    begin = graph.edges["begin"].to_numpy()
    count = np.bincount(graph.context, minlength=graph.contexts)
    slots = np.bincount(graph.context, standing == SLOT, minlength=graph.contexts) >= 0.5 * count
    ends = np.bincount(graph.context, graph.edges["last"].to_numpy(), minlength=graph.contexts) > 0.5 * count
    first = np.bincount(graph.context, phrases.place[begin] == 0, minlength=graph.contexts) > 0
    prior = np.where(slots, _SLOT_PRIOR, np.where(ends, _END_PRIOR, _FREE_PRIOR))
    odds: Floats = prior + np.where(first, _FIRST_PRIOR, 0.0)
    return odds


def _usually_last(graph: Graph) -> Bools:
    """(nodes,) whether a span mostly ends its segment, as values do more than other words."""
    last = graph.edges["last"].to_numpy()
    count = np.bincount(graph.node, minlength=graph.nodes.height)
    usually: Bools = np.bincount(graph.node, last, minlength=graph.nodes.height) > 0.8 * count
    return usually


def _earlier(graph: Graph, before: Found | None, attributes: int) -> Floats:
    was = np.zeros((graph.nodes.height, attributes))
    if before is not None:
        old = before.nodes.select("key", "slot").with_row_index("old")
        both = graph.nodes.select("key", "slot").with_row_index("new").join(old, on=["key", "slot"])
        was[both["new"].to_numpy()] = before.odds[both["old"].to_numpy()]
    return was


def _twins(graph: Graph, digit: Bools) -> Ints:
    """For each span among other words the same one alone in a slot, or -1."""
    alone = graph.nodes.with_row_index("twin").filter(pl.col("slot")).select("key", pl.col("twin").cast(pl.Int64))
    twin = graph.nodes.join(alone, on="key", how="left", maintain_order="left")["twin"].fill_null(-1).to_numpy()
    found: Ints = np.where(graph.nodes["slot"].to_numpy() | digit, -1, twin)
    return found
