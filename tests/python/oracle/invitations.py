"""Invitations to customer surveys and what became of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

from .facts import Fact, Scene, is_pooled, share, waves
from .files import Row
from .organisation import ALL

STAMPS = ("delivered_at", "bounced_at", "opened_at", "started_at", "completed_at", "opted_out_at")
WINDOW = timedelta(days=30)


def invitation_facts(scene: Scene, responses: dict[str, Fact]) -> list[Fact]:
    """Invitations sent up to as_of, by the day on which they were sent.

    `responses` are those that count, tests left out.
    """
    surveys = {row["survey_id"]: row for row in scene.files["surveys"]}
    wave_of = waves(surveys.values(), scene.as_of)
    answered: dict[str, list[Row]] = defaultdict(list)
    for response in scene.files["survey_responses"]:
        if response["response_id"] in responses and response["invitation_id"] is not None:
            answered[response["invitation_id"]].append(response)
    sent = [
        {**row, **{name: scene.known(row[name]) for name in STAMPS}}
        for row in scene.files["survey_invitations"]
        if scene.known(row["sent_at"]) is not None
        and surveys.get(row["survey_id"], {}).get("subject") == "customer"
    ]
    numbers = places_in_window(sent)
    found = []
    for row in sent:
        survey, day = surveys[row["survey_id"]], scene.local_day(row["sent_at"])
        measures = invitation_measures(row, answered[row["invitation_id"]])
        if row["customer_id"] is not None:
            number = numbers[row["invitation_id"]]
            measures["over_contact_share"] = share(number > scene.settings.contact_cap_30d)
        unit = _unit(scene, row)
        slices = {
            ALL: ALL,
            "programme": survey["programme"],
            "survey": survey["survey_id"],
            "channel": row["channel"],
            **scene.customer_slices(row["customer_id"], day),
            **scene.unit_slices(unit, day),
        }
        found.append(
            Fact(
                day=day,
                unit=unit,
                slices=slices,
                measures=measures,
                person=row["customer_id"],
                is_pooled=is_pooled(survey),
                wave=wave_of.get(row["survey_id"]),
            )
        )
    return found


def _unit(scene: Scene, row: Row) -> str | None:
    contact = scene.contacts.get(row["contact_id"] or "")
    complaint = scene.complaints.get(row["complaint_id"] or "")
    for source in (row, contact, complaint):
        if source is not None and source["org_unit_id"] is not None:
            return str(source["org_unit_id"])
    return None


def places_in_window(sent: list[Row]) -> dict[str, int]:
    """How many invitations the customer had had in the 30 days up to each one, itself included."""
    own: dict[str, list[tuple[datetime, bytes]]] = defaultdict(list)
    for row in sent:
        if row["customer_id"] is not None:
            own[row["customer_id"]].append((row["sent_at"], row["invitation_id"].encode()))
    return {
        key.decode(): sum(
            moment - WINDOW < other and (other, other_key) <= (moment, key)
            for other, other_key in mine
        )
        for mine in own.values()
        for moment, key in mine
    }


def outcome_of(row: Row, responses: list[Row]) -> str:
    """What was said of the invitation, or else what its stamps and responses show."""
    if row["disposition"] is not None:
        return str(row["disposition"])
    is_partial = [response["status"] == "partial" for response in responses]
    if row["completed_at"] or not all(is_partial):
        return "complete"
    if row["started_at"] or is_partial:
        return "partial"
    if row["opted_out_at"]:
        return "refused"
    if row["opened_at"] or (row["delivered_at"] and not row["bounced_at"]):
        return "non_contact"
    return "unknown"


def invitation_measures(row: Row, responses: list[Row]) -> dict[str, Decimal]:
    """Measures of one invitation, but for its place among those of its customer."""
    outcome = outcome_of(row, responses)
    measures: dict[str, Decimal] = {}
    if outcome != "ineligible":
        measures["response_rate_rr1"] = share(outcome == "complete")
        measures["response_rate_rr2"] = share(outcome in {"complete", "partial"})
    if outcome in {"complete", "partial", "refused", "non_contact"}:
        measures["response_rate_rr5"] = share(outcome == "complete")
    seen = ("opened_at", "started_at", "completed_at", "opted_out_at")
    is_delivered = bool(responses) or any(row[name] is not None for name in seen)
    is_delivered |= outcome in {"complete", "partial", "refused"}
    is_delivered |= row["delivered_at"] is not None and row["bounced_at"] is None
    measures["delivery_rate"] = share(is_delivered)
    if is_delivered:
        measures["opt_out_rate"] = share(row["opted_out_at"] is not None)
    is_started = row["started_at"] is not None or row["completed_at"] is not None
    is_started |= outcome in {"complete", "partial"}
    if is_started and outcome != "ineligible":
        measures["drop_off_share"] = share(outcome != "complete")
    return measures
