"""The project's configuration: evenkeel.yml, checked key by key, and what the command line adds."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from evenkeel.errors import UsageError

FILE_NAME = "evenkeel.yml"
TARGETS = ("duckdb",)
LANGUAGES = ("en",)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# What dbt's models read; the other settings are the package's own business.
DBT_SETTINGS = (
    "time_zone",
    "week_ends_on",
    "fiscal_year_starts",
    "minimum_group",
    "low_base",
    "service_level",
    "contact_cap_30d",
    "first_responsible_from",
)


@dataclass(frozen=True)
class MinimumGroup:
    """Persons below which a group's figures are hidden."""

    customer: int = 5
    employee: int = 10


@dataclass(frozen=True)
class ServiceLevel:
    """Seconds within which an answer is in time, and up to which an abandoned contact is short."""

    seconds: int = 20
    short_abandon_seconds: int = 5


@dataclass(frozen=True)
class Settings:
    """What evenkeel.yml may say, with the default of each key."""

    time_zone: str = "Asia/Shanghai"
    week_ends_on: str = "friday"
    fiscal_year_starts: int = 1
    minimum_group: MinimumGroup = field(default_factory=MinimumGroup)
    low_base: int = 30
    service_level: ServiceLevel = field(default_factory=ServiceLevel)
    contact_cap_30d: int = 2
    first_responsible_from: str = "1900-01-01"
    languages: tuple[str, ...] = ("en",)
    keep_releases: int = 30


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    """The settings and the places of one run; `as_of` is the only now that anything below knows.

    Attributes
    ----------
    project
        Folder of dbt_project.yml, mappings/ and reports/.
    landing, home
        Absolute folders of the files handed over and of everything that evenkeel writes.
    as_of
        Last local day that the run knows of.
    """

    project: Path
    landing: Path
    home: Path
    as_of: date
    target: str = "duckdb"

    def dbt_vars(self) -> dict[str, Any]:
        """Return the settings that models read, as plain values under the names of dbt's vars."""
        values = asdict(self)
        return {name: values[name] for name in DBT_SETTINGS}


def find_project(start: Path | None = None) -> Path:
    """Return the project's folder: at or above `start`, else the one that the package lies in.

    Parameters
    ----------
    start
        Where to look first; None is the current folder.

    Raises
    ------
    UsageError
        If neither has one.
    """
    package = Path(__file__).resolve().parent
    begin = (start or Path.cwd()).resolve()
    for folder in (begin, *begin.parents, *package.parents):
        if (folder / "dbt_project.yml").is_file() and (folder / "models" / "raw").is_dir():
            return folder
    raise UsageError(
        f"No evenkeel project was found in {begin} or above it (a folder with dbt_project.yml "
        "and models/raw); change to the project's folder and try again."
    )


def read_settings(file: Path) -> Settings:
    """Read and check a configuration file; an empty file gives the defaults.

    Raises
    ------
    UsageError
        One sentence naming the file, the key and the remedy.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read ({error}); check --config.") from error
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise UsageError(f"{file}{line}: {problem}; write one `key: value` a line.") from error
    except ValueError as error:
        # A day that no calendar has, which YAML itself would read.
        raise UsageError(f"{file}: {error}; write a day such as 2026-04-01.") from error
    values = _mapping({} if content is None else content, str(file), Settings)
    checked = {key: _CHECKS[key](value, f"{file}: {key}") for key, value in values.items()}
    return Settings(**checked)


def read_config(
    file: Path | None = None,
    *,
    now: datetime | None = None,
    as_of: date | None = None,
    landing: Path = Path("landing"),
    home: Path = Path("warehouse"),
    target: str = "duckdb",
    language: str | None = None,
    project: Path | None = None,
) -> Config:
    """Bring the configuration file and the command line together.

    Parameters
    ----------
    file
        The configuration file; None reads evenkeel.yml of the current folder if there is one.
    now
        The moment, with its zone, from which a missing `as_of` (the end of yesterday in the
        project's time zone) is worked out. Only the command line has a clock to give.
    language
        Write reports in this language only, instead of the configured ones.

    Raises
    ------
    UsageError
        For a wrong file or value, and if neither `as_of` nor `now` is given.
    """
    if file is None and Path(FILE_NAME).is_file():
        file = Path(FILE_NAME)
    settings = read_settings(file) if file else Settings()
    if as_of is None:
        if now is None:
            raise UsageError("No day to report up to; give one with --as-of YYYY-MM-DD.")
        as_of = now.astimezone(ZoneInfo(settings.time_zone)).date() - timedelta(days=1)
    # Patterns and parameters of the engines; a path with them would be read as another.
    if odd := sorted(set("*?[]'\":%") & set(str(home.absolute()))):
        raise UsageError(f"--home {home} has {' '.join(odd)} in its path; choose another folder.")
    if target not in TARGETS:
        raise UsageError(f"--target {target} is not one of {', '.join(TARGETS)}.")
    values = {item.name: getattr(settings, item.name) for item in fields(Settings)}
    if language is not None:
        values["languages"] = _languages([language], "--lang")
    return Config(
        **values,
        project=project or find_project(),
        landing=landing.absolute(),
        home=home.absolute(),
        as_of=as_of,
        target=target,
    )


def _mapping(value: object, where: str, kind: type) -> Mapping[str, Any]:
    """Check that `value` is a mapping whose keys are fields of the dataclass `kind`."""
    known = [item.name for item in fields(kind)]
    if not isinstance(value, dict):
        raise UsageError(f"{where} must hold keys and values ({', '.join(known)}), not {value!r}.")
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.0)
            raise UsageError(f"{where}: unknown key {key!r}; the nearest known key is {near[0]}.")
    return value


def _whole_number(value: object, where: str, least: int, most: int | None = None) -> int:
    """Check a whole number; YAML's true and 3.0 are none."""
    in_range = type(value) is int and value >= least and (most is None or value <= most)
    if not in_range:
        limits = f"{least} or more" if most is None else f"{least} to {most}"
        raise UsageError(f"{where} must be a whole number, {limits}, not {value!r}.")
    return int(str(value))


def _time_zone(value: object, where: str) -> str:
    try:
        if isinstance(value, str) and value:
            ZoneInfo(value)
            return value
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise UsageError(f"{where} must name a time zone such as Asia/Shanghai, not {value!r}.")


def _weekday(value: object, where: str) -> str:
    if value not in WEEKDAYS:
        raise UsageError(f"{where} must be one of {', '.join(WEEKDAYS)}, not {value!r}.")
    return str(value)


def _day(value: object, where: str) -> str:
    """Check a day; YAML knows one as such, or as the text that it is written as."""
    try:
        if type(value) is date:
            return value.isoformat()
        if isinstance(value, str):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise UsageError(f"{where} must be a day such as 2026-04-01, not {value!r}.")


def _languages(value: object, where: str) -> tuple[str, ...]:
    known = isinstance(value, list) and all(item in LANGUAGES for item in value)
    if not (isinstance(value, list) and value and known and len(set(value)) == len(value)):
        raise UsageError(
            f"{where} must list different languages out of {', '.join(LANGUAGES)}, not {value!r}."
        )
    return tuple(value)


def _minimum_group(value: object, where: str) -> MinimumGroup:
    items = _mapping(value, where, MinimumGroup)
    return MinimumGroup(**{k: _whole_number(v, f"{where}.{k}", 1) for k, v in items.items()})


def _service_level(value: object, where: str) -> ServiceLevel:
    items = _mapping(value, where, ServiceLevel)
    return ServiceLevel(**{k: _whole_number(v, f"{where}.{k}", 0) for k, v in items.items()})


_CHECKS: dict[str, Callable[[object, str], Any]] = {
    "time_zone": _time_zone,
    "week_ends_on": _weekday,
    "fiscal_year_starts": lambda value, where: _whole_number(value, where, 1, 12),
    "minimum_group": _minimum_group,
    "low_base": lambda value, where: _whole_number(value, where, 1),
    "service_level": _service_level,
    "contact_cap_30d": lambda value, where: _whole_number(value, where, 0),
    "first_responsible_from": _day,
    "languages": _languages,
    "keep_releases": lambda value, where: _whole_number(value, where, 1),
}
