"""The strongest chain, held against the bottleneck of a maximum spanning tree and against all paths."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.chains import Link, strongest_chain

LINKS = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]),
    st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9, 1.0]),
    max_size=16,
)


def frame(links: dict[tuple[int, int], float]) -> pl.DataFrame:
    rows = [(str(left), str(right), p) for (left, right), p in links.items()]
    return pl.DataFrame(rows, {"left_id": pl.String, "right_id": pl.String, "p": pl.Float64}, orient="row")


@settings(max_examples=150, deadline=None)
@given(LINKS)
def test_no_chain_has_a_stronger_weakest_link_and_none_as_strong_is_shorter(
    links: dict[tuple[int, int], float],
) -> None:
    graph = nx.Graph()
    graph.add_nodes_from(["0", "7"])
    graph.add_weighted_edges_from((str(left), str(right), p) for (left, right), p in links.items())
    chain = strongest_chain("0", "7", frame(links))
    paths = list(nx.all_simple_paths(graph, "0", "7"))
    if not paths:
        assert chain == ()
        return
    weakest = [min(graph[a][b]["weight"] for a, b in pairwise(path)) for path in paths]
    assert min(link.probability for link in chain) == max(weakest)
    shortest = min(len(path) for path, least in zip(paths, weakest, strict=True) if least == max(weakest))
    assert len(chain) == shortest - 1
    assert chain[0].left == "0"
    assert chain[-1].right == "7"
    for link, after in pairwise(chain):
        assert link.right == after.left
    assert all(graph[link.left][link.right]["weight"] == link.probability for link in chain)


def test_a_detour_is_taken_where_it_is_stronger() -> None:
    links = frame({(0, 7): 0.2, (0, 3): 0.9, (3, 7): 0.8})
    assert strongest_chain("0", "7", links) == (Link("0", "3", 0.9), Link("3", "7", 0.8))
    assert strongest_chain("7", "0", links) == (Link("7", "3", 0.8), Link("3", "0", 0.9))
    assert strongest_chain("0", "9", links) == ()
