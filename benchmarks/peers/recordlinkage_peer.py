"""The Python Record Linkage Toolkit as its documentation's page on deduplication and its performance tips advise.

Several passes of blocking on two columns or one rare one, and a sorted neighbourhood; comparisons as yes or no at the
documented thresholds (Jaro-Winkler 0.85); the unsupervised ECM classifier; connected components of its links.
catalogue: the tokens with digits and the rarest word of the title are extracted first, since blocking is by columns.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import networkx as nx
import pandas as pd
import recordlinkage
from exchange import arguments, write
from recordlinkage.preprocessing import clean

ALIKE = 0.85


def persons(table: pd.DataFrame) -> tuple[Any, Any]:
    """The passes of blocking and the comparisons of persons."""
    indexer = recordlinkage.Index()
    for columns in (
        ["phone"],
        ["address"],
        ["given_name", "surname"],
        ["surname", "date_of_birth"],
        ["given_name", "date_of_birth"],
        ["postcode", "surname"],
        ["postcode", "date_of_birth"],
    ):
        indexer.block(columns)
    indexer.sortedneighbourhood("surname", window=5, block_on="given_name")
    compare = recordlinkage.Compare()
    for column in ("given_name", "surname", "address", "town"):
        compare.string(column, column, method="jarowinkler", threshold=ALIKE, label=column)
    compare.string("phone", "phone", method="damerau_levenshtein", threshold=ALIKE, label="phone")
    compare.exact("date_of_birth", "date_of_birth", label="date_of_birth")
    compare.exact("postcode", "postcode", label="postcode")
    return indexer, compare


def catalogue(table: pd.DataFrame) -> tuple[Any, Any]:
    """The passes of blocking and the comparisons of a catalogue, whose table gets columns to block on."""
    words = [text.split() for text in table["title"].fillna("")]
    counts = Counter(word for text in words for word in text)
    table["rare"] = [min(text, key=lambda word: (counts[word], word), default=None) for text in words]
    table["numbers"] = [" ".join(sorted(word for word in text if any(map(str.isdigit, word)))) for text in words]
    table["sorted_title"] = [" ".join(sorted(text)) for text in words]
    indexer = recordlinkage.Index()
    for columns in (["sorted_title"], ["rare", "numbers"], ["brand", "numbers"], ["brand", "price"], ["rare", "price"]):
        indexer.block(columns)
    indexer.sortedneighbourhood("sorted_title", window=5)
    compare = recordlinkage.Compare()
    compare.string("sorted_title", "sorted_title", method="jarowinkler", threshold=ALIKE, label="title_characters")
    compare.string("title", "title", method="cosine", threshold=ALIKE, label="title_grams")
    compare.exact("numbers", "numbers", label="numbers")
    compare.string("brand", "brand", method="jarowinkler", threshold=ALIKE, label="brand")
    compare.numeric("price", "price", method="linear", offset=0.01, scale=1.0, label="price")
    return indexer, compare


def main() -> None:
    """Match one table."""
    options = arguments(__doc__)
    table = pd.read_csv(options.records, index_col="id", dtype=str)
    for column in table.columns:
        table[column] = clean(table[column]) if column in ("title", "brand") else table[column].str.lower()
    if options.kind == "catalogue":
        table["price"] = pd.to_numeric(table["price"])
    indexer, compare = (persons if options.kind == "persons" else catalogue)(table)
    vectors = compare.compute(indexer.index(table), table)
    links = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(vectors)
    graph = nx.Graph()
    graph.add_nodes_from(table.index)
    graph.add_edges_from(links)
    write(
        options.answer,
        ((record, place) for place, group in enumerate(nx.connected_components(graph)) for record in group),
    )


if __name__ == "__main__":
    main()
