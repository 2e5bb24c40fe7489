"""Families as schema.org ``ProductGroup`` in JSON-LD.

Properties as in https://schema.org/ProductGroup and in Google's guide to product variants
(https://developers.google.com/search/docs/appearance/structured-data/product-variants).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from matchkit.groupformats.listing import FIELD, GENDERS, VALUE, by_family, listing, presented
from matchkit.results import Result
from pairs.identifiers import gtin_key

_CONTEXT = "https://schema.org/"
_PROPERTIES = ("color", "size", "material", "pattern")
#: Attributes that schema.org says of the people a product is for.
_AUDIENCE = {"gender": "suggestedGender", "age_group": "suggestedAge"}
# In years, as Google reads age groups.
_AGES: Mapping[str, tuple[float | None, float | None]] = {
    "newborn": (0, 0.25),
    "infant": (0.25, 1),
    "baby": (0, 1),
    "toddler": (1, 5),
    "kids": (5, 13),
    "teen": (13, 18),
    "adult": (13, None),
}
_PLAIN = {"description": "description", "category": "category", "link": "url", "image": "image", "mpn": "mpn"}


def write_jsonld(result: Result, path: Path) -> None:
    """Write one ``ProductGroup`` a family of two or more items, and one ``Product`` for every other row.

    Every row is in the file once, under its id as ``sku``. The file can stand in an HTML page as it is.
    """
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.write(f'{{"@context": "{_CONTEXT}", "@graph": [')
        for place, node in enumerate(_nodes(result)):
            text = json.dumps(node, ensure_ascii=False)
            # A title with </script> in it must not end the element that the markup stands in.
            handle.write((",\n" if place else "\n") + text.replace("<", "\\u003c"))
        handle.write("\n]}\n")


def _nodes(result: Result) -> Iterator[dict[str, Any]]:
    rows = listing(result)
    if f"{FIELD}gtin" in rows.columns:
        rows = rows.with_columns(gtin_key(rows[f"{FIELD}gtin"]).alias("gtin"))
    names = list(result.variation)
    for members in by_family(rows):
        products = [_product(member, names) for member in members]
        if members[0]["items"] > 1:
            yield _group(members[0], products)
        else:
            yield from products


def _group(first: Mapping[str, Any], products: list[dict[str, Any]]) -> dict[str, Any]:
    varies = [name for name in first["varies_by"].split(",") if name]
    group: dict[str, Any] = {"@type": "ProductGroup", "productGroupID": first["family"], "name": first["shared"]}
    brands = {json.dumps(product.get("brand")) for product in products}
    if len(brands) == 1 and "brand" in products[0]:
        group["brand"] = products[0]["brand"]
    if varies:
        group["variesBy"] = [_property(name) for name in varies]
    return {**group, "hasVariant": products}


def _property(name: str) -> str:
    """The address of a property of schema.org; what it has no property for is named in plain text."""
    if name in _PROPERTIES:
        return _CONTEXT + name
    return _CONTEXT + _AUDIENCE[name] if name in _AUDIENCE else name


def _product(row: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    product: dict[str, Any] = {"@type": "Product", "sku": row["id"], "name": row["title"]}
    further: list[dict[str, str]] = []
    audience: dict[str, Any] = {}
    for name in names:
        value = row[f"{VALUE}{name}"]
        if value is None:
            continue
        if name in _PROPERTIES:
            product[name] = presented(value)
        elif name == "gender" and value in GENDERS:
            audience["suggestedGender"] = GENDERS[value]
        elif name == "age_group" and value in _AGES:
            low, high = _AGES[value]
            audience |= {"suggestedMinAge": low} if low is not None else {}
            audience |= {"suggestedMaxAge": high} if high is not None else {}
        else:
            further.append({"@type": "PropertyValue", "name": name, "value": presented(value)})
    if audience:
        product["audience"] = {"@type": "PeopleAudience", **audience}
    if further:
        product["additionalProperty"] = further
    return product | _fields(row)


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if brand := row.get(f"{FIELD}brand"):
        found["brand"] = {"@type": "Brand", "name": brand}
    if key := row.get("gtin"):
        found |= _gtin(key)
    for name, known in _PLAIN.items():
        if cell := row.get(f"{FIELD}{name}"):
            found[known] = cell
    return found


def _gtin(key: str) -> dict[str, str]:
    """The number without its leading zeros, under the property for its length: 8, 12, 13 or 14 digits."""
    digits = next(length for length in (8, 12, 13, 14) if not key[: 14 - length].strip("0"))
    return {f"gtin{digits}": key[14 - digits :]}
