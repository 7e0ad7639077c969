"""Every landed row is accounted for, for ever, and a killed load leaves no trace."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from evenkeel.contract import read_contract
from evenkeel.errors import EvenkeelError, UsageError
from evenkeel.load.layout import ACCOUNTING_COLUMNS, QUARANTINE_COLUMNS, raw_columns
from evenkeel.load.text import UnreadableFileError
from load.conftest import make_place
from load.place import ROOT, SURVEY, Place

VENDORS = "vendor_id,vendor_name\nv1,a\nv2,b\n"


def described(path: Path) -> tuple[tuple[str, str], ...]:
    with duckdb.connect() as con:
        rows = con.execute(f"DESCRIBE FROM read_parquet('{path}')").fetchall()
    return tuple((row[0], row[1]) for row in rows)


def test_every_entity_has_its_columns_from_the_start(place: Place) -> None:
    assert place.load().load is None
    empty = place.home / "raw" / "000000"
    contract = read_contract(ROOT / "models" / "raw")
    for entity in contract:
        assert described(empty / f"{entity.name}.parquet") == raw_columns(entity)
    assert described(empty / "load_accounting.parquet") == ACCOUNTING_COLUMNS
    assert len(list(empty.iterdir())) == len(list(contract)) + 1


def test_the_columns_of_what_is_written(place: Place) -> None:
    place.load(
        contacts="contact_id,started_at,channel,outcome\nc1,2026-01-01,voice,answered\nc2,,,\n"
    )
    contacts = read_contract(ROOT / "models" / "raw")["contacts"]
    load = place.home / "raw" / "000001"
    assert sorted(path.name for path in load.iterdir()) == [
        "contacts.parquet",
        "load_accounting.parquet",
    ]
    assert described(load / "contacts.parquet") == raw_columns(contacts)
    assert [name for name, _ in raw_columns(contacts)][-9:] == [
        "is_deleted",
        "_extra",
        "_load",
        "_delivered_load",
        "_file",
        "_line",
        "_is_redelivery",
        "_customer_key",
        "_employee_key",
    ]
    assert described(load / "load_accounting.parquet") == ACCOUNTING_COLUMNS
    refused = place.home / "quarantine" / "contacts" / "000001.parquet"
    assert described(refused) == QUARANTINE_COLUMNS


def test_an_account_has_the_times_of_the_events(place: Place) -> None:
    place.load(
        contacts="contact_id,started_at,channel,outcome\nc1,2026-01-02T08:00:00,voice,answered\n"
        "c2,2026-01-01T08:00:00,voice,answered\n",
        costs="org_unit_id,month,cost_type,amount\nu1,2026-02,staff,1\n",
        vendors=VENDORS,
    )
    assert place.query(
        "SELECT entity, file, landed_load, rows_landed, source_rows, source_rows_unused, "
        "first_event_at::VARCHAR, last_event_at::VARCHAR FROM accounting ORDER BY entity"
    ) == [
        ("contacts", "contacts/000.csv", 1, 2, 2, 0, "2026-01-01 00:00:00", "2026-01-02 00:00:00"),
        ("costs", "costs/000.csv", 1, 1, 1, 0, "2026-02-01 00:00:00", "2026-02-01 00:00:00"),
        ("vendors", "vendors/000.csv", 1, 2, 2, 0, None, None),
    ]


def test_a_file_seen_before_is_passed_over_and_a_copy_of_it_counted(place: Place) -> None:
    path = place.put("vendors/a.csv", VENDORS)
    assert place.load().load == 1
    assert place.load().load is None
    place.put("vendors/deep/er/copy.csv", VENDORS)
    result = place.load()
    assert (result.load, result.rows["rows_duplicate"]) == (2, 2)
    assert place.load().load is None
    path.unlink()
    assert place.load().load is None
    place.put("vendors/a.csv", VENDORS)
    assert place.load().load is None
    # Bytes are told apart by entity.
    place.put("customers/c.csv", "customer_id,vendor_id,vendor_name\n1,2,3\n")
    place.put("vendors/c.csv", "customer_id,vendor_id,vendor_name\n1,2,3\n")
    place.load()
    assert place.counts("customers")[:2] == (1, 1)
    assert place.counts("vendors")[:2] == (5, 3)


def test_copies_of_a_refused_file_are_refused(place: Place) -> None:
    place.put("vendors/a.csv", "vendor_id\n1\n")
    place.put("vendors/b.csv", "vendor_id\n1\n")
    result = place.load()
    assert result.load is None
    assert [batch.file for batch in result.refused_batches] == ["vendors/a.csv", "vendors/b.csv"]


def test_the_untouched_file_is_archived_by_its_hash(place: Place) -> None:
    path = place.put("vendors/a.csv.gz", VENDORS)
    place.put("vendors/b.csv", "vendor_id\n1\n")
    place.load()
    digest = sha256(path.read_bytes()).hexdigest()
    archive = place.home / "archive"
    assert [p.relative_to(archive).as_posix() for p in archive.rglob("*") if p.is_file()] == [
        f"{digest[:2]}/{digest}"
    ]
    assert (archive / digest[:2] / digest).read_bytes() == path.read_bytes()


def test_the_summary_says_what_was_loaded(place: Place) -> None:
    place.put("vendors/a.csv", VENDORS + "v3,\n")
    result = place.load()
    assert result.summary == ["load 1: 1 new file; rows: 3 landed, 2 accepted, 1 refused"]
    assert place.load().summary == []


def test_a_missing_landing_folder_is_wrong_usage(place: Place) -> None:
    place.landing.rmdir()
    with pytest.raises(UsageError, match="does not exist; make it or use --landing"):
        place.load()


def test_a_home_that_cannot_be_written_is_said_in_a_sentence(place: Place) -> None:
    place.home.write_text("not a folder")
    with pytest.raises(EvenkeelError, match="stopped and changed nothing"):
        place.load()


def test_a_file_is_not_refused_for_a_full_disk(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise UnreadableFileError('is lost: Could not write file "x": No space left on device')

    place.put("vendors/a.csv", VENDORS)
    place.put("customers/a.csv", "customer_id,vendor_id\n1,v1\n")
    with monkeypatch.context() as patch, pytest.raises(EvenkeelError, match="is full"):
        patch.setattr("evenkeel.load.stage.prepare_text", full)
        place.load()
    assert [path.name for path in (place.home / "raw").iterdir()] == ["000000"]
    assert place.load().files == 2


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from load.place import Place, skip_checkpoint
import evenkeel.load.disk as disk
skip_checkpoint()
left = int(sys.argv[2])
fsync = disk.fsync
def killed(path):
    global left
    if left == 0:
        os._exit(9)
    left -= 1
    fsync(path)
disk.fsync = killed
Place(Path(sys.argv[1])).load()
"""


def deliver(place: Place) -> None:
    for name, text in SURVEY.items():
        place.put(name, text)
    place.put("survey_responses/r.csv", "response_id,survey_id,submitted_at\nr1,s1,2026-01-01\n")
    place.put("survey_answers/a.csv", "response_id,item_code,answer_value\nr1,q1,5\nr1,q1,9\n")
    place.put("vendors/v.csv", VENDORS + "v3,\n")


@pytest.mark.parametrize("steps", range(0, 24, 3))
def test_a_load_killed_at_any_moment_is_made_good_by_the_next(place: Place, steps: int) -> None:
    """The process ends, without any clearing up, before one of the writes to the disk."""
    place.load()
    place.load(survey_answers="response_id,item_code,answer_value\nr1,q3,50\n")
    deliver(place)
    run = subprocess.run(
        [
            *(sys.executable, "-c", KILLED.format(tests=str(ROOT / "tests" / "python"))),
            *(str(place.root), str(steps)),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 9, run.stderr
    place.load()

    other = make_place(place.root / "other")
    other.load(survey_answers="response_id,item_code,answer_value\nr1,q3,50\n")
    deliver(other)
    other.load()
    for table in ("survey_answers", "survey_responses", "vendors", "accounting", "quarantine"):
        query = f"SELECT * FROM {table} ORDER BY ALL"
        assert place.query(query) == other.query(query)
    assert sorted(p.name for p in place.home.iterdir()) == ["archive", "quarantine", "raw"]


def test_an_older_home_gains_the_columns_of_the_contract(place: Place) -> None:
    place.load(vendors=VENDORS)
    empty = place.home / "raw" / "000000" / "vendors.parquet"
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT 'x' AS vendor_id WHERE false) TO '{empty}' (FORMAT parquet)")
    place.load()
    assert described(empty) == raw_columns(read_contract(ROOT / "models" / "raw")["vendors"])
