"""How much the organisation of the demo becomes: metric_values is read by people's BI tools, so it stays small."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from whole import build_tables, evenkeel, run

UNTIL = date(2026, 6, 30)
MOST_ROWS = 5_000_000


def test_metric_values_of_the_demo_stay_under_five_million_rows(tmp_path: Path) -> None:
    landing, home = tmp_path / "landing", tmp_path / "home"
    simulation = ["--size", "small", "--seed", "1", "--until", UNTIL.isoformat()]
    evenkeel("simulate", "--out", landing, *simulation)
    run("load", landing, home, UNTIL)
    run("build", landing, home, UNTIL)
    with build_tables(home) as connection:
        counts = connection.execute(
            "select count(*), count(distinct metric_id), count(distinct org_unit_id) from marts.metric_values"
        ).fetchone()
    assert counts is not None
    rows, metrics, units = counts
    assert rows < MOST_ROWS
    # It is the whole of it that is so small.
    assert metrics == 21
    assert units > 60
