"""Simulate: check the arguments, run the world month by month, and hand the files over."""

import shutil
from dataclasses import asdict, replace
from pathlib import Path

from evenkeel.errors import UsageError
from evenkeel.simulate.business.costs import settle, write_costs
from evenkeel.simulate.business.customers import EXTRACT_EVERY, Customers
from evenkeel.simulate.business.outside import write_outside
from evenkeel.simulate.business.purchases import sell, write_volumes
from evenkeel.simulate.dirt import soil
from evenkeel.simulate.options import Options
from evenkeel.simulate.organisation import organise
from evenkeel.simulate.people.agent_time import keep_time
from evenkeel.simulate.people.careers import advance, recognise
from evenkeel.simulate.people.staff import Staff
from evenkeel.simulate.people.trainings import train
from evenkeel.simulate.people.voices import listen
from evenkeel.simulate.people.work_time import attend
from evenkeel.simulate.scenario import Scenario, read_scenario
from evenkeel.simulate.service.complaints import complain
from evenkeel.simulate.service.contacts import (
    ABANDONED,
    ANSWERED,
    BASE,
    CALLBACK,
    SHORT_SECONDS,
    asked_for_a_person,
    contacts_of,
    write_contacts,
)
from evenkeel.simulate.service.improvement import (
    act_on_inspections,
    act_on_the_whole,
    write_actions,
)
from evenkeel.simulate.service.inspections import inspect
from evenkeel.simulate.service.verdicts import failures
from evenkeel.simulate.sizes import size_of
from evenkeel.simulate.surveys.fieldwork_truth import count_customers, count_invitations
from evenkeel.simulate.surveys.listing import Survey, ongoing_surveys, wave_survey, write_surveys
from evenkeel.simulate.surveys.post_contact import survey_contacts
from evenkeel.simulate.surveys.quality import QUALITY_SURVEY
from evenkeel.simulate.surveys.staff_surveys import ENGAGEMENT_SURVEY, PULSE_SURVEY, survey_staff
from evenkeel.simulate.surveys.waves import (
    RELATIONSHIP_SURVEY,
    THIRD_PARTY_SURVEY,
    survey_customers,
)
from evenkeel.simulate.tools.arrays import NONE, Rows, pick
from evenkeel.simulate.tools.files import Landing
from evenkeel.simulate.tools.tally import Tally
from evenkeel.simulate.tools.timeline import Month, timeline
from evenkeel.simulate.truth import read_truth, write_truth
from evenkeel.simulate.units import write_organisation
from evenkeel.simulate.world import World

VERSION = 4
"""Goes up whenever the same options give other files."""


def simulate(out: Path, options: Options | None = None) -> dict[str, int]:
    """Write landing files of a simulated organisation, and truth.json beside them.

    Parameters
    ----------
    out
        The landing folder to make. It must not exist, be empty, or hold the same simulation, which
        is then left as it is.
    options
        What is asked for; None: the organisation of the demo.

    Returns
    -------
    Rows written, by entity.

    Raises
    ------
    UsageError
        If an option is out of range or the folder holds something else.
    """
    options = options or Options()
    size = size_of(options.size)
    options.check()
    scenario = read_scenario(options.scenario, options.language)
    options = replace(
        options,
        months=options.months or size.months,
        file_type=options.file_type or ("parquet" if size.is_parquet else None),
        scenario=scenario.name,
    )
    arguments = {
        **asdict(options),
        "until": f"{options.until}",
        "scenario_digest": scenario.digest,
        "version": VERSION,
    }
    truth = read_truth(out)
    if truth and truth["arguments"] == arguments:
        return dict(truth["rows"])
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not empty: name a new folder, or remove it first.")
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.parent / f".{out.absolute().name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    world = _new_world(unfinished, options, scenario)
    _live(world)
    dirt = soil(unfinished, options.dirt, options.seed) if options.dirt else None
    write_truth(world, arguments, dirt)
    unfinished.replace(out)
    return dict(sorted(world.landing.rows.items()))


def _live(world: World) -> None:
    """Run the world month by month, and write what it leaves."""
    surveys = ongoing_surveys(world)
    months = world.timeline.months
    for month in months:
        _begin(world, month)
        _serve_customers(world, month)
        surveys += _run_waves(world, month)
        count_invitations(world)
        count_customers(world, month)
    if world.timeline.until != months[-1].first:
        world.staff.write_extract(world.landing, world.timeline.until_day, months[-1])
        world.customers.write_extract(world.landing, world.timeline.until_day)
    write_organisation(world.organisation, world.landing)
    write_surveys(world.landing, surveys)
    write_actions(world)
    write_volumes(world)
    write_costs(world)
    write_outside(world)
    world.landing.close()


def _new_world(root: Path, options: Options, scenario: Scenario) -> World:
    chosen, seed = size_of(options.size), options.seed
    months = options.months or chosen.months
    size = scenario.resized(chosen, months)
    span = timeline(options.until, months)
    organisation = organise(size, scenario, seed, span)
    return World(
        size=size,
        seed=seed,
        timeline=span,
        organisation=organisation,
        staff=Staff(organisation, seed),
        customers=Customers(organisation, seed),
        landing=Landing(root, options.file_type),
        tally=Tally(months, organisation.teams),
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
