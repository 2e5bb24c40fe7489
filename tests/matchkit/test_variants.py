"""Variation families of small made-up catalogues, from the frame to the result."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import product
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from matchkit import Config, Result, variants

MAKERS = "Arden|Bexley|Corvo|Dunmore|Eskdale|Fyfield"
THINGS = "trail shoe|oak bowl|coffee mug|desk lamp|rain coat|yoga mat"
COLORS = ("Black", "Red", "Navy", "Zinnia", "Green")
SIZES = ("S", "M", "L")
TABLE = ["family_id", "title", "size", "rows", "varies_by", "variant_color", "variant_size"]
Key = tuple[str, str, str]


def gtin(number: int) -> str:
    """A valid article number of thirteen digits."""
    digits = f"{400638000000 + number:012}"
    total = sum(int(digit) * (1 if place % 2 == 0 else 3) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def frame(columns: dict[str, list[Any]]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def made() -> tuple[pl.DataFrame, dict[str, str], dict[str, Key]]:
    """A catalogue, and for each id its product and its item.

    Three quarters of all colours and sizes of 18 products; some items twice, and some rows letter by letter the same.
    """
    rows: list[tuple[str, str, str, str | None]] = []
    keys: list[Key] = []
    for i, maker in enumerate(MAKERS.split("|")):
        for j, thing in enumerate(THINGS.split("|")):
            for k, (color, size) in enumerate(product(COLORS, SIZES)):
                if (i + j) % 2 or (i * 3 + j * 5 + k * 7) % 4 == 0:
                    continue
                keys.append((f"{maker} {thing}", color, size))
                rows.append((f"{maker} {thing} - {color} / {size}", maker, f"{10 + i * 3 + j * 7}.50", gtin(len(keys))))
    for place in range(0, len(rows), 20):
        title, maker, _, number = rows[place]
        rows.append((title, maker, "9.99", number))
        keys.append(keys[place])
    for place in range(5, len(rows), 40):
        rows.append(rows[place])
        keys.append(keys[place])
    for number in (gtin(9_001), gtin(9_002), None):  # one colour and size under two article numbers
        rows.append(("Arden trail shoe - Zinnia / XL", "Arden", "10.50", number))
        keys.append(("Arden trail shoe", "Zinnia", f"XL {number}"))
    ids = [f"p{row:03}" for row in range(len(rows))]
    data = pl.DataFrame(rows, schema=dict.fromkeys(["title", "maker", "price", "ean"], pl.String), orient="row")
    data = data.insert_column(0, pl.Series("id", ids))
    products = {name: key[0] for name, key in zip(ids, keys, strict=True)}
    return data, products, dict(zip(ids, keys, strict=True))


@cache
def result() -> Result:
    found = variants(made()[0])
    check(found)
    return found


def families_of(found: Result) -> pl.DataFrame:
    assert found.families is not None
    return found.families


def of(found: Result, column: str) -> dict[str, Any]:
    return dict(zip(found.records["id"].to_list(), found.records[column].to_list(), strict=True))


def groups(names: dict[str, Any]) -> set[frozenset[str]]:
    members = defaultdict(set)
    for name, group in names.items():
        members[group].add(name)
    return {frozenset(group) for group in members.values()}


def check(found: Result) -> None:
    """What holds for any result."""
    records, pairs, families = found.records, found.pairs, families_of(found)
    assert records.group_by("entity_id").agg(pl.col("family_id").n_unique())["family_id"].max() == 1
    for kind in ("entity_id", "family_id"):
        smallest = records.group_by(kind).agg(pl.col("id").min())
        assert (smallest[kind] == smallest["id"]).all()
    assert records["confidence"].is_between(0, 1).all()
    assert pairs["p_exact"].is_between(0, 1).all()
    assert (pairs["p_variant"] >= 0).all()
    assert (pairs["p_exact"] + pairs["p_variant"] <= 1 + 1e-9).all()
    assert (pairs["reason"] != "").all()
    entity, family = of(found, "entity_id"), of(found, "family_id")
    seen = set()
    for left, right, label in pairs.select("left_id", "right_id", "label").iter_rows():
        seen.add(frozenset((left, right)))
        same = entity[left] == entity[right], family[left] == family[right]
        assert label == ("exact_duplicate" if same[0] else "variant" if same[1] else "different")
    assert len(seen) == pairs.height
    told = [name for name in records.columns if name.startswith("variant_")]
    several = {}
    for members in records.partition_by("family_id"):
        if members["entity_id"].n_unique() > 1:
            several[members["family_id"][0]] = members
    assert families["family_id"].to_list() == sorted(several)
    for row in families.iter_rows(named=True):
        members = several[row["family_id"]]
        assert row["size"] == members["entity_id"].n_unique()
        assert row["rows"] == members.height
        assert row["varies_by"] == ",".join(
            name.removeprefix("variant_") for name in told if members[name].drop_nulls().n_unique() > 1
        )
        for name in told:
            assert set((row[name] or "").split(" | ")) - {""} == set(members[name].drop_nulls())
        assert row["probability"] is None or 0 <= row["probability"] <= 1


def test_families_and_items_are_those_the_catalogue_was_made_of() -> None:
    _, products, items = made()
    assert groups(of(result(), "family_id")) == groups(products)
    without = {name: item for name, item in items.items() if not item[2].startswith("XL")}
    assert groups({name: of(result(), "entity_id")[name] for name in without}) == groups(without)


def test_the_values_are_understood_and_the_rows_untouched() -> None:
    data, _, items = made()
    assert result().records.columns == [
        *data.columns, "entity_id", "family_id", "variant_color", "variant_size", "confidence", "needs_review",
    ]  # fmt: skip
    assert_frame_equal(result().records.select(data.columns), data)
    color, size = of(result(), "variant_color"), of(result(), "variant_size")
    assert color == {name: item[1].lower() for name, item in items.items()}
    assert size == {name: item[2].split()[0].lower() for name, item in items.items()}


def test_the_table_of_families() -> None:
    table = families_of(result())
    assert table.columns == [*TABLE, "weakest_link", "probability", "needs_review"]
    row = table.filter(pl.col("family_id") == "p000").select(TABLE).row(0, named=True)
    assert row["title"] == "Arden trail shoe"
    assert row["varies_by"] == "color,size"
    assert row["variant_color"].split(" | ") == sorted(color.lower() for color in COLORS)
    assert row["variant_size"] == "s | m | l | xl"
    assert table.height == 18


def test_what_is_there_twice_is_a_duplicate_and_all_else_a_variant() -> None:
    _, products, items = made()
    pairs = result().pairs
    assert set(pairs["label"]) == {"exact_duplicate", "variant"}
    exact = pairs.filter(pl.col("label") == "exact_duplicate")
    assert all(items[a][:2] == items[b][:2] for a, b in exact.select("left_id", "right_id").iter_rows())
    assert all(products[a] == products[b] for a, b in pairs.select("left_id", "right_id").iter_rows())
    assert (exact["differs_in"] == "").all()
    assert (exact["p_exact"] > exact["p_variant"]).all()
    # The row without an article number could be either of the two that have one.
    (unsure,) = (name for name, item in items.items() if item[2] == "XL None")
    other = pairs.filter(
        (pl.col("label") == "variant") & (pl.col("left_id") != unsure) & (pl.col("right_id") != unsure)
    )
    assert (other["differs_in"] != "").all()
    assert other["p_exact"].max() == 0
    assert of(result(), "needs_review")[unsure]


def told(left: str, right: str) -> dict[str, Any]:
    return result().pairs.filter((pl.col("left_id") == left) & (pl.col("right_id") == right)).row(0, named=True)


def test_a_pair_says_in_what_it_differs() -> None:
    _, _, items = made()
    first = {item: name for name, item in reversed(items.items()) if item[0] == "Arden trail shoe"}
    names = sorted(name for item, name in first.items() if "XL" not in item[2])
    for right in names[1:]:
        (_, color, size), (_, other, large) = items[names[0]], items[right]
        expected = [name for name, a, b in (("color", color, other), ("size", size, large)) if a != b]
        pair = told(names[0], right)
        assert pair["differs_in"] == ",".join(expected)
        parts = {"color": f"color ({color} / {other})".lower(), "size": f"size ({size} / {large})".lower()}
        assert pair["reason"].endswith("differs in " + " and ".join(parts[name] for name in expected))
        assert "same title, maker" in pair["reason"]
    assert {told(names[0], right)["differs_in"] for right in names[1:]} >= {"color", "size", "color,size"}


def test_article_numbers_separate_items_but_not_families() -> None:
    _, _, items = made()
    one, two, none = (name for name, item in items.items() if item[2].startswith("XL"))
    entity, family = of(result(), "entity_id"), of(result(), "family_id")
    assert len({entity[one], entity[two], entity[none]}) == 3
    assert {family[one], family[two], family[none]} == {"p000"}
    assert told(one, two)["differs_in"] == "ean"
    assert told(one, two)["label"] == "variant"


def test_the_run_says_what_was_ignored_and_learnt() -> None:
    run = result().run
    assert run["counts"]["rows"] == made()[0].height
    assert [(one["name"], one["columns"], one["read_from_titles"]) for one in run["ignored"]] == [
        ("color", [], True),
        ("size", [], True),
    ]
    assert {one["rows"] for one in run["ignored"]} == {run["counts"]["distinct_records"]}
    assert run["learnt"] == {"color": ["zinnia"], "size": []}
    assert run["warnings"] == []
    assert run["counts"]["base_records"] == 18
    assert set(run["seconds"]) == {
        "reading", "learning values", "blocking", "comparing", "grouping", "telling items apart",
    }  # fmt: skip


def test_neither_the_order_of_the_rows_nor_the_threads_matter() -> None:
    shuffled = variants(made()[0].sample(fraction=1.0, shuffle=True, seed=1), Config(threads=1))
    check(shuffled)
    assert_frame_equal(shuffled.records.sort("id"), result().records.sort("id"))
    assert_frame_equal(families_of(shuffled), families_of(result()))
    columns = ["label", "p_exact", "p_variant", "differs_in"]

    def unordered(found: Result) -> dict[frozenset[str], tuple[object, ...]]:
        rows = found.pairs.select("left_id", "right_id", *columns).iter_rows()
        return {frozenset(row[:2]): row[2:] for row in rows}

    assert unordered(shuffled) == unordered(result())
    again = variants(made()[0], Config(threads=2))
    assert_frame_equal(again.records, result().records)
    assert_frame_equal(again.pairs, result().pairs)
    assert again.run["learnt"] == shuffled.run["learnt"] == result().run["learnt"]


def test_what_is_not_ignored_is_identity() -> None:
    data, _, items = made()
    found = variants(data, Config(ignore=("colour",)))
    check(found)
    plain = {name: (item[0], item[2].split()[0]) for name, item in items.items()}
    assert groups(of(found, "family_id")) == groups(plain)
    assert "variant_size" not in found.records.columns


def test_never_across_the_values_of_a_column() -> None:
    data, products, _ = made()
    shops = {name: ("north", "south", None)[place % 3] for place, name in enumerate(products)}
    data = data.with_columns(shop=pl.Series(list(shops.values())))
    found = variants(data, Config(within="shop"))
    check(found)
    # Rows without a shop are compared with none.
    expected = {name: (shops[name], products[name] if shops[name] else name) for name in products}
    assert groups(of(found, "family_id")) == groups(expected)
    assert all(shops[a] == shops[b] for a, b in found.pairs.select("left_id", "right_id").iter_rows())
