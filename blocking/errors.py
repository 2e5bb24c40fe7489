"""The one error of this package that a user can cause."""

from __future__ import annotations


class BlockingError(ValueError):
    """A setting of the blocking stage is wrong or needs something that is not installed."""
