"""Decides what becomes of each row of an entity: accepted, refused, held or a duplicate."""

from __future__ import annotations

import duckdb

from evenkeel.contract import Entity
from evenkeel.load import sql
from evenkeel.load.judging import Judge
from evenkeel.load.rules import PROBLEM_COLUMNS, wrong_values
from evenkeel.load.tables import FILE, LINE, OUTCOME_COLUMNS, Tables

# Answers that come again beside a new version of their response are kept as redelivered.
REDELIVERED_WITH = "survey_responses"


def decide(con: duckdb.DuckDBPyConnection, entity: Entity, tables: Tables, judge: Judge) -> None:
    """Fill the tables of outcomes and problems."""
    con.execute(f"CREATE OR REPLACE TABLE {tables.outcome} ({sql.ddl(OUTCOME_COLUMNS)})")
    con.execute(f"CREATE OR REPLACE TABLE {tables.problems} ({sql.ddl(PROBLEM_COLUMNS)})")
    _find_known(con, entity, tables, judge)
    con.execute(
        f"""
        INSERT INTO {tables.outcome}
        SELECT row.rowid, 'duplicate', row._row_hash IN (SELECT _row_hash FROM known), false
        FROM {tables.placed} WHERE batch.repeats;
        INSERT INTO {tables.outcome}
        SELECT rowid, 'quarantined', false, false
        FROM {tables.rows} AS row ANTI JOIN {tables.outcome} AS o ON row.rowid = o.id
        WHERE row._is_refused;
        INSERT INTO {tables.outcome}
        SELECT rowid, 'duplicate', true, false
        FROM {tables.rows} AS row ANTI JOIN {tables.outcome} AS o ON row.rowid = o.id
        WHERE row._row_hash IN (SELECT _row_hash FROM known);
        INSERT INTO {tables.problems}
        SELECT problem.* FROM ({wrong_values(entity, tables.rows)}) AS problem
        WHERE id NOT IN (SELECT id FROM {tables.outcome} WHERE outcome = 'duplicate');
        """
    )
    judge.judge(entity, tables)
    _find_repetitions(con, tables)
    if REDELIVERED_WITH in entity.judges:
        _find_redeliveries(con, tables, judge)


def _find_known(
    con: duckdb.DuckDBPyConnection, entity: Entity, tables: Tables, judge: Judge
) -> None:
    """Make `known`: the contents among the rows that an earlier load accepted."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE known AS
        SELECT DISTINCT _row_hash FROM {judge.accepted(entity.name)}
        WHERE _row_hash IN (SELECT _row_hash FROM {tables.rows})
        """
    )


def _find_repetitions(con: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Of rows alike in this load the first, by delivery, path and line, is accepted."""
    con.execute(
        f"""
        -- A short hash finds the few candidates cheaply; the content's own hash decides.
        CREATE OR REPLACE TEMP TABLE candidates AS
        SELECT hash(_row_hash) AS short_hash
        FROM {tables.rows} AS row ANTI JOIN {tables.outcome} AS o ON row.rowid = o.id
        GROUP BY short_hash HAVING count(*) > 1;
        INSERT INTO {tables.outcome}
        SELECT id, 'duplicate', false, false FROM (
            SELECT row.rowid AS id, row_number() OVER (
                PARTITION BY row._row_hash ORDER BY batch.landed_load, {FILE}, {LINE}, row.rowid
            ) AS place
            FROM {tables.placed} ANTI JOIN {tables.outcome} AS o ON row.rowid = o.id
            WHERE hash(row._row_hash) IN (SELECT short_hash FROM candidates)
        )
        WHERE place > 1
        """
    )


def _find_redeliveries(con: duckdb.DuckDBPyConnection, tables: Tables, judge: Judge) -> None:
    """Mark known answers that come again beside a new version of their response.

    A later version of a response takes with it the answers that its own load does not
    redeliver (rule 23), so it has to be seen that these were.
    """
    new = judge.store.incoming / f"{REDELIVERED_WITH}.parquet"
    if not new.is_file():
        return
    con.execute(
        f"""
        UPDATE {tables.outcome} SET is_redelivery = true
        WHERE id IN (
            SELECT row.rowid
            FROM {tables.placed} INNER JOIN {tables.outcome} AS o ON row.rowid = o.id
            WHERE o.outcome = 'duplicate' AND o.is_known
                AND row.response_id IN (SELECT response_id FROM read_parquet({sql.file(new)}))
            QUALIFY row_number() OVER (
                PARTITION BY row._row_hash ORDER BY {FILE}, {LINE}, row.rowid
            ) = 1
        )
        """
    )
