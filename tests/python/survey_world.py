"""A random world of survey answers as rows of the contract, and where each response counts, told without SQL."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from pandas import DataFrame

SURVEYS = {
    # programme, run by, wave
    "F": ("follow_up", "internal", "w1"),
    "T": ("third_party", "external", "w1"),
    "P": ("post_contact", "internal", None),
}
ENDS = {
    "likert5": (1, 5), "likert7": (1, 7), "likert4": (1, 4), "score10": (1, 10), "nps11": (0, 10),
    "slider100": (0, 100),
}  # fmt: skip
# Code, construct, scale, and what else is said of the question.
_QUESTIONS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("overall", "overall_satisfaction", "likert5", {}),
    ("late", "satisfaction", "likert5", {"is_reversed": True}),
    ("tell", "recommend", "nps11", {}),
    ("stay", "loyalty", "likert7", {}),
    ("feel", "satisfaction", "slider100", {}),
    ("found_lift", "perception", "likert5", {"concept": "lift", "dimension": "reliability"}),
    ("hoped_lift", "expectation", "likert5", {"concept": "lift", "dimension": "assurance"}),
    ("p2", "perception", "likert7", {"dimension": "assurance", "touchpoint": "sales"}),
    ("e2", "expectation", "score10", {"dimension": "assurance", "touchpoint": "sales"}),
    ("p3", "perception", "likert5", {"module": "m1"}),
    ("e3", "expectation", "likert5", {"module": "m1"}),
    ("e4", "expectation", "likert5", {"module": "m2"}),
    ("matters", "importance", "likert4", {"concept": "lift", "dimension": "reliability"}),
    ("with", "kano_functional", "likert5", {"concept": "gate"}),
    ("without", "kano_dysfunctional", "likert5", {"concept": "gate"}),
    ("why", "other", "multi", {}),
]
ITEMS: list[dict[str, Any]] = [
    {"item_code": code, "construct": construct, "scale": scale, "position": place, **more}
    for place, (code, construct, scale, more) in enumerate(_QUESTIONS, start=1)
]
Row = dict[str, Any]
# The worked examples: gaps by dimension in points of the scale, and options in percent.
SERVQUAL = {
    "tangibles": -0.65, "reliability": -1.1, "responsiveness": -0.83, "assurance": -0.7, "empathy": -1.01,
}  # fmt: skip
MENTIONS = {"price": 22, "place": 37, "people": 37, "product": 40}


def some_responses(random: np.random.Generator) -> list[Row]:
    responses = []
    for number in range(360):
        survey = str(random.choice(["F", "T", "P"]))
        person = f"c{random.integers(70)}" if random.random() < 0.85 else None
        unit = random.choice(["T1", "T2", "T3", "gone", ""], p=[0.45, 0.42, 0.04, 0.04, 0.05])
        responses.append(
            {
                "response_id": f"r{number}",
                "survey_id": survey,
                "submitted_at": f"{date(2025, 11, 1) + timedelta(int(random.integers(181)))} 03:00:00",
                "customer_id": person,
                "_customer_key": person and f"key of {person}",
                "org_unit_id": unit or None,
                "is_test": bool(random.random() < 0.04),
            }
        )
    return responses


def some_answers(random: np.random.Generator, responses: list[Row]) -> list[Row]:
    answers = []
    for response in responses:
        mood = random.normal()
        for item in ITEMS:
            if random.random() < 0.1:
                continue
            row = {"response_id": response["response_id"], "item_code": item["item_code"]}
            if item["scale"] == "multi":
                ticked = [option for option in "abc" if random.random() < 0.4]
                answers += [{**row, "option": option} for option in ticked]
                continue
            low, high = ENDS[item["scale"]]
            ease = 0.9 if item["construct"] in {"expectation", "importance"} else 0.4
            wish = low + (high - low) * (0.5 + 0.25 * (ease + mood * 0.7 + random.normal() * 0.8))
            row["answer_value"] = float(min(max(round(wish), low), high))
            match random.integers(40):
                case 0:
                    row["is_not_applicable"] = True
                case 1:
                    row["answer_value"] = high + 4.0
                case 2 if item["item_code"] == "late":
                    row["answer_value"] = 3.5
            answers.append(row)
    return answers


def as_contract(responses: list[Row], answers: list[Row]) -> dict[str, list[Row]]:
    def unit(name: str, parent: str | None, since: str | None = None) -> Row:
        return {
            "org_unit_id": name, "org_unit_name": name, "org_level": "team",
            "parent_org_unit_id": parent, "valid_from": since,
        }  # fmt: skip

    tree = [("HQ", None), ("S1", "HQ"), ("S2", "HQ"), ("T1", "S1"), ("T2", "S2"), ("T3", "S1")]
    return {
        "org_units": [*(unit(*pair) for pair in tree), unit("T1", "S2", "2026-02-01")],
        "surveys": [
            {
                "survey_id": survey, "survey_name": survey, "programme": programme, "run_by": run_by,
                "subject": "customer", "version": "v1", "wave": wave, "opened_on": "2025-11-01",
            }
            for survey, (programme, run_by, wave) in SURVEYS.items()
        ],
        "survey_items": [{"survey_id": survey, "item_text": "?", **item} for survey in SURVEYS for item in ITEMS],
        "survey_responses": responses,
        "survey_answers": answers,
    }  # fmt: skip


# The other route


def ancestors(unit: str | None, day: date) -> list[str]:
    if unit not in {"T1", "T2", "T3"}:
        return ["all"]
    in_s2 = unit == "T2" or (unit == "T1" and day >= date(2026, 2, 1))
    return [unit, "S2" if in_s2 else "S1", "HQ", "all"]


def places(responses: list[Row]) -> DataFrame:
    """Return one row per counted response, unit over it and period that it lies in."""
    rows = []
    for response in responses:
        if response["is_test"]:
            continue
        programme, run_by, wave = SURVEYS[response["survey_id"]]
        day = date.fromisoformat(response["submitted_at"][:10])
        periods = [
            ("month", f"{day:%Y-%m}"),
            ("quarter", f"{day.year}-Q{(day.month + 2) // 3}"),
            ("half", f"{day.year}-H{1 if day.month < 7 else 2}"),
            ("year", f"{day.year}"),
            ("all", "all"),
        ]
        if wave:
            periods.append(("wave", f"{programme}:{wave}"))
        rows += [
            {
                "response_id": response["response_id"], "survey_id": response["survey_id"],
                "person": response["customer_id"] or response["response_id"],
                "is_pooled": run_by == "internal", "period_type": kind, "period_key": key, "org_unit_id": unit,
            }
            for kind, key in periods for unit in ancestors(response["org_unit_id"], day)
        ]  # fmt: skip
    return DataFrame(rows)


def valid_answers(answers: list[Row]) -> DataFrame:
    """Return valid codes, reversed ones turned, and their scores."""
    frame = DataFrame(answers).merge(DataFrame(ITEMS), on="item_code")
    frame = frame[(frame["scale"] != "multi") & frame["is_not_applicable"].isna()].copy()
    low, high = (frame["scale"].map(lambda scale, end=end: ENDS[scale][end]) for end in (0, 1))
    turned = low + high - frame["answer_value"]
    frame["code"] = frame["answer_value"].where(frame["is_reversed"].isna(), turned)
    frame["score"] = 100 * (frame["code"] - low) / (high - low)
    return frame[frame["score"].between(0, 100)]


def worked_examples() -> dict[str, list[Row]]:
    """Answers that the worked examples describe, of a hundred customers each."""
    items: list[Row] = []
    answers: list[Row] = []
    for place, (dimension, gap) in enumerate(SERVQUAL.items()):
        for construct in ("expectation", "perception"):
            code = f"{construct[0]}{place}"
            more = {"scale": "likert7", "dimension": dimension, "position": place}
            items.append({"item_code": code, "construct": construct, **more})
            for number in range(100):
                # So many of the hundred find one point less that the mean is the one of the example.
                less, more_less = divmod(round(-100 * gap), 100)
                found = 6 - less - (number < more_less)
                value = found if construct == "perception" else 6
                answers.append(
                    {"response_id": f"r{number}", "item_code": code, "answer_value": value}
                )
    items.append({"item_code": "why", "construct": "other", "scale": "multi"})
    ticks = [option for option, percent in MENTIONS.items() for _ in range(percent)]
    answers += [
        {"response_id": f"r{number % 100}", "item_code": "why", "option": option}
        for number, option in enumerate(ticks)
    ]
    for item, construct in (("with", "kano_functional"), ("without", "kano_dysfunctional")):
        items.append(
            {"item_code": item, "construct": construct, "scale": "likert5", "concept": "lift"}
        )
        answers += [
            {
                "response_id": f"r{number}", "item_code": item,
                "answer_value": 5 - (number // 5 if item == "with" else number % 5),
            }
            for number in range(25)
        ]  # fmt: skip
    responses: list[Row] = [
        {
            "response_id": f"r{number}",
            "survey_id": "F",
            "submitted_at": "2026-03-01 03:00:00",
            "is_test": False,
        }
        for number in range(100)
    ]
    rows = as_contract(responses, answers)
    rows["survey_items"] = [{"survey_id": "F", "item_text": "?", **item} for item in items]
    return rows
