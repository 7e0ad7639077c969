"""What the steps show while they work."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evenkeel import steps
from evenkeel.config import Config
from evenkeel.errors import EvenkeelError
from evenkeel.home import Home, read_record
from evenkeel.load import LoadResult
from evenkeel.load.result import RefusedBatch


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


def test_a_load_that_is_killed_leaves_the_mark_of_an_incomplete_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = Config(project=tmp_path, landing=tmp_path, home=tmp_path, as_of=date(2026, 1, 1))
    record = Home(tmp_path).load_record
    seen: list[object] = []
    ends: list[LoadResult | EvenkeelError] = []

    def take_in(*_: object) -> LoadResult:
        seen.append(read_record(record))
        end = ends.pop()
        if isinstance(end, EvenkeelError):
            raise end
        return end

    monkeypatch.setattr("evenkeel.load.load", take_in)
    unknown = {
        "refused": ["The last load did not come to its end; run evenkeel load again."],
        "warnings": [],
    }
    ends = [EvenkeelError("Full.")]
    with pytest.raises(EvenkeelError):
        steps.load(config)
    assert read_record(record) is None
    ends = [
        EvenkeelError("Full."),
        LoadResult(None, refused_batches=(RefusedBatch("a.csv", "No."),)),
    ]
    assert steps.load(config) == ["No."]
    known = {"refused": ["No."], "warnings": []}
    assert read_record(record) == known
    with pytest.raises(EvenkeelError):
        steps.load(config)
    assert read_record(record) == known
    assert seen == [unknown, unknown, unknown]
