"""Pairs a second of the measures that the trained classifier reads, and where the time goes.

python benchmarks/features.py                 # a table, and benchmarks/results/features.json
python benchmarks/features.py --pairs 1000000 --threads 2
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import tables
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel
from synthetic import skewed, words

from pairs.attributes import Attribute, Role
from pairs.general import general_measures
from pairs.measures import BATCH, Measures
from pairs.normalise import normalise
from pairs.wordmeasures import CODE, WORD

Ints = NDArray[np.int64]

ATTRIBUTES = (
    Attribute("title", Role.TEXT, "title"),
    Attribute("brand", Role.CATEGORY, "brand"),
    Attribute("category", Role.CATEGORY),
    Attribute("price", Role.NUMBER, "price"),
)
SCORERS: dict[str, Callable[..., float]] = {
    "OSA.normalized_similarity": OSA.normalized_similarity,
    "token_set_ratio": fuzz.token_set_ratio,
    "Indel.normalized_similarity": Indel.normalized_similarity,
    "partial_ratio": fuzz.partial_ratio,
}
CANDIDATES = 10
RUNS = 3


def made_up(rows: int, seed: int) -> pl.DataFrame:
    """Records of four attributes; titles have 60 characters in the mean, frequent and rare words, and a code."""
    rng = np.random.default_rng(seed)
    names, brands, groups = (words(count, 2, rng) for count in (4_000, 300, 60))
    brand = brands[skewed(rows, len(brands), rng)]
    title = [pl.Series(brand)]
    title += [pl.Series(names[skewed(rows, len(names), rng)]) for _ in range(6)]
    codes = pl.Series("code", rng.integers(100, 10_000, rows)).cast(pl.String)
    frame = pl.DataFrame([part.alias(str(place)) for place, part in enumerate([*title, "X" + codes])])
    group = groups[skewed(rows, len(groups), rng)]
    return pl.DataFrame(
        {
            "title": frame.select(pl.concat_str(frame.columns, separator=" ")).to_series(),
            "brand": pl.Series(brand).set(pl.Series(rng.random(rows) < 0.1), None),
            "category": pl.Series(group) + " " + pl.Series(groups[rng.integers(0, 3, rows)]),
            "price": rng.lognormal(3, 1, rows).round(2),
        }
    )


def candidates(rows: int, pairs: int, seed: int) -> tuple[Ints, Ints]:
    """Ten partners for each record, as many pairs as asked for."""
    rng = np.random.default_rng(seed)
    left = (np.arange(pairs) // CANDIDATES) % rows
    return left, (left + rng.integers(1, rows, pairs)) % rows


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs: the machine may be busy."""
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def batched(work: Callable[[Ints, Ints], object], left: Ints, right: Ints) -> Callable[[], None]:
    """The work on one batch after another, nothing kept."""

    def run() -> None:
        for start in range(0, len(left), BATCH):
            work(left[start : start + BATCH], right[start : start + BATCH])

    return run


def parts(measures: Measures, left: Ints, right: Ints, threads: int) -> dict[str, float]:
    """Seconds of each group of measures."""
    work = {part.attribute.name: partial(part.measure, threads=threads) for part in measures.attributes}
    found = {name: fastest(batched(measure, left, right)) for name, measure in work.items()}
    record = measures.record

    def standing(a: Ints, b: Ints) -> None:
        record.standing(a, b, record.words.share(a, b), threads=threads)

    shared = fastest(batched(record.words.share, left, right))
    found["record: words"] = fastest(batched(record.words.measure, left, right))
    found["record: trigrams"] = fastest(batched(record.chars.cosine, left, right))
    found["record: words inside"] = max(fastest(batched(standing, left, right)) - shared, 0.0)
    return found


def bare(measures: Measures, left: Ints, right: Ints, threads: int) -> dict[str, Any]:
    """RapidFuzz alone on the same strings: calls and seconds of each scorer."""
    title, record = measures.texts[0].spelling, measures.record
    assert title is not None
    assert title.ordered is not None
    shared = record.words.share(left, right)
    asked = [
        (record.words.rarest(only, kind), other)
        for kind in (WORD, CODE)
        for only, other in ((shared.left, right), (shared.right, left))
    ]
    words, others = (np.concatenate(side) for side in zip(*asked, strict=True))
    some = words >= 0
    strings = dict.fromkeys(SCORERS, (title.texts[left], title.texts[right]))
    strings["Indel.normalized_similarity"] = title.ordered[left], title.ordered[right]
    strings["partial_ratio"] = record.vocabulary[words[some]], record.compact[others[some]]
    found = {}
    for name, scorer in SCORERS.items():
        one, two = (side.tolist() for side in strings[name])
        seconds = fastest(partial(process.cpdist, one, two, scorer=scorer, dtype=np.float32, workers=threads or -1))
        found[name] = {"calls": len(one), "seconds": seconds}
    return found


def peak_mb(*, afresh: bool = False) -> float:
    """Peak memory so far (MB); where the system can, from now on if asked to start afresh."""
    with contextlib.suppress(OSError):
        if afresh:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(rows: int, pairs: int, threads: int, seed: int) -> dict[str, Any]:
    """Make records, fit, and time all of it."""
    records = normalise(made_up(rows, seed), ATTRIBUTES)
    left, right = candidates(rows, pairs, seed)
    started = time.perf_counter()
    measures = Measures.fit(records, ATTRIBUTES, symmetric=True)
    fit_seconds = time.perf_counter() - started
    before = peak_mb(afresh=True)

    def consume() -> None:
        for _ in measures.batches(left, right, threads=threads):
            pass

    seconds = fastest(consume)
    peak = peak_mb()
    frame = measures.measure(left[:BATCH], right[:BATCH], threads=threads)
    general = fastest(lambda: general_measures(measures, frame, left[:BATCH], right[:BATCH])) * pairs / frame.height
    groups = parts(measures, left, right, threads)
    return {
        "machine": tables.machine(),
        "rows": rows,
        "pairs": pairs,
        "threads": threads,
        "title_characters": round(float(records["title"].str.len_chars().mean()), 1),  # type: ignore[arg-type]
        "measures": len(measures.names),
        "fit_seconds": fit_seconds,
        "seconds": seconds,
        "pairs_per_second": pairs / seconds,
        "groups": groups | {"general (not in the total)": general},
        "cpdist": bare(measures, left, right, threads),
        "mb_after_fit": round(before),
        "peak_mb": round(peak),
    }


def table(outcome: dict[str, Any]) -> str:
    """What was measured, for a terminal."""
    seconds = outcome["seconds"]
    lines = [[name, f"{spent:.2f}", f"{spent / seconds:.0%}"] for name, spent in outcome["groups"].items()]
    calls = outcome["cpdist"]
    alone = sum(call["seconds"] for call in calls.values())
    rates = [
        [
            name,
            f"{call['calls'] / outcome['pairs']:.1f}",
            f"{call['calls'] / call['seconds']:,.0f}",
            f"{call['seconds']:.2f}",
        ]
        for name, call in calls.items()
    ]
    return "\n".join(
        [
            f"{outcome['pairs']:,} pairs of {outcome['rows']:,} records, {outcome['measures']} measures, titles of "
            f"{outcome['title_characters']} characters: {outcome['pairs_per_second']:,.0f} pairs/s "
            f"({seconds:.2f} s; fit {outcome['fit_seconds']:.2f} s; peak memory {outcome['peak_mb']} MB, "
            f"{outcome['mb_after_fit']} MB of it before the first batch)",
            "",
            tables.markdown(("measures", "seconds", "share"), [*lines, ["all", f"{seconds:.2f}", "100%"]]),
            "",
            tables.markdown(("cpdist alone", "calls a pair", "calls/s", "seconds"), rates),
            "",
            f"These calls alone: {alone:.2f} s, {alone / seconds:.0%} of all; {outcome['pairs'] / alone:,.0f} pairs/s.",
        ]
    )


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--pairs", type=int, default=300_000)
    parser.add_argument("--threads", type=int, default=2, help="0 takes all cores")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    outcome = measure(options.rows, options.pairs, options.threads, options.seed)
    tables.save("features", outcome)
    print(table(outcome))


if __name__ == "__main__":
    main()
