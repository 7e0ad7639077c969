"""The rows that metric_values must have, from the files alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path

import pandas as pd

from .answers import answer_facts, answers_of
from .catalogue import Catalogue, Entry, read_catalogue
from .cells import Cell, Cells, Key, Places, Span, cells_of, grid, is_listed, span_of, with_grid
from .facts import (
    Fact,
    Scene,
    complaint_facts,
    contact_facts,
    response_facts,
    waves,
)
from .files import read_files
from .invitations import invitation_facts
from .organisation import ALL, Customers, Organisation
from .people import Staff, average_headcount, headcount, leavers_in, present_in, staff_of
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
    "resolution_rate": ("mean", "complaints"),
}
OTHER_METRICS = {
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
    responses, by_id = response_facts(scene)
    answers = answers_of(scene, by_id)
    facts = {
        "responses": responses,
        "answers": answer_facts(scene, answers),
        "scores": score_facts(scene, by_id, answers),
        "invitations": invitation_facts(scene, by_id),
        "contacts": contact_facts(scene),
        "complaints": complaint_facts(scene),
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
            cells = other_cells(entry, scene, facts)
        table = Table.build(
            entry, method, cells, scene.organisation, settings, catalogue, as_of, all_waves
        )
        records += table.records()
    return records


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


def other_cells(entry: Entry, scene: Scene, facts: dict[str, list[Fact]]) -> Cells:
    if entry.metric_id == "complaint_rate_per_1000_contacts":
        return complaint_rate_cells(
            entry, facts["complaints"], facts["contacts"], scene.organisation, scene.settings
        )
    return staff_cells(entry, scene.staff)


def complaint_rate_cells(
    entry: Entry,
    complaints: list[Fact],
    contacts: list[Fact],
    organisation: Organisation,
    settings: Settings,
) -> Cells:
    """Complaints over contacts offered of the same unit, period and slice value."""
    span = span_of((fact.day for fact in complaints), settings)
    if span is None or not contacts:
        return {}
    numbers: dict[Key, int] = defaultdict(int)
    bases: dict[Key, int] = defaultdict(int)
    periods = {
        (period_type, period.key): period
        for period_type in entry.periods
        for period in span.periods(period_type)
    }
    for counts, source in ((numbers, complaints), (bases, contacts)):
        for fact in source:
            for period in periods.values():
                if period.end is None or not period.start <= fact.day < period.end:
                    continue
                for name in entry.slices:
                    if not is_listed("rate", period.period_type, name):
                        continue
                    for unit in organisation.path(fact.unit, fact.day):
                        key = Key(
                            entry.metric_id, "none", period.period_type, period.key, unit, name,
                            fact.slices[name],
                        )  # fmt: skip
                        counts[key] += 1
    wanted = {key for key in bases if bases[key] > 0}
    wanted |= {key for key, _ in grid(entry, "rate", periods.values(), organisation)}
    return {
        key: Cell(
            periods[key.period_type, key.period_key],
            base=bases[key],
            value_sum=Decimal(numbers[key]),
            value_squares=Decimal(numbers[key]),
            denominator=float(bases[key]),
        )
        for key in wanted
    }


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
