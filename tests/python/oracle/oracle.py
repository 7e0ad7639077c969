"""The rows that metric_values must have, from the files alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path

import pandas as pd

from .aftermath import recovery_facts, silence_facts
from .answers import answer_facts, answers_of
from .business import read_business
from .catalogue import Catalogue, Entry, read_catalogue
from .cells import Cell, Cells, Key, Places, Span, cells_of, grid, span_of, with_grid
from .complaints import backlog_cells, complaint_facts, milestone_facts
from .course import Course, courses
from .facts import Fact, Scene, contact_facts, customers_served, response_facts, waves
from .files import read_files
from .improvement import action_facts, inspected_facts, inspection_facts
from .invitations import invitation_facts
from .organisation import ALL, Customers, Organisation
from .people import Staff, average_headcount, headcount, leavers_in, present_in, staff_of
from .periods import Period, add_months
from .rates import rate_cells, sized
from .rows import COLUMNS, Record, Table
from .scores import score_facts
from .settings import Settings

# The method and the facts of every metric that the oracle knows. The response rates are rates of one
# fact's rows among others of it, which is a mean of yes and no.
FACT_METRICS = {
    "responses": ("sum", "responses"),
    **dict.fromkeys(
        (
            "csat_top1_share",
            "csat_top2_share",
            "csat_bottom2_share",
            "csat_net",
            "csat_score",
            "csat_mean",
            "nps",
            "ces_easy_share",
            "ces_mean",
            "item_score",
            "loyal_share",
            "importance_score",
            "expectation_gap",
            "met_expectation_share",
            "not_applicable_share",
            "extreme_answer_share",
            "enps",
        ),
        ("mean", "answers"),
    ),
    **dict.fromkeys(
        (
            "csi_weighted",
            "csi_modules_weighted",
            "csi_touchpoints_weighted",
            "csi_items_equal",
            "csi_modules_equal",
            "acsi_index",
            "low_score_called_back_2d_share",
            "comment_share",
            "straight_line_share",
        ),
        ("mean", "scores"),
    ),
    "completion_seconds_median": ("median", "scores"),
    **dict.fromkeys(
        (
            "response_rate_rr1",
            "response_rate_rr2",
            "response_rate_rr5",
            "delivery_rate",
            "opt_out_rate",
            "over_contact_share",
            "drop_off_share",
        ),
        ("mean", "invitations"),
    ),
    "contacts_offered": ("sum", "contacts"),
    **dict.fromkeys(
        (
            "answer_rate",
            "abandonment_rate",
            "abandonment_rate_all",
            "service_level_f3",
            "service_level_f4",
            "asa_seconds",
            "aht_seconds",
        ),
        ("mean", "contacts"),
    ),
    "queue_seconds_p90": ("p90", "contacts"),
    "complaints_received": ("sum", "complaints"),
    **dict.fromkeys(
        (
            "resolution_rate",
            "escalation_rate",
            "plan_told_share",
            "compensated_share",
            "in_scope_share",
            "upheld_share",
            "resolution_calendar_days",
            "hand_offs_mean",
            "first_responsible_share",
            "one_touch_share",
            "immediate_resolution_share",
            "recurrence_90d_share",
            "acknowledge_business_hours",
            "first_reply_business_hours",
            "plan_told_business_hours",
            "resolution_business_hours",
            "acknowledged_in_time_share",
            "sla_attainment",
            "sla_attainment_closed_only",
        ),
        ("mean", "complaints"),
    ),
    **dict.fromkeys(
        (
            "reopen_rate_30d",
            "promise_kept_share",
            "follow_up_attempted_3d_share",
            "follow_up_reached_3d_share",
            "second_follow_up_share",
        ),
        ("mean", "milestones"),
    ),
    **dict.fromkeys(
        (
            "actions_on_time_share",
            "actions_verified_share",
            "actions_effective_share",
            "customers_told_share",
        ),
        ("mean", "actions"),
    ),
    **dict.fromkeys(("silent_dissatisfied_share", "complainer_share"), ("mean", "silence")),
    "post_resolution_csat_share": ("mean", "recoveries"),
    **dict.fromkeys(("inspection_score", "critical_error_free_share"), ("mean", "inspections")),
}
OTHER_METRICS = {
    "complaint_rate_per_1000_customers": "rate",
    "open_complaints": "stock",
    "open_over_14d_share": "mean",
    "inspection_pass_share": "rate",
    "inspection_sample_rate": "rate",
    "complaint_rate_per_1000_contacts": "rate",
    "headcount": "stock",
    "turnover_annual": "rate",
}
METRICS = (*FACT_METRICS, *OTHER_METRICS)


def expected_metric_values(
    landing: Path, seeds: Path, models_raw: Path, settings: Settings, as_of: date
) -> pd.DataFrame:
    """Every row of the metrics that the oracle and the catalogue have in common.

    Parameters
    ----------
    landing
        Contract files; the number before the first dash of a file's name is its load.
    seeds
        Folder of metrics.csv, scales.csv, targets.csv and, if there is one, index_weights.csv.
    models_raw
        Folder of the sources that are the contract.
    """
    return pd.DataFrame(
        expected_records(landing, seeds, models_raw, settings, as_of),
        columns=list(COLUMNS),
        dtype=object,
    )


def expected_records(
    landing: Path, seeds: Path, models_raw: Path, settings: Settings, as_of: date
) -> list[Record]:
    with localcontext() as context:
        context.prec = 80
        return _records(landing, seeds, models_raw, settings, as_of)


def _records(
    landing: Path, seeds: Path, models_raw: Path, settings: Settings, as_of: date
) -> list[Record]:
    catalogue = read_catalogue(seeds)
    scene = build_scene(landing, models_raw, settings, catalogue, as_of)
    scene.business = read_business(seeds, settings.zone)
    responses, by_id = response_facts(scene)
    answers = answers_of(scene, by_id)
    complaints = courses(scene)
    facts = {
        "responses": responses,
        "answers": answer_facts(scene, answers),
        "scores": score_facts(scene, by_id, answers),
        "invitations": invitation_facts(scene, by_id),
        "contacts": contact_facts(scene),
        "complaints": complaint_facts(scene, complaints),
        "milestones": milestone_facts(scene, complaints),
        "silence": silence_facts(scene, by_id, answers, complaints),
        "recoveries": recovery_facts(scene, answers, complaints),
        "actions": action_facts(scene),
        "inspections": inspection_facts(scene),
    }
    places = {kind: Places(found, scene.organisation, settings) for kind, found in facts.items()}
    by_key = {wave.key: wave for wave in waves(scene.files["surveys"], as_of).values()}
    all_waves = list(by_key.values())
    records: list[Record] = []
    for metric_id in METRICS:
        entry = catalogue.entries.get(metric_id)
        if entry is None:
            continue
        if metric_id in FACT_METRICS:
            method, kind = FACT_METRICS[metric_id]
            cells = cells_of(entry, method, places[kind])
            with_grid(entry, method, cells, facts[kind], scene.organisation, settings)
        else:
            method = OTHER_METRICS[metric_id]
            cells = other_cells(entry, scene, facts, complaints)
        cells = {key: cell for key, cell in cells.items() if has_begun(cell.period, as_of)}
        table = Table.build(
            entry, method, cells, scene.organisation, settings, catalogue, as_of, all_waves
        )
        records += table.records()
    return records


def has_begun(period: Period, as_of: date) -> bool:
    """False of a year_to_date whose own month is still to come."""
    if period.period_type != "year_to_date":
        return True
    assert period.end is not None
    return add_months(period.end, -1) <= as_of


def build_scene(
    landing: Path, models_raw: Path, settings: Settings, catalogue: Catalogue, as_of: date
) -> Scene:
    files = read_files(landing, models_raw, settings.zone, catalogue.scales, as_of)
    organisation = Organisation(files["org_units"], as_of)
    return Scene(
        files=files,
        settings=settings,
        as_of=as_of,
        organisation=organisation,
        customers=Customers(files["customers"], as_of),
        staff=staff_of(files["employees"], organisation, settings, as_of),
        scales=catalogue.scales,
        index_weights=catalogue.index_weights,
    )


def other_cells(
    entry: Entry, scene: Scene, facts: dict[str, list[Fact]], complaints: list[Course]
) -> Cells:
    if entry.metric_id in {"open_complaints", "open_over_14d_share"}:
        return backlog_cells(entry, scene, complaints)
    if entry.metric_id in {"headcount", "turnover_annual"}:
        return staff_cells(entry, scene.staff)
    contacts, inspections = facts["contacts"], facts["inspections"]
    if entry.metric_id == "complaint_rate_per_1000_customers":
        served, numerators = customers_served(scene), sized(facts["complaints"])
        return rate_cells(
            entry, numerators, served, scene.organisation, scene.settings, is_of_persons=True
        )
    answered = [fact for fact in contacts if fact.measures["answer_rate"] > 0]
    numerators, denominators = {
        "complaint_rate_per_1000_contacts": (sized(facts["complaints"]), sized(contacts)),
        "inspection_pass_share": (sized(inspections, "passed"), sized(inspections, "items")),
        "inspection_sample_rate": (sized(inspected_facts(scene, contacts)), sized(answered)),
    }[entry.metric_id]
    is_of_items = entry.metric_id == "inspection_pass_share"
    return rate_cells(
        entry, numerators, denominators, scene.organisation, scene.settings, is_of_rows=is_of_items
    )


def staff_cells(entry: Entry, staff: Staff) -> Cells:
    """Headcount on the last day of each period, or leavers over average headcount."""
    if staff.first_extract is None:
        return {}
    days = (day for day in staff.by_day if day >= staff.first_extract)
    span = span_of([staff.first_extract, *days], staff.settings)
    assert span is not None
    make = _headcount_cells if entry.metric_id == "headcount" else _turnover_cells
    return make(entry, staff, span)


def _headcount_cells(entry: Entry, staff: Staff, span: Span) -> Cells:
    cells: Cells = {}
    for period_type in entry.periods:
        for period in span.periods(period_type):
            counts = headcount(staff, period.last_day(staff.as_of), list(entry.slices))
            for (unit, name, value), count in counts.items():
                key = Key(entry.metric_id, "none", period_type, period.key, unit, name, value)
                number = Decimal(count)
                cells[key] = Cell(period, base=count, value_sum=number, value_squares=number)
            for key, _ in grid(entry, "stock", [period], staff.organisation):
                cells.setdefault(key, Cell(period))
    return cells


def _turnover_cells(entry: Entry, staff: Staff, span: Span) -> Cells:
    cells: Cells = {}
    slices = list(entry.slices)
    for period_type in entry.periods:
        for period in span.periods(period_type):
            days = (period.last_day(staff.as_of) - period.start).days + 1
            average = average_headcount(staff, period, slices)
            leavers = leavers_in(staff, period, slices)
            present = present_in(staff, period, slices)
            open_units = grid(entry, "rate", [period], staff.organisation)
            for place in {*present, *((key.org_unit_id, ALL, ALL) for key, _ in open_units)}:
                count = Decimal(leavers.get(place, 0))
                key = Key(entry.metric_id, "none", period_type, period.key, *place)
                cells[key] = Cell(
                    period,
                    base=present.get(place, 0),
                    value_sum=count,
                    value_squares=count,
                    denominator=average.get(place, 0.0) * days / 365.25,
                    distinct_persons=present.get(place, 0),
                )
    return cells
