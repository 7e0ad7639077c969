"""Runs the dbt project in this process, and keeps a record of what the home's tables stand for."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from evenkeel.config import Config
from evenkeel.disk import disk_error
from evenkeel.errors import EvenkeelError
from evenkeel.home import Home, database_stamp, read_record, write_record

# Called as each node ends: how many are done, how many there are, and which one it was.
Progress = Callable[[int, int, str], None]

# Lines of a message that say nothing: dbt's headings and places, DuckDB's echo of the query.
NOISE = re.compile(
    r"(Database|Compilation|Runtime|Parsing) Error\b.*|compiled code at .*|LINE \d+:.*|\^|> .*|"
)
GOOD = frozenset({"success", "pass", "warn", "no-op"})
CODE = ("models/**/*", "macros/**/*", "seeds/**/*", "dbt_project.yml")
# What Python models import decides what the tables hold as much as the models do.
STATISTICS = Path(__file__).parent / "statistics"


@dataclass(frozen=True)
class Failure:
    """A model, seed or test that failed: which, why in short, and what to do."""

    name: str
    kind: str
    message: str
    advice: str


@dataclass(frozen=True)
class BuildResult:
    """What a build came to; `full_refresh` says why everything was built anew, if it was."""

    succeeded: bool
    full_refresh: str | None
    counts: dict[str, int]
    failures: tuple[Failure, ...]


def build(
    config: Config, full_refresh: bool = False, progress: Progress | None = None
) -> BuildResult:
    """Build and test all models from the loaded rows, up to `config.as_of`.

    Only what is new is computed, unless `full_refresh` is asked for or needed: there was no build
    before, the code, the seeds or the settings are others, or `as_of` went back.

    Raises
    ------
    EvenkeelError
        If nothing was loaded yet, or the disk failed.
    """
    home = Home(config.home)
    load = home.latest_load()
    if load is None:
        raise EvenkeelError(f"Nothing is loaded in {config.home}; run `evenkeel load` first.")
    code = fingerprint(config)
    whole = _last_whole_build(home)
    reason = "as asked" if full_refresh else _reason_to_refresh(home, whole, code, config.as_of)
    record: dict[str, Any] = {
        "succeeded": False,
        "as_of": config.as_of.isoformat(),
        "load": load,
        "fingerprint": code,
    }
    write_record(home.build_record, record)
    if whole is None:
        _remove_database(home)

    nodes, error = _run_dbt(config, home, bool(reason), progress)
    bad = [node for node in nodes if node.status not in {*GOOD, "skipped"}]
    for message in (*(node.message or "" for node in bad), error.message if error else ""):
        if failed := disk_error(message, home.root):
            # The record still says that the build was broken off, so the next is anew.
            raise failed
    failures = [_failure(node, home) for node in bad]
    if error:
        failures.append(error)
    succeeded = not failures
    tables = [node for node in nodes if node.node.resource_type in {"model", "seed"}]
    if tables and not error and all(node.status in GOOD for node in tables):
        whole = {"fingerprint": code, "as_of": config.as_of.isoformat()}
    elif reason:
        whole = None
    record["whole"] = whole
    record |= {"succeeded": succeeded, "tests": _tests_by_mart(nodes)}
    record["database"] = database_stamp(home)
    write_record(home.build_record, record)
    return BuildResult(
        succeeded=succeeded,
        full_refresh=reason,
        counts=dict(Counter(_outcome(n) for n in nodes if n.node.resource_type != "operation")),
        failures=tuple(failures),
    )


def is_due(config: Config) -> bool:
    """Tell whether a build would find anything new since the last good one."""
    home = Home(config.home)
    record = read_record(home.build_record)
    return record is None or not (
        record["succeeded"]
        and record["load"] == home.latest_load()
        and record["as_of"] == config.as_of.isoformat()
        and record["fingerprint"] == fingerprint(config)
        and record["database"] == database_stamp(home)
    )


def fingerprint(config: Config) -> str:
    """Return the SHA-256 of all that decides what the tables hold, the loaded rows aside."""
    digest = hashlib.sha256()
    project, package = config.project, STATISTICS.parents[1]
    files = [(p.relative_to(project), p) for pattern in CODE for p in project.glob(pattern)]
    files += [(p.relative_to(package), p) for p in STATISTICS.glob("**/*.py")]
    for name, path in sorted(set(files)):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{name.as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    engines = {name: version(name) for name in ("dbt-core", "dbt-duckdb", "duckdb", "numpy")}
    digest.update(json.dumps([changed_vars(config), engines], sort_keys=True).encode())
    return digest.hexdigest()


def changed_vars(config: Config) -> dict[str, Any]:
    """Return the settings that differ from the vars of dbt_project.yml.

    dbt parses everything again when it is given other variables, so the rest stays unsaid.
    """
    project = yaml.safe_load((config.project / "dbt_project.yml").read_text(encoding="utf-8"))
    declared = project.get("vars") or {}
    return {
        name: value
        for name, value in config.dbt_vars().items()
        if name in declared and value != declared[name]
    }


def _last_whole_build(home: Home) -> dict[str, Any] | None:
    """Return of which code and day the tables are, or None if that is not certain.

    It is not after a build that was killed, or after somebody else wrote to the database.
    """
    record = read_record(home.build_record)
    if record is None or record.get("database") != database_stamp(home):
        return None
    whole = record.get("whole")
    return whole if isinstance(whole, dict) else None


def _reason_to_refresh(
    home: Home, whole: dict[str, Any] | None, code: str, as_of: date
) -> str | None:
    if whole is None:
        return "the last build was broken off" if home.database.exists() else "the first build"
    if whole["fingerprint"] != code:
        return "the code, a seed or a setting changed"
    if whole["as_of"] > as_of.isoformat():
        return f"the last build was as of {whole['as_of']}"
    return None


def _remove_database(home: Home) -> None:
    """Remove the tables of a build that was broken off, which are all made anew.

    Killed while it was made, the file may be one that DuckDB never opens again; and on a disk
    that was full, the room is needed.
    """
    database = home.database
    for path in (database, database.with_name(f"{database.name}.wal")):
        path.unlink(missing_ok=True)
    shutil.rmtree(database.with_name(f"{database.name}.tmp"), ignore_errors=True)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables while the block runs; dbt takes home and day from them."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _silent_logging() -> Iterator[None]:
    """Keep a log that cannot be written, on a full disk, from telling so in tracebacks."""
    before = logging.raiseExceptions
    logging.raiseExceptions = False
    try:
        yield
    finally:
        logging.raiseExceptions = before


def _run_dbt(
    config: Config, home: Home, full_refresh: bool, progress: Progress | None
) -> tuple[list[Any], Failure | None]:
    """Run `dbt build`; return its results and, if it could not run at all, why."""
    # These take two seconds to import, which other commands need not spend.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    arguments = ["--no-send-anonymous-usage-stats", "--no-version-check"]
    arguments += ["--log-level", "none", "--log-level-file", "debug"]
    arguments += ["--log-path", str(home.dbt_logs)]
    # Unit tests are of the code, which a night does not change.
    arguments += ["build", "--exclude-resource-type", "unit_test"]
    arguments += ["--target", config.target, "--target-path", str(home.dbt_target)]
    arguments += ["--project-dir", str(config.project), "--profiles-dir", str(config.project)]
    if changed := changed_vars(config):
        arguments += ["--vars", json.dumps(changed, sort_keys=True)]
    if full_refresh:
        arguments.append("--full-refresh")
    environment = {"EVENKEEL_HOME": str(home.root), "EVENKEEL_AS_OF": config.as_of.isoformat()}
    callbacks = [_reporter(progress)] if progress else []
    with _environment(environment), _silent_logging():
        try:
            outcome = dbtRunner(callbacks=callbacks).invoke(arguments)
        finally:
            # dbt keeps the file open in this process, where nobody else could then attach it.
            closing: Any = DuckDBConnectionManager
            closing.close_all_connections()
    results = list(getattr(outcome.result, "results", None) or [])
    told = any(node.status not in {*GOOD, "skipped"} for node in results)
    if outcome.success or (told and outcome.exception is None):
        return results, None
    message = str(outcome.exception or "dbt stopped before its end")
    advice = f"correct the project; the whole log is {home.dbt_logs / 'dbt.log'}"
    advice = _advice_on_lock(message, home) or advice
    return results, Failure("dbt", "project", _essence(message), advice)


def _reporter(progress: Progress) -> Callable[[Any], None]:
    """Turn dbt's events into calls of `progress`."""
    total, done = 0, 0

    def on_event(event: Any) -> None:
        nonlocal total, done
        if event.info.name == "ConcurrencyLine":
            total = event.data.node_count
        elif event.info.name == "NodeFinished":
            done += 1
            # A closed terminal must not fail the node that it would have shown.
            with suppress(OSError):
                progress(done, total, event.data.node_info.node_name)

    return on_event


def _outcome(node: Any) -> str:
    if node.status not in GOOD:
        return "skipped" if node.status == "skipped" else "failed"
    return f"{str(node.node.resource_type).replace('unit_test', 'test')}s"


def _failure(node: Any, home: Home) -> Failure:
    """Put a failed node into a sentence's parts."""
    kind = str(node.node.resource_type).replace("_", " ")
    text = node.message or "no message"
    message = _essence(text)
    if (lock := _advice_on_lock(text, home)) is not None:
        advice = lock
    elif kind == "test":
        message = f"{node.failures} rows break it" if node.failures else message
        advice = f"see them with {node.node.compiled_path}, then correct the data or the model"
    elif kind == "unit test":
        advice = f"compare the model with the hand-counted case in {node.node.original_file_path}"
    else:
        advice = f"correct {node.node.original_file_path}"
    return Failure(node.node.name, kind, message, advice)


def _advice_on_lock(message: str, home: Home) -> str | None:
    """Return what to do if another program has the build's database open, else None."""
    if "Conflicting lock" not in message:
        return None
    found = re.search(r"\bPID (\d+)", message)
    who = f"process {found[1]}" if found else "the other program"
    return (
        f"close {home.database} in {who}; "
        "what reads figures should open published/current/evenkeel.duckdb"
    )


def _essence(message: str) -> str:
    """Return what a message of dbt says, without its heading, its code and its places."""
    lines = [line.strip() for line in message.strip().splitlines()]
    kept = [line for line in lines if not NOISE.fullmatch(line)]
    return " ".join(kept[:3])[:400] or lines[0]


def _tests_by_mart(nodes: Iterable[Any]) -> dict[str, dict[str, int]]:
    """Count, for every published table, its tests by status."""
    tests: defaultdict[str, Counter[str]] = defaultdict(Counter)
    published = {
        node.node.unique_id: node.node.name
        for node in nodes
        if node.node.resource_type in {"model", "seed"} and node.node.config.meta.get("published")
    }
    for mart in published.values():
        tests[mart]["pass"] = 0
    for node in nodes:
        if node.node.resource_type in {"test", "unit_test"}:
            for parent in node.node.depends_on.nodes:
                if parent in published:
                    tests[published[parent]][str(node.status)] += 1
    return {mart: dict(sorted(counts.items())) for mart, counts in sorted(tests.items())}
