"""Issues what is due: the overview of the last complete month, for every unit, once."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment

from evenkeel.report import release as source
from evenkeel.report.figures import Figures
from evenkeel.report.index import render_index
from evenkeel.report.language import Language, open_language
from evenkeel.report.model import ALL, Organisation, Period, Release, Unit
from evenkeel.report.overview import TREND_MONTHS, Material, build_overview, months_up_to
from evenkeel.report.places import (
    OVERVIEW,
    clear_leftovers,
    replace,
    report_path,
    sibling_address,
    write_once,
)
from evenkeel.report.render import environment, page
from evenkeel.report.words import Words

# Starting a second process costs as much as this many reports.
WORTH_A_PROCESS = 6


class ReportConfig(Protocol):
    """What of the configuration the reports need."""

    @property
    def home(self) -> Path:
        """Return the folder with `published/`, in which `reports/` is written."""

    @property
    def project(self) -> Path:
        """Return the project's folder with `reports/`, the templates."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages to write, the index's first."""

    @property
    def time_zone(self) -> str:
        """Return the zone in which moments are told."""


@dataclass(frozen=True)
class Edition:
    """All that a process needs to make the reports of one month in one language."""

    templates: Path
    reports: Path
    release: Release
    period: Period
    language: str
    time_zone: str


def report(config: ReportConfig) -> list[Path]:
    """Issue the overview of the last complete month for the organisation and for each unit.

    A report that was issued before stays as it is, whatever the release now says; the index is
    written anew.

    Returns
    -------
    list of Path
        The index, then the reports that are new.

    Raises
    ------
    EvenkeelError
        If there is no readable release, or a template or translation is not complete.
    """
    templates, reports = config.project / "reports", config.home / "reports"
    for code in config.languages:
        open_language(templates / "locale", code)
    current = source.open_release(config.home)
    clear_leftovers(reports)
    written: list[Path] = []
    with source.connect(current) as connection:
        period = source.last_complete_month(connection)
        units = source.reported_units(connection, period) if period else []
    if period:
        for code in config.languages:
            edition = Edition(templates, reports, current, period, code, config.time_zone)
            due = [unit for unit in units if not _path(edition, unit).exists()]
            written += _issue(edition, due)
    index = reports / "index.html"
    language = open_language(templates / "locale", config.languages[0])
    replace(index, render_index(templates, reports, language))
    return [index, *written]


def _path(edition: Edition, unit_id: str) -> Path:
    return report_path(edition.reports, OVERVIEW, edition.period.key, unit_id, edition.language)


def _issue(edition: Edition, due: list[str]) -> list[Path]:
    """Write the reports of these units, on as many processors as are worth their start."""
    processes = min(len(os.sched_getaffinity(0)), 1 + len(due) // WORTH_A_PROCESS)
    if processes == 1:
        return list(_make(edition, due))
    parts = [due[start::processes] for start in range(processes)]
    # Started afresh, not forked: neither DuckDB nor the chart engine survives a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _end_with_parent) as pool:
        made = pool.map(_make_list, [edition] * processes, parts)
        return sorted(chain.from_iterable(made))


def _end_with_parent() -> None:
    """Let this process end when the one that started it is killed, and with it its lock."""

    def wait() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _make_list(edition: Edition, due: list[str]) -> list[Path]:
    return list(_make(edition, due))


def _make(edition: Edition, due: Iterable[str]) -> Iterator[Path]:
    """Yield the path of each report that is new."""
    language = open_language(edition.templates / "locale", edition.language)
    material = read_material(edition, language)
    env = environment(edition.templates, language)
    for unit_id in due:
        path = _path(edition, unit_id)
        if write_once(path, render_overview(env, material, unit_id)):
            yield path


def render_overview(env: Environment, material: Material, unit_id: str) -> bytes:
    """Return the overview of one unit as a page."""
    words = material.words
    return page(
        env,
        "overview.html.j2",
        report=build_overview(material, unit_id),
        words=words,
        fmt=words.figures,
    )


def read_material(edition: Edition, language: Language) -> Material:
    """Read from the release what all reports of the edition share."""
    _ = language.gettext
    start = edition.period.start
    with source.connect(edition.release) as connection:
        labels = source.read_labels(connection, language)
        units = source.read_units(connection, edition.period)
        metrics = source.read_metrics(connection, language)
        first: date = months_up_to(start, TREND_MONTHS)[0]
        values = source.read_values(connection, first, start)
        loads = source.read_loads(connection)
        reported = source.reported_units(connection, edition.period)
    last_month, last_year = months_up_to(start, 2)[0], months_up_to(start, 13)[0]
    figures = Figures(language, ZoneInfo(edition.time_zone))
    return Material(
        release=edition.release,
        period=edition.period,
        metrics=tuple(metrics),
        organisation=Organisation(units, Unit(ALL, _("Whole organisation"), "", None)),
        values=values,
        loads=tuple(loads),
        words=Words(figures, labels, edition.period, last_month, last_year),
        charts=edition.templates / "charts",
        addresses={unit: sibling_address(unit, edition.language) for unit in reported},
    )
