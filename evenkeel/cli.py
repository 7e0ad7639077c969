"""The command line: `evenkeel run` and its steps."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from evenkeel import __version__, steps
from evenkeel.config import LANGUAGES, TARGETS, Config, read_config
from evenkeel.disk import disk_error
from evenkeel.errors import EvenkeelError, UsageError
from evenkeel.home import Home, read_record
from evenkeel.lock import home_lock

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


def entry() -> None:
    """Run the command line, and leave without the interpreter's own end.

    There DuckDB lists on stderr what libraries in this process still hold of it, which looks
    like a failure at the end of every good night.
    """
    status = 1
    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        atexit._run_exitfuncs()
        os._exit(status)


class Command(click.Command):
    """A command whose errors are one sentence on stderr and an exit status."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; with EVENKEEL_DEBUG=1 its errors keep their traceback."""
        try:
            return super().invoke(context)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("EVENKEEL_DEBUG") == "1":
                raise
            told = error if isinstance(error, EvenkeelError) else _disk_error(error, context)
            if told is not None:
                click.echo(f"evenkeel: {told}", err=True)
                context.exit(told.exit_status)
            sentence = " ".join(f"{type(error).__name__}: {error}".split())
            click.echo(f"evenkeel: {sentence} (EVENKEEL_DEBUG=1 shows where)", err=True)
            context.exit(1)


def _disk_error(error: Exception, context: click.Context) -> EvenkeelError | None:
    """Return the sentence for a failing disk of the folder that the command writes."""
    folder = context.params.get("home") or context.params.get("out")
    return disk_error(error, folder) if folder else None


class Group(click.Group):
    """The group of all commands."""

    command_class = Command


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Turn exports of surveys, contacts, complaints and staff into tested marts and reports."""


def day_option(name: str, words: str) -> Callable[[Any], Any]:
    """Make an option that takes a day, written as ISO has it."""

    def to_date(_context: object, _option: object, value: datetime | None) -> date | None:
        return value.date() if value else None

    kind = click.DateTime(["%Y-%m-%d"])
    return click.option(name, type=kind, callback=to_date, metavar="DATE", help=words)


SHARED = (
    click.option(
        *["--landing", "landing"],
        type=FOLDER,
        default="landing",
        show_default=True,
        help="Folder of the files handed over.",
    ),
    click.option(
        *["--home", "home"],
        type=FOLDER,
        default="warehouse",
        show_default=True,
        envvar="EVENKEEL_HOME",
        help="Folder of everything that evenkeel writes.",
    ),
    day_option("--as-of", "Last local day to know of; yesterday if not given."),
    click.option("--config", "file", type=FILE, help="Settings; evenkeel.yml if it is there."),
    click.option("--target", type=click.Choice(TARGETS), default="duckdb", help="Engine."),
    click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Reports in this only."),
)


def configured(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that all share; it receives the configuration instead of them."""

    @functools.wraps(function)
    def command(file: Path | None, **given: Any) -> None:
        names = ("landing", "home", "as_of", "target", "language")
        shared = {name: given.pop(name) for name in names}
        function(read_config(file, now=datetime.now(UTC), **shared), **given)

    for option in reversed(SHARED):
        command = option(command)
    return command


waiting = click.option("--wait", is_flag=True, help="Wait while another run holds the home.")
accepting = click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="FILE",
    help="Take a landed file as it is, though it is beyond seeds/load_limits.csv; may be repeated.",
)
refreshing = click.option("--full-refresh", is_flag=True, help="Build everything anew.")


@main.command()
@waiting
@accepting
@refreshing
@configured
def run(config: Config, wait: bool, accepted: tuple[str, ...], full_refresh: bool) -> None:
    """Load, build, publish and report: all that is due, and only that."""
    with home_lock(config.home, wait=wait):
        refused = steps.load(config, accepted)
        steps.build(config, full_refresh=full_refresh, only_if_due=True)
        steps.publish(config)
        steps.report(config)
    sys.exit(1 if refused else 0)


@main.command()
@waiting
@accepting
@configured
def load(config: Config, wait: bool, accepted: tuple[str, ...]) -> None:
    """Take in the files of the landing folder that are new."""
    with home_lock(config.home, wait=wait):
        refused = steps.load(config, accepted)
    sys.exit(1 if refused else 0)


@main.command()
@waiting
@refreshing
@configured
def build(config: Config, wait: bool, full_refresh: bool) -> None:
    """Compute and test the marts from what is loaded."""
    with home_lock(config.home, wait=wait):
        steps.build(config, full_refresh=full_refresh)


@main.command()
@click.option(
    "--rollback",
    is_flag=False,
    flag_value="",
    metavar="[RELEASE]",
    help="Go back to a release; to the one before the current one if none is named.",
)
@waiting
@configured
def publish(config: Config, wait: bool, rollback: str | None) -> None:
    """Release the marts of the last good build, or go back to an earlier release."""
    with home_lock(config.home, wait=wait):
        if rollback is None:
            _check_day(config)
            steps.publish(config)
        else:
            steps.rollback(config, rollback or None)


@main.command()
@waiting
@configured
def report(config: Config, wait: bool) -> None:
    """Write the reports that are due from the current release."""
    with home_lock(config.home, wait=wait):
        steps.report(config)


@main.command()
@configured
def status(config: Config) -> None:
    """Tell what was loaded, built and published last, and what is not published yet."""
    from evenkeel.status import status as lines

    for line in lines(config):
        click.echo(line)


@main.command()
@configured
def doctor(config: Config) -> None:
    """Check the installation, the home and the environment."""
    from evenkeel.doctor import doctor as examine

    checks = examine(config)
    for check in checks:
        click.echo(f"{check.state:<5} {check.sentence}")
    sys.exit(1 if any(check.state == "fail" for check in checks) else 0)


@main.command()
@click.option("--out", type=FOLDER, required=True, help="Landing folder to make.")
@click.option(
    "--size",
    default="small",
    show_default=True,
    help="tiny, small, medium (10M contacts), large (100M), or a number of contacts in 24 months.",
)
@click.option("--seed", type=click.IntRange(0), default=1, help="The same seed, the same files.")
@click.option("--months", type=click.IntRange(1), help="Months; the size's own if not given.")
@day_option("--until", "Last simulated day.")
@click.option(
    "--format",
    "file_type",
    type=click.Choice(["csv", "parquet"]),
    help="One type for all files; CSV but for contacts, and Parquet from a million on, if not given.",
)
@click.option(
    "--dirt",
    type=click.FloatRange(0, 0.08),
    default=0.0,
    help="Share of each file's rows that go wrong on their way, 0 to 0.08; truth.json lists them.",
)
@click.option(
    "--scenario",
    default="contact-centre",
    show_default=True,
    help="contact-centre, property-manager, county-telecom, or a YAML file of your own.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh-Hans"]),
    default="en",
    help="Of the names and words in the files.",
)
def simulate(out: Path, **asked: Any) -> None:
    """Write the files of a simulated organisation, to try things out."""
    steps.simulate(out, **{name: value for name, value in asked.items() if value is not None})


def _check_day(config: Config) -> None:
    """Refuse a day that was asked for but is not the one that was built."""
    source = click.get_current_context().get_parameter_source("as_of")
    built = (read_record(Home(config.home).build_record) or {}).get("as_of")
    if source == ParameterSource.COMMANDLINE and built not in {None, config.as_of.isoformat()}:
        raise UsageError(
            f"The last build is as of {built}, not {config.as_of}; "
            f"run `evenkeel build --as-of {config.as_of}` first."
        )
