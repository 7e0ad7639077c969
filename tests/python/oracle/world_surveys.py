"""Surveys, responses and answers of a random world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .world import Cells, World
from .world_invitations import add_invitation, add_other_invitations, turn_to_customer
from .world_items import BASIC, ODD_PAIRS, PLANTED, STAFF, WIDE, Item, fill_in
from .world_people import customer, events_unit, server


@dataclass(frozen=True)
class Survey:
    survey_id: str
    programme: str
    items: tuple[Item, ...]
    share: float
    opened_on: date
    closed_on: date | None = None
    wave: str = ""
    run_by: str = "internal"
    version: str = "1"
    load: int = 1

    @property
    def subject(self) -> str:
        return "employee" if self.programme.startswith("employee") else "customer"


def surveys_of(world: World) -> list[Survey]:
    start, last, at = world.spec.start, world.last_day, world.at
    third = "2" if world.has("new_version") else "1"
    overall: tuple[Item, ...] = BASIC
    if world.has("slider_overall"):
        overall = (*overall, Item("feeling", "overall_satisfaction", "slider100"))
    if world.has("odd_pairs"):
        overall = (*overall, *ODD_PAIRS)
    relationship, third_party = "relationship", "third_party"
    found = [
        Survey("fu", "follow_up", WIDE, 0.1, start, load=2),
        Survey("fu-1", "follow_up", WIDE, 0.09, start),
        Survey("rel-1", relationship, WIDE, 0.1, at(0.04), at(0.11), "2024-2"),
        Survey("rel-2", relationship, WIDE, 0.1, at(0.38), at(0.46), "2025-1"),
        Survey("rel-3", relationship, WIDE, 0.08, at(0.7), at(0.77), "2025-2", version=third),
        # Two questionnaires in one wave, one of them longer in the field.
        Survey("rel-3b", relationship, BASIC, 0.05, at(0.73), at(0.79), "2025-2", version=third),
        Survey("rel-ext", relationship, BASIC, 0.05, start, run_by="external"),
        Survey("tp-1", third_party, WIDE, 0.06, at(0.08), at(0.13), "h2", "external"),
        Survey("tp-2", third_party, WIDE, 0.06, at(0.62), at(0.7), "h1", "external"),
        Survey("ee-1", "employee_engagement", STAFF, 0.12, at(0.16), at(0.21), "spring"),
        # Its end is announced but lies after both as_of.
        Survey(
            "ee-2", "employee_engagement", STAFF, 0.12,
            world.spec.first_as_of - timedelta(days=25), last + timedelta(days=3), "winter",
        ),
        Survey("ep", "employee_pulse", STAFF, 0.12, start),
    ]  # fmt: skip
    if world.has("new_version"):
        found.append(Survey("pc", "post_contact", overall, 0.3, start, at(0.8)))
        found.append(Survey("pc-new", "post_contact", overall, 0.15, at(0.8), version="2"))
    else:
        found.append(Survey("pc", "post_contact", overall, 0.5, start))
    return found


def add_surveys(world: World) -> None:
    number = 0
    for survey in surveys_of(world):
        _add_questionnaire(world, survey)
        for _ in range(round(330 * survey.share * world.spec.answers_scale)):
            _add_response(world, survey, f"r{number:05d}")
            number += 1
    _plant(world)
    add_other_invitations(
        world,
        {
            survey.survey_id: (survey.opened_on, _last_day(world, survey), survey.load)
            for survey in surveys_of(world)
            if survey.subject == "customer"
        },
    )
    # Nobody knows this survey: its responses are held for ever.
    lost = Survey("s-unknown", "post_contact", BASIC, 0, world.spec.start)
    for _ in range(5):
        _add_response(world, lost, f"r{number:05d}")
        number += 1


def _plant(world: World) -> None:
    """Responses with an answer for every metric on the planted days."""
    for survey_id, codes in PLANTED.items():
        for day in world.planted_days():
            response_id = f"planted-{survey_id}-{day}"
            file = world.planted_file(day)
            moment = world.moment(day)
            row = {
                "response_id": response_id,
                "survey_id": survey_id,
                "submitted_at": world.stamp(moment),
                "started_at": world.stamp(moment - timedelta(seconds=80)),
                "org_unit_id": "t1",
            }
            world.put("survey_responses", f"{file}-{survey_id}", row)
            for code, value in codes.items():
                answer = {"response_id": response_id, "item_code": code, "answer_value": value}
                world.put("survey_answers", file, answer)


def _add_questionnaire(world: World, survey: Survey) -> None:
    row = {
        "survey_id": survey.survey_id,
        "survey_name": f"Survey {survey.survey_id}",
        "programme": survey.programme,
        "subject": survey.subject,
        "run_by": survey.run_by,
        "version": survey.version,
        "wave": survey.wave,
        "opened_on": survey.opened_on.isoformat(),
        "closed_on": survey.closed_on.isoformat() if survey.closed_on else "",
    }
    world.put("surveys", f"{survey.load}-surveys", row)
    for item in survey.items:
        row = {
            "survey_id": survey.survey_id,
            "item_code": item.code,
            "item_text": f"Item {item.code}",
            "construct": item.construct,
            "scale": item.scale,
            "dimension": item.dimension,
            "touchpoint": item.touchpoint,
            "module": item.module,
            "is_reversed": item.is_reversed,
            "weight": item.weight,
            "position": item.position,
            "concept": item.concept,
        }
        world.put("survey_items", f"{survey.load}-items", row)
        key = {"survey_id": survey.survey_id, "item_code": item.code}
        # Some questions are in two groupings, some in one, some in none.
        for grouping, group in (("need", item.dimension), ("object", item.touchpoint)):
            if group:
                group_row = {**key, "grouping": grouping, "item_group": group}
                world.put("survey_item_groups", f"{survey.load}-groups", group_row)


def _last_day(world: World, survey: Survey) -> date:
    return min(survey.closed_on or world.last_day, world.last_day)


def _day_in(world: World, survey: Survey) -> date:
    last = _last_day(world, survey)
    if world.has("wave_stragglers") and survey.wave and world.rng.random() < 0.1:
        return last + timedelta(days=world.rng.randrange(1, 9))
    if survey.wave:
        return survey.opened_on + timedelta(
            days=world.rng.randrange((last - survey.opened_on).days + 1)
        )
    while True:
        day = world.day()
        if survey.opened_on <= day <= last:
            return day


def _add_response(world: World, survey: Survey, response_id: str) -> None:
    rng, spec = world.rng, world.spec
    day = _day_in(world, survey)
    moment = world.moment(day)
    is_staff = survey.subject == "employee"
    has_weights = survey.survey_id in {"rel-1", "rel-3", "tp-2", "ee-2", "fu"}
    weight = world.maybe(str(rng.choice(["0.5", "1", "1.25", "2.33335", "0.98765"])), 0.3)
    if world.has("zero_weights") and rng.random() < 0.15:
        weight = "0"
    row = {
        "response_id": response_id,
        "survey_id": survey.survey_id,
        "submitted_at": world.stamp(moment),
        "org_unit_id": world.maybe(events_unit(world, day), 0.1 if is_staff else 0.45),
        "channel": world.maybe(world.pick(["sms", "email", "ivr"]), 0.1),
        "status": world.pick(["complete", "partial", "", "half"], [6, 2, 3, 0.3]),
        "is_test": world.pick(["", "false", "true"], [10, 5, 1]),
        "weight": weight if has_weights else "",
    }
    if not is_staff:
        row |= {
            "customer_id": customer(world),
            "employee_id": server(world, day),
            "contact_id": _link(world, world.contact_times, day, 0.4),
            "complaint_id": _link(world, world.complaint_times, day, 0.6),
        }
        row["started_at"] = _started_at(world, moment)
        if survey.survey_id != "s-unknown":
            add_invitation(world, row, moment, survey.load)
            turn_to_customer(world, row, moment)
    elif rng.random() < 0.03:
        # An identity on an anonymous survey: the row is refused.
        row["customer_id"] = "c001"
    load = world.load_of(day)
    kind = "staff" if is_staff else "responses"
    world.put("survey_responses", f"{load}-{kind}", row)
    answers = fill_in(world, response_id, survey.items)
    for answer in answers:
        late = 2 if day > spec.first_as_of or rng.random() < 0.03 else load
        world.put("survey_answers", f"{late}-answers", answer)
    if load == 1 and survey.load == 1 and not (is_staff and "customer_id" in row):
        _revise_response(world, row, answers, kind)


def _started_at(world: World, moment: datetime) -> str:
    """Seconds that tie, some a second after submission, which is blanked, or nothing."""
    seconds = world.rng.choice([-1, 0, 45, 80, 89, 90, 91, world.rng.randrange(900), 90_000])
    return world.maybe(world.stamp(moment - timedelta(seconds=seconds)), 0.2)


def _link(world: World, times: dict[str, datetime], day: date, share_missing: float) -> str:
    if world.rng.random() < share_missing:
        return ""
    if world.rng.random() < 0.05:
        return "not-there"
    # Few tries: what happened a little before the response.
    for _ in range(40):
        key = world.rng.choice(list(times))
        happened = times[key]
        if 0 <= (day - happened.date()).days <= 30:
            return key
    return ""


def _revise_response(world: World, row: Cells, answers: list[Cells], kind: str) -> None:
    """Corrected, deleted or repeated responses, with all, some or none of their answers."""
    rng = world.rng
    fate = rng.random()
    if fate < 0.06:
        corrected = {**row, "channel": "corrected", "org_unit_id": "t2"}
        world.put("survey_responses", f"2-{kind}-corrected", corrected)
        again = [answer for answer in answers if rng.random() < 0.5]
        for answer in again:
            redone = {**answer}
            if redone.get("answer_value") and rng.random() < 0.3:
                redone["answer_value"] = "2"
            world.put("survey_answers", "2-again", redone)
    elif fate < 0.09:
        world.put("survey_responses", f"2-{kind}-corrected", {**row, "is_deleted": "true"})
    elif fate < 0.13:
        world.put("survey_responses", f"2-{kind}-corrected", row)
    elif fate < 0.18 and answers:
        answer = rng.choice(answers)
        if answer.get("answer_value"):
            world.put("survey_answers", "1-z-corrected", {**answer, "answer_value": "3"})
            world.put("survey_answers", "2-old-export", answer)
    elif fate < 0.2 and answers:
        world.put("survey_answers", "2-again", {**rng.choice(answers), "is_deleted": "1"})
