"""The oracle against figures of invitations and of calls back that can be counted by hand."""

from __future__ import annotations

from pathlib import Path

from oracle.small_files import (
    ANSWER_HEAD,
    AT,
    ITEM_HEAD,
    POST,
    SURVEY_HEAD,
    answers,
    figures,
    of_all,
)

INVITATION_HEAD = (
    "invitation_id,survey_id,sent_at,channel,customer_id,disposition,delivered_at,bounced_at,"
    "opened_at,started_at,completed_at,opted_out_at"
)
LATER = "2026-01-06 10:00:00"


def test_outcomes_of_invitations(tmp_path: Path) -> None:
    def sent(name: str, disposition: str = "", *stamps: str, survey: str = "s") -> str:
        names = INVITATION_HEAD.split(",")[6:]
        cells = ",".join(LATER if stamp in stamps else "" for stamp in names)
        return f"{name},{survey},{AT},sms,,{disposition},{cells}"

    found = figures(
        tmp_path,
        as_of="2026-01-20",
        surveys=[
            SURVEY_HEAD,
            POST,
            "ee,E,employee_engagement,employee,internal,1,,2026-01-01",
            "next,N,relationship,customer,internal,1,,2026-01-21",
        ],
        survey_items=[ITEM_HEAD],
        survey_invitations=[
            INVITATION_HEAD,
            sent("completed", "", "started_at", "completed_at"),
            sent("answered"),
            sent("half_answered", "", "bounced_at"),
            sent("started", "", "started_at", "opted_out_at"),
            sent("opted_out", "", "delivered_at", "opted_out_at"),
            sent("bounced", "", "bounced_at"),
            sent("opened", "", "opened_at"),
            sent("silent"),
            sent("tested"),
            sent("late"),
            sent("said_refused", "refused", "started_at"),
            sent("said_refused_after_all", "refused", "completed_at"),
            sent("said_ineligible", "ineligible", "delivered_at", "started_at"),
            sent("staff", survey="ee"),
            sent("not_open_yet", survey="next"),
            f"early,s,{AT},sms,,,2026-01-04 10:00:00,,,,,",
            f"future,s,{AT},sms,,,,,,,2026-01-21 00:00:00,",
        ],
        survey_responses=[
            "response_id,survey_id,submitted_at,invitation_id,status,is_test",
            f"r1,s,{LATER},answered,,",
            f"r2,s,{LATER},half_answered,partial,",
            f"r3,s,{LATER},tested,complete,true",
            "r4,s,2026-01-25 10:00:00,late,complete,",
        ],
    )
    # Without the one of staff and the one of the survey to come: 15, one of them ineligible. Complete:
    # completed, answered; partial: half_answered, started; refused: opted_out, said_refused and
    # said_refused_after_all; non_contact: opened; unknown: bounced, silent, tested, late, early, future.
    assert of_all(found, "response_rate_rr1", "response_rate_rr2", "response_rate_rr5") == [
        (14, round(200 / 14, 6)),
        (14, round(400 / 14, 6)),
        (8, round(200 / 8, 6)),
    ]
    # Delivered: completed, answered, half_answered, started, opted_out, opened, and the three said.
    assert found["delivery_rate", "all", "all"] == (15, round(900 / 15, 6))
    assert found["opt_out_rate", "all", "all"] == (9, round(200 / 9, 6))
    # Started: completed, answered, half_answered, started, said_refused, said_refused_after_all.
    assert found["drop_off_share", "all", "all"] == (6, round(400 / 6, 6))


def test_more_invitations_than_the_cap_within_30_days(tmp_path: Path) -> None:
    def sent(name: str, at: str, customer: str = "c", survey: str = "s") -> str:
        return f"{name},{survey},{at},sms,{customer},,,,,,,"

    found = figures(
        tmp_path, "all survey",
        surveys=[SURVEY_HEAD, POST, "x,X,third_party,customer,external,1,,2025-01-01"],
        survey_items=[ITEM_HEAD],
        survey_invitations=[
            INVITATION_HEAD,
            sent("1", "2025-12-11 10:00:00"),
            sent("2", "2025-12-20 10:00:00", survey="x"),
            # The first is 30 days ago to the second: two within the window, then a third.
            sent("3", "2026-01-10 10:00:00"),
            sent("5", "2026-01-10 10:00:01"),
            sent("4", "2026-01-10 10:00:01"),
            sent("6", "2026-01-10 10:00:01", ""),
            sent("7", "2026-01-10 10:00:01", "", survey="x"),
            sent("8", "2026-01-10 10:00:01", "d"),
        ],
    )  # fmt: skip
    # 3: itself and 2; 4: the third; 5: the fourth; 8: the first; 6 and 7 have no customer.
    assert found["over_contact_share", "all", "all"] == (4, 50.0)
    assert found["delivery_rate", "all", "all"] == (5, 0.0)
    assert ("delivery_rate", "survey", "x") not in found


def test_low_scores_called_back_within_two_days(tmp_path: Path) -> None:
    names = "contact follow_up own_case about none early late good waiting slide"
    customers = {name: f",{name}," for name in names.split()}
    rows = [
        f"{name},s,{'2026-01-19' if name == 'waiting' else '2026-01-05'} 10:00:00,{name},"
        f"{'k1' if name == 'follow_up' else ''},{'case' if name == 'own_case' else ''}"
        for name in customers
    ]
    codes = dict.fromkeys(customers, "q=2") | {
        "about": "rec=6", "good": "q=3 rec=7", "slide": "slide=0"
    }  # fmt: skip
    start = "contact_id,started_at,channel,outcome,direction,customer_id,followed_up_at"
    found = figures(
        tmp_path,
        as_of="2026-01-20",
        survey_items=[
            ITEM_HEAD,
            "s,q,Q,overall_satisfaction,likert5,,,,,,,",
            "s,rec,Q,recommend,nps11,,,,,,,",
            "s,slide,Q,overall_satisfaction,slider100,,,,,,,",
        ],
        survey_responses=[
            "response_id,survey_id,submitted_at,customer_id,contact_id,complaint_id", *rows
        ],
        survey_answers=[ANSWER_HEAD, *answers(**codes)],
        contacts=[
            start,
            "o1,2026-01-07 23:59:59,voice,abandoned,outbound,contact,",
            "i1,2026-01-06 10:00:00,voice,answered,inbound,none,",
            f"o2,{AT},voice,answered,outbound,early,",
            "o3,2026-01-08 00:00:00,voice,answered,outbound,late,",
            "k1,2026-01-05 09:00:00,voice,answered,inbound,follow_up,2026-01-06 10:00:00",
        ],
        complaints=[
            "complaint_id,received_at,channel,org_unit_id,category,response_id",
            "case,2026-01-03 10:00:00,voice,top,any,",
            "heard,2026-01-05 11:00:00,voice,top,any,about",
        ],
        complaint_events=[
            "event_id,complaint_id,occurred_at,event_type",
            "1,case,2026-01-04 10:00:00,follow_up",
            "2,case,2026-01-06 10:00:00,follow_up",
            "3,heard,2026-01-07 10:00:00,follow_up",
        ],
    )  # fmt: skip
    # Low and ripe: the first four, which were called, and none, early and late.
    assert found["low_score_called_back_2d_share", "all", "all"] == (7, round(400 / 7, 6))


def test_surveys_outside_the_pool_count_after_the_last_day_of_the_pool(tmp_path: Path) -> None:
    found = figures(
        tmp_path, "all programme",
        surveys=[SURVEY_HEAD, POST, "x,X,third_party,customer,external,1,,2025-01-01"],
        survey_items=[ITEM_HEAD],
        survey_responses=[
            "response_id,survey_id,submitted_at",
            f"a,s,{AT}",
            "b,x,2026-01-04 10:00:00",
            "c,x,2026-01-06 10:00:00",
        ],
    )  # fmt: skip
    assert found["comment_share", "all", "all"] == (1, 0.0)
    assert found["comment_share", "programme", "post_contact"] == (1, 0.0)
    assert found["comment_share", "programme", "third_party"] == (2, 0.0)
