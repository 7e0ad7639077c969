"""Scenarios change what the world is called and what goes wrong in it, and say what is amiss."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from evenkeel.errors import UsageError
from evenkeel.simulate import Options, simulate
from evenkeel.simulate.scenario import SHIPPED, read_scenario
from evenkeel.simulate.sizes import size_of
from simulate.landed import Landed

NAMES = sorted(path.stem for path in SHIPPED.glob("*.yml"))


def test_there_is_a_scenario_for_each_kind_of_organisation() -> None:
    assert NAMES == ["contact-centre", "county-telecom", "property-manager"]


@pytest.mark.parametrize("name", NAMES)
def test_languages_differ_in_words_only(name: str, tmp_path: Path) -> None:
    worlds = []
    for language in ("en", "zh-Hans"):
        out = tmp_path / language
        simulate(out, Options("tiny", 2, months=4, scenario=name, language=language))
        worlds.append(Landed(out))
    english, chinese = worlds
    assert english.truth["rows"] == chinese.truth["rows"]
    assert english.truth["units"] == chinese.truth["units"]
    numbers = "SELECT contact_id, started_at, queue_seconds, outcome FROM contacts ORDER BY 1"
    assert english.rows(numbers) == chinese.rows(numbers)
    words = (
        "SELECT org_unit_name FROM org_units UNION ALL SELECT vendor_name FROM vendors "
        "UNION ALL SELECT description FROM org_events UNION ALL SELECT queue FROM contacts "
        "UNION ALL SELECT issue_code FROM contacts UNION ALL SELECT category FROM complaints "
        "UNION ALL SELECT survey_name FROM surveys UNION ALL SELECT answer_text FROM survey_answers"
    )
    assert all(text.isascii() for (text,) in english.rows(words) if text)
    plain = {text for (text,) in chinese.rows(words) if text and text.isascii()}
    assert plain == set()
    teams = "SELECT count(DISTINCT org_unit_name) = count(DISTINCT org_unit_id) FROM org_units"
    assert english.one(teams)
    assert chinese.one(teams)


@pytest.mark.parametrize("name", ["property-manager", "county-telecom"])
def test_what_goes_wrong_is_in_the_truth_and_in_the_events(name: str, tmp_path: Path) -> None:
    simulate(tmp_path / "out", Options("tiny", months=6, scenario=name))
    landed = Landed(tmp_path / "out")
    content = yaml.safe_load((SHIPPED / f"{name}.yml").read_text(encoding="utf-8"))
    planted = {
        (shift["org_unit_id"], shift["satisfaction"]) for shift in landed.truth["planted"]["shifts"]
    }
    # The tiny organisation has two regions only.
    assert planted == {(f"R{min(s['region'], 2)}", s["satisfaction"]) for s in content["shifts"]}
    said = {text for (text,) in landed.rows("SELECT description FROM org_events")}
    assert {shift["what"]["en"] for shift in content["shifts"]} <= said


def _changed(path: Path, **changes: Any) -> str:
    content = yaml.safe_load((SHIPPED / "county-telecom.yml").read_text(encoding="utf-8"))
    content |= changes
    content = {key: value for key, value in content.items() if value is not ...}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"queues": ...}, "queues is missing"),
        ({"colour": "blue"}, "colour is no key of a scenario"),
        ({"company": {"en": "A"}}, "company must be a text, or one for each of en and zh-Hans"),
        ({"company": ""}, "company must be a text"),
        ({"lines": [1, 2]}, "lines must be a list of 5"),
        ({"lines": [1, 2, 3, 4, 5]}, "lines, 1, must have the keys name, queue, volume"),
        ({"hours": [1.0] * 11}, "hours must be a list of 12"),
        ({"hours": ["much"] * 12}, "hours must be a number"),
        ({"volume": 0}, "volume must be from 0.01 to 100"),
        ({"volume": True}, "volume must be a number"),
        ({"regions": ["one"]}, "regions must be a list of at least 2"),
        ({"units": {"region": "{0}", "site": "s", "team": "t"}}, "units, region, may have {place}"),
        ({"shifts": []}, "shifts must be a list of at least 1"),
        ({"shifts": [{"region": 1}]}, "shifts, 1, must have the keys region, at"),
    ],
)
def test_what_is_amiss_is_named(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    path = _changed(tmp_path / "own.yml", **changes)
    with pytest.raises(UsageError) as raised:
        read_scenario(path)
    assert str(raised.value).startswith(f"{path}: {words}")
    assert str(raised.value).endswith("; correct it.")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: [", b"- 1"])
def test_a_file_that_is_no_scenario_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.yml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"own\.yml"):
        read_scenario(str(path))
    with pytest.raises(UsageError, match="one of contact-centre, county-telecom"):
        read_scenario("nowhere")


def test_an_own_scenario_is_simulated(tmp_path: Path) -> None:
    path = _changed(tmp_path / "own.yml", company="Alone", shifts=...)
    simulate(tmp_path / "out", Options("tiny", months=2, scenario=path))
    assert Landed(tmp_path / "out").rows("SELECT org_unit_name FROM org_units LIMIT 1") == [
        ("Alone",)
    ]


def test_sizes_are_named_or_numbers_of_contacts() -> None:
    assert size_of("medium").contacts_per_month == 10_000_000 // 24
    assert size_of("2_500_000").contacts_per_month == 2_500_000 // 24
    assert size_of("large").teams > size_of("medium").teams > size_of("small").teams == 60
    for wrong in ("huge", "19999", "-5", "1e6", ""):
        with pytest.raises(UsageError, match="choose tiny, small, medium, large or a number"):
            size_of(wrong)


def test_a_number_of_contacts_is_met(tmp_path: Path) -> None:
    simulate(tmp_path / "out", Options("60000", months=2, file_type="parquet"))
    landed = Landed(tmp_path / "out")
    assert {path.suffix for path in tmp_path.rglob("out/*/*")} == {".parquet"}
    assert landed.truth["rows"]["contacts"] == pytest.approx(60_000 / 12, rel=0.15)
