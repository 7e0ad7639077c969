"""Nights on which all goes wrong end as if nothing had: runs are killed, the disk is full, two come at once."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from small_disk import Run, SmallDisk, has_come_to
from whole import evenkeel, run

NIGHTS = [date(2026, 5, 31), date(2026, 6, 30)]
FULL, READ_ONLY = "is full", "is read-only"

# A dashboard: resolves the link once, checks and reads all of the release, and starts over until its input ends.
READ = """
import hashlib, json, pathlib, select, sys
import duckdb
while not select.select([sys.stdin], [], [], 0.3)[0]:
    release = pathlib.Path(sys.argv[1]).resolve()
    manifest = json.loads((release / "manifest.json").read_text())
    with duckdb.connect(str(release / "evenkeel.duckdb"), read_only=True) as connection:
        for mart in manifest["marts"]:
            file = release / "parquet" / (mart["name"] + ".parquet")
            assert hashlib.sha256(file.read_bytes()).hexdigest() == mart["parquet_sha256"], file
            [(rows,)] = connection.execute("select count(*) from " + mart["name"]).fetchall()
            [(copy,)] = connection.execute(f"select count(*) from read_parquet('{file}')").fetchall()
            assert rows == copy == mart["rows"], (file, rows, copy)
    print(release.name)
"""


@dataclass
class Story:
    """What happened to a home on its second night.

    Attributes
    ----------
    undisturbed
        Another home, to which nothing happened.
    first_release
        What the first night published.
    runs
        The runs by what happened to them.
    releases
        The release in force after each of them, read whole.
    leftovers
        What a run puts aside while it works, and still lay there after each of them.
    read
        The releases that a reader saw while all that happened, and what it complained of.
    """

    undisturbed: Path
    home: Path
    first_release: str
    runs: dict[str, Run] = field(default_factory=dict)
    releases: dict[str, str] = field(default_factory=dict)
    leftovers: dict[str, list[str]] = field(default_factory=dict)
    read: tuple[str, str] = ("", "")


def deliver(whole: Path, landing: Path) -> None:
    """Land the files of the first month; those of the second if the first landed."""
    is_first = not landing.exists()
    for file in whole.glob("*/*"):
        if "2026-06" not in file.stem or not is_first:
            target = landing / file.relative_to(whole)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target)


@contextmanager
def copy_of(file: Path) -> Iterator[Path]:
    """Give a copy: DuckDB works out where a path really lies, and that of the small disk lies elsewhere."""
    with TemporaryDirectory() as folder:
        yield Path(shutil.copy(file, folder))


def read_release(home: Path) -> str:
    """Read the release in force whole, hold it against its manifest, and return its name."""
    release = home / "published" / "releases" / (home / "published" / "current").readlink().name
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    with (
        copy_of(release / "evenkeel.duckdb") as file,
        duckdb.connect(str(file), read_only=True) as connection,
    ):
        for mart in manifest["marts"]:
            parquet = release / "parquet" / f"{mart['name']}.parquet"
            assert hashlib.sha256(parquet.read_bytes()).hexdigest() == mart["parquet_sha256"]
            count = f"select count(*) from {mart['name']}"
            assert connection.execute(count).fetchall() == [(mart["rows"],)]
    return release.name


def released(home: Path) -> dict[str, Any]:
    """Return the manifest of the release in force: it has the SHA-256 of each mart."""
    manifest: dict[str, Any] = json.loads(
        (home / "published" / "current" / "manifest.json").read_text(encoding="utf-8")
    )
    return manifest


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def private_rows(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of the marts that are not released."""
    with (
        copy_of(home / "evenkeel.duckdb") as file,
        duckdb.connect(str(file), read_only=True) as connection,
    ):
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'private'"
        ).fetchall()
        return {
            name: connection.execute(f'from private."{name}" order by all').fetchall()
            for (name,) in tables
        }


def hidden(home: Path) -> list[str]:
    """Return what a run puts aside while it works, and everything that DuckDB does."""
    paths = [*home.rglob(".*"), *home.glob("evenkeel.duckdb.*")]
    return sorted(path.relative_to(home).as_posix() for path in paths)


def tell(story: Story, disk: SmallDisk, landing: Path) -> None:
    """Let the second night go wrong in every way, one after the other."""
    options = ("--landing", landing, "--as-of", NIGHTS[1].isoformat())

    def note(what: str, done: Run) -> None:
        story.runs[what] = done
        story.releases[what] = read_release(disk.home)
        story.leftovers[what] = hidden(disk.home)

    def start(step: str = "run", *more: str) -> Run:
        return disk.start(step, *options, *more)

    with disk.read_only():
        note("read-only home", start().end())
        note("status of a read-only home", start("status").end())
    with disk.filled(but=0):
        note("full before the load", start().end())
    with disk.filled(but=200_000):
        note("full in the load", start().end())
    copied = disk.has(".loading/files/*")
    note("killed as the load copies", start().wait_for(copied).kill("load"))
    read = disk.has(".loading/incoming/*.parquet")
    note("killed as the load writes", start().wait_for(read).kill("load"))

    # The first build has something to lose: what the night before built.
    note("killed in the build", start().wait_for(has_come_to(2)).kill("build"))
    building = start().wait_for(has_come_to(1))
    with disk.filled(but=0):
        note("full in the build", building.end())
    first = start().wait_for(has_come_to(1))
    waiting = start("load", "--wait")
    note("second while the first builds", start().end())
    assert waiting.process.poll() is None, waiting.complained
    written = disk.has("published/.incoming-*/parquet/*")
    note("killed as the release is written", first.wait_for(written).kill("publish"))
    note("second that waited", waiting.end())

    with disk.filled(but=4_000_000):
        note("full in the publication", start().end())
    with disk.read_only("published"):
        note("published is read-only", start().end())
    copied = disk.has("published/.incoming-*/evenkeel.duckdb")
    note("killed as the release is copied", start().wait_for(copied).kill("publish"))
    note("published", start("publish").end())
    with disk.filled(but=200_000):
        note("full in the reports", start("report").end())
    drawn = disk.has(f"reports/*/{NIGHTS[1]:%Y-%m}/*/en.html")
    reporting = start().wait_for(drawn)
    note("killed alone in the reports", reporting.kill("report", alone=True))
    both = [start("run", "--wait") for _ in range(2)]
    note("one of two at last", both[0].end())
    note("the other at last", both[1].end())
    # Its processes see that it is gone, each when it can.
    for _ in range(600):
        if not reporting.others():
            break
        time.sleep(0.2)
    else:
        pytest.fail("processes of a killed run go on without it")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Two homes with one first night: the second night of one of them goes wrong."""
    folder = tmp_path_factory.mktemp("nights")
    simulated, landing, home = folder / "simulated", folder / "landing", folder / "place" / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENKEEL_PERSON_KEY", "a key for tests")
        evenkeel(
            *("simulate", "--out", simulated, "--size", "tiny", "--seed", "3", "--months", "2"),
            *("--until", NIGHTS[1].isoformat()),
        )
        deliver(simulated, landing)
        run("run", landing, home, NIGHTS[0])
        disk = SmallDisk(home, folder / "said")
        try:
            shutil.copytree(home, disk.home, symlinks=True)
            deliver(simulated, landing)
            told = Story(home, disk.home, read_release(home))
            with ThreadPoolExecutor(1) as pool, disk.reader(READ) as reader:
                peace = pool.submit(run, "run", landing, home, NIGHTS[1])
                tell(told, disk, landing)
                peace.result()
                told.read = reader.communicate("")
            yield told
        finally:
            disk.close()


KILLED = [
    "killed as the load copies",
    "killed as the load writes",
    "killed in the build",
    "killed as the release is written",
    "killed as the release is copied",
    "killed alone in the reports",
]


@pytest.mark.parametrize("what", KILLED)
def test_a_killed_run_leaves_the_release_readable(story: Story, what: str) -> None:
    is_published = what == "killed alone in the reports"
    assert (story.releases[what] != story.first_release) == is_published


@pytest.mark.parametrize(
    ("what", "trouble"),
    [
        ("full before the load", FULL),
        ("full in the load", FULL),
        ("full in the build", FULL),
        ("full in the publication", FULL),
        ("full in the reports", FULL),
        ("published is read-only", READ_ONLY),
    ],
)
def test_a_disk_that_fails_is_said_in_one_sentence(story: Story, what: str, trouble: str) -> None:
    done = story.runs[what]
    assert done.process.returncode == 1
    sentence = f"evenkeel: The disk of {story.undisturbed} {trouble}, so the run stopped"
    assert [one.partition(" and the release in force stays; ")[0] for one in done.sentences] == [
        sentence
    ]
    assert (story.releases[what] == story.first_release) == (what != "full in the reports")


@pytest.mark.parametrize(
    "what", ["full before the load", "full in the load", "full in the publication"]
)
def test_a_full_disk_is_not_filled_further(story: Story, what: str) -> None:
    assert story.leftovers[what] == []


def test_a_read_only_home_is_said_in_one_sentence_and_can_be_looked_at(story: Story) -> None:
    done = story.runs["read-only home"]
    assert done.process.returncode == 2
    (sentence,) = done.sentences
    assert "cannot be written ([Errno 30] Read-only file system" in sentence
    assert sentence.endswith("choose another --home.")
    assert story.runs["status of a read-only home"].process.returncode == 0


def test_of_two_runs_the_second_leaves_or_waits(story: Story) -> None:
    leaving = story.runs["second while the first builds"]
    first = story.runs["killed as the release is written"].process
    assert leaving.process.returncode == 3
    (sentence,) = leaving.sentences
    assert sentence.startswith(f"evenkeel: Another run (process {first.pid}) holds ")
    waiting = story.runs["second that waited"]
    assert (waiting.process.returncode, waiting.sentences) == (0, [])
    assert waiting.said.startswith("load      nothing new")
    for what in ("one of two at last", "the other at last"):
        assert (story.runs[what].process.returncode, story.runs[what].sentences) == (0, [])


def test_a_reader_saw_one_whole_release_or_the_other_all_the_time(story: Story) -> None:
    output, errors = story.read
    assert errors == ""
    seen = output.split()
    assert seen == sorted(seen)
    assert set(seen) == {story.first_release, read_release(story.home)}


def test_the_home_is_at_last_that_of_an_undisturbed_night(story: Story) -> None:
    homes = (story.undisturbed, story.home)
    mine, theirs = (released(home) for home in homes)
    assert mine == theirs
    assert mine["load"] == 2
    for part in ("raw", "quarantine", "archive", "reports"):
        assert files_of(story.home / part) == files_of(story.undisturbed / part)
    mine, theirs = (private_rows(home) for home in homes)
    assert mine == theirs
    assert len(mine) > 1


def test_every_landed_row_is_accounted_for_once(story: Story) -> None:
    accounts = story.home / "raw" / "*" / "load_accounting.parquet"
    rows = duckdb.execute(
        """
        select
            count(*) - count(distinct (entity, file)),
            count(*) filter (
                rows_landed <> rows_accepted + rows_quarantined + rows_duplicate + rows_held
            ),
            sum(rows_landed) > 0
        from read_parquet(?)
        """,
        [str(accounts)],
    ).fetchall()
    assert rows == [(0, 0, True)]


def test_what_killed_runs_left_is_swept_away(story: Story) -> None:
    assert story.leftovers["killed as the load writes"] == [".loading"]
    (incoming,) = story.leftovers["killed as the release is copied"]
    assert incoming.startswith("published/.incoming-")
    assert hidden(story.home) == []
    assert {path.name for path in story.home.iterdir()} == {
        path.name for path in story.undisturbed.iterdir()
    }
