"""What the steps show while they work."""

from __future__ import annotations

import pytest

from evenkeel import steps


def test_a_log_tells_each_quarter_of_a_load_once_and_a_terminal_every_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    show = steps._progress("load")
    for done in (10, 30, 20, 80, 90, 100):
        show(done, 100, f"file {done}")
    assert capsys.readouterr().err == (
        "load      25% done, the last file 30\nload      75% done, the last file 80\n"
    )
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    show = steps._progress("load")
    show(30, 100, "a.csv")
    show(100, 100, "")
    assert capsys.readouterr().err == "\r\033[Kload       30% a.csv\r\033[K"
