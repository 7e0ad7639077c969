"""The checkpoint of the marts: keys, filled columns, ranges, and rows counted again from raw."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_project import config_of

from evenkeel.gate.expectations import Checkpoint
from evenkeel.gate.marts import check_marts, faults, remarks, sentences

CALLS = """
    select * from (values
        ('c1', timestamp '2026-06-01 08:00', 5, 1.0, 2.0, 3.0),
        ('c2', timestamp '2026-06-02 08:00', null, 1.0, null, 3.0)
    ) as t(call_id, started_at, queue_seconds, ci_low, value, ci_high)
"""
# Of c1 two versions, of c3 the last deletes it, c4 happens after as_of, c5 is only said again.
RAW = """
    select * from (values
        ('c1', timestamp '2026-06-01 07:00', null, false, 1, 'a', 1, false),
        ('c1', timestamp '2026-06-01 08:00', timestamp '2026-06-03', false, 1, 'a', 2, false),
        ('c2', timestamp '2026-06-02 08:00', null, false, 1, 'a', 3, false),
        ('c3', timestamp '2026-06-02 08:00', null, false, 1, 'a', 4, false),
        ('c3', timestamp '2026-06-02 08:00', null, true, 2, 'a', 1, false),
        ('c4', timestamp '2026-06-30 16:00', null, false, 1, 'a', 5, false),
        ('c5', timestamp '2026-06-02 08:00', null, false, 1, 'a', 6, true)
    ) as t(call_id, started_at, changed_at, is_deleted, _delivered_load, _file, _line, _is_redelivery)
"""


def dbt_test(name: str, **arguments: Any) -> dict[str, Any]:
    return {
        "attached_node": "model.calls",
        "config": {},
        "test_metadata": {"name": name, "kwargs": arguments},
    }


def manifest() -> dict[str, Any]:
    columns = ("call_id", "started_at", "queue_seconds", "ci_low", "value", "ci_high")
    raw = {
        "call_id": {"key": True},
        "started_at": {},
        "queue_seconds": {"minimum": 0, "maximum": 100},
    }
    return {
        "nodes": {
            "model.calls": {
                "columns": {name: {} for name in columns},
                "config": {"meta": {"counts": "calls"}},
            },
            "test.1": dbt_test("unique", column_name="call_id"),
            "test.2": dbt_test("unique_combination", columns=["call_id", "started_at"]),
            "test.3": dbt_test("not_null", column_name="started_at"),
            "test.4": dbt_test("accepted_values", column_name="call_id", values=["c1", "c2"]),
        },
        "sources": {
            "source.calls": {
                "name": "calls",
                "columns": {n: {"name": n, "config": {"meta": m}} for n, m in raw.items()},
                "config": {"meta": {"event_time": "started_at"}},
            }
        },
    }


def check(
    root: Path, calls: str = CALLS, raw: str = RAW, *, as_of: date = date(2026, 6, 30)
) -> Checkpoint:
    config = config_of(root, as_of=as_of)
    limits = config.project / "seeds" / "load_limits.csv"
    limits.parent.mkdir(parents=True, exist_ok=True)
    source = Path(__file__).resolve().parents[2] / "seeds" / "load_limits.csv"
    limits.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    folder = root / "incoming" / "parquet"
    for path, query in (
        (folder / "calls.parquet", calls),
        (config.home / "raw" / "000001" / "calls.parquet", raw),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as con:
            con.execute(f"copy ({query}) to '{path}' (format parquet)")
    checkpoint = check_marts(config, manifest(), {"calls": "model.calls"}, folder)
    assert [path.name for path in (root / "incoming").iterdir()] == ["parquet"]
    return checkpoint


def test_good_marts_pass(tmp_path: Path) -> None:
    """In Shanghai 2026-06-30 16:00 UTC is the first moment of July, so c4 is not known."""
    checkpoint = check(tmp_path)
    assert (faults(checkpoint), remarks(checkpoint)) == ([], [])
    assert len(checkpoint.results) == 8
    assert set(checkpoint.pages) == {"calls", "reconciliation"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ("'c2', timestamp", "'c1', timestamp"),
            "calls: it does not hold that rows are told apart by call_id (2 rows)",
        ),
        (
            ("timestamp '2026-06-02 08:00', null, 1.0", "null, null, 1.0"),
            "started_at is filled (1 rows)",
        ),
        (("'c2'", "'c9'"), "call_id is a known word (1 rows)"),
        ((" 5, 1.0", " 500, 1.0"), "queue_seconds is within the contract's limits (1 rows)"),
        (("1.0, 2.0, 3.0", "4.0, 2.0, 3.0"), "ci_high is not below ci_low (1 rows)"),
        (("'c2', timestamp", "null, timestamp"), "reconciliation"),
    ],
)
def test_each_fault_is_found(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    calls = CALLS if words == "reconciliation" else CALLS.replace(*change)
    raw = RAW.replace("'c3', timestamp '2026-06-02 08:00', null, true", "'c6', null, null, false")
    checkpoint = check(tmp_path, calls, raw if words == "reconciliation" else RAW)
    assert any(words in sentence for sentence in sentences(faults(checkpoint)))


def test_a_value_beyond_its_own_limits_is_no_fault(tmp_path: Path) -> None:
    """Limits after Wald, adjusted, stand around another estimate: of 5 answers 200 points lie above 188.65."""
    calls = CALLS.replace("1.0, 2.0, 3.0", "1.0, 200.0, 188.65")
    assert faults(check(tmp_path / "wh[1]", calls)) == []


def test_rows_lost_between_raw_and_fact_are_missed(tmp_path: Path) -> None:
    checkpoint = check(tmp_path, f"select * from ({CALLS}) where call_id = 'c1'")
    assert sentences(faults(checkpoint)) == [
        (
            "reconciliation: it does not hold that every row that is known of an entity is one row of "
            "its fact (calls has 1 rows, where 2 of calls are known)"
        )
    ]


def test_old_data_are_spoken_of(tmp_path: Path) -> None:
    """c4 is known in August; 62 days after it nothing has come, on the 63rd that is too long."""
    calls = f"{CALLS} union all select 'c4', timestamp '2026-06-30 16:00', 1, 1, 2, 3"
    quiet = check(tmp_path / "a", calls, as_of=date(2026, 8, 31))
    assert remarks(quiet) == []
    late = check(tmp_path / "b", calls, as_of=date(2026, 9, 1))
    assert sentences(remarks(late)) == [
        (
            "reconciliation: it does not hold that the newest rows of an entity are not older than the "
            "limit (the newest of calls is 63 days old)"
        )
    ]
