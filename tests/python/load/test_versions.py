"""Versions of a key: corrections, duplicates, re-sent exports, and any order of delivery."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from load.conftest import make_place
from load.place import SURVEY, Place

CONTACT = "contact_id,started_at,channel,outcome,queue,changed_at,is_deleted"
# How staging picks the current version of a key (rule 23).
CURRENT = """
    SELECT contact_id, queue FROM contacts WHERE NOT _is_redelivery
    QUALIFY row_number() OVER (
        PARTITION BY contact_id
        ORDER BY changed_at DESC NULLS LAST, _delivered_load DESC, _file DESC, _line DESC
    ) = 1 AND NOT coalesce(is_deleted, false)
    ORDER BY contact_id
"""


def contact(key: str, queue: str, changed_at: str = "", is_deleted: str = "") -> str:
    return f"{key},2026-01-01T00:00:00Z,voice,answered,{queue},{changed_at},{is_deleted}\n"


def test_a_correction_in_another_file_is_a_new_version(place: Place) -> None:
    place.load(contacts=f"{CONTACT}\n" + contact("c1", "sales") + contact("c2", "sales"))
    place.load(contacts=f"{CONTACT}\n" + contact("c1", "repairs") + contact("c2", "sales"))
    assert place.query(CURRENT) == [("c1", "repairs"), ("c2", "sales")]
    assert place.counts("contacts") == (4, 3, 0, 1, 0, 0)


def test_a_resent_old_export_undoes_no_correction(place: Place) -> None:
    old = f"{CONTACT}\n" + contact("c1", "sales")
    place.load(contacts=old)
    place.load(contacts=f"{CONTACT}\n" + contact("c1", "repairs"))
    # Once with the very same bytes, once with the row in another file.
    place.load(contacts=old)
    place.load(contacts=old + contact("c9", "sales"))
    assert place.query(CURRENT) == [("c1", "repairs"), ("c9", "sales")]
    assert place.counts("contacts") == (5, 3, 0, 2, 0, 0)


def test_versions_in_one_load_follow_path_and_line(place: Place) -> None:
    place.put("contacts/a.csv", f"{CONTACT}\n" + contact("c1", "one") + contact("c1", "two"))
    place.put("contacts/Z.csv", f"{CONTACT}\n" + contact("c1", "three") + contact("c1", "one"))
    place.load()
    # In byte order Z.csv comes before a.csv, where "one" is then an earlier version again.
    assert place.query(CURRENT) == [("c1", "two")]
    assert place.counts("contacts") == (4, 3, 0, 1, 0, 0)
    assert place.query("SELECT _file, _line FROM contacts WHERE queue = 'one'") == [
        ("contacts/Z.csv", 3)
    ]


def test_changed_at_goes_before_the_order_of_delivery(place: Place) -> None:
    place.load(contacts=f"{CONTACT}\n" + contact("c1", "new", "2026-02-02T00:00:00Z"))
    place.load(contacts=f"{CONTACT}\n" + contact("c1", "late", "2026-02-01T00:00:00Z"))
    assert place.query(CURRENT) == [("c1", "new")]


def test_a_deleted_key_ends_and_stays_ended(place: Place) -> None:
    first = f"{CONTACT}\n" + contact("c1", "sales") + contact("c2", "sales")
    place.load(contacts=first)
    place.load(contacts=f"{CONTACT}\n" + contact("c1", "sales", is_deleted="yes"))
    place.load(contacts=first + contact("c3", "sales"))
    assert place.query(CURRENT) == [("c2", "sales"), ("c3", "sales")]


def test_missing_key_parts_equal_each_other(place: Place) -> None:
    header = "org_unit_id,valid_from,org_unit_name,org_level\n"
    place.load(org_units=header + "u1,,One,site\nu1,NA,One,site\nu1,2026-01-01,One,site\n")
    assert place.counts("org_units") == (3, 2, 0, 1, 0, 0)


def test_the_writing_of_a_value_makes_no_version(place: Place) -> None:
    place.load(contacts=f"{CONTACT},talk_seconds\n" + contact("c1", "a").strip() + ",12\n")
    place.put(
        "contacts/other.csv",
        "queue;contact_id;channel;outcome;started_at;talk_seconds\n"
        " a ;c1;VOICE;answered;2026-01-01T08:00:00;12.0\n",
    )
    place.load()
    assert place.counts("contacts") == (2, 1, 0, 1, 0, 0)


def test_an_unknown_column_is_content_too(place: Place) -> None:
    place.load(contacts=f"{CONTACT},mood\n" + contact("c1", "a").strip() + ",good\n")
    place.load(contacts=f"{CONTACT},mood\n" + contact("c1", "a").strip() + ",bad\n")
    assert place.counts("contacts") == (2, 2, 0, 0, 0, 0)


@pytest.mark.parametrize("same_bytes", [True, False])
def test_answers_redelivered_with_a_new_version_of_their_response(
    place: Place, same_bytes: bool
) -> None:
    for name, text in SURVEY.items():
        place.put(name, text)
    responses = "response_id,survey_id,submitted_at,language\n"
    answers = "response_id,item_code,answer_value\nr1,q1,5\n"
    place.load(survey_responses=responses + "r1,s1,2026-01-02,en\n", survey_answers=answers)
    kept = answers if same_bytes else answers + "r1,q1,5\n"
    place.load(survey_responses=responses + "r1,s1,2026-01-02,zh\n", survey_answers=kept)
    # Redelivered without a change of its response, an answer is a plain duplicate.
    place.load(survey_answers=answers + "r1,q1,5\nr1,q1,5\n")
    assert place.query(
        "SELECT _load, _is_redelivery, _file FROM survey_answers ORDER BY _load"
    ) == [
        (1, False, "survey_answers/000.csv"),
        (2, True, "survey_answers/001.csv"),
    ]
    landed = 5 if same_bytes else 6
    assert place.counts("survey_answers") == (landed, 1, 0, landed - 1, 0, 0)


def test_two_homes_get_the_same_rows(place: Place) -> None:
    place.put("contacts/a.csv", f"{CONTACT}\n" + contact("c1", "a") * 2)
    place.put("contacts/b.csv", f"{CONTACT}\n" + contact("c1", "b"))
    place.load()
    place.load(contacts=f"{CONTACT}\n" + contact("c2", "b"))
    query = "SELECT * FROM contacts ORDER BY _load, _file, _line"
    first = place.query(query)
    other = make_place(place.root / "other")
    other.put("contacts/a.csv", f"{CONTACT}\n" + contact("c1", "a") * 2)
    other.put("contacts/b.csv", f"{CONTACT}\n" + contact("c1", "b"))
    other.load()
    other.load(contacts=f"{CONTACT}\n" + contact("c2", "b"))
    assert other.query(query) == first
    files = [path.name for path in (place.home / "raw" / "000001").iterdir()]
    for name in files:
        ours, theirs = (p.home / "raw" / "000001" / name for p in (place, other))
        assert ours.read_bytes() == theirs.read_bytes()


Version = tuple[str, str, int]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Version], list[list[Version]]]:
    """Draw versions of keys with different stamps, and one way of delivering them."""
    stamps = draw(st.lists(st.integers(0, 27), unique=True, min_size=1, max_size=8))
    versions = [
        (draw(st.sampled_from("abc")), draw(st.sampled_from("xyz")), stamp) for stamp in stamps
    ]
    repeated = draw(st.lists(st.sampled_from(versions), max_size=4))
    order = draw(st.permutations(versions + repeated))
    cuts = draw(st.lists(st.integers(0, len(order)), max_size=3))
    edges = [0, *sorted(cuts), len(order)]
    return versions, [list(order[a:b]) for a, b in itertools.pairwise(edges) if a < b]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(deliveries())
def test_the_current_version_does_not_depend_on_the_order_of_delivery(
    drawn: tuple[list[Version], list[list[Version]]],
) -> None:
    versions, files = drawn
    latest: dict[str, tuple[int, str]] = {}
    for key, queue, day in versions:
        latest[key] = max(latest.get(key, (-1, "")), (day, queue))
    with tempfile.TemporaryDirectory() as folder:
        place = make_place(Path(folder))
        for number, rows in enumerate(files):
            text = "".join(contact(k, q, f"2026-01-{d + 1:02}T00:00:00Z") for k, q, d in rows)
            place.put(f"contacts/{number}.csv", f"{CONTACT}\n{text}")
            # Half of the files come in a load of their own, the others with the next one.
            if number % 2:
                place.load()
        place.load()
        found: list[Any] = place.query(CURRENT)
        assert found == sorted((key, queue) for key, (_, queue) in latest.items())
        assert place.counts("contacts")[:2] == (sum(map(len, files)), len(versions))
