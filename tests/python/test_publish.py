"""Releases: what is in them, that they repeat to the byte, that nobody sees half of one."""

from __future__ import annotations

import errno
import functools
import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_project import AS_OF, add_load, config_of, fake_build

from evenkeel.config import Config
from evenkeel.errors import EvenkeelError, UsageError
from evenkeel.home import Home, write_record
from evenkeel.publish import current_release, publish, read_manifest, rollback

TEAMS = "select * from (values ('a', 4.5, 2), ('b', 3.0, 1), (null, 1.0, 9)) as t(team, score, n)"
LABELS = "select 'a' as team, 'Team A' as label"

# Where a publish may die: right after the first call of each of these.
STEPS = ["_copy_tables", "_write_parquet", "_seal", "_commit", "_switch", "_note"]

DIE = """
import os, sys
from datetime import date
from pathlib import Path
from evenkeel import publish
from evenkeel.config import Config
step, root = sys.argv[1:]
real = getattr(publish, step)
def dying(*arguments):
    real(*arguments)
    os._exit(9)
setattr(publish, step, dying)
root = Path(root)
publish.publish(Config(project=root, landing=root, home=root / "home", as_of=date(2026, 6, 30)))
"""

# A dashboard: resolves the link once, opens, reads, and starts over until its input ends.
READ = """
import os, select, sys
import duckdb
while not select.select([sys.stdin], [], [], 0)[0]:
    path = os.path.join(os.path.realpath(sys.argv[1]), "evenkeel.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        [(n, copy)] = connection.execute("select n, copy from teams").fetchall()
    assert n == copy
    print(n)
"""


def published(root: Path, tables: dict[str, str] | None = None, **record: Any) -> Path:
    """Build `tables` in the home below `root`, publish, and return the release's folder."""
    fake_build(root / "home", tables or {"teams": TEAMS, "labels": LABELS}, **record)
    return publish(config_of(root)).path


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_release_holds_the_published_tables_and_nothing_else(tmp_path: Path) -> None:
    release = published(tmp_path)
    assert sorted(files(release)) == [
        "evenkeel.duckdb",
        "manifest.json",
        "parquet/labels.parquet",
        "parquet/teams.parquet",
    ]
    tables = "select table_schema, table_name from information_schema.tables order by all"
    assert rows(release / "evenkeel.duckdb", tables) == [("main", "labels"), ("main", "teams")]
    assert rows(release / "evenkeel.duckdb", "from teams order by n") == [
        ("b", 3.0, 1),
        ("a", 4.5, 2),
        (None, 1.0, 9),
    ]


def test_the_tables_carry_their_descriptions(tmp_path: Path) -> None:
    database = published(tmp_path) / "evenkeel.duckdb"
    comments = "select comment from duckdb_tables() where table_name = 'teams'"
    assert rows(database, comments) == [("It's teams.",)]
    columns = "select comment from duckdb_columns() where table_name = 'teams' and column_index = 1"
    assert rows(database, columns) == [("A row's team.",)]


def test_the_file_has_the_storage_version_of_duckdb_1_0(tmp_path: Path) -> None:
    header = (published(tmp_path) / "evenkeel.duckdb").read_bytes()[:20]
    # Eight bytes of checksum, the mark, then the version: DuckDB 0.10 to 1.1 write and read 64.
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64


def test_the_manifest_says_what_the_release_is(tmp_path: Path) -> None:
    release = published(tmp_path)
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert release.name == manifest["release"]
    assert release.name.startswith("2026-06-30-")
    assert len(release.name) == len("2026-06-30-") + 12
    assert {name: manifest[name] for name in ("as_of", "code", "load", "incomplete")} == {
        "as_of": AS_OF.isoformat(),
        "code": "c0de",
        "load": 1,
        "incomplete": False,
    }
    by_name = {mart["name"]: mart for mart in manifest["marts"]}
    assert sorted(by_name) == ["labels", "teams"]
    teams = by_name["teams"]
    assert teams["rows"] == 3
    assert [column["name"] for column in teams["columns"]] == ["team", "score", "n"]
    assert teams["columns"][2]["type"] == "INTEGER"
    assert teams["parquet_sha256"] == files(release)["parquet/teams.parquet"]
    assert teams["parquet_sha256"] != by_name["labels"]["parquet_sha256"]


def test_the_same_rows_give_the_same_bytes_in_any_order_and_on_any_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "select i % 97 as team, i / 7 as score, i as n from range(300000) as t(i) order by "
    one = published(tmp_path / "one", {"teams": many + "n"})
    connect = functools.partial(duckdb.connect, config={"threads": 1})
    monkeypatch.setattr("evenkeel.publish.duckdb.connect", connect)
    other = published(tmp_path / "other", {"teams": many + "hash(n)"})
    assert one.name == other.name
    mine, theirs = files(one), files(other)
    del mine["evenkeel.duckdb"], theirs["evenkeel.duckdb"]
    assert mine == theirs


@pytest.mark.parametrize(
    "changed",
    [
        TEAMS.replace("4.5", "4.6"),
        TEAMS.replace("null", "''"),
        TEAMS.replace("('b', 3.0, 1)", "('a', 4.5, 2)"),
        TEAMS.replace("t(team", "t(unit"),
        "select team, score, n::bigint as n from (" + TEAMS + ")",
        TEAMS + " union all select 'c', 1.0, 1",
    ],
    ids=["value", "missing is not empty", "a row twice", "name", "type", "row"],
)
def test_any_other_content_is_another_release(tmp_path: Path, changed: str) -> None:
    first = published(tmp_path, {"teams": TEAMS})
    assert published(tmp_path, {"teams": changed}) != first


def test_the_same_content_again_changes_nothing(tmp_path: Path) -> None:
    release = published(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in release.parent.parent.rglob("*")}
    result = publish(config_of(tmp_path))
    assert not result.changed
    assert before == {path: path.stat().st_mtime_ns for path in release.parent.parent.rglob("*")}


def test_a_refused_batch_makes_the_release_incomplete(tmp_path: Path) -> None:
    complete = published(tmp_path)
    home = Home(tmp_path / "home")
    write_record(home.load_record, {"refused": ["a.csv: no such column"]})
    result = publish(config_of(tmp_path))
    assert result.incomplete
    assert result.path != complete
    assert (read_manifest(home) or {})["incomplete"] is True


def test_nobody_can_write_to_a_release(tmp_path: Path) -> None:
    release = published(tmp_path)
    modes = {path.stat().st_mode & 0o222 for path in release.rglob("*") if path.is_file()}
    assert modes == {0}


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ({"succeeded": False}, "last build failed"),
        ({"load": 0}, "knows loads up to 0, but 1 is there"),
        ({"database": [1, 1]}, "was written to after the last build"),
    ],
)
def test_only_a_good_and_recent_build_is_published(
    tmp_path: Path, record: dict[str, Any], sentence: str
) -> None:
    add_load(tmp_path / "home", 1, [])
    before = published(tmp_path)
    fake_build(tmp_path / "home", {"teams": "select 'z' as team"}, **{"load": 1, **record})
    with pytest.raises(EvenkeelError, match=sentence):
        publish(config_of(tmp_path))
    assert current_release(Home(tmp_path / "home")) == before.name


def test_without_a_build_there_is_nothing_to_publish(tmp_path: Path) -> None:
    with pytest.raises(EvenkeelError, match="run `evenkeel build` first"):
        publish(config_of(tmp_path))


def test_the_oldest_releases_go_but_never_the_current_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = []
    for number in range(4):
        fake_build(home, {"teams": f"select 'a' as team, {number} as n"})
        made.append(publish(config_of(tmp_path, keep_releases=3)).release)
    assert {path.name for path in Home(home).releases.iterdir()} == set(made[1:])
    rollback(config_of(tmp_path), made[1])
    publish_again = config_of(tmp_path, keep_releases=1)
    fake_build(home, {"teams": "select 'a' as team, 9 as n"})
    newest = publish(publish_again).release
    assert {path.name for path in Home(home).releases.iterdir()} == {newest}
    assert sorted(path.name for path in Home(home).published.iterdir()) == [
        "current",
        "history.json",
        "releases",
    ]


def test_rollback_goes_back_one_release_at_a_time(tmp_path: Path) -> None:
    made = []
    for number in range(3):
        fake_build(tmp_path / "home", {"teams": f"select 'a' as team, {number} as n"})
        made.append(publish(config_of(tmp_path)).release)
    config, home = config_of(tmp_path), Home(tmp_path / "home")
    assert rollback(config) == made[1]
    assert rows(home.current / "evenkeel.duckdb", "select n from teams") == [(1,)]
    assert rollback(config) == made[0]
    with pytest.raises(UsageError, match="no release before"):
        rollback(config)
    with pytest.raises(UsageError, match=f"no release x; there are: {', '.join(made)}"):
        rollback(config, "x")
    assert rollback(config, made[2]) == made[2]
    assert current_release(home) == made[2]


def test_publishing_after_a_rollback_goes_forward_again(tmp_path: Path) -> None:
    first = published(tmp_path, {"teams": "select 1 as team"}).name
    second = published(tmp_path, {"teams": "select 2 as team"}).name
    assert rollback(config_of(tmp_path)) == first
    result = publish(config_of(tmp_path))
    assert (result.release, result.changed) == (second, True)
    assert rollback(config_of(tmp_path)) == first


def test_there_is_no_going_back_from_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no release before"):
        rollback(config_of(tmp_path))


@pytest.mark.parametrize("step", STEPS)
def test_a_publish_killed_anywhere_leaves_a_whole_release(tmp_path: Path, step: str) -> None:
    home = Home(tmp_path / "home")
    old = published(tmp_path).name
    fake_build(home.root, {"teams": "select 'new' as team", "labels": LABELS})
    killed = subprocess.run([sys.executable, "-c", DIE, step, str(tmp_path)], check=False)
    assert killed.returncode == 9

    manifest = read_manifest(home)
    assert manifest is not None
    assert manifest["release"] == current_release(home)
    for mart in manifest["marts"]:
        parquet = home.current / "parquet" / f"{mart['name']}.parquet"
        assert hashlib.sha256(parquet.read_bytes()).hexdigest() == mart["parquet_sha256"]
        count = f"select count(*) from {mart['name']}"
        assert rows(home.current / "evenkeel.duckdb", count) == [(mart["rows"],)]

    result = publish(config_of(tmp_path))
    assert rows(home.current / "evenkeel.duckdb", "select team from teams") == [("new",)]
    assert {path.name for path in home.releases.iterdir()} == {old, result.release}
    assert not list(home.published.glob(".*"))
    assert rollback(config_of(tmp_path)) == old


def test_a_killed_return_to_old_content_can_be_rolled_back(tmp_path: Path) -> None:
    contents = [{"teams": f"select {number} as team"} for number in (1, 2)]
    first, second = (published(tmp_path, content).name for content in contents)
    fake_build(tmp_path / "home", contents[0])
    subprocess.run([sys.executable, "-c", DIE, "_switch", str(tmp_path)], check=False)
    assert current_release(Home(tmp_path / "home")) == first
    assert not publish(config_of(tmp_path)).changed
    assert rollback(config_of(tmp_path)) == second


def test_a_publish_without_room_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    old = published(tmp_path).name
    fake_build(tmp_path / "home", {"teams": "select 'new' as team"})
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr("evenkeel.publish._seal", full)
        publish(config_of(tmp_path))
    home = Home(tmp_path / "home")
    assert current_release(home) == old
    assert not list(home.published.glob(".*"))
    assert publish(config_of(tmp_path)).changed


def test_readers_never_see_an_error_while_releases_change(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    published(tmp_path, {"teams": "select 0 as n, 0 as copy", "labels": LABELS})
    held = duckdb.connect(str(home.current.resolve() / "evenkeel.duckdb"), read_only=True)
    held.execute("select count(*) from labels").fetchall()
    reader = subprocess.Popen(
        [sys.executable, "-c", READ, str(home.current)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for number in range(1, 21):
        tables = {"teams": f"select {number} as n, {number} as copy", "labels": LABELS}
        fake_build(home.root, tables)
        publish(config_of(tmp_path, keep_releases=5))
    output, errors = reader.communicate("", timeout=60)
    assert (reader.returncode, errors) == (0, "")
    seen = [int(line) for line in output.split()]
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    # The connection opened before the first of them still reads its own, long pruned release.
    assert held.execute("select n from teams").fetchall() == [(0,)]
    held.close()


def test_the_marts_are_checked_as_of_the_day_they_were_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def check(config: Config, *_: object) -> tuple[str, ...]:
        seen.append(config.as_of)
        return ()

    monkeypatch.setattr("evenkeel.publish._check", check)
    fake_build(tmp_path / "home", {"teams": TEAMS})
    publish(config_of(tmp_path, as_of=AS_OF + timedelta(days=1)))
    assert seen == [AS_OF]
