"""What an earlier run wrote into its folder, read again and checked: nothing in it is executed or trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from matchkit.catalogue import Catalogue, id_values, output_names
from matchkit.config import Config
from matchkit.errors import CatalogueError
from matchkit.reading import read_table
from matchkit.schema import Schema
from pairs.attributes import Attribute, Role

_FORMATS = ("csv", "parquet")
_PAIRS = ("left_id", "right_id", "label", "p_exact", "p_variant")
_NEAREST, _LEAST_ALIKE = 3, 60
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class SavedRun:
    """The results in a folder.

    Attributes
    ----------
    folder
        Where they are.
    run
        What ``run.json`` holds.
    families
        Whether the run looked for variation families (``matchkit variants``).
    config
        Its settings.
    catalogue, schema
        The user's rows, and what their columns were taken for.
    entity, family
        Of every row.
    pairs
        As written; probabilities are null where they are no numbers.
    notes
        What has changed since.
    """

    folder: Path
    run: Mapping[str, Any]
    families: bool
    config: Config
    catalogue: Catalogue
    schema: Schema
    entity: pl.Series
    family: pl.Series
    pairs: pl.DataFrame
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: str | Path) -> SavedRun:
        """Read ``run.json``, ``records`` and ``pairs``.

        Raises
        ------
        CatalogueError
            A file is missing, damaged, or not what matchkit writes.
        ConfigError
            The settings in ``run.json`` are not allowed.
        """
        place = Path(folder)
        run = _read_run(place)
        source = place / "run.json"
        if "left" in _table(run, "input", source):
            raise CatalogueError(
                f"{place} holds two linked tables, of which explain cannot tell yet; the reasons stand in pairs"
            )
        schema, names = _schema(run, source)
        config = Config.from_table(_table(run, "config", source), f"{source}: config")
        records = _results(place, "records", run)
        frame = read_table(records).frame
        entity, family = (output_names(names)[0][name] for name in ("entity_id", "family_id"))
        lost = [name for name in (*names, entity, family) if name not in frame.columns]
        if lost:
            raise CatalogueError(f"{records} has no column '{lost[0]}', which the run wrote; run it again")
        catalogue, notes = _catalogue(frame.select(names), run, records)
        groups = [frame[name].cast(pl.String, strict=False) for name in (entity, family)]
        pairs = _read_pairs(_results(place, "pairs", run))
        return cls(place, run, "ignored" in run, config, catalogue, schema, groups[0], groups[1], pairs, notes)

    @property
    def trained(self) -> bool:
        """Whether a trained model judged the pairs."""
        told = self.run.get("classifier")
        return isinstance(told, Mapping) and told.get("kind") == "trained"

    def row(self, given: str) -> int:
        """Number of the row with an id.

        Raises
        ------
        CatalogueError
            There is none; says which are spelt alike.
        """
        found = np.flatnonzero((self.catalogue.ids == given).fill_null(False))
        if not len(found):
            raise CatalogueError(f"{self.catalogue.source} has no row with the id '{given}'{self._near(given)}")
        return int(found[0])

    def written(self, left: str, right: str) -> dict[str, Any] | None:
        """The row of ``pairs`` about two ids, whichever stands first."""
        one, other = pl.col("left_id"), pl.col("right_id")
        found = self.pairs.filter(((one == left) & (other == right)) | ((one == right) & (other == left)))
        found = found.drop_nulls(["p_exact", "p_variant"])
        return found.row(0, named=True) if found.height else None

    def _near(self, given: str) -> str:
        if self.catalogue.id_column is None:
            return f": its rows are numbered from 1 to {len(self.catalogue.ids)}"
        from rapidfuzz import fuzz, process

        close = process.extract(
            given, self.catalogue.ids.to_list(), scorer=fuzz.ratio, limit=_NEAREST, score_cutoff=_LEAST_ALIKE
        )
        if close:
            return ", did you mean " + " or ".join(f"'{match[0]}'" for match in close) + "?"
        shown = ", ".join(f"'{name}'" for name in self.catalogue.ids.head(_SHOWN))
        return f"; ids in the column '{self.catalogue.id_column}' are {shown} ..."


def damaged(source: Path, what: str) -> CatalogueError:
    """A ``run.json`` that cannot be used."""
    return CatalogueError(f"{source} is not what this version of matchkit writes ({what}); run the command again")


def _read_run(folder: Path) -> Mapping[str, Any]:
    source = folder / "run.json"
    try:
        run = json.loads(source.read_bytes())
    except FileNotFoundError:
        missing = "no such folder" if not folder.exists() else "there is no run.json in it"
        raise CatalogueError(
            f"{folder}: {missing}; give the folder that 'matchkit variants' or 'matchkit dedupe' wrote"
        ) from None
    except OSError as error:
        raise CatalogueError(f"{source} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise damaged(source, "it is no JSON") from None
    if not isinstance(run, Mapping):
        raise damaged(source, "it is no table")
    return run


def _table(run: Mapping[str, Any], name: str, source: Path) -> Mapping[str, Any]:
    value = run.get(name)
    if not isinstance(value, Mapping):
        raise damaged(source, f"it has no '{name}'")
    return value


def _schema(run: Mapping[str, Any], source: Path) -> tuple[Schema, list[str]]:
    """The roles of the columns, and the names of all of the user's columns."""
    listed = run.get("columns")
    if not isinstance(listed, list) or not listed:
        raise damaged(source, "it has no 'columns'")
    id_column = _table(run, "input", source).get("id_column")
    attributes, reasons, names = [], {}, []
    for column in listed:
        try:
            name, role, kind, reason = (str(column[key]) for key in ("name", "role", "kind", "reason"))
            attribute = Attribute(name, Role(role), kind)
        except (KeyError, TypeError, ValueError):
            raise damaged(source, "a column in 'columns' is not described") from None
        names.append(name)
        if name != id_column:
            attributes.append(attribute)
            reasons[name] = reason
    if len(set(names)) < len(names):
        raise damaged(source, "two columns of one name")
    return Schema(tuple(attributes), reasons), names


def _results(folder: Path, name: str, run: Mapping[str, Any]) -> Path:
    """The file of that name in the format in which the run wrote it."""
    files = run.get("files")
    written = [f"{name}.{format}" for format in _FORMATS]
    if isinstance(files, Sequence):
        written = [file for file in written if file in files] or written
    found = next((folder / file for file in written if (folder / file).is_file()), None)
    if found is None:
        raise CatalogueError(f"{folder / written[0]}: no such file, though the run wrote it; run it again")
    return found


def _catalogue(frame: pl.DataFrame, run: Mapping[str, Any], records: Path) -> tuple[Catalogue, tuple[str, ...]]:
    id_column = run["input"].get("id_column")
    counts = run.get("counts")
    rows = counts.get("rows") if isinstance(counts, Mapping) else None
    if not isinstance(rows, int) or isinstance(rows, bool):
        raise damaged(records.parent / "run.json", "it does not say how many rows there were")
    changed = rows != frame.height
    if id_column is None:
        if changed:
            raise CatalogueError(
                f"{records} has {frame.height:,} rows where the run wrote {rows:,}, "
                "and rows are told by their number; run it again"
            )
        ids = pl.int_range(1, frame.height + 1, eager=True).cast(pl.String).alias("id")
    elif id_column not in frame.columns:
        raise damaged(records.parent / "run.json", "its id column is not among its columns")
    else:
        ids = id_values(frame[id_column])
        _check_ids(ids, id_column, records)
    note = f"{records} has {frame.height:,} rows where the run wrote {rows:,}: what follows is about the rows there are"
    return Catalogue(frame, ids, id_column, str(records)), (note,) if changed else ()


def _check_ids(ids: pl.Series, column: str, records: Path) -> None:
    if ids.null_count():
        raise CatalogueError(f"{records}: {ids.null_count()} rows have no id any more ('{column}'); run it again")
    repeated = ids.filter(ids.is_duplicated()).unique(maintain_order=True).head(_SHOWN).to_list()
    if repeated:
        shown = ", ".join(f"'{name}'" for name in repeated)
        raise CatalogueError(f"{records}: more than one row has the id {shown}; make them unique, or run it again")


def _read_pairs(path: Path) -> pl.DataFrame:
    try:
        parquet = path.suffix == ".parquet"
        pairs = pl.read_parquet(path) if parquet else pl.read_csv(path, infer_schema=False, try_parse_dates=False)
        numbers = [pl.col(name).cast(pl.Float64, strict=False).fill_nan(None) for name in ("p_exact", "p_variant")]
        return pairs.select(pl.col("left_id", "right_id", "label").cast(pl.String), *numbers)
    except (pl.exceptions.PolarsError, OSError):
        raise CatalogueError(f"{path} is not what the run wrote ({', '.join(_PAIRS)}); run it again") from None
