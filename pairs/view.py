"""Full and base views of a catalogue: with everything, or without the attributes that are ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pairs.attributes import Attribute, Role
from pairs.codes import code_tokens
from pairs.comparisons import CODES
from pairs.keepers import forget
from pairs.nested import nested_attributes
from pairs.normalise import as_text, clean_text, normalise
from pairs.variation import canonical_value, count_holding, read_in_parts, read_values

#: Attributes in which the variants of one product differ.
MEASURE, PACK = "measure", "pack"
VARIATION = ("color", "size", PACK, MEASURE)
#: Kinds of identifier that number items: two different ones are two items, whatever their family.
ITEM_NUMBERS = ("gtin", "isbn")
NUMBER = "number."
#: Kind of a column that holds values of some attribute that tells variants apart, without saying which.
OPTION = "option"

# A colour word in one title of a hundred is more likely a name ("Black Cat Cafe") than a variation value.
_SHARE_OF_TITLES = 0.05
_SAMPLE_OF_TITLES = 5_000
# From this many quantities a title on, they are a list of specifications rather than the size of the item.
_SPECIFICATIONS = 1.5
_SINGLE = "1"
_SHARE_WITH_CODES = 0.2


@dataclass(frozen=True, slots=True)
class View:
    """Comparable values of every record.

    Attributes
    ----------
    records
        One normalised column per attribute (see :func:`pairs.normalise.normalise`), the ignored ones left out
        and their values taken out of the title.
    attributes
        What `records` holds.
    ignored
        Canonical value of every ignored attribute, null where a record states none; and, as
        ``number.COLUMN``, the item numbers (GTIN, ISBN), which tell items apart but not products, and as
        ``option.COLUMN`` option columns.
    """

    records: pl.DataFrame
    attributes: tuple[Attribute, ...]
    ignored: pl.DataFrame

    def rows(self, rows: pl.Series) -> View:
        """The view of some records only, in the order given."""
        return View(self.records[rows], self.attributes, self.ignored[rows])


def full_view(frame: pl.DataFrame, attributes: Sequence[Attribute]) -> View:
    """Everything that is compared; nothing ignored."""
    compared = tuple(a for a in attributes if a.compared)
    return View(normalise(frame, compared), compared, frame.select())


def base_view(
    frame: pl.DataFrame,
    attributes: Sequence[Attribute],
    ignored: Sequence[str] = VARIATION,
    *,
    normalised: pl.DataFrame | None = None,
    threads: int = 1,
    advance: Callable[[int], None] | None = None,
) -> View:
    """The catalogue without the ignored attributes.

    A value comes from the attribute's own column (``kind`` names it); where that is absent or empty, from
    the title, if enough titles hold such a value. A title that is nothing but such values stays as it is.
    One quantity in a title (*500 ml*) is the size of the item; where titles list several (*8 GB, 256 GB, 14 in*)
    sellers leave some out, and they become an attribute that is compared like others.
    An attribute whose words all stand in another one's is left out, since it would be evidence twice.
    ``normalised`` saves the work where the comparable values of the frame are at hand. So many ``threads`` read the
    titles; the result does not depend on it. ``advance`` hears how many more titles have been read.
    """
    compared = tuple(a for a in attributes if a.compared)
    full = normalise(frame, compared) if normalised is None else normalised
    own = {a.name: a.kind for a in compared if a.kind in ignored}
    plain = {a.name: f"{NUMBER}{a.name}" for a in compared if a.kind in ITEM_NUMBERS}
    plain |= {a.name: f"{OPTION}.{a.name}" for a in compared if a.kind == OPTION}
    values = _values_of_columns(frame, own, ignored)
    kept = tuple(a for a in compared if a.name not in own and a.name not in plain)
    records = full.select(a.name for a in kept)
    title = next((a.name for a in kept if a.kind == "title"), None)
    if title is not None:
        read = _read_often(frame[title], ignored, values, threads, advance)
        records = records.with_columns(clean_text(read["base"]).fill_null(records[title]).alias(title))
        if MEASURE in read and _many(read[MEASURE]):
            kept = (*kept, Attribute(_free_name(f"{title} quantities", frame), Role.SET, MEASURE))
            records = records.with_columns(_as_words(read[MEASURE]).alias(kept[-1].name))
            read = read.drop(MEASURE)
        values = {
            name: values[name].fill_null(read[name]) if name in values else read[name]
            for name in ignored
            if name in values or name in read
        }
        codes = _often(code_tokens(frame[title]).list.join(" ").replace("", None))
        if codes is not None:
            kept = (*kept, Attribute(_free_name(f"{title} codes", frame), Role.SET, CODES))
            records = records.with_columns(codes.alias(kept[-1].name))
    if PACK in values and values[PACK].count():
        # Who sells a single item does not say so; who sells a pack does.
        values[PACK] = values[PACK].fill_null(_SINGLE)
    nested = nested_attributes(records, kept)
    kept = tuple(a for a in kept if a.name not in nested)
    empty = pl.Series([None] * frame.height, dtype=pl.String)
    apart = [values.get(name, empty).alias(name) for name in ignored]
    apart += [full[column].alias(name) for column, name in plain.items()]
    forget()  # all texts have been read
    return View(records.select(a.name for a in kept), kept, pl.DataFrame(apart))


def _values_of_columns(frame: pl.DataFrame, own: Mapping[str, str], ignored: Sequence[str]) -> dict[str, pl.Series]:
    """Values that stand in columns of their own.

    A column called *size* may hold sizes, quantities (*500 ml*) and packs (*6 x 330 ml*): a cell that is
    nothing but values of known attributes gives each its value, any other cell is a value of the column's kind.
    """
    values: dict[str, pl.Series] = {}
    for column, kind in own.items():
        cells = as_text(frame[column])
        read = read_values(cells, ignored)
        spent = (read["base"].str.strip_chars() == "").fill_null(False)
        for name in ignored:
            otherwise = canonical_value(cells, kind) if name == kind else None
            found = _choose(spent, read[name], otherwise)
            if found.null_count() < len(found) or name == kind:
                values[name] = values[name].fill_null(found) if name in values else found
    return values


def _choose(condition: pl.Series, then: pl.Series, otherwise: pl.Series | None) -> pl.Series:
    return pl.select(pl.when(pl.lit(condition)).then(pl.lit(then)).otherwise(pl.lit(otherwise))).to_series()


def _read_often(
    titles: pl.Series,
    names: Sequence[str],
    wanted: Mapping[str, pl.Series],
    threads: int,
    advance: Callable[[int], None] | None,
) -> pl.DataFrame:
    """Read from the titles those attributes that have a column too, or that enough titles hold.

    Sizes and packs are always read: what counts as one (*UK 8*, *6 x 330 ml*) is hardly ever anything else.
    """
    sample = titles.gather_every(max(1, len(titles) // _SAMPLE_OF_TITLES))
    enough, holding = max(2, _SHARE_OF_TITLES * len(sample)), count_holding(sample, names)
    often = [name for name in names if name in wanted or name in ("size", PACK) or holding[name] >= enough]
    return read_in_parts(titles, often, threads=threads, advance=advance)


def _often(codes: pl.Series) -> pl.Series | None:
    return codes if codes.count() >= max(2, _SHARE_WITH_CODES * len(codes)) else None


def _many(quantities: pl.Series) -> bool:
    each = quantities.drop_nulls().str.count_matches("|", literal=True) + 1
    return len(each) > 0 and float(each.mean()) > _SPECIFICATIONS  # type: ignore[arg-type]


def _as_words(values: pl.Series) -> pl.Series:
    """``"180 gb|500 gb"`` -> ``"180gb 500gb"``."""
    return values.str.replace_all(" ", "", literal=True).str.replace_all("|", " ", literal=True)


def _free_name(name: str, frame: pl.DataFrame) -> str:
    while name in frame.columns:
        name += "_"
    return name
