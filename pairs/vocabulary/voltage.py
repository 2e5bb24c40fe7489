"""Voltages: *18V*, *220-240 V*, *12 volt*, *110/220V*."""

from __future__ import annotations

from pairs.vocabulary.measure import single_quantities

_VERSUS = r"(?-i:\d+\sv\.?\s+[\p{Lu}\d])|\d+(?:\.\d+)?\sv-[a-z]"

VOLTAGE = single_quantities("voltage", "voltage", lookalikes=_VERSUS)
