"""The names by which a user may call what varies, and what reads each in a text."""

from __future__ import annotations

import re

from pairs.lexicons import fold, rows
from pairs.vocabulary.age_group import AGE_GROUP
from pairs.vocabulary.capacity import CAPACITY
from pairs.vocabulary.color import COLOR
from pairs.vocabulary.flavor import FLAVOR
from pairs.vocabulary.gender import GENDER
from pairs.vocabulary.length import LENGTH
from pairs.vocabulary.material import MATERIAL
from pairs.vocabulary.measure import MEASURE
from pairs.vocabulary.motif import MOTIF
from pairs.vocabulary.pack import PACK
from pairs.vocabulary.pattern import VariationAttribute
from pairs.vocabulary.size import SIZE
from pairs.vocabulary.voltage import VOLTAGE

# Order matters: "6 x 330 ml" is a pack before it is a measure, a bare number beside a colour is a size, and what a
# general attribute would take too ("500 ml" is a measure, "lavender" a colour) goes to the special one asked for.
ATTRIBUTES = {
    attribute.name: attribute
    for attribute in (
        *(PACK, VOLTAGE, LENGTH, CAPACITY),
        *(SIZE, MEASURE),
        *(MOTIF, FLAVOR, MATERIAL, COLOR, GENDER, AGE_GROUP),
    )
}
"""Every attribute that texts can be read for, in the order of reading."""

READERS: dict[str, tuple[VariationAttribute, ...]] = {
    "color": (COLOR,),
    # What sellers call a size: of clothes, shoes and beds, dimensions, weights, volumes, storage.
    "size": (SIZE, MEASURE),
    "pack": (PACK,),
    "material": (MATERIAL,),
    "pattern": (MOTIF,),
    "flavor": (FLAVOR,),
    "length": (LENGTH,),
    "capacity": (CAPACITY,),
    "voltage": (VOLTAGE,),
    "gender": (GENDER,),
    "age_group": (AGE_GROUP,),
}
"""What a user may name -> what finds its values in texts."""


def find_attribute(name: str) -> str | None:
    """Return the key of `READERS` that a name stands for, whatever its case, accents and gaps; None where unknown.

    Examples
    --------
    >>> find_attribute("Colours"), find_attribute("storageCapacity"), find_attribute("brand")
    ('color', 'capacity', None)
    """
    plain = _plain(name)
    return _NAMES.get(plain) or _NAMES.get(plain.removesuffix("s"))


def _plain(name: str) -> str:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = re.sub(r"[\W_]+", " ", fold(apart)).strip()
    return re.sub(r"(?<=\w) (?:name|value)s?$", "", words)


_NAMES = {_plain(key): key for key in READERS} | {_plain(alias): key for alias, key in rows("attribute_names.tsv")}
