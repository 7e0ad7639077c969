"""The oracle against figures of actions and inspections that can be counted by hand."""

from __future__ import annotations

from pathlib import Path

from oracle.small_cases import MONDAY, of


def test_corrective_actions(tmp_path: Path) -> None:
    head = (
        "action_id,opened_on,org_unit_id,source,due_on,completed_on,verified_on,verified_passed,"
        "customers_told_on,vendor_id"
    )
    found = of(
        tmp_path,
        corrective_actions=[
            head,
            "in_time,2026-01-05,top,survey,2026-01-10,2026-01-10,2026-01-12,true,2026-01-13,v",
            "late,2026-01-05,top,complaint,2026-01-10,2026-01-11,2026-01-12,false,,",
            "early,2026-01-05,top,inspection,2026-03-10,2026-01-11,2026-01-12,,,",
            "over,2026-01-05,top,survey,2026-01-31,,,,2026-01-30,",
            "later,2026-01-05,top,survey,2026-01-31,2026-02-01,2026-02-02,true,,",
            "open,2026-01-05,top,survey,2026-02-01,,,,,",
            "unsaid,2026-01-05,top,inspection,,,2026-01-12,true,,",
            "never_due,2026-01-05,top,survey,,2026-01-06,2026-02-01,true,2026-02-01,",
        ],
    )
    # Without open and never_due: 5, in_time and early.
    assert found["actions_on_time_share", "all", "all"] == (5, 40.0)
    assert found["actions_on_time_share", "vendor", "v"] == (1, 100.0)
    # Completed: in_time, late, early, never_due, of which three were verified by now.
    assert found["actions_verified_share", "all", "all"] == (4, 75.0)
    # in_time, late, and unsaid, of which nobody wrote that it was completed.
    assert found["actions_effective_share", "all", "all"] == (3, round(200 / 3, 6))
    assert found["customers_told_share", "all", "all"] == (3, round(100 / 3, 6))


def test_inspections(tmp_path: Path) -> None:
    def on(name: str, cells: str) -> str:
        return f"{name},{MONDAY},quality_monitoring,top,{cells}"

    told = "contact_id,items_checked,items_passed,critical_errors,score"
    contact = "contact_id,started_at,channel,outcome,direction"
    found = of(
        tmp_path,
        inspections=[
            f"inspection_id,inspected_at,method,org_unit_id,{told}",
            on("told", "k1,10,9,0,80"),
            on("counted", "k1,,,,"),
            on("half", "k2,4,2,1,"),
            on("beyond", "k3,5,6,,101"),
            on("bare", ",,,,"),
            on("minor", ",7,9,,500"),
            "later,2026-02-01 00:00:00,site_check,top,k4,10,10,0,100",
        ],
        inspection_items=[
            "inspection_id,check_code,is_applicable,passed,is_critical",
            "told,a,true,false,true",
            "counted,a,,true,true",
            "counted,b,true,false,",
            "counted,c,false,false,true",
            "counted,d,true,,true",
            "minor,a,true,false,false",
        ],
        contacts=[
            contact,
            *(f"k{number},{MONDAY},voice,answered," for number in (1, 2, 4, 5)),
            f"k3,{MONDAY},voice,abandoned,",
        ],
    )  # fmt: skip
    # 80, 1 of 2 and 2 of 4.
    assert found["inspection_score", "all", "all"] == (3, 60.0)
    # 9 + 1 + 2 of 10 + 2 + 4 in three inspections.
    assert found["inspection_pass_share", "all", "all"] == (3, 75.0)
    # told, counted and minor without, half with one; nobody knows of beyond and bare.
    assert found["critical_error_free_share", "all", "all"] == (4, 75.0)
    # Of the four that were answered k1 and k2; k4 is inspected in February.
    assert found["inspection_sample_rate", "all", "all"] == (4, 50.0)
