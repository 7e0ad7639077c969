"""A survey of employees names nobody: not in raw, not in a refusal, not in the archive."""

import gzip
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from load.place import SURVEY, Place, tidy

HEADER = "response_id,survey_id,submitted_at,employee_id,customer_id,contact_id,complaint_id,note"
NAMELESS = "r1,s2,2026-01-02,,,,,"
ROWS = {
    "employee_id": "r2,s2,2026-01-02,secret-2,,,,",
    "customer_id": "r3,s2,2026-01-02,,secret-3,,,",
    "contact_id": "r4,s2,2026-01-02,,,secret-4,,",
    "complaint_id": "r5,s2,2026-01-02,,,,secret-5,",
    "_extra": "r6,s2,2026-01-02,,,,,secret-6",
}
CUSTOMER = "r7,s1,2026-01-02,e7,k7,,,hello"


@pytest.fixture
def surveyed(place: Place) -> Place:
    for name, text in SURVEY.items():
        place.put(name, text)
    return place


def archived(place: Place, path: Path) -> Path:
    """Return where the archive keeps a landed file: under the hash of the original."""
    digest = sha256(path.read_bytes()).hexdigest()
    return place.home / "archive" / digest[:2] / digest


def contains(folder: Path, word: str) -> list[str]:
    """Return the files below a folder in which a word stands, packed or not."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if data[:2] == b"\x1f\x8b":
                data = gzip.decompress(data)
            if data[:4] == b"PAR1":
                with duckdb.connect() as con:
                    data = str(con.execute(f"FROM read_parquet('{path}')").fetchall()).encode()
            if word.encode() in data:
                found.append(path.relative_to(folder).as_posix())
    return found


def test_identities_refuse_the_row_and_are_not_repeated(surveyed: Place) -> None:
    text = "\n".join([HEADER, NAMELESS, *ROWS.values(), CUSTOMER])
    path = surveyed.put("survey_responses/r.csv", text)
    surveyed.load()
    assert surveyed.counts("survey_responses") == (7, 2, 5, 0, 0, 0)
    tail = " is filled, and the survey's employees stay anonymous; take it out and deliver "
    columns = [*list(ROWS)[:4], "a column outside the contract (note)"]
    assert surveyed.sentences() == [
        f"survey_responses, r.csv line {line}: {column}{tail}the row again"
        for line, column in enumerate(columns, 3)
    ]
    assert surveyed.query("SELECT response_id, customer_id FROM survey_responses ORDER BY 1") == [
        ("r1", None),
        ("r7", "k7"),
    ]
    assert contains(surveyed.home, "secret") == []
    kept = archived(surveyed, path).read_text().splitlines()
    assert kept == [HEADER, NAMELESS, "", "", "", "", "", CUSTOMER]
    assert surveyed.load().load is None


def test_a_wrong_value_does_not_hide_an_identity(surveyed: Place) -> None:
    rows = "r2,s2,secret-time,secret-2,,,,\nr3,s2,2026-01-02,,,,,\n"
    surveyed.put("survey_responses/r.csv", f"{HEADER}\n{rows}")
    surveyed.load()
    assert len(surveyed.sentences()) == 1
    assert contains(surveyed.home, "secret") == []


def test_answers_and_invitations_are_anonymous_too(surveyed: Place) -> None:
    surveyed.load(
        survey_invitations="""
            invitation_id,survey_id,sent_at,channel,customer_id
            i1,s2,2026-01-01,email,secret-1
            i2,s2,2026-01-01,email,
            i3,s1,2026-01-01,email,k1
        """,
        survey_responses=f"{HEADER}\n{NAMELESS}\n{CUSTOMER}\n",
        survey_answers="""
            response_id,item_code,answer_value,who
            r1,q1,5,secret-2
            r1,q1,4,
            r7,q1,5,known
        """,
    )
    assert surveyed.counts("survey_invitations") == (3, 2, 1, 0, 0, 0)
    assert surveyed.counts("survey_answers") == (3, 2, 1, 0, 0, 0)
    assert contains(surveyed.home, "secret") == []


def test_a_row_found_out_later_leaves_every_place(place: Place) -> None:
    path = place.put("survey_responses/r.csv", f"{HEADER}\n{ROWS['employee_id']}\n{NAMELESS}\n")
    place.load()
    assert place.counts("survey_responses") == (2, 0, 0, 0, 2, 0)
    for name, text in SURVEY.items():
        place.put(name, text)
    place.load()
    assert place.counts("survey_responses") == (2, 1, 1, 0, 0, 0)
    assert contains(place.home, "secret") == []
    assert archived(place, path).read_text().splitlines() == [HEADER, "", NAMELESS]


def test_archived_files_of_every_kind_lose_the_row(surveyed: Place) -> None:
    header = "response_id,survey_id,submitted_at,employee_id\n"
    text = header + 'r1,s2,2026-01-01,"secret\n1"\n"r\n2",s2,2026-01-01,\nr3,s2,2026-01-01,secret\n'
    files = [
        surveyed.put("survey_responses/a.csv", text.encode()),
        surveyed.put("survey_responses/b.csv.gz", text.replace("\n2", "\n3").encode()),
        surveyed.put("survey_responses/c.csv", text.replace("\n2", "中").encode("gb18030")),
        surveyed.put_parquet(
            "survey_responses/d.parquet",
            "SELECT * FROM (VALUES ('p1', 'secret'), ('p2', NULL)) AS t(response_id, employee_id), "
            "(VALUES ('s2', '2026-01-01')) AS s(survey_id, submitted_at)",
        ),
    ]
    surveyed.load()
    assert surveyed.counts("survey_responses") == (11, 4, 7, 0, 0, 0)
    assert contains(surveyed.home, "secret") == []
    assert archived(surveyed, files[0]).read_text() == header + '\n\n"r\n2",s2,2026-01-01,\n\n'
    with duckdb.connect() as con:
        path = archived(surveyed, files[3])
        rows = con.execute(f"SELECT response_id FROM read_parquet('{path}')").fetchall()
    assert rows == [(None,), ("p2",)]


@pytest.mark.parametrize("with_lines", [True, False])
def test_a_mapped_identity_leaves_the_archive(surveyed: Place, with_lines: bool) -> None:
    lines = ", _file, _line" if with_lines else ""
    surveyed.map(
        "tool",
        "survey_responses",
        f"""
        select id as response_id, 's2' as survey_id, '2026-01-01' as submitted_at,
            who as employee_id{lines}
        from {{{{ source_file('*.csv') }}}}
        """,
    )
    path = surveyed.put("tool/export.csv", "id,who\n1,secret\n2,\n")
    surveyed.load()
    assert surveyed.counts("survey_responses") == (2, 1, 1, 0, 0, 0)
    assert contains(surveyed.home, "secret") == []
    if with_lines:
        assert archived(surveyed, path).read_text() == tidy("id,who\n\n2,\n")
    else:
        assert not archived(surveyed, path).exists()


def test_a_personal_source_leaves_no_trace(surveyed: Place) -> None:
    """The mapping leaves the persons out, but its file has them."""
    surveyed.map(
        "hris",
        "survey_responses",
        """
        select 'hris-' || row_number() over (order by answered) as response_id, 's2' as survey_id,
            answered as submitted_at
        from {{ source_file('*.csv', personal=true) }}
        """,
    )
    path = surveyed.put("hris/answers.csv", "worker,answered\nsecret-1,2026-01-02\n")
    surveyed.load()
    assert surveyed.counts("survey_responses")[:2] == (1, 1)
    assert contains(surveyed.home, "secret") == []
    assert not archived(surveyed, path).exists()
    assert surveyed.load().load is None


def test_a_repeated_file_is_not_refused_twice(surveyed: Place) -> None:
    answers = "response_id,item_code,answer_value,who\nr1,q1,5,\nr1,q1,4,secret\n"
    surveyed.load(
        survey_responses="response_id,survey_id,submitted_at,language\nr1,s2,2026-01-02,en\n",
        survey_answers=answers,
    )
    assert len(surveyed.sentences()) == 1
    surveyed.load(
        survey_responses="response_id,survey_id,submitted_at,language\nr1,s2,2026-01-02,zh\n",
        survey_answers=answers,
    )
    assert surveyed.counts("survey_answers") == (4, 1, 1, 2, 0, 0)
    assert len(surveyed.sentences()) == 1
    assert surveyed.query(
        "SELECT _load, _is_redelivery, answer_value::INT FROM survey_answers ORDER BY _load"
    ) == [(1, False, 5), (2, True, 5)]
    assert contains(surveyed.home, "secret") == []
