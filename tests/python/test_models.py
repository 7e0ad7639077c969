"""Every unit test and data test of the dbt project, on a warehouse that has no rows yet."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from whole import ROOT, run

from evenkeel.contract import read_contract

AS_OF = date(2026, 6, 30)


def test_the_project_builds_and_its_tests_hold_without_any_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbt.cli.main import dbtRunner

    landing, home = tmp_path / "landing", tmp_path / "home"
    landing.mkdir()
    run("load", landing, home, AS_OF)
    monkeypatch.setenv("EVENKEEL_HOME", str(home))
    monkeypatch.setenv("EVENKEEL_AS_OF", AS_OF.isoformat())
    arguments = ["--log-level", "none", "--log-path", str(tmp_path), "build"]
    arguments += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    outcome = dbtRunner().invoke([*arguments, "--target-path", str(tmp_path)])
    results: list[Any] = getattr(outcome.result, "results", [])
    failed = [r for r in results if r.status not in {"success", "pass"}]
    # What stands behind a failure is skipped, without a message.
    assert not failed, "\n".join(f"{r.node.name}: {r.message}" for r in failed if r.message)


def test_every_reference_of_the_contract_is_looked_up() -> None:
    text = (ROOT / "models" / "marts" / "private" / "orphan_keys.sql").read_text(encoding="utf-8")
    blocks = re.findall(r"set \w+ = (\{.*?\}) %\}", text, flags=re.DOTALL)
    references, keys = map(ast.literal_eval, blocks)
    contract = read_contract(ROOT / "models" / "raw")
    assert references == {
        entity.name: {
            column.name: column.refers_to for column in entity.columns if column.refers_to
        }
        for entity in contract
        if any(column.refers_to for column in entity.columns)
    }
    targets = {target for columns in references.values() for target in columns.values()}
    assert keys == {target: contract[target].keys[0].name for target in sorted(targets)}


def test_every_model_that_makes_something_has_a_unit_test() -> None:
    models = {path.stem for path in ROOT.glob("models/**/*.sql")}
    tested: set[str] = set()
    for path in ROOT.glob("models/**/*.yml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        tested |= {test["model"] for test in content.get("unit_tests", [])}
    # Staging models are one macro each; those of them with more to say are tested too.
    assert {name for name in models - tested if not name.startswith("stg_")} == set()
