"""Checks of the installation, the home and the environment, each one sentence."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version

import yaml

from evenkeel.config import Config
from evenkeel.home import Home

SUPPORTED = ((3, 11), (3, 14))
# Chinese text in pictures of pages needs a face of its own.
PRINT_LANGUAGE = "zh"
# Promises reach weeks ahead, and next year's public holidays are announced in November.
CALENDAR_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Check:
    """One finding; `state` is ok, note, warn or fail."""

    state: str
    sentence: str


def doctor(config: Config) -> list[Check]:
    """Return the findings, in the order in which one would mend them."""
    checks: tuple[Callable[[Config], Check], ...] = (
        _python,
        _packages,
        _profile,
        _calendars,
        _home,
        _landing,
        _person_key,
        _browser,
        _faces,
    )
    return [check(config) for check in checks]


def _python(_config: Config) -> Check:
    least, below = SUPPORTED
    found = ".".join(map(str, sys.version_info[:3]))
    if least <= sys.version_info[:2] < below:
        return Check("ok", f"Python {found}.")
    wanted = f"{least[0]}.{least[1]} up to, not including, {below[0]}.{below[1]}"
    return Check("fail", f"Python {found} is not supported; use {wanted}.")


def _packages(config: Config) -> Check:
    """Compare what is installed with the runtime's lock."""
    lock = config.project / "requirements" / "runtime.lock"
    if not lock.is_file():
        return Check("warn", f"{lock} is missing, so the versions cannot be compared with it.")
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
    other = []
    for name, wanted in pins.items():
        found = _installed(name)
        if found != wanted:
            other.append(f"{name} is {found or 'missing'}, not {wanted}")
    if other:
        return Check("fail", f"Not as locked: {'; '.join(other)}; run make setup.")
    engines = ", ".join(f"{name} {pins[name]}" for name in ("duckdb", "dbt-core", "dbt-duckdb"))
    return Check("ok", f"All {len(pins)} packages as locked, among them {engines}.")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _profile(config: Config) -> Check:
    file = config.project / "profiles.yml"
    try:
        outputs = yaml.safe_load(file.read_text(encoding="utf-8"))["evenkeel"]["outputs"]
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return Check("fail", f"{file} holds no profile `evenkeel`; restore it from the project.")
    if config.target not in outputs:
        return Check("fail", f"{file} has no target {config.target}; restore it from the project.")
    return Check("ok", f"dbt profile evenkeel, target {config.target}.")


def _calendars(config: Config) -> Check:
    """Look how far calendars of opening hours reach: a build fails on what lies beyond their end."""
    file = config.project / "seeds" / "opening_hours.csv"
    if not file.is_file():
        return Check("fail", f"{file} is missing; restore it from the project.")
    ends: dict[str, date] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            end = date.fromisoformat(row["valid_until"]) if row["valid_until"] else date.max
            ends[row["calendar_id"]] = max(end, ends.get(row["calendar_id"], date.min))
    due = config.as_of + CALENDAR_AHEAD
    near = sorted((end, name) for name, end in ends.items() if end < due)
    if not near:
        return Check("ok", f"{len(ends)} calendars of opening hours reach {due} and beyond.")
    named = ", ".join(f"{name} ends on {end}" for end, name in near)
    advice = "add rows to opening_hours.csv and calendar_days.csv, or complaints beyond fail"
    return Check("warn", f"Of the calendars of opening hours {named}; {advice}.")


def _home(config: Config) -> Check:
    there = next(p for p in (config.home, *config.home.parents) if p.exists())
    if not os.access(there, os.W_OK):
        return Check("fail", f"{there} cannot be written; give another folder with --home.")
    free = shutil.disk_usage(there).free / 2**30
    if free < 1:
        return Check("warn", f"Only {free:.1f} GiB are free for {config.home}.")
    return Check("ok", f"{config.home} can be written; {free:.0f} GiB are free.")


def _landing(config: Config) -> Check:
    if not config.landing.is_dir():
        return Check("warn", f"{config.landing} is not there; put files in it, or use --landing.")
    files = sum(path.is_file() for path in config.landing.rglob("*"))
    return Check("ok" if files else "warn", f"{files} files in {config.landing}.")


def _person_key(config: Config) -> Check:
    """Check where the key comes from under which persons appear (rule 18)."""
    if os.environ.get("EVENKEEL_PERSON_KEY"):
        return Check("ok", "The person key comes from EVENKEEL_PERSON_KEY.")
    secret = Home(config.home).root / "secret"
    advice = "set EVENKEEL_PERSON_KEY to a long random text that is kept with the other secrets"
    if not secret.is_file():
        return Check("warn", f"No person key yet: the first load makes one up; {advice}.")
    if secret.stat().st_mode & 0o077:
        return Check("fail", f"Others can read {secret}; run chmod 600 on it.")
    return Check("warn", f"The person key is the one made up in {secret}; back it up, or {advice}.")


def _browser(_config: Config) -> Check:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return Check("ok", f"A browser for the pages' own tests: {found}.")
    return Check("note", "No Chromium: the tests that look at pages are skipped.")


def _faces(_config: Config) -> Check:
    program = shutil.which("fc-list")
    if program is None:
        return Check("note", "No fontconfig, so it cannot be told which faces are installed.")
    listed = subprocess.run(  # noqa: S603 -- a fixed program with fixed arguments
        [program, f":lang={PRINT_LANGUAGE}", "family"], capture_output=True, text=True, check=False
    )
    if listed.stdout.strip():
        return Check("ok", "Faces for Chinese text are installed.")
    return Check("note", "No faces for Chinese text; install fonts-noto-cjk to see it in pictures.")
