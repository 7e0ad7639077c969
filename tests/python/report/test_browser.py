"""What only a browser can tell; skipped, with the reason, where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = ["index.html", "overview/2026-10/all/en.html", "overview/2026-10/hill%2Ftop%201/en.html"]
WIDE_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

CHART_WIDTHS = """
[...document.querySelectorAll('figure')].map(figure =>
  [...figure.querySelectorAll('.chart svg')]
    .map(svg => svg.getBoundingClientRect().width).filter(width => width > 0))
"""
TEXT_SIZES = """
[...document.querySelectorAll('.chart svg')]
  .filter(svg => svg.getBoundingClientRect().width)
  .flatMap(svg => [...svg.querySelectorAll('text')].map(text =>
    parseFloat(getComputedStyle(text).fontSize)
      * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))
"""
CUT_TEXTS = """
[...document.querySelectorAll('.chart svg')]
  .filter(svg => svg.getBoundingClientRect().width)
  .flatMap(svg => {
    const all = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter(text => {
      const own = text.getBoundingClientRect();
      return own.left < all.left - 1 || own.right > all.right + 1
        || own.top < all.top - 1 || own.bottom > all.bottom + 1;
    }).map(text => text.textContent);
  })
"""


@pytest.fixture
def opened(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(20_000)
    yield page
    page.close()


def visit(page: Page, file: Path, width: int) -> list[str]:
    """Open a file and return whatever it complained of or asked the network for."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(("file:", "data:")) else heard.append(asked.url),
    )
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(file.as_uri())
    return heard


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 390, 700, 1000, 1280])
def test_nothing_overflows_and_nothing_is_refused_or_fetched(
    issued: Path, opened: Page, name: str, width: int
) -> None:
    assert visit(opened, issued / name, width) == []
    assert opened.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(issued: Path, opened: Page, name: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    visit(opened, issued / name, width)
    if (width, name) == (1280, PAGES[2]):
        opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = axe.Axe().run(opened, options={"runOnly": WIDE_LEVELS})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("width", "shown"), [(1280, 560), (1000, 368), (700, 560), (390, 358)])
def test_one_of_the_two_charts_is_shown_and_its_text_keeps_its_size(
    issued: Path, opened: Page, width: int, shown: int
) -> None:
    visit(opened, issued / PAGES[1], width)
    drawn = opened.evaluate(CHART_WIDTHS)
    charts = [widths for widths in drawn if widths]
    assert charts
    assert all(widths == [shown] for widths in charts)
    sizes = opened.evaluate(TEXT_SIZES)
    assert min(sizes) >= 10
    assert max(sizes) <= 14.5


def test_no_text_of_a_chart_is_cut_off(issued: Path, opened: Page) -> None:
    visit(opened, issued / PAGES[1], 1280)
    cut = opened.evaluate(CUT_TEXTS)
    assert cut == []


def test_a_phone_shows_each_row_of_the_scorecard_as_a_block(issued: Path, opened: Page) -> None:
    visit(opened, issued / PAGES[1], 390)
    table = opened.locator("table.scorecard")
    assert opened.evaluate("document.querySelector('.scorecard tbody tr').offsetWidth") <= 358
    assert table.get_attribute("role") == "table"
    assert opened.locator(".scorecard .label").first.is_visible()


def test_it_prints_on_a4_with_page_numbers_and_tags(issued: Path, opened: Page) -> None:
    visit(opened, issued / PAGES[1], 1280)
    paper = opened.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
    assert 5 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 16
    assert b"/MediaBox [0 0 595" in paper or b"/MediaBox [0 0 594" in paper
    assert b"/StructTreeRoot" in paper
    opened.emulate_media(media="print")
    opened.set_viewport_size({"width": 700, "height": 1000})
    assert opened.evaluate("document.documentElement.scrollWidth") == 700
    assert not opened.locator("details").first.is_visible()
