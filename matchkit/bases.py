"""Base records: records that are the same when the ignored attributes are taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from blocking import CandidateReport, make_candidates
from blocking.fields import dims_for
from matchkit import memory
from matchkit.candidates import counted
from matchkit.config import Config
from pairs.attributes import Role
from pairs.familyview import FamilyView
from pairs.variation import conflict

Rows = NDArray[np.int64]

# Groups up to this size are compared all with all; searching neighbours would take longer.
_ALL_PAIRS = 40
# Of how many sibling pairs one base record may tell.
_SIBLINGS = 500


@dataclass(frozen=True, slots=True)
class Bases:
    """Base records.

    Attributes
    ----------
    record
        (bases,) the first record of each.
    base_of
        (records,) the base record of each record.
    group
        (bases,) base records of different groups are never compared.
    """

    record: Rows
    base_of: Rows
    group: Rows

    @classmethod
    def of(cls, family: FamilyView, group: Rows) -> Bases:
        """Fold records that agree in every text, category and set that is not ignored; numbers may differ.

        Records without any value are like no other record.
        """
        named = {a.name: a.role for a in family.view.attributes}
        texts = [name for name, role in named.items() if role not in (Role.NUMBER, Role.DATE, Role.IDENTIFIER)]
        frame = pl.DataFrame([*(family.view.records[name] for name in texts), pl.Series("\x1fgroup", group)])
        frame = pl.concat([frame, family.parting.rename(lambda name: f"\x1f{name}")], how="horizontal")
        # A shop and a price do not make a product: without a name no two records are one.
        texts = texts if names_products(family) else []
        empty = pl.all_horizontal(pl.col(texts).is_null()) if texts else pl.lit(True)
        frame = frame.with_row_index("\x1frow").with_columns(pl.when(empty).then(pl.col("\x1frow")).alias("\x1falone"))
        keys = [name for name in frame.columns if name != "\x1frow"]
        first = frame.select(pl.col("\x1frow").min().over(keys)).to_series().to_numpy().astype(np.int64)
        record, base_of = np.unique(first, return_inverse=True)
        return cls(record, base_of.astype(np.int64), group[record])

    def __len__(self) -> int:
        return len(self.record)

    def siblings(self) -> tuple[Rows, Rows]:
        """Pairs of records of one base record: examples of what members of a family have in common."""
        order = np.argsort(self.base_of, kind="stable")
        size = np.bincount(self.base_of)
        left, right = [], []
        for step in range(1, int(size.max(initial=1))):
            pair = np.flatnonzero(self.base_of[order[step:]] == self.base_of[order[:-step]])
            # Large families would outvote all others.
            pair = pair[size[self.base_of[order[pair]]] * step <= _SIBLINGS]
            if not len(pair):
                break
            left.append(order[pair])
            right.append(order[pair + step])
        if not left:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        a, b = np.concatenate(left), np.concatenate(right)
        return np.minimum(a, b), np.maximum(a, b)


def base_candidates(
    bases: Bases, family: FamilyView, title: str | None, config: Config, advance: Callable[[int], None]
) -> tuple[pl.DataFrame, list[CandidateReport]]:
    """Candidate pairs of base records, inside their groups.

    Returns
    -------
    candidates
        ``left, right`` in numbers of base records, left < right, sorted.
    reports
        How those of each large group were found.
    """
    if not names_products(family):
        return pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64}), []
    texts = family.view.records.select(pl.selectors.string())
    memory.check(len(bases), dims_for(len(bases)), config.neighbours, texts=texts.width, threads=config.threads)
    texts = texts[pl.Series(bases.record)] if texts.width else texts
    order = np.argsort(bases.group, kind="stable")
    bounds = np.flatnonzero(np.diff(bases.group[order])) + 1
    parts, reports = [], []
    for members in np.split(order, bounds):
        if len(members) <= _ALL_PAIRS or not texts.width:
            left, right = np.triu_indices(min(len(members), _ALL_PAIRS), k=1)
            found = pl.DataFrame({"left": left, "right": right})
            advance(len(members))
        else:
            part = texts[pl.Series(members)]
            keys = {title: part[title]} if title is not None else {}
            candidates, report = make_candidates(
                part,
                title,
                part.columns,
                keys,
                neighbours=config.neighbours,
                encoder=config.encoder,
                seed=config.seed,
                threads=config.threads,
                progress=counted(advance, len(members)),
            )
            found = candidates.select("left", "right")
            reports.append(report)
        left, right = (members[found[side].to_numpy()] for side in ("left", "right"))
        parts.append(pl.DataFrame({"left": np.minimum(left, right), "right": np.maximum(left, right)}))
    pairs = pl.concat(parts) if parts else pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64})
    return pairs.sort("left", "right"), reports


def names_products(family: FamilyView) -> bool:
    """Whether anything says what a record is: a text or an identifier."""
    return any(a.role in (Role.TEXT, Role.IDENTIFIER) for a in family.view.attributes)


def parted(family: FamilyView, left: Rows, right: Rows) -> NDArray[np.bool_]:
    """Which pairs of records state different values of an attribute that is not ignored."""
    apart = np.zeros(len(left), dtype=np.bool_)
    for name in family.parting.columns:
        stated = family.parting[name]
        apart |= np.nan_to_num(conflict(stated.gather(left), stated.gather(right))) >= 1
    return apart
