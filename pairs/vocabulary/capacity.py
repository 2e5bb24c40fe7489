"""Volumes and storage: *500 ml*, *0.5 l*, *12 fl oz*, *128GB*."""

from __future__ import annotations

from pairs.vocabulary.measure import single_quantities

# How many there are (6 x 330 ml) is not how much fits in.
_START = r"(?P<before>^|[^\w.,]|\b\d{1,3}\s?[x×])"

CAPACITY = single_quantities("capacity", "volume", "storage", start=_START)
