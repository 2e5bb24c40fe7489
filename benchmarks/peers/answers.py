"""What needs the truth: labelled pairs for a peer that learns from them, and the scores of an answer.

python benchmarks/peers/answers.py score ANSWER COLUMN TRUTH    # prints JSON
python benchmarks/peers/answers.py label RECORDS TRUTH LABELS

Run as a process of its own, so that `run.py` stays small.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import polars as pl

MATCHES = 250
ALIKE = 125  # distinct pairs of the most similar records, so many; as many that share a word; the rest are random
SHARING = 75
RANDOM = 50
MOST_ROWS_OF_A_WORD = 1000


def scored(answer: Path, column: str, truth: Path) -> dict[str, Any]:
    """Pairwise and B-cubed scores of the clusters in a column of a CSV with ``id``."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from metrics import b_cubed, pairwise

    found = pl.read_csv(answer, infer_schema=False).select("id", column)
    true = pl.read_csv(truth, infer_schema=False).select("id", "entity_id")
    pairs, records = pairwise(found, true), b_cubed(found, true)
    return {
        "clusters": found[column].n_unique(),
        "precision": pairs.precision,
        "recall": pairs.recall,
        "f1": pairs.f1,
        "b_cubed_f1": records.f1,
    }


def labelled(records: pl.DataFrame, truth: pl.DataFrame, seed: int = 1) -> pl.DataFrame:
    """``left_id, right_id, label``: pairs as a person would meet them who labels what looks alike, and a few others.

    `MATCHES` pairs of entities drawn at random, and as many distinct pairs, or fewer of a small table.
    """
    entity = truth.select("id", entity="entity_id")
    matches = (
        entity.filter(pl.len().over("entity") > 1)
        .sample(fraction=1.0, shuffle=True, seed=seed)
        .group_by("entity", maintain_order=True)
        .agg(left_id=pl.col("id").first(), right_id=pl.col("id").get(1))
        .head(MATCHES)
        .select("left_id", "right_id", label=pl.lit("match"))
    )
    text = pl.concat_str(pl.exclude("id").fill_null(""), separator=" ").str.to_lowercase()
    words = records.select("id", word=text.str.split(" ")).explode("word").unique(maintain_order=True)
    words = words.filter(pl.col("word") != "").with_columns(rows=pl.len().over("word"))
    words = words.filter(pl.col("rows") <= MOST_ROWS_OF_A_WORD).with_columns(
        weight=math.log(records.height + 1) - pl.col("rows").log()
    )
    drawn = records.select("id").sample(min(ALIKE + SHARING, records.height), shuffle=True, seed=seed)
    pairs = (
        words.join(drawn, on="id", maintain_order="left")
        .join(words.select("word", right_id="id"), on="word", maintain_order="left_right")
        .filter(pl.col("id") != pl.col("right_id"))
        .group_by(left_id="id", right_id="right_id")
        .agg(pl.col("weight").sum())
        .join(entity.rename({"id": "left_id", "entity": "left"}), on="left_id")
        .join(entity.rename({"id": "right_id", "entity": "right"}), on="right_id")
        .filter(pl.col("left") != pl.col("right"))
        .sort("left_id", "weight", "right_id", descending=[False, True, False])
    )
    first = drawn.select(left_id="id").with_row_index("place")
    nearest = pairs.join(first.filter(pl.col("place") < ALIKE), on="left_id").group_by("left_id").first()
    sharing = pairs.join(first.filter(pl.col("place") >= ALIKE), on="left_id").sample(
        fraction=1.0, shuffle=True, seed=seed
    )
    sharing = sharing.group_by("left_id", maintain_order=True).first()
    ends = [entity.sample(min(RANDOM, entity.height), shuffle=True, seed=seed + side) for side in (1, 2)]
    others = pl.DataFrame({"left_id": ends[0]["id"], "right_id": ends[1]["id"]}).filter(
        ends[0]["entity"] != ends[1]["entity"]
    )
    distinct = pl.concat([part.select("left_id", "right_id").sort("left_id") for part in (nearest, sharing, others)])
    return pl.concat([matches, distinct.with_columns(label=pl.lit("distinct"))])


def main() -> None:
    """Label or score."""
    what, *paths = sys.argv[1:]
    if what == "score":
        print(json.dumps(scored(Path(paths[0]), paths[1], Path(paths[2]))))
    else:
        frames = [pl.read_csv(path, infer_schema=False) for path in paths[:2]]
        labelled(frames[0], frames[1]).write_csv(paths[2])


if __name__ == "__main__":
    main()
