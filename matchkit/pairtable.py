"""Pairs in words, which take far more memory than the numbers behind them: made a batch at a time, when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from matchkit.batches import in_order, parts
from matchkit.cores import workers
from matchkit.memory import SENTENCES_EACH, batch

#: Pairs put into words at a time.
AT_ONCE = 50_000


@dataclass(slots=True)
class PairTable:
    """A table of pairs that is not in memory until somebody looks at all of it.

    Attributes
    ----------
    height
        Number of pairs.
    make
        What puts some of them, by place, into words.
    threads
        How many batches are made at a time; 0 for one a core.
    """

    height: int
    make: Callable[[slice], pl.DataFrame]
    threads: int = 0
    _frame: pl.DataFrame | None = field(default=None, repr=False)

    @classmethod
    def of(cls, frame: pl.DataFrame) -> PairTable:
        """A table that is in memory already."""
        return cls(frame.height, lambda part: frame[part], _frame=frame)

    @property
    def frame(self) -> pl.DataFrame:
        """All pairs, kept from now on."""
        if self._frame is None:
            self._frame = pl.concat(list(self.batches()))
        return self._frame

    def batches(self, advance: Callable[[int], None] | None = None) -> Iterator[pl.DataFrame]:
        """The pairs in order, at most so many at a time; one empty batch where there are none.

        ``advance`` hears how many more pairs the caller is done with.
        """
        places = parts(self.height, batch(AT_ONCE, SENTENCES_EACH, workers(self.threads)))
        whole = self._frame
        made = in_order(self.make, places, self.threads) if whole is None else (whole[part] for part in places)
        for some in made:
            yield some
            if advance is not None:
                advance(some.height)

    def write_parquet(self, path: Path, advance: Callable[[int], None] | None = None) -> None:
        """Write all pairs batch by batch; ``advance`` as for :meth:`batches`."""
        from polars.io.plugins import register_io_source

        def source(
            columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, size: int | None
        ) -> Iterator[pl.DataFrame]:
            # Nothing is selected or left out of what is written.
            yield from self.batches(advance)

        register_io_source(source, schema=self.make(slice(0, 0)).schema).sink_parquet(path)
