"""From cells to the rows of metric_values: states, hiding, change, targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .catalogue import Catalogue, Entry
from .cells import Cell, Cells, Key
from .organisation import ALL, Organisation
from .periods import Period, previous_key, year_ago_key
from .settings import Settings
from .values import Difference, Estimate, difference, estimate

COLUMNS = (
    "metric_id", "definition_version", "unit", "factor", "period_type", "period_key",
    "period_start", "period_end", "is_complete", "org_unit_id", "org_level", "slice",
    "slice_value", "weighting", "base_count", "person_count", "effective_base", "value_sum",
    "denominator_sum", "value_sum_squares", "weight_sum", "weight_sum_squares",
    "weight2_value_sum", "weight2_value_sum_squares", "value", "std_error", "ci_low", "ci_high",
    "interval_method", "state", "previous_value", "change", "change_low", "change_high",
    "change_state", "year_ago_value", "year_ago_change", "year_ago_change_low",
    "year_ago_change_high", "year_ago_change_state", "target", "target_state", "data_through",
)  # fmt: skip

Record = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """A cell with its estimate and state, and whether its numbers are hidden."""

    cell: Cell
    estimate: Estimate
    state: str
    is_hidden: bool

    @property
    def shown_value(self) -> float | None:
        return None if self.is_hidden else self.estimate.value


def is_small_group(entry: Entry, cell: Cell, settings: Settings) -> bool:
    minimum = settings.minimum(entry.privacy_class)
    return minimum is not None and cell.base > 0 and cell.persons < minimum


def state_of(method: str, cell: Cell, found: Estimate, settings: Settings, is_small: bool) -> str:
    """First that applies of rule 15."""
    is_measured_kind = method not in {"sum", "stock"}
    if found.value is None or (is_measured_kind and cell.base == 0):
        return "not_measured"
    if is_small:
        return "hidden_small"
    return "low_base" if is_measured_kind and cell.base < settings.low_base else "ok"


@dataclass
class Table:
    """All figures of one metric, from which its rows are written."""

    entry: Entry
    method: str
    organisation: Organisation
    settings: Settings
    catalogue: Catalogue
    as_of: date
    figures: dict[Key, Figure]
    waves: list[Period]
    _earlier: dict[tuple[str, str], tuple[str | None, str | None]] = field(default_factory=dict)

    @classmethod
    def build(
        cls, entry: Entry, method: str, cells: Cells, organisation: Organisation,
        settings: Settings, catalogue: Catalogue, as_of: date, waves: list[Period],
    ) -> Table:  # fmt: skip
        figures = {}
        for key, cell in cells.items():
            for weighting in entry.weightings:
                if weighting == "design" and not cell.is_weighted:
                    continue
                found = estimate(entry, method, cell, weighting == "design")
                is_small = is_small_group(entry, cell, settings)
                state = state_of(method, cell, found, settings, is_small)
                figures[key._replace(weighting=weighting)] = Figure(cell, found, state, is_small)
        return cls(entry, method, organisation, settings, catalogue, as_of, figures, waves)

    def records(self) -> list[Record]:
        return [self._record(key, figure) for key, figure in self.figures.items()]

    def _record(self, key: Key, figure: Figure) -> Record:
        period = figure.cell.period
        level = self.organisation.level(key.org_unit_id, period.last_day(self.as_of))
        record: Record = dict.fromkeys(COLUMNS)
        record |= key._asdict()
        record |= {
            "definition_version": self.entry.definition_version,
            "unit": self.entry.unit,
            "factor": float(self.entry.factor),
            "period_start": period.start,
            "period_end": period.end,
            "is_complete": period.is_complete(self.as_of),
            "org_level": level,
            "state": figure.state,
            "change_state": "not_comparable",
            "year_ago_change_state": "not_comparable",
            "data_through": self.as_of,
        }
        if not figure.is_hidden:
            record |= self._components(key, figure)
            record |= self._figures(figure)
            record |= self._changes(key, figure)
            record |= self._target(key, figure)
        return record

    def _components(self, key: Key, figure: Figure) -> Record:
        cell = figure.cell
        is_design = key.weighting == "design"
        denominator = cell.denominator
        if self.method == "mean":
            denominator = float(cell.weight_sum) if is_design else cell.base
        shown: Record = {
            "base_count": cell.base,
            "person_count": None if self.entry.privacy_class == "operational" else cell.persons,
            "value_sum": float(cell.weighted_sum if is_design else cell.value_sum),
            "value_sum_squares": float(cell.weighted_squares if is_design else cell.value_squares),
            "denominator_sum": denominator,
        }
        if is_design:
            weight, squares = float(cell.weight_sum), float(cell.weight_squares)
            shown |= {
                "effective_base": weight * weight / squares if squares else None,
                "weight_sum": weight,
                "weight_sum_squares": squares,
                "weight2_value_sum": float(cell.weight2_sum),
                "weight2_value_sum_squares": float(cell.weight2_squares),
            }
        return shown

    def _figures(self, figure: Figure) -> Record:
        found = figure.estimate
        return {
            "value": found.value,
            "std_error": found.std_error,
            "ci_low": found.limits[0],
            "ci_high": found.limits[1],
            "interval_method": None if figure.state == "not_measured" else self.entry.interval,
        }

    def _changes(self, key: Key, figure: Figure) -> Record:
        shown: Record = {}
        previous, year_ago = self._keys_before(figure.cell.period)
        for period_key, name, prefix in (
            (previous, "previous_value", ""),
            (year_ago, "year_ago_value", "year_ago_"),
        ):
            other = self.figures.get(
                Key(key[0], key[1], key[2], period_key or "", key[4], key[5], key[6])
            )
            found = self._difference(figure, other)
            shown |= {
                name: None if other is None else other.shown_value,
                f"{prefix}change": found.change,
                f"{prefix}change_low": found.low,
                f"{prefix}change_high": found.high,
                f"{prefix}change_state": found.state,
            }
        return shown

    def _keys_before(self, period: Period) -> tuple[str | None, str | None]:
        """Keys of the period before and of the one a year before."""
        place = period.period_type, period.key
        if place not in self._earlier:
            if period.period_type == "wave":
                self._earlier[place] = self._wave_before(period), None
            else:
                self._earlier[place] = previous_key(period, self.settings), year_ago_key(period)
        return self._earlier[place]

    def _wave_before(self, period: Period) -> str | None:
        programme = period.key.split(":")[0]
        earlier = [
            wave
            for wave in self.waves
            if wave.key.split(":")[0] == programme and wave.start < period.start
        ]
        return max(earlier, key=lambda wave: wave.start).key if earlier else None

    def _difference(self, figure: Figure, other: Figure | None) -> Difference:
        if (
            other is None
            or not figure.cell.period.is_complete(self.as_of)
            or other.is_hidden
            or 0 in (figure.cell.base, other.cell.base)
            or None in (figure.estimate.value, other.estimate.value)
            or not same_questionnaire(figure.cell, other.cell)
        ):
            return Difference()
        return difference(self.entry, figure.estimate, other.estimate)

    def _target(self, key: Key, figure: Figure) -> Record:
        period = figure.cell.period
        if key.slice != ALL:
            return {}
        last_day = period.last_day(self.as_of)
        target = self.catalogue.target(key.metric_id, key.org_unit_id, last_day)
        if target is None:
            return {}
        state = None
        if period.is_complete(self.as_of) and figure.estimate.value is not None:
            state = target_state(self.entry, figure.estimate, float(target))
        return {"target": float(target), "target_state": state}


def same_questionnaire(current: Cell, before: Cell) -> bool:
    """False where a programme answered in both has no version in common."""
    both = {name for name, _ in current.versions} & {name for name, _ in before.versions}
    return all(
        any(name == programme for name, _ in current.versions & before.versions)
        for programme in both
    )


def target_state(entry: Entry, found: Estimate, target: float) -> str | None:
    """met or missed only if the whole interval says so; a metric without interval by its value."""
    assert found.value is not None
    if entry.better not in {"higher", "lower"}:
        return None
    low, high = found.limits if entry.interval != "none" else (found.value, found.value)
    worst, best = (low, high) if entry.better == "higher" else (high, low)
    sign = 1 if entry.better == "higher" else -1
    if worst is not None and sign * (worst - target) >= 0:
        return "met"
    return "missed" if best is not None and sign * (best - target) < 0 else "undecided"
