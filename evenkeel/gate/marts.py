"""The checkpoint of the marts before they are published: keys, ranges, and rows from raw to fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from evenkeel.config import Config
from evenkeel.gate.expectations import Checkpoint, Result, Suite, run_checkpoint
from evenkeel.load import sql
from evenkeel.load.limits import STALE, Limit, limit_of, read_limits

RECONCILIATION = "reconciliation"
_WHOLE = "every row that is known of an entity is one row of its fact"
_FRESH = "the newest rows of an entity are not older than the limit"
# A value need not lie within its limits: adjusted-Wald limits stand around another estimate.
_ORDERED = (("ci_high", "ci_low"), ("change_high", "change_low"))


@dataclass(frozen=True)
class MartCheck:
    """What dbt's manifest says of a mart and its tests.

    Attributes
    ----------
    counts
        Source entity of which the mart has one row for each row known at as_of; None if of none.
    """

    name: str
    columns: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...]
    filled: tuple[str, ...]
    accepted: Mapping[str, tuple[Any, ...]]
    counts: str | None


def check_marts(
    config: Config, manifest: Mapping[str, Any], marts: Mapping[str, str], folder: Path
) -> Checkpoint:
    """Hold the marts that are about to be published against what is expected of them.

    Parameters
    ----------
    manifest
        dbt's own.
    marts
        Unique id in the manifest of each mart, by its name.
    folder
        Of the marts' Parquet files; a table of counts is added beside it while this runs.
    """
    sources = {
        node["name"]: node for node in manifest.get("sources", {}).values() if node["columns"]
    }
    checks = [_mart(name, identity, manifest) for name, identity in sorted(marts.items())]
    suites = [
        Suite(
            check.name,
            f"SELECT * FROM read_parquet({sql.file(folder / f'{check.name}.parquet')})",
            _expectations(check, sources),
        )
        for check in checks
    ]
    counted = folder.parent / f"{RECONCILIATION}.parquet"
    pairs = [(check, sources[check.counts]) for check in checks if check.counts in sources]
    if pairs:
        limits = read_limits(config.project / "seeds" / "load_limits.csv", tuple(sources))
        _count(config, pairs, limits, folder, counted)
        query = f"SELECT * FROM read_parquet({sql.file(counted)})"
        suites.append(Suite(RECONCILIATION, query, _reconciled(), index=("mart", "entity")))
    try:
        checkpoint = run_checkpoint(
            f"as of {config.as_of}", [suite for suite in suites if suite.expectations]
        )
        if pairs:
            checkpoint.results = [_told(one, counted) for one in checkpoint.results]
        return checkpoint
    finally:
        counted.unlink(missing_ok=True)


def faults(checkpoint: Checkpoint) -> list[Result]:
    """Return the results for which nothing may be published."""
    return [one for one in checkpoint.results if not one.succeeded and one.severity == "critical"]


def remarks(checkpoint: Checkpoint) -> list[Result]:
    """Return the results that are only spoken of."""
    return [one for one in checkpoint.results if not one.succeeded and one.severity != "critical"]


def _mart(name: str, identity: str, manifest: Mapping[str, Any]) -> MartCheck:
    node = manifest["nodes"][identity]
    unique: list[tuple[str, ...]] = []
    filled: list[str] = []
    accepted: dict[str, tuple[Any, ...]] = {}
    for test in manifest["nodes"].values():
        kind = (test.get("test_metadata") or {}).get("name")
        if test.get("attached_node") != identity or test["config"].get("where"):
            continue
        arguments = test["test_metadata"]["kwargs"]
        if kind == "unique":
            unique.append((arguments["column_name"],))
        elif kind == "unique_combination":
            unique.append(tuple(arguments["columns"]))
        elif kind == "not_null":
            filled.append(arguments["column_name"])
        elif kind == "accepted_values":
            accepted[arguments["column_name"]] = tuple(arguments["values"])
    return MartCheck(
        name=name,
        columns=tuple(node["columns"]),
        unique=tuple(sorted(unique)),
        filled=tuple(sorted(filled)),
        accepted=accepted,
        counts=node["config"]["meta"].get("counts"),
    )


def _expectations(check: MartCheck, sources: Mapping[str, Any]) -> list[Any]:
    """Return what the mart's own tests and the contract's limits say, as expectations."""
    from great_expectations import expectations as gxe

    made: list[Any] = []

    def expect(kind: Any, words: str, **arguments: Any) -> None:
        made.append(kind(**arguments, meta={"check": words, "words": words}))

    for key in check.unique:
        words = f"rows are told apart by {', '.join(key)}"
        if len(key) == 1:
            expect(gxe.ExpectColumnValuesToBeUnique, words, column=key[0])
        else:
            expect(
                gxe.ExpectCompoundColumnsToBeUnique,
                words,
                column_list=list(key),
                ignore_row_if="never",
            )
    for column in check.filled:
        expect(gxe.ExpectColumnValuesToNotBeNull, f"{column} is filled", column=column)
    for column, values in check.accepted.items():
        words = f"{column} is a known word"
        expect(gxe.ExpectColumnValuesToBeInSet, words, column=column, value_set=list(values))
    for high, low in _ORDERED:
        if {high, low} <= set(check.columns):
            expect(
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                f"{high} is not below {low}",
                column_A=high,
                column_B=low,
                or_equal=True,
                ignore_row_if="either_value_is_missing",
            )
    for name, column in sources.get(check.counts or "", {"columns": {}})["columns"].items():
        meta = column["config"]["meta"]
        low, high = (meta.get(end) for end in ("minimum", "maximum"))
        if name in check.columns and (low is not None or high is not None):
            expect(
                gxe.ExpectColumnValuesToBeBetween,
                f"{name} is within the contract's limits",
                column=name,
                min_value=None if low is None else float(low),
                max_value=None if high is None else float(high),
            )
    return made


def _count(
    config: Config,
    pairs: Sequence[tuple[MartCheck, Mapping[str, Any]]],
    limits: Sequence[Limit],
    folder: Path,
    path: Path,
) -> None:
    """Write how many rows each fact has, should have, and how old the newest is.

    What it should have is counted from the raw files, by another query than the models' own.
    """
    end = datetime.combine(config.as_of + timedelta(days=1), time(), ZoneInfo(config.time_zone))
    known = f"TIMESTAMP '{end.astimezone(UTC):%Y-%m-%d %H:%M:%S}'"
    rows = [
        f"""
        SELECT
            {sql.text(check.name)} AS mart, {sql.text(source["name"])} AS entity,
            (SELECT count(*) FROM read_parquet({sql.file(folder / f"{check.name}.parquet")})) AS mart_rows,
            count(*) AS raw_rows,
            date_diff('second', max(happened), {known}) / 86400.0 AS days_stale,
            {limit_of(limits, STALE, source["name"]) or "NULL"}::DOUBLE AS days_stale_limit
        FROM ({_current(source, config.home / "raw", known)})
        """
        for check, source in pairs
    ]
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        sql.write_parquet(con, " UNION ALL ".join(rows), path)


def _current(source: Mapping[str, Any], raw: Path, known: str) -> str:
    """Return the SQL of an entity's keys that are there at as_of, each with when it happened."""
    columns = source["columns"].values()
    keys = ", ".join(sql.name(c["name"]) for c in columns if c["config"]["meta"].get("key"))
    event = source["config"]["meta"].get("event_time")
    happened = f"CAST({sql.name(event)} AS TIMESTAMP)" if event else "NULL::TIMESTAMP"
    paths = sorted(raw.glob(f"*/{source['name']}.parquet"))
    files = f"[{', '.join(map(sql.file, paths))}]"
    return f"""
        SELECT happened FROM (
            SELECT {keys}, arg_max(
                {{'happened': {happened}, 'is_deleted': coalesce(is_deleted, false)}},
                {{'a': coalesce(changed_at, TIMESTAMP '0001-01-01'), 'b': _delivered_load,
                  'c': _file, 'd': _line}}
            ) AS latest
            FROM read_parquet({files}, union_by_name = true)
            WHERE NOT _is_redelivery AND coalesce(changed_at < {known}, true)
            GROUP BY {keys}
        ), LATERAL (SELECT unnest(latest))
        WHERE NOT is_deleted AND coalesce(happened < {known}, true)
    """


def _told(result: Result, counted: Path) -> Result:
    """Return a failed result about counts with the counts themselves."""
    told = {
        _WHOLE: (
            (
                "mart || ' has ' || mart_rows || ' rows, where ' || raw_rows || ' of ' || entity || "
                "' are known'"
            ),
            "mart_rows <> raw_rows",
        ),
        _FRESH: (
            "'the newest of ' || entity || ' is ' || CAST(round(days_stale) AS INTEGER) || ' days old'",
            "days_stale > days_stale_limit",
        ),
    }
    if result.succeeded or result.check not in told:
        return result
    words, where = told[result.check]
    query = f"SELECT string_agg({words}, ', ' ORDER BY mart) FROM read_parquet({sql.file(counted)}) WHERE {where}"
    with duckdb.connect() as con:
        (found,) = con.execute(query).fetchall()[0]
    return replace(result, words=f"{result.words} ({found})")


def _reconciled() -> list[Any]:
    from great_expectations import expectations as gxe

    words, fresh = _WHOLE, _FRESH
    return [
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="mart_rows", column_B="raw_rows", meta={"check": words, "words": words}
        ),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="days_stale_limit",
            column_B="days_stale",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            severity="warning",
            meta={"check": fresh, "words": fresh},
        ),
    ]


def sentences(results: Iterable[Result]) -> list[str]:
    """Return what does not hold, one sentence for each."""
    return [
        f"{one.suite}: it does not hold that {one.words}"
        + (f" ({one.unexpected:,} rows)" if one.suite != RECONCILIATION else "")
        for one in results
    ]
