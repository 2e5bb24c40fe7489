"""Training on labelled pairs and judging pairs by the model, from Python."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

import matchkit
from matchkit import CatalogueError, Config, ConfigError, Model, ModelError
from matchkit.scoring import overlaps, pairwise

EXAMPLES = Path(__file__).parents[2] / "examples"
CATALOG, SUPPLIERS, LABELS = (EXAMPLES / name for name in ("catalog.csv", "suppliers.csv", "supplier_labels.csv"))
BOTH = CATALOG, SUPPLIERS


@pytest.fixture(scope="module")
def model() -> Model:
    return matchkit.train(*BOTH, train=LABELS)


@pytest.fixture(scope="module")
def labelled() -> pl.DataFrame:
    return pl.read_csv(LABELS)


def score(found: pl.DataFrame, truth: pl.DataFrame) -> float:
    same = found["label"] == "exact_duplicate"
    true = truth["label"].cast(pl.String).is_in(["1", "exact_duplicate"])
    return 2 * int((same & true).sum()) / (int(same.sum()) + int(true.sum()))


def in_one_table() -> pl.DataFrame:
    """Labelled pairs of the catalogue, with variants."""
    truth = pl.read_csv(EXAMPLES / "catalog_truth.csv")
    rows = {row["id"]: row for row in truth.iter_rows(named=True)}
    rng = random.Random(5)
    names = list(rows)
    drawn = {(one, other) for one in names for other in rng.sample(names, 2) if one < other}
    for group in ("family_id", "entity_id"):
        for members in truth.group_by(group, maintain_order=True).agg("id")["id"].to_list():
            drawn |= {(one, other) for one in members[:4] for other in members[:4] if one < other}

    def label(one: str, other: str) -> str:
        if rows[one]["entity_id"] == rows[other]["entity_id"]:
            return "exact_duplicate"
        return "variant" if rows[one]["family_id"] == rows[other]["family_id"] else "different"

    return pl.DataFrame(
        [(*pair, label(*pair)) for pair in sorted(drawn)], schema=["left_id", "right_id", "label"], orient="row"
    )


def test_unseen_pairs_of_two_tables_are_judged_well(labelled: pl.DataFrame) -> None:
    articles = labelled["rtable_id"].unique().sort()
    seen = labelled["rtable_id"].is_in(articles.gather_every(2).implode())
    model = matchkit.train(*BOTH, train=labelled.filter(seen))
    found = matchkit.predict(model, *BOTH, pairs=labelled.filter(~seen))
    assert score(found, labelled.filter(~seen)) > 0.8
    assert model.metrics["exact_duplicate"]["by"] == "folds"
    assert model.labels == ("exact_duplicate", "different")
    assert found["p_variant"].max() == 0


def test_predictions_keep_the_order_and_the_repetitions_of_the_pairs(model: Model, labelled: pl.DataFrame) -> None:
    asked = pl.concat([labelled.reverse(), labelled.head(3)]).drop("label")
    found = matchkit.predict(model, *BOTH, pairs=asked)
    assert found.columns == ["left_id", "right_id", "label", "p_exact", "p_variant"]
    assert found["left_id"].to_list() == asked["ltable_id"].to_list()
    assert found.tail(3).equals(found.head(labelled.height).reverse().head(3))
    called = found["label"] == "exact_duplicate"
    assert (called == (found["p_exact"] >= model.exact.threshold)).all()


def test_the_labels_of_pairs_to_predict_are_not_read(model: Model, labelled: pl.DataFrame) -> None:
    plain = matchkit.predict(model, *BOTH, pairs=labelled.drop("label"))
    for label in (pl.lit("who knows"), 1 - pl.col("label")):
        assert matchkit.predict(model, *BOTH, pairs=labelled.with_columns(label=label)).equals(plain)


def test_the_same_model_comes_out_whatever_the_threads_and_the_order(
    model: Model, labelled: pl.DataFrame, tmp_path: Path
) -> None:
    model.save(tmp_path / "one")
    shuffled = labelled.sample(fraction=1, shuffle=True, seed=3)
    for number, threads in enumerate((1, 3)):
        other = matchkit.train(*BOTH, train=shuffled, config=Config(threads=threads))
        other.save(tmp_path / str(number))
        for file in sorted((tmp_path / "one").iterdir()):
            assert file.read_bytes() == (tmp_path / str(number) / file.name).read_bytes(), file.name


def test_predictions_do_not_depend_on_threads(model: Model) -> None:
    one, other = (matchkit.predict(model, *BOTH, pairs=LABELS, config=Config(threads=n)) for n in (1, 3))
    assert one.equals(other)


def test_another_seed_gives_another_model(model: Model) -> None:
    other = matchkit.train(*BOTH, train=LABELS, config=Config(seed=77))
    found = [matchkit.predict(one, *BOTH, pairs=LABELS)["p_exact"] for one in (model, other)]
    assert not found[0].equals(found[1])
    assert (found[0] - found[1]).abs().mean() < 0.1  # type: ignore[operator]


def test_three_labels_are_nested() -> None:
    pairs = in_one_table()
    model = matchkit.train(CATALOG, train=pairs[::2], valid=pairs[1::2])
    found = matchkit.predict(model, CATALOG, pairs=pairs)
    assert model.labels == ("exact_duplicate", "variant", "different")
    assert set(model.metrics) == {"family", "exact_duplicate"}
    assert model.metrics["family"]["by"] == "validation"
    assert ((found["p_exact"] + found["p_variant"]) <= 1 + 1e-9).all()
    assert (found["p_variant"] >= 0).all()
    assert (found["label"] == pairs["label"]).mean() > 0.9  # type: ignore[operator]


def test_the_ids_of_one_table_may_stand_either_way_round() -> None:
    pairs = in_one_table().with_columns(label=(pl.col("label") == "exact_duplicate").cast(pl.Int8))
    model = matchkit.train(CATALOG, train=pairs)
    turned = pairs.select(left_id="right_id", right_id="left_id")
    one, other = (matchkit.predict(model, CATALOG, pairs=frame)["p_exact"] for frame in (pairs, turned))
    assert one.equals(other)


def joined(labelled: pl.DataFrame, ids: bool) -> pl.DataFrame:
    left = pl.read_csv(CATALOG, infer_schema=False).select("sku", "title", "brand", "price", "gtin")
    right = pl.read_csv(SUPPLIERS, separator=";", infer_schema=False).select(
        "article_no", title="designation", brand="maker", price="list_price", gtin="ean"
    )
    found = labelled.join(left.rename({n: f"left_{n}" for n in left.columns[1:]}), left_on="ltable_id", right_on="sku")
    named = right.rename({n: f"right_{n}" for n in right.columns[1:]})
    found = found.join(named, left_on="rtable_id", right_on="article_no").rename(
        {"ltable_id": "left_id", "rtable_id": "right_id"}
    )
    return found if ids else found.drop("left_id", "right_id")


@pytest.mark.parametrize("ids", [True, False])
def test_files_that_hold_the_records_need_no_tables(labelled: pl.DataFrame, ids: bool) -> None:
    pairs = joined(labelled, ids)
    model = matchkit.train(train=pairs[::2], valid=pairs[1::2])
    found = matchkit.predict(model, pairs=pairs)
    assert found.height == pairs.height
    assert score(found, pairs) > 0.85
    assert {column.attribute.name for column in model.columns} >= {"title", "brand"}


def test_ids_alone_need_their_tables(labelled: pl.DataFrame) -> None:
    with pytest.raises(ConfigError, match="has ids alone: give the table that they are of with --left"):
        matchkit.train(train=labelled)
    with pytest.raises(ConfigError, match="a right table and no left one"):
        matchkit.train(None, SUPPLIERS, train=labelled)


LAYOUTS = (
    ("ltable_id", "rtable_id", "label", ("1", "0")),
    ("left_id", "right_id", "is_match", ("true", "false")),
    ("id1", "id2", "label", ("match", "non-match")),
    ("unique_id_l", "unique_id_r", "clerical_match_score", ("1.0", "0.0")),
    ("p1", "p2", "prediction", ("yes", "no")),
    ("left_id", "right_id", "label", ("exact_duplicate", "different")),
)


@pytest.mark.parametrize(("one", "other", "label", "words"), LAYOUTS)
def test_labels_may_be_written_in_any_layout(
    model: Model, labelled: pl.DataFrame, one: str, other: str, label: str, words: tuple[str, str]
) -> None:
    said = pl.when(pl.col("label") == 1).then(pl.lit(words[0])).otherwise(pl.lit(words[1])).alias(label)
    written = labelled.select(pl.col("ltable_id").alias(one), pl.col("rtable_id").alias(other), said)
    assert matchkit.train(*BOTH, train=written).fingerprint == model.fingerprint
    assert matchkit.predict(model, *BOTH, pairs=written.drop(label)).height == labelled.height


def test_one_class_only_is_an_error(labelled: pl.DataFrame) -> None:
    with pytest.raises(CatalogueError, match="pairs are 'exact_duplicate'; add pairs that are different"):
        matchkit.train(*BOTH, train=labelled.filter(pl.col("label") == 1))
    with pytest.raises(CatalogueError, match="pairs are 'different'; add pairs that match"):
        matchkit.train(*BOTH, train=labelled.filter(pl.col("label") == 0))
    pairs = in_one_table()
    with pytest.raises(CatalogueError, match="there are variants but no pair is 'exact_duplicate'"):
        matchkit.train(CATALOG, train=pairs.filter(pl.col("label") != "exact_duplicate"))
    with pytest.raises(CatalogueError, match="no pair is 'different'"):
        matchkit.train(CATALOG, train=pairs.filter(pl.col("label") != "different"))


def test_with_fewer_than_ten_matches_the_model_is_small_and_says_so(labelled: pl.DataFrame) -> None:
    few = pl.concat([labelled.filter(pl.col("label") == 1).head(9), labelled.filter(pl.col("label") == 0)])
    model = matchkit.train(*BOTH, train=few)
    assert "only 9 matches to learn from" in model.notes[-1]
    assert model.exact.threshold == 0.5
    assert model.metrics == {"exact_duplicate": {"by": "nothing"}}
    assert score(matchkit.predict(model, *BOTH, pairs=labelled), labelled) > 0.3


def test_unknown_ids_are_named_with_their_lines(labelled: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("ltable_id,rtable_id,label\nC10001,W-0001,0\nnobody,W-0001,1\nC10001,W-9999,1\n")
    for work in (
        lambda: matchkit.train(*BOTH, train=path),
        lambda: matchkit.train(*BOTH, train=labelled, valid=path),
        lambda: matchkit.predict(matchkit.train(*BOTH, train=labelled), *BOTH, pairs=path),
    ):
        with pytest.raises(CatalogueError, match="2 faults") as error:
            work()
        assert "line 3: the left_id 'nobody' is not in the left table" in str(error.value)
        assert "line 4: the right_id 'W-9999' is not in the right table" in str(error.value)


def test_two_labels_for_one_pair_are_an_error(labelled: pl.DataFrame) -> None:
    twice = pl.concat([labelled, labelled.head(1).with_columns(label=1 - pl.col("label"))])
    with pytest.raises(CatalogueError, match="keep one label for each pair"):
        matchkit.train(*BOTH, train=twice)


def test_pairs_in_both_files_count_for_training_and_are_reported(labelled: pl.DataFrame) -> None:
    model = matchkit.train(*BOTH, train=labelled[:300], valid=labelled[280:])
    assert any("share 20 pairs, which count as training pairs" in note for note in model.notes)
    assert model.training["pairs"] == labelled.height
    assert model.training["validation_pairs"] == labelled.height - 300


def test_rows_that_say_the_same_are_certain_and_teach_nothing() -> None:
    left = pl.DataFrame({"id": [str(n) for n in range(40)], "title": [f"kettle steel K{n // 2}" for n in range(40)]})
    pairs = [(str(2 * n), str(2 * n + 1), 1) for n in range(20)] + [(str(n), str(n + 4), 0) for n in range(30)]
    frame = pl.DataFrame(pairs, schema=["left_id", "right_id", "label"], orient="row")
    with pytest.raises(CatalogueError, match="all 30 pairs are 'different'"):
        matchkit.train(left, train=frame, config=Config(id="id"))


def test_other_columns_are_refused_with_the_difference(model: Model) -> None:
    catalog = pl.read_csv(CATALOG, infer_schema=False)
    with pytest.raises(ModelError, match=r"the left frame lacks 'price' \(number:price\), and has .*'cost'"):
        matchkit.predict(model, catalog.rename({"price": "cost"}), SUPPLIERS, pairs=LABELS)
    with pytest.raises(ModelError, match="has 'price' as number:price, the settings as text"):
        matchkit.predict(model, *BOTH, pairs=LABELS, config=Config(columns={"price": "text"}))
    wordy = catalog.with_columns(price=pl.lit("cheap"))
    with pytest.raises(ModelError, match="'price' as number:price, but most values are no numbers, such as 'cheap'"):
        matchkit.predict(model, wordy, SUPPLIERS, pairs=LABELS)


def test_the_number_of_tables_must_be_that_of_the_training(model: Model) -> None:
    with pytest.raises(ModelError, match="trained on pairs of two tables, and this is one"):
        matchkit.dedupe(CATALOG, model=model)
    one = matchkit.train(CATALOG, train=in_one_table())
    with pytest.raises(ModelError, match="trained on pairs of one table, and these are two"):
        matchkit.link(*BOTH, model=one)


def test_columns_that_the_model_does_not_know_make_no_difference(model: Model) -> None:
    catalog = pl.read_csv(CATALOG, infer_schema=False).with_columns(stock=pl.int_range(pl.len()).cast(pl.String))
    plain, more = (matchkit.predict(model, left, SUPPLIERS, pairs=LABELS) for left in (CATALOG, catalog))
    assert plain.equals(more)


def test_a_few_rows_are_read_as_the_model_was_trained_to(model: Model) -> None:
    left = pl.read_csv(CATALOG, infer_schema=False).head(3)
    right = pl.read_csv(SUPPLIERS, separator=";", infer_schema=False).head(3)
    pairs = pl.DataFrame({"ltable_id": left["sku"], "rtable_id": right["article_no"]})
    found = matchkit.predict(model, left, right, pairs=pairs)
    assert found["p_exact"].is_between(0, 1).all()


def test_settings_that_contradict_the_model_are_refused(model: Model) -> None:
    with pytest.raises(ConfigError, match="neighbours: 5 is not what the model was trained with, 10"):
        matchkit.link(*BOTH, Config(neighbours=5), model=model)
    with pytest.raises(ConfigError, match="'ecm' and a model exclude each other"):
        matchkit.link(*BOTH, Config(classifier="ecm"), model=model)


def test_linking_by_a_model(model: Model) -> None:
    result = matchkit.link(*BOTH, model=model)
    truth = pl.read_csv(EXAMPLES / "suppliers_truth.csv")
    right = result.matches.join(truth, on=["left_id", "right_id"], how="semi").height
    assert right / result.matches.height > 0.7
    assert right / truth.height > 0.9
    assert result.run["classifier"]["kind"] == "trained"
    assert result.run["classifier"]["fingerprint"] == model.fingerprint


def test_deduplicating_by_a_model(tmp_path: Path) -> None:
    model = matchkit.train(CATALOG, train=in_one_table())
    result = matchkit.dedupe(CATALOG, model=model)
    truth = pl.read_csv(EXAMPLES / "catalog_truth.csv").rename({"entity_id": "true"})
    rows = result.records.join(truth, left_on="sku", right_on="id")
    both = rows.group_by("entity_id", "true").len()["len"]
    found = rows.group_by("entity_id").len()["len"]
    true = rows.group_by("true").len()["len"]
    right, said, there = (int((n * (n - 1) // 2).sum()) for n in (both.cast(int), found.cast(int), true.cast(int)))
    assert 2 * right / (said + there) > 0.9
    assert rows["family_id"].n_unique() < rows["entity_id"].n_unique()
    result.write(tmp_path / "out")
    with pytest.raises(CatalogueError, match="judged by a trained model; explain them by it"):
        matchkit.explain(tmp_path / "out", "C10001", "C10002")
    told = model.explain("C10005", "C10219", CATALOG)
    assert [fall.question for fall in told.waterfalls] == ["one product", "one item, if one product"]


def test_a_waterfall_adds_up_to_what_is_predicted(model: Model, labelled: pl.DataFrame) -> None:
    found = matchkit.predict(model, *BOTH, pairs=labelled)
    for row in (0, labelled.height // 2):
        one, other, _ = labelled.row(row)
        told = model.explain(one, other, *BOTH)
        (fall,) = told.waterfalls
        assert fall.start + sum(step.weight for step in fall.steps) == pytest.approx(fall.log_odds)
        # The candidates around a pair differ a little with the pairs that are asked for.
        assert fall.probability == pytest.approx(told.p_exact, abs=1e-4)
        assert told.p_exact == pytest.approx(found["p_exact"][row], abs=0.05)
        assert {step.name for step in fall.steps} == set(model.groups)


def test_explaining_a_row_that_is_not_there(model: Model) -> None:
    with pytest.raises(CatalogueError, match="has no row with the id 'C99'"):
        model.explain("C99", "W-0001", *BOTH)


def test_families_by_a_model_follow_its_labels_and_not_what_the_catalogue_suggests() -> None:
    model = matchkit.train(CATALOG, train=in_one_table())
    truth = pl.read_csv(EXAMPLES / "catalog_truth.csv", infer_schema=False).select("id", cluster_id="family_id")

    def f1(result: matchkit.Result) -> float:
        found = pl.DataFrame({"id": result.ids, "cluster_id": result.records["family_id"]})
        return pairwise(overlaps(found, truth)).f1

    judged = matchkit.variants(CATALOG, model=model)
    assert f1(judged) > f1(matchkit.variants(CATALOG))
    assert judged.run["classifier"]["kind"] == "trained"
    apart = judged.pairs.filter(pl.col("label") == "exact_duplicate")["differs_in"].fill_null("")
    assert not apart.str.contains("color").any()


def test_a_model_that_knows_no_variants_finds_no_families() -> None:
    two = in_one_table().with_columns(label=(pl.col("label") == "exact_duplicate").cast(pl.Int64))
    model = matchkit.train(CATALOG, train=two)
    with pytest.raises(ModelError, match="knows no variants"):
        matchkit.variants(CATALOG, model=model)


def test_a_few_rows_of_the_table_that_a_model_was_trained_on_are_read_as_it_was() -> None:
    model = matchkit.train(CATALOG, train=in_one_table())
    catalog = pl.read_csv(CATALOG, infer_schema=False)
    odd = catalog.filter(pl.col("weight").is_null() | pl.col("weight").is_in(["-", "N/A"]))[:6]
    few = pl.concat([odd, catalog.filter(pl.col("weight").str.ends_with(" g"))[:3]])
    assert matchkit.dedupe(few, model=model).records.height == few.height


def test_pairs_that_train_and_valid_share_are_counted_either_way_round_in_one_table() -> None:
    labels = in_one_table()
    valid = labels[-120:].select(left_id="right_id", right_id="left_id", label="label")
    model = matchkit.train(CATALOG, train=labels[:-100], valid=valid)
    assert any("share 20 pairs, which count as training pairs" in note for note in model.notes)
