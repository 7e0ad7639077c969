"""A night's run computes again only what new rows touch, and its result is that of a full rebuild, row for row."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from whole import build_tables, evenkeel, run

DAYS = [date(2026, 5, 20), date(2026, 6, 14), date(2026, 6, 30)]
CORRECTION = """contact_id,started_at,channel,outcome,org_unit_id,queue_seconds,talk_seconds
{moved},2026-04-02 10:00:00,voice,answered,{unit},7,70
late-1,2026-03-05 11:00:00,voice,abandoned,{unit},90,
late-2,2026-03-05 11:30:00,chat,answered,,3,30
"""
DELETION = "contact_id,started_at,channel,outcome,is_deleted\n{gone},2026-03-05 11:00:00,voice,answered,true\n"


def deliver(whole: Path, landing: Path, last_month: str) -> None:
    """Copy the files up to a month, as they would have landed by then; files without a month land at once."""
    for file in whole.rglob("*.*"):
        month = file.stem[-7:]
        is_dated = len(month) == 7 and month[:4].isdigit() and month[5:].isdigit()
        if file.parent == whole or (is_dated and month > last_month):
            continue
        target = landing / file.relative_to(whole)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copy2(file, target)


def rows_of(home: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = build_tables(home)
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where schema_name in ('marts', 'private') order by all"
    ).fetchall()
    return {
        f"{schema}.{table}": connection.execute(
            f'from "{schema}"."{table}" order by all'
        ).fetchall()
        for schema, table in tables
    }


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home that took four nights, and one that rebuilt all after the same loads."""
    folder = tmp_path_factory.mktemp("nights")
    simulated, landing, nightly = folder / "simulated", folder / "landing", folder / "nightly"
    evenkeel(
        "simulate",
        "--out",
        simulated,
        "--size",
        "tiny",
        "--seed",
        "5",
        "--until",
        DAYS[-1].isoformat(),
    )

    deliver(simulated, landing, "2026-05")
    run("load", landing, nightly, DAYS[0])
    run("build", landing, nightly, DAYS[0])
    contacts = duckdb.execute(
        f"""
        select contact_id, org_unit_id from read_parquet('{simulated}/contacts/*.parquet')
        where outcome = 'answered' and org_unit_id is not null order by contact_id limit 2
        """
    ).fetchall()
    (moved, unit), (gone, _) = contacts

    deliver(simulated, landing, "2026-06")
    (landing / "contacts" / "correction.csv").write_text(
        CORRECTION.format(moved=moved, unit=unit), encoding="utf-8"
    )
    run("load", landing, nightly, DAYS[1])
    run("build", landing, nightly, DAYS[1])

    # Nothing lands, but what lay ahead comes to pass: leavings, extracts, answers.
    run("build", landing, nightly, DAYS[2])

    (landing / "contacts" / "deletion.csv").write_text(DELETION.format(gone=gone), encoding="utf-8")
    run("load", landing, nightly, DAYS[2])
    run("build", landing, nightly, DAYS[2])

    rebuilt = folder / "rebuilt"
    rebuilt.mkdir()
    shutil.copytree(nightly / "raw", rebuilt / "raw")
    run("build", landing, rebuilt, DAYS[2], "--full-refresh")
    return nightly, rebuilt


def test_nights_add_up_to_a_full_rebuild(homes: tuple[Path, Path]) -> None:
    nightly, rebuilt = (rows_of(home) for home in homes)
    assert nightly.keys() == rebuilt.keys()
    for table, rows in nightly.items():
        assert rows == rebuilt[table], table
    assert len(nightly["marts.metric_values"]) > 1000


def test_a_night_touches_only_days_of_new_rows(homes: tuple[Path, Path]) -> None:
    touched = (
        build_tables(homes[0])
        .execute(
            "select fact, cast(date_day as varchar) from staging.stg_touched_days order by all"
        )
        .fetchall()
    )
    # The last night brought one deletion: it touches the day of its key and the one delivered. No response names it;
    # one invitation does, and its customer had another within the 30 days after.
    assert touched == [
        ("contact", "2026-01-01"),
        ("contact", "2026-03-05"),
        ("invitation", "2026-01-01"),
        ("invitation", "2026-01-26"),
    ]
