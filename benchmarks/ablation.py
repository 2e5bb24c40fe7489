"""What each group of features is worth to a trained model: F1 with one group after another left out.

python benchmarks/ablation.py                # all the sets, a table, benchmarks/results/ablation.json
python benchmarks/ablation.py --sets beer --seeds 1

The published splits as in ``supervised.py``. The features are computed once; for each group left out a booster of the
first recipe is trained for each seed, the threshold chosen by the validation split, and F1 taken on the test split.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
from pathlib import Path
from typing import Any

import numpy as np
import tables
from numpy.typing import NDArray

from matchkit.config import Config
from matchkit.labels import read_labels
from matchkit.progress import StageTimes
from matchkit.trained.boosting import Recipe, Task, boosters, mean_odds
from matchkit.trained.calibration import best_cut, f1
from matchkit.trained.head import Sample
from matchkit.trained.workload import Workload

SETS = ("abt_buy", "amazon_google", "beer", "fodors_zagats", "dblp_acm", "dirty_dblp_acm")
SPLITS = ("train", "valid", "test")
SEEDS = 4
#: What is left out, and what its features are called, the sides cut off.
GROUPS: dict[str, str] = {
    "nothing": r"(?!)",
    "context": r"@context\..*",
    "record": r"record\..*",
    "spelling (ratio, length, equal, first word)": r".*\.(ratio|length|equal|first_word)",
    "token sort and set": r".*\.token_(sort|set)",
    "shared words (cos, jaccard, shared, cov)": r".*\.(cos|jaccard|shared.*|cov)",
    "unshared words": r".*\.unshared.*",
    "codes and numbers in texts": r".*\.(codes|numbers)_.*",
    "trigrams": r".*\.chars",
    "words inside the other": r".*\.(word|code)_inside",
    "rarity": r".*\.rarity",
    "missing": r".*\.missing",
    "numbers (gap, difference, signed)": r".*\.(gap|difference|signed)",
}
_SIDE = re.compile(r"\.(left|right|min|max)$")


def prepare(folder: Path) -> tuple[Sample, NDArray[np.bool_], tuple[str, ...]]:
    """All labelled pairs with their features, which of them are for the test, and the names of the features."""
    config = Config(id="id")
    work = Workload.read(folder / "tableA.csv", folder / "tableB.csv", config)
    labels = [work.checked(read_labels(folder / f"{split}.csv")).pairs for split in SPLITS]
    left, right = (np.concatenate(sides) for sides in zip(*map(work.numbered, labels), strict=True))
    features = work.features(left, right, StageTimes(None))
    split = np.repeat(np.arange(len(SPLITS)), [frame.height for frame in labels])
    matches = np.concatenate([(frame["label"] == "exact_duplicate").to_numpy() for frame in labels])
    apart = left != right
    sample = Sample(features.matrix(left, right), left, right, matches, split == 1, len(work.records), True)
    return sample.only(apart), (split == 2)[apart], features.names


def measure(name: str, seeds: int) -> dict[str, list[float]]:
    """F1 in % without each group, for each seed."""
    sample, test, names = prepare(tables.data_folder() / "pairs" / name)
    found: dict[str, list[float]] = {}
    for group, pattern in GROUPS.items():
        kept = np.array([re.fullmatch(pattern, _SIDE.sub("", feature)) is None for feature in names])
        if group != "nothing" and kept.all():
            continue
        values, matches = sample.features[:, kept], sample.matches
        train, valid = np.flatnonzero(~test & ~sample.valid), np.flatnonzero(sample.valid)
        scores = []
        for made in boosters(values, matches, [Task(train, Recipe(), seed) for seed in range(seeds)], 0):
            cut = best_cut(mean_odds([made], values[valid], 0), matches[valid])
            scores.append(100 * f1(mean_odds([made], values[test], 0) >= cut, matches[test]))
        found[group] = [round(score, 2) for score in scores]
        print(f"{name} without {group}: {statistics.mean(scores):.1f}", file=sys.stderr, flush=True)
    return found


def table(outcome: dict[str, Any]) -> str:
    """Mean F1 with everything, and the difference that each group makes."""
    sets = outcome["sets"]
    full = {name: statistics.mean(found["nothing"]) for name, found in sets.items()}
    rows = [["nothing", *(f"{full[name]:.1f}" for name in sets), ""]]
    for group in list(GROUPS)[1:]:
        gaps = {name: statistics.mean(found[group]) - full[name] for name, found in sets.items() if group in found}
        mean = statistics.mean(gaps.values()) if gaps else 0.0
        rows.append([group, *(f"{gaps[name]:+.1f}" if name in gaps else "-" for name in sets), f"{mean:+.1f}"])
    return tables.markdown(("left out", *sets, "mean"), rows)


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--seeds", type=int, default=SEEDS)
    options = parser.parse_args()
    found = {name: measure(name, options.seeds) for name in options.sets}
    outcome = {"machine": tables.machine(), "seeds": options.seeds, "sets": found}
    if set(options.sets) == set(SETS):
        tables.save("ablation", outcome)
    print(table(outcome))


if __name__ == "__main__":
    main()
