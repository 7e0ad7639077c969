"""The figures that others published about the public files, as metric_values has them."""

from __future__ import annotations

import duckdb
import pytest

FIND = """
    select {columns}
    from metric_values
    where metric_id = ? and org_unit_id = ? and period_type = ? and period_key = ?
        and slice = ? and slice_value = ? and weighting = ?
"""

# Metric; unit, period, slice and weighting; the value as published, and its base where one was.
FIGURES: list[tuple[str, str, float, int | None]] = [
    # SFO: the airport as a whole on its own scale, NPS, restaurants rescaled from 3.6154.
    ("csat_mean", "sfo_airport year 2014 scale likert5 none", 3.9959, 2677),
    ("csat_mean", "sfo_airport year 2015 scale likert5 none", 4.0480, 2810),
    ("csat_mean", "sfo_airport year 2016 scale likert5 none", 4.0380, 2919),
    ("csat_mean", "sfo_airport year 2017 scale likert5 none", 4.0644, 2688),
    ("csat_mean", "sfo_airport year 2017 scale likert5 design", 4.0712, 2688),
    ("csat_mean", "sfo_airport wave relationship:2017 scale likert5 none", 4.0644, 2688),
    ("nps", "sfo_airport year 2017 all all none", 39.84, 2746),
    ("nps", "sfo_airport year 2017 all all design", 40.40, 2746),
    ("item_score", "sfo_airport year 2017 item Q7FOOD none", 65.39, 2421),
    ("responses", "sfo_airport year 2014 all all none", 2818, None),
    ("responses", "sfo_airport year 2015 all all none", 2958, None),
    ("responses", "sfo_airport year 2016 all all none", 3087, None),
    ("responses", "sfo_airport year 2017 all all none", 2831, None),
    # Bank: phantom calls are in no base.
    ("contacts_offered", "bank_call_log month 1999-02 all all none", 33066, None),
    ("abandonment_rate_all", "bank_call_log month 1999-02 all all none", 17.86, 33066),
    ("aht_seconds", "bank_call_log month 1999-02 all all none", 176.35, 27162),
    # PhoneNow.
    ("contacts_offered", "phone_now month 2021-01 all all none", 1772, None),
    ("contacts_offered", "phone_now month 2021-02 all all none", 1616, None),
    ("contacts_offered", "phone_now month 2021-03 all all none", 1612, None),
    ("answer_rate", "phone_now year 2021 all all none", 81.08, 5000),
    ("asa_seconds", "phone_now year 2021 all all none", 67.52, 4054),
    ("aht_seconds", "phone_now year 2021 all all none", 224.92, 4054),
    # An abandoned call has no wait in the file, so that this base is the answered calls.
    ("service_level_f3", "phone_now year 2021 all all none", 9.23, 4054),
    ("csat_mean", "phone_now year 2021 scale stars5 none", 3.4036, 4054),
    ("csat_top2_share", "phone_now year 2021 all all none", 49.90, 4054),
    # Comcast.
    ("complaints_received", "comcast year 2015 all all none", 2224, None),
    ("complaints_received", "comcast month 2015-06 all all none", 1046, None),
    ("complaints_received", "comcast year 2015 channel voice none", 1119, None),
    ("complaints_received", "comcast year 2015 channel web none", 1105, None),
    ("resolution_rate", "comcast year 2015 all all none", 76.75, 2224),
    # HR: heads at both ends of 2016.
    ("headcount", "hr_linked month 2015-12 all all none", 4410, None),
    ("headcount", "hr_linked year 2016 all all none", 4410, None),
]


@pytest.mark.parametrize(("metric", "where", "expected", "base"), FIGURES)
def test_published_figure_is_in_metric_values(
    marts: duckdb.DuckDBPyConnection, metric: str, where: str, expected: float, base: int | None
) -> None:
    key = [metric, *where.split()]
    found = marts.execute(FIND.format(columns="value, base_count, state"), key).fetchall()

    assert len(found) == 1, f"{len(found)} rows"
    value, base_count, state = found[0]
    assert state == "ok"
    digits = 4 if metric == "csat_mean" else 2
    assert round(float(value), digits) == expected
    assert base is None or base_count == base


def test_650_people_left_in_2016(marts: duckdb.DuckDBPyConnection) -> None:
    key = ["turnover_annual", "hr_linked", "year", "2016", "all", "all", "none"]
    assert marts.execute(FIND.format(columns="value_sum"), key).fetchall() == [(650,)]


def test_a_company_without_surveys_has_no_satisfaction(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    measured = marts.execute(
        "select distinct metric_id from metric_values "
        "where org_unit_id = 'comcast' and base_count > 0 and value is not null order by all"
    ).fetchall()
    # Its system keeps a state and no times: nothing tells how long anything took, only what came again.
    assert measured == [
        ("complaints_received",),
        ("recurrence_90d_share",),
        ("resolution_rate",),
    ]


def test_the_pilot_of_researchers_is_in_no_pool(marts: duckdb.DuckDBPyConnection) -> None:
    slices = marts.execute(
        "select distinct slice, slice_value from metric_values where metric_id = 'item_score' "
        "and org_unit_id = 'qualtrics' and period_type = 'year' and value is not null"
    ).fetchall()
    assert slices == [("programme", "third_party")]
