"""The whole course of complaints: what follows what, who answers for it, and how often."""

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evenkeel.simulate.service.case_events import event, in_opening_hours
from evenkeel.simulate.service.complaint_care import Passed, _other_than, hand_over, held
from evenkeel.simulate.tools.arrays import join, pick
from evenkeel.simulate.tools.streams import stream
from simulate.landed import Landed, contract

COURSE = """
    SELECT e.complaint_id, e.event_id, e.event_type, e.employee_id, e.org_unit_id, e.outcome,
           coalesce(e.employee_id, 'unit:' || e.org_unit_id) AS who,
           left(e.occurred_at, 19)::TIMESTAMP AS occurred_at
    FROM complaint_events e
"""
COUNTS = (
    *("complaints_counted", "plan_told", "hand_offs", "cold_hand_offs", "ownership_decided"),
    *("ownership_kept", "resolved", "resolved_on_the_day", "one_touch", "recurrence_observed"),
    *("recurred", "follow_ups_reached", "second_follow_ups"),
)


def _z(observed: float, expected: float, variance: float) -> float:
    return (observed - expected) / math.sqrt(variance)


def _cases(landed: Landed) -> pd.DataFrame:
    """Return the cases, one a row, with what their events say, worked out one case at a time."""
    cases = landed.connection.execute(
        "SELECT * REPLACE (received_at::TIMESTAMP AS received_at) FROM complaints"
    ).df()
    events = landed.connection.execute(f"{COURSE} ORDER BY occurred_at, event_id").df()
    by_case: dict[str, list[Any]] = {}
    for row in events.itertuples():
        by_case.setdefault(row.complaint_id, []).append(row)
    found = [
        _followed(by_case.get(case, []), owner, received)
        for case, owner, received in zip(
            cases["complaint_id"], cases["first_owner_id"], cases["received_at"], strict=True
        )
    ]
    return pd.concat([cases, pd.DataFrame(found)], axis=1)


def _followed(events: list[Any], owner: str | None, received: pd.Timestamp) -> dict[str, object]:
    types = [event.event_type for event in events]
    hand_offs = accepted = 0
    resolved_at = pd.NaT
    reached = second = False
    for row in events:
        who = row.who
        if row.event_type == "assigned" and who != owner:
            hand_offs, owner = hand_offs + 1, who
        if row.event_type == "handover_accepted":
            assert who == owner
            accepted += 1
        if row.event_type in ("resolved", "reopened"):
            resolved_at = row.occurred_at if row.event_type == "resolved" else pd.NaT
            reached = second = False
        reached |= row.event_type == "follow_up" and row.outcome == "reached"
        second |= row.event_type == "second_follow_up"
    first = {row.event_type: row for row in reversed(events)}
    return {
        "withdrawn": "withdrawn" in types,
        "plan_told": "plan_told" in types,
        "hand_offs": hand_offs,
        "cold": hand_offs - accepted,
        "reopened": "reopened" in types,
        "resolved_at": resolved_at,
        "reached": reached and not pd.isna(resolved_at),
        "second": second,
        "acknowledged_at": first["acknowledged"].occurred_at if events else pd.NaT,
        "told_by": first["result_told"].employee_id if "result_told" in first else None,
        "types": frozenset(types),
        "took": (resolved_at - received),
    }


def _counted(landed: Landed) -> pd.DataFrame:
    """Return by team and month what truth.json counts."""
    cases = _cases(landed)
    end = pd.Timestamp(landed.truth["arguments"]["until"]) + pd.Timedelta(days=1)
    cases = cases[
        (cases["case_type"] == "complaint")
        & (cases["in_scope"].fillna("true") != "false")
        & ~cases["withdrawn"]
    ].copy()
    resolved = cases["resolved_at"].notna()
    same_day = cases["resolved_at"].dt.date == cases["received_at"].dt.date
    cases["month"] = cases["received_at"].dt.strftime("%Y-%m")
    cases["complaints_counted"] = 1
    cases["cold_hand_offs"] = cases["cold"]
    cases["ownership_decided"] = resolved | (cases["cold"] > 0)
    cases["ownership_kept"] = resolved & (cases["cold"] == 0)
    cases["resolved"] = resolved
    cases["resolved_on_the_day"] = resolved & same_day & (cases["hand_offs"] == 0)
    cases["one_touch"] = resolved & (cases["hand_offs"] == 0) & ~cases["reopened"]
    known = cases["root_cause"].notna()
    cases["why"] = cases["root_cause"].where(known, "of " + cases["category"])
    cases["recurrence_observed"] = cases["received_at"] + pd.Timedelta(days=90) <= end
    cases["recurred"] = False
    for _, rows in cases.sort_values("received_at").groupby(["org_unit_id", "why"]):
        wait = rows["received_at"].shift(-1) - rows["received_at"]
        again = rows.index[wait <= pd.Timedelta(days=90)]
        cases.loc[again, "recurred"] = cases.loc[again, "recurrence_observed"]
    of_receipt = cases.groupby(["org_unit_id", "month"])[list(COUNTS[:11])].sum()
    cases["month"] = cases["resolved_at"].dt.strftime("%Y-%m")
    cases["follow_ups_reached"] = cases["reached"]
    cases["second_follow_ups"] = cases["reached"] & cases["second"]
    of_end = cases[resolved].groupby(["org_unit_id", "month"])[list(COUNTS[11:])].sum()
    return of_receipt.join(of_end, how="outer").fillna(0).astype(int)


def test_what_truth_counts_is_what_the_files_hold(worlds: list[Landed], small: Landed) -> None:
    for landed in (*worlds, small):
        counted = _counted(landed)
        units = landed.truth["units"]
        teams = [unit for unit in units if unit.startswith("T")]
        truth = {
            (team, month): tuple(row[name] for name in COUNTS)
            for team in teams
            for month, row in units[team]["months"].items()
            if any(row[name] for name in COUNTS)
        }
        found = {key: tuple(row) for key, row in counted[list(COUNTS)].iterrows() if row.any()}
        assert found == truth
        whole = counted.sum()
        assert {name: whole[name] for name in COUNTS} == {
            name: units["HQ"][name] for name in COUNTS
        }
        assert (whole > 0).all()


def test_every_type_of_event_happens_and_none_before_the_receipt(small: Landed) -> None:
    accepted = set(contract()["complaint_events"]["event_type"]["accepted"])
    assert {kind for (kind,) in small.rows("SELECT DISTINCT event_type FROM complaint_events")} == (
        accepted
    )
    early = small.one(
        f"SELECT count(*) FROM ({COURSE}) JOIN complaints USING (complaint_id) "
        "WHERE occurred_at < received_at::TIMESTAMP"
    )
    assert early == 0


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("handover_accepted", "assigned"),
        ("plan_told", "assigned"),
        ("customer_visit", "first_reply"),
        ("alternative_offered", "first_reply"),
        ("result_told", "resolved"),
        ("confirmed", "result_told"),
        ("second_follow_up", "follow_up"),
    ],
)
def test_what_follows_something_comes_after_it(
    worlds: list[Landed], small: Landed, later: str, earlier: str
) -> None:
    for landed in (*worlds, small):
        count, right = landed.rows(f"""
            SELECT count(*), count(*) FILTER (occurred_at >= (
                SELECT min(before.occurred_at) FROM ({COURSE}) before
                WHERE before.complaint_id = after.complaint_id AND before.event_type = '{earlier}'))
            FROM ({COURSE}) after WHERE event_type = '{later}'
        """)[0]
        assert 0 < count == right


def test_what_is_done_for_customers_is_done_before_the_end(small: Landed) -> None:
    late = small.one(f"""
        SELECT count(*) FROM ({COURSE}) e JOIN (
            SELECT complaint_id, min(occurred_at) FILTER (event_type = 'resolved') AS resolved_at,
                   min(occurred_at) FILTER (event_type = 'closed') AS closed_at
            FROM ({COURSE}) GROUP BY 1) s USING (complaint_id)
        WHERE (event_type IN ('plan_told', 'customer_visit', 'alternative_offered', 'assigned',
                              'handover_accepted') AND occurred_at >= resolved_at)
           OR (event_type IN ('result_told', 'confirmed') AND occurred_at > closed_at)
    """)
    assert late == 0


def test_nobody_works_at_night(small: Landed) -> None:
    # Staff come at eight; the customer alone can confirm or be escalating at any hour.
    at_night = small.one(f"""
        SELECT count(*) FROM ({COURSE}) JOIN complaints c USING (complaint_id)
        WHERE event_type IN ('plan_told', 'second_follow_up', 'customer_visit', 'result_told')
          AND hour(occurred_at) NOT BETWEEN 8 AND 19
    """)
    assert at_night == 0


def _planted(landed: Landed) -> dict[str, Any]:
    planted: dict[str, Any] = landed.truth["planted"]["complaint_care"]
    return planted


def _is_after_the_policy(landed: Landed, cases: pd.DataFrame) -> pd.Series:
    return cases["received_at"] >= pd.Timestamp(_planted(landed)["first_responsible_from"])


@pytest.fixture(scope="module")
def cases(small: Landed) -> pd.DataFrame:
    """Return the cases of the demo's organisation that nobody withdrew and time has decided."""
    cases = _cases(small)
    old = cases["received_at"] < pd.Timestamp(small.truth["arguments"]["until"]) - pd.Timedelta(
        days=90
    )
    return cases[old & ~cases["withdrawn"]].copy()


def test_plans_are_told_as_often_as_planted_by_each_team(
    small: Landed, cases: pd.DataFrame
) -> None:
    teams = pd.DataFrame(_planted(small)["teams"]).T
    share = cases["org_unit_id"].map(teams["told_plan"])
    assert abs(_z(cases["plan_told"].sum(), share.sum(), (share * (1 - share)).sum())) < 4
    z = [
        _z(rows["plan_told"].sum(), len(rows) * p, len(rows) * p * (1 - p))
        for team, rows in cases.groupby("org_unit_id")
        for p in [teams.loc[team, "told_plan"]]
    ]
    assert max(map(abs, z)) < 4
    assert 0.75 < math.sqrt(sum(x * x for x in z) / len(z)) < 1.25
    assert teams["told_plan"].max() - teams["told_plan"].min() > 0.2


def test_slow_acknowledgements_have_the_planted_share(small: Landed, cases: pd.DataFrame) -> None:
    planted = _planted(small)
    # What is settled on the spot is acknowledged on the spot.
    rest = cases[~(cases["took"] <= pd.Timedelta(minutes=90))]
    share = rest["org_unit_id"].map(pd.DataFrame(planted["teams"]).T["acknowledged_slowly"])
    wait = rest["acknowledged_at"] - rest["received_at"]
    slow = (wait > pd.Timedelta(days=planted["slow_acknowledgement_days"])).sum()
    assert abs(_z(slow, share.sum(), (share * (1 - share)).sum())) < 4


def test_fewer_are_passed_on_and_more_of_them_accepted_from_the_policy_on(
    small: Landed, cases: pd.DataFrame
) -> None:
    planted = _planted(small)
    teams = pd.DataFrame(planted["teams"]).T
    # What can be settled on the spot is not passed on if it is: the others tell the share.
    rest = cases[cases["severity"].isin(["high", "critical"])]
    after = _is_after_the_policy(small, rest)
    for rows, column, era in (
        (rest[~after], "passed_on_before", "before"),
        (rest[after], "passed_on", "from_then"),
    ):
        share = rows["org_unit_id"].map(teams[column])
        passed = rows[rows["hand_offs"] > 0]
        assert abs(_z(len(passed), share.sum(), (share * (1 - share)).sum())) < 4
        hand_offs, warm = passed["hand_offs"].sum(), planted["accepted_hand_offs"][era]
        accepted = hand_offs - passed["cold"].sum()
        assert abs(_z(accepted, hand_offs * warm, hand_offs * warm * (1 - warm))) < 4
        again, p = (passed["hand_offs"] == 2).sum(), planted["passed_on_again"]
        assert abs(_z(again, len(passed) * p, len(passed) * p * (1 - p))) < 4
    kept = (cases["cold"] == 0).groupby(_is_after_the_policy(small, cases)).mean()
    assert kept[True] - kept[False] > 0.1
    said = small.rows(
        "SELECT org_unit_id, description FROM org_events "
        f"WHERE occurred_on = '{planted['first_responsible_from']}'"
    )
    assert ("HQ", "First-contact responsibility in force") in said


def test_the_first_owner_tells_the_result_more_often_from_the_policy_on(
    small: Landed, cases: pd.DataFrame
) -> None:
    told = cases[cases["types"].map(lambda types: "result_told" in types)]
    told = told[(told["hand_offs"] == 1)]
    after = _is_after_the_policy(small, told)
    for era, rows in (("before", told[~after]), ("from_then", told[after])):
        share = _planted(small)["first_owner_tells_result"][era]
        first = (rows["told_by"] == rows["first_owner_id"]).sum()
        assert abs(_z(first, len(rows) * share, len(rows) * share * (1 - share))) < 4


def test_small_complaints_are_settled_on_the_spot_by_whoever_received_them(
    small: Landed, cases: pd.DataFrame
) -> None:
    quick = cases["took"] <= pd.Timedelta(minutes=90)
    assert cases.loc[quick, "hand_offs"].sum() == 0
    by_severity = quick.groupby(cases["severity"]).mean()
    planted = _planted(small)["settled_on_the_spot_by_severity"]
    # Those that come in the evening, wait for the customer or are never settled are not.
    assert 0.5 * planted[0] < by_severity["low"] < planted[0]
    assert 0.5 * planted[1] < by_severity["normal"] < planted[1] + 0.01
    assert by_severity["critical"] < 0.01


def test_second_calls_visits_and_confirmations_have_their_planted_shares(
    small: Landed, cases: pd.DataFrame
) -> None:
    planted = _planted(small)
    reached = cases[cases["reached"] & ~cases["reopened"]]

    def has(rows: pd.DataFrame, kind: str) -> int:
        return int(rows["types"].map(lambda types: kind in types).sum())

    told = cases[cases["types"].map(lambda types: {"result_told", "closed"} <= types)]
    resolved = cases[cases["types"].map(lambda types: "resolved" in types)]
    pairs = [
        (reached, "second_follow_up", planted["second_follow_up"]),
        (resolved, "result_told", planted["result_told"]),
        (told, "confirmed", planted["confirmed"]),
    ]
    for level, name in ((2, "high"), (3, "critical")):
        rows = cases[cases["severity"] == name]
        pairs.append((rows, "customer_visit", planted["visited_by_severity"][level]))
        pairs.append(
            (rows, "alternative_offered", planted["offered_alternative_by_severity"][level])
        )
    for rows, kind, share in pairs:
        n = len(rows)
        assert n > 20
        assert abs(_z(has(rows, kind), n * share, n * share * (1 - share))) < 4, kind


def test_a_case_passed_on_is_in_the_next_hands_from_then_on() -> None:
    cases = {
        "case": np.array([7, 8]),
        "unit": np.array([5, 5]),
        "owner": np.array([1, 1]),
        "next_owner": np.array([-1, 2]),
        "next_unit": np.array([3, 5]),
        "last_owner": np.array([4, 4]),
        "first_tells": np.array([True, False]),
    }
    both = np.array([True, True])
    passed = Passed(both, np.array([10, 10]), np.array([False, True]), np.array([20, 20]), [])
    events = join(
        [
            event(cases, both, np.array([at, at]), kind)
            for at, kind in ((9, "acknowledged"), (10, "assigned"), (20, "resolved"))
        ]
        + [event(cases, both, np.array([21, 21]), "result_told")]
    )
    events = pick(events, np.argsort(events["case"], kind="stable"))
    after = held(cases, passed, events)
    assert after["employee"].tolist() == [1, -1, -1, 1, 1, 2, 4, 4]
    assert after["unit"].tolist() == [5, 3, 3, 5, 5, 5, 5, 5]


def test_hand_offs_come_in_order_however_quick_the_resolution() -> None:
    n = 200
    cases = {
        "case": np.arange(n),
        "unit": np.zeros(n, np.int64),
        "owner": np.ones(n, np.int64),
        **{
            name: np.ones(n, np.bool_)
            for name in ("passes_on", "passes_again", "is_warm", "is_warm_again")
        },
    }
    assigned = in_opening_hours(1_000_000 + 977 * np.arange(n))
    resolved = assigned + 120
    rng = stream(1, "test")
    passed = hand_over(rng, cases, np.ones(n, np.bool_), assigned, resolved)
    times = [rows["occurred"] for rows in passed.events]
    chain = [assigned, *times, resolved]
    for earlier, later in itertools.pairwise(chain):
        assert (earlier < later).all()


def test_a_complaint_is_passed_on_to_somebody_else_or_to_nobody() -> None:
    owner = np.array([1, 1, 1, -1])
    on_duty = np.array([[1, 1, 2, 1], [1, 1, 1, 1], [-1, -1, -1, -1], [3, 3, 3, 3]])
    for seed in range(20):
        found = _other_than(stream(seed, "test"), owner, on_duty)
        assert found.tolist() == [2, -1, -1, 3]
