"""dedupe with labelled pairs, as the documentation's `csv_example` does it: prepare_training, train, partition at 0.5.

The pairs stand for those that a person labels in the console: half of them matches, the rest distinct, most of these
look alike. Cells are lower-cased and missing ones are None, as in the example.
persons: given name, surname, date of birth, phone and postcode as ShortString, address and town as String.
catalogue: title as String and as Text (which weighs words by the corpus), brand as ShortString, price as Price.
"""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

import dedupe
from dedupe import variables
from exchange import arguments, write

Record = dict[str, Any]


def read(path: Path) -> dict[str, Record]:
    """The records by their ids."""

    def cell(name: str, text: str) -> str | float | None:
        text = " ".join(text.lower().split())
        return (float(text) if name == "price" else text) if text else None

    with path.open(newline="", encoding="utf-8") as file:
        return {row.pop("id"): {name: cell(name, text) for name, text in row.items()} for row in csv.DictReader(file)}


def fields(kind: str, records: dict[str, Record]) -> list[Any]:
    """The variables of a kind of table."""
    if kind == "catalogue":
        titles = [record["title"] for record in records.values() if record["title"]]
        return [
            variables.String("title", name="title"),
            variables.Text("title", name="words", corpus=titles),
            variables.ShortString("brand", has_missing=True),
            variables.Price("price", has_missing=True),
        ]
    short = ("given_name", "surname", "date_of_birth", "phone", "postcode")
    long = ("address", "town")
    return [
        *(variables.ShortString(name, has_missing=True) for name in short),
        *(variables.String(name, has_missing=True) for name in long),
    ]


def training(labels: Path, records: dict[str, Record]) -> io.StringIO:
    """The labelled pairs as a training file of dedupe."""
    examples: dict[str, list[Any]] = {"match": [], "distinct": []}
    with labels.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pair = [records[row["left_id"]], records[row["right_id"]]]
            examples[row["label"]].append({"__class__": "tuple", "__value__": pair})
    return io.StringIO(json.dumps(examples))


def main() -> None:
    """Train and match one table."""
    options = arguments(__doc__)
    random.seed(1)
    records = read(options.records)
    deduper = dedupe.Dedupe(fields(options.kind, records))
    deduper.prepare_training(records, training_file=training(options.labels, records))
    deduper.train()
    deduper.cleanup_training()
    clusters = deduper.partition(records, threshold=0.5)
    write(options.answer, ((record, place) for place, (group, _) in enumerate(clusters) for record in group))


if __name__ == "__main__":
    main()
