"""Reads the contract, which is written once, as dbt sources in models/raw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from evenkeel.errors import UsageError

SOURCE_NAME = "raw"
# How each type of the contract is stored; integers and decimals are exact, times are UTC.
STORAGE = MappingProxyType(
    {
        "text": "VARCHAR",
        "integer": "BIGINT",
        "decimal": "DECIMAL(18,6)",
        "timestamp": "TIMESTAMP",
        "date": "DATE",
        "boolean": "BOOLEAN",
    }
)
# The same safe reader, ten times faster where PyYAML was built with libyaml.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COLUMN_META = frozenset(
    {
        "key",
        "required",
        "accepted",
        "minimum",
        "maximum",
        "earliest",
        "not_before",
        "not_after",
        "format",
        "refers_to",
        "judged_by",
        "may_lie_ahead",
    }
)


@dataclass(frozen=True)
class Column:
    """One column of an entity.

    Attributes
    ----------
    data_type
        A key of `STORAGE`.
    accepted
        The values that a text may have; empty if any.
    minimum, maximum
        The least and the greatest value of a number, or None.
    earliest
        The first day on which a stamp can lie, or None.
    not_before, not_after
        Column of the same row that an end cannot lie before, or a start after; None if any.
    is_month
        The date may be written as a month, which then means its first day.
    refers_to
        Entity that the value points to; it may be missing there (the row is kept and flagged).
    judged_by
        Entity (or `scales`) that must know the value before the row can be judged.
    may_lie_ahead
        The stamp may be after as_of and still be known: a plan, or the end of a validity.
    """

    name: str
    data_type: str
    description: str = ""
    is_key: bool = False
    is_required: bool = False
    accepted: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    earliest: date | None = None
    not_before: str | None = None
    not_after: str | None = None
    is_month: bool = False
    refers_to: str | None = None
    judged_by: str | None = None
    may_lie_ahead: bool = False

    @property
    def storage(self) -> str:
        """Return the SQL type in which the column is stored."""
        return STORAGE[self.data_type]


# Every entity takes these two, so the contract does not repeat them.
COMMON_COLUMNS = (
    Column("changed_at", "timestamp", "When the source changed the row; decides which is newer"),
    Column("is_deleted", "boolean", "The source deleted the row: its key ends"),
)


@dataclass(frozen=True)
class Entity:
    """One kind of file that a user hands over.

    Attributes
    ----------
    columns
        The columns of the contract, in its order, without the common ones.
    event_time
        Column that dates the rows, or None.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    event_time: str | None = None

    @property
    def delivered(self) -> tuple[Column, ...]:
        """Return every column that a file may carry: the contract's, then the common ones."""
        return self.columns + COMMON_COLUMNS

    @property
    def keys(self) -> tuple[Column, ...]:
        """Return the columns that make up the key."""
        return tuple(column for column in self.columns if column.is_key)

    @property
    def required(self) -> tuple[Column, ...]:
        """Return the columns that must be there and filled."""
        return tuple(column for column in self.columns if column.is_required)

    @property
    def judges(self) -> tuple[str, ...]:
        """Return what must be known before rows of this entity can be judged."""
        return tuple(dict.fromkeys(c.judged_by for c in self.columns if c.judged_by))

    def __contains__(self, name: str) -> bool:
        """Say whether a file of this entity may carry a column of that name."""
        return any(column.name == name for column in self.delivered)

    def __getitem__(self, name: str) -> Column:
        """Return a column by its name."""
        for column in self.delivered:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class Contract:
    """All entities, by name."""

    entities: Mapping[str, Entity]

    def __getitem__(self, name: str) -> Entity:
        """Return an entity by its name."""
        return self.entities[name]

    def __contains__(self, name: str) -> bool:
        """Say whether the contract has an entity of that name."""
        return name in self.entities

    def __iter__(self) -> Iterator[Entity]:
        """Go through the entities by name."""
        return iter(self.entities.values())

    def in_judging_order(self) -> tuple[Entity, ...]:
        """Return the entities so that each comes after those that its rows are judged by."""
        return tuple(
            self.entities[name] for name in _judging_order(self.entities) if name in self.entities
        )


def read_contract(folder: Path) -> Contract:
    """Read every YAML file of a folder of dbt sources.

    Parameters
    ----------
    folder
        The project's models/raw.

    Raises
    ------
    UsageError
        If a file cannot be read, or says something that the contract has no meaning for.
    """
    entities: dict[str, Entity] = {}
    for path in sorted(folder.glob("*.yml")):
        for table in _tables(path):
            try:
                entity = _entity(table, path)
            except (KeyError, AttributeError, TypeError) as error:
                raise UsageError(f"{path}: a table or column lacks {error}; write it.") from error
            if entity.name in entities:
                raise UsageError(f"{path}: entity {entity.name} is written twice; keep one.")
            entities[entity.name] = entity
    if not entities:
        raise UsageError(f"{folder} holds no contract (dbt sources named {SOURCE_NAME!r}).")
    for entity in entities.values():
        for column in entity.columns:
            for target in (column.refers_to, column.judged_by):
                if target and target not in entities and target != "scales":
                    raise UsageError(
                        f"Contract: {entity.name}.{column.name} points to {target}, "
                        "which is no entity; correct it in models/raw."
                    )
    try:
        _judging_order(entities)
    except CycleError as error:
        circle = " and ".join(sorted(set(error.args[1])))
        raise UsageError(
            f"Contract: {circle} judge each other; take one judged_by out of models/raw."
        ) from error
    return Contract(MappingProxyType(dict(sorted(entities.items()))))


def _judging_order(entities: Mapping[str, Entity]) -> tuple[str, ...]:
    graph = {name: sorted(entity.judges) for name, entity in sorted(entities.items())}
    return tuple(TopologicalSorter(graph).static_order())


def _tables(path: Path) -> list[dict[str, Any]]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 -- a safe loader
        return [
            table
            for source in content["sources"]
            if source["name"] == SOURCE_NAME
            for table in source["tables"]
        ]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise UsageError(f"{path} cannot be read as dbt sources ({error}); correct it.") from error


def _entity(table: dict[str, Any], path: Path) -> Entity:
    name = table["name"]
    columns = tuple(_column(column, f"{path}: {name}") for column in table["columns"])
    event_time = table.get("config", {}).get("meta", {}).get("event_time")
    if event_time is not None and event_time not in {column.name for column in columns}:
        raise UsageError(f"{path}: {name} is dated by {event_time}, which is not its column.")
    types = {column.name: column.data_type for column in columns}
    for column in columns:
        for other in (column.not_before, column.not_after):
            if other is not None and types.get(other) != column.data_type:
                raise UsageError(
                    f"{path}: {name}.{column.name} is compared with {other}, which is no "
                    f"{column.data_type} of {name}; correct it."
                )
    if not any(column.is_key for column in columns):
        raise UsageError(f"{path}: {name} has no key; mark its key columns with key: true.")
    return Entity(name, table.get("description", ""), columns, event_time)


def _column(content: dict[str, Any], where: str) -> Column:
    name = content["name"]
    data_type = content.get("data_type", "")
    if data_type not in STORAGE:
        raise UsageError(
            f"{where}.{name}: data_type {data_type!r} is not one of {', '.join(STORAGE)}."
        )
    meta = content.get("config", {}).get("meta", {})
    unknown = sorted(set(meta) - _COLUMN_META)
    if unknown:
        raise UsageError(
            f"{where}.{name}: meta {unknown[0]!r} is not one of {', '.join(sorted(_COLUMN_META))}."
        )
    accepted = tuple(meta.get("accepted", ()))
    if not all(isinstance(value, str) for value in accepted):
        raise UsageError(f"{where}.{name}: accepted values are texts; put quotes around them.")
    if meta.get("format") not in (None, "month"):
        raise UsageError(f"{where}.{name}: format {meta['format']!r} is not 'month'.")
    return Column(
        name=name,
        data_type=data_type,
        description=content.get("description", ""),
        is_key=bool(meta.get("key", False)),
        is_required=bool(meta.get("required", False)),
        accepted=accepted,
        minimum=_number(meta, "minimum"),
        maximum=_number(meta, "maximum"),
        earliest=date.fromisoformat(meta["earliest"]) if "earliest" in meta else None,
        not_before=meta.get("not_before"),
        not_after=meta.get("not_after"),
        is_month=meta.get("format") == "month",
        refers_to=meta.get("refers_to"),
        judged_by=meta.get("judged_by"),
        may_lie_ahead=bool(meta.get("may_lie_ahead", False)),
    )


def _number(meta: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(str(meta[name])) if name in meta else None
