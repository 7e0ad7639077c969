"""Picks the three to five things that a reader of a report must know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evenkeel.report.view import Comparison, Line, Message
from evenkeel.report.words import Words

LEAST, MOST = 3, 5
# A sentence that names more is not read; the table below it says the rest.
MOST_NAMES = 4
# Messages of this rank only fill up where there are too few others.
FILLER = 8


def key_messages(
    lines: Sequence[Line],
    comparisons: Sequence[Comparison],
    words: Words,
    *,
    is_incomplete: bool,
) -> tuple[Message, ...]:
    """Return the messages in the order in which they are read.

    What is said first is decided by what the tests found: targets, then clear changes for the
    worse and for the better, then what did not clearly change, then what to read with care.
    """
    worse = [_changed(line, words) for line in _coloured(lines, words, "bad")]
    better = [_changed(line, words) for line in _coloured(lines, words, "good")]
    # In the order of the page, each with its rank: the last ranks give way where there are many.
    blocks = [
        (0, _incomplete(words) if is_incomplete else []),
        (1, _targets(lines, words)),
        (2, worse[:2]),
        (3, better[:1]),
        (5, _units(comparisons, words)),
        (4, _unchanged(lines, words)),
        (7, better[1:2]),
        (FILLER, _volume(lines, words)),
        (6, _care(lines, words)),
    ]
    places = [(rank, place) for place, (rank, found) in enumerate(blocks) for _ in found]
    ranked = sorted(places)[:MOST]
    wanted = [item for i, item in enumerate(ranked) if item[0] < FILLER or i < LEAST]
    kept = [(rank, found[: wanted.count((rank, i))]) for i, (rank, found) in enumerate(blocks)]
    return tuple(message for _, found in kept for message in found)


def summary(lines: Sequence[Line], words: Words) -> str:
    """Return what a report shows in one line, for the index."""
    n_ = words.figures.language.ngettext
    count = words.figures.count
    parts = [n_("{count} measure", "{count} measures", len(lines), count=count(len(lines)))]
    met = _with_target(lines, "met")
    judged = [*met, *_with_target(lines, "missed"), *_with_target(lines, "undecided")]
    if judged:
        parts.append(
            n_(
                "{met} of {count} target met",
                "{met} of {count} targets met",
                len(judged),
                met=count(len(met)),
                count=count(len(judged)),
            )
        )
    bad, good = (
        len(list(_coloured(lines, words, "bad"))),
        len(list(_coloured(lines, words, "good"))),
    )
    if bad:
        parts.append(n_("{count} clearly worse", "{count} clearly worse", bad, count=count(bad)))
    if good:
        parts.append(
            n_("{count} clearly better", "{count} clearly better", good, count=count(good))
        )
    return ", ".join(parts)


def _with_target(lines: Iterable[Line], state: str) -> list[Line]:
    return [line for line in lines if line.now.target_state == state]


def _coloured(lines: Iterable[Line], words: Words, colour: str) -> Iterable[Line]:
    """Yield the lines whose news is a clear change for the better or for the worse."""
    for line in lines:
        if line.now.is_shown and words.colour(line.metric, words.finding(line.now)[1]) == colour:
            yield line


def _changed(line: Line, words: Words) -> Message:
    _ = words.figures.language.gettext
    _since, change = words.finding(line.now)
    is_good = words.colour(line.metric, change) == "good"
    text = _(
        "{finding} ({change}).",
        finding=words.headline(line.metric, line.now),
        change=words.change(line.metric, change),
    )
    return Message(_("Better") if is_good else _("Worse"), text)


def _targets(lines: Sequence[Line], words: Words) -> list[Message]:
    _ = words.figures.language.gettext
    n_ = words.figures.language.ngettext
    met, missed, open_ = (_with_target(lines, s) for s in ("met", "missed", "undecided"))
    judged = len(met) + len(missed) + len(open_)
    if not judged:
        return []
    sentences = [
        n_(
            "{met} of {count} is met.",
            "{met} of {count} are met.",
            judged,
            met=words.figures.count(len(met)),
            count=words.figures.count(judged),
        )
    ]
    if missed:
        sentences.append(_("Missed: {names}.", names=_names(missed, words)))
    if open_:
        sentences.append(_("Undecided: {names}.", names=_names(open_, words)))
    return [Message(_("Targets"), " ".join(sentences))]


def _unchanged(lines: Sequence[Line], words: Words) -> list[Message]:
    """Say of the first unchanged metric how large a change its figures cannot exclude."""
    _ = words.figures.language.gettext
    n_ = words.figures.language.ngettext
    still = [
        line
        for line in lines
        if line.now.is_shown
        and line.now.value is not None
        and line.metric.better in ("higher", "lower")
        and words.finding(line.now)[1].state == "no_clear_change"
    ]
    if not still:
        return []
    first = still[0]
    since, change = words.finding(first.now)
    text = _(
        "{metric} since {since}: {value} ({change}).",
        metric=first.metric.name,
        since=words.month(since),
        value=words.figures.value(first.metric, first.now.value or 0.0),
        change=words.change(first.metric, change),
    )
    if rest := len(still) - 1:
        number = words.figures.count(rest)
        more = n_(
            "The same holds for {count} more measure.",
            "The same holds for {count} more measures.",
            rest,
            count=number,
        )
        text = f"{text} {more}"
    return [Message(_("No clear change"), text)]


def _units(comparisons: Sequence[Comparison], words: Words) -> list[Message]:
    """Name the unit that stands on the worse side of the unit above in most metrics."""
    _ = words.figures.language.gettext
    behind: dict[str, list[str]] = {}
    for comparison in comparisons:
        for name in comparison.worse_than:
            behind.setdefault(name, []).append(comparison.metric.name)
    if not behind:
        return []
    name = max(behind, key=lambda unit: len(behind[unit]))
    text = _(
        "{name} is behind {above} in {metrics}.",
        name=name,
        above=comparisons[0].total.unit.name,
        metrics=_listed(behind[name], words),
    )
    return [Message(_("Units"), text)]


def _volume(lines: Sequence[Line], words: Words) -> list[Message]:
    _ = words.figures.language.gettext
    totals = [line for line in lines if line.metric.is_total and line.now.is_shown]
    if not totals:
        return []
    text = "; ".join(words.headline(line.metric, line.now) for line in totals[:3])
    return [Message(_("Volume"), _("{text}.", text=text))]


def _incomplete(words: Words) -> list[Message]:
    _ = words.figures.language.gettext
    text = _("Files were refused before this release; some data may be missing.")
    return [Message(_("Incomplete"), text)]


def _care(lines: Sequence[Line], words: Words) -> list[Message]:
    _ = words.figures.language.gettext
    hidden = [line for line in lines if line.now.is_hidden]
    few = [line for line in lines if line.now.state == "low_base"]
    missing = [line for line in lines if line.now.state == "not_measured"]
    sentences = []
    if few:
        sentences.append(_("Few answers or cases: {names}.", names=_names(few, words)))
    if hidden:
        sentences.append(_("Hidden to protect people: {names}.", names=_names(hidden, words)))
    if missing:
        sentences.append(_("Not measured this month: {names}.", names=_names(missing, words)))
    return [Message(_("Read with care"), " ".join(sentences))] if sentences else []


def _names(lines: Sequence[Line], words: Words) -> str:
    return _listed([line.metric.name for line in lines], words)


def _listed(names: list[str], words: Words) -> str:
    """Name all, or the first of many and how many more there are."""
    n_ = words.figures.language.ngettext
    shown = names if len(names) <= MOST_NAMES else names[: MOST_NAMES - 1]
    if rest := len(names) - len(shown):
        shown = [*shown, n_("{count} more", "{count} more", rest, count=words.figures.count(rest))]
    return words.figures.language.listed(shown)
