"""Scenarios: whom an organisation serves, what its parts are called, and what goes wrong when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from evenkeel.errors import UsageError
from evenkeel.simulate.sizes import Shift, Size
from evenkeel.simulate.tools.arrays import Floats, Ints

SHIPPED = Path(__file__).with_name("scenarios")
DEFAULT = "contact-centre"
LANGUAGES = ("en", "zh-Hans")
LINES, QUEUES, ISSUES = 5, 3, 3
HOURS = (0.9, 1.3, 1.5, 1.3, 1.0, 0.9, 1.1, 1.2, 1.0, 0.8, 0.6, 0.4)
WEEKDAYS = (1.3, 1.15, 1.1, 1.1, 1.15, 0.7, 0.5)
SEASON = (1.12, 1.04, 1.0, 0.96, 0.95, 0.97, 1.03, 1.05, 0.98, 0.95, 0.95, 1.0)
_REQUIRED = {
    *("company", "customer_type", "service_class", "vendors"),
    *("units", "regions", "places", "lines", "queues"),
}
_OPTIONAL = {"volume", "heads", "hours", "weekdays", "season", "shifts"}


@dataclass(frozen=True)
class PlannedShift:
    """A shift of the scenario: where, at which share of the span, how much, and why."""

    region: int
    at: float
    satisfaction: float
    solving: float
    what: str


@dataclass(frozen=True)
class Scenario:
    """The words and habits of an organisation, in one language.

    Attributes
    ----------
    digest
        Of the file's text: with the other arguments it determines every byte.
    units
        Templates of the names of regions, sites and teams.
    line_queue, line_volume
        Which queue each kind of team serves, and its volume beside the others.
    issues, categories
        Three of each queue, one queue after the other.
    volume, heads
        Factors on the contacts and on the staff of the size.
    shifts
        None where the size's own shifts are planted.
    """

    name: str
    digest: str
    language: str
    company: str
    customer_type: str
    service_class: str
    vendors: tuple[str, ...]
    units: Mapping[str, str]
    regions: tuple[str, ...]
    places: tuple[str, ...]
    lines: tuple[str, ...]
    line_queue: Ints
    line_volume: Floats
    queues: tuple[str, ...]
    talk_seconds: Floats
    issues: tuple[str, ...]
    categories: tuple[str, ...]
    volume: float
    heads: float
    hours: Floats
    weekdays: Floats
    season: Floats
    shifts: tuple[PlannedShift, ...] | None

    def resized(self, size: Size, months: int) -> Size:
        """Return the size as this scenario has it."""
        shifts = size.shifts
        if self.shifts is not None:
            shifts = tuple(
                Shift(
                    min(shift.region, size.regions - 1),
                    min(round(shift.at * months), months - 1),
                    shift.satisfaction,
                    shift.solving,
                    shift.what,
                )
                for shift in self.shifts
            )
        return size.scaled(self.volume, self.heads, shifts)


class _Words:
    """Reads a scenario's text in one language, and says where something is wrong."""

    def __init__(self, path: Path, language: str) -> None:
        self.path = path
        self.language = language

    def wrong(self, where: str, why: str) -> UsageError:
        return UsageError(f"{self.path}: {where} {why}; correct it.")

    def word(self, value: Any, where: str) -> str:
        """Return a text given in each language, or in one for all."""
        if isinstance(value, str) and value:
            return value
        if isinstance(value, dict) and set(value) == set(LANGUAGES):
            chosen = value[self.language]
            if isinstance(chosen, str) and chosen:
                return chosen
        raise self.wrong(where, f"must be a text, or one for each of {' and '.join(LANGUAGES)}")

    def words(self, value: Any, where: str, least: int, most: int | None = None) -> tuple[str, ...]:
        rows = self.rows(value, where, least, most)
        return tuple(self.word(row, f"{where}, {place},") for place, row in enumerate(rows, 1))

    def rows(self, value: Any, where: str, least: int, most: int | None = None) -> list[Any]:
        wanted = f"{least}" if most == least else f"at least {least}"
        if not isinstance(value, list) or len(value) < least or len(value) > (most or len(value)):
            raise self.wrong(where, f"must be a list of {wanted}")
        return value

    def keys(self, value: Any, where: str, names: Sequence[str]) -> dict[str, Any]:
        if not isinstance(value, dict) or set(value) != set(names):
            raise self.wrong(where, f"must have the keys {', '.join(names)} and no others")
        return value

    def number(self, value: Any, where: str, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(where, "must be a number")
        if not low <= value <= high:
            raise self.wrong(where, f"must be from {low:g} to {high:g}")
        return float(value)

    def weights(self, value: Any, where: str, count: int) -> Floats:
        numbers = [
            self.number(each, where, 0.01, 100) for each in self.rows(value, where, count, count)
        ]
        return np.array(numbers)


def read_scenario(name: str = DEFAULT, language: str = "en") -> Scenario:
    """Return a scenario.

    Parameters
    ----------
    name
        A shipped one (contact-centre, property-manager, county-telecom), or a YAML file.
    language
        ``en`` or ``zh-Hans``: of every name and word in the files.

    Raises
    ------
    UsageError
        If there is no such scenario, or something in it is missing, unknown or out of range.
    """
    if language not in LANGUAGES:
        raise UsageError(f"Language {language!r} is not spoken: choose {' or '.join(LANGUAGES)}.")
    path = SHIPPED / f"{name}.yml"
    if not path.is_file():
        path = Path(name)
    try:
        text = path.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        shipped = ", ".join(sorted(each.stem for each in SHIPPED.glob("*.yml")))
        raise UsageError(
            f"Scenario {name} cannot be read ({error}); name a YAML file, or one of {shipped}."
        ) from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path} is no YAML ({' '.join(str(error).split())}); mend it.") from error
    return _parsed(_Words(path, language), content, path.stem, text)


def _parsed(words: _Words, content: Any, name: str, text: str) -> Scenario:
    if not isinstance(content, dict):
        raise words.wrong("the file", "must hold keys")
    for key in sorted(_REQUIRED - set(content)):
        raise words.wrong(key, "is missing")
    for key in sorted(map(str, set(content) - _REQUIRED - _OPTIONAL)):
        raise words.wrong(key, "is no key of a scenario")
    units = words.keys(content["units"], "units", ("region", "site", "team"))
    lines = [
        words.keys(line, f"lines, {place},", ("name", "queue", "volume"))
        for place, line in enumerate(words.rows(content["lines"], "lines", LINES, LINES), 1)
    ]
    queues = [
        words.keys(queue, f"queues, {place},", ("name", "talk_seconds", "issues", "categories"))
        for place, queue in enumerate(words.rows(content["queues"], "queues", QUEUES, QUEUES), 1)
    ]
    return Scenario(
        name=name,
        digest=sha256(text.encode()).hexdigest()[:12],
        language=words.language,
        company=words.word(content["company"], "company"),
        customer_type=words.word(content["customer_type"], "customer_type"),
        service_class=words.word(content["service_class"], "service_class"),
        vendors=words.words(content["vendors"], "vendors", 2),
        units={key: _template(words, value, f"units, {key},") for key, value in units.items()},
        regions=words.words(content["regions"], "regions", 2),
        places=words.words(content["places"], "places", 4),
        lines=tuple(words.word(line["name"], "lines, name,") for line in lines),
        line_queue=np.array(
            [int(words.number(line["queue"], "lines, queue,", 1, QUEUES)) - 1 for line in lines]
        ),
        line_volume=np.array(
            [words.number(line["volume"], "lines, volume,", 0.01, 100) for line in lines]
        ),
        queues=tuple(words.word(queue["name"], "queues, name,") for queue in queues),
        talk_seconds=np.array(
            [words.number(queue["talk_seconds"], "talk_seconds", 10, 3600) for queue in queues]
        ),
        issues=_of_queues(words, queues, "issues"),
        categories=_of_queues(words, queues, "categories"),
        volume=words.number(content.get("volume", 1), "volume", 0.01, 100),
        heads=words.number(content.get("heads", 1), "heads", 0.2, 10),
        hours=words.weights(content.get("hours", list(HOURS)), "hours", len(HOURS)),
        weekdays=words.weights(content.get("weekdays", list(WEEKDAYS)), "weekdays", 7),
        season=words.weights(content.get("season", list(SEASON)), "season", 12),
        shifts=_shifts(words, content["shifts"]) if "shifts" in content else None,
    )


def _template(words: _Words, value: Any, where: str) -> str:
    template = words.word(value, where)
    try:
        template.format(place="", line="")
    except (KeyError, IndexError, ValueError) as error:
        raise words.wrong(
            where, "may have {place} and {line} in braces, and nothing else"
        ) from error
    return template


def _of_queues(words: _Words, queues: Sequence[Mapping[str, Any]], key: str) -> tuple[str, ...]:
    return tuple(
        word
        for place, queue in enumerate(queues, 1)
        for word in words.words(queue[key], f"queues, {place}, {key},", ISSUES, ISSUES)
    )


def _shifts(words: _Words, value: Any) -> tuple[PlannedShift, ...]:
    shifts = []
    for place, row in enumerate(words.rows(value, "shifts", 1), 1):
        where = f"shifts, {place},"
        keys = words.keys(row, where, ("region", "at", "satisfaction", "solving", "what"))
        shifts.append(
            PlannedShift(
                int(words.number(keys["region"], f"{where} region", 1, 1000)) - 1,
                words.number(keys["at"], f"{where} at", 0, 1),
                words.number(keys["satisfaction"], f"{where} satisfaction", -3, 3),
                words.number(keys["solving"], f"{where} solving", -3, 3),
                words.word(keys["what"], f"{where} what"),
            )
        )
    return tuple(shifts)
