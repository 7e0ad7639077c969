"""The figures that the owners of the public files published, counted in the rows accepted."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest


class Figure(NamedTuple):
    """What a figure says, how it is counted, and the rows that must come out."""

    name: str
    query: str
    expected: list[tuple[object, ...]]


FIGURES = [
    Figure(
        "SFO: interviews of each year",
        "select survey_id, count(*) from survey_responses "
        "where survey_id like 'sfo_airport-%' group by all order by all",
        [
            ("sfo_airport-2014", 2818),
            ("sfo_airport-2015", 2958),
            ("sfo_airport-2016", 3087),
            ("sfo_airport-2017", 2831),
        ],
    ),
    Figure(
        "SFO: the airport as a whole, mean of 1 to 5 and its base",
        "select survey_id, round(avg(cast(answer_value as double)), 4), count(answer_value) "
        "from survey_answers inner join survey_responses using (response_id) "
        "where survey_id like 'sfo_airport-%' and item_code = 'overall' group by all order by all",
        [
            ("sfo_airport-2014", 3.9959, 2677),
            ("sfo_airport-2015", 4.0480, 2810),
            ("sfo_airport-2016", 4.0380, 2919),
            ("sfo_airport-2017", 4.0644, 2688),
        ],
    ),
    Figure(
        "SFO: the same for 2017 with the design weights",
        "select round(cast(sum(weight * answer_value) as double) / sum(weight), 4) "
        "from survey_answers inner join survey_responses using (response_id) "
        "where survey_id = 'sfo_airport-2017' and item_code = 'overall' and answer_value > 0",
        [(4.0712,)],
    ),
    Figure(
        "SFO: every weight was carried, and each year's mean is 1",
        "select survey_id, count(*) - count(weight), round(avg(cast(weight as double)), 4) "
        "from survey_responses where survey_id like 'sfo_airport-%' group by all order by all",
        [(f"sfo_airport-{year}", 0, 1.0) for year in (2014, 2015, 2016, 2017)],
    ),
    Figure(
        "SFO: promoters less detractors of 2017, and the 11s that are no answer",
        "select round(100.0 * (count(*) filter (answer_value >= 9) "
        "- count(*) filter (answer_value <= 6)) / count(*), 2), count(*), max(answer_value) "
        "from survey_answers where item_code = 'NETPRO'",
        [(39.84, 2831 - 84 - 1, 10)],
    ),
    Figure(
        "SFO: restaurants in 2017, without never-used and blank",
        "select round(avg(cast(answer_value as double)), 4), count(answer_value) "
        "from survey_answers where item_code = 'Q7FOOD' and response_id like 'sfo_airport-2017-%'",
        [(3.6154, 2421)],
    ),
    Figure(
        "SFO: never used is kept as not applicable",
        "select count(*) from survey_answers where is_not_applicable "
        "and item_code = 'Q7FOOD' and response_id like 'sfo_airport-2017-%'",
        [(341,)],
    ),
    Figure(
        "SFO: interviews took place in May",
        "select distinct month(local_date) from survey_responses "
        "where survey_id like 'sfo_airport-%'",
        [(5,)],
    ),
    Figure(
        "Bank: calls by outcome",
        "select outcome, count(*) from contacts where contact_id like 'bank_call_log-%' "
        "group by all order by all",
        [("abandoned", 5904), ("answered", 27162), ("not_a_contact", 278)],
    ),
    Figure(
        "Bank: every call of February 1999 has its own key",
        "select count(distinct contact_id), min(local_date)::varchar, max(local_date)::varchar "
        "from contacts where contact_id like 'bank_call_log-%'",
        [(33344, "1999-02-01", "1999-02-28")],
    ),
    Figure(
        "Bank: seconds with an agent, and the services under 10 seconds",
        "select round(avg(talk_seconds), 2), "
        "round(100.0 * count(*) filter (talk_seconds < 10) / count(*), 1) "
        "from contacts where contact_id like 'bank_call_log-%' and outcome = 'answered'",
        [(176.35, 6.7)],
    ),
    Figure(
        "Bank: unidentified and destroyed customer ids are no customers",
        "select count(*) - count(customer_id) from contacts "
        "where contact_id like 'bank_call_log-%'",
        [(19558 + 21,)],
    ),
    Figure(
        "Bank: answered calls without a server's name",
        "select count(*) from contacts where contact_id like 'bank_call_log-%' "
        "and outcome = 'answered' and employee_id is null",
        [(491,)],
    ),
    Figure(
        "Bank: the menu's negative times are blanked, nothing else of the calls is",
        "select count(*) - count(ivr_seconds) from contacts "
        "where contact_id like 'bank_call_log-%'",
        [(25,)],
    ),
    Figure(
        "PhoneNow: answered, resolved, wait and talk",
        "select count(*), count(*) filter (outcome = 'answered'), "
        "count(*) filter (agent_marked_resolved), round(avg(queue_seconds), 4), "
        "round(avg(talk_seconds), 2), count(*) filter (queue_seconds <= 20) "
        "from contacts where contact_id like 'phone_now-%'",
        [(5000, 4054, 3646, 67.5207, 224.92, 374)],
    ),
    Figure(
        "PhoneNow: calls by month",
        "select month(local_date), count(*) from contacts where contact_id like 'phone_now-%' "
        "group by all order by all",
        [(1, 1772), (2, 1616), (3, 1612)],
    ),
    Figure(
        "PhoneNow: the rating, its base and its top two",
        "select round(avg(cast(answer_value as double)), 4), count(*), "
        "round(100.0 * count(*) filter (answer_value >= 4) / count(*), 2) "
        "from survey_answers where response_id like 'phone_now-%'",
        [(3.4036, 4054, 49.90)],
    ),
    Figure(
        "Comcast: closed or solved by channel",
        "select channel, count(*), count(*) filter (is_resolved) from complaints "
        "group by all order by all",
        [("voice", 1119, 864), ("web", 1105, 843)],
    ),
    Figure(
        "Comcast: June is the peak",
        "select month(local_date), count(*) from complaints group by all "
        "order by count(*) desc limit 1",
        [(6, 1046)],
    ),
    Figure(
        "Comcast: Georgia leads 42 states, and short ZIP codes are whole again",
        "select count(*) filter (_extra ->> 'state' = 'Georgia'), "
        "count(distinct _extra ->> 'state'), "
        "count(*) filter (length(_extra ->> 'zip_code') = 5), "
        "count(*) filter ((_extra ->> 'zip_code') like '0%') from complaints",
        [(288, 42, 2224, 170)],
    ),
    Figure(
        "Comcast: no event was invented, so no duration can follow",
        "select count(*) from complaint_events",
        [(0,)],
    ),
    Figure(
        "HR: heads of each extract and who left after it",
        "select extracted_on::varchar, count(*), count(left_on), "
        "count(*) filter (leaving_reason = 'voluntary'), "
        "count(*) filter (leaving_reason = 'involuntary') "
        "from employees group by all order by all",
        [("2015-12-31", 4410, 650, 585, 65), ("2016-12-31", 4410, 0, 0, 0)],
    ),
    Figure(
        "HR: all leavers of 2016, 14.74% of the heads at its start",
        "select count(*) filter (year(left_on) = 2016), round(100.0 * count(left_on) / "
        "count(*) filter (extracted_on = '2015-12-31'), 2), count(distinct employee_id) "
        "from employees",
        [(650, 14.74, 5060)],
    ),
    Figure(
        "HR: answers of the employees, without the blank cells",
        "select item_code, count(*) from survey_answers where response_id like 'hr_linked-%' "
        "group by all order by all",
        [
            ("EnvironmentSatisfaction", 8820 - 50),
            ("JobSatisfaction", 8820 - 40),
            ("WorkLifeBalance", 8820 - 76),
        ],
    ),
    Figure(
        "HR: answers carry no employee, and lines that follow the numbers of the responses",
        "select count(*), count(employee_id), count(_employee_key), count(_extra), "
        "count(*) filter (_line = place) from (select *, row_number() over "
        "(order by response_id) as place from survey_responses "
        "where response_id like 'hr_linked-%')",
        [(8820, 0, 0, 0, 8820)],
    ),
    Figure(
        "Qualtrics: how impressive, by code",
        "select cast(answer_value as integer), count(*) from survey_answers "
        "where item_code = 'Impressiveness' group by all order by all desc",
        [(5, 120), (4, 151), (3, 88), (2, 53), (1, 40)],
    ),
    Figure(
        "Qualtrics: responses by condition",
        "select _extra ->> 'condition', count(*) from survey_responses "
        "where response_id like 'qualtrics-%' group by all order by all",
        [("combination", 151), ("control", 77), ("impressive", 147), ("random", 77)],
    ),
    Figure(
        "Qualtrics: the duration is end less start, to the second that the export cuts off",
        "select count(*) from survey_responses where response_id like 'qualtrics-%' "
        "and abs(epoch(submitted_at) - epoch(started_at) "
        "- cast(_extra ->> 'duration_seconds' as integer)) <= 1",
        [(452,)],
    ),
    Figure(
        "Qualtrics: straight-liners over the twelve sliders",
        "select count(*) from (select response_id from survey_answers "
        "where response_id like 'qualtrics-%' and item_code like '%\\_1' escape '\\' "
        "group by response_id having count(*) = 12 and count(distinct answer_value) = 1)",
        [(27,)],
    ),
]


@pytest.mark.parametrize("figure", FIGURES, ids=[figure.name for figure in FIGURES])
def test_published_figure_is_reached(raw: duckdb.DuckDBPyConnection, figure: Figure) -> None:
    assert raw.execute(figure.query).fetchall() == figure.expected


def test_leavers_without_an_employee_stay_in_their_file(
    raw: duckdb.DuckDBPyConnection, landing: Path
) -> None:
    found = raw.execute(
        "select count(*) filter (retirementType = 'Resignation'), "
        "count(*) filter (retirementType = 'Fired'), "
        "count(*) filter ('hr_linked-' || EmployeeID not in (select employee_id from employees)) "
        "from read_csv(?, delim = ';', all_varchar = true)",
        [str(landing / "hr_linked" / "retirement_info.csv")],
    ).fetchone()
    assert found == (641, 70, 61)
