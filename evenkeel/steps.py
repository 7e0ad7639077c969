"""The steps of a run: each does its work, announces it in one line, and says what went wrong."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from evenkeel.config import Config
from evenkeel.errors import EvenkeelError
from evenkeel.home import Home, read_record, write_record

_UNENDED = "The last load did not come to its end; run evenkeel load again."

# Each step imports its own machinery: dbt alone takes two seconds that `evenkeel status` need not.


@contextmanager
def _step(name: str) -> Iterator[Callable[[str], None]]:
    """Give the step what announces it: one line on stdout, with the time since the step began."""
    started = time.monotonic()

    def say(text: str) -> None:
        click.echo(f"{name:<9} {text} ({time.monotonic() - started:.1f} s)")

    yield say


def load(config: Config, accepted: Collection[str] = ()) -> list[str]:
    """Take in the new files; return a sentence for each batch that was refused."""
    from evenkeel.load import load as take_in

    with _step("load") as say, _record_of_load(Home(config.home)) as record:
        result = take_in(config, accepted, _progress("load"))
        refused, warnings = list(result.refused), list(result.warnings)
        record |= {"refused": refused, "warnings": warnings}
        *lines, last = result.summary or ["nothing new"]
        for line in lines:
            click.echo(f"          {line}")
        say(last)
    for sentence in warnings:
        click.echo(f"evenkeel: warning: {sentence}", err=True)
    for sentence in refused:
        click.echo(f"evenkeel: {sentence}", err=True)
    return refused


@contextmanager
def _record_of_load(home: Home) -> Iterator[dict[str, Any]]:
    """Write down what makes a release incomplete, should it be published in a run of its own.

    Until the load has come to its end, it is that nobody knows: it may have been killed.
    """
    before = read_record(home.load_record)
    write_record(home.load_record, {"refused": [_UNENDED], "warnings": []})
    record: dict[str, Any] = {}
    try:
        yield record
    except Exception:
        # It changed nothing, and what is known of the load before it still holds.
        with suppress(OSError):
            if before is None:
                home.load_record.unlink()
            else:
                write_record(home.load_record, before)
        raise
    write_record(home.load_record, record)


def build(config: Config, *, full_refresh: bool = False, only_if_due: bool = False) -> None:
    """Compute and test the marts.

    Raises
    ------
    EvenkeelError
        If a model or a test failed; what failed is on stderr by then.
    """
    from evenkeel.build import build as compute
    from evenkeel.build import is_due

    with _step("build") as say:
        if only_if_due and not full_refresh and not is_due(config):
            say(f"as of {config.as_of}: nothing new")
            return
        result = compute(config, full_refresh, _progress("build"))
        counts = ", ".join(f"{number} {what}" for what, number in sorted(result.counts.items()))
        why = f"; everything anew: {result.full_refresh}" if result.full_refresh else ""
        say(f"as of {config.as_of}: {counts or 'nothing ran'}{why}")
    for failure in result.failures:
        what = f"{failure.kind} {failure.name} failed: {failure.message}"
        click.echo(f"evenkeel: {what.rstrip('.')}; {failure.advice}.", err=True)
    if not result.succeeded:
        raise EvenkeelError("The build failed, so nothing is published; the current release stays.")


def publish(config: Config) -> None:
    """Release the marts of the last good build."""
    from evenkeel.publish import publish as release

    with _step("publish") as say:
        result = release(config)
        what = f"{result.marts} marts in" if result.changed else "nothing new; still"
        say(f"{what} release {result.release}{' (incomplete)' if result.incomplete else ''}")
    for sentence in result.warnings:
        click.echo(f"evenkeel: warning: {sentence}", err=True)


def rollback(config: Config, release: str | None) -> None:
    """Go back to an earlier release."""
    from evenkeel.publish import rollback as go_back

    with _step("publish") as say:
        say(f"back to release {go_back(config, release)}")


def report(config: Config) -> None:
    """Write the reports that are due, and say where they are and what they show."""
    from evenkeel.report import report as write

    with _step("report") as say:
        index, *new = write(config)
        folders = sorted({path.relative_to(index.parent).parts[:2] for path in new})
        shown = ", ".join(f"{name} of {period}" for name, period in folders)
        say(f"{len(new)} new reports{': ' + shown if shown else ''}")
    click.echo(f"Open {index}: it lists every report of the organisation and of its units.")


def simulate(out: Path, **asked: Any) -> None:
    """Write the files of a simulated organisation; `asked` holds the options of the simulation."""
    from evenkeel.simulate import Options
    from evenkeel.simulate import simulate as write

    with _step("simulate") as say:
        rows = write(out, Options(**asked))
        say(f"{sum(rows.values()):,} rows of {len(rows)} entities in {out}")


def _progress(step: str) -> Callable[[int, int, str], None]:
    """Show how far a step is on a terminal at every call, in a log by a plain line at each quarter.

    What is done never goes back; a step whose work fits into one call is not worth a line in a log.
    """
    quarters = 0

    def on_terminal(done: int, total: int, name: str) -> None:
        line = f"{step:<9} {100 * done // total:3}% {name}" if done < total else ""
        click.echo(f"\r\033[K{line}", err=True, nl=False)

    def in_log(done: int, total: int, name: str) -> None:
        nonlocal quarters
        if quarters < done * 4 // total < 4:
            quarters = done * 4 // total
            click.echo(f"{step:<9} {25 * quarters}% done, the last {name}", err=True)

    return on_terminal if sys.stderr.isatty() else in_log
