"""Spreadsheets: what their cells mean, which of their sheets is read, and what they may not do."""

from __future__ import annotations

import io
import zipfile

import pytest

from evenkeel.contract import read_contract
from load.place import ROOT, Place, most_memory
from load.workbook import Cell, cell, sheet, workbook

HEADER: list[Cell] = [
    "contact_id",
    "started_at",
    "channel",
    "outcome",
    "queue_seconds",
    "is_abusive",
]
ROW: list[Cell] = ["007", "2026-01-05 09:30:00", "voice", "answered", 12, True]

# A packed file that says it needs a version of its format that does not exist.
_WHOLE = workbook(sheet([HEADER, ROW]))
_DIRECTORY = _WHOLE.index(b"PK\x01\x02")
NEWER = _WHOLE[: _DIRECTORY + 6] + b"\x64" + _WHOLE[_DIRECTORY + 7 :]


def test_cells_are_read_as_what_they_are(place: Place) -> None:
    """An id stays text with its zeros; a number of 15 digits keeps them; days count from 1900."""
    rows = sheet([HEADER, ROW])
    rows += '<row r="4">' + "".join(
        (
            cell("A4", 123456789012345),
            cell("B4", 46027.395833333336, style=2),
            cell("C4", " voice "),
            cell("D4", "answered"),
            cell("E4", 90 / 86400, style=3),
            cell("F4", "no"),
        )
    )
    rows += "</row>"
    place.put("contacts/a.xlsx", workbook(rows))
    assert place.load().exit_status == 0
    assert place.query(
        "SELECT contact_id, CAST(started_at AS VARCHAR), channel, queue_seconds, is_abusive, _line "
        "FROM contacts ORDER BY _line"
    ) == [
        ("007", "2026-01-05 01:30:00", "voice", 12, True, 2),
        ("123456789012345", "2026-01-05 01:30:00", "voice", 90, False, 4),
    ]


def test_a_wrong_row_is_named_by_its_number_and_refused_alone(place: Place) -> None:
    wrong: list[Cell] = ["008", None, "voice", "answered", 1.5, None]
    beyond: list[Cell] = [*ROW[:6], None, "what is this"]
    place.put(
        "contacts/a.xlsx", workbook(sheet([[], HEADER, [], wrong, beyond, ["009", *ROW[1:]]]))
    )
    assert place.load().exit_status == 0
    assert place.sentences() == [
        "contacts, a.xlsx line 4: queue_seconds '1.5' is not a whole number; correct it and deliver the row again",
        "contacts, a.xlsx line 4: started_at is missing; correct it and deliver the row again",
        "contacts, a.xlsx line 5: has values beyond its 6 columns; correct it and deliver the row again",
    ]
    assert place.counts("contacts") == (3, 1, 2, 0, 0, 0)


def test_errors_of_formulas_are_wrong_values_and_not_empty_ones(place: Place) -> None:
    """The sheet begins in column B; some of its cells do not say where they are."""
    header = '<row r="2">' + "".join(
        cell(f"{letter}2", name) for letter, name in zip("BCDEFG", HEADER, strict=True)
    )
    whole = [cell(f"{letter}3", value) for letter, value in zip("BCDEFG", ROW, strict=True)]
    whole[4] = '<c r="F3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    whole[5] = "<c t='e'><v>#NAME?</v></c>"
    missing = [cell(f"{letter}4", value) for letter, value in zip("BCDEFG", ROW, strict=True)]
    missing[0] = cell("B4", "008")
    missing[2] = '<c r="D4" t="e"><v>#REF!</v></c>'
    rows = f"{header}</row><row>{''.join(whole)}</row><row r='4'>{''.join(missing)}</row>"
    # Errors of a sheet that is not read are no concern.
    hidden = '<row><c t="e"><v>#NULL!</v></c></row>'
    place.put("contacts/a.xlsx", workbook(rows, hidden, hidden=(2,)))
    place.load()
    assert [sentence.split("; ")[0] for sentence in place.sentences()] == [
        "contacts, a.xlsx line 3: is_abusive '#NAME?' is not yes or no",
        "contacts, a.xlsx line 3: queue_seconds '#DIV/0!' is not a whole number",
        "contacts, a.xlsx line 4: channel '#REF!' is not one of "
        + ", ".join(read_contract(ROOT / "models" / "raw")["contacts"]["channel"].accepted),
    ]
    assert place.counts("contacts") == (2, 1, 1, 0, 0, 2)


@pytest.mark.parametrize("attribute", ['r="1x"', 'r="-1"', ""])
def test_errors_at_places_that_do_not_exist_are_refused_or_passed_over(
    place: Place, attribute: str
) -> None:
    rows = sheet([HEADER, ROW])
    wild = f'<row {attribute}><c r="XFD9" t="e"><v>#REF!</v></c><c r="A" t="e"/></row>'
    place.put("contacts/a.xlsx", workbook(rows + wild))
    for sentence in place.load().refused:
        assert sentence.startswith("contacts/a.xlsx ")
        assert sentence.endswith(".")


def test_empty_and_hidden_sheets_are_passed_over(place: Place) -> None:
    place.put("contacts/a.xlsx", workbook("", sheet([HEADER, ROW]), sheet([["x"]]), hidden=(3,)))
    assert place.load().exit_status == 0
    assert place.counts("contacts") == (1, 1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            workbook(sheet([HEADER, ROW]), sheet([HEADER, ROW])),
            "has several sheets with rows (S1, S2)",
        ),
        (workbook(""), "has no header"),
        (workbook(sheet([["contact_id"], ["1"]])), "has no column started_at"),
        (b"contact_id,started_at\n", "is no spreadsheet"),
        (workbook(sheet([HEADER, ROW]))[:-40], "is no spreadsheet"),
        (NEWER, "is no spreadsheet"),
        (b"", "is no spreadsheet"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(
    place: Place, content: bytes, words: str
) -> None:
    place.put("contacts/a.xlsx", content)
    place.put(
        "contacts/b.csv", "contact_id,started_at,channel,outcome\n1,2026-01-01,voice,answered\n"
    )
    result = place.load()
    assert result.exit_status == 1
    assert words in result.refused[0]
    assert place.counts("contacts") == (1, 1, 0, 0, 0, 0)


def test_a_cell_at_the_far_corner_takes_no_memory(place: Place) -> None:
    """Read densely, this sheet of 14 cells is one of seventeen billion."""
    far = f'<row r="1048576">{cell("XFD1048576", 1)}</row>'
    place.put("contacts/a.xlsx", workbook(sheet([HEADER, ROW]) + far))
    own, reader = most_memory(place.root)
    assert own < 1e9
    assert reader < 3.2e9
    assert "save it as csv" in place.load().refused[0]


def test_a_bomb_is_not_unpacked(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenkeel.load.sheets.MAX_UNPACKED", 1_000_000)
    packed = io.BytesIO(workbook(sheet([HEADER, ROW])))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/bomb.xml", b" " * 1_000_000)
    place.put("contacts/a.xlsx", packed.getvalue())
    assert "more than 1,000,000; save it as csv" in place.load().refused[0]


def test_formulas_are_values_and_no_commands(place: Place) -> None:
    rows = sheet([HEADER, ["=cmd|' /C calc'!A0", *ROW[1:]]])
    rows += sheet([["@SUM(1)", *ROW[1:]]], first_row=3)
    place.put("contacts/a.xlsx", workbook(rows))
    assert place.load().exit_status == 0
    assert place.query("SELECT contact_id FROM contacts ORDER BY ALL") == [
        ("=cmd|' /C calc'!A0",),
        ("@SUM(1)",),
    ]


def test_a_mapping_reads_spreadsheets_too(place: Place) -> None:
    place.map(
        "acme",
        "contacts",
        """
        select "Id" as contact_id, "When" as started_at, 'voice' as channel, 'answered' as outcome,
            _file, _line
        from {{ source_file('*.xlsx') }}
        """,
    )
    place.put("acme/calls.xlsx", workbook(sheet([["Id", "When"], ["01", "2026-01-05"]])))
    assert place.load().exit_status == 0
    assert place.query("SELECT contact_id, _file, _line FROM contacts") == [
        ("01", "acme/calls.xlsx", 2)
    ]
