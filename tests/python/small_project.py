"""A dbt project of three models and a seed, and homes for it, to test builds and releases on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from evenkeel.config import Config
from evenkeel.home import Home, database_stamp, write_record

AS_OF = date(2026, 6, 30)

PROJECT = {
    "dbt_project.yml": """
        name: evenkeel
        profile: evenkeel
        vars: {low_base: 30, week_ends_on: friday}
        flags: {send_anonymous_usage_stats: false}
        models:
          evenkeel:
            marts: {+materialized: table, +meta: {published: true}}
        seeds: {evenkeel: {+meta: {published: true}}}
    """,
    "profiles.yml": """
        evenkeel:
          target: duckdb
          outputs:
            duckdb:
              type: duckdb
              path: "{{ env_var('EVENKEEL_HOME') }}/evenkeel.duckdb"
              threads: 1
    """,
    "models/raw/sources.yml": "sources: []\n",
    "models/scores.sql": """
        {{ config(materialized='incremental') }}
        select team, score, load_number, '{{ env_var("EVENKEEL_AS_OF") }}' as computed_as_of
        from read_parquet('{{ env_var("EVENKEEL_HOME") }}/raw/*/scores.parquet')
        {% if is_incremental() %}
        where load_number > (select max(load_number) from {{ this }})
        {% endif %}
    """,
    "models/marts/team_scores.sql": """
        select team, avg(score) as mean_score, count(*) as base_count,
            count(*) < {{ var('low_base') }} as is_low_base
        from {{ ref('scores') }} group by team
    """,
    "models/marts/teams.sql": "select distinct team from {{ ref('scores') }}\n",
    "models/marts/models.yml": """
        models:
          - name: team_scores
            description: One row per team.
            columns:
              - name: team
                description: The team's name.
              - name: mean_score
                description: Mean of its scores.
                data_tests:
                  - accepted_values: {arguments: {values: [1, 2, 3, 4, 5, 4.5], quote: false}}
    """,
    "seeds/labels.csv": "code,label\na,Team A\nb,Team B\n",
}


def write_project(root: Path) -> Path:
    """Write the project's files."""
    for name, text in PROJECT.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = text.strip("\n").splitlines()
        margin = len(lines[0]) - len(lines[0].lstrip())
        path.write_text("\n".join(line[margin:] for line in lines) + "\n", encoding="utf-8")
    return root


def config_of(root: Path, **values: Any) -> Config:
    """Return the configuration of a project and a home that lie side by side below `root`."""
    places = {"project": root / "project", "landing": root / "landing", "home": root / "home"}
    return Config(**{**places, "as_of": AS_OF, **values})


def add_load(home: Path, load: int, scores: list[tuple[str, int]]) -> None:
    """Add a load's rows as the loader lays them down; load 0 is the empty one."""
    folder = home / "raw" / f"{load:06d}"
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("create table scores (team varchar, score integer, load_number integer)")
        if scores:
            rows = [(team, score, load) for team, score in scores]
            connection.executemany("insert into scores values (?, ?, ?)", rows)
        connection.execute(f"copy scores to '{folder / 'scores.parquet'}' (format parquet)")


def fake_build(home: Path, tables: dict[str, str], *, load: int = 1, **record: Any) -> None:
    """Leave in a home what a good build leaves, with the given published tables.

    `tables` maps a name to its SELECT; a table `secrets` is there too and is not published.
    """
    place = Home(home)
    if not (place.raw / f"{load:06d}").exists():
        add_load(home, load, [])
    nodes = {}
    with duckdb.connect(str(place.database)) as connection:
        connection.execute("create schema if not exists marts")
        for name, select in {**tables, "secrets": "select 'a' as employee"}.items():
            connection.execute(f"create or replace table marts.{name} as {select}")
            columns = [row[0] for row in connection.execute(f"describe marts.{name}").fetchall()]
            nodes[f"model.evenkeel.{name}"] = {
                "resource_type": "model",
                "alias": name,
                "schema": "marts",
                "description": f"It's {name}.",
                "columns": {c: {"name": c, "description": f"A row's {c}."} for c in columns},
                "config": {"meta": {"published": name != "secrets"}, "enabled": True},
            }
    place.dbt_target.mkdir(parents=True, exist_ok=True)
    (place.dbt_target / "manifest.json").write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    good = {
        "succeeded": True,
        "as_of": AS_OF.isoformat(),
        "load": load,
        "fingerprint": "c0de",
        "database": database_stamp(place),
    }
    write_record(place.build_record, {**good, **record})
