"""Half-yearly surveys of customers: the own relationship survey, and one by an outside firm."""

from dataclasses import dataclass

import numpy as np

from evenkeel.simulate.business.customers import TIER_EFFECT
from evenkeel.simulate.service.contacts import BASE, NUMBERS_PER_MONTH
from evenkeel.simulate.surveys.answering import answers_to, write_answers
from evenkeel.simulate.surveys.fieldwork import (
    COMPLETE,
    DISPOSITIONS,
    NON_CONTACT,
    REFUSED,
    UNKNOWN,
)
from evenkeel.simulate.surveys.questionnaires import RELATIONSHIP, THIRD_PARTY, Item
from evenkeel.simulate.surveys.scales import expected_code
from evenkeel.simulate.tools.arrays import NONE, Floats, Ints, Rows, known, logistic, pick, size
from evenkeel.simulate.tools.files import Column, constant, flag, key, moment, number, scaled, text
from evenkeel.simulate.tools.timeline import DAY, Month
from evenkeel.simulate.world import World

CHANNELS = ("email", "phone")
BOUNCED, OPTS_OUT, LOOKED_AT = 0.04, 0.01, 0.3
"""Of the own waves: share that never arrives; of those who do not answer, who want no more, and who
open the invitation all the same."""
REMINDED_AFTER = 7 * DAY
"""Who has not answered by then is asked a second time."""
THIRD_PARTY_OFFSET = -0.25
"""The outside firm's questions draw lower answers: what it adds to a feeling."""


@dataclass(frozen=True)
class Programme:
    """A survey in waves; the first wave of a year is in the first of its months."""

    name: str
    title: str
    months: tuple[int, int]
    opens: int
    """Day of the month, from 1."""
    days: int
    items: tuple[Item, ...]
    prefix: str
    is_external: bool = False
    sample_share: float = 1.0
    """Of the customers that the relationship survey draws, how many this one does."""

    def wave(self, month: Month) -> str:
        """Return the wave of a month, such as 2026-H1."""
        return f"{month.first.year}-H{1 + self.months.index(month.first.month)}"

    def survey(self, month: Month) -> str:
        """Return the id of a month's survey."""
        return f"{self.name.replace('_', '-')}-{self.wave(month)}"

    def is_due(self, month: Month, until_day: int) -> bool:
        """Whether a wave opens in a month, on a day that is known."""
        opens = month.first_day + self.opens - 1
        return month.first.month in self.months and opens <= until_day


RELATIONSHIP_SURVEY = Programme(
    "relationship", "Your year with us", (4, 10), 5, 21, RELATIONSHIP, "RL"
)
THIRD_PARTY_SURVEY = Programme(
    "third_party", "Customer index of the trade", (5, 11), 3, 25, THIRD_PARTY, "RX", True
)


def survey_customers(world: World, month: Month, programme: Programme) -> int:
    """Run one wave: sample, answers, files, and what is true of it.

    Returns
    -------
    How many customers could have been asked.
    """
    sample = _sample(world, month, programme)
    rng = world.stream(f"{programme.name}.answers", month)
    n = size(sample)
    opens = month.start + (programme.opens - 1) * DAY
    sample["sent"] = opens + 9 * 3600 + rng.integers(0, 8 * 3600, n)
    delay = np.ceil(rng.exponential(4 * DAY, n)).astype(np.int64) + 1800
    due = sample["sent"] + delay
    in_time = due < opens + programme.days * DAY
    above = sample["feeling"] - 0.9
    rate = -0.75 if programme.is_external else -0.7
    chance = logistic(rate - 0.15 * above + 0.1 * above**2 + 0.2 * sample["tier"])
    answers = in_time & (rng.random(n) < chance)
    bounced = np.zeros(n, np.bool_)
    if not programme.is_external:
        bounced = world.stream(f"{programme.name}.fieldwork", month).random(n) < BOUNCED
    answers &= ~bounced
    offset = THIRD_PARTY_OFFSET if programme.is_external else 0.0
    sample["due"], sample["bounced"] = due, bounced
    sample["submitted"] = np.where(answers, due, NONE)
    sample["started"] = np.where(answers, due - rng.integers(120, 900, n), NONE)
    sample["channel"] = np.full(n, int(programme.is_external))
    sample["codes"] = answers_to(rng, programme.items, sample["feeling"] + offset)
    sample["number"] = month.number * NUMBERS_PER_MONTH + 1 + rng.permutation(n)
    known_by_end = in_time & (due < world.timeline.horizon)
    name, item = programme.survey(month), programme.items[0]
    world.tally.add_wave(
        name,
        item.code,
        world.organisation.site_ids,
        sample["site"],
        expected_code(sample["feeling"] + offset, item.scale),
        chance * (known_by_end & ~bounced),
        sample["weight"] / 10_000,
    )
    if not programme.is_external:
        _write_invitations(world, month, programme, sample)
    responses = pick(sample, known(sample["submitted"], world.timeline.horizon) != NONE)
    responses = pick(responses, np.argsort(responses["submitted"], kind="stable"))
    _write_responses(world, name, programme, responses)
    responses["response"] = responses["number"]
    n = size(responses)
    world.tally.waves[name]["responses"] = n
    world.tally.waves[name]["mean_code"] = float(responses["codes"][:, 0].mean()) if n else None
    write_answers(
        world.landing,
        name,
        programme.prefix,
        programme.items,
        responses,
        world.organisation.scenario.language,
    )
    return len(_frame(world, month, programme))


def _frame(world: World, month: Month, programme: Programme) -> Ints:
    """Return who could be asked: the outside firm rings numbers from its own lists."""
    frame = world.customers.active(month)
    return frame[world.customers.people["may_contact"][frame] | programme.is_external]


def _sample(world: World, month: Month, programme: Programme) -> Rows:
    """Draw customers by stratum: tier (own survey) or region (outside firm), equal numbers of each.

    The design weight, in ten-thousandths, is how many customers one drawn customer stands for.
    """
    rng = world.stream(f"{programme.name}.sample", month)
    people, organisation = world.customers.people, world.organisation
    frame = _frame(world, month, programme)
    region = organisation.site_region[people["site"][frame]]
    stratum = region if programme.is_external else people["tier"][frame]
    strata = int(stratum.max()) + 1
    wanted = round(world.size.relationship_sample * programme.sample_share)
    if programme.is_external:
        # About a third answers.
        wanted = world.size.third_party_sample * 3
    order = rng.permutation(len(frame))
    order = order[np.argsort(stratum[order], kind="stable")]
    sizes = np.bincount(stratum, minlength=strata)
    drawn = np.minimum(wanted // strata, sizes)
    firsts = np.r_[0, np.cumsum(sizes)[:-1]]
    rows = np.concatenate([order[f : f + d] for f, d in zip(firsts, drawn, strict=True)])
    weight = np.rint(10_000 * sizes[stratum[rows]] / drawn[stratum[rows]]).astype(np.int64)
    customer = frame[rows]
    tier = people["tier"][customer]
    feeling = (
        BASE
        + _site_satisfaction(world, month)[people["site"][customer]]
        + TIER_EFFECT[tier]
        + people["temper"][customer]
        + 0.5 * world.customers.goodwill[customer]
        + rng.normal(0, 0.55, len(rows))
    )
    site = people["site"][customer]
    return {"customer": customer, "site": site, "tier": tier, "weight": weight, "feeling": feeling}


def _site_satisfaction(world: World, month: Month) -> Floats:
    """Return what the teams that serve a site's customers add, by their volume."""
    organisation = world.organisation
    volume = organisation.volume * organisation.is_open(month.index)
    sites = organisation.home_site
    total = np.bincount(sites, volume, minlength=world.size.sites)
    satisfaction = organisation.satisfaction(month.index)
    return np.asarray(np.bincount(sites, volume * satisfaction, minlength=len(total)) / total)


def _write_invitations(world: World, month: Month, programme: Programme, sample: Rows) -> None:
    horizon, name = world.timeline.horizon, programme.survey(month)
    rng = world.stream(f"{programme.name}.invitations", month)
    chance = rng.random((2, size(sample)))
    silent = (sample["submitted"] == NONE) & ~sample["bounced"]
    opted_out = np.where(silent & (chance[0] < OPTS_OUT), sample["due"], NONE)
    looked = silent & ((opted_out != NONE) | (chance[1] < LOOKED_AT))
    answered = np.where(sample["submitted"] == NONE, NONE, sample["started"] - 30)
    sample = {
        **sample,
        "opted_out": opted_out,
        "opened": np.where(looked, sample["due"] - 60, answered),
    }
    sample = pick(sample, sample["sent"] < horizon)
    sample = pick(sample, np.argsort(sample["sent"], kind="stable"))
    world.sent.append({"customer": sample["customer"], "sent": sample["sent"]})
    leaves = sample["opted_out"] != NONE
    world.customers.opt_out(sample["customer"][leaves], sample["opted_out"][leaves])
    arrives, bounced = sample["sent"] + 20, sample["bounced"]
    submitted, opted_out = known(sample["submitted"], horizon), known(sample["opted_out"], horizon)
    returned = known(np.where(bounced, arrives, NONE), horizon)
    reminder = sample["sent"] + REMINDED_AFTER
    done = np.maximum(submitted, opted_out)
    reminded = ~bounced & (reminder < horizon) & ((done == NONE) | (done >= reminder))
    disposition = np.select(
        [submitted != NONE, opted_out != NONE, returned != NONE],
        [np.full(size(sample), COMPLETE), REFUSED, UNKNOWN],
        NON_CONTACT,
    )
    world.landing.write(
        "survey_invitations",
        name,
        {
            "invitation_id": key(sample["number"], "IL"),
            "survey_id": constant(name),
            "sent_at": moment(sample["sent"]),
            "channel": text(sample["channel"], CHANNELS),
            "customer_id": key(sample["customer"] + 1, digits=7),
            "org_unit_id": text(sample["site"], world.organisation.site_ids),
            "delivered_at": moment(known(np.where(bounced, NONE, arrives), horizon)),
            "bounced_at": moment(returned),
            "opened_at": moment(known(sample["opened"], horizon)),
            "started_at": moment(known(sample["started"], horizon)),
            "completed_at": moment(submitted),
            "opted_out_at": moment(opted_out),
            "attempts": number(1 + reminded),
            "disposition": text(disposition, DISPOSITIONS),
        },
    )


def _write_responses(world: World, name: str, programme: Programme, rows: Rows) -> None:
    linked: dict[str, Column] = {}
    if not programme.is_external:
        linked = {
            "invitation_id": key(rows["number"], "IL"),
            "customer_id": key(rows["customer"] + 1, digits=7),
        }
    world.landing.write(
        "survey_responses",
        name,
        {
            "response_id": key(rows["number"], programme.prefix),
            "survey_id": constant(name),
            "submitted_at": moment(rows["submitted"]),
            **linked,
            "org_unit_id": text(rows["site"], world.organisation.site_ids),
            "channel": text(rows["channel"], CHANNELS),
            "language": constant(world.organisation.scenario.language),
            "started_at": moment(rows["started"]),
            "status": constant("complete"),
            "is_anonymous": flag(np.full(size(rows), programme.is_external)),
            "is_test": flag(np.zeros(size(rows), np.bool_)),
            "weight": scaled(rows["weight"], 4),
        },
    )
