"""What is planted in the fieldwork, and what it is expected to come to."""

from typing import Any

import numpy as np

from evenkeel.simulate.business.customers import TIERS
from evenkeel.simulate.surveys import fieldwork
from evenkeel.simulate.surveys.fieldwork import (
    CAP,
    CHANNELS,
    opt_out_probability,
    response_probability,
)
from evenkeel.simulate.surveys.scales import share_above
from evenkeel.simulate.surveys.versions import (
    SECOND_SHARE,
    SURVEYS,
    VERSIONS,
    bridge,
    overall_score,
)
from evenkeel.simulate.tools.arrays import NONE, Floats, Rows, join, pick
from evenkeel.simulate.tools.timeline import DAY, Month, date_of
from evenkeel.simulate.world import World


def count_fieldwork(world: World, invited: Rows) -> None:
    """Count what an answer is expected to be, for those whose answer would be in by the end."""
    due = invited["due"]
    rows = pick(invited, (due != NONE) & (due < world.timeline.horizon))
    chance = response_probability(rows)
    score = np.where(
        rows["version"] == 1, overall_score(rows["feeling"], 1), overall_score(rows["feeling"], 0)
    )
    _count_units(world, rows, chance, score)
    _count_agents(world, rows, chance, score)
    _count_cells(world, rows, chance, score)
    _count_bridge(world, rows, chance)


def _count_units(world: World, rows: Rows, chance: Floats, score: Floats) -> None:
    starts = np.array([month.start for month in world.timeline.months])
    month = np.searchsorted(starts, rows["due"], side="right") - 1
    feeling, team, tally = rows["feeling"], rows["team"], world.tally
    promoter = share_above(feeling, "nps11", 8) - (1 - share_above(feeling, "nps11", 6))
    tally.add("reached", month, team)
    tally.add("feeling", month, team, feeling)
    tally.add("csat", month, team, score)
    tally.add("recommend", month, team, promoter)
    tally.add("expected_responses", month, team, chance)
    tally.add("response_csat", month, team, chance * score)
    tally.add("response_recommend", month, team, chance * promoter)


def _count_agents(world: World, rows: Rows, chance: Floats, score: Floats) -> None:
    served = rows["employee"] != NONE
    person = rows["employee"][served] - 1
    world.tally.add_persons("expected_responses", person, chance[served])
    world.tally.add_persons("response_csat", person, (chance * score)[served])


def _count_cells(world: World, rows: Rows, chance: Floats, score: Floats) -> None:
    """Count by tier, site and channel, and by each of them."""
    sites, tally = world.organisation.site_ids, world.tally
    cell = (rows["tier"] * len(sites) + rows["site"]) * len(CHANNELS) + rows["channel"]
    labels = [f"{t}/{s}/{c}" for t in TIERS for s in sites for c in CHANNELS]
    for name, amount in (
        ("reached", np.ones(len(cell))),
        ("responses", chance),
        ("csat", score),
        ("response_csat", chance * score),
    ):
        tally.expect(f"survey_{name}_by_cell", labels, cell, amount)
    by = {"channel": (CHANNELS, rows["channel"]), "tier": (TIERS, rows["tier"])}
    for what, (names, place) in {**by, "site": (sites, rows["site"])}.items():
        for name, amount in (
            ("reached", np.ones(len(cell))),
            ("responses", chance),
            ("variance", chance * (1 - chance)),
            ("opt_outs", (1 - chance) * opt_out_probability(rows)),
        ):
            tally.expect(f"survey_{name}_by_{what}", names, place, amount)


def count_customers(world: World, month: Month) -> None:
    """Count who is a customer in a month, by tier and site."""
    people, sites = world.customers.people, world.organisation.site_ids
    active = world.customers.active(month)
    labels = [f"{tier}/{site}" for tier in TIERS for site in sites]
    place = people["tier"][active] * len(sites) + people["site"][active]
    world.tally.expect("customer_months", labels, place)


def _count_bridge(world: World, rows: Rows, chance: Floats) -> None:
    """Count what both versions would say of those who are asked while both are sent."""
    both = bridge(world)
    if both is None:
        return
    in_bridge = (rows["sent"] >= both[0] * DAY) & (rows["sent"] < both[1] * DAY)
    feeling, chance = rows["feeling"][in_bridge], chance[in_bridge]
    place = np.zeros(len(feeling), np.int64)
    world.tally.expect("survey_bridge", ("responses",), place, chance)
    for version, name in enumerate(SURVEYS):
        score = chance * overall_score(feeling, version)
        world.tally.expect("survey_bridge", (name,), place, score)


def count_invitations(world: World) -> None:
    """Count which of the invitations that were sent in a month were too many for the customer."""
    if not world.sent:
        return
    rows = join(world.sent)
    world.sent.clear()
    recent = world.all_invited.add(rows["customer"], rows["sent"])
    one = np.zeros(len(recent), np.int64)
    world.tally.expect("survey_invitations", ("sent",), one)
    world.tally.expect("survey_invitations", ("over_cap",), one, recent >= CAP)


def planted_fieldwork(world: World) -> dict[str, Any]:
    """Return all that is planted in the fieldwork."""
    sites, vendors = world.organisation.site_ids, world.organisation.vendor
    return {
        "bounced_share": _by_channel(fieldwork.BOUNCED),
        "opened_without_answer": _by_channel(fieldwork.LOOKED_AT),
        "log_odds_of_an_answer": {
            "base": fieldwork.BASE_ODDS,
            "tier": dict(zip(TIERS, fieldwork.TIER_ODDS.tolist(), strict=True)),
            "channel": _by_channel(fieldwork.CHANNEL_ODDS),
            "site_satisfaction": fieldwork.SITE_ODDS,
            "feeling": fieldwork.FEELING_ODDS,
            "feeling_squared": fieldwork.SQUARE_ODDS,
            "usual_feeling": fieldwork.USUAL,
            "recent_invitation": fieldwork.RECENT_ODDS,
        },
        "opted_out_share": fieldwork.OPTS_OUT,
        "log_opted_out_per_recent_invitation": fieldwork.OPTS_OUT_PER_RECENT,
        "begun_only_share": fieldwork.STARTS_ONLY,
        "drop_off": list(fieldwork.DROP_OFF),
        "median_seconds": fieldwork.SECONDS,
        "log_seconds_spread": fieldwork.LOG_SECONDS_SPREAD,
        "straight_share": fieldwork.STRAIGHT_SHARE,
        "straight_median_seconds": fieldwork.STRAIGHT_SECONDS,
        "window_days": fieldwork.WINDOW_DAYS,
        "cap": CAP,
        "asked_regardless_of_the_cap": [sites[i] for i in np.flatnonzero(vendors != NONE)],
        "csat": _csat(world),
    }


def _by_channel(values: Floats) -> dict[str, float]:
    return dict(zip(CHANNELS, values.tolist(), strict=True))


def _csat(world: World) -> dict[str, float]:
    """Return the mean score of all who are reached, of those who answer, and of these weighted.

    Of the customer base: of all who are reached, each tier and site counting as its customers do.
    """
    sums = {
        name: world.tally.expected.get(f"survey_{name}_by_cell", {})
        for name in ("reached", "responses", "csat", "response_csat")
    }
    if not sums["reached"]:
        return {}
    weighted = sum(
        count * sums["response_csat"][cell] / sums["responses"][cell]
        for cell, count in sums["reached"].items()
    )
    total = {name: sum(its.values()) for name, its in sums.items()}
    by_base = [
        (world.tally.expected["customer_months"].get(group, 0.0), csat / reached)
        for group, (csat, reached) in _without_channel(sums).items()
    ]
    return {
        "of_all": round(total["csat"] / total["reached"], 6),
        "of_responses": round(total["response_csat"] / total["responses"], 6),
        "of_responses_by_tier_site_channel": round(weighted / total["reached"], 6),
        "of_customer_base": round(sum(n * x for n, x in by_base) / sum(n for n, _ in by_base), 6),
    }


def _without_channel(sums: dict[str, dict[str, float]]) -> dict[str, tuple[float, float]]:
    """Return by tier and site the sum of the scores of all who are reached, and their number."""
    groups: dict[str, tuple[float, float]] = {}
    for cell, reached in sums["reached"].items():
        group = cell.rpartition("/")[0]
        csat, before = groups.get(group, (0.0, 0.0))
        groups[group] = (csat + sums["csat"][cell], before + reached)
    return groups


def planted_versions(world: World) -> dict[str, Any] | None:
    """Return when the survey after a contact was changed, and what that did to its scores."""
    both = bridge(world)
    if both is None:
        return None
    sums = world.tally.expected.get("survey_bridge", {})
    scores = [sums[name] / sums["responses"] for name in SURVEYS] if sums else []
    return {
        "surveys": list(SURVEYS),
        "item": VERSIONS[1][0].code,
        "scales": [items[0].scale for items in VERSIONS],
        "bridge_from": f"{date_of(both[0])}",
        "bridge_to": f"{date_of(both[1] - 1)}",
        "second_share": SECOND_SHARE,
        "ease": VERSIONS[1][0].ease,
        "scores_in_bridge": [round(score, 6) for score in scores],
        "effect_on_score": round(scores[1] - scores[0], 6) if scores else None,
    }


def planted_agents(world: World) -> dict[str, dict[str, float]]:
    """Return what each agent adds to what customers feel, and what answers are expected to say."""
    responses = world.tally.persons.get("expected_responses", np.zeros(0))
    csat = world.tally.persons.get("response_csat", np.zeros(0))
    touch = world.staff.people["touch"]
    return {
        f"E{i + 1:05d}": {
            "satisfaction": round(float(touch[i]), 6),
            "expected_responses": round(float(responses[i]), 6),
            "csat_of_responses": round(float(csat[i] / responses[i]), 6),
        }
        for i in map(int, np.flatnonzero(responses > 0))
    }
