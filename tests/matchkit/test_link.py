"""Two tables linked from Python, with the real stages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import matchkit
from matchkit.linkresult import LinkResult
from matchkit.pairtable import PairTable
from matchkit.results import Format

EXAMPLES = Path(__file__).parents[2] / "examples"
CATALOGUE, SUPPLIERS = EXAMPLES / "catalog.csv", EXAMPLES / "suppliers.csv"
PAIRS = ["left_id", "right_id", "label", "p_exact", "p_variant", "differs_in", "reason"]


@pytest.fixture(scope="module")
def single() -> LinkResult:
    return matchkit.link(CATALOGUE, SUPPLIERS, one_to_one=True)


@pytest.fixture(scope="module")
def several() -> LinkResult:
    return matchkit.link(CATALOGUE, SUPPLIERS)


def truth() -> pl.DataFrame:
    return pl.read_csv(EXAMPLES / "suppliers_truth.csv", infer_schema=False)


def test_most_offers_are_found_and_hardly_one_is_wrong(single: LinkResult) -> None:
    right = single.matches.join(truth(), on=["left_id", "right_id"], how="semi").height
    assert right >= 0.95 * single.matches.height
    assert right >= 0.9 * truth()["right_id"].n_unique()


def test_one_to_one_gives_a_row_one_partner_at_most(single: LinkResult, several: LinkResult) -> None:
    for side in ("left_id", "right_id"):
        assert single.matches[side].is_unique().all()
    assert several.matches["right_id"].is_duplicated().any()
    found = several.matches.join(truth(), on=["left_id", "right_id"], how="semi").height
    assert found > 0.9 * truth().height


def test_a_pair_that_lost_is_different_and_says_where_its_rows_went(single: LinkResult) -> None:
    lost = single.pairs.filter(pl.col("reason").str.contains(" went to "))
    assert lost.height == single.run["counts"]["lost_pairs"] > 0
    assert set(lost["label"]) == {"different"}
    partner = dict(single.matches.select("left_id", "right_id").iter_rows())
    back = {right: left for left, right in partner.items()}
    for left, right, reason in lost.select("left_id", "right_id", "reason").iter_rows():
        said = [f"the left row went to '{partner[left]}'"] if left in partner else []
        said += [f"the right row went to '{back[right]}'"] if right in back else []
        assert reason.endswith("; " + ", ".join(said))


def test_the_users_rows_are_untouched(single: LinkResult) -> None:
    for frame, path, separator in ((single.left, CATALOGUE, ","), (single.right, SUPPLIERS, ";")):
        given = pl.read_csv(path, separator=separator, infer_schema=False)
        assert frame.select(given.columns).equals(given)
        assert frame.columns[-4:] == ["entity_id", "family_id", "confidence", "needs_review"]
        assert frame["confidence"].is_between(0, 1).all()
    assert single.pairs.columns == PAIRS


def test_matched_rows_share_an_entity_named_by_the_left_row(single: LinkResult) -> None:
    entity = {f"left:{row[0]}": row[1] for row in single.left.select("sku", "entity_id").iter_rows()}
    entity |= {f"right:{row[0]}": row[1] for row in single.right.select("article_no", "entity_id").iter_rows()}
    for left, right in single.matches.select("left_id", "right_id").iter_rows():
        assert entity[f"left:{left}"] == entity[f"right:{right}"] == f"left:{left}"
    matched = set(single.matches["right_id"])
    alone = [name for name in entity if name.startswith("right:") and name.removeprefix("right:") not in matched]
    assert alone
    assert all(entity[name] == name for name in alone)


def test_the_run_tells_both_tables_and_their_columns(single: LinkResult) -> None:
    run = single.run
    assert run["input"]["right"]["delimiter"] == ";"
    assert run["input"]["left"]["id_column"] == "sku"
    assert run["config"]["one_to_one"] is True
    assert "ignore" not in run["config"]
    beside = {column["left"]: column["right"] for column in run["columns"] if column["left"]}
    assert beside["size"] == "format"
    assert beside["description"] is None
    assert [c["right"] for c in run["columns"] if c["left"] is None] == ["lead_time"]
    assert run["counts"]["matched_pairs"] == single.matches.height


def test_the_result_does_not_depend_on_the_order_of_rows_or_on_threads(single: LinkResult) -> None:
    left = pl.read_csv(CATALOGUE, infer_schema=False).sample(fraction=1, shuffle=True, seed=3)
    right = pl.read_csv(SUPPLIERS, separator=";", infer_schema=False).sample(fraction=1, shuffle=True, seed=4)
    again = matchkit.link(left, right, matchkit.Config(threads=1, one_to_one=True))
    keys = ["left_id", "right_id"]
    assert again.pairs.sort(keys).drop("reason").equals(single.pairs.sort(keys).drop("reason"))
    assert again.left.sort("sku").equals(single.left.sort("sku"))


def test_the_same_table_twice_matches_every_row_with_itself() -> None:
    result = matchkit.link(CATALOGUE, CATALOGUE, one_to_one=True)
    assert result.matches.height >= 400
    texts = result.left.select("sku", text=pl.concat_str(pl.exclude("sku", r"^.*_id$", "confidence", "needs_review")))
    said = dict(texts.iter_rows())
    same = [said[left] == said[right] for left, right in result.matches.select("left_id", "right_id").iter_rows()]
    assert np.mean(same) > 0.95


def test_rows_that_repeat_are_all_matched_or_one_of_them() -> None:
    makers, things = ("Lumo", "Arden", "Kestrel", "Brunskar"), ("desk", "lamp", "kettle", "shelf", "stool")
    kinds = [f"{maker} {thing}" for maker in makers for thing in things]
    names = [f"{kind} K{100 + 37 * number}" for number, kind in enumerate(kinds)]
    left = pl.DataFrame({"id": [*(f"a{row}" for row in range(20)), "b"], "name": [*names, names[4]]})
    right = pl.DataFrame({"id": [f"a{row}" for row in range(20)], "name": [name.upper() for name in names]})
    own = {(f"a{row}", f"a{row}") for row in range(20)}
    assert set(matchkit.link(left, right).matches.select("left_id", "right_id").iter_rows()) == own | {("b", "a4")}
    one = matchkit.link(left, right, one_to_one=True)
    assert set(one.matches.select("left_id", "right_id").iter_rows()) == own
    assert one.left["entity_id"].to_list() == [*(f"left:a{row}" for row in range(20)), "left:b"]
    assert one.right["entity_id"].to_list() == [f"left:a{row}" for row in range(20)]


def test_prefer_shifts_the_threshold(several: LinkResult) -> None:
    strict = matchkit.link(CATALOGUE, SUPPLIERS, matchkit.Config(prefer=1.0))
    lax = matchkit.link(CATALOGUE, SUPPLIERS, matchkit.Config(prefer=0.0))
    assert strict.matches.height < several.matches.height < lax.matches.height


def test_columns_of_ours_in_a_table_give_way() -> None:
    left = pl.DataFrame({"id": ["1", "2"], "title": ["oak desk", "red lamp"], "entity_id": ["x", "y"]})
    result = matchkit.link(left, left.drop("entity_id"))
    assert result.left.columns[-4:] == ["matchkit_entity_id", "family_id", "confidence", "needs_review"]
    assert result.left["entity_id"].to_list() == ["x", "y"]
    assert any(note.startswith("left: there is a column 'entity_id' already") for note in result.run["notes"])


def test_the_files_are_written_and_replaced_whole(single: LinkResult, tmp_path: Path) -> None:
    matchkit.dedupe(CATALOGUE).write(tmp_path / "out")
    written = single.write(tmp_path / "out", format="parquet", force=True)
    assert [path.name for path in written] == ["left.parquet", "right.parquet", "pairs.parquet", "run.json"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in written)
    assert pl.read_parquet(written[1]).equals(single.right)
    with pytest.raises(matchkit.OutputError, match="not empty"):
        single.write(tmp_path / "out")
    with pytest.raises(matchkit.ConfigError, match="format 'xml' is not known"):
        single.write(tmp_path / "other", format="xml")  # type: ignore[arg-type]
    with pytest.raises(matchkit.CatalogueError, match="holds two linked tables"):
        matchkit.explain(tmp_path / "out", "C10001", "W-0001")


def test_nothing_to_compare_matches_nothing() -> None:
    empty = pl.DataFrame(
        {"id": ["1", "2"], "title": ["", None], "price": [None, ""]}, schema_overrides={"price": pl.String}
    )
    result = matchkit.link(empty, empty, one_to_one=True)
    assert result.pairs.height == 0
    assert result.left["entity_id"].to_list() == ["left:1", "left:2"]
    assert result.right["entity_id"].to_list() == ["right:1", "right:2"]


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_pairs_are_written_a_batch_at_a_time_as_they_are_all_at_once(
    format: Format, single: LinkResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = replace(single, pair_table=PairTable.of(single.pairs))
    whole.write(tmp_path / "whole", format=format)
    monkeypatch.setattr("matchkit.pairtable.AT_ONCE", 7)
    made: list[int] = []

    def make(part: slice) -> pl.DataFrame:
        batch = single.pair_table.make(part)
        made.append(batch.height)
        return batch

    table = PairTable(single.pair_table.height, make, threads=2)
    replace(single, pair_table=table).write(tmp_path / "batches", format=format)
    assert sum(made) == table.height > 100
    assert max(made) == 7
    name = f"pairs.{format}"
    if format == "csv":
        assert (tmp_path / "batches" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    else:
        assert pl.read_parquet(tmp_path / "batches" / name).equals(pl.read_parquet(tmp_path / "whole" / name))


def test_tables_without_any_pair_are_written_too(tmp_path: Path) -> None:
    left, right = (pl.DataFrame({"id": ["1", "2"], "title": titles}) for titles in (["a", "b"], ["x", "y"]))
    result = matchkit.link(left, right)
    assert result.pair_table.height == 0
    result.write(tmp_path / "out")
    assert (tmp_path / "out" / "pairs.csv").read_text() == ",".join(PAIRS) + "\n"
