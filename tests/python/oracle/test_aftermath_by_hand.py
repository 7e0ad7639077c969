"""The oracle against figures of low scores and recoveries that can be counted by hand."""

from __future__ import annotations

from pathlib import Path

from oracle.small_cases import MONDAY, cases, events, of
from oracle.small_files import ANSWER_HEAD, ITEM_HEAD, POST, SURVEY_HEAD, answers

OVERALL = "s,q,Q,overall_satisfaction,likert5,,,,,,,"


def test_low_scores_with_and_without_a_complaint(tmp_path: Path) -> None:
    codes = dict.fromkeys(("near", "far", "named", "nobody", "young"), "q=2") | {"good": "q=3"}
    rows = [
        f"{name},s,{'2026-01-31' if name == 'young' else '2026-01-05'} 10:00:00,"
        f"{'' if name == 'nobody' else name},{'about' if name == 'named' else ''}"
        for name in codes
    ]
    found = of(
        tmp_path,
        as_of="2026-02-28",
        surveys=[SURVEY_HEAD, POST],
        survey_items=[ITEM_HEAD, OVERALL],
        survey_responses=[
            "response_id,survey_id,submitted_at,customer_id,complaint_id", *rows
        ],
        survey_answers=[ANSWER_HEAD, *answers(**codes)],
        complaints=cases(
            "one", "other", "about",
            one="customer_id=near at=2026-02-04T10:00:00",
            other="customer_id=far at=2026-02-04T10:00:01",
            about="at=2025-06-01T10:00:00",
        ),
    )  # fmt: skip
    # near and named complained, far did a second too late.
    assert found["complainer_share", "all", "all"] == (3, round(200 / 3, 6))
    assert found["silent_dissatisfied_share", "all", "all"] == (3, round(100 / 3, 6))


def test_satisfied_after_the_resolution(tmp_path: Path) -> None:
    codes = {"early": "q=5", "first": "q=2", "second": "q=5", "by_invitation": "q=4", "open": "q=5"}
    cells = {
        "early": "6 10:00:00,a,", "first": "8 10:00:00,a,", "second": "9 10:00:00,a,",
        "by_invitation": "9 10:00:00,,i", "open": "9 10:00:00,c,",
    }  # fmt: skip
    found = of(
        tmp_path,
        surveys=[SURVEY_HEAD, POST],
        survey_items=[ITEM_HEAD, OVERALL],
        survey_invitations=[
            "invitation_id,survey_id,sent_at,channel,complaint_id", f"i,s,{MONDAY},sms,b"
        ],
        survey_responses=[
            "response_id,survey_id,submitted_at,complaint_id,invitation_id",
            *(f"{name},s,2026-01-0{rest}" for name, rest in cells.items()),
        ],
        survey_answers=[ANSWER_HEAD, *answers(**codes)],
        complaints=cases("a", "b", "c"),
        complaint_events=events(a="resolved@7", b="resolved@7"),
    )  # fmt: skip
    assert found["post_resolution_csat_share", "all", "all"] == (2, 50.0)


def test_complaints_per_thousand_customers(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        complaints=cases("a"),
        contacts=[
            "contact_id,started_at,channel,outcome,direction,customer_id",
            f"1,{MONDAY},voice,answered,,c",
            f"2,{MONDAY},voice,answered,outbound,c",
            f"3,{MONDAY},voice,abandoned,outbound,d",
            f"4,{MONDAY},voice,not_a_contact,,e",
            f"5,{MONDAY},voice,answered,,",
        ],
    )
    assert found["complaint_rate_per_1000_customers", "all", "all"] == (2, 500.0)
