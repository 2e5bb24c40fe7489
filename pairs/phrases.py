"""Titles as words: the spans that may hold a value, and what is left of a title around each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

#: What stands between two words, from a space to a dash; from `COMMA` on it parts a title into segments.
SPACE, GLUE, COMMA, BAR, DASH, EDGE = range(6)
#: How a span stands in its title: among other words, alone behind a comma, alone between stronger separators.
FREE, LISTED, SLOT = range(3)

_PIECE = r"[\p{L}\p{M}\p{N}]"
_NUMBER = r"\p{L}*\p{N}[\p{L}\p{N}]*"
# Parts that each have a digit are one word: D6456-90, 2024-25, 16-18.
_WORD = rf"[$€£]?(?:{_NUMBER}(?:[-.,]{_NUMBER})+|{_PIECE}+(?:['’.]{_PIECE}+)*)[+%]?"
_LONGEST_TITLE = 30
_LONGEST_SPAN = 4

_U = np.uint64
_BASE = _U(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Spans:
    """Runs of words: from word `begin` to before word `end` (counted over all titles), how each stands, and a hash of
    its words."""

    begin: Ints
    end: Ints
    slot: NDArray[np.int8]
    key: Hashes

    def only(self, chosen: NDArray[np.bool_]) -> Spans:
        """Some of the spans."""
        return Spans(self.begin[chosen], self.end[chosen], self.slot[chosen], self.key[chosen])

    def __len__(self) -> int:
        return len(self.begin)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words of all titles, one after the other.

    Attributes
    ----------
    words
        (w,) as written.
    number
        (w,) words that differ in case only have the same number.
    title, place
        (w,) the title of each word, and its place there.
    starts
        (n + 1,) where each title's words begin.
    gaps
        What stands before each word and behind the last one, title by title: a title of k words has k + 1.
    before, after
        (w,) the kind of gap on both sides, `SPACE` to `EDGE`.
    group
        (n,) titles of different groups have nothing to do with each other.
    inverse, total
        Inverse powers of the base of the hashes, and (w + 1,) the running sum of the words' hashes.
    """

    words: pl.Series
    number: Ints
    title: Ints
    place: Ints
    starts: Ints
    gaps: pl.Series
    before: Ints
    after: Ints
    group: Ints
    inverse: Hashes
    total: Hashes

    @classmethod
    def of(cls, titles: pl.Series, group: Ints) -> Phrases:
        """Split titles into words; a missing title has none."""
        texts = titles.cast(pl.String).fill_null("").str.replace_all("\x00", " ", literal=True)
        lists = texts.str.extract_all(_WORD)
        gaps = texts.str.replace_all(_WORD, "\x00").str.split("\x00").explode()
        count = lists.list.len().to_numpy().astype(np.int64)
        words = lists.explode().drop_nulls().rename("word")
        starts = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        title = np.repeat(np.arange(len(count)), count)
        place = np.arange(len(title)) - starts[title]
        distinct = gaps.unique()
        kinds = [_gap_kind(gap) for gap in distinct.to_list()]
        kind = gaps.replace_strict(distinct, pl.Series(kinds, dtype=pl.Int64)).to_numpy()
        at = np.arange(len(title)) + title  # one gap more than words for each title before
        last = place == count[title] - 1
        empty = np.zeros(0, dtype=_U)
        found = cls(
            words=words,
            number=(words.str.to_lowercase().rank("dense").to_numpy().astype(np.int64) - 1),
            title=title,
            place=place,
            starts=starts,
            gaps=gaps,
            before=np.where(place == 0, EDGE, kind[at]),
            after=np.where(last, EDGE, kind[at + 1]),
            group=np.asarray(group, dtype=np.int64),
            inverse=_powers(_U(pow(int(_BASE), -1, 2**64)), int(count.max(initial=0)) + 1),
            total=empty,
        )
        return replace(found, total=found._sums(np.arange(len(found) + 1)))

    def __len__(self) -> int:
        return len(self.title)

    @property
    def counts(self) -> Ints:
        """(n,) words of each title."""
        return np.diff(self.starts)

    def spans(self) -> Spans:
        """Every span that may be a value: up to four words of one segment, whole segments, and dashed tails.

        Titles of more than thirty words are left out, for they are descriptions.
        """
        count = self.counts[self.title]
        usable = count <= _LONGEST_TITLE
        opens = self.before >= COMMA
        segment = np.cumsum(opens, dtype=np.int64)
        parts = []
        for length in range(1, _LONGEST_SPAN + 1):
            begin = np.arange(max(len(self) - length + 1, 0))
            one = usable[begin] & (segment[begin] == segment[begin + length - 1]) & (count[begin] > length)
            parts.append((begin[one], begin[one] + length))
        first = np.flatnonzero(opens)
        after = np.append(first[1:], len(self))[: len(first)]
        long = usable[first] & (after - first > _LONGEST_SPAN) & (count[first] > after - first)
        parts.append((first[long], after[long]))
        begin, end = (np.concatenate(side) for side in zip(*parts, strict=True))
        slot = self._slot(begin, end)
        tail_begin, tail_end = self._tails(segment, usable)
        begin, end = np.concatenate([begin, tail_begin]), np.concatenate([end, tail_end])
        slot = np.concatenate([slot, np.full(len(tail_begin), SLOT)]).astype(np.int8)
        return Spans(begin, end, slot, self.keys(begin, end))

    def last_dash(self) -> Ints:
        """(n,) the word behind the last dash of each title, -1 where there is none."""
        found = np.full(len(self.starts) - 1, -1, dtype=np.int64)
        dashed = np.flatnonzero((self.before == DASH) & (self.place > 0))
        np.maximum.at(found, self.title[dashed], dashed)
        return found

    def lasts(self, end: Ints, taken: Ints) -> NDArray[np.bool_]:
        """(spans,) whether a span that ends before word `end` is the last of its segment, taken words aside."""
        segment = np.cumsum(self.before >= COMMA)
        stop = np.searchsorted(segment, segment[end - 1], side="right")
        kept = np.concatenate([[0], np.cumsum(taken < 0)])
        last: NDArray[np.bool_] = kept[stop] == kept[end]
        return last

    def keys(self, begin: Ints, end: Ints) -> Hashes:
        """(spans,) a hash of the words of each span."""
        span = (self.total[end] - self.total[begin]) * self.inverse[self.place[begin]]
        return _mix(span + (end - begin).astype(_U))

    def contexts(self, spans: Spans, taken: Ints) -> tuple[Hashes, Ints]:
        """What is left of its title around each span.

        Parameters
        ----------
        spans
            The spans.
        taken
            (w,) the attribute whose value a word is known to be part of, or -1. Such words are passed over; only
            which attributes have a value outside the span remains part of the context.

        Returns
        -------
        context
            (spans,) a hash of the words before and behind, of the attributes taken, and of the group.
        left
            (spans,) how many words are left.
        """
        gone = taken >= 0
        kept = np.concatenate([[0], np.cumsum(~gone)])
        total = self._sums(kept)
        begin, end = spans.begin, spans.end
        title = self.title[begin]
        start, stop = self.starts[title], self.starts[title + 1]
        head = total[begin] - total[start]
        rest = (total[stop] - total[end]) * self.inverse[kept[end] - kept[start]]
        opening = self.openings(taken)
        kinds = np.concatenate(
            [np.zeros(1, _U), np.cumsum(np.where(opening, _mix((taken + 2).astype(_U)), _U(0)), dtype=_U)]
        )
        outside = (kinds[begin] - kinds[start]) + (kinds[stop] - kinds[end])
        context = head * _U(3) + _mix(rest * _U(7) + _U(1)) + _mix(outside + _U(5))
        left = (kept[begin] - kept[start]) + (kept[stop] - kept[end])
        return _mix(context + _mix(self.group[title].astype(_U) + _U(11))), left

    def texts(self, begin: Ints, end: Ints) -> pl.Series:
        """The spans as written."""
        length = end - begin
        span = np.repeat(np.arange(len(begin)), length)
        word = np.repeat(begin, length) + within(length)
        gap = pl.Series(np.where(within(length) > 0, word + self.title[word], -1))
        pieces = pl.DataFrame({"span": span, "word": self.words.gather(word), "gap": gap})
        pieces = pieces.with_columns(pl.Series("gap", self.gaps.gather(gap.set(gap < 0, 0))).set(gap < 0, ""))
        joined = pieces.group_by("span", maintain_order=True).agg((pl.col("gap") + pl.col("word")).str.join(""))
        return joined["gap"].rename("text")

    def openings(self, taken: Ints) -> NDArray[np.bool_]:
        """(w,) where a taken value begins."""
        opens: NDArray[np.bool_] = (taken >= 0) & ((np.append(-1, taken[:-1]) != taken) | (self.place == 0))
        return opens

    def without(self, taken: Ints, stand_ins: Mapping[int, str]) -> pl.Series:
        """(n,) the titles without the taken words; the gaps between words stay.

        ``stand_ins`` says what to write for a value of some attribute instead.
        """
        titles = len(self.starts) - 1
        gap_title = np.repeat(np.arange(titles), self.counts + 1)
        kept = pl.Series(self.words).set(pl.Series(taken >= 0), "")
        for attribute, word in stand_ins.items():
            kept = kept.set(pl.Series(self.openings(taken) & (taken == attribute)), word)
        at = np.arange(len(self)) + self.title
        pieces = pl.DataFrame({"title": gap_title, "gap": self.gaps})
        behind = pl.DataFrame({"at": at, "word": kept})
        pieces = pieces.with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
        pieces = pieces.join(behind, on="at", how="left", maintain_order="left")
        text = pl.col("gap") + pl.col("word").fill_null("")
        return pieces.group_by("title", maintain_order=True).agg(text.str.join(""))["gap"].rename("text")

    def _slot(self, begin: Ints, end: Ints) -> NDArray[np.int8]:
        inside = self.place[begin] > 0
        least = np.minimum(self.before[begin], self.after[end - 1])
        return np.where(inside & (least >= BAR), SLOT, np.where(inside & (least >= COMMA), LISTED, FREE)).astype(
            np.int8
        )

    def _tails(self, segment: Ints, usable: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Everything behind the last dash where brackets part it, but neither strokes nor commas list values."""
        begin = self.last_dash()
        title = np.flatnonzero(begin >= 0)
        begin, end = begin[title], self.starts[title + 1]
        listing = self.gaps.str.contains(r"[/|,;]").to_numpy()
        lists = np.concatenate([[0], np.cumsum(listing[np.arange(len(self)) + self.title])])
        good = (segment[begin] != segment[end - 1]) & (lists[end] == lists[begin + 1]) & usable[begin]
        return begin[good], end[good]

    def _sums(self, kept: Ints) -> Hashes:
        """(w + 1,) running sum of the hashes of the words that are left, each by its place among those of its title.

        ``kept`` is the running number of the words that are left.
        """
        place = kept[:-1] - kept[self.starts[self.title]]
        term = _mix((self.number + 1).astype(_U)) * _powers(_BASE, len(self.inverse))[place]
        return np.concatenate([np.zeros(1, _U), np.cumsum(np.where(np.diff(kept) > 0, term, _U(0)), dtype=_U)])


def _gap_kind(gap: str) -> int:
    sign = gap.strip()
    if not sign:
        return SPACE
    spaced = sign != gap
    if set(sign) <= set("-–—"):
        return DASH if spaced else GLUE
    if set(sign) & set("|([{)]};"):
        return BAR
    if "," in sign:
        return COMMA
    if "/" in sign:
        return BAR if spaced else GLUE
    if set(sign) & set("-–—"):
        return DASH if spaced else GLUE
    return SPACE


def _powers(base: np.uint64, count: int) -> Hashes:
    return np.cumprod(np.concatenate([np.ones(1, _U), np.full(count, base)]), dtype=_U)


def _mix(x: Hashes) -> Hashes:
    """Scatter the bits of a hash (the finaliser of splitmix64; Steele, Lea and Flood 2014)."""
    x = (x ^ (x >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> _U(27))) * _U(0x94D049BB133111EB)
    return x ^ (x >> _U(31))


def within(length: Ints) -> Ints:
    """0, 1 ... for each length, one after the other."""
    return np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
