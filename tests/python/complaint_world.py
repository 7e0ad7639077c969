"""A random world of answers, contacts, complaints and volumes as rows of the contract, in days of one hour each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from survey_world import ancestors, as_contract

Row = dict[str, Any]
World = dict[str, list[Row]]
KEY = ["period_type", "period_key", "org_unit_id", "slice", "slice_value"]
FIRST, DAYS = date(2025, 1, 1), 485
AS_OF = FIRST + timedelta(DAYS - 1)
TIERS = ("gold", "basic")
UNITS = ("HQ", "S1", "S2", "T1", "T2", "T3")


def at(day: int, second: int = 0) -> str:
    """Return three o'clock of a day, in UTC: the same local day."""
    return f"{FIRST + timedelta(day)} 03:{second // 60:02}:{second % 60:02}"


def day_of(stamp: str) -> date:
    return date.fromisoformat(stamp[:10])


def some_world(random: np.random.Generator) -> dict[str, list[Row]]:
    """Return rows by entity; a customer's key is `key of` its id."""
    contacts = [_contact(random, number) for number in range(1500)]
    responses = [_response(random, number) for number in range(1100)]
    complaints = [_complaint(random, number, responses) for number in range(170)]
    invitations: list[Row] = []
    for response in responses:
        match random.integers(6):
            case 0:
                response["complaint_id"] = f"q{random.integers(170)}"
            case 1:
                response["invitation_id"] = f"i{len(invitations)}"
                invitations.append(
                    {
                        "invitation_id": response["invitation_id"],
                        "complaint_id": f"q{random.integers(170)}",
                    }
                )
            case 2:
                response["contact_id"] = f"t{random.integers(1500)}"
    world = as_contract(responses, _answers(random, responses))
    items = (
        ("overall", "overall_satisfaction"),
        ("again", "overall_satisfaction"),
        ("tell", "recommend"),
    )
    world["survey_items"] = [
        {
            "survey_id": survey["survey_id"], "item_text": "?", "item_code": code, "construct": construct,
            "scale": "nps11" if code == "tell" else "slider100" if survey["survey_id"] == "F" else "likert5",
        }
        for survey in world["surveys"] for code, construct in items
    ]  # fmt: skip
    return world | {
        "contacts": contacts,
        "complaints": complaints,
        "complaint_events": _events(random, complaints),
        "survey_invitations": invitations,
        "customers": [
            {"customer_id": f"c{n}", "_customer_key": f"key of c{n}", "tier": TIERS[n % 2]}
            for n in range(110)
        ],
        "unit_volumes": [
            {
                "org_unit_id": unit, "month": date(2025 + month // 12, month % 12 + 1, 1), "measure": measure,
                "quantity": float(random.integers(50, 900)),
            }
            for unit in (*UNITS, "gone") for month in range(16) for measure in ("households", "subscribers")
            if random.random() < 0.4
        ],
    }  # fmt: skip


def _customer(random: np.random.Generator) -> Row:
    # A few come often, so that they answer before and after a complaint.
    known = random.random() < 0.85
    number = random.integers(25) if random.random() < 0.4 else random.integers(120)
    person = f"c{number}" if known else None
    return {"customer_id": person, "_customer_key": person and f"key of {person}"}


def _unit(random: np.random.Generator) -> str:
    return str(random.choice(["T1", "T2", "T3", "gone"], p=[0.48, 0.44, 0.04, 0.04]))


def _contact(random: np.random.Generator, number: int) -> Row:
    outcome = random.choice(["answered", "abandoned", "not_a_contact"], p=[0.7, 0.2, 0.1])
    return {
        "contact_id": f"t{number}", "started_at": at(int(random.integers(DAYS))), "channel": "voice",
        "outcome": str(outcome), "org_unit_id": _unit(random), **_customer(random),
    }  # fmt: skip


def _response(random: np.random.Generator, number: int) -> Row:
    return {
        "response_id": f"r{number}", "survey_id": str(random.choice(["F", "T", "P"], p=[0.2, 0.2, 0.6])),
        "submitted_at": at(int(random.integers(DAYS))), "org_unit_id": _unit(random),
        "channel": str(random.choice(["sms", "email"])), "is_test": bool(random.random() < 0.04),
        **_customer(random),
    }  # fmt: skip


def _answers(random: np.random.Generator, responses: list[Row]) -> list[Row]:
    answers = []
    for response in responses:
        mood = random.normal()
        for code, low, high in (("overall", 1, 5), ("again", 1, 5), ("tell", 0, 10)):
            if random.random() < (0.9 if code == "again" else 0.1):
                continue
            if code != "tell" and response["survey_id"] == "F":
                low, high = 0, 100
            value = round(low + (high - low) * (0.55 + 0.2 * (mood + random.normal() * 0.7)))
            far = high + 5 if random.random() < 0.03 else min(max(value, low), high)
            row = {"response_id": response["response_id"], "item_code": code}
            answers.append({**row, "answer_value": float(far)})
    return answers


def _complaint(random: np.random.Generator, number: int, responses: list[Row]) -> Row:
    row = {
        "complaint_id": f"q{number}", "received_at": at(int(random.integers(DAYS))), "channel": "voice",
        "category": "any", "org_unit_id": _unit(random),
        "severity": str(random.choice(["low", "high"])), **_customer(random),
        "case_type": [None, "complaint", "enquiry"][random.choice(3, p=[0.6, 0.3, 0.1])],
        "in_scope": [None, True, False][random.choice(3, p=[0.5, 0.4, 0.1])],
    }  # fmt: skip
    match random.integers(6):
        case 0:
            row["contact_id"] = f"t{random.integers(1500)}"
        case 1:
            row["response_id"] = responses[random.integers(len(responses))]["response_id"]
    return row


def _events(random: np.random.Generator, complaints: list[Row]) -> list[Row]:
    events: list[Row] = []

    def add(complaint: Row, day: int, kind: str) -> None:
        if day < DAYS:
            events.append(
                {
                    "event_id": f"e{len(events)}", "complaint_id": complaint["complaint_id"],
                    "occurred_at": at(day, int(random.integers(600))), "event_type": kind,
                }
            )  # fmt: skip

    for complaint in complaints:
        day = (day_of(complaint["received_at"]) - FIRST).days
        add(complaint, day, "acknowledged")
        if random.random() < 0.06:
            add(complaint, day + 1, "withdrawn")
        if random.random() < 0.85:
            day += int(random.integers(1, 25))
            add(complaint, day, str(random.choice(["resolved", "closed"])))
            if random.random() < 0.1:
                add(complaint, day + 2, "reopened")
                if random.random() < 0.5:
                    add(complaint, day + 6, "resolved")
    return events


# The other route


def periods_of(day: date) -> dict[str, str]:
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    return {"month": f"{day:%Y-%m}", "quarter": quarter, "year": f"{day.year}"}


def tier_of(row: Row) -> str:
    # Customers from 110 on are in no extract.
    number = int((row["customer_id"] or "c999")[1:])
    return ("gold", "basic")[number % 2] if number < 110 else "unknown"


def spread(day: date, unit: str, cuts: Row, periods: tuple[str, ...], **figures: Any) -> list[Row]:
    return [
        {
            "period_type": kind, "period_key": key, "org_unit_id": place, "slice": cut, "slice_value": value,
            **figures,
        }
        for kind, key in periods_of(day).items() if kind in periods
        for place in ancestors(unit, day) for cut, value in {"all": "all", **cuts}.items()
    ]  # fmt: skip


def is_complaint(row: Row) -> bool:
    return bool(row["case_type"] != "enquiry")


def scores_of(world: World) -> dict[str, dict[str, Any]]:
    """Return of each response what its valid answers say: overall score, top two, low or not."""
    survey = {row["response_id"]: row["survey_id"] for row in world["survey_responses"]}
    found: dict[str, dict[str, Any]] = {}
    for answer in world["survey_answers"]:
        its = found.setdefault(answer["response_id"], {"scores": [], "asked": False, "low": False})
        value, slider = answer["answer_value"], survey[answer["response_id"]] == "F"
        if answer["item_code"] == "tell":
            if value <= 10:
                its["asked"], its["low"] = True, its["low"] or value <= 6
        elif value <= (100 if slider else 5):
            its["scores"].append(value if slider else 25 * (value - 1))
            its["asked"] = its["asked"] or not slider
            its["low"] = its["low"] or (not slider and value <= 2)
            if not slider:
                its["top2"] = its.get("top2", True) and value >= 4
    return found


def meetings(world: World) -> dict[tuple[str, str], dict[str, bool]]:
    """Return which responses and complaints belong together, and how."""
    invited = {row["invitation_id"]: row["complaint_id"] for row in world["survey_invitations"]}
    found = {}
    for response in world["survey_responses"]:
        about = response.get("complaint_id") or invited.get(response.get("invitation_id"))
        for complaint in filter(is_complaint, world["complaints"]):
            is_about = about == complaint["complaint_id"]
            contact = complaint.get("contact_id")
            is_named = (
                is_about
                or complaint.get("response_id") == response["response_id"]
                or (contact is not None and contact == response.get("contact_id"))
            )
            person = response["customer_id"]
            if is_named or (person and person == complaint["customer_id"]):
                days = (day_of(complaint["received_at"]) - day_of(response["submitted_at"])).days
                found[response["response_id"], complaint["complaint_id"]] = {
                    "about": is_about, "named": is_named, "near": is_named or abs(days) <= 30,
                    "touched": is_named or -365 <= days <= 30,
                }  # fmt: skip
    return found


def resolutions(world: World) -> dict[str, str]:
    """Return when each complaint in the base was finally resolved."""
    events: dict[str, list[Row]] = {}
    for event in world["complaint_events"]:
        events.setdefault(event["complaint_id"], []).append(event)
    found = {}
    for complaint in filter(is_complaint, world["complaints"]):
        its = sorted(events.get(complaint["complaint_id"], []), key=lambda e: e["occurred_at"])
        kinds = [event["event_type"] for event in its]
        if "withdrawn" in kinds or complaint["in_scope"] is False:
            continue
        last = its[len(kinds) - kinds[::-1].index("reopened") :] if "reopened" in kinds else its
        for kind in ("resolved", "closed"):
            stamps = [event["occurred_at"] for event in last if event["event_type"] == kind]
            if stamps:
                found[complaint["complaint_id"]] = stamps[-1]
                break
    return found
