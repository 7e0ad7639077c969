"""Low scores with and without a complaint, and what was answered about complaints resolved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from .answers import Answer
from .complaints import end_of, milestone
from .course import Course
from .facts import Fact, Scene, share
from .files import Row
from .scores import is_low_score

SILENCE = timedelta(days=30)


def silence_facts(
    scene: Scene, responses: dict[str, Fact], answers: list[Answer], known: list[Course]
) -> list[Fact]:
    """Low scores of known customers whose 30 days are over."""
    subjects = {row["survey_id"]: row["subject"] for row in scene.files["surveys"]}
    low = {answer.response_id for answer in answers if is_low_score(answer)}
    received: dict[str, list[datetime]] = defaultdict(list)
    for course in known:
        if course.row["customer_id"] is not None:
            received[course.row["customer_id"]].append(course.received_at)
    named = about(scene)
    complaints = {course.row["complaint_id"] for course in known}
    responded = {course.row["response_id"] for course in known}
    contacts = {course.row["contact_id"] for course in known} - {None}
    found = []
    for row in scene.files["survey_responses"]:
        at, key = row["submitted_at"], row["response_id"]
        if key not in low or row["customer_id"] is None or at + SILENCE > end_of(scene):
            continue
        if subjects[row["survey_id"]] != "customer":
            continue
        is_near = any(abs(other - at) <= SILENCE for other in received[row["customer_id"]])
        is_named = key in responded or row["contact_id"] in contacts
        has_complained = is_near or is_named or bool(named[key] & complaints)
        measures = {
            "silent_dissatisfied_share": share(not has_complained),
            "complainer_share": share(has_complained),
        }
        found.append(replace(responses[key], measures=measures))
    return found


def about(scene: Scene) -> dict[str, set[str]]:
    """The complaints that each response names, itself or by its invitation."""
    invited = {row["invitation_id"]: row for row in scene.files["survey_invitations"]}
    found: dict[str, set[str]] = defaultdict(set)
    for row in scene.files["survey_responses"]:
        sources: Iterable[Row] = (row, invited.get(row["invitation_id"] or "", {}))
        names = {source.get("complaint_id") for source in sources} - {None}
        found[row["response_id"]] = {str(name) for name in names}
    return found


def recovery_facts(scene: Scene, answers: list[Answer], known: list[Course]) -> list[Fact]:
    """Resolved complaints by the first answer about them since."""
    submitted = {row["response_id"]: row["submitted_at"] for row in scene.files["survey_responses"]}
    named = about(scene)
    overall: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        is_overall = (
            answer.item["construct"] == "overall_satisfaction" and answer.response.is_pooled
        )
        if is_overall and answer.value is not None and answer.scale.top2:
            for complaint in named[answer.response_id]:
                overall[complaint].append(answer)
    found = []
    for course in known:
        resolved_at = course.resolved_at
        if not course.is_in_rates or resolved_at is None:
            continue
        since = [
            answer
            for answer in overall[course.row["complaint_id"]]
            if submitted[answer.response_id] >= resolved_at
        ]
        if since:
            _, first_id = min((submitted[one.response_id], one.response_id) for one in since)
            is_satisfied = all(
                one.value in one.scale.top2 for one in since if one.response_id == first_id
            )
            measures = {"post_resolution_csat_share": share(is_satisfied)}
            fact = milestone(scene, course, resolved_at, measures)
            found.append(replace(fact, person=course.row["customer_id"]))
    return found
