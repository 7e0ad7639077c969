"""Every line of the public files is accounted for: accepted, refused, repeated, held or unused."""

from __future__ import annotations

import duckdb


def test_every_file_balances(raw: duckdb.DuckDBPyConnection) -> None:
    unbalanced = raw.execute(
        "select * from load_accounting where rows_landed <> "
        "rows_accepted + rows_quarantined + rows_duplicate + rows_held"
    ).fetchall()
    assert unbalanced == []
    assert raw.execute("select count(*) from load_accounting").fetchone() != (0,)


def test_no_row_of_the_public_files_is_refused_or_held(raw: duckdb.DuckDBPyConnection) -> None:
    refused = raw.execute(
        "select entity, file, rows_quarantined, rows_held from load_accounting "
        "where rows_quarantined > 0 or rows_held > 0"
    ).fetchall()
    assert refused == []


def test_only_the_banks_negative_menu_times_are_blanked(raw: duckdb.DuckDBPyConnection) -> None:
    blanked = raw.execute(
        "select entity, split_part(file, '/', 1), values_blanked from load_accounting "
        "where values_blanked > 0"
    ).fetchall()
    assert blanked == [("contacts", "bank_call_log", 25)]


def test_rows_of_each_source_file(raw: duckdb.DuckDBPyConnection) -> None:
    counts = raw.execute(
        "select entity, file, source_rows, source_rows_unused from load_accounting "
        "where entity in ('contacts', 'complaints', 'employees', 'survey_responses') order by all"
    ).fetchall()
    assert counts == [
        ("complaints", "comcast/Comcast_telecom_complaints_data.csv", 2224, 0),
        ("contacts", "bank_call_log/data_anonymous_bank_february.txt", 33344, 0),
        ("contacts", "phone_now/call_center_raw.csv", 5000, 0),
        ("employees", "hr_linked/general_data.csv", 8820, 0),
        # Read beside the employees; it gives no rows of its own.
        ("employees", "hr_linked/retirement_info.csv", None, None),
        ("survey_responses", "hr_linked/employee_survey_data.csv", 8820, 0),
        ("survey_responses", "hr_linked/general_data.csv", None, None),
        # The calls that nobody answered have no rating.
        ("survey_responses", "phone_now/call_center_raw.csv", 5000, 946),
        # Two of the three header rows are records.
        ("survey_responses", "qualtrics/qualtrics.csv", 454, 2),
        ("survey_responses", "sfo_airport/sfo_2014.csv", 2818, 0),
        ("survey_responses", "sfo_airport/sfo_2015.csv", 2958, 0),
        ("survey_responses", "sfo_airport/sfo_2016.csv", 3087, 0),
        ("survey_responses", "sfo_airport/sfo_2017.csv", 2831, 0),
    ]
