"""The survey after a contact: whom it is sent to, who answers and what they say."""

import numpy as np

from evenkeel.simulate.arrays import NONE, Floats, Ints, Rows, known, logistic, pick, size
from evenkeel.simulate.contacts import ANSWERED, NUMBERS_PER_MONTH
from evenkeel.simulate.demand import CHAT, EMAIL, VOICE
from evenkeel.simulate.files import Column, constant, flag, key, moment, number, text
from evenkeel.simulate.questionnaires import NOT_APPLICABLE, POST_CONTACT, answers_to, write_answers
from evenkeel.simulate.scales import expected_code, share_above
from evenkeel.simulate.timeline import DAY, Month
from evenkeel.simulate.world import World

SURVEY = "post-contact-v1"
CHANNELS = ("sms", "ivr", "web", "email", "app")
SMS, IVR, WEB, MAIL, IN_APP = range(5)
CHANNEL_ODDS = np.array([0.0, 0.25, 0.1, -0.35, 0.3])
TIER_ODDS = np.array([0.0, 0.15, 0.45])
DISPOSITIONS = ("complete", "partial", "refused", "non_contact", "unknown")
COMPLETE, PARTIAL, REFUSED, NON_CONTACT, UNKNOWN = range(5)
HOURS_OF_PEACE = (21, 9)
"""Nothing is sent from the first hour to the second."""


def response_probability(feeling: Floats, tier: Ints, channel: Ints) -> Floats:
    """Return how likely each invited customer answers: anger drives, so does delight."""
    above = feeling - 0.9
    odds = -1.75 - 0.22 * above + 0.1 * above**2 + TIER_ODDS[tier] + CHANNEL_ODDS[channel]
    return logistic(odds)


def survey_contacts(world: World, month: Month, contacts: Rows) -> None:
    """Invite customers after a month's contacts, and write what has happened by its end."""
    invited = _invited(world, month, contacts)
    _answer(world, month, invited)
    _count(world, invited)
    world.invitations.add(invited)
    responded = pick(invited, invited["submitted"] != NONE)
    responded["response"] = responded["invitation"]
    world.responses.add(responded)
    name = f"post-contact-{month.key}"
    _write_invitations(world, name, world.invitations.take(world.before(month)))
    responses = world.responses.take(world.before(month))
    write_responses(world, name, responses)
    write_answers(
        world.landing, name, "RP", POST_CONTACT, responses, world.organisation.scenario.language
    )
    _write_tests(world, month)


def _invited(world: World, month: Month, contacts: Rows) -> Rows:
    """Pick answered contacts, the first of each customer in the month, and plan the sending."""
    rng = world.stream("post_contact.invitations", month)
    drawn = rng.random(size(contacts)) < world.size.invited_share
    may_contact = world.customers.people["may_contact"][contacts["customer"]]
    eligible = (contacts["outcome"] == ANSWERED) & ~contacts["is_outbound"] & may_contact
    rows = np.flatnonzero(drawn & eligible)
    _, first = np.unique(contacts["customer"][rows], return_index=True)
    rows = np.sort(rows[first])
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
    invited["tier"] = world.customers.people["tier"][chosen["customer"]]
    return invited


def _answer(world: World, month: Month, invited: Rows) -> None:
    """Let those who are reached answer or not, now or days later."""
    rng = world.stream("post_contact.answers", month)
    n = size(invited)
    bounced = rng.random(n) < 0.03
    chance = response_probability(invited["feeling"], invited["tier"], invited["channel"])
    answers = ~bounced & (rng.random(n) < chance)
    opts_out = ~bounced & ~answers & (rng.random(n) < 0.008)
    sees = answers | opts_out | (rng.random(n) < 0.3)
    transit = 2 + rng.integers(0, 40, n)
    delay = np.where(
        invited["channel"] == IVR, 60, np.ceil(rng.exponential(5 * 3600, n)) + 120
    ).astype(np.int64)
    length = 20 + rng.integers(0, 160, n)
    stops = np.where(rng.random(n) < 0.08, rng.integers(1, 6, n), len(POST_CONTACT))
    arrives = invited["sent"] + transit
    done = arrives + delay + length
    invited["due"] = np.where(bounced, NONE, done)
    invited["delivered"] = np.where(bounced, NONE, arrives)
    invited["bounced"] = np.where(bounced, arrives, NONE)
    invited["opened"] = np.where(sees & ~bounced, done - length - 15, NONE)
    invited["started"] = np.where(answers, done - length, NONE)
    invited["submitted"] = np.where(answers, done, NONE)
    invited["opted_out"] = np.where(opts_out, done, NONE)
    invited["is_partial"] = stops < len(POST_CONTACT)
    invited["codes"] = answers_to(rng, POST_CONTACT, invited["feeling"], stops)


def _count(world: World, invited: Rows) -> None:
    """Count what an answer is expected to be, for those whose answer would be in by the end."""
    starts = np.array([month.start for month in world.timeline.months])
    due = invited["due"]
    rows = pick(invited, (due != NONE) & (due < world.timeline.horizon))
    month = np.searchsorted(starts, rows["due"], side="right") - 1
    feeling, team = rows["feeling"], rows["team"]
    chance = response_probability(feeling, rows["tier"], rows["channel"])
    overall = expected_code(feeling, "likert5")
    promoter = share_above(feeling, "nps11", 8) - (1 - share_above(feeling, "nps11", 6))
    tally = world.tally
    tally.add("reached", month, team)
    tally.add("feeling", month, team, feeling)
    tally.add("overall", month, team, overall)
    tally.add("recommend", month, team, promoter)
    tally.add("expected_responses", month, team, chance)
    tally.add("response_overall", month, team, chance * overall)
    tally.add("response_recommend", month, team, chance * promoter)


def _write_invitations(world: World, name: str, rows: Rows) -> None:
    horizon = world.timeline.horizon
    submitted = known(rows["submitted"], horizon)
    opted_out = known(rows["opted_out"], horizon)
    bounced = known(rows["bounced"], horizon)
    answered = np.where(rows["is_partial"], PARTIAL, COMPLETE)
    disposition = np.select(
        [submitted != NONE, opted_out != NONE, bounced != NONE],
        [answered, np.full(size(rows), REFUSED), np.full(size(rows), UNKNOWN)],
        NON_CONTACT,
    )
    complete = np.where(rows["is_partial"], NONE, submitted)
    world.landing.write(
        "survey_invitations",
        name,
        {
            "invitation_id": key(rows["invitation"], "IP"),
            "survey_id": constant(SURVEY),
            "sent_at": moment(rows["sent"]),
            "channel": text(rows["channel"], CHANNELS),
            "customer_id": key(rows["customer"] + 1, digits=7),
            "org_unit_id": text(rows["team"], world.organisation.team_ids),
            "contact_id": key(rows["contact"], "K"),
            "delivered_at": moment(known(rows["delivered"], horizon)),
            "bounced_at": moment(bounced),
            "opened_at": moment(known(rows["opened"], horizon)),
            "started_at": moment(known(rows["started"], horizon)),
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
            "survey_id": constant(SURVEY),
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
    rows: Rows = {
        "response": month.number * NUMBERS_PER_MONTH + 1 + np.arange(n),
        "submitted": submitted,
        "started": submitted - 30,
        "team": teams[rng.integers(0, len(teams), n)],
        "channel": np.full(n, WEB),
        "is_partial": np.zeros(n, np.bool_),
        "codes": answers_to(rng, POST_CONTACT, np.full(n, 9.0)),
    }
    rows["codes"] = np.where(rows["codes"] == NOT_APPLICABLE, 5, rows["codes"])
    rows = pick(rows, submitted < world.timeline.horizon)
    name = f"post-contact-tests-{month.key}"
    write_responses(world, name, rows, is_test=True)
    write_answers(
        world.landing, name, "RT", POST_CONTACT, rows, world.organisation.scenario.language
    )
