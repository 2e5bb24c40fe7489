"""A catalogue as the search for variation families sees it: products without what they vary in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pairs.attributes import Attribute, Role
from pairs.codes import code_tokens
from pairs.comparisons import CODES
from pairs.keepers import forget
from pairs.knowledge import Sought
from pairs.learning import OPTION, Told, tell
from pairs.nested import nested_attributes
from pairs.normalise import as_text, clean_text
from pairs.titlevalues import first, joined, missing, read_titles
from pairs.variation import canonical_value, read_values
from pairs.view import ITEM_NUMBERS, NUMBER, PACK, View
from pairs.vocabulary import READERS, VariationAttribute, find_attribute
from pairs.vocabulary.measure import MEASURE

_SINGLE = "1"
_SHARE_WITH_CODES = 0.2
_LONGEST_CELL = 40
#: What identifies a product unless it is ignored: stated values that differ part products.
_PARTING = ("color", "size", PACK)


@dataclass(frozen=True, slots=True)
class Varying:
    """One attribute in which members of a family may differ, or must not.

    Attributes
    ----------
    name
        What it is called in the results: *color*, *finish*, *finish_name*.
    columns
        The columns that hold its values, the best first; none where it stands in titles only.
    readers
        What finds its values in titles; none where it stands in a column only.
    """

    name: str
    columns: tuple[str, ...]
    readers: tuple[VariationAttribute, ...]


@dataclass(frozen=True, slots=True)
class FamilyView:
    """What is left of the records when the ignored attributes are taken away, and these by themselves.

    Attributes
    ----------
    base
        Title of every record without the values, as written; null where there is none.
    view
        The comparable rest; its ``ignored`` holds the values of the ignored attributes (canonical, joined by
        ``|``), of ``option`` where titles or columns have options of no known attribute, and item numbers.
    parting
        Canonical values of attributes that are not ignored: where two records state different ones, they are
        different products.
    item
        For every record everything that tells items of one product apart, as one text.
    learnt
        Attribute to values that no word list had.
    of_title
        Names of the comparisons that are made of titles alone.
    """

    base: pl.Series
    view: View
    parting: pl.DataFrame
    item: pl.Series
    learnt: Mapping[str, list[str]]
    of_title: tuple[str, ...]


def family_view(
    frame: pl.DataFrame,
    attributes: Sequence[Attribute],
    normalised: pl.DataFrame,
    ignored: Sequence[Varying],
    required: Sequence[Varying],
    group: NDArray[np.int64],
    told: Told | None = None,
    threads: int = 1,
) -> FamilyView:
    """Take the ignored attributes out of columns and titles.

    Parameters
    ----------
    frame
        The records as the user wrote them.
    attributes, normalised
        What is compared, and comparable values of it (:func:`pairs.normalise.normalise`).
    ignored, required
        What members of a family may differ in, and what they may not.
    group
        (records,) records of different groups are never compared.
    told
        As for :func:`pairs.titlevalues.read_titles`, and of the part ``rest``.
    threads
        How many to use; the view does not depend on it.
    """
    compared = [a for a in attributes if a.compared]
    options = _option_values(frame, [a.name for a in compared if a.kind == OPTION])
    gone = {column for one in ignored for column in one.columns} | {a.name for a in compared if a.kind == OPTION}
    gone |= {name for a in compared if a.kind == OPTION for name in names_beside(a.name)}
    numbers = {a.name: f"{NUMBER}{a.name}" for a in compared if a.kind in ITEM_NUMBERS}
    values = {one.name: _column_values(frame, one, options) for one in ignored}
    title = next((a.name for a in compared if a.kind == "title"), None)
    kept = [a for a in compared if a.name not in gone and a.name not in numbers]
    records = normalised.select(a.name for a in kept)
    option = options.get(OPTION, missing(frame.height))
    base, learnt = missing(frame.height), {}
    parting = _parting(frame, ignored, required, kept, options)
    if title is not None:
        titles = as_text(frame[title])
        read = read_titles(titles, values, [_sought(one, frame) for one in ignored], group, told, threads)
        base, learnt = read.base, dict(read.learnt)
        values = {name: first([stated, read.values[name]]) for name, stated in values.items()}
        option = first([option, read.option])
        # *S22+* is another product than *S22*.
        clean = clean_text(base.str.replace_all(r"([\p{L}\p{N}])\+", "${1} plus "))
        records = records.with_columns(clean.fill_null(records[title]).alias(title))
        base = base.set(clean.is_null(), None).fill_null(titles)
        parting |= _parting_in_titles(titles, base, ignored, parting)
        kept, records = _with_codes(title, base, kept, records, frame)
    nested = nested_attributes(records, kept)
    kept = [a for a in kept if a.name not in nested]
    shown = {name: series.alias(name) for name, series in values.items()}
    item_numbers = [normalised[column].alias(name) for column, name in numbers.items()]
    if option.count() or not (shown or item_numbers):
        shown[OPTION] = first([shown.get(OPTION, option), option]).alias(OPTION)
    view = View(
        records.select(a.name for a in kept),
        tuple(kept),
        pl.DataFrame([*shown.values(), *item_numbers]),
    )
    cells = [_cells(frame[column], one) for one in ignored for column in one.columns]
    of_title = tuple(a.name for a in kept if a.kind in ("title", CODES))
    item = _signature([*shown.values(), *cells], frame.height)
    tell(told, "rest")
    forget()  # all texts have been read
    return FamilyView(base, view, pl.DataFrame(parting), item, learnt, of_title)


def names_beside(column: str) -> list[str]:
    """Columns that may say of which attribute an option column holds values: ``option1_name`` for ``option1_value``."""
    other = {"value": "name", "Value": "Name", "VALUE": "NAME"}
    return [column.replace(value, name) for value, name in other.items() if value in column]


def _column_values(frame: pl.DataFrame, one: Varying, options: Mapping[str, pl.Series]) -> pl.Series:
    """What the columns of an attribute say, the first that says anything."""
    columns = [_cells(frame[column], one) for column in one.columns]
    if one.name in options:
        columns.append(options[one.name])
    return first([*columns, missing(frame.height)]).alias(one.name)


def _cells(column: pl.Series, one: Varying) -> pl.Series:
    return canonical_value(as_text(column), one.readers[0] if one.readers else "")


def _option_values(frame: pl.DataFrame, columns: Sequence[str]) -> dict[str, pl.Series]:
    """Values of option columns by attribute: a column beside may say which (*option1_name* is *Size*)."""
    found: dict[str, list[pl.Series]] = {}
    for column in columns:
        beside = next((name for name in names_beside(column) if name in frame.columns), None)
        cells = as_text(frame[column])
        if beside is None:
            kinds = pl.Series([OPTION] * frame.height, dtype=pl.String)
        else:
            names = as_text(frame[beside])
            known = {name: find_attribute(name) or OPTION for name in names.drop_nulls().unique().to_list()}
            kinds = names.replace_strict(known, default=None, return_dtype=pl.String) if known else names
            kinds = kinds.fill_null(OPTION)
        for kind in kinds.unique().to_list():
            own = cells.set(kinds != kind, None)
            readers = READERS.get(kind, ("",))
            found.setdefault(kind, []).append(canonical_value(own, readers[0]))
    return {kind: joined(parts) for kind, parts in found.items()}


def _parting(
    frame: pl.DataFrame,
    ignored: Sequence[Varying],
    required: Sequence[Varying],
    kept: Sequence[Attribute],
    options: Mapping[str, pl.Series],
) -> dict[str, pl.Series]:
    """Values in columns that part products: what is required, and variation attributes that are not ignored."""
    parting = {one.name: _column_values(frame, one, options) for one in required}
    names = {one.name for one in ignored}
    for attribute in kept:
        if attribute.kind in _PARTING and attribute.kind not in names:
            stated = canonical_value(as_text(frame[attribute.name]), READERS[attribute.kind][0])
            parting[attribute.kind] = first([stated, parting.get(attribute.kind, stated)])
    for name, stated in options.items():
        if name not in names and name != OPTION:
            parting[name] = first([stated, parting.get(name, stated)])
    return parting


def _parting_in_titles(
    titles: pl.Series, base: pl.Series, ignored: Sequence[Varying], parting: Mapping[str, pl.Series]
) -> dict[str, pl.Series]:
    """Colours, sizes and packs that are not ignored, where only titles state them.

    Packs are read before anything is taken away, for of *6 x 330 ml* only the number would be left.
    """
    ignored_readers = {reader for one in ignored for reader in one.readers}
    found = {}
    for name in _PARTING:
        readers = [reader for reader in READERS[name] if reader not in ignored_readers]
        if readers and all(one.name != name for one in ignored):
            read = read_values(titles, [*readers, MEASURE]) if name == PACK else read_values(base, readers)
            stated = joined([read[reader.name] for reader in readers])
            found[name] = first([parting[name], stated]) if name in parting else stated
    if PACK in found and found[PACK].count():
        # Who sells a single item does not say so; who sells a pack does.
        found[PACK] = found[PACK].fill_null(_SINGLE)
    return found


def _with_codes(
    title: str, base: pl.Series, kept: Sequence[Attribute], records: pl.DataFrame, frame: pl.DataFrame
) -> tuple[list[Attribute], pl.DataFrame]:
    """Model codes in titles as an attribute of their own, where titles usually have them."""
    codes = code_tokens(base).list.unique().list.sort().list.join(" ").replace("", None)
    if codes.count() < max(2, _SHARE_WITH_CODES * len(codes)):
        return list(kept), records
    name = f"{title} codes"
    while name in frame.columns:
        name += "_"
    return [*kept, Attribute(name, Role.SET, CODES)], records.with_columns(codes.alias(name))


def _signature(parts: Sequence[pl.Series], rows: int) -> pl.Series:
    if not parts:
        return pl.Series("item", [""] * rows)
    frame = pl.DataFrame([part.fill_null("").alias(f"p{place}") for place, part in enumerate(parts)])
    return frame.select(pl.concat_str(pl.all(), separator="\x1f").alias("item")).to_series()


def _sought(one: Varying, frame: pl.DataFrame) -> Sought:
    """Short cells of its best column are values that titles may hold too."""
    cells = as_text(frame[one.columns[0]]).drop_nulls().unique() if one.columns else pl.Series([], dtype=pl.String)
    return Sought(one.name, one.readers, cells.filter(cells.str.len_chars() <= _LONGEST_CELL).str.strip_chars())
