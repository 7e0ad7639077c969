"""What holds for the file itself, whatever it says."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest

from evenkeel.report.render import style_sheet
from report.conftest import PROJECT
from report.pages import read_page

# What text may stand on: token of the text, token of the ground.
TEXT_PAIRS = [
    (text, ground)
    for text in ("--ink", "--muted", "--actual", "--concern-text", "--target")
    for ground in ("--paper", "--soft")
]
GRAPHIC_PAIRS = [("--actual", "--paper"), ("--concern", "--actual"), ("--target", "--paper")]
PAGES = ["index.html", "overview/2026-10/all/en.html", "overview/2026-10/bay-view/en.html"]


@pytest.fixture(params=PAGES)
def file(request: pytest.FixtureRequest, issued: Path) -> Path:
    return issued / str(request.param)


def test_a_page_is_one_file_without_script_request_or_style_attribute(file: Path) -> None:
    page = read_page(file)
    tags = {element.tag for element in page.find("*")}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "base", "audio"}
    for element in page.find("*"):
        names = set(element.attributes)
        assert "style" not in names, element
        assert not {name for name in names if name.startswith("on")}, element
        assert not names & {"src", "srcset", "data", "action", "xlink:href"}, element
        href = element.attributes.get("href", "")
        assert not re.match(r"[a-z]+:", href) or href == "data:,", href
    assert "url(" not in file.read_text(encoding="utf-8")
    assert "@import" not in file.read_text(encoding="utf-8")


def test_the_policy_allows_this_style_sheet_and_nothing_else(file: Path) -> None:
    page = read_page(file)
    meta = next(m for m in page.find("meta") if "http-equiv" in m.attributes)
    style = "".join(page.find("style")[0].pieces)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert meta.attributes["content"].startswith(
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:"
    )


def test_a_page_has_landmarks_one_heading_and_tables_that_can_be_read_out(file: Path) -> None:
    page = read_page(file)
    assert [len(page.find(tag)) for tag in ("h1", "main", "header", "footer")] == [1, 1, 1, 1]
    assert page.find("html")[0].attributes["lang"] == "en"
    levels = [int(e.tag[1]) for e in page.find("*") if re.fullmatch("h[1-6]", e.tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("scope" in th.attributes for th in page.find("th"))
    assert all(len(table.find("caption")) == 1 for table in page.find("table"))
    ids = [e.attributes["id"] for e in page.find("*") if "id" in e.attributes]
    assert len(ids) == len(set(ids))


def test_every_drawing_is_described_or_left_out_of_reading(issued: Path) -> None:
    page = read_page(issued / PAGES[1])
    for svg in page.find("svg"):
        above = svg.above
        assert above is not None
        described = above.attributes.get("role") == "img" and above.attributes.get("aria-label")
        assert described or svg.attributes.get("aria-hidden") == "true"
    assert "opacity" not in "".join(str(e.attributes) for e in page.find("svg"))


def test_figures_are_numbered_in_order_and_every_chart_has_its_table(issued: Path) -> None:
    page = read_page(issued / PAGES[1])
    figures = page.find("figure")
    numbers = [figure.find("span", class_="count")[0].text for figure in figures]
    assert numbers == [f"Figure {n + 1}" for n in range(len(figures))]
    for figure in figures:
        assert len(figure.find("table")) == 1
        assert figure.find("span", class_="headline")[0].text
        assert figure.find("span", class_="subtitle")[0].text


def _tokens() -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+): ?(#[0-9a-f]{6})", style_sheet(PROJECT / "reports")))


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    tokens = _tokens()
    assert _contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), GRAPHIC_PAIRS)
def test_marks_stand_out_from_their_ground(mark: str, ground: str) -> None:
    tokens = _tokens()
    assert _contrast(tokens[mark], tokens[ground]) >= 3


def test_the_style_sheet_uses_only_tokens_that_it_defines() -> None:
    style = style_sheet(PROJECT / "reports")
    assert set(re.findall(r"var\((--[\w-]+)\)", style)) == set(_tokens()) - {"--previous"}
