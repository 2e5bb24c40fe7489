"""The options that several commands share, and the configuration they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matchkit.errors import ConfigError

if TYPE_CHECKING:
    from matchkit.config import Config
    from matchkit.trained.model import Model


class FileFormat(StrEnum):
    """How tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


class GroupFormat(StrEnum):
    """Who else can take the families."""

    SCHEMA_ORG = "schema.org"
    GOOGLE = "google"
    SHOPIFY = "shopify"


class Classifier(StrEnum):
    """What tells duplicates from other pairs."""

    MIXTURE = "mixture"
    ECM = "ecm"


def place(text: str) -> Path:
    """Where an output goes; an empty name, as from a variable that is not set, is not taken for this folder."""
    if not text:
        raise typer.BadParameter("'' is no name, give one, or . for this folder")
    return Path(text)


File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="CSV, TSV, Parquet or JSON lines, found out from the content; - reads standard input.",
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", "-c", metavar="FILE", help="Settings in TOML; the options here go before it."),
]
IdColumn = Annotated[
    str | None, typer.Option("--id", metavar="COLUMN", help="The column that names each row; else found out.")
]
IgnoreColumn = Annotated[
    list[str] | None,
    typer.Option("--ignore-column", metavar="COLUMN", help="Leave the column out of matching; may be repeated."),
]
Prefer = Annotated[
    float | None,
    typer.Option(metavar="0..1", help="In doubt: 0 finds more, 1 makes fewer mistakes; 0.5 is neutral."),
]
Neighbours = Annotated[
    int | None, typer.Option(metavar="K", help="Nearest neighbours looked at for each row; 10 by default.")
]
Encoder = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="hashed (the default) or sentence-transformers:NAME_OR_FOLDER."),
]
ClassifierName = Annotated[
    Classifier | None, typer.Option(help="What tells duplicates from other pairs; mixture by default.")
]
TrainedModel = Annotated[
    Path | None,
    typer.Option("--model", metavar="FOLDER", help="What 'matchkit train' wrote judges the pairs; needs its columns."),
]
Threads = Annotated[
    int | None, typer.Option(metavar="N", help="Threads to use, 0 for all cores; the result stays the same.")
]
Seed = Annotated[int | None, typer.Option(metavar="N", help="Seed of everything drawn by chance; 0 by default.")]
Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help="Encoding of the file, such as cp1252; else found out.")
]
Delimiter = Annotated[
    str | None,
    typer.Option(metavar="CHAR", help="Delimiter of the file, such as ';' or tab; else found out."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace an earlier result.")]
NoResume = Annotated[bool, typer.Option("--no-resume", help="Start over where an earlier run was stopped.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the seconds and the memory of each stage.")]

Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="LEFT=RIGHT",
        help="Columns of both tables that say the same; else found out. LEFT= compares the column with none; "
        "may be repeated.",
    ),
]
LeftId = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="The column that names each row, left or only table; else found out."),
]
RightId = Annotated[str | None, typer.Option(metavar="COLUMN", help="The same for the right table.")]
LeftTable = Annotated[
    str | None,
    typer.Option("--left", metavar="FILE", help="The left table, or the only one."),
]
RightTable = Annotated[
    str | None, typer.Option("--right", metavar="FILE", help="The right table, where pairs are between two.")
]


def resolve_config(path: Path | None, *, ignore_columns: Sequence[str] | None, **settings: Any) -> Config:
    """The configuration file's settings with the options given on the command line put over them.

    Columns to ignore add to those of the file. The environment is prepared for the number of threads, which
    some libraries read when they are first imported: so this comes before anything that imports them.

    Raises
    ------
    ConfigError
        A setting is wrong.
    ResourceError
        The address space is limited to less than these libraries take.
    """
    from matchkit.addressspace import check_address_space
    from matchkit.config import MAX_THREADS, Config, parse_settings
    from matchkit.cores import prepare

    table = parse_settings(path) if path is not None else {}
    threads = table.get("threads") if settings.get("threads") is None else settings["threads"]
    count = threads if isinstance(threads, int) and 0 < threads <= MAX_THREADS else 0
    prepare(count)
    check_address_space(count)
    config = Config.from_table(table, path) if path is not None else Config()
    ignored = tuple(dict.fromkeys((*config.ignore_columns, *(ignore_columns or ()))))
    return config.replace(ignore_columns=ignored, **settings)


def mapped(given: Sequence[str]) -> dict[str, str]:
    """``LEFT=RIGHT`` as a column and a column; a name with ``=`` in it has to stand in the settings."""
    found: dict[str, str] = {}
    for text in given:
        left, sign, right = (part.strip() for part in text.partition("="))
        if not sign or not left:
            raise ConfigError(f"--map {text!r} is not allowed, give LEFT=RIGHT, two column names")
        if left in found:
            raise ConfigError(f"--map: the column '{left}' is mapped twice, to '{found[left]}' and '{right}'")
        found[left] = right
    return found


def load_model(folder: Path | None) -> Model | None:
    """The trained model in a folder, if one was named; raises ModelError."""
    if folder is None:
        return None
    from matchkit.trained.model import Model

    return Model.load(folder)


def with_ids(config: Config, right: str | None) -> Config:
    """The settings with the id column of the left table as that of the only one, where there is no right one."""
    return config if right is not None else config.replace(id=config.left_id)
