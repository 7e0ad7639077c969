"""Times the load of contacts, beside DuckDB alone turning the same file into Parquet.

Prints, for each delivery, the wall and CPU seconds and the peak memory of both processes, and the
ratio of their CPU seconds, which other work on the machine changes least.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
ROWS = 10_000_000
LARGE_BYTES = 5_000_000_000
SMALL_FILES = 20_000
ROWS_OF_A_SMALL_FILE = 10
JSON_ROWS = 1_000_000

# The columns of the contract, filled as a call centre fills them; the same rows at each run.
CONTACTS = """
    SELECT
        'K' || (2026000000000 + i) AS contact_id,
        TIMESTAMP '2024-01-01 08:00:00' + to_seconds(i * 5 + h % 5) AS started_at,
        ['voice', 'voice', 'chat', 'email', 'wechat'][h % 5 + 1] AS channel,
        CASE WHEN h % 11 = 0 THEN 'outbound' ELSE 'inbound' END AS direction,
        ['billing', 'technical', 'sales', 'cards'][h % 4 + 1] AS queue,
        CASE WHEN h % 9 > 0 THEN lpad((h % 2000003)::VARCHAR, 7, '0') END AS customer_id,
        'T' || lpad((h % 77)::VARCHAR, 3, '0') AS org_unit_id,
        CASE WHEN h % 8 > 0 THEN 'E' || lpad((h % 997)::VARCHAR, 5, '0') END AS employee_id,
        ['fault', 'invoice wrong', 'moving house', 'lost card'][h % 4 + 1] AS issue_code,
        CASE WHEN h % 5 < 2 THEN h % 90 END AS ivr_seconds,
        CASE WHEN h % 5 < 3 THEN h % 301 END AS queue_seconds,
        CASE WHEN h % 5 > 1 THEN h % 9001 END AS first_reply_seconds,
        CASE WHEN h % 8 > 0 AND h % 5 < 3 THEN h % 601 END AS talk_seconds,
        CASE WHEN h % 8 > 0 AND h % 5 < 3 THEN h % 31 END AS hold_seconds,
        CASE WHEN h % 8 > 0 THEN h % 121 END AS after_contact_seconds,
        CASE WHEN h % 8 > 0 THEN 'answered' ELSE 'abandoned' END AS outcome,
        CASE WHEN h % 13 = 0 THEN 1 ELSE 0 END AS transfer_count,
        CASE WHEN h % 8 > 0 THEN h % 3 > 0 END AS agent_marked_resolved,
        h % 7 = 0 AS used_knowledge_base,
        false AS is_proactive,
        h % 1009 = 0 AS is_abusive,
        h % 17 = 0 AS is_sale_offered,
        CASE WHEN h % 34 = 0 THEN (h % 99999)::DECIMAL(18, 2) / 100 END AS sale_amount,
        NULL::VARCHAR AS complaint_id,
        CASE WHEN h % 101 = 0 THEN started_at + INTERVAL 1 DAY END AS followed_up_at,
        CASE WHEN h % 101 = 0 THEN 'reached' END AS follow_up_outcome
    FROM (SELECT i, (hash(i) >> 3)::BIGINT AS h FROM range({rows}) AS numbers(i))
"""
READERS = {
    "csv": "read_csv('{path}', all_varchar = true)",
    "csv.gz": "read_csv('{path}', all_varchar = true)",
    "parquet": "read_parquet('{path}')",
    "jsonl": "read_json('{path}', format = 'newline_delimited')",
}


@dataclass(frozen=True)
class Delivery:
    """Files that are loaded in one go."""

    name: str
    ending: str
    rows: int
    write: Callable[[Delivery, Path], None]


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    wall: float
    cpu: float
    peak_bytes: int

    def __str__(self) -> str:
        return f"{self.wall:7.1f} s {self.cpu:7.1f} s CPU {self.peak_bytes / 1e9:5.2f} GB"


def write_one(delivery: Delivery, folder: Path) -> None:
    """Write all rows to one file."""
    options = {
        "csv": "FORMAT csv, HEADER",
        "csv.gz": "FORMAT csv, HEADER, COMPRESSION gzip",
        "parquet": "FORMAT parquet, COMPRESSION zstd",
        "jsonl": "FORMAT json",
    }
    query = CONTACTS.format(rows=delivery.rows)
    target = f"{folder}/contacts.{delivery.ending}"
    duckdb.execute(f"COPY ({query}) TO '{target}' ({options[delivery.ending]})")


def write_small(delivery: Delivery, folder: Path) -> None:
    """Write files of ten rows each."""
    write_one(delivery, folder)
    whole = folder / f"contacts.{delivery.ending}"
    with whole.open(encoding="utf-8") as lines:
        header = next(lines)
        for number in range(delivery.rows // ROWS_OF_A_SMALL_FILE):
            part = [header, *(next(lines) for _ in range(ROWS_OF_A_SMALL_FILE))]
            path = folder / f"{number % 100:02}" / f"{number:05}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_text("".join(part), encoding="utf-8")
    whole.unlink()


def large_rows() -> int:
    """Return how many rows make a CSV file of 5 GB."""
    with tempfile.TemporaryDirectory() as folder:
        sample = Delivery("sample", "csv", 100_000, write_one)
        write_one(sample, Path(folder))
        size = (Path(folder) / "contacts.csv").stat().st_size
    return LARGE_BYTES * sample.rows // size + sample.rows


def measure(command: list[str]) -> Cost:
    """Run a command and return what it took."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own command
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def run(delivery: Delivery, folder: Path) -> None:
    """Write a delivery, load it, let DuckDB copy it, and print what both took."""
    landing = folder / "landing" / "contacts"
    landing.mkdir(parents=True)
    delivery.write(delivery, landing)
    size = sum(path.stat().st_size for path in landing.rglob("*") if path.is_file())
    print(f"{delivery.name}: {delivery.rows:,} rows, {size / 1e9:.2f} GB", flush=True)
    program = "from evenkeel.cli import main; main()"
    places = ["--landing", str(folder / "landing"), "--home", str(folder / "home")]
    load = measure([sys.executable, "-c", program, "load", *places])
    reader = READERS[delivery.ending].format(path=f"{landing}/**/*.{delivery.ending}")
    statement = f"COPY (FROM {reader}) TO '{folder}/copy.parquet'"
    copy = measure([sys.executable, "-c", f"import duckdb; duckdb.execute({statement!r})"])
    print(f"  load {load}\n  COPY {copy}\n  ratio {load.cpu / copy.cpu:.1f}", flush=True)


def main() -> None:
    """Measure the deliveries that the arguments name, or all."""
    deliveries = {
        "csv": Delivery("csv", "csv", ROWS, write_one),
        "gzip": Delivery("gzip", "csv.gz", ROWS, write_one),
        "parquet": Delivery("parquet", "parquet", ROWS, write_one),
        "json": Delivery("json", "jsonl", JSON_ROWS, write_one),
        "small": Delivery("small", "csv", SMALL_FILES * ROWS_OF_A_SMALL_FILE, write_small),
        "large": Delivery("large", "csv", large_rows(), write_one),
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="delivery", help=", ".join(deliveries))
    parser.add_argument("--folder", type=Path, help="on a disk with 30 GB to spare")
    arguments = parser.parse_args()
    for name in arguments.names or deliveries:
        folder = Path(tempfile.mkdtemp(dir=arguments.folder))
        try:
            run(deliveries[name], folder)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
