"""The same arguments give the same bytes, and other arguments change only what they must."""

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from evenkeel.cli import main
from evenkeel.errors import UsageError
from evenkeel.simulate import Options, simulate
from simulate.landed import Landed, contract

MIDDLE = date(2026, 10, 15)
AHEAD = ("promised_at", "due_on", "window_end")


def _files(root: Path) -> dict[str, bytes]:
    return {f"{p.relative_to(root)}": p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path, landed: Landed) -> None:
    simulate(tmp_path / "again", Options("tiny"))
    assert _files(tmp_path / "again") == _files(landed.root)


def test_another_seed_gives_another_organisation(worlds: list[Landed]) -> None:
    one, two = worlds[:2]
    assert one.truth["planted"]["teams"] != two.truth["planted"]["teams"]
    assert one.rows("FROM contacts") != two.rows("FROM contacts")


def test_months_that_follow_leave_earlier_months_as_they_were(
    tmp_path: Path, landed: Landed
) -> None:
    simulate(tmp_path / "short", Options("tiny", months=3, until=date(2026, 7, 31)))
    short, full = _files(tmp_path / "short"), _files(landed.root)
    months = ("2026-05", "2026-06", "2026-07")
    frozen = [f"contacts/{month}.parquet" for month in months]
    frozen += [f"complaint_events/{month}.csv" for month in months]
    frozen += [
        f"{entity}/{month}.parquet"
        for entity in ("work_time", "agent_time", "shifts")
        for month in months
    ]
    frozen += [f"employees/{month}-01.csv" for month in months]
    frozen += [
        f"{entity}/post-contact-{month}.csv"
        for entity in ("survey_responses", "survey_answers")
        for month in months
    ]
    frozen += [
        f"{entity}/2026-H1.csv" for entity in ("inspections", "inspection_items", "purchases")
    ]
    assert {name: short[name] for name in frozen} == {name: full[name] for name in frozen}


def test_nothing_after_the_last_day_is_known(tmp_path: Path, landed: Landed) -> None:
    simulate(tmp_path / "cut", Options("tiny", until=MIDDLE))
    cut = Landed(tmp_path / "cut")
    for entity, columns in contract().items():
        if entity not in cut.entities:
            continue
        present = {row[0] for row in cut.rows(f"DESCRIBE {entity}")}
        for column, rule in columns.items():
            # A promise is made for a day to come, and so is an action.
            if rule["type"] not in ("date", "timestamp") or column in AHEAD:
                continue
            if column in present:
                latest = cut.one(f"SELECT max(left({column}::VARCHAR, 10)) FROM {entity}")
                assert latest is None or latest <= f"{MIDDLE}", (entity, column)
    before = f"SELECT * FROM contacts WHERE started_at < DATE '{MIDDLE}' + 1 ORDER BY contact_id"
    assert cut.rows(before) == landed.rows(before)
    assert cut.one("SELECT count(*) FROM contacts") == len(landed.rows(before))


def test_a_single_month_and_a_single_day_are_enough(tmp_path: Path) -> None:
    rows = simulate(tmp_path / "day", Options("tiny", months=1, until=date(2026, 10, 1)))
    day = Landed(tmp_path / "day")
    assert rows["contacts"] > 0
    assert day.one("SELECT count(DISTINCT started_at::DATE) FROM contacts") == 1
    assert day.one("SELECT count(DISTINCT extracted_on) FROM employees") == 1


def test_the_tiny_organisation_has_its_size(landed: Landed) -> None:
    rows = landed.truth["rows"]
    assert {"rows": rows} == {
        "rows": {name: landed.one(f"SELECT count(*) FROM {name}") for name in rows}
    }
    levels = dict(
        landed.rows("SELECT org_level, count(DISTINCT org_unit_id) FROM org_units GROUP BY 1")
    )
    assert levels == {"company": 1, "region": 2, "site": 4, "team": 8}
    assert 4_000 < rows["contacts"] < 8_000
    assert 600 < rows["survey_responses"] < 1_500
    months = landed.one("SELECT count(DISTINCT date_trunc('month', started_at)) FROM contacts")
    assert months == 6


def test_the_small_organisation_has_its_size(small: Landed) -> None:
    rows = small.truth["rows"]
    levels = dict(
        small.rows("SELECT org_level, count(DISTINCT org_unit_id) FROM org_units GROUP BY 1")
    )
    assert levels == {"company": 1, "region": 3, "site": 12, "team": 60}
    assert rows["contacts"] == pytest.approx(300_000, rel=0.05)
    assert rows["survey_responses"] == pytest.approx(30_000, rel=0.1)
    assert rows["complaints"] == pytest.approx(8_000, rel=0.1)
    heads = small.rows("SELECT count(*) FROM employees WHERE left_on IS NULL GROUP BY extracted_on")
    assert len(heads) == 25
    assert all(850 < count < 1_000 for (count,) in heads)


def test_bases_of_the_small_organisation_are_of_every_kind(small: Landed) -> None:
    bases = [
        count
        for (count,) in small.rows(
            "SELECT count(*) FROM survey_responses WHERE survey_id LIKE 'post-contact-v_' "
            "GROUP BY org_unit_id, left(submitted_at, 7)"
        )
    ]
    assert sum(base < 5 for base in bases) > 50
    assert sum(5 <= base < 30 for base in bases) > 50
    assert sum(base >= 30 for base in bases) > 20


def test_csv_and_parquet_both_appear(landed: Landed) -> None:
    assert {path.suffix for path in landed.root.rglob("*/*")} == {".csv", ".parquet"}


def test_the_same_simulation_is_left_alone_and_another_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "landing"
    rows = simulate(out, Options("tiny", months=1))
    stamp = (out / "truth.json").stat().st_mtime_ns
    assert simulate(out, Options("tiny", months=1)) == rows
    assert (out / "truth.json").stat().st_mtime_ns == stamp
    with pytest.raises(UsageError, match="is not empty"):
        simulate(out, Options("tiny", seed=2, months=1))


def test_the_command_has_the_options_of_the_simulation() -> None:
    command = main.commands["simulate"]
    assert {option.name for option in command.params} == {
        "out",
        *(field.name for field in fields(Options)),
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"size": "huge"}, "Size 'huge' is unknown"),
        ({"months": 0}, "Months is 0"),
        ({"seed": -1}, "Seed is -1"),
        ({"until": date(1999, 1, 1)}, "The last day is 1999-01-01"),
    ],
)
def test_wrong_arguments_are_refused_in_one_sentence(
    tmp_path: Path, arguments: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        simulate(tmp_path / "landing", Options(**{"size": "tiny", **arguments}))  # type: ignore[arg-type]  # wrong on purpose here
    assert not list(tmp_path.iterdir())
