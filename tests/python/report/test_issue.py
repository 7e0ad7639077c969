from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest

from evenkeel.errors import EvenkeelError
from evenkeel.report import issue, report
from report import fixture_release
from report.conftest import PROJECT, Settings
from report.fixture_release import LAST_MONTH, Row
from report.pages import Element, read_page

MONTH = Path("overview") / LAST_MONTH
UNITS = {"all", "harbour", "north", "south", "north-gate", "riverside", "bay-view", "old-mill"}


def page(reports: Path, unit: str = "all") -> Element:
    return read_page(reports / MONTH / unit / "en.html")


def section(element: Element, name: str) -> Element:
    return next(s for s in element.find("section") if s.attributes["aria-labelledby"] == name)


def files(reports: Path) -> dict[str, bytes]:
    return {p.relative_to(reports).as_posix(): p.read_bytes() for p in reports.rglob("*.html")}


@contextmanager
def changed_release(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(home / "published" / "current" / "evenkeel.duckdb"))
    yield connection
    connection.close()


def small(row: Row) -> Row | None:
    """Keep the organisation, one of its sites, and three measures."""
    measures = ("responses", "nps", "answer_rate")
    is_kept = row["org_unit_id"] in ("all", "bay-view") and row["metric_id"] in measures
    return row if is_kept else None


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a small release."""
    fixture_release.build(tmp_path, small)
    return tmp_path


def test_the_organisation_and_each_unit_get_the_report_of_the_last_complete_month(
    issued: Path,
) -> None:
    folders = {path.parent.name for path in (issued / MONTH).rglob("en.html")}
    assert folders == UNITS | {"hill%2Ftop%201"}


def test_no_report_is_issued_for_an_incomplete_month(issued: Path) -> None:
    assert [path.name for path in (issued / "overview").iterdir()] == [LAST_MONTH]


def test_a_unit_without_a_figure_in_the_month_gets_no_report(tmp_path: Path) -> None:
    closed = fixture_release.month_start(20)

    def edit(row: Row) -> Row | None:
        gone = row["org_unit_id"] == "bay-view" and row["period_start"] >= closed
        return small(row) if not gone else None

    fixture_release.build(tmp_path, edit)
    report(Settings(tmp_path))
    assert [path.name for path in (tmp_path / "reports" / MONTH).iterdir()] == ["all"]


def test_an_issued_report_never_changes(home: Path) -> None:
    first = report(Settings(home))
    assert len(first) == 3
    before = files(home / "reports")
    with changed_release(home) as connection:
        connection.execute("update metric_values set value = value + 1")
    assert report(Settings(home)) == [home / "reports" / "index.html"]
    assert files(home / "reports") == before


def test_a_report_that_was_taken_away_is_issued_again_and_no_other(home: Path) -> None:
    report(Settings(home))
    gone = home / "reports" / MONTH / "bay-view" / "en.html"
    content = gone.read_bytes()
    gone.unlink()
    assert report(Settings(home)) == [home / "reports" / "index.html", gone]
    assert gone.read_bytes() == content


def test_the_same_release_gives_the_same_bytes_alone_or_in_processes(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue, "WORTH_A_PROCESS", 1)
    report(Settings(home))
    other = tmp_path_factory.mktemp("other")
    fixture_release.build(other, small)
    monkeypatch.setattr(issue, "WORTH_A_PROCESS", 1000)
    report(Settings(other))
    assert files(home / "reports") == files(other / "reports")


def test_without_a_release_the_user_is_told_to_publish(tmp_path: Path) -> None:
    with pytest.raises(EvenkeelError, match="run `evenkeel publish` first"):
        report(Settings(tmp_path))


def test_a_release_without_a_complete_month_gives_an_index_that_says_so(tmp_path: Path) -> None:
    fixture_release.build(tmp_path, lambda row: None if row["is_complete"] else row)
    assert report(Settings(tmp_path)) == [tmp_path / "reports" / "index.html"]
    assert "No report was issued yet" in read_page(tmp_path / "reports" / "index.html").text


def test_the_index_lists_months_newest_first_and_the_tree_below(home: Path) -> None:
    report(Settings(home))
    old = home / "reports" / "overview" / "2026-09"
    shutil.copytree(home / "reports" / MONTH, old)
    for file in old.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        text = text.replace(
            '"evenkeel-period" content="2026-10"', '"evenkeel-period" content="2026-09"'
        )
        text = text.replace(
            'period-name" content="October 2026"', 'period-name" content="September 2026"'
        )
        file.write_text(text, encoding="utf-8")
    report(Settings(home))
    index = read_page(home / "reports" / "index.html")
    assert [h.text for h in index.find("h2")] == ["October 2026", "September 2026"]
    assert len(index.find("details")) == 1
    assert "2 reports" in index.find("section")[0].text


def test_the_index_links_the_checks_of_each_run(home: Path) -> None:
    checks = home / "reports" / "checks"
    for page in ("load-000009/batches", "load-000010/batches", "2026-10-31-abc/fct_contacts"):
        (checks / page).parent.mkdir(parents=True)
        (checks / f"{page}.html").write_text("<p>", encoding="utf-8")
    (checks / "load-000009" / ".batches.html").write_text("half", encoding="utf-8")
    (checks / "load-000011").mkdir()
    report(Settings(home))
    section = read_page(home / "reports" / "index.html").find("section")[-1]
    assert [item.text for item in section.find("li")] == [
        "Load 10: batches",
        "Load 9: batches",
        "Release 2026-10-31-abc: fct_contacts",
    ]
    assert [link.attributes["href"] for link in section.find("a")] == [
        "checks/load-000010/batches.html",
        "checks/load-000009/batches.html",
        "checks/2026-10-31-abc/fct_contacts.html",
    ]


def test_the_index_nests_units_as_the_organisation_does(issued: Path) -> None:
    index = read_page(issued / "index.html")

    def tree(element: Element) -> dict[str, object]:
        items = [child for child in element.inside if child.tag == "li"]
        return {
            item.find("a")[0].text: tree(below[0]) if (below := item.find("ul")) else {}
            for item in items
        }

    assert tree(index.find("ul", class_="tree")[0]) == {
        "Whole organisation": {
            "Harbour Group": {
                "North": {"Hilltop <1> & Co.": {}, "North Gate": {}, "Riverside": {}},
                "South": {"Bay View": {}, "Old Mill": {}},
            }
        }
    }
    assert re.search(r"17 measures, \d of 8 targets met", index.text)


def test_every_link_leads_to_a_report(issued: Path) -> None:
    for file in issued.rglob("*.html"):
        read = read_page(file)
        places = {
            element.attributes["id"] for element in read.find("*") if "id" in element.attributes
        }
        for link in read.find("a"):
            path, _, fragment = link.attributes["href"].partition("#")
            assert path == "" or (file.parent / unquote(path)).is_file(), link.attributes
            assert path or fragment in places, link.attributes


def test_the_scorecard_shows_each_measure_with_its_interval_base_and_changes(issued: Path) -> None:
    with duckdb.connect(
        str(issued.parent / "published" / "current" / "evenkeel.duckdb"), read_only=True
    ) as connection:
        value, low, base = connection.execute(
            "select value, ci_low, base_count from metric_values where metric_id = 'nps' "
            "and org_unit_id = 'all' and period_key = ?",
            [LAST_MONTH],
        ).fetchall()[0]
    rows = section(page(issued), "scorecard").find("tr")
    row = next(r.text for r in rows if r.text.startswith("Net Promoter Score"))
    assert f"{value:.1f}" in row
    assert f"{low:.1f} to" in row
    assert f" {base} " in row
    assert "no clear change" in row
    assert "45.0" in row
    assert "missed" in row


def test_measures_keep_the_catalogue_s_order_and_its_domains(issued: Path) -> None:
    names = [row["name_en"] for row in fixture_release.read("metrics.csv")]
    rows = section(page(issued), "scorecard").find("th", scope="row")
    shown = [re.sub(" lower is better$", "", row.text) for row in rows]
    # The last one has no data, so that it appears only among what is not shown.
    assert shown == names[:-1]
    assert names[-1] in section(page(issued), "limits").text
    groups = section(page(issued), "scorecard").find("th", scope="rowgroup")
    assert [g.text for g in groups] == ["Customer satisfaction", "Contacts", "Complaints", "People"]


def test_a_metric_of_one_more_row_appears_everywhere(home: Path) -> None:
    with changed_release(home) as connection:
        connection.execute(
            "insert into metrics select * replace ("
            "'brand_new' as metric_id, 'Hold share' as name_en, 'Time on hold.' as meaning_en, "
            "'quality' as domain, 'furlongs' as unit) from metrics where metric_id = 'answer_rate'"
        )
        connection.execute(
            "insert into metric_values select * replace ('brand_new' as metric_id) "
            "from metric_values where metric_id = 'answer_rate'"
        )
    report(Settings(home))
    read = page(home / "reports")
    for name in ("scorecard", "trends", "definitions"):
        assert "Hold share" in section(read, name).text
    assert "Quality" in section(read, "scorecard").text
    assert "Furlongs" in section(read, "trends").text


def test_a_hidden_figure_is_marked_with_its_reason_and_no_number(issued: Path) -> None:
    read = page(issued, "hill%2Ftop%201")
    rows = section(read, "scorecard").find("tr")
    row = next(r for r in rows if r.text.startswith("Employee Net Promoter Score"))
    assert row.text == "Employee Net Promoter Score [c]"
    notes = section(read, "scorecard").find("ul", class_="notes")[0].text
    assert "[c] Employee Net Promoter Score: hidden, because so few people" in notes
    assert "low base" in section(read, "scorecard").text


def test_what_was_not_measured_is_said_and_is_not_zero(tmp_path: Path) -> None:
    def edit(row: Row) -> Row | None:
        gone = row["metric_id"] == "nps" and row["period_key"] == LAST_MONTH
        return small(row) if not gone else None

    fixture_release.build(tmp_path, edit)
    report(Settings(tmp_path))
    read = page(tmp_path / "reports")
    rows = section(read, "scorecard").find("tr")
    row = next(r.text for r in rows if r.text.startswith("Net Promoter Score"))
    assert row.split()[3:] == ["not", "measured"]
    assert "Net Promoter Score was not measured in October 2026" in section(read, "trends").text


def test_one_month_is_no_trend_and_the_page_says_so(tmp_path: Path) -> None:
    def edit(row: Row) -> Row | None:
        return small(row) if row["period_key"] == LAST_MONTH else None

    fixture_release.build(tmp_path, edit)
    report(Settings(tmp_path))
    trends = section(page(tmp_path / "reports"), "trends")
    assert "fewer than two months have a value" in trends.text
    assert trends.find("svg") == []


def test_a_unit_has_the_name_and_the_place_of_the_month_s_last_day(issued: Path) -> None:
    read = page(issued, "riverside")
    assert "River Street" not in read.text
    path = [item.text for item in read.find("nav", class_="path")[0].find("li")]
    assert path == ["All reports", "Whole organisation", "Harbour Group", "North"]


def test_units_are_compared_past_a_level_that_holds_only_one(issued: Path) -> None:
    units = section(page(issued), "units")
    assert [row.text for row in units.find("table")[0].find("th", scope="row")] == [
        "North",
        "South",
        "Harbour Group",
    ]


def test_only_rates_with_a_better_side_are_compared(issued: Path) -> None:
    text = section(page(issued), "units").text
    assert "Answer rate" in text
    assert "Complaints received" not in text
    assert "Average handling time" not in text


def test_a_team_without_units_below_says_so_and_points_to_its_neighbours(issued: Path) -> None:
    units = section(page(issued, "bay-view"), "units")
    assert "Bay View has no units below it to compare." in units.text
    assert units.find("a")[0].attributes["href"] == "../south/en.html#units"


def test_the_account_of_the_loads_is_added_up(issued: Path) -> None:
    table = section(page(issued), "quality").find("table")[0]
    total = table.find("tfoot")[0].text
    accounting = fixture_release.read("load_accounting.csv")
    landed = sum(int(row["rows_landed"]) for row in accounting)
    assert f"All data {len(accounting)} {landed:,}" in total
    assert "adds up" in total


def test_an_incomplete_release_is_called_so(tmp_path: Path) -> None:
    fixture_release.build(tmp_path, small, incomplete=True)
    report(Settings(tmp_path))
    read = page(tmp_path / "reports")
    assert "incomplete" in section(read, "quality").text
    assert "Files were refused before this release" in section(read, "messages").text


def test_the_real_catalogue_s_units_all_have_a_style_of_their_own() -> None:
    with (PROJECT / "seeds" / "metrics.csv").open(encoding="utf-8", newline="") as file:
        units = {
            row["unit"] for row in csv.DictReader(file) if row["method"] not in ("sum", "stock")
        }
    from evenkeel.report.figures import PREFIX_STYLES, STYLES

    assert all(unit in STYLES or unit.startswith(tuple(PREFIX_STYLES)) for unit in units), units


def test_the_header_names_release_day_and_unit(issued: Path) -> None:
    header = page(issued, "bay-view").find("header")[0]
    assert "October 2026 · Site: Bay View" in header.text
    assert fixture_release.RELEASE_ID in header.text
    assert "Data as ofNov 3, 2026" in header.text
    assert "Last event loadedOct 31, 2026 23:59" in header.text
