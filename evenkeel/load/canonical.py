"""Turns delivered text into the contract's types, as SQL generated from the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from evenkeel.contract import Column, Entity
from evenkeel.load import sql
from evenkeel.load.layout import content_columns
from evenkeel.load.relations import LINE_COLUMNS, Relation
from evenkeel.load.text import ODD_SPACES
from evenkeel.load.zones import LOCAL_TO_UTC

MISSING = ("na", "n/a", "null")
_LONGEST_MISSING = max(len(word) for word in MISSING)
_INTEGER = r"[+-]?[0-9]+([.]0*)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}.*)?"
_MONTH = r"[0-9]{4}-[0-9]{2}"
_TIME = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
)
# Types of a Parquet file from which a type of the contract is had without writing it as text.
_NATIVE = {
    "integer": re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?"),
    "decimal": re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*"),
    "boolean": re.compile("BOOLEAN"),
    "date": re.compile("DATE"),
    "timestamp": re.compile("TIMESTAMP( WITH TIME ZONE)?"),
}
# Beyond these a time cannot be written as the contract wants it.
_FIRST_DAY, _LAST_DAY = "DATE '0001-01-01'", "DATE '10000-01-01'"


def row_columns(entity: Entity) -> tuple[tuple[str, str], ...]:
    """Return name and SQL type of the working table of an entity's rows.

    `_texts` holds what was written in the `checked_columns`, for rows with anything wrong only;
    `_blanked` counts wrong optional values.
    """
    return (
        *LINE_COLUMNS,
        ("_is_refused", "BOOLEAN"),
        ("_blanked", "INTEGER"),
        ("_texts", "VARCHAR[]"),
        *content_columns(entity),
    )


def checked_columns(entity: Entity) -> tuple[Column, ...]:
    """Return the columns whose text can be wrong or missing, in order."""
    return tuple(c for c in entity.delivered if c.is_required or not _takes_any_text(c))


def insert_rows(entity: Entity, table: str, relation: Relation) -> str:
    """Return the INSERT that puts delivered rows, made canonical, into an entity's table.

    Parameters
    ----------
    relation
        Columns of the contract, whatever their capitals, and unknown ones, for `_extra`.
    """
    places = {name.lower(): f"c{index}" for index, name in enumerate(relation.header)}
    unknown = {name: c for name, c in places.items() if name not in entity}
    used = list(places.values())
    columns = list(enumerate(entity.delivered))
    kinds = [relation.kinds.get(places.get(c.name, ""), "VARCHAR") for _, c in columns]
    given = [
        places[c.name] if _is_native(c, kind) else f"{places.get(c.name, 'NULL')}::VARCHAR"
        for (_, c), kind in zip(columns, kinds, strict=True)
    ]
    types = ", ".join(
        f"{_from_native(f't{i}', c, kinds[i]) or typed(f't{i}', c)} AS {sql.name(c.name)}"
        for i, c in columns
    )
    limits = ", ".join(
        f"CASE WHEN {' AND '.join(limits_of(c))} THEN {sql.name(c.name)} END AS {sql.name(c.name)}"
        for c in entity.delivered
        if limits_of(c)
    )
    refused = [f"{sql.name(column.name)} IS NULL" for column in entity.required]
    blanked = [
        f"CAST(t{i} IS NOT NULL AND {sql.name(c.name)} IS NULL AS INTEGER)"
        for i, c in columns
        if not c.is_required and not _takes_any_text(c)
    ]
    checked = ", ".join(f"t{i}::VARCHAR" for i, c in columns if c in checked_columns(entity))
    content = ", ".join(sql.name(name) for name, _ in content_columns(entity))
    # One layer a step: trim, recognise what is missing, give types, check limits, judge the row.
    return f"""
        INSERT INTO {table}
        SELECT
            _batch, _nl, _line, _file, _is_refused,
            CASE WHEN _is_refused THEN 0 ELSE _blanked END,
            CASE WHEN _is_refused OR _blanked > 0 THEN [{checked}] END,
            {content}
        FROM (
            SELECT *, {" OR ".join(refused)} AS _is_refused, {" + ".join(blanked)} AS _blanked
            FROM (
                SELECT *{f" REPLACE ({limits})" if limits else ""}
                FROM (
                    SELECT
                        * EXCLUDE (_extra), {types},
                        nullif('{{' || _extra || '}}', '{{}}') AS _extra
                    FROM (
                        SELECT
                            _batch, _nl, _line, _file,
                            {", ".join(f"{value} AS t{i}" for i, value in enumerate(given))},
                            {_extra(unknown)} AS _extra
                        FROM (
                            SELECT
                                _batch, _nl, _line, _file,
                                {", ".join(f"{_filled(c, relation)} AS {c}" for c in used)}
                            FROM (
                                SELECT
                                    _batch, _nl, _line, _file,
                                    {", ".join(f"{_trimmed(c, relation)} AS {c}" for c in used)}
                                FROM ({relation.query})
                            )
                        )
                    )
                )
            )
        )
    """


def typed(value: str, column: Column) -> str:
    """Return the SQL that gives a clean text its type, or NULL if it is not of that type."""
    match column.data_type:
        case "integer":
            number = f"try_cast({value} AS BIGINT)"
            # The cast alone would round 1.5 and read 0x10; most values need no closer look.
            return (
                f"CASE WHEN CAST({number} AS VARCHAR) = {value} THEN {number} "
                f"WHEN regexp_full_match({value}, '{_INTEGER}') THEN {number} END"
            )
        case "decimal":
            # The cast rounds half away from zero, and would read 1_000 as a thousand.
            return (
                f"CASE WHEN NOT contains({value}, '_') THEN try_cast({value} AS DECIMAL(18,6)) END"
            )
        case "boolean":
            # The cast reads true, t, yes, y and 1, and their opposites, in any case.
            return (
                f"coalesce(try_cast({value} AS BOOLEAN), "
                f"CASE {value} WHEN '是' THEN true WHEN '否' THEN false END)"
            )
        case "date" if column.is_month:
            return (
                f"CASE WHEN regexp_full_match({value}, '{_MONTH}|{_DATE}') "
                f"THEN try_cast(left({value}, 7) || '-01' AS DATE) END"
            )
        case "date":
            return (
                f"CASE WHEN regexp_full_match({value}, '{_DATE}') "
                f"THEN try_cast(left({value}, 10) AS DATE) END"
            )
        case "text" if column.accepted:
            return accepted(value, column)
        case "timestamp":
            # Without an offset the second cast takes the session's zone, the project's, too.
            return (
                f"CASE WHEN {value} LIKE '____-__-__T__:__:__' "
                f"OR {value} LIKE '____-__-__ __:__:__' "
                f"THEN {LOCAL_TO_UTC}(try_cast({value} AS TIMESTAMP)) "
                f"WHEN regexp_full_match({value}, '{_TIME}') "
                f"THEN timezone('UTC', try_cast({value} AS TIMESTAMPTZ)) END"
            )
    return value


def _is_native(column: Column, kind: str) -> bool:
    pattern = _NATIVE.get(column.data_type)
    return pattern is not None and pattern.fullmatch(kind) is not None


def _from_native(value: str, column: Column, kind: str) -> str | None:
    """Return the SQL that gives a value of a file's type the column's, or NULL if it cannot.

    Returns
    -------
    str or None
        None for a type that has to be written as text first.
    """
    if not _is_native(column, kind):
        return None
    typed_value = f"try_cast({value} AS {column.storage})"
    if column.data_type == "timestamp":
        is_local = kind == "TIMESTAMP"
        typed_value = f"{LOCAL_TO_UTC}({value})" if is_local else f"timezone('UTC', {value})"
    elif column.is_month:
        typed_value = f"CAST(date_trunc('month', {value}) AS DATE)"
    if column.data_type in ("date", "timestamp"):
        is_writable = f"{value} >= {_FIRST_DAY} AND {value} < {_LAST_DAY}"
        return f"CASE WHEN {is_writable} THEN {typed_value} END"
    return typed_value


def limits_of(column: Column) -> list[str]:
    """Return the SQL conditions that a column's typed value must meet."""
    name = sql.name(column.name)
    limits = []
    if column.minimum is not None:
        limits.append(f"{name} >= {column.minimum}")
    if column.maximum is not None:
        limits.append(f"{name} <= {column.maximum}")
    if column.earliest is not None:
        limits.append(f"{name} >= DATE '{column.earliest}'")
    if column.not_before is not None:
        limits.append(f"coalesce({name} >= {sql.name(column.not_before)}, true)")
    if column.not_after is not None:
        limits.append(f"coalesce({name} <= {sql.name(column.not_after)}, true)")
    return limits


def accepted(value: str, column: Column) -> str:
    """Return the SQL of the accepted value that a text stands for, or NULL if it is none."""
    exact = "".join(f" WHEN {sql.text(word)} THEN {sql.text(word)}" for word in column.accepted)
    others = "".join(
        f" WHEN {sql.text(word.lower())} THEN {sql.text(word)}" for word in column.accepted
    )
    return f"CASE {value}{exact} ELSE CASE lower({value}){others} END END"


def _takes_any_text(column: Column) -> bool:
    return column.data_type == "text" and not column.accepted


def _trimmed(value: str, relation: Relation) -> str:
    """Return the SQL of a text without white space at its edges."""
    if value in relation.kinds:
        return value
    if relation.is_plain:
        return f"CASE WHEN contains({value}, ' ') THEN trim({value}) ELSE {value} END"
    signs = (" ", "\n", "\r", *ODD_SPACES)
    has_any = " OR ".join(f"contains({value}, {sql.text(sign)})" for sign in signs)
    return f"CASE WHEN {has_any} THEN trim({value}, {sql.text(''.join(signs))}) ELSE {value} END"


def _filled(value: str, relation: Relation) -> str:
    """Return the SQL of a trimmed text, NULL if it says that the value is missing."""
    if value in relation.kinds:
        return value
    # Comparing with N, before which no such word lies, passes over digits at once.
    return (
        f"CASE WHEN {value} = '' OR ({value} >= 'N' AND strlen({value}) <= {_LONGEST_MISSING} "
        f"AND lower({value}) IN {sql.texts(MISSING)}) THEN NULL ELSE {value} END"
    )


def _extra(unknown: Mapping[str, str]) -> str:
    """Return the SQL of the inside of a JSON object of the unknown columns that are filled."""
    if not unknown:
        return "NULL::VARCHAR"
    parts = [
        f"CASE WHEN {column} IS NOT NULL THEN "
        f"{sql.text(json.dumps(name, ensure_ascii=False) + ':')} "
        f"|| CAST(to_json(CAST({column} AS VARCHAR)) AS VARCHAR) END"
        for name, column in sorted(unknown.items())
    ]
    return f"concat_ws(',', {', '.join(parts)})"
