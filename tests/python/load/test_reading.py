"""However a file is written, its values and lines are read right."""

import gzip
from itertools import product

import pytest

from load.place import Place

VENDORS = [("v1", "Alpha", "calls", 2), ("v2", "Beta", None, 3)]
COLUMNS = "SELECT vendor_id, vendor_name, service_class, _line FROM vendors ORDER BY _file, _line"
PLAIN = "vendor_id,vendor_name,service_class\nv1,Alpha,calls\nv2,Beta,\n"


def test_delimiters_and_line_ends(place: Place) -> None:
    ways = list(product([",", ";", "\t", "|"], ["\n", "\r\n", "\r"], ["csv", "csv.gz"]))
    for number, (delimiter, line_end, ending) in enumerate(ways):
        text = PLAIN.replace("v1", f"v1-{number}").replace(",", delimiter)
        place.put(f"vendors/{number:02}.{ending}", text.replace("\n", line_end).encode())
    place.load()
    for number, way in enumerate(ways):
        rows = place.query(COLUMNS.replace("ORDER", f"WHERE _file LIKE '%/{number:02}.%' ORDER"))
        first = [(f"v1-{number}", "Alpha", "calls", 2)]
        # The second row is the same in every file, so that only the first file's is new.
        assert rows == first + ([] if number else VENDORS[1:]), way


def test_a_tsv_file(place: Place) -> None:
    place.put("vendors/list.tsv", PLAIN.replace(",", "\t"))
    place.load()
    assert place.query(COLUMNS) == VENDORS


def test_a_parquet_file_numbers_its_rows(place: Place) -> None:
    place.put_parquet(
        "vendors/list.parquet",
        "SELECT * FROM (VALUES ('v1', 'Alpha', 'calls'), ('v2', 'Beta', NULL)) "
        "AS t(vendor_id, vendor_name, service_class)",
    )
    place.load()
    assert place.query(COLUMNS) == [("v1", "Alpha", "calls", 1), ("v2", "Beta", None, 2)]


def test_parquet_types_are_read_like_their_texts(place: Place) -> None:
    place.put_parquet(
        "contacts/c.parquet",
        "SELECT 7 AS contact_id, TIMESTAMPTZ '2026-01-02 03:04:05+02' AS started_at, "
        "'voice' AS channel, 'answered' AS outcome, 12.0::DOUBLE AS talk_seconds, "
        "true AS is_abusive, 1.5::DECIMAL(9,2) AS sale_amount",
    )
    place.load()
    assert place.query(
        "SELECT contact_id, started_at::VARCHAR, talk_seconds, is_abusive, sale_amount::VARCHAR "
        "FROM contacts"
    ) == [("7", "2026-01-02 01:04:05", 12, True, "1.500000")]


ENCODINGS = [
    ("utf-8", "客服中心"),
    ("utf-8-sig", "客服中心二"),
    ("gb18030", "客服中心三"),
    ("gb18030", "是"),
    ("latin-1", "Café à Nîmes, s'il vous plaît"),
    ("cp1252", "Müller’s “Büro”"),
    ("latin-1", "ação e informação"),
    ("utf-16", "客服 é"),
]


def test_encodings_are_told_apart(place: Place) -> None:
    for number, (encoding, name) in enumerate(ENCODINGS):
        text = f'vendor_id,vendor_name\nv{number},"{name}"\nplain,{number}\n'
        place.put(f"vendors/{number}.csv", text.encode(encoding))
    place.load()
    found = place.query("SELECT vendor_name FROM vendors WHERE _line = 2 ORDER BY _file")
    assert [name for (name,) in found] == [name for _, name in ENCODINGS]
    assert place.query("SELECT count(*) FROM vendors WHERE _line = 3") == [(len(ENCODINGS),)]


def test_a_wrong_byte_costs_one_row_of_a_utf8_file(place: Place) -> None:
    lines = ["vendor_id,vendor_name", *(f"v{n},中心{n}" for n in range(20))]
    data = "\n".join(lines).encode().replace("中心7".encode(), b"\xff\xfe7")
    place.put("vendors/list.csv", data)
    place.load()
    assert place.counts("vendors") == (20, 19, 1, 0, 0, 0)
    assert place.query("SELECT vendor_name FROM vendors WHERE _line = 10") == [("中心8",)]
    assert place.sentences() == [
        (
            "vendors, list.csv line 9: has bytes that are not in the encoding of the file"
            "; correct it and deliver the row again"
        )
    ]


def test_lines_are_those_of_the_file_where_values_hold_line_ends(place: Place) -> None:
    place.put(
        "vendors/list.csv",
        b'vendor_id,vendor_name\nv1,"one\ntwo\n\nfour"\nv2,plain\nv3,"a\nb"\nv4,last\n',
    )
    place.load()
    assert place.query("SELECT vendor_id, _line FROM vendors ORDER BY _line") == [
        ("v1", 2),
        ("v2", 6),
        ("v3", 7),
        ("v4", 9),
    ]


def test_empty_lines_are_no_rows_but_count_as_lines(place: Place) -> None:
    place.put("vendors/list.csv", b"\n\nvendor_id,vendor_name\n\nv1,a\n\n\nv2,b\n\n\n")
    place.load()
    assert place.query("SELECT vendor_id, _line FROM vendors ORDER BY _line") == [
        ("v1", 5),
        ("v2", 8),
    ]
    assert place.counts("vendors")[0] == 2


def test_a_header_may_span_lines_and_carry_spaces_and_capitals(place: Place) -> None:
    place.put("vendors/list.csv", b'Vendor_ID , VENDOR_NAME,"a\nnote"\nv1,a,x\nv2,b,\n')
    place.load()
    assert place.query(
        "SELECT vendor_id, vendor_name, _extra, _line FROM vendors ORDER BY ALL"
    ) == [
        ("v1", "a", '{"a\\nnote":"x"}', 3),
        ("v2", "b", None, 4),
    ]


def test_short_rows_are_filled_up_and_long_ones_refused(place: Place) -> None:
    place.put(
        "vendors/list.csv",
        "vendor_id,vendor_name,service_class\nv1,a\nv2,b,c,d\nv3,c,d\nv4,e,f,\n",
    )
    place.load()
    assert place.query("SELECT vendor_id, service_class, _line FROM vendors ORDER BY _line") == [
        ("v1", None, 2),
        ("v3", "d", 4),
        ("v4", "f", 5),
    ]
    assert place.sentences() == [
        "vendors, list.csv line 3: has 4 values for 3 columns; correct it and deliver the row again"
    ]
    assert place.counts("vendors") == (4, 3, 1, 0, 0, 0)


def test_an_open_quote_costs_its_own_row_and_no_other(place: Place) -> None:
    rows = "".join(f"v{n},name {n}\n" for n in range(1000, 3000))
    place.put("vendors/list.csv", f'vendor_id,vendor_name\nv1,"open\n{rows}v2,"x"y\n{rows[:16]}')
    place.load()
    assert place.counts("vendors") == (2003, 2000, 2, 1, 0, 0)
    assert [sentence.split(":")[0] for sentence in place.sentences()] == [
        "vendors, list.csv line 2",
        "vendors, list.csv line 2003",
    ]


def test_a_quote_within_a_value_is_kept(place: Place) -> None:
    place.put("vendors/list.csv", 'vendor_id,vendor_name\nv1,5" screens\nv2,"say ""hi"""\n')
    place.load()
    assert place.query("SELECT vendor_name FROM vendors ORDER BY vendor_id") == [
        ('5" screens',),
        ('say "hi"',),
    ]


def test_repeated_and_unknown_columns_are_kept_beside(place: Place) -> None:
    place.put(
        "vendors/list.csv",
        "vendor_id,zone,vendor_name,Vendor_Name,,note\nv1,N,a,b,c,\nv2,,a,,, NA \n",
    )
    place.load()
    assert place.query("SELECT vendor_id, vendor_name, _extra FROM vendors ORDER BY ALL") == [
        ("v1", "a", '{"column_5":"c","vendor_name_2":"b","zone":"N"}'),
        ("v2", "a", None),
    ]


def test_many_files_of_one_header_are_read_with_their_own_lines(place: Place) -> None:
    for number in range(450):
        name = f"vendors/part-{number:03}.csv"
        place.put(name, f"vendor_id,vendor_name\nv{number},a\nw{number},b\n")
    place.put("vendors/part-100.csv", 'vendor_id,vendor_name\nv100,"open\nw100,b\n')
    result = place.load()
    assert result.files == 450
    assert place.counts("vendors") == (900, 899, 1, 0, 0, 0)
    wrong = "regexp_extract(_file, '([0-9]+)', 1)::INT <> substr(vendor_id, 2)::INT"
    assert place.query(f"SELECT * FROM vendors WHERE {wrong} OR _line > 3") == []
    assert place.query("SELECT count(*) FROM vendors WHERE _line = 2") == [(449,)]


def test_large_files_keep_their_order_and_lines(place: Place) -> None:
    rows = 400_000
    text = "vendor_id,vendor_name\n" + "".join(f"v{n},name {n}\n" for n in range(rows))
    place.put("vendors/list.csv", text)

    quoted = "".join(f'w{n},"a{"" if n % 3 else chr(10)}b"\n' for n in range(rows))
    place.put("vendors/quoted.csv", "vendor_id,vendor_name\n" + quoted)
    place.load()
    assert place.counts("vendors")[:2] == (2 * rows, 2 * rows)
    number = "substr(vendor_id, 2)::INT"
    assert place.query(
        f"SELECT count(*) FROM vendors WHERE _line <> CASE left(vendor_id, 1) "
        f"WHEN 'v' THEN {number} + 2 ELSE {number} + 2 + ceil({number} / 3) END"
    ) == [(0,)]


def test_damaged_packing_and_wrong_kinds_are_refused_in_a_sentence(place: Place) -> None:
    place.put("vendors/good.csv", PLAIN)
    whole = gzip.compress(PLAIN.encode() * 100)
    (place.landing / "vendors" / "cut.csv.gz").write_bytes(whole[:-20])
    (place.landing / "vendors" / "plain.csv.gz").write_bytes(b"not packed at all")
    (place.landing / "vendors" / "no.parquet").write_bytes(b"PAR1 not really")
    (place.landing / "vendors" / "empty.csv").write_bytes(b"")
    (place.landing / "vendors" / "notes.docx").write_bytes(b"")
    # Half a pair of surrogates is no sign, and what it was nobody can tell.
    (place.landing / "vendors" / "wide.csv").write_bytes(PLAIN.encode("utf-16") + b"\x00\xd8,\x00")
    result = place.load()
    assert place.query(COLUMNS) == VENDORS
    assert sorted(batch.file for batch in result.refused_batches) == [
        "vendors/cut.csv.gz",
        "vendors/empty.csv",
        "vendors/no.parquet",
        "vendors/notes.docx",
        "vendors/plain.csv.gz",
        "vendors/wide.csv",
    ]
    assert result.exit_status == 1
    assert all(sentence.endswith(".") for sentence in result.refused)


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_small_files_read_together_stay_files_of_their_own(place: Place, ending: str) -> None:
    for file in range(3):
        if ending == "parquet":
            rows = f"SELECT 'v{file}' || i AS vendor_id, 'A' AS vendor_name FROM range(2) AS n(i)"
            place.put_parquet(f"vendors/{file}.parquet", rows)
        else:
            lines = [f'{{"vendor_id": "v{file}{row}", "vendor_name": "A"}}\n' for row in range(2)]
            place.put(f"vendors/{file}.jsonl", "".join(lines))
    place.put_parquet("vendors/other.parquet", "SELECT 'v9' AS vendor_id, 9 AS vendor_name")
    assert not place.load().refused_batches
    expected = [
        (f"v{file}{row}", f"vendors/{file}.{ending}", row + 1)
        for file, row in product(range(3), range(2))
    ]
    expected.append(("v9", "vendors/other.parquet", 1))
    assert place.query("SELECT vendor_id, _file, _line FROM vendors ORDER BY 1") == expected
