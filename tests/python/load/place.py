"""A landing folder, a home and a project to try loads on."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb

from evenkeel.config import Config
from evenkeel.gate.expectations import Checkpoint
from evenkeel.load import LoadResult, load, verdicts

ROOT = Path(__file__).resolve().parents[3]
Rows = list[tuple[Any, ...]]

SURVEY = {
    "surveys/surveys.csv": """
        survey_id,survey_name,programme,subject,run_by,version,opened_on
        s1,After a call,post_contact,customer,internal,1,2026-01-01
        s2,Staff,employee_engagement,employee,internal,1,2026-01-01
    """,
    "survey_items/items.csv": """
        survey_id,item_code,item_text,construct,scale
        s1,q1,How satisfied?,overall_satisfaction,likert5
        s1,q2,Anything else?,open_text,text
        s1,q3,How good?,perception,slider100
        s2,q1,How are you?,engagement,likert5
    """,
}


@dataclass
class Place:
    """One organisation's folders below a temporary one."""

    root: Path
    time_zone: str = "Asia/Shanghai"
    last: LoadResult = field(default_factory=lambda: LoadResult(None))

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def config(self) -> Config:
        return Config(
            project=self.project,
            landing=self.landing,
            home=self.home,
            as_of=date(2026, 6, 30),
            time_zone=self.time_zone,
        )

    def put(self, name: str, content: str | bytes, *, encoding: str = "utf-8") -> Path:
        """Write a landed file; the indentation of a text is not part of it."""
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else tidy(content).encode(encoding)
        path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
        return path

    def put_parquet(self, name: str, query: str) -> Path:
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as con:
            con.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        return path

    def map(self, vendor: str, entity: str, text: str) -> Path:
        path = self.project / "mappings" / vendor / f"{entity}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(tidy(text), encoding="utf-8")
        return path

    def load(self, **files: str) -> LoadResult:
        """Land files (entity=text), load, and check that all accounts balance."""
        for entity, text in files.items():
            number = len(list(self.landing.glob(f"{entity}/*")))
            self.put(f"{entity}/{number:03}.csv", text)
        self.last = load(self.config)
        for row in self.query(
            "SELECT * FROM accounting WHERE rows_landed <> rows_accepted + rows_quarantined "
            "+ rows_duplicate + rows_held"
        ):
            raise AssertionError(row)
        return self.last

    def query(self, query: str) -> Rows:
        """Query the accounting and the quarantine of all loads, and the entities by name."""
        with duckdb.connect() as con:
            for path in sorted((self.home / "raw" / "000000").glob("*.parquet")):
                name = "accounting" if path.stem == "load_accounting" else path.stem
                con.execute(
                    f"CREATE VIEW {name} AS SELECT * FROM "
                    f"read_parquet('{self.home}/raw/*/{path.name}', union_by_name = true)"
                )
            refused = list(self.home.glob("quarantine/*/*.parquet"))
            if refused:
                con.execute(
                    "CREATE VIEW quarantine AS SELECT * FROM "
                    f"read_parquet('{self.home}/quarantine/*/*.parquet')"
                )
            else:
                con.execute(
                    "CREATE VIEW quarantine AS SELECT '' AS entity, '' AS sentence WHERE false"
                )
            return con.execute(query).fetchall()

    def sentences(self) -> list[str]:
        """Return what the quarantine says, in the order of loads and lines."""
        return (
            [
                row[0]
                for row in self.query(
                    "SELECT sentence FROM quarantine ORDER BY _load, file, line, sentence"
                )
            ]
            if list(self.home.glob("quarantine/*/*.parquet"))
            else []
        )

    def counts(self, entity: str) -> tuple[int, ...]:
        """Return landed, accepted, refused, duplicate, held and blanked, over all loads."""
        found = self.query(
            "SELECT sum(rows_landed)::INT, sum(rows_accepted)::INT, sum(rows_quarantined)::INT, "
            "sum(rows_duplicate)::INT, sum(rows_held)::INT, sum(values_blanked)::INT "
            f"FROM accounting WHERE entity = '{entity}'"
        )
        return found[0]


def most_memory(root: Path) -> tuple[int, int]:
    """Load what landed below a root in a process of its own, without the checkpoint.

    Returns
    -------
    tuple
        The most bytes that the load held, and the most that any process it started did.
    """
    found = subprocess.run(
        [sys.executable, "-c", _MEASURED_LOAD, str(root)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests" / "python")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stderr == ""
    own, children = found.stdout.split()
    return int(own) * 1024, int(children) * 1024


# A process's own ru_maxrss begins with that of the process it was started by, which may be large
# here; what the kernel says of its memory does not.
_MEASURED_LOAD = """
import re, resource, sys
from pathlib import Path
from load.place import Place, skip_checkpoint
skip_checkpoint()
Place(Path(sys.argv[1])).load()
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def skip_checkpoint() -> None:
    """Take every batch as it is, in a process of its own: the checkpoint takes longer than all else."""
    module: Any = verdicts
    module.run_checkpoint = lambda *_: Checkpoint()


def tidy(text: str) -> str:
    return dedent(text).strip("\n") + "\n" if text.strip() else text
