"""The stage that learns the words of all records before their pairs are compared."""

from __future__ import annotations

from matchkit.config import Config
from matchkit.cores import workers
from matchkit.costs import WORDS
from matchkit.progress import Parts, StageTimes
from matchkit.records import Records
from matchkit.schema import Schema
from pairs.features import Comparer
from pairs.view import base_view


def learn_words(records: Records, schema: Schema, config: Config, times: StageTimes) -> Comparer:
    """What compares the records: their values apart from what tells variants apart, and how rare each of them is."""
    with times.stage("learning words", len(records)) as advance:
        done = Parts(advance, len(records), WORDS)
        view = base_view(
            records.frame,
            schema.compared,
            normalised=records.normalised,
            threads=workers(config.threads),
            advance=done.of("titles", len(records)),
        )
        return Comparer.fit(view, done.of("attributes", len(view.attributes)))
