"""One run at a time holds a home."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from evenkeel.errors import LockedError, UsageError
from evenkeel.lock import home_lock

HOLD = """
import sys, time
from pathlib import Path
from evenkeel.lock import home_lock
with home_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(home: Path, seconds: float) -> subprocess.Popen[str]:
    """Start another process that holds the home, and return once it does."""
    command = [sys.executable, "-c", HOLD, str(home), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_told_who_holds_the_home(tmp_path: Path) -> None:
    process = holder(tmp_path, 60)
    try:
        held = pytest.raises(LockedError, match=f"process {process.pid}.*--wait")
        with held, home_lock(tmp_path):
            pytest.fail("two runs hold one home")
    finally:
        process.kill()
        process.communicate()


def test_a_waiting_run_goes_on_when_the_other_ends(tmp_path: Path) -> None:
    process = holder(tmp_path, 1.0)
    started = time.monotonic()
    with home_lock(tmp_path, wait=True):
        assert time.monotonic() - started > 0.3
    process.communicate()


def test_a_killed_run_holds_nothing(tmp_path: Path) -> None:
    process = holder(tmp_path, 60)
    process.kill()
    process.communicate()
    with home_lock(tmp_path):
        assert (tmp_path / "lock").read_text(encoding="utf-8").strip().isdigit()


def test_the_lock_is_free_again_after_an_error_and_can_be_taken_in_turn(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), home_lock(tmp_path):
        raise RuntimeError
    with home_lock(tmp_path):
        pass
    assert (tmp_path / "lock").read_text(encoding="utf-8") == ""


def test_a_home_that_cannot_be_made_is_a_wrong_home(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="choose another --home"), home_lock(tmp_path / "file"):
        pass
