"""Any two rows of a result explained: the numbers are those of the run, and damage is said in a sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import matchkit
from matchkit import CatalogueError, Config, ConfigError, Explanation, explain, familycase
from matchkit.explanation import Fact
from matchkit.progress import SilentProgress
from matchkit.savedrun import SavedRun

THINGS = ("Alder Running Shoe", "Birch Rain Jacket", "Cedar Wool Sock", "Dune Canvas Belt", "Elm Linen Shirt")
COLOURS = ("Navy", "Black", "Red", "Olive", "Beige")


def rows() -> Iterator[dict[str, Any]]:
    """Five products in five colours and two sizes in two shops; a repeated row, a pack, a retyped title."""
    for shop, kind in (("north", "Classic"), ("south", "Sport")):
        for thing in THINGS:
            for colour in COLOURS:
                for size in ("S", "XL"):
                    yield {"title": f"{thing} {kind}, {colour}, {size}", "shop": shop, "price": 20 + len(thing)}
    yield {"title": f"{THINGS[0]} Classic, Navy, S", "shop": "north", "price": 20 + len(THINGS[0])}
    yield {"title": f"{THINGS[2]} Classic Pack of 3, Navy, S", "shop": "north", "price": 60}
    yield {"title": f"{THINGS[0].replace('Running', 'Runing')} Classic - Navy / S", "shop": "north", "price": 39}


def catalogue() -> pl.DataFrame:
    return pl.DataFrame([{"id": f"r{place}", **row} for place, row in enumerate(rows())])


REPEATED, PACK, RETYPED = "r100", "r101", "r102"


@pytest.fixture(scope="module")
def families(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("families") / "out"
    matchkit.variants(catalogue(), Config(within="shop")).write(folder)
    return folder


@pytest.fixture(scope="module")
def typed_families(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("families") / "out"
    matchkit.variants(catalogue().drop("id")).write(folder, format="parquet")
    return folder


@pytest.fixture(scope="module")
def duplicates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("duplicates") / "out"
    matchkit.dedupe(catalogue()).write(folder)
    return folder


@pytest.fixture(autouse=True, scope="module")
def remembered() -> Iterator[None]:
    """What is learnt from a catalogue is learnt once here: that takes a second each time."""
    learn, known = familycase._Records.of, dict[tuple[str, str], Any]()

    def once(saved: SavedRun) -> Any:
        key = saved.catalogue.frame.write_json(), repr((saved.config, saved.schema))
        if key not in known:
            known[key] = learn(saved)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(familycase._Records, "of", once)
        yield


@pytest.fixture
def copied(families: Path, tmp_path: Path) -> Path:
    """A result that a test may damage."""
    return Path(shutil.copytree(families, tmp_path / "out"))


def written(folder: Path) -> pl.DataFrame:
    if (folder / "pairs.parquet").exists():
        return pl.read_parquet(folder / "pairs.parquet")
    return pl.read_csv(folder / "pairs.csv", infer_schema=False).with_columns(
        pl.col("p_exact", "p_variant").cast(pl.Float64)
    )


def sample(pairs: pl.DataFrame, count: int = 4) -> list[dict[str, Any]]:
    return pairs.sample(min(count, pairs.height), seed=5).to_dicts()


def check(found: Explanation) -> None:
    """What holds for every explanation."""
    assert found.sentence.startswith(f"{found.left} and {found.right} ")
    assert found.sentence.endswith(".")
    assert found.p_exact <= found.p_family + 1e-9
    assert (found.label == "exact_duplicate") == (found.entities[0] == found.entities[1])
    assert (found.label == "different") == (found.families[0] != found.families[1])
    assert json.loads(json.dumps(found.as_dict(), allow_nan=False))["label"] == found.label
    scales = found.weighing
    if scales is None:
        assert found.p_exact == 1
        return
    total = scales.scale * sum(one.weight for one in scales.weights) + scales.prior
    assert total + sum(one.weight for one in scales.further) == pytest.approx(scales.log_odds)
    assert scales.probability == pytest.approx(1 / (1 + np.exp(-scales.log_odds)))


@pytest.mark.parametrize("folder", ["families", "typed_families", "duplicates"])
def test_the_pairs_written_are_explained_with_their_numbers(folder: str, request: pytest.FixtureRequest) -> None:
    place = request.getfixturevalue(folder)
    pairs = written(place)
    other = pairs.filter(pl.col("reason") != "identical rows")
    assert {"exact_duplicate", "variant"} & set(other["label"])
    for pair in sample(other):
        found = explain(place, pair["left_id"], pair["right_id"])
        check(found)
        assert (found.label, found.listed) == (pair["label"], True)
        assert (found.p_exact, found.p_family - found.p_exact) == pytest.approx((pair["p_exact"], pair["p_variant"]))
        # What is weighed again comes to the same: else there is a note.
        assert not any("gives other numbers" in note for note in found.notes)
        assert pair["reason"] in found.sentence


def test_pairs_that_were_not_written_are_explained_too(families: Path, duplicates: Path) -> None:
    for folder, left, right in ((families, "r0", "r22"), (duplicates, "r0", "r99")):
        found = explain(folder, left, right)
        check(found)
        assert (found.label, found.listed) == ("different", False)
        assert found.p_family < 0.5
        assert "neither the same item nor one family" in found.sentence


def test_both_orders_give_the_same_numbers_and_exchange_the_sides(families: Path) -> None:
    one, other = explain(families, "r0", RETYPED), explain(families, RETYPED, "r0")
    assert one.weighing is not None
    assert other.weighing is not None
    assert one.weighing.log_odds == other.weighing.log_odds
    assert (one.p_exact, one.p_family) == (other.p_exact, other.p_family)
    assert [(fact.left, fact.right) for fact in one.rows] == [(fact.right, fact.left) for fact in other.rows]
    assert [(fact.left, fact.right) for fact in one.read] == [(fact.right, fact.left) for fact in other.read]


def test_what_was_read_stands_side_by_side(families: Path) -> None:
    found = explain(families, "r0", "r3")
    read = {fact.name: fact for fact in found.read}
    assert read["color"] == Fact("color", "navy", "black", "differs")
    assert read["size"] == Fact("size", "s", "xl", "differs")
    assert (read["text"].left, read["text"].agreement) == ("Alder Running Shoe Classic", "same")
    assert [fact.name for fact in found.rows] == ["title", "shop", "price"]
    assert [fact.agreement for fact in found.rows] == ["differs", "same", "same"]
    assert found.label == "variant"
    assert "one family but not the same item" in found.sentence
    assert "differs in color (navy / black) and size (s / xl)" in found.sentence


def test_repeated_rows(families: Path, duplicates: Path) -> None:
    for folder in (families, duplicates):
        found = explain(folder, REPEATED, "r0")
        check(found)
        assert found.weighing is None
        assert (found.label, found.p_exact) == ("exact_duplicate", 1.0)
        assert "say the same in everything that is compared" in found.sentence


def test_rows_of_different_shops_were_never_compared(families: Path) -> None:
    found = explain(families, "r0", "r50")
    check(found)
    assert found.sentence == (
        "r0 and r50 were never compared, because shop differs (north / south), "
        "so they are neither the same item nor one family."
    )
    assert (found.p_exact, found.p_family) == (0.0, 0.0)


def test_what_is_not_ignored_keeps_rows_apart(families: Path) -> None:
    found = explain(families, "r20", PACK)
    check(found)
    assert found.label == "different"
    assert any(clause == "pack differs (1 / 3) and is not ignored" for clause in found.apart)
    assert "pack differs (1 / 3) and is not ignored" in found.sentence
    assert found.p_family == 0.0


def test_rows_without_an_id_are_called_by_number(typed_families: Path) -> None:
    assert explain(typed_families, "1", "4").label == "variant"
    with pytest.raises(CatalogueError, match="no row with the id 'r1': its rows are numbered from 1 to 103"):
        explain(typed_families, "r1", "2")


def test_rows_together_through_others_are_explained_by_the_chain(copied: Path) -> None:
    pairs = written(copied)
    inside = pairs.filter(pl.col("left_id").is_in(["r0", "r1", "r2"]) & pl.col("right_id").is_in(["r1", "r2", "r3"]))
    direct = (pl.col("left_id") == "r0") & (pl.col("right_id") == "r3")
    p = pl.when(direct).then(0.11).otherwise(0.9).alias("p_variant")
    inside.with_columns(p, p_exact=pl.lit(0.0)).write_csv(copied / "pairs.csv")
    found = explain(copied, "r0", "r3")
    assert [(link.left, link.right, link.probability) for link in found.chain] == [
        ("r0", found.chain[0].right, 0.9),
        (found.chain[0].right, "r3", 0.9),
    ]
    assert found.p_family == pytest.approx(0.11)
    assert any("gives other numbers" in note for note in found.notes)


def test_nothing_is_written_and_progress_is_told(families: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in families.iterdir()}
    stages: list[str] = []

    class Told(SilentProgress):
        def stage(self, name: str, total: int | None = None) -> Any:
            stages.append(name)
            return super().stage(name, total)

    explain(families, "r0", "r1", progress=Told())
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in families.iterdir()} == before
    assert stages == ["reading", "learning values", "comparing"]


def test_ids_that_are_not_there(families: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no row with the id 'r1000', did you mean 'r100' or"):
        explain(families, "r0", "r1000")
    with pytest.raises(CatalogueError, match=r"no row with the id '\?'; ids in the column 'id' are 'r0', 'r1'"):
        explain(families, "?", "r0")
    with pytest.raises(ConfigError, match="'r0' is named twice"):
        explain(families, "r0", "r0")


def rewrite(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    run = json.loads((folder / "run.json").read_bytes())
    change(run)
    (folder / "run.json").write_text(json.dumps(run))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda run: run.pop("config"), "it has no 'config'"),
        (lambda run: run.update(config=[]), "it has no 'config'"),
        (lambda run: run.pop("columns"), "it has no 'columns'"),
        (lambda run: run.update(columns=[3]), "a column in 'columns' is not described"),
        (lambda run: run["columns"][1].update(role="spaceship"), "a column in 'columns' is not described"),
        (lambda run: run["columns"].append(run["columns"][1]), "two columns of one name"),
        (lambda run: run["columns"][1].update(name="gone"), "has no column 'gone', which the run wrote"),
        (lambda run: run["input"].update(id_column="gone"), "its id column is not among its columns"),
        (lambda run: run["input"].update(id_column=["id"]), "its id column is not among its columns"),
        (lambda run: run.pop("input"), "it has no 'input'"),
        (lambda run: run.pop("model"), "model: the mixture is no table"),
        (lambda run: run.update(model="__import__('os')"), "model: the mixture is no table"),
        (lambda run: run["model"].pop("titles_vary"), "titles_vary is missing"),
        (lambda run: run["model"]["family"].update(scale=-1), "model: a prior or a scale"),
        (lambda run: run["model"]["family"]["comparisons"].pop(), "do not go with what was learnt"),
        (lambda run: run["model"]["family"]["comparisons"][0].update(name="other"), "learnt|parent"),
    ],
)
def test_a_damaged_run_is_refused(copied: Path, change: Callable[[dict[str, Any]], Any], said: str) -> None:
    rewrite(copied, change)
    with pytest.raises(CatalogueError, match=said):
        explain(copied, "r0", "r1")


def test_settings_are_checked_like_any_others(copied: Path) -> None:
    rewrite(copied, lambda run: run["config"].update(prefer=7))
    with pytest.raises(ConfigError, match=r"run.json: config: prefer: 7 is not allowed"):
        explain(copied, "r0", "r1")
    rewrite(copied, lambda run: run["config"].update(prefer=0.5, wothin="shop"))
    with pytest.raises(ConfigError, match=r"unknown key 'wothin'"):
        explain(copied, "r0", "r1")


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "[" * 100_000, "\x00"])
def test_what_is_no_run_is_refused(copied: Path, text: str) -> None:
    (copied / "run.json").write_text(text)
    with pytest.raises(CatalogueError, match=r"run\.json is not what this version of matchkit writes"):
        explain(copied, "r0", "r1")


def test_folders_without_results(tmp_path: Path, copied: Path) -> None:
    with pytest.raises(CatalogueError, match="no such folder; give the folder that"):
        explain(tmp_path / "nowhere", "1", "2")
    with pytest.raises(CatalogueError, match=r"there is no run.json in it"):
        explain(tmp_path, "1", "2")
    (copied / "pairs.csv").unlink()
    with pytest.raises(CatalogueError, match=r"pairs.csv: no such file, though the run wrote it"):
        explain(copied, "r0", "r1")
    (copied / "pairs.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CatalogueError, match=r"pairs.csv is not what the run wrote"):
        explain(copied, "r0", "r1")


def test_rows_edited_since(copied: Path) -> None:
    lines = (copied / "records.csv").read_text().splitlines(keepends=True)
    (copied / "records.csv").write_text("".join([*lines, lines[1]]))
    with pytest.raises(CatalogueError, match="more than one row has the id 'r0'"):
        explain(copied, "r1", "r2")
    (copied / "records.csv").write_text("".join([lines[0], lines[1].replace("r0,", ",", 1), *lines[2:]]))
    with pytest.raises(CatalogueError, match="1 rows have no id any more"):
        explain(copied, "r1", "r2")
    (copied / "records.csv").write_text("".join(lines[:-3]))
    assert any("has 100 rows where the run wrote 103" in note for note in explain(copied, "r1", "r2").notes)


def test_numbered_rows_that_were_removed(typed_families: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(typed_families, tmp_path / "out"))
    pl.read_parquet(folder / "records.parquet").tail(-1).write_parquet(folder / "records.parquet")
    with pytest.raises(CatalogueError, match="rows are told by their number; run it again"):
        explain(folder, "1", "2")


def test_columns_of_the_users_that_are_named_like_ours(tmp_path: Path) -> None:
    frame = catalogue().with_columns(entity_id=pl.lit("mine"), family_id=pl.lit("mine"))
    result = matchkit.variants(frame, Config(within="shop"))
    result.write(tmp_path / "out")
    found = explain(tmp_path / "out", "r0", "r3")
    assert found.families[0] == result.records["matchkit_family_id"][0]
    assert {"entity_id", "family_id"} <= {fact.name for fact in found.rows}


def test_a_result_of_two_rows(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "title": ["Mug, Red", "Teapot"]})
    for run in (matchkit.variants, matchkit.dedupe):
        run(frame).write(tmp_path / run.__name__)
        check(explain(tmp_path / run.__name__, "a", "b"))


def test_an_earlier_version_is_named(copied: Path) -> None:
    rewrite(copied, lambda run: run["versions"].update(matchkit="0.0.1"))
    assert any("made by matchkit 0.0.1" in note for note in explain(copied, "r0", "r1").notes)


def test_any_two_rows_at_all(families: Path, duplicates: Path) -> None:
    for folder in (families, duplicates):
        for left, right in combinations(["r0", "r55", PACK, RETYPED], 2):
            check(explain(folder, left, right))
