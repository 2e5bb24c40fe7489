"""Whether tables fit a model, and the settings under which they are read for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matchkit.catalogue import Catalogue
from matchkit.config import Config
from matchkit.errors import ConfigError, ModelError
from matchkit.reading import Source, Table, read_table
from matchkit.records import Records
from matchkit.schema import Schema, understand
from matchkit.spelling import listed
from matchkit.trained.model import ComparedColumn, Model
from matchkit.twotables import TwoTables, read_both
from pairs.attributes import Role
from pairs.normalise import as_text, clean_text

_READABLE = 0.5


def model_settings(model: Model, config: Config, tables: Sequence[Table]) -> Config:
    """The settings with the roles, columns and candidates of a model.

    Raises
    ------
    ModelError
        A column of the model is not there, or the settings give it another role.
    ConfigError
        A setting contradicts the model.
    """
    _check_kind(model, len(tables))
    _check_settings(model, config)
    problems = _lacking(model, tables) + _other_roles(model, config)
    if problems:
        raise ModelError(
            f"the model was trained on other columns: {'; '.join(problems)}; "
            "rename the columns as the model has them, or train a model on this table"
        )
    roles = {**config.columns, **{column.attribute.name: column.role for column in model.columns}}
    map = {column.attribute.name: column.right for column in model.columns if column.right is not None}
    return config.replace(
        columns=roles, map={**config.map, **map}, neighbours=model.neighbours, encoder=model.encoder, seed=model.seed
    )


def fitted_schema(model: Model, schema: Schema) -> Schema:
    """The schema with nothing compared but the columns of the model."""
    compared = {column.attribute.name: column.attribute for column in model.columns}
    reasons = {
        name: reason if name in compared else "the model does not compare it" for name, reason in schema.reasons.items()
    }
    attributes = (compared.get(a.name, replace(a, role=Role.IGNORED, kind="")) for a in schema.attributes)
    return Schema(tuple(attributes), reasons)


def check_values(model: Model, records: Records, sources: Sequence[str]) -> None:
    """Refuse values that cannot be what the model takes them for.

    Raises
    ------
    ModelError
        Most values of a number are none.
    """
    problems = []
    for column in model.columns:
        name = column.attribute.name
        if column.attribute.role is not Role.NUMBER or name not in records.normalised.columns:
            continue
        stated = clean_text(as_text(records.frame[name])).is_not_null()
        read = records.normalised[name].is_not_null()
        if int((stated & read).sum()) < _READABLE * int(stated.sum()):
            value = records.frame[name].filter(stated & ~read).cast(str)[0][:40]
            problems.append(f"it has '{name}' as {column.role}, but most values are no numbers, such as '{value}'")
    if problems:
        raise ModelError(
            f"the model was trained on other columns than {' and '.join(sources)}: {'; '.join(problems)}; "
            "train a model on this table"
        )


def read_catalogue(model: Model | None, source: Source, config: Config) -> tuple[Catalogue, Schema, Config]:
    """One table read and understood, under the settings of a model if there is one; raises as :meth:`Catalogue.read`
    and :func:`model_settings`.
    """
    if model is None:
        catalogue = Catalogue.read(source, config)
        return catalogue, understand(catalogue, config), config
    table = read_table(source, delimiter=config.delimiter, encoding=config.encoding)
    config = model_settings(model, config, [table])
    catalogue = Catalogue.of(table, config)
    return catalogue, fitted_schema(model, understand(catalogue, config)), config


def read_two(model: Model | None, left: Source, right: Source, config: Config) -> tuple[TwoTables, Schema]:
    """The same of two tables; raises as :meth:`TwoTables.read` and :func:`model_settings`."""
    tables = read_both(left, right, config)
    found = TwoTables.of(tables, config if model is None else model_settings(model, config, tables))
    schema = found.understand()
    return found, schema if model is None else fitted_schema(model, schema)


def _check_kind(model: Model, tables: int) -> None:
    if model.two_tables and tables == 1:
        raise ModelError(
            "the model was trained on pairs of two tables, and this is one; give the right table, too, or train a "
            "model on pairs of one table"
        )
    if not model.two_tables and tables == 2:
        raise ModelError(
            "the model was trained on pairs of one table, and these are two; leave the right table out, or train a "
            "model on pairs of two tables"
        )


def _check_settings(model: Model, config: Config) -> None:
    default = Config()
    for name in ("neighbours", "encoder"):
        given, own = getattr(config, name), getattr(model, name)
        if given not in (own, getattr(default, name)):
            raise ConfigError(f"{name}: {given!r} is not what the model was trained with, {own!r}; leave it out")
    if config.classifier != default.classifier:
        raise ConfigError(f"classifier: '{config.classifier}' and a model exclude each other; leave one of them out")


def _lacking(model: Model, tables: Sequence[Table]) -> list[str]:
    problems = []
    for place, table in enumerate(tables):
        names = [(column, _name(column, place)) for column in model.columns]
        there = set(table.frame.columns)
        lost = [f"'{name}' ({column.role})" for column, name in names if name not in there]
        if lost:
            known = {name for _, name in names}
            others = [f"'{name}'" for name in table.frame.columns if name not in known]
            also = f", and has {listed(others)}" if others else ""
            problems.append(f"{table.source} lacks {', '.join(lost)}{also}")
    return problems


def _other_roles(model: Model, config: Config) -> list[str]:
    problems = []
    for column in model.columns:
        for name in {column.attribute.name, column.right or column.attribute.name}:
            if name in config.ignore_columns:
                problems.append(f"the model compares '{name}' ({column.role}), which the settings ignore")
            elif config.columns.get(name, column.role) != column.role:
                problems.append(f"the model has '{name}' as {column.role}, the settings as {config.columns[name]}")
    return problems


def _name(column: ComparedColumn, place: int) -> str:
    return column.right if place and column.right is not None else column.attribute.name
