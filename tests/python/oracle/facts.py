"""Facts: one row per response, contact or complaint, with the measures of the metrics.

A measure is given in the unit of its metric (100 for a yes in percent, seconds for a duration);
None means "not in the base".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from .business import Business
from .catalogue import IndexWeights, Scale, rounded
from .files import Files, Row
from .organisation import ALL, UNKNOWN, Customers, Organisation, known
from .people import Staff
from .periods import Period
from .settings import Settings

POOLED = {"post_contact", "follow_up", "relationship"}
OFFERED = {"answered", "abandoned", "flowed_out", "callback_requested"}
YES, NO = Decimal(100), Decimal(0)


@dataclass(frozen=True)
class Fact:
    """One thing that happened, ready to be counted."""

    day: date
    unit: str | None
    slices: dict[str, str]
    measures: dict[str, Decimal]
    person: str | None = None
    weight: Decimal | None = None
    is_pooled: bool = True
    wave: Period | None = None
    version: tuple[str, str] | None = None
    groups: tuple[str, ...] = ()  # Of the question: the values of slice item_group, any number.
    key: str | None = None  # Of the row that it was built from, where others name it.
    is_answer: bool = False  # An unbridged version of the questionnaire breaks its series.

    def values(self, slice_name: str) -> tuple[str, ...]:
        """Values of a slice that it lies in: one, but for groups of questions."""
        return self.groups if slice_name == "item_group" else (self.slices[slice_name],)


@dataclass
class Scene:
    """Everything that facts are built from."""

    files: Files
    settings: Settings
    as_of: date
    organisation: Organisation
    customers: Customers
    staff: Staff
    scales: dict[str, Scale]
    index_weights: IndexWeights = field(default_factory=dict)
    business: Business | None = None
    contacts: dict[str, Row] = field(default_factory=dict)
    complaints: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.contacts = {row["contact_id"]: row for row in self.files["contacts"]}
        self.complaints = {row["complaint_id"]: row for row in self.files["complaints"]}

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.settings.zone).date()

    def known(self, moment: datetime | None) -> datetime | None:
        """A stamp that lies after as_of is not known yet."""
        is_known = moment is not None and self.local_day(moment) <= self.as_of
        return moment if is_known else None

    def customer_slices(self, customer: str | None, day: date) -> dict[str, str]:
        return {name: self.customers.attribute(customer, day, name) for name in ("tier", "segment")}

    def unit_slices(self, unit: str | None, day: date) -> dict[str, str]:
        return {
            "vendor": self.organisation.attribute(unit, day, "vendor_id"),
            "service_line": self.organisation.attribute(unit, day, "service_line"),
        }

    def staff_slices(self, employee: str | None, day: date) -> dict[str, str]:
        row = self.staff.serving(employee, day)
        return {"job_role": said(row["job_role"] if row else None)}


def said(value: object) -> str:
    return UNKNOWN if value is None else str(value)


def share(condition: bool) -> Decimal:
    return YES if condition else NO


def waves(surveys: Iterable[Row], as_of: date) -> dict[str, Period]:
    """The wave of each survey that has one."""
    members: dict[str, list[Row]] = defaultdict(list)
    for survey in surveys:
        if survey["wave"] is not None:
            members[f"{survey['programme']}:{survey['wave']}"].append(survey)
    found = {}
    for key, group in members.items():
        closed = [known(survey["closed_on"], as_of) for survey in group]
        given = [day for day in closed if day is not None]
        end = max(given) + timedelta(days=1) if len(given) == len(group) else None
        wave = Period("wave", key, min(survey["opened_on"] for survey in group), end)
        found.update({survey["survey_id"]: wave for survey in group})
    return found


def response_facts(scene: Scene) -> tuple[list[Fact], dict[str, Fact]]:
    """Responses that count, and all of them by id (without measures) for their answers."""
    surveys = {row["survey_id"]: row for row in scene.files["surveys"]}
    wave_of = waves(surveys.values(), scene.as_of)
    counted, by_id = [], {}
    for row in scene.files["survey_responses"]:
        survey = surveys.get(row["survey_id"])
        day = scene.local_day(row["submitted_at"])
        if survey is None or row["is_test"] or day > scene.as_of:
            continue
        fact = _response_fact(scene, row, survey, day, wave_of.get(row["survey_id"]))
        by_id[row["response_id"]] = fact
        if survey["subject"] == "customer":
            counted.append(fact)
    return counted, by_id


def _response_fact(scene: Scene, row: Row, survey: Row, day: date, wave: Period | None) -> Fact:
    unit = _unit_of_response(scene, row, day)
    programme = survey["programme"]
    slices = {
        ALL: ALL,
        "programme": programme,
        "survey": survey["survey_id"],
        "channel": said(row["channel"]),
        **scene.customer_slices(row["customer_id"], day),
        **scene.unit_slices(unit, day),
        **scene.staff_slices(row["employee_id"], day),
    }
    weight = row["weight"]
    return Fact(
        day=day,
        unit=unit,
        slices=slices,
        measures={"responses": Decimal(1)},
        person=row["customer_id"],
        weight=None if weight is None else rounded(weight, Decimal("0.0001")),
        is_pooled=survey["subject"] == "employee" or is_pooled(survey),
        wave=wave,
        version=(programme, survey["version"]),
    )


def is_pooled(survey: Row) -> bool:
    """Whether a customer survey counts outside its own programme and wave (rule 19)."""
    return survey["run_by"] == "internal" and survey["programme"] in POOLED


def _unit_of_response(scene: Scene, row: Row, day: date) -> str | None:
    contact = scene.contacts.get(row["contact_id"] or "")
    complaint = scene.complaints.get(row["complaint_id"] or "")
    server = scene.staff.serving(row["employee_id"], day)
    for source in (row, contact, complaint, server):
        if source is not None and source["org_unit_id"] is not None:
            return str(source["org_unit_id"])
    return None


def contact_facts(scene: Scene) -> list[Fact]:
    """Inbound contacts that asked for a person."""
    found = []
    for row in scene.files["contacts"]:
        day = scene.local_day(row["started_at"])
        is_inbound = row["direction"] in (None, "inbound")
        if day > scene.as_of or not is_inbound or row["outcome"] not in OFFERED:
            continue
        unit = row["org_unit_id"]
        slices = {
            ALL: ALL,
            "channel": row["channel"],
            "queue": said(row["queue"]),
            **scene.customer_slices(row["customer_id"], day),
            **scene.unit_slices(unit, day),
            **scene.staff_slices(row["employee_id"], day),
        }
        measures = contact_measures(row, scene.settings)
        found.append(Fact(day, unit, slices, measures, key=row["contact_id"]))
    return found


def customers_served(scene: Scene) -> list[tuple[Fact, Decimal]]:
    """A one for every contact of a known customer, in either direction."""
    found = []
    for row in scene.files["contacts"]:
        day = scene.local_day(row["started_at"])
        customer = row["customer_id"]
        if day <= scene.as_of and customer is not None and row["outcome"] != "not_a_contact":
            slices = {ALL: ALL, **scene.customer_slices(customer, day)}
            fact = Fact(day, row["org_unit_id"], slices, {}, person=customer)
            found.append((fact, Decimal(1)))
    return found


def contact_measures(row: Row, settings: Settings) -> dict[str, Decimal]:
    """Measures of an offered contact."""
    outcome, wait = row["outcome"], row["queue_seconds"]
    is_answered, is_abandoned = outcome == "answered", outcome == "abandoned"
    is_short = is_abandoned and wait is not None and wait <= settings.short_abandon_seconds
    measures = {
        "contacts_offered": Decimal(1),
        "answer_rate": share(is_answered),
        "abandonment_rate_all": share(is_abandoned),
    }
    if not is_short:
        measures["abandonment_rate"] = share(is_abandoned)
    if row["channel"] in {"voice", "chat"} and wait is not None:
        in_time = wait <= settings.service_level_seconds
        if is_answered or is_abandoned:
            measures["service_level_f3"] = share(is_answered and in_time)
        if is_answered or (is_abandoned and not in_time):
            measures["service_level_f4"] = share(is_answered and in_time)
        if is_answered:
            measures["asa_seconds"] = measures["queue_seconds_p90"] = Decimal(wait)
    if is_answered and row["talk_seconds"] is not None:
        rest = (row["hold_seconds"] or 0) + (row["after_contact_seconds"] or 0)
        measures["aht_seconds"] = Decimal(row["talk_seconds"] + rest)
    return measures


def resolved(event_types: list[str]) -> bool:
    """Resolved at the end of the events given, which are in order of time."""
    while "reopened" in event_types:
        event_types = event_types[event_types.index("reopened") + 1 :]
    return "resolved" in event_types or "closed" in event_types
