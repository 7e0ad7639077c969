"""Ways of going wrong between a system and a landing folder, and which entity goes wrong how."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Row = list[str]
Damage = Callable[[Row, "Layout", int], Row | None]


@dataclass(frozen=True)
class Layout:
    """The columns of a file."""

    header: Row

    def at(self, column: str) -> int:
        """Return the place of a column."""
        return self.header.index(column)


@dataclass(frozen=True)
class Kind:
    """One way of going wrong.

    Attributes
    ----------
    damage
        Returns the row as it first arrives; None if this row cannot go wrong this way.
    outcome
        What becomes of the row as it first arrives.
    share
        Of the rows that the dirt asks for.
    is_mended
        Whether the right row arrives later.
    is_added
        Whether the damaged row comes beside the right one, and not in its place.
    is_moved
        Whether the row comes at the end of its file.
    """

    name: str
    damage: Damage
    outcome: str
    share: float = 1.0
    is_mended: bool = True
    is_added: bool = False
    is_moved: bool = False


def _late(_row: Row, _layout: Layout, _: int) -> Row | None:
    return []


def _redelivered(row: Row, _layout: Layout, _: int) -> Row | None:
    return row


def _lost(row: Row, layout: Layout, _: int) -> Row | None:
    """Leave out an acknowledgement; every other event is needed for what becomes of a complaint."""
    return [] if row[layout.at("event_type")] == "acknowledged" else None


def _moved(row: Row, _layout: Layout, _: int) -> Row | None:
    return row


def _named_anew(key: str) -> Damage:
    """Repeat a row under another key."""

    def damage(row: Row, layout: Layout, number: int) -> Row | None:
        again = list(row)
        again[layout.at(key)] += f"-again-{number}"
        return again

    return damage


def _shifted(row: Row, _layout: Layout, _: int) -> Row | None:
    return [*row[1:], ""]


def _replaced(column: str, value: str) -> Damage:
    def damage(row: Row, layout: Layout, _: int) -> Row | None:
        place = layout.at(column)
        if row[place] in ("", value):
            return None
        return [*row[:place], value, *row[place + 1 :]]

    return damage


def _other_format(column: str) -> Damage:
    def damage(row: Row, layout: Layout, _: int) -> Row | None:
        place = layout.at(column)
        written = f"{datetime.fromisoformat(row[place]):%d/%m/%Y %H:%M}"
        return [*row[:place], written, *row[place + 1 :]]

    return damage


def _clock_ahead(column: str, limit: str) -> Damage:
    """Give the column a time after the one that it cannot be after."""

    def damage(row: Row, layout: Layout, _: int) -> Row | None:
        place = layout.at(column)
        if not row[place]:
            return None
        later = row[layout.at(limit)].replace(row[layout.at(limit)][:4], "2099", 1)
        return [*row[:place], later, *row[place + 1 :]]

    return damage


def _orphan(key: str, parent: str) -> Damage:
    """Give a row beside this one a parent that nobody knows, and a key of its own."""

    def damage(row: Row, layout: Layout, number: int) -> Row | None:
        orphan = list(row)
        orphan[layout.at(key)] += f"-orphan-{number}"
        orphan[layout.at(parent)] = f"nobody-{number}"
        return orphan

    return damage


_LATE = Kind("late_row", _late, "")
_AGAIN = Kind("redelivered_row", _redelivered, "accepted")
_SHIFT = Kind("shifted_columns", _shifted, "quarantined", 0.25)
KINDS: dict[str, tuple[Kind, ...]] = {
    "contacts": (
        _LATE,
        _AGAIN,
        Kind("correction", _replaced("queue", "to be sorted"), "accepted"),
        _SHIFT,
        Kind("other_date_format", _other_format("started_at"), "quarantined", 0.25),
    ),
    "complaints": (
        _LATE,
        _AGAIN,
        Kind("correction", _replaced("category", "to be sorted"), "accepted"),
        _SHIFT,
        Kind("other_date_format", _other_format("received_at"), "quarantined", 0.25),
    ),
    "complaint_events": (
        _LATE,
        _AGAIN,
        _SHIFT,
        Kind(
            *("orphan", _orphan("event_id", "complaint_id"), "accepted"),
            *(0.25, False, True),
        ),
        Kind("doubled_event", _named_anew("event_id"), "accepted", 0.25, False, True),
        Kind("out_of_order", _moved, "accepted", 0.25, False, is_moved=True),
        Kind("lost_event", _lost, "", is_mended=False),
    ),
    "survey_responses": (
        _LATE,
        _AGAIN,
        Kind("other_date_format", _other_format("submitted_at"), "quarantined", 0.25),
        # Never mended: a second version of a response would take its answers with it.
        Kind("clock_ahead", _clock_ahead("started_at", "submitted_at"), "blanked", 0.25, False),
    ),
    "survey_answers": (
        _LATE,
        _AGAIN,
        Kind("correction", _replaced("answer_value", "1"), "accepted"),
        Kind("out_of_scale", _replaced("answer_value", "99"), "quarantined", 0.25),
        Kind("orphan", _orphan("response_id", "response_id"), "held", 0.25, False, True),
    ),
}
