"""The survey after a contact: whom it is sent to, who answers and what they say."""

import numpy as np

from evenkeel.simulate.service.contacts import ANSWERED, NUMBERS_PER_MONTH
from evenkeel.simulate.service.demand import CHAT, EMAIL, VOICE
from evenkeel.simulate.surveys.answering import NOT_APPLICABLE, answers_to, write_answers
from evenkeel.simulate.surveys.fieldwork import (
    BOUNCED,
    CHANNELS,
    COMPLETE,
    DISPOSITIONS,
    IN_APP,
    IVR,
    LOOKED_AT,
    MAIL,
    NON_CONTACT,
    PARTIAL,
    REFUSED,
    SMS,
    STARTS_ONLY,
    STRAIGHT_SHARE,
    UNKNOWN,
    WEB,
    opt_out_probability,
    response_probability,
    seconds,
    stops,
)
from evenkeel.simulate.surveys.fieldwork_truth import count_fieldwork
from evenkeel.simulate.surveys.questionnaires import POST_CONTACT, POST_CONTACT_2
from evenkeel.simulate.surveys.scales import answer
from evenkeel.simulate.surveys.versions import SURVEYS, VERSIONS, bridge, versions
from evenkeel.simulate.tools.arrays import NONE, Bools, Ints, Rows, known, pick, size
from evenkeel.simulate.tools.files import Column, constant, flag, key, moment, number, text
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

HOURS_OF_PEACE = (21, 9)
"""Nothing is sent from the first hour to the second."""
VENDOR_SHARE = 0.9
"""Share of their contacts after which vendors ask, who do not know how often others have asked."""
_DRIVERS = np.array([item.driver > 0 for item in POST_CONTACT])


def survey_contacts(world: World, month: Month, contacts: Rows) -> None:
    """Send the month's invitations and write what is sent and answered by its end."""
    invited = _invited(world, month, contacts)
    _answer(world, month, invited)
    count_fieldwork(world, invited)
    world.invitations.add(invited)
    responded = pick(invited, invited["submitted"] != NONE)
    responded["response"] = responded["invitation"]
    world.responses.add(responded)
    name = f"post-contact-{month.key}"
    sent = world.invitations.take(world.before(month))
    world.sent.append({"customer": sent["customer"], "sent": sent["sent"]})
    _write_invitations(world, name, sent)
    responses = world.responses.take(world.before(month))
    write_responses(world, name, responses)
    write_answers(
        world.landing, name, "RP", POST_CONTACT, responses, world.organisation.scenario.language
    )
    _write_tests(world, month)


def _invited(world: World, month: Month, contacts: Rows) -> Rows:
    """Pick answered contacts, the first of each customer in the month, and plan the sending.

    Vendors ask after most of their contacts, whomever was asked before.
    """
    rng = world.stream("post_contact.invitations", month)
    organisation, people = world.organisation, world.customers.people
    site = organisation.site(month.index)[contacts["team"]]
    by_vendor = organisation.vendor[site] != NONE
    share = np.where(by_vendor, VENDOR_SHARE, world.size.invited_share)
    drawn = rng.random(size(contacts)) < share
    may_contact = people["may_contact"][contacts["customer"]]
    eligible = (contacts["outcome"] == ANSWERED) & ~contacts["is_outbound"] & may_contact
    rows = np.flatnonzero(drawn & eligible)
    _, first = np.unique(contacts["customer"][rows], return_index=True)
    is_first = np.zeros(len(rows), np.bool_)
    is_first[first] = True
    rows = rows[is_first | by_vendor[rows]]
    n = len(rows)
    chosen = pick(contacts, rows)
    invited = {name: chosen[name] for name in ("contact", "customer", "team", "employee")}
    by_ear = chosen["channel"] == VOICE
    by_key = rng.random(n) < 0.25
    other = np.select([chosen["channel"] == CHAT, chosen["channel"] == EMAIL], [WEB, MAIL], IN_APP)
    invited["channel"] = np.where(by_ear, np.where(by_key, IVR, SMS), other)
    sent = chosen["end"] + np.where(invited["channel"] == IVR, 5, rng.integers(600, 7200, n))
    hour = sent % DAY // 3600
    # The survey after the call itself is not put off.
    late = ((hour >= HOURS_OF_PEACE[0]) | (hour < HOURS_OF_PEACE[1])) & (invited["channel"] != IVR)
    next_morning = (sent + (24 - HOURS_OF_PEACE[0]) * 3600) // DAY * DAY
    morning = next_morning + HOURS_OF_PEACE[1] * 3600 + rng.integers(0, 3600, n)
    invited["sent"] = np.where(late, morning, sent)
    invited["invitation"] = month.number * NUMBERS_PER_MONTH + 1 + np.arange(n)
    invited["feeling"] = chosen["experience"]
    invited["tier"] = people["tier"][chosen["customer"]]
    invited["site"] = site[rows]
    invited["site_satisfaction"] = organisation.site_effect[site[rows]]
    invited["recent"] = world.invited.add(invited["customer"], invited["sent"])
    invited["version"] = versions(world, invited["customer"], invited["sent"])
    return invited


def _answer(world: World, month: Month, invited: Rows) -> None:
    """Let those who are reached answer or not, now or days later."""
    rng = world.stream("post_contact.answers", month)
    n, channel = size(invited), invited["channel"]
    bounced = rng.random(n) < BOUNCED[channel]
    answers = ~bounced & (rng.random(n) < response_probability(invited))
    silent = ~bounced & ~answers
    opts_out = silent & (rng.random(n) < opt_out_probability(invited))
    begins = silent & ~opts_out & (rng.random(n) < STARTS_ONLY)
    sees = answers | opts_out | begins | (rng.random(n) < LOOKED_AT[channel])
    transit = 2 + rng.integers(0, 40, n)
    later = np.ceil(rng.exponential(5 * 3600, n)) + 120
    delay = np.where(channel == IVR, 60, later).astype(np.int64)
    straight = rng.random(n) < STRAIGHT_SHARE
    answered = stops(rng, n)
    length = np.where(answers, seconds(rng, straight, answered), 1 + rng.integers(5, 30, n))
    arrives = invited["sent"] + transit
    done = arrives + delay + length
    invited["due"] = np.where(bounced, NONE, done)
    invited["delivered"] = np.where(bounced, NONE, arrives)
    invited["bounced"] = np.where(bounced, arrives, NONE)
    invited["opened"] = np.where(sees & ~bounced, done - length - 15, NONE)
    invited["started"] = np.where(answers | begins, done - length, NONE)
    invited["submitted"] = np.where(answers, done, NONE)
    invited["opted_out"] = np.where(opts_out, done, NONE)
    invited["is_partial"] = answered < len(POST_CONTACT)
    invited["is_straight"] = straight
    invited["codes"] = _codes(world, month, invited, answered)
    world.customers.opt_out(invited["customer"][opts_out], done[opts_out])


def _codes(world: World, month: Month, invited: Rows, answered: Ints) -> Ints:
    """Draw the answers to the version that each customer gets, (persons, items)."""
    rng = world.stream("post_contact.codes", month)
    feeling = invited["feeling"]
    codes = answers_to(rng, POST_CONTACT, feeling, answered)
    second, item = np.flatnonzero(invited["version"] == 1), POST_CONTACT_2[0]
    codes[second, 0] = answer(rng, feeling[second] + item.ease, item.scale)
    return _straight(codes, invited["is_straight"])


def _straight(codes: Ints, is_straight: Bools) -> Ints:
    """Let those who do not read give each thing asked about the code of the first."""
    first = codes[:, np.flatnonzero(_DRIVERS)[:1]]
    repeated = is_straight[:, None] & _DRIVERS & (codes != NONE)
    return np.where(repeated, np.where(first < 0, 4, first), codes)


def _write_invitations(world: World, name: str, rows: Rows) -> None:
    horizon = world.timeline.horizon
    submitted = known(rows["submitted"], horizon)
    started = known(rows["started"], horizon)
    opted_out = known(rows["opted_out"], horizon)
    bounced = known(rows["bounced"], horizon)
    answered = np.where(rows["is_partial"], PARTIAL, COMPLETE)
    disposition = np.select(
        [submitted != NONE, started != NONE, opted_out != NONE, bounced != NONE],
        [answered, np.full(size(rows), PARTIAL), np.full(size(rows), REFUSED), UNKNOWN],
        NON_CONTACT,
    )
    world.tally.add_values("invitation_channels", CHANNELS, rows["channel"])
    world.tally.add_values("invitation_dispositions", DISPOSITIONS, disposition)
    complete = np.where(rows["is_partial"], NONE, submitted)
    world.landing.write(
        "survey_invitations",
        name,
        {
            "invitation_id": key(rows["invitation"], "IP"),
            "survey_id": text(rows["version"], SURVEYS),
            "sent_at": moment(rows["sent"]),
            "channel": text(rows["channel"], CHANNELS),
            "customer_id": key(rows["customer"] + 1, digits=7),
            "org_unit_id": text(rows["team"], world.organisation.team_ids),
            "contact_id": key(rows["contact"], "K"),
            "delivered_at": moment(known(rows["delivered"], horizon)),
            "bounced_at": moment(bounced),
            "opened_at": moment(known(rows["opened"], horizon)),
            "started_at": moment(started),
            "completed_at": moment(complete),
            "opted_out_at": moment(opted_out),
            "attempts": number(np.ones(size(rows), np.int64)),
            "disposition": text(disposition, DISPOSITIONS),
        },
    )


def write_responses(world: World, name: str, rows: Rows, is_test: bool = False) -> None:
    """Write responses to the survey after a contact; a test is nobody's answer."""
    about: dict[str, Column] = {}
    if not is_test:
        about = {
            "invitation_id": key(rows["response"], "IP"),
            "customer_id": key(rows["customer"] + 1, digits=7),
        }
    links: dict[str, Column] = {}
    if not is_test:
        links = {
            "employee_id": key(rows["employee"], "E", 5),
            "contact_id": key(rows["contact"], "K"),
        }
    world.landing.write(
        "survey_responses",
        name,
        {
            "response_id": key(rows["response"], "RT" if is_test else "RP"),
            "survey_id": text(rows["version"], SURVEYS),
            "submitted_at": moment(rows["submitted"]),
            **about,
            "org_unit_id": text(rows["team"], world.organisation.team_ids),
            **links,
            "channel": text(rows["channel"], CHANNELS),
            "language": constant(world.organisation.scenario.language),
            "started_at": moment(rows["started"]),
            "status": text(rows["is_partial"].astype(np.int64), DISPOSITIONS[:2]),
            "is_anonymous": flag(np.zeros(size(rows), np.bool_)),
            "is_test": flag(np.full(size(rows), is_test)),
        },
    )


def _write_tests(world: World, month: Month) -> None:
    """Write the tests that the survey team sends in each month, all of them full of praise."""
    rng = world.stream("post_contact.tests", month)
    n = 1 + int(rng.poisson(world.size.contacts_per_month / 2500))
    teams = np.flatnonzero(world.organisation.is_open(month.index))
    submitted = np.sort(month.start + rng.integers(0, month.days * DAY, n))
    both = bridge(world)
    is_second = both is not None and month.first_day >= both[0]
    rows: Rows = {
        "response": month.number * NUMBERS_PER_MONTH + 1 + np.arange(n),
        "submitted": submitted,
        "started": submitted - 30,
        "team": teams[rng.integers(0, len(teams), n)],
        "channel": np.full(n, WEB),
        "version": np.full(n, int(is_second)),
        "is_partial": np.zeros(n, np.bool_),
        "codes": answers_to(rng, VERSIONS[is_second], np.full(n, 9.0)),
    }
    rows["codes"] = np.where(rows["codes"] == NOT_APPLICABLE, 5, rows["codes"])
    rows = pick(rows, submitted < world.timeline.horizon)
    world.tally.add_values("survey_tests", SURVEYS, rows["version"])
    name = f"post-contact-tests-{month.key}"
    write_responses(world, name, rows, is_test=True)
    write_answers(
        world.landing, name, "RT", POST_CONTACT, rows, world.organisation.scenario.language
    )
