"""Lengths: *2 m*, *6 ft*, *100-120 cm*. The sides of a thing (*60 x 90 cm*) are a size instead."""

from __future__ import annotations

from pairs.vocabulary.measure import BOX, single_quantities

LENGTH = single_quantities("length", "length", lookalikes=BOX)
