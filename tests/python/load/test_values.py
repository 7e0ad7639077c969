"""How values are written, and what each spelling means."""

from datetime import UTC, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from load.place import Place

CONTACT = "contact_id,started_at,channel,outcome"


# Column, what is written, what it means; "refused" is the row's end.
VALUES = [
    ("queue", "", None),
    ("queue", " NA ", None),
    ("queue", "n/a", None),
    ("queue", "NULL", None),
    ("queue", "Nile", "Nile"),
    ("queue", "  sales \u3000", "sales"),
    ("queue", "\u00a0sales\t", "sales"),
    ("queue", "a  b", "a  b"),
    ("contact_id", "000123", "000123"),
    ("contact_id", "1e5", "1e5"),
    ("talk_seconds", "12", "12"),
    ("talk_seconds", "+12.00", "12"),
    ("talk_seconds", "0012", "12"),
    ("talk_seconds", "12.5", None),
    ("talk_seconds", "-1", None),
    ("talk_seconds", "1e2", None),
    ("talk_seconds", "1_0", None),
    ("talk_seconds", "0x10", None),
    ("talk_seconds", "1,000", None),
    ("talk_seconds", "9223372036854775808", None),
    ("sale_amount", "12", "12.000000"),
    ("sale_amount", "-.5", "-0.500000"),
    ("sale_amount", "1.2345675", "1.234568"),
    ("sale_amount", "-1.2345675", "-1.234568"),
    ("sale_amount", "1.5e3", "1500.000000"),
    ("sale_amount", "1_000", None),
    ("sale_amount", "1,000.00", None),
    ("sale_amount", "nan", None),
    ("sale_amount", "1e12", None),
    ("is_abusive", "TRUE", "true"),
    ("is_abusive", "y", "true"),
    ("is_abusive", "是", "true"),
    ("is_abusive", "1", "true"),
    ("is_abusive", "No", "false"),
    ("is_abusive", "否", "false"),
    ("is_abusive", "0", "false"),
    ("is_abusive", "F", "false"),
    ("is_abusive", "2", None),
    ("is_abusive", "maybe", None),
    ("channel", "VOICE", "voice"),
    ("channel", "fax", "refused"),
    ("direction", "Outbound", "outbound"),
    ("direction", "sideways", None),
    ("started_at", "2026-01-01T08:00:00", "2026-01-01 00:00:00"),
    ("started_at", "2026-01-01 08:00", "2026-01-01 00:00:00"),
    ("started_at", "2026-01-01", "2025-12-31 16:00:00"),
    ("started_at", "2026-01-01T00:00:00Z", "2026-01-01 00:00:00"),
    ("started_at", "2026-01-01T00:00:00+01:30", "2025-12-31 22:30:00"),
    ("started_at", "2026-01-01T00:00:00-0500", "2026-01-01 05:00:00"),
    ("started_at", "2026-01-01 00:00:00+08", "2025-12-31 16:00:00"),
    ("started_at", "2026-01-01T00:00:00.250Z", "2026-01-01 00:00:00.25"),
    ("started_at", "2026-02-30T00:00:00Z", "refused"),
    ("started_at", "01/02/2026 10:00", "refused"),
    ("started_at", "2026/01/01 10:00", "refused"),
    ("started_at", "2026-01-01 10:00 AM", "refused"),
    ("started_at", "yesterday", "refused"),
    ("started_at", "infinity", "refused"),
    ("changed_at", "2026-01-01T08:00:00", "2026-01-01 00:00:00"),
    ("is_deleted", "yes", "true"),
]


def test_values_of_contacts(place: Place) -> None:
    for number, (column, written, _) in enumerate(VALUES):
        row = {
            "contact_id": f"c{number}",
            "started_at": "2026-01-01T00:00:00Z",
            "channel": "voice",
            "outcome": "answered",
            column: written,
        }
        quoted = ",".join(f'"{cell}"' for cell in row.values())
        place.put(f"contacts/{number:03}.csv", f"{','.join(row)}\n{quoted}\n")
    place.load()
    found: dict[int, str | None] = {}
    for column in {column for column, _, _ in VALUES}:
        rows = place.query(f"SELECT _file, CAST({column} AS VARCHAR) FROM contacts")
        found |= {
            number: value for file, value in rows if VALUES[number := int(file[-7:-4])][0] == column
        }
    assert [
        (column, written, found.get(number, "refused"))
        for number, (column, written, _) in enumerate(VALUES)
    ] == VALUES


def test_months_and_dates(place: Place) -> None:
    place.load(
        costs="""
            org_unit_id,month,cost_type,amount
            u1,2026-01,staff,5
            u2,2026-01-01,staff,5
            u3,2026-01-31T10:00:00+08:00,staff,5
            u4,2026-13,staff,5
            u5,01/2026,staff,5
        """,
        org_units="""
            org_unit_id,org_unit_name,org_level,opened_on
            u1,One,site,2026-01-31
            u2,One,site,2026-01-31T23:59:59+08:00
            u3,One,site,2026-01
            u4,One,site,31.01.2026
            u5,One,site,20260131
        """,
    )
    assert (
        place.query("SELECT month::VARCHAR FROM costs ORDER BY org_unit_id")
        == [("2026-01-01",)] * 3
    )
    assert place.query("SELECT opened_on::VARCHAR FROM org_units ORDER BY org_unit_id") == [
        ("2026-01-31",),
        ("2026-01-31",),
        (None,),
        (None,),
        (None,),
    ]


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("Asia/Shanghai", "2026-01-15 04:00:00", "2026-07-15 04:00:00"),
        ("Europe/Berlin", "2026-01-15 11:00:00", "2026-07-15 10:00:00"),
        ("America/New_York", "2026-01-15 17:00:00", "2026-07-15 16:00:00"),
        ("Asia/Kolkata", "2026-01-15 06:30:00", "2026-07-15 06:30:00"),
    ],
)
def test_times_without_an_offset_are_in_the_projects_zone(
    place: Place, zone: str, winter: str, summer: str
) -> None:
    place.time_zone = zone
    place.load(
        contacts=f"""
            {CONTACT}
            c1,2026-01-15T12:00:00,voice,answered
            c2,2026-07-15T12:00:00,voice,answered
        """
    )
    assert place.query("SELECT started_at::VARCHAR FROM contacts ORDER BY contact_id") == [
        (winter,),
        (summer,),
    ]


def test_persons_get_keyed_hashes(place: Place) -> None:
    place.load(
        contacts=f"{CONTACT},customer_id,employee_id\nc1,2026-01-01,voice,answered,k1,e1\n"
        "c2,2026-01-01,voice,answered,,\n"
    )

    key = "a key for tests"
    assert place.query("SELECT _customer_key, _employee_key FROM contacts ORDER BY contact_id") == [
        (
            sha256(f"{key}:customer:k1".encode()).hexdigest(),
            sha256(f"{key}:employee:e1".encode()).hexdigest(),
        ),
        (None, None),
    ]


def test_a_secret_is_made_once_where_the_environment_has_no_key(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVENKEEL_PERSON_KEY")
    place.load(contacts=f"{CONTACT},customer_id\nc1,2026-01-01,voice,answered,k1\n")
    secret = place.home / "secret"
    first = secret.read_text()
    assert secret.stat().st_mode & 0o777 == 0o600
    place.load(contacts=f"{CONTACT},customer_id\nc2,2026-01-01,voice,answered,k1\n")
    assert secret.read_text() == first
    assert place.query("SELECT count(DISTINCT _customer_key) FROM contacts") == [(1,)]


def test_local_times_that_come_twice_or_never(place: Place) -> None:
    place.time_zone = "Europe/Berlin"
    place.load(
        contacts=f"""
            {CONTACT}
            never,2026-03-29T02:30:00,voice,answered
            twice,2026-10-25T02:30:00,voice,answered
            twice-too,2026-10-25T02:30,voice,answered
        """
    )
    assert place.query("SELECT contact_id, started_at::VARCHAR FROM contacts ORDER BY 1") == [
        ("never", "2026-03-29 01:30:00"),
        ("twice", "2026-10-25 01:30:00"),
        ("twice-too", "2026-10-25 01:30:00"),
    ]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Sao_Paulo", "Asia/Tehran", "UTC"])
def test_times_are_those_of_the_zones_clocks_in_every_year(place: Place, zone: str) -> None:
    place.time_zone = zone
    clock = ZoneInfo(zone)
    # Earlier ones are refused as no event of theirs.
    years = range(1990, 2031)
    days = [datetime(year, month, 17, 12, tzinfo=clock) for year in years for month in (1, 5, 7)]
    rows = "".join(f"{day:%Y%m%d},{day:%Y-%m-%dT%H:%M:%S},voice,answered\n" for day in days)
    place.load(contacts=f"{CONTACT}\n{rows}")
    assert place.query("SELECT started_at FROM contacts ORDER BY contact_id") == [
        (day.astimezone(UTC).replace(tzinfo=None),) for day in days
    ]
