"""Rows that cannot be judged yet wait, and are judged again at each load."""

import shutil
from pathlib import Path

import pytest

from load.place import ROOT, SURVEY, Place

RESPONSES = "response_id,survey_id,submitted_at\nr1,s1,2026-01-02\n"
ANSWERS = "response_id,item_code,answer_value\nr1,q1,5\n"


def held_files(place: Place) -> list[str]:
    paths = (place.home / "raw").glob("*/held_*.parquet")
    return sorted(path.relative_to(place.home / "raw").as_posix() for path in paths)


def test_rows_delivered_before_what_they_belong_to_heal(place: Place) -> None:
    place.load(survey_answers=ANSWERS + "r1,q2,\nr9,q1,1\n")
    assert place.counts("survey_answers") == (3, 0, 0, 0, 3, 0)
    assert held_files(place) == ["000001/held_survey_answers.parquet"]

    place.load(survey_responses=RESPONSES)
    assert place.counts("survey_responses") == (1, 0, 0, 0, 1, 0)

    for name, text in SURVEY.items():
        place.put(name, text)
    result = place.load()
    assert result.rows["rows_held"] == -3
    assert place.counts("survey_responses") == (1, 1, 0, 0, 0, 0)
    assert place.counts("survey_answers") == (3, 2, 0, 0, 1, 0)
    assert place.query(
        "SELECT item_code, answer_value::INT, _load, _delivered_load, _file, _line "
        "FROM survey_answers ORDER BY item_code"
    ) == [
        ("q1", 5, 3, 1, "survey_answers/000.csv", 2),
        ("q2", None, 3, 1, "survey_answers/000.csv", 3),
    ]
    assert held_files(place) == ["000003/held_survey_answers.parquet"]


def test_nothing_new_and_nothing_released_makes_no_load(place: Place) -> None:
    place.load(survey_answers=ANSWERS)
    assert place.load().load is None
    assert held_files(place) == ["000001/held_survey_answers.parquet"]


def test_what_is_held_survives_loads_of_other_entities(place: Place) -> None:
    place.load(survey_answers=ANSWERS)
    place.load(vendors="vendor_id,vendor_name\nv1,a\n")
    assert held_files(place) == ["000002/held_survey_answers.parquet"]
    for name, text in SURVEY.items():
        place.put(name, text)
    place.load(survey_responses=RESPONSES)
    assert place.counts("survey_answers") == (1, 1, 0, 0, 0, 0)


def test_a_held_row_delivered_twice_is_accepted_once(place: Place) -> None:
    place.load(survey_answers=ANSWERS)
    place.load(survey_answers=ANSWERS + "r1,q3,50\n")
    assert place.counts("survey_answers") == (3, 0, 0, 0, 3, 0)
    for name, text in SURVEY.items():
        place.put(name, text)
    place.load(survey_responses=RESPONSES)
    assert place.counts("survey_answers") == (3, 2, 0, 1, 0, 0)
    assert place.query("SELECT _file FROM survey_answers WHERE item_code = 'q1'") == [
        ("survey_answers/000.csv",)
    ]


def test_a_held_correction_keeps_its_place_among_the_versions(place: Place) -> None:
    for name, text in SURVEY.items():
        place.put(name, text)
    place.load()
    header = "response_id,survey_id,submitted_at,language\n"
    place.load(survey_responses=header + "r1,s9,2026-01-02,first\n")
    place.load(survey_responses=header + "r1,s1,2026-01-02,second\n")
    place.put("surveys/s9.csv", SURVEY["surveys/surveys.csv"].replace("s1,", "s9,"))
    place.load()
    assert place.query(
        "SELECT language, _load, _delivered_load FROM survey_responses ORDER BY _delivered_load"
    ) == [("first", 4, 2), ("second", 3, 3)]


def test_an_item_waits_for_its_scale(place: Place) -> None:
    seeds = place.project / "seeds"
    seeds.unlink()
    shutil.copytree(ROOT / "seeds", seeds)
    scales = seeds / "scales.csv"
    place.put("surveys/surveys.csv", SURVEY["surveys/surveys.csv"])
    place.load(
        survey_items="""
            survey_id,item_code,item_text,construct,scale
            s1,q1,How?,satisfaction,stars3
        """,
        survey_responses=RESPONSES,
        survey_answers=ANSWERS.replace(",5", ",3") + "r1,q1,9\nr1,q1,0\nr1,q1,2\n",
    )
    assert place.counts("survey_items") == (1, 0, 0, 0, 1, 0)
    assert place.counts("survey_answers") == (4, 0, 0, 0, 4, 0)
    header = scales.read_text(encoding="utf-8").splitlines()[0].split(",")
    for code, not_applicable in ((1, "false"), (3, "false"), (9, "true")):
        row = dict.fromkeys(header, "false") | {"scale_id": "stars3", "code": str(code)}
        row["is_not_applicable"] = not_applicable
        with scales.open("a", encoding="utf-8") as stream:
            stream.write(",".join(row[name] for name in header) + "\n")
    result = place.load()
    assert result.load == 2
    assert place.counts("survey_items") == (1, 1, 0, 0, 0, 0)
    assert place.counts("survey_answers") == (4, 2, 2, 0, 0, 0)
    assert place.query(
        "SELECT answer_value::INT, is_not_applicable FROM survey_answers ORDER BY 1"
    ) == [(3, None), (9, True)]
    again = "; correct it and deliver the row again"
    assert place.sentences() == [
        f"survey_answers, 000.csv line 4: score 0 is outside 1-3 of item q1{again}",
        "survey_answers, 000.csv line 5: score 2 is no code of the scale stars3 of item q1" + again,
    ]


def test_scores_are_held_against_the_scale_of_their_item(place: Place) -> None:
    for name, text in SURVEY.items():
        place.put(name, text)
    place.load(
        survey_responses=RESPONSES,
        survey_answers="""
            response_id,item_code,option,answer_value,answer_text
            r1,q1,a,5,
            r1,q1,b,11,
            r1,q1,c,4.5,
            r1,q1,d,,
            r1,q2,,,some words
            r1,q3,a,33.25,
            r1,q3,b,100.5,
            r1,q3,c,-1,
        """,
    )
    assert place.counts("survey_answers") == (8, 4, 4, 0, 0, 0)
    assert [sentence.split(": ")[1].split(";")[0] for sentence in place.sentences()] == [
        "score 11 is outside 1-5 of item q1",
        "score 4.5 is no code of the scale likert5 of item q1",
        "score 100.5 is outside 0-100 of item q3",
        "score -1 is outside 0-100 of item q3",
    ]


@pytest.mark.parametrize("killed_before", ["raw", "superseded"])
def test_held_rows_survive_a_kill(place: Place, killed_before: str) -> None:
    """Before the last rename nothing happened; after it, old held rows may still lie about."""
    place.load(survey_answers=ANSWERS)
    old = (place.home / "raw" / "000001" / "held_survey_answers.parquet").read_bytes()
    for name, text in SURVEY.items():
        place.put(name, text)
    place.load(survey_responses=RESPONSES)
    if killed_before == "raw":
        shutil.rmtree(place.home / "raw" / "000002")
    (place.home / "raw" / "000001" / "held_survey_answers.parquet").write_bytes(old)
    (place.home / ".loading" / "incoming").mkdir(parents=True)
    place.load(vendors="vendor_id,vendor_name\nv1,a\n")
    assert place.counts("survey_answers") == (1, 1, 0, 0, 0, 0)
    assert held_files(place) == []
    assert not Path(place.home / ".loading").exists()
