"""The command line: what each command hands on, what it says, and the status that it ends with."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from small_project import add_load, config_of, fake_build, write_project

import evenkeel.build
import evenkeel.load
import evenkeel.report
import evenkeel.simulate
from evenkeel import __version__, steps
from evenkeel.cli import main
from evenkeel.config import Config
from evenkeel.errors import EvenkeelError
from evenkeel.home import Home, read_record
from evenkeel.load import LoadResult, RefusedBatch
from evenkeel.lock import home_lock
from evenkeel.status import status

TEAMS = {"teams": "select 'a' as team"}
REFUSED = LoadResult(None, refused_batches=(RefusedBatch("a.csv", "a.csv is empty; send it."),))


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@dataclass
class Calls:
    """What the steps were called with, in turn, instead of doing their work."""

    made: list[str] = field(default_factory=list)
    configs: list[Config] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Replace the steps of a run by notes of their calls."""
    calls = Calls()

    def noting(name: str) -> Callable[..., Any]:
        def step(config: Config, *_: object, **options: object) -> list[str]:
            calls.made.append(" ".join([name, *(key for key, value in options.items() if value)]))
            calls.configs.append(config)
            return calls.refused

        return step

    for name in ("load", "build", "publish", "rollback", "report"):
        monkeypatch.setattr(steps, name, noting(name))
    return calls


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with one load and a good build of one table."""
    fake_build(tmp_path / "home", TEAMS)
    return tmp_path / "home"


# What is handed on


def test_run_takes_the_four_steps_in_order(tmp_path: Path, calls: Calls) -> None:
    result = invoke("run", "--home", tmp_path, "--as-of", "2026-06-30", "--landing", "files")
    assert result.exit_code == 0
    assert calls.made == ["load", "build only_if_due", "publish", "report"]
    config = calls.configs[0]
    assert (config.home, config.as_of) == (tmp_path, date(2026, 6, 30))
    assert config.landing == Path.cwd() / "files"


@pytest.mark.parametrize("command", ["load", "build", "publish", "report"])
def test_a_step_can_be_taken_alone(tmp_path: Path, calls: Calls, command: str) -> None:
    assert invoke(command, "--home", tmp_path, "--lang", "en").exit_code == 0
    assert calls.made == [command]
    assert calls.configs[0].languages == ("en",)


def test_everything_can_be_built_anew(tmp_path: Path, calls: Calls) -> None:
    invoke("run", "--home", tmp_path, "--full-refresh")
    invoke("build", "--home", tmp_path, "--full-refresh")
    assert "build full_refresh only_if_due" in calls.made
    assert calls.made[-1] == "build full_refresh"


def test_the_home_can_come_from_the_environment(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENKEEL_HOME", str(tmp_path / "elsewhere"))
    invoke("load")
    assert calls.configs[0].home == tmp_path / "elsewhere"


def test_settings_come_from_the_file_that_is_named(tmp_path: Path, calls: Calls) -> None:
    (tmp_path / "mine.yml").write_text("low_base: 40\n", encoding="utf-8")
    invoke("load", "--home", tmp_path, "--config", tmp_path / "mine.yml")
    assert calls.configs[0].low_base == 40


# Exit statuses


def test_a_refused_batch_ends_in_1_after_everything_else_was_done(
    tmp_path: Path, calls: Calls
) -> None:
    calls.refused = ["a.csv is empty; send it."]
    assert invoke("run", "--home", tmp_path).exit_code == 1
    assert calls.made == ["load", "build only_if_due", "publish", "report"]
    assert invoke("load", "--home", tmp_path).exit_code == 1


def test_a_failed_step_ends_in_1_with_one_sentence(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise EvenkeelError("The build failed.")

    monkeypatch.setattr(steps, "build", failing)
    result = invoke("run", "--home", tmp_path)
    assert (result.exit_code, result.stderr) == (1, "evenkeel: The build failed.\n")
    assert calls.made == ["load"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "--as-of", "30.6.2026"], "--as-of"),
        (["run", "--target", "oracle"], "--target"),
        (["run", "--lang", "tlh"], "--lang"),
        (["run", "--config", "no.yml"], "no.yml cannot be read"),
        (["walk"], "walk"),
        (["simulate"], "--out"),
        (["publish", "--rollback", "nothing"], "There is no release nothing"),
    ],
)
def test_wrong_usage_ends_in_2(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    home = [] if arguments[0] in {"simulate", "walk"} else ["--home", tmp_path]
    result = invoke(*arguments, *home)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_wrong_setting_ends_in_2(tmp_path: Path) -> None:
    (tmp_path / "evenkeel.yml").write_text("lowbase: 40\n", encoding="utf-8")
    result = invoke("status", "--config", tmp_path / "evenkeel.yml")
    assert result.exit_code == 2
    assert "unknown key 'lowbase'; the nearest known key is low_base." in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["run", "load", "build", "publish", "report"])
def test_a_home_that_is_held_ends_in_3(tmp_path: Path, command: str) -> None:
    with home_lock(tmp_path):
        result = invoke(command, "--home", tmp_path)
    assert result.exit_code == 3
    assert f"(process {os.getpid()}) holds" in result.stderr


def test_an_unexpected_error_is_one_line_unless_asked_for_more(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprising(*_: object) -> None:
        raise ValueError("no such\nthing")

    monkeypatch.setattr(steps, "report", surprising)
    result = invoke("report", "--home", tmp_path)
    assert result.exit_code == 1
    expected = "evenkeel: ValueError: no such thing (EVENKEEL_DEBUG=1 shows where)\n"
    assert result.stderr == expected
    monkeypatch.setenv("EVENKEEL_DEBUG", "1")
    assert isinstance(invoke("report", "--home", tmp_path).exception, ValueError)
    assert calls.made == []


# What the steps say and leave


def test_load_says_what_came_in_and_remembers_what_was_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evenkeel.load, "load", lambda *_: REFUSED)
    result = invoke("load", "--home", tmp_path)
    assert result.exit_code == 1
    assert result.stderr == "evenkeel: a.csv is empty; send it.\n"
    assert result.stdout.startswith("load      ")
    assert read_record(Home(tmp_path).load_record) == {
        "refused": ["a.csv is empty; send it."],
        "warnings": [],
    }

    odd = LoadResult(None, warnings=("b.csv looks odd.",))
    monkeypatch.setattr(evenkeel.load, "load", lambda *_: odd)
    result = invoke("load", "--home", tmp_path)
    assert (result.exit_code, result.stderr) == (0, "evenkeel: warning: b.csv looks odd.\n")

    monkeypatch.setattr(evenkeel.load, "load", lambda *_: LoadResult(None))
    result = invoke("load", "--home", tmp_path)
    assert result.exit_code == 0
    assert result.stdout.startswith("load      nothing new (")
    assert read_record(Home(tmp_path).load_record) == {"refused": [], "warnings": []}


def test_build_names_what_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = evenkeel.build.Failure("unique_teams", "test", "2 rows break it", "see them there")
    bad = evenkeel.build.BuildResult(False, None, {"models": 3, "failed": 1}, (failure,))
    monkeypatch.setattr(evenkeel.build, "build", lambda *_: bad)
    result = invoke("build", "--home", tmp_path, "--as-of", "2026-06-30")
    assert result.exit_code == 1
    assert result.stderr == (
        "evenkeel: test unique_teams failed: 2 rows break it; see them there.\n"
        "evenkeel: The build failed, so nothing is published; the current release stays.\n"
    )
    assert result.stdout.startswith("build     as of 2026-06-30: 1 failed, 3 models (")


def test_run_builds_only_what_is_due(tmp_path: Path) -> None:
    write_project(tmp_path / "project")
    add_load(tmp_path / "home", 1, [("a", 4)])
    config = config_of(tmp_path)
    said = []
    for _ in range(2):
        with CliRunner().isolation() as (out, err, _mixed):
            steps.build(config, only_if_due=True)
            said.append((out.getvalue().decode(), err.getvalue().decode()))
    assert "everything anew: the first build" in said[0][0]
    # Of five nodes the fourth is the first beyond three quarters.
    assert "build     75% done, the last" in said[0][1]
    assert said[1][0].startswith("build     as of 2026-06-30: nothing new (")
    assert said[1][1] == ""


def test_publish_goes_forward_and_back(home: Path) -> None:
    first = invoke("publish", "--home", home)
    assert first.exit_code == 0
    assert first.stdout.startswith("publish   1 marts in release 2026-06-30-")
    again = invoke("publish", "--home", home)
    assert again.stdout.startswith("publish   nothing new; still release 2026-06-30-")
    old = Home(home).current.readlink().name
    fake_build(home, {"teams": "select 'b' as team"})
    invoke("publish", "--home", home)
    back = invoke("publish", "--rollback", "--home", home)
    assert back.stdout.startswith(f"publish   back to release {old} (")
    assert invoke("publish", "--home", home, "--rollback", old).exit_code == 0


def test_publish_refuses_another_day_than_the_one_built(home: Path) -> None:
    result = invoke("publish", "--home", home, "--as-of", "2026-07-01")
    assert result.exit_code == 2
    assert "The last build is as of 2026-06-30, not 2026-07-01" in result.stderr
    assert invoke("publish", "--home", home, "--as-of", "2026-06-30").exit_code == 0


def test_report_ends_with_the_path_of_the_index_and_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = tmp_path / "reports"
    made = [reports / "overview" / "2026-05" / unit / "en.html" for unit in ("all", "north")]
    monkeypatch.setattr(evenkeel.report, "report", lambda _: [reports / "index.html", *made])
    lines = invoke("report", "--home", tmp_path).stdout.splitlines()
    assert lines[0].startswith("report    2 new reports: overview of 2026-05 (")
    assert lines[1].startswith(f"Open {reports / 'index.html'}: ")


def test_simulate_hands_its_arguments_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def write(*arguments: object) -> dict[str, int]:
        given.extend(arguments)
        return {"contacts": 1200, "surveys": 34}

    monkeypatch.setattr(evenkeel.simulate, "simulate", write)
    out = tmp_path / "landing"
    result = invoke(
        *("simulate", "--out", out, "--size", "tiny", "--seed", 7),
        *("--months", 3, "--until", "2026-03-31", "--format", "parquet", "--dirt", 0.02),
        *("--scenario", "county-telecom", "--lang", "zh-Hans"),
    )
    options = evenkeel.simulate.Options(
        *("tiny", 7, 3, date(2026, 3, 31), "parquet", 0.02, "county-telecom", "zh-Hans")
    )
    assert given == [out, options]
    assert result.stdout.startswith(f"simulate  1,234 rows of 2 entities in {out} (")


def test_the_program_is_installed_under_its_name() -> None:
    program = Path(sys.executable).with_name("evenkeel")
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout == f"evenkeel {__version__}\n"


# Status


@pytest.fixture
def config(home: Path) -> Iterator[Config]:
    yield config_of(home.parent)


def test_status_of_an_empty_home_says_so(tmp_path: Path) -> None:
    assert status(config_of(tmp_path)) == [f"Nothing is loaded in {tmp_path / 'home'}."]


def test_status_tells_loads_reasons_build_and_release(config: Config) -> None:
    place = Home(config.home)
    account(place.raw / "000001", 1, "contacts/a.csv", [10, 7, 2, 1, 0])
    quarantine(place.root, ["accepted", "accepted", "required"])
    invoke("publish", "--home", config.home)
    add_load(config.home, 2, [])
    account(place.raw / "000002", 2, "contacts/b.csv", [1, 1, 0, 0, 0])
    release = place.current.readlink().name
    assert status(config) == [
        "load 1: 1 files, rows: 10 landed, 7 accepted, 2 quarantined, 1 duplicate",
        "load 2: 1 files, rows: 1 landed, 1 accepted",
        "quarantine: 2 times accepted in contacts.channel",
        "quarantine: 1 times required in contacts.channel",
        "build: good, as of 2026-06-30, with loads up to 1",
        f"release: {release}, as of 2026-06-30, with loads up to 1",
        "not published yet: loads 2 to 2",
    ]


def account(folder: Path, load: int, file: str, counts: list[int]) -> None:
    """Write a load's accounting as the loader does, in the columns that status reads."""
    names = ("landed", "accepted", "quarantined", "duplicate", "held")
    figures = ", ".join(
        f"{n}::bigint as rows_{name}" for n, name in zip(counts, names, strict=True)
    )
    select = f"select '{file}' as file, {figures}, {load} as _load"
    execute(f"copy ({select}) to '{folder / 'load_accounting.parquet'}' (format parquet)")


def quarantine(home: Path, rules: list[str]) -> None:
    folder = home / "quarantine" / "contacts"
    folder.mkdir(parents=True)
    rows = ", ".join(f"('contacts', '{rule}', 'channel')" for rule in rules)
    select = f"from (values {rows}) as t(entity, rule, column_name)"
    execute(f"copy ({select}) to '{folder / '000001.parquet'}' (format parquet)")


def execute(sql: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(sql)
