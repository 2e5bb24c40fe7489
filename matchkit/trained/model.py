"""A trained model: what it compares, its boosters, and how well it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matchkit.classify import Verdict, and_also
from matchkit.odds import probability
from matchkit.pairnames import DIFFERENT, EXACT, LABELS, VARIANT
from matchkit.trained.head import Head
from pairs.attributes import Attribute

if TYPE_CHECKING:
    from matchkit.progress import Progress
    from matchkit.reading import Source
    from matchkit.trained.explained import ModelExplanation

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """A column that a model compares.

    Attributes
    ----------
    attribute
        Its name in the left table, or the only one, and its role.
    right
        Its name in the right table; None for one table.
    """

    attribute: Attribute
    right: str | None = None

    @property
    def role(self) -> str:
        """``role`` or ``role:kind``, as in the settings."""
        return f"{self.attribute.role}:{self.attribute.kind}" if self.attribute.kind else str(self.attribute.role)


@dataclass(frozen=True, slots=True)
class Model:
    """What :func:`matchkit.train` learnt from labelled pairs.

    Attributes
    ----------
    columns
        What is compared.
    two_tables
        Whether it was trained on pairs between two tables.
    features, groups
        What the boosters read, in order, and for each what it is about: an attribute, the record, the context.
    neighbours, encoder, seed
        The settings that the candidates around a pair depend on.
    exact
        Answers whether two records are the same item; where there is `family`, whether they are so if they are the
        same product.
    family
        Answers whether they are the same product; None where the labels knew no variants.
    fingerprint
        Of the pairs, labels, columns and numbers of rows that it was trained on, in hexadecimal.
    training
        Numbers of pairs and records.
    metrics
        How well pairs were judged that had not been seen, for each of the questions.
    notes
        What the user should know about how it was trained.
    version
        The version of matchkit that trained it.
    """

    columns: tuple[ComparedColumn, ...]
    two_tables: bool
    features: tuple[str, ...]
    groups: tuple[str, ...]
    neighbours: int
    encoder: str
    seed: int
    exact: Head
    family: Head | None
    fingerprint: str
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    version: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """What it tells apart."""
        return LABELS if self.family is not None else (EXACT, DIFFERENT)

    def verdict(self, features: Floats, *, threads: int = 0) -> Verdict:
        """Calibrated log odds that pairs are the same product, and the same item.

        Parameters
        ----------
        features
            (pairs, features) in the order of `features`, nan where unknown.
        """
        exact = self.exact.log_odds(features, threads=threads)
        if self.family is None:
            return Verdict(exact, exact)
        family = self.family.log_odds(features, threads=threads)
        both = and_also(family, -np.logaddexp(0.0, -exact))
        return Verdict(family, np.minimum(both, family))

    def shifted(self, verdict: Verdict) -> Verdict:
        """The same log odds with the thresholds of the model at 0, where those of a run are."""
        exact = verdict.exact - self.exact.cut
        if self.family is None:
            return Verdict(exact, exact)
        return Verdict(np.maximum(verdict.family - self.family.cut, exact), exact)

    def label(self, verdict: Verdict) -> list[str]:
        """The label of each pair: what its probabilities reach the threshold of."""
        same = probability(verdict.exact) >= self.exact.threshold
        found = np.where(same, EXACT, DIFFERENT)
        if self.family is not None:
            related = probability(verdict.family) >= self.family.threshold
            found = np.where(~same & related, VARIANT, found)
        listed: list[str] = found.tolist()
        return listed

    def save(self, folder: str | Path, *, force: bool = False) -> list[Path]:
        """Write ``model.json`` and the boosters into a folder, all of them or none.

        Raises
        ------
        OutputError
            The folder cannot be used, or holds files and `force` is not set.
        """
        from matchkit.trained.modelfolder import save_model

        return save_model(self, folder, force=force)

    @classmethod
    def load(cls, folder: str | Path) -> Model:
        """Read what :meth:`save` wrote.

        Raises
        ------
        ModelError
            The folder is missing or damaged, or the model is of another version of matchkit.
        """
        from matchkit.trained.modelfolder import load_model

        return load_model(folder)

    def explain(
        self,
        left_id: str,
        right_id: str,
        left: Source,
        right: Source | None = None,
        *,
        progress: Progress | None = None,
    ) -> ModelExplanation:
        """Say what speaks for and against two rows being a match, group of features by group.

        Parameters
        ----------
        left_id, right_id
            The ids of the rows.
        left, right
            The tables, as for :func:`matchkit.predict`.

        Raises
        ------
        CatalogueError
            A table cannot be read or has no such row.
        ModelError
            The tables have other columns than the model.
        """
        from matchkit.trained.explained import explain_pair

        return explain_pair(self, (left_id, right_id), left, right, progress=progress)


def arranged(names: Sequence[str], values: Floats, wanted: Sequence[str]) -> Floats:
    """Columns of `values` called `names` in the order `wanted`; nan for those that are not there.

    Which measures there are depends on the values: the words of a column that never has more than one, say, are not
    measured.
    """
    if tuple(names) == tuple(wanted):
        return values
    place = {name: number for number, name in enumerate(names)}
    found = np.full((len(values), len(wanted)), np.nan, dtype=np.float32)
    known = [(target, place[name]) for target, name in enumerate(wanted) if name in place]
    if known:
        targets, sources = map(list, zip(*known, strict=True))
        found[:, targets] = values[:, sources]
    return found
