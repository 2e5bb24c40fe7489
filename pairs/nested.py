"""Attributes that repeat what another one says."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pairs.attributes import Attribute, Role

_SAMPLE = 2_000
_SHARE = 0.9
_ENOUGH = 10


def nested_attributes(records: pl.DataFrame, attributes: Sequence[Attribute]) -> dict[str, str]:
    """Attributes whose words stand in another attribute of the same record nearly always.

    A first name is nested in a full name: to count agreement of both would be to count it twice.

    Parameters
    ----------
    records
        Normalised values; a sample of 2,000 rows is looked at.
    attributes
        Text and category attributes are considered; a title stays, and a description holds nothing.

    Returns
    -------
    dict
        Name of the nested attribute to the widest attribute that holds it. Of two attributes that hold each
        other the first stays.
    """
    sample = records.gather_every(max(1, records.height // _SAMPLE))
    worded = [a.name for a in attributes if a.role in (Role.TEXT, Role.CATEGORY) and a.kind != "description"]
    titles = {a.name for a in attributes if a.kind == "title"}
    words = {name: sample[name].str.split(" ") for name in worded}
    length = {name: float(words[name].list.len().sum() or 0) for name in worded}
    nested: dict[str, str] = {}
    # The widest first, so that a nested attribute is never itself the holder of another.
    order = sorted(worded, key=lambda name: (-length[name], worded.index(name)))
    for place, name in enumerate(order):
        if name in titles:
            continue
        for holder in order[:place]:
            if holder not in nested and _held(words[name], words[holder]):
                nested[name] = holder
                break
    return nested


def _held(inner: pl.Series, outer: pl.Series) -> bool:
    frame = pl.DataFrame({"inner": inner, "outer": outer}).drop_nulls("inner")
    if frame.height < _ENOUGH or frame["inner"].n_unique() < _ENOUGH:
        return False
    missing = pl.col("inner").list.set_difference(pl.col("outer")).list.len().fill_null(1)
    return bool(frame.select((missing == 0).mean() >= _SHARE).item())
