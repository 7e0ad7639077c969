"""Writes what is made of the contract and the catalogue: docs/contract.md, the table of docs/terms.md."""

from __future__ import annotations

import csv
from pathlib import Path

from evenkeel.contract import Column, Contract, Entity, read_contract

CONTRACT_PAGE = Path("docs/contract.md")
TERMS_PAGE = Path("docs/terms.md")
TABLE_START = "<!-- made from seeds/metrics.csv by `make docs` -->"

INTRODUCTION = """# The contract

<!-- made from models/raw by `make docs` -->

The files that one hands over, whatever system they came from: `<landing>/<entity>/<any name>`, as
CSV, TSV, JSON (all also with gzip) or Parquet, any number of files per entity, in any order, at any time.
Every entity is optional but `org_units`; what is absent makes its metrics absent, never zero. Unknown
columns are kept.

Texts are UTF-8, GB18030 or Latin-1; ids are text and keep leading zeros; timestamps are ISO-8601, with
an offset or else in the project's time zone; dates are ISO; booleans are true/false, 1/0, yes/no or
是/否; empty, `NA`, `N/A` and `null` are missing.

A row whose **key** came before replaces it if its content is new, and is a counted duplicate if it is
not. A **required** value that is missing or wrong refuses the row; an optional one that is wrong is
left blank and counted. Every entity also takes `changed_at` (a timestamp: which version of a key is
newer) and `is_deleted`.
"""


def describe(column: Column) -> str:
    """Return what a reader has to know of a column beyond its type."""
    words = [column.description]
    if column.accepted:
        words.append("one of " + ", ".join(f"`{value}`" for value in column.accepted))
    if column.minimum is not None:
        words.append(f"at least {column.minimum}")
    if column.maximum is not None:
        words.append(f"at most {column.maximum:,}")
    if column.earliest is not None:
        words.append(f"not before {column.earliest}")
    if column.not_before:
        words.append(f"not before `{column.not_before}`")
    if column.not_after:
        words.append(f"not after `{column.not_after}`")
    if column.is_month:
        words.append("written as a month or its first day")
    if column.refers_to:
        words.append(f"points to `{column.refers_to}`")
    if column.judged_by:
        words.append(f"the row waits until `{column.judged_by}` knows it")
    return "; ".join(words)


def entity_section(entity: Entity) -> str:
    """Return the section of one entity."""
    lines = [
        f"## {entity.name}",
        "",
        entity.description,
        "",
        "| column | type | must | meaning |",
        "|---|---|---|---|",
    ]
    for column in entity.columns:
        must = ", ".join(
            word
            for word, holds in (("key", column.is_key), ("required", column.is_required))
            if holds
        )
        lines.append(f"| {column.name} | {column.data_type} | {must} | {describe(column)} |")
    return "\n".join(lines) + "\n"


def contract_page(contract: Contract) -> str:
    """Return docs/contract.md."""
    return "\n".join(
        [INTRODUCTION, *(entity_section(entity) for entity in contract.entities.values())]
    )


def metric_table(project: Path) -> str:
    """Return the table of metrics of docs/terms.md."""
    lines = [
        "| metric | English | 简体中文 | 繁體中文 | meaning | method, interval | spec |",
        "|---|---|---|---|---|---|---|",
    ]
    with (project / "seeds" / "metrics.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = " | ".join(row[f"name_{language}"] for language in ("en", "zh_hans", "zh_hant"))
            how = f"{row['method']}, {row['interval']}"
            lines.append(
                f"| `{row['metric_id']}` | {names} | {row['meaning_en']} | {how} | {row['spec']} |"
            )
    return "\n".join(lines) + "\n"


def pages(project: Path) -> dict[Path, str]:
    """Return every page as it should read now, by its path in the project."""
    terms = (project / TERMS_PAGE).read_text(encoding="utf-8")
    kept = terms[: terms.index(TABLE_START)]
    return {
        CONTRACT_PAGE: contract_page(read_contract(project / "models" / "raw")),
        TERMS_PAGE: f"{kept}{TABLE_START}\n\n{metric_table(project)}",
    }


def main() -> None:
    """Write the pages anew."""
    project = Path(__file__).resolve().parents[1]
    for path, text in pages(project).items():
        (project / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
