"""Titles as words and spans against a naive twin, a title at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pairs.phrases import BAR, COMMA, DASH, EDGE, FREE, GLUE, LISTED, SLOT, SPACE, Phrases

GAPS = {
    " ": SPACE,
    "  ": SPACE,
    " & ": SPACE,
    ": ": SPACE,
    "-": GLUE,
    "/": GLUE,
    ", ": COMMA,
    " - ": DASH,
    " – ": DASH,
    " / ": BAR,
    " | ": BAR,
    " (": BAR,
    ") ": BAR,
    "] [": BAR,
    "; ": BAR,
}
WORDS = ["Mug", "mug", "Red", "RED", "red", "2", "40", "x", "D6456-90", "$25", "Crème", "L'eau", "9.5", "100%"]


@dataclass(frozen=True)
class Title:
    """What a title is made of: the gap before each word, the words, and the gap behind the last."""

    words: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(gap + word for gap, word in zip(self.gaps, (*self.words, ""), strict=True))

    def before(self, place: int) -> int:
        return EDGE if place in (0, len(self.words)) else GAPS[self.gaps[place]]

    def spans(self) -> Iterator[tuple[int, int, int]]:
        """Begin, end and standing of every span, by the definitions in the docstrings."""
        count = len(self.words)
        if count > 30:
            return
        for begin, end in combinations(range(count + 1), 2):
            inner = [self.before(place) for place in range(begin + 1, end)]
            if end - begin == count or any(kind >= COMMA for kind in inner):
                continue
            edges = self.before(begin), self.before(end)
            if end - begin > 4 and min(edges) < COMMA:
                continue
            kind = min(edges) if begin else SPACE
            yield begin, end, SLOT if kind >= BAR else LISTED if kind >= COMMA else FREE
        dashes = [place for place in range(1, count) if self.before(place) == DASH]
        if dashes:
            inside = self.gaps[dashes[-1] + 1 : count]
            parted = any(GAPS[gap] >= COMMA for gap in inside)
            if parted and not any(set(gap) & set("/|,;") for gap in inside):
                yield dashes[-1], count, SLOT


@st.composite
def titles(draw: st.DrawFn, words: list[str] = WORDS, most: int = 7) -> Title:
    chosen = tuple(draw(st.lists(st.sampled_from(words), max_size=most)))
    if not chosen:
        return Title((), (draw(st.sampled_from(["", " ", " - ", "()"])),))
    between = []
    for left, right in pairwise(chosen):
        gap = draw(st.sampled_from(list(GAPS)))
        # Numbers on both sides of a hyphen are one word.
        numbers = any(sign.isdigit() for sign in left) and any(sign.isdigit() for sign in right)
        between.append(" " if gap == "-" and numbers else gap)
    ends = [draw(st.sampled_from(["", " ", "(", "- "])), draw(st.sampled_from(["", " ", ")", " -"]))]
    return Title(chosen, (ends[0], *between, ends[1]))


def phrases(made: list[Title], group: list[int] | None = None) -> Phrases:
    texts = pl.Series("title", [title.text for title in made], dtype=pl.String)
    return Phrases.of(texts, np.array(group if group is not None else [0] * len(made), dtype=np.int64))


@settings(max_examples=100, deadline=None)
@given(st.lists(titles(), max_size=5))
def test_words_gaps_and_places_are_those_the_titles_were_made_of(made: list[Title]) -> None:
    found = phrases(made)
    assert found.words.to_list() == [word for title in made for word in title.words]
    assert found.gaps.to_list() == [gap for title in made for gap in title.gaps]
    assert found.counts.tolist() == [len(title.words) for title in made]
    assert len(found) == sum(len(title.words) for title in made)
    places = [(row, place) for row, title in enumerate(made) for place in range(len(title.words))]
    assert list(zip(found.title.tolist(), found.place.tolist(), strict=True)) == places
    assert found.before.tolist() == [made[row].before(place) for row, place in places]
    assert found.after.tolist() == [made[row].before(place + 1) for row, place in places]
    folded = [word.lower() for word in found.words]
    for a, b in combinations(range(len(folded)), 2):
        assert (found.number[a] == found.number[b]) == (folded[a] == folded[b])


@settings(max_examples=100, deadline=None)
@given(st.lists(titles(), max_size=5))
def test_spans_are_what_a_loop_finds(made: list[Title]) -> None:
    found = phrases(made)
    spans = found.spans()
    expected = Counter(
        (begin + found.starts[row], end + found.starts[row], kind)
        for row, title in enumerate(made)
        for begin, end, kind in title.spans()
    )
    assert Counter(zip(spans.begin.tolist(), spans.end.tolist(), spans.slot.tolist(), strict=True)) == expected
    assert len(spans) == expected.total()
    chosen = np.arange(len(spans)) % 3 == 1
    some = spans.only(chosen)
    assert some.begin.tolist() == spans.begin[chosen].tolist()
    assert some.end.tolist() == spans.end[chosen].tolist()
    assert some.slot.tolist() == spans.slot[chosen].tolist()


@settings(max_examples=100, deadline=None)
@given(st.lists(titles(), max_size=5))
def test_the_last_dash(made: list[Title]) -> None:
    found = phrases(made)
    expected = []
    for row, title in enumerate(made):
        behind = [place for place in range(1, len(title.words)) if title.before(place) == DASH]
        expected.append(behind[-1] + found.starts[row] if behind else -1)
    assert found.last_dash().tolist() == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(titles(), min_size=1, max_size=4))
def test_spans_have_the_same_key_where_their_words_are_the_same(made: list[Title]) -> None:
    found = phrases(made)
    spans = found.spans()
    keys = found.keys(spans.begin, spans.end).tolist()
    words = [
        tuple(found.words[int(b) : int(e)].str.to_lowercase()) for b, e in zip(spans.begin, spans.end, strict=True)
    ]
    assert len(set(keys)) == len(set(words)) == len(set(zip(keys, words, strict=True)))


@settings(max_examples=60, deadline=None)
@given(st.lists(titles(), min_size=1, max_size=4))
def test_texts_are_the_spans_as_written(made: list[Title]) -> None:
    found = phrases(made)
    spans = found.spans()
    expected = []
    for begin, end in zip(spans.begin, spans.end, strict=True):
        row = int(found.title[begin])
        first, last = int(begin - found.starts[row]), int(end - found.starts[row])
        gaps = ("", *made[row].gaps[first + 1 : last])
        expected.append("".join(gap + word for gap, word in zip(gaps, made[row].words[first:last], strict=True)))
    assert found.texts(spans.begin, spans.end).to_list() == expected


FEW = ["Mug", "mug", "Red", "red", "2"]


@st.composite
def known(draw: st.DrawFn) -> tuple[list[Title], list[int], list[int]]:
    """Titles, their groups, and the attribute of which each word is known to be a value."""
    made = draw(st.lists(titles(FEW, 4), min_size=1, max_size=4))
    group = draw(st.lists(st.integers(0, 1), min_size=len(made), max_size=len(made)))
    count = sum(len(title.words) for title in made)
    return made, group, draw(st.lists(st.sampled_from([-1, -1, 0, 1]), min_size=count, max_size=count))


def opens(taken: list[int], place: int) -> bool:
    """Whether a value begins at a word, of the words of one title."""
    return taken[place] >= 0 and (place == 0 or taken[place - 1] != taken[place])


@settings(max_examples=150, deadline=None)
@given(known())
def test_contexts_are_the_same_where_the_rest_of_the_title_is(drawn: tuple[list[Title], list[int], list[int]]) -> None:
    made, group, flat = drawn
    found = phrases(made, group)
    spans = found.spans()
    context, left = found.contexts(spans, np.array(flat, dtype=np.int64))
    naive = []
    for begin, end in zip(spans.begin, spans.end, strict=True):
        row = int(found.title[begin])
        start = int(found.starts[row])
        words, taken = made[row].words, flat[start : start + len(made[row].words)]
        first, last = int(begin) - start, int(end) - start
        head = [words[place].lower() for place in range(first) if taken[place] < 0]
        rest = [words[place].lower() for place in range(last, len(words)) if taken[place] < 0]
        outside = [place for place in range(len(words)) if not first <= place < last and opens(taken, place)]
        beside = tuple(sorted(Counter(taken[place] for place in outside).items()))
        naive.append((tuple(head), tuple(rest), beside, group[row]))
    assert left.tolist() == [len(head) + len(rest) for head, rest, _, _ in naive]
    assert len(set(context.tolist())) == len(set(naive)) == len(set(zip(context.tolist(), naive, strict=True)))


@settings(max_examples=100, deadline=None)
@given(known(), st.sampled_from([{}, {0: "zz"}, {0: "zz", 1: ""}]))
def test_titles_without_values_keep_all_gaps(
    drawn: tuple[list[Title], list[int], list[int]], stand_ins: dict[int, str]
) -> None:
    made, group, flat = drawn
    found = phrases(made, group)
    expected = []
    for row, title in enumerate(made):
        taken = flat[found.starts[row] : found.starts[row + 1]]
        kept = [
            word if taken[place] < 0 else stand_ins.get(taken[place], "") if opens(taken, place) else ""
            for place, word in enumerate(title.words)
        ]
        expected.append(Title(tuple(kept), title.gaps).text)
    assert found.without(np.array(flat, dtype=np.int64), stand_ins).to_list() == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=25)), max_size=5))
@example(["Mug\x00Red \x00 - Blue", None, "\x00"])
def test_any_text_survives_being_split(texts: list[str | None]) -> None:
    found = Phrases.of(pl.Series(texts, dtype=pl.String), np.zeros(len(texts), dtype=np.int64))
    back = found.without(np.full(len(found), -1, dtype=np.int64), {})
    assert back.to_list() == [(text or "").replace("\x00", " ") for text in texts]
    assert found.counts.sum() == len(found.words) == len(found)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("D6456-90 2024-25 16-18", ["D6456-90", "2024-25", "16-18"]),
        ("v-neck Trans-Clear", ["v", "neck", "Trans", "Clear"]),
        ("Short-29-Yellow", ["Short", "29", "Yellow"]),
        ("1,5 L €25 50% C++ Men's don’t", ["1,5", "L", "€25", "50%", "C+", "Men's", "don’t"]),
        ("مصباح أحمر", ["مصباح", "أحمر"]),
        ("Žalia kėdė", ["Žalia", "kėdė"]),
        ("a\u0301b 书桌灯", ["a\u0301b", "书桌灯"]),
        ("😀 – !", []),
    ],
)
def test_what_counts_as_a_word(title: str, words: list[str]) -> None:
    assert Phrases.of(pl.Series([title]), np.zeros(1, dtype=np.int64)).words.to_list() == words


def test_long_titles_have_no_spans_and_long_segments_are_taken_whole() -> None:
    long = Title(tuple(f"w{place}" for place in range(31)), ("", *[" "] * 30, ""))
    tail = Title(("Mug", *"abcdef"), ("", " - ", *[" "] * 5, ""))
    found = phrases([long, tail])
    spans = found.spans()
    assert set(found.title[spans.begin].tolist()) == {1}
    texts = found.texts(spans.begin, spans.end).to_list()
    assert "a b c d e f" in texts
    assert "a b c d e" not in texts


def test_nothing_at_all() -> None:
    for texts in ([], [None], ["", " - "]):
        found = Phrases.of(pl.Series(texts, dtype=pl.String), np.zeros(len(texts), dtype=np.int64))
        assert len(found) == len(found.spans()) == 0
        assert found.last_dash().tolist() == [-1] * len(texts)
        empty = np.empty(0, dtype=np.int64)
        assert found.contexts(found.spans(), empty)[0].tolist() == []
        assert found.texts(empty, empty).to_list() == []
