"""The oracle against figures of complaints that can be counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.small_cases import cases, events, of
from oracle.small_files import of_all, write


def test_rates_by_receipt(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        complaints=cases(
            "up", "down", "out", "gone", "silent", "ask", "state",
            up="in_scope=true upheld=true", down="in_scope=true upheld=false",
            out="in_scope=false upheld=true", gone="in_scope=true upheld=true",
            ask="case_type=enquiry", state="is_resolved=true",
        ),
        complaint_events=events(
            up="escalated@6 escalated@7 plan_told@7 resolved@8",
            down="compensated@6 promised@6 resolved@7 closed@9 reopened@10",
            out="escalated@6 resolved@7",
            gone="escalated@6 resolved@6 withdrawn@7",
            ask="escalated@6",
        ),
    )  # fmt: skip
    # Five complaints and the one in a state; without the withdrawn and the one out of scope: 4.
    assert found["complaints_received", "all", "all"] == (6, 6.0)
    # Of state nobody knows whether it was escalated.
    assert of_all(found, "escalation_rate", "plan_told_share", "compensated_share") == [
        (3, round(100 / 3, 6)), (3, round(100 / 3, 6)), (3, round(100 / 3, 6))
    ]  # fmt: skip
    assert found["resolution_rate", "all", "all"] == (4, 50.0)
    assert of_all(found, "in_scope_share", "upheld_share") == [(3, round(200 / 3, 6)), (2, 50.0)]
    # up took three days; down is open again; state has no time.
    assert found["resolution_calendar_days", "all", "all"] == (1, 3.0)


def test_the_last_resolution_counts_and_a_closing_only_without_one(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        complaints=cases("again", "shut", "twice", "later"),
        complaint_events=events(
            again="resolved@6 reopened@8 resolved@9 closed@12",
            shut="resolved@6 reopened@7 closed@8 closed@10",
            twice="resolved@6 resolved@7",
            # At one moment the end comes before the reopening, whatever the file says.
            later="reopened@7 resolved@7",
        ),
    )
    # 4, 5 and 2 days: of several closings the last, as of several resolutions.
    assert found["resolution_calendar_days", "all", "all"] == (3, round(11 / 3, 6))


def test_owners(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        complaints=cases(
            "kept", "warm", "late", "cold", "cold_open", "kept_open", "first", "team", "nobody",
            kept="first_owner_id=a", warm="first_owner_id=a", late="first_owner_id=a",
            cold="first_owner_id=a", cold_open="first_owner_id=a", kept_open="first_owner_id=a",
        ),
        complaint_events=events(
            kept="assigned@5T10:00:00/a first_reply@5T11:00:00 resolved@5T12:00:00",
            warm="handover_accepted@6/b resolved@7",
            late="assigned@6/b handover_accepted@7/b resolved@8",
            cold="assigned@6/b assigned@7/a resolved@8",
            cold_open="assigned@6/b",
            first="assigned@5T10:00:00/b first_reply@5T10:30:00 first_reply@5T11:00:00 "
            "resolved@5T23:59:59",
            team="assigned@6/b assigned@7/team1 handover_accepted@7/team1 resolved@8",
            nobody="resolved@5T10:00:00 reopened@5T10:05:00 resolved@5T11:00:00",
        ),
    )  # fmt: skip
    # Kept to the end: kept and first; accepted: warm, late, team; not: cold, cold_open.
    assert found["first_responsible_share", "all", "all"] == (7, round(500 / 7, 6))
    # 0 1 1 2 1 0 0 1, and nobody's has no owner to change.
    assert found["hand_offs_mean", "all", "all"] == (8, 0.75)
    # kept, first and nobody on the day of receipt.
    assert found["immediate_resolution_share", "all", "all"] == (9, round(300 / 9, 6))
    # Of seven resolved: kept. first has two replies, nobody was reopened, the others changed hands.
    assert found["one_touch_share", "all", "all"] == (7, round(100 / 7, 6))


def test_the_same_cause_again_within_90_days(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        as_of="2026-04-10",
        complaints=cases(
            "a", "b", "c", "d", "e", "f",
            a="root_cause=people", b="root_cause=system", c="at=2026-01-06T10:00:00",
            # 90 days after a to the second, and a second more than that after b.
            d="at=2026-04-05T10:00:00 root_cause=people in_scope=false",
            e="at=2026-04-05T10:00:01 root_cause=system",
            f="at=2026-01-12T10:00:00 root_cause=people",
        ),
    )  # fmt: skip
    # a again as f and d; b not; c has no cause, and nobody else of the category has none. The 90
    # days after f end on 12 April.
    assert found["recurrence_90d_share", "all", "all"] == (3, round(100 / 3, 6))


def test_reopened_within_30_days_of_closing(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        as_of="2026-02-14",
        complaints=cases("a", "b", "c", "d", at="2026-01-01 10:00:00"),
        complaint_events=[
            *events(a="closed@5 closed@6 reopened@7 closed@8", b="closed@10", c="resolved@5"),
            # 30 days to the second.
            "b-9,b,2026-02-09 10:00:00,reopened,,,,",
            # The 30 days are not over.
            "d-0,d,2026-01-16 10:00:00,closed,,,,",
            "d-1,d,2026-01-17 10:00:00,reopened,,,,",
        ],
    )
    # a on the 5th (again) and on the 8th (not), b on the 10th (again).
    assert found["reopen_rate_30d", "all", "all"] == (3, round(200 / 3, 6))


def test_promises(tmp_path: Path) -> None:
    def promised(name: str, at: str, until: str) -> str:
        return f"{name}-{at},{name},2026-01-{at} 10:00:00,promised,,,,2026-{until} 10:00:00"

    found = of(
        tmp_path,
        complaints=cases("kept", "late", "again", "open", "ahead", "next"),
        complaint_events=[
            *events(kept="resolved@10", late="resolved@11", again="resolved@8 reopened@9"),
            promised("kept", "06", "01-10"),
            promised("late", "06", "01-10"),
            promised("late", "08", "01-20"),
            promised("again", "06", "01-10"),
            promised("open", "06", "01-10"),
            promised("ahead", "06", "02-01"),
            "next-1,next,2026-01-06 10:00:00,promised,,,,",
        ],
    )
    assert found["promise_kept_share", "all", "all"] == (4, 25.0)


def test_follow_ups(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        complaints=cases(
            "called", "met", "late", "before", "none", "young", "not_allowed", "reopened",
            not_allowed="customer_id=c", none="customer_id=d",
        ),
        customers=["customer_id,extracted_on,contact_permission", "c,,false", "d,,true"],
        complaint_events=events(
            called="resolved@6 follow_up@9T23:59:59//not_reached second_follow_up@10",
            met="resolved@6 follow_up@7//reached second_follow_up@29",
            late="resolved@6 follow_up@10T00:00:00//reached",
            before="follow_up@6//reached resolved@7",
            none="resolved@6",
            young="resolved@29 follow_up@30//reached",
            not_allowed="resolved@6 follow_up@7//reached",
            reopened="resolved@6 follow_up@7//reached reopened@8",
        ),
    )  # fmt: skip
    # called, met, late, before and none; the third day after young is the 1st of February.
    assert found["follow_up_attempted_3d_share", "all", "all"] == (5, 40.0)
    assert found["follow_up_reached_3d_share", "all", "all"] == (5, 20.0)
    # Reached: met, late, young, not_allowed; a second time: met.
    assert found["second_follow_up_share", "all", "all"] == (4, 25.0)


def test_open_complaints_and_those_open_long(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        as_of="2026-01-20",
        complaints=cases(
            "old", "edge", "shut", "again", "state", "gone", "out", "later",
            old="is_resolved=false", edge="at=2026-01-06T10:00:00", state="is_resolved=true",
            out="in_scope=false", later="at=2026-01-21T00:00:00",
        ),
        complaint_events=events(
            shut="resolved@20T23:59:59",
            again="resolved@6 reopened@20 closed@21",
            gone="withdrawn@6",
            out="acknowledged@6",
        ),
    )  # fmt: skip
    # old, edge (14 days, no more), again (15 days since its receipt) and out.
    assert found["open_complaints", "all", "all"] == (4, 4.0)
    assert found["open_over_14d_share", "all", "all"] == (4, 75.0)


def test_a_system_that_keeps_no_times_has_no_backlog(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        complaints=cases("a", "b", "c", a="is_resolved=false", b="is_resolved=true"),
    )
    # c says nothing and is open.
    assert found["open_complaints", "all", "all"] == (1, 1.0)
    assert found["resolution_rate", "all", "all"] == (3, round(100 / 3, 6))
    assert found["escalation_rate", "all", "all"] == (1, 0.0)
    # The 45 hours since Monday at ten are over for c.
    assert found["sla_attainment", "all", "all"] == (1, 0.0)


def test_business_hours(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        complaints=cases("a", "b", b="at=2026-01-09T20:00:00"),
        complaint_events=events(
            # Monday at ten to Tuesday at ten: nine hours. Then a wait of nine, and of one hour.
            a="acknowledged@5T11:30:00 waiting_customer@6 waiting_customer@6T12:00:00 "
            "customer_replied@7 plan_told@7T12:00:00 waiting_customer@8T17:00:00 resolved@8T20:00:00",
            # Friday night to Monday morning.
            b="first_reply@11T12:00:00 first_reply@13 plan_told@12T09:30:00",
        ),
    )
    assert of_all(
        found, "acknowledge_business_hours", "first_reply_business_hours",
        "plan_told_business_hours", "resolution_business_hours",
    ) == [(1, 1.5), (1, 0.0), (2, (20 - 9 + 0.5) / 2), (1, 35 - 9 - 1)]  # fmt: skip


def test_holidays_and_weekends_worked(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        complaints=cases("a", at="2025-12-31 17:00:00"),
        complaint_events=events(a="resolved@5"),
    )
    assert ("resolution_business_hours", "all", "all") not in found
    found = of(
        tmp_path / "january",
        complaints=cases("a", at="2026-01-01 17:00:00"),
        complaint_events=events(a="resolved@5"),
    )
    # The 1st to the 3rd are holidays; Sunday the 4th is worked for them; an hour on Monday.
    assert found["resolution_business_hours", "all", "all"] == (1, 10.0)


def test_a_lunch_break_and_calendars_of_units(tmp_path: Path) -> None:
    write(
        tmp_path / "seeds" / "opening_hours.csv",
        "calendar_id,weekday,opens_at,closes_at,valid_from,valid_until",
        *(f"early,{day},08:00,12:00,,2026-01-06" for day in range(1, 8)),
        *(f"early,{day},13:00,17:00,,2026-01-06" for day in range(1, 8)),
        *(f"early,{day},08:00,10:00,2026-01-07,2026-12-31" for day in range(1, 8)),
        *(f"always,{day},00:00,24:00,," for day in range(1, 8)),
    )
    write(
        tmp_path / "seeds" / "unit_calendars.csv",
        "org_unit_id,calendar_id,valid_from",
        "default,early,",
        "top,always,2026-01-08",
    )
    found = of(tmp_path, complaints=cases("a"), complaint_events=events(a="resolved@9T01:00:00"))
    # Monday 2 + 4, Tuesday 8, Wednesday 2, Thursday 24, Friday 1.
    assert found["resolution_business_hours", "all", "all"] == (1, 41.0)


@pytest.mark.parametrize(
    ("course", "as_of", "expected"),
    [
        # 45 hours from Monday at ten are used up an hour into the Monday after.
        ("resolved@12T10:00:00", "2026-01-31", (1, 100.0)),
        ("resolved@12T10:00:01", "2026-01-31", (1, 0.0)),
        ("acknowledged@6", "2026-01-11", None),
        ("acknowledged@6", "2026-01-12", (1, 0.0)),
        # A day of waiting puts it off by a working day; who waits is not overdue.
        ("waiting_customer@6 customer_replied@7", "2026-01-12", None),
        ("waiting_customer@6 customer_replied@7", "2026-01-13", (1, 0.0)),
        ("waiting_customer@6", "2026-01-31", None),
        ("resolved@6 reopened@7", "2026-01-12", (1, 0.0)),
    ],
)
def test_due_times(
    course: str, as_of: str, expected: tuple[int, float] | None, tmp_path: Path
) -> None:
    files = {"complaints": cases("a"), "complaint_events": events(a=course)}
    assert of(tmp_path, as_of, **files).get(("sla_attainment", "all", "all")) == expected


def test_hours_used_up_at_closing_time(tmp_path: Path) -> None:
    # Received before opening: 45 hours are over on Friday at six; until Monday none more pass.
    at = "2026-01-05 08:00:00"
    files = {"complaints": cases("a", at=at), "complaint_events": events(a="assigned@6/x")}
    assert ("sla_attainment", "all", "all") not in of(tmp_path / "1", "2026-01-11", **files)
    found = of(tmp_path / "2", "2026-01-12", **files)
    assert found["sla_attainment", "all", "all"] == (1, 0.0)


def test_promises_of_severities_and_acknowledgement(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        complaints=cases(
            "critical", "too_late", "high", "normal", "never",
            critical="severity=critical", too_late="severity=critical", high="severity=high",
        ),
        complaint_events=events(
            critical="acknowledged@5T14:00:00 resolved@6T10:00:00",
            too_late="acknowledged@5T14:00:01 resolved@6T10:00:01",
            # 27 hours from Monday at ten are over on Thursday at ten.
            high="acknowledged@6 resolved@8T10:00:01",
            normal="acknowledged@5 resolved@8T10:00:01",
            never="assigned@6/x",
        ),
    )  # fmt: skip
    assert found["sla_attainment", "all", "all"] == (5, 40.0)
    assert found["sla_attainment", "severity", "critical"] == (2, 50.0)
    assert found["sla_attainment_closed_only", "all", "all"] == (4, 50.0)
    # critical and normal within four hours; never is overdue.
    assert found["acknowledged_in_time_share", "all", "all"] == (5, 40.0)


def test_the_most_particular_promise(tmp_path: Path) -> None:
    write(
        tmp_path / "seeds" / "service_promises.csv",
        "clock,category,severity,org_unit_id,hours,is_business_time,valid_from",
        "resolve,,,,1,false,",
        "resolve,,high,,2,false,",
        "resolve,any,,,30,false,",
        "resolve,any,,,4,false,2026-01-05",
        "resolve,any,,,50,false,2026-01-06",
        "resolve,,critical,top,,false,",
    )
    found = of(
        tmp_path,
        complaints=cases(
            "a", "b", "c", "d", a="severity=high", b="severity=high", c="severity=critical",
            d="at=2026-01-04T10:00:00",
        ),
        complaint_events=events(
            a="resolved@5T14:00:00", b="resolved@5T14:00:01", c="resolved@5T10:00:01", d="resolved@5"
        ),
    )  # fmt: skip
    # a and b: 4 hours; c: nothing is promised; d: 30 hours.
    assert found["sla_attainment", "all", "all"] == (3, round(200 / 3, 6))


def test_events_that_came_twice_or_too_early(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        complaints=cases("a"),
        complaint_events=events(
            a="first_reply@6 first_reply@6 assigned@4/x acknowledged@4 resolved@7"
        ),
    )
    assert found["one_touch_share", "all", "all"] == (1, 100.0)
    assert found["acknowledge_business_hours", "all", "all"] == (1, 0.0)
