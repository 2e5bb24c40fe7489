"""The sentence-transformers encoder: meaning and other languages, beside the lexical vector."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from blocking.errors import BlockingError

BATCH_TEXTS = 64


@dataclass(frozen=True, slots=True)
class SentenceEncoder:
    """A sentence-transformers model as an encoder."""

    name: str
    dims: int
    _model: Any

    @classmethod
    def load(cls, name_or_path: str) -> SentenceEncoder:
        """Load a model from a local folder, or by its name from the local cache or the Hugging Face hub.

        Raises
        ------
        BlockingError
            If sentence-transformers is not installed, or there is no such model.
        """
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise BlockingError(
                f"The encoder sentence-transformers:{name_or_path} needs a package that is not installed: "
                f"run pip install 'entity-matchkit[neural]' ({error})."
            ) from error
        try:
            with _quiet():
                model = SentenceTransformer(name_or_path)
        except (OSError, ValueError, RuntimeError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise BlockingError(
                f"The sentence-transformers model {name_or_path!r} cannot be loaded ({reason}): "
                "give the name of a model on the Hugging Face hub or a local folder."
            ) from error
        return cls(name_or_path, _dimension(model), model)

    def encode(self, texts: pl.Series) -> NDArray[np.float32]:
        """Return (n, dims) rows of unit length; all zero where a text is null or blank."""
        texts = texts.cast(pl.String).fill_null("").str.strip_chars()
        vectors = np.zeros((len(texts), self.dims), dtype=np.float32)
        filled = np.flatnonzero((texts != "").to_numpy())
        if len(filled):
            vectors[filled] = self._model.encode(
                texts.gather(filled).to_list(),
                batch_size=BATCH_TEXTS,
                show_progress_bar=False,
                convert_to_numpy=True,
                normalize_embeddings=True,
            )
        return vectors


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the bar for reading weights from a terminal that shows a progress of its own."""
    logging = import_module("transformers.utils.logging")
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _dimension(model: Any) -> int:
    # Renamed in version 5.2; the old name warns in later ones.
    measure = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
    return int(measure())
