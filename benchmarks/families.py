"""Find variation families with the default configuration and score them against the truth, beside two simple rules.

python benchmarks/families.py                    # all the sets, a table, benchmarks/results/families.json
python benchmarks/families.py --sets magento bricks
python benchmarks/families.py --rows 30000       # of the large made-up catalogue
python benchmarks/families.py --readme           # the saved table into README.md
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import tables
from running import answer

if TYPE_CHECKING:
    import polars as pl
    from metrics import Scores

MADE = ("bricks", "bricks_front", "furniture", "electronics", "groceries", "apparel", "noisy", "plain")
LARGE = "mixed"
LARGE_ROWS = 100_000
ONE_SHOP = "styles in one shop"
ATTRIBUTES = ("color", "size")


class Case(NamedTuple):
    """What is run on a set: where it is, what is ignored, and the pairwise F1 that is to be reached."""

    folder: str  # below variants/ of the public data, or the kind of a made-up catalogue
    ignore: tuple[str, ...] = ATTRIBUTES
    within: str | None = None
    without: tuple[str, ...] = ()
    target: float | None = None
    values_of: str | None = None  # the set that has in columns what this one has in titles
    values_by: str = "id"


SETS = {
    "hm_small": Case("hm_small", ("color",), target=0.97),
    "hm_small, no description": Case("hm_small", ("color",), without=("description",), target=0.93),
    "shopify": Case("shopify", within="shop", target=0.99, values_of="shopify"),
    "shopify_titleonly": Case("shopify_titleonly", within="shop", target=0.90, values_of="shopify"),
    "magento": Case("magento", target=0.99, values_of="magento"),
    "magento_titleonly": Case("magento_titleonly", target=0.99, values_of="magento", values_by="title"),
    **{kind: Case(kind, within="shop" if kind == "apparel" else None) for kind in (*MADE, LARGE)},
}
OPTION_NAMES = {
    "size": ("size", "grandeur", "talla", "tallas", "القياس الأمريكي"),
    "color": ("color", "colour", "clor", "keyword"),
}
HEADINGS = ("set", "truth", "rows", "s", "MB", "precision", "recall", "F1", "B-cubed F1", "families right")
VALUES = tuple(f"{name} read" for name in ATTRIBUTES)
RULES = ("same title", "same title without colours and numbers")


def read(path: Path) -> pl.DataFrame:
    """A table of text; an empty cell is null."""
    import polars as pl

    return pl.read_csv(path, infer_schema=False).with_columns(pl.all().replace("", None))


def truths(folder: Path) -> dict[str, pl.DataFrame]:
    """The truth of a set, and where there is a second opinion on styles that one and the two combined.

    Combined means the second one in the shop where it joins most families, the first one elsewhere. The target
    is to be reached on the better of the first and the combined one.
    """
    import polars as pl

    found = {"families": read(folder / "truth.csv")}
    if (folder / "truth_style.csv").exists():
        found["styles"] = read(folder / "truth_style.csv")
        both = found["families"].join(found["styles"].rename({"family_id": "style_id"}), on="id")
        both = both.join(read(folder / "products.csv").select("id", "shop"), on="id")
        joined = both.group_by("shop").agg(
            fewer=pl.col("family_id").n_unique() - pl.col("style_id").n_unique().cast(pl.Int64)
        )
        shop = joined.sort("fewer", "shop", descending=[True, False])["shop"][0]
        better = pl.when(pl.col("shop").eq_missing(shop)).then("style_id").otherwise("family_id")
        found[ONE_SHOP] = both.select("id", better.alias("family_id"))
    return found


def true_values(case: Case, data: Path, products: pl.DataFrame) -> pl.DataFrame | None:
    """``id`` and the true colour and size of a row where some table has them in columns; null where it has none."""
    import polars as pl

    if case.folder in (*MADE, LARGE):
        return read(data / "values.csv")
    if case.values_of is None:
        return None
    source = read(data.parent / case.values_of / "products.csv")
    if "option1_name" in source.columns:
        source = source.select("id", *(option(name).alias(name) for name in OPTION_NAMES))
    if case.values_by == "id":
        return source.select("id", *ATTRIBUTES)
    source = source.select(case.values_by, *ATTRIBUTES).unique()
    source = source.filter(pl.len().over(case.values_by) == 1)
    return products.select("id", case.values_by).join(source, on=case.values_by).drop(case.values_by)


def option(attribute: str) -> pl.Expr:
    """The value of the first option whose name is the attribute's."""
    import polars as pl

    names = (pl.col(f"option{place}_name").str.to_lowercase().is_in(OPTION_NAMES[attribute]) for place in (1, 2, 3))
    values = (pl.col(f"option{place}_value") for place in (1, 2, 3))
    return pl.coalesce(pl.when(named).then(value) for named, value in zip(names, values, strict=True))


def readings(values: pl.Series, attribute: str, name: str) -> dict[str, pl.Series]:
    """Values as they are and as the vocabulary writes them, so that *Noir* is *black* and *1 kg* is *1000 g*.

    The words of each are sorted, for their order is nothing.
    """
    from pairs.variation import canonical_value

    plain = values.str.to_lowercase().str.strip_chars()
    known = [canonical_value(values, reader) for reader in (attribute, *(["measure"] * (attribute == "size")))]
    words = (
        text.str.replace_all("|", " ", literal=True).str.split(" ").list.sort().list.join(" ")
        for text in (plain, *known)
    )
    return {f"{name}{place}": text for place, text in enumerate(words)}


def value_accuracy(found: pl.DataFrame, true: pl.DataFrame, families: pl.DataFrame) -> dict[str, Any]:
    """How the values that were read compare with the true ones.

    ``right`` is the share of the rows with a true value whose value was read exactly, ``missed`` of those where
    none was read; ``invented`` is the share of the rows without one where one was read. ``told_apart`` is the
    share of pairs of rows of one true family where equal true values were read equal and different ones
    different, whatever they are called.
    """
    import polars as pl

    scores: dict[str, Any] = {}
    for name in ATTRIBUTES:
        if f"variant_{name}" not in found.columns or true[name].null_count() == true.height:
            continue
        meant = pl.DataFrame({"id": true["id"], **readings(true[name], name, "true")})
        told = pl.DataFrame({"id": found["id"], **readings(found[f"variant_{name}"], name, "read")})
        rows = meant.join(told, on="id").join(families, on="id")
        agree = [pl.col(column) == pl.col(column.replace("true", "read")) for column in meant.columns[1:]]
        agree += [pl.col(column) == pl.col("read0") for column in meant.columns[1:]]
        rows = rows.with_columns(
            right=pl.any_horizontal(agree).fill_null(False), true=pl.col("true1"), read=pl.col("read0")
        )
        known, none = rows.filter(pl.col("true").is_not_null()), rows.filter(pl.col("true").is_null())
        scores[name] = {
            "rows": known.height,
            "right": known["right"].mean(),
            "missed": known["read"].is_null().mean(),
            "invented": none["read"].is_not_null().mean() if none.height else None,
            "told_apart": told_apart(known),
        }
    return scores


def told_apart(rows: pl.DataFrame) -> float | None:
    """The share of pairs inside a family on which true and read values agree that they differ or do not."""
    import polars as pl

    def pairs(*groups: str) -> int:
        sizes = (
            rows.group_by("family_id", *groups).len().select(pl.col("len").cast(pl.Int64) * (pl.col("len") - 1) // 2)
        )
        return int(sizes.to_series().sum())

    every = pairs()
    wrong = pairs("true") + pairs("read") - 2 * pairs("true", "read")
    return 1.0 - wrong / every if every else None


def families_right(found: pl.DataFrame, truth: pl.DataFrame) -> float:
    """The share of the true families of two rows or more, or of all if there are none, that are found exactly."""
    from metrics import contingency

    cells = contingency(found, truth)
    sizes = cells.true_sizes
    whole = (cells.shared == sizes[cells.true]) & (cells.shared == cells.found_sizes[cells.found])
    least = 2 if (sizes > 1).any() else 1
    return int((cells.shared[whole] >= least).sum()) / max(int((sizes >= least).sum()), 1)


def scored(found: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Any]:
    """Every score of families against a truth; no recall and F1 where nothing belongs together."""
    from metrics import b_cubed, pairwise

    pairs: Scores = pairwise(found, truth)
    nothing = truth[truth.columns[1]].n_unique() == truth.height
    return {
        "precision": pairs.precision,
        "recall": None if nothing else pairs.recall,
        "f1": None if nothing else pairs.f1,
        "b_cubed_f1": b_cubed(found, truth).f1,
        "families_right": families_right(found, truth),
    }


def rules(products: pl.DataFrame, within: str | None) -> Iterator[tuple[str, pl.DataFrame]]:
    """Two rules that need no toolkit: the same title, and that without words for colours and without numbers."""
    import polars as pl

    lines = (tables.ROOT / "pairs" / "lexicons" / "colors.tsv").read_text(encoding="utf-8").splitlines()
    colours = sorted({line.split("\t")[0] for line in lines if line and not line.startswith("#")}, key=len)[::-1]
    known = rf"\b(?:{'|'.join(map(re.escape, colours))})\b"
    title = pl.col("title").fill_null(pl.col("id")).str.to_lowercase()
    stripped = title.str.replace_all(known, " ").str.replace_all(r"\S*\d\S*", " ")
    stripped = stripped.str.replace_all(r"[^\p{L}]+", " ").str.strip_chars()
    place = pl.lit("") if within is None else pl.col(within).fill_null("")
    for name, key in zip(RULES, (title, stripped), strict=True):
        yield name, products.select("id", pl.concat_str(place, key, separator="\n").alias("family_id"))


def duplicates(found: pl.DataFrame, folder: Path) -> dict[str, Any] | None:
    """Scores of the entities where the truth knows items that are listed more than once."""
    import polars as pl
    from metrics import pairwise

    path = folder / "truth_extra.csv"
    if (
        not path.exists()
        or "dup_group" not in (extra := read(path)).columns
        or extra["dup_group"].null_count() == extra.height
    ):
        return None
    items = extra.select("id", pl.coalesce("dup_group", "id").alias("entity_id"))
    pairs = pairwise(found.select("id", "entity_id"), items)
    return {"precision": pairs.precision, "recall": pairs.recall, "f1": pairs.f1}


def measure(name: str, folder: Path) -> dict[str, Any]:
    """Run one set in this process and score it."""
    import matchkit

    case = SETS[name]
    within = case.within
    config = matchkit.Config(id="id", ignore=case.ignore, within=within, ignore_columns=case.without)
    started = time.perf_counter()
    result = matchkit.variants(folder / "products.csv", config)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    import polars as pl

    products = read(folder / "products.csv")
    found = result.records.with_columns(pl.col("id").cast(pl.String))
    opinions = truths(folder)
    values = true_values(case, folder, products)
    baselines = dict(rules(products, within))
    families = found.select("id", "family_id")
    return {
        "rows": found.height,
        "seconds": round(seconds, 2),
        "peak_mb": round(peak),
        "target": case.target,
        "truths": {label: scored(families, truth) for label, truth in opinions.items()},
        "rules": {
            label: {rule: scored(groups, truth) for rule, groups in baselines.items()}
            for label, truth in opinions.items()
        },
        "values": {} if values is None else value_accuracy(found, values, opinions["families"]),
        "duplicates": duplicates(found, folder),
        "largest_family": max(families.group_by("family_id").len()["len"].to_list(), default=0),
        "learnt": {key: len(learnt) for key, learnt in dict(result.run.get("learnt", {})).items()},
        "warnings": list(result.run.get("warnings", ())),
        "stages": dict(result.run["seconds"]),
    }


def judged(scores: Mapping[str, Any]) -> str:
    """The truth that counts: the better of the families and the styles in one shop."""
    return max((truth for truth in scores if truth != "styles"), key=lambda truth: scores[truth]["f1"] or 0.0)


def lines(name: str, found: Mapping[str, Any]) -> Iterator[list[str]]:
    """The rows of the table for a set, one for each truth."""
    for place, (truth, scores) in enumerate(found["truths"].items()):
        counts = [f"{found['rows']:,}", f"{found['seconds']:.1f}", str(found["peak_mb"])] if not place else [""] * 3
        shares = [scores[key] for key in ("precision", "recall", "f1", "b_cubed_f1", "families_right")]
        values = [found["values"].get(key, {}).get("right") if not place else None for key in ATTRIBUTES]
        simple = [found["rules"][truth][rule]["f1"] for rule in RULES]
        numbers = [*shares, *values, *simple, found["target"] if truth == judged(found["truths"]) else None]
        yield [name if not place else "", truth, *counts, *map(tables.share, numbers)]


def table(outcome: Mapping[str, Any]) -> str:
    """The table of a saved outcome in the order of `SETS`, and a line for exact duplicates."""
    found = outcome["sets"]
    rows = [line for name in SETS if name in found for line in lines(name, found[name])]
    text = tables.markdown((*HEADINGS, *VALUES, *RULES, "target"), rows)
    notes = [
        f"{name} {tables.share(found[name]['duplicates']['f1'])}"
        for name in SETS
        if name in found and found[name]["duplicates"]
    ]
    return "\n".join([text, *(["", f"F1 of items that are listed twice: {', '.join(notes)}."] if notes else [])])


def located(names: Sequence[str], rows: int, folder: Path) -> dict[str, Path]:
    """The folder of each set; made-up catalogues are made here."""
    found = {}
    for name in names:
        case = SETS[name]
        if case.folder in (*MADE, LARGE):
            command = [sys.executable, str(Path(__file__).with_name("family_catalogues.py")), str(folder)]
            size = ["--rows", str(rows)] if case.folder == LARGE else []
            subprocess.run([*command, "--kinds", case.folder, *size], check=True)
            found[name] = folder / case.folder
        elif (home := tables.data_folder() / "variants" / case.folder).exists():
            found[name] = home
        else:
            print(f"{name} is left out: there is no {home}", file=sys.stderr)
    return found


def run(names: Sequence[str], rows: int) -> dict[str, Any]:
    """Measure each set in a process of its own, so that peak memory is its own."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for name, folder in located(names, rows, Path(temporary)).items():
            found[name] = answer(__file__, "--one", name, str(folder))
            shown = ", ".join(f"{tables.share(one['f1'])} ({truth})" for truth, one in found[name]["truths"].items())
            print(f"{name}: F1 {shown} in {found[name]['seconds']:.1f} s", file=sys.stderr, flush=True)
    return {"machine": tables.machine(), "sets": found}


def main() -> None:
    """Measure, print and save, or put what was saved into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sets", nargs="+", choices=list(SETS), default=list(SETS), metavar="SET", help=", ".join(SETS)
    )
    parser.add_argument("--rows", type=int, default=LARGE_ROWS, help=f"of the made-up catalogue {LARGE!r}")
    parser.add_argument("--readme", action="store_true", help="put the saved table into README.md")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one[0], Path(options.one[1]))))
        return
    if options.readme:
        tables.fill_readme("families", table(tables.load("families")))
        return
    outcome = run(options.sets, options.rows)
    if set(options.sets) == set(SETS):
        tables.save("families", outcome)
    print(table(outcome))


if __name__ == "__main__":
    main()
