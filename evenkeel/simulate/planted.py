"""What is planted in inspections, improvement and business, as truth.json tells it."""

from typing import Any

import numpy as np

from evenkeel.simulate.business import costs, customers, outside, purchases
from evenkeel.simulate.service import improvement, inspections, verdicts
from evenkeel.simulate.service.case_truth import planted_care
from evenkeel.simulate.service.complaint_course import COMPENSATED, ESCALATED_BY_SEVERITY
from evenkeel.simulate.surveys.answering import LOYAL_FROM
from evenkeel.simulate.surveys.questionnaires import RELATIONSHIP
from evenkeel.simulate.surveys.waves import RELATIONSHIP_SURVEY
from evenkeel.simulate.tools.arrays import NONE
from evenkeel.simulate.world import World


def planted_beyond_contacts(world: World) -> dict[str, Any]:
    """Return all that is planted there, by what it is planted in."""
    return {
        "escalated_by_severity": ESCALATED_BY_SEVERITY.tolist(),
        "compensated_share": COMPENSATED,
        "complaint_care": planted_care(world),
        "inspections": _inspections(world),
        "corrective_actions": {
            "never_done": improvement.NEVER_DONE,
            "on_time": improvement.ON_TIME,
            "verified": improvement.VERIFIED,
            "works": improvement.WORKS,
            "rightly_verified": improvement.RIGHTLY_VERIFIED,
            "expected_pass_share": round(improvement.expected_pass_share(), 6),
            "prevented": improvement.PREVENTED,
            "fixed_check_log_odds": inspections.FIXED_ODDS,
            "working": improvement.working_actions(world),
        },
        "buying_again": {
            "log_odds": purchases.BUYS_ODDS,
            "goodwill_log_odds": purchases.GOODWILL_ODDS,
            "tier_log_odds": purchases.TIER_ODDS.tolist(),
        },
        "costs": {
            "pay_per_head": costs.PAY_PER_HEAD,
            "team_constant": costs.TEAM_CONSTANT,
            "noise": costs.PAY_NOISE,
            "rates": _by_vendor(world, costs.RATES.tolist()),
            "service_level": costs.TARGET,
            "service_level_seconds": costs.TARGET_SECONDS,
            "penalty_share": costs.PENALTY_SHARE,
        },
        "reported_figures": _reported(world),
        "erasures": {"customers": outside.FORGOTTEN_CUSTOMERS, "employees": 1},
    }


def planted_loyalty() -> dict[str, Any]:
    """Return the share of the loyal (codes 9 and 10) by the code of the first question."""
    overall = RELATIONSHIP[0]
    return {
        "survey": RELATIONSHIP_SURVEY.name,
        "scale": overall.scale,
        "loyal_from": LOYAL_FROM,
        **{
            item.code: {str(code): share for code, share in enumerate(item.loyal, 1)}
            for item in RELATIONSHIP
            if item.loyal
        },
    }


def planted_leaving(world: World) -> dict[str, Any]:
    """Return how customers leave, and how many of each tier were expected to."""
    expected, months = world.customers.leaving
    return {
        "share_a_month": customers.LEAVES,
        "by_tier": dict(zip(customers.TIERS, customers.LEAVES_BY_TIER.tolist(), strict=True)),
        "log_share_per_goodwill": customers.LEAVES_PER_GOODWILL,
        "expected": {
            tier: {
                "leavers": round(float(expected[i]), 6),
                "customer_months": round(float(months[i]), 6),
            }
            for i, tier in enumerate(customers.TIERS)
        },
    }


def _inspections(world: World) -> dict[str, Any]:
    ids = sorted(world.tally.expected.get("inspection_checks_by_inspector", {}))
    numbers = np.array([int(employee[1:]) for employee in ids], np.int64)
    lenient = verdicts.leniency(world, numbers)
    standard, months = verdicts.standard_from(world), world.timeline.months
    happened = world.organisation.happened(standard)
    return {
        "leniency": {who: round(float(x), 6) for who, x in zip(ids, lenient, strict=True)},
        "agreement": verdicts.AGREEMENT,
        "expected_kappa": _expected_kappa(world.tally.expected.get("double_scoring", {})),
        "vendors": _by_vendor(world, inspections.VENDOR_ODDS.tolist()),
        "solved_log_odds": inspections.SOLVED_ODDS,
        "team_log_odds": inspections.TEAM_ODDS,
        "site_log_odds": inspections.SITE_EFFECT_ODDS,
        "in_window": inspections.IN_WINDOW,
        "stricter": verdicts.STRICTER,
        "stricter_from": f"{months[standard].first}" if happened else None,
    }


def _expected_kappa(sums: dict[str, float]) -> float | None:
    """Return Cohen's kappa of the expected verdicts, all pairs together."""
    if not sums:
        return None
    p, q = sums["passed"] / sums["pairs"], sums["second_passed"] / sums["pairs"]
    by_chance = p * q + (1 - p) * (1 - q)
    return round((sums["agreed"] / sums["pairs"] - by_chance) / (1 - by_chance), 6)


def _by_vendor(world: World, values: list[float]) -> dict[str, float]:
    vendors = world.organisation.vendor
    return {f"V{number}": values[number] for number in sorted(set(vendors[vendors != NONE]))}


def _reported(world: World) -> dict[str, Any]:
    month = costs.discrepancy_month(world)
    months, vendors = world.timeline.months, world.organisation.vendor
    is_told = world.organisation.happened(month) and months[month].end <= world.timeline.horizon
    wrong = (
        {
            "reported_by": "V1",
            "metric_id": "answer_rate",
            "period_start": f"{months[month].first}",
            "org_unit_id": world.organisation.site_ids[int(np.flatnonzero(vendors == 1)[0])],
            "discrepancy": costs.DISCREPANCY,
        }
        if is_told
        else None
    )
    return {"decimals_of_rates": 1, "decimals_of_seconds": 0, "wrong": wrong}
