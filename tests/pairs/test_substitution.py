"""What stands in for what: occurrences and the graph against naive twins, and what spreads in it."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.knowledge import Knowledge, Sought
from pairs.phrases import SLOT, Phrases
from pairs.substitution import Found, Graph, build_graph, occurrences, spread
from pairs.vocabulary import READERS

TITLES = st.lists(
    st.lists(st.sampled_from(["Mug", "Red", "red", "S", "2", "- Red", "/ S", ", Mug"]), max_size=5).map(" ".join),
    max_size=6,
)
COLOR, SIZE = Sought("color", READERS["color"]), Sought("size", READERS["size"])


def phrases(titles: list[str], group: list[int] | None = None) -> Phrases:
    groups = np.array(group or [0] * len(titles), dtype=np.int64)
    return Phrases.of(pl.Series(titles, dtype=pl.String), groups)


def drawn_values(data: st.DataObject, words: int) -> np.ndarray:
    drawn = data.draw(st.lists(st.sampled_from([-1, -1, 0, 1]), min_size=words, max_size=words))
    return np.array(drawn, dtype=np.int64)


@settings(max_examples=80, deadline=None)
@given(TITLES, st.data())
def test_occurrences_are_the_spans_that_cut_no_value_and_leave_something(
    titles: list[str], data: st.DataObject
) -> None:
    found = phrases(titles)
    taken = drawn_values(data, len(found))
    spans = found.spans()
    expected = Counter[tuple[object, ...]]()
    title, place = found.title.tolist(), found.place.tolist()

    def opens(word: int, attribute: int) -> bool:
        same = place[word] > 0 and taken[word - 1] == attribute
        return bool(taken[word] == attribute) and not same

    def inside(word: int) -> bool:
        """Whether a value goes on here that began before."""
        return word < len(title) and place[word] > 0 and taken[word] >= 0 and taken[word - 1] == taken[word]

    for begin, end, standing in zip(spans.begin.tolist(), spans.end.tolist(), spans.slot.tolist(), strict=True):
        others = [w for w in range(len(title)) if title[w] == title[begin] and not begin <= w < end]
        if inside(begin) or inside(end) or all(taken[w] >= 0 for w in others):
            continue
        outside = [any(opens(w, attribute) for w in others) for attribute in (0, 1)]
        expected[(begin, end, standing == SLOT, standing, *outside)] += 1
    seen = occurrences(found, found.spans(), taken, 2)
    rows = seen.select("begin", "end", "slot", "standing", "outside0", "outside1").iter_rows()
    assert Counter(rows) == expected
    begin, end = (seen[side].to_numpy() for side in ("begin", "end"))
    assert seen["key"].to_list() == found.keys(begin, end).tolist()


@settings(max_examples=80, deadline=None)
@given(TITLES, st.data())
def test_the_graph_holds_the_contexts_of_several_spans(titles: list[str], data: st.DataObject) -> None:
    found = phrases(titles)
    seen = occurrences(found, found.spans(), drawn_values(data, len(found)), 2)
    keys: dict[int, set[int]] = defaultdict(set)
    for context, key in seen.select("context", "key").iter_rows():
        keys[context].add(key)
    expected: dict[tuple[object, ...], list[bool]] = defaultdict(lambda: [False, False])
    for context, key, slot, *outside in seen.select("context", "key", "slot", "outside0", "outside1").iter_rows():
        if len(keys[context]) > 1:
            so_far = expected[(context, key, slot)]
            expected[(context, key, slot)] = [a or b for a, b in zip(so_far, outside, strict=True)]
    graph = build_graph(seen, 2)
    edges = list(graph.edges.select("context", "key", "slot").iter_rows())
    assert dict(zip(edges, graph.outside.tolist(), strict=True)) == expected
    assert len(edges) == len(expected)
    assert graph.contexts == len({context for context, *_ in edges})
    nodes = list(graph.nodes.select("key", "slot").iter_rows())
    assert len(nodes) == len(set(nodes))
    assert [nodes[node] for node in graph.node] == [(key, slot) for _, key, slot in edges]
    assert len(set(zip(graph.context.tolist(), [context for context, *_ in edges], strict=True))) == graph.contexts
    times = Counter((key, slot) for _, key, slot in edges)
    assert graph.nodes["contexts"].to_list() == [times[node] for node in nodes]
    at = graph.nodes.select("begin", "end").to_numpy().astype(np.int64)
    assert graph.nodes["key"].to_list() == found.keys(at[:, 0], at[:, 1]).tolist()


def spread_once(
    titles: list[str], sought: list[Sought], group: list[int] | None = None
) -> tuple[Phrases, Graph, Knowledge, Found]:
    found = phrases(titles, group)
    taken = np.full(len(found), -1, dtype=np.int64)
    graph = build_graph(occurrences(found, found.spans(), taken, len(sought)), len(sought))
    texts = found.texts(graph.nodes["begin"].to_numpy(), graph.nodes["end"].to_numpy())
    known = Knowledge.of(texts, sought)
    return found, graph, known, spread(found, graph, known, sought)


def accepted(titles: list[str], sought: list[Sought], group: list[int] | None = None) -> dict[str, str]:
    """The spans that are values, in lower case, and of which attribute."""
    found, _, _, result = spread_once(titles, sought, group)
    nodes = result.nodes.filter(pl.col("attribute") >= 0)
    texts = found.texts(nodes["begin"].to_numpy(), nodes["end"].to_numpy()).str.to_lowercase()
    return {text: sought[number].name for text, number in zip(texts, nodes["attribute"], strict=True)}


THINGS = ["Mug", "Tall Vase", "Oak Bowl", "Pwllheli Jug"]
COLORS = ["Black", "Red", "Navy", "Zinnia", "Quillwort"]


def test_unknown_spans_become_values_beside_known_ones() -> None:
    titles = [f"{thing} - {color}" for thing in THINGS for color in COLORS]
    assert accepted(titles, [COLOR, SIZE]) == {color.lower(): "color" for color in COLORS}


def test_what_stands_beside_nothing_known_persuades_nobody() -> None:
    unknown = [f"{thing} - {word}" for thing in THINGS for word in ["Zinnia", "Quillwort", "Sallow", "Umbrel"]]
    assert accepted(unknown, [COLOR, SIZE]) == {}
    assert accepted([f"{thing} - {color}" for thing in THINGS for color in COLORS], []) == {}


def test_numbers_of_bricks_and_codes_are_never_values() -> None:
    titles = [f"Brick {size} {color}" for size in ("2 x 4", "2 x 3", "1 x 2") for color in COLORS]
    titles += [f"Plate {code} {color}" for code in ("D6456-90", "D6457-12", "BX80646") for color in COLORS]
    found = accepted(titles, [COLOR, SIZE])
    assert {"zinnia", "quillwort"} <= set(found)
    assert not [text for text in found if any(sign.isdigit() for sign in text)]


def test_titles_of_other_groups_do_not_stand_in() -> None:
    titles = [f"{thing} - {color}" for thing in THINGS for color in COLORS]
    _, graph, _, _ = spread_once(titles, [COLOR], list(range(len(titles))))
    assert graph.nodes.height == graph.contexts == 0
    halves = [place % len(COLORS) >= 3 for place in range(len(titles))]
    assert accepted(titles, [COLOR]).keys() - accepted(titles, [COLOR], [int(half) for half in halves]).keys() == {
        "zinnia",
        "quillwort",
    }


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Mug", "Oak Bowl", "S", ""]),
            st.sampled_from([" ", " - ", ", ", " / "]),
            st.sampled_from([*COLORS, "with Clip Red", "S", "42", "D6456-90", "2 x 4", "Mug"]),
        ).map("".join),
        min_size=1,
        max_size=12,
    )
)
def test_what_holds_whatever_the_titles(titles: list[str]) -> None:
    _, graph, known, found = spread_once(titles, [COLOR, SIZE])
    _, _, _, again = spread_once(titles[::-1], [COLOR, SIZE])
    odds, attribute, certainty = found.odds, found.nodes["attribute"].to_numpy(), found.nodes["certainty"].to_numpy()
    assert found.nodes.select("key", "slot").equals(graph.nodes.select("key", "slot"))
    assert odds.shape == (graph.nodes.height, 2)
    assert ((odds >= 0) & (odds <= 1)).all()
    assert ((attribute >= 0) == (certainty > 0.5)).all()
    likeliest = odds[np.arange(len(odds)), np.maximum(attribute, 0)]
    assert (likeliest[attribute >= 0] == certainty[attribute >= 0]).all()
    never = known.code | known.mixed
    assert (attribute[never] < 0).all()
    slot = graph.nodes["slot"].to_numpy()
    clear = known.anywhere.any(axis=1) & ~(known.alone | known.anywhere).all(axis=1) & ~never & slot
    assert (attribute[clear] >= 0).all()
    assert found.places["place"].is_between(0, 1).all()
    columns = ["key", "slot", "attribute"]
    assert found.nodes.select(columns).sort(columns).equals(again.nodes.select(columns).sort(columns))
