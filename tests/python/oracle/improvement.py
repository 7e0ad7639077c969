"""Corrective actions, inspections, and contacts that were inspected."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from .facts import Fact, Scene, said, share
from .files import Row
from .organisation import ALL, known

TOP_SCORE = 100
TOLD_SOURCES = {"survey", "complaint"}


def action_facts(scene: Scene) -> list[Fact]:
    """Corrective actions by the day on which they were opened."""
    found = []
    for row in scene.files["corrective_actions"]:
        day = row["opened_on"]
        if day > scene.as_of:
            continue
        slices = {
            ALL: ALL,
            "source": row["source"],
            **scene.unit_slices(row["org_unit_id"], day),
        }
        slices["vendor"] = row["vendor_id"] or slices["vendor"]
        found.append(Fact(day, row["org_unit_id"], slices, _action_measures(scene, row)))
    return found


def _action_measures(scene: Scene, row: Row) -> dict[str, Decimal]:
    completed_on, verified_on, told_on = (
        known(row[name], scene.as_of)
        for name in ("completed_on", "verified_on", "customers_told_on")
    )
    due_on, measures = row["due_on"], {}
    if due_on is not None and (completed_on is not None or due_on <= scene.as_of):
        is_on_time = completed_on is not None and completed_on <= due_on
        measures["actions_on_time_share"] = share(is_on_time)
    if completed_on is not None:
        measures["actions_verified_share"] = share(verified_on is not None)
        if row["source"] in TOLD_SOURCES:
            measures["customers_told_share"] = share(told_on is not None)
    if verified_on is not None and row["verified_passed"] is not None:
        measures["actions_effective_share"] = share(row["verified_passed"])
    return measures


def inspection_facts(scene: Scene) -> list[Fact]:
    """Inspections by their day. `items` and `passed` are the parts of a rate."""
    checks: dict[str, list[Row]] = defaultdict(list)
    for check in scene.files["inspection_items"]:
        checks[check["inspection_id"]].append(check)
    found = []
    for row in scene.files["inspections"]:
        day = scene.local_day(row["inspected_at"])
        if day > scene.as_of:
            continue
        slices = {
            ALL: ALL,
            "method": said(row["method"]),
            **scene.unit_slices(row["org_unit_id"], day),
        }
        slices["vendor"] = row["vendor_id"] or slices["vendor"]
        measures = _inspection_measures(row, checks[row["inspection_id"]])
        found.append(Fact(day, row["org_unit_id"], slices, measures))
    return found


def _inspection_measures(row: Row, checks: list[Row]) -> dict[str, Decimal]:
    measures = {}
    judged = [
        check
        for check in checks
        if check["is_applicable"] is not False and check["passed"] is not None
    ]
    items, passed = row["items_checked"], row["items_passed"]
    if (items is None or passed is None) and judged:
        items, passed = len(judged), sum(check["passed"] for check in judged)
    is_counted = items is not None and passed is not None and items > 0 and passed <= items
    if is_counted:
        measures["items"], measures["passed"] = Decimal(items), Decimal(passed)
    if row["score"] is not None:
        if 0 <= row["score"] <= TOP_SCORE:
            measures["inspection_score"] = row["score"]
    elif is_counted:
        measures["inspection_score"] = Decimal(100) * passed / items
    critical = [check["passed"] for check in judged if check["is_critical"]]
    errors = row["critical_errors"]
    if errors is None and judged:
        errors = critical.count(False)
    if errors is not None:
        measures["critical_error_free_share"] = share(errors == 0)
    return measures


def inspected_facts(scene: Scene, contacts: list[Fact]) -> list[Fact]:
    """Handled contacts that were inspected, each once, by the day of the contact."""
    inspected = {
        row["contact_id"]
        for row in scene.files["inspections"]
        if scene.known(row["inspected_at"]) is not None
    }
    return [fact for fact in contacts if fact.key in inspected and fact.measures["answer_rate"] > 0]
