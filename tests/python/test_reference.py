"""The reference pages say what the contract and the catalogue say."""

from pathlib import Path

import pytest

from evenkeel.reference import CONTRACT_PAGE, TERMS_PAGE, pages

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("path", [CONTRACT_PAGE, TERMS_PAGE])
def test_page_is_fresh(path: Path) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == pages(ROOT)[path], "run `make docs`"
