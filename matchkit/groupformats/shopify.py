"""Families as Shopify's product CSV: one product a family, one variant a row.

Columns as in https://help.shopify.com/en/manual/products/import-export/using-csv, under the names that Shopify's own
exports have. Columns the catalogue has nothing for are left out: an empty one would erase what the shop has.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from matchkit.groupformats.listing import FIELD, VALUE, by_family, listing, presented
from matchkit.results import Result
from matchkit.writing import write_csv

MOST_OPTIONS = 3
#: Variants that Shopify takes for one product.
MOST_VARIANTS = 2048
_LONGEST_HANDLE = 200
_LONGEST_VALUE = 200
_UNKNOWN = "Unspecified"
_PRODUCT_FIELDS = {"description": "Body (HTML)", "brand": "Vendor", "category": "Type"}
_VARIANT_FIELDS = {"price": "Variant Price", "gtin": "Variant Barcode", "image": "Variant Image"}
_PICTURE = "Image Src"


def write_products(result: Result, path: Path) -> None:
    """Write every row as a variant; the rows of a family stand together and share a handle."""
    write_csv(products(result), path)


def notes(result: Result) -> list[str]:
    """What Shopify would not take."""
    if result.families is None:
        return []
    large = result.families.filter(pl.col("rows") > MOST_VARIANTS)["family_id"].to_list()
    return [f"the family '{name}' has more variants than the {MOST_VARIANTS:,} Shopify takes" for name in large]


def products(result: Result) -> pl.DataFrame:
    """The product CSV; within a handle no two rows have the same options."""
    rows = listing(result)
    names = list(result.variation)
    families = by_family(rows)
    handles = unique_handles([(members[0]["shared"], members[0]["family"]) for members in families])
    columns = _columns(rows.columns)
    lines: list[dict[str, str | None]] = []
    for handle, members in zip(handles, families, strict=True):
        pictures: set[str | None] = {None}
        for place, (member, values) in enumerate(zip(members, _options(members, names), strict=True)):
            line = _line(handle, member, values, first=place == 0)
            picture = member.get(f"{FIELD}image")
            if picture not in pictures:
                line[_PICTURE] = picture
                pictures.add(picture)
            lines.append(line)
    return pl.DataFrame([[line.get(column) for column in columns] for line in lines], _schema(columns), orient="row")


def _schema(columns: Sequence[str]) -> dict[str, type[pl.DataType]]:
    return dict.fromkeys(columns, pl.String)


def unique_handles(products: Sequence[tuple[str, str]]) -> list[str]:
    """A handle for each product out of its title and id: lower-case ASCII letters, digits and hyphens.

    Products whose titles give the same handle, or none, have their ids in it; whatever is still the same is counted.
    """
    plain = [_slug(title) for title, _ in products]
    count = Counter(plain)
    chosen = [handle if handle and count[handle] == 1 else "" for handle in plain]
    taken = {*chosen}
    for place in sorted(range(len(products)), key=lambda place: products[place][1]):
        if chosen[place]:
            continue
        wanted = "-".join(part for part in (plain[place], _slug(products[place][1])) if part) or "product"
        number, unique = 1, wanted
        while unique in taken:
            number += 1
            unique = f"{wanted}-{number}"
        taken.add(unique)
        chosen[place] = unique
    return chosen


def _slug(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", folded)).strip("-")[:_LONGEST_HANDLE].strip("-")


def _options(members: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[list[tuple[str, str]]]:
    """For each member its options, name and value; no two members have the same values."""
    if len(members) == 1:
        return [[("Title", "Default Title")]]
    varying = [name for name in names if len({member[f"{VALUE}{name}"] for member in members}) > 1]
    # What is beyond the options that there may be is said in the last one.
    slots = [[name] for name in varying[: MOST_OPTIONS - 1]]
    slots += [varying[MOST_OPTIONS - 1 :]] if varying[MOST_OPTIONS - 1 :] else []
    labels = [" / ".join(_label(name) for name in slot) for slot in slots] or ["Item"]
    seen: set[tuple[str, ...]] = set()
    options = []
    for member in members:
        values = [" / ".join(_value(member, name) for name in slot)[:_LONGEST_VALUE] for slot in slots]
        values = _unseen(values or [str(member["id"])], str(member["id"]), seen)
        seen.add(tuple(value.casefold() for value in values))
        options.append(list(zip(labels, values, strict=True)))
    return options


def _unseen(values: list[str], name: str, seen: Collection[tuple[str, ...]]) -> list[str]:
    """The values, with the id and if need be a number behind the last one where they were given already."""
    last, number, unseen = values[-1], 0, values
    while tuple(value.casefold() for value in unseen) in seen:
        number += 1
        unseen = [*values[:-1], f"{last} ({name})" if number == 1 else f"{last} ({name}, {number})"]
    return unseen


def _label(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()


def _value(member: Mapping[str, Any], name: str) -> str:
    value = member[f"{VALUE}{name}"]
    return _UNKNOWN if value is None else presented(value)


def _columns(listed: Sequence[str]) -> list[str]:
    """The columns of the file, in Shopify's order."""
    there = {name.removeprefix(FIELD) for name in listed if name.startswith(FIELD)}
    product = [column for name, column in _PRODUCT_FIELDS.items() if name in there]
    variant = [column for name, column in _VARIANT_FIELDS.items() if name in there]
    options = [f"Option{place} {part}" for place in range(1, MOST_OPTIONS + 1) for part in ("Name", "Value")]
    picture = [_PICTURE] if "image" in there else []
    return ["Handle", "Title", *product, *options, "Variant SKU", *variant, *picture]


def _line(
    handle: str, member: Mapping[str, Any], options: Sequence[tuple[str, str]], *, first: bool
) -> dict[str, str | None]:
    """One line; what belongs to the product stands in its first line only."""
    line: dict[str, str | None] = {"Handle": handle, "Variant SKU": member["id"]}
    if first:
        line["Title"] = member["shared"]
        line |= {column: member.get(f"{FIELD}{name}") for name, column in _PRODUCT_FIELDS.items()}
    for place, (name, value) in enumerate(options, 1):
        line |= {f"Option{place} Name": name, f"Option{place} Value": value}
    line |= {column: member.get(f"{FIELD}{name}") for name, column in _VARIANT_FIELDS.items()}
    if price := line.get("Variant Price"):
        line["Variant Price"] = _amount(price)
    return line


def _amount(price: str) -> str:
    """An amount of money as Shopify reads it, without its currency; as it is where that is not sure."""
    bare = re.sub(r"^[^\d.,-]+|[^\d.,]+$", "", price.strip())
    if re.fullmatch(r"\d+,\d{1,2}|\d{1,3}(?:\.\d{3})+,\d{2}", bare):
        return bare.replace(".", "").replace(",", ".")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+\.\d{2}", bare):
        return bare.replace(",", "")
    return bare if re.fullmatch(r"\d+(?:\.\d+)?", bare) else price
