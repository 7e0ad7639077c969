"""Mappings turn a vendor's files into the contract's columns."""

import pytest

from evenkeel.errors import UsageError
from load.place import SURVEY, Place

CALLS = """
    -- one row per call
    select
        'acme-' || "Call Id" as contact_id,
        try_strptime("When", '%d/%m/%Y %H:%M') as started_at,
        'voice' as channel,
        case "Result" when 'OK' then 'answered' when 'LOST' then 'abandoned' else "Result" end
            as outcome,
        "Agent" as employee_id,
        "Note" as note,
        _file,
        _line
    from {{ source_file('calls*.csv') }}
    where "Call Id" <> 'total';
    -- done
"""
ROWS = "SELECT contact_id, started_at::VARCHAR, outcome, employee_id, _extra, _file, _line "
ROWS += "FROM contacts ORDER BY contact_id"


def test_a_mapping_gives_contract_rows_with_their_lines(place: Place) -> None:
    place.map("acme", "contacts", CALLS)
    place.put(
        "acme/calls-1.csv",
        b'Call Id ;When;Result;Agent;Note\n1;05/01/2026 10:00;OK;e1;"two\nlines"\n'
        b"total;;;;2\n2;05/01/2026 11:00;LOST;;\n",
    )
    place.put("acme/readme.pdf", b"%PDF")
    result = place.load()
    assert place.query(ROWS) == [
        (
            "acme-1",
            "2026-01-05 02:00:00",
            "answered",
            "e1",
            '{"note":"two\\nlines"}',
            "acme/calls-1.csv",
            2,
        ),
        ("acme-2", "2026-01-05 03:00:00", "abandoned", None, None, "acme/calls-1.csv", 5),
    ]
    assert result.unused == ("acme/readme.pdf",)
    assert place.query("SELECT file, source_rows, source_rows_unused FROM accounting") == [
        ("acme/calls-1.csv", 3, 1)
    ]


def test_shorter_layouts_are_filled_up_from_all_files_of_the_pattern(place: Place) -> None:
    place.map("acme", "contacts", CALLS)
    place.put("acme/calls-1.csv", "Call Id,When,Result\n1,05/01/2026 10:00,OK\n")
    place.put("acme/calls-2.csv", "Call Id,When,Result,AGENT\n2,05/01/2026 10:00,OK,e2\n")
    place.put("acme/calls-3.csv", "Note,Result,When,Call Id\nhi,OK,05/01/2026 10:00,3\n")
    place.load()
    assert [(row[0], row[3], row[4]) for row in place.query(ROWS)] == [
        ("acme-1", None, None),
        ("acme-2", "e2", None),
        ("acme-3", None, '{"note":"hi"}'),
    ]
    # A later file is read under the columns of those that came before it.
    place.put("acme/calls-4.csv", "Call Id,When,Result\n4,05/01/2026 10:00,OK\n")
    assert place.load().files == 1
    assert len(place.query(ROWS)) == 4


def test_a_column_that_no_file_has_is_named_unless_it_is_optional(place: Place) -> None:
    place.map("acme", "contacts", CALLS)
    place.put("acme/calls-1.csv", "Call Id,When,Result\n1,05/01/2026 10:00,OK\n")
    result = place.load()
    assert result.load is None
    (sentence,) = result.refused
    assert sentence.startswith(
        "mappings/acme/contacts.sql does not work on acme/calls-1.csv: Binder Error: "
        'Referenced column "Agent" not found'
    )
    assert sentence.endswith("; correct the mapping and load again.")
    optional = "'calls*.csv', optional=['Agent', 'Note']"
    place.map("acme", "contacts", CALLS.replace("'calls*.csv'", optional))
    assert place.load().rows["rows_accepted"] == 1


def test_a_mapping_without_lines_numbers_its_rows(place: Place) -> None:
    place.map(
        "acme",
        "vendors",
        """
        select Vendor as vendor_id, max(Name) as vendor_name
        from {{ source_file('*.csv') }} group by all
        """,
    )
    text = "".join(f"v{n % 40:02},name {n % 40}\n" for n in range(200))
    place.put("acme/list.csv", "Vendor,Name\n" + text)
    place.load()
    assert place.query("SELECT vendor_id, _file, _line FROM vendors ORDER BY _line") == [
        (f"v{n:02}", "acme/list.csv", n + 1) for n in range(40)
    ]
    assert place.query("SELECT rows_landed, source_rows, source_rows_unused FROM accounting") == [
        (40, 200, 160)
    ]


LOOKUP = """
    select staff.id as employee_id, staff.day as extracted_on, units.unit as org_unit_id,
        'agent' as job_role, staff._file, staff._line
    from {{ source_file('staff*.csv') }} as staff
    left join {{ source_file('units*.csv') }} as units on staff.id = units.id
"""


def test_a_new_file_to_look_up_in_runs_the_old_files_again(place: Place) -> None:
    place.map("acme", "employees", LOOKUP)
    place.put("acme/staff-1.csv", "id,day\ne1,2026-01-01\ne2,2026-01-01\n")
    first = place.load()
    assert first.refused == (
        (
            "mappings/acme/employees.sql needs a file units*.csv in the folder acme; "
            "deliver it, or name its columns with optional=[...]."
        ),
    )
    # Where a file to look up in alone is new, there is nothing to run yet, and it is kept.
    place.put("acme/units-1.csv", "id,unit\ne1,u1\n")
    place.load()
    assert place.counts("employees") == (2, 1, 1, 0, 0, 0)
    place.put("acme/units-2.csv", "id,unit\ne2,u2\n")
    place.load()
    query = "SELECT file, rows_landed, rows_accepted, rows_quarantined, rows_duplicate, "
    assert place.query(query + "source_rows FROM accounting ORDER BY _load, file") == [
        ("acme/staff-1.csv", 2, 1, 1, 0, 2),
        ("acme/units-1.csv", 0, 0, 0, 0, None),
        ("acme/units-2.csv", 2, 1, 0, 1, 2),
    ]
    assert place.query("SELECT employee_id, org_unit_id, _file FROM employees ORDER BY 1") == [
        ("e1", "u1", "acme/staff-1.csv"),
        ("e2", "u2", "acme/staff-1.csv"),
    ]
    assert place.load().load is None


def test_a_changed_mapping_reads_its_files_again(place: Place) -> None:
    place.map("acme", "contacts", CALLS)
    place.put("acme/calls-1.csv", "Call Id,When,Result,Agent,Note\n1,05/01/2026 10:00,OK,e1,\n")
    place.load()
    place.map("acme", "contacts", CALLS.replace("'voice'", "'chat'"))
    assert place.load().rows["rows_accepted"] == 1
    assert place.query("SELECT channel FROM contacts ORDER BY _load") == [("voice",), ("chat",)]
    place.map("acme", "contacts", CALLS.replace("'voice'", "'chat'") + "-- a comment")
    assert place.load().rows["rows_duplicate"] == 1


def test_the_same_bytes_under_another_name_are_all_duplicates(place: Place) -> None:
    place.map("acme", "contacts", CALLS)
    text = "Call Id,When,Result,Agent,Note\n1,05/01/2026 10:00,OK,e1,\ntotal,,,,\n"
    place.put("acme/calls-1.csv", text)
    place.put("acme/calls-2.csv", text)
    place.load()
    place.put("acme/calls-0.csv", text)
    place.load()
    assert place.counts("contacts") == (3, 1, 0, 2, 0, 0)
    assert place.load().load is None


def test_mappings_that_cannot_be_used_are_named(place: Place) -> None:
    place.map("acme", "contacts", "select 1; select 2 from {{ source_file('*') }}")
    place.map("acme", "vendors", "select * from {{ source_fil('*') }}")
    place.map("acme", "customers", "selec 1 from {{ source_file('*') }}")
    place.map("acme", "org_units", "select 1")
    place.map("acme", "employees", "create table x as from {{ source_file('*') }}")
    place.map("acme", "purchases", "select 'p' as purchase_id from {{ source_file('*.csv') }}")
    place.put("acme/a.csv", "x\n1\n")
    result = place.load()
    assert result.load is None
    assert [sentence.split(" (")[0] for sentence in sorted(result.refused)] == [
        "mappings/acme/contacts.sql must be one SELECT; correct it and load again.",
        "mappings/acme/customers.sql is no valid SQL",
        "mappings/acme/employees.sql must be one SELECT; correct it and load again.",
        (
            "mappings/acme/org_units.sql reads no file; write it over {{ source_file('<pattern>') }}; "
            "correct it and load again."
        ),
        (
            "mappings/acme/purchases.sql does not work on acme/a.csv: it gives no column customer_id; "
            "correct the mapping and load again."
        ),
        "mappings/acme/vendors.sql is no valid template",
    ]


@pytest.mark.parametrize(
    ("vendor", "entity", "says"),
    [
        ("acme", "contact", "contact is no entity of the contract; name the file contacts.sql"),
        ("vendors", "contacts", "the vendor is named like the entity vendors"),
    ],
)
def test_a_misnamed_mapping_is_wrong_usage(
    place: Place, vendor: str, entity: str, says: str
) -> None:
    place.map(vendor, entity, CALLS)
    with pytest.raises(UsageError, match=says):
        place.load()


def test_one_file_may_give_rows_of_several_entities(place: Place) -> None:
    for name, text in SURVEY.items():
        place.put(name, text)
    place.map(
        "acme",
        "survey_answers",
        """
        select id as response_id, item as item_code, score as answer_value, _file, _line
        from (
            unpivot (select id, q1, q3, _file, _line from {{ source_file('*.csv') }})
            on q1, q3 into name item value score
        )
        """,
    )
    place.map(
        "acme",
        "survey_responses",
        """
        select id as response_id, 's1' as survey_id, day as submitted_at, _file, _line
        from {{ source_file('*.csv') }}
        """,
    )
    place.put("acme/export.csv", "id,day,q1,q3\nr1,2026-01-01,5,50\nr2,2026-01-01,,70\n")
    place.load()
    assert place.query("SELECT response_id, item_code, _line FROM survey_answers ORDER BY ALL") == [
        ("r1", "q1", 2),
        ("r1", "q3", 2),
        ("r2", "q3", 3),
    ]
    assert place.counts("survey_responses") == (2, 2, 0, 0, 0, 0)


def test_unreadable_records_of_a_vendors_file_are_listed_and_counted(place: Place) -> None:
    place.map("acme", "contacts", CALLS)
    place.put(
        "acme/calls-1.csv",
        "Call Id,When,Result,Agent,Note\n1,05/01/2026 10:00,OK,e1,\n2,x,y,z,a,b,c\n",
    )
    place.load()
    assert place.counts("contacts") == (2, 1, 1, 0, 0, 0)
    assert place.sentences() == [
        (
            "contacts, acme/calls-1.csv line 3: has 7 values for 5 columns; "
            "correct it and deliver the row again"
        )
    ]
