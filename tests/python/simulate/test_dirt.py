"""Dirt is what truth.json says of it: the loader accounts for it to the row, and it heals."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from load.conftest import make_place
from load.place import Place

from evenkeel.errors import UsageError
from evenkeel.gate.expectations import Checkpoint
from evenkeel.simulate import Options, simulate
from simulate.landed import contract

COUNTS = ("landed", "accepted", "quarantined", "duplicate", "held", "blanked")
SOILED = {"contacts", "complaints", "complaint_events", "survey_responses", "survey_answers"}


def _place(root: Path, dirt: float, seed: int) -> Place:
    """Load a simulated organisation as its files stand."""
    root.mkdir()
    place = make_place(root)
    simulate(place.landing, Options("tiny", seed, dirt=dirt))
    assert place.load().exit_status == 0
    return place


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return a loaded world with much dirt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENKEEL_PERSON_KEY", "a key for tests")
        patch.setattr("evenkeel.load.verdicts.run_checkpoint", lambda *_: Checkpoint())
        return _place(tmp_path_factory.mktemp("dirty") / "root", 0.08, 3)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return the same world without it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENKEEL_PERSON_KEY", "a key for tests")
        patch.setattr("evenkeel.load.verdicts.run_checkpoint", lambda *_: Checkpoint())
        return _place(tmp_path_factory.mktemp("clean") / "root", 0.0, 3)


def _truth(place: Place) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((place.landing / "truth.json").read_text())
    return truth


def test_every_file_is_accounted_for_as_the_truth_says(dirty: Place) -> None:
    expected = _truth(dirty)["dirt"]["files"]
    found = {
        file: dict(zip(COUNTS, counts, strict=True))
        for file, *counts in dirty.query(
            "SELECT file, rows_landed, rows_accepted, rows_quarantined, rows_duplicate, rows_held, "
            "values_blanked FROM accounting WHERE rows_landed > 0"
        )
    }
    assert {file: found[file] for file in expected} == expected
    others = {file: counts for file, counts in found.items() if file not in expected}
    assert all(counts["landed"] == counts["accepted"] for counts in others.values())
    assert {file.split("/")[0] for file in expected} == SOILED
    assert all(any(counts[name] for counts in expected.values()) for name in COUNTS)


def test_every_refused_row_lies_where_the_truth_says(dirty: Place) -> None:
    refusing = {"shifted_columns", "other_date_format", "out_of_scale", "clock_ahead"}
    dirt = _truth(dirty)["dirt"]
    said = {(row["file"], row["line"]) for row in dirt["rows"] if row["kind"] in refusing}
    assert len(said) > 100
    assert said == set(dirty.query("SELECT DISTINCT file, line FROM quarantine"))
    held = {(row["file"], row["line"]) for row in dirt["rows"] if row["outcome"] == "held"}
    assert held == set(
        dirty.query(
            "SELECT _file, _line FROM "
            f"read_parquet('{dirty.home}/raw/000001/held_survey_answers.parquet')"
        )
    )


def test_each_way_of_going_wrong_is_as_frequent_as_asked(dirty: Place, clean: Place) -> None:
    dirt = _truth(dirty)["dirt"]
    late = Counter(row["file"] for row in dirt["rows"] if row["kind"] == "late_row")
    months = sorted((clean.landing / "contacts").glob("*.parquet"))
    for path in months:
        ((rows,),) = clean.query(f"SELECT count(*) FROM read_parquet('{path}')")
        assert late[f"contacts/{path.stem}.csv"] == int(0.08 * rows)
    assert set(dirt["encodings"].values()) == {"utf-8", "utf-8-sig", "crlf", "utf-16"}


def test_in_the_end_the_rows_are_those_of_the_clean_world(dirty: Place, clean: Place) -> None:
    lost = {row["key"] for row in _truth(dirty)["dirt"]["rows"] if row["kind"] == "lost_event"}
    assert len(lost) > 3
    for entity in SOILED:
        keys = [name for name, rule in contract()[entity].items() if rule.get("key")]
        # A value that a wrong clock spoilt is not mended.
        kept = [name for name in contract()[entity] if name != "started_at" or entity == "contacts"]
        columns = ", ".join(f"CAST({name} AS VARCHAR)" for name in kept)
        last = (
            f"SELECT {columns} FROM {entity} "
            f"WHERE {keys[0]} NOT LIKE '%-orphan-%' AND {keys[0]} NOT LIKE '%-again-%' "
            f"QUALIFY row_number() OVER (PARTITION BY {', '.join(keys)} "
            "ORDER BY _load DESC, _file DESC, _line DESC) = 1 ORDER BY ALL"
        )
        expected = [row for row in clean.query(last) if row[0] not in lost]
        assert dirty.query(last) == expected, entity


def test_events_come_twice_out_of_order_and_not_at_all(dirty: Place, clean: Place) -> None:
    damages = _truth(dirty)["dirt"]["rows"]
    by_kind = {
        kind: {row["key"] for row in damages if row["kind"] == kind}
        for kind in ("doubled_event", "out_of_order", "lost_event")
    }
    # An event that comes under a second number says what the first one says.
    columns = ", ".join(
        f"a.{name}" for name in contract()["complaint_events"] if name != "event_id"
    )
    again = dirty.query(
        f"SELECT DISTINCT split_part(a.event_id, '-again-', 1), ({columns}) = ({columns.replace('a.', 'b.')}) "
        "FROM complaint_events a JOIN complaint_events b "
        "ON b.event_id = split_part(a.event_id, '-again-', 1) WHERE a.event_id LIKE '%-again-%'"
    )
    assert {key for key, _ in again} == by_kind["doubled_event"]
    assert len(again) > 10
    moved = {
        key
        for (key,) in dirty.query(
            "SELECT event_id FROM (SELECT *, max(occurred_at) OVER (PARTITION BY _file ORDER BY _line "
            "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest FROM complaint_events) "
            "WHERE occurred_at < latest"
        )
    }
    assert len(by_kind["out_of_order"] & moved) > 10
    acknowledged = {
        key
        for (key,) in clean.query(
            "SELECT event_id FROM complaint_events WHERE event_type = 'acknowledged'"
        )
    }
    assert by_kind["lost_event"] <= acknowledged
    assert not by_kind["lost_event"] & {
        key for (key,) in dirty.query("SELECT event_id FROM complaint_events")
    }


def test_parquet_files_say_what_text_says(
    clean: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENKEEL_PERSON_KEY", "a key for tests")
    monkeypatch.setattr("evenkeel.load.verdicts.run_checkpoint", lambda *_: Checkpoint())
    place = make_place(tmp_path)
    simulate(place.landing, Options("tiny", 3, file_type="parquet"))
    assert place.load().exit_status == 0
    for path in sorted((clean.home / "raw" / "000001").glob("*.parquet")):
        if not path.stem.startswith("load_"):
            rows = f"SELECT * EXCLUDE (_file, _line) FROM {path.stem} ORDER BY ALL"
            assert place.query(rows) == clean.query(rows), path.stem


def test_the_same_arguments_give_the_same_dirt(tmp_path: Path) -> None:
    for name in ("a", "b"):
        simulate(tmp_path / name, Options("tiny", 5, months=2, dirt=0.03))
    files = [
        {path.relative_to(tmp_path / name): path.read_bytes() for path in _files(tmp_path / name)}
        for name in ("a", "b")
    ]
    assert files[0] == files[1]


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


@pytest.mark.parametrize("dirt", [-0.01, 0.09])
def test_more_dirt_than_a_file_may_have_is_refused(tmp_path: Path, dirt: float) -> None:
    with pytest.raises(UsageError, match="Dirt is"):
        simulate(tmp_path / "out", Options("tiny", dirt=dirt))
