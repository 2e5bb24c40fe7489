"""Compared base records, from a small catalogue to its families."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
import pytest

from matchkit.baseevidence import BaseEvidence, numbers_differ
from matchkit.bases import Bases, base_candidates
from matchkit.config import Config
from matchkit.members import doubtful_pairs
from pairs.attributes import Attribute, Role
from pairs.familyview import FamilyView
from pairs.features import Comparer
from pairs.view import View

ATTRIBUTES = (
    Attribute("title", Role.TEXT, "title"),
    Attribute("maker", Role.CATEGORY, "brand"),
    Attribute("price", Role.NUMBER, "price"),
)
SHADES = ["red", "navy", "black"]
MAKERS = "arden|bexley|corvo|dunmore|eskdale|fyfield"
THINGS = "mug|tall vase|oak bowl|trail cup|garden pot|desk lamp"


def catalogue(extra: list[tuple[str, str, str, str]]) -> FamilyView:
    """Products in three colours, and more rows of title, maker, colour and size; all prices differ."""
    rows = [
        (f"{maker} {thing}", maker, shade, "")
        for maker, thing, shade in product(MAKERS.split("|"), THINGS.split("|"), SHADES)
    ]
    frame = pl.DataFrame(rows + extra, schema=["title", "maker", "color", "size"], orient="row")
    prices = pl.Series("price", [5.0 + row * 7 % 40 for row in range(frame.height)])
    view = View(frame.select("title", "maker", prices), ATTRIBUTES, frame.select("color"))
    return FamilyView(
        frame["title"], view, frame.select(pl.col("size").replace("", None)), frame["color"], {}, ("title",)
    )


def compare(family: FamilyView, threads: int = 0) -> tuple[BaseEvidence, Bases]:
    rows = family.view.records.height
    bases = Bases.of(family, np.zeros(rows, dtype=np.int64))
    config, done = Config(threads=threads), list[int]()
    candidates, _ = base_candidates(bases, family, "title", config, lambda count: None)
    comparer = Comparer.fit(family.view)
    ones = np.ones(rows, dtype=np.int64)
    found = BaseEvidence.of(comparer, family, bases, candidates, ones, "title", config, done.append)
    assert sum(done) == len(found.pairs) == candidates.height
    return found, bases


EXTRA = [
    *[("arden brick 2 x 4", "arden", shade, "") for shade in SHADES],
    *[("arden brick 2 x 3", "arden", shade, "") for shade in ("white", "green")],
    *[("lumo rain coat", "lumo", shade, "s") for shade in ("red", "blue")],
    *[("lumo rain coat", "lumo", shade, "m") for shade in ("navy", "white")],
    *[("kestrel hiking boot waterproof", "kestrel", shade, "") for shade in ("red", "blue")],
    *[("kestrel hiking boot, water-proof", "kestrel", shade, "") for shade in ("navy", "white")],
]


@pytest.fixture(scope="module")
def found() -> tuple[BaseEvidence, Bases, FamilyView]:
    family = catalogue(EXTRA)
    return *compare(family), family


def test_pairs_are_those_of_the_first_records(found: tuple[BaseEvidence, Bases, FamilyView]) -> None:
    evidence, bases, family = found
    assert set(evidence.pairs.left.tolist()) | set(evidence.pairs.right.tolist()) <= set(bases.record.tolist())
    assert (bases.base_of[evidence.siblings.left] == bases.base_of[evidence.siblings.right]).all()
    titles = family.view.records["title"]
    assert all(
        titles[int(a)] == titles[int(b)] for a, b in zip(evidence.siblings.left, evidence.siblings.right, strict=True)
    )


def test_other_numbers_and_other_sizes_are_other_products(found: tuple[BaseEvidence, Bases, FamilyView]) -> None:
    evidence, _, family = found
    titles = family.view.records["title"]
    apart = {
        frozenset((titles[int(a)], titles[int(b)]))
        for a, b, is_apart in zip(evidence.pairs.left, evidence.pairs.right, evidence.apart, strict=True)
        if is_apart
    }
    assert frozenset({"arden brick 2 x 4", "arden brick 2 x 3"}) in apart
    assert frozenset({"lumo rain coat"}) in apart
    assert frozenset({"kestrel hiking boot waterproof", "kestrel hiking boot, water-proof"}) not in apart
    assert not numbers_differ(evidence.pairs, None).any()
    odds = evidence.log_odds(evidence.fit("title"))
    assert (np.isneginf(odds) >= evidence.apart).all()


def test_families_hold_whole_bases_and_nothing_apart(found: tuple[BaseEvidence, Bases, FamilyView]) -> None:
    evidence, bases, family = found
    odds = evidence.log_odds(evidence.fit("title"))
    grouped = evidence.families(bases, odds, 0.5)
    assert len(grouped) == family.view.records.height
    assert (grouped[grouped] == grouped).all()
    assert (grouped <= np.arange(len(grouped))).all()
    assert (grouped == grouped[bases.record[bases.base_of]]).all()
    of: dict[str, set[int]] = {}
    for title, size, name in zip(family.base, family.parting["size"], grouped.tolist(), strict=True):
        of.setdefault(f"{title} {size or ''}".strip(), set()).add(name)
    assert all(len(names) == 1 for names in of.values())
    assert of["arden brick 2 x 4"] != of["arden brick 2 x 3"]
    assert of["lumo rain coat s"] != of["lumo rain coat m"]
    assert of["arden mug"] != of["bexley mug"]
    assert of["arden mug"] != of["arden tall vase"]
    # These products share their colours like any two: here another title is another product.
    assert of["kestrel hiking boot waterproof"] != of["kestrel hiking boot, water-proof"]


def test_pairs_in_doubt_are_of_different_families(found: tuple[BaseEvidence, Bases, FamilyView]) -> None:
    evidence, bases, _ = found
    odds = np.full(len(evidence.pairs), -9.0)
    odds[:3] = [0.0, 4.0, -1.0]
    alone = np.arange(len(bases.base_of))
    left, right = doubtful_pairs(evidence.pairs, odds, alone)
    assert list(zip(left, right, strict=True)) == list(
        zip(evidence.pairs.left[:3], evidence.pairs.right[:3], strict=True)
    )
    left, right = doubtful_pairs(evidence.pairs, odds, np.zeros(len(alone), dtype=np.int64))
    assert len(left) == len(right) == 0


def test_the_number_of_threads_does_not_matter() -> None:
    family = catalogue(EXTRA)
    odds = []
    for threads in (1, 2):
        evidence, _ = compare(family, threads)
        odds.append(evidence.log_odds(evidence.fit("title")))
    np.testing.assert_array_equal(odds[0], odds[1])
