"""JSON, one object a line or one array: each object is a row, and a bad one costs itself only."""

from __future__ import annotations

import json
import tempfile
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenkeel.load.objects import rewrite_objects
from evenkeel.load.relations import text_relation
from evenkeel.load.text import UnreadableFileError
from load.place import SURVEY, Place

PIECES = [
    *(b"{", b"}", b"[", b"]", b":", b",", b"1e9", b"null", b" ", b"\n", b"\r", b"\xff"),
    *(b'"a"', b'"b\\n"', b'"\\u0000"', b'{"a": "\\ud800"}\n', b'{"a": 1}\n', b'{"": [1]}\n'),
]

COLUMNS = "SELECT vendor_id, vendor_name, service_class, _extra, _line FROM vendors ORDER BY _line"
OBJECTS: list[dict[str, object]] = [
    {"vendor_id": "007", "vendor_name": "Café 客服", "service_class": "calls"},
    {"vendor_name": 'says "hi",\nthen goes', "vendor_id": 8, "region": {"code": 1.50}},
    {"vendor_id": True, "vendor_name": "na", "service_class": None},
]
ROWS = [
    ("007", "Café 客服", "calls", None, 1),
    ("8", 'says "hi",\nthen goes', None, '{"region":"{\\"code\\": \\"1.50\\"}"}', 2),
]


def lines(objects: list[dict[str, object]]) -> str:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in objects) + "\n"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.json", Path(folder) / "out.csv"
        source.write_bytes(data)
        try:
            made = rewrite_objects(source, target)
        except UnreadableFileError:
            return
        with duckdb.connect() as con:
            query = text_relation(made.file, batch=0, has_lines=True).query
            assert len(con.execute(query).fetchall()) == made.count


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "json"])
def test_objects_by_line(place: Place, ending: str) -> None:
    text = lines(OBJECTS[:2]).replace("1.5}", "1.50}")
    place.put(f"vendors/list.{ending}", text.encode())
    place.load()
    assert place.query(COLUMNS) == ROWS


@pytest.mark.parametrize("before", ["", "\ufeff", "\n \n"])
def test_objects_in_an_array(place: Place, before: str) -> None:
    text = before + json.dumps(OBJECTS[:2], indent=2).replace("1.5\n", "1.50\n")
    place.put("vendors/list.json", text.encode())
    place.load()
    assert place.query(COLUMNS) == ROWS


def test_numbers_stay_as_they_are_written(place: Place) -> None:
    place.put(
        "contacts/c.jsonl",
        '{"contact_id": 12345678901234567890, "started_at": "2026-01-01", "channel": "voice", '
        '"outcome": "answered", "sale_amount": 0.10, "is_abusive": false, "talk_seconds": 12.0}\n',
    )
    place.load()
    assert place.query(
        "SELECT contact_id, sale_amount::VARCHAR, is_abusive, talk_seconds FROM contacts"
    ) == [("12345678901234567890", "0.100000", False, 12)]


def test_a_line_that_is_no_object_costs_itself(place: Place) -> None:
    long = '{"vendor_id": "long", "vendor_name": "' + "x" * 2_000_000 + '"}'
    good = '{"vendor_id": "v1", "vendor_name": "A"}'
    text = [good, "{oops", "", "[1]", long, "nul\0", good.replace("v1", "v2")]
    place.put("vendors/list.jsonl", "\n".join(text).encode())
    place.load()
    assert place.counts("vendors") == (6, 2, 4, 0, 0, 0)
    assert place.query("SELECT vendor_id, _line FROM vendors ORDER BY ALL") == [
        ("v1", 1),
        ("v2", 7),
    ]
    found = place.query("SELECT line, rule, sentence FROM quarantine ORDER BY line")
    assert [(line, rule) for line, rule, _ in found] == [(n, "unreadable") for n in (2, 4, 5, 6)]
    assert [sentence.split(";")[0] for *_, sentence in found] == [
        "vendors, list.jsonl line 2: is no valid JSON",
        "vendors, list.jsonl line 4: is no JSON object",
        "vendors, list.jsonl line 5: is longer than 1,900,000 bytes",
        "vendors, list.jsonl line 6: is no valid JSON",
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", b"[1, 2", "is no valid JSON"),
        ("a.json", b"\xff\xfe", "holds no object"),
        ("a.jsonl", b"", "holds no object"),
        ("a.jsonl", b"[" * 100_000, "is no valid JSON"),
        ("a.jsonl.gz", b"no gzip", "cannot be unpacked"),
        ("a.jsonl", b'{"name": 1}\n', "has no column vendor_id"),
    ],
)
def test_a_file_without_rows_is_refused_whole(
    place: Place, name: str, content: bytes, words: str
) -> None:
    path = place.put(f"vendors/{name.removesuffix('.gz')}", content)
    path.rename(path.with_name(name))
    result = place.load(org_units="org_unit_id,org_unit_name,org_level\nu,U,team\n")
    assert [words in batch.sentence for batch in result.refused_batches] == [True]
    assert place.query("SELECT count(*) FROM org_units") == [(1,)]


def test_a_mapping_reads_json_too(place: Place) -> None:
    place.map(
        "tool",
        "vendors",
        "select id as vendor_id, name as vendor_name, _file, _line from {{ source_file('*.json*') }}",
    )
    place.put("tool/one.jsonl", '{"id": 1, "name": "A"}\n')
    place.put("tool/two.json", '[{"id": "02", "name": "B"}]')
    place.load()
    assert place.query("SELECT vendor_id, vendor_name, _file, _line FROM vendors ORDER BY ALL") == [
        ("02", "B", "tool/two.json", 1),
        ("1", "A", "tool/one.jsonl", 1),
    ]


@pytest.mark.parametrize("is_array", [False, True])
def test_an_identity_leaves_the_archive(place: Place, is_array: bool) -> None:
    for name, text in SURVEY.items():
        place.put(name, text)
    answers: list[dict[str, object]] = [
        {"response_id": "r1", "survey_id": "s2", "submitted_at": "2026-01-01"},
        {
            "response_id": "r2",
            "survey_id": "s2",
            "submitted_at": "2026-01-01",
            "employee_id": "secret",
        },
    ]
    text = json.dumps(answers) if is_array else lines(answers)
    path = place.put("survey_responses/r.json", text.encode())
    place.load()
    assert place.counts("survey_responses") == (2, 1, 1, 0, 0, 0)
    digest = sha256(path.read_bytes()).hexdigest()
    archived = place.home / "archive" / digest[:2] / digest
    if is_array:
        assert not archived.exists()
    else:
        assert archived.read_text() == lines(answers[:1]) + "\n"
