"""From the files of a small simulated organisation to its reports, and what an organisation adds of its own."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from whole import ROOT, build_tables, copy_project, evenkeel, run

UNTIL = date(2026, 6, 30)
METRIC = (
    "hold_seconds_of_our_own,1,contact,fct_contacts,hold_seconds,,mean,1,seconds,lower,t,started_at,operational,"
    "week month quarter,all channel queue,none,Hold time,保持时长,保留時間,Hold time over answered contacts,"
    "已接听联系的保持时长之平均,已接聽聯繫的保留時間之平均,D4\n"
)
MAPPING = """
select
    'desk-' || "Ticket no" as contact_id,
    strptime("When", '%d.%m.%Y %H:%M') as started_at,
    'email' as channel,
    'answered' as outcome,
    'unit-of-the-desk' as org_unit_id,
    "Minutes" * 60 as talk_seconds,
    _file,
    _line
from (select * replace (cast("Minutes" as integer) as "Minutes") from {{ source_file('*.csv') }})
"""


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny") / "landing"
    evenkeel(
        "simulate", "--out", folder, "--size", "tiny", "--seed", "3", "--until", UNTIL.isoformat()
    )
    return folder


@pytest.fixture(scope="module")
def own_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a metric and a vendor of its own: one row, one file."""
    project = copy_project(tmp_path_factory.mktemp("own"))
    with (project / "seeds" / "metrics.csv").open("a", encoding="utf-8") as catalogue:
        catalogue.write(METRIC)
    (project / "mappings" / "help_desk").mkdir(parents=True)
    (project / "mappings" / "help_desk" / "contacts.sql").write_text(MAPPING, encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def home(landing: Path, own_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    export = landing / "help_desk" / "june.csv"
    export.parent.mkdir()
    export.write_text(
        "Ticket no;When;Minutes\n007;03.06.2026 09:15;4\n008;04.06.2026 10:00;6\n", encoding="utf-8"
    )
    folder = tmp_path_factory.mktemp("home") / "warehouse"
    said = run("run", landing, folder, UNTIL, cwd=own_project)
    assert "reports" in said
    return folder


def released(home: Path) -> duckdb.DuckDBPyConnection:
    current = (home / "published" / "current").resolve()
    return duckdb.connect(str(current / "evenkeel.duckdb"), read_only=True)


def test_every_landed_row_is_accounted_for(home: Path) -> None:
    rows = (
        released(home)
        .execute(
            """
        select count(*), count(*) filter (
            where rows_landed = rows_accepted + rows_quarantined + rows_duplicate + rows_held
        ), sum(rows_quarantined + rows_held)
        from load_accounting
        """
        )
        .fetchone()
    )
    assert rows is not None
    assert rows[0] > 10
    assert rows[0] == rows[1]
    assert rows[2] == 0, "the simulator writes to the contract"


def test_a_metric_is_one_row_of_the_catalogue(home: Path) -> None:
    published = released(home).execute(
        """
        select value, base_count from metric_values
        where metric_id = 'hold_seconds_of_our_own' and period_key = '2026-06'
            and org_unit_id = 'all' and slice = 'all'
        """
    )
    counted = build_tables(home).execute(
        """
        select avg(hold_seconds), count(hold_seconds) from staging.stg_contacts
        where started_at >= '2026-05-31 16:00' and started_at < '2026-06-30 16:00'
            and outcome = 'answered' and coalesce(direction, 'inbound') = 'inbound'
        """
    )
    [(value, base)] = published.fetchall()
    [(expected, expected_base)] = counted.fetchall()
    assert base > 0
    assert base == expected_base
    assert value == pytest.approx(expected)
    page = home / "reports" / "overview" / "2026-06" / "all" / "en.html"
    assert "Hold time over answered contacts" in page.read_text(encoding="utf-8")


def test_a_vendor_is_one_file_of_mappings(home: Path) -> None:
    rows = (
        released(home)
        .execute(
            "select contact_id, started_at, talk_seconds from fct_contacts where contact_id like 'desk-%' order by all"
        )
        .fetchall()
    )
    assert [(row[0], str(row[1]), int(row[2])) for row in rows] == [
        ("desk-007", "2026-06-03 01:15:00", 240),
        ("desk-008", "2026-06-04 02:00:00", 360),
    ]


def test_nothing_about_employees_is_released(home: Path) -> None:
    columns = (
        released(home).execute("select table_name, column_name from duckdb_columns()").fetchall()
    )
    assert not [column for column in columns if "employee" in column[0] or "employee" in column[1]]
    manifest = json.loads(
        (home / "published" / "current" / "manifest.json").read_text(encoding="utf-8")
    )
    assert not [mart for mart in manifest["marts"] if "employee" in str(mart)]


def test_a_second_run_with_nothing_new_changes_nothing(
    landing: Path, home: Path, own_project: Path
) -> None:
    before = sorted(
        str(path)
        for path in home.rglob("*")
        if "published" in path.parts or "reports" in path.parts
    )
    run("run", landing, home, UNTIL, cwd=own_project)
    after = sorted(
        str(path)
        for path in home.rglob("*")
        if "published" in path.parts or "reports" in path.parts
    )
    assert after == before


def test_the_index_lists_a_report_for_every_open_unit(home: Path) -> None:
    # A closed unit has one too while complaints about it are open.
    open_units = (
        released(home)
        .execute(
            """
            select count(distinct org_unit_id) from org_units
            where closed_on is null or closed_on >= '2026-06-01' or org_unit_id in (
                select org_unit_id from complaint_backlog_days where date = '2026-06-30' and closing > 0
            )
            """
        )
        .fetchone()
    )
    reports = list((home / "reports" / "overview" / "2026-06").glob("*/en.html"))
    assert open_units is not None
    assert len(reports) == open_units[0] + 1
    assert (ROOT / "reports" / "index.html.j2").exists()
