"""The stages of each command, in order, so that a display can say which of how many is at work."""

from __future__ import annotations

DEDUPE = ("reading", "blocking", "learning words", "comparing", "classifying", "grouping", "writing")
VARIANTS = ("reading", "learning values", "blocking", "comparing", "grouping", "telling items apart", "writing")
LINK = ("reading", "blocking", "learning words", "comparing", "classifying", "matching", "writing")
BLOCK = ("reading", "blocking", "writing")
