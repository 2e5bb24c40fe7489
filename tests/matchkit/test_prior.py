"""The prior that ships: its files, its features, and what it says."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import polars as pl

from matchkit.catalogue import Catalogue
from matchkit.context import context
from matchkit.generalfeatures import CONTENT_NAMES, CONTEXT_NAMES, general_batches, general_features
from matchkit.prior import FOLDER, RECIPE, Prior, prior_ranks, prior_standing
from matchkit.records import Records
from matchkit.schema import Schema, understand


def table(seed: int = 0) -> pl.DataFrame:
    """Tools, each listed again in other words."""
    random = np.random.default_rng(seed)
    makers, things = ["Brank", "Otoma", "Kelvor", "Simdex"], ["hammer", "pump", "lamp", "drill", "kettle"]
    rows = []
    for number in range(40):
        maker, thing = random.choice(makers), random.choice(things)
        code = f"{maker[0]}{random.integers(100, 999)}{number}"
        rows.append((f"{maker} {thing} {code}", maker, str(10 + number)))
        rows.append((f"{thing} {code} by {maker}", maker, str(10 + number)))
    titles, makers_of, prices = zip(*rows, strict=True)
    return pl.DataFrame({"id": [str(n) for n in range(80)], "title": titles, "brand": makers_of, "price": prices})


def prepared() -> tuple[Records, Schema, pl.DataFrame]:
    catalogue = Catalogue.read(table())
    schema = understand(catalogue)
    records = Records.distinct(catalogue, schema.compared)
    left, right = np.triu_indices(len(records), 1)
    similarity = np.random.default_rng(0).random(len(left)).astype(np.float32)
    frame = pl.DataFrame({"left": left.astype(np.uint32), "right": right.astype(np.uint32), "similarity": similarity})
    return records, schema, frame


def test_the_recipe_names_the_features_of_this_version_and_the_files_are_small() -> None:
    folder = files("matchkit") / FOLDER
    assert json.loads((folder / RECIPE).read_text())["features"] == [*CONTENT_NAMES, *CONTEXT_NAMES]
    assert sum(len(part.read_bytes()) for part in folder.iterdir() if part.is_file()) < 3_000_000


def test_a_listing_in_other_words_ranks_before_other_tools() -> None:
    records, schema, candidates = prepared()
    odds = prior_standing(
        records, schema, candidates.with_columns(similarity=pl.lit(0.5, pl.Float32)), two_tables=False
    )
    number = records.rows // 2
    same = number[candidates["left"].to_numpy()] == number[candidates["right"].to_numpy()]
    assert odds[same].min() > np.quantile(odds[~same], 0.97)


def test_batches_threads_and_sides_make_no_difference() -> None:
    records, schema, candidates = prepared()
    features = general_features(records, schema, candidates, two_tables=False)
    swapped = candidates.select(left="right", right="left", similarity="similarity")
    assert np.array_equal(features, general_features(records, schema, swapped, two_tables=False), equal_nan=True)
    batches = {
        part.start: rows for part, rows in general_batches(records, schema, candidates, np.copy, two_tables=False)
    }
    assert np.array_equal(features, np.vstack([batches[start] for start in sorted(batches)]), equal_nan=True)
    prior = Prior.load()
    one, three = (prior.scores(features, threads=threads) for threads in (1, 3))
    assert (one.standing == three.standing).all()
    assert (one.content == three.content).all()


def test_no_candidates_are_no_trouble() -> None:
    records, schema, candidates = prepared()
    assert prior_standing(records, schema, candidates[:0], two_tables=False).shape == (0,)


def test_log_odds_as_ranks() -> None:
    assert prior_ranks(np.array([9.0, 4.0, 3.9, 0.0, -0.5, -5.0, -5.1, -99.0])).tolist() == [0, 0, 1, 3, 4, 22, 35, 35]


def test_context_puts_a_missing_similarity_last() -> None:
    frame = pl.DataFrame({"left": [0, 0], "right": [1, 2], "similarity": [0.4, float("nan")]})
    found = context(frame, two_tables=True, symmetric=False)
    assert found["context.rank.left"].to_list() == [0, 1]
    assert found["context.similarity"].to_list() == [np.float32(0.4), 0]
