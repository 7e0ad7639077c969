"""Builds: when everything is computed anew, what a failure says, and what is left for publish."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from small_project import AS_OF, add_load, config_of, write_project

from evenkeel import build as building
from evenkeel.build import build, fingerprint, is_due
from evenkeel.config import Config
from evenkeel.errors import EvenkeelError
from evenkeel.home import Home, read_record
from evenkeel.publish import publish

HOLD_OPEN = """
import sys, time
import duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
time.sleep(60)
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Return a small project with one load of four scores."""
    write_project(tmp_path / "project")
    add_load(tmp_path / "home", 0, [])
    add_load(tmp_path / "home", 1, [("a", 4), ("a", 5), ("b", 3), ("b", 3)])
    return config_of(tmp_path)


def rows(config: Config, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(Home(config.home).database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def replace(config: Config, file: str, old: str, new: str) -> None:
    path = config.project / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_new_is_computed_and_all_only_when_it_must_be(config: Config) -> None:
    seen: list[tuple[int, int, str]] = []
    first = build(config, progress=lambda *node: seen.append(node))
    assert (first.succeeded, first.full_refresh) == (True, "the first build")
    assert first.counts == {"models": 3, "seeds": 1, "tests": 1}
    assert [done for done, _, _ in seen] == [1, 2, 3, 4, 5]
    assert {total for _, total, _ in seen} == {5}
    assert read_record(Home(config.home).build_record) == {
        "succeeded": True,
        "as_of": "2026-06-30",
        "load": 1,
        "fingerprint": fingerprint(config),
        "database": [
            Home(config.home).database.stat().st_size,
            Home(config.home).database.stat().st_mtime_ns,
        ],
        "whole": {"fingerprint": fingerprint(config), "as_of": "2026-06-30"},
        "tests": {"labels": {"pass": 0}, "team_scores": {"pass": 1}, "teams": {"pass": 0}},
    }
    assert not is_due(config)

    # A new load the day after: the rows of the first are not computed again.
    add_load(config.home, 2, [("c", 1)])
    assert is_due(config)
    later = config_of(config.project.parent, as_of=date(2026, 7, 1))
    second = build(later)
    assert (second.succeeded, second.full_refresh) == (True, None)
    assert rows(config, "select team, computed_as_of from scores order by all") == [
        ("a", "2026-06-30"),
        ("a", "2026-06-30"),
        ("b", "2026-06-30"),
        ("b", "2026-06-30"),
        ("c", "2026-07-01"),
    ]
    assert publish(later).marts == 3

    back = build(config)
    assert (back.succeeded, back.full_refresh) == (True, "the last build was as of 2026-07-01")
    assert rows(config, "select distinct computed_as_of from scores") == [("2026-06-30",)]

    asked = build(config, full_refresh=True)
    assert asked.full_refresh == "as asked"


def test_other_code_or_settings_start_anew(config: Config) -> None:
    assert build(config).succeeded
    replace(config, "models/marts/teams.sql", "select distinct", "select  distinct")
    assert is_due(config)
    assert build(config).full_refresh == "the code, a seed or a setting changed"
    strict = config_of(config.project.parent, low_base=2)
    assert rows(config, "select distinct is_low_base from team_scores") == [(True,)]
    assert build(strict).full_refresh == "the code, a seed or a setting changed"
    assert rows(config, "select distinct is_low_base from team_scores") == [(False,)]
    replace(config, "seeds/labels.csv", "Team B", "The second team")
    assert is_due(strict)


def test_the_code_that_python_models_import_is_part_of_the_fingerprint(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statistics = tmp_path / "package" / "evenkeel" / "statistics"
    statistics.mkdir(parents=True)
    (statistics / "weights.py").write_text("ROUNDS = 500\n", encoding="utf-8")
    before = fingerprint(config)
    monkeypatch.setattr(building, "STATISTICS", statistics)
    other = fingerprint(config)
    (statistics / "weights.py").write_text("ROUNDS = 501\n", encoding="utf-8")
    assert len({before, other, fingerprint(config)}) == 3


def test_only_settings_that_differ_are_passed_on(config: Config) -> None:
    assert building.changed_vars(config) == {}
    other = config_of(config.project.parent, low_base=2, fiscal_year_starts=4)
    # The small project declares no fiscal year, so nothing could read it.
    assert building.changed_vars(other) == {"low_base": 2}


def test_a_failed_test_of_a_mart_is_told_and_stops_the_release(config: Config) -> None:
    assert build(config).succeeded
    release = publish(config).release
    add_load(config.home, 2, [("b", 5)])  # the mean of b becomes 11/3, which the test refuses
    result = build(config)
    assert not result.succeeded
    assert [failure.kind for failure in result.failures] == ["test"]
    failure = result.failures[0]
    assert failure.name.startswith("accepted_values_team_scores_mean_score")
    assert failure.message == "1 rows break it"
    query = Path(failure.advice.removeprefix("see them with ").split(",")[0])
    assert rows(config, query.read_text(encoding="utf-8")) == [(11 / 3, 1)]
    record = read_record(Home(config.home).build_record) or {}
    assert record["tests"]["team_scores"] == {"fail": 1, "pass": 0}
    with pytest.raises(EvenkeelError, match="last build failed"):
        publish(config)
    assert Home(config.home).current.readlink().name == release

    replace(config, "models/marts/models.yml", "4.5]", "4.5, 3.6666666666666665]")
    assert build(config).succeeded
    assert publish(config).release != release


def test_a_broken_model_is_named_with_its_reason(config: Config) -> None:
    replace(config, "models/marts/team_scores.sql", "avg(score)", "avg(skore)")
    result = build(config)
    assert not result.succeeded
    assert result.counts == {"failed": 1, "models": 2, "seeds": 1, "skipped": 1}
    failure = result.failures[0]
    assert (failure.kind, failure.name) == ("model", "team_scores")
    assert 'column "skore" not found' in failure.message
    assert "\n" not in failure.message
    assert failure.advice == "correct models/marts/team_scores.sql"


def test_a_project_that_cannot_be_read_is_a_failure_too(config: Config) -> None:
    replace(config, "models/marts/teams.sql", "'scores'", "'skores'")
    result = build(config)
    assert not result.succeeded
    assert "skores" in result.failures[0].message
    assert str(Home(config.home).dbt_logs / "dbt.log") in result.failures[0].advice


def test_a_database_open_elsewhere_is_said_to_be_open(config: Config) -> None:
    assert build(config).succeeded
    database = str(Home(config.home).database)
    command = [sys.executable, "-c", HOLD_OPEN, database]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        result = build(config)
        other.kill()
    assert not result.succeeded
    assert f"close {database} in process {other.pid}" in result.failures[0].advice


@pytest.mark.parametrize("wrote", [False, True], ids=["before it wrote", "after it wrote"])
def test_a_killed_build_is_made_up_for(
    config: Config, monkeypatch: pytest.MonkeyPatch, wrote: bool
) -> None:
    assert build(config).succeeded

    def killed(*_: object) -> None:
        if wrote:
            with duckdb.connect(str(Home(config.home).database)) as connection:
                connection.execute("delete from scores")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(building, "_run_dbt", killed)
        build(config)
    with pytest.raises(EvenkeelError, match="last build failed or was broken off"):
        publish(config)
    assert is_due(config)
    result = build(config)
    assert result.succeeded
    assert rows(config, "select count(*) from scores") == [(4,)]
    assert publish(config).marts == 3


def test_a_database_that_was_not_made_to_its_end_is_made_anew(config: Config) -> None:
    database = Home(config.home).database
    log, spilled = (Path(f"{database}.{name}") for name in ("wal", "tmp/a.block"))
    spilled.parent.mkdir()
    for path in (database, log, spilled):
        path.write_bytes(b"DUCK")
    assert build(config).full_refresh == "the last build was broken off"
    assert rows(config, "select count(*) from scores") == [(4,)]
    assert not log.exists()
    assert not spilled.parent.exists()


@pytest.mark.parametrize("where", ["a model", "the project"])
def test_a_full_disk_is_no_fault_of_the_project(
    config: Config, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    assert build(config).succeeded
    release = publish(config).release
    message = 'Runtime Error\n  Could not write file "x.wal": No space left on device'
    node = SimpleNamespace(status="error", message=message)
    error = building.Failure("dbt", "project", message, "correct the project")
    done = ([node], None) if where == "a model" else ([], error)
    with monkeypatch.context() as patch, pytest.raises(EvenkeelError, match="is full"):
        patch.setattr(building, "_run_dbt", lambda *_: done)
        build(config)
    with pytest.raises(EvenkeelError, match="last build failed or was broken off"):
        publish(config)
    assert is_due(config)
    assert build(config).full_refresh == "the last build was broken off"
    assert publish(config).release == release


def test_what_dbt_wrote_by_itself_is_not_published_untested(config: Config) -> None:
    assert build(config).succeeded
    with duckdb.connect(str(Home(config.home).database)) as connection:
        connection.execute("update team_scores set mean_score = 99")
    with pytest.raises(EvenkeelError, match="was written to after the last build"):
        publish(config)
    assert build(config).full_refresh == "the last build was broken off"
    assert rows(config, "select max(mean_score) from team_scores") == [(4.5,)]


def test_nothing_is_left_in_the_environment_or_the_project(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVENKEEL_HOME", raising=False)
    monkeypatch.setenv("EVENKEEL_AS_OF", "2000-01-01")
    before = sorted(config.project.rglob("*"))
    build(config)
    assert "EVENKEEL_HOME" not in os.environ
    assert os.environ["EVENKEEL_AS_OF"] == "2000-01-01"
    assert rows(config, "select distinct computed_as_of from scores") == [(AS_OF.isoformat(),)]
    assert sorted(config.project.rglob("*")) == before


def test_a_home_without_loads_says_what_to_do(tmp_path: Path) -> None:
    write_project(tmp_path / "project")
    with pytest.raises(EvenkeelError, match="run `evenkeel load` first"):
        build(config_of(tmp_path))
