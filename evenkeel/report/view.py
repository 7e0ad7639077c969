"""What a page is made of: everything that the templates are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from evenkeel.report.drawing import Spark
from evenkeel.report.model import Loads, Metric, Organisation, Period, Release, Unit, Value


@dataclass(frozen=True)
class Line:
    """A row of the scorecard: this month's value and the months that led to it, oldest first."""

    metric: Metric
    now: Value
    months: tuple[Value, ...]
    spark: Spark | None


@dataclass(frozen=True)
class Group:
    """The lines of one domain."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Message:
    """A key message: the word that says what kind of news it is, and the news."""

    lead: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A trend; the charts are None where there are too few months to draw."""

    number: int
    line: Line
    headline: str
    subtitle: str
    charts: tuple[str, str] | None
    rows: tuple[Value, ...]
    has_target: bool
    note: str


@dataclass(frozen=True)
class FigureGroup:
    """The trends of one domain."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Bar:
    """A unit in a comparison; places are percentages of the drawing's width."""

    unit: Unit
    value: Value
    start: float
    width: float
    low: float | None
    high: float | None
    zero: float


@dataclass(frozen=True)
class Comparison:
    """One metric of the units below, and of the unit above them.

    Attributes
    ----------
    is_alike
        Whether the intervals were looked at and set no unit apart.
    """

    number: int
    metric: Metric
    headline: str
    subtitle: str
    bars: tuple[Bar, ...]
    total: Bar
    reference: float
    scale: str
    better_than: tuple[str, ...]
    worse_than: tuple[str, ...]
    is_alike: bool


@dataclass(frozen=True)
class Link:
    """A unit, and the address of its report where one was issued."""

    unit: Unit
    href: str | None


@dataclass(frozen=True)
class Overview:
    """The first report: one unit in one month."""

    release: Release
    period: Period
    organisation: Organisation
    unit: Unit
    path: tuple[Link, ...]
    below: dict[str, str]
    messages: tuple[Message, ...]
    groups: tuple[Group, ...]
    trends: tuple[FigureGroup, ...]
    compared: Unit
    comparisons: tuple[Comparison, ...]
    neighbours: Link | None
    loads: tuple[Loads, ...]
    absent: tuple[str, ...]
    summary: str

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the scorecard's lines of all domains."""
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def data_through(self) -> date | None:
        """Return the last moment that any of the values can know of."""
        return max((d for line in self.lines if (d := line.now.data_through)), default=None)

    @property
    def last_event(self) -> date | None:
        """Return the moment of the last event in the loaded files."""
        return next((loads.last_event for loads in self.loads if loads.entity is None), None)

    @property
    def has_last_month(self) -> bool:
        """Return whether any line can be compared with the month before."""
        return any(line.now.month.state != "not_comparable" for line in self.lines)

    @property
    def has_last_year(self) -> bool:
        """Return whether any line can be compared with the month a year before."""
        return any(line.now.year.state != "not_comparable" for line in self.lines)

    @property
    def apart(self) -> list[Comparison]:
        """Return the comparisons in which a unit stands apart or nothing was tested."""
        return [comparison for comparison in self.comparisons if not comparison.is_alike]

    @property
    def alike(self) -> list[Comparison]:
        """Return the comparisons in which no unit stands apart."""
        return [comparison for comparison in self.comparisons if comparison.is_alike]

    @property
    def has_targets(self) -> bool:
        """Return whether any line has a target."""
        return any(line.now.target is not None for line in self.lines)

    def states(self, *names: str) -> bool:
        """Return whether a line is in one of the states: its explanation is then needed."""
        return any(line.now.state in names for line in self.lines)

    def change_states(self, *names: str) -> bool:
        """Return whether a change in the scorecard is in one of the states."""
        shown = [line.now for line in self.lines if line.now.is_shown]
        months = [now.month for now in shown if self.has_last_month]
        years = [now.year for now in shown if self.has_last_year]
        return any(change.state in names for change in months + years)

    def hidden(self, state: str) -> list[str]:
        """Return the names of the metrics that are hidden for one reason."""
        return [line.metric.name for line in self.lines if line.now.state == state]
