"""Each mapping on a few invented lines: what a person would write down for them, line by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Rows = Callable[[str, str], list[tuple[Any, ...]]]
Deliver = Callable[[dict[str, str]], Rows]

SFO_2014 = """\
RESPNUM,INTDATE,AREA,METHOD,Q7FOOD,Q7ALL,Q9FOOD,Q9COM1,LANG,WEIGHT
1,4,D,1,2,5,6,85,1,0.8694341151
2,31,A,3,6,0,,,4,1.25
"""
SFO_2016 = """\
*RESPNUM,INTDATE,BAREA,METHOD,Q7FOOD,Q7ALL,Q9FOOD,Q9COM,LANG,WEIGHT
1,05/11/2016 12:00:00 AM,C,2,4,3,5,0,2,
"""
SFO_2017 = """\
RESPNUM,INTDATE,DAY,BAREA,METHOD,Q7FOOD,Q7ALL,Q9FOOD,Q12PRECHEKCRATE,NETPRO,LANG,WEIGHT
1,13,SAT,G,1,0,Blank,6,5,0,1,0.2847
2,13,SAT,G,1,5,4,1,,11,3,1
3,14,SUN,F,1,,5,0,6,6,1,1
"""


def test_sfo_reads_three_layouts_and_keeps_blank_apart_from_not_applicable(
    deliver: Deliver,
) -> None:
    rows = deliver(
        {
            "sfo_airport/sfo_2014.csv": SFO_2014,
            "sfo_airport/sfo_2016.csv": SFO_2016,
            "sfo_airport/sfo_2017.csv": SFO_2017,
        }
    )

    assert rows("survey_responses", "response_id, local_date, channel, language, weight") == [
        ("sfo_airport-2014-1", "2014-05-04", "face_to_face", "en", "0.869434"),
        ("sfo_airport-2014-2", "2014-05-31", "web", "ja", "1.250000"),
        ("sfo_airport-2016-1", "2016-05-11", "letter", "es", None),
        ("sfo_airport-2017-1", "2017-05-13", "face_to_face", "en", "0.284700"),
        ("sfo_airport-2017-2", "2017-05-13", "face_to_face", "zh", "1.000000"),
        ("sfo_airport-2017-3", "2017-05-14", "face_to_face", "en", "1.000000"),
    ]
    assert rows(
        "survey_answers", "response_id, item_code, answer_value::integer, is_not_applicable, _line"
    ) == [
        ("sfo_airport-2014-1", "Q7FOOD", "2", "false", "2"),
        ("sfo_airport-2014-1", "Q9FOOD", None, "true", "2"),
        ("sfo_airport-2014-1", "overall", "5", "false", "2"),
        ("sfo_airport-2014-2", "Q7FOOD", None, "true", "3"),
        ("sfo_airport-2016-1", "Q7FOOD", "4", "false", "2"),
        ("sfo_airport-2016-1", "Q9FOOD", "5", "false", "2"),
        ("sfo_airport-2016-1", "overall", "3", "false", "2"),
        ("sfo_airport-2017-1", "NETPRO", "0", "false", "2"),
        ("sfo_airport-2017-1", "Q12PRECHECKRATE", "5", "false", "2"),
        ("sfo_airport-2017-1", "Q9FOOD", None, "true", "2"),
        ("sfo_airport-2017-2", "Q7FOOD", "5", "false", "3"),
        ("sfo_airport-2017-2", "Q9FOOD", "1", "false", "3"),
        ("sfo_airport-2017-2", "overall", "4", "false", "3"),
        ("sfo_airport-2017-3", "NETPRO", "6", "false", "4"),
        ("sfo_airport-2017-3", "Q12PRECHECKRATE", None, "true", "4"),
        ("sfo_airport-2017-3", "overall", "5", "false", "4"),
    ]
    assert rows("surveys", "survey_id, wave, opened_on, closed_on") == [
        ("sfo_airport-2014", "2014", "2014-05-04", "2014-05-31"),
        ("sfo_airport-2016", "2016", "2016-05-11", "2016-05-11"),
        ("sfo_airport-2017", "2017", "2017-05-13", "2017-05-14"),
    ]


def test_sfo_lists_only_the_questions_that_a_year_asked(deliver: Deliver) -> None:
    rows = deliver({"sfo_airport/sfo_2014.csv": SFO_2014, "sfo_airport/sfo_2017.csv": SFO_2017})

    assert rows("survey_items", "survey_id, item_code, construct, scale, touchpoint") == [
        ("sfo_airport-2014", "Q7FOOD", "satisfaction", "likert5", "restaurants"),
        ("sfo_airport-2014", "Q9FOOD", "satisfaction", "likert5", "clean_restaurants"),
        ("sfo_airport-2014", "overall", "overall_satisfaction", "likert5", None),
        ("sfo_airport-2017", "NETPRO", "recommend", "nps11", None),
        ("sfo_airport-2017", "Q12PRECHECKRATE", "other", "likert5", "precheck"),
        ("sfo_airport-2017", "Q7FOOD", "satisfaction", "likert5", "restaurants"),
        ("sfo_airport-2017", "Q9FOOD", "satisfaction", "likert5", "clean_restaurants"),
        ("sfo_airport-2017", "overall", "overall_satisfaction", "likert5", None),
    ]


def test_sfo_reads_a_year_that_comes_alone(deliver: Deliver) -> None:
    rows = deliver({"sfo_airport/sfo_2016.csv": SFO_2016})

    assert rows("survey_responses", "response_id") == [("sfo_airport-2016-1",)]
    assert rows("survey_items", "item_code") == [("Q7FOOD",), ("Q9FOOD",), ("overall",)]


BANK = """\
vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\t\
q_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver
AA0101\t7\t67158097\t2\tPS\t990201\t7:02:47\t7:02:56\t9\t7:02:56\t7:03:20\t24\tAGENT\t\
7:03:20\t7:05:41\t141\tBELL
AA0102\t7\t0\t0\tNW\t990201\t0:11:28\t0:11:30\t2\t0:00:00\t0:00:00\t0\tHANG\t\
0:00:00\t0:00:00\t0\tNO_SERVER
AA0101\t8\t6.02701E+11\t1\tNE\t990228\t23:43:46\t23:43:40\t-6\t23:43:40\t23:44:00\t20\tHANG\t\
23:44:00\t23:44:08\t8\tNO_SERVER
AA0101\t9\t55\t1\tPS\t990228\t8:00:00\t8:00:05\t5\t0:00:00\t0:00:00\t0\tAGENT\t\
8:00:04\t8:01:04\t60\tNO_SERVER
AA0101\t10\t55\t1\tPS\t990228\t9:00:00\t9:00:05\t5\t9:00:05\t9:00:15\t10\tPHANTOM\t\
9:00:15\t9:00:45\t30\tNO_SERVER
AA0101\t11\t55\t1\tPS\t990228\t9:30:00\t9:30:05\t5\t9:30:05\t9:30:15\t10\tLOST\t\
0:00:00\t0:00:00\t0\tNO_SERVER
"""


def test_bank_keys_calls_by_line_and_drops_destroyed_customers(deliver: Deliver) -> None:
    rows = deliver({"bank_call_log/bank_february.txt": BANK})

    columns = (
        "contact_id, local_time, customer_id, employee_id, ivr_seconds, queue_seconds, "
        "talk_seconds, outcome"
    )
    line = "bank_call_log-AA010"
    # The last call's outcome is a word that the mapping does not know: the loader refuses it.
    assert rows("contacts", columns) == [
        # A phantom call is in no base, whatever its times say.
        (
            f"{line}1-10",
            "1999-02-28 09:00:00",
            "bank_call_log-55",
            None,
            "5",
            "10",
            None,
            "not_a_contact",
        ),
        (
            f"{line}1-7",
            "1999-02-01 07:02:47",
            "bank_call_log-67158097",
            "bank_call_log-BELL",
            "9",
            "24",
            "141",
            "answered",
        ),
        (f"{line}1-8", "1999-02-28 23:43:46", None, None, None, "20", None, "abandoned"),
        (
            f"{line}1-9",
            "1999-02-28 08:00:00",
            "bank_call_log-55",
            None,
            "5",
            "0",
            "60",
            "answered",
        ),
        (f"{line}2-7", "1999-02-01 00:11:28", None, None, "2", None, None, "abandoned"),
    ]


PHONE = """\
call id,agent,date,time,topic,answered (Y/N),resolved,speed of answer in seconds,talk duration,\
satisfaction rating
ID1,Bell,02-03-2021,09:12:58,Streaming,Y,N,109,143,3
ID2,Bell,2/13/2021,10:00:00,Streaming,N,N,,0,
ID3,Wood,12-01-2021,17:59:59,Payment related,Y,Y,10,60,5
"""


def test_phone_now_reads_both_date_styles_month_first(deliver: Deliver) -> None:
    rows = deliver({"phone_now/calls.csv": PHONE})

    columns = "contact_id, local_time, outcome, queue_seconds, talk_seconds, agent_marked_resolved"
    assert rows("contacts", columns) == [
        ("phone_now-ID1", "2021-02-03 09:12:58", "answered", "109", "143", "false"),
        ("phone_now-ID2", "2021-02-13 10:00:00", "abandoned", None, None, "false"),
        ("phone_now-ID3", "2021-12-01 17:59:59", "answered", "10", "60", "true"),
    ]
    assert rows("survey_responses", "response_id, contact_id, local_date") == [
        ("phone_now-ID1", "phone_now-ID1", "2021-02-03"),
        ("phone_now-ID3", "phone_now-ID3", "2021-12-01"),
    ]
    assert rows("survey_answers", "response_id, answer_value::integer") == [
        ("phone_now-ID1", "3"),
        ("phone_now-ID3", "5"),
    ]


COMCAST = """\
Ticket,Customer_Complaint,Date,Date_month_year,Time,Received_Via,City,State,Zip_code,Status,\
Filing_on_behalf
100001,Slow line,5/7/2015,5-Jul-15,3:53:50 PM,Customer Care Call,Boston,Massachusetts,2108,Solved,No
comcas,"Bill, again",22-04-15,22-Apr-15,12:00:00 AM,Internet,Washington,District Of Columbia,20001,\
Pending,Yes
100003,No answer,4/8/2015,4-Aug-15,12:30:00 PM,Internet,Newark,New Jersey,07102,Closed,No
"""


def test_comcast_reads_the_month_by_its_name_and_invents_no_duration(deliver: Deliver) -> None:
    rows = deliver({"comcast/complaints.csv": COMCAST})

    columns = (
        "complaint_id, local_time, channel, is_resolved, description, "
        "_extra ->> 'zip_code', _extra ->> 'state'"
    )
    assert rows("complaints", columns) == [
        (
            "comcast-100001",
            "2015-07-05 15:53:50",
            "voice",
            "true",
            "Slow line",
            "02108",
            "Massachusetts",
        ),
        (
            "comcast-100003",
            "2015-08-04 12:30:00",
            "web",
            "true",
            "No answer",
            "07102",
            "New Jersey",
        ),
        (
            "comcast-comcas",
            "2015-04-22 00:00:00",
            "web",
            "false",
            "Bill, again",
            "20001",
            "District of Columbia",
        ),
    ]
    assert rows("complaint_events", "event_id") == []


GENERAL = """\
Age;Department;EmployeeID;JobRole;InfoDate
51;Sales;1;Manager;31/12/2015
24;Research & Development;2;Scientist;31/12/2015
35;Sales;1;Manager;31/12/2016
60;Research & Development;3;Scientist;31/12/2016
"""
LEAVERS = """\
EmployeeID;Attrition;retirementDate;retirementType;resignationReason
2;Yes;5/10/2016;Fired;
9;Yes;26/01/2015;Resignation;Stress
"""
EMPLOYEE_SURVEY = """\
EmployeeID;EnvironmentSatisfaction;JobSatisfaction;WorkLifeBalance;DateSurvey
1;4.0;2.0;;31/12/2015
2;1.0;3.0;2.0;31/12/2015
1;4.0;4.0;4.0;31/12/2016
3;;1.0;1.0;31/12/2016
"""
HR = {
    "hr_linked/general_data.csv": GENERAL,
    "hr_linked/retirement_info.csv": LEAVERS,
    "hr_linked/employee_survey_data.csv": EMPLOYEE_SURVEY,
}


def test_hr_puts_the_leaving_on_the_last_extract_before_it(deliver: Deliver) -> None:
    rows = deliver(HR)

    columns = "employee_id, extracted_on, org_unit_id, left_on, leaving_reason, age_band, hired_on"
    research = "hr_linked-research_development"
    assert rows("employees", columns) == [
        ("hr_linked-1", "2015-12-31", "hr_linked-sales", None, None, "45-54", None),
        ("hr_linked-1", "2016-12-31", "hr_linked-sales", None, None, "35-44", None),
        ("hr_linked-2", "2015-12-31", research, "2016-10-05", "involuntary", "under 25", None),
        ("hr_linked-3", "2016-12-31", research, None, None, "55 and over", None),
    ]
    assert rows("org_units", "org_unit_id, org_level, parent_org_unit_id") == [
        ("hr_linked", "company", None),
        ("hr_linked-research_development", "department", "hr_linked"),
        ("hr_linked-sales", "department", "hr_linked"),
    ]


def test_hr_leavers_may_come_after_the_employees(deliver: Deliver) -> None:
    left = "employee_id, left_on"
    early = deliver({"hr_linked/general_data.csv": GENERAL})
    assert {day for _, day in early("employees", left)} == {None}

    late = deliver({"hr_linked/retirement_info.csv": LEAVERS})
    assert ("hr_linked-2", "2016-10-05") in late("employees", left)


def test_hr_survey_rows_cannot_be_led_back_to_an_employee(deliver: Deliver) -> None:
    rows = deliver(HR)

    columns = "response_id, local_date, org_unit_id, employee_id, is_anonymous, _extra, _line"
    research = "hr_linked-research_development"
    unlinked = (None, "true", None)
    # The employee of the second line comes first: numbers and lines follow the answers.
    assert rows("survey_responses", columns) == [
        ("hr_linked-20151231-1", "2015-12-31", research, *unlinked, "1"),
        ("hr_linked-20151231-2", "2015-12-31", "hr_linked-sales", *unlinked, "2"),
        ("hr_linked-20161231-1", "2016-12-31", "hr_linked-sales", *unlinked, "3"),
        ("hr_linked-20161231-2", "2016-12-31", research, *unlinked, "4"),
    ]
    assert rows("survey_answers", "response_id, item_code, answer_value::integer, _line") == [
        ("hr_linked-20151231-1", "EnvironmentSatisfaction", "1", "1"),
        ("hr_linked-20151231-1", "JobSatisfaction", "3", "2"),
        ("hr_linked-20151231-1", "WorkLifeBalance", "2", "3"),
        ("hr_linked-20151231-2", "EnvironmentSatisfaction", "4", "4"),
        ("hr_linked-20151231-2", "JobSatisfaction", "2", "5"),
        ("hr_linked-20161231-1", "EnvironmentSatisfaction", "4", "6"),
        ("hr_linked-20161231-1", "JobSatisfaction", "4", "7"),
        ("hr_linked-20161231-1", "WorkLifeBalance", "4", "8"),
        ("hr_linked-20161231-2", "JobSatisfaction", "1", "9"),
        ("hr_linked-20161231-2", "WorkLifeBalance", "1", "10"),
    ]


QUALTRICS = """\
StartDate,EndDate,Status,Duration (in seconds),Finished,ResponseId,UserLanguage,\
Honesty_1,Impressiveness,condition,PROLIFIC_PID
Start Date,End Date,Response Type,Duration (in seconds),Finished,Response ID,User Language,\
"How honest,
in your view?",How impressive?,condition,PROLIFIC_PID
"{""ImportId"":""startDate"",""timeZone"":""America/Denver""}",\
"{""ImportId"":""endDate"",""timeZone"":""America/Denver""}","{""ImportId"":""status""}",\
"{""ImportId"":""duration""}","{""ImportId"":""finished""}","{""ImportId"":""_recordId""}",\
"{""ImportId"":""userLanguage""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}",\
"{""ImportId"":""condition""}","{""ImportId"":""PROLIFIC_PID""}"
2025-11-01 23:58:00,2025-11-02 00:01:00,IP Address,180,True,R_1,EN,72,4 - Very impressive,control,p1
2025-11-02 02:30:00,2025-11-02 02:31:00,IP Address,60,False,R_2,EN,0,,random,p2
2025-11-02 03:00:00,2025-11-02 03:00:05,Survey Preview,5,True,R_3,EN,50,1 - Not very impressive,,p3
"""


def test_qualtrics_skips_three_header_records_and_reads_the_zone_from_them(
    deliver: Deliver,
) -> None:
    rows = deliver({"qualtrics/export.csv": QUALTRICS})

    # Denver left summer time at 08:00 UTC of the second of November.
    assert rows("survey_responses", "response_id, started_at, submitted_at, status, is_test") == [
        ("qualtrics-R_1", "2025-11-02 05:58:00", "2025-11-02 06:01:00", "complete", "false"),
        ("qualtrics-R_2", "2025-11-02 09:30:00", "2025-11-02 09:31:00", "partial", "false"),
        ("qualtrics-R_3", "2025-11-02 10:00:00", "2025-11-02 10:00:05", "complete", "true"),
    ]
    assert rows("survey_answers", "response_id, item_code, answer_value::integer, answer_text") == [
        ("qualtrics-R_1", "Honesty_1", "72", None),
        ("qualtrics-R_1", "Impressiveness", "4", "Very impressive"),
        ("qualtrics-R_2", "Honesty_1", "0", None),
        ("qualtrics-R_3", "Honesty_1", "50", None),
        ("qualtrics-R_3", "Impressiveness", "1", "Not very impressive"),
    ]
    assert rows("survey_items", "item_code, item_text, scale") == [
        ("Honesty_1", "How honest,\nin your view?", "slider100"),
        ("Impressiveness", "How impressive?", "likert5_unbalanced"),
    ]


def test_qualtrics_leaves_the_panel_id_of_a_person_behind(deliver: Deliver) -> None:
    rows = deliver({"qualtrics/export.csv": QUALTRICS})

    assert rows("survey_responses", "customer_id, _extra ->> 'condition'") == [
        (None, "control"),
        (None, "random"),
        (None, None),
    ]
    assert not [row for row in rows("survey_responses", "_extra") if "p1" in str(row)]
