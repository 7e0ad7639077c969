"""The example of docs/add-a-source.md does what the page says."""

import csv
import io
import re

from load.place import ROOT, Place

PAGE = (ROOT / "docs" / "add-a-source.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_example_of_the_page_comes_out_as_it_says(place: Place) -> None:
    (_, export), (_, mapping), (_, accepted), (_, sentences) = BLOCKS
    place.put("acme/calls-2026-01.csv", export)
    place.map("acme", "contacts", mapping)
    assert place.load().exit_status == 0

    header, *rows = csv.reader(io.StringIO(accepted))
    columns = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for name in header)
    found = place.query(f"SELECT {columns} FROM contacts ORDER BY _line")
    assert found == [tuple(row) for row in rows]
    assert place.sentences() == sentences.strip().splitlines()
    assert place.query(
        "SELECT source_rows, source_rows_unused, rows_landed, rows_accepted, rows_quarantined, "
        "values_blanked FROM accounting"
    ) == [(5, 1, 4, 3, 1, 1)]

    known = "when 'HUNG UP' then 'abandoned'"
    place.map(
        "acme", "contacts", mapping.replace(known, f"{known} when 'DROPPED' then 'abandoned'")
    )
    place.load()
    assert place.query("SELECT count(*), max(_load) FROM contacts") == [(4, 2)]


def test_the_page_names_the_files_of_the_example() -> None:
    for name in ("landing/acme/calls-2026-01.csv", "mappings/acme/contacts.sql"):
        assert f"`{name}`" in PAGE
