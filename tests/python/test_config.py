"""evenkeel.yml and the command line: what is accepted, and the sentence for what is not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from evenkeel.config import (
    DBT_SETTINGS,
    Config,
    MinimumGroup,
    ServiceLevel,
    Settings,
    find_project,
    read_config,
    read_settings,
)
from evenkeel.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "evenkeel.yml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


def test_an_empty_file_gives_the_documented_defaults(tmp_path: Path) -> None:
    assert settings(tmp_path, "# nothing set\n") == Settings(
        time_zone="Asia/Shanghai",
        week_ends_on="friday",
        fiscal_year_starts=1,
        minimum_group=MinimumGroup(customer=5, employee=10),
        low_base=30,
        service_level=ServiceLevel(seconds=20, short_abandon_seconds=5),
        contact_cap_30d=2,
        first_responsible_from="1900-01-01",
        languages=("en",),
        keep_releases=30,
    )


def test_every_key_can_be_set(tmp_path: Path) -> None:
    text = """
        time_zone: Europe/Lisbon
        week_ends_on: sunday
        fiscal_year_starts: 4
        minimum_group: {customer: 7}
        low_base: 50
        service_level: {seconds: 30}
        contact_cap_30d: 0
        first_responsible_from: 2026-04-01
        languages: [en]
        keep_releases: 1
    """
    assert settings(tmp_path, text) == Settings(
        time_zone="Europe/Lisbon",
        week_ends_on="sunday",
        fiscal_year_starts=4,
        minimum_group=MinimumGroup(customer=7, employee=10),
        low_base=50,
        service_level=ServiceLevel(seconds=30, short_abandon_seconds=5),
        contact_cap_30d=0,
        first_responsible_from="2026-04-01",
        languages=("en",),
        keep_releases=1,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("timezone: UTC", "unknown key 'timezone'; the nearest known key is time_zone"),
        (
            "minimum_group: {customers: 5}",
            "unknown key 'customers'; the nearest known key is customer",
        ),
        ("service_level: {second: 5}", "the nearest known key is seconds"),
        (
            "first_responsible_from: April",
            "first_responsible_from must be a day such as 2026-04-01",
        ),
        (
            "first_responsible_from: 2026-04-31",
            "day is out of range for month; write a day such as 2026-04-01",
        ),
        ("time_zone: Mars/Olympus", "time_zone must name a time zone such as Asia/Shanghai"),
        ("time_zone: ../../etc/passwd", "time_zone must name a time zone"),
        ("time_zone: ''", "time_zone must name a time zone"),
        ("week_ends_on: Friday evening", "week_ends_on must be one of monday, tuesday"),
        ("fiscal_year_starts: 13", "fiscal_year_starts must be a whole number, 1 to 12, not 13"),
        ("low_base: '30'", "low_base must be a whole number, 1 or more, not '30'"),
        ("low_base: true", "low_base must be a whole number"),
        ("low_base: 30.0", "low_base must be a whole number"),
        (
            "minimum_group: {employee: 0}",
            "minimum_group.employee must be a whole number, 1 or more",
        ),
        ("minimum_group: 5", "minimum_group must hold keys and values (customer, employee)"),
        ("service_level: {seconds: -1}", "service_level.seconds must be a whole number, 0 or more"),
        ("languages: [en, fr]", "languages must list different languages out of en"),
        ("languages: en", "languages must list different languages out of en"),
        ("languages: []", "languages must list different languages out of en"),
        ("languages: [en, en]", "languages must list different languages"),
        ("keep_releases: 0", "keep_releases must be a whole number, 1 or more, not 0"),
        ("keep_releases:", "keep_releases must be a whole number, 1 or more, not None"),
        ("- low_base", "must hold keys and values"),
        ("low_base: 30\nlow_base 40: [", "line 2"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        settings(tmp_path, text)
    assert sentence in str(caught.value)
    assert str(tmp_path / "evenkeel.yml") in str(caught.value)


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_config(tmp_path / "no.yml", as_of=date(2026, 6, 30))


@pytest.mark.parametrize(
    ("now", "as_of"),
    [
        # 16:00 UTC is midnight in Shanghai: one second before it, yesterday is still the 29th.
        (datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC), date(2026, 6, 29)),
        (datetime(2026, 6, 30, 16, 0, 0, tzinfo=UTC), date(2026, 6, 30)),
    ],
)
def test_without_a_day_it_is_yesterday_in_the_time_zone(now: datetime, as_of: date) -> None:
    assert read_config(now=now, project=ROOT).as_of == as_of


def test_a_given_day_needs_no_clock_and_no_day_is_an_error() -> None:
    assert read_config(as_of=date(2025, 1, 1), project=ROOT).as_of == date(2025, 1, 1)
    with pytest.raises(UsageError, match="--as-of"):
        read_config(project=ROOT)


def test_evenkeel_yml_of_the_current_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evenkeel.yml").write_text("low_base: 40\n", encoding="utf-8")
    config = read_config(as_of=date(2026, 6, 30), project=ROOT)
    assert config.low_base == 40
    assert config.home == tmp_path / "warehouse"
    assert config.landing == tmp_path / "landing"


def test_a_language_can_be_picked_but_not_made_up() -> None:
    day = date(2026, 6, 30)
    assert read_config(as_of=day, language="en", project=ROOT).languages == ("en",)
    with pytest.raises(UsageError, match="--lang"):
        read_config(as_of=day, language="tlh", project=ROOT)


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(UsageError, match="oracle is not one of duckdb"):
        read_config(as_of=date(2026, 6, 30), target="oracle", project=ROOT)


def test_the_project_is_found_from_below_and_from_anywhere(tmp_path: Path) -> None:
    assert find_project(ROOT / "evenkeel") == ROOT
    assert find_project(tmp_path) == ROOT


def test_dbt_has_the_same_defaults() -> None:
    declared = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    ours = Config(project=ROOT, landing=ROOT, home=ROOT, as_of=date(2026, 6, 30)).dbt_vars()
    shared = set(declared) & set(DBT_SETTINGS)
    assert shared >= {"time_zone", "week_ends_on", "minimum_group", "low_base", "service_level"}
    assert {name: declared[name] for name in shared} == {name: ours[name] for name in shared}


@pytest.mark.parametrize("name", ["wh[1]", "what?", "it's", "a:b", "all*"])
def test_a_home_that_engines_would_read_as_a_pattern_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="in its path; choose another folder"):
        read_config(None, home=tmp_path / name, as_of=date(2026, 6, 30))
