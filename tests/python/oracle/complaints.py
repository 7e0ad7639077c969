"""Complaints: their rates and clocks by receipt, what has a day of its own, and the backlog."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from .business import Business, Stretch, whole, without
from .catalogue import Entry
from .cells import Cell, Cells, Key, grid, span_of
from .course import Course
from .facts import Fact, Scene, said, share
from .organisation import ALL

HOUR, DAY = Decimal(3600), Decimal(86400)
REOPEN_WINDOW, RECURRENCE_WINDOW = timedelta(days=30), timedelta(days=90)
FOLLOW_UP_DAYS, OLD_DAYS = timedelta(days=3), 14
HOURS = {
    "acknowledge_business_hours": "acknowledged",
    "first_reply_business_hours": "first_reply",
    "plan_told_business_hours": "plan_told",
}


def end_of(scene: Scene) -> datetime:
    """The moment at which the as_of day is over."""
    return datetime.combine(scene.as_of + timedelta(days=1), time(), scene.settings.zone)


def complaint_facts(scene: Scene, known: list[Course]) -> list[Fact]:
    """Complaints proper by their receipt, with what was known of them at as_of."""
    causes: dict[tuple[object, ...], list[datetime]] = defaultdict(list)
    for course in known:
        if course.is_in_rates:
            causes[_cause(course)].append(course.received_at)
    found = []
    for course in known:
        measures = {"complaints_received": Decimal(1)}
        if course.row["in_scope"] is not None and not course.is_withdrawn:
            measures["in_scope_share"] = share(course.row["in_scope"])
        if course.is_in_rates:
            measures |= _rates(course)
            measures |= _recurrence(scene, course, causes[_cause(course)])
            if not course.is_timeless:
                measures |= _timed(scene, course)
        found.append(milestone(scene, course, course.received_at, measures))
    return found


def milestone(scene: Scene, course: Course, at: datetime, measures: dict[str, Decimal]) -> Fact:
    """A complaint by the day of a moment."""
    row, day = course.row, scene.local_day(at)
    slices = {
        ALL: ALL,
        "channel": row["channel"],
        "category": row["category"],
        "severity": said(row["severity"]),
        **scene.customer_slices(row["customer_id"], day),
        **scene.unit_slices(row["org_unit_id"], day),
    }
    return Fact(day, row["org_unit_id"], slices, measures)


def _rates(course: Course) -> dict[str, Decimal]:
    """Measures that need no event."""
    row = course.row
    is_resolved = course.resolved_at is not None if course.events else bool(row["is_resolved"])
    measures = {"resolution_rate": share(is_resolved)}
    if row["upheld"] is not None:
        measures["upheld_share"] = share(row["upheld"])
    owners = list(course.owners())
    if owners:
        measures["hand_offs_mean"] = Decimal(len(owners) - 1)
    return measures


def _cause(course: Course) -> tuple[object, ...]:
    row = course.row
    return row["org_unit_id"], row["root_cause"], None if row["root_cause"] else row["category"]


def _recurrence(scene: Scene, course: Course, same: list[datetime]) -> dict[str, Decimal]:
    begin = course.received_at
    if begin + RECURRENCE_WINDOW > end_of(scene):
        return {}
    is_again = any(begin < other <= begin + RECURRENCE_WINDOW for other in same)
    return {"recurrence_90d_share": share(is_again)}


def _timed(scene: Scene, course: Course) -> dict[str, Decimal]:
    owners = list(course.owners())
    is_handed_on, resolved_at = len(owners) > 1, course.resolved_at
    measures = {
        metric: share(bool(course.of(event_type)))
        for metric, event_type in (
            ("escalation_rate", "escalated"),
            ("plan_told_share", "plan_told"),
            ("compensated_share", "compensated"),
        )
    }
    is_cold = any(not course.has_accepted(owner, since) for since, owner in owners[1:])
    if owners and (is_cold or resolved_at is not None):
        measures["first_responsible_share"] = share(not is_cold)
    received_on = scene.local_day(course.received_at)
    is_same_day = resolved_at is not None and scene.local_day(resolved_at) == received_on
    measures["immediate_resolution_share"] = share(is_same_day and not is_handed_on)
    if resolved_at is not None:
        is_simple = not is_handed_on and not course.of("reopened")
        measures["one_touch_share"] = share(is_simple and len(course.of("first_reply")) <= 1)
        seconds = Decimal(whole_seconds(course.received_at, resolved_at))
        measures["resolution_calendar_days"] = seconds / DAY
    if scene.business is not None:
        measures |= _clocks(scene, scene.business, course)
    return measures


def whole_seconds(begin: datetime, end: datetime) -> int:
    return (end - begin) // timedelta(seconds=1)


def _clocks(scene: Scene, business: Business, course: Course) -> dict[str, Decimal]:
    """Hours in which the unit was open, and what became of its promises."""
    unit, begin = course.row["org_unit_id"], whole(course.received_at)
    end = whole(end_of(scene))
    waits = [(whole(a), end if b is None else whole(b)) for a, b in course.waits]
    measures = {}
    for metric, event_type in HOURS.items():
        moment = course.first(event_type)
        if moment is not None:
            worked = without((begin, whole(moment)), waits)
            measures[metric] = Decimal(business.seconds(unit, worked)) / HOUR
    if course.resolved_at is not None:
        worked = without((begin, whole(course.resolved_at)), waits)
        seconds = business.seconds(unit, worked)
        measures["resolution_business_hours"] = Decimal(seconds) / HOUR
    in_time = promise_kept(scene, course, "acknowledge", course.first("acknowledged"), waits)
    if in_time is not None:
        measures["acknowledged_in_time_share"] = share(in_time)
    in_time = promise_kept(scene, course, "resolve", course.resolved_at, waits)
    if in_time is not None:
        measures["sla_attainment"] = share(in_time)
        if course.resolved_at is not None:
            measures["sla_attainment_closed_only"] = share(in_time)
    return measures


def promise_kept(
    scene: Scene, course: Course, clock: str, taken: datetime | None, waits: list[Stretch]
) -> bool | None:
    """Whether a step was taken in time; None where nothing is promised, or not yet due."""
    business, row = scene.business, course.row
    assert business is not None
    unit, day = row["org_unit_id"], scene.local_day(course.received_at)
    promise = business.promise(clock, unit, row["category"], row["severity"], day)
    if promise is None or promise.hours is None:
        return None
    begin, end = whole(course.received_at), whole(end_of(scene))
    if taken is not None:
        passed = without((begin, whole(taken)), waits)
        return business.seconds(unit, passed, promise.is_business_time) <= promise.hours * HOUR
    ran = business.seconds(unit, without((begin, end), waits), promise.is_business_time)
    return False if ran > promise.hours * HOUR else None


def milestone_facts(scene: Scene, known: list[Course]) -> list[Fact]:
    """Closings, promised times and resolutions, each by its own day."""
    found = []
    end = end_of(scene)
    for course in known:
        if not course.is_in_rates:
            continue
        for closed_at, reopened_at in course.closings:
            if closed_at + REOPEN_WINDOW <= end:
                is_again = reopened_at is not None and reopened_at <= closed_at + REOPEN_WINDOW
                measures = {"reopen_rate_30d": share(is_again)}
                found.append(milestone(scene, course, closed_at, measures))
        promised = [event for event in course.of("promised") if event["promised_at"] is not None]
        due_at = scene.known(promised[0]["promised_at"]) if promised else None
        if due_at is not None:
            is_kept = course.resolved_at is not None and course.resolved_at <= due_at
            measures = {"promise_kept_share": share(is_kept)}
            found.append(milestone(scene, course, due_at, measures))
        if course.resolved_at is not None:
            measures = _follow_ups(scene, course, course.resolved_at)
            if measures:
                found.append(milestone(scene, course, course.resolved_at, measures))
    return found


def _follow_ups(scene: Scene, course: Course, resolved_at: datetime) -> dict[str, Decimal]:
    measures = {}
    day = scene.local_day(resolved_at)
    after = [event for event in course.of("follow_up") if event["occurred_at"] >= resolved_at]
    allowed = scene.customers.attribute(course.row["customer_id"], day, "contact_permission")
    if day + FOLLOW_UP_DAYS <= scene.as_of and allowed != "False":
        soon = [
            event
            for event in after
            if scene.local_day(event["occurred_at"]) <= day + FOLLOW_UP_DAYS
        ]
        is_reached = any(event["outcome"] == "reached" for event in soon)
        measures["follow_up_attempted_3d_share"] = share(bool(soon))
        measures["follow_up_reached_3d_share"] = share(is_reached)
    if any(event["outcome"] == "reached" for event in after):
        second = course.of("second_follow_up")
        is_second = any(event["occurred_at"] >= resolved_at for event in second)
        measures["second_follow_up_share"] = share(is_second)
    return measures


def backlog_cells(entry: Entry, scene: Scene, known: list[Course]) -> Cells:
    """Complaints open when the last known day of each period is over, or those open long."""
    timed = [course for course in known if not course.is_timeless]
    received = [scene.local_day(course.received_at) for course in timed]
    span = span_of([*received, scene.as_of] if received else [], scene.settings)
    is_stock = entry.metric_id == "open_complaints"
    cells: Cells = {}
    counts: dict[date, dict[str, tuple[int, int]]] = {}
    for period_type in entry.periods if span is not None else ():
        assert span is not None
        for period in span.periods(period_type):
            day = period.last_day(scene.as_of)
            if day not in counts:
                counts[day] = open_on(scene, timed, day)
            for unit, (number, old) in counts[day].items():
                key = Key(entry.metric_id, "none", period_type, period.key, unit, ALL, ALL)
                total = Decimal(number if is_stock else old)
                cells[key] = Cell(period, base=number, value_sum=total, value_squares=total)
            for key, _ in grid(
                entry, "stock" if is_stock else "mean", [period], scene.organisation
            ):
                cells.setdefault(key, Cell(period))
    return cells


def open_on(scene: Scene, known: list[Course], day: date) -> dict[str, tuple[int, int]]:
    """By unit, how many are open when a day is over, and how many of them for over 14 days."""
    found: dict[str, tuple[int, int]] = {}
    for course in known:
        is_open = any(
            scene.local_day(begin) <= day and (end is None or scene.local_day(end) > day)
            for begin, end in course.spells
        )
        if is_open:
            is_old = (day - scene.local_day(course.received_at)).days > OLD_DAYS
            for unit in scene.organisation.path(course.row["org_unit_id"], day):
                number, old = found.get(unit, (0, 0))
                found[unit] = number + 1, old + is_old
    return found
