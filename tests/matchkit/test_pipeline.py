"""The whole run on small catalogues: what must hold whatever the numbers inside."""

from __future__ import annotations

import random
from collections import defaultdict
from contextlib import suppress
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import matchkit
from matchkit import Config, Result, dedupe

LABELS = {"exact_duplicate", "variant", "different"}
PAIR_COLUMNS = ["left_id", "right_id", "label", "p_exact", "p_variant", "differs_in", "reason"]


def listed(text: str) -> list[str]:
    return text.split("|")


MAKERS = listed("Arden|Bexley|Corvo|Dunmore|Eskdale|Fyfield|Gosport|Hucknall|Immingham|Kestrel|Lumo|Pwllheli")
THINGS = listed(
    "trail running shoe|oak dining table|ceramic coffee mug|cordless drill driver|wool winter scarf|espresso machine|"
    "stainless steel kettle|leather office chair|bluetooth headphones|garden hose reel|cotton bed sheet|camping tent|"
    "mountain bike helmet|led desk lamp|cast iron skillet|digital kitchen scale|canvas backpack|electric toothbrush|"
    "wireless keyboard|bamboo cutting board|yoga mat|alarm clock radio|wall mirror|soap dispenser|bread toaster"
)
FIRST = listed("ada|bruno|clara|dmitri|elena|farid|greta|hugo|ines|jonas|karla|luca|mira|nils|olga|petra|quentin|rosa")
LAST = listed(
    "abbott|brandt|castell|dvorak|eklund|ferrari|grimaldi|hansen|ibsen|jankowski|keller|lindqvist|moreau|novak|"
    "okafor|petrov|quist|rossi|schreiber|tanaka|ulrich|vasquez|weber|yilmaz|zimmermann"
)
TOWNS = listed("leeds|york|hull|bath|derby|ripon|truro|wells|ely|lincoln|durham|exeter")


def frame(columns: dict[str, list[Any]]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def products(count: int, seed: int = 0) -> pl.DataFrame:
    """Products of which no two are the same: other makers or other things, with codes and prices of their own."""
    chance = random.Random(seed)
    both = [(maker, thing) for maker in MAKERS for thing in THINGS]
    chance.shuffle(both)
    rows = [
        (
            f"p{row:03}",
            f"{maker} {thing} {chance.choice('ABCDEFGH')}{chance.randrange(100, 1000)}",
            maker,
            f"{chance.uniform(3, 400):.2f}",
        )
        for row, (maker, thing) in enumerate(both[:count])
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(["id", "title", "maker", "price"], pl.String), orient="row")


def with_copies(seed: int = 0) -> pl.DataFrame:
    """Sixty products; twenty of them once more in other words, ten in two colours, five cell by cell the same."""
    plain = products(60, seed)

    def renamed(rows: pl.DataFrame, letter: str, title: pl.Expr) -> pl.DataFrame:
        return rows.with_columns(id=pl.format(letter + "{}", "id"), title=title)

    title = pl.col("title")
    again = renamed(plain.head(20), "c", title.str.to_uppercase().str.replace(" ", ", "))
    reds = renamed(plain.slice(20, 10), "r", title + " red")
    blues = renamed(reds, "b", title.str.replace("red", "navy"))
    return pl.concat([plain, again, reds, blues, renamed(plain.tail(5), "s", title)])


def typo(chance: random.Random, word: str) -> str:
    place = chance.randrange(1, len(word) - 1)
    return chance.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + chance.choice("aeiou") + word[place + 1 :],
        ]
    )


def persons(count: int = 150, seed: int = 0) -> tuple[pl.DataFrame, set[frozenset[str]]]:
    """People, half of them twice with one or two slips of the pen and a cell left out now and then."""
    chance = random.Random(seed)
    rows, truth = [], set()
    for number in range(count):
        born = f"{chance.randrange(1930, 2005)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
        phone = f"0{chance.randrange(10**8, 10**9)}"
        person = [chance.choice(FIRST), chance.choice(LAST), born, chance.choice(TOWNS), phone]
        rows.append([f"a{number}", *person])
        if number % 2:
            continue
        again = list(person)
        for column in chance.sample(range(len(again)), chance.choice([1, 1, 2])):
            again[column] = "" if chance.random() < 0.3 else typo(chance, again[column])
        rows.append([f"b{number}", *again])
        truth.add(frozenset({f"a{number}", f"b{number}"}))
    names = ["id", "given_name", "surname", "date_of_birth", "town", "phone"]
    return pl.DataFrame(rows, schema=names, orient="row"), truth


def run(data: Any, **settings: Any) -> Result:
    result = dedupe(data, Config(**settings))
    check(result)
    return result


def check(result: Result) -> None:
    """What holds for any result."""
    records, pairs = result.records, result.pairs
    entity, family, confidence, review = records.columns[-4:]
    assert records.group_by(entity).agg(pl.col(family).n_unique()).filter(pl.col(family) > 1).is_empty()
    assert records[confidence].is_between(0, 1).all()
    assert records.schema[review] == pl.Boolean
    assert pairs.columns == PAIR_COLUMNS
    assert set(pairs["label"]) <= LABELS
    assert pairs["p_exact"].is_between(0, 1).all()
    assert (pairs["p_variant"] >= 0).all()
    assert (pairs["p_exact"] + pairs["p_variant"] <= 1 + 1e-9).all()
    assert (pairs["reason"] != "").all()
    ids = result.run["input"]["id_column"]
    key = records[ids].cast(pl.String) if ids else pl.Series([str(row + 1) for row in range(records.height)])
    assert set(records[entity]) | set(records[family]) <= set(key)
    of = {name: groups for name, *groups in zip(key, records[entity], records[family], strict=True)}
    unordered = set()
    for left, right, label in pairs.select("left_id", "right_id", "label").iter_rows():
        assert left != right
        unordered.add(frozenset((left, right)))
        together = [of[left][kind] == of[right][kind] for kind in (0, 1)]
        assert label == ("exact_duplicate" if together[0] else "variant" if together[1] else "different")
    assert len(unordered) == pairs.height


def merged(result: Result) -> int:
    """Rows that repeat the item of another row."""
    return result.records.height - result.records[result.records.columns[-4]].n_unique()


def entities(result: Result, key: str = "id") -> dict[str, str]:
    return dict(zip(result.records[key], result.records[result.records.columns[-4]], strict=True))


def found_pairs(result: Result) -> set[frozenset[str]]:
    members: dict[str, list[str]] = defaultdict(list)
    for name, entity in entities(result).items():
        members[entity].append(name)
    return {frozenset(pair) for group in members.values() for pair in combinations(group, 2)}


def labelled(result: Result) -> dict[frozenset[str], tuple[str, float, float]]:
    rows = result.pairs.select("left_id", "right_id", "label", "p_exact", "p_variant").iter_rows()
    return {frozenset(row[:2]): (row[2], round(row[3], 6), round(row[4], 6)) for row in rows}


@cache
def copies() -> Result:
    return run(with_copies())


def test_duplicates_and_variants_are_found() -> None:
    of = entities(copies())
    family = dict(zip(copies().records["id"], copies().records["family_id"], strict=True))
    again = [name for name in of if name.startswith("c")]
    assert sum(of[name] == of[name[1:]] for name in again) >= 0.9 * len(again)
    assert all(of[name] == of[name[1:]] for name in of if name.startswith("s"))
    blues = [name for name in of if name.startswith("b")]
    assert all(of[name] != of[name[1:]] for name in blues)
    assert sum(family[name] == family[name[1:]] for name in blues) >= 0.9 * len(blues)
    truth = {frozenset({name, name[1:]}) for name in of if name[0] in "cs"}
    plain = {frozenset({name, name[1:]}) for name in of if name[0] == "r"}
    assert len(found_pairs(copies()) - truth - plain) <= 5


def test_ids_are_the_smallest_of_the_group() -> None:
    for kind in ("entity_id", "family_id"):
        smallest = copies().records.group_by(kind).agg(pl.col("id").min())
        assert (smallest[kind] == smallest["id"]).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    shuffled = run(with_copies().sample(fraction=1.0, shuffle=True, seed=seed))
    columns = ["id", "entity_id", "family_id", "needs_review"]
    assert_frame_equal(shuffled.records.sort("id").select(columns), copies().records.sort("id").select(columns))
    assert labelled(shuffled) == labelled(copies())


@pytest.mark.parametrize("seed", [1, 2])
def test_ties_are_broken_by_content_and_not_by_place(seed: int) -> None:
    titles = [f"{a} {b}" for a in ("Arden", "Corvo") for b in ("lamp", "lamps", "lampe", "lamp x", "x lamp")]
    data = frame({"id": [str(row) for row in range(30)], "title": titles * 3, "price": ["5", "5", "6"] * 10})
    first, second = run(data), run(data.sample(fraction=1.0, shuffle=True, seed=seed))
    assert entities(first) == entities(second)
    assert labelled(first) == labelled(second)


def test_the_number_of_threads_does_not_matter() -> None:
    for threads in (1, 2):
        again = run(with_copies(), threads=threads)
        assert_frame_equal(again.records, copies().records)
        assert_frame_equal(again.pairs, copies().pairs)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_catalogue_without_duplicates_stays_as_it_is(seed: int) -> None:
    assert merged(run(products(300, seed))) <= 3


# Sixty titles and nothing else are too little to learn from: some that differ in the maker alone are merged.
@pytest.mark.parametrize(
    ("count", "columns", "most"),
    [(60, ["id", "title"], 0.15), (300, ["id", "title"], 0.01), (300, ["id", "title", "maker", "price"], 0.01)],
)
def test_nor_does_one_whose_titles_differ_in_the_maker_or_the_thing_alone(
    count: int, columns: list[str], most: float
) -> None:
    plain = products(count).with_columns(pl.col("title").str.replace(r" \w+$", ""))
    assert merged(run(plain.select(columns))) <= count * most


@pytest.mark.parametrize("seed", [0, 1])
def test_persons_with_slips_of_the_pen(seed: int) -> None:
    data, truth = persons(seed=seed)
    found = found_pairs(run(data))
    assert 2 * len(found & truth) / (len(found) + len(truth)) > 0.9


def test_one_row() -> None:
    result = run(frame({"id": ["7"], "title": ["Oak table"]}))
    assert result.records.rows() == [("7", "Oak table", "7", "7", 1.0, False)]
    assert result.pairs.is_empty()


@pytest.mark.parametrize("rows", [2, 2_000])
def test_identical_rows_are_one_entity_without_comparing_all(rows: int) -> None:
    ids = [str(row) for row in range(rows)]
    result = run(frame({"id": ids, "title": ["Oak table 120"] * rows, "price": ["9.99"] * rows}))
    assert set(result.records["entity_id"]) == {"0"}
    assert result.run["counts"]["distinct_records"] == 1
    assert result.run["counts"]["compared_pairs"] == 0
    assert result.pairs.height == rows - 1
    assert set(result.pairs["label"]) == {"exact_duplicate"}


def test_identical_rows_among_others_stay_together() -> None:
    data = pl.concat([products(40), *[products(1).with_columns(id=pl.lit(f"s{row}")) for row in range(1_000)]])
    of = entities(run(data))
    assert len({of[name] for name in of if name[0] == "s"} | {of["p000"]}) == 1


def test_identical_rows_of_which_one_lacks_a_cell_stay_few_pairs() -> None:
    prices = [f"{row % 1_500}.25" for row in range(1_500)]
    data = frame({"id": [str(row) for row in range(1_500)], "title": ["Oak table"] * 1_500, "price": prices})
    assert run(data).run["counts"]["compared_pairs"] < 100 * 1_500


@pytest.mark.parametrize("others", [0, 20])
def test_rows_with_everything_missing_are_each_alone(others: int) -> None:
    cells = [("m0", "", None, None), ("m1", "N/A", "-", None), ("m2", " ", "nan", None)]
    data = pl.concat([products(others), pl.DataFrame(cells, schema=products(0).schema, orient="row")])
    result = run(data)
    assert all(entity == name for name, entity in entities(result).items() if name[0] == "m")
    assert not result.pairs["left_id"].str.starts_with("m").any()
    assert not result.pairs["right_id"].str.starts_with("m").any()


@pytest.mark.parametrize(
    ("columns", "settings"),
    [
        ({"title": ["Oak table", "Oak table"]}, {"ignore_columns": ("title",)}),
        ({"picture": ["https://a.example/1.jpg", "https://a.example/2.jpg"]}, {}),
    ],
)
def test_without_compared_columns_every_row_is_alone_or_the_user_is_told(
    columns: dict[str, list[str]], settings: dict[str, Any]
) -> None:
    data = frame({"id": ["1", "2"], **columns})
    with suppress(matchkit.CatalogueError):
        assert entities(run(data, **settings)) == {"1": "1", "2": "2"}


def test_a_catalogue_of_article_numbers_alone() -> None:
    numbers = ["4006381333931", "04006381333931", "5000112637922", None]
    of = entities(run(frame({"id": list("abcd"), "ean": numbers}), columns={"ean": "identifier:gtin"}))
    assert of["a"] == of["b"]
    assert len({of[name] for name in "acd"}) == 3


def test_very_long_cells() -> None:
    long = "lorem ipsum dolor " * 600
    titles = ["x" * 10_000, "x" * 10_000, long, long + "!", "Oak table", "Yoga mat"]
    of = entities(run(frame({"id": list("abcdef"), "text": titles})))
    assert of["a"] == of["b"]
    assert of["a"] != of["c"]
    assert len({of[name] for name in "aef"}) == 3


def test_emoji_and_other_scripts() -> None:
    titles = ["😀", "😀", "🎉", "שולחן עץ אלון", "שולחן עץ אלון", "مصباح مكتب", "书桌灯", "Oak \u202etable"]
    result = run(frame({"id": [str(row) for row in range(8)], "title": titles}))
    of = entities(result)
    assert of["0"] == of["1"] != of["2"]
    assert of["3"] == of["4"]
    assert len(set(of.values())) == 6
    assert result.records["title"].to_list() == titles


def test_columns_named_like_ours() -> None:
    data = frame(
        {"id": list("ab"), "entity_id": ["x", "y"], "title": ["Oak table", "Oak  TABLE"], "confidence": ["?", ""]}
    )
    result = run(data)
    assert result.records.select(data.columns).equals(data)
    assert result.added == ("matchkit_entity_id", "family_id", "matchkit_confidence", "needs_review")
    assert any("entity_id" in note for note in result.run["notes"])


@pytest.mark.parametrize("others", [0, 100])
def test_other_sizes_in_titles_are_other_items(others: int) -> None:
    titles = [
        "Kestrel trail shoe, UK 8",
        "Kestrel trail shoe, UK 9",
        "Kestrel trail shoe UK 8",
        "KESTREL trail shoe UK 9",
    ]
    shoes = pl.DataFrame({"id": ["8", "9", "8b", "9b"], "title": titles, "price": ["59.00"] * 4})
    of = entities(run(pl.concat([products(others).select("id", "title", "price"), shoes])))
    assert not {of["8"], of["8b"]} & {of["9"], of["9b"]}


def test_other_sizes_in_a_column_are_other_items() -> None:
    sizes = ["UK 8", "UK 9", "uk 8", None]
    shoes = frame({"id": ["8", "9", "8b", "none"], "title": ["Kestrel trail shoe"] * 4, "size": sizes})
    of = entities(run(pl.concat([products(40).select("id", "title", size=pl.lit(None)).cast(pl.String), shoes])))
    assert of["8"] != of["9"]
    assert of["8"] == of["8b"]


def test_different_valid_article_numbers_are_different_items() -> None:
    numbers = ["4006381333931", "5000112637922", "04006381333931", None, "4006381333930"]
    pens = pl.DataFrame({"id": list("abcde"), "title": ["Lumo pen"] * 5, "ean": numbers})
    others = products(30).select("id", "title", ean=pl.lit(None, dtype=pl.String))
    for data in (pens, pl.concat([others, pens])):
        result = run(data)
        of = entities(result)
        assert of["a"] != of["b"]
        differing = result.pairs.filter(pl.col("differs_in") != "")
        assert set(differing["differs_in"]) <= {"ean"}
        assert differing["p_exact"].sum() == 0
    assert of["a"] == of["c"]


def test_the_users_columns_come_back_untouched() -> None:
    data = with_copies().with_columns(
        note=pl.lit("=1+1"), stock=pl.int_range(pl.len()), weight=pl.lit(0.5), tags=pl.lit(["a", "b"])
    )
    data = data.select(["stock", *[name for name in data.columns if name != "stock"]])
    before = data.clone()
    result = run(data, id="id")
    assert result.records.columns == [*data.columns, "entity_id", "family_id", "confidence", "needs_review"]
    assert_frame_equal(result.records.select(data.columns), before)
    assert_frame_equal(data, before)


def test_pandas_and_arrow_tables_are_accepted() -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    data = with_copies()
    for table in (data.to_pandas(), data.to_arrow()):
        assert entities(run(table)) == entities(copies())


@pytest.mark.parametrize("kind", ["mixture", "ecm"])
def test_both_classifiers_keep_the_promises(kind: str) -> None:
    result = copies() if kind == "mixture" else run(with_copies(), classifier=kind)
    of = entities(result)
    assert all(of[name] == of[name[1:]] for name in of if name.startswith("s"))
    assert all(of[name] != of[name[1:]] for name in of if name.startswith("b"))
    assert result.run["classifier"]["kind"] == kind


def test_what_to_prefer() -> None:
    counts = [merged(run(with_copies(), prefer=prefer)) for prefer in (0.0, 1.0)]
    counts.insert(1, merged(copies()))
    assert counts == sorted(counts, reverse=True)
    assert counts[2] >= 5


def test_columns_of_other_types_do_no_harm() -> None:
    data = products(20).with_columns(
        pl.col("maker").cast(pl.Categorical),
        pl.col("price").cast(pl.Decimal(10, 2)),
        since=pl.date(2020, 1, 1) + pl.duration(days=pl.int_range(20)),
        lasts=pl.duration(minutes=pl.int_range(20)),
        flag=pl.int_range(20) % 2 == 0,
        blob=pl.col("id").cast(pl.Binary),
        parts=pl.struct("id", "title"),
        empty=pl.lit(None),
    )
    result = run(data)
    assert result.records.height == 20
    assert result.records.select(data.columns).equals(data)


def test_the_run_is_counted_and_explained() -> None:
    result = copies()
    counts = result.run["counts"]
    assert counts["rows"] == 105
    assert counts["distinct_records"] == 100
    assert counts["candidate_pairs"] <= counts["compared_pairs"]
    assert counts["written_pairs"] == result.pairs.height
    assert set(result.run["seconds"]) == {
        "reading",
        "blocking",
        "learning words",
        "comparing",
        "classifying",
        "grouping",
    }
    roles = {column["name"]: column["kind"] or column["role"] for column in result.run["columns"]}
    assert roles == {"id": "id", "title": "title", "maker": "brand", "price": "price"}


def test_block_alone() -> None:
    truth = pl.DataFrame(
        [(f"p{row:03}", f"cp{row:03}") for row in range(20)], schema=["left_id", "right_id"], orient="row"
    )
    found = matchkit.block(with_copies(), truth=truth)
    report, pairs = found.report, found.candidates
    assert pairs.columns == ["left_id", "right_id", "similarity"]
    assert report["rows"] == 105
    assert report["distinct_records"] == 100
    assert report["candidate_pairs"] == pairs.height
    assert report["true_matches"] == 20
    assert report["pair_completeness"] == 1
    assert report["pairs_quality"] == pytest.approx(20 / pairs.height)
    unordered = {frozenset(pair) for pair in pairs.select("left_id", "right_id").iter_rows()}
    assert len(unordered) == pairs.height
    assert {frozenset({f"p{row:03}", f"sp{row:03}"}) for row in range(55, 60)} <= unordered


def test_a_header_cell_may_be_empty() -> None:
    data = pl.DataFrame({"id": ["1", "2", "3"], "": ["a", "c", "d"], "name": ["b", "d", "e"]})
    assert run(data).records.columns[:3] == ["id", "", "name"]


def test_settings_that_are_no_config_are_refused() -> None:
    with pytest.raises(matchkit.ConfigError, match="not a matchkit"):
        matchkit.dedupe(products(3), {"prefer": 0.2})  # type: ignore[arg-type]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(matchkit.ConfigError, match="'xml'"):
        run(products(3)).write(tmp_path / "out", format="xml")  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()
