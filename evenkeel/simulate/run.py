"""Simulate: check the arguments, run the world month by month, and hand the files over."""

import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from evenkeel.errors import UsageError
from evenkeel.simulate.agent_time import keep_time
from evenkeel.simulate.arrays import NONE, Rows, pick
from evenkeel.simulate.careers import advance, recognise
from evenkeel.simulate.complaints import complain
from evenkeel.simulate.contacts import (
    ABANDONED,
    ANSWERED,
    BASE,
    CALLBACK,
    SHORT_SECONDS,
    asked_for_a_person,
    contacts_of,
    write_contacts,
)
from evenkeel.simulate.costs import settle, write_costs
from evenkeel.simulate.customers import EXTRACT_EVERY, Customers
from evenkeel.simulate.dirt import MOST_DIRT, soil
from evenkeel.simulate.fieldwork_truth import count_customers, count_invitations
from evenkeel.simulate.files import FILE_TYPES, Landing
from evenkeel.simulate.improvement import act_on_inspections, act_on_the_whole, write_actions
from evenkeel.simulate.inspections import inspect
from evenkeel.simulate.organisation import organise, write_organisation
from evenkeel.simulate.outside import write_outside
from evenkeel.simulate.post_contact import survey_contacts
from evenkeel.simulate.purchases import sell, write_volumes
from evenkeel.simulate.quality import QUALITY_SURVEY
from evenkeel.simulate.scenario import DEFAULT, Scenario, read_scenario
from evenkeel.simulate.sizes import size_of
from evenkeel.simulate.staff import Staff
from evenkeel.simulate.staff_surveys import ENGAGEMENT_SURVEY, PULSE_SURVEY, survey_staff
from evenkeel.simulate.surveys import Survey, ongoing_surveys, wave_survey, write_surveys
from evenkeel.simulate.tally import Tally
from evenkeel.simulate.timeline import Month, timeline
from evenkeel.simulate.trainings import train
from evenkeel.simulate.truth import read_truth, write_truth
from evenkeel.simulate.verdicts import failures
from evenkeel.simulate.voices import listen
from evenkeel.simulate.waves import RELATIONSHIP_SURVEY, THIRD_PARTY_SURVEY, survey_customers
from evenkeel.simulate.work_time import attend
from evenkeel.simulate.world import World

DEFAULT_UNTIL = date(2026, 10, 31)
VERSION = 3
"""Goes up whenever the same arguments give other files."""
MOST_MONTHS = 240
EARLIEST, LATEST = date(2010, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Arguments:
    """What fully determines the files, as kept in truth.json."""

    size: str
    seed: int
    months: int
    until: str
    file_type: str | None = None
    dirt: float = 0.0
    scenario: str = DEFAULT
    scenario_digest: str = ""
    language: str = "en"
    version: int = VERSION


def simulate(
    out: Path,
    size: str = "small",
    seed: int = 1,
    months: int | None = None,
    until: date = DEFAULT_UNTIL,
    file_type: str | None = None,
    dirt: float = 0.0,
    scenario: str = DEFAULT,
    language: str = "en",
) -> dict[str, int]:
    """Write landing files of a simulated organisation, and truth.json beside them.

    Parameters
    ----------
    out
        The landing folder to make. It must not exist, be empty, or hold the same simulation, which
        is then left as it is.
    size
        ``tiny``, ``small``, ``medium`` or ``large``, or a number of contacts in 24 months.
    seed
        Any whole number from 0 on. The same arguments give the same bytes.
    months
        How many calendar months, the last being that of ``until``; default: as many as the
        size has.
    until
        The last simulated day. Nothing that would happen after it is in any file.
    file_type
        ``csv`` or ``parquet``; default: CSV, but for contacts, and Parquet from a million on.
    dirt
        What share of the rows of each file goes wrong on its way, from 0 to 0.08.
    scenario
        A shipped scenario or a YAML file: what the organisation is, and what goes wrong when.
    language
        ``en`` or ``zh-Hans``: of the names and words in the files.

    Returns
    -------
    Rows written, by entity.

    Raises
    ------
    UsageError
        If an argument is out of range or the folder holds something else.
    """
    chosen = size_of(size)
    months = chosen.months if months is None else months
    if file_type is None and chosen.is_parquet:
        file_type = "parquet"
    if file_type not in (None, *FILE_TYPES):
        raise UsageError(f"Files of type {file_type!r} are not written: choose {FILE_TYPES}.")
    if not 1 <= months <= MOST_MONTHS:
        raise UsageError(f"Months is {months}: choose 1 to {MOST_MONTHS}.")
    if seed < 0:
        raise UsageError(f"Seed is {seed}: choose a whole number from 0 on.")
    if not EARLIEST <= until <= LATEST:
        raise UsageError(f"The last day is {until}: choose one from {EARLIEST} to {LATEST}.")
    if not 0 <= dirt <= MOST_DIRT:
        raise UsageError(f"Dirt is {dirt}: choose a share from 0 to {MOST_DIRT}.")
    words = read_scenario(scenario, language)
    arguments = Arguments(
        size, seed, months, f"{until}", file_type, dirt, words.name, words.digest, language
    )
    truth = read_truth(out)
    if truth and truth["arguments"] == asdict(arguments):
        return dict(truth["rows"])
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not empty: name a new folder, or remove it first.")
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.parent / f".{out.absolute().name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    rows = _simulate(unfinished, arguments, until, words)
    unfinished.replace(out)
    return rows


def _simulate(root: Path, arguments: Arguments, until: date, scenario: Scenario) -> dict[str, int]:
    world = _new_world(root, arguments, until, scenario)
    surveys = ongoing_surveys(world)
    for month in world.timeline.months:
        _begin(world, month)
        _serve_customers(world, month)
        surveys += _run_waves(world, month)
        count_invitations(world)
        count_customers(world, month)
    if until != world.timeline.months[-1].first:
        world.staff.write_extract(world.landing, world.timeline.until_day, month)
        world.customers.write_extract(world.landing, world.timeline.until_day)
    write_organisation(world.organisation, world.landing)
    write_surveys(world.landing, surveys)
    write_actions(world)
    write_volumes(world)
    write_costs(world)
    write_outside(world)
    world.landing.close()
    dirt = soil(root, arguments.dirt, arguments.seed) if arguments.dirt else None
    write_truth(world, asdict(arguments), dirt)
    return dict(sorted(world.landing.rows.items()))


def _new_world(root: Path, arguments: Arguments, until: date, scenario: Scenario) -> World:
    size, seed = scenario.resized(size_of(arguments.size), arguments.months), arguments.seed
    span = timeline(until, arguments.months)
    organisation = organise(size, scenario, seed, span)
    return World(
        size=size,
        seed=seed,
        timeline=span,
        organisation=organisation,
        staff=Staff(organisation, seed),
        customers=Customers(organisation, seed),
        landing=Landing(root, arguments.file_type),
        tally=Tally(arguments.months, organisation.teams),
    )


def _begin(world: World, month: Month) -> None:
    """Let posts and customers change, and write the extracts of the month's first day."""
    world.staff.change_posts(month)
    world.staff.hire_and_leave(month)
    world.customers.change(month)
    world.staff.write_extract(world.landing, month.first_day, month)
    if month.index % EXTRACT_EVERY == 0:
        world.customers.write_extract(world.landing, month.first_day)


def _serve_customers(world: World, month: Month) -> None:
    """Run a month of contacts with what follows from them: surveys, complaints, memories."""
    sell(world, month)
    contacts = contacts_of(world, month)
    contacts["complaint"] = complain(world, month, contacts)
    write_contacts(world, month, contacts)
    survey_contacts(world, month, contacts)
    _improve(world, month, contacts)
    settle(world, month, contacts)
    _count_contacts(world, month, contacts)
    _work(world, month, contacts)
    asked = asked_for_a_person(contacts)
    world.customers.remember(contacts["customer"][asked], contacts["experience"][asked] - BASE)


def _improve(world: World, month: Month, contacts: Rows) -> None:
    """Inspect, and act on what was found and on what customers and staff say."""
    inspected = inspect(world, month, contacts)
    act_on_inspections(world, month, inspected, failures(inspected, critical_only=True))
    act_on_the_whole(world, month)


def _work(world: World, month: Month, contacts: Rows) -> None:
    """Let a month of contacts be a month of work for those who handled them."""
    handled = pick(contacts, contacts["employee"] != NONE)
    attendance = attend(world, month, handled)
    has_course = train(world, month, attendance)
    keep_time(world, month, handled, attendance, has_course)
    advance(world, month, attendance)
    recognise(world, month, handled, attendance)
    listen(world, month, attendance)


def _count_contacts(world: World, month: Month, contacts: Rows) -> None:
    contacts = pick(contacts, contacts["start"] < world.timeline.horizon)
    asked = asked_for_a_person(contacts)
    gave_up = contacts["outcome"] == ABANDONED
    counted = {
        "offered": asked,
        "answered": asked & (contacts["outcome"] == ANSWERED),
        "abandoned": gave_up,
        "short_abandoned": gave_up & (contacts["queue"] <= SHORT_SECONDS),
        "callbacks": contacts["outcome"] == CALLBACK,
    }
    for name, rows in counted.items():
        world.tally.add(name, month.index, contacts["team"][rows])


def _run_waves(world: World, month: Month) -> list[Survey]:
    """Run the waves that open in a month."""
    until, language = world.timeline.until_day, world.organisation.scenario.language
    surveys = []
    for programme in (RELATIONSHIP_SURVEY, THIRD_PARTY_SURVEY, QUALITY_SURVEY):
        if programme.is_due(month, until):
            asked = survey_customers(world, month, programme)
            surveys.append(wave_survey(programme, month, until, asked, language))
    for programme in (ENGAGEMENT_SURVEY, PULSE_SURVEY):
        if programme.is_due(month, until):
            asked = survey_staff(world, month, programme)
            surveys.append(wave_survey(programme, month, until, asked, language))
    return surveys
