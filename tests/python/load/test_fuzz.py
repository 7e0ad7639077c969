"""Files damaged at random: nothing is lost, nothing is counted twice, and no neighbour suffers.

A minute in every run of the tests; `make fuzz SECONDS=3600` for longer, from another seed.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from load.conftest import make_place
from load.place import SURVEY, Place
from load.workbook import Cell, sheet, workbook

SECONDS = float(os.environ.get("EVENKEEL_FUZZ_SECONDS", "60"))
FIRST_SEED = int(os.environ.get("EVENKEEL_FUZZ_SEED", "1"))

CONTROL = "vendor_id,vendor_name\nv1,Clean\nv2,Safe\n"
ODD = (
    b'"', b"\n", b"\r", b"\r\n", b",", b";", b"\t", b"|", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\x1f\x8b",
    b"\xe6\xb1", "坏".encode("gb18030"), b"'; DROP TABLE rows_read; --", b"=1+1", b"../../etc/passwd",
    b"NULL", b"1e309", b"-0", b"9" * 40, b"{", b"[", b"]}", b"\\", b'""', b" ", b"\xc2\xa0",
)  # fmt: skip


def table(rng: random.Random) -> tuple[list[str], list[list[str]]]:
    header = ["contact_id", "started_at", "channel", "outcome", "queue_seconds", "language"]
    rows = [
        [
            f"c{rng.randrange(30):03}",
            f"2026-0{rng.randint(1, 9)}-{rng.randint(1, 31):02}T0{rng.randint(0, 9)}:30:00+08:00",
            rng.choice(["voice", "chat", "Voice", "fax"]),
            rng.choice(["answered", "abandoned", "lost", ""]),
            rng.choice(["12", "12.0", "-3", "", "NA", "ten"]),
            rng.choice(["zh", "English, plain", 'a "quoted" one', "two\nlines", ""]),
        ]
        for _ in range(rng.randrange(25))
    ]
    return header, rows


def as_text(rng: random.Random) -> tuple[str, bytes]:
    header, rows = table(rng)
    delimiter, end = rng.choice([",", ";", "\t", "|"]), rng.choice(["\n", "\r\n", "\r"])

    def quoted(value: str) -> str:
        return '"' + value.replace('"', '""') + '"' if set(value) & set('",;\t|\n') else value

    lines = [delimiter.join(map(quoted, row)) for row in (header, *rows)]
    data = end.join(lines).encode(rng.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    return ".csv", data


def as_objects(rng: random.Random) -> tuple[str, bytes]:
    header, rows = table(rng)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    if rng.random() < 0.3:
        return ".json", json.dumps(found).encode()
    return ".jsonl", "\n".join(json.dumps(one, ensure_ascii=False) for one in found).encode()


def as_parquet(rng: random.Random) -> tuple[str, bytes]:
    header, rows = table(rng)
    path = Path(os.environ["EVENKEEL_FUZZ_SCRATCH"]) / "fuzz.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t ({', '.join(f'{name} VARCHAR' for name in header)})")
        if rows:
            con.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(header))})", rows)
        con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return ".parquet", path.read_bytes()


def as_sheet(rng: random.Random) -> tuple[str, bytes]:
    header, rows = table(rng)
    cells: list[list[Cell]] = [[*row] for row in (header, *rows)]
    return ".xlsx", workbook(sheet(cells))


# Starting a process for a spreadsheet takes as long as reading ten of the others.
KINDS: tuple[Callable[[random.Random], tuple[str, bytes]], ...] = (
    *([as_text] * 10),
    *([as_objects] * 5),
    *([as_parquet] * 2),
    as_sheet,
)


def damaged(rng: random.Random, data: bytes) -> bytes:
    """Cut, repeat, overwrite or insert something somewhere, a few times or not at all."""
    for _ in range(rng.choice([0, 1, 1, 2, 5, 20])):
        start, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        match rng.randrange(5):
            case 0:
                data = data[:start] + rng.choice(ODD) + data[start:]
            case 1:
                data = data[:start] + data[min(end, start + 40) :]
            case 2:
                data = data[:start] + data[start:end] * 2 + data[end:]
            case 3:
                data = data[:start] + rng.randbytes(min(8, len(data) - start)) + data[start + 8 :]
            case _:
                data = data[:start] if rng.random() < 0.2 else data
    return data


def deliver(place: Place, rng: random.Random, load: int) -> None:
    for number in range(rng.randint(1, 4)):
        ending, data = rng.choice(KINDS)(rng)
        if rng.random() < 0.2:
            ending, data = ending + ".gz", gzip.compress(data, mtime=0)
        if rng.random() < 0.1:
            ending = rng.choice([".csv", ".json", ".xlsx", ".parquet", ".csv.gz", ".tsv"])
        path = place.landing / "contacts" / f"{load}-{number}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(damaged(rng, data))
    answers = f"response_id,item_code,answer_value\nr{load},q1,{rng.choice(['5', '11', 'x'])}\n"
    (place.landing / "survey_answers").mkdir(exist_ok=True)
    (place.landing / "survey_answers" / f"{load}.csv").write_bytes(damaged(rng, answers.encode()))


def try_one(root: Path, seed: int) -> None:
    """Load damaged files twice, with more of them the second time."""
    rng = random.Random(seed)  # noqa: S311 -- damage has to be repeatable, not secret
    place = make_place(root)
    for name, text in {**SURVEY, "vendors/clean.csv": CONTROL}.items():
        place.put(name, text)
    for load in (1, 2):
        deliver(place, rng, load)
        place.load()
        assert place.counts("vendors") == (2, 2, 0, 0, 0, 0)
        check(place)
    before = place.query("SELECT count(*) FROM accounting")
    place.load()
    assert place.query("SELECT count(*) FROM accounting") == before
    assert {path.name for path in root.iterdir()} == {"home", "landing", "project"}


def check(place: Place) -> None:
    """What is accounted for is what lies in the files, row for row and sentence for sentence."""
    for entity in ("contacts", "survey_answers"):
        accepted = place.query(f"SELECT count(*) FROM {entity} WHERE NOT _is_redelivery")[0][0]
        _, counted, refused, *_ = place.counts(entity)
        assert accepted == (counted or 0)
        listed = (
            place.query(
                "SELECT count(DISTINCT (file, line, _load)) FROM quarantine "
                f"WHERE entity = '{entity}' AND severity = 'refused'"
            )
            if list(place.home.glob("quarantine/*/*.parquet"))
            else [(0,)]
        )
        assert listed[0][0] == (refused or 0)
    assert not (place.home / ".loading").exists()


def test_damaged_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENKEEL_PERSON_KEY", "a key for tests")
    monkeypatch.setenv("EVENKEEL_FUZZ_SCRATCH", str(tmp_path))
    monkeypatch.setattr("evenkeel.load.run.write_pages", lambda *_: None)
    monkeypatch.setattr("evenkeel.load.verdicts.BatchGate.judge", lambda *_: False)
    end = time.monotonic() + SECONDS
    seed = FIRST_SEED
    while seed == FIRST_SEED or time.monotonic() < end:
        try:
            try_one(tmp_path / str(seed), seed)
        except BaseException as error:
            error.add_note(f"EVENKEEL_FUZZ_SEED={seed} EVENKEEL_FUZZ_SECONDS=0 repeats it")
            raise
        seed += 1
