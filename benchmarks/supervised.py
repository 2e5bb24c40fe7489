"""Train on the published splits of labelled pairs and score the predictions on the test split.

python benchmarks/supervised.py                  # all the sets, a table, benchmarks/results/supervised.json
python benchmarks/supervised.py --sets beer abt_buy --seeds 1
python benchmarks/supervised.py --readme         # the saved table into README.md

One default configuration for all sets. The threshold is chosen by the validation split, or where there is none by folds
of the training split; the test split is only scored. ``wdc_products_80cc_seen`` has no test split here: it is scored on
its validation split, which is not trained with, once for each of two sizes of training split.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tables


@dataclass(frozen=True, slots=True)
class Case:
    """What to train and score on, and F1 (in %) of Ditto, of the best known, and the one to be reached."""

    folder: str
    train: str = "train"
    valid: str | None = "valid"
    test: str = "test"
    ditto: float | None = None
    best: float | None = None
    target: float | None = None


WDC = "wdc_products_80cc_seen"
CASES = {
    "abt_buy": Case("abt_buy", ditto=89.8, best=94.3, target=92.0),
    "amazon_google": Case("amazon_google", ditto=75.6, best=80.3, target=78.0),
    "beer": Case("beer", ditto=94.4, best=95.3, target=94.0),
    "fodors_zagats": Case("fodors_zagats", ditto=100.0, best=100.0, target=100.0),
    "dblp_acm": Case("dblp_acm", ditto=99.2, best=99.2, target=99.2),
    "dirty_dblp_acm": Case("dirty_dblp_acm", ditto=99.1, best=99.1, target=99.1),
    "wdc_80cc_small": Case(WDC, "train_small", None, "valid"),
    "wdc_80cc_medium": Case(WDC, "train_medium", None, "valid"),
}
SEEDS = 5
HEADINGS = ("set", "pairs", "positives", "train s", "pairs/s", "F1", "sd", "Ditto", "best known", "target")


def f1(predicted: list[bool], true: list[bool]) -> float:
    """In %."""
    right = sum(a and b for a, b in zip(predicted, true, strict=True))
    return 200 * right / (sum(predicted) + sum(true))


def measure(name: str, seeds: int) -> dict[str, Any]:
    """Train and score one set with some seeds, in this process."""
    import matchkit
    from matchkit.labels import read_labels

    case = CASES[name]
    folder: Path = tables.data_folder() / "pairs" / case.folder
    both = folder / "tableA.csv", folder / "tableB.csv"
    train, test = folder / f"{case.train}.csv", folder / f"{case.test}.csv"
    truth = read_labels(test).pairs
    known = read_labels(train).pairs
    scores, spent, rates = [], [], []
    for seed in range(seeds):
        # Seeds that follow each other are those of the boosters of one model.
        config = matchkit.Config(id="id", seed=1000 * seed)
        started = time.perf_counter()
        valid = folder / f"{case.valid}.csv" if case.valid else None
        model = matchkit.train(*both, train=train, valid=valid, config=config)
        spent.append(time.perf_counter() - started)
        started = time.perf_counter()
        found = matchkit.predict(model, *both, pairs=test, config=config)
        rates.append(found.height / (time.perf_counter() - started))
        same = found.join(truth, on=["left_id", "right_id"], suffix="_true")
        scores.append(f1(*((same[side] == "exact_duplicate").to_list() for side in ("label", "label_true"))))
    return {
        "pairs": known.height,
        "positives": int((known["label"] == "exact_duplicate").sum()),
        "seconds": round(statistics.mean(spent), 1),
        "pairs_per_second": round(statistics.mean(rates)),
        "f1": round(statistics.mean(scores), 2),
        "sd": round(statistics.pstdev(scores), 2),
        "scores": [round(score, 2) for score in scores],
    }


def line(name: str, found: dict[str, Any]) -> list[str]:
    """A row of the table."""
    case = CASES[name]
    own = [f"{found['pairs']:,}", f"{found['positives']:,}", f"{found['seconds']:.0f}"]
    own += [f"{found['pairs_per_second']:,}", f"{found['f1']:.1f}", f"{found['sd']:.1f}"]
    return [name, *own, *("-" if given is None else f"{given:.1f}" for given in (case.ditto, case.best, case.target))]


def table(outcome: dict[str, Any]) -> str:
    """The whole table of a saved outcome."""
    found = outcome["sets"]
    return tables.markdown(HEADINGS, [line(name, found[name]) for name in CASES if name in found])


def run(names: list[str], seeds: int) -> dict[str, Any]:
    """Measure each set in a process of its own."""
    found = {}
    for name in names:
        command = [sys.executable, __file__, "--one", name, "--seeds", str(seeds)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found[name] = json.loads(done.stdout.splitlines()[-1])
        print(f"{name}: F1 {found[name]['f1']:.1f}", file=sys.stderr, flush=True)
    return {"machine": tables.machine(), "seeds": seeds, "sets": found}


def main() -> None:
    """Measure, print and save, or put what was saved into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=list(CASES), default=list(CASES))
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--readme", action="store_true", help="put the saved table into README.md")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.seeds)))
        return
    if options.readme:
        tables.fill_readme("supervised", table(tables.load("supervised")))
        return
    outcome = run(options.sets, options.seeds)
    if set(options.sets) == set(CASES):
        tables.save("supervised", outcome)
    print(table(outcome))


if __name__ == "__main__":
    main()
