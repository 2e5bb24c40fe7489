"""A trained model in the place of the classifier that needs no labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.classify import Verdict
from matchkit.evidence import Evidence
from matchkit.records import Records
from matchkit.trained.fit import check_values
from matchkit.trained.model import Model
from matchkit.trained.pairfeatures import PairFeatures
from matchkit.trained.predicting import verdict_on
from pairs.attributes import Attribute

Rows = NDArray[np.int64]


class PairJudge:
    """Judges compared pairs by a model; each pair is measured once, however often it is asked for.

    The log odds are those of the model with its thresholds at 0.
    """

    def __init__(self, model: Model, features: PairFeatures, threads: int = 0) -> None:
        self._model, self._features, self._threads = model, features, threads
        self._records = len(features.measures.filled)
        self._codes: Rows = np.zeros(0, dtype=np.int64)
        self._verdict = Verdict(np.zeros(0), np.zeros(0))

    @classmethod
    def of(
        cls,
        model: Model,
        records: Records,
        attributes: Sequence[Attribute],
        candidates: pl.DataFrame,
        sources: Sequence[str],
        threads: int = 0,
    ) -> PairJudge:
        """A judge of the pairs of some records.

        Raises
        ------
        ModelError
            The values cannot be what the model takes them for.
        """
        check_values(model, records, sources)
        features = PairFeatures.fit(records.normalised, attributes, candidates, model.two_tables)
        return cls(model, features, threads)

    def __call__(self, evidence: Evidence) -> Verdict:
        codes = evidence.left * self._records + evidence.right
        fresh = np.setdiff1d(codes, self._codes)
        if len(fresh):
            self._learn(fresh)
        place = np.searchsorted(self._codes, codes)
        return Verdict(self._verdict.family[place], self._verdict.exact[place])

    def _learn(self, codes: Rows) -> None:
        left, right = codes // self._records, codes % self._records
        features = (
            self._features if np.isin(codes, self._features.codes).all() else self._features.extended(left, right)
        )
        found = self._model.shifted(verdict_on(self._model, features, left, right, threads=self._threads))
        every = np.concatenate([self._codes, codes])
        order = np.argsort(every)
        family, exact = (
            np.concatenate([old, new])[order]
            for old, new in ((self._verdict.family, found.family), (self._verdict.exact, found.exact))
        )
        self._codes, self._verdict = every[order], Verdict(family, exact)
