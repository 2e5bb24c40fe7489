"""The attributes that can be read out of titles: how the values of each are found and written.

An attribute is a name, patterns that find its values in a text, and a function that writes a found span in one
canonical way. To add one, write a module like those here and enter it in `ATTRIBUTES`.
"""

from __future__ import annotations

from pairs.vocabulary.color import COLOR
from pairs.vocabulary.measure import MEASURE
from pairs.vocabulary.pack import PACK
from pairs.vocabulary.pattern import Pattern, VariationAttribute
from pairs.vocabulary.size import SIZE

# Order matters: "6 x 330 ml" is a pack before it is a measure, and a bare number beside a colour is a size.
ATTRIBUTES = {attribute.name: attribute for attribute in (PACK, SIZE, MEASURE, COLOR)}

__all__ = ["ATTRIBUTES", "Pattern", "VariationAttribute"]
