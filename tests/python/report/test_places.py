from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenkeel.errors import EvenkeelError
from evenkeel.report.places import (
    clear_leftovers,
    folder_name,
    read_issued,
    replace,
    report_path,
    sibling_address,
    write_once,
)

IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@given(IDS)
def test_any_id_makes_a_safe_folder(unit_id: str) -> None:
    name = folder_name(unit_id)
    assert re.fullmatch(r"[A-Za-z0-9_%-][A-Za-z0-9_.%-]*", name)
    assert len(name.encode()) <= 255


@given(IDS, IDS)
def test_two_ids_never_share_a_folder(one: str, other: str) -> None:
    assert (folder_name(one) == folder_name(other)) == (one == other)


@pytest.mark.parametrize(
    ("unit_id", "name"),
    [
        ("bay-view_1.a", "bay-view_1.a"),
        ("..", "%2E."),
        (".", "%2E"),
        ("../../etc", "%2E.%2F..%2Fetc"),
        ("hill/top 1", "hill%2Ftop%201"),
        ("100%", "100%25"),
        ("客服", "%E5%AE%A2%E6%9C%8D"),
    ],
)
def test_an_id_is_encoded_so_that_no_other_folder_is_reached(unit_id: str, name: str) -> None:
    assert folder_name(unit_id) == name
    path = report_path(Path("/r"), "overview", "2026-10", unit_id, "en")
    assert path == Path("/r/overview/2026-10") / name / "en.html"
    assert ".." not in path.parts


def test_an_address_encodes_the_folder_s_own_percent_signs() -> None:
    assert sibling_address("hill/top 1", "en") == "../hill%252Ftop%25201/en.html"


def test_a_report_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "a" / "en.html"
    assert write_once(path, b"first")
    assert not write_once(path, b"second")
    assert path.read_bytes() == b"first"
    assert [file.name for file in path.parent.iterdir()] == ["en.html"]


def test_a_page_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    replace(path, b"first")
    replace(path, b"second")
    assert path.read_bytes() == b"second"
    assert [file.name for file in tmp_path.iterdir()] == ["index.html"]


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    report = tmp_path / "overview" / "2026-06" / "all" / "en.html"
    write_once(report, b"issued")
    # Killed between the link and the removal, and while it wrote the index.
    os.link(report, report.with_name(".en.html-17"))
    (tmp_path / ".index.html-17").write_bytes(b"half")
    (tmp_path / ".htaccess").write_bytes(b"the server's")
    clear_leftovers(tmp_path)
    assert report.read_bytes() == b"issued"
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        ".htaccess",
        "en.html",
    ]


def test_a_stranger_among_the_reports_is_named(tmp_path: Path) -> None:
    path = tmp_path / "overview" / "2026-10" / "all" / "en.html"
    replace(path, b"<!doctype html><title>Something else</title>")
    with pytest.raises(EvenkeelError, match=r"en\.html is not a report"):
        list(read_issued(tmp_path))
