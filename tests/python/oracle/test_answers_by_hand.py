"""The oracle against figures of answers and responses that can be counted by hand."""

from __future__ import annotations

from pathlib import Path

from oracle.small_files import ANSWER_HEAD, AT, ITEM_HEAD, answers, figures, of_all, responses


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
