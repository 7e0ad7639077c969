"""What the reports know of a release: frozen rows, never raw dictionaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

ALL = "all"
SHOWN_STATES = ("ok", "low_base")
HIDDEN_STATES = ("hidden_small", "hidden_complement")
TOTAL_METHODS = ("sum", "stock")


@dataclass(frozen=True)
class Release:
    """One published release, resolved once, so that all of a report comes from the same.

    Attributes
    ----------
    is_incomplete
        Whether a batch of files was refused before the release was built.
    """

    folder: Path
    release_id: str
    as_of: date
    version: str
    is_incomplete: bool

    @property
    def database(self) -> Path:
        """Return the release's DuckDB file."""
        return self.folder / "evenkeel.duckdb"


@dataclass(frozen=True)
class Period:
    """One complete month: [start, end)."""

    key: str
    start: date
    end: date


@dataclass(frozen=True)
class Metric:
    """A row of the catalogue in one language."""

    metric_id: str
    definition_version: str
    domain: str
    method: str
    unit: str
    better: str
    spec: str
    name: str
    meaning: str

    @property
    def is_total(self) -> bool:
        """Return whether the value grows with the size of the unit (a count or a stock)."""
        return self.method in TOTAL_METHODS


@dataclass(frozen=True)
class Unit:
    """A unit of the organisation as it was on the last day of the period."""

    unit_id: str
    name: str
    level: str
    parent_id: str | None


@dataclass(frozen=True)
class Change:
    """A difference to an earlier period: `up`, `down` and so on say what a test made of it."""

    difference: float | None
    low: float | None
    high: float | None
    state: str

    @property
    def is_clear(self) -> bool:
        """Return whether the test excludes that nothing changed."""
        return self.state in ("up", "down")


@dataclass(frozen=True)
class Value:
    """One metric of one unit in one month."""

    metric_id: str
    unit_id: str
    start: date
    base: int | None
    value: float | None
    low: float | None
    high: float | None
    state: str
    month: Change
    year: Change
    target: float | None
    target_state: str | None
    data_through: date | None

    @property
    def is_shown(self) -> bool:
        """Return whether there is a number to show."""
        return self.state in SHOWN_STATES and self.value is not None

    @property
    def is_hidden(self) -> bool:
        """Return whether the number is withheld to protect persons."""
        return self.state in HIDDEN_STATES


NOTHING = Change(None, None, None, "not_comparable")


def not_measured(metric_id: str, unit_id: str, start: date) -> Value:
    """Return the value of a month for which the release has no row."""
    return Value(
        metric_id, unit_id, start, None, None, None, None, "not_measured", NOTHING, NOTHING,
        None, None, None,
    )  # fmt: skip


@dataclass(frozen=True)
class Loads:
    """What became of the landed rows of one entity (`entity` None: of all of them)."""

    entity: str | None
    files: int
    landed: int
    accepted: int
    refused: int
    duplicate: int
    held: int
    blanked: int
    last_event: date | None
    is_balanced: bool


@dataclass(frozen=True)
class Organisation:
    """The units in force on the period's last day, in the order of their names."""

    units: dict[str, Unit]
    everything: Unit

    @property
    def name(self) -> str:
        """Return the name of the only root, or else that of the whole."""
        roots = self.children(ALL)
        return roots[0].name if len(roots) == 1 else self.everything.name

    def unit(self, unit_id: str) -> Unit:
        """Return a unit; one that the release does not describe goes by its id."""
        if unit_id == ALL:
            return self.everything
        return self.units.get(unit_id) or Unit(unit_id, unit_id, "", None)

    def parent(self, unit: Unit) -> Unit | None:
        """Return the unit above; what lies under no known unit lies under the whole."""
        if unit.unit_id == ALL:
            return None
        if unit.parent_id in self.units and unit.parent_id != unit.unit_id:
            return self.units[unit.parent_id]
        return self.everything

    def children(self, unit_id: str) -> list[Unit]:
        """Return the units directly below."""
        below = (unit for unit in self.units.values() if self.parent(unit) is not None)
        return [unit for unit in below if self._parent_id(unit) == unit_id]

    def path(self, unit: Unit) -> list[Unit]:
        """Return the units above, from the top; a circle in the data ends it."""
        above: list[Unit] = []
        while (parent := self.parent(unit)) is not None and parent not in above:
            above.insert(0, parent)
            unit = parent
        return above

    def _parent_id(self, unit: Unit) -> str | None:
        parent = self.parent(unit)
        return parent.unit_id if parent else None
