"""The page that lists everything that was issued, the newest month first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evenkeel.report.language import Language
from evenkeel.report.model import ALL
from evenkeel.report.places import Issued, read_issued
from evenkeel.report.render import environment, page


@dataclass(frozen=True)
class Node:
    """A unit of the tree with its reports, one in each language, and the units below."""

    unit_id: str
    name: str
    level: str
    reports: tuple[Issued, ...]
    below: tuple[Node, ...]


@dataclass(frozen=True)
class Month:
    """The reports of one period; the organisation as it was then."""

    key: str
    name: str
    count: int
    roots: tuple[Node, ...]


@dataclass(frozen=True)
class Run:
    """The pages of one checkpoint: of a load, if it has a number, or of a release."""

    load: int | None
    release: str
    pages: tuple[tuple[str, str], ...]


def runs(reports: Path) -> tuple[Run, ...]:
    """Return the runs whose checkpoints are kept beside the reports, the newest first."""
    found = []
    for folder in sorted((reports / "checks").glob("*"), reverse=True):
        pages = tuple(
            (page.stem, page.relative_to(reports).as_posix())
            for page in sorted(folder.glob("[!.]*.html"))
        )
        number = folder.name.removeprefix("load-")
        found.append(Run(int(number) if number.isdecimal() else None, folder.name, pages))
    return tuple(run for run in found if run.pages)


def months(issued: Iterable[Issued], language: str) -> tuple[Month, ...]:
    """Arrange reports by period and by the tree that they describe, the newest period first."""
    by_period: dict[str, list[Issued]] = {}
    for report in issued:
        by_period.setdefault(report.period, []).append(report)
    return tuple(_month(reports, language) for _, reports in sorted(by_period.items())[::-1])


def _month(reports: Sequence[Issued], language: str) -> Month:
    # The reader's language first: its report gives the names and is the one linked.
    ordered = sorted(reports, key=lambda report: (report.language != language, report.language))
    units: dict[str, list[Issued]] = {}
    for report in ordered:
        units.setdefault(report.unit_id, []).append(report)
    above = {unit: found[0].parent_id for unit, found in units.items()}
    # A unit whose parent has no report of this period stands at the top.
    tops = [unit for unit, parent in above.items() if parent not in units or parent == unit]
    return Month(
        key=ordered[0].period,
        name=ordered[0].period_name,
        count=len(reports),
        roots=_nodes(tops, units, above),
    )


def _nodes(
    chosen: Iterable[str], units: dict[str, list[Issued]], above: dict[str, str]
) -> tuple[Node, ...]:
    nodes = []
    for unit in sorted(chosen, key=lambda item: (item != ALL, units[item][0].unit_name, item)):
        below = [child for child, parent in above.items() if parent == unit != child]
        first = units[unit][0]
        nodes.append(
            Node(
                unit, first.unit_name, first.level, tuple(units[unit]), _nodes(below, units, above)
            )
        )
    return tuple(nodes)


def render_index(templates: Path, reports: Path, language: Language) -> bytes:
    """Return the index of everything below the reports' folder."""
    env = environment(templates, language)
    listed = months(read_issued(reports), language.code)
    return page(env, "index.html.j2", months=listed, runs=runs(reports))
