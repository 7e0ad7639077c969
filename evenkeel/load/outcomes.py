"""Decides what becomes of each row of an entity: accepted, refused, held or a duplicate."""

from __future__ import annotations

import duckdb

from evenkeel.contract import Entity
from evenkeel.load import sql
from evenkeel.load.judging import Judge
from evenkeel.load.layout import content_columns
from evenkeel.load.rules import PROBLEM_COLUMNS, wrong_values
from evenkeel.load.tables import FILE, LINE, OUTCOME_COLUMNS, Tables

# Answers that come again beside a new version of their response are kept as redelivered.
REDELIVERED_WITH = "survey_responses"
# Marks around a name between the values that are hashed; no export contains them.
_UNIT, _RECORD = "\x1f", "\x1e"


def decide(con: duckdb.DuckDBPyConnection, entity: Entity, tables: Tables, judge: Judge) -> None:
    """Fill the tables of outcomes and problems."""
    con.execute(f"CREATE OR REPLACE TABLE {tables.outcome} ({sql.ddl(OUTCOME_COLUMNS)})")
    con.execute(f"CREATE OR REPLACE TABLE {tables.problems} ({sql.ddl(PROBLEM_COLUMNS)})")
    judge.look_up(entity, tables)
    _compare_contents(con, entity, tables, judge)
    con.execute(
        f"""
        INSERT INTO {tables.outcome}
        SELECT row.rowid, 'duplicate', row.rowid IN (SELECT id FROM contents WHERE is_known), false
        FROM {tables.placed} WHERE batch.repeats;
        INSERT INTO {tables.outcome}
        SELECT rowid, 'quarantined', false, false
        FROM {tables.rows} AS row ANTI JOIN {tables.outcome} AS o ON row.rowid = o.id
        WHERE row._is_refused;
        INSERT INTO {tables.outcome}
        SELECT id, 'duplicate', true, false
        FROM contents ANTI JOIN {tables.outcome} AS o USING (id)
        WHERE is_known;
        INSERT INTO {tables.problems}
        SELECT problem.* FROM ({wrong_values(entity, tables.rows)}) AS problem
        WHERE id NOT IN (SELECT id FROM {tables.outcome} WHERE outcome = 'duplicate');
        """
    )
    judge.judge(entity, tables)
    _find_repetitions(con, tables)
    if REDELIVERED_WITH in entity.judges:
        _find_redeliveries(con, tables, judge)


def _compare_contents(
    con: duckdb.DuckDBPyConnection, entity: Entity, tables: Tables, judge: Judge
) -> None:
    """Make `contents`: what each row says whose key came before or comes twice, and if it is known.

    Rows that are alike have the same key, so no others need to be compared. A short hash finds
    the candidates cheaply; the content's own hash decides.
    """
    key = f"hash({', '.join(_stored(entity, column.name) for column in entity.keys)})"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE row_keys AS
        SELECT {key} AS key FROM {tables.rows} WHERE NOT _is_refused;
        CREATE OR REPLACE TEMP TABLE known_keys AS
        SELECT filename, {key} AS key FROM {judge.accepted(entity.name)}
        WHERE key IN (SELECT key FROM row_keys);
        CREATE OR REPLACE TEMP TABLE recurring AS
        SELECT key FROM row_keys GROUP BY key HAVING count(*) > 1
        UNION
        SELECT key FROM known_keys;
        DROP TABLE row_keys;
        """
    )
    files = con.execute("SELECT DISTINCT filename FROM known_keys").fetchall()
    content = _content_hash(entity)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE known AS
        SELECT DISTINCT {content} AS content
        FROM {judge.accepted(entity.name, {file for (file,) in files})}
        WHERE {key} IN (SELECT key FROM recurring);
        CREATE OR REPLACE TEMP TABLE contents AS
        SELECT id, content, content IN (SELECT content FROM known) AS is_known
        FROM (
            SELECT rowid AS id, {content} AS content FROM {tables.rows}
            WHERE NOT _is_refused AND {key} IN (SELECT key FROM recurring)
        );
        """
    )


def _content_hash(entity: Entity) -> str:
    """Return the SQL of the hash of what a row says.

    Only filled columns enter it, with their names, so that a column which the contract gains
    later does not make old rows look new.
    """
    parts = [
        f"CAST({_stored(entity, name)} AS VARCHAR), "
        f"CASE WHEN {sql.name(name)} IS NOT NULL THEN {sql.text(_UNIT + name + _RECORD)} END"
        for name, _ in content_columns(entity)
    ]
    return f"md5(concat({', '.join(parts)}))"


def _stored(entity: Entity, name: str) -> str:
    """Return the SQL of a column in the type that it is stored in today."""
    kind = dict(content_columns(entity))[name]
    return f"CAST({sql.name(name)} AS {kind})"


def _find_repetitions(con: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Of rows alike in this load the first, by delivery, path and line, is accepted."""
    con.execute(
        f"""
        INSERT INTO {tables.outcome}
        SELECT id, 'duplicate', false, false FROM (
            SELECT row.rowid AS id, row_number() OVER (
                PARTITION BY content ORDER BY batch.landed_load, {FILE}, {LINE}, row.rowid
            ) AS place
            FROM {tables.placed}
            INNER JOIN contents ON row.rowid = contents.id
            ANTI JOIN {tables.outcome} AS o ON row.rowid = o.id
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
            FROM {tables.placed}
            INNER JOIN contents ON row.rowid = contents.id
            INNER JOIN {tables.outcome} AS o ON row.rowid = o.id
            WHERE o.outcome = 'duplicate' AND o.is_known
                AND row.response_id IN (SELECT response_id FROM read_parquet({sql.file(new)}))
            QUALIFY row_number() OVER (
                PARTITION BY content ORDER BY {FILE}, {LINE}, row.rowid
            ) = 1
        )
        """
    )
