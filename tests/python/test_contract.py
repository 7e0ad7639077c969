"""The contract is read as it is written, and what it cannot mean is said."""

import re
from pathlib import Path

import pytest

from evenkeel.contract import COMMON_COLUMNS, read_contract
from evenkeel.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]
ENTITY = """
sources:
  - name: raw
    tables:
      - name: {name}
        columns:
          - name: key_id
            data_type: text
            config: {{meta: {{key: true, required: true}}}}
          {more}
"""


def write(folder: Path, more: str = "", name: str = "things") -> Path:
    (folder / f"{name}.yml").write_text(ENTITY.format(name=name, more=more), encoding="utf-8")
    return folder


def test_columns_carry_what_the_project_says_of_them() -> None:
    contract = read_contract(ROOT / "models" / "raw")
    contacts = contract["contacts"]
    assert contacts.event_time == "started_at"
    assert [column.name for column in contacts.keys] == ["contact_id"]
    assert [c.name for c in contacts.required] == ["contact_id", "started_at", "channel", "outcome"]
    assert contacts["talk_seconds"].minimum == 0
    assert contacts["talk_seconds"].storage == "BIGINT"
    assert contacts["direction"].accepted == ("inbound", "outbound")
    assert contacts["customer_id"].refers_to == "customers"
    assert contract["costs"]["month"].is_month
    assert contract["survey_answers"].judges == ("survey_responses", "survey_items")
    assert contacts.delivered[-2:] == COMMON_COLUMNS
    assert "changed_at" in contacts
    assert "nothing" not in contacts


def test_every_entity_has_a_key_and_comes_after_what_judges_it() -> None:
    contract = read_contract(ROOT / "models" / "raw")
    order = [entity.name for entity in contract.in_judging_order()]
    assert sorted(order) == sorted(entity.name for entity in contract)
    for entity in contract:
        assert entity.keys
        for judge in set(entity.judges) - {"scales"}:
            assert order.index(judge) < order.index(entity.name)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("- {name: a, data_type: float}", "data_type 'float' is not one of text, integer"),
        ("- {name: a, data_type: text, config: {meta: {requierd: true}}}", "meta 'requierd'"),
        (
            "- {name: a, data_type: text, config: {meta: {refers_to: others}}}",
            "things.a points to others, which is no entity",
        ),
        (
            "- {name: a, data_type: text, config: {meta: {accepted: [yes, no]}}}",
            "accepted values are texts; put quotes around them",
        ),
        ("- {name: a, data_type: date, config: {meta: {format: week}}}", "'week' is not 'month'"),
        ("- {data_type: text}", "a table or column lacks 'name'"),
        ("- [", "cannot be read as dbt sources"),
    ],
)
def test_what_the_contract_cannot_mean_is_named(tmp_path: Path, more: str, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        read_contract(write(tmp_path, more))


def test_an_entity_is_written_once(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "zz.yml").write_text((tmp_path / "things.yml").read_text())
    with pytest.raises(UsageError, match="entity things is written twice"):
        read_contract(tmp_path)


def test_entities_do_not_judge_each_other(tmp_path: Path) -> None:
    for name, other in (("ones", "twos"), ("twos", "ones")):
        meta = f"{{meta: {{judged_by: {other}}}}}"
        write(tmp_path, f"- {{name: a, data_type: text, config: {meta}}}", name)
    with pytest.raises(UsageError, match="ones and twos judge each other"):
        read_contract(tmp_path)


def test_a_folder_without_a_contract_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no contract"):
        read_contract(tmp_path)
