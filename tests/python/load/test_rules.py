"""Rows and files that do not meet the contract, and what is said about them."""

from load.place import SURVEY, Place


def test_each_wrong_value_has_its_sentence(place: Place) -> None:
    place.load(
        contacts="""
            contact_id,started_at,channel,outcome,direction,talk_seconds,is_abusive,sale_amount
            c1,2026-01-01,voice,answered,inbound,10,no,1.5
            ,2026-01-01,voice,answered,,,,
            c3,,voice,answered,,,,
            c4,1/2/2026,voice,lost,,,,
            c5,2026-01-01,voice,answered,up,-5,perhaps,1.2.3
            c6,2026-01-01,voice,answered,,ten,,
        """
    )
    again = "; correct it and deliver the row again"
    blanked = "; it was left empty, correct it and deliver the row again"
    outcomes = (
        "answered, abandoned, ivr_contained, ivr_abandoned, callback_requested, flowed_out, "
        "not_a_contact"
    )
    assert place.sentences() == [
        f"contacts, 000.csv line 3: contact_id is missing{again}",
        f"contacts, 000.csv line 4: started_at is missing{again}",
        f"contacts, 000.csv line 5: outcome 'lost' is not one of {outcomes}{again}",
        (
            "contacts, 000.csv line 5: started_at '1/2/2026' is not a time such as "
            f"2026-01-31T09:30:00+08:00{again}"
        ),
        f"contacts, 000.csv line 6: direction 'up' is not one of inbound, outbound{blanked}",
        f"contacts, 000.csv line 6: is_abusive 'perhaps' is not yes or no{blanked}",
        (
            "contacts, 000.csv line 6: sale_amount '1.2.3' is not a number of at most 12 digits "
            f"before the point{blanked}"
        ),
        f"contacts, 000.csv line 6: talk_seconds '-5' is below 0{blanked}",
        f"contacts, 000.csv line 7: talk_seconds 'ten' is not a whole number{blanked}",
    ]
    assert place.counts("contacts") == (6, 3, 3, 0, 0, 5)
    assert place.query("SELECT contact_id FROM contacts ORDER BY ALL") == [
        ("c1",),
        ("c5",),
        ("c6",),
    ]
    assert place.query(
        "SELECT entity, file, line, column_name, rule, severity, value, _load FROM quarantine "
        "WHERE line IN (5, 7) ORDER BY ALL"
    ) == [
        ("contacts", "contacts/000.csv", 5, "outcome", "not_accepted", "refused", "lost", 1),
        ("contacts", "contacts/000.csv", 5, "started_at", "wrong_type", "refused", "1/2/2026", 1),
        ("contacts", "contacts/000.csv", 7, "talk_seconds", "wrong_type", "blanked", "ten", 1),
    ]


def test_a_value_beyond_belief_is_no_value(place: Place) -> None:
    """Milliseconds since 1970 for seconds, an unset clock, a count for a weight."""
    place.load(
        contacts="""
            contact_id,started_at,channel,outcome,queue_seconds
            c1,2026-01-01,voice,answered,100000000
            c2,2026-01-01,voice,answered,1767225600000
            c3,1970-01-01 00:00:00,voice,answered,5
            c4,1990-01-01 08:00:00,voice,answered,5
        """,
        **{name.split("/")[0]: text for name, text in SURVEY.items()},
        survey_responses="""
            response_id,survey_id,submitted_at,weight
            r1,s1,2026-01-01,99999.9999
            r2,s1,2026-01-01,250000
        """,
    )
    again = "; correct it and deliver the row again"
    blanked = "; it was left empty, correct it and deliver the row again"
    assert place.sentences() == [
        f"contacts, 000.csv line 3: queue_seconds '1767225600000' is above 100,000,000{blanked}",
        f"contacts, 000.csv line 4: started_at '1970-01-01 00:00:00' is before 1990-01-01{again}",
        f"survey_responses, 000.csv line 3: weight '250000' is above 99,999.9999{blanked}",
    ]


def test_an_end_before_its_start_is_no_end(place: Place) -> None:
    """The optional stamp of the two is left empty; where both are required, the row is refused."""
    place.load(
        employees="""
            employee_id,extracted_on,org_unit_id,job_role,hired_on,left_on
            e1,2026-01-01,u1,agent,2025-05-01,2025-05-01
            e2,2026-01-01,u1,agent,2025-05-01,2025-04-30
            e3,2026-01-01,u1,agent,,2025-04-30
            e4,2026-01-01,u1,agent,soon,2025-04-30
        """,
        shifts="""
            employee_id,starts_at,ends_at
            e1,2026-01-01 09:00:00,2026-01-01 17:00:00
            e1,2026-01-01 17:00:00,2026-01-01 09:00:00
        """,
        **{name.split("/")[0]: text for name, text in SURVEY.items()},
        survey_responses="""
            response_id,survey_id,submitted_at,started_at
            r1,s1,2026-01-01 09:00:00,2026-01-01 09:00:01
            r2,s1,2026-01-01 09:00:00,2026-01-01 08:59:00
        """,
    )
    again = "; correct it and deliver the row again"
    blanked = "; it was left empty, correct it and deliver the row again"
    assert place.sentences() == [
        f"employees, 000.csv line 3: left_on '2025-04-30' is before hired_on{blanked}",
        f"employees, 000.csv line 5: hired_on 'soon' is not a date such as 2026-01-31{blanked}",
        f"shifts, 000.csv line 3: ends_at '2026-01-01 09:00:00' is before starts_at{again}",
        (
            "survey_responses, 000.csv line 2: started_at '2026-01-01 09:00:01' is after "
            f"submitted_at{blanked}"
        ),
    ]
    assert place.query(
        "SELECT employee_id FROM employees WHERE left_on IS NOT NULL ORDER BY 1"
    ) == [
        ("e1",),
        ("e3",),
        ("e4",),
    ]


def test_hostile_values_stay_values(place: Place) -> None:
    nasty = "'; DROP TABLE rows_read; --"
    place.put(
        "vendors/it's; [x]*.csv",
        f'vendor_id,vendor_name,"a"";b\'"\nv1,{nasty},=1+1\nv2,{{{{ 7 }}}},\n',
    )
    place.put("contacts/c.csv", f"contact_id,started_at,channel,outcome\nc1,{nasty},voice,x\n")
    place.load()
    assert place.query("SELECT vendor_name, _extra, _file FROM vendors ORDER BY vendor_id") == [
        (nasty, '{"a\\";b\'":"=1+1"}', "vendors/it's; [x]*.csv"),
        ("{{ 7 }}", None, "vendors/it's; [x]*.csv"),
    ]
    assert f"started_at '{nasty}' is not a time" in place.sentences()[1]


def test_a_long_value_is_shown_short_on_one_line(place: Place) -> None:
    place.put("contacts/c.csv", f'contact_id,started_at,channel,outcome\nc1,"a\nb{"x" * 2000}",,\n')
    place.load()
    sentence = next(text for text in place.sentences() if "started_at" in text)
    assert "started_at 'a b" in sentence
    assert "..." in sentence
    assert len(sentence) < 250
    kept = "SELECT length(value) FROM quarantine WHERE column_name = 'started_at'"
    assert place.query(kept) == [(1000,)]


def test_a_file_without_a_required_column_is_refused_whole_and_tried_again(place: Place) -> None:
    place.put("vendors/bad.csv", "vendor_id,name\nv1,a\n")
    place.put("vendors/good.csv", "vendor_id,vendor_name\nv2,b\n")
    first = place.load()
    assert first.refused == (
        (
            "vendors/bad.csv has no column vendor_name, which vendors requires; "
            "add it and deliver the file again."
        ),
    )
    assert (first.exit_status, first.load, first.files) == (1, 1, 1)
    assert place.counts("vendors") == (1, 1, 0, 0, 0, 0)

    second = place.load()
    assert (second.exit_status, second.load, len(second.refused)) == (1, None, 1)

    place.put("vendors/bad.csv", "vendor_id,vendor_name\nv1,a\n")
    third = place.load()
    assert (third.exit_status, third.load) == (0, 2)
    assert place.query("SELECT vendor_id FROM vendors ORDER BY ALL") == [("v1",), ("v2",)]


def test_a_mended_file_heals_the_gap(place: Place) -> None:
    text = "contact_id,started_at,channel,outcome,talk_seconds\nc1,2026-01-01,voice,answered,10\n"
    place.load(contacts=text + "c2,2026-01-01,voice,lost,20\nc3,2026-01-01,voice,answered,-1\n")
    assert place.counts("contacts") == (3, 2, 1, 0, 0, 1)
    place.load(contacts=text + "c2,2026-01-01,voice,abandoned,20\nc3,2026-01-01,voice,answered,1\n")
    assert place.counts("contacts") == (6, 4, 1, 1, 0, 1)
    assert place.query("SELECT contact_id, talk_seconds, _load FROM contacts ORDER BY ALL") == [
        ("c1", 10, 1),
        ("c2", 20, 2),
        ("c3", 1, 2),
        ("c3", None, 1),
    ]


def test_what_does_not_belong_in_landing_is_said(place: Place) -> None:
    place.put("contact/c.csv", "x\n1\n")
    place.put("stray.csv", "x\n1\n")
    place.put(".hidden/x.csv", "x\n")
    place.put("vendors/.DS_Store", "x\n")
    place.put("vendors/list.ods", "x\n")
    (place.root / "outside.csv").write_text("vendor_id,vendor_name\nv1,a\n")
    (place.landing / "vendors" / "link.csv").symlink_to(place.root / "outside.csv")
    (place.landing / "customers").symlink_to(place.root)
    (place.landing / "vendors" / "deep").symlink_to(place.root)
    result = place.load()
    assert result.load is None
    assert {batch.file: batch.sentence.split(";")[0] for batch in result.refused_batches} == {
        "contact": "contact is neither an entity of the contract nor a vendor of mappings/ "
        "(is contacts meant?)",
        "stray.csv": "stray.csv lies outside every entity's folder",
        "customers": "customers is a symbolic link that leaves the landing folder",
        "vendors/link.csv": "vendors/link.csv is a symbolic link that leaves the landing folder",
        "vendors/deep": "vendors/deep is a symbolic link that leaves the landing folder",
        "vendors/list.ods": "vendors/list.ods is not one of .csv, .csv.gz, .tsv, .tsv.gz, "
        ".parquet, .xlsx, .json, .json.gz, .jsonl, .jsonl.gz",
    }
