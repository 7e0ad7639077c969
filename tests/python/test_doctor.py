"""What `evenkeel doctor` finds in an installation, sound or not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from small_project import config_of, write_project

from evenkeel.config import Config
from evenkeel.doctor import doctor


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Return the settings of a small project with a home."""
    write_project(tmp_path / "project")
    made = config_of(tmp_path)
    made.home.mkdir(parents=True)
    return made


def test_doctor_finds_this_installation_sound(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    checks = doctor(config_of(tmp_path, project=root))
    assert [check.sentence for check in checks if check.state == "fail"] == []
    assert any("packages as locked, among them duckdb 2.0.0" in check.sentence for check in checks)


def test_doctor_warns_of_a_key_that_is_made_up(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def about_the_key() -> tuple[str, str]:
        check = doctor(config)[6]
        return check.state, check.sentence

    monkeypatch.delenv("EVENKEEL_PERSON_KEY", raising=False)
    assert about_the_key()[0] == "warn"
    secret = config.home / "secret"
    secret.write_text("x", encoding="utf-8")
    secret.chmod(0o644)
    assert about_the_key() == ("fail", f"Others can read {secret}; run chmod 600 on it.")
    secret.chmod(0o600)
    assert about_the_key()[0] == "warn"
    monkeypatch.setenv("EVENKEEL_PERSON_KEY", "k")
    assert about_the_key()[0] == "ok"


def test_doctor_warns_before_a_calendar_ends(config: Config) -> None:
    def about_calendars(*ends: object) -> tuple[str, str]:
        rows = "".join(
            f"{name},1,09:00,18:00,,{end}\n" for name, end in zip("ab", ends, strict=True)
        )
        file.write_text(f"calendar_id,weekday,opens_at,closes_at,valid_from,valid_until\n{rows}")
        check = doctor(config)[3]
        return check.state, check.sentence

    file = config.project / "seeds" / "opening_hours.csv"
    assert doctor(config)[3].state == "fail"
    file.parent.mkdir(parents=True, exist_ok=True)
    soon = config.as_of + timedelta(days=30)
    later = soon + timedelta(days=40)
    assert about_calendars("", later)[0] == "ok"
    state, sentence = about_calendars("", soon)
    assert (state, f"b ends on {soon}" in sentence, "a ends" in sentence) == ("warn", True, False)


def test_doctor_tells_versions_that_are_not_the_locked_ones(tmp_path: Path) -> None:
    write_project(tmp_path / "project")
    lock = tmp_path / "project" / "requirements" / "runtime.lock"
    lock.parent.mkdir()
    lock.write_text("duckdb==0.0.1 \\\nno-such-package==1.0 \\\n", encoding="utf-8")
    (tmp_path / "project" / "profiles.yml").unlink()
    found = {check.state: check.sentence for check in doctor(config_of(tmp_path))[1:2]}
    assert found["fail"].startswith("Not as locked: duckdb is ")
    assert "no-such-package is missing, not 1.0" in found["fail"]
    profile = doctor(config_of(tmp_path))[2]
    assert (profile.state, "holds no profile" in profile.sentence) == ("fail", True)
