"""No row would be refused: columns, values, keys and references keep the contract."""

import csv
from typing import Any

from simulate.landed import ROOT, Landed, contract

CASTS = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,6)",
    "timestamp": "TIMESTAMPTZ",
    "date": "DATE",
    "boolean": "BOOLEAN",
}
ENTITIES = {
    *("org_units", "vendors", "employees", "customers", "org_events"),
    *("surveys", "survey_items", "survey_invitations", "survey_responses", "survey_answers"),
    *("contacts", "complaints", "complaint_events"),
    *("inspections", "inspection_items", "corrective_actions", "survey_item_groups"),
    *("purchases", "unit_volumes", "costs", "benchmarks", "reported_figures", "erasures"),
    *("work_time", "agent_time", "shifts", "trainings"),
    *("career_events", "recognitions", "employee_voices"),
}
IDENTITIES = ("customer_id", "employee_id", "contact_id", "invitation_id")
"""Columns that say who it was; cases are not linked to responses in these files."""


def _columns(landed: Landed, entity: str) -> list[str]:
    return [row[0] for row in landed.rows(f"DESCRIBE {entity}")]


def _rules(landed: Landed) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (entity, column, rule)
        for entity, columns in contract().items()
        if entity in landed.entities
        for column, rule in columns.items()
        if column in _columns(landed, entity)
    ]


def test_the_entities_are_those_promised(landed: Landed) -> None:
    assert set(landed.entities) == ENTITIES
    assert set(landed.truth["rows"]) == ENTITIES


def test_each_file_has_contract_columns_in_contract_order(landed: Landed) -> None:
    entities = contract()
    for path in sorted(landed.root.glob("*/*")):
        reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
        columns = [row[0] for row in landed.rows(f"DESCRIBE FROM {reader}('{path}')")]
        known = entities[path.parent.name]
        assert columns == [column for column in known if column in columns], path
        required = {column for column, rule in known.items() if rule.get("required")}
        assert required <= set(columns), path


def test_required_values_are_there_and_all_values_are_of_their_type(landed: Landed) -> None:
    for entity, column, rule in _rules(landed):
        wrong = landed.one(
            f"SELECT count(*) FROM {entity} WHERE {column} IS NOT NULL "
            f"AND try_cast({column} AS {CASTS[rule['type']]}) IS NULL"
        )
        missing = landed.one(f"SELECT count(*) FROM {entity} WHERE {column} IS NULL")
        assert wrong == 0, (entity, column)
        assert missing == 0 or not rule.get("required"), (entity, column)


def test_values_are_accepted_and_not_below_their_minimum(landed: Landed) -> None:
    for entity, column, rule in _rules(landed):
        if "accepted" in rule:
            values = {v for (v,) in landed.rows(f"SELECT DISTINCT {column} FROM {entity}")}
            assert values - {None} <= set(rule["accepted"]), (entity, column)
        if "minimum" in rule:
            least = landed.one(f"SELECT min({column}::DOUBLE) FROM {entity}")
            assert least is None or least >= rule["minimum"], (entity, column)


def test_keys_are_unique(landed: Landed) -> None:
    for entity, columns in contract().items():
        if entity not in landed.entities:
            continue
        present = _columns(landed, entity)
        key = ", ".join(c for c, rule in columns.items() if rule.get("key") and c in present)
        twice = landed.one(f"SELECT count(*) - count(DISTINCT ({key})) FROM {entity}")
        assert twice == 0, entity


def test_references_resolve(landed: Landed) -> None:
    for entity, column, rule in _rules(landed):
        target = rule.get("refers_to") or rule.get("judged_by")
        # Questions and their scales are looked at below.
        is_question = (entity, column) == ("survey_answers", "item_code")
        if target is None or target == "scales" or is_question:
            continue
        key = next(name for name, its in contract()[target].items() if its.get("key"))
        orphans = landed.one(
            f"SELECT count(*) FROM {entity} WHERE {column} IS NOT NULL "
            f"AND {column} NOT IN (SELECT {key} FROM {target})"
        )
        assert orphans == 0, (entity, column)


def test_every_answer_is_to_a_question_of_its_survey_and_on_its_scale(landed: Landed) -> None:
    codes: dict[str, set[int]] = {"text": set()}
    with (ROOT / "seeds" / "scales.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["code"].lstrip("-").isdigit():
                codes.setdefault(row["scale_id"], set()).add(int(row["code"]))
    answers = landed.rows(
        "SELECT i.scale, a.answer_value, a.answer_text, a.is_not_applicable "
        "FROM survey_answers a JOIN survey_responses r USING (response_id) "
        "LEFT JOIN survey_items i ON i.survey_id = r.survey_id AND i.item_code = a.item_code"
    )
    assert len(answers) == landed.truth["rows"]["survey_answers"]
    assert {scale for scale, *_ in answers} >= {
        *("likert5", "likert7", "score10", "nps11", "stars5", "frequency0_6", "text"),
    }
    for scale, value, words, is_not_applicable in answers:
        if is_not_applicable == "true":
            assert (value, words) == (None, None)
        elif scale == "text":
            assert value is None
            assert words
        else:
            assert int(value) in codes[scale], (scale, value)


def test_surveys_of_employees_carry_no_identity(landed: Landed) -> None:
    identities = ", ".join(f"count({name})" for name in IDENTITIES)
    rows = landed.rows(
        f"SELECT count(*), {identities}, count(*) FILTER (is_anonymous <> 'true') "
        "FROM survey_responses JOIN surveys USING (survey_id) WHERE subject = 'employee'"
    )
    ((responses, *named),) = rows
    assert responses > 20
    assert named == [0] * len(named)
    # A missing column, not an empty one: an identity column alone could refuse the file.
    for path in landed.root.glob("survey_responses/employee-*.csv"):
        header = path.read_text().splitlines()[0].split(",")
        assert not set(header) & set(IDENTITIES), path


def test_design_weights_have_four_decimals_where_there_is_a_design(landed: Landed) -> None:
    rows = landed.rows(
        "SELECT programme, count(*) FILTER (weight IS NULL), "
        "count(*) FILTER (NOT regexp_full_match(weight, '[0-9]+[.][0-9]{4}')), "
        "count(DISTINCT weight) > 1 "
        "FROM survey_responses JOIN surveys USING (survey_id) GROUP BY 1"
    )
    by_programme = {programme: rest for programme, *rest in rows}
    for programme in ("relationship", "third_party"):
        assert by_programme[programme] == [0, 0, True]
    assert by_programme["post_contact"][0] > 0


def test_one_entity_writes_an_offset_and_the_others_local_time(landed: Landed) -> None:
    with_offset = "regexp_full_match(occurred_at, '.*[+]08:00')"
    assert landed.one(f"SELECT bool_and({with_offset}) FROM complaint_events")
    local = "regexp_full_match(received_at, '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}')"
    assert landed.one(f"SELECT bool_and({local}) FROM complaints")
