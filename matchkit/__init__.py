"""Find duplicates and variation families in a catalogue, and link two tables, from the command line or from Python.

>>> import matchkit
>>> result = matchkit.dedupe("catalog.csv")          # doctest: +SKIP
>>> result.records, result.pairs                     # doctest: +SKIP
>>> result.write("out/")                             # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from matchkit.errors import CatalogueError, ConfigError, MatchkitError, ModelError, OutputError
from matchkit.shadowing import check_siblings as _check_siblings

if TYPE_CHECKING:
    from matchkit.catalogue import Catalogue
    from matchkit.config import Config
    from matchkit.evaluating import evaluate
    from matchkit.evaluation import Evaluation
    from matchkit.explaining import explain
    from matchkit.explanation import Explanation
    from matchkit.linkresult import LinkResult
    from matchkit.pipeline import BlockResult, block, dedupe, link, variants
    from matchkit.results import Result
    from matchkit.trained.explained import ModelExplanation
    from matchkit.trained.model import Model
    from matchkit.trained.predicting import predict
    from matchkit.trained.training import train

__version__ = "0.1.0"

__all__ = [
    "BlockResult",
    "Catalogue",
    "CatalogueError",
    "Config",
    "ConfigError",
    "Evaluation",
    "Explanation",
    "LinkResult",
    "MatchkitError",
    "Model",
    "ModelError",
    "ModelExplanation",
    "OutputError",
    "Result",
    "__version__",
    "block",
    "dedupe",
    "evaluate",
    "explain",
    "link",
    "predict",
    "train",
    "variants",
]

# Loaded when first used, so that `matchkit --help` does not wait for polars and faiss.
_HOMES = {
    "BlockResult": "matchkit.pipeline",
    "Catalogue": "matchkit.catalogue",
    "Config": "matchkit.config",
    "Evaluation": "matchkit.evaluation",
    "Explanation": "matchkit.explanation",
    "LinkResult": "matchkit.linkresult",
    "Model": "matchkit.trained.model",
    "ModelExplanation": "matchkit.trained.explained",
    "Result": "matchkit.results",
    "block": "matchkit.pipeline",
    "dedupe": "matchkit.pipeline",
    "evaluate": "matchkit.evaluating",
    "explain": "matchkit.explaining",
    "link": "matchkit.pipeline",
    "predict": "matchkit.trained.predicting",
    "train": "matchkit.trained.training",
    "variants": "matchkit.pipeline",
}

_check_siblings()


if not TYPE_CHECKING:  # or else type checkers would take any name for a public one

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module 'matchkit' has no attribute '{name}'")
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value


def __dir__() -> list[str]:
    return __all__
