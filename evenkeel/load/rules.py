"""The rules that a row must meet, and the sentence for each way of failing them.

A problem is one row of a problem table: the row's id, its column, the rule, what happened
(`refused` or `blanked`), the value, and the words for it.
"""

from __future__ import annotations

from evenkeel.contract import Column, Entity
from evenkeel.load import sql
from evenkeel.load.canonical import checked_columns, typed

PROBLEM_COLUMNS = (
    ("id", "BIGINT"),
    ("column_name", "VARCHAR"),
    ("rule", "VARCHAR"),
    ("severity", "VARCHAR"),
    ("value", "VARCHAR"),
    ("words", "VARCHAR"),
)
REFUSED_TAIL = "; correct it and deliver the row again"
BLANKED_TAIL = "; it was left empty, correct it and deliver the row again"
ANONYMITY_TAIL = " and deliver the row again"
_KINDS = {
    "integer": "a whole number",
    "decimal": "a number of at most 12 digits before the point",
    "timestamp": "a time such as 2026-01-31T09:30:00+08:00",
    "date": "a date such as 2026-01-31",
    "boolean": "yes or no",
}
_MONTH = "a month such as 2026-01"
_LONGEST_SHOWN = 80
_LONGEST_KEPT = 1000


def wrong_values(entity: Entity, table: str) -> str:
    """Return the SQL of all problems that the contract's own rules find in an entity's rows."""
    columns = checked_columns(entity)
    return "\nUNION ALL\n".join(
        _problems(column, f"_texts[{place}]", table) for place, column in enumerate(columns, 1)
    )


def shown(value: str) -> str:
    """Return the SQL of a value as a sentence shows it: on one line, and not at length."""
    flat = f"regexp_replace({value}, '[\\x00-\\x1f]+', ' ', 'g')"
    return (
        f"'''' || CASE WHEN length({value}) > {_LONGEST_SHOWN} "
        f"THEN left({flat}, {_LONGEST_SHOWN}) || '...' ELSE {flat} END || ''''"
    )


def kept(value: str) -> str:
    """Return the SQL of a value as the quarantine keeps it."""
    return f"left({value}, {_LONGEST_KEPT})"


def number(value: str) -> str:
    """Return the SQL of a decimal without the zeros that it does not need."""
    return f"regexp_replace(CAST({value} AS VARCHAR), '[.]?0+$', '')"


def _problems(column: Column, text: str, table: str) -> str:
    name = sql.name(column.name)
    cases = _cases(column, text)
    rule = " ".join(f"WHEN {when} THEN {sql.text(rule)}" for when, rule, _ in cases)
    words = " ".join(f"WHEN {when} THEN {words}" for when, _, words in cases)
    is_wrong = f"{name} IS NULL" + ("" if column.is_required else f" AND {text} IS NOT NULL")
    return f"""
        SELECT
            rowid AS id,
            {sql.text(column.name)} AS column_name,
            CASE {rule} END AS rule,
            CASE WHEN _is_refused THEN 'refused' ELSE 'blanked' END AS severity,
            {kept(text)} AS value,
            {sql.text(column.name + " ")} || CASE {words} END AS words
        FROM {table}
        WHERE _texts IS NOT NULL AND {is_wrong}
    """


def _cases(column: Column, text: str) -> list[tuple[str, str, str]]:
    """Return condition, rule and words of each way in which a column can be wrong, first first."""
    cases = []
    if column.is_required:
        cases.append((f"{text} IS NULL", "missing", "'is missing'"))
    if column.accepted:
        words = sql.text(f" is not one of {', '.join(column.accepted)}")
        cases.append(("true", "not_accepted", f"{shown(text)} || {words}"))
    elif column.data_type != "text":
        words = sql.text(f" is not {_MONTH if column.is_month else _KINDS[column.data_type]}")
        is_other = f"({typed(text, column)}) IS NULL"
        cases.append((is_other, "wrong_type", f"{shown(text)} || {words}"))
    if column.minimum is not None:
        words = sql.text(f" is below {column.minimum}")
        is_below = f"({typed(text, column)}) < {column.minimum}"
        cases.append((is_below, "below_minimum", f"{shown(text)} || {words}"))
    if column.maximum is not None:
        words = sql.text(f" is above {column.maximum:,}")
        cases.append(("true", "above_maximum", f"{shown(text)} || {words}"))
    if column.earliest is not None:
        words = sql.text(f" is before {column.earliest}")
        is_early = f"({typed(text, column)}) < DATE '{column.earliest}'"
        cases.append((is_early, "too_early", f"{shown(text)} || {words}"))
    if column.not_before is not None:
        words = sql.text(f" is before {column.not_before}")
        cases.append(("true", "before_its_start", f"{shown(text)} || {words}"))
    if column.not_after is not None:
        words = sql.text(f" is after {column.not_after}")
        cases.append(("true", "after_its_end", f"{shown(text)} || {words}"))
    return cases
