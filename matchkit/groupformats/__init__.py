"""Families as other systems take them: schema.org markup, a Google Merchant Center feed, a Shopify product CSV."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matchkit.results import Result
    from matchkit.writing import Writer

GroupFormat = Literal["schema.org", "google", "shopify"]

#: The file that each format is written to.
FILES: Mapping[str, str] = {"schema.org": "families.jsonld", "google": "google.tsv", "shopify": "shopify.csv"}


def group_writer(result: Result, group_format: GroupFormat) -> Writer:
    """What writes the families of a result in a format to the path it is given."""
    return partial(_write, result, group_format)


def group_notes(result: Result, group_format: GroupFormat) -> list[str]:
    """What a reader of the file should know about what the format could not hold."""
    if group_format == "shopify":
        from matchkit.groupformats import shopify

        return shopify.notes(result)
    if group_format == "google":
        from matchkit.groupformats import google

        return google.notes(result)
    return []


def _write(result: Result, group_format: GroupFormat, path: Path) -> None:
    # Each format is loaded when it is asked for.
    if group_format == "schema.org":
        from matchkit.groupformats.schemaorg import write_jsonld as write
    elif group_format == "google":
        from matchkit.groupformats.google import write_feed as write
    else:
        from matchkit.groupformats.shopify import write_products as write
    write(result, path)
