"""Contract CSV files to the rows that are current: refusals, blanks, versions, deletions.

A file's name begins with the number of the load that takes it in (`contacts/2-late.csv` belongs to
the second load), so that the order of delivery can be read off the folder.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from .catalogue import Scale

MISSING = {"", "NA", "N/A", "null"}
TRUE, FALSE = {"true", "1", "yes", "是"}, {"false", "0", "no", "否"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    is_key: bool = False
    is_required: bool = False
    accepted: frozenset[str] = frozenset()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    earliest: str = ""
    not_before: str = ""
    not_after: str = ""


@dataclass
class Version:
    """One content that a key has had; `order` is (changed_at, load, file, line)."""

    values: Row
    order: tuple[datetime, int, bytes, int]
    load: int


@dataclass
class Delivered:
    """What came for one key: its distinct versions, and the last load that named it."""

    versions: list[Version] = field(default_factory=list)
    last_load: int = 0

    def current(self, until: datetime) -> Version | None:
        """The latest version of those that were not changed at `until` or later."""
        known = [version for version in self.versions if version.order[0] < until]
        return max(known, key=lambda version: version.order, default=None)


def read_contract(models_raw: Path) -> dict[str, list[Column]]:
    """Columns of every entity, from the sources that are the contract."""
    bookkeeping = [Column("changed_at", "timestamp"), Column("is_deleted", "boolean")]
    contract = {}
    for file in sorted(models_raw.glob("*.yml")):
        for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                columns = [_column(entry) for entry in table.get("columns", [])]
                contract[table["name"]] = columns + bookkeeping
    return contract


def _column(entry: dict[str, Any]) -> Column:
    meta = entry.get("config", {}).get("meta", {})
    return Column(
        name=entry["name"],
        kind=entry["data_type"],
        is_key=bool(meta.get("key")),
        is_required=bool(meta.get("required")),
        accepted=frozenset(str(value) for value in meta.get("accepted", [])),
        minimum=Decimal(str(meta["minimum"])) if "minimum" in meta else None,
        maximum=Decimal(str(meta["maximum"])) if "maximum" in meta else None,
        earliest=str(meta.get("earliest", "")),
        not_before=str(meta.get("not_before", "")),
        not_after=str(meta.get("not_after", "")),
    )


def parse(text: str, kind: str, zone: ZoneInfo) -> Any:
    """The typed value; ValueError where the text is not one."""
    if kind == "text":
        return text
    if kind == "integer":
        if not re.fullmatch(r"[+-]?\d+", text):
            raise ValueError(text)
        return int(text)
    if kind == "decimal":
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text):
            raise ValueError(text)
        return Decimal(text)
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "timestamp":
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    if text.lower() in TRUE | FALSE:
        return text.lower() in TRUE
    raise ValueError(text)


def typed(raw: dict[str, str], columns: list[Column], zone: ZoneInfo) -> Row | None:
    """The row with wrong optional values blanked; None where a required one is missing or wrong."""
    values: Row = {}
    for column in columns:
        text = (raw.get(column.name) or "").strip()
        value = None
        if text not in MISSING:
            try:
                value = parse(text, column.kind, zone)
            except ValueError:
                value = None
            if column.accepted and value not in column.accepted:
                value = None
            if column.minimum is not None and value is not None and value < column.minimum:
                value = None
            if column.maximum is not None and value is not None and value > column.maximum:
                value = None
            if column.earliest and value is not None and value < _begin(column, zone):
                value = None
        if value is None and column.is_required:
            return None
        values[column.name] = value
    for column in columns:
        value = values[column.name]
        first = values[column.not_before] if column.not_before else None
        last = values[column.not_after] if column.not_after else None
        is_early = value is not None and first is not None and value < first
        is_late = value is not None and last is not None and value > last
        if is_early or is_late:
            if column.is_required:
                return None
            values[column.name] = None
    return values


def _begin(column: Column, zone: ZoneInfo) -> Any:
    return parse(column.earliest, column.kind, zone)


def landed(landing: Path, entity: str) -> Iterator[tuple[int, bytes, int, dict[str, str]]]:
    """(load, path, line, cells) of an entity's files in order of delivery."""
    files = [(int(f.name.split("-")[0]), f) for f in (landing / entity).glob("*.csv")]
    for load, file in sorted(files, key=lambda pair: (pair[0], pair[1].name.encode())):
        path = file.relative_to(landing).as_posix().encode()
        with file.open(encoding="utf-8", newline="") as handle:
            for line, cells in enumerate(csv.DictReader(handle), start=2):
                yield load, path, line, cells


def delivered(
    landing: Path,
    entity: str,
    columns: list[Column],
    zone: ZoneInfo,
    is_refused: Callable[[Row], bool] = lambda _: False,
) -> dict[tuple[Any, ...], Delivered]:
    """Every key that was ever accepted, with its versions.

    A row equal to any version that its key has had changes nothing.
    """
    keys = [column.name for column in columns if column.is_key]
    found: dict[tuple[Any, ...], Delivered] = {}
    for load, path, line, cells in landed(landing, entity):
        values = typed(cells, columns, zone)
        if values is None or is_refused(values):
            continue
        entry = found.setdefault(tuple(values[key] for key in keys), Delivered())
        entry.last_load = load
        changed_at = values.pop("changed_at") or datetime.min.replace(tzinfo=UTC)
        if any(version.values == values for version in entry.versions):
            continue
        entry.versions.append(Version(values, (changed_at, load, path, line), load))
    return found


def living(found: dict[tuple[Any, ...], Delivered], until: datetime) -> list[Row]:
    """The current version of each key that has not been deleted."""
    current = [entry.current(until) for entry in found.values()]
    return [one.values for one in current if one is not None and not one.values["is_deleted"]]


@dataclass(frozen=True)
class Files:
    """The current rows of the entities that the metrics of this stage need."""

    rows: dict[str, list[Row]]

    def __getitem__(self, entity: str) -> list[Row]:
        return self.rows[entity]


PLAIN = (
    "org_units", "employees", "customers", "surveys", "survey_items", "survey_item_groups", "contacts", "complaints",
    "complaint_events", "survey_invitations", "corrective_actions", "inspections", "inspection_items",
)  # fmt: skip


def read_files(
    landing: Path, models_raw: Path, zone: ZoneInfo, scales: Mapping[str, Scale], as_of: date
) -> Files:
    """Everything that the landing folder says, but for what was changed after as_of."""
    until = datetime.combine(as_of + timedelta(days=1), time(), zone)
    contract = read_contract(models_raw)
    rows = {
        entity: living(delivered(landing, entity, contract[entity], zone), until)
        for entity in PLAIN
    }
    # An item whose scale nobody knows is held: it is no item yet.
    rows["survey_items"] = [row for row in rows["survey_items"] if row["scale"] in scales]
    subjects = {survey["survey_id"]: survey["subject"] for survey in rows["surveys"]}
    identities = ("employee_id", "customer_id", "contact_id", "complaint_id")

    def shows_identity(row: Row) -> bool:
        is_about_staff = subjects.get(row["survey_id"]) == "employee"
        return is_about_staff and any(row[column] is not None for column in identities)

    responses = delivered(
        landing, "survey_responses", contract["survey_responses"], zone, shows_identity
    )
    rows["survey_responses"] = living(responses, until)
    survey_of = {row["response_id"]: row["survey_id"] for row in rows["survey_responses"]}
    scale_of = {
        (item["survey_id"], item["item_code"]): scales.get(item["scale"])
        for item in rows["survey_items"]
    }

    def is_off_scale(row: Row) -> bool:
        scale = scale_of.get((survey_of.get(row["response_id"]), row["item_code"]))
        value = row["answer_value"]
        return scale is not None and value is not None and not scale.accepts(value)

    answers = delivered(landing, "survey_answers", contract["survey_answers"], zone, is_off_scale)
    kept = {key: entry for key, entry in answers.items() if _is_redelivered(key, entry, responses)}
    rows["survey_answers"] = living(kept, until)
    # Judging needed those that open later; nothing further does.
    rows["surveys"] = [row for row in rows["surveys"] if row["opened_on"] <= as_of]
    return Files(rows)


def _is_redelivered(
    key: tuple[Any, ...], answer: Delivered, responses: dict[tuple[Any, ...], Delivered]
) -> bool:
    """False where a later version of the response came without this answer (rule 23)."""
    response = responses.get(key[:1])
    if response is None or len(response.versions) < 2:
        return True
    return answer.last_load >= max(version.load for version in response.versions)
