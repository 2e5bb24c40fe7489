"""Boosters by way of XGBoost's C library, for its Python package takes seconds to import."""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_NAMES = {"linux": "libxgboost.so", "darwin": "libxgboost.dylib"}
# Log odds of all trees, missing values being nan.
_MARGIN = {
    "type": 1,
    "training": False,
    "iteration_begin": 0,
    "iteration_end": 0,
    "strict_shape": False,
    "cache_id": 0,
    "missing": float("nan"),
}


class Booster(Protocol):
    """What is needed of a booster to score with it, as `xgboost.Booster` has it."""

    def set_param(self, params: dict[str, Any]) -> None:
        """Change settings, such as ``nthread``."""

    def num_features(self) -> int:
        """How many features it was trained on."""

    def inplace_predict(self, data: Floats, *, predict_type: str = "value") -> Any:
        """Score rows of features."""


def load_booster(raw: bytes) -> Booster:
    """A booster from what XGBoost saved.

    XGBoost's Python package imports scikit-learn, pandas and much of SciPy, none of which scoring needs. So the C
    library that is in it is asked, by its documented interface, where the package is not imported yet and the
    library is where wheels have it; else the package. Both give the same scores, for the package asks the library.
    """
    library = None if "xgboost" in sys.modules else _library()
    if library is not None:
        return NativeBooster(library, raw)
    import xgboost

    booster = xgboost.Booster()
    booster.load_model(bytearray(raw))
    loaded: Booster = booster
    return loaded


class NativeBooster:
    """A booster that only scores; scoring is safe on several threads, `set_param` is not."""

    def __init__(self, library: ctypes.CDLL, raw: bytes) -> None:
        self._library = library
        self._handle = ctypes.c_void_p()
        self._call("XGBoosterCreate", None, ctypes.c_uint64(0), ctypes.byref(self._handle))
        finalize(self, library.XGBoosterFree, self._handle).atexit = False
        self._call("XGBoosterLoadModelFromBuffer", self._handle, raw, ctypes.c_uint64(len(raw)))

    def set_param(self, params: Mapping[str, Any]) -> None:
        """Change settings, such as ``nthread``."""
        for name, value in params.items():
            self._call("XGBoosterSetParam", self._handle, name.encode(), str(value).encode())

    def num_features(self) -> int:
        """How many features it was trained on."""
        count = ctypes.c_uint64()
        self._call("XGBoosterGetNumFeature", self._handle, ctypes.byref(count))
        return count.value

    def inplace_predict(self, data: Floats, *, predict_type: str = "margin") -> Floats:
        """(rows,) log odds of (rows, features); `predict_type` can be nothing else."""
        if predict_type != "margin":
            raise ValueError(f"only margins are given, not {predict_type!r}")
        if data.dtype != np.float32 or data.ndim != 2 or data.shape[1] != self.num_features():
            raise ValueError(f"features are {data.dtype} {data.shape}, not float32 (rows, {self.num_features()})")
        shape, dims = ctypes.POINTER(ctypes.c_uint64)(), ctypes.c_uint64()
        found = ctypes.POINTER(ctypes.c_float)()
        self._call(
            "XGBoosterPredictFromDense",
            self._handle,
            _interface(data),
            json.dumps(_MARGIN).encode(),
            None,
            ctypes.byref(shape),
            ctypes.byref(dims),
            ctypes.byref(found),
        )
        # What is pointed to belongs to the library, until this thread asks again.
        return np.ctypeslib.as_array(found, (len(data),)).copy() if len(data) else np.zeros(0, dtype=np.float32)

    def _call(self, name: str, *arguments: Any) -> None:
        if getattr(self._library, name)(*arguments):
            raise RuntimeError(f"XGBoost: {self._library.XGBGetLastError().decode(errors='replace')}")


def _interface(data: Floats) -> bytes:
    """NumPy's description of an array, as JSON: strides may be any."""
    described = data.__array_interface__
    wanted = {key: described[key] for key in ("data", "shape", "strides", "typestr", "version") if key in described}
    return json.dumps(wanted).encode()


@cache
def _library() -> ctypes.CDLL | None:
    """The C library inside the installed package, without importing that; None where it cannot be had so."""
    package = find_spec("xgboost")
    name = _NAMES.get(sys.platform)
    if package is None or package.origin is None or name is None:
        return None
    path = Path(package.origin).parent / "lib" / name
    try:
        library = ctypes.CDLL(str(path))
        library.XGBGetLastError.restype = ctypes.c_char_p
    except (OSError, AttributeError):
        return None
    return library
