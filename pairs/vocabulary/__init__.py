"""The attributes that can be read out of titles: how the values of each are found and written.

An attribute is a name, patterns that find its values in a text, and a function that writes a found span in one
canonical way. To add one, write a module like those here and enter it in `readers.py`.
"""

from __future__ import annotations

from pairs.vocabulary.custom import user_attribute
from pairs.vocabulary.pattern import Pattern, VariationAttribute
from pairs.vocabulary.readers import ATTRIBUTES, READERS, find_attribute

__all__ = ["ATTRIBUTES", "READERS", "Pattern", "VariationAttribute", "find_attribute", "user_attribute"]
