"""Train the prior that ships with matchkit, and measure it on sets that it has never seen.

python benchmarks/prior.py            # leave one set out: a table, benchmarks/results/prior.json, docs/prior.md
python benchmarks/prior.py --write    # train on all sets and write matchkit/priormodel/

Tables that hold the same records in part are left out together. Pairs of the ``pairs`` sets are those of their train
splits; the other sets have no splits, and their candidate pairs are labelled by their truth.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import polars as pl
import tables
from link import SETS as LINK_SETS
from link import true_pairs
from numpy.typing import NDArray

from matchkit import Config, dedupe, link
from matchkit.candidates import find_candidates, find_link_candidates
from matchkit.catalogue import Catalogue
from matchkit.generalfeatures import CONTENT_NAMES, CONTEXT_NAMES, Features, general_features
from matchkit.prior import CONTENT, FOLDER, PARAMETERS, RECIPE, ROUNDS, STANDING, Prior
from matchkit.progress import StageTimes
from matchkit.records import Records
from matchkit.schema import understand
from matchkit.scoring import overlaps, pairwise
from matchkit.twotables import TwoTables

#: Sets that share records with others: the group that is left out together.
SHARED = {
    "abt_buy": "abt-buy",
    "jedai_abt_buy": "abt-buy",
    "amazon_google": "amazon-google",
    "jedai_amazon_gp": "amazon-google",
    "dblp_acm": "dblp-acm",
    "dirty_dblp_acm": "dblp-acm",
    "jedai_dblp_acm": "dblp-acm",
    "fodors_zagats": "restaurants",
    "restaurants": "restaurants",
    "jedai_restaurants": "restaurants",
    "febrl1": "febrl",
    "febrl2": "febrl",
    "febrl3": "febrl",
    "febrl4": "febrl",
}
NAMES = "names"
# Every set counts as much as so many matches at most, and three times as many non-matches; tables of bare names,
# of which there are 25 of one kind, an eighth of that.
MATCHES, NON_MATCHES, NAMES_SHARE = 400, 3.0, 1 / 8
MOST_MATCHES, MOST_NON_MATCHES = 4000, 4000
HEADINGS = ("set", "task", "precision", "recall", "F1", "F1 of the mixture alone", "target")


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labelled candidate pairs of one set."""

    group: str
    features: Features
    match: NDArray[np.int64]


def labelled_sets(data: Path) -> Iterator[Labelled]:
    """The training pairs of every set."""
    for kind in ("pairs", "link", "clusters", NAMES):
        for folder in sorted(path for path in (data / kind).iterdir() if path.is_dir()):
            features, match = _of_one_table(folder) if kind == "clusters" else _of_two_tables(folder, kind == "pairs")
            print(f"{kind}/{folder.name}: {match.sum():,} of {len(match):,} match", file=sys.stderr, flush=True)
            group = NAMES if kind == NAMES else SHARED.get(folder.name, folder.name)
            yield _drawn(Labelled(group, features, match))


def _of_one_table(folder: Path) -> tuple[Features, NDArray[np.int64]]:
    config = Config(id="id")
    catalogue = Catalogue.read(folder / "records.csv", config)
    schema = understand(catalogue, config)
    records = Records.distinct(catalogue, schema.compared)
    candidates, _ = find_candidates(records, schema, config, StageTimes(None))
    truth = pl.read_csv(folder / "truth.csv", infer_schema=False)
    rows = pl.DataFrame({"id": catalogue.ids.gather(records.rows)}).join(truth, on="id", how="left")
    cluster = rows[rows.columns[1]].fill_null(rows["id"])
    match = (cluster.gather(candidates["left"]) == cluster.gather(candidates["right"])).to_numpy()
    return general_features(records, schema, candidates, two_tables=False), match.astype(np.int64)


def _of_two_tables(folder: Path, splits: bool) -> tuple[Features, NDArray[np.int64]]:
    config = Config(left_id="id", right_id="id")
    both = TwoTables.read(folder / "tableA.csv", folder / "tableB.csv", config)
    schema = both.understand()
    records, lefts = both.records(schema.compared)
    if splits:
        pairs = pl.read_csv(folder / "train.csv", infer_schema=False).select(
            left_id="ltable_id", right_id="rtable_id", match=pl.col("label").cast(pl.Int64)
        )
    else:
        pairs = true_pairs(folder).with_columns(match=pl.lit(1, pl.Int64))
    count = len(both.left.ids)
    number = [
        pl.DataFrame({"left_id": both.left.ids, "left": records.record_of[:count]}),
        pl.DataFrame({"right_id": both.right.ids, "right": records.record_of[count:]}),
    ]
    known = pairs.join(number[0], on="left_id").join(number[1], on="right_id")
    known = known.select(pl.col("left", "right").cast(pl.UInt32), "match").unique(["left", "right"])
    given = known if splits else None
    candidates, _ = find_link_candidates(records, lefts, schema, config, StageTimes(None), given)
    features = general_features(records, schema, candidates, two_tables=True)
    label = candidates.join(known, on=["left", "right"], how="left", maintain_order="left")["match"]
    if not splits:
        return features, label.fill_null(0).to_numpy()
    chosen = label.is_not_null().to_numpy()
    return features[chosen], label.drop_nulls().to_numpy()


def _drawn(given: Labelled, seed: int = 0) -> Labelled:
    """So many pairs of a set as are learnt from."""
    random = np.random.default_rng(seed)
    share = NAMES_SHARE if given.group == NAMES else 1.0
    chosen = []
    for value, most in ((1, MOST_MATCHES), (0, MOST_NON_MATCHES)):
        rows = np.flatnonzero(given.match == value)
        most = int(most * share)
        chosen.append(random.choice(rows, most, replace=False) if len(rows) > most else rows)
    rows = np.concatenate(chosen)
    return Labelled(given.group, given.features[rows], given.match[rows])


def train(sets: Sequence[Labelled]) -> Prior:
    """One prior of many sets, each of which counts the same."""
    weights = []
    for part in sets:
        matches = int(part.match.sum())
        counts = min(matches, MATCHES) * (NAMES_SHARE if part.group == NAMES else 1.0)
        each = np.array([NON_MATCHES * counts / max(len(part.match) - matches, 1), counts / max(matches, 1)])
        weights.append(each[part.match])
    features, match = (np.concatenate([getattr(part, name) for part in sets]) for name in ("features", "match"))
    return Prior.train(features, match, np.concatenate(weights))


def write(prior: Prior, sets: Sequence[Labelled]) -> None:
    """Put the prior where the package has it."""
    folder = tables.ROOT / "matchkit" / FOLDER
    folder.mkdir(exist_ok=True)
    for name, booster in ((CONTENT, prior.content), (STANDING, prior.standing)):
        (folder / name).write_bytes(booster.save_raw("ubj"))  # type: ignore[attr-defined]
    recipe = {
        "made_by": "benchmarks/prior.py --write",
        "sets": len(sets),
        "pairs": sum(len(part.match) for part in sets),
        "parameters": PARAMETERS,
        "rounds": ROUNDS,
        "features": [*CONTENT_NAMES, *CONTEXT_NAMES],
    }
    (folder / RECIPE).write_text(json.dumps(recipe, indent=1) + "\n", encoding="utf-8")


def measure(data: Path, prior: Prior, kind: str, name: str) -> dict[str, float]:
    """Run one set with a prior."""
    with mock.patch.object(Prior, "load", return_value=prior):
        if kind == "clusters":
            result = dedupe(data / kind / name / "records.csv", Config(id="id"))
            truth = pl.read_csv(data / kind / name / "truth.csv", infer_schema=False)
            predicted = pl.DataFrame({"id": result.ids, "cluster_id": result.records[result.added[0]]})
            truth = truth.select(pl.nth(0).alias("id"), pl.nth(1).alias("cluster_id"))
            rates = pairwise(overlaps(predicted, truth))
            return {"precision": rates.precision, "recall": rates.recall, "f1": rates.f1}
        folder = data / kind / name
        linked = link(folder / "tableA.csv", folder / "tableB.csv", Config(id="id"), one_to_one=True)
    gold, found = true_pairs(folder), linked.matches.select("left_id", "right_id")
    right = found.join(gold, on=["left_id", "right_id"], how="semi").height
    precision, recall = right / max(found.height, 1), right / gold.height
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(precision + recall, 1e-9)}


def leave_one_out(data: Path, sets: Sequence[Labelled]) -> dict[str, Any]:
    """Every set measured with a prior that has seen neither it nor another of its group."""
    outcome: dict[str, Any] = {}
    for group in sorted({part.group for part in sets}):
        started = time.perf_counter()
        prior = train([part for part in sets if part.group != group])
        seconds = time.perf_counter() - started
        for kind in ("link", "clusters", NAMES):
            inside = sorted(path.name for path in (data / kind).iterdir() if path.is_dir())
            inside = [name for name in inside if (NAMES if kind == NAMES else SHARED.get(name, name)) == group]
            found = [measure(data, prior, kind, name) for name in inside]
            if kind == NAMES and found:
                outcome[NAMES] = {"kind": kind, **{key: float(np.mean([f[key] for f in found])) for key in found[0]}}
            elif found:
                outcome |= {name: {"kind": kind, **one} for name, one in zip(inside, found, strict=True)}
        print(f"without {group}: trained in {seconds:.0f} s", file=sys.stderr, flush=True)
    return {"machine": tables.machine(), "sets": outcome}


TASKS = {"link": "one to one", NAMES: "one to one, mean of 25", "clusters": "duplicates"}
#: What the mixture gave before there was a prior; it is no longer in the code for two tables.
BEFORE = {
    "jedai_abt_buy": 0.884,
    "jedai_amazon_gp": 0.745,
    "jedai_dblp_acm": 0.990,
    "jedai_imdb_tmdb": 0.833,
    "jedai_restaurants": 0.553,
    "febrl4": 1.0,
    "restaurants": 0.953,
    "febrl1": 1.0,
    "febrl2": 1.0,
    "febrl3": 1.0,
    "splink_fake_1000": 0.978,
    "sigmod2022_X1": 0.719,
    "dedupe_chicago_ecp": 0.944,
    "musicbrainz20k_labelled": 0.980,
    "splink_historical_50k": 0.896,
}


def table(outcome: Mapping[str, Any]) -> str:
    """The whole table of a saved outcome."""
    lines = []
    for name, found in sorted(outcome["sets"].items(), key=lambda item: (item[1]["kind"] != "link", item[0])):
        shares = [tables.share(found[key]) for key in ("precision", "recall", "f1")]
        row = [name, TASKS[found["kind"]], *shares, tables.share(BEFORE.get(name)), tables.share(LINK_SETS.get(name))]
        lines.append(row)
    return tables.markdown(HEADINGS, lines)


def main() -> None:
    """Train, and measure or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="train on all sets and write the prior")
    chosen = parser.parse_args()
    data = tables.data_folder()
    sets = list(labelled_sets(data))
    if chosen.write:
        write(train(sets), sets)
        return
    outcome = leave_one_out(data, sets)
    tables.save("prior", outcome)
    tables.fill_readme("prior", table(outcome), tables.ROOT / "docs" / "prior.md")
    print(table(outcome))


if __name__ == "__main__":
    main()
