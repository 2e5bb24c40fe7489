"""A trained model in the place of what ``variants`` learns of families from the catalogue itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchkit.candidates import find_candidates
from matchkit.config import Config
from matchkit.errors import ModelError
from matchkit.evidence import Evidence
from matchkit.progress import StageTimes
from matchkit.records import Records
from matchkit.schema import Schema
from matchkit.trained.model import Model
from matchkit.trained.pairjudge import PairJudge
from pairs.normalise import normalise

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FamilyJudge:
    """Says how likely records are of one product, as :class:`matchkit.familyfit.FamilyModel` does."""

    judge: PairJudge

    @classmethod
    def of(
        cls, model: Model, records: Records, schema: Schema, pairs: Evidence, sources: Sequence[str], config: Config
    ) -> FamilyJudge:
        """A judge of the records of a catalogue; ``pairs`` are those to be judged first.

        Raises
        ------
        ModelError
            The model knows no variants, or the values cannot be what it takes them for.
        """
        if model.family is None:
            raise ModelError(
                "the model knows no variants, for there were none among its labels; "
                "train it on pairs of which some are labelled 'variant'"
            )
        # The model compares what is ignored, too: it has learnt what that means.
        records = replace(records, normalised=normalise(records.frame, schema.compared))
        given = pl.DataFrame({"left": pairs.left, "right": pairs.right})
        candidates, _ = find_candidates(records, schema, config, StageTimes(None), given)
        return cls(PairJudge.of(model, records, schema.compared, candidates, sources, config.threads))

    def log_odds(self, evidence: Evidence, apart: NDArray[np.bool_]) -> Floats:
        """(pairs,) log odds that they are of one product; ``-inf`` where they are known not to be."""
        found: Floats = np.where(apart, -np.inf, self.judge(evidence).family)
        return found
