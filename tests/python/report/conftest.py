"""One issued set of reports for all tests that only look, and a browser where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evenkeel.report import report
from report import fixture_release

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROJECT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Settings:
    """What the reports need of a configuration."""

    home: Path
    project: Path = PROJECT
    languages: tuple[str, ...] = ("en",)
    time_zone: str = "Asia/Shanghai"


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports' folder of a home in which the fixture's release was reported once."""
    home = tmp_path_factory.mktemp("home")
    fixture_release.build(home)
    report(Settings(home))
    return home / "reports"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=program,
            args=[
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
            ],
        )
        yield opened
        opened.close()
