"""Hand-countable cases of the oracle's own parts, so that its disagreements can be trusted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from oracle.facts import resolved, waves
from oracle.files import read_files
from oracle.oracle import FACT_METRICS, expected_metric_values
from oracle.organisation import Organisation
from oracle.people import Employment, employments
from oracle.periods import period_of, periods_between, previous_key, year_ago_key
from oracle.pipeline import MODELS_RAW, SEEDS
from oracle.settings import Settings

APRIL = Settings(fiscal_year_starts=4)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("period_type", "on", "key", "before", "year_before"),
    [
        ("day", "2026-03-01", "2026-03-01", "2026-02-28", "2025-03-01"),
        ("week", "2026-10-24", "2026-W44", "2026-W43", "2025-W44"),
        ("week", "2026-10-30", "2026-W44", "2026-W43", "2025-W44"),
        ("week", "2021-01-02", "2021-W01", "2020-W53", "2020-W01"),
        ("month", "2026-01-31", "2026-01", "2025-12", "2025-01"),
        ("quarter", "2026-01-31", "2025-Q4", "2025-Q3", "2024-Q4"),
        ("half", "2026-04-01", "2026-H1", "2025-H2", "2025-H1"),
        ("year", "2026-03-31", "2025", "2024", "2024"),
        ("year_to_date", "2026-04-09", "2026-04-ytd", "2026-03-ytd", "2025-04-ytd"),
    ],
)
def test_keys_in_a_fiscal_year_from_april(
    period_type: str, on: str, key: str, before: str, year_before: str
) -> None:
    period = period_of(period_type, day(on), APRIL)
    found = (period.key, previous_key(period, APRIL), year_ago_key(period))
    assert found == (key, before, year_before)


def test_year_to_date_of_each_month() -> None:
    found = periods_between("year_to_date", day("2026-02-10"), day("2026-05-01"), APRIL)
    assert [(period.key, str(period.start), str(period.end)) for period in found] == [
        ("2026-02-ytd", "2025-04-01", "2026-03-01"),
        ("2026-03-ytd", "2025-04-01", "2026-04-01"),
        ("2026-04-ytd", "2026-04-01", "2026-05-01"),
        ("2026-05-ytd", "2026-04-01", "2026-06-01"),
    ]


def staff_row(extracted_on: str, hired_on: str = "", left_on: str = "") -> dict[str, Any]:
    return {
        "extracted_on": day(extracted_on),
        "hired_on": day(hired_on) if hired_on else None,
        "left_on": day(left_on) if left_on else None,
    }


def stays(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    extracts = [day(f"2025-{month:02d}-01") for month in range(1, 7)]
    found: list[Employment] = employments(rows, extracts, day("2025-12-31"))
    return [(str(stay.start), str(stay.left_on)) for stay in found]


def test_the_first_extract_reaches_back_to_the_day_of_hire() -> None:
    rows = [staff_row(f"2025-{month:02d}-01", "2024-05-05") for month in range(1, 7)]
    assert stays(rows) == [("2024-05-05", "None")]


def test_gone_without_a_day_of_leaving_left_at_the_next_extract() -> None:
    assert stays([staff_row("2025-01-01"), staff_row("2025-02-01")]) == [
        ("2025-01-01", "2025-03-01")
    ]


def test_a_day_of_leaving_in_a_later_extract_wins() -> None:
    rows = [staff_row("2025-01-01"), staff_row("2025-04-01", left_on="2025-01-20")]
    assert stays(rows) == [("2025-01-01", "2025-01-20")]


def test_back_after_a_gap_and_after_leaving() -> None:
    gap = [staff_row("2025-01-01"), staff_row("2025-03-01"), staff_row("2025-04-01")]
    assert stays(gap) == [("2025-01-01", "2025-02-01"), ("2025-03-01", "2025-05-01")]
    left = [
        staff_row("2025-01-01"),
        staff_row("2025-02-01", left_on="2025-01-15"),
        *(staff_row(f"2025-{month:02d}-01", "2025-03-01") for month in range(3, 7)),
    ]
    assert stays(left) == [("2025-01-01", "2025-01-15"), ("2025-03-01", "None")]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], False),
        (["acknowledged", "resolved"], True),
        (["closed"], True),
        (["resolved", "reopened"], False),
        (["resolved", "closed", "reopened", "resolved"], True),
        (["closed", "reopened", "closed"], True),
        (["resolved", "reopened", "closed", "reopened", "escalated"], False),
    ],
)
def test_resolution_after_the_last_reopening(events: list[str], expected: bool) -> None:
    assert resolved(events) is expected


def unit_row(unit: str, **more: Any) -> dict[str, Any]:
    names = ("valid_from", "parent_org_unit_id", "opened_on", "closed_on")
    return {"org_unit_id": unit, "org_level": "any", **dict.fromkeys(names), **more}


def test_a_reorganisation_does_not_move_the_past() -> None:
    rows = [
        unit_row("team", parent_org_unit_id="north"),
        unit_row("team", parent_org_unit_id="south", valid_from=day("2026-01-10")),
        unit_row("team", parent_org_unit_id="none", valid_from=day("2026-03-01")),
        unit_row("north"),
        unit_row("south", opened_on=day("2026-01-05"), closed_on=day("2026-01-20")),
    ]
    organisation = Organisation(rows, day("2026-02-28"))
    assert organisation.path("team", day("2026-01-09")) == ("all", "team", "north")
    assert organisation.path("team", day("2026-01-10")) == ("all", "team", "south")
    assert organisation.path("nobody", day("2026-01-10")) == ("all",)
    assert organisation.is_open("south", day("2026-01-20"), day("2026-01-31"))
    assert not organisation.is_open("south", day("2026-01-21"), day("2026-01-31"))
    assert not organisation.is_open("south", day("2026-01-01"), day("2026-01-04"))


def test_a_wave_ends_after_its_last_questionnaire_closes() -> None:
    def survey(survey_id: str, opened_on: str, closed_on: str) -> dict[str, Any]:
        return {
            "survey_id": survey_id,
            "programme": "relationship",
            "wave": "1",
            "opened_on": day(opened_on),
            "closed_on": day(closed_on),
        }

    pair = [survey("a", "2026-01-10", "2026-01-20"), survey("b", "2026-01-05", "2026-01-31")]
    wave = waves(pair, day("2026-02-28"))["a"]
    assert (wave.start, wave.end) == (day("2026-01-05"), day("2026-02-01"))
    assert waves(pair, day("2026-01-25"))["b"].end is None


def test_versions_deletions_and_answers_that_do_not_come_again(tmp_path: Path) -> None:
    def put(entity: str, name: str, *lines: str) -> None:
        (tmp_path / entity).mkdir(exist_ok=True)
        (tmp_path / entity / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")

    start = "2026-01-05 10:00:00"
    head = "contact_id,started_at,channel,outcome,talk_seconds,is_deleted"
    put("contacts", "1-a", head, f"a,{start},voice,answered,1,", f"b,{start},voice,answered,1,")
    put("contacts", "1-b", head, f"a,{start},voice,answered,2,", f"c,{start},voice,lost,1,")
    put("contacts", "2-a", head, f"a,{start},voice,answered,1,", f"b,{start},voice,answered,1,true")
    put("contacts", "2-b", head, f"b,{start},voice,answered,1,", f"d,{start},voice,answered,-1,")
    put("survey_responses", "1-r", "response_id,survey_id,submitted_at", f"r,s,{start}")
    put("survey_responses", "2-r", "response_id,survey_id,submitted_at,channel", f"r,s,{start},sms")
    put("survey_answers", "1-a", "response_id,item_code,answer_value", "r,q1,5", "r,q2,4")
    put("survey_answers", "2-a", "response_id,item_code,answer_value", "r,q2,4")
    files = read_files(tmp_path, MODELS_RAW, ZoneInfo("Asia/Shanghai"), {}, day("2026-12-31"))
    # a: the old export undoes no correction; b stays deleted; c is refused; d is blanked.
    talks = {row["contact_id"]: row["talk_seconds"] for row in files["contacts"]}
    assert talks == {"a": 2, "d": None}
    assert files["contacts"][0]["started_at"] == datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert [row["item_code"] for row in files["survey_answers"]] == ["q2"]


# Figures of small files, counted by hand: everything lies in January 2026.

NET = {"csat_net", "nps"}
MEANS = {
    "ces_mean", "importance_score", "expectation_gap", "csi_weighted", "csi_modules_weighted",
    "csi_touchpoints_weighted", "csi_items_equal", "csi_modules_equal", "acsi_index", "item_score",
    "completion_seconds_median",
}  # fmt: skip
SURVEY_HEAD = "survey_id,survey_name,programme,subject,run_by,version,wave,opened_on"
POST = "s,S,post_contact,customer,internal,1,,2026-01-01"
ITEM_HEAD = (
    "survey_id,item_code,item_text,construct,scale,is_reversed,dimension,touchpoint,module,weight,"
    "position,concept"
)
ANSWER_HEAD = "response_id,item_code,option,answer_value,answer_text,is_not_applicable"
AT = "2026-01-05 10:00:00"
Figures = dict[tuple[str, str, str], tuple[int, float | None]]


def write(file: Path, *lines: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def answers(**given: str) -> list[str]:
    """Lines of answers: a response by its name, then `item=code` words."""
    return [
        f"{response},{word.split('=')[0]},,{word.split('=')[1]},,"
        for response, words in given.items()
        for word in words.split()
    ]


def figures(
    folder: Path,
    slices: str = "all",
    as_of: str = "2026-01-31",
    weights: tuple[str, ...] = (),
    **files: list[str],
) -> Figures:
    """(base, value) of January for the whole organisation, by metric, slice and slice value."""
    for name in ("scales.csv", "targets.csv"):
        write(folder / "seeds" / name, (SEEDS / name).read_text(encoding="utf-8"))
    rows = [
        f"{metric},1,{1 if metric in MEANS | NET or method == 'sum' else 100},u,higher,"
        f"{'adjusted_wald' if metric in NET else 't' if metric in MEANS else 'wilson'},operational,"
        f"month wave,{slices},none"
        for metric, (method, kind) in FACT_METRICS.items()
        if kind in {"answers", "scores", "invitations"}
        and ("item" not in slices or kind == "answers")
    ]
    head = "metric_id,definition_version,factor,unit,better,interval,privacy_class,periods,slices"
    write(folder / "seeds" / "metrics.csv", f"{head},weightings", *rows)
    if weights:
        write(folder / "seeds" / "index_weights.csv", "index_id,part,weight,valid_from", *weights)
    files.setdefault("surveys", [SURVEY_HEAD, POST])
    files.setdefault("org_units", ["org_unit_id,org_unit_name,org_level", "top,Top,company"])
    for entity, lines in files.items():
        write(folder / "landing" / entity / "1-files.csv", *lines)
    frame = expected_metric_values(
        folder / "landing", folder / "seeds", MODELS_RAW, Settings(low_base=1), day(as_of)
    )
    frame = frame[(frame["period_key"] == "2026-01") & (frame["org_unit_id"] == "all")]
    names = ("metric_id", "slice", "slice_value", "base_count", "value")
    return {
        (metric, name, value): (base, None if figure is None else round(figure, 6))
        for metric, name, value, base, figure in frame[list(names)].itertuples(index=False)
    }


def of_all(found: Figures, *metrics: str) -> list[tuple[int, float | None]]:
    return [found[metric, "all", "all"] for metric in metrics]


def responses(*names: str, head: str = "", **more: str) -> list[str]:
    """Lines of responses on 5 January; `more` gives further cells to some of them."""
    lines = [f"{name},s,{AT},{more.get(name, '')}" for name in names]
    return [f"response_id,survey_id,submitted_at,{head}", *lines]


def test_boxes_leave_continuous_scales_out(tmp_path: Path) -> None:
    items = [
        ITEM_HEAD,
        "s,q,Q,overall_satisfaction,likert5,,,,,,,",
        "s,back,Q,overall_satisfaction,likert5,true,,,,,,",
        "s,slide,Q,overall_satisfaction,slider100,,,,,,,",
        "s,loyal,Q,loyalty,likert5,,,,,,,",
        "s,loyal_slide,Q,loyalty,slider100,,,,,,,",
        "s,matters,Q,importance,likert5,,,,,,,",
    ]
    given = answers(
        a="q=5 back=1 slide=100 loyal=5 matters=4", b="q=4 loyal=4 matters=5 loyal_slide=100",
        c="q=3 loyal=4", d="q=2 loyal=5", e="q=1", test="q=5",
    )  # fmt: skip
    found = figures(
        tmp_path,
        survey_items=items,
        survey_responses=responses("a", "b", "c", "d", "e", "test", head="is_test", test="true"),
        survey_answers=[ANSWER_HEAD, *given],
    )
    # Six boxed answers: 5, 4, 3, 2, 1 and a reversed 1, which is a 5.
    assert of_all(found, "csat_top1_share", "csat_top2_share", "csat_bottom2_share") == [
        (6, 33.333333),
        (6, 50.0),
        (6, 33.333333),
    ]
    assert found["csat_net", "all", "all"] == (6, 16.666667)
    assert of_all(found, "loyal_share", "importance_score") == [(4, 50.0), (2, 87.5)]


def test_effort_counts_on_scales_from_1_to_7_only(tmp_path: Path) -> None:
    items = [
        ITEM_HEAD,
        "s,easy,Q,effort,agree7,,,,,,,",
        "s,hard,Q,effort,likert7,1,,,,,,",
        "s,old,Q,effort,likert5,,,,,,,",
    ]
    found = figures(
        tmp_path,
        survey_items=items,
        survey_responses=responses("a", "b", "c"),
        survey_answers=[ANSWER_HEAD, *answers(a="easy=4 old=5", b="easy=5 hard=2", c="easy=7")],
    )
    # 4, 5, 7 and a reversed 2, which is a 6.
    assert of_all(found, "ces_easy_share", "ces_mean") == [(4, 75.0), (4, 5.5)]


def test_expectations_pair_by_concept_and_else_by_place(tmp_path: Path) -> None:
    items = [
        ITEM_HEAD,
        "s,p_speed,Q,perception,likert5,,fast,,,,,speed",
        "s,e_speed,Q,expectation,score10,,,,,,,speed",
        # No concept: in order of position and then code, the third has no partner.
        "s,p_2,Q,perception,likert5,,kind,,,,2,",
        "s,p_1,Q,perception,likert5,,kind,,,,3,",
        "s,p_3,Q,perception,likert5,,kind,,,,,",
        "s,e_a,Q,expectation,likert5,true,kind,,,,1,",
        "s,e_b,Q,expectation,likert5,,kind,,,,1,",
        "s,p_lone,Q,perception,likert5,,other,,,,,unique",
        "s,e_else,Q,expectation,likert5,,other,,,,,another",
    ]
    given = answers(
        # 75 - 100; 50 - 0 (a reversed 5); 100 - 100; no partner; no partner.
        a="p_speed=4 e_speed=10 p_2=3 e_a=5 p_1=5 e_b=5 p_3=1 p_lone=1 e_else=5",
        # 50 less 4/9 of the way; its partner was not answered.
        b="p_speed=3 e_speed=5 p_2=1",
    )
    given.append("b,e_a,,1,,true")
    found = figures(
        tmp_path, "all dimension item",
        survey_items=items, survey_responses=responses("a", "b"),
        survey_answers=[ANSWER_HEAD, *given],
    )  # fmt: skip
    assert found["expectation_gap", "item", "p_speed"] == (2, round((-25 + 50 - 400 / 9) / 2, 6))
    assert found["met_expectation_share", "item", "p_speed"] == (2, 50.0)
    assert found["expectation_gap", "item", "p_2"] == (1, 50.0)
    assert found["met_expectation_share", "item", "p_1"] == (1, 100.0)
    assert found["expectation_gap", "dimension", "kind"] == (2, 25.0)
    assert found["met_expectation_share", "all", "all"] == (4, 75.0)


CSI_ITEMS = [
    ITEM_HEAD,
    "s,a,Q,satisfaction,likert5,,d1,t1,m1,2,,",
    "s,b,Q,perception,likert5,,d1,t1,m1,,,",
    "s,c,Q,satisfaction,likert5,true,d2,t2,,1,,",
    "s,d,Q,perception,slider100,,d3,,m2,,,",
    "s,e,Q,satisfaction,likert5,,,t2,m2,9,,",
    "s,f,Q,overall_satisfaction,likert5,,d1,t1,m1,50,,",
    "s,held,Q,satisfaction,no_such_scale,,d3,t1,m1,50,,",
]
CSI = ("csi_items_equal", "csi_modules_equal", "csi_weighted", "csi_modules_weighted")


def test_indices_by_the_weights_of_items(tmp_path: Path) -> None:
    found = figures(
        tmp_path,
        survey_items=CSI_ITEMS,
        survey_responses=responses("x", "y"),
        # x: 100, 50, 25 (a reversed 4), 40, 75. y: 40 in a dimension without a weight.
        survey_answers=[ANSWER_HEAD, *answers(x="a=5 b=3 c=4 d=40 e=4 f=1", y="d=40")],
    )
    assert of_all(found, *CSI, "csi_touchpoints_weighted") == [
        (2, round((290 / 5 + 40) / 2, 6)),
        # x: m1 75, m2 57.5.
        (2, (66.25 + 40) / 2),
        # Dimensions weigh 2, 1 and 0: (2 x 75 + 25) / 3; y has no weight at all.
        (1, round(175 / 3, 6)),
        # Modules weigh 2 and 9.
        (2, round(((2 * 75 + 9 * 57.5) / 11 + 40) / 2, 6)),
        # Touchpoints weigh 2 and 10: t1 75, t2 50; y answered at none.
        (1, round((2 * 75 + 10 * 50) / 12, 6)),
    ]


def test_indices_without_weights_and_with_those_of_the_seed(tmp_path: Path) -> None:
    items = [line.replace(",2,,", ",,,").replace(",1,,", ",0,,") for line in CSI_ITEMS[:5]]
    given = [ANSWER_HEAD, *answers(x="a=5 b=3 c=4 d=40")]
    rows = responses("x")
    found = figures(
        tmp_path / "none", survey_items=items, survey_responses=rows, survey_answers=given
    )
    assert found["csi_weighted", "all", "all"] == (1, round((75 + 25 + 40) / 3, 6))
    seed = (
        "csi_weighted,d1,1,",
        "csi_weighted,d1,3,2026-01-05",
        "csi_weighted,d1,7,2026-01-06",
        "csi_weighted,d2,1,2025-01-01",
        "csi_modules_weighted,m1,1,2026-01-06",
    )
    found = figures(
        tmp_path / "seed", weights=seed,
        survey_items=items, survey_responses=rows, survey_answers=given,
    )  # fmt: skip
    # 3, 1 and, for d3, 0; the weights of modules are not in force yet.
    assert of_all(found, "csi_weighted", "csi_modules_weighted") == [(1, 62.5), (1, 57.5)]


def test_acsi_of_three_questions_on_scales_from_1_to_10(tmp_path: Path) -> None:
    items = [
        ITEM_HEAD,
        "s,s1,Q,overall_satisfaction,score10,,,,,,,",
        "s,s2,Q,overall_satisfaction,score10,true,,,,,,",
        "s,s3,Q,overall_satisfaction,likert5,,,,,,,",
        "s,e,Q,expectation,score10,,,,,,,",
        "s,i,Q,ideal,score10,,,,,,,",
    ]
    found = figures(
        tmp_path,
        survey_items=items,
        survey_responses=responses("x", "y", "z"),
        # x: S is the mean of 8 and 11 - 5; y lacks the ideal, z has S on another scale.
        survey_answers=[
            ANSWER_HEAD,
            *answers(x="s1=8 s2=5 s3=1 e=10 i=9", y="s1=9 e=9", z="s3=5 e=9 i=9"),
        ],
    )
    assert found["acsi_index", "all", "all"] == (1, round(100 * (7 + 10 + 9 - 3) / 27, 6))


def test_what_is_an_answer_and_how_it_was_given(tmp_path: Path) -> None:
    items = [
        ITEM_HEAD,
        *(f"s,q{n},Q,satisfaction,likert5,{'true' if n == 5 else ''},,,,,," for n in range(1, 6)),
        "s,slide,Q,other,slider100,,,,,,,",
        "s,why,Q,open_text,text,,,,,,,",
        "s,note,Q,other,text,,,,,,,",
        "s,which,Q,other,multi,,,,,,,",
    ]
    given = [
        # Five times the same tick, one of them reversed; no words.
        *answers(x="q1=4 q2=4 q3=4 q4=4 q5=4"),
        "x,why,,,NA,",
        # Four answers: too few to be a line. Words, two options, and a row that says nothing.
        *answers(y="q1=5 q2=5 q3=5 slide=0"),
        "y,why,,,because,",
        "y,which,a,,,",
        "y,which,b,1,,",
        "y,q5,,,,",
        "y,note,,,,true",
        # Five answers, not all the same; one beside them is not applicable.
        *answers(z="q1=1 q2=3 q3=3 q4=3 slide=50"),
        "z,q5,,5,,true",
        "z,note,,,no comment,",
    ]
    found = figures(
        tmp_path,
        survey_items=items,
        survey_responses=responses("x", "y", "z", "t", head="is_test", t="true"),
        survey_answers=[ANSWER_HEAD, *given, *answers(t="q1=1 q2=1")],
    )
    # 5 of x; 4, the words, two options and a not applicable of y; 5, one and a note of z.
    assert found["not_applicable_share", "all", "all"] == (20, 10.0)
    # Of 14 valid answers three fives, a one and the end of the slider.
    assert found["extreme_answer_share", "all", "all"] == (14, round(500 / 14, 6))
    assert found["comment_share", "all", "all"] == (3, round(100 / 3, 6))
    assert found["straight_line_share", "all", "all"] == (2, 50.0)


def test_seconds_from_start_to_submission_of_complete_responses(tmp_path: Path) -> None:
    found = figures(
        tmp_path,
        survey_items=[ITEM_HEAD],
        survey_responses=[
            "response_id,survey_id,submitted_at,started_at,status,is_test",
            f"a,s,{AT},2026-01-05 09:59:00,complete,",
            f"b,s,{AT},2026-01-05T01:58:20Z,,",
            f"c,s,{AT},{AT},,false",
            f"d,s,{AT},2026-01-05 09:50:00,complete,",
            f"partial,s,{AT},2026-01-05 09:59:59,partial,",
            f"later,s,{AT},2026-01-05 10:00:01,,",
            f"unknown,s,{AT},,,",
            f"test,s,{AT},2026-01-05 09:59:58,,true",
        ],
    )
    # 0, 60, 100 and 600 seconds: the median is the second.
    assert found["completion_seconds_median", "all", "all"] == (4, 60.0)


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
        surveys=[SURVEY_HEAD, POST, "ee,E,employee_engagement,employee,internal,1,,2026-01-01"],
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
            sent("said_ineligible", "ineligible", "delivered_at"),
            sent("staff", survey="ee"),
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
    # All but the one of staff: 14, one of them ineligible. Complete: completed, answered; partial:
    # half_answered, started; refused: opted_out, said_refused; non_contact: opened; unknown:
    # bounced, silent, tested, late, early, future.
    assert of_all(found, "response_rate_rr1", "response_rate_rr2", "response_rate_rr5") == [
        (13, round(200 / 13, 6)),
        (13, round(400 / 13, 6)),
        (7, round(200 / 7, 6)),
    ]
    # Delivered: completed, answered, half_answered, started, opted_out, opened, and the two said.
    assert found["delivery_rate", "all", "all"] == (14, round(800 / 14, 6))
    assert found["opt_out_rate", "all", "all"] == (8, 25.0)
    # Started: completed, answered, half_answered, started, said_refused.
    assert found["drop_off_share", "all", "all"] == (5, 60.0)


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
