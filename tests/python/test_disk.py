"""A disk that fails is told from other trouble, whoever met it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import duckdb
import pytest

from evenkeel.disk import disk_error
from evenkeel.home import read_record, write_record
from evenkeel.load.person import read_person_key
from evenkeel.lock import home_lock

HOME = Path("warehouse")
FULL = (
    "The disk of warehouse is full, so the run stopped and the release in force stays; "
    "make room there, then run again."
)


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "trouble",
    [
        OSError(errno.ENOSPC, "No space left on device", "file"),
        duckdb.IOException('IO Error: Could not write file "x.wal": No space left on device'),
        'Runtime Error\n  Failed to commit: Could not write file "x": No space left on device',
        "[Errno 28] No space left on device: 'x'",
        "failed to offload data block: set by the 'max_temp_directory_size' setting",
    ],
)
def test_a_full_disk_is_known_from_errors_and_messages(trouble: Exception | str) -> None:
    assert str(disk_error(trouble, HOME)) == FULL


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.EROFS, "is read-only, so the run stopped and the release in force stays; make it"),
        (errno.EDQUOT, "has no room left for this user, so"),
        (errno.EIO, "fails, so the run stopped and the release in force stays; look after it"),
    ],
)
def test_other_trouble_of_a_disk_has_its_own_words(code: int, sentence: str) -> None:
    error = OSError(code, os.strerror(code), "file")
    assert sentence in str(disk_error(error, HOME))
    assert sentence in str(disk_error(str(error), HOME))


@pytest.mark.parametrize(
    "trouble",
    [
        FileNotFoundError(errno.ENOENT, "No such file or directory", "file"),
        "Could not convert string 'No space left on device' to INT32",
        "",
    ],
)
def test_what_is_no_disk_s_fault_is_left_alone(trouble: Exception | str) -> None:
    assert disk_error(trouble, HOME) is None


def test_a_lock_that_finds_no_room_is_no_wrong_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evenkeel.lock.os.open", full)
    with pytest.raises(OSError, match="No space left"), home_lock(tmp_path):
        pass


def test_a_record_that_finds_no_room_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "build.json"
    write_record(path, {"succeeded": True})
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_record(path, {"succeeded": False})
    assert read_record(path) == {"succeeded": True}
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_of_persons_is_made_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVENKEEL_PERSON_KEY", raising=False)
    with monkeypatch.context() as patch, pytest.raises(Exception, match="is full"):
        patch.setattr(os, "fsync", full)
        read_person_key(tmp_path)
    assert not (tmp_path / "secret").exists()
    key = read_person_key(tmp_path)
    assert (len(key), read_person_key(tmp_path)) == (64, key)
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
