"""Working days and agents' clocks add up, agree with the contacts, and follow from the stress."""

import math

from simulate.landed import Landed
from simulate.trend import log_slope

TEAM_OF = """
    SELECT employee_id, extracted_on[:7] AS month, org_unit_id AS team_id
    FROM employees WHERE extracted_on LIKE '%-01' AND org_unit_id LIKE 'T%'
"""
EMPLOYED = """
    SELECT employee_id, min(hired_on)::DATE AS hired_on, min(left_on)::DATE AS left_on
    FROM employees GROUP BY 1
"""


def test_scheduled_is_worked_less_overtime_plus_absent(worlds: list[Landed]) -> None:
    for landed in worlds:
        wrong = landed.one("""
            SELECT count(*) FROM work_time
            WHERE scheduled_minutes <> worked_minutes - overtime_minutes + absent_minutes
               OR scheduled_minutes = 0 OR worked_minutes < 0 OR absent_minutes > scheduled_minutes
               OR (absent_minutes > 0) <> (absence_type IS NOT NULL)
               OR (absent_minutes > 0 AND overtime_minutes > 0)
        """)
        assert wrong == 0
        kinds = landed.rows("SELECT DISTINCT absence_type FROM work_time ORDER BY 1 NULLS LAST")
        assert kinds == [("leave",), ("other",), ("sick",), (None,)]


def test_minutes_of_every_team_are_those_of_the_truth(landed: Landed) -> None:
    # The extract of a month's first day tells the team of all but those hired later in the month.
    counted = landed.rows(f"""
        WITH later AS (
            SELECT employee_id, arg_min(org_unit_id, extracted_on) AS first_team
            FROM employees GROUP BY 1
        )
        SELECT coalesce(t.team_id, first_team), sum(scheduled_minutes), sum(worked_minutes),
               sum(overtime_minutes), sum(absent_minutes),
               coalesce(sum(absent_minutes) FILTER (absence_type = 'sick'), 0)
        FROM work_time w JOIN later USING (employee_id)
        LEFT JOIN ({TEAM_OF}) t
          ON t.employee_id = w.employee_id AND t.month = strftime(worked_on, '%Y-%m')
        WHERE coalesce(t.team_id, first_team) LIKE 'T%' GROUP BY 1
    """)
    names = ("scheduled", "worked", "overtime", "absent", "sick")
    assert len(counted) == 8
    for team, *minutes in counted:
        truth = landed.truth["units"][team]
        assert minutes == [truth[f"{name}_minutes"] for name in names], team
    whole = landed.truth["units"]["HQ"]
    for column, name in enumerate(names, 1):
        assert sum(row[column] for row in counted) == whole[f"{name}_minutes"]


def test_nobody_works_before_being_hired_or_after_leaving(worlds: list[Landed]) -> None:
    days = {
        "work_time": "worked_on",
        "agent_time": "started_at::DATE",
        "shifts": "starts_at::DATE",
        "trainings": "completed_on::DATE",
        "recognitions": "awarded_on::DATE",
        "career_events": "occurred_on::DATE",
    }
    for landed in worlds:
        vanished = landed.truth["planted"]["vanished_employee"]
        for entity, day in days.items():
            wrong = landed.one(f"""
                SELECT count(*) FROM {entity} JOIN ({EMPLOYED}) USING (employee_id)
                WHERE {day} < hired_on OR {day} >= left_on
            """)
            assert wrong == 0, entity
            gone = landed.one(f"SELECT max({day}) FROM {entity} WHERE employee_id = '{vanished}'")
            last = landed.one(
                f"SELECT max(extracted_on)::DATE FROM employees WHERE employee_id = '{vanished}'"
            )
            assert gone is None or (gone - last).days < 31, entity


def test_nobody_who_is_absent_or_off_is_on_contacts(worlds: list[Landed]) -> None:
    for landed in worlds:
        for entity, moment in (
            ("contacts", "started_at"),
            ("agent_time", "started_at"),
            ("shifts", "starts_at"),
        ):
            wrong = landed.one(f"""
                SELECT count(*) FROM {entity} x LEFT JOIN work_time w
                  ON w.employee_id = x.employee_id AND w.worked_on = x.{moment}::DATE
                WHERE x.employee_id IS NOT NULL
                  AND (w.employee_id IS NULL OR w.absent_minutes > 0)
            """)
            assert wrong == 0, entity


def test_agents_spend_on_contacts_what_their_contacts_took(worlds: list[Landed]) -> None:
    for landed in worlds:
        spent = landed.rows("""
            SELECT employee_id, started_at::DATE, coalesce(sum(seconds) FILTER (state = 'handling'), 0),
                   coalesce(sum(seconds) FILTER (state = 'after_contact'), 0)
            FROM agent_time WHERE state IN ('handling', 'after_contact') GROUP BY 1, 2
        """)
        took = landed.rows("""
            SELECT employee_id, started_at::DATE,
                   sum(coalesce(talk_seconds, 0) + coalesce(hold_seconds, 0)),
                   sum(after_contact_seconds)
            FROM contacts WHERE outcome = 'answered' AND employee_id IS NOT NULL GROUP BY 1, 2
        """)
        assert len(spent) > 1_000
        assert set(spent) == set(took)


def test_no_two_stretches_of_a_clock_or_of_a_plan_overlap(worlds: list[Landed]) -> None:
    for landed in worlds:
        clocks = "SELECT employee_id, started_at AS a, started_at + to_seconds(seconds) AS b FROM agent_time"
        plans = "SELECT employee_id, starts_at AS a, ends_at AS b FROM shifts"
        for stretches in (clocks, plans):
            wrong = landed.one(f"""
                SELECT count(*) FROM (
                    SELECT a, b, lead(a) OVER (PARTITION BY employee_id ORDER BY a) AS next
                    FROM ({stretches})
                ) WHERE b <= a OR b > next OR a::DATE <> b::DATE
            """)
            assert wrong == 0


def test_shifts_have_a_break_and_agents_mostly_keep_to_them(worlds: list[Landed]) -> None:
    for landed in worlds:
        without = landed.one("""
            SELECT count(*) FROM (
                SELECT employee_id, starts_at::DATE FROM shifts GROUP BY ALL
                HAVING count(*) FILTER (activity = 'break') = 0
                    OR sum(date_diff('minute', starts_at, ends_at)) NOT IN (360, 720)
            )
        """)
        assert without == 0
        planned = landed.one("SELECT sum(date_diff('second', starts_at, ends_at)) FROM shifts")
        kept = landed.one("""
            SELECT sum(date_diff('second', greatest(starts_at, started_at),
                                 least(ends_at, started_at + to_seconds(seconds))))
            FROM shifts s JOIN agent_time a ON a.employee_id = s.employee_id
             AND started_at < ends_at AND started_at + to_seconds(seconds) > starts_at
             AND CASE activity WHEN 'contacts' THEN state IN ('available', 'handling', 'after_contact')
                 ELSE state = activity END
        """)
        assert 0.95 < kept / planned < 0.999


def test_occupancy_of_the_organisation_is_that_of_the_truth(worlds: list[Landed]) -> None:
    for landed in worlds:
        seconds = dict(landed.rows("SELECT state, sum(seconds) FROM agent_time GROUP BY 1"))
        truth = landed.truth["units"]["HQ"]
        assert seconds["available"] == truth["available_seconds"]
        assert seconds["handling"] == truth["handled_seconds"]
        assert seconds["after_contact"] == truth["after_contact_seconds"]


def test_values_are_counted_right(worlds: list[Landed]) -> None:
    columns = {
        "work_time": ["absence_type"],
        "agent_time": ["state"],
        "shifts": ["activity"],
        "trainings": ["course_type"],
        "career_events": ["event_type"],
        "recognitions": ["award"],
        "employee_voices": ["channel", "disposition"],
    }
    for landed in worlds:
        for entity, names in columns.items():
            counted: dict[str, int] = {}
            for name in names:
                counted |= dict(
                    landed.rows(
                        f"SELECT {name}, count(*) FROM {entity} WHERE {name} IS NOT NULL GROUP BY 1"
                    )
                )
            truth = landed.truth["values"][entity]
            assert counted == {value: count for value, count in truth.items() if count}, entity


def _sick_cells(landed: Landed) -> list[tuple[float, float, float]]:
    """Return stress, sick minutes and scheduled minutes of each team and month."""
    return [
        (stress, row["sick_minutes"], row["scheduled_minutes"])
        for team, months in landed.truth["stress"].items()
        for month, stress in months.items()
        if (row := landed.truth["units"][team]["months"].get(month))
    ]


def test_stress_consists_of_load_abuse_and_low_morale(landed: Landed) -> None:
    planted = landed.truth["planted"]
    work = planted["work"]
    rows = landed.rows("""
        WITH handled AS (
            SELECT org_unit_id AS team, strftime(started_at, '%Y-%m') AS month,
                   sum(coalesce(talk_seconds, 0) + coalesce(hold_seconds, 0)
                       + after_contact_seconds) AS seconds,
                   avg(is_abusive::INT) AS abusive
            FROM contacts WHERE employee_id IS NOT NULL GROUP BY 1, 2
        ),
        shifts_of AS (
            SELECT c.team, strftime(s.starts_at, '%Y-%m') AS month, count(*) AS shifts
            FROM shifts s JOIN (
                SELECT DISTINCT employee_id, strftime(started_at, '%Y-%m') AS month,
                       org_unit_id AS team
                FROM contacts WHERE employee_id IS NOT NULL
            ) c ON c.employee_id = s.employee_id AND c.month = strftime(s.starts_at, '%Y-%m')
            WHERE activity = 'break' GROUP BY 1, 2
        )
        SELECT team, month, seconds / shifts, abusive FROM handled JOIN shifts_of USING (team, month)
    """)
    assert len(rows) > 40
    for team, month, load, abusive in rows:
        log_load = math.log(float(load) / work["typical_seconds_per_shift"])
        expected = (
            work["stress_per_log_load"] * max(min(log_load, 1.5), -1.5)
            + work["stress_per_abusive_share"] * (abusive - 0.008)
            + work["stress_per_morale"] * planted["teams"][team]["morale"]
        )
        # Who was on shift and never took a call has no team here.
        assert abs(landed.truth["stress"][team][month] - expected) < 0.06, (team, month)


def test_sickness_rises_with_stress_as_planted(worlds: list[Landed], small: Landed) -> None:
    for cells, least in (
        ([cell for landed in worlds for cell in _sick_cells(landed)], 2.0),
        (_sick_cells(small), 10.0),
    ):
        slope, error = log_slope(cells)
        assert slope / error > least
        assert abs(slope - small.truth["planted"]["work"]["log_sick_share_per_stress"]) < 4 * error


def test_absences_are_as_many_as_expected(small: Landed) -> None:
    z = []
    for team, months in small.truth["stress"].items():
        rows = small.truth["units"][team]["months"]
        cells = [rows[month] for month in months if month in rows]
        apart = [row["sick_minutes"] - row["expected_sick_minutes"] for row in cells]
        z.append(sum(apart) / math.sqrt(sum(x * x for x in apart)))
    assert max(map(abs, z)) < 4.5
    assert 0.7 < math.sqrt(sum(x * x for x in z) / len(z)) < 1.3


def test_busy_days_are_longer(small: Landed) -> None:
    ((busy, quiet),) = small.rows("""
        SELECT avg(overtime_minutes) FILTER (dayofweek(worked_on) = 1),
               avg(overtime_minutes) FILTER (dayofweek(worked_on) = 0)
        FROM work_time
    """)
    assert busy > 1.5 * quiet


def test_people_leave_a_month_after_a_strain(small: Landed) -> None:
    planted = small.truth["planted"]
    cells = []
    leavers = {
        (team, month): (left, heads)
        for team, month, heads, left in small.rows(f"""
            SELECT t.team_id, t.month, count(*),
                   count(*) FILTER (strftime(e.left_on, '%Y-%m') = t.month)
            FROM ({TEAM_OF}) t JOIN ({EMPLOYED}) e USING (employee_id)
            WHERE e.left_on IS NULL OR strftime(e.left_on, '%Y-%m') >= t.month
            GROUP BY 1, 2
        """)
    }
    for team, months in small.truth["stress"].items():
        morale = planted["teams"][team]["morale"]
        strain = {month: stress + 0.8 * morale for month, stress in months.items()}
        for before, month in zip(list(strain)[:-1], list(strain)[1:], strict=True):
            left, heads = leavers.get((team, month), (0, 0))
            cells.append((strain[before], left, heads * math.exp(-0.8 * morale)))
    slope, error = log_slope([cell for cell in cells if cell[2]])
    planted_slope = planted["work"]["log_leaving_per_strain_of_the_month_before"]
    assert abs(slope - planted_slope) < 3.5 * error
    assert error < 0.3
