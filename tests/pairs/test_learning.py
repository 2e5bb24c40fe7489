"""Values learnt from small made-up catalogues: what is taken out of titles, and above all what is not."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import polars as pl
import pytest

from pairs.knowledge import Sought
from pairs.learning import OPTION, Learnt, learn_values
from pairs.variation import read_values
from pairs.vocabulary import READERS
from pairs.vocabulary.color import STAND_IN

THINGS = ("Mug", "Tall Vase", "Oak Bowl", "Pwllheli Jug", "Trail Cup", "Garden Pot")
COLORS = ("Black", "Red", "Navy", "Zinnia", "Quillwort", "Green")
INVENTED = ["quillwort", "zinnia"]


def sought(*names: str) -> list[Sought]:
    return [Sought(name, READERS[name]) for name in names]


def learn(titles: Sequence[str | None], *names: str, group: Sequence[int] | None = None) -> Learnt:
    groups = np.array(group if group is not None else [0] * len(titles), dtype=np.int64)
    found = learn_values(pl.Series("title", titles, dtype=pl.String), groups, sought(*(names or ("color", "size"))))
    assert len(found.texts) == found.values.height == len(titles)
    assert found.values.columns == [*(names or ("color", "size")), OPTION]
    assert list(found.words) == list(names or ("color", "size"))
    return found


def made(pattern: str, *parts: Sequence[str]) -> list[str]:
    return [pattern.format(*chosen) for chosen in product(*parts)]


def bases(found: Learnt, *names: str) -> list[str]:
    """What is left when the readers have read what the word lists know."""
    readers = [reader for name in names or ("color", "size") for reader in READERS[name]]
    return read_values(found.texts, readers)["base"].to_list()


@dataclass(frozen=True)
class Part:
    """What was learnt of one of several catalogues that were learnt from at once, as groups."""

    titles: list[str]
    texts: list[str]
    bases: list[str]
    values: list[tuple[str | None, ...]]


def learn_groups(groups: Mapping[str, list[str]], *names: str) -> tuple[Mapping[str, Part], Learnt]:
    """Learning takes most of its time to get ready; titles of other groups are not compared."""
    titles = [title for part in groups.values() for title in part]
    found = learn(titles, *names, group=[number for number, part in enumerate(groups.values()) for _ in part])
    left, values, parts, start = bases(found, *names), found.values.rows(), {}, 0
    for name, part in groups.items():
        rows = slice(start, start := start + len(part))
        parts[name] = Part(part, found.texts[rows].to_list(), left[rows], values[rows])
    return parts, found


PATTERNS = ("{} - {}", "{}, {}", "{} {}", "{} ({})", "{} | {}", "{} / {}", "{1} {0}")
TWO = list(product(THINGS[:4], COLORS, ("S", "M", "XL")))
OPTIONS = (THINGS[:3], ("Large", "Small"), ("Red", "Black", "Navy"), ("With Tray", "Without Tray"))
FEW = [parts for place, parts in enumerate(TWO) if place * 7 % 10 < 4]


@cache
def invented() -> tuple[Mapping[str, Part], Learnt]:
    return learn_groups(
        {pattern: made(pattern, THINGS, COLORS) for pattern in PATTERNS}
        | {
            "two": ["{} - {} / {}".format(*parts) for parts in TWO],
            "few": ["{} - {} / {}".format(*parts) for parts in FEW],
            "options": made("{} - {} / {} / {}", *OPTIONS),
            "edition": made("{} - {} / Limited Edition", THINGS, COLORS),
        }
    )


def test_only_the_invented_colours_are_new() -> None:
    _, found = invented()
    assert {name: sorted(words) for name, words in found.words.items()} == {"color": INVENTED, "size": []}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_invented_colours_are_learnt_beside_known_ones(pattern: str) -> None:
    parts, _ = invented()
    chosen = list(product(THINGS, COLORS))
    assert parts[pattern].bases == [thing for thing, _ in chosen]
    for (_, word), text, (color, size, option) in zip(chosen, parts[pattern].texts, parts[pattern].values, strict=True):
        # Known words may be left to the reader of titles; where a colour was, a mark stands.
        assert (color == word.lower() and STAND_IN in text) or (word.lower() not in INVENTED and word in text)
        assert (size, option) == (None, None)


@pytest.mark.parametrize(("name", "chosen"), [("two", TWO), ("few", FEW)])
def test_two_attributes_at_once(name: str, chosen: list[tuple[str, str, str]]) -> None:
    parts, _ = invented()
    assert parts[name].values == [(color.lower(), size.lower(), None) for _, color, size in chosen]
    assert parts[name].bases == [thing for thing, *_ in chosen]


def test_options_of_no_known_attribute_stand_beside_values() -> None:
    parts, letters = invented()[0]["options"], {"Large": "l", "Small": "s"}
    chosen = list(product(*OPTIONS))
    assert parts.bases == [thing for thing, *_ in chosen]
    assert parts.values == [(color.lower(), letters[size], option.lower()) for _, size, color, option in chosen]


def test_a_slot_that_never_changes_is_no_option() -> None:
    part = invented()[0]["edition"]
    assert {option for *_, option in part.values} == {None}
    assert all(base.endswith("Limited Edition") for base in part.bases)


MAKERS = ("Arden", "Corvo", "Lumo")
TURNS = {
    "{} Jersey {} {}": ("Home", "Away", "Third"),
    "{} tee {} {}": ("v-neck", "crew-neck"),
    "{} Brick {} {}": ("2 x 4", "2 x 3", "1 x 2"),
    "{} drill {} {}": ("D6456-90", "D6457-12", "X11"),
    "{} Leash {} {}": ("with Clip", ""),
    "{} phone {} {}": ("12", "13", "13 Pro"),
}


@cache
def turns() -> tuple[Mapping[str, Part], Learnt]:
    return learn_groups({pattern: made(pattern, MAKERS, words, COLORS) for pattern, words in TURNS.items()}, "color")


@pytest.mark.parametrize("pattern", list(TURNS))
def test_what_takes_turns_without_being_a_value_stays(pattern: str) -> None:
    parts, found = turns()
    assert {name: sorted(words) for name, words in found.words.items()} == {"color": INVENTED}
    chosen = product(MAKERS, TURNS[pattern], COLORS)
    assert parts[pattern].bases == [" ".join(pattern.format(maker, turn, "").split()) for maker, turn, _ in chosen]


def test_nothing_is_learnt_out_of_nothing() -> None:
    unknown = ("Sallow", "Umbrel", "Zinnia", "Quillwort")
    catalogues = {
        "slots": made("{} - {}", THINGS, unknown),
        "ends": made("{} {}", THINGS, unknown),
        "things": made("{} {}", MAKERS, ("kettle", "lamp", "table", "chair")),
        "seasons": made("{} season {}", THINGS, ("1", "2", "3")),
        "flavours": made("{} - {}", THINGS, ("Vanilla", "Strawberry", "Lemon", "Raspberry")),
        "packs": made("{} - {}", THINGS, ("6-pack", "12-pack", "24-pack")),
        "Arabic": made("{} - {}", ("كوب", "مصباح كبير", "وعاء"), ("أسود", "أحمر", "زعفراني")),
    }
    parts, found = learn_groups(catalogues)
    assert found.words == {"color": [], "size": []}
    for part in parts.values():
        assert part.texts == part.titles
        assert set(part.values) == {(None, None, None)}


LANGUAGES = {
    "Lithuanian": (("Puodelis", "Didelė vaza", "Dubuo"), ("Black", "Red", "Blue"), ("Juoda", "Gintarinė", "Žydra")),
    "Arabic": (("كوب", "مصباح كبير", "وعاء", "طاولة"), ("Black", "Red", "Blue"), ("أسود", "زعفراني", "فيروزي")),
    "Spanish": (("Taza", "Jarra", "Cuenco"), ("Negro", "Rojo", "Azul"), ("Berzal", "Cirolla")),
    "Chinese": (("杯子", "花瓶", "碗"), ("Black", "Red", "Blue"), ("朱红", "靛青")),
}


@cache
def languages() -> tuple[Mapping[str, Part], Learnt]:
    return learn_groups(
        {name: made("{} - {}", things, (*known, *new)) for name, (things, known, new) in LANGUAGES.items()}
    )


@pytest.mark.parametrize("name", list(LANGUAGES))
def test_other_languages_and_scripts(name: str) -> None:
    parts, found = languages()
    things, known, unknown = LANGUAGES[name]
    assert parts[name].bases == [thing for thing in things for _ in (*known, *unknown)]
    colors = [color for color, *_ in parts[name].values]
    words = [word.lower() for word in unknown]
    assert colors == [*colors[: len(known)], *words] * len(things)
    assert len(set(colors)) == len(known) + len(unknown)
    assert set(words) <= set(found.words["color"])


def test_values_of_a_column_are_found_in_titles() -> None:
    titles = made("{} - {}", THINGS[:2], ("Sallow", "Umbrel"))
    cells = pl.Series(["sallow", "UMBREL", None], dtype=pl.String)
    group = np.zeros(len(titles), dtype=np.int64)
    found = learn_values(pl.Series(titles), group, [Sought("finish", (), cells)])
    assert found.values["finish"].to_list() == ["sallow", "umbrel"] * 2
    assert found.texts.to_list() == ["Mug", "Mug", "Tall Vase", "Tall Vase"]
    assert found.words == {"finish": []}


HOSTILE: list[str | None] = [
    "Black", "S", "Red Red", "Black / S", "- Navy", "(Zinnia)", "Zinnia", None, "", " - ", "😀", "😀 - Red",
    "\x00 Red", "x" * 3_000, "red " * 200, "Mug -", "Mug - ", "Mug - | / ()", "Mug - Red\n- Black", "=Mug - Red", "ˇ",
]  # fmt: skip


def test_hostile_titles_among_others() -> None:
    plain = made("{} - {}", THINGS, COLORS)
    found = learn([*plain, *HOSTILE])
    assert found.texts.head(len(plain)).to_list() == list(invented()[0]["{} - {}"].texts)
    for title, text in zip(HOSTILE, found.texts.tail(len(HOSTILE)), strict=True):
        assert (text is None) == (title is None)
        words = any(sign.isalnum() for sign in title or "")
        assert not words or any(sign.isalnum() for sign in (text or "").replace(STAND_IN, ""))


def test_a_title_never_becomes_empty() -> None:
    """Though both its words are usually values where they stand."""
    sizes = ("S", "M", "L")
    bare = made("{} / {}", INVENTED, sizes)
    found = learn([*made("{1} {0} / {2}", THINGS[:4], COLORS, sizes), *bare, *COLORS])
    assert found.words["color"] == INVENTED
    for text in found.texts:
        assert any(sign.isalnum() for sign in text.replace(STAND_IN, "")), text
    assert found.values["color"].null_count() < len(found.texts)


@pytest.mark.parametrize("titles", [[], [None, None], ["", " - "], ["Mug"], [None, "Mug - Red"]])
def test_too_little_to_learn_from(titles: list[str | None]) -> None:
    found = learn(titles)
    assert found.texts.to_list() == titles
    assert found.words == {"color": [], "size": []}
    assert found.values.rows() == [(None, None, None)] * len(titles)


def test_without_anything_to_ignore_titles_stay() -> None:
    titles = pl.Series(["Mug - Red", "Mug - Black", None])
    found = learn_values(titles, np.zeros(3, dtype=np.int64), [])
    assert found.texts.equals(titles)
    assert found.values.columns == [OPTION]
    assert found.words == {}


def test_titles_of_different_groups_have_nothing_to_do_with_each_other() -> None:
    titles = made("{} - {}", THINGS, COLORS)
    alone = learn(titles, group=range(len(titles)))
    assert alone.texts.to_list() == titles
    assert alone.words == {"color": [], "size": []}


def test_the_order_of_the_rows_does_not_matter() -> None:
    titles: list[str | None] = [
        *made("{} - {} / {}", THINGS[:3], COLORS, ("S", "M")),
        *made("{} Jersey {} {}", ("Arden", "Corvo"), ("Home", "Away"), COLORS),
        *HOSTILE,
    ]
    order = list(range(len(titles)))
    random.Random(1).shuffle(order)
    first, second = learn(titles), learn([titles[row] for row in order])
    assert second.texts.to_list() == first.texts.gather(order).to_list()
    assert second.values.equals(first.values[order])
    assert second.words == first.words


def test_the_same_rows_again_change_nothing() -> None:
    titles = made("{} - {}", THINGS, COLORS)
    assert learn(titles * 3).texts.to_list() == list(invented()[0]["{} - {}"].texts) * 3


def test_who_listens_hears_how_far_it_is_and_changes_nothing() -> None:
    titles = pl.Series(made("{} - {} / {}", THINGS, COLORS, ("S", "M", "L")))
    group = np.zeros(len(titles), dtype=np.int64)
    heard: list[tuple[str, int, int]] = []
    found = learn_values(titles, group, sought("color", "size"), told=lambda *step: heard.append(step))
    parts = [part for place, (part, _, _) in enumerate(heard) if not place or heard[place - 1][0] != part]
    assert parts[:2] == ["spans", "pass 1"]
    assert parts[-1] == "taken"
    assert parts == sorted(set(parts), key=["spans", "pass 1", "pass 2", "pass 3", "taken"].index)
    first = [done / total for part, done, total in heard if part == "pass 1"]
    assert first == sorted(first)
    assert first[-1] == 1.0
    assert len(first) > 10
    alone = learn_values(titles, group, sought("color", "size"))
    assert alone.texts.equals(found.texts)
    assert alone.values.equals(found.values)


def test_the_number_of_threads_changes_nothing() -> None:
    titles = pl.Series(made("{} - {} / {}", THINGS, COLORS, ("S", "M", "L")))
    group = np.zeros(len(titles), dtype=np.int64)
    one, three = (learn_values(titles, group, sought("color", "size"), threads=threads) for threads in (1, 3))
    assert one.texts.equals(three.texts)
    assert one.values.equals(three.values)
    assert one.words == three.words
