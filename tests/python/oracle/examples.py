"""The worked examples of the specification, written as contract files: one unit per example.

The unit's id is the example's id. What is compared lies in the month 2025-12, what it is
compared with in 2025-11; no group is too small to be shown.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from .settings import Settings

SETTINGS = Settings(week_ends_on="sunday", minimum_customer=1, minimum_employee=1)
AS_OF = date(2026, 1, 31)
NOW, BEFORE = "2025-12", "2025-11"
SURVEY = "cases"
# An item for every scale that an example answers on.
SCALES = ("likert5", "faces3", "likert7", "score10", "nps11")

Example = dict[str, Any]
Cells = dict[str, str]


class ExampleFiles:
    """Rows of contract files, collected example by example."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Cells]] = defaultdict(list)
        self._number = 0
        survey = {
            "survey_id": SURVEY, "survey_name": "Worked examples", "programme": "post_contact",
            "subject": "customer", "run_by": "internal", "version": "1", "opened_on": "2025-01-01",
        }  # fmt: skip
        self.rows["surveys"].append(survey)
        for scale in SCALES:
            self._item(scale, "overall_satisfaction", scale)
        self._item("reversed", "overall_satisfaction", "likert5", is_reversed="true")
        self._item("recommend", "recommend", "nps11")

    def _item(self, code: str, construct: str, scale: str, **more: str) -> None:
        item = {
            "survey_id": SURVEY, "item_code": code, "item_text": code, "construct": construct,
            "scale": scale, "is_reversed": "", **more,
        }  # fmt: skip
        self.rows["survey_items"].append(item)

    def next_id(self) -> str:
        self._number += 1
        return f"{self._number:06d}"

    def unit(self, org_unit_id: str) -> str:
        self.rows["org_units"].append(
            {"org_unit_id": org_unit_id, "org_unit_name": org_unit_id, "org_level": "case"}
        )
        return org_unit_id

    def answers(
        self, unit: str, item: str, values: Iterable[float], month: str = NOW,
        weights: Sequence[float] = (),
    ) -> None:  # fmt: skip
        """One response of its own customer for each value."""
        for index, value in enumerate(values):
            response = self.next_id()
            row = {
                "response_id": response, "survey_id": SURVEY, "org_unit_id": unit,
                "submitted_at": f"{month}-15 10:00:00", "customer_id": response,
                "weight": str(weights[index]) if weights else "",
            }  # fmt: skip
            answer = {"response_id": response, "item_code": item, "answer_value": str(value)}
            self.rows["survey_responses"].append(row)
            self.rows["survey_answers"].append(answer)

    def contacts(
        self, unit: str, count: int, outcome: str = "answered", day: str = f"{NOW}-15",
        **seconds: int,
    ) -> None:  # fmt: skip
        for _ in range(count):
            row = {
                "contact_id": self.next_id(), "started_at": f"{day} 09:00:00", "channel": "voice",
                "org_unit_id": unit, "outcome": outcome,
                **{f"{name}_seconds": str(value) for name, value in seconds.items()},
            }  # fmt: skip
            self.rows["contacts"].append(row)

    def complaints(self, unit: str, count: int) -> None:
        for _ in range(count):
            row = {
                "complaint_id": self.next_id(), "received_at": f"{NOW}-15 09:00:00",
                "channel": "voice", "org_unit_id": unit, "category": "any",
            }  # fmt: skip
            self.rows["complaints"].append(row)

    def write(self, landing: Path) -> None:
        for entity, rows in self.rows.items():
            folder = landing / entity
            folder.mkdir(parents=True)
            columns = list(dict.fromkeys(name for row in rows for name in row))
            with (folder / "1-examples.csv").open("w", encoding="utf-8", newline="") as handle:
                writer = csv.DictWriter(handle, columns, restval="")
                writer.writeheader()
                writer.writerows(rows)


def write_examples(examples: dict[str, Example], landing: Path) -> None:
    """Contract files of every example that this stage can compute."""
    files = ExampleFiles()
    for name, example in examples.items():
        given = example["inputs"]
        if name.startswith("wilson"):
            files.answers(files.unit(name), "likert5", _shares(given["k"], given["n"]))
        elif name.startswith("newcombe"):
            unit = files.unit(name)
            files.answers(unit, "likert5", _shares(given["k1"], given["n1"]))
            files.answers(unit, "likert5", _shares(given["k2"], given["n2"]), BEFORE)
    _means(files, examples)
    _nets(files, examples)
    _services(files, examples)
    _staff(files, examples["turnover_bizfluent"]["inputs"])
    files.write(landing)


def _shares(k: int, n: int) -> list[int]:
    return [5] * k + [1] * (n - k)


def _means(files: ExampleFiles, examples: dict[str, Example]) -> None:
    files.answers(files.unit("mean_t_ci_95"), "score10", examples["mean_t_ci_95"]["inputs"]["x"])
    given = examples["weighted_mean_linearised"]["inputs"]
    unit = files.unit("weighted_mean_linearised")
    files.answers(unit, "likert5", given["y"], weights=given["w"])
    unit = files.unit("kish_neff_1_1_2")
    weights = examples["kish_neff_1_1_2"]["inputs"]["w"]
    files.answers(unit, "likert5", [4, 5, 1], weights=weights)
    # A code cannot be 7.5, so each mean that the example names is made of whole codes.
    codes: dict[str, list[float]] = {
        "likert5": [4],
        "faces3": [2, 3],
        "likert7": [5, 6],
        "score10": [7, 8, 8, 8],
        "nps11": [7, 8],
    }
    for item, (scale, values) in zip(
        examples["rescale_invariance"]["inputs"]["items"], codes.items(), strict=True
    ):
        assert sum(values) / len(values) == item["x"]
        files.answers(files.unit(f"rescale_invariance {scale}"), scale, values)
    files.answers(
        files.unit("na_handling"), "likert5", examples["na_handling"]["inputs"]["answers"]
    )
    files.answers(files.unit("reverse_item"), "reversed", examples["reverse_item"]["inputs"]["x"])


def _nets(files: ExampleFiles, examples: dict[str, Example]) -> None:
    files.answers(files.unit("nps_var_whuber"), "recommend", [9, 9, 10, 7, 8, 6])
    files.answers(files.unit("nps_ci_width_rule"), "recommend", [10, 8, 0])
    given = examples["nps_adjusted_wald"]["inputs"]
    values = [9] * given["promoters"] + [7] * given["passives"] + [3] * given["detractors"]
    files.answers(files.unit("nps_adjusted_wald"), "recommend", values)


def _services(files: ExampleFiles, examples: dict[str, Example]) -> None:
    given = examples["service_level_5_formulas"]["inputs"]
    unit = files.unit("service_level_5_formulas")
    files.contacts(unit, given["ans_in"], queue=20)
    files.contacts(unit, given["answered"] - given["ans_in"], queue=21)
    files.contacts(unit, given["ab_short"], "abandoned", queue=5)
    files.contacts(unit, given["ab_in"] - given["ab_short"], "abandoned", queue=6)
    files.contacts(unit, given["ab_after"], "abandoned", queue=21)
    unit = files.unit("weighted_aht_trap")
    for agent in examples["weighted_aht_trap"]["inputs"]["agents"]:
        files.contacts(unit, agent["n"], talk=agent["aht"] - 90, hold=60, after_contact=30)
    complaints, contacts = examples["complaints_per_1000"]["inputs"]["rows"][0]
    unit = files.unit("complaints_per_1000")
    files.complaints(unit, complaints)
    files.contacts(unit, contacts)
    unit = files.unit("iso_week")
    for day in examples["iso_week"]["inputs"]["days"]:
        files.contacts(unit, 1, day=day)


def _staff(files: ExampleFiles, given: dict[str, int]) -> None:
    """Employees at both ends of 2025-12 and leavers within, shown by three extracts."""
    unit = files.unit("turnover_bizfluent")
    joined = given["end"] - given["start"] + given["separations"]
    for number in range(given["start"] + joined):
        is_new, leaves = number >= given["start"], number < given["separations"]
        for extracted_on in ("2025-11-15", "2025-12-15", "2026-01-10"):
            if is_new and extracted_on == "2025-11-15":
                continue
            row = {
                "employee_id": f"staff-{number}", "extracted_on": extracted_on,
                "org_unit_id": unit, "job_role": "agent",
                "hired_on": "2025-12-10" if is_new else "2025-01-01",
                "left_on": "2025-12-20" if leaves and extracted_on == "2026-01-10" else "",
            }  # fmt: skip
            files.rows["employees"].append(row)
