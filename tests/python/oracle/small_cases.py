"""A few complaints and their events, and what the oracle makes of them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from oracle.oracle import expected_metric_values
from oracle.pipeline import MODELS_RAW, SEEDS
from oracle.settings import Settings
from oracle.small_files import Figures, write

CASE_HEAD = (
    "complaint_id,received_at,channel,org_unit_id,category,case_type,severity,customer_id,"
    "first_owner_id,in_scope,upheld,root_cause,is_resolved"
)
EVENT_HEAD = (
    "event_id,complaint_id,occurred_at,event_type,employee_id,org_unit_id,outcome,promised_at"
)
MONDAY = "2026-01-05 10:00:00"  # A working day in China; so are the eleven after it but weekends.


def of(folder: Path, as_of: str = "2026-01-31", **files: list[str]) -> Figures:
    """(base, value) of January for all, from the catalogue as it is, by month only."""
    seeds = folder / "seeds"
    for file in SEEDS.glob("*.csv"):
        if not (seeds / file.name).exists():
            write(seeds / file.name, file.read_text(encoding="utf-8").rstrip("\n"))
    with (SEEDS / "metrics.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    with (seeds / "metrics.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        for row in rows:
            if row["domain"] in {"complaint", "improvement"} and "month" in row["periods"]:
                writer.writerow(row | {"periods": "month", "privacy_class": "operational"})
    files.setdefault("org_units", ["org_unit_id,org_unit_name,org_level", "top,Top,company"])
    for entity, lines in files.items():
        write(folder / "landing" / entity / "1-files.csv", *lines)
    frame = expected_metric_values(
        folder / "landing", seeds, MODELS_RAW, Settings(low_base=1), date.fromisoformat(as_of)
    )
    frame = frame[(frame["period_key"] == "2026-01") & (frame["org_unit_id"] == "all")]
    names = ["metric_id", "slice", "slice_value", "base_count", "value"]
    return {
        (metric, name, value): (base, None if figure is None else round(figure, 6))
        for metric, name, value, base, figure in frame[names].itertuples(index=False)
    }


def cases(*names: str, at: str = MONDAY, **more: str) -> list[str]:
    """Complaints at the unit `top`; `more` gives the cells from case_type on as `name=value`."""
    columns = CASE_HEAD.split(",")[5:]
    lines = [CASE_HEAD]
    for name in names:
        given = dict(word.split("=") for word in more.get(name, "").split())
        cells = ",".join(given.get(column, "") for column in columns)
        lines.append(f"{name},{given.get('at', at).replace('T', ' ')},voice,top,any,{cells}")
    return lines


def events(**given: str) -> list[str]:
    """Words `kind@day-of-January[T10:00:00][:who[:outcome]]` for each complaint."""
    lines = [EVENT_HEAD]
    for name, words in given.items():
        for number, word in enumerate(words.split()):
            kind, rest = word.split("@")
            when, _, more = rest.partition("/")
            day, _, clock = when.partition("T")
            who, _, outcome = more.partition("/")
            moment = f"2026-01-{int(day):02d} {clock or '10:00:00'}"
            unit = who if who.startswith("team") else ""
            person = "" if unit else who
            lines.append(f"{name}-{number},{name},{moment},{kind},{person},{unit},{outcome},")
    return lines
