"""Batches beyond their limits are refused whole, or spoken of, and the others load."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from evenkeel.errors import UsageError
from evenkeel.load import load
from evenkeel.load.limits import CHECKS, STALE, read_limits
from load.conftest import make_place
from load.place import ROOT, SURVEY, Place

HEADER = "contact_id,started_at,channel,outcome,queue_seconds\n"


def contacts(
    day: int, rows: int, *, outcome: str = "answered", wait: str = "20", wrong: int = 0
) -> str:
    """Return contacts of one day, the last of them with an outcome that is none."""
    start = date(2026, 1, 1) + timedelta(days=day)
    return HEADER + "".join(
        f"{day}-{n},{start} 09:00:00,voice,{'lost' if n >= rows - wrong else outcome},{wait}\n"
        for n in range(rows)
    )


def days(place: Place, count: int, rows: int = 120) -> None:
    for day in range(count):
        place.put(f"contacts/day-{day:02}.csv", contacts(day, rows))


@pytest.mark.parametrize(
    ("rows", "wrong", "is_refused"), [(20, 1, False), (20, 2, True), (19, 9, False)]
)
def test_over_a_twentieth_refused_refuses_the_file(
    gated_place: Place, rows: int, wrong: int, is_refused: bool
) -> None:
    """At 20 rows one is exactly a twentieth; below, one alone would be more."""
    gated_place.put("contacts/bad.csv", contacts(0, rows, wrong=wrong))
    gated_place.put("contacts/good.csv", contacts(1, 30))
    result = gated_place.load()
    accepted = gated_place.query("SELECT count(*) FROM contacts WHERE _file = 'contacts/bad.csv'")
    assert accepted == [(0 if is_refused else rows - wrong,)]
    assert gated_place.query("SELECT count(*) FROM contacts WHERE _file LIKE '%good%'") == [(30,)]
    assert result.exit_status == (1 if is_refused else 0)
    if is_refused:
        assert result.refused == (
            (
                "contacts/bad.csv is refused whole as contacts: 2 of its 20 rows would be refused, "
                "over 5% (outcome not_accepted (2)); correct it and deliver it again, or if it is "
                "right, load it with --accept 'contacts/bad.csv'."
            ),
        )
        assert gated_place.sentences() == []
        assert gated_place.query("SELECT DISTINCT file FROM accounting") == [("contacts/good.csv",)]
    page = gated_place.home / "reports" / "checks" / "load-000001" / "batches.html"
    assert ("contacts/bad.csv" in page.read_text(encoding="utf-8")) == is_refused


def test_a_refused_file_is_tried_again_and_may_be_taken_as_it_is(gated_place: Place) -> None:
    gated_place.put("contacts/bad.csv", contacts(0, 40, wrong=10))
    assert gated_place.load().exit_status == 1
    assert gated_place.load().exit_status == 1
    result = load(gated_place.config, ["contacts/bad.csv"])
    assert (result.exit_status, gated_place.counts("contacts")) == (0, (40, 30, 10, 0, 0, 0))
    assert result.warnings == (
        (
            "contacts/bad.csv is loaded as contacts, but 10 of its 40 rows would be refused, "
            "over 5% (outcome not_accepted (10)); check that it is whole."
        ),
    )
    assert gated_place.load().load is None


def test_a_file_to_be_accepted_has_to_be_there(gated_place: Place) -> None:
    gated_place.put("contacts/bad.csv", contacts(0, 40, wrong=10))
    with pytest.raises(UsageError, match=r"names bad.csv, .* \(is contacts/bad.csv meant\?\)"):
        load(gated_place.config, ["bad.csv"])


def test_a_mended_file_goes_in_after_its_refusal(gated_place: Place) -> None:
    gated_place.put("contacts/bad.csv", contacts(0, 40, wrong=10))
    assert gated_place.load().exit_status == 1
    gated_place.put("contacts/bad.csv", contacts(0, 40))
    assert gated_place.load().exit_status == 0
    assert gated_place.counts("contacts") == (40, 40, 0, 0, 0, 0)


def test_what_a_refused_batch_brought_decides_on_no_other_row(gated_place: Place) -> None:
    """Answers to responses that were refused whole wait for them, and heal."""
    for name, text in SURVEY.items():
        gated_place.put(name, text)
    header = "response_id,survey_id,submitted_at\n"
    good = [f"r{n},s1,2026-01-05\n" for n in range(30)]
    bad = [row.replace("2026-01-05", "soon") if n > 20 else row for n, row in enumerate(good)]
    gated_place.put("survey_responses/r.csv", header + "".join(bad))
    answers = "response_id,item_code,answer_value\n" + "".join(f"r{n},q1,5\n" for n in range(30))
    gated_place.put("survey_answers/a.csv", answers)
    assert gated_place.load().exit_status == 1
    assert gated_place.counts("survey_answers") == (30, 0, 0, 0, 30, 0)
    gated_place.put("survey_responses/r.csv", header + "".join(good))
    assert gated_place.load().exit_status == 0
    assert gated_place.counts("survey_answers") == (30, 30, 0, 0, 0, 0)


@pytest.mark.parametrize(("rows", "exit_status"), [(24, 0), (23, 1), (600, 0), (601, 1), (0, 1)])
def test_a_volume_far_off_that_of_files_like_it_refuses_the_file(
    gated_place: Place, rows: int, exit_status: int
) -> None:
    """Five times fewer or more than any of the files before it; 120 rows each."""
    days(gated_place, 5)
    assert gated_place.load().exit_status == 0
    gated_place.put("contacts/day-05.csv", contacts(5, rows))
    result = gated_place.load()
    assert result.exit_status == exit_status
    if rows == 23:
        assert result.refused[0].startswith(
            "contacts/day-05.csv is refused whole as contacts: it has 23 rows, where files like "
            "it had 120 to 120; "
        )


def test_four_files_are_no_history(gated_place: Place) -> None:
    days(gated_place, 4)
    gated_place.put("contacts/day-04.csv", contacts(4, 5))
    gated_place.put("contacts/late.csv", contacts(5, 5))
    assert gated_place.load().exit_status == 0


def test_volume_is_judged_within_one_load(gated_place: Place) -> None:
    days(gated_place, 5)
    gated_place.put("contacts/day-05.csv", contacts(5, 5))
    assert gated_place.load().exit_status == 1
    assert gated_place.counts("contacts") == (600, 600, 0, 0, 0, 0)


def test_a_small_file_of_corrections_is_no_short_delivery(gated_place: Place) -> None:
    days(gated_place, 6)
    gated_place.load()
    gated_place.put("contacts/day-06.csv", contacts(2, 6, outcome="abandoned"))
    assert gated_place.load().exit_status == 0


def test_a_short_file_of_refused_rows_corrects_nothing(gated_place: Place) -> None:
    days(gated_place, 5)
    gated_place.load()
    gated_place.put("contacts/day-05.csv", contacts(5, 19, wrong=19))
    assert "it has 19 rows" in gated_place.load().refused[0]


def test_corrections_are_known_within_a_load_too(gated_place: Place) -> None:
    days(gated_place, 6)
    gated_place.put("contacts/day-06.csv", contacts(2, 6, outcome="abandoned"))
    assert gated_place.load().exit_status == 0


def test_missing_parts_of_a_key_are_equal(gated_place: Place) -> None:
    for name, text in SURVEY.items():
        gated_place.put(name, text)
    everybody = range(6 * 120)
    gated_place.put(
        "survey_responses/r.csv",
        "response_id,survey_id,submitted_at\n"
        + "".join(f"r{n},s1,2026-01-05\n" for n in everybody),
    )
    for day in range(6):
        rows = "".join(f"r{n},q1,5\n" for n in everybody if n % 6 == day)
        gated_place.put(
            f"survey_answers/d-{day}.csv", f"response_id,item_code,answer_value\n{rows}"
        )
    gated_place.load()
    rows = "".join(f"r{6 * n},q1,4\n" for n in range(10))
    gated_place.put("survey_answers/d-6.csv", f"response_id,item_code,answer_value\n{rows}")
    assert gated_place.load().exit_status == 0


def test_a_file_to_look_up_in_does_not_answer_for_the_others(gated_place: Place) -> None:
    """The calls were taken as they are; a new list of queues reads them again."""
    mapping = """
        select id as contact_id, happened as started_at, 'voice' as channel, outcome, queues.name as queue
        from {{ source_file('calls*.csv') }} as calls
        left join {{ source_file('queues*.csv') }} as queues on calls.queue = queues.queue
    """
    gated_place.map("acme", "contacts", mapping)
    calls = "".join(
        f"{n},2026-01-05,{'lost' if n < 6 else 'answered'},{'ab'[n % 2]}\n" for n in range(40)
    )
    gated_place.put("acme/calls.csv", f"id,happened,outcome,queue\n{calls}")
    gated_place.put("acme/queues.csv", "queue,name\na,Sales\n")
    assert load(gated_place.config, ["acme/calls.csv"]).exit_status == 0
    gated_place.put("acme/queues2.csv", "queue,name\nb,Service\n")
    assert gated_place.load().exit_status == 0
    assert gated_place.query(
        "SELECT DISTINCT queue FROM contacts WHERE _load = 2 ORDER BY ALL"
    ) == [("Service",)]


def test_a_changed_mapping_makes_no_old_file_of_a_known_one(gated_place: Place) -> None:
    mapping = """
        select id as contact_id, happened as started_at, 'voice' as channel, 'answered' as outcome,
            'QUEUE' as queue
        from {{ source_file('*.csv') }}
    """
    gated_place.map("acme", "contacts", mapping)
    for month in range(1, 9):
        rows = "".join(f"{month}-{n},2026-{month:02}-05\n" for n in range(120))
        gated_place.put(f"acme/2026-{month:02}.csv", f"id,happened\n{rows}")
    gated_place.load()
    gated_place.map("acme", "contacts", mapping.replace("QUEUE", "sales"))
    result = gated_place.load()
    assert (result.rows["rows_accepted"], result.warnings) == (960, ())


def test_what_a_refused_batch_decided_is_forgotten(gated_place: Place) -> None:
    """Refused whole, it made the survey one of employees, whose answers may name nobody."""
    gated_place.put("surveys/a.csv", SURVEY["surveys/surveys.csv"])
    rows = "".join(f"x{n},X,adhoc,customer,internal,soon\n" for n in range(20))
    rows += "".join(f"y{n},Y,adhoc,customer,internal,2026-01-01\n" for n in range(20))
    header = "survey_id,survey_name,programme,subject,run_by,opened_on\n"
    gated_place.put(
        "surveys/z.csv", f"{header}{rows}s1,A,post_contact,employee,internal,2026-01-01\n"
    )
    for name, count in (("big", 40), ("small", 10)):
        rows = "".join(f"{name}{n},s1,2026-01-05,c{n}\n" for n in range(count))
        gated_place.put(
            f"survey_responses/{name}.csv",
            f"response_id,survey_id,submitted_at,customer_id\n{rows}",
        )
    result = gated_place.load()
    assert [batch.file for batch in result.refused_batches] == ["surveys/z.csv"]
    assert gated_place.counts("survey_responses") == (50, 50, 0, 0, 0, 0)
    kept = {path.read_bytes() for path in gated_place.home.glob("archive/*/*")}
    landed = {path.read_bytes() for path in gated_place.landing.glob("*/*") if path.name != "z.csv"}
    assert kept == landed


def test_odd_shapes_are_spoken_of_and_loaded(gated_place: Place) -> None:
    days(gated_place, 5)
    gated_place.load()
    gated_place.put("contacts/day-05.csv", contacts(5, 120, wait=""))
    gated_place.put("contacts/day-06.csv", contacts(6, 120, wait="20000"))
    gated_place.put("contacts/day-07.csv", contacts(7, 120, outcome="abandoned"))
    gated_place.put("contacts/day-08.csv", contacts(62, 120))
    gated_place.put("contacts/day-09.csv", contacts(0, 120).replace("0-", "x-"))
    gated_place.put("contacts/day-10.csv", contacts(63, 120, wait="soon"))
    result = gated_place.load()
    assert result.exit_status == 0
    assert gated_place.counts("contacts") == (1320, 1320, 0, 0, 0, 120)
    assert list(result.warnings) == [
        f"contacts/{file}.csv is loaded as contacts, but {words}; check that it is whole."
        for file, words in (
            ("day-05", "it has nothing in queue_seconds, which files like it fill"),
            ("day-05", "0% of its queue_seconds is filled, where files like it had 100% to 100%"),
            ("day-06", "the mean of its queue_seconds is 20,000, where files like it had 20 to 20"),
            ("day-07", "100% has outcome = abandoned, where files like it had 0% to 0%"),
            ("day-08", "what came before it ended on 2026-01-08, 54 days earlier than usual"),
            ("day-09", "it ends on 2026-01-01, 62 days before what came before it"),
            ("day-10", "100% of its queue_seconds is wrong and was left empty"),
        )
    ]


def test_an_unreadable_file_is_on_the_page(gated_place: Place) -> None:
    gated_place.put("contacts/a.csv", "contact_id\n1\n")
    assert gated_place.load().exit_status == 1
    page = gated_place.home / "reports" / "checks" / "load-000001" / "batches.html"
    assert "contacts/a.csv" in page.read_text(encoding="utf-8")


def test_the_page_fetches_nothing(gated_place: Place) -> None:
    gated_place.put("contacts/a.csv", contacts(0, 30))
    gated_place.load()
    (page,) = gated_place.home.glob("reports/checks/*/*.html")
    text = page.read_text(encoding="utf-8")
    assert not [tag for tag in ("<link", "<script", "<img", "url(http", "@import") if tag in text]


def test_a_name_is_shown_and_not_obeyed(gated_place: Place) -> None:
    gated_place.put("contacts/a <svg onload=alert(1)> $x &amp; b.csv", contacts(0, 40, wrong=10))
    assert gated_place.load().exit_status == 1
    (page,) = gated_place.home.glob("reports/checks/*/*.html")
    text = page.read_text(encoding="utf-8")
    assert "&lt;svg onload=alert(1)&gt;" in text
    assert "<svg" not in text
    assert "default-src 'none'" in text


def test_the_same_files_give_the_same_page(gated_place: Place) -> None:
    for home in (gated_place, other := make_place(gated_place.root / "other")):
        home.put("contacts/a.csv", contacts(0, 40, wrong=10))
        home.load()
    (mine,), (theirs,) = (
        home.home.glob("reports/checks/*/*.html") for home in (gated_place, other)
    )
    assert mine.read_bytes() == theirs.read_bytes()
    assert "<h4>load 1: batches</h4>" in mine.read_text(encoding="utf-8")


def test_an_entity_has_limits_of_its_own(gated_place: Place) -> None:
    limits = (ROOT / "seeds" / "load_limits.csv").read_text(encoding="utf-8")
    seeds = gated_place.project / "seeds"
    seeds.unlink()
    seeds.mkdir()
    (seeds / "scales.csv").symlink_to(ROOT / "seeds" / "scales.csv")
    (seeds / "load_limits.csv").write_text(
        limits + "refused_share,contacts,0.5,30,refuse\n", "utf-8"
    )
    gated_place.put("contacts/a.csv", contacts(0, 40, wrong=20))
    assert gated_place.load().exit_status == 0
    gated_place.put("contacts/b.csv", contacts(1, 40, wrong=21))
    assert gated_place.load().exit_status == 1
    gated_place.put("contacts/b.csv", contacts(1, 29, wrong=29))
    assert gated_place.load().exit_status == 0


def wrong_limits() -> Iterator[tuple[str, str]]:
    good = (ROOT / "seeds" / "load_limits.csv").read_text(encoding="utf-8")
    yield good.replace("days_ahead", "days_away"), "line 11: check_name 'days_away' is not one of"
    yield (
        good.replace("0.05,20,refuse", "five,20,refuse"),
        "line 2: limit_value and least_rows are numbers",
    )
    yield (
        good.replace("0.05,20,refuse", "nan,20,refuse"),
        "line 2: limit_value and least_rows are not",
    )
    yield good + "days_ahead,default,1,1,warn\n", "two rows of days_ahead default"
    yield good.replace("days_ahead,default", "days_ahead,contacts"), "no row of days_ahead"
    yield good.replace("severity", "verdict"), "does not have the columns"
    yield good.replace("warn", "shout"), "severity 'shout' is not one of refuse, warn, ignore"


@pytest.mark.parametrize(("text", "words"), list(wrong_limits()))
def test_a_limit_that_means_nothing_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "load_limits.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        read_limits(path, ["contacts"])


def test_every_check_has_a_limit() -> None:
    limits = read_limits(ROOT / "seeds" / "load_limits.csv", ["contacts"])
    assert {limit.check_name for limit in limits} == {*CHECKS, STALE}
