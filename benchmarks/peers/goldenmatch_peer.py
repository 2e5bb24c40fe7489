"""GoldenMatch without configuration, as its README begins: `goldenmatch.dedupe("customers.csv")`.

Installed with its Polars extra, without which it ends with an error on product titles; no language model, no API key.
"""

from __future__ import annotations

import csv

import goldenmatch
from exchange import arguments, write


def main() -> None:
    """Match one table."""
    options = arguments(__doc__)
    clusters = goldenmatch.dedupe(str(options.records)).clusters
    with options.records.open(newline="", encoding="utf-8") as file:
        ids = [row["id"] for row in csv.DictReader(file)]
    cluster_of = {row: name for name, cluster in clusters.items() for row in cluster["members"]}
    # A row in no cluster is one of its own.
    write(options.answer, ((record, cluster_of.get(row, f"row {row}")) for row, record in enumerate(ids)))


if __name__ == "__main__":
    main()
